// SPDX-License-Identifier: BSD-2-Clause
/* What rate a resolver carries, found in steps. Pure: the caller sends and counts.
 *
 *   CLIMB: from RAMP_START doubled, half a second each, until there is trouble or the
 *          ceiling is reached. In a step's second half a limiter's stock of tokens is used
 *          up, so what is answered then is the limit itself.
 *   CONFIRM: somewhat below that (or at the ceiling), two seconds; trouble in the second
 *          half makes a new, lower estimate, a few times.
 *   DONE: `qps` holds, or is 0 where nothing could be confirmed.
 *
 * Trouble is failing more often than this resolver fails anyway: its loss and its SERVFAILs
 * while nothing was asked of it are the measure, with room for chance. The search is over at
 * the first trouble but for the confirmation below it. */
#ifndef VERDICT_RAMP_H
#define VERDICT_RAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define RAMP_START   20.0   /* q/s */
#define RAMP_CEILING 5000.0 /* where no ceiling is given: past what public resolvers grant */

enum ramp_phase { RAMP_CLIMB, RAMP_CONFIRM, RAMP_DONE };

/* What came of what was sent in one half of a step. */
struct ramp_half {
    uint32_t sent, answered;
};

struct ramp_step {
    double qps;
    mono_ns length;
};

struct ramp {
    enum ramp_phase phase;
    double ceiling;
    double qps;                      /* of the step to do; when DONE what it carries */
    bool has_limit;                  /* trouble was met */
    unsigned retries;                /* confirmations that failed */
    double found;                    /* before it was resumed */
    uint32_t base_sent, base_failed; /* without load */
};

void ramp_init(struct ramp *ramp, double ceiling, uint32_t base_sent, uint32_t base_failed);
/* The step to do now; not when DONE. */
struct ramp_step ramp_step(const struct ramp *ramp);
/* More FAILED of SENT than can be chance, by a MARGIN: the share that may fail beyond what
 * does without load. */
bool ramp_is_beyond(const struct ramp *ramp, double margin, uint32_t sent, uint32_t failed);
/* Goes on climbing from what was found, as if no trouble had been met: another may have used
 * the limit at that time. The better of the two findings stays. */
void ramp_resume(struct ramp *ramp);
/* How the step went; SECONDS that its second half took. */
void ramp_note(struct ramp *ramp, const struct ramp_half halves[2], double seconds);

#endif
