// SPDX-License-Identifier: BSD-2-Clause
/* The guard of the path that all resolvers share: the line at home, the router's table, our
 * own sockets.
 *
 * One resolver that loses more than usual has a limit. Most of them losing more than usual at
 * the same time, each by its own measure, is the path. Silence alone counts: what says REFUSED
 * or SERVFAIL has come through. Outcomes are gathered over a window long enough for eight of
 * each operator that is asked at all, a quarter of a second to two seconds; then each has a
 * vote, and two thirds of eight or more decide. What the kernel dropped on our sockets decides
 * by itself.
 *
 * The remedy is one limit on all that is sent, at seven tenths of what came back (but
 * no less than half of what was sent), a fifth more for every window without trouble, until it no
 * longer limits. It holds back new queries: a retry is counted, and never waits for it. One
 * worker's; time is handed in. */
#ifndef ENGINE_GUARD_H
#define ENGINE_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct guard; /* opaque */

enum guard_verdict {
    GUARD_GATHERING, /* the window is not over */
    GUARD_CLEAR,     /* it is, and the path bears it */
    GUARD_TROUBLED,  /* it is, and the path does not: nobody's limit is learnt from it */
};

/* For operators 0 to COUNT - 1. */
MUST_CHECK int guard_create(struct guard **out, uint32_t count, mono_ns now);
void guard_destroy(struct guard *guard);

/* What came of a query to OPERATOR, of whose queries a share of USUAL is trouble. */
enum guard_verdict guard_note(struct guard *guard, uint32_t index, bool is_silence, float usual,
                              mono_ns now);
/* A silence noted before was an answer that came late. */
void guard_take_back(struct guard *guard, uint32_t index);
/* What the kernel dropped on our sockets so far. GUARD_TROUBLED: more than when last told. */
enum guard_verdict guard_note_drops(struct guard *guard, uint64_t drops, mono_ns now);

/* A query leaves, new or not. */
void guard_take(struct guard *guard, mono_ns now);
/* When the next new one may; 0: now, as far as the path is concerned. */
mono_ns guard_due(const struct guard *guard);
/* Queries a second; 0: no limit. */
double guard_limit_qps(const struct guard *guard);

#endif
