// SPDX-License-Identifier: BSD-2-Clause
/* base/hist.c: counts by value, against the values themselves, sorted. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hist.h"
#include "base/rng.h"

#define VALUES 20000

static void cells_follow_each_other_without_a_gap(void **state)
{
    mono_ns next = 0;
    (void)state;
    for (size_t cell = 0; cell < HIST_CELLS; cell++) {
        mono_ns low, high;
        hist_cell_bounds(cell, &low, &high);
        assert_int_equal(low, next);
        assert_true(high >= low);
        assert_true((high - low + 1) * HIST_STEPS <= low || low == high);
        assert_int_equal(hist_cell(low), cell);
        assert_int_equal(hist_cell(high), cell);
        next = high + 1;
    }
    assert_int_equal(next, HIST_MAX + 1);
}

static void what_is_too_short_or_too_long_has_its_place(void **state)
{
    static struct hist hist;
    (void)state;
    hist_add(&hist, -1);
    hist_add(&hist, INT64_MIN);
    hist_add(&hist, 0);
    assert_int_equal(hist.cells[0], 3);
    hist_add(&hist, HIST_MAX);
    assert_int_equal(hist.cells[HIST_CELLS - 1], 1);
    assert_int_equal(hist.beyond, 0);
    hist_add(&hist, HIST_MAX + 1);
    hist_add(&hist, INT64_MAX);
    assert_int_equal(hist.beyond, 2);
    assert_int_equal(hist_count(&hist), 6);
}

static void an_empty_one_says_0(void **state)
{
    static struct hist hist;
    (void)state;
    assert_int_equal(hist_count(&hist), 0);
    assert_int_equal(hist_percentile(&hist, 0.99), 0);
    assert_int_equal(hist_least(&hist), 0);
    assert_int_equal(hist_most(&hist), 0);
    assert_true(hist_mean(&hist) == 0);
    assert_true(hist_deviation(&hist) == 0);
}

static int compare_values(const void *a, const void *b)
{
    const mono_ns x = *(const mono_ns *)a, y = *(const mono_ns *)b;
    return (x > y) - (x < y);
}

/* Seven decades, alike on a log scale, or exponential about a millisecond. */
static mono_ns random_value(struct rng_fast *rng, bool is_wide)
{
    double u = rng_fast_unit(rng);
    return (mono_ns)(is_wide ? pow(10, 1 + 7 * u) : -log(1 - u) * NS_PER_MS);
}

static void fill(struct hist *hist, mono_ns *values, uint64_t seed, bool is_wide)
{
    struct rng_fast rng;
    rng_fast_init(&rng, seed);
    memset(hist, 0, sizeof *hist);
    for (size_t i = 0; i < VALUES; i++) {
        values[i] = random_value(&rng, is_wide);
        hist_add(hist, values[i]);
    }
    qsort(values, VALUES, sizeof *values, compare_values);
}

static bool is_near(double is, double expected, double share)
{
    return fabs(is - expected) <= fabs(expected) * share + 1;
}

static void percentiles_are_those_of_the_sorted_values(void **state)
{
    static const double shares[] = {0, 1e-9, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1};
    static struct hist hist;
    static mono_ns values[VALUES];
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        fill(&hist, values, seed, seed % 2);
        for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
            size_t rank = (size_t)ceil(shares[i] * VALUES - 1e-6);
            mono_ns expected = values[rank ? rank - 1 : 0];
            mono_ns is = hist_percentile(&hist, shares[i]);
            if (!is_near((double)is, (double)expected, 0.5 / HIST_STEPS))
                fail_msg("seed %d, p%g: %lld, not %lld", (int)seed, 100 * shares[i], (long long)is,
                         (long long)expected);
        }
        mono_ns low, high, unused;
        hist_cell_bounds(hist_cell(values[0]), &low, &unused);
        hist_cell_bounds(hist_cell(values[VALUES - 1]), &unused, &high);
        assert_int_equal(hist_least(&hist), low);
        assert_int_equal(hist_most(&hist), high);
    }
}

