// SPDX-License-Identifier: BSD-2-Clause
/* scan/bench_plan.c: who has to be owned, how much is made of it, in which order, and the codes. */
#include "tests/unit/scan/help.h"

#include <signal.h>

#include "scan/bench_plan.h"

static void more_than_a_hundred_needs_own(void **state)
{
    (void)state;
    assert_true(bench_needs_own(101, false, false));
    assert_true(bench_needs_own(0, false, false)); /* a search without a ceiling */
    assert_false(bench_needs_own(100, false, false));
    assert_false(bench_needs_own(0, true, false));
    assert_false(bench_needs_own(1e6, false, true));
}

static void caches_are_warmed_in_seconds(void **state)
{
    (void)state;
    assert_true(bench_warm_rate(0, true, false) == 5000);
    assert_true(bench_warm_rate(0, false, true) == 500);
    assert_true(bench_warm_rate(0, false, false) == 100);
    assert_true(bench_warm_rate(300, true, false) == 300);
    assert_true(bench_warm_rate(1, true, false) == 50); /* else built-in names take 11 minutes */
    assert_true(bench_warm_rate(1, false, false) == 50);
    assert_true(bench_warm_rate(100, false, false) == 100);
    assert_true(bench_warm_rate(1e6, false, false) == 100);
}

static void a_target_on_this_machine_gets_half_the_cores(void **state)
{
    (void)state;
    assert_int_equal(bench_choose_workers(1, true, 0), 1);
    assert_int_equal(bench_choose_workers(2, true, 0), 1);
    assert_int_equal(bench_choose_workers(8, true, 0), 4);
    assert_int_equal(bench_choose_workers(2, false, 0), 2);
    assert_int_equal(bench_choose_workers(8, false, 0), 4);
    assert_int_equal(bench_choose_workers(256, false, 0), 16);
    /* no more than the rate needs */
    assert_int_equal(bench_choose_workers(16, false, 1000), 1);
    assert_int_equal(bench_choose_workers(16, false, 250e3), 3);
    assert_int_equal(bench_choose_workers(16, false, 1e8), 8);
}

static void a_search_begins_below_its_ceiling(void **state)
{
    (void)state;
    assert_true(bench_start_rate(0) == 1000);
    assert_true(bench_start_rate(8000) == 1000);
    assert_true(bench_start_rate(800) == 100);
    assert_true(bench_start_rate(4) == 1);
    assert_true(bench_floor_rate(0) == 10);
    assert_true(bench_floor_rate(40) == 5);
}

static void few_queries_take_longer(void **state)
{
    (void)state;
    assert_int_equal(bench_trial_length(1e6), 2 * NS_PER_S);
    assert_int_equal(bench_trial_length(1000), 2 * NS_PER_S);
    assert_int_equal(bench_trial_length(500), 4 * NS_PER_S);
    assert_int_equal(bench_trial_length(200), 10 * NS_PER_S);
    assert_int_equal(bench_trial_length(1), 10 * NS_PER_S);
}

/* --duration of 20 ms, say, at a search's floor. */
static void a_load_has_a_few_queries(void **state)
{
    (void)state;
    assert_int_equal(bench_fill_length(20 * NS_PER_MS, 10), NS_PER_S);
    assert_int_equal(bench_fill_length(20 * NS_PER_MS, 499), 20040080);
    assert_int_equal(bench_fill_length(20 * NS_PER_MS, 500), 20 * NS_PER_MS);
    assert_int_equal(bench_fill_length(20 * NS_PER_MS, 1e6), 20 * NS_PER_MS);
    assert_int_equal(bench_fill_length(NS_PER_S / 2, 1), 10 * NS_PER_S);
}

static void who_is_slow_is_not_silent(void **state)
{
    (void)state;
    assert_int_equal(bench_light_timeout(10 * NS_PER_MS), 2 * NS_PER_S);
    assert_int_equal(bench_light_timeout(2 * NS_PER_S), 2 * NS_PER_S);
    assert_int_equal(bench_light_timeout(4 * NS_PER_S), 4 * NS_PER_S);
    assert_int_equal(bench_light_timeout(60 * NS_PER_S), 5 * NS_PER_S);
}

