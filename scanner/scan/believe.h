// SPDX-License-Identifier: BSD-2-Clause
/* A candidate's replies, weighed: one is evidence, verdict/opinion.c says what several come
 * to, and what they tell of those who gave them is noted here. Used by settle.c alone. */
#ifndef SCAN_BELIEVE_H
#define SCAN_BELIEVE_H

#include "scan/worker.h"

enum belief {
    BELIEF_ASK,     /* somebody else is to be asked the same */
    BELIEF_TYPE,    /* the present type is settled; the name exists */
    BELIEF_ABSENT,  /* no such name */
    BELIEF_WAIT,    /* for what becomes of one who said so */
    BELIEF_DISPUTE, /* nothing more can be done about it */
};

/* Takes what a resolver said about the task's present question; data are taken over into the
 * task's parts. */
void believe_note(struct worker *worker, uint32_t index, struct decision *decision);
/* What probes below parents without a wildcard showed of those who answered them. */
void believe_probes(struct worker *worker);
/* What the opinions so far come to. IS_LAST: nobody more will be asked. */
enum belief believe_weigh(struct worker *worker, uint32_t index, bool is_last);

/* A trusted resolver that has not spoken yet; TASK_NONE: anybody. */
uint32_t believe_whom_to_ask(struct worker *worker, uint32_t index);

#endif
