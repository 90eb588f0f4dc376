// SPDX-License-Identifier: BSD-2-Clause
/* Ranks drawn by Zipf's law: rank i of COUNT, from 0, has a share proportional to
 * 1 / (i + 1)^EXPONENT; with exponent 0 all have the same. A draw costs one random number and one
 * look at a table, however many ranks there are (Walker's alias method, as Vose builds it). */
#ifndef SOURCE_WORKLOAD_ZIPF_H
#define SOURCE_WORKLOAD_ZIPF_H

#include <stdint.h>

#include "base/err.h"

struct zipf_slot {
    uint32_t own;   /* share of the slot that is its own rank's, in 2^-32 */
    uint32_t other; /* the rank that has the rest; itself where it has all */
};

/* Fills SLOTS[0..COUNT), COUNT > 0, EXPONENT >= 0. ERR_NOMEM. */
MUST_CHECK int zipf_build(struct zipf_slot *slots, uint32_t count, double exponent);

/* RANDOM: 64 even bits. */
static inline uint32_t zipf_draw(const struct zipf_slot *slots, uint32_t count, uint64_t random)
{
    uint32_t at = (uint32_t)((random >> 32) * count >> 32);
    return (uint32_t)random < slots[at].own ? at : slots[at].other;
}

#endif
