// SPDX-License-Identifier: BSD-2-Clause
#include "engine/pace.h"

void pace_init(struct pace *pace, double qps, mono_ns now)
{
    *pace = (struct pace){.due = now};
    if (qps <= 0)
        return;
    /* The slowest rate the fixed point holds: one query in four seconds' worth of
     * 2^64; far below any ceiling a user can give (1 q/s over 256 workers is not). */
    double interval = 1e9 / qps * 4294967296.0;
    pace->interval = interval >= 1.8e19 ? UINT64_MAX : (uint64_t)interval;
    if (pace->interval == 0)
        pace->interval = 1;
}

uint32_t pace_allowed(struct pace *pace, mono_ns now, uint32_t limit)
{
    if (pace->interval == 0)
        return limit;
    if (pace->due > now)
        return 0;
    if (now - pace->due > PACE_CATCH_UP)
        pace->due = now - PACE_CATCH_UP;
    uint64_t late = (uint64_t)(now - pace->due) << 32; /* at most 1 ms: no overflow */
    uint64_t count = late / pace->interval + 1;
    return count < limit ? (uint32_t)count : limit;
}

void pace_take(struct pace *pace)
{
    uint64_t sum = (pace->interval & UINT32_MAX) + pace->fraction;
    pace->fraction = (uint32_t)sum;
    pace->due += (mono_ns)((pace->interval >> 32) + (sum >> 32));
}

mono_ns pace_due(const struct pace *pace)
{
    return pace->interval ? pace->due : 0;
}
