// SPDX-License-Identifier: BSD-2-Clause
/* verdict/search.c: against made-up servers with a capacity, and moments in which the machine
 * was busy elsewhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/search_sim.h"

#define SEEDS 150

static void without_noise_it_is_just_below_the_capacity(void **state)
{
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 1);
    for (unsigned i = 0; i < SEEDS; i++) {
        struct search search;
        double low, high;
        struct server server = {.capacity = random_capacity(&rng)};
        struct run run = search_server(&search, &usual, &server, i);
        assert_int_equal(search.end, SEARCH_FOUND);
        if (error_of(&search, server.capacity) > 0 || error_of(&search, server.capacity) < -0.021)
            fail_msg("capacity %.1f: %.1f", server.capacity, search_rate(&search));
        assert_true(search_interval(&search, &low, &high));
        assert_true(low <= server.capacity && server.capacity <= high);
        assert_true(low <= search_rate(&search) && high < 1.05 * low);
        size_t ramp = server.capacity > 1000
                          ? (size_t)ceil(log(server.capacity / 1000) / log(SEARCH_GROWTH))
                          : 9;
        assert_true(run.trials <= ramp + 25);
        assert_true(run.highest <= fmax(1.501 * server.capacity, 1000));
        assert_true(run.lowest >= 10);
    }
}

static void trials_are_bounded_in_number_and_time(void **state)
{
    struct search search;
    (void)state;
    /* Ten steps up, three misses; of five halvings three missed, which takes two trials; both ends
     * again, the upper one missed twice; the soak; beyond. */
    struct server server = {.capacity = 40000};
    struct run run = search_server(&search, &usual, &server, 1);
    assert_int_equal(run.trials, 10 + 3 + 3 * 2 + 2 + 1 + 2 + 1 + 2);
    assert_true(run.time == 11 * 5 * NS_PER_S / 4 + (2 * 5 + 11 * 5 + 30 + 2 * 5) * NS_PER_S);
    /* Nothing but noise. */
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct server noise = {.capacity = 1e12,
                               .bad_moment = (double)(seed % 10) / 10,
                               .invalid = (double)(seed / 10 % 10) / 10};
        run = search_server(&search, &usual, &noise, seed);
        assert_true(run.trials < SEARCH_POINTS_MAX);
        assert_int_equal(search.phase, SEARCH_DONE);
    }
}

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

/* A burst is carried that does not last: beyond the soak's rate short trials are met as before, and
 * that is no news. */
static void what_a_soak_wears_down_is_not_searched_anew(void **state)
{
    (void)state;
    struct search search;
    struct server server = {.capacity = 40000, .soak_limit = 32000};
    search_server(&search, &usual, &server, 1);
    assert_int_equal(search.revivals, 0);
    assert_true(search_rate(&search) < 32000 && search_rate(&search) > 27000);
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

static void a_capacity_below_the_start_is_found_from_the_floor(void **state)
{
    (void)state;
    struct search search;
    struct server server = {.capacity = 57};
    struct run run = search_server(&search, &usual, &server, 1);
    assert_true(error_of(&search, 57) <= 0 && error_of(&search, 57) > -0.021);
    assert_true(run.lowest == 10 && run.highest == 1000);
    assert_true(search.points[3].rate == 10);
    assert_int_equal(search.points[4].phase, SEARCH_BISECT);
    server.capacity = 9;
    run = search_server(&search, &usual, &server, 1);
    assert_int_equal(search.end, SEARCH_NONE);
    assert_int_equal(run.trials, 6); /* three at the start, three at the floor */
    assert_true(search_rate(&search) == 0);
    double low, high;
    assert_false(search_interval(&search, &low, &high));
    assert_true(low == 0 && high == 0);
    struct search_params params = usual;
    params.start = params.floor = 1000;
    assert_int_equal(search_server(&search, &params, &server, 1).trials, 3);
    assert_int_equal(search.end, SEARCH_NONE);
}

static void the_ceiling_is_reached_and_never_passed(void **state)
{
    static const double ceilings[] = {5, 1000, 1200, 70000};
    (void)state;
    for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i++) {
        struct search search;
        double low, high;
        struct search_params params = usual;
        struct server server = {.capacity = 1e6};
        params.ceiling = ceilings[i];
        struct run run = search_server(&search, &params, &server, 1);
        assert_int_equal(search.end, SEARCH_CEILING);
        assert_true(search_rate(&search) == ceilings[i] && run.highest == ceilings[i]);
        assert_int_equal(search.points[search.point_count - 1].phase, SEARCH_SOAK);
        assert_false(search_interval(&search, &low, &high));
        assert_true(low == ceilings[i] && high == ceilings[i]);
    }
    /* Found, and only one of the two beyond is allowed. */
    struct search search;
    struct search_params params = usual;
    struct server server = {.capacity = 50000};
    params.ceiling = 70000;
    struct run run = search_server(&search, &params, &server, 1);
    assert_int_equal(search.end, SEARCH_FOUND);
    assert_true(run.highest == 1.25 * search_rate(&search));
    assert_int_equal(search.points[search.point_count - 1].phase, SEARCH_BEYOND);
    assert_int_equal(search.points[search.point_count - 2].phase, SEARCH_SOAK);
    /* Nor is there no end where none is given. */
    server.capacity = 1e12;
    run = search_server(&search, &usual, &server, 1);
    assert_int_equal(search.end, SEARCH_CEILING);
    assert_true(run.highest == SEARCH_RATE_MAX);
}

