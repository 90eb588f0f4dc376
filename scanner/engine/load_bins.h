// SPDX-License-Identifier: BSD-2-Clause
/* Queries drawn ahead and sorted by length, so that trains of equal ones can be made.
 *
 * A train is made from the first length of which enough have come. What has waited long goes
 * before that, in however short a train, so that rare lengths are asked as often as the source
 * gives them. One length's queries lie one behind the other, as a train has to. One thread. */
#ifndef ENGINE_LOAD_BINS_H
#define ENGINE_LOAD_BINS_H

#include "engine/load.h"
#include "engine/load_flight.h"
#include "engine/load_path.h"

struct load_bins; /* opaque */

/* SOURCE is WORKER's; SEED is of question hashes. ERR_NOMEM. */
MUST_CHECK int load_bins_create(struct load_bins **out, const struct load_source *source,
                                unsigned worker, uint64_t seed);
void load_bins_destroy(struct load_bins *bins); /* NULL is fine */
/* Queries for TARGET from now on; those drawn for another one are thrown away. */
void load_bins_begin(struct load_bins *bins, uint32_t target);
/* A train of at most WANTED: its messages, which stay until the next one is made, and what their
 * entries have to know of them. How many; 0: the source has no more. */
unsigned load_bins_train(struct load_bins *bins, unsigned wanted, struct load_item *items,
                         struct flight_entry *entries);

/* What an entry has to know of a query: its question, and how it was asked. */
void load_describe(struct flight_entry *entry, const struct load_query *query, uint64_t seed);

#endif
