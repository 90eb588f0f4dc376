// SPDX-License-Identifier: BSD-2-Clause
/* A made-up zone with an NSEC3 chain, and the replies of its servers: signed by name only, for
 * there are no keys. Below `example`, all labels that are asked for are denied unless told
 * otherwise. */
#ifndef TESTS_UNIT_SCAN_NSEC3_WORLD_H
#define TESTS_UNIT_SCAN_NSEC3_WORLD_H

#include "tests/unit/scan/help.h"

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/dnssec.h"
#include "dns/query.h"
#include "dns/reply.h"
#include "source/arc.h"

#define WORLD_NAMES_MAX 4096
#define WORLD_TTL       60

struct world_chain {
    struct nsec3_params params;
    uint8_t hashes[WORLD_NAMES_MAX][NSEC3_HASH_LEN]; /* in order */
    size_t count;
};

struct world {
    struct name zone, signer;
    struct world_chain chain;
    uint32_t serial;
    uint8_t data[4096];
    struct bytes_writer w;
};

static inline int world_order(const void *a, const void *b)
{
    return memcmp(a, b, NSEC3_HASH_LEN);
}

static inline void world_add(struct world *world, const uint8_t *name)
{
    struct world_chain *chain = &world->chain;
    assert_true(chain->count < WORLD_NAMES_MAX);
    nsec3_hash(&chain->params, name, chain->hashes[chain->count++]);
    qsort(chain->hashes, chain->count, NSEC3_HASH_LEN, world_order);
}

/* The apex and COUNT - 1 names h1, h2, ... */
static inline void world_init(struct world *world, const char *zone, size_t count,
                              uint16_t iterations)
{
    *world = (struct world){.zone = name_of(zone), .signer = name_of(zone), .serial = 1};
    world->chain.params = (struct nsec3_params){1, iterations, 1, {0xab}};
    world_add(world, world->zone.wire);
    for (size_t i = 1; i < count; i++) {
        char text[100];
        snprintf(text, sizeof text, "h%zu.%s", i, zone);
        struct name name = name_of(text);
        nsec3_hash(&world->chain.params, name.wire, world->chain.hashes[world->chain.count++]);
    }
    qsort(world->chain.hashes, world->chain.count, NSEC3_HASH_LEN, world_order);
}

/* The span at or around HASH, by index. */
static inline size_t world_around(const struct world *world, const uint8_t *hash)
{
    const struct world_chain *chain = &world->chain;
    size_t at = 0;
    while (at < chain->count && memcmp(chain->hashes[at], hash, NSEC3_HASH_LEN) <= 0)
        at++;
    return (at + chain->count - 1) % chain->count;
}

/* --- replies --- */

static inline void world_count(struct world *world, unsigned section)
{
    uint8_t *count = world->data + 4 + 2 * (size_t)section;
    unsigned value = (unsigned)(count[0] << 8 | count[1]) + 1;
    count[0] = (uint8_t)(value >> 8);
    count[1] = (uint8_t)value;
}

static inline void world_put(struct world *world, unsigned section, const struct name *owner,
                             uint16_t type, const uint8_t *rdata, size_t len)
{
    struct bytes_writer *w = &world->w;
    world_count(world, section);
    bytes_put(w, owner->wire, owner->len);
    bytes_put_u16(w, type);
    bytes_put_u16(w, CLASS_IN);
    bytes_put_u32(w, WORLD_TTL);
    bytes_put_u16(w, (uint16_t)len);
    bytes_put(w, rdata, len);
}

static inline void world_begin(struct world *world, const uint8_t *name, uint16_t type,
                               uint8_t rcode)
{
    struct question question;
    question_init(&question, name, name_len(name), type);
    world->w = bytes_writer_at(world->data, sizeof world->data);
    bytes_put_u16(&world->w, 1);
    bytes_put_u16(&world->w, (uint16_t)(0x8400 | rcode));
    bytes_put_u16(&world->w, 1);
    bytes_put(&world->w, (uint8_t[6]){0}, 6);
    bytes_put(&world->w, question.wire, question.len);
}

static inline void world_put_soa(struct world *world)
{
    uint8_t rdata[2 + 20] = {0};
    rdata[2] = (uint8_t)(world->serial >> 24);
    rdata[5] = (uint8_t)world->serial;
    world_put(world, 2, &world->zone, TYPE_SOA, rdata, sizeof rdata);
}

static inline void world_put_rrsig(struct world *world, const struct name *owner, unsigned section)
{
    uint8_t rdata[18 + NAME_WIRE_MAX + 4] = {0};
    rdata[1] = TYPE_NSEC3;
    rdata[2] = 13;
    rdata[3] = (uint8_t)name_label_count(owner->wire);
    memset(rdata + 8, 0x7f, 4); /* expires in 2037 */
    memcpy(rdata + 18, world->signer.wire, world->signer.len);
    world_put(world, section, owner, TYPE_RRSIG, rdata, 18u + world->signer.len + 4);
}

static inline void world_put_nsec3(struct world *world, const uint8_t *hash, const uint8_t *next)
{
    static const uint8_t types[] = {0, 6, 0x40, 0, 0, 0, 0, 0x02}; /* A, RRSIG */
    const struct nsec3_params *params = &world->chain.params;
    struct name owner = {.len = (uint8_t)(1 + NSEC3_LABEL_LEN + world->zone.len)};
    uint8_t rdata[300] = {params->algorithm, 0, (uint8_t)(params->iterations >> 8),
                          (uint8_t)params->iterations, params->salt_len};
    size_t len = 5u + params->salt_len;
    memcpy(rdata + 5, params->salt, params->salt_len);
    rdata[len++] = NSEC3_HASH_LEN;
    memcpy(rdata + len, next, NSEC3_HASH_LEN);
    memcpy(rdata + len + NSEC3_HASH_LEN, types, sizeof types);
    len += NSEC3_HASH_LEN + sizeof types;
    owner.wire[0] = NSEC3_LABEL_LEN;
    base32hex_from_hash(hash, (char *)owner.wire + 1);
    memcpy(owner.wire + 1 + NSEC3_LABEL_LEN, world->zone.wire, world->zone.len);
    world_put(world, 2, &owner, TYPE_NSEC3, rdata, len);
    world_put_rrsig(world, &owner, 2);
}

static inline void world_put_span(struct world *world, size_t index)
{
    const struct world_chain *chain = &world->chain;
    world_put_nsec3(world, chain->hashes[index], chain->hashes[(index + 1) % chain->count]);
}

/* NAME's span, the apex's, that of the wildcard: NXDOMAIN, or NODATA if it exists. */
static inline void world_deny(struct world *world, const uint8_t *name, uint16_t type)
{
    uint8_t hash[NSEC3_HASH_LEN], apex[NSEC3_HASH_LEN], star[NSEC3_HASH_LEN];
    struct name wildcard = {.len = (uint8_t)(2 + world->zone.len), .wire = {1, '*'}};
    memcpy(wildcard.wire + 2, world->zone.wire, world->zone.len);
    nsec3_hash(&world->chain.params, name, hash);
    nsec3_hash(&world->chain.params, world->zone.wire, apex);
    nsec3_hash(&world->chain.params, wildcard.wire, star);
    size_t at = world_around(world, hash);
    bool exists = memcmp(world->chain.hashes[at], hash, sizeof hash) == 0;
    world_begin(world, name, type, exists ? RCODE_NOERROR : RCODE_NXDOMAIN);
    world_put_soa(world);
    world_put_span(world, at);
    if (exists)
        return;
    world_put_span(world, world_around(world, apex));
    world_put_span(world, world_around(world, star));
}

#endif