static void a_series_has_no_more_columns_than_there_are(void **state)
{
    (void)state;
    assert_int_equal(bench_column(0, 10 * NS_PER_S), 100 * NS_PER_MS);
    assert_int_equal(bench_column(20 * NS_PER_MS, 10 * NS_PER_S), 20 * NS_PER_MS);
    assert_int_equal(bench_column(NS_PER_MS, 6 * NS_PER_S), 10 * NS_PER_MS);
    mono_ns odd = bench_column(NS_PER_MS, 7 * NS_PER_S + 1);
    assert_true(odd * LOAD_HEAT_COLUMNS >= 7 * NS_PER_S + 1);
}

static void rounds_are_even(void **state)
{
    (void)state;
    for (mono_ns length = NS_PER_MS; length < 100 * NS_PER_S; length += 333 * NS_PER_MS) {
        unsigned rounds = bench_fixed_rounds(length);
        assert_true(rounds >= 4 && rounds <= BENCH_ROUNDS_MAX && rounds % 2 == 0);
    }
    assert_int_equal(bench_fixed_rounds(7 * NS_PER_S), 6);
    assert_int_equal(bench_fixed_rounds(60 * NS_PER_S), BENCH_ROUNDS_MAX);
}

static bool is_order(const uint32_t *row, size_t count)
{
    uint64_t seen = 0;
    for (size_t i = 0; i < count; i++)
        seen |= (uint64_t)1 << row[i];
    return seen == ((uint64_t)1 << count) - 1;
}

static void blocks_are_turned_round(void **state)
{
    uint32_t order[5 * 6];
    struct rng_fast rng;
    unsigned first[5] = {0};
    (void)state;
    rng_fast_init(&rng, 7);
    for (int run = 0; run < 1000; run++) {
        bench_order_blocks(order, 5, 6, &rng);
        for (size_t round = 0; round < 6; round++) {
            assert_true(is_order(order + round * 5, 5));
            for (size_t i = 0; i < 5 && round % 2; i++)
                assert_int_equal(order[round * 5 + i], order[round * 5 - 1 - i]);
        }
        first[order[0]]++;
    }
    for (size_t i = 0; i < 5; i++) /* 200 each; 5 standard deviations */
        assert_in_range(first[i], 137, 263);
}

static void expect_exit(struct bench_ending ending, int code)
{
    assert_int_equal(bench_choose_exit(&ending), code);
}

/* From the last on the list to the first, each beats those before it. */
static void codes_have_an_order(void **state)
{
    struct bench_ending ending = {0};
    (void)state;
    expect_exit(ending, 0);
    expect_exit((struct bench_ending){.is_cut = true}, 3);
    expect_exit((struct bench_ending){.is_less = true}, 3);
    expect_exit((struct bench_ending){.is_empty = true}, 3);
    ending.is_missed = true;
    expect_exit(ending, 3);
    ending.is_worse = true;
    expect_exit(ending, 5);
    ending.is_invalid = true;
    expect_exit(ending, 6);
    ending.is_unanswered = true;
    expect_exit(ending, 4);
    ending.is_failed = true;
    expect_exit(ending, 1);
    ending.is_closed = true;
    expect_exit(ending, 141);
    ending.signal = SIGTERM;
    expect_exit(ending, 143);
    ending.signal = SIGINT;
    expect_exit(ending, 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_than_a_hundred_needs_own),
        cmocka_unit_test(caches_are_warmed_in_seconds),
        cmocka_unit_test(a_target_on_this_machine_gets_half_the_cores),
        cmocka_unit_test(a_search_begins_below_its_ceiling),
        cmocka_unit_test(few_queries_take_longer),
        cmocka_unit_test(a_load_has_a_few_queries),
        cmocka_unit_test(who_is_slow_is_not_silent),
        cmocka_unit_test(a_series_has_no_more_columns_than_there_are),
        cmocka_unit_test(rounds_are_even),
        cmocka_unit_test(blocks_are_turned_round),
        cmocka_unit_test(codes_have_an_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
