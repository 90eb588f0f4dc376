// SPDX-License-Identifier: BSD-2-Clause
/* Times and loss of what is kept of a target, and how far chance alone moves them.
 *
 * That many queries say so much is the order statistics' part, and Wilson's (1927) for a share; but
 * what goes wrong does so in bursts, of which a load has few. So slices of the series are
 * resampled, whole ones, each of many queries (a block bootstrap; Kuensch 1989); where there are
 * blocks instead, what they say by themselves has to lie within. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "scan/bench_rank.h"

#define SLICES_MAX    20
#define SLICES_LEAST  6   /* fewer say nothing of how much they vary */
#define SLICE_QUERIES 200 /* or a 99th percentile is mere chance */
#define SAMPLES       400
#define SAMPLES_CUT   (SAMPLES / 40) /* at each end */
#define NORMAL_975    1.959964
#define ROW_FIRST     1e4 /* ns; where the rows begin, and by how much each is above the last */
#define ROW_GROWTH    pow(10, 6.0 / LOAD_HEAT_ROWS)

struct slice {
    double due, lost, rows[LOAD_HEAT_ROWS];
};

/* What is asked of a slice, or of several together. */
struct wanted {
    enum bench_figure figure;
    double share, timeout;
};

static void add_slice(struct slice *into, const struct slice *from)
{
    into->due += from->due;
    into->lost += from->lost;
    for (size_t i = 0; i < LOAD_HEAT_ROWS; i++)
        into->rows[i] += from->rows[i];
}

static void add_column(struct slice *into, const struct load_column *from)
{
    into->due += from->due;
    into->lost += from->lost;
    for (size_t i = 0; i < LOAD_HEAT_ROWS; i++)
        into->rows[i] += from->rows[i];
}

/* A row is wide: within it as if all were spread over it evenly, in log space. */
static double answer_of(const struct wanted *wanted, const struct slice *slice)
{
    double seen = 0, all = slice->lost;
    if (wanted->figure == BENCH_LOSS)
        return slice->due > 0 ? slice->lost / slice->due : 0;
    for (size_t i = 0; i < LOAD_HEAT_ROWS; i++)
        all += slice->rows[i];
    for (size_t i = 0; i < LOAD_HEAT_ROWS; i++) {
        double rank = wanted->share * all - seen;
        if (slice->rows[i] > 0 && rank <= slice->rows[i])
            return ROW_FIRST * pow(ROW_GROWTH, (double)i + rank / slice->rows[i]);
        seen += slice->rows[i];
    }
    return wanted->timeout;
}

/* How many there are; 0: too few. */
static size_t make_slices(const struct load_result *result, mono_ns column,
                          struct slice out[SLICES_MAX])
{
    uint32_t used = result->column_count;
    size_t slices = result->due / SLICE_QUERIES, count = 0;
    double whole = column > 0 ? load_result_seconds(result) * 1e9 / (double)column : 0;
    if (used > whole)
        used = (uint32_t)whole; /* columns that are full */
    if (slices > SLICES_MAX)
        slices = SLICES_MAX;
    if (slices < SLICES_LEAST || used == 0)
        return 0;
    uint32_t wide = (used + (uint32_t)slices - 1) / (uint32_t)slices;
    for (uint32_t at = 0; at + wide <= used; at += wide, count++) {
        out[count] = (struct slice){0};
        for (uint32_t i = at; i < at + wide; i++)
            add_column(&out[count], &result->columns[i]);
    }
    return count < SLICES_LEAST ? 0 : count;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* What resampling makes of the slices' answer. */
static struct bench_interval resample(const struct wanted *wanted, const struct slice *slices,
                                      size_t count, uint64_t seed)
{
    double answers[SAMPLES];
    struct slice all = {0};
    struct rng_fast rng;
    rng_fast_init(&rng, seed);
    for (size_t i = 0; i < count; i++)
        add_slice(&all, &slices[i]);
    for (size_t i = 0; i < SAMPLES; i++) {
        struct slice sum = {0};
        for (size_t j = 0; j < count; j++)
            add_slice(&sum, &slices[rng_fast_below(&rng, (uint32_t)count)]);
        answers[i] = answer_of(wanted, &sum);
    }
    qsort(answers, SAMPLES, sizeof *answers, by_value);
    return (struct bench_interval){answer_of(wanted, &all), answers[SAMPLES_CUT],
                                   answers[SAMPLES - 1 - SAMPLES_CUT], true};
}

static void widen(const struct bench *bench, const struct bench_subject *subject,
                  const struct wanted *wanted, struct bench_interval *out)
{
    struct slice slices[SLICES_MAX];
    double values[BENCH_ROUNDS_MAX];
    uint64_t seed = bench->params->seed;
    size_t blocks = bench_is_search(bench) ? 0 : bench_take_blocks(subject, wanted->figure, values);
    size_t count = blocks ? 0 : make_slices(&subject->kept, subject->column, slices);
    if (blocks > 0) {
        struct interval of = compare_median(values, blocks, seed);
        out->low = fmax(fmin(out->low, of.low), 0);
        out->high = fmax(out->high, of.high);
    } else if (count > 0) {
        struct bench_interval of = resample(wanted, slices, count, seed);
        bool is_time = wanted->figure != BENCH_LOSS; /* of which the rows know the ratio */
        double low = is_time ? out->value * of.low / of.value : out->value + of.low - of.value;
        double high = is_time ? out->value * of.high / of.value : out->value + of.high - of.value;
        out->low = fmax(fmin(out->low, low), 0);
        out->high = fmax(out->high, high);
    }
}

static double time_at(const struct hist *hist, double share, double timeout)
{
    double value = (double)hist_percentile(hist, fmax(share, 0));
    return share >= 1 || value > timeout ? timeout : value; /* what is lost took that at least */
}

struct bench_interval bench_time_of(const struct bench *bench, const struct bench_subject *subject,
                                    enum bench_figure figure)
{
    struct wanted wanted = {.figure = figure,
                            .share = figure == BENCH_P50 ? 0.5 : 0.99,
                            .timeout = (double)bench->options->timeout};
    struct hist all;
    double share = wanted.share;
    load_result_response(&subject->kept, &all);
    double count = (double)hist_count(&all);
    if (!bench_is_measured(subject) || !(count > 0))
        return (struct bench_interval){.is_known = false};
    double reach = NORMAL_975 * sqrt(share * (1 - share) / count);
    struct bench_interval out = {time_at(&all, share, wanted.timeout),
                                 time_at(&all, share - reach, wanted.timeout),
                                 time_at(&all, share + reach, wanted.timeout), true};
    widen(bench, subject, &wanted, &out);
    return out;
}

struct bench_interval bench_loss_of(const struct bench *bench, const struct bench_subject *subject)
{
    const struct wanted wanted = {.figure = BENCH_LOSS};
    const double z2 = NORMAL_975 * NORMAL_975, n = (double)subject->kept.due;
    if (!bench_is_measured(subject) || !(n > 0))
        return (struct bench_interval){.is_known = false};
    double p = (double)subject->kept.lost / n, middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double reach = NORMAL_975 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    struct bench_interval out = {p, fmax(fmin(middle - reach, p), 0), fmax(middle + reach, p),
                                 true};
    widen(bench, subject, &wanted, &out);
    out.high = fmin(out.high, 1);
    return out;
}
