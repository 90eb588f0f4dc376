// SPDX-License-Identifier: BSD-2-Clause
/* verdict/search.c when trials mislead: moments in which the machine was busy elsewhere, luck,
 * and a speed that changes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/verdict/search_sim.h"

#define SEEDS 150

/* A slope of 1 %, one trial in ten missed for no reason, 3 % that say nothing. */
static const struct server noisy = {.width = 0.01, .bad_moment = 0.1, .invalid = 0.03};

static void with_noise_it_is_near_the_capacity(void **state)
{
    struct rng_fast rng;
    unsigned near = 0;
    double trials = 0;
    (void)state;
    rng_fast_init(&rng, 2);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct search search;
        struct server server = noisy;
        server.capacity = random_capacity(&rng);
        struct run run = search_server(&search, &usual, &server, seed);
        double error = error_of(&search, server.capacity);
        near += error > -0.03 && error < 0.03;
        if (error < -0.05 || error > 0.03)
            fail_msg("seed %d: capacity %.1f: %.1f", (int)seed, server.capacity,
                     search_rate(&search));
        trials += (double)run.trials / SEEDS;
        assert_true(run.trials < 120);
    }
    if (near < 0.92 * SEEDS || trials > 42)
        fail_msg("%u near of %u; %.1f trials", near, SEEDS, trials);
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Five runs each: the range over the median. */
static void five_runs_lie_close_together(void **state)
{
    double spreads[SEEDS / 5];
    (void)state;
    for (uint64_t i = 0; i < SEEDS / 5; i++) {
        double rates[5];
        struct server server = noisy;
        server.capacity = 150000;
        for (uint64_t j = 0; j < 5; j++) {
            struct search search;
            search_server(&search, &usual, &server, 5 * i + j);
            rates[j] = search_rate(&search);
        }
        qsort(rates, 5, sizeof *rates, compare_doubles);
        spreads[i] = (rates[4] - rates[0]) / rates[2];
    }
    qsort(spreads, SEEDS / 5, sizeof *spreads, compare_doubles);
    assert_true(spreads[SEEDS / 10] < 0.03);
    assert_true(spreads[SEEDS / 5 - 1] <= 0.055);
}

/* Up to three trials in a row, wherever they fall. */
static void a_bad_moment_does_not_ruin_it(void **state)
{
    (void)state;
    for (size_t from = 0; from < 30; from++) {
        for (size_t length = 1; length <= 3; length++) {
            struct search search;
            struct server server = {.capacity = 40000, .burst = from, .last = from + length};
            struct run run = search_server(&search, &usual, &server, 1);
            double error = error_of(&search, server.capacity);
            if (search.end != SEARCH_FOUND || error < -0.041 || error > 0 || run.trials > 55)
                fail_msg("%zu from %zu: %.1f, %zu trials", length, from, search_rate(&search),
                         run.trials);
        }
    }
}

/* What lies beyond the rate found is met: the search goes on from there, where it can. */
static void a_moment_longer_than_the_bracket_is_outlasted(void **state)
{
    (void)state;
    for (size_t length = 12; length <= 28; length += 4) {
        unsigned near = 0;
        for (size_t from = 1; from <= 30; from++) {
            struct search search;
            struct server server = {.capacity = 40000, .burst = from, .last = from + length};
            struct run run = search_server(&search, &usual, &server, 1);
            near += fabs(error_of(&search, server.capacity)) < 0.041;
            assert_true(run.trials < 100 && search.revivals <= 2);
        }
        if (near < 23) /* 6 to 13 without that; from the floor nothing is tried again */
            fail_msg("%zu trials: %u of 30 near", length, near);
    }
}

static void a_single_miss_in_the_ramp_costs_two_trials(void **state)
{
    (void)state;
    struct server server = {.capacity = 40000};
    struct search search;
    size_t trials = search_server(&search, &usual, &server, 1).trials;
    double rate = search_rate(&search);
    server.burst = 4;
    server.last = 5;
    assert_int_equal(search_server(&search, &usual, &server, 1).trials, trials + 2);
    assert_true(search_rate(&search) == rate);
    assert_int_equal(search.reopened, 0);
}

/* Two in a row are repeated and leave no trace; three where the machine was away are asked again.
 */
static void trials_that_say_nothing_are_repeated(void **state)
{
    (void)state;
    struct search search;
    struct search_trial trial;
    struct server server = {.capacity = 40000};
    struct rng_fast rng;
    search_server(&search, &usual, &server, 1);
    double undisturbed = search_rate(&search);
    for (size_t i = 0; i < 2 * 27; i++) {
        size_t number = 0, from = i / 2, length = 2 + i % 2;
        search_init(&search, &usual);
        for (; search_next(&search, &trial); number++)
            search_learn(&search, number >= from && number < from + length
                                      ? SEARCH_INVALID
                                      : try_server(&server, &rng, &trial, number));
        bool is_same = fabs(search_rate(&search) - undisturbed) < 1e-6;
        if (search.end != SEARCH_FOUND || error_of(&search, 40000) < -0.041 ||
            (length == 2 && !is_same))
            fail_msg("from %zu: end %d, %.1f", from, (int)search.end, search_rate(&search));
    }
}

/* Outcomes by the number of the trial, the last one for all that follow. */
static size_t play(struct search *search, const struct search_params *params,
                   enum search_outcome (*outcome)(const struct search *search))
{
    struct search_trial trial;
    size_t trials = 0;
    search_init(search, params);
    while (search_next(search, &trial)) {
        search_learn(search, outcome(search));
        if (++trials >= SEARCH_POINTS_MAX)
            fail_msg("no end");
    }
    return trials;
}

