// SPDX-License-Identifier: BSD-2-Clause
/* verdict/limiter.c: load curves of servers that limit in each of the ways, and of one that is
 * overloaded. */
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
#include "dns/code.h"
#include "verdict/limiter.h"

#define LIMIT  1000.0
#define POINTS 14
#define SEEDS  30

/* How a server answers a load; NOISE in +-1. */
typedef struct limiter_point (*server_fn)(double rate, double noise);

/* Half a millisecond, a little more under load. */
static struct limiter_point quick(double rate, double noise)
{
    return (struct limiter_point){.rate = rate, .answered = rate, .p50 = 5e5 * (1 + 0.2 * noise)};
}

static struct limiter_point unlimited(double rate, double noise)
{
    struct limiter_point point = quick(rate, noise);
    point.lost = 0.002 * (1 + noise);
    return point;
}

/* The share above the limit, which the rest of each function spends. */
static double cut_of(struct limiter_point *point)
{
    double cut = fmax(1 - LIMIT / point->rate, 0);
    point->answered *= 1 - cut;
    return cut;
}

static struct limiter_point rrl(double rate, double noise, double slip)
{
    struct limiter_point point = quick(rate, noise);
    double cut = cut_of(&point);
    point.truncated = slip > 0 ? cut / slip * (1 + 0.05 * noise) : 0;
    point.lost = cut - point.truncated;
    return point;
}

static struct limiter_point rrl_slip_2(double rate, double noise)
{
    return rrl(rate, noise, 2);
}

static struct limiter_point rrl_slip_10(double rate, double noise)
{
    return rrl(rate, noise, 10);
}

static struct limiter_point rrl_slip_1(double rate, double noise)
{
    return rrl(rate, fmin(noise, 0), 1);
}

static struct limiter_point rrl_no_slip(double rate, double noise)
{
    return rrl(rate, noise, 0);
}

static struct limiter_point refuses(double rate, double noise)
{
    struct limiter_point point = quick(rate, noise);
    point.refused = cut_of(&point);
    point.lost = 0.001 * (1 + noise);
    return point;
}

/* Nothing at all any more, above. */
static struct limiter_point punishes(double rate, double noise)
{
    struct limiter_point point = quick(rate, noise);
    if (rate > LIMIT) {
        point.refused = 1;
        point.answered = 0;
    }
    return point;
}

static struct limiter_point servfails(double rate, double noise)
{
    struct limiter_point point = quick(rate, noise);
    point.servfail = cut_of(&point);
    return point;
}

/* M/M/1/K: a queue of 50, service at LIMIT. */
static struct limiter_point overloaded(double rate, double noise)
{
    struct limiter_point point = quick(rate, noise);
    double rho = rate / LIMIT, weight = 1, sum = 0, waiting = 0;
    for (unsigned k = 0; k <= 50; k++, weight *= rho) {
        sum += weight;
        waiting += k * weight;
    }
    point.lost = weight / rho / sum;
    point.answered = rate * (1 - point.lost);
    point.p50 += waiting / sum / point.answered * 1e9;
    return point;
}

/* The same far away, or of one that asks others: a tenth of a second before it waits at all. */
static struct limiter_point overloaded_far(double rate, double noise)
{
    struct limiter_point point = overloaded(rate, noise);
    point.p50 += 1e8;
    return point;
}

static struct limiter_point drops_far(double rate, double noise)
{
    struct limiter_point point = rrl(rate, noise, 0);
    point.p50 = 1e8 * (1 + 0.04 * noise);
    return point;
}

/* A share of trouble that is there at any rate, beside the limit. */
static struct limiter_point refuses_some_always(double rate, double noise)
{
    struct limiter_point point = rrl(rate, noise, 2);
    point.refused = 0.3;
    point.answered *= 0.7;
    point.truncated *= 0.7;
    point.lost *= 0.7;
    return point;
}

/* From a fifth of the limit to one and a half of it. */
static size_t curve(struct limiter_point *points, server_fn server, uint64_t seed)
{
    struct rng_fast rng;
    rng_fast_init(&rng, seed);
    for (size_t i = 0; i < POINTS; i++) {
        double rate = LIMIT * 0.2 * pow(7.5, (double)i / (POINTS - 1));
        points[i] = server(rate, 2 * rng_fast_unit(&rng) - 1);
    }
    return POINTS;
}

