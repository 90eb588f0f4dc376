// SPDX-License-Identifier: BSD-2-Clause
#include "base/set_segment.h"

/* The winner's swap is release and every read of a word acquire: what a thread did
 * before SET_NEW is seen by all who get SET_OLD. */
static uint64_t read_word(_Atomic uint64_t *word)
{
    return atomic_load_explicit(word, memory_order_acquire);
}

/* The word afterwards: VALUE if it was free, else what it was. */
static uint64_t settle_word(_Atomic uint64_t *word, uint64_t value, uint64_t was)
{
    if (was != WORD_EMPTY || !atomic_compare_exchange_strong_explicit(
                                 word, &was, value, memory_order_acq_rel, memory_order_acquire))
        return was;
    return value;
}

/* SEGMENT_FULL here means: taken by another key, go on. */
static enum segment_result slot_put(struct slot *slot, struct hash128 key)
{
    uint64_t high = settle_word(&slot->high, key.high, read_word(&slot->high));
    if (high != key.high)
        return high == WORD_FROZEN ? SEGMENT_FROZEN : SEGMENT_FULL;
    uint64_t low = read_word(&slot->low);
    if (low == WORD_EMPTY &&
        atomic_compare_exchange_strong_explicit(&slot->low, &low, key.low, memory_order_acq_rel,
                                                memory_order_acquire))
        return SEGMENT_NEW;
    if (low == key.low)
        return SEGMENT_OLD;
    return low == WORD_FROZEN ? SEGMENT_FROZEN : SEGMENT_FULL;
}

enum segment_result segment_put(struct line *lines, uint32_t pair_count, struct hash128 key)
{
    struct walk walk = walk_start(pair_count, key);
    do {
        for (unsigned i = 0; i < LINE_SLOTS; i++) {
            enum segment_result result = slot_put(&lines[walk.line].slots[i], key);
            if (result != SEGMENT_FULL)
                return result;
        }
    } while (walk_on(&walk));
    return SEGMENT_FULL;
}

static enum segment_result slot_find(struct slot *slot, struct hash128 key)
{
    uint64_t high = read_word(&slot->high);
    if (high == WORD_EMPTY)
        return SEGMENT_ABSENT;
    if (high != key.high)
        return high == WORD_FROZEN ? SEGMENT_FROZEN : SEGMENT_FULL;
    uint64_t low = read_word(&slot->low);
    if (low == key.low)
        return SEGMENT_OLD;
    /* Free: whoever puts this key must fill it here, and nobody has yet. */
    if (low == WORD_EMPTY)
        return SEGMENT_ABSENT;
    return low == WORD_FROZEN ? SEGMENT_FROZEN : SEGMENT_FULL;
}

enum segment_result segment_find(struct line *lines, uint32_t pair_count, struct hash128 key)
{
    struct walk walk = walk_start(pair_count, key);
    do {
        for (unsigned i = 0; i < LINE_SLOTS; i++) {
            enum segment_result result = slot_find(&lines[walk.line].slots[i], key);
            if (result != SEGMENT_FULL)
                return result;
        }
    } while (walk_on(&walk));
    return SEGMENT_FULL;
}

/* A frozen slot's key; a word is WORD_FROZEN when there is none. */
static struct hash128 slot_freeze(struct slot *slot)
{
    struct hash128 key = {
        .high = settle_word(&slot->high, WORD_FROZEN, read_word(&slot->high)),
        .low = WORD_FROZEN,
    };
    if (key.high != WORD_FROZEN)
        key.low = settle_word(&slot->low, WORD_FROZEN, read_word(&slot->low));
    return key;
}

/* Plain stores will do: nobody else sees LINES. */
static bool place_in(struct line *line, struct hash128 key)
{
    for (unsigned i = 0; i < LINE_SLOTS; i++) {
        struct slot *slot = &line->slots[i];
        if (atomic_load_explicit(&slot->high, memory_order_relaxed) != WORD_EMPTY)
            continue;
        atomic_store_explicit(&slot->high, key.high, memory_order_relaxed);
        atomic_store_explicit(&slot->low, key.low, memory_order_relaxed);
        return true;
    }
    return false;
}

static void place(struct line *lines, uint32_t pair_count, struct hash128 key)
{
    struct walk walk = walk_start(pair_count, key);
    while (!place_in(&lines[walk.line], key) && walk_on(&walk))
        ;
}

void segment_copy(struct line *from, uint32_t from_pair_count, struct line *to,
                  uint32_t to_pair_count)
{
    for (uint32_t at = 0; at < 2 * from_pair_count; at++) {
        for (unsigned i = 0; i < LINE_SLOTS; i++) {
            struct hash128 key = slot_freeze(&from[at].slots[i]);
            if (key.low != WORD_FROZEN)
                place(to, to_pair_count, key);
        }
    }
}
