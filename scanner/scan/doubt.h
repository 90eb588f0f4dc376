// SPDX-License-Identifier: BSD-2-Clause
/* Names found through resolvers that are no better than those that were caught lying.
 *
 *   found --fleet in doubt--> withheld --the others agree now, or one alone is left--> asked again
 *      |                         '-----------the end comes first-----------> unresolved
 *      '--told before doubt arose, and it lasts to the end, or nobody is left --> unresolved
 *
 * Of a fleet in which more were caught than are believed, those left have to agree with each
 * other (verdict/trust.h); of any fleet some have to agree on data, or to have an excuse
 * (verdict/accord.h). Names proven by signatures or given by a trusted resolver stand. A
 * worker's; withheld names wait in its ledger, in a chain of their own. */
#ifndef SCAN_DOUBT_H
#define SCAN_DOUBT_H

#include "scan/worker.h"

#define DOUBT_CHAINS 2
uint32_t doubt_chain(const struct run *run); /* the first of the ledger's that are for this */

/* Task INDEX, which is found, is withheld; the task is over. False: it is to be told. */
bool doubt_withholds(struct worker *worker, uint32_t index);
/* Releases what is withheld where the doubt is gone. IS_END: nothing else is left to ask. True:
 * some names are to be asked again. */
bool doubt_releases(struct worker *worker, bool is_end);
/* ENTRY, which is found, stays so though the one it stood under was convicted. */
void doubt_keep(struct worker *worker, const struct ledger_entry *entry);
/* The worker has nobody left to ask: what it withholds is for others. */
void doubt_hand_over(struct worker *worker);
/* After the threads have ended: what is withheld still, and what had been told by resolvers
 * that nobody would believe now, is undecided. */
MUST_CHECK int doubt_end(struct worker *worker);

#endif