static void assert_limiter(server_fn server, enum limiter_kind kind, double slip, double low,
                           double high)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct limiter_point points[POINTS];
        struct limiter limiter;
        limiter_judge(&limiter, points, curve(points, server, seed));
        if (limiter.kind != kind || limiter.rate < low || limiter.rate > high ||
            fabs(limiter.slip - slip) > 0.06 * slip)
            fail_msg("seed %d: kind %d from %.1f, slip %.2f", (int)seed, (int)limiter.kind,
                     limiter.rate, limiter.slip);
    }
}

static void each_way_to_limit_is_told(void **state)
{
    (void)state;
    assert_limiter(unlimited, LIMITER_NONE, 0, 0, 0);
    assert_limiter(rrl_slip_2, LIMITER_SLIP, 2, 995, 1005);
    assert_limiter(rrl_slip_10, LIMITER_SLIP, 10, 995, 1005);
    assert_limiter(rrl_slip_1, LIMITER_SLIP, 1, 995, 1005);
    assert_limiter(rrl_no_slip, LIMITER_DROP, 0, 995, 1005);
    assert_limiter(refuses, LIMITER_REFUSED, 0, 995, 1005);
    assert_limiter(punishes, LIMITER_REFUSED, 0, 850, 1005);
    assert_limiter(servfails, LIMITER_SERVFAIL, 0, 995, 1005);
    assert_limiter(overloaded, LIMITER_OVERLOAD, 0, 900, 1005);
    assert_limiter(overloaded_far, LIMITER_OVERLOAD, 0, 900, 1005);
    assert_limiter(drops_far, LIMITER_DROP, 0, 995, 1005);
    assert_limiter(refuses_some_always, LIMITER_SLIP, 2, 680, 1005);
}

static void a_bad_moment_below_the_limit_does_not_matter(void **state)
{
    (void)state;
    static const struct {
        server_fn server;
        enum limiter_kind kind;
    } cases[] = {{unlimited, LIMITER_NONE}, {rrl_slip_2, LIMITER_SLIP}, {refuses, LIMITER_REFUSED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t bad = 0; bad < 8; bad++) {
            struct limiter_point points[POINTS];
            struct limiter limiter;
            size_t count = curve(points, cases[i].server, 1);
            points[bad].lost = 0.4;
            points[bad].p50 = 5e7;
            limiter_judge(&limiter, points, count);
            assert_int_equal(limiter.kind, cases[i].kind);
            assert_true(limiter.kind == LIMITER_NONE || limiter.rate > 995);
        }
    }
}

static void judge(struct limiter *out, const struct limiter_point *below,
                  const struct limiter_point *above)
{
    struct limiter_point points[] = {*below, *below, *above, *above};
    points[1].rate *= 1.5;
    limiter_judge(out, points, 4);
}

static void limits_between_the_kinds_hold(void **state)
{
    (void)state;
    struct limiter limiter;
    struct limiter_point below = {.rate = 500, .answered = 500, .p50 = 1e6};
    struct limiter_point above = {.rate = 1500, .answered = 1000, .lost = 0.33, .p50 = 1.99e6};
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_DROP);
    above.p50 = 2.01e6;
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_UNCLEAR);
    above.p50 = 3.01e6;
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_OVERLOAD);
    below.p50 = 40e6;
    above.p50 = 44.9e6; /* a queue of less than 5 ms */
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_DROP);
    above.p50 = 45.1e6;
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_OVERLOAD);
    below.p50 = 100e6;
    above.p50 = 109e6; /* less than a tenth */
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_DROP);
    below.p50 = 1e6;
    above.p50 = 0; /* nothing came at all */
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_UNCLEAR);
    above = (struct limiter_point){
        .rate = 1500, .refused = 0.1, .servfail = 0.1, .lost = 0.1, .p50 = 1e6};
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_UNCLEAR);
    above = (struct limiter_point){.rate = 1500, .answered = 1490, .lost = 0.0049, .p50 = 1e6};
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_NONE);
    above.lost = 0.0051; /* less than is clear, and all there is */
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_DROP);
    above.truncated = 0.0004;
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_DROP);
    above.truncated = 0.0005;
    judge(&limiter, &below, &above);
    assert_int_equal(limiter.kind, LIMITER_SLIP);
}

