// SPDX-License-Identifier: BSD-2-Clause
/* verdict/compare_knee.c: on curves with a knee at a known place, and on those with none. */
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

#define KNEE  80000.0
#define SEEDS 100

typedef double (*curve_fn)(double x);

static double flat(double x)
{
    (void)x;
    return 50;
}

static double even(double x)
{
    return x / 100;
}

static double bent(double x)
{
    return 50 * pow(x / KNEE, x > KNEE ? 5 : 0.1);
}

/* A queue that is full from a third above the knee on. */
static double full(double x)
{
    return fmin(bent(x), bent(1.33 * KNEE));
}

static double sinking(double x)
{
    return 50 * pow(x / KNEE, x > KNEE ? -3 : -0.1);
}

/* From 2,000 on, times 1.25; each Y times 1 to 1 + NOISE. */
static double knee_of(curve_fn curve, size_t count, double noise, uint64_t seed)
{
    struct rng_fast rng;
    double x[64], y[64];
    rng_fast_init(&rng, seed);
    for (size_t i = 0; i < count; i++) {
        x[i] = 2000 * pow(1.25, (double)i);
        y[i] = curve(x[i]) * (1 + noise * rng_fast_unit(&rng));
    }
    return compare_knee(x, y, count);
}

static void a_knee_is_found(void **state)
{
    (void)state;
    static const double noises[] = {0, 0.1, 0.3};
    for (size_t i = 0; i < sizeof noises / sizeof *noises; i++) {
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            double one = knee_of(bent, 22, noises[i], seed),
                   other = knee_of(full, 22, noises[i], seed);
            if (fabs(log(one / KNEE)) > 0.05 + noises[i] ||
                fabs(log(other / KNEE)) > 0.15 + noises[i])
                fail_msg("noise %.1f, seed %d: %.0f, %.0f", noises[i], (int)seed, one, other);
        }
    }
}

static void where_there_is_none_none_is_found(void **state)
{
    (void)state;
    static const curve_fn curves[] = {flat, even, sinking};
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++)
            if (knee_of(curves[i], 22, 0.3, seed) > 0)
                fail_msg("curve %zu, seed %d: %.0f", i, (int)seed,
                         knee_of(curves[i], 22, 0.3, seed));
}

static void a_bad_moment_is_no_knee(void **state)
{
    (void)state;
    for (size_t bad = 1; bad < 21; bad++) {
        double x[22], y[22];
        for (size_t i = 0; i < 22; i++) {
            x[i] = 2000 * pow(1.25, (double)i);
            y[i] = i == bad ? 5000 : 50;
        }
        assert_true(compare_knee(x, y, 22) == 0);
        for (size_t i = 0; i < 22; i++)
            y[i] = i == bad ? 5000 : bent(x[i]);
        double knee = compare_knee(x, y, 22);
        if (bad < 14 && fabs(log(knee / KNEE)) > 0.3)
            fail_msg("bad %zu: %.0f", bad, knee);
    }
}

/* As the search tries them: a ramp, many about the limit, two beyond. */
static void rates_may_lie_close_together(void **state)
{
    (void)state;
    const double x[] = {1000,  2000,  4000,  8000,  16000, 32000,  60000,
                        79000, 79500, 79500, 80500, 81000, 100000, 120000};
    const double y[] = {50, 50, 51, 52, 55, 60, 70, 90, 95, 99, 900, 1100, 1200, 1200};
    double knee = compare_knee(x, y, sizeof x / sizeof *x);
    assert_true(knee >= 60000 && knee <= 80500);
    static const double same[] = {5, 5, 5, 5, 5, 5}, rising[] = {1, 1, 1, 10, 100, 1000};
    assert_true(compare_knee(same, rising, 6) == 0);
}

static double hardly_bent(double x)
{
    return 50 * pow(x / KNEE, x > KNEE ? 1.8 : 1);
}

static void what_is_not_steep_or_not_steeper_is_none(void **state)
{
    (void)state;
    const double sagging_x[] = {10, 11, 12, 12.5, 25, 50, 100};
    double sagging[7];
    for (size_t i = 0; i < 7; i++)
        sagging[i] = pow(sagging_x[i] / 12.5, sagging_x[i] > 12.5 ? 0.9 : -0.3);
    assert_true(compare_knee(sagging_x, sagging, 7) == 0);
    assert_true(knee_of(hardly_bent, 22, 0, 1) == 0);
    const double x[] = {1, 2, 4, 4.2, 4.4}, y[] = {1, 1, 1, 1.1, 1.25};
    assert_true(compare_knee(x, y, 5) == 0); /* a quarter more */
    const double near[] = {5, 5, 5, 5 + 1e-8, 5 + 2e-8}, rising[] = {1, 1, 1, 10, 100};
    assert_true(compare_knee(near, rising, 5) == 0);
    const double same_below[] = {5, 5, 5, 10, 20}, steep[] = {1, 1, 1, 32, 1024};
    assert_true(compare_knee(same_below, steep, 5) == 0);
    const double near_above[] = {1, 2, 3, 5, 5 + 1e-8};
    assert_true(compare_knee(near_above, rising, 5) == 0);
}

static void few_points_have_none(void **state)
{
    (void)state;
    const double x[] = {1, 2, 4, 8, 16}, y[] = {1, 1, 1, 32, 1024};
    assert_true(fabs(compare_knee(x, y, 5) - 4) < 1e-9);
    for (size_t count = 0; count < 5; count++)
        assert_true(compare_knee(x, y, count) == 0);
}

static void more_than_can_be_taken_are_left_out(void **state)
{
    (void)state;
    static double x[COMPARE_VALUES_MAX + 50], y[COMPARE_VALUES_MAX + 50];
    for (size_t i = 0; i < COMPARE_VALUES_MAX + 50; i++) {
        x[i] = 10 + (double)i;
        y[i] = x[i] > 200 ? pow(x[i] / 200, 9) : 1;
    }
    assert_true(fabs(compare_knee(x, y, COMPARE_VALUES_MAX + 50) - 200) < 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_knee_is_found),
        cmocka_unit_test(where_there_is_none_none_is_found),
        cmocka_unit_test(a_bad_moment_is_no_knee),
        cmocka_unit_test(rates_may_lie_close_together),
        cmocka_unit_test(what_is_not_steep_or_not_steeper_is_none),
        cmocka_unit_test(few_points_have_none),
        cmocka_unit_test(more_than_can_be_taken_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
