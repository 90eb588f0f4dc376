// SPDX-License-Identifier: BSD-2-Clause
/* A zone below "example" and servers of it on the simulated network, for tests of walks: honest by
 * the RFCs (4034, 4035 section 3.1, 4592, 6672), unless a test tells them otherwise. Signatures
 * are made up: the zone gives no keys. Include after cmocka.h. */
#ifndef TESTS_UNIT_SCAN_WALK_ZONE_H
#define TESTS_UNIT_SCAN_WALK_ZONE_H

#include <arpa/inet.h>
#include <stdlib.h>

#include "dns/canon.h"
#include "dns/code.h"
#include "tests/fake/net.h"
#include "tests/unit/verdict/message.h"
#include "tests/unit/verdict/denials.h"

#define WALK_NAMES_MAX 20000

enum owner_kind { OWNER_APEX, OWNER_HOST, OWNER_CUT, OWNER_SIGNED_CUT, OWNER_DNAME, OWNER_WILD };

struct owner {
    struct name name;
    enum owner_kind kind;
};

struct walk_zone {
    struct owner owners[WALK_NAMES_MAX]; /* in canonical order, the apex first */
    size_t count;
    uint32_t serial;
};

static int by_owner(const void *a, const void *b)
{
    return canon_compare(((const struct owner *)a)->name.wire,
                         ((const struct owner *)b)->name.wire);
}

static void zone_add(struct walk_zone *zone, const char *text, enum owner_kind kind)
{
    assert_true(zone->count < WALK_NAMES_MAX);
    zone->owners[zone->count++] = (struct owner){.name = name_of(text), .kind = kind};
}

static void zone_sort(struct walk_zone *zone)
{
    qsort(zone->owners, zone->count, sizeof *zone->owners, by_owner);
}

