// SPDX-License-Identifier: BSD-2-Clause
/* Cuts at work (verdict/cut.h says where): candidates below one end as `pruned`, the names
 * that decide about cuts are asked, and what was pruned is asked after all when a cut turns out
 * to be none.
 *
 *   candidate --below a cut--> pruned, kept in the ledger's last chain but one
 *   wanted name --> TASK_CUT --one operator denies, another one too--> a cut
 *   facts->changes moved --> the chain goes back to the queue; what lies below cuts that
 *                            still hold is pruned again there, all else is asked
 *
 * A worker that has nothing left to ask leaves its ledger to those that are still at work.
 * Nothing is cut with --no-trust: a cut needs confirmation. One worker's, but for
 * struct cut_common. */
#ifndef SCAN_CUTTER_H
#define SCAN_CUTTER_H

#include <pthread.h>

#include "base/clock.h"
#include "scan/ledger.h"
#include "source/source.h"
#include "verdict/cut.h"

#define CUTTER_OUT_MAX   32 /* names asked at a time */
#define CUTTER_TRIES_MAX 4  /* queries for one denial */
#define CUTTER_REASON    "a name above it does not exist"
#define CUTTER_AGAIN     NS_PER_S /* between two readings of what was pruned */

struct worker;
struct decision;
struct run;

struct cutter {
    struct cuts *cuts; /* owned */
    struct cut_wanted out[CUTTER_OUT_MAX];
    bool is_out[CUTTER_OUT_MAX];
    uint32_t changes_seen;
    mono_ns next_look;
};

/* What all workers of a run share. */
struct cut_common {
    struct facts facts;
    pthread_mutex_t mutex; /* guards `left`, and the ledgers in it */
    struct ledger **left;  /* owned, by worker: the ledger of one that has ended; borrowed */
};

MUST_CHECK int cutter_common_init(struct cut_common *common, const struct run *run);
void cutter_common_deinit(struct cut_common *common); /* one that was zeroed is fine */
MUST_CHECK int cutter_open(struct cutter *cutter, struct cut_common *common);
void cutter_close(struct cutter *cutter);

/* The number in a ledger of the chain that pruned names are in. */
uint32_t cutter_chain(const struct run *run);

/* Whether the candidate is pruned; then it was counted and kept. */
bool cutter_prunes(struct worker *worker, const struct candidate *candidate, uint32_t zone);
/* A pruned name comes back: whether it is pruned still. */
bool cutter_keeps(struct worker *worker, const struct ledger_entry *entry);

/* Task INDEX is decided. ROOT: of the wildcard that it comes from, or NULL. */
void cutter_learn(struct worker *worker, uint32_t index, enum verdict verdict, const uint8_t *root);
/* Something below NAME is known to exist. */
bool cutter_has_below(const struct worker *worker, const uint8_t *name);

/* Makes tasks of the names wanted; takes pruned names back. */
void cutter_go_on(struct worker *worker, mono_ns *wake);
/* A reply about a wanted name, or (DECISION NULL) none. */
void cutter_settle(struct worker *worker, uint32_t index, const struct decision *decision);
/* A resolver was convicted. */
void cutter_drop(struct worker *worker, uint32_t resolver);
/* Nothing else is left to ask: false when pruned names come back. */
bool cutter_may_end(struct worker *worker);

#endif
