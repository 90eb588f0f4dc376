// SPDX-License-Identifier: BSD-2-Clause
#include "engine/load_schedule.h"

#include <math.h>

#define BLOCK_TIME (0.1 * NS_PER_S)
#define BLOCK_MIN  64

/* Exponential with mean 1; never 0, at most 17.3 (which one in 30 million would exceed). */
static float draw_gap(struct schedule *s)
{
    float unit = ((float)(rng_fast_u64(&s->rng) >> 40) + 0.5f) * 0x1p-24f;
    return -logf(unit);
}

static void begin_block(struct schedule *s)
{
    s->scale = (double)s->block * s->interval / s->sum;
    s->sum = 0;
    s->next = 0;
}

/* A block is no longer than the stretch, so that a short one has its count too. Workers then begin
 * at different places of their first block: else of many that have less than one query each, in the
 * whole stretch, none would send any. */
static void init_poisson(struct schedule *s, uint64_t seed)
{
    double block = BLOCK_TIME / s->interval, all = s->length / s->interval;
    block = block < BLOCK_MIN ? BLOCK_MIN : block;
    block = block > all ? all : block;
    block = block > SCHEDULE_BLOCK_MAX ? SCHEDULE_BLOCK_MAX : block;
    s->block = block < 1 ? 1 : (uint32_t)block;
    rng_fast_init(&s->rng, seed);
    s->sum = 0;
    for (uint32_t i = 0; i < s->block; i++) {
        s->gaps[i] = draw_gap(s);
        s->sum += (double)s->gaps[i];
    }
    begin_block(s);
    s->due = s->block < BLOCK_MIN ? -s->phase * s->block * s->interval : 0;
    do
        schedule_take(s);
    while (s->due < 0);
}

static void begin_step(struct schedule *s, unsigned step)
{
    double width = (s->length - s->warmup) / LOAD_STEP_COUNT;
    s->step = step;
    s->from = step == 1 ? 0 : s->warmup + width * (step - 1);
    s->step_end = step == LOAD_STEP_COUNT ? s->length : s->warmup + width * step;
    s->interval = s->full_interval * LOAD_STEP_COUNT / step;
    s->count = 0;
}

static void place(struct schedule *s)
{
    s->due = s->from + (s->count + s->phase) * s->interval;
    while (s->due >= s->step_end && s->step < LOAD_STEP_COUNT) {
        begin_step(s, s->step + 1);
        s->due = s->from + s->phase * s->interval;
    }
}

void schedule_init(struct schedule *s, const struct load_trial *trial, unsigned worker,
                   unsigned workers)
{
    s->arrival = trial->arrival;
    s->warmup = (double)trial->warmup;
    s->length = (double)(trial->warmup + trial->length);
    s->stretch = trial->stretch > 0 ? trial->stretch : 1;
    s->round = s->at = s->from = s->count = 0;
    s->step = LOAD_STEP_COUNT;
    s->step_end = s->length;
    s->phase = (double)worker / workers;
    s->due = s->length; /* without a rate nothing is due */
    if (trial->arrival == LOAD_REPLAY) {
        s->due = 0;
        return;
    }
    if (!(trial->rate > 0))
        return;
    s->interval = s->full_interval = (double)NS_PER_S * workers / trial->rate;
    if (trial->arrival == LOAD_POISSON) {
        /* Seeds of workers differ by an odd constant; the generator's own expansion does the
         * rest. */
        init_poisson(s, trial->seed + worker * 0xd1342543de82ef95u);
        return;
    }
    if (trial->arrival == LOAD_STEPS)
        begin_step(s, 1);
    place(s);
}

void schedule_take(struct schedule *s)
{
    if (s->arrival != LOAD_POISSON) {
        s->count++;
        place(s);
        return;
    }
    float *gap = &s->gaps[s->next++];
    s->due += (double)*gap * s->scale;
    *gap = draw_gap(s);
    s->sum += (double)*gap;
    if (s->next == s->block)
        begin_block(s);
}

void schedule_replay(struct schedule *s, mono_ns at)
{
    if ((double)at < s->at) /* the source began again */
        s->round += s->at;
    s->at = (double)at;
    s->due = (s->round + s->at) * s->stretch;
}
