// SPDX-License-Identifier: BSD-2-Clause
#include "scan/bench_rank.h"

#include <math.h>

#define SLICES_MAX    20 /* of a series */
#define SLICES_LEAST  6  /* fewer say nothing of how much they vary */
#define SLICE_ANSWERS 30 /* in a slice, or its rate is mere chance */

static struct bench_interval known(struct interval of)
{
    return (struct bench_interval){of.value, of.low, of.high, true};
}

/* --- rates --- */

/* Good answers a second in slices of the series, each of several columns; where too few came, what
 * their number alone says. */
static struct bench_interval rate_of_series(const struct load_result *result, mono_ns column,
                                            uint64_t seed)
{
    double values[SLICES_MAX];
    uint32_t used = result->column_count, count = 0;
    double whole = load_result_seconds(result) * 1e9 / (double)column; /* columns that are full */
    if (used > whole)
        used = (uint32_t)whole;
    uint64_t slices = result->good / SLICE_ANSWERS;
    if (slices > SLICES_MAX)
        slices = SLICES_MAX;
    uint32_t wide = slices < SLICES_LEAST ? 0 : (used + (uint32_t)slices - 1) / (uint32_t)slices;
    for (uint32_t at = 0; wide > 0 && at + wide <= used; at += wide) {
        uint64_t good = 0;
        for (uint32_t i = at; i < at + wide; i++)
            good += result->columns[i].good;
        values[count++] = (double)good * 1e9 / ((double)column * wide);
    }
    if (count >= SLICES_LEAST)
        return known(compare_median(values, count, seed));
    double seconds = load_result_seconds(result), answers = (double)result->good;
    double reach = 2 * sqrt(answers); /* as of what comes by chance */
    if (!(seconds > 0))
        return (struct bench_interval){.is_known = false};
    return (struct bench_interval){answers / seconds, fmax(answers - reach, 0) / seconds,
                                   (answers + reach) / seconds, true};
}

size_t bench_take_blocks(const struct bench_subject *subject, enum bench_figure figure,
                         double out[BENCH_ROUNDS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < subject->block_count; i++)
        if (!subject->blocks[i].is_spoiled)
            out[count++] = subject->blocks[i].of[figure];
    return count;
}

struct bench_interval bench_rate_of(const struct bench *bench, const struct bench_subject *subject)
{
    struct bench_interval out = {.is_known = false};
    uint64_t seed = bench->params->seed;
    double values[BENCH_ROUNDS_MAX];
    if (subject->is_left_out || subject->tried_count == 0)
        return out;
    if (bench_is_search(bench)) {
        out.value = search_rate(&subject->search);
        out.is_known = out.value > 0;
        (void)search_interval(&subject->search, &out.low, &out.high);
        return out;
    }
    size_t count = bench_take_blocks(subject, BENCH_ANSWERED, values);
    double seconds = load_result_seconds(&subject->kept);
    if (count > 0)
        out = known(compare_median(values, count, seed));
    else if (subject->column > 0)
        out = rate_of_series(&subject->kept, subject->column, seed);
    out.value = seconds > 0 ? (double)subject->kept.good / seconds : 0;
    out.low = fmax(fmin(out.low, out.value), 0); /* of few blocks it may reach below */
    out.high = fmax(out.high, out.value);
    out.is_known = seconds > 0;
    return out;
}

/* --- ranks --- */

bool bench_is_valid(const struct bench *bench, const struct bench_subject *subject)
{
    bool is_last_valid = subject->verdict.outcome != SEARCH_INVALID;
    if (!bench_is_search(bench))
        return is_last_valid;
    if (subject->search.phase != SEARCH_DONE) /* what was met stands, whatever was last */
        return is_last_valid || subject->search.good > 0;
    return is_last_valid && bench_search_end(&subject->search) != SEARCH_GENERATOR;
}

static double median_of(const struct bench_subject *subject, enum bench_figure figure)
{
    double values[BENCH_ROUNDS_MAX];
    size_t count = bench_take_blocks(subject, figure, values);
    return count ? compare_median(values, count, 0).value : INFINITY;
}

/* One of which nothing is known comes last. By the rate it sustains; at one fixed load by what is
 * lost, to a hundredth of a percent. Where these are equal by how long answers take. */
static bool is_better(const struct bench *bench, const struct bench_subject *a,
                      const struct bench_subject *b)
{
    double of_a, of_b;
    bool is_valid = bench_is_valid(bench, a);
    if (is_valid != bench_is_valid(bench, b))
        return is_valid;
    if (bench_is_search(bench)) {
        of_a = -search_rate(&a->search);
        of_b = -search_rate(&b->search);
    } else {
        of_a = round(median_of(a, BENCH_LOSS) * 1e4);
        of_b = round(median_of(b, BENCH_LOSS) * 1e4);
    }
    if (of_a != of_b)
        return of_a < of_b;
    return median_of(a, BENCH_P99) < median_of(b, BENCH_P99);
}

void bench_rank(struct bench *bench)
{
    size_t measured = 0;
    for (size_t i = 0; i < bench->subject_count; i++)
        measured += bench_is_measured(&bench->subjects[i]);
    for (size_t i = 0; i < bench->subject_count && measured > 1; i++) {
        struct bench_subject *subject = &bench->subjects[i];
        if (!bench_is_measured(subject))
            continue;
        subject->rank = 1;
        for (size_t j = 0; j < bench->subject_count; j++) {
            const struct bench_subject *other = &bench->subjects[j];
            bool is_before =
                is_better(bench, other, subject) || (j < i && !is_better(bench, subject, other));
            subject->rank += j != i && bench_is_measured(other) && is_before;
        }
    }
}

static struct bench_interval difference(const struct bench_subject *a,
                                        const struct bench_subject *b, enum bench_figure figure,
                                        uint64_t seed)
{
    double of_a[BENCH_ROUNDS_MAX], of_b[BENCH_ROUNDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < a->block_count && i < b->block_count; i++) {
        if (a->blocks[i].is_spoiled || b->blocks[i].is_spoiled)
            continue;
        of_a[count] = a->blocks[i].of[figure];
        of_b[count++] = b->blocks[i].of[figure];
    }
    if (count < 2) /* one pair has no width, and may be chance */
        return (struct bench_interval){.is_known = false};
    return known(compare_pairs(of_a, of_b, count, seed));
}

/* Of two that were found apart: their own intervals add up as errors do. */
static struct bench_interval apart(struct bench_interval a, struct bench_interval b)
{
    struct bench_interval out = {.value = a.value - b.value, .is_known = a.is_known && b.is_known};
    out.low = out.value - hypot(a.value - a.low, b.high - b.value);
    out.high = out.value + hypot(a.high - a.value, b.value - b.low);
    return out;
}

void bench_put_versus(const struct bench *bench, const struct bench_subject *subject,
                      struct bench_target *out)
{
    const struct bench_subject *first = bench->subjects;
    uint64_t seed = bench->params->seed;
    if (subject->rank < 2)
        return;
    while (first->rank != 1)
        first++;
    out->versus_p50 = difference(subject, first, BENCH_P50, seed);
    out->versus_p99 = difference(subject, first, BENCH_P99, seed);
    out->versus_loss = difference(subject, first, BENCH_LOSS, seed);
    if (bench_is_search(bench))
        out->versus_rate = apart(bench_rate_of(bench, subject), bench_rate_of(bench, first));
    else
        out->versus_rate = difference(subject, first, BENCH_ANSWERED, seed);
}