static enum search_outcome lucky_once(const struct search *search)
{
    return search->at < 40000 || search->point_count == 10 ? SEARCH_MET : SEARCH_MISSED;
}

static enum search_outcome lucky_at_first(const struct search *search)
{
    return search->at < 57 || search->point_count == 0 ? SEARCH_MET : SEARCH_MISSED;
}

static enum search_outcome lucky_twice(const struct search *search)
{
    return search->at < 40000 || search->point_count == 10 || search->point_count == 11
               ? SEARCH_MET
               : SEARCH_MISSED;
}

static enum search_outcome busy_at_first(const struct search *search)
{
    if (search->point_count < 5)
        return SEARCH_INVALID;
    return search->at < 40000 ? SEARCH_MET : SEARCH_MISSED;
}

static enum search_outcome always_busy(const struct search *search)
{
    (void)search;
    return SEARCH_INVALID;
}

static void a_machine_busy_at_first_is_waited_for(void **state)
{
    (void)state;
    struct search search;
    play(&search, &usual, busy_at_first);
    assert_int_equal(search.end, SEARCH_FOUND);
    assert_true(search.points[5].rate == 1000);
    assert_int_equal(play(&search, &usual, always_busy), 12); /* at the start, at the floor */
    assert_int_equal(search.end, SEARCH_GENERATOR);
}

static void a_lucky_trial_in_the_ramp_is_withdrawn(void **state)
{
    (void)state;
    struct search search;
    play(&search, &usual, lucky_once);
    assert_true(search.points[10].rate > 57000 && search.points[10].outcome == SEARCH_MET);
    assert_int_equal(search.end, SEARCH_FOUND);
    assert_true(error_of(&search, 40000) <= 0 && error_of(&search, 40000) > -0.021);
    play(&search, &usual, lucky_twice);
    assert_true(error_of(&search, 40000) <= 0 && error_of(&search, 40000) > -0.021);
    play(&search, &usual, lucky_at_first);
    assert_int_equal(search.end, SEARCH_FOUND);
    assert_true(error_of(&search, 57) <= 0 && error_of(&search, 57) > -0.021);
}

/* What is missed is met as soon as it is asked again, above 2,000. */
static enum search_outcome contrary(const struct search *search)
{
    return search->at < 2000 || search->aim == SEARCH_BAD_END ? SEARCH_MET : SEARCH_MISSED;
}

/* Two misses and two that say nothing before it is met: a ramp of six trials a rate. */
static enum search_outcome slow(const struct search *search)
{
    if (search->phase > SEARCH_BISECT)
        return SEARCH_MET;
    if (search->missed < 2)
        return SEARCH_MISSED;
    return search->invalid < 2 ? SEARCH_INVALID : SEARCH_MET;
}

static enum search_outcome slow_and_missed(const struct search *search)
{
    return search->invalid < 2 ? SEARCH_INVALID : search->met < 1 ? SEARCH_MET : SEARCH_MISSED;
}

static enum search_outcome no_soak(const struct search *search)
{
    if (search->phase == SEARCH_SOAK)
        return SEARCH_INVALID;
    return search->at < 40000 ? SEARCH_MET : SEARCH_MISSED;
}

static void there_is_an_end_whatever_is_said(void **state)
{
    (void)state;
    struct search search;
    struct search_params params = usual;
    play(&search, &usual, contrary);
    assert_int_equal(search.reopened, 5);
    params.start = params.floor = 0; /* 68 rates */
    assert_true(play(&search, &params, slow) < SEARCH_POINTS_MAX);
    assert_true(search_rate(&search) > 0);
    play(&search, &params, slow_and_missed);
    play(&search, &usual, no_soak);
    assert_int_equal(search.end, SEARCH_GENERATOR);
    assert_true(search_rate(&search) == 0);
}

/* By half, at any moment, up or down: there is a soak, soon enough. */
static void a_machine_that_changes_its_speed_is_not_chased_for_ever(void **state)
{
    (void)state;
    for (size_t from = 0; from < 60; from++) {
        struct search search;
        struct search_trial trial;
        struct rng_fast rng;
        rng_fast_init(&rng, from);
        search_init(&search, &usual);
        size_t trials = 0;
        double held = 0; /* the capacity while it did */
        for (; search_next(&search, &trial); trials++) {
            struct server server = noisy;
            server.capacity = from % 2 == (trials < from) ? 100000 : 140000;
            held = trial.phase == SEARCH_SOAK ? server.capacity : held;
            search_learn(&search, try_server(&server, &rng, &trial, trials));
        }
        double rate = search_rate(&search);
        if (search.end != SEARCH_FOUND || trials > 80 || rate > 1.03 * held || rate < 0.65 * held)
            fail_msg("at %zu: %.0f of %.0f, %zu trials", from, rate, held, trials);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_noise_it_is_near_the_capacity),
        cmocka_unit_test(five_runs_lie_close_together),
        cmocka_unit_test(a_bad_moment_does_not_ruin_it),
        cmocka_unit_test(a_moment_longer_than_the_bracket_is_outlasted),
        cmocka_unit_test(a_single_miss_in_the_ramp_costs_two_trials),
        cmocka_unit_test(trials_that_say_nothing_are_repeated),
        cmocka_unit_test(a_machine_busy_at_first_is_waited_for),
        cmocka_unit_test(a_lucky_trial_in_the_ramp_is_withdrawn),
        cmocka_unit_test(there_is_an_end_whatever_is_said),
        cmocka_unit_test(a_machine_that_changes_its_speed_is_not_chased_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
