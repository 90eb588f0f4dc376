// SPDX-License-Identifier: BSD-2-Clause
/* base/hist.c: buckets, percentiles, merging. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hist.h"

static void an_empty_histogram_says_zero(void **state)
{
    (void)state;
    static struct hist hist;
    assert_int_equal(hist_percentile_us(&hist, 0), 0);
    assert_int_equal(hist_percentile_us(&hist, 0.5), 0);
    assert_int_equal(hist_percentile_us(&hist, 1), 0);
}

/* The one sample's bucket, as its largest value. */
static uint32_t round_trip(uint32_t value)
{
    struct hist hist = {0};
    hist_add(&hist, value);
    assert_int_equal(hist.count, 1);
    return hist_percentile_us(&hist, 0.5);
}

static void small_values_are_exact(void **state)
{
    (void)state;
    for (uint32_t value = 0; value < 64; value++)
        assert_int_equal(round_trip(value), value);
    assert_int_equal(round_trip(64), 65);
    assert_int_equal(round_trip(65), 65);
    assert_int_equal(round_trip(66), 67);
}

static void larger_values_are_within_the_promised_error(void **state)
{
    (void)state;
    for (uint64_t value = 64; value <= UINT32_MAX; value += value / 7 + 1) {
        uint32_t got = round_trip((uint32_t)value);
        assert_true(got >= value);
        assert_true((double)(got - value) <= 0.032 * (double)value);
    }
    assert_int_equal(round_trip(UINT32_MAX), UINT32_MAX);
}

static void every_octave_border_is_kept(void **state)
{
    (void)state;
    for (unsigned bit = 6; bit < 32; bit++) {
        uint32_t border = 1u << bit;
        assert_int_equal(round_trip(border - 1), border - 1);
        assert_int_equal(round_trip(border), border + (border >> HIST_SUB_BITS) - 1);
    }
}

static void percentiles_count_samples(void **state)
{
    (void)state;
    static struct hist hist;
    memset(&hist, 0, sizeof hist);
    for (uint32_t value = 1; value <= 20; value++)
        hist_add(&hist, value);
    assert_int_equal(hist_percentile_us(&hist, 0), 1);
    assert_int_equal(hist_percentile_us(&hist, 0.05), 1);
    assert_int_equal(hist_percentile_us(&hist, 0.051), 2);
    assert_int_equal(hist_percentile_us(&hist, 0.5), 10);
    assert_int_equal(hist_percentile_us(&hist, 0.95), 19);
    assert_int_equal(hist_percentile_us(&hist, 1), 20);
    assert_int_equal(hist_percentile_us(&hist, 7), 20);
    assert_int_equal(hist_percentile_us(&hist, -1), 1);
}

static void merging_adds(void **state)
{
    (void)state;
    static struct hist a, b;
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    for (uint32_t value = 1; value <= 10; value++)
        hist_add(&a, value);
    for (uint32_t value = 11; value <= 20; value++)
        hist_add(&b, value);
    hist_merge(&a, &b);
    assert_int_equal(a.count, 20);
    assert_int_equal(b.count, 10);
    assert_int_equal(hist_percentile_us(&a, 0.5), 10);
    assert_int_equal(hist_percentile_us(&a, 1), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_histogram_says_zero),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(larger_values_are_within_the_promised_error),
        cmocka_unit_test(every_octave_border_is_kept),
        cmocka_unit_test(percentiles_count_samples),
        cmocka_unit_test(merging_adds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
