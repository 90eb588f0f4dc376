// SPDX-License-Identifier: BSD-2-Clause
/* A token bucket: RATE a second, at most DEPTH at once. Time comes from outside. */
#ifndef LAB_BUCKET_H
#define LAB_BUCKET_H

#include <stdbool.h>

#include "base/clock.h"

#define BUCKET_DEPTH_S 0.2 /* of the rate: what a resolver's limiter forgives at once */

struct bucket {
    double rate_qps; /* 0: no limit */
    double depth;    /* >= 1 */
    double tokens;
    mono_ns filled; /* when tokens was true */
};

static inline void bucket_init(struct bucket *bucket, double rate_qps, mono_ns now)
{
    double depth = rate_qps * BUCKET_DEPTH_S;
    *bucket = (struct bucket){.rate_qps = rate_qps, .depth = depth < 1 ? 1 : depth, .filled = now};
    bucket->tokens = bucket->depth;
}

static inline bool bucket_take(struct bucket *bucket, mono_ns now)
{
    if (bucket->rate_qps <= 0)
        return true;
    if (now > bucket->filled) {
        bucket->tokens += (double)(now - bucket->filled) * 1e-9 * bucket->rate_qps;
        if (bucket->tokens > bucket->depth)
            bucket->tokens = bucket->depth;
        bucket->filled = now;
    }
    if (bucket->tokens < 1)
        return false;
    bucket->tokens -= 1;
    return true;
}

#endif
