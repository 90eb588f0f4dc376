// SPDX-License-Identifier: BSD-2-Clause
/* verdict/search.c: what it finds of a made-up server with a capacity, within which bounds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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
        cmocka_unit_test(a_capacity_below_the_start_is_found_from_the_floor),
        cmocka_unit_test(the_ceiling_is_reached_and_never_passed),
        cmocka_unit_test(the_generators_limit_is_told_as_such),
        cmocka_unit_test(a_soak_that_is_missed_steps_down),
        cmocka_unit_test(what_a_soak_wears_down_is_not_searched_anew),
        cmocka_unit_test(a_trial_stays_until_its_outcome_is_learnt),
        cmocka_unit_test(what_confirms_a_miss_is_not_cut),
        cmocka_unit_test(ends_are_clauses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
