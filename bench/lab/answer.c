// SPDX-License-Identifier: BSD-2-Clause
/* Reading queries and writing replies.
 *
 * A reply is: the header, the question copied byte for byte (so the client's
 * spelling comes back), answers, SOA for a denial (RFC 2308), OPT when the query
 * had one. Names are compressed against what stands before them. What does not fit
 * leaves only header, question and OPT, with TC (RFC 2181 section 9). */
#include "bench/lab/answer.h"

#include <string.h>

#include "base/bytes.h"
#include "dns/code.h"

#define FLAG_QR        0x80 /* byte 2 */
#define FLAG_TC        0x02
#define KEEP_2         0x79 /* opcode and RD are the client's */
#define FLAG_RA        0x80 /* byte 3 */
#define FLAG_CD        0x10
#define OPT_LEN        11
#define DO_BIT         0x8000
#define POINTER        0xc000
#define POINTER_MAX    0x3fff
#define STARTS_MAX     64 /* labels remembered for compression */
#define ADDITIONAL_MAX 4  /* a query has OPT and, rarely, TSIG */

/* ---- queries */

static bool read_qname(struct bytes_reader *r, struct name *out)
{
    size_t len = 0;
    for (;;) {
        uint8_t label = bytes_u8(r);
        if (r->failed || label > NAME_LABEL_MAX || len + 1u + label > NAME_WIRE_MAX ||
            !bytes_skip(r, label))
            return false;
        memcpy(out->wire + len, r->data + r->offset - label - 1, 1u + label);
        len += 1u + label;
        if (label == 0)
            break;
    }
    out->len = (uint8_t)len;
    name_lower(out->wire);
    return true;
}

/* The additional section: OPT is wanted, the root is its only owner. */
static bool read_additional(struct bytes_reader *r, unsigned count, struct query *out)
{
    for (unsigned i = 0; i < count; i++) {
        struct name owner;
        if (!read_qname(r, &owner))
            return false;
        uint16_t type = bytes_u16(r), class = bytes_u16(r);
        uint32_t ttl = bytes_u32(r);
        uint16_t rdata_len = bytes_u16(r);
        if (!bytes_skip(r, rdata_len))
            return false;
        if (type != TYPE_OPT)
            continue;
        if (owner.len != 1 || out->has_edns)
            return false;
        out->has_edns = true;
        out->wants_dnssec = ttl & DO_BIT;
        out->udp_size = class < ANSWER_UDP_PLAIN ? ANSWER_UDP_PLAIN
                        : class > ANSWER_UDP_MAX ? ANSWER_UDP_MAX
                                                 : class;
    }
    return true;
}

enum query_kind query_parse(struct query *out, const uint8_t *data, size_t len)
{
    *out = (struct query){
        .data = data, .question_end = ANSWER_HEADER_LEN, .udp_size = ANSWER_UDP_PLAIN};
    if (len < ANSWER_HEADER_LEN || data[2] & FLAG_QR)
        return QUERY_IGNORE;
    if (data[2] & 0x78)
        return QUERY_NOTIMP;
    struct bytes_reader r = bytes_reader_at(data, len, 4);
    uint16_t questions = bytes_u16(&r), answers = bytes_u16(&r), authorities = bytes_u16(&r),
             additional = bytes_u16(&r);
    if (questions != 1 || answers || authorities || additional > ADDITIONAL_MAX)
        return QUERY_FORMERR;
    if (!read_qname(&r, &out->name))
        return QUERY_FORMERR;
    out->type = bytes_u16(&r);
    out->class = bytes_u16(&r);
    if (r.failed)
        return QUERY_FORMERR;
    out->question_end = r.offset;
    if (!read_additional(&r, additional, out) || r.failed || bytes_left(&r))
        return QUERY_FORMERR;
    return QUERY_OK;
}

/* ---- replies */

struct message {
    struct bytes_writer w;
    uint16_t starts[STARTS_MAX]; /* offsets at which a label begins */
    unsigned start_count;
    uint16_t counts[3]; /* answer, authority, additional */
    const struct lies *lies;
    enum lie told;
};

static bool matches_at(const uint8_t *message, size_t at, const uint8_t *name)
{
    for (;;) {
        while (message[at] >= 0xc0) /* we wrote it: it points backwards */
            at = (size_t)(message[at] & 0x3f) << 8 | message[at + 1];
        uint8_t len = message[at];
        if (len != *name)
            return false;
        if (!len)
            return true;
        for (unsigned i = 1; i <= len; i++) {
            uint8_t c = message[at + i];
            if (c >= 'A' && c <= 'Z')
                c = (uint8_t)(c | 0x20);
            if (c != name[i])
                return false;
        }
        at += len + 1u;
        name += len + 1u;
    }
}

static void remember(struct message *m, unsigned *count, size_t at)
{
    if (*count < STARTS_MAX && at <= POINTER_MAX)
        m->starts[(*count)++] = (uint16_t)at;
}

