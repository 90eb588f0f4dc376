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
    assert_int_equal(operators_create(&o, count, window_max, &rng, NOW), 0);
    for (uint32_t i = 0; i < count; i++)
        operators_enable(o, i, NOW);
    return o;
}

static bool avoid_one(const void *ctx, uint32_t index)
{
    return index == *(const uint32_t *)ctx;
}

static uint32_t pick(struct operators *o, mono_ns now)
{
    const struct operators_wish wish = {0};
    return operators_pick(o, now, &wish);
}

/* Takes as many as the window lets out at once. */
static uint32_t fill_window(struct operators *o, uint32_t index, mono_ns now)
{
    uint32_t count = 0;
    for (; operators_may_ask(o, index, now); count++)
        operators_take(o, index, now);
    return count;
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
    struct operators_wish wish = {.should_avoid = avoid_one, .ctx = &avoided};
    unsigned drawn = 0;
    (void)state;
    for (int i = 0; i < 10000; i++) {
        wish.is_urgent = i % 2;
        drawn += operators_pick(o, NOW, &wish) == avoided;
    }
    assert_int_equal(drawn, 0);
    operators_destroy(o);
    o = create(1, WINDOW_MAX); /* nobody else: it is drawn all the same */
    avoided = 0;
    assert_int_equal(operators_pick(o, NOW, &wish), 0);
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

static void answer(struct operators *o, uint32_t index, mono_ns elapsed, mono_ns now)
{
    operators_note(o, index, false, elapsed, now);
    operators_release(o, index, now);
}

static void a_window_starts_small_and_grows_with_every_answer(void **state)
{
    struct operators *o = create(1, WINDOW_MAX);
    mono_ns later = NOW + NS_PER_S;
    (void)state;
    assert_int_equal(fill_window(o, 0, NOW), 4);
    assert_int_equal(pick(o, NOW), OPERATOR_NONE);
    assert_int_equal(operators_due(o), INT64_MAX); /* no time will help, an answer will */
    for (uint32_t i = 0; i < 4; i++)
        answer(o, 0, NS_PER_MS / 10, later - 1);
    uint32_t more = 0;
    for (mono_ns now = later; now < later + NS_PER_S; now += NS_PER_MS)
        more += fill_window(o, 0, now);
    assert_int_equal(more, 4 + 2); /* the last two came when little was out */
    operators_destroy(o);
}

static void no_window_passes_the_given_one(void **state)
{
    (void)state;
    for (uint32_t most = 1; most <= 33; most += 16) {
        struct operators *o = create(1, most);
        mono_ns now = NOW;
        uint32_t out = 0, largest = 0;
        for (int i = 0; i < 200; i++, now += NS_PER_S) {
            out += fill_window(o, 0, now);
            largest = out > largest ? out : largest;
            assert_true(out <= most);
            answer(o, 0, NS_PER_MS / 10, now);
            out--;
        }
        assert_int_equal(largest, most);
        operators_destroy(o);
    }
}

/* As many as leave within 100 ms after the first answer, which took 100 ms. */
static uint32_t asked_after_an_answer(struct operators *o, mono_ns from)
{
    mono_ns now = from + 100 * NS_PER_MS;
    uint32_t count = 0;
    operators_take(o, 0, from);
    answer(o, 0, 100 * NS_PER_MS, now);
    for (mono_ns end = now + 100 * NS_PER_MS; now < end; now += NS_PER_MS) {
        for (; operators_may_ask(o, 0, now); count++) {
            operators_take(o, 0, now);
            operators_release(o, 0, now);
        }
    }
    return count;
}

/* The rate learnt spaces the queries: of one that takes 100 ms, 50 a second at first. */
static void a_learnt_rate_holds_back(void **state)
{
    struct operators *o = create(1, WINDOW_MAX);
    mono_ns end = NOW + 200 * NS_PER_MS;
    (void)state;
    assert_in_range(asked_after_an_answer(o, NOW), 5, 7);
    assert_int_equal(operators_due(o), operators_due_of(o, 0));
    assert_true(operators_due(o) <= end + 20 * NS_PER_MS);
    operators_destroy(o);
}

static void a_learnt_rate_may_begin_elsewhere(void **state)
{
    struct operators *o = create(1, WINDOW_MAX);
    (void)state;
    operators_disable(o, 0);
    operators_set_start(o, 0, 1000, NOW);
    operators_enable(o, 0, NOW);
    assert_in_range(asked_after_an_answer(o, NOW), 115, 125); /* 20 ms' worth ahead */
    operators_renew(o, 0, NOW + NS_PER_S);                    /* and begins there again */
    assert_in_range(asked_after_an_answer(o, NOW + NS_PER_S), 115, 125);
    operators_destroy(o);
}

/* Of one whose answers are a limiter's the rate falls, as with any trouble. */
static void a_limiters_answers_are_trouble(void **state)
{
    (void)state;
    for (int is_limited = 0; is_limited < 2; is_limited++) {
        struct operators *o = create(1, WINDOW_MAX);
        operators_set_start(o, 0, 1000, NOW);
        for (mono_ns now = NOW + 100 * NS_PER_MS; now < NOW + 300 * NS_PER_MS; now += NS_PER_MS) {
            operators_note(o, 0, false, 50 * NS_PER_MS, now);
            operators_note(o, 0, false, 50 * NS_PER_MS, now);
            if (is_limited)
                operators_note_limited(o, 0, 50 * NS_PER_MS, now);
        }
        float rate = operators_throttle(o, 0)->rate_qps;
        assert_true(is_limited ? rate < 750 : rate >= 1000);
        operators_destroy(o);
    }
}

/* Asks each of COUNT operators N times: BAD of them are in trouble each second time, and
 * SLOW of them take a second. The last ones are good. */
static void make_known(struct operators *o, uint32_t count, uint32_t bad, uint32_t slow, int n)
{
    for (int i = 0; i < n; i++) {
        for (uint32_t op = 0; op < count; op++) {
            bool is_slow = op >= bad && op < bad + slow;
            operators_note(o, op, op < bad && i % 2, is_slow ? NS_PER_S : 50 * NS_PER_MS,
                           NOW + NS_PER_S);
        }
    }
}

static void draw(struct operators *o, bool is_urgent, unsigned *drawn, unsigned times)
{
    const struct operators_wish wish = {.is_urgent = is_urgent};
    for (unsigned i = 0; i < times; i++)
        drawn[operators_pick(o, NOW + 10 * NS_PER_S, &wish)]++;
}

static void those_that_fail_or_dawdle_are_drawn_seldom(void **state)
{
    struct operators *o = create(20, WINDOW_MAX);
    unsigned drawn[20] = {0};
    (void)state;
    make_known(o, 20, 1, 1, 100);
    draw(o, false, drawn, 20000);
    assert_in_range(drawn[0], 1, 200); /* alike would be 1,000 */
    assert_in_range(drawn[1], 0, 200);
    for (int i = 2; i < 20; i++)
        assert_in_range(drawn[i], 900, 1250);
    operators_destroy(o);
}

static void they_are_drawn_when_nobody_else_may_be_asked(void **state)
{
    struct operators *o = create(3, WINDOW_MAX);
    unsigned drawn[3] = {0};
    (void)state;
    make_known(o, 3, 1, 1, 100);
    operators_disable(o, 2);
    draw(o, false, drawn, 1000);
    assert_int_equal(drawn[0] + drawn[1], 1000);
    operators_destroy(o);
}

static void what_is_urgent_goes_to_the_quick(void **state)
{
    struct operators *o = create(20, WINDOW_MAX);
    unsigned drawn[20] = {0};
    (void)state;
    make_known(o, 20, 5, 5, 100); /* half are good */
    draw(o, true, drawn, 10000);
    unsigned good = 0;
    for (int i = 10; i < 20; i++)
        good += drawn[i];
    assert_in_range(good, 9200, 10000); /* all of four draws bad: one in sixteen */
    operators_destroy(o);
}

static void one_that_is_back_is_as_new(void **state)
{
    struct operators *o = create(2, WINDOW_MAX);
    unsigned drawn[2] = {0};
    (void)state;
    for (int i = 0; i < 100; i++)
        operators_note(o, 0, true, NS_PER_MS, NOW);
    operators_renew(o, 0, NOW);
    draw(o, false, drawn, 1000);
    assert_in_range(drawn[0], 400, 600);
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
        cmocka_unit_test(a_learnt_rate_holds_back),
        cmocka_unit_test(a_learnt_rate_may_begin_elsewhere),
        cmocka_unit_test(a_limiters_answers_are_trouble),
        cmocka_unit_test(those_that_fail_or_dawdle_are_drawn_seldom),
        cmocka_unit_test(they_are_drawn_when_nobody_else_may_be_asked),
        cmocka_unit_test(what_is_urgent_goes_to_the_quick),
        cmocka_unit_test(one_that_is_back_is_as_new),
        cmocka_unit_test(one_disabled_is_not_drawn_but_keeps_its_ceiling),
        cmocka_unit_test(many_ceilings_are_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
