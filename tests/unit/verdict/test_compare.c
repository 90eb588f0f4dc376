// SPDX-License-Identifier: BSD-2-Clause
/* verdict/compare.c: how often the truth lies in an interval, and zero does not. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "verdict/compare.h"

#define RUNS 200

static double normal(struct rng_fast *rng)
{
    double u = 1 - rng_fast_unit(rng), v = rng_fast_unit(rng);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* One in ten is far off, upward. */
static double with_outliers(struct rng_fast *rng)
{
    double value = normal(rng);
    return rng_fast_unit(rng) < 0.1 ? fabs(value) * 10 : value;
}

static bool is_clear(const struct interval *difference)
{
    return difference->low > 0 || difference->high < 0;
}

static void the_median_lies_between_its_ends(void **state)
{
    (void)state;
    const double odd[] = {5, 1, 4, 2, 3, 9, 7}, even[] = {4, 1, 3, 2};
    struct interval median = compare_median(odd, 7, 1);
    assert_true(median.value == 4 && median.low == 1 && median.high == 9);
    assert_int_equal(median.count, 7);
    median = compare_median(even, 4, 1);
    assert_true(median.value == 2.5 && median.low < 1 && median.high > 4);
    struct interval again = compare_median(odd, 7, 1);
    median = compare_median(odd, 7, 1);
    assert_memory_equal(&median, &again, sizeof median);
}

static void one_value_and_none_have_no_width(void **state)
{
    (void)state;
    const double value = 42, other = 40;
    struct interval one = compare_median(&value, 1, 1), none = compare_median(&value, 0, 1);
    assert_true(one.value == 42 && one.low == 42 && one.high == 42);
    assert_true(none.value == 0 && none.low == 0 && none.high == 0 && none.count == 0);
    struct interval difference = compare_pairs(&value, &other, 1, 1);
    assert_true(difference.value == 2);
    const double same[] = {1, 1}, apart[] = {0, 0};
    difference = compare_pairs(same, apart, 2, 1);
    assert_true(is_clear(&difference));
    difference = compare_pairs(apart, same, 2, 1);
    assert_true(difference.value == -1 && is_clear(&difference));
}

/* In how many of RUNS the interval of COUNT values leaves out the true median, 0. */
static unsigned count_misses(double (*draw)(struct rng_fast *), size_t count, double *width)
{
    struct rng_fast rng;
    unsigned missed = 0;
    double truth = draw == normal ? 0 : 0.1257; /* where half of with_outliers lies below */
    rng_fast_init(&rng, count);
    *width = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        double values[40];
        for (size_t i = 0; i < count; i++)
            values[i] = draw(&rng);
        struct interval median = compare_median(values, count, run);
        missed += median.low > truth || median.high < truth;
        *width += (median.high - median.low) / RUNS;
    }
    return missed;
}

static void the_truth_is_covered(void **state)
{
    static const struct {
        size_t count;
        double width; /* at most, in standard deviations */
    } cases[] = {{2, 20}, {3, 6}, {5, 3}, {7, 3}, {10, 2}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double width;
        unsigned missed = count_misses(normal, cases[i].count, &width);
        if (missed > 0.08 * RUNS || width > cases[i].width)
            fail_msg("%zu: %u of %d, %.2f wide", cases[i].count, missed, RUNS, width);
        missed = count_misses(with_outliers, cases[i].count, &width);
        if (missed > 0.08 * RUNS)
            fail_msg("%zu with outliers: %u of %d", cases[i].count, missed, RUNS);
    }
}

/* What the machine did hits both: pairs tell what medians apart would not. */
static void differences_are_seen_through_common_noise(void **state)
{
    struct rng_fast rng;
    unsigned seen = 0, imagined = 0;
    (void)state;
    rng_fast_init(&rng, 1);
    for (uint64_t run = 0; run < RUNS; run++) {
        double a[10], b[10], c[10];
        for (size_t i = 0; i < 10; i++) {
            double common = 100 + 50 * normal(&rng);
            a[i] = common + normal(&rng) + 3;
            b[i] = common + normal(&rng);
            c[i] = common + normal(&rng);
        }
        struct interval true_one = compare_pairs(a, b, 10, run), no = compare_pairs(b, c, 10, run);
        seen += is_clear(&true_one) && true_one.value > 0;
        imagined += is_clear(&no);
    }
    assert_true(seen > 0.95 * RUNS);
    assert_true(imagined < 0.08 * RUNS);
}

static void what_is_endless_is_no_difference(void **state)
{
    (void)state;
    const double a[] = {INFINITY, 5, 5, 5, INFINITY, 5, 5},
                 b[] = {INFINITY, 3, 3, 3, INFINITY, 3, 3};
    struct interval difference = compare_pairs(a, b, 7, 1);
    assert_true(difference.value == 2 && difference.low == 0 && difference.high == 2);
    const double c[] = {INFINITY, 1, 1};
    struct interval median = compare_median(c, 3, 1);
    assert_true(median.value == 1 && median.low == 1 && isinf(median.high));
}

static void more_than_can_be_taken_are_left_out(void **state)
{
    (void)state;
    static double values[COMPARE_VALUES_MAX + 50], zero[COMPARE_VALUES_MAX + 50];
    for (size_t i = 0; i < COMPARE_VALUES_MAX + 50; i++)
        values[i] = i < COMPARE_VALUES_MAX ? 1 : 100;
    struct interval median = compare_median(values, COMPARE_VALUES_MAX + 50, 1);
    assert_int_equal(median.count, COMPARE_VALUES_MAX);
    assert_true(median.high == 1);
    median = compare_pairs(values, zero, COMPARE_VALUES_MAX + 50, 1);
    assert_int_equal(median.count, COMPARE_VALUES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_lies_between_its_ends),
        cmocka_unit_test(one_value_and_none_have_no_width),
        cmocka_unit_test(the_truth_is_covered),
        cmocka_unit_test(differences_are_seen_through_common_noise),
        cmocka_unit_test(what_is_endless_is_no_difference),
        cmocka_unit_test(more_than_can_be_taken_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
