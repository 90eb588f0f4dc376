// SPDX-License-Identifier: BSD-2-Clause
/* How many queries came when: counts in steps of 100 ms from the first query on.
 *
 * The room is fixed. When it is used up, steps are taken together two by two and are
 * twice as long from then on, so that a run of any length fits. */
#ifndef LAB_SERIES_H
#define LAB_SERIES_H

#include <stdint.h>
#include <string.h>

#include "base/clock.h"

#define SERIES_STEP_NS (100 * NS_PER_MS)
#define SERIES_STEPS   4096 /* 409.6 s before the first doubling */

enum series_kind { SERIES_QUERIES, SERIES_CAPPED, SERIES_KINDS };

struct series {
    mono_ns started; /* the first query's time */
    mono_ns step_ns; /* 0 before it */
    uint32_t used;   /* steps, up to the last in which something was counted */
    uint32_t counts[SERIES_KINDS][SERIES_STEPS];
};

static inline void series_halve(struct series *series)
{
    for (unsigned kind = 0; kind < SERIES_KINDS; kind++) {
        uint32_t *counts = series->counts[kind];
        for (unsigned i = 0; i < SERIES_STEPS / 2; i++)
            counts[i] = counts[2 * i] + counts[2 * i + 1];
        memset(counts + SERIES_STEPS / 2, 0, sizeof *counts * (SERIES_STEPS / 2));
    }
    series->step_ns *= 2;
    series->used = (series->used + 1) / 2;
}

static inline void series_add(struct series *series, enum series_kind kind, mono_ns now,
                              uint32_t count)
{
    if (!series->step_ns) {
        series->started = now;
        series->step_ns = SERIES_STEP_NS;
    }
    mono_ns since = now > series->started ? now - series->started : 0;
    while (since / series->step_ns >= SERIES_STEPS)
        series_halve(series);
    uint32_t step = (uint32_t)(since / series->step_ns);
    series->counts[kind][step] += count;
    if (series->used <= step)
        series->used = step + 1;
}

#endif