static void the_generators_limit_is_told_as_such(void **state)
{
    (void)state;
    struct search search;
    double low, high;
    struct server server = {.capacity = 1e6, .generator = 100000};
    struct run run = search_server(&search, &usual, &server, 1);
    assert_int_equal(search.end, SEARCH_GENERATOR);
    assert_true(error_of(&search, 100000) <= 0 && error_of(&search, 100000) > -0.061);
    assert_true(run.highest <= 150000 && run.trials <= 32);
    assert_int_equal(search.points[search.point_count - 1].phase, SEARCH_SOAK); /* none beyond */
    assert_false(search_interval(&search, &low, &high));
    /* Well above the target's own: it has no say. */
    server.capacity = 60000;
    search_server(&search, &usual, &server, 1);
    assert_int_equal(search.end, SEARCH_FOUND);
    assert_true(error_of(&search, 60000) <= 0 && error_of(&search, 60000) > -0.021);
    assert_true(search_interval(&search, &low, &high) && low < 60000 && high > 60000);
    /* Below the floor. */
    server.generator = 5;
    search_server(&search, &usual, &server, 1);
    assert_int_equal(search.end, SEARCH_GENERATOR);
    assert_true(search_rate(&search) == 0);
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

static void a_soak_that_is_missed_steps_down(void **state)
{
    (void)state;
    struct search search;
    struct server server = {.capacity = 40000};
    search_server(&search, &usual, &server, 1);
    double first = search_rate(&search), last = first;
    static const double steps[] = {0.02, 0.02, 0.04, 0.08, 0.16};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        double next = last * (1 - steps[i]);
        server.soak_limit = (last + next) / 2;
        search_server(&search, &usual, &server, 1);
        assert_int_equal(search.end, SEARCH_FOUND);
        assert_true(fabs(search_rate(&search) - next) < 1e-6 * next);
        last = next;
    }
    server.soak_limit = last / 2;
    search_server(&search, &usual, &server, 1);
    assert_int_equal(search.end, SEARCH_NONE);
    assert_true(search_rate(&search) == 0);
    assert_int_equal(search.points[search.point_count - 1].phase, SEARCH_SOAK);
    /* Never below the floor. */
    struct search_params params = usual;
    params.floor = 0.9 * first;
    params.start = first / 1.2;
    struct run run = search_server(&search, &params, &server, 1);
    assert_int_equal(search.end, SEARCH_NONE);
    assert_true(run.lowest == params.floor);
    params.start = params.floor = 39900; /* the soak would lie below it */
    server = (struct server){.capacity = 40000};
    run = search_server(&search, &params, &server, 1);
    assert_true(run.lowest == 39900 && search_rate(&search) == 39900);
    server.soak_limit = 1;
    run = search_server(&search, &params, &server, 1);
    assert_int_equal(search.end, SEARCH_NONE);
    assert_int_equal(search.soaks, 1);
    /* The ceiling did not hold. */
    params = usual;
    params.ceiling = 10000;
    server.soak_limit = 9900;
    search_server(&search, &params, &server, 1);
    assert_int_equal(search.end, SEARCH_FOUND);
    assert_true(fabs(search_rate(&search) - 9800) < 1e-6);
    /* Missed once it is repeated. */
    server = (struct server){.capacity = 40000, .burst = 24, .last = 25};
    search_server(&search, &usual, &server, 1);
    assert_int_equal(search.points[24].phase, SEARCH_SOAK);
    assert_true(search_rate(&search) == first);
}

