// SPDX-License-Identifier: BSD-2-Clause
/* One segment of the set (set.h): an array of cache lines of four slots, in pairs. A
 * key's slots are, in this order: its home line, the other line of that pair, then pair
 * after pair at a step of the key's own, which visits all of them since their number is
 * prime. (Going on to the next line instead would make clusters: at 85 % full a put
 * looks at 3.2 lines this way, at 5.5 that way.)
 *
 * A slot is two words, and its life has one direction:
 *
 *   (0, 0) --claim--> (high, 0) --fill--> (high, low)     a key
 *      |                  |
 *      |                  +----freeze---> (high, FROZEN)  nobody's
 *      +--------freeze------------------> (FROZEN, 0)     nobody's
 *
 * Every arrow is one compare-and-swap on one word, and a word that is not 0 never
 * changes again. Whoever meets a claimed slot whose high word equals its own key's
 * tries to fill it with its own low word: nobody waits for the claimant to come back,
 * and a claimant that finds its slot filled by another just goes on to the next one.
 *
 * Why a key has one winner: all its inserters visit the same slots in the same order,
 * and pass one only when a word of it is another key's for good. So all of them come
 * to the same first slot that could take the key, and there one swap of the low word
 * succeeds.
 *
 * Why a frozen slot ends the search: had the key been put behind that slot, its
 * inserter would have passed it, but the key could have it until it was frozen. So the
 * key is not in this segment and never will be.
 *
 * Functions here take any number of threads at once unless they say otherwise. */
#ifndef BASE_SET_SEGMENT_H
#define BASE_SET_SEGMENT_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

#define SEGMENT_LINE 64 /* octets */
#define LINE_SLOTS   4
#define PAIR_SLOTS   8
#define HOME_SHIFT   11 /* high bits that choose the segment (set.c), not the home */

/* Values of a word that no key has (set_key sees to it). */
#define WORD_EMPTY  UINT64_C(0)
#define WORD_FROZEN UINT64_MAX

struct slot {
    _Atomic uint64_t high, low;
};

struct line {
    alignas(SEGMENT_LINE) struct slot slots[LINE_SLOTS];
};

enum segment_result {
    SEGMENT_NEW,    /* put here, by this call */
    SEGMENT_OLD,    /* is here */
    SEGMENT_ABSENT, /* found a free slot first: not here (find) */
    SEGMENT_FROZEN, /* is not here; whether it is elsewhere the next segment knows */
    SEGMENT_FULL,   /* all slots hold other keys */
};

/* The lines a key visits, one after the other. */
struct walk {
    uint32_t line, line_count, step, left;
};

/* Keys in order of their high word lie in order of the lines where their walks start,
 * so copying runs through both segments from start to end. */
static inline struct walk walk_start(uint32_t pair_count, struct hash128 key)
{
    uint64_t place = key.high << HOME_SHIFT >> 32, line_count = 2 * (uint64_t)pair_count;
    uint64_t pairs_on = 1 + ((key.low >> 32) * (pair_count - 1) >> 32);
    return (struct walk){
        .line = (uint32_t)(place * line_count >> 32),
        .line_count = (uint32_t)line_count,
        .step = (uint32_t)(2 * pairs_on),
        .left = (uint32_t)line_count,
    };
}

/* False when all lines were visited. */
static inline bool walk_on(struct walk *walk)
{
    walk->left--;
    walk->line ^= 1;
    if (walk->left % 2 == 0) {
        walk->line += walk->step;
        walk->line -= walk->line >= walk->line_count ? walk->line_count : 0;
    }
    return walk->left > 0;
}

/* Whether a walk goes on behind this line; a line is filled from its first slot on. A
 * hint, for fetching: the key may be in it all the same. */
static inline bool line_is_full(struct line *line)
{
    return atomic_load_explicit(&line->slots[LINE_SLOTS - 1].high, memory_order_relaxed) !=
           WORD_EMPTY;
}

/* Of a segment of PAIR_COUNT pairs of LINES. Never SEGMENT_ABSENT. */
enum segment_result segment_put(struct line *lines, uint32_t pair_count, struct hash128 key);
/* Never SEGMENT_NEW. */
enum segment_result segment_find(struct line *lines, uint32_t pair_count, struct hash128 key);

/* Freezes what is free in FROM and copies its keys to TO, which is all zeros, has room,
 * and is nobody else's yet. Afterwards FROM never changes again, and every other call
 * of this for FROM copies the same keys. */
void segment_copy(struct line *from, uint32_t from_pair_count, struct line *to,
                  uint32_t to_pair_count);

#endif
