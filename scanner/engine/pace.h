// SPDX-License-Identifier: BSD-2-Clause
/* Pacing to a ceiling. Pure: the caller brings the time.
 *
 * The due time of each query is counted from the start in fixed point (16 bits of a
 * nanosecond's fraction), so that no rate is rounded to whole microseconds and none
 * leaves in lumps of a millisecond. After a stall at most PACE_CATCH_UP of
 * arrears is made good; the rest is forgiven. Rate 0 is no ceiling. */
#ifndef ENGINE_PACE_H
#define ENGINE_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define PACE_CATCH_UP NS_PER_MS

struct pace {
    uint64_t interval; /* between queries, ns << 16; 0: no ceiling */
    mono_ns due;       /* when the next one may go */
    uint32_t fraction; /* of a nanosecond, added to due */
};

/* A rate of QPS, first one due at NOW. */
void pace_init(struct pace *pace, double qps, mono_ns now);
/* How many may go now, at most LIMIT. */
uint32_t pace_allowed(struct pace *pace, mono_ns now, uint32_t limit);
/* One goes. */
void pace_take(struct pace *pace);
/* When the next may go; 0 when there is no ceiling. */
mono_ns pace_due(const struct pace *pace);

#endif
