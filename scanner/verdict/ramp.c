// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/ramp.h"

#include <math.h>

#define GROWTH         2.0
#define CLIMB_LENGTH   (NS_PER_S / 2)
#define CONFIRM_LENGTH (2 * NS_PER_S)
#define STEP_QUERIES   20  /* a step has at least so many, or its share of failures is none */
#define MARGIN_CLIMB   0.1 /* more failing than without load: a limit, not a bad moment */
#define MARGIN_CONFIRM 0.03
#define SIGMAS         2.5  /* one step in a hundred shows so much by chance */
#define BELOW_LIMIT    0.85 /* a stock of tokens makes the limit look some 10 % higher */
#define RETRIES_MAX    3

void ramp_init(struct ramp *ramp, double ceiling, uint32_t base_sent, uint32_t base_failed)
{
    *ramp = (struct ramp){.ceiling = ceiling > 0 ? ceiling : RAMP_CEILING,
                          .base_sent = base_sent,
                          .base_failed = base_failed};
    ramp->qps = ramp->ceiling < RAMP_START ? ramp->ceiling : RAMP_START;
    ramp->phase = ramp->qps < ramp->ceiling ? RAMP_CLIMB : RAMP_CONFIRM;
}

struct ramp_step ramp_step(const struct ramp *ramp)
{
    struct ramp_step step = {.qps = ramp->qps,
                             .length = ramp->phase == RAMP_CONFIRM ? CONFIRM_LENGTH : CLIMB_LENGTH};
    mono_ns least = (mono_ns)(STEP_QUERIES / step.qps * (double)NS_PER_S);
    if (step.length < least)
        step.length = least;
    return step;
}

/* One failure in fifty is supposed of those of whom less is known. */
static double base_share(const struct ramp *ramp)
{
    return ((double)ramp->base_failed + 1) / ((double)ramp->base_sent + 50);
}

bool ramp_is_beyond(const struct ramp *ramp, double margin, uint32_t sent, uint32_t failed)
{
    double base = base_share(ramp), n = (double)sent;
    double chance = SIGMAS * sqrt(n * base * (1 - base) + 1);
    return (double)failed > n * (base + margin) + chance;
}

static bool is_trouble(const struct ramp *ramp, uint32_t sent, uint32_t answered)
{
    double margin = ramp->phase == RAMP_CONFIRM ? MARGIN_CONFIRM : MARGIN_CLIMB;
    return ramp_is_beyond(ramp, margin, sent, sent - answered);
}

static void end(struct ramp *ramp, double qps)
{
    ramp->phase = RAMP_DONE;
    ramp->qps = qps > ramp->found ? qps : ramp->found;
}

/* A trouble: what was answered lately is about the limit. */
static void retreat(struct ramp *ramp, const struct ramp_half *late, double seconds)
{
    double carried = ramp->qps / GROWTH; /* where there is no second half to tell */
    if (late->sent > 0 && seconds > 0)
        carried = (double)late->answered / seconds / (1 - base_share(ramp));
    ramp->has_limit = true;
    if (carried > ramp->qps)
        carried = ramp->qps;
    bool is_given_up = ramp->phase == RAMP_CONFIRM && ++ramp->retries > RETRIES_MAX;
    ramp->phase = RAMP_CONFIRM;
    ramp->qps = BELOW_LIMIT * carried;
    if (is_given_up || ramp->qps < 1 || ramp->qps <= ramp->found)
        end(ramp, 0);
}

static void advance(struct ramp *ramp, const struct ramp_half halves[2])
{
    if (ramp->phase == RAMP_CONFIRM) {
        end(ramp, ramp->qps);
        return;
    }
    uint32_t sent = halves[0].sent + halves[1].sent;
    ramp->base_sent += sent;
    ramp->base_failed += sent - halves[0].answered - halves[1].answered;
    ramp->qps *= GROWTH;
    if (ramp->qps >= ramp->ceiling) {
        ramp->qps = ramp->ceiling;
        ramp->phase = RAMP_CONFIRM;
    }
}

void ramp_resume(struct ramp *ramp)
{
    ramp->found = ramp->qps;
    ramp->has_limit = false;
    ramp->retries = 0;
    ramp->phase = RAMP_CLIMB;
    ramp->qps = GROWTH * (ramp->found > RAMP_START ? ramp->found : RAMP_START);
    if (ramp->qps >= ramp->ceiling) {
        ramp->qps = ramp->ceiling;
        ramp->phase = RAMP_CONFIRM;
    }
}

void ramp_note(struct ramp *ramp, const struct ramp_half halves[2], double seconds)
{
    bool is_bad = is_trouble(ramp, halves[1].sent, halves[1].answered);
    if (ramp->phase == RAMP_CLIMB)
        is_bad |= is_trouble(ramp, halves[0].sent + halves[1].sent,
                             halves[0].answered + halves[1].answered);
    if (is_bad)
        retreat(ramp, &halves[1], seconds);
    else
        advance(ramp, halves);
}
