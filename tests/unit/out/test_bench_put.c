// SPDX-License-Identifier: BSD-2-Clause
#include "out/bench_put.h"
#include "tests/unit/out/bench_sample.h"
#include "tests/unit/out/hits.h"

#define TEXT_MAX 9 /* a figure; a column is one wider */

/* What PUT makes of VALUE, in a buffer that the next call reuses. */
static const char *made(void (*put)(struct text *out, double value), double value)
{
    static char kept[64];
    struct text out = {0};
    put(&out, value);
    assert_true(!out.failed && out.len <= TEXT_MAX);
    snprintf(kept, sizeof kept, "%.*s", (int)out.len, out.data);
    text_deinit(&out);
    return kept;
}

static void times_have_three_digits_and_a_unit(void **state)
{
    (void)state;
    assert_string_equal(made(put_latency, 0), "0 ns");
    assert_string_equal(made(put_latency, 999), "999 ns");
    assert_string_equal(made(put_latency, 999.5), "1.00 us");
    assert_string_equal(made(put_latency, 41300), "41.3 us");
    assert_string_equal(made(put_latency, 999499), "999 us");
    assert_string_equal(made(put_latency, 999500), "1.00 ms");
    assert_string_equal(made(put_latency, 9994999), "9.99 ms");
    assert_string_equal(made(put_latency, 9995001), "10.0 ms");
    assert_string_equal(made(put_latency, 2.05e9), "2.05 s");
    assert_string_equal(made(put_latency, -12000), "-12.0 us");
    assert_string_equal(made(put_latency, (double)INFINITY), "-");
    assert_string_equal(made(put_latency, (double)NAN), "-");
    made(put_latency, 1e300);
    made(put_latency, -1e300);
}

static void rates_are_whole_but_for_small_ones(void **state)
{
    (void)state;
    assert_string_equal(made(put_rate, 0), "0");
    assert_string_equal(made(put_rate, 0.54), "0.5");
    assert_string_equal(made(put_rate, 9.95), "10");
    assert_string_equal(made(put_rate, 42317.4), "42,317");
    assert_string_equal(made(put_rate, 9999999.4), "9,999,999");
    assert_string_equal(made(put_rate, 12e6), "12M");
    assert_string_equal(made(put_rate, -3), "0");
    assert_string_equal(made(put_rate, (double)NAN), "0");
    made(put_rate, (double)INFINITY);
}

static void shares_are_neither_all_nor_nothing_when_they_are_not(void **state)
{
    (void)state;
    assert_string_equal(made(put_share, 0), "0 %");
    assert_string_equal(made(put_share, 0.00001), "< 0.01 %");
    assert_string_equal(made(put_share, 0.0005), "0.05 %");
    assert_string_equal(made(put_share, 0.0999), "9.99 %");
    assert_string_equal(made(put_share, 0.123), "12.3 %");
    assert_string_equal(made(put_share, 0.99999), "99.99 %");
    assert_string_equal(made(put_share, 1), "100 %");
    assert_string_equal(made(put_share, (double)NAN), "-");
    assert_string_equal(made(put_share, -1), "0 %");
}

static void put_near_10000(struct text *out, double width)
{
    put_rate_near(out, 12345, width);
}

static void a_rate_has_the_digits_its_interval_allows(void **state)
{
    (void)state;
    assert_string_equal(made(put_near_10000, 0), "12,345");
    assert_string_equal(made(put_near_10000, 49), "12,345");
    assert_string_equal(made(put_near_10000, 50), "12,350");
    assert_string_equal(made(put_near_10000, 900), "12,300");
    assert_string_equal(made(put_near_10000, 5000), "12,000");
    made(put_near_10000, (double)INFINITY);
}

static void a_curve_is_in_order_and_has_each_rate_once(void **state)
{
    (void)state;
    struct bench_point points[] = {
        {.rate = 300, .p99 = 9, .verdict = "missed"},
        {.rate = 100, .p99 = 1, .verdict = "met"},
        {.rate = 300, .p99 = 7, .verdict = "met"},
        {.rate = 200, .p99 = 2, .verdict = "invalid"},
        {.rate = 300, .p99 = 8, .verdict = "missed"},
        {.rate = (double)NAN},
        {.rate = -1},
        {.rate = 200, .p99 = 3, .verdict = "met"},
    };
    struct bench_target target = {.points = points, .point_count = 8};
    struct bench_curve curve;
    bench_curve_of(&curve, &target);
    assert_int_equal(curve.count, 4);
    assert_ptr_equal(curve.points[0], &points[1]);
    assert_ptr_equal(curve.points[1], &points[7]);
    assert_ptr_equal(curve.points[2], &points[3]); /* of the same rate, and about the generator */
    assert_ptr_equal(curve.points[3], &points[4]); /* the middle one */
}

static void thinning_keeps_the_ends_and_the_bracket(void **state)
{
    (void)state;
    struct bench_point points[200] = {{0}};
    struct bench_target target = {.points = points, .point_count = 200};
    struct bench_curve curve;
    for (size_t i = 0; i < 200; i++) {
        points[i].rate = 1000 * pow(1.01, (double)i);
        points[i].verdict = i <= 120 ? "met" : "missed";
    }
    bench_curve_of(&curve, &target);
    bench_curve_thin(&curve, 10);
    assert_int_equal(curve.count, 10);
    assert_ptr_equal(curve.points[0], &points[0]);
    assert_ptr_equal(curve.points[9], &points[199]);
    unsigned bracket = 0;
    for (size_t i = 1; i < 10; i++) {
        assert_true(curve.points[i]->rate > curve.points[i - 1]->rate);
        bracket += curve.points[i] == &points[120] || curve.points[i] == &points[121];
    }
    assert_int_equal(bracket, 2);
}

static void more_points_than_a_curve_holds_are_no_harm(void **state)
{
    (void)state;
    static struct bench_point points[BENCH_CURVE_MAX + 9];
    struct bench_target target = {.points = points, .point_count = BENCH_CURVE_MAX + 9};
    struct bench_curve curve;
    for (size_t i = 0; i < target.point_count; i++)
        points[i].rate = (double)(i + 1);
    bench_curve_of(&curve, &target);
    assert_int_equal(curve.count, BENCH_CURVE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_have_three_digits_and_a_unit),
        cmocka_unit_test(rates_are_whole_but_for_small_ones),
        cmocka_unit_test(shares_are_neither_all_nor_nothing_when_they_are_not),
        cmocka_unit_test(a_rate_has_the_digits_its_interval_allows),
        cmocka_unit_test(a_curve_is_in_order_and_has_each_rate_once),
        cmocka_unit_test(thinning_keeps_the_ends_and_the_bracket),
        cmocka_unit_test(more_points_than_a_curve_holds_are_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
