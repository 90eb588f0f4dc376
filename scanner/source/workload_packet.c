// SPDX-License-Identifier: BSD-2-Clause
/* From outside in, each step on a cursor that cannot leave the packet:
 *
 * 1. Link layer: to where IP begins.
 * 2. IPv4 or IPv6, by the version it says: to where UDP begins, and where it ends.
 * 3. UDP: ports and payload.
 * 4. DNS: one question, nothing in the answer, at most an OPT record besides.
 *
 * A packet is refused, not passed over, from where it is sure that it was to be a query: UDP to
 * port 53. Of fragments the first has the port, and stands for all. */
#include "source/workload_packet.h"

#include "base/bytes.h"
#include "dns/reply.h"
#include "source/workload_text.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define VLAN_TAGS_MAX  4
#define EXTENSIONS_MAX 8 /* more than any real packet has */
#define PROTO_UDP      17
#define PORT_DNS       53

#define OPT_DO 0x8000
#define OPT_CO 0x4000

static bool is_vlan(uint16_t type)
{
    return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

static uint16_t skip_ethernet(struct bytes_reader *r)
{
    bytes_skip(r, 12); /* addresses */
    uint16_t type = bytes_u16(r);
    for (int i = 0; i < VLAN_TAGS_MAX && is_vlan(type); i++) {
        bytes_skip(r, 2);
        type = bytes_u16(r);
    }
    return type;
}

/* False: no IP in it. */
static bool skip_link(struct bytes_reader *r, enum packet_link link)
{
    uint16_t type = ETHERTYPE_IPV4;
    switch (link) {
    case PACKET_ETHERNET:
        type = skip_ethernet(r);
        break;
    case PACKET_COOKED:
        bytes_skip(r, 14);
        type = bytes_u16(r);
        break;
    case PACKET_COOKED_2:
        type = bytes_u16(r);
        bytes_skip(r, 18);
        break;
    case PACKET_LOOPBACK:
        bytes_skip(r, 4);
        break;
    case PACKET_RAW:
        break;
    }
    return !r->failed && (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6);
}

enum ip {
    IP_UDP,
    IP_OTHER,
    IP_FRAGMENT, /* the first of several, with the ports */
};

/* LEN gets the octets that the header announces behind it. */
static enum ip skip_ipv4(struct bytes_reader *r, size_t *len)
{
    size_t header = (size_t)(bytes_u8(r) & 15) * 4;
    bytes_skip(r, 1);
    size_t total = bytes_u16(r);
    bytes_skip(r, 2);
    uint16_t fragment = bytes_u16(r);
    bytes_skip(r, 1);
    uint8_t protocol = bytes_u8(r);
    bytes_skip(r, 10); /* checksum, which offloading leaves wrong, and addresses */
    if (header < 20 || total < header || !bytes_skip(r, header - 20) || protocol != PROTO_UDP)
        return IP_OTHER;
    *len = total - header;
    if (fragment & 0x1fff)
        return IP_OTHER;
    return fragment & 0x2000 ? IP_FRAGMENT : IP_UDP;
}

static bool is_extension(uint8_t next)
{
    return next == 0 || next == 43 || next == 60; /* hop by hop, routing, destination */
}

static enum ip skip_ipv6(struct bytes_reader *r, size_t *len)
{
    bool is_fragment = false;
    bytes_skip(r, 4);
    *len = bytes_u16(r);
    uint8_t next = bytes_u8(r);
    bytes_skip(r, 33); /* hop limit, addresses */
    for (int i = 0; i < EXTENSIONS_MAX && (is_extension(next) || next == 44); i++) {
        size_t size = 8;
        uint8_t following = bytes_u8(r), octets = bytes_u8(r);
        uint16_t fragment = bytes_u16(r);
        if (next == 44) {
            if (fragment & 0xfff8)
                return IP_OTHER;
            is_fragment |= fragment & 1; /* neither: whole after all (RFC 6946) */
        } else {
            size += (size_t)octets * 8;
        }
        if (!bytes_skip(r, size - 4) || *len < size)
            return IP_OTHER;
        *len -= size;
        next = following;
    }
    if (r->failed || next != PROTO_UDP)
        return IP_OTHER;
    return is_fragment ? IP_FRAGMENT : IP_UDP;
}

static enum ip skip_ip(struct bytes_reader *r, size_t *len)
{
    uint8_t version = bytes_left(r) > 0 ? r->data[r->offset] >> 4 : 0;
    if (version == 4)
        return skip_ipv4(r, len);
    return version == 6 ? skip_ipv6(r, len) : IP_OTHER;
}

/* The flags of a query with an OPT record as REPLY has it among the additional ones. False:
 * something else is there. */
static bool read_additional(const struct reply *reply, uint8_t *flags)
{
    struct reply_iter iter;
    struct reply_record record;
    int state = reply_iter_init(&iter, reply);
    if (state)
        return false;
    while ((state = reply_next(&iter, &record)) == 1) {
        if (record.type != TYPE_OPT || *flags & QUERY_EDNS)
            return false;
        *flags |= QUERY_EDNS;
        *flags |= record.ttl & OPT_DO ? QUERY_DO : 0;
        *flags |= record.ttl & OPT_CO ? QUERY_CO : 0;
    }
    return state == 0 && iter.offset == reply->len;
}

/* NULL, or what keeps the message from being asked. */
static const char *read_query(const struct reply *reply, struct stock_query *out)
{
    size_t end;
    if (reply->opcode != 0)
        return "a message that is no query";
    if (reply->question_count != 1 || reply->answer_count > 0 || reply->authority_count > 0)
        return "a query without exactly one question";
    if (reply_read_name(reply, DNS_HEADER_LEN, &out->name, &end) || reply->len - end < 4)
        return "a damaged query";
    struct bytes_reader r = bytes_reader_at(reply->data, reply->len, end);
    out->type = bytes_u16(&r);
    if (bytes_u16(&r) != CLASS_IN)
        return "a class other than IN";
    if (!query_type_is_asked(out->type))
        return "a type that is not for queries";
    out->flags = (uint8_t)((reply->rd ? 0 : QUERY_NO_RD) | (reply->cd ? QUERY_CD : 0));
    return read_additional(reply, &out->flags) ? NULL : "a query with more than EDNS behind it";
}

static bool is_lookalike(uint16_t port)
{
    return port == 137 || port == 5353 || port == 5355; /* NetBIOS, mDNS, LLMNR */
}

/* IP announces LEN octets of UDP. */
static enum packet_kind parse_udp(struct bytes_reader *r, size_t len, bool is_fragment,
                                  struct stock_query *out, const char **why)
{
    struct reply reply;
    bytes_skip(r, 2);
    uint16_t port = bytes_u16(r);
    size_t udp_len = bytes_u16(r);
    bytes_skip(r, 2);
    if (r->failed || is_lookalike(port))
        return PACKET_OTHER;
    const uint8_t *payload = r->data + r->offset;
    if (is_fragment)
        *why = "a fragment";
    else if (udp_len < 8 || udp_len > len)
        *why = "a damaged UDP header";
    else if (udp_len - 8 > bytes_left(r))
        *why = "a packet that was cut short when it was captured";
    else if (!reply_init(&reply, payload, udp_len - 8))
        *why = "a message shorter than a header";
    else if (reply.qr)
        return PACKET_OTHER;
    else
        *why = read_query(&reply, out);
    if (!*why)
        return PACKET_QUERY;
    return port == PORT_DNS ? PACKET_REFUSED : PACKET_OTHER;
}

enum packet_kind packet_parse(enum packet_link link, const uint8_t *data, size_t len,
                              struct stock_query *out, const char **why)
{
    struct bytes_reader r = bytes_reader_at(data, len, 0);
    size_t udp_len;
    *why = NULL;
    if (!skip_link(&r, link))
        return PACKET_OTHER;
    enum ip ip = skip_ip(&r, &udp_len);
    return ip == IP_OTHER ? PACKET_OTHER : parse_udp(&r, udp_len, ip == IP_FRAGMENT, out, why);
}
