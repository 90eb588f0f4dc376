// SPDX-License-Identifier: BSD-2-Clause
#include "engine/pace.h"

/* An interval is at most 2^-16 ns too short: at a million a second 1.3 ms in a day. */
#define FRACTION_BITS 16
#define FRACTION_MASK ((1u << FRACTION_BITS) - 1)

void pace_init(struct pace *pace, double qps, mono_ns now)
{
    *pace = (struct pace){.due = now};
    if (qps <= 0)
        return;
    /* Slower than one query in three days is one in three days. */
    double interval = 1e9 / qps * (1 << FRACTION_BITS);
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
    uint64_t late = (uint64_t)(now - pace->due) << FRACTION_BITS; /* at most 1 ms */
    uint64_t count = late / pace->interval + 1;
    return count < limit ? (uint32_t)count : limit;
}

void pace_take(struct pace *pace)
{
    uint64_t sum = (pace->interval & FRACTION_MASK) + pace->fraction;
    pace->fraction = (uint32_t)(sum & FRACTION_MASK);
    pace->due += (mono_ns)((pace->interval >> FRACTION_BITS) + (sum >> FRACTION_BITS));
}

mono_ns pace_due(const struct pace *pace)
{
    return pace->interval ? pace->due : 0;
}