/* Those cut by little are not slow yet; one that is quick is an accident. */
static void the_clearly_cut_tell_the_kind(void **state)
{
    (void)state;
    struct limiter limiter;
    const struct limiter_point points[] = {
        {.rate = 500, .answered = 500, .p50 = 1e6},
        {.rate = 600, .answered = 590, .p50 = 1.5e6, .lost = 0.01},
        {.rate = 610, .answered = 598, .p50 = 1.5e6, .lost = 0.02},
        {.rate = 620, .answered = 601, .p50 = 1.5e6, .lost = 0.03},
        {.rate = 1200, .answered = 700, .p50 = 1e6, .lost = 0.4},
        {.rate = 1300, .answered = 700, .p50 = 9e6, .lost = 0.5},
        {.rate = 1400, .answered = 700, .p50 = 9e6, .lost = 0.5},
    };
    limiter_judge(&limiter, points, sizeof points / sizeof *points);
    assert_int_equal(limiter.kind, LIMITER_OVERLOAD);
    assert_true(limiter.rate == 600);
}

static void few_points_say_little(void **state)
{
    (void)state;
    struct limiter limiter;
    limiter_judge(&limiter, NULL, 0);
    assert_int_equal(limiter.kind, LIMITER_NONE);
    struct limiter_point alone = overloaded(1500, 0);
    limiter_judge(&limiter, &alone, 1); /* nothing to compare it with */
    assert_int_equal(limiter.kind, LIMITER_NONE);
    struct limiter_point two[] = {overloaded(1300, 0), overloaded(1500, 0)};
    limiter_judge(&limiter, two, 2);
    assert_int_equal(limiter.kind, LIMITER_UNCLEAR);
    assert_true(limiter.rate > 999 && limiter.rate < 1400);
    static struct limiter_point many[300];
    for (size_t i = 0; i < 300; i++)
        many[i] = rrl_slip_2(300 + 2.5 * (double)i, 0);
    limiter_judge(&limiter, many, 300);
    assert_int_equal(limiter.kind, LIMITER_SLIP);
}

static void a_result_is_a_point(void **state)
{
    (void)state;
    static struct load_result result;
    struct limiter_point point;
    result.due = 10000;
    result.active = 4 * NS_PER_S;
    result.workers = 2;
    result.rcodes[RCODE_NOERROR] = 6000;
    result.rcodes[RCODE_NXDOMAIN] = 1000;
    result.rcodes[RCODE_REFUSED] = 800;
    result.rcodes[RCODE_SERVFAIL] = 200;
    result.truncated = 500;
    result.good = 6800; /* of the truncated 300 were REFUSED */
    result.lost = 2000;
    for (unsigned i = 0; i < 3; i++)
        hist_add(&result.service, NS_PER_MS << 2 * i);
    hist_add_lost(&result.service, 2000);
    limiter_point_of(&point, &result);
    assert_true(point.rate == 5000 && point.answered == 3400);
    assert_true(point.truncated == 0.05 && point.refused == 0.08);
    assert_true(point.servfail == 0.02 && point.lost == 0.2);
    assert_true(fabs(point.p50 - 4e6) < 4e4);
    static const struct load_result nothing;
    limiter_point_of(&point, &nothing);
    assert_true(point.rate == 0 && point.answered == 0 && point.lost == 0 && point.p50 == 0);
}

static void limits_are_told_in_words(void **state)
{
    static const struct {
        struct limiter limiter;
        const char *text;
    } cases[] = {
        {{LIMITER_NONE, 0, 0}, ""},
        {{LIMITER_OVERLOAD, 41234, 0}, "overloaded from about 41,200 q/s: slower, then lost"},
        {{LIMITER_SLIP, 1003.2, 2.04},
         "rate limited from about 1,000 q/s: RRL, one of 2 truncated"},
        {{LIMITER_DROP, 57.4, 0},
         "rate limited from about 57 q/s: the rest dropped, answers as quick as before"},
        {{LIMITER_REFUSED, 999.9, 0}, "rate limited from about 1,000 q/s: the rest REFUSED"},
        {{LIMITER_SERVFAIL, 1234567, 0}, "SERVFAIL from about 1,230,000 q/s"},
        {{LIMITER_UNCLEAR, 0, 0}, "limited from about 0 q/s: by what is not clear"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text out = {0};
        limiter_explain(&cases[i].limiter, &out);
        text_putc(&out, '\0');
        assert_string_equal(out.data, cases[i].text);
        text_deinit(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_to_limit_is_told),
        cmocka_unit_test(a_bad_moment_below_the_limit_does_not_matter),
        cmocka_unit_test(limits_between_the_kinds_hold),
        cmocka_unit_test(the_clearly_cut_tell_the_kind),
        cmocka_unit_test(few_points_say_little),
        cmocka_unit_test(a_result_is_a_point),
        cmocka_unit_test(limits_are_told_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
