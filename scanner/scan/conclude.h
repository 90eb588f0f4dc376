// SPDX-License-Identifier: BSD-2-Clause
/* Verdicts: what a task's evidence comes to. Used by settle.c, and by others for single acts. */
#ifndef SCAN_CONCLUDE_H
#define SCAN_CONCLUDE_H

#include "scan/worker.h"

/* Decides a task of which nothing more is asked: a verdict, or HELD until a wildcard's
 * probes are back. IS_FINAL: do not wait for those either. */
void conclude_task(struct worker *worker, uint32_t index, bool is_final);
/* Judges again what waited for PARENT's probes. */
void conclude_held(struct worker *worker, uint32_t parent);
void conclude_all_held(struct worker *worker);
/* A known wildcard explains the data so far: nobody else need confirm them. */
bool conclude_is_explained(struct worker *worker, uint32_t index);
/* It does, and the other types need not be asked. */
bool conclude_is_early(struct worker *worker, uint32_t index);
/* What has become known as made up by resolvers is no wildcard's. True: something has, and
 * probes that names are held for may be wanted no more. */
bool conclude_note_forged(struct worker *worker);
/* Ends the task with VERDICT. FLAGS are enum hit_flags; WILDCARD may be NULL. */
void conclude_as(struct worker *worker, uint32_t index, enum verdict verdict, unsigned flags,
                 const struct wildcard_finding *wildcard);

/* A verdict that was given is taken back: it no longer counts. False: it stands, for what is
 * found is only taken back when its data turned out to be made up. */
bool conclude_undo(struct worker *worker, const struct ledger_entry *entry);
/* What outputs may have been told of a name that comes back. */
static inline uint8_t conclude_prior(const struct ledger_entry *entry)
{
    return entry->verdict < VERDICT_COUNT ? entry->verdict : entry->prior;
}
/* One that was taken back, and nobody asks the name again. After the threads have ended. */
void conclude_given_up(struct worker *worker, const struct ledger_entry *entry);

/* One that was found is not believed after all, and nobody asks it again. Likewise. */
void conclude_withdraw(struct worker *worker, const struct ledger_entry *entry, const char *why);

/* A candidate leaves its task without a verdict: whoever waits to learn of it need not. When
 * it is asked again, the source is told that it was taken back. */
void conclude_put_off(struct worker *worker, uint32_t index);

#endif
