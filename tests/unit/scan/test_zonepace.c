// SPDX-License-Identifier: BSD-2-Clause
/* scan/zonepace.c: the ceiling, and which zone is held to struggle. */
#include "tests/unit/scan/help.h"

#include "scan/zonepace.h"

#define NOW     (100 * NS_PER_S)
#define RTT     (50 * NS_PER_MS)
#define WELL    0.03F /* trouble usual with a resolver that serves well */
#define ZONES   10
#define BAD     3
#define SECONDS 5

static struct zonepace *create(double qps)
{
    struct zonepace *z;
    assert_int_equal(zonepace_create(&z, qps), 0);
    return z;
}

static mono_ns take(struct zonepace *z, uint32_t zone, mono_ns now)
{
    mono_ns due;
    assert_int_equal(zonepace_take(z, zone, now, &due), 0);
    return due;
}

static void the_ceiling_of_each_zone_holds(void **state)
{
    struct zonepace *z = create(50);
    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(take(z, 7, NOW), NOW + i * 20 * NS_PER_MS);
        assert_int_equal(take(z, 100000, NOW), NOW + i * 20 * NS_PER_MS);
    }
    zonepace_destroy(z);
    zonepace_destroy(NULL);
}

static void without_a_ceiling_nothing_waits(void **state)
{
    struct zonepace *z = create(0);
    (void)state;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(take(z, 2, NOW), NOW);
    zonepace_destroy(z);
}

/* 100 queries a second to each of COUNT zones for SECONDS; of those to the BAD one every
 * ALL_BUT-th is answered, of the others every twentieth is not. USUAL of the resolvers.
 * Returns how much of the bad zone's trouble was said to be its own. */
static unsigned ask(struct zonepace *z, uint32_t count, int all_but, int others_every, float usual,
                    mono_ns *now)
{
    unsigned own = 0;
    for (int i = 0; i < 100 * SECONDS; i++, *now += 10 * NS_PER_MS) {
        for (uint32_t zone = 0; zone < count; zone++) {
            (void)take(z, zone, *now);
            bool is_trouble = zone == BAD ? i % all_but != 0 : i % others_every == 0;
            bool is_own = zonepace_note(z, zone, is_trouble, usual, RTT, *now + RTT);
            own += is_own && zone == BAD;
            if (zone != BAD)
                assert_false(is_own);
        }
    }
    return own;
}

static void a_zone_that_struggles_alone_is_slowed_alone(void **state)
{
    struct zonepace *z = create(0);
    mono_ns now = NOW;
    (void)state;
    unsigned own = ask(z, ZONES, 2, 20, WELL, &now);
    assert_true(own > 200);
    assert_true(zonepace_limit_qps(z, BAD) > 0);
    for (uint32_t zone = 0; zone < ZONES; zone++) {
        if (zone != BAD)
            assert_true(zonepace_limit_qps(z, zone) <= 0);
    }
    assert_true(take(z, BAD, now) > now); /* it was asked faster than it is held to */
    zonepace_destroy(z);
}

static void trouble_by_resolvers_with_trouble_is_theirs(void **state)
{
    struct zonepace *z = create(0);
    mono_ns now = NOW;
    (void)state;
    assert_int_equal(ask(z, ZONES, 2, 20, 0.4F, &now), 0);
    assert_true(zonepace_limit_qps(z, BAD) <= 0);
    zonepace_destroy(z);
}

static void trouble_of_all_zones_is_not_the_zones(void **state)
{
    struct zonepace *z = create(0);
    mono_ns now = NOW;
    (void)state;
    assert_int_equal(ask(z, ZONES, 2, 2, WELL, &now), 0);
    assert_true(zonepace_limit_qps(z, BAD) <= 0);
    zonepace_destroy(z);
}

static void a_zone_that_is_all_there_is_cannot_be_judged(void **state)
{
    struct zonepace *z = create(0);
    mono_ns now = NOW;
    unsigned own = 0;
    (void)state;
    for (int i = 0; i < 500; i++, now += 10 * NS_PER_MS) {
        (void)take(z, 0, now);
        own += zonepace_note(z, 0, i % 2, WELL, RTT, now + RTT);
    }
    assert_int_equal(own, 0);
    assert_true(zonepace_limit_qps(z, 0) <= 0);
    zonepace_destroy(z);
}

/* 100 queries a second to the BAD zone, and WITH_OTHERS to those before it, which answer. */
static void ask_bad(struct zonepace *z, bool is_trouble, bool with_others, mono_ns *now)
{
    for (int i = 0; i < 100 * SECONDS; i++, *now += 10 * NS_PER_MS) {
        for (uint32_t zone = 0; with_others && zone < BAD; zone++) {
            (void)take(z, zone, *now);
            assert_false(zonepace_note(z, zone, false, WELL, RTT, *now + RTT));
        }
        (void)take(z, BAD, *now);
        (void)zonepace_note(z, BAD, is_trouble, WELL, RTT, *now + RTT);
    }
}

static void a_zone_that_never_answers_is_broken_and_not_slowed(void **state)
{
    struct zonepace *z = create(0);
    mono_ns now = NOW;
    (void)state;
    ask_bad(z, true, false, &now);
    assert_false(zonepace_has_answered(z, BAD));
    assert_false(zonepace_is_broken(z, BAD)); /* nobody answers anything */
    assert_false(zonepace_has_answered(z, 100000));
    ask_bad(z, true, true, &now);
    assert_true(zonepace_is_broken(z, BAD));
    assert_false(zonepace_is_broken(z, 0));
    assert_true(zonepace_limit_qps(z, BAD) <= 0);
    assert_false(zonepace_note(z, BAD, false, WELL, RTT, now));
    assert_true(zonepace_has_answered(z, BAD));
    assert_false(zonepace_is_broken(z, BAD));
    zonepace_destroy(z);
}

static void what_was_slowed_goes_on_when_the_others_are_done(void **state)
{
    struct zonepace *z = create(0);
    mono_ns now = NOW;
    (void)state;
    ask_bad(z, false, true, &now);
    double slowed = 0;
    while (now < NOW + 60 * NS_PER_S && (slowed <= 0 || slowed > 80)) {
        for (uint32_t zone = 0; zone <= BAD; zone++) {
            (void)take(z, zone, now);
            (void)zonepace_note(z, zone, zone == BAD, WELL, RTT, now + RTT);
        }
        now += 10 * NS_PER_MS;
        slowed = zonepace_limit_qps(z, BAD);
    }
    assert_true(slowed > 0 && slowed < 80);
    for (int i = 0; i < 10; i++)
        ask_bad(z, false, false, &now);
    assert_true(zonepace_limit_qps(z, BAD) <= 0 || zonepace_limit_qps(z, BAD) > 1.2 * slowed);
    zonepace_destroy(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ceiling_of_each_zone_holds),
        cmocka_unit_test(without_a_ceiling_nothing_waits),
        cmocka_unit_test(a_zone_that_struggles_alone_is_slowed_alone),
        cmocka_unit_test(trouble_by_resolvers_with_trouble_is_theirs),
        cmocka_unit_test(trouble_of_all_zones_is_not_the_zones),
        cmocka_unit_test(a_zone_that_is_all_there_is_cannot_be_judged),
        cmocka_unit_test(a_zone_that_never_answers_is_broken_and_not_slowed),
        cmocka_unit_test(what_was_slowed_goes_on_when_the_others_are_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
