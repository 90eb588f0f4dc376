// SPDX-License-Identifier: BSD-2-Clause
/* Which items of the input a shard takes: those whose place is congruent to its
 * index. Candidates that share a line have consecutive places from BASE on. */
#ifndef SOURCE_SHARE_H
#define SOURCE_SHARE_H

#include <stdint.h>

#include "source/source.h"

/* The smallest offset >= 0 for which BASE + offset belongs to SHARE; the next ones
 * follow in steps of shard_count. */
static inline uint64_t share_first(const struct source_share *share, uint64_t base)
{
    uint64_t count = share->shard_count;
    if (count == 1)
        return 0;
    uint64_t rest = base % count;
    return share->shard_index >= rest ? share->shard_index - rest
                                      : count - rest + share->shard_index;
}

/* How many of the places BASE .. BASE + LEN - 1 belong to SHARE. */
static inline uint64_t share_count(const struct source_share *share, uint64_t base, uint64_t len)
{
    uint64_t first = share_first(share, base);
    return first < len ? (len - 1 - first) / share->shard_count + 1 : 0;
}

#endif
