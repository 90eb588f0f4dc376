// SPDX-License-Identifier: BSD-2-Clause
/* Names that wait for better times.
 *
 * Where resolvers disagree and nobody more can be asked, a name is put off: under nobody's
 * name in the ledger, to be asked again whenever somebody is convicted.
 * When a worker has no resolver left that may be believed: it hands what it holds to the
 * others, and when none of them has one either the run is over.
 *
 * Names that nobody asked again, at a run's end or interrupt, are undecided. */
#ifndef SCAN_HOPE_H
#define SCAN_HOPE_H

#include "base/text.h"
#include "scan/worker.h"

/* To be called each turn: true once this worker asks nothing more. */
bool hope_is_lost(struct worker *worker);
/* Takes a candidate out of its task; nobody had a verdict on it. */
void hope_put_off(struct worker *worker, uint32_t index);
/* The same under CHAIN of the ledger. */
void hope_put_under(struct worker *worker, uint32_t index, uint32_t chain);
/* A candidate that is no task yet, likewise. */
void hope_put_back(struct worker *worker, const struct candidate *candidate, uint32_t zone);
/* Those put off are to be asked again. */
void hope_revive(struct worker *worker);
/* WHY: static. */
void hope_revive_chain(struct worker *worker, uint32_t chain, const char *why);
/* After all workers have ended: what still waits to be asked again counts as undecided.
 * 0, or an error that was told. */
MUST_CHECK int hope_settle_rest(struct worker *const *workers, uint32_t count);
/* Why no resolver is left: "failed vetting: 12 give data for names that do not exist, ...". */
void hope_explain(struct text *out, struct worker *const *workers, uint32_t count);

#endif
