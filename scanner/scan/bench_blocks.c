// SPDX-License-Identifier: BSD-2-Clause
/* The same load to every target by turns, in blocks whose order is random: what --rate asks for,
 * and how targets are compared once the rate that each sustains is known. */
#include <stdlib.h>

#include "base/log.h"
#include "scan/bench_state.h"

#define COMMON_SHARE 0.8 /* of the least that one of them sustains: all are at ease there */

static double in_ns(mono_ns value, mono_ns most)
{
    return (double)(value > most ? most : value); /* what is lost took the timeout at least */
}

static void note_block(struct bench *bench, struct bench_subject *subject,
                       const struct load_result *result, bool is_spoiled)
{
    struct bench_point point;
    mono_ns most = bench->options->timeout;
    if (subject->block_count == BENCH_ROUNDS_MAX)
        return;
    bench_point_of(&point, bench->rate, result);
    struct bench_block *block = &subject->blocks[subject->block_count++];
    double *of = block->of;
    block->is_spoiled = is_spoiled;
    of[BENCH_ANSWERED] = point.answered;
    of[BENCH_P50] = in_ns(point.p50, most);
    of[BENCH_P99] = in_ns(point.p99, most);
    of[BENCH_LOSS] = point.loss;
}

/* One more block of MANY. */
static void add_path(struct generator_path *sum, const struct generator_path *one, unsigned many)
{
    sum->rcvbuf_errors += one->rcvbuf_errors;
    sum->in_errors += one->in_errors;
    sum->csum_errors += one->csum_errors;
    sum->sndbuf_errors += one->sndbuf_errors;
    sum->softnet_drops += one->softnet_drops;
    sum->steal += (one->steal - sum->steal) / many;
    sum->core_use += (one->core_use - sum->core_use) / many;
    sum->steal_usual = one->steal_usual;
    sum->cpus = one->cpus;
}

/* One block: it adds to what is kept where IS_KEPT. */
static int offer_block(struct bench *bench, struct bench_subject *subject,
                       const struct bench_load *what, bool is_kept)
{
    struct bench_verdict verdict;
    int error = bench_offer(bench, bench->load, subject, what, &bench->scratch, &verdict);
    bool is_empty = bench->scratch.due == 0;
    if (error)
        return error;
    if (is_kept && !is_empty) {
        load_result_merge(&subject->kept, &bench->scratch);
        subject->has_kept = true;
        add_path(&subject->verdict.path, &verdict.path, subject->block_count + 1);
        bench_judge(&subject->verdict, &bench->options->slo, &subject->kept, &bench->rest);
        if (!what->is_judged)
            bench_judge_figures(&subject->verdict, &subject->kept);
    }
    if (!bench->is_stopping) /* a part of a block has no pair; of an empty one the place stays */
        note_block(bench, subject, &bench->scratch, is_empty || verdict.outcome == SEARCH_INVALID);
    return 0;
}

/* WHAT to all that answer, ROUNDS times. */
static int offer_blocks(struct bench *bench, const struct bench_load *what, unsigned rounds,
                        bool is_kept)
{
    uint32_t order[LOAD_TARGETS_MAX * BENCH_ROUNDS_MAX];
    size_t total = bench->subject_count * rounds;
    int error = 0;
    bench_order_blocks(order, bench->subject_count, rounds, &bench->rng);
    for (size_t i = 0; i < total && !error && !bench_should_stop(bench); i++) {
        struct bench_subject *subject = &bench->subjects[order[i]];
        if (!subject->is_left_out)
            error = offer_block(bench, subject, what, is_kept);
    }
    return error;
}

static size_t count_usable(const struct bench *bench)
{
    size_t usable = 0;
    for (size_t i = 0; i < bench->subject_count; i++)
        usable += !bench->subjects[i].is_left_out;
    return usable;
}

/* The one target that is not left out. */
static struct bench_subject *only_subject(struct bench *bench)
{
    size_t i = 0;
    while (bench->subjects[i].is_left_out)
        i++;
    return &bench->subjects[i];
}

/* A capture is asked from its first query to its last, and all of them count. */
mono_ns bench_warmup_of(const struct bench *bench, mono_ns usual)
{
    if (bench->arrival == LOAD_REPLAY)
        return 0;
    return bench->options->has_warmup ? bench->options->warmup : usual;
}

int bench_fixed(struct bench *bench)
{
    const struct bench_params *options = bench->options;
    struct bench_load what = {
        .phase = "fixed",
        .rate = bench->rate_fixed,
        .arrival = bench->arrival,
        .length = bench->length,
        .warmup = bench_warmup_of(bench, BENCH_FIXED_WARMUP),
        .is_judged = options->has_slo,
    };
    if (count_usable(bench) > 1) {
        unsigned rounds = bench_fixed_rounds(what.length);
        if (bench->arrival != LOAD_REPLAY)
            what.length /= rounds;
        what.warmup = bench_warmup_of(bench, BENCH_TRIAL_WARMUP);
        return offer_blocks(bench, &what, rounds, true);
    }
    struct bench_subject *subject = only_subject(bench);
    what.column = subject->column = bench_column(options->interval, what.length);
    subject->has_kept = true;
    return bench_offer(bench, bench->load, subject, &what, &subject->kept, &subject->verdict);
}

/* COMMON_SHARE of the least; 0: one of them sustains nothing. */
static double common_rate(const struct bench *bench)
{
    double least = 0;
    for (size_t i = 0; i < bench->subject_count; i++) {
        const struct bench_subject *subject = &bench->subjects[i];
        double rate = subject->is_left_out ? 0 : search_rate(&subject->search);
        if (rate > 0 && (least == 0 || rate < least))
            least = rate;
    }
    return COMMON_SHARE * least;
}

int bench_compare(struct bench *bench)
{
    const struct bench_params *options = bench->options;
    struct bench_load what = {
        .phase = "compare",
        .rate = common_rate(bench),
        .arrival = bench->arrival,
        .warmup = options->has_warmup ? options->warmup : BENCH_TRIAL_WARMUP,
    };
    if (count_usable(bench) < 2 || what.rate == 0)
        return 0;
    what.length = options->duration ? options->duration : bench_trial_length(what.rate);
    what.length = bench_fill_length(what.length, what.rate);
    return offer_blocks(bench, &what, BENCH_ROUNDS, false);
}
