// SPDX-License-Identifier: BSD-2-Clause
/* What one load says: did the target meet the objective, and is that the target's doing? Pure.
 *
 * A generator that was late or lost answers spoils a load only where the target would have passed
 * without it. What a target misses by itself, at what reached it, it misses all the more at the
 * rate that was meant. */
#ifndef SCAN_BENCH_JUDGE_H
#define SCAN_BENCH_JUDGE_H

#include "out/bench.h"
#include "verdict/generator.h"
#include "verdict/search.h"
#include "verdict/slo.h"

struct bench_verdict {
    enum search_outcome outcome;
    enum generator_fault fault;
    struct generator_path path;
    const struct slo_term *missed; /* a term of the objective that was; NULL: none */
};

/* VERDICT's path is filled in; the rest is the outcome. ROOM: storage, initialized, without
 * columns. */
void bench_judge(struct bench_verdict *verdict, const struct slo *slo,
                 const struct load_result *result, struct load_result *room);

/* Where no objective is held against the target, what is told are the figures of the load itself,
 * and none of them is true once the generator was at fault. No id was free: that may be because
 * nothing was answered. */
void bench_judge_figures(struct bench_verdict *verdict, const struct load_result *result);
/* "met", "missed", "invalid" */
const char *bench_outcome_word(enum search_outcome outcome);

/* How SEARCH, which is done, really ended: where nothing above the rate that held was missed, what
 * stopped it was the generator. */
enum search_end bench_search_end(const struct search *search);

/* What of a core its workers used in the mean while they sent, 0..1. */
double bench_core_use(const struct load_result *result);
/* All but phase, verdict and why. */
void bench_point_of(struct bench_point *out, double rate, const struct load_result *result);

#endif
