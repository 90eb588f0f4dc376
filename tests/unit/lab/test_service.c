// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/curve.c, service.c: a resolver of known speed. */
#include "tests/unit/lab/help.h"

#include <math.h>

#include "bench/lab/service.h"

#define MS NS_PER_MS

static struct curve curve_of(const char *text)
{
    struct curve curve = {0};
    if (curve_parse(&curve, text))
        fail_msg("%s", text);
    return curve;
}

/* Within one in a million, or half a nanosecond. */
static void is_about(double value, double expected)
{
    if (!(fabs(value - expected) <= expected * 1e-6 + 0.5))
        fail_msg("%.9g, expected %.9g", value, expected);
}

static void curves_have_the_quantiles_they_were_given(void **state)
{
    struct curve fixed = curve_of("5ms"), normal = curve_of("5ms,50ms"),
                 points = curve_of("0:1ms,50:2ms,99.5:30ms,100:80ms");
    (void)state;
    is_about(curve_at(&fixed, 0), 5e6);
    is_about(curve_at(&fixed, 0.999), 5e6);
    is_about(curve_at(&normal, 0.5), 5e6);
    is_about(curve_at(&normal, 0.99), 50e6);
    is_about(curve_at(&normal, 0.01), 0.5e6); /* symmetric in the logarithm */
    /* 3.0902323061678 is the normal quantile of 0.999. */
    is_about(curve_at(&normal, 0.999), 5e6 * pow(10, 3.0902323061678 / 2.3263478740408));
    is_about(curve_at(&points, 0), 1e6);
    is_about(curve_at(&points, 0.25), 1.5e6);
    is_about(curve_at(&points, 0.5), 2e6);
    is_about(curve_at(&points, 0.995), 30e6);
    is_about(curve_at(&points, 0.9975), 55e6);
    assert_true(curve_at(&(struct curve){0}, 0.5) == 0);
}

static void no_time_is_longer_than_anybody_waits(void **state)
{
    struct curve wide = curve_of("1ms,10s");
    (void)state;
    assert_true(curve_at(&wide, 0.99999) == (double)CURVE_MAX_NS);
    assert_true(curve_at(&wide, 0) >= 0);
}

static void what_is_no_curve_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "x",
        "-5ms",
        "11s",
        "5ms,",
        "5ms,4ms",
        "0ms,5ms",
        "5ms,50ms,60ms",
        "0:1ms",
        "0:1ms,50:2ms",
        "1:1ms,100:2ms",
        "0:2ms,100:1ms",
        "0:1ms,0:2ms,100:3ms",
        "0:1ms,101:2ms",
        "0:1ms,,100:2ms",
        "0:1ms,100:",
        "0:1,:2",
        "0:1ms 100:2ms",
        "0:1ms,nan:2ms,100:3ms",
    };
    struct curve curve = {.kind = CURVE_FIXED, .mu = 7};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (curve_parse(&curve, bad[i]) != ERR_SYNTAX)
            fail_msg("\"%s\" was taken", bad[i]);
        assert_true(curve.mu == 7);
    }
    char many[400] = "0:1ms";
    for (int i = 1; i <= CURVE_POINTS_MAX; i++)
        sprintf(many + strlen(many), ",%d:2ms", i == CURVE_POINTS_MAX ? 100 : i);
    assert_int_equal(curve_parse(&curve, many), ERR_SYNTAX);
}

struct box {
    struct service_params params;
    struct service service;
};

static void box_init(struct box *box, const struct service_params *params)
{
    box->params = *params;
    if (!box->params.queue_max)
        box->params.queue_max = SERVICE_QUEUE_DEFAULT;
    assert_int_equal(service_init(&box->service, &box->params, 1), 0);
}

/* When the reply to a query at ARRIVAL leaves; -1: it was lost, -2: there was no room. */
static int64_t leaves(struct box *box, int64_t arrival)
{
    int64_t due = 0;
    switch (service_arrive(&box->service, arrival, &due)) {
    case SERVICE_ANSWER:
        return due;
    case SERVICE_LOST:
        return -1;
    case SERVICE_FULL:
        break;
    }
    return -2;
}

static void queries_are_served_one_after_another(void **state)
{
    struct box box;
    (void)state;
    box_init(&box, &(struct service_params){.capacity_qps = 1000});
    int64_t t = 1700000000 * NS_PER_S;
    assert_int_equal(leaves(&box, t), t + 1 * MS);
    assert_int_equal(leaves(&box, t), t + 2 * MS);
    assert_int_equal(leaves(&box, t + MS / 2), t + 3 * MS);
    assert_int_equal(leaves(&box, t + 3 * MS), t + 4 * MS); /* just done: no wait */
    assert_int_equal(leaves(&box, t + 100 * MS), t + 101 * MS);
    service_deinit(&box.service);
}

/* A fraction of a nanosecond a query must not be lost: 3 million queries, one second. */
static void the_rate_is_exact(void **state)
{
    struct box box;
    int64_t last = 0;
    (void)state;
    box_init(&box, &(struct service_params){.capacity_qps = 3000000, .queue_max = 1000000});
    for (int i = 0; i < 1000000; i++)
        last = leaves(&box, 5);
    assert_in_range(last, 5 + 333333332, 5 + 333333334);
    service_deinit(&box.service);
}

