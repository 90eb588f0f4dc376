// SPDX-License-Identifier: BSD-2-Clause
/* What the race and the growth curve measure with; and names, which are integers. */
#ifndef BENCH_SET_FIGURES_H
#define BENCH_SET_FIGURES_H

#include <stdint.h>
#include <time.h>

#include "base/hash.h"

/* The same hash for all. The set's own source of keys (set_key) avoids the few values
 * that its slots have for marks; none of these has one (2^-62 for each name). */
static inline struct hash128 key_of(uint64_t name)
{
    return hash128(&name, sizeof name, 20261126);
}

double seconds_of(clockid_t clock);
double resident_octets(void); /* of this process */

/* Until the process uses no CPU time any more, that is until what a table does in the
 * background is done; some seconds at most. */
void settle(void);

#endif
