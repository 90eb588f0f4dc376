// SPDX-License-Identifier: BSD-2-Clause
/* Before a denial of a confirmed name is laid to a resolver's charge the name has to be proved,
 * now: it may have gone since, or those that vouched for it may have made it up.
 *
 *     NONE --denied--> TESTING --a witness denies a random name--> ASKING --and has the--> DONE
 *      ^                  |  ^                                        |       name still
 *      |                  |  '----------------no answer---------------|
 *      '--no witness left-'                  it denies it: the name is forgotten
 *
 * Denials wait meanwhile. A proof holds for a moment; later denials need another. */
#ifndef SCAN_PROOF_H
#define SCAN_PROOF_H

#include "scan/worker.h"

/* RESOLVER denied the name. */
void proof_want(struct worker *worker, struct known_name *known, uint32_t resolver);
/* Somebody vouches for a name that was denied before. */
void proof_renew(struct worker *worker, struct known_name *known);
/* Moves on those whose witness was tested meanwhile. */
void proof_go_on(struct worker *worker);
/* The witness was asked for the name; DECISION NULL: no answer. False: forget the name. */
bool proof_settle(struct worker *worker, struct known_name *known, const struct decision *decision);

/* Somebody's denial waits for a proof. */
bool proof_is_under_way(const struct checks *checks);

#endif
