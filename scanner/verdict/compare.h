// SPDX-License-Identifier: BSD-2-Clause
/* Comparing what was measured in pairs: bootstrap intervals, and the knee of a curve. Pure.
 *
 * Blocks of load are offered to each target in random order; the differences within a block are
 * what counts, since what the machine did in between hits both (paired bootstrap, percentile
 * method, COMPARE_SAMPLES resamples; Efron 1979). The percentiles are those that make up for few
 * values (expanded percentile interval; Hesterberg 2015); fewer than COMPARE_FEW have Student's
 * interval of the mean where that is wider, since no resample reaches beyond the least and the
 * most. */
#ifndef VERDICT_COMPARE_H
#define VERDICT_COMPARE_H

#include <stddef.h>
#include <stdint.h>

#define COMPARE_SAMPLES    2000
#define COMPARE_FEW        6
#define COMPARE_VALUES_MAX 256 /* more are left out */

struct interval {
    double value, low, high; /* 95 % */
    size_t count;            /* of values */
};

/* The median of VALUES and of what resampling makes of it. COUNT 1: low and high are the value;
 * 0: all are 0. */
struct interval compare_median(const double *values, size_t count, uint64_t seed);
/* The median of A[i] - B[i]. */
struct interval compare_pairs(const double *a, const double *b, size_t count, uint64_t seed);

/* The knee of a load curve: the rate from which the response time grows faster than the rate. Two
 * lines through log y over log x, the split that leaves the least squares; 0: none to be seen.
 * Sorted by x, all positive. What lies past the steep part is left out: a queue that is full grows
 * no more. */
double compare_knee(const double *x, const double *y, size_t count);

#endif
