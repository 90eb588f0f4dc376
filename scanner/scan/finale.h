// SPDX-License-Identifier: BSD-2-Clause
/* What a run tells before it starts and when it has ended, and with which code. */
#ifndef SCAN_FINALE_H
#define SCAN_FINALE_H

#include "out/report.h"
#include "scan/supervise.h"

struct finale {
    int64_t started_ms;
    mono_ns started;
    struct run_end end;
    struct report report; /* filled by finale_tell */
};

/* The plan, to stderr. */
void finale_plan(const struct run *run);
/* After the workers' threads have ended: writes what is queued, closes the outputs, checks
 * that the figures balance, tells the summary. The exit code. */
enum scan_exit finale_tell(struct finale *finale, struct run *run, struct worker *const *workers);
/* Writes --stats, on every exit; the exit code, which a failure here makes FATAL. */
enum scan_exit finale_stats(struct finale *finale, const struct run *run, enum scan_exit code);

#endif
