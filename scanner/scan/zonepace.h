// SPDX-License-Identifier: BSD-2-Clause
/* How fast one worker may ask of each zone.
 *
 * The ceiling is given (--zone-rate) and always holds. Besides, a zone whose servers struggle
 * is slowed alone. Who struggles, zone or resolver, is told from both sides: trouble says
 * something of the zone only where it comes through a resolver that has little trouble
 * otherwise, and while a zone is held to struggle its trouble is not the resolvers'. Where
 * all there is to ask lies in one zone the two cannot be told apart, and the resolvers' own
 * rates (engine/throttle.h) do what is to be done.
 *
 * A zone that struggles gets a throttle of its own, starting at the rate it is asked at:
 * slower, and see; where slower is no better it is let go again.
 *
 * Zones are numbers (zones.h); a new one is taken in when first named. One worker's. */
#ifndef SCAN_ZONEPACE_H
#define SCAN_ZONEPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct zonepace; /* opaque */

/* QPS: the ceiling of each zone; 0: none. */
MUST_CHECK int zonepace_create(struct zonepace **out, double qps);
void zonepace_destroy(struct zonepace *zonepace);

/* When the zone lets a query go; takes its turn there. ERR_NOMEM. A turn not used within
 * PACE_CATCH_UP is forfeited: what gathered meanwhile must not leave at once. */
MUST_CHECK int zonepace_take(struct zonepace *zonepace, uint32_t zone, mono_ns now, mono_ns *due);
/* What became of a query ELAPSED after it was sent, by a resolver of whose queries a share of
 * USUAL is trouble. True: it is the zone's trouble and not the resolver's. */
bool zonepace_note(struct zonepace *zonepace, uint32_t zone, bool is_trouble, float usual,
                   mono_ns elapsed, mono_ns now);
/* Something about it was answered, by whomever. As long as not, SERVFAIL says nothing of who says
 * it. */
bool zonepace_has_answered(const struct zonepace *zonepace, uint32_t zone);
/* Nothing was, though other zones are answered: it is the zone that fails. */
bool zonepace_is_broken(const struct zonepace *zonepace, uint32_t zone);
/* Queries a second that a struggling zone is held to; 0: it does not struggle. For tests: what
 * zonepace_take gives says it only after seconds of asking. */
double zonepace_limit_qps(const struct zonepace *zonepace, uint32_t zone);

#endif
