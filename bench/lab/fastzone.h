// SPDX-License-Identifier: BSD-2-Clause
/* The fast mode's zone: computed, not stored.
 *
 * Its list is labels 0..count (labels.h) below one apex; of each a hash tells
 * whether the name exists. A name that exists has one A record, every second one
 * AAAA too. Nothing else exists but the apex. */
#ifndef LAB_FASTZONE_H
#define LAB_FASTZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/lab/labels.h"
#include "dns/name.h"

struct fastzone {
    struct labels labels;
    struct name apex;
    uint64_t count;
    uint64_t threshold; /* of the hash */
    uint64_t seed;
};

void fastzone_init(struct fastzone *zone, const struct name *apex, uint64_t seed, uint64_t count,
                   double exists_share);

static inline uint64_t fastzone_bits(const struct fastzone *zone, uint64_t index)
{
    /* splitmix64's finisher: the low half is data, the comparison takes all */
    uint64_t x = (index + zone->seed) * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* LABEL (either case) exists; *BITS then makes its data. */
static inline bool fastzone_find(const struct fastzone *zone, const uint8_t *label, size_t len,
                                 uint64_t *bits)
{
    uint64_t index = labels_index(&zone->labels, label, len);
    if (index >= zone->count)
        return false;
    *bits = fastzone_bits(zone, index);
    return *bits <= zone->threshold && labels_match(&zone->labels, index, label, len);
}

void fastzone_a(uint64_t bits, uint8_t out[4]);
bool fastzone_aaaa(uint64_t bits, uint8_t out[16]); /* false: has none */

/* Lists in order of their numbers; names that exist lie about evenly. */
MUST_CHECK int fastzone_emit_list(const struct fastzone *zone, bool is_words, const char *path);
MUST_CHECK int fastzone_emit_truth(const struct fastzone *zone, const char *path);

#endif
