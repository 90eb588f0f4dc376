// SPDX-License-Identifier: BSD-2-Clause
/* A fixed load at three targets, or a search of them, whose loads are over. */
#ifndef TESTS_BENCH_WORLD_H
#define TESTS_BENCH_WORLD_H

#include "tests/unit/scan/help.h"

#include "scan/bench_rank.h"

#define TARGETS 3

struct world {
    struct bench bench;
    struct scan_params params;
    struct fleet_resolver resolvers[TARGETS];
    struct bench_subject subjects[TARGETS];
    struct bench_tried tried;
};

static inline void add_block(struct bench_subject *subject, double answered, double p99,
                             double loss)
{
    double *of = subject->blocks[subject->block_count++].of;
    of[BENCH_ANSWERED] = answered;
    of[BENCH_P50] = p99 / 10;
    of[BENCH_P99] = p99;
    of[BENCH_LOSS] = loss;
}

static inline struct world *begin(double rate_fixed)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->bench.params = &w->params;
    w->bench.options = &w->params.bench;
    w->bench.subjects = w->subjects;
    w->bench.subject_count = TARGETS;
    w->bench.rate_fixed = rate_fixed;
    w->params.seed = 4;
    for (int i = 0; i < TARGETS; i++) {
        snprintf(w->resolvers[i].text, sizeof w->resolvers[i].text, "127.0.0.%d:53", i + 1);
        w->subjects[i].resolver = &w->resolvers[i];
        w->subjects[i].tried = &w->tried;
        w->subjects[i].tried_count = 1;
        assert_int_equal(load_result_init(&w->subjects[i].kept, 0), 0);
        w->subjects[i].kept.workers = 1;
    }
    return w;
}

static inline void end(struct world *w)
{
    for (int i = 0; i < TARGETS; i++)
        load_result_deinit(&w->subjects[i].kept);
    free(w);
}

#endif
