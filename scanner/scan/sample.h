// SPDX-License-Identifier: BSD-2-Clause
/* Asking a sample of names of many resolvers, when data often differ.
 *
 *   OFF --data differ on many names--> ASKING --all are answered--> judged, OFF
 *    '<-------- four times as many names later, once more --------------'
 *
 * Names that were found lately, aliases excepted (whose links agree where addresses do not), and
 * the zone's own servers are asked of the same resolvers (verdict/accord.h judges, verdict/trust.h
 * keeps what it came to). While that is under way names found are withheld (scan/doubt.h). At
 * most 44 names and 64 resolvers, and five times in a run of 10,000 names found. One worker's. */
#ifndef SCAN_SAMPLE_H
#define SCAN_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "verdict/accord.h"

struct worker;
struct task;
struct decision;

struct sample {
    struct accord *accord;                           /* owned; NULL: OFF */
    uint32_t serials[ACCORD_NAMES + ACCORD_SERVERS]; /* of known names, by row */
    uint32_t resolvers[ACCORD_ASKED];                /* by column */
    uint32_t next;      /* question to be asked: by rows, servers first */
    uint32_t out;       /* on their way */
    uint64_t kept;      /* columns of the last one that belong in the next */
    uint64_t due_names; /* data on so many are to be heard before another sample */
};

/* Begins one when it is time, and asks what is to be asked. */
void sample_go_on(struct worker *worker);
bool sample_is_under_way(const struct sample *sample);
/* A reply to a question of the sample, or (DECISION NULL) none. */
void sample_settle(struct worker *worker, const struct task *task, const struct decision *decision);
void sample_close(struct sample *sample);

#endif