static void put_name(struct message *m, const uint8_t *name)
{
    /* Its own labels may be pointed to only once it is complete. */
    unsigned count = m->start_count;
    for (; *name; name += *name + 1u) {
        for (unsigned i = 0; i < m->start_count; i++) {
            if (matches_at(m->w.data, m->starts[i], name)) {
                bytes_put_u16(&m->w, (uint16_t)(POINTER | m->starts[i]));
                m->start_count = count;
                return;
            }
        }
        remember(m, &count, m->w.len);
        bytes_put(&m->w, name, *name + 1u);
    }
    bytes_put_u8(&m->w, 0);
    if (!m->w.failed)
        m->start_count = count;
}

static void put_rdata(struct message *m, const struct zone_record *record)
{
    const uint8_t *rdata = record->rdata;
    switch (record->type) {
    case TYPE_CNAME:
    case TYPE_NS:
    case TYPE_PTR:
        put_name(m, rdata);
        return;
    case TYPE_MX:
        bytes_put(&m->w, rdata, 2);
        put_name(m, rdata + 2);
        return;
    case TYPE_SOA:
        put_name(m, rdata);
        rdata += name_len(rdata);
        put_name(m, rdata);
        bytes_put(&m->w, rdata + name_len(rdata), 20);
        return;
    default:
        bytes_put(&m->w, rdata, record->rdata_len);
    }
}

static void put_record(struct message *m, const uint8_t *owner, const struct zone_record *record,
                       unsigned section)
{
    put_name(m, owner);
    bytes_put_u16(&m->w, record->type);
    bytes_put_u16(&m->w, CLASS_IN);
    bytes_put_u32(&m->w, record->ttl);
    size_t len_at = m->w.len;
    bytes_put_u16(&m->w, 0);
    put_rdata(m, record);
    if (m->w.failed)
        return;
    size_t len = m->w.len - len_at - 2;
    m->w.data[len_at] = (uint8_t)(len >> 8);
    m->w.data[len_at + 1] = (uint8_t)len;
    m->counts[section]++;
}

/* An address that is not there, or not the one that is. */
static void put_lie(struct message *m, const uint8_t *owner, enum lie lie, uint16_t type)
{
    uint8_t address[16];
    struct zone_record record = {.rdata = address,
                                 .ttl = ZONE_TTL,
                                 .type = type,
                                 .rdata_len = type == TYPE_A ? 4 : sizeof address};
    lies_address(m->lies, lie, m->counts[0], address, record.rdata_len);
    put_record(m, owner, &record, 0);
    m->told = lie;
}

static bool is_address(uint16_t type)
{
    return type == TYPE_A || type == TYPE_AAAA;
}

static bool put_rrset(struct message *m, const struct answer_params *params, const uint8_t *owner,
                      const struct zone_node *node, uint16_t type)
{
    const struct zone_record *shown[ZONE_RECORDS_MAX];
    unsigned count = zone_pool_show(node, type, params->identity, params->variant, shown);
    for (unsigned i = 0; i < count; i++) {
        if (m->lies->is_wrong && is_address(type))
            put_lie(m, owner, LIE_WRONG, type);
        else
            put_record(m, owner, shown[i], 0);
    }
    return count > 0;
}

static void put_soa(struct message *m, const struct zone_node *apex)
{
    put_record(m, apex->name, zone_record_find(apex, TYPE_SOA), 1);
}

/* The zones end at the root: its SOA denies what lies outside. */
static void put_root_soa(struct message *m)
{
    static const uint8_t root[1] = {0};
    static const uint8_t rdata[22] = {[5] = 1, [19] = 1, [20] = 0x51, [21] = 0x80}; /* a day */
    struct zone_record soa = {
        .rdata = rdata, .ttl = ZONE_TTL, .type = TYPE_SOA, .rdata_len = sizeof rdata};
    put_record(m, root, &soa, 1);
}

/* NXDOMAIN, or what a rewriter makes of it: an address for A, else no data. */
static unsigned put_denial(struct message *m, const uint8_t *name, uint16_t type,
                           const struct zone_node *apex)
{
    if (m->lies->rewrite) {
        m->told = LIE_REWRITTEN;
        if (type == TYPE_A)
            put_lie(m, name, LIE_REWRITTEN, type);
        return RCODE_NOERROR;
    }
    if (apex)
        put_soa(m, apex);
    else
        put_root_soa(m);
    return RCODE_NXDOMAIN;
}

static unsigned put_forged(struct message *m, const struct query *query)
{
    if (!is_address(query->type))
        return RCODE_NXDOMAIN;
    put_lie(m, query->name.wire, LIE_FORGED, query->type);
    return RCODE_NOERROR;
}

/* The CNAME of NODE with OWNER's target in ROOM; NULL when that is no name. */
static const uint8_t *put_cname(struct message *m, const uint8_t *owner,
                                const struct zone_node *node, const struct zone_record *cname,
                                struct name *room)
{
    struct zone_record made = *cname;
    made.rdata = zone_cname_target(node, cname, owner, room);
    if (made.rdata)
        put_record(m, owner, &made, 0);
    return made.rdata;
}

/* Follows the name through the zones; returns the rcode. A target too long to be a name
 * gives what an endless chain gives: YXDOMAIN would be DNAME's (RFC 6672 section 2.2), and
 * a server that cannot make the record it has to give says SERVFAIL. */
