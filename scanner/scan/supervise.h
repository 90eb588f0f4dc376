// SPDX-License-Identifier: BSD-2-Clause
/* The main thread while the workers work. */
#ifndef SCAN_SUPERVISE_H
#define SCAN_SUPERVISE_H

#include <stdbool.h>

#include "scan/run.h"
#include "scan/worker.h"

/* Why a run ended before its input did. */
struct run_end {
    int signal;         /* SIGINT, SIGTERM; 0: none */
    bool is_closed;     /* stdout's reader went away */
    bool is_failed;     /* an output could not be written; told */
    bool is_unanswered; /* no resolver gave a usable answer */
    bool is_time_over;  /* --max-time */
};

/* Writes hits, paints progress and watches, until every worker has ended. */
void supervise(struct run *run, struct worker *const *workers, struct run_end *out);

#endif