/* 0.999 * 1000 is a little more than 999 in binary. */
static void a_rank_is_not_pushed_up_by_rounding(void **state)
{
    static struct hist hist;
    (void)state;
    for (unsigned i = 0; i < 999; i++)
        hist_add(&hist, 50);
    hist_add(&hist, 100);
    assert_int_equal(hist_percentile(&hist, 0.999), 50);
    assert_int_equal(hist_percentile(&hist, 0.9991), 100);
    assert_int_equal(hist_percentile(&hist, 1.5), 100);
    for (unsigned count = 1; count <= 100; count++) {
        memset(&hist, 0, sizeof hist);
        for (unsigned i = 1; i <= 100; i++)
            hist_add(&hist, i);
        assert_int_equal(hist_percentile(&hist, count / 100.0), count);
    }
}

static void mean_and_deviation_are_those_of_the_values(void **state)
{
    static struct hist hist;
    static mono_ns values[VALUES];
    double sum = 0, squares = 0;
    (void)state;
    fill(&hist, values, 7, false);
    for (size_t i = 0; i < VALUES; i++)
        sum += (double)values[i];
    for (size_t i = 0; i < VALUES; i++)
        squares += ((double)values[i] - sum / VALUES) * ((double)values[i] - sum / VALUES);
    assert_true(is_near(hist_mean(&hist), sum / VALUES, 0.001));
    assert_true(is_near(hist_deviation(&hist), sqrt(squares / VALUES), 0.001));
    /* What is lost has no value. */
    double mean = hist_mean(&hist), deviation = hist_deviation(&hist);
    hist_add_lost(&hist, 1000);
    assert_true(hist_mean(&hist) == mean && hist_deviation(&hist) == deviation);
}

static void a_percentile_past_the_losses_is_beyond(void **state)
{
    static struct hist hist;
    (void)state;
    for (unsigned i = 0; i < 990; i++)
        hist_add(&hist, NS_PER_MS);
    hist_add_lost(&hist, 4);
    hist_add_lost(&hist, 6);
    assert_int_equal(hist_count(&hist), 1000);
    assert_true(hist_percentile(&hist, 0.99) < 2 * NS_PER_MS);
    assert_int_equal(hist_percentile(&hist, 0.991), HIST_BEYOND);
    assert_int_equal(hist_percentile(&hist, 1), HIST_BEYOND);
    assert_true(hist_least(&hist) <= NS_PER_MS && hist_most(&hist) >= NS_PER_MS);
    assert_true(hist_most(&hist) < 2 * NS_PER_MS);
    memset(&hist, 0, sizeof hist);
    hist_add_lost(&hist, 1);
    assert_int_equal(hist_percentile(&hist, 0), HIST_BEYOND);
    assert_int_equal(hist_least(&hist), 0);
}

static void merged_parts_are_the_whole(void **state)
{
    static struct hist whole, parts[3], merged;
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 9);
    for (unsigned i = 0; i < 3000; i++) {
        mono_ns value = random_value(&rng, true);
        hist_add(&whole, value);
        hist_add(&parts[i % 3], value);
    }
    hist_add_lost(&whole, 6);
    for (unsigned i = 0; i < 3; i++) {
        hist_add_lost(&parts[i], i + 1);
        hist_merge(&merged, &parts[i]);
    }
    assert_memory_equal(&merged, &whole, sizeof whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_follow_each_other_without_a_gap),
        cmocka_unit_test(what_is_too_short_or_too_long_has_its_place),
        cmocka_unit_test(an_empty_one_says_0),
        cmocka_unit_test(percentiles_are_those_of_the_sorted_values),
        cmocka_unit_test(a_rank_is_not_pushed_up_by_rounding),
        cmocka_unit_test(mean_and_deviation_are_those_of_the_values),
        cmocka_unit_test(a_percentile_past_the_losses_is_beyond),
        cmocka_unit_test(merged_parts_are_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
