// SPDX-License-Identifier: BSD-2-Clause
/* The highest rate seen: counts in steps of 20 ms over the last second.
 *
 * A window of a second holds 50 steps, the last of them unfinished, so it spans
 * 0.98 to 1 s: never more than the truth, at most 2 % less of a steady stream. */
#ifndef LAB_METER_H
#define LAB_METER_H

#include <stdint.h>
#include <string.h>

#include "base/clock.h"

#define METER_STEP_NS (20 * NS_PER_MS)
#define METER_STEPS   50 /* a second */
#define METER_SHORT   5  /* 100 ms */

struct meter {
    int64_t step; /* number of the newest step */
    uint32_t counts[METER_STEPS];
    uint32_t in_1s, in_100ms;
    uint32_t peak_1s, peak_100ms;
};

static inline void meter_advance(struct meter *meter, int64_t step)
{
    if (step - meter->step >= METER_STEPS) {
        memset(meter->counts, 0, sizeof meter->counts);
        meter->in_1s = meter->in_100ms = 0;
        meter->step = step;
        return;
    }
    while (meter->step < step) {
        meter->step++;
        uint32_t *slot = &meter->counts[meter->step % METER_STEPS];
        int64_t leaving = meter->step - METER_SHORT + METER_STEPS;
        meter->in_100ms -= meter->counts[leaving % METER_STEPS];
        meter->in_1s -= *slot;
        *slot = 0;
    }
}

static inline void meter_add(struct meter *meter, mono_ns now, uint32_t count)
{
    meter_advance(meter, now / METER_STEP_NS);
    meter->counts[meter->step % METER_STEPS] += count;
    meter->in_1s += count;
    meter->in_100ms += count;
    if (meter->in_1s > meter->peak_1s)
        meter->peak_1s = meter->in_1s;
    if (meter->in_100ms > meter->peak_100ms)
        meter->peak_100ms = meter->in_100ms;
}

#endif
