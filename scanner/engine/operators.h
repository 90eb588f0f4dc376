// SPDX-License-Identifier: BSD-2-Clause
/* Who may be asked now, among operators: the ceiling, the window and the rest.
 *
 * An operator may be asked when it is enabled, its ceiling's next query is due, it is
 * not resting, and fewer queries are out than its window allows.
 *
 *   - The ceiling (pace.h) is given and always holds.
 *   - The window starts small and doubles per round trip while answers come (one more per
 *     answer), grows by one per round trip once trouble has been met, and is halved when
 *     more than a tenth of what comes back is trouble: that is a limit, not
 *     the loss every path has.
 *   - A rest follows each trouble beyond that share: 10 ms, doubled while it lasts.
 *
 * Those that may be asked stand in an array, so that a pick is one random number; those
 * waiting for a time stand in a heap; those with a full window in neither until a query
 * ends. One worker's. */
#ifndef ENGINE_OPERATORS_H
#define ENGINE_OPERATORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"

#define OPERATOR_NONE UINT32_MAX

struct operators; /* opaque */

/* COUNT operators, none enabled, no ceilings; no window may pass WINDOW_MAX. */
MUST_CHECK int operators_create(struct operators **out, uint32_t count, uint32_t window_max,
                                struct rng *rng);
void operators_destroy(struct operators *operators);

void operators_set_ceiling(struct operators *operators, uint32_t index, double qps, mono_ns now);
void operators_enable(struct operators *operators, uint32_t index, mono_ns now);
void operators_disable(struct operators *operators, uint32_t index);

/* One of those that may be asked at NOW, at random; those for which SHOULD_AVOID is true
 * are passed over as long as others turn up quickly. OPERATOR_NONE: nobody may. */
uint32_t operators_pick(struct operators *operators, mono_ns now,
                        bool (*should_avoid)(const void *ctx, uint32_t index), const void *ctx);
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
/* What came of a query: an answer, or trouble that may be a limit. */
void operators_note(struct operators *operators, uint32_t index, bool is_trouble, mono_ns now);

#endif