static void the_queue_is_bounded_and_drains(void **state)
{
    struct box box;
    (void)state;
    box_init(&box, &(struct service_params){.capacity_qps = 1000, .queue_max = 3});
    assert_int_equal(leaves(&box, 0), 1 * MS);
    assert_int_equal(leaves(&box, 0), 2 * MS);
    assert_int_equal(leaves(&box, 0), 3 * MS);
    assert_int_equal(leaves(&box, 0), -2);
    assert_int_equal(leaves(&box, MS - 1), -2);
    assert_int_equal(leaves(&box, MS), 4 * MS); /* one is done */
    assert_int_equal(leaves(&box, MS), -2);
    for (int i = 0; i < 10; i++) /* the ring goes round */
        assert_int_equal(leaves(&box, (i + 2) * MS), (i + 5) * MS);
    service_deinit(&box.service);
}

static void exponential_service_has_its_mean_and_deviation(void **state)
{
    struct box box;
    double sum = 0, squares = 0;
    (void)state;
    box_init(&box, &(struct service_params){.capacity_qps = 1000, .is_exponential = true});
    for (int i = 0; i < 20000; i++) { /* far apart: service time alone */
        double took = (double)(leaves(&box, i * NS_PER_S) - i * NS_PER_S) / 1e6;
        sum += took;
        squares += took * took;
    }
    double mean = sum / 20000, deviation = sqrt(squares / 20000 - mean * mean);
    if (fabs(mean - 1) > 0.03 || fabs(deviation - 1) > 0.05)
        fail_msg("mean %.4f, deviation %.4f, expected 1", mean, deviation);
    service_deinit(&box.service);
}

/* M/D/1 at 80 %: the mean wait is rho / (2 (1 - rho)) services, two of them. */
static void a_queue_near_capacity_is_as_theory_has_it(void **state)
{
    struct box box;
    struct rng_fast rng;
    double at = 0, waited = 0;
    int count = 400000;
    (void)state;
    rng_fast_init(&rng, 3);
    box_init(&box, &(struct service_params){.capacity_qps = 1000});
    for (int i = 0; i < count; i++) {
        at += -log1p(-rng_fast_unit(&rng)) * 1.25e6;
        waited += (double)(leaves(&box, (int64_t)at) - (int64_t)at) / 1e6 - 1;
    }
    if (fabs(waited / count - 2) > 0.06)
        fail_msg("%.4f services, expected 2", waited / count);
    service_deinit(&box.service);
}

/* 200 ms of each second, from the middle of it. */
static void what_comes_in_a_stall_waits_for_its_end(void **state)
{
    struct box box;
    int64_t t = 77 * NS_PER_S;
    (void)state;
    box_init(&box, &(struct service_params){.stall = 200 * MS, .stall_every = NS_PER_S});
    assert_int_equal(leaves(&box, t), t);
    assert_int_equal(leaves(&box, t + 499 * MS), t + 499 * MS);
    assert_int_equal(leaves(&box, t + 500 * MS), t + 700 * MS);
    assert_int_equal(leaves(&box, t + 501 * MS), t + 700 * MS);
    assert_int_equal(leaves(&box, t + 699 * MS), t + 700 * MS);
    assert_int_equal(leaves(&box, t + 701 * MS), t + 701 * MS);
    assert_int_equal(leaves(&box, t + 1600 * MS), t + 1700 * MS);
    assert_int_equal(leaves(&box, t + 2000 * MS), t + 2000 * MS);
    service_deinit(&box.service);
}

static void a_stall_stops_the_server_in_the_middle_of_its_work(void **state)
{
    struct box box;
    (void)state;
    box_init(&box, &(struct service_params){
                       .capacity_qps = 100, .stall = 200 * MS, .stall_every = NS_PER_S});
    assert_int_equal(leaves(&box, 0), 10 * MS);
    assert_int_equal(leaves(&box, 495 * MS), 705 * MS); /* half before, half after */
    assert_int_equal(leaves(&box, 600 * MS), 715 * MS);
    assert_int_equal(leaves(&box, 699 * MS), 725 * MS);
    assert_int_equal(leaves(&box, 800 * MS), 810 * MS);
    service_deinit(&box.service);
}

static void latency_comes_after_the_queue_and_holds_nobody_up(void **state)
{
    struct box box;
    (void)state;
    box_init(&box, &(struct service_params){.capacity_qps = 1000, .latency = curve_of("50ms")});
    assert_int_equal(leaves(&box, 0), 51 * MS);
    assert_int_equal(leaves(&box, 0), 52 * MS);
    service_deinit(&box.service);
}

static void a_share_is_lost_and_takes_no_service(void **state)
{
    struct box box;
    int lost = 0, answered = 0;
    (void)state;
    box_init(&box, &(struct service_params){.capacity_qps = 1000, .loss = 0.2});
    for (int i = 0; i < 50000; i++) {
        int64_t left = leaves(&box, 0);
        if (left == -1)
            lost++;
        else
            assert_int_equal(left, ++answered * MS);
    }
    assert_in_range(lost, 9600, 10400);
    service_deinit(&box.service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_have_the_quantiles_they_were_given),
        cmocka_unit_test(no_time_is_longer_than_anybody_waits),
        cmocka_unit_test(what_is_no_curve_is_refused),
        cmocka_unit_test(queries_are_served_one_after_another),
        cmocka_unit_test(the_rate_is_exact),
        cmocka_unit_test(the_queue_is_bounded_and_drains),
        cmocka_unit_test(exponential_service_has_its_mean_and_deviation),
        cmocka_unit_test(a_queue_near_capacity_is_as_theory_has_it),
        cmocka_unit_test(what_comes_in_a_stall_waits_for_its_end),
        cmocka_unit_test(a_stall_stops_the_server_in_the_middle_of_its_work),
        cmocka_unit_test(latency_comes_after_the_queue_and_holds_nobody_up),
        cmocka_unit_test(a_share_is_lost_and_takes_no_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
