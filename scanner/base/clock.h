// SPDX-License-Identifier: BSD-2-Clause
/* Monotonic time, in nanoseconds, as its own type.
 *
 * What judges and keeps accounts (verdict/, source/, out/, the engine's tables) never reads
 * the clock: it is handed `now`, so tests own time. For those who wait and measure
 * tests/fake/clock.c takes this one's place. Wall time is for timestamps and signatures'
 * dates alone. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

typedef int64_t mono_ns; /* CLOCK_MONOTONIC, nanoseconds; never negative */

#define NS_PER_US 1000LL
#define NS_PER_MS 1000000LL
#define NS_PER_S  1000000000LL

mono_ns clock_mono_ns(void);
int64_t clock_wall_ms(void); /* milliseconds since 1970, UTC */

#endif
