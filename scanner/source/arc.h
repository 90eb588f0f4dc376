// SPDX-License-Identifier: BSD-2-Clause
/* Arcs of the circle on which NSEC3 hashes lie (RFC 5155): from a hash, included, clockwise to
 * another, not included; from a hash to itself is the whole circle.
 *
 * Lengths are in units of 2^-63 of the circle, so that the whole is a number, too, and the
 * lengths of arcs that follow each other add up exactly. */
#ifndef SOURCE_ARC_H
#define SOURCE_ARC_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "dns/dnssec.h"

#define ARC_WHOLE ((uint64_t)1 << 63)

static inline int arc_compare(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, NSEC3_HASH_LEN);
}

/* The first 64 bits of HASH as a number. */
static inline uint64_t arc_prefix(const uint8_t *hash)
{
    uint64_t value;
    memcpy(&value, hash, sizeof value);
    return __builtin_bswap64(value);
}

/* HASH lies in the arc FROM to TO. */
static inline bool arc_has(const uint8_t *from, const uint8_t *to, const uint8_t *hash)
{
    if (arc_compare(from, to) < 0)
        return arc_compare(from, hash) <= 0 && arc_compare(hash, to) < 0;
    return arc_compare(from, hash) <= 0 || arc_compare(hash, to) < 0;
}

static inline uint64_t arc_length(const uint8_t *from, const uint8_t *to)
{
    uint64_t length = ((arc_prefix(to) >> 1) - (arc_prefix(from) >> 1)) & (ARC_WHOLE - 1);
    if (length == 0 && arc_compare(from, to) >= 0)
        return ARC_WHOLE; /* all the way round */
    return length;
}

#endif
