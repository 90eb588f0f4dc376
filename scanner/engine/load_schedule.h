// SPDX-License-Identifier: BSD-2-Clause
/* When a worker's queries are due, from the arrival process alone.
 *
 * Times are nanoseconds from the schedule's start, in double precision: at the end of an hour that
 * still resolves half a picosecond, and nothing is rounded on the way but
 * the stamp handed out. T workers each have a T-th of the rate: constant arrivals interleave
 * (worker i starts i/T of an interval late), Poisson ones are independent processes.
 *
 * Poisson: exponential gaps, scaled in blocks so that each block takes exactly its time. Within a
 * block, a tenth of a second or 4,096 queries, that is the Poisson process given its count; the
 * mean rate is then the asked one, where plain gaps would be off by 1/sqrt(n), half a per cent
 * for 50,000 queries. One thread. */
#ifndef ENGINE_LOAD_SCHEDULE_H
#define ENGINE_LOAD_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/rng.h"
#include "model/load.h"

#define SCHEDULE_BLOCK_MAX 4096

struct schedule {
    enum load_arrival arrival;
    double due;    /* the next one */
    double length; /* nothing is due from there on */

    /* Constant and steps: due = from + (count + phase) * interval. */
    double interval, phase, from, count;
    double warmup, full_interval;
    unsigned step;   /* of LOAD_STEPS, 1 .. LOAD_STEP_COUNT */
    double step_end; /* else the end */

    /* Replay. */
    double stretch, round; /* what earlier rounds took */
    double at;             /* of the latest query */

    /* Poisson: the block's gaps, each replaced by one of the next block as it is taken. */
    struct rng_fast rng;
    uint32_t block, next;
    double scale, sum; /* of this block; of the next one's so far */
    float gaps[SCHEDULE_BLOCK_MAX];
};

void schedule_init(struct schedule *schedule, const struct load_trial *trial, unsigned worker,
                   unsigned workers);
/* The next one is taken; the one after it becomes due. Not for LOAD_REPLAY. */
void schedule_take(struct schedule *schedule);
/* LOAD_REPLAY: the next query's own time becomes due. */
void schedule_replay(struct schedule *schedule, mono_ns at);

static inline bool schedule_is_over(const struct schedule *schedule)
{
    return schedule->due >= schedule->length;
}

/* When the next one is due; meaningless when it is over. */
static inline mono_ns schedule_due(const struct schedule *schedule)
{
    return (mono_ns)schedule->due;
}

#endif
