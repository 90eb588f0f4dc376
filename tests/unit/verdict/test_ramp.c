// SPDX-License-Identifier: BSD-2-Clause
/* verdict/ramp.c: against a made-up resolver with a token bucket and loss. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "verdict/ramp.h"

#define CEILING 500.0

struct world {
    double limit_qps; /* 0: none; a fifth of it in stock */
    double loss;
    struct rng_fast rng;
    double asked_most_qps;
    unsigned steps, troubled_queries;
};

/* Sends one step at even times and counts what is answered. */
static void play_step(struct world *w, struct ramp *ramp)
{
    struct ramp_step step = ramp_step(ramp);
    struct ramp_half halves[2] = {{0}};
    double seconds = (double)step.length / (double)NS_PER_S;
    double depth = 0.2 * w->limit_qps, stock = depth, at = 0;
    unsigned count = (unsigned)(seconds * step.qps);
    for (unsigned i = 0; i < count; i++) {
        double now = i / step.qps;
        struct ramp_half *half = &halves[now >= seconds / 2];
        stock = fmin(depth, stock + (now - at) * w->limit_qps);
        at = now;
        bool is_served = w->limit_qps <= 0 || stock >= 1;
        stock -= is_served;
        half->sent++;
        half->answered += is_served && rng_fast_unit(&w->rng) >= w->loss;
        w->troubled_queries += !is_served;
    }
    w->asked_most_qps = fmax(w->asked_most_qps, step.qps);
    w->steps++;
    ramp_note(ramp, halves, seconds / 2);
}

static struct world play(struct ramp *ramp, double limit_qps, double loss, double ceiling,
                         uint64_t seed)
{
    struct world w = {.limit_qps = limit_qps, .loss = loss};
    rng_fast_init(&w.rng, seed);
    ramp_init(ramp, ceiling, 100, (uint32_t)(100 * loss));
    while (ramp->phase != RAMP_DONE) {
        play_step(&w, ramp);
        assert_true(w.steps < 30);
    }
    return w;
}

static void without_a_limit_the_ceiling_is_reached_and_never_passed(void **state)
{
    struct ramp ramp;
    (void)state;
    struct world w = play(&ramp, 0, 0, CEILING, 1);
    assert_false(ramp.has_limit);
    assert_true(fabs(ramp.qps - CEILING) < 1e-9);
    assert_true(fabs(w.asked_most_qps - CEILING) < 1e-9);
    w = play(&ramp, 0, 0, 7, 1); /* below where it begins */
    assert_true(fabs(w.asked_most_qps - 7) < 1e-9);
    assert_int_equal(w.steps, 1);
    w = play(&ramp, 0, 0, 0, 1); /* none given */
    assert_true(fabs(ramp.qps - RAMP_CEILING) < 1e-9);
}

static void a_limit_is_found_from_below(void **state)
{
    static const double limits[] = {30, 50, 75, 110, 200, 359, 480};
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        for (uint64_t seed = 1; seed <= 20; seed++) {
            struct ramp ramp;
            double loss = seed % 2 ? 0 : 0.05;
            struct world w = play(&ramp, limits[i], loss, CEILING, seed);
            if (!ramp.has_limit && limits[i] > 0.95 * CEILING)
                continue; /* the stock covers so little */
            if (!ramp.has_limit || ramp.qps > 1.1 * limits[i] || ramp.qps < 0.6 * limits[i])
                fail_msg("limit %.0f, seed %llu: %.0f", limits[i], (unsigned long long)seed,
                         ramp.qps);
            assert_true(w.asked_most_qps <= 4 * limits[i]); /* few queries tell little */
        }
    }
}

static void loss_alone_is_no_limit(void **state)
{
    unsigned limited = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct ramp ramp;
        play(&ramp, 0, 0.1, CEILING, seed);
        limited += ramp.has_limit;
    }
    if (limited > 5)
        fail_msg("%u of 100", limited);
}

static void one_who_never_answers_under_load_gets_no_rate(void **state)
{
    struct ramp ramp;
    (void)state;
    struct world w = play(&ramp, 0, 1, CEILING, 1); /* though its base is as bad */
    assert_true(w.steps > 0);
    ramp_init(&ramp, CEILING, 100, 0);
    const struct ramp_half silent[2] = {{10, 0}, {10, 0}};
    ramp_note(&ramp, silent, 0.5);
    assert_int_equal(ramp.phase, RAMP_DONE);
    assert_true(ramp.has_limit);
    assert_true(ramp.qps <= 0);
}

static void what_was_disturbed_is_found_when_resumed(void **state)
{
    struct ramp ramp;
    (void)state;
    play(&ramp, 60, 0, CEILING, 3); /* half of it went to another */
    assert_true(ramp.has_limit && ramp.qps < 61);
    double before = ramp.qps;
    struct world w = {.limit_qps = 120};
    rng_fast_init(&w.rng, 4);
    ramp_resume(&ramp);
    while (ramp.phase != RAMP_DONE)
        play_step(&w, &ramp);
    assert_true(ramp.qps > 1.5 * before && ramp.qps <= 122);
    /* And never less than what was found. */
    before = ramp.qps;
    w.limit_qps = 30;
    ramp_resume(&ramp);
    while (ramp.phase != RAMP_DONE)
        play_step(&w, &ramp);
    assert_true(fabs(ramp.qps - before) < 1e-9);
    assert_true(ramp.has_limit);
}

static void margins_are_beyond_what_fails_anyway(void **state)
{
    struct ramp ramp;
    (void)state;
    ramp_init(&ramp, CEILING, 950, 99); /* a tenth fails */
    assert_false(ramp_is_beyond(&ramp, 0.1, 1000, 200));
    assert_false(ramp_is_beyond(&ramp, 0.1, 1000, 223));
    assert_true(ramp_is_beyond(&ramp, 0.1, 1000, 225));
    assert_false(ramp_is_beyond(&ramp, 0.1, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_limit_the_ceiling_is_reached_and_never_passed),
        cmocka_unit_test(a_limit_is_found_from_below),
        cmocka_unit_test(loss_alone_is_no_limit),
        cmocka_unit_test(one_who_never_answers_under_load_gets_no_rate),
        cmocka_unit_test(what_was_disturbed_is_found_when_resumed),
        cmocka_unit_test(margins_are_beyond_what_fails_anyway),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
