// SPDX-License-Identifier: BSD-2-Clause
/* Candidates that wait for what another one's answer will prove (scan/denying.h): looked up
 * again whenever something was learnt, a part of them each turn.
 *
 *   source --> look --asked already--> park --look again--> ended, or a task
 *
 * One worker's, of bounded size: when it is full no more candidates are read. */
#ifndef SCAN_PARK_H
#define SCAN_PARK_H

#include "source/source.h"

#define PARK_MAX  8192 /* 2.3 MB, taken when the first one waits */
#define PARK_LOOK 1024 /* looked up in a turn: half a millisecond */

struct worker;

struct parked {
    struct candidate candidate;
    uint32_t zone;
};

struct park {
    struct parked *items; /* owned */
    uint32_t count, cursor;
    uint32_t left;    /* to be looked at before all have been since the last change */
    uint32_t changes; /* struct denying's, as last seen */
};

void park_close(struct park *park);

static inline bool park_is_full(const struct park *park)
{
    return park->count == PARK_MAX;
}

/* Only when it is not full. */
void park_put(struct worker *worker, const struct candidate *candidate, uint32_t zone);
/* The next to be looked up again, or NULL: all have been since the last change. */
const struct parked *park_look(struct worker *worker);
/* The one that park_look gave waits no more. */
void park_drop(struct worker *worker);
/* Nothing is asked any more: those that wait end undecided, or go back to the queue. */
void park_abandon(struct worker *worker, const char *reason);
void park_hand_over(struct worker *worker);

#endif
