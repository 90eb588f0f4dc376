// SPDX-License-Identifier: BSD-2-Clause
/* Names without data, on their way to the output: whether one is an empty non-terminal shows
 * when something below it is found, which may be a little later. So they are told
 * ENTS_WAIT after they were decided, or with the run's end, and the flag says what is known
 * by then. One worker's. */
#ifndef SCAN_ENTS_H
#define SCAN_ENTS_H

#include "base/clock.h"
#include "scan/hits.h"

#define ENTS_WAIT (4 * NS_PER_S) /* names are told within five seconds */
#define ENTS_MAX  4096           /* kept back; more push the oldest out: some 2 MB */

struct worker;

struct ents {
    struct ent_waiting *waiting; /* owned, a ring of ENTS_MAX; NULL until the first */
    uint32_t first, count;
};

/* On the way from tell.c to the writer: takes NODE over, whatever its verdict. */
void ents_put(struct worker *worker, struct hit_node *node);
/* Writes those whose time has come. */
void ents_go_on(struct worker *worker, mono_ns *wake);
/* Writes all. */
void ents_end(struct worker *worker);
void ents_close(struct ents *ents);

#endif
