// SPDX-License-Identifier: BSD-2-Clause
/* Deadlines without a timer per query.
 *
 * A few waiting times, each two thirds or three quarters of the one before; one queue each, in
 * which the order of sending is the order of falling due. Adding appends 16 octets;
 * an answered query is not taken out, its entry is found stale when it comes to the
 * head. A queue that is mostly stale entries is swept before it may grow, so its
 * memory follows what is in flight, not rate times timeout. */
#ifndef ENGINE_DEADLINES_H
#define ENGINE_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

#define DEADLINE_CLASSES 16 /* longest, 3/4, 1/2, 3/8, ... 3/512 of it: 3 s down to 18 ms */

struct deadlines; /* opaque */

struct deadline {
    mono_ns at;
    uint32_t ref;   /* what falls due */
    uint32_t stamp; /* tells it from a later user of the same ref */
};

/* Whether the entry still means something; stale ones are dropped silently. */
typedef bool deadline_is_live(void *ctx, uint32_t ref, uint32_t stamp);

MUST_CHECK int deadlines_create(struct deadlines **out, mono_ns longest, deadline_is_live *is_live,
                                void *ctx);
void deadlines_destroy(struct deadlines *deadlines);

/* Falls due after the shortest class that is at least WANTED, counted from NOW (or
 * after the longest). ERR_NOMEM. NOW never goes back. */
MUST_CHECK int deadlines_add(struct deadlines *deadlines, mono_ns now, mono_ns wanted, uint32_t ref,
                             uint32_t stamp);

/* The next live entry that is due at NOW; false when there is none. */
bool deadlines_pop(struct deadlines *deadlines, mono_ns now, struct deadline *out);
/* When the next live entry falls due; INT64_MAX when nothing waits. */
mono_ns deadlines_next(struct deadlines *deadlines);

#endif
