// SPDX-License-Identifier: BSD-2-Clause
/* Pieces that all of bench's reports put: figures with their units, and the points of a load
 * curve in order. Private to out/. */
#ifndef OUT_BENCH_PUT_H
#define OUT_BENCH_PUT_H

#include <stdbool.h>
#include <stddef.h>

#include "out/bench.h"

/* How a run may end (report's exit_code). */
enum {
    BENCH_EXIT_COMPLETE = 0,
    BENCH_EXIT_ALARM = 5,
    BENCH_EXIT_INVALID = 6,
    BENCH_EXIT_SIGNAL_FIRST = 128,
};

/* "840 ns", "41.3 us", "1.24 ms", "2.05 s": three digits; below 0 with its sign. At most 8
 * octets. */
void put_latency(struct text *out, double ns);
/* As above; what is HIST_BEYOND is "> 2 s", the timeout, or "lost" where that is not known. */
void put_response(struct text *out, mono_ns value, mono_ns timeout);
/* "42,317"; below 10 with a digit behind the point; "12M". At most 9 octets. */
void put_rate(struct text *out, double rate);
/* Of a fixed load: "10,000 offered"; of one in steps their mean, and "in steps up to" the last. */
void put_offered(struct text *out, const struct bench_report *report,
                 const struct bench_target *target);
/* As put_rate, to the digit that WIDTH, that of an interval, leaves a meaning: "42,300". */
void put_rate_near(struct text *out, double rate, double width);
/* "42,300 q/s (41,900-42,800)"; without an interval the value alone. */
void put_rate_interval(struct text *out, const struct bench_interval *rate);
/* "0.05 %", "< 0.01 %", "12.3 %". */
void put_share(struct text *out, double share);
/* With a blank after each comma: "loss<0.1%, p99<50ms". */
void put_objective(struct text *out, const char *slo);
/* A word of model/counters.h as people read it: "wrong question". */
void put_plain_word(struct text *out, const char *word);

static inline const char *or_empty(const char *string)
{
    return string ? string : "";
}

/* The columns of a table of times. */
#define BENCH_QUANTILES 6
extern const struct bench_quantile {
    const char *label; /* "p99.9", "max" */
    const char *key;   /* "p999", as JSON has it */
    double share;      /* above 1: the longest */
} bench_quantiles[BENCH_QUANTILES];
/* HIST_BEYOND: lost. */
mono_ns bench_quantile(const struct hist *hist, const struct bench_quantile *quantile);

extern const char *const bench_class_words[LOAD_CLASSES];

/* The loads by rising rate, one of each rate: of several with the same the one whose p99 is the
 * middle one, since a verdict needs two of three. Those in which the generator was the limit
 * are there too. */
#define BENCH_CURVE_MAX 512
struct bench_curve {
    const struct bench_point *points[BENCH_CURVE_MAX];
    size_t count;
};
void bench_curve_of(struct bench_curve *out, const struct bench_target *target);
/* Leaves out whatever is nearest to its neighbours until MAX (at least 4) are left. The first,
 * the last, the highest that met the objective and the lowest that missed it stay. */
void bench_curve_thin(struct bench_curve *curve, size_t max);

/* How many of RESULT's columns there are up to the last in which a query was due. */
uint32_t bench_columns(const struct load_result *result);

bool bench_is_invalid(const struct bench_point *point);
/* One fixed load, not a search. */
bool bench_is_fixed(const struct bench_target *target);
/* The highest rate that was offered to any target. */
double bench_rate_most(const struct bench_report *report);
/* Zero lies outside the interval. */
bool bench_is_clear(const struct bench_interval *difference);

#endif
