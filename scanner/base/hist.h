// SPDX-License-Identifier: BSD-2-Clause
/* A log-linear histogram of durations: 32 buckets an octave (error at most
 * 3.2 %), 1 us to about 71 minutes, mergeable. One writer; others may read
 * sums that are a moment old. */
#ifndef BASE_HIST_H
#define BASE_HIST_H

#include <stdint.h>

#define HIST_SUB_BITS 5
#define HIST_BUCKETS  ((32 - HIST_SUB_BITS + 1) << HIST_SUB_BITS)

struct hist {
    uint64_t count;
    uint64_t buckets[HIST_BUCKETS];
};

void hist_add(struct hist *hist, uint32_t value_us);
void hist_merge(struct hist *into, const struct hist *from);
/* The value below which SHARE (0..1) of the samples lie; 0 when empty. */
uint32_t hist_percentile_us(const struct hist *hist, double share);

#endif
