// SPDX-License-Identifier: BSD-2-Clause
/* Conviction: a resolver is expelled, what it answered goes back to the queue, what it made
 * up is known from then on to all workers. */
#ifndef SCAN_CONVICT_H
#define SCAN_CONVICT_H

#include "scan/worker.h"
#include "verdict/trust.h"

void convict(struct worker *worker, uint32_t resolver, enum trust_reason reason);
/* It did not lie, but is done without: what rests on its word alone is asked of others. */
void convict_dismiss(struct worker *worker, uint32_t resolver, enum trust_reason reason);
/* Data that resolvers make up. */
void convict_note_forged(struct worker *worker, const uint64_t *hashes, size_t count);
/* The same of one datum's last 32 bits, as ledgers keep them. */
bool convict_is_forged_short(const struct run *run, uint32_t hash);
/* All of these data are made up somewhere. */
bool convict_is_forged(const struct run *run, const struct wildcard_data *data);

#endif
