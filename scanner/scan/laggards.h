// SPDX-License-Identifier: BSD-2-Clause
/* Resolvers that are too slow to be tested. When everything else is done a run waits for the checks
 * of the last few, at the pace that they bear: one a second, some of them. What these denied is
 * asked of others instead, where that is little; they lied no more than others, and may come
 * back. One worker's. */
#ifndef SCAN_LAGGARDS_H
#define SCAN_LAGGARDS_H

#include <stdint.h>

#include "base/clock.h"

struct worker;

struct laggards {
    mono_ns since;  /* nothing but checks is under way; 0: something is */
    uint64_t names; /* asked again because of them, in all */
};

/* To be called each turn. */
void laggards_go_on(struct worker *worker);

#endif