/* The last owner at or before NAME, by its index. */
static size_t zone_before(const struct walk_zone *zone, const struct name *name)
{
    size_t low = 0, high = zone->count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (canon_compare(zone->owners[middle].name.wire, name->wire) <= 0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool zone_has(const struct walk_zone *zone, const struct name *name)
{
    return name_equal(zone->owners[zone_before(zone, name)].name.wire, name->wire);
}

/* NAME is above an owner. */
static bool zone_is_ent(const struct walk_zone *zone, const struct name *name)
{
    size_t after = zone_before(zone, name) + 1;
    return after < zone->count && name_is_under(zone->owners[after].name.wire, name->wire);
}

static void put_nsec_of(struct message *m, enum message_section section,
                        const struct walk_zone *zone, size_t index)
{
    static const uint16_t types[][6] = {
        [OWNER_APEX] = {TYPE_NS, TYPE_SOA, TYPE_RRSIG, TYPE_NSEC, TYPE_DNSKEY},
        [OWNER_HOST] = {TYPE_A, TYPE_RRSIG, TYPE_NSEC},
        [OWNER_CUT] = {TYPE_NS, TYPE_RRSIG, TYPE_NSEC},
        [OWNER_SIGNED_CUT] = {TYPE_NS, TYPE_DS, TYPE_RRSIG, TYPE_NSEC},
        [OWNER_DNAME] = {TYPE_DNAME, TYPE_RRSIG, TYPE_NSEC},
        [OWNER_WILD] = {TYPE_A, TYPE_RRSIG, TYPE_NSEC},
    };
    const struct owner *owner = &zone->owners[index];
    const struct name *next = &zone->owners[(index + 1) % zone->count].name;
    uint8_t rdata[600];
    struct bytes_writer w = bytes_writer_at(rdata, sizeof rdata);
    bytes_put(&w, next->wire, next->len);
    put_types(&w, types[owner->kind]);
    put_record(m, section, &owner->name, TYPE_NSEC, rdata, w.len);
    put_signed(m, section, &owner->name, TYPE_NSEC);
}

static void put_cover(struct message *m, const struct walk_zone *zone, const struct name *name)
{
    put_nsec_of(m, IN_AUTHORITY, zone, zone_before(zone, name));
}

/* The owner that ends the zone at or above NAME, or NULL. */
static const struct owner *zone_end_above(const struct walk_zone *zone, const struct name *name)
{
    for (unsigned labels = 2; labels <= name_label_count(name->wire); labels++) {
        const uint8_t *wire = name_suffix(name->wire, labels);
        struct name above = {.len = (uint8_t)name_len(wire)};
        memcpy(above.wire, wire, above.len);
        const struct owner *owner = &zone->owners[zone_before(zone, &above)];
        bool is_cut = owner->kind == OWNER_CUT || owner->kind == OWNER_SIGNED_CUT;
        bool is_dname = owner->kind == OWNER_DNAME && labels < name_label_count(name->wire);
        if (name_equal(owner->name.wire, above.wire) && (is_cut || is_dname))
            return owner;
    }
    return NULL;
}

static void put_end(struct message *m, const struct walk_zone *zone, const struct owner *owner)
{
    if (owner->kind == OWNER_DNAME) {
        put_record(m, IN_ANSWER, &owner->name, TYPE_DNAME, "\4test", 6);
        return;
    }
    put_record(m, IN_AUTHORITY, &owner->name, TYPE_NS, "\2ns\4test", 9);
    if (owner->kind == OWNER_SIGNED_CUT)
        put_record(m, IN_AUTHORITY, &owner->name, TYPE_DS, "\0\1\15\2abcd", 8);
    else
        put_cover(m, zone, &owner->name);
}

/* What denies NAME: what covers it and the wildcard that could make it, if there is none. */
static void put_denial(struct message *m, const struct walk_zone *zone, const struct name *name)
{
    struct name wildcard = {.wire = {1, '*'}};
    const uint8_t *encloser = name_parent(name->wire);
    for (;; encloser = name_parent(encloser)) {
        struct name above = {.len = (uint8_t)name_len(encloser)};
        memcpy(above.wire, encloser, above.len);
        if (zone_has(zone, &above) || zone_is_ent(zone, &above))
            break;
    }
    wildcard.len = (uint8_t)(2 + name_len(encloser));
    memcpy(wildcard.wire + 2, encloser, wildcard.len - 2u);
    bool is_wild = zone_has(zone, &wildcard);
    m->data[3] = (uint8_t)(is_wild ? RCODE_NOERROR : RCODE_NXDOMAIN);
    put_cover(m, zone, name);
    if (zone_before(zone, name) != zone_before(zone, &wildcard) || is_wild)
        put_cover(m, zone, &wildcard);
}

static void put_answer(struct message *m, const struct walk_zone *zone, const struct name *name,
                       uint16_t type)
{
    const struct owner *end = zone_end_above(zone, name);
    bool is_apex = name->len == zone->owners[0].name.len;
    if (end) {
        put_end(m, zone, end);
    } else if (zone_has(zone, name) && (type == TYPE_NSEC || (type == TYPE_SOA && is_apex))) {
        if (type == TYPE_NSEC) {
            put_nsec_of(m, IN_ANSWER, zone, zone_before(zone, name));
            return;
        }
        put_soa(m, IN_ANSWER, zone->serial);
        put_signed(m, IN_ANSWER, name, TYPE_SOA);
    } else {
        put_soa(m, IN_AUTHORITY, zone->serial);
        if (zone_has(zone, name) || zone_is_ent(zone, name))
            put_cover(m, zone, name);
        else
            put_denial(m, zone, name);
    }
}

/* A reply's beginning: QUERY's question; NAME and TYPE are what it asks. */
static uint16_t begin_reply(struct message *m, const struct net_query *query, struct name *name)
{
    name->len = (uint8_t)name_len(query->data + DNS_HEADER_LEN);
    memcpy(name->wire, query->data + DNS_HEADER_LEN, name->len);
    name_lower(name->wire);
    size_t end = (size_t)DNS_HEADER_LEN + name->len + 4;
    m->w = bytes_writer_at(m->data, sizeof m->data);
    bytes_put(&m->w, query->data, end);
    memset(m->data + 6, 0, 6);
    m->data[2] |= 0x84; /* QR AA */
    m->data[3] = RCODE_NOERROR;
    return (uint16_t)(query->data[end - 4] << 8 | query->data[end - 3]);
}

#endif
