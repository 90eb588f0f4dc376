// SPDX-License-Identifier: BSD-2-Clause
/* engine/load_cut.c: never too early, and not much too late. */
#include "tests/unit/engine/help.h"

#include "engine/load_cut.h"

#define LIMIT (50 * NS_PER_MS)
#define SLACK (15 * NS_PER_MS) /* what is let pass for answers that were not read yet */

static struct load_cut cut;
static struct load_spent spent;
static struct load_result result;

static int set_up(void **state)
{
    (void)state;
    spent = (struct load_spent){0};
    result = (struct load_result){0};
    return 0;
}

/* 1,000 due a second and a share of them answered at once: when it is cut, or 0. */
static mono_ns play(const struct load_budget *budget, unsigned answered_of_ten, mono_ns length)
{
    result = (struct load_result){0};
    load_cut_begin(&cut, budget, &spent);
    for (mono_ns now = NS_PER_MS; now <= length; now += NS_PER_MS) {
        result.due++;
        if (result.due % 10 < answered_of_ten)
            load_cut_answer(&cut, NS_PER_MS);
        if (load_cut_look(&cut, &result, now))
            return now;
    }
    return 0;
}

static void too_many_late_end_it(void **state)
{
    const struct load_budget budget = {
        .is_set = true, .lost = UINT64_MAX, .late = 100, .limit = LIMIT};
    (void)state;
    mono_ns when = play(&budget, 5, 2 * NS_PER_S);
    /* Of those that were due 60 ms ago half are late; those answered in time that were due since
     * count against it: half of 60. */
    assert_in_range(when, 2 * (100 + 30) * NS_PER_MS + LIMIT,
                    2 * (100 + 31) * NS_PER_MS + LIMIT + 2 * SLACK);
}

static void one_in_ten_is_not_two_in_ten(void **state)
{
    const struct load_budget budget = {
        .is_set = true, .lost = UINT64_MAX, .late = 400, .limit = LIMIT};
    (void)state;
    assert_int_equal(play(&budget, 9, 2 * NS_PER_S), 0); /* 200 are late */
    assert_int_equal(play(&budget, 10, 2 * NS_PER_S), 0);
}

static void an_answer_at_the_limit_is_in_time(void **state)
{
    const struct load_budget budget = {
        .is_set = true, .lost = UINT64_MAX, .late = 0, .limit = LIMIT};
    (void)state;
    load_cut_begin(&cut, &budget, &spent);
    for (unsigned late = 0; late < 2; late++) {
        load_cut_begin(&cut, &budget, &spent);
        result.due = 1;
        assert_false(load_cut_look(&cut, &result, 1));
        load_cut_answer(&cut, LIMIT + late);
        for (mono_ns now = NS_PER_MS; now < NS_PER_S; now += NS_PER_MS)
            if (load_cut_look(&cut, &result, now) && !late)
                fail_msg("cut at %lld", (long long)now);
        assert_int_equal(spent.late, late);
        assert_true(spent.is_over == late);
    }
}

static void what_was_never_sent_is_nobodys_delay(void **state)
{
    const struct load_budget budget = {
        .is_set = true, .lost = UINT64_MAX, .late = 0, .limit = LIMIT};
    (void)state;
    load_cut_begin(&cut, &budget, &spent);
    result.due = result.unsent = 1000;
    for (mono_ns now = NS_PER_MS; now < NS_PER_S; now += NS_PER_MS)
        assert_false(load_cut_look(&cut, &result, now));
}

static void losses_of_all_workers_add_up(void **state)
{
    const struct load_budget budget = {.is_set = true, .lost = 10, .late = UINT64_MAX};
    static struct load_cut cuts[2];
    static struct load_result results[2];
    (void)state;
    for (unsigned i = 0; i < 2; i++)
        load_cut_begin(&cuts[i], &budget, &spent);
    results[0].lost = 6;
    assert_false(load_cut_look(&cuts[0], &results[0], NS_PER_MS));
    assert_false(load_cut_look(&cuts[0], &results[0], 2 * NS_PER_MS)); /* told once */
    results[1].lost = 4;
    assert_false(load_cut_look(&cuts[1], &results[1], 3 * NS_PER_MS));
    assert_int_equal(spent.lost, 10);
    results[1].lost = 5;
    assert_true(load_cut_look(&cuts[1], &results[1], 4 * NS_PER_MS));
    assert_true(load_cut_look(&cuts[0], &results[0], 4 * NS_PER_MS)); /* the other one, too */
}

static void without_a_budget_nothing_ends_it(void **state)
{
    const struct load_budget none = {0};
    (void)state;
    assert_int_equal(play(&none, 0, 5 * NS_PER_S), 0);
    result.lost = 1000;
    assert_false(load_cut_look(&cut, &result, 6 * NS_PER_S));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(too_many_late_end_it, set_up),
        cmocka_unit_test_setup(one_in_ten_is_not_two_in_ten, set_up),
        cmocka_unit_test_setup(an_answer_at_the_limit_is_in_time, set_up),
        cmocka_unit_test_setup(what_was_never_sent_is_nobodys_delay, set_up),
        cmocka_unit_test_setup(losses_of_all_workers_add_up, set_up),
        cmocka_unit_test_setup(without_a_budget_nothing_ends_it, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
