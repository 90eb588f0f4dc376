// SPDX-License-Identifier: BSD-2-Clause
/* Sets and their keys, for tests of base/set.c. */
#ifndef TESTS_SET_KEYS_H
#define TESTS_SET_KEYS_H

#include <stdint.h>

#include "base/set.h"
#include "base/set_segment.h"
#include "tests/unit/base/set_blocks.h"

static inline struct set *create(void)
{
    struct set *set;
    assert_int_equal(set_create(&set), 0);
    return set;
}

/* A name's. */
static inline struct hash128 key_of(const struct set *set, unsigned number)
{
    return set_key(set, &number, sizeof number);
}

/* SplitMix64's output function: different numbers, different words. */
static inline uint64_t scattered(uint64_t number)
{
    number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
    return number ^ number >> 31;
}

/* Any number of keys that go to the same one of the segments. */
static inline struct hash128 key_in(unsigned segment, unsigned number)
{
    uint64_t seed = (UINT64_C(1) << 40) + 2 * (uint64_t)number;
    return (struct hash128){
        .high = (uint64_t)segment << (64 - HOME_SHIFT) | scattered(seed) >> HOME_SHIFT,
        .low = scattered(seed + 1),
    };
}

/* How many pairs of lines a segment of so many octets has: the most that leave a line and
 * are prime in number. */
static inline uint32_t pairs_in(size_t bytes)
{
    uint32_t pairs = (uint32_t)(bytes / SEGMENT_LINE - 1) / 2;
    for (uint32_t i = 2; i * i <= pairs; i++) {
        if (pairs % i == 0) {
            pairs--;
            i = 1;
        }
    }
    return pairs;
}

/* The slot that KEY tries first, in a segment that set.c has from set_alloc. */
static inline struct slot *home_of(struct line *lines, struct hash128 key)
{
    return lines[walk_start(pairs_in(block_bytes(lines)), key).line].slots;
}

/* Nobody is inside: nothing retired is left, and what it says it has is what it has. */
static inline void assert_at_rest(struct set *set)
{
    size_t bytes = set_memory_bytes(set);
    assert_int_equal(bytes, atomic_load(&blocks.live_bytes));
}

#endif
