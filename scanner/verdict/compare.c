// SPDX-License-Identifier: BSD-2-Clause
/* Values are sorted first, so that a resample is a count for each place, and its median is found
 * by adding up the counts. */
#include "verdict/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

#define NORMAL_975 1.959964

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of_sorted(const double *sorted, size_t count)
{
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* The 97.5 % quantile of Student's t; from six degrees on Fisher's expansion, off by 0.5 %. */
static double student_975(size_t degrees)
{
    static const double few[] = {0, 12.706, 4.303, 3.182, 2.776, 2.571};
    const double z = NORMAL_975, n = (double)degrees;
    if (degrees < sizeof few / sizeof *few)
        return few[degrees];
    return z + (pow(z, 3) + z) / (4 * n) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * n * n);
}

/* The share that is cut off at each end. */
static double tail_of(size_t count)
{
    double wider = sqrt((double)count / (double)(count - 1)) * student_975(count - 1);
    return erfc(wider / sqrt(2)) / 2;
}

/* Which of all, by counts of each: the one at RANK, from 0. */
static double value_at(const double *sorted, const uint16_t *counts, size_t rank)
{
    size_t i = 0, seen = counts[0];
    while (seen <= rank)
        seen += counts[++i];
    return sorted[i];
}

static double resample(const double *sorted, size_t count, struct rng_fast *rng)
{
    uint16_t counts[COMPARE_VALUES_MAX] = {0};
    for (size_t i = 0; i < count; i++)
        counts[rng_fast_below(rng, (uint32_t)count)]++;
    return (value_at(sorted, counts, (count - 1) / 2) + value_at(sorted, counts, count / 2)) / 2;
}

static void widen_by_student(struct interval *out, const double *values, size_t count)
{
    double sum = 0, squares = 0, n = (double)count;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - sum / n) * (values[i] - sum / n);
    double reach = student_975(count - 1) * sqrt(squares / (n - 1) / n);
    /* Of what is endless there is none: fmin and fmax leave out what is no number. */
    out->low = fmin(out->low, sum / n - reach);
    out->high = fmax(out->high, sum / n + reach);
}

struct interval compare_median(const double *values, size_t count, uint64_t seed)
{
    double sorted[COMPARE_VALUES_MAX], medians[COMPARE_SAMPLES];
    struct rng_fast rng;
    struct interval out = {0};
    if (count == 0)
        return out;
    if (count > COMPARE_VALUES_MAX)
        count = COMPARE_VALUES_MAX;
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_doubles);
    out.count = count;
    out.value = out.low = out.high = median_of_sorted(sorted, count);
    if (count == 1)
        return out;
    rng_fast_init(&rng, seed);
    for (size_t i = 0; i < COMPARE_SAMPLES; i++)
        medians[i] = resample(sorted, count, &rng);
    qsort(medians, COMPARE_SAMPLES, sizeof *medians, compare_doubles);
    size_t cut = (size_t)(tail_of(count) * COMPARE_SAMPLES);
    out.low = medians[cut];
    out.high = medians[COMPARE_SAMPLES - 1 - cut];
    if (count < COMPARE_FEW)
        widen_by_student(&out, sorted, count);
    return out;
}

struct interval compare_pairs(const double *a, const double *b, size_t count, uint64_t seed)
{
    double differences[COMPARE_VALUES_MAX];
    size_t kept = count < COMPARE_VALUES_MAX ? count : COMPARE_VALUES_MAX;
    for (size_t i = 0; i < kept; i++) {
        differences[i] = a[i] - b[i];
        if (isnan(differences[i])) /* both are infinite */
            differences[i] = 0;
    }
    return compare_median(differences, kept, seed);
}
