// SPDX-License-Identifier: BSD-2-Clause
/* engine/operators.c: ceilings, windows, rests, and who is drawn. */
#include "tests/unit/engine/help.h"

#include "engine/operators.h"

#define NOW        (100 * NS_PER_S)
#define WINDOW_MAX 1000

static struct rng rng;

static struct operators *create(uint32_t count, uint32_t window_max)
{
    struct operators *o;
    rng = fixed_rng(1);
    assert_int_equal(operators_create(&o, count, window_max, &rng), 0);
    for (uint32_t i = 0; i < count; i++)
        operators_enable(o, i, NOW);
    return o;
}

static bool avoid_none(const void *ctx, uint32_t index)
{
    (void)ctx;
    (void)index;
    return false;
}

static bool avoid_one(const void *ctx, uint32_t index)
{
    return index == *(const uint32_t *)ctx;
}

static uint32_t pick(struct operators *o, mono_ns now)
{
    return operators_pick(o, now, avoid_none, NULL);
}

/* Takes as many as the window lets out at once. */
static uint32_t fill_window(struct operators *o, uint32_t index, mono_ns now)
{
    uint32_t count = 0;
    for (; operators_may_ask(o, index, now); count++)
        operators_take(o, index, now);
    return count;
}

static void release_all(struct operators *o, uint32_t index, uint32_t count, mono_ns now)
{
    for (uint32_t i = 0; i < count; i++)
        operators_release(o, index, now);
}

static void all_are_drawn_alike(void **state)
{
    struct operators *o = create(10, WINDOW_MAX);
    unsigned drawn[10] = {0};
    (void)state;
    for (int i = 0; i < 10000; i++)
        drawn[pick(o, NOW)]++;
    for (int i = 0; i < 10; i++) /* 1,000 expected; five sigma */
        assert_in_range(drawn[i], 850, 1150);
    operators_destroy(o);
    operators_destroy(NULL);
}

static void one_to_be_avoided_is_not_drawn_while_there_are_others(void **state)
{
    struct operators *o = create(4, WINDOW_MAX);
    uint32_t avoided = 2;
    unsigned drawn = 0;
    (void)state;
    for (int i = 0; i < 10000; i++)
        drawn += operators_pick(o, NOW, avoid_one, &avoided) == avoided;
    assert_int_equal(drawn, 0);
    operators_destroy(o);
    o = create(1, WINDOW_MAX); /* nobody else: it is drawn all the same */
    avoided = 0;
    assert_int_equal(operators_pick(o, NOW, avoid_one, &avoided), 0);
    operators_destroy(o);
}

static void a_ceiling_holds_to_the_nanosecond(void **state)
{
    struct operators *o = create(1, WINDOW_MAX);
    (void)state;
    operators_disable(o, 0);
    operators_set_ceiling(o, 0, 100, NOW);
    operators_enable(o, 0, NOW);
    assert_int_equal(pick(o, NOW), 0);
    operators_take(o, 0, NOW);
    assert_int_equal(pick(o, NOW), OPERATOR_NONE);
    assert_int_equal(operators_due(o), NOW + 10 * NS_PER_MS);
    assert_int_equal(operators_due_of(o, 0), NOW + 10 * NS_PER_MS);
    assert_false(operators_may_ask(o, 0, NOW + 10 * NS_PER_MS - 1));
    assert_int_equal(pick(o, NOW + 10 * NS_PER_MS - 1), OPERATOR_NONE);
    assert_int_equal(pick(o, NOW + 10 * NS_PER_MS), 0);
    operators_destroy(o);
}

static void a_window_starts_small_and_grows_with_every_answer(void **state)
{
    struct operators *o = create(1, WINDOW_MAX);
    (void)state;
    uint32_t first = fill_window(o, 0, NOW);
    assert_in_range(first, 1, 32);
    assert_int_equal(pick(o, NOW), OPERATOR_NONE);
    assert_int_equal(operators_due(o), INT64_MAX); /* no time will help, an answer will */
    for (uint32_t i = 0; i < first; i++) {
        operators_release(o, 0, NOW);
        operators_note(o, 0, false, NOW);
    }
    assert_int_equal(fill_window(o, 0, NOW), 2 * first);
    operators_destroy(o);
}

static void no_window_passes_the_given_one(void **state)
{
    (void)state;
    for (uint32_t most = 1; most <= 33; most += 16) {
        struct operators *o = create(1, most);
        for (int i = 0; i < 100; i++)
            operators_note(o, 0, false, NOW);
        assert_int_equal(fill_window(o, 0, NOW), most);
        operators_destroy(o);
    }
}

