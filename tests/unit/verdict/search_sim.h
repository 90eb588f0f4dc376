// SPDX-License-Identifier: BSD-2-Clause
/* Made-up servers for tests of the search: a capacity, and moments in which the machine was busy
 * elsewhere. */
#ifndef TESTS_SEARCH_SIM_H
#define TESTS_SEARCH_SIM_H

#include <math.h>

#include "base/rng.h"
#include "verdict/search.h"

struct server {
    double capacity;
    double width;       /* of the slope about it, in log rate; 0: none */
    double bad_moment;  /* share of trials that miss whatever the rate */
    double invalid;     /* share of trials that say nothing */
    double generator;   /* rate from which on the generator is the limit; 0: none */
    double soak_limit;  /* rate that the soak is held to; 0: the capacity */
    size_t burst, last; /* trials that miss whatever the rate: from, to below */
};

/* What the run took. */
struct run {
    size_t trials;
    double highest, lowest;
    mono_ns time;
};

static const struct search_params usual = {
    .start = 1000, .floor = 10, .length = 5 * NS_PER_S, .soak = 30 * NS_PER_S, .goes_beyond = true};

static inline enum search_outcome try_server(const struct server *server, struct rng_fast *rng,
                                             const struct search_trial *trial, size_t number)
{
    double luck = rng_fast_unit(rng), moment = rng_fast_unit(rng), said = rng_fast_unit(rng);
    double capacity = server->capacity;
    if (trial->phase == SEARCH_SOAK && server->soak_limit > 0)
        capacity = server->soak_limit;
    if (server->generator > 0 && trial->rate > server->generator)
        return SEARCH_INVALID;
    if (said < server->invalid)
        return SEARCH_INVALID;
    if (moment < server->bad_moment || (number >= server->burst && number < server->last))
        return SEARCH_MISSED;
    if (server->width > 0)
        return luck < 1 / (1 + exp(log(trial->rate / capacity) / server->width)) ? SEARCH_MET
                                                                                 : SEARCH_MISSED;
    return trial->rate < capacity ? SEARCH_MET : SEARCH_MISSED;
}

static inline struct run search_server(struct search *search, const struct search_params *params,
                                       const struct server *server, uint64_t seed)
{
    struct rng_fast rng;
    struct search_trial trial;
    struct run run = {.lowest = HUGE_VAL};
    rng_fast_init(&rng, seed);
    search_init(search, params);
    while (search_next(search, &trial)) {
        run.highest = fmax(run.highest, trial.rate);
        run.lowest = fmin(run.lowest, trial.rate);
        run.time += trial.length;
        search_learn(search, try_server(server, &rng, &trial, run.trials));
        if (++run.trials > SEARCH_POINTS_MAX)
            fail_msg("no end");
    }
    return run;
}

static inline double error_of(const struct search *search, double capacity)
{
    return search_rate(search) / capacity - 1;
}

static inline double random_capacity(struct rng_fast *rng)
{
    return 50 * pow(1e5, rng_fast_unit(rng)); /* to 5 million */
}

#endif
