// SPDX-License-Identifier: BSD-2-Clause
/* A made-up NSEC3 chain of COUNT random hashes, which tells the span around any hash. */
#ifndef TESTS_UNIT_SOURCE_CHAIN_H
#define TESTS_UNIT_SOURCE_CHAIN_H

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "source/arc.h"
#include "source/gaps.h"

struct chain {
    uint8_t (*owners)[NSEC3_HASH_LEN]; /* in order */
    size_t count;
};

static inline void chain_random_hash(struct rng_fast *rng, uint8_t hash[NSEC3_HASH_LEN])
{
    uint64_t words[3];
    for (size_t i = 0; i < 3; i++)
        words[i] = rng_fast_u64(rng);
    memcpy(hash, words, NSEC3_HASH_LEN);
}

static inline int chain_order(const void *a, const void *b)
{
    return arc_compare(a, b);
}

static inline struct chain chain_create(size_t count, struct rng_fast *rng)
{
    struct chain chain = {.owners = calloc(count, NSEC3_HASH_LEN), .count = count};
    assert_non_null(chain.owners);
    for (size_t i = 0; i < count; i++)
        chain_random_hash(rng, chain.owners[i]);
    qsort(chain.owners, count, NSEC3_HASH_LEN, chain_order);
    return chain;
}

static inline void chain_destroy(struct chain *chain)
{
    free(chain->owners);
}

static inline struct gaps_span chain_span(const struct chain *chain, size_t index)
{
    struct gaps_span span = {.is_opt_out = false};
    memcpy(span.owner, chain->owners[index], NSEC3_HASH_LEN);
    memcpy(span.next, chain->owners[(index + 1) % chain->count], NSEC3_HASH_LEN);
    return span;
}

/* What a server's reply to a name with this hash has. */
static inline struct gaps_span chain_around(const struct chain *chain, const uint8_t *hash)
{
    size_t low = 0, high = chain->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (arc_compare(chain->owners[middle], hash) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return chain_span(chain, (low + chain->count - 1) % chain->count);
}

#endif
