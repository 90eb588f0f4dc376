// SPDX-License-Identifier: BSD-2-Clause
/* Sums over the workers: for progress while they run, for the report at the end. */
#ifndef SCAN_TALLY_H
#define SCAN_TALLY_H

#include "out/report.h"
#include "scan/run.h"
#include "scan/worker.h"

struct tally {
    uint64_t candidates, decided, unresolved, names;
    uint64_t queries, answers, usable_answers, timeouts;
    uint64_t resolvers_usable, resolvers_benched; /* benched: or expelled */
};

/* Any time; figures are a moment old. */
struct tally tally_now(const struct run *run, struct worker *const *workers);

/* Adds what was counted before there were workers. */
void tally_add(struct report *out, const struct counters *counters);
/* The finished run's figures into OUT (counters, zones, resolvers). After the workers'
 * threads have ended. ERR_NOMEM; out->zones is the caller's to free. */
MUST_CHECK int tally_report(struct report *out, const struct run *run,
                            struct worker *const *workers);

#endif
