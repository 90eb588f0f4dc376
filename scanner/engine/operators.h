// SPDX-License-Identifier: BSD-2-Clause
/* Who may be asked now, among operators, and who is rather asked.
 *
 * An operator may be asked when it is enabled, its ceiling's next query is due, so is that
 * of the rate learnt, and fewer queries are out than its window allows.
 *
 *   - The ceiling (pace.h) is given and always holds.
 *   - The rate is learnt (throttle.h): it starts slow, doubles while untroubled, and stays
 *     just under the limit where there is one.
 *   - The window bounds what may be lost before anything is learnt: four queries until the
 *     first answer, then one more for each answer that came while most of it was in use.
 *
 * Those that may be asked stand in an array, so that a pick is a few random numbers; those
 * waiting for a time stand in a heap; those with a full window in neither until a query
 * ends. A pick draws until one is accepted, with the fourth power of its quality: its share
 * of answers, less where they take longer than is fair. So those that fail or dawdle get few
 * queries while better ones have room, and all when these have not. An urgent pick (a
 * retry, the last names of a run) takes the one that is likely to answer first of those
 * drawn. One worker's. */
#ifndef ENGINE_OPERATORS_H
#define ENGINE_OPERATORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"
#include "engine/throttle.h"

#define OPERATOR_NONE UINT32_MAX

struct operators; /* opaque */

/* COUNT operators, none enabled, no ceilings; no window may pass WINDOW_MAX. */
MUST_CHECK int operators_create(struct operators **out, uint32_t count, uint32_t window_max,
                                struct rng *rng, mono_ns now);
void operators_destroy(struct operators *operators);

void operators_set_ceiling(struct operators *operators, uint32_t index, double qps, mono_ns now);
/* The rate learnt begins at QPS, and begins anew there; without it, slow. Before it is enabled. */
void operators_set_start(struct operators *operators, uint32_t index, double qps, mono_ns now);
void operators_enable(struct operators *operators, uint32_t index, mono_ns now);
void operators_disable(struct operators *operators, uint32_t index);

/* Whom to ask: SHOULD_AVOID says true of those that are passed over as long as others turn
 * up quickly; NULL: nobody is. */
struct operators_wish {
    bool (*should_avoid)(const void *ctx, uint32_t index);
    const void *ctx;
    bool is_urgent;
};

/* One of those that may be asked at NOW, at random. OPERATOR_NONE: nobody may. */
uint32_t operators_pick(struct operators *operators, mono_ns now,
                        const struct operators_wish *wish);
/* May this one be asked, enabled or not? */
bool operators_may_ask(const struct operators *operators, uint32_t index, mono_ns now);
/* When somebody may be asked next, as far as time decides it; INT64_MAX: when a query
 * ends. */
mono_ns operators_due(const struct operators *operators);
/* When this one may be asked, its window aside. */
mono_ns operators_due_of(const struct operators *operators, uint32_t index);

/* A query goes out, a query ended (answered, lost or failed): in pairs. */
void operators_take(struct operators *operators, uint32_t index, mono_ns now);
void operators_release(struct operators *operators, uint32_t index, mono_ns now);
/* What came of a query ELAPSED after it was sent: an answer, or trouble. */
void operators_note(struct operators *operators, uint32_t index, bool is_trouble, mono_ns elapsed,
                    mono_ns now);
/* It was truncated to make us slower, ELAPSED after sending, and had by TCP. */
void operators_note_limited(struct operators *operators, uint32_t index, mono_ns elapsed,
                            mono_ns now);
/* Silence noted before was an answer that came late. */
void operators_take_back(struct operators *operators, uint32_t index);
/* It answers again after a while of silence: as if new, but for its delay. */
void operators_renew(struct operators *operators, uint32_t index, mono_ns now);
/* The path was in trouble: what was learnt of late was not the operators'. */
void operators_absolve(struct operators *operators, mono_ns now);
/* How long answers take, all operators together; 0: too few came yet. */
mono_ns operators_rtt(const struct operators *operators);
/* The share of trouble in what it was asked of late. */
float operators_trouble(const struct operators *operators, uint32_t index);
/* What is known of its rate; read only. */
const struct throttle *operators_throttle(const struct operators *operators, uint32_t index);

#endif
