// SPDX-License-Identifier: BSD-2-Clause
/* engine/guard.c: when it says that the path is in trouble, what it then allows, and when not. */
#include "tests/unit/engine/help.h"

#include "engine/guard.h"

#define NOW       (100 * NS_PER_S)
#define OPERATORS 20
#define WINDOW    (NS_PER_S / 2) /* of a round below */

/* A round: each operator is sent 20 queries over WINDOW; of one in LOSERS a share LOST/20 is
 * silent. What the guard said last but GATHERING. */
static enum guard_verdict round_of(struct guard *g, mono_ns *now, uint32_t losers, int lost)
{
    enum guard_verdict said = GUARD_GATHERING;
    for (int i = 0; i < 20; i++) {
        for (uint32_t op = 0; op < OPERATORS; op++) {
            guard_take(g, *now);
            bool is_silent = op < losers && i < lost;
            enum guard_verdict verdict = guard_note(g, op, is_silent, 0.02F, *now);
            said = verdict > said ? verdict : said;
        }
        *now += WINDOW / 20;
    }
    return said;
}

static struct guard *create(void)
{
    struct guard *g;
    assert_int_equal(guard_create(&g, OPERATORS, NOW), 0);
    assert_true(guard_limit_qps(g) <= 0);
    assert_int_equal(guard_due(g), 0);
    return g;
}

static void most_losing_together_is_the_path(void **state)
{
    struct guard *g = create();
    mono_ns now = NOW;
    (void)state;
    assert_int_equal(round_of(g, &now, 0, 0), GUARD_CLEAR);
    assert_int_equal(round_of(g, &now, OPERATORS, 8), GUARD_TROUBLED);
    assert_true(guard_limit_qps(g) > 0);
    assert_true(guard_limit_qps(g) <= 0.75 * 20 * OPERATORS / 0.5);
    assert_true(guard_limit_qps(g) >= 0.25 * 20 * OPERATORS / 0.5);
    guard_destroy(g);
    guard_destroy(NULL);
}

static void some_losing_much_are_limits_of_their_own(void **state)
{
    struct guard *g = create();
    mono_ns now = NOW;
    (void)state;
    for (int i = 0; i < 10; i++)
        assert_int_equal(round_of(g, &now, OPERATORS / 2, 16), GUARD_CLEAR);
    assert_true(guard_limit_qps(g) <= 0);
    guard_destroy(g);
}

static void ordinary_loss_of_all_is_no_trouble(void **state)
{
    struct guard *g = create();
    mono_ns now = NOW;
    (void)state;
    for (int i = 0; i < 10; i++)
        assert_int_equal(round_of(g, &now, OPERATORS, 1), GUARD_CLEAR);
    guard_destroy(g);
}

static void the_limit_goes_when_trouble_has_gone(void **state)
{
    struct guard *g = create();
    mono_ns now = NOW;
    (void)state;
    (void)round_of(g, &now, OPERATORS, 8);
    double limit = guard_limit_qps(g);
    (void)round_of(g, &now, 0, 0);
    assert_true(guard_limit_qps(g) > limit);
    int rounds = 0;
    for (; guard_limit_qps(g) > 0 && rounds < 20; rounds++)
        (void)round_of(g, &now, 0, 0);
    assert_true(rounds < 20);
    guard_destroy(g);
}

/* Retries are taken whatever guard_due says; new queries wait for them, but not for ever. */
static void new_queries_wait_and_retries_do_not_starve_them(void **state)
{
    struct guard *g = create();
    mono_ns now = NOW;
    (void)state;
    (void)round_of(g, &now, OPERATORS, 8);
    for (int i = 0; i < 100000; i++)
        guard_take(g, now);
    assert_true(guard_due(g) > now);
    assert_true(guard_due(g) <= now + 200 * NS_PER_MS);
    guard_destroy(g);
}

static void the_limit_paces_new_queries(void **state)
{
    struct guard *g = create();
    mono_ns now = NOW;
    unsigned taken = 0;
    (void)state;
    (void)round_of(g, &now, OPERATORS, 8);
    double limit = guard_limit_qps(g);
    for (mono_ns end = now + NS_PER_S; now < end; now += NS_PER_MS) {
        for (; guard_due(g) <= now; taken++)
            guard_take(g, now);
    }
    assert_in_range(taken, limit * 0.85, limit * 1.05);
    guard_destroy(g);
}

static void drops_of_the_kernel_decide_alone(void **state)
{
    struct guard *g = create();
    mono_ns now = NOW;
    (void)state;
    (void)round_of(g, &now, 0, 0);
    assert_int_equal(guard_note_drops(g, 0, now), GUARD_GATHERING);
    assert_int_equal(guard_note_drops(g, 5, now), GUARD_TROUBLED);
    assert_true(guard_limit_qps(g) > 0);
    assert_int_equal(guard_note_drops(g, 5, now), GUARD_GATHERING); /* none since */
    guard_destroy(g);
}

static void late_answers_take_their_silence_back(void **state)
{
    struct guard *g = create();
    mono_ns now = NOW;
    enum guard_verdict said = GUARD_GATHERING;
    (void)state;
    for (int i = 0; i < 20; i++, now += WINDOW / 20) {
        for (uint32_t op = 0; op < OPERATORS; op++) {
            enum guard_verdict verdict = guard_note(g, op, i % 2, 0.02F, now);
            guard_take_back(g, op);
            said = verdict > said ? verdict : said;
        }
    }
    assert_int_equal(said, GUARD_CLEAR);
    guard_destroy(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_losing_together_is_the_path),
        cmocka_unit_test(some_losing_much_are_limits_of_their_own),
        cmocka_unit_test(ordinary_loss_of_all_is_no_trouble),
        cmocka_unit_test(the_limit_goes_when_trouble_has_gone),
        cmocka_unit_test(new_queries_wait_and_retries_do_not_starve_them),
        cmocka_unit_test(the_limit_paces_new_queries),
        cmocka_unit_test(drops_of_the_kernel_decide_alone),
        cmocka_unit_test(late_answers_take_their_silence_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
