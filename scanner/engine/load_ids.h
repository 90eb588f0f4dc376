// SPDX-License-Identifier: BSD-2-Clause
/* A set of message ids, for those that were asked by a connection. Zeroed is empty. */
#ifndef ENGINE_LOAD_IDS_H
#define ENGINE_LOAD_IDS_H

#include <stdbool.h>
#include <stdint.h>

struct load_ids {
    uint64_t words[65536 / 64];
    uint32_t count;
    uint32_t word; /* none is in those before */
};

static inline void load_ids_put(struct load_ids *ids, uint16_t id)
{
    uint64_t bit = 1ULL << id % 64;
    ids->count += (ids->words[id / 64] & bit) == 0;
    ids->words[id / 64] |= bit;
    if (id / 64u < ids->word)
        ids->word = id / 64u;
}

/* False: it is not in it. */
static inline bool load_ids_drop(struct load_ids *ids, uint16_t id)
{
    uint64_t bit = 1ULL << id % 64;
    bool was_there = (ids->words[id / 64] & bit) != 0;
    ids->count -= was_there;
    ids->words[id / 64] &= ~bit;
    return was_there;
}

/* The least, which is dropped; false: it is empty. */
static inline bool load_ids_take(struct load_ids *ids, uint16_t *out)
{
    if (ids->count == 0)
        return false;
    while (ids->words[ids->word] == 0)
        ids->word++;
    *out = (uint16_t)(ids->word * 64 + (uint32_t)__builtin_ctzll(ids->words[ids->word]));
    return load_ids_drop(ids, *out);
}

#endif
