// SPDX-License-Identifier: BSD-2-Clause
/* A query is its header, one question, and whatever else comes is looked through for an OPT
 * record. A reply's header is written last, when what is in it is known. */
#include "tests/hostile/message.h"

#include <string.h>

#define HEADER_LEN 12
#define CLASS_IN   1
#define TYPE_OPT   41
#define UDP_PLAIN  512
#define UDP_OURS   1232

#define HEADER_QR 0x8000
#define HEADER_AA 0x0400
#define HEADER_TC 0x0200
#define HEADER_RD 0x0100
#define HEADER_RA 0x0080
#define HEADER_CD 0x0010
#define EDNS_DO   0x8000
#define EDNS_CO   0x4000

/* Queries have no reason to compress. */
static bool read_name(struct bytes_reader *r, uint8_t out[NAME_WIRE_MAX])
{
    size_t start = r->offset;
    uint8_t len;
    while ((len = bytes_u8(r)) != 0 && len <= NAME_LABEL_MAX && bytes_skip(r, len))
        continue;
    size_t total = r->offset - start;
    if (r->failed || len != 0 || total > NAME_WIRE_MAX)
        return false;
    memcpy(out, r->data + start, total);
    return true;
}

/* The first OPT record behind the question. */
static void read_opt(struct query *q, struct bytes_reader *r)
{
    uint8_t owner[NAME_WIRE_MAX];
    while (!r->failed && bytes_left(r) > 0 && read_name(r, owner)) {
        uint16_t type = bytes_u16(r), size = bytes_u16(r);
        uint32_t extra = bytes_u32(r);
        bytes_skip(r, bytes_u16(r));
        if (type != TYPE_OPT || r->failed)
            continue;
        q->has_edns = true;
        q->wants_dnssec = extra & EDNS_DO;
        q->has_co = extra & EDNS_CO;
        if (!q->is_tcp)
            q->room = size < UDP_PLAIN ? UDP_PLAIN : size < UDP_OURS ? size : UDP_OURS;
        return;
    }
}

bool query_read(struct query *out, const uint8_t *data, size_t len, bool is_tcp)
{
    struct bytes_reader r = bytes_reader_at(data, len, 0);
    *out = (struct query){.is_tcp = is_tcp, .room = is_tcp ? MESSAGE_MAX : UDP_PLAIN};
    out->id = bytes_u16(&r);
    out->flags = bytes_u16(&r);
    uint16_t questions = bytes_u16(&r);
    bytes_skip(&r, 6);
    if (r.failed || out->flags & HEADER_QR || questions != 1 || !read_name(&r, out->asked))
        return false;
    out->type = bytes_u16(&r);
    out->class = bytes_u16(&r);
    if (r.failed)
        return false;
    out->name.len = (uint8_t)name_len(out->asked);
    memcpy(out->name.wire, out->asked, out->name.len);
    name_lower(out->name.wire);
    read_opt(out, &r);
    return true;
}

void reply_begin(struct reply *reply, const struct query *query, uint8_t *data, size_t cap)
{
    *reply = (struct reply){
        .out = bytes_writer_at(data, cap), .is_authoritative = true, .has_edns = query->has_edns};
    uint8_t header[HEADER_LEN] = {0};
    bytes_put(&reply->out, header, sizeof header);
    bytes_put(&reply->out, query->asked, query->name.len);
    bytes_put_u16(&reply->out, query->type);
    bytes_put_u16(&reply->out, query->class);
}

void reply_put(struct reply *reply, enum section section, const uint8_t *owner, uint16_t type,
               uint32_t ttl, const uint8_t *rdata, size_t len)
{
    struct bytes_writer *w = &reply->out;
    bytes_put(w, owner, name_len(owner));
    bytes_put_u16(w, type);
    bytes_put_u16(w, CLASS_IN);
    bytes_put_u32(w, ttl);
    bytes_put_u16(w, (uint16_t)len);
    bytes_put(w, rdata, len);
    reply->counts[section]++;
}

static void put_opt(struct reply *reply, const struct query *query)
{
    struct bytes_writer *w = &reply->out;
    bytes_put_u8(w, 0);
    bytes_put_u16(w, TYPE_OPT);
    bytes_put_u16(w, UDP_OURS);
    bytes_put_u16(w, 0);
    bytes_put_u16(w, (uint16_t)((query->wants_dnssec ? EDNS_DO : 0) | reply->edns_flags));
    bytes_put_u16(w, 0);
}

static void write_header(const struct reply *reply, const struct query *query, uint8_t *at)
{
    struct bytes_writer w = bytes_writer_at(at, HEADER_LEN);
    bytes_put_u16(&w, query->id);
    bytes_put_u16(&w, (uint16_t)(HEADER_QR | (reply->is_authoritative ? HEADER_AA : 0) |
                                 (reply->is_truncated ? HEADER_TC : 0) |
                                 (reply->recurses ? HEADER_RA : 0) |
                                 (query->flags & (HEADER_RD | HEADER_CD)) | reply->rcode));
    bytes_put_u16(&w, 1);
    bytes_put_u16(&w, reply->counts[SECTION_ANSWER]);
    bytes_put_u16(&w, reply->counts[SECTION_AUTHORITY]);
    bytes_put_u16(&w, reply->has_edns);
}

size_t reply_end(struct reply *reply, const struct query *query)
{
    if (reply->has_edns)
        put_opt(reply, query);
    if (reply->out.failed || reply->out.len > query->room) {
        reply->is_truncated = true;
        reply->out.failed = false;
        reply->out.len = HEADER_LEN + query->name.len + 4u;
        reply->counts[SECTION_ANSWER] = reply->counts[SECTION_AUTHORITY] = 0;
        if (reply->has_edns)
            put_opt(reply, query);
    }
    write_header(reply, query, reply->out.data);
    return reply->out.len;
}
