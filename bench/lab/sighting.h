// SPDX-License-Identifier: BSD-2-Clause
/* One query as a resolver sees it, and the draws that follow from it.
 *
 * All chance in the lab is a hash of (seed, resolver, name, type, k-th sighting) and
 * a number that tells what the draw is for. Numbers stay when traits come, so that
 * no fleet changes under a seed; the next one is 23. */
#ifndef LAB_SIGHTING_H
#define LAB_SIGHTING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "bench/lab/traits.h"

struct sighting {
    uint64_t seed;
    uint64_t name_hash; /* of the name in lower case */
    uint64_t zone_hash; /* of the zone's apex; 0: outside */
    uint32_t resolver;  /* the back end, where addresses share one */
    uint32_t kth;       /* from 0 */
    uint16_t type;
    bool exists; /* a name below an apex, not made from a wildcard */
    bool has_edns;
    bool is_tcp;
};

static const uint32_t draw_ids[TRAIT_COUNT] = {
    [TRAIT_DEAD] = 0,         [TRAIT_LOSS] = 1,    [TRAIT_NOEDNS] = 2, [TRAIT_REFUSE_ZONE] = 3,
    [TRAIT_SERVFAIL] = 4,     [TRAIT_TC_ONLY] = 5, [TRAIT_RTT] = 6,    [TRAIT_JITTER] = 7,
    [TRAIT_SLOW] = 8,         [TRAIT_CAP] = 9,     [TRAIT_OVER] = 10,  [TRAIT_ONLY_ZONES] = 12,
    [TRAIT_REWRITE] = 13,     [TRAIT_HIDE] = 14,   [TRAIT_WRONG] = 15, [TRAIT_FORGE] = 16,
    [TRAIT_FORGE_SHARE] = 17, [TRAIT_LATE] = 18,   [TRAIT_TURNS] = 19, [TRAIT_BACKEND] = 20,
    [TRAIT_SLIP] = 22,
};
#define DRAW_VARIANT       11 /* rotation */
#define DRAW_FALSE_ADDRESS 21

/* For this query alone. */
static inline uint64_t draw_bits(const struct sighting *s, uint32_t purpose)
{
    struct {
        uint64_t name_hash;
        uint32_t resolver, kth;
        uint32_t type, purpose;
    } key = {s->name_hash, s->resolver, s->kth, s->type, purpose};
    return hash64(&key, sizeof key, s->seed);
}

/* For something of this resolver's, whatever the type and however often it is asked:
 * THING is the hash of a name or of a zone. */
static inline uint64_t draw_fixed_bits(const struct sighting *s, uint64_t thing, uint32_t purpose)
{
    struct {
        uint64_t thing;
        uint32_t resolver, purpose;
    } key = {thing, s->resolver, purpose};
    return hash64(&key, sizeof key, s->seed);
}

/* Uniform in [0, 1). */
static inline double draw_unit(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

static inline double draw(const struct sighting *s, enum trait trait)
{
    return draw_unit(draw_bits(s, draw_ids[trait]));
}

/* The resolver treats this name, and a share of all names, this way. */
static inline bool draw_name(const struct sighting *s, enum trait trait, double share)
{
    return draw_unit(draw_fixed_bits(s, s->name_hash, draw_ids[trait])) < share;
}

#endif
