// SPDX-License-Identifier: BSD-2-Clause
/* Which parts of the hash circle may have a hash whose span is not known: one bit for each of
 * 2^22 equal parts, 512 KB, which stays in a core's cache.
 *
 * It answers in a few nanoseconds for nearly all hashes that are of no use any more; what it
 * lets through is looked up exactly. One thread marks; any thread may ask at any time, and
 * may then be told what was so a moment ago. */
#ifndef SOURCE_OPENMAP_H
#define SOURCE_OPENMAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "source/arc.h"

#define OPENMAP_BITS  22
#define OPENMAP_PARTS ((uint32_t)1 << OPENMAP_BITS)

struct openmap {
    _Atomic uint64_t words[OPENMAP_PARTS / 64];
};

/* By the first 32 bits of a hash. */
static inline uint32_t openmap_part_of(uint32_t first)
{
    return first >> (32 - OPENMAP_BITS);
}

static inline uint32_t openmap_part(const uint8_t *hash)
{
    return openmap_part_of((uint32_t)(arc_prefix(hash) >> 32));
}

static inline bool openmap_is_open(const struct openmap *map, uint32_t part)
{
    uint64_t word = atomic_load_explicit(&map->words[part / 64], memory_order_relaxed);
    return word >> (part % 64) & 1;
}

/* Marks COUNT parts from FIRST on, past the last one going on at the first. */
void openmap_mark(struct openmap *map, uint32_t first, uint32_t count, bool is_open);

#endif