static unsigned put_data(struct message *m, const struct answer_params *params,
                         const struct query *query)
{
    const uint8_t *name = query->name.wire;
    struct name made[2]; /* the owner's may be one, its target's the other */
    for (unsigned length = 0; name && length <= ZONE_CHAIN_MAX; length++) {
        struct zone_answer found = zones_lookup(params->zones, name);
        if (m->lies->hides) {
            found.result = ZONE_NXDOMAIN;
            m->told = LIE_HIDDEN;
        }
        if (found.result == ZONE_OUTSIDE && (length || params->outside_rcode != RCODE_NXDOMAIN))
            return length ? RCODE_NOERROR : params->outside_rcode;
        if (found.result == ZONE_OUTSIDE || found.result == ZONE_NXDOMAIN)
            return put_denial(m, name, query->type, found.apex);
        const struct zone_record *cname = zone_record_find(found.node, TYPE_CNAME);
        if (!cname) {
            if (!put_rrset(m, params, name, found.node, query->type))
                put_soa(m, found.apex);
            return RCODE_NOERROR;
        }
        name = put_cname(m, name, found.node, cname, &made[length % 2]);
        if (name && query->type == TYPE_CNAME)
            return RCODE_NOERROR;
    }
    m->counts[0] = m->counts[1] = 0; /* no end in sight */
    return RCODE_SERVFAIL;
}

static void message_begin(struct message *m, const struct answer_params *params,
                          const struct query *query, uint8_t *out, size_t cap)
{
    *m = (struct message){.w = bytes_writer_at(out, cap), .lies = &params->lies};
    bytes_put(&m->w, query->data, query->question_end);
    for (size_t at = ANSWER_HEADER_LEN; at + 4 < query->question_end && query->data[at];
         at += query->data[at] + 1u)
        remember(m, &m->start_count, at);
}

static void put_opt(struct message *m, const struct query *query)
{
    uint8_t opt[OPT_LEN] = {0, 0, TYPE_OPT, ANSWER_UDP_OWN >> 8, ANSWER_UDP_OWN & 0xff};
    opt[7] = query->wants_dnssec ? DO_BIT >> 8 : 0;
    bytes_put(&m->w, opt, sizeof opt);
    m->counts[2]++;
}

static void put_header(struct message *m, const struct query *query, unsigned rcode,
                       bool is_truncated)
{
    uint8_t *h = m->w.data;
    h[2] = (uint8_t)((query->data[2] & KEEP_2) | FLAG_QR | (is_truncated ? FLAG_TC : 0));
    h[3] = (uint8_t)((query->data[3] & FLAG_CD) | FLAG_RA | rcode);
    for (unsigned i = 0; i < 3; i++) {
        h[6 + 2 * i] = (uint8_t)(m->counts[i] >> 8);
        h[7 + 2 * i] = (uint8_t)m->counts[i];
    }
}

size_t answer_build_bare(const uint8_t *data, unsigned rcode, uint8_t out[ANSWER_HEADER_LEN])
{
    memset(out, 0, ANSWER_HEADER_LEN);
    memcpy(out, data, 2);
    out[2] = (uint8_t)((data[2] & KEEP_2) | FLAG_QR);
    out[3] = (uint8_t)(FLAG_RA | rcode);
    return ANSWER_HEADER_LEN;
}

/* The rcode of a reply without data; -1 when there are data. */
static int rcode_of(enum action action)
{
    switch (action) {
    case ACTION_SERVFAIL:
        return RCODE_SERVFAIL;
    case ACTION_REFUSED:
        return RCODE_REFUSED;
    case ACTION_FORMERR:
        return RCODE_FORMERR;
    case ACTION_TRUNCATE:
        return RCODE_NOERROR;
    default:
        return -1;
    }
}

size_t answer_build(const struct answer_params *params, const struct query *query, uint8_t *out)
{
    if (params->action == ACTION_SILENCE)
        return 0;
    if (params->action == ACTION_FORMERR_BARE)
        return answer_build_bare(query->data, RCODE_FORMERR, out);
    bool has_opt = query->has_edns && params->action != ACTION_FORMERR;
    bool is_truncated = params->action == ACTION_TRUNCATE;
    int rcode = rcode_of(params->action);
    struct message m;
    message_begin(&m, params, query, out, params->size_max - (has_opt ? OPT_LEN : 0));
    if (rcode < 0 && query->class != CLASS_IN)
        rcode = RCODE_REFUSED;
    if (rcode < 0) {
        rcode = (int)(params->lies.is_forged ? put_forged(&m, query) : put_data(&m, params, query));
        if (m.w.failed) /* the rcode stays: a cut NXDOMAIN is one */
            is_truncated = true;
        if (m.w.failed || rcode == RCODE_SERVFAIL)
            message_begin(&m, params, query, out, params->size_max);
    }
    m.w.cap = params->size_max;
    if (params->told)
        *params->told = m.told;
    if (has_opt)
        put_opt(&m, query);
    put_header(&m, query, (unsigned)rcode, is_truncated);
    return m.w.len;
}
