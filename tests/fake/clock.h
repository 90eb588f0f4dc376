// SPDX-License-Identifier: BSD-2-Clause
/* A clock that costs nothing: time stands still while anybody works, and jumps to the
 * earliest wake-up once everybody sleeps.
 *
 * Takes the place of base/clock.c at link time. Everybody who takes part (the main
 * thread and each worker's wire) is awake or asleep until some time; of those asleep
 * only the earliest is woken, and nobody else until it sleeps again. So threads never
 * run side by side, and a run with a fixed key repeats exactly.
 *
 * The program's one other wait, for hits in the writing thread, is linked to this
 * clock by --wrap=pthread_cond_timedwait; it always sleeps its full time, unless
 * nobody else takes part any more: then it waits for real, and time stands still. */
#ifndef FAKE_CLOCK_H
#define FAKE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define FAKE_CLOCK_START (1000 * NS_PER_S)

/* The main thread takes part, which it does by waiting; before there are others. */
void fake_clock_join_main(void);
/* The main thread drives a wire itself for a while: it takes no other part. Whether it took
 * part, and is to join again. */
bool fake_clock_leave_main(void);
/* A new participant, awake. */
unsigned fake_clock_join(void);
void fake_clock_leave(unsigned who);
/* Returns when it is WHO's turn, at UNTIL or later. */
void fake_clock_sleep(unsigned who, mono_ns until);
/* A single-threaded test moves time itself. */
void fake_clock_set(mono_ns now);
/* Time past this ends the program: something waits for ever. */
void fake_clock_limit(mono_ns at);

#endif
