// SPDX-License-Identifier: BSD-2-Clause
/* REFUSED: is it this resolver, or this resolver for this zone? Remembers, per pair of
 * operator and zone, refusals in a row, so that a pick can avoid the pair for a while.
 * Bounded: a table of fixed size in which a new pair takes the place of an old
 * one. Forgetting costs a query, no more. One worker's. */
#ifndef SCAN_REFUSALS_H
#define SCAN_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define REFUSALS_CAP 8192 /* pairs; a power of two; with the zones 224 KiB */

struct refusal {
    mono_ns until; /* avoided before that */
    uint32_t operator_index, zone;
    uint32_t in_a_row; /* 0: empty */
};

struct refusals {
    struct refusal pairs[REFUSALS_CAP];
    uint32_t count;                  /* pairs in use; 0 makes asking free */
    uint32_t answered[REFUSALS_CAP]; /* by operator, modulo: the zone of its newest answer */
};

void refusals_note(struct refusals *refusals, uint32_t operator_index, uint32_t zone, mono_ns now);
/* It answered. */
void refusals_clear(struct refusals *refusals, uint32_t operator_index, uint32_t zone);
/* It refuses this zone each time and answers for another: no matter of its rate. */
bool refusals_are_of_zone(const struct refusals *refusals, uint32_t operator_index, uint32_t zone);
bool refusals_avoid(const struct refusals *refusals, uint32_t operator_index, uint32_t zone,
                    mono_ns now);

#endif