static void trouble_halves_the_window_once_per_rest(void **state)
{
    struct operators *o = create(1, WINDOW_MAX);
    (void)state;
    uint32_t first = fill_window(o, 0, NOW);
    release_all(o, 0, first, NOW);
    for (int i = 0; i < 30; i++) /* all that was out comes back as trouble */
        operators_note(o, 0, true, NOW);
    assert_false(operators_may_ask(o, 0, NOW));
    assert_false(operators_may_ask(o, 0, NOW + 10 * NS_PER_MS - 1));
    assert_true(operators_may_ask(o, 0, NOW + 10 * NS_PER_MS));
    assert_int_equal(fill_window(o, 0, NOW + 10 * NS_PER_MS), first / 2);
    operators_destroy(o);
}

static void a_little_trouble_is_ordinary_loss(void **state)
{
    struct operators *o = create(1, WINDOW_MAX);
    (void)state;
    for (int i = 0; i < 2000; i++)
        operators_note(o, 0, i % 20 == 0, NOW); /* 5 % */
    assert_int_equal(fill_window(o, 0, NOW), WINDOW_MAX);
    operators_destroy(o);
}

/* However long the trouble, the rest stays below a second and the window above none. */
static void lasting_trouble_ends_at_one_query_now_and_then(void **state)
{
    struct operators *o = create(1, WINDOW_MAX);
    mono_ns now = NOW;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        operators_note(o, 0, true, now);
        mono_ns due = operators_due_of(o, 0);
        assert_true(due - now <= 640 * NS_PER_MS);
        now = due > now ? due : now;
    }
    assert_true(operators_may_ask(o, 0, now));
    assert_int_equal(fill_window(o, 0, now), 1);
    operators_destroy(o);
}

static void after_trouble_growth_is_one_per_round_trip(void **state)
{
    struct operators *o = create(1, WINDOW_MAX);
    mono_ns later = NOW + 10 * NS_PER_S;
    (void)state;
    for (int i = 0; i < 30; i++)
        operators_note(o, 0, true, NOW);
    uint32_t window = fill_window(o, 0, later);
    release_all(o, 0, window, later);
    for (uint32_t i = 0; i < window; i++)
        operators_note(o, 0, false, later);
    assert_int_equal(fill_window(o, 0, later), window + 1);
    operators_destroy(o);
}

static void one_disabled_is_not_drawn_but_keeps_its_ceiling(void **state)
{
    struct operators *o = create(2, WINDOW_MAX);
    (void)state;
    operators_set_ceiling(o, 0, 10, NOW);
    operators_disable(o, 0);
    operators_disable(o, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(pick(o, NOW), 1);
    operators_take(o, 0, NOW); /* asked for want of anybody else */
    assert_false(operators_may_ask(o, 0, NOW + 100 * NS_PER_MS - 1));
    operators_enable(o, 0, NOW);
    operators_enable(o, 0, NOW);
    for (int i = 0; i < 100; i++)
        assert_int_equal(pick(o, NOW), 1);
    operators_destroy(o);
}

/* 200 operators with ceilings of their own, taken as they are due: each gets its rate. */
static void many_ceilings_are_kept_apart(void **state)
{
    enum { COUNT = 200 };
    struct operators *o = create(COUNT, WINDOW_MAX);
    unsigned taken[COUNT] = {0};
    mono_ns now = NOW;
    (void)state;
    for (uint32_t i = 0; i < COUNT; i++) {
        operators_disable(o, i);
        operators_set_ceiling(o, i, 1 + i % 50, NOW);
        operators_enable(o, i, NOW);
    }
    while (now < NOW + 10 * NS_PER_S) {
        uint32_t i = pick(o, now);
        if (i == OPERATOR_NONE) {
            assert_true(operators_due(o) > now);
            now = operators_due(o);
            continue;
        }
        operators_take(o, i, now);
        operators_release(o, i, now);
        taken[i]++;
    }
    for (uint32_t i = 0; i < COUNT; i++)
        assert_in_range(taken[i], 10 * (1 + i % 50) - 1, 10 * (1 + i % 50) + 1);
    operators_destroy(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_drawn_alike),
        cmocka_unit_test(one_to_be_avoided_is_not_drawn_while_there_are_others),
        cmocka_unit_test(a_ceiling_holds_to_the_nanosecond),
        cmocka_unit_test(a_window_starts_small_and_grows_with_every_answer),
        cmocka_unit_test(no_window_passes_the_given_one),
        cmocka_unit_test(trouble_halves_the_window_once_per_rest),
        cmocka_unit_test(a_little_trouble_is_ordinary_loss),
        cmocka_unit_test(lasting_trouble_ends_at_one_query_now_and_then),
        cmocka_unit_test(after_trouble_growth_is_one_per_round_trip),
        cmocka_unit_test(one_disabled_is_not_drawn_but_keeps_its_ceiling),
        cmocka_unit_test(many_ceilings_are_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
