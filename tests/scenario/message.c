// SPDX-License-Identifier: BSD-2-Clause
/* Replies, written octet by octet and without compression: the program under test has
 * no code for that, so nothing is tested against itself. */
#include <stdlib.h>
#include <string.h>

#include "tests/scenario/scenario.h"

#define CHAIN_MAX 12
#define TTL       60
#define TXT       16

struct message {
    uint8_t *data;
    size_t len;
    uint16_t counts[4]; /* question, answer, authority, additional */
    uint16_t class;     /* of the answer's records */
    uint32_t ttl;
};

static void put(struct message *m, const void *data, size_t len)
{
    if (m->len + len > 65535)
        abort();
    memcpy(m->data + m->len, data, len);
    m->len += len;
}

static void put16(struct message *m, unsigned value)
{
    put(m, (const uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

static void put_record(struct message *m, unsigned section, const struct name *owner,
                       const struct record *record)
{
    put(m, owner->wire, owner->len);
    put16(m, record->type);
    put16(m, section == 1 ? m->class : CLASS_IN);
    put16(m, m->ttl >> 16);
    put16(m, m->ttl & 0xffff);
    put16(m, record->len);
    put(m, record->rdata, record->len);
    m->counts[section]++;
}

bool message_question(const uint8_t *data, size_t len, struct name *name, uint16_t *type,
                      bool *with_edns)
{
    size_t at = 12;
    if (len < 12 || data[4] != 0 || data[5] != 1)
        return false;
    while (at < len && data[at] != 0)
        at += 1u + data[at];
    if (at + 5 > len || at - 12 >= NAME_WIRE_MAX)
        return false;
    name->len = (uint8_t)(at + 1 - 12);
    memcpy(name->wire, data + 12, name->len);
    *type = (uint16_t)(data[at + 1] << 8 | data[at + 2]);
    *with_edns = data[11] == 1;
    return true;
}

/* --- the zone --- */

static bool has_name(const struct records *zone, const uint8_t *name)
{
    for (size_t i = 0; i < zone->count; i++)
        if (name_is_under(zone->items[i].owner.wire, name))
            return true;
    return false;
}

/* The wildcard that a name is made from, *.PARENT of its closest encloser. */
static struct name wildcard_for(const struct name *name)
{
    struct name out = {.len = 0};
    const uint8_t *parent = name_parent(name->wire);
    out.wire[0] = 1;
    out.wire[1] = '*';
    memcpy(out.wire + 2, parent, name_len(parent));
    out.len = (uint8_t)(2 + name_len(parent));
    return out;
}

static struct name source_of(const struct records *zone, const struct name *name)
{
    struct name at = *name;
    if (has_name(zone, at.wire))
        return at;
    for (;;) {
        struct name wildcard = wildcard_for(&at);
        const uint8_t *parent = name_parent(at.wire);
        if (has_name(zone, wildcard.wire))
            return wildcard;
        if (has_name(zone, parent) || *parent == 0)
            return *name;
        struct name up = {.len = (uint8_t)name_len(parent)};
        memcpy(up.wire, parent, up.len);
        at = up;
    }
}

/* Puts those of SOURCE's records that are of TYPE under OWNER; how many. */
static unsigned put_matching(struct message *m, const struct records *zone,
                             const struct name *source, const struct name *owner, uint16_t type,
                             uint64_t counter, const struct record **last)
{
    unsigned total = 0, put_count = 0, pick = 0;
    for (size_t i = 0; i < zone->count; i++) {
        const struct record *r = &zone->items[i];
        if (r->type == type && name_equal(r->owner.wire, source->wire)) {
            total++;
            pick = r->pick ? r->pick : pick;
        }
    }
    pick = pick && pick < total ? pick : total;
    unsigned at = 0;
    for (size_t i = 0; i < zone->count; i++) {
        const struct record *r = &zone->items[i];
        if (r->type != type || !name_equal(r->owner.wire, source->wire))
            continue;
        if ((at + total - counter * pick % total) % total < pick) {
            put_record(m, 1, owner, r);
            *last = r;
            put_count++;
        }
        at++;
    }
    return put_count;
}

/* Follows CNAMEs inside the zone; the rcode. */
static unsigned put_answer(struct message *m, const struct records *zone, struct name name,
                           uint16_t type, uint64_t counter)
{
    const struct record *last = NULL;
    for (int i = 0; i < CHAIN_MAX; i++) {
        struct name source = source_of(zone, &name);
        if (!has_name(zone, source.wire))
            return RCODE_NXDOMAIN;
        if (put_matching(m, zone, &source, &name, type, counter, &last) > 0)
            return RCODE_NOERROR;
        if (put_matching(m, zone, &source, &name, TYPE_CNAME, counter, &last) == 0)
            return RCODE_NOERROR;
        name.len = (uint8_t)last->len;
        memcpy(name.wire, last->rdata, last->len);
    }
    return RCODE_NOERROR;
}

/* --- forgeries of the question and the header --- */

static void forge_question(uint8_t *question, size_t name_len_, enum forgery forgery)
{
    uint8_t *tail = question + name_len_;
    switch (forgery) {
    case FORGE_QUESTION:
        question[1] = question[1] == 'x' ? 'y' : 'x';
        break;
    case FORGE_CASE:
        question[1] = (uint8_t)(question[1] ^ 0x20);
        break;
    case FORGE_LOWER:
        name_lower(question);
        break;
    case FORGE_TYPE:
        tail[1] = (uint8_t)(tail[1] + 1);
        break;
    case FORGE_CLASS:
        tail[3] = 3; /* CH */
        break;
    default:
        break;
    }
}

static void finish_header(struct message *m, const struct action *action,
                          const struct net_query *query, unsigned rcode, bool is_authoritative)
{
    bool has_aa = action->aa == YES || (is_authoritative && action->aa != NO);
    uint8_t *h = m->data;
    memcpy(h, query->data, 2);
    if (action->forgery == FORGE_ID)
        h[1] = (uint8_t)(h[1] + 1);
    h[2] = (uint8_t)(0x80 | (query->data[2] & 1) | (has_aa ? 4 : 0) | (action->tc ? 2 : 0));
    if (action->forgery == FORGE_QR)
        h[2] = (uint8_t)(h[2] & 0x7f);
    if (action->forgery == FORGE_OPCODE)
        h[2] = (uint8_t)(h[2] | 4 << 3);
    h[3] = (uint8_t)((is_authoritative ? 0 : 0x80) | rcode);
    if (action->forgery == FORGE_COUNT)
        m->counts[1]++;
    for (unsigned i = 0; i < 4; i++) {
        h[4 + 2 * i] = (uint8_t)(m->counts[i] >> 8);
        h[5 + 2 * i] = (uint8_t)m->counts[i];
    }
}

/* `_` in a record stands for the name asked, `_.suffix` for its first label and the suffix. */
static struct name fill_in(const struct name *name, const struct name *asked)
{
    struct name out = *asked;
    if (name->wire[0] != 1 || name->wire[1] != '_')
        return *name;
    if (name->len > 3) {
        size_t label = 1u + asked->wire[0];
        memcpy(out.wire + label, name->wire + 2, name->len - 2u);
        out.len = (uint8_t)(label + name->len - 2);
    }
    return out;
}

static void put_written(struct message *m, const struct record *written, const struct name *asked)
{
    struct record record = *written;
    struct name owner = fill_in(&record.owner, asked);
    if (record.type == TYPE_CNAME) {
        struct name target = {.len = (uint8_t)record.len};
        memcpy(target.wire, record.rdata, record.len);
        target = fill_in(&target, asked);
        record.len = target.len;
        memcpy(record.rdata, target.wire, target.len);
    }
    put_record(m, 1, &owner, &record);
}

/* RFC 6891 section 6.1.3: the rcode's upper bits, version 0. */
static void put_opt(struct message *m, unsigned extended)
{
    static const uint8_t root[1];
    put(m, root, sizeof root);
    put16(m, TYPE_OPT);
    put16(m, 1232);
    put16(m, extended << 8);
    put16(m, 0);
    put16(m, 0);
    m->counts[3]++;
}

static void put_padding(struct message *m, size_t octets)
{
    struct record record = {.type = TXT};
    struct name root = {.len = 1};
    while (octets > 0) {
        size_t part = octets < 255 ? octets : 255;
        record.rdata[0] = (uint8_t)part;
        memset(record.rdata + 1, 'p', part);
        record.len = (uint16_t)(part + 1);
        put_record(m, 3, &root, &record);
        octets -= part;
    }
}

size_t message_build(uint8_t out[65535], const struct action *action, const struct net_query *query,
                     const struct records *zone, uint64_t counter, bool is_authoritative)
{
    struct message m = {.data = out,
                        .class = action->forgery == FORGE_RECORDS ? 3 : CLASS_IN,
                        .ttl = action->ttl < 0 ? TTL : (uint32_t)action->ttl};
    struct name name;
    uint16_t type;
    bool with_edns;
    unsigned rcode = action->rcode;
    static const uint8_t header[12];
    put(&m, header, sizeof header);
    if (!message_question(query->data, query->len, &name, &type, &with_edns))
        abort();
    if (action->kind != ACT_BARE) {
        put(&m, query->data + 12, name.len + 4u);
        forge_question(m.data + 12, name.len, action->forgery);
        m.counts[0] = 1;
        if (action->kind == ACT_ANSWER && !action->tc)
            rcode = put_answer(&m, zone, name, type, counter);
        for (size_t i = 0; i < action->answer.count; i++)
            put_written(&m, &action->answer.items[i], &name);
        for (size_t i = 0; i < action->authority.count; i++)
            put_record(&m, 2, &action->authority.items[i].owner, &action->authority.items[i]);
        put_padding(&m, action->pad);
        if (action->extended >= 0)
            put_opt(&m, (unsigned)action->extended);
    }
    finish_header(&m, action, query, rcode, is_authoritative);
    return action->cut && action->cut < m.len ? action->cut : m.len;
}
