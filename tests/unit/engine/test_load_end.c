// SPDX-License-Identifier: BSD-2-Clause
/* The load generator as a whole: what ends a trial, and what is counted then. */
#include "tests/unit/engine/load_trial.h"

static void a_replay_ends_with_its_queries(void **state)
{
    const struct load_trial trial = {
        .arrival = LOAD_REPLAY, .length = 10 * NS_PER_S, .stretch = 0.5};
    (void)state;
    asking.apart = 500 * NS_PER_US;
    asking.most = 100;
    serving_go(server);
    run(&trial);
    assert_int_equal(result.due, 100);
    assert_int_equal(result.answered, 100);
    assert_in_range(result.active, 24 * NS_PER_MS, 60 * NS_PER_MS);
}

static bool first_only(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    return worker == 0 && asking_next(ctx, worker, target, out);
}

/* A worker without a share of a capture waited while the other had one. */
static void a_replay_lasts_as_long_as_its_longest_share(void **state)
{
    const struct load_trial trial = {.arrival = LOAD_REPLAY, .length = 10 * NS_PER_S};
    (void)state;
    asking.apart = NS_PER_MS;
    asking.most = 50;
    params.workers = 2;
    params.source.next = first_only;
    serving_go(server);
    run(&trial);
    assert_int_equal(result.due, 50);
    assert_true(load_result_seconds(&result) >= 0.049);
    assert_true(load_result_seconds(&result) < 1);
}

static void a_source_may_end(void **state)
{
    static const enum load_io ios[] = {LOAD_IO_UDP, LOAD_IO_GSO};
    (void)state;
    serving_go(server);
    for (unsigned i = 0; i < 2; i++) {
        asking = (struct asking){.manners = "a", .most = 77};
        params.io = ios[i];
        run(&brief);
        assert_int_equal(result.due, 77);
        assert_int_equal(result.answered, 77);
    }
}

static volatile bool is_stopped;

static bool next_that_stops(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    const struct asking *source = ctx;
    if (source->count[worker] == 49)
        __atomic_store_n(&is_stopped, true, __ATOMIC_RELAXED);
    return asking_next(ctx, worker, target, out);
}

/* Until the 50th query is asked for. */
static void run_until_stopped(const struct load_trial *trial)
{
    is_stopped = false;
    params.source.next = next_that_stops;
    serving_go(server);
    struct load *load = create();
    load_result_clear(&result);
    assert_int_equal(load_run(load, trial, &is_stopped, &result), 0);
    load_destroy(load);
    assert_accounts();
}

static void a_stop_ends_early(void **state)
{
    const struct load_trial trial = {
        .rate = 1000, .arrival = LOAD_CONSTANT, .length = 60 * NS_PER_S};
    (void)state;
    run_until_stopped(&trial);
    assert_in_range(result.due, 50, 60);
    assert_in_range(result.unsent, 0, 1); /* due, and the stop came */
    assert_in_range(result.active, 40 * NS_PER_MS, 500 * NS_PER_MS);
}

static void a_stop_may_come_in_the_warm_up(void **state)
{
    const struct load_trial trial = {
        .rate = 1000, .arrival = LOAD_CONSTANT, .warmup = 60 * NS_PER_S, .length = 60 * NS_PER_S};
    (void)state;
    run_until_stopped(&trial);
    assert_int_equal(result.due, 0);
    assert_int_equal(result.active, 0);
}

/* Half of the queries are not answered. */
static void a_trial_that_is_sure_to_miss_is_cut(void **state)
{
    struct load_trial trial = {
        .rate = 2000,
        .arrival = LOAD_CONSTANT,
        .length = 60 * NS_PER_S,
        .budget = {.is_set = true, .lost = UINT64_MAX, .late = 100, .limit = 20 * NS_PER_MS}};
    (void)state;
    asking.manners = "ad";
    serving_go(server);
    mono_ns start = clock_mono_ns();
    run(&trial);
    assert_true(clock_mono_ns() - start < TIMEOUT); /* nor was the rest waited for */
    assert_true(result.is_cut);
    assert_true(result.lost > 100 && result.due < 2000);
    assert_in_range(result.active, 100 * NS_PER_MS, NS_PER_S);
    asking.manners = "a";
    trial.length = 100 * NS_PER_MS;
    trial.budget.limit = NS_PER_S;
    run(&trial);
    assert_false(result.is_cut);
    assert_int_equal(result.answered, 200);
    /* Losses are known after the timeout. */
    params.timeout = 100 * NS_PER_MS;
    params.workers = 2;
    asking.manners = "d";
    trial.length = 60 * NS_PER_S;
    trial.budget = (struct load_budget){.is_set = true, .lost = 50, .late = UINT64_MAX};
    start = clock_mono_ns();
    run(&trial);
    assert_true(result.is_cut && clock_mono_ns() - start < 2 * NS_PER_S);
    assert_true(result.lost == result.sent && result.active > 100 * NS_PER_MS);
}

/* Half are answered late, half not at all: the former are waited for. */
static void a_patient_trial_is_offered_to_its_end(void **state)
{
    struct load_trial trial = {.rate = 1000,
                               .arrival = LOAD_CONSTANT,
                               .length = 200 * NS_PER_MS,
                               .budget = {.is_set = true,
                                          .is_patient = true,
                                          .lost = UINT64_MAX,
                                          .late = 20,
                                          .limit = 20 * NS_PER_MS}};
    (void)state;
    asking.manners = "ld";
    params.timeout = 20 * NS_PER_S;
    serving_go(server);
    mono_ns start = clock_mono_ns();
    run(&trial);
    assert_true(clock_mono_ns() - start < params.timeout / 2);
    assert_int_equal(result.due, 200);
    assert_int_equal(result.answered, 100);
    assert_true(result.is_cut && result.lost == 100);
    /* Who may still meet it is waited for. */
    trial.budget.late = 200;
    params.timeout = 600 * NS_PER_MS;
    run(&trial);
    assert_true(!result.is_cut && result.lost == 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_replay_ends_with_its_queries),
        TEST(a_replay_lasts_as_long_as_its_longest_share),
        TEST(a_source_may_end),
        TEST(a_stop_ends_early),
        TEST(a_stop_may_come_in_the_warm_up),
        TEST(a_trial_that_is_sure_to_miss_is_cut),
        TEST(a_patient_trial_is_offered_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