static void a_trial_stays_until_its_outcome_is_learnt(void **state)
{
    (void)state;
    struct search search;
    struct search_trial trial, again;
    search_init(&search, &usual);
    assert_true(search_next(&search, &trial) && search_next(&search, &again));
    assert_true(trial.rate == again.rate && trial.length == again.length);
    assert_true(trial.rate == 1000 && trial.length == 5 * NS_PER_S / 4);
    search_learn(&search, SEARCH_INVALID);
    assert_true(search_next(&search, &trial) && trial.length == 5 * NS_PER_S);
    struct server server = {.capacity = 3000};
    search_server(&search, &usual, &server, 1);
    size_t points = search.point_count;
    double rate = search_rate(&search);
    search_learn(&search, SEARCH_MET);
    assert_true(search.point_count == points && search_rate(&search) == rate);
    assert_true(search.phase == SEARCH_DONE && search.end == SEARCH_FOUND);
    assert_false(search_next(&search, &trial));
    assert_true(search.points[search.point_count - 2].rate == 1.25 * search_rate(&search));
    assert_true(search.points[search.point_count - 1].rate == 1.5 * search_rate(&search));
    struct search_params params = usual;
    params.goes_beyond = false;
    search_server(&search, &params, &server, 1);
    assert_int_equal(search.points[search.point_count - 1].phase, SEARCH_SOAK);
}

/* Never the second miss at a rate: two that are cut may fall into one bad moment. */
static void what_confirms_a_miss_is_not_cut(void **state)
{
    (void)state;
    struct search search;
    struct search_trial trial;
    struct server server = {.capacity = 40000};
    struct rng_fast rng;
    rng_fast_init(&rng, 1);
    search_init(&search, &usual);
    for (size_t number = 0; search_next(&search, &trial); number++) {
        bool is_first = search.point_count == 0 ||
                        search.points[search.point_count - 1].rate != trial.rate ||
                        search.points[search.point_count - 1].outcome == SEARCH_MET;
        bool is_closing = trial.phase < SEARCH_SOAK;
        assert_int_equal(trial.may_be_cut, is_closing && is_first);
        search_learn(&search, try_server(&server, &rng, &trial, number));
    }
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

static void ends_are_clauses(void **state)
{
    (void)state;
    assert_string_equal(search_end_text(SEARCH_FOUND), "higher rates missed the objective");
    assert_string_equal(search_end_text(SEARCH_CEILING),
                        "the highest rate allowed met the objective");
    assert_string_equal(search_end_text(SEARCH_GENERATOR),
                        "beyond that the generator was the limit");
    assert_string_equal(search_end_text(SEARCH_NONE), "no rate met the objective and held");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_it_is_just_below_the_capacity),
        cmocka_unit_test(trials_are_bounded_in_number_and_time),
        cmocka_unit_test(with_noise_it_is_near_the_capacity),
        cmocka_unit_test(five_runs_lie_close_together),
        cmocka_unit_test(a_bad_moment_does_not_ruin_it),
        cmocka_unit_test(a_moment_longer_than_the_bracket_is_outlasted),
        cmocka_unit_test(what_a_soak_wears_down_is_not_searched_anew),
        cmocka_unit_test(a_single_miss_in_the_ramp_costs_two_trials),
        cmocka_unit_test(a_capacity_below_the_start_is_found_from_the_floor),
        cmocka_unit_test(the_ceiling_is_reached_and_never_passed),
        cmocka_unit_test(the_generators_limit_is_told_as_such),
        cmocka_unit_test(trials_that_say_nothing_are_repeated),
        cmocka_unit_test(a_machine_busy_at_first_is_waited_for),
        cmocka_unit_test(a_lucky_trial_in_the_ramp_is_withdrawn),
        cmocka_unit_test(there_is_an_end_whatever_is_said),
        cmocka_unit_test(a_soak_that_is_missed_steps_down),
        cmocka_unit_test(a_trial_stays_until_its_outcome_is_learnt),
        cmocka_unit_test(what_confirms_a_miss_is_not_cut),
        cmocka_unit_test(a_machine_that_changes_its_speed_is_not_chased_for_ever),
        cmocka_unit_test(ends_are_clauses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
