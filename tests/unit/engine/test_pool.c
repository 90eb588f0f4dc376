// SPDX-License-Identifier: BSD-2-Clause
/* engine/pool.c: who is drawn, who is benched and for how long, and how long to wait. */
#include "tests/unit/engine/help.h"

#include <stdio.h>

#include "engine/pool.h"

#define NOW     (100 * NS_PER_S)
#define SILENCE NS_PER_S /* after which a query is given up here */

static struct rng rng;

static bool avoid_none(const void *ctx, uint32_t op)
{
    (void)ctx;
    (void)op;
    return false;
}

static uint32_t pick(struct pool *pool, mono_ns now)
{
    return pool_pick(pool, now, avoid_none, NULL);
}

/* COUNT resolvers; PER_OPERATOR of them at a time under one operator. */
static struct pool *create(size_t count, uint32_t per_operator, double qps)
{
    struct pool_entry entries[256];
    struct pool *pool;
    rng = fixed_rng(3);
    for (uint32_t i = 0; i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "192.0.2.%u", i + 1);
        entries[i] = (struct pool_entry){.address = address_v4(text, 53),
                                         .list_index = i,
                                         .operator_key = 1000 + i / per_operator,
                                         .qps = qps};
    }
    assert_int_equal(pool_create(&pool, entries, count, 1000, &rng, NOW), 0);
    return pool;
}

static void note(struct pool *pool, uint32_t resolver, enum pool_outcome outcome, unsigned times,
                 mono_ns now)
{
    for (unsigned i = 0; i < times; i++)
        pool_note(pool, resolver, outcome, SILENCE, now);
}

static void every_resolver_is_drawn_alike(void **state)
{
    struct pool *pool = create(6, 1, 0);
    unsigned drawn[6] = {0};
    (void)state;
    assert_int_equal(pool_count(pool), 6);
    assert_int_equal(pool_usable_operators(pool), 6);
    for (int i = 0; i < 6000; i++)
        drawn[pick(pool, NOW)]++;
    for (int i = 0; i < 6; i++)
        assert_in_range(drawn[i], 850, 1150);
    pool_destroy(pool);
    pool_destroy(NULL);
}

/* Operators are drawn alike, not addresses: one with many is not asked more. */
static void an_operators_addresses_share_its_turn(void **state)
{
    struct pool_entry entries[5];
    struct pool *pool;
    unsigned drawn[2] = {0};
    (void)state;
    rng = fixed_rng(4);
    for (uint32_t i = 0; i < 5; i++)
        entries[i] = (struct pool_entry){.address = address_v4("192.0.2.1", (uint16_t)(53 + i)),
                                         .operator_key = i == 2 ? 9 : 5};
    assert_int_equal(pool_create(&pool, entries, 5, 1000, &rng, NOW), 0);
    assert_int_equal(pool_usable_operators(pool), 2);
    for (int i = 0; i < 2000; i++)
        drawn[pool_at(pool, pick(pool, NOW))->operator_index]++;
    assert_in_range(drawn[0], 880, 1120);
    pool_destroy(pool);
}

static void an_operators_addresses_share_its_ceiling(void **state)
{
    struct pool *pool = create(3, 3, 10);
    (void)state;
    uint32_t resolver = pick(pool, NOW);
    pool_take(pool, resolver, NOW);
    for (uint32_t i = 0; i < 3; i++)
        assert_false(pool_is_due(pool, i, NOW + 100 * NS_PER_MS - 1));
    assert_int_equal(pick(pool, NOW), POOL_NONE);
    assert_int_equal(pool_due(pool, NOW), NOW + 100 * NS_PER_MS);
    assert_int_equal(pool_due_of(pool, 0), NOW + 100 * NS_PER_MS);
    assert_int_not_equal(pick(pool, NOW + 100 * NS_PER_MS), POOL_NONE);
    pool_destroy(pool);
}

/* BEFORE failures do no harm, one more benches. */
static void check_bench(enum pool_outcome outcome, bool is_known, unsigned before)
{
    struct pool *pool = create(2, 1, 0);
    if (is_known)
        pool_note(pool, 0, POOL_ANSWERED, NS_PER_MS, NOW);
    note(pool, 0, outcome, before, NOW + 2 * SILENCE);
    assert_int_equal(pool_at(pool, 0)->state, POOL_ACTIVE);
    note(pool, 0, outcome, 1, NOW + 2 * SILENCE);
    assert_int_equal(pool_at(pool, 0)->state, POOL_BENCHED);
    assert_int_equal(pool_usable_operators(pool), 1);
    pool_destroy(pool);
}

static void failures_in_a_row_bench_at_their_number(void **state)
{
    (void)state;
    check_bench(POOL_SILENT, false, 9);
    check_bench(POOL_SILENT, true, 24);
    check_bench(POOL_UNREACHABLE, false, 0); /* nobody there */
    check_bench(POOL_UNREACHABLE, true, 6);
    check_bench(POOL_REFUSED, false, 49);
}

static void one_that_has_answered_is_not_benched_for_refusing(void **state)
{
    struct pool *pool = create(2, 1, 0);
    (void)state;
    pool_note(pool, 0, POOL_ANSWERED, NS_PER_MS, NOW);
    note(pool, 0, POOL_REFUSED, 500, NOW + 2 * SILENCE);
    assert_int_equal(pool_at(pool, 0)->state, POOL_ACTIVE);
    pool_destroy(pool);
}

static void an_answer_in_between_starts_the_count_anew(void **state)
{
    struct pool *pool = create(2, 1, 0);
    mono_ns now = NOW;
    (void)state;
    for (int i = 0; i < 10; i++, now += 2 * SILENCE) {
        note(pool, 0, POOL_SILENT, 9, now + SILENCE);
        pool_note(pool, 0, POOL_SERVFAILED, NS_PER_MS, now + SILENCE);
    }
    assert_int_equal(pool_at(pool, 0)->state, POOL_ACTIVE);
    pool_destroy(pool);
}

static void losses_from_before_an_answer_do_not_count(void **state)
{
    struct pool *pool = create(2, 1, 0);
    (void)state;
    pool_note(pool, 0, POOL_ANSWERED, NS_PER_MS, NOW);
    note(pool, 0, POOL_SILENT, 100, NOW + SILENCE - 1); /* sent just before */
    assert_int_equal(pool_at(pool, 0)->state, POOL_ACTIVE);
    note(pool, 0, POOL_SILENT, 25, NOW + SILENCE);
    assert_int_equal(pool_at(pool, 0)->state, POOL_BENCHED);
    pool_destroy(pool);
}

static void what_was_sent_whole_before_is_cut_by_a_limiter(void **state)
{
    (void)state;
    struct pool *pool = create(2, 1, 0);
    assert_false(pool_was_limited(pool, 0, 12, 1232)); /* nothing came whole */
    pool_note_whole(pool, 0, 600);
    pool_note_whole(pool, 0, 300);
    assert_true(pool_was_limited(pool, 0, 600, 1232));
    assert_false(pool_was_limited(pool, 0, 601, 1232)); /* for its length */
    assert_false(pool_was_limited(pool, 0, 513, 512));  /* we take no more */
    assert_true(pool_was_limited(pool, 0, 512, 512));
    assert_false(pool_was_limited(pool, 1, 12, 1232)); /* another one */
    pool_destroy(pool);
}

static void benched_one_gets_one_query_after_its_time(void **state)
{
    struct pool *pool = create(2, 1, 0);
    (void)state;
    note(pool, 0, POOL_SILENT, 10, NOW);
    for (int i = 0; i < 200; i++)
        assert_int_equal(pick(pool, NOW + NS_PER_S - 1), 1);
    mono_ns later = NOW + NS_PER_S;
    uint32_t resolver = 1;
    for (int i = 0; i < 200 && resolver != 0; i++)
        resolver = pick(pool, later);
    assert_int_equal(resolver, 0);
    assert_int_equal(pool_at(pool, 0)->state, POOL_PROBATION);
    pool_take(pool, 0, later);
    for (int i = 0; i < 200; i++) /* its one query is out */
        assert_int_equal(pick(pool, later), 1);
    pool_release(pool, 0, later);
    pool_note(pool, 0, POOL_ANSWERED, NS_PER_MS, later);
    assert_int_equal(pool_at(pool, 0)->state, POOL_ACTIVE);
    assert_int_equal(pool_usable_operators(pool), 2);
    pool_destroy(pool);
}

static void bench_time_doubles_to_a_bound(void **state)
{
    struct pool *pool = create(2, 1, 0);
    mono_ns now = NOW, expected = NS_PER_S;
    (void)state;
    note(pool, 0, POOL_SILENT, 10, now);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(pool_at(pool, 0)->bench_until - now, expected);
        now += expected;
        (void)pick(pool, now); /* releases it */
        assert_int_equal(pool_at(pool, 0)->state, POOL_PROBATION);
        note(pool, 0, POOL_SILENT, 1, now);
        assert_int_equal(pool_at(pool, 0)->state, POOL_BENCHED);
        expected = expected < 64 * NS_PER_S ? expected * 2 : expected;
    }
    pool_destroy(pool);
}

static void a_probation_nobody_hears_of_again_ends(void **state)
{
    struct pool *pool = create(1, 1, 0);
    (void)state;
    note(pool, 0, POOL_SILENT, 10, NOW);
    mono_ns later = NOW + NS_PER_S;
    (void)pick(pool, later);
    pool_take(pool, 0, later);
    assert_int_equal(pool_at(pool, 0)->state, POOL_PROBATION);
    assert_int_equal(pick(pool, later + 5 * NS_PER_S), 0);
    pool_destroy(pool);
}

static void all_benched_are_all_asked(void **state)
{
    struct pool *pool = create(3, 1, 10);
    unsigned drawn[3] = {0};
    mono_ns now = NOW;
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        note(pool, i, POOL_SILENT, 10, NOW);
    assert_int_equal(pool_usable_operators(pool), 3); /* agreement never asks for none */
    now += 700 * NS_PER_MS;                           /* rests are over, the bench is not */
    for (int i = 0; i < 3; i++) {
        uint32_t resolver = pick(pool, now);
        assert_int_not_equal(resolver, POOL_NONE);
        pool_take(pool, resolver, now);
        pool_release(pool, resolver, now);
        drawn[resolver]++;
    }
    for (int i = 0; i < 3; i++) /* the ceilings hold */
        assert_int_equal(drawn[i], 1);
    assert_int_equal(pick(pool, now), POOL_NONE);
    assert_true(pool_due(pool, now) > now);
    assert_true(pool_due(pool, now) <= now + 100 * NS_PER_MS);
    pool_destroy(pool);
}

static void a_part_of_an_operator_may_be_benched(void **state)
{
    struct pool *pool = create(4, 2, 0);
    (void)state;
    note(pool, 0, POOL_SILENT, 10, NOW);
    assert_int_equal(pool_usable_operators(pool), 2);
    for (int i = 0; i < 400; i++)
        assert_int_not_equal(pick(pool, NOW + 700 * NS_PER_MS), 0);
    note(pool, 1, POOL_SILENT, 10, NOW);
    assert_int_equal(pool_usable_operators(pool), 1);
    pool_destroy(pool);
}

static void figures_and_events_tell_of_benches(void **state)
{
    struct pool *pool = create(4, 1, 0);
    struct pool_event event;
    (void)state;
    assert_false(pool_next_event(pool, &event));
    pool_note(pool, 3, POOL_ANSWERED, NS_PER_MS, NOW);
    note(pool, 0, POOL_SILENT, 10, NOW);
    note(pool, 1, POOL_REFUSED, 50, NOW);
    struct pool_figures figures = pool_figures(pool);
    assert_int_equal(figures.usable, 1);
    assert_int_equal(figures.benched_dead, 1);
    assert_int_equal(figures.benched_refusing, 1);
    assert_true(pool_next_event(pool, &event));
    assert_int_equal(event.resolver, 0);
    assert_int_equal(event.reason, POOL_BENCH_DEAD);
    assert_int_equal(event.bench_time, NS_PER_S);
    assert_true(pool_next_event(pool, &event));
    assert_int_equal(event.reason, POOL_BENCH_REFUSING);
    assert_false(pool_next_event(pool, &event));
    pool_note(pool, 0, POOL_ANSWERED, NS_PER_MS, NOW + 1); /* a late reply brings it back */
    assert_true(pool_next_event(pool, &event));
    assert_true(event.is_back);
    assert_int_equal(pool_at(pool, 0)->state, POOL_ACTIVE);
    pool_destroy(pool);
}

/* What a zone is blamed for says nothing of the resolver. */
static void an_excused_outcome_leaves_the_rate_alone(void **state)
{
    struct pool *pool = create(1, 1, 0);
    (void)state;
    pool_note(pool, 0, POOL_ANSWERED, 50 * NS_PER_MS, NOW + SILENCE);
    float usual = pool_usual_trouble(pool, 0);
    pool_excuse(pool);
    pool_note(pool, 0, POOL_SERVFAILED, 50 * NS_PER_MS, NOW + SILENCE);
    assert_true(pool_usual_trouble(pool, 0) <= usual);
    pool_note(pool, 0, POOL_SERVFAILED, 50 * NS_PER_MS, NOW + SILENCE); /* one excuse each */
    assert_true(pool_usual_trouble(pool, 0) > usual);
    pool_destroy(pool);
}

/* Each try goes elsewhere and late answers count, so half as long again is later enough. */
static void the_wait_starts_at_a_second_and_grows(void **state)
{
    struct pool *pool = create(1, 1, 0);
    (void)state;
    assert_int_equal(pool_rto(pool, 0, 1), NS_PER_S);
    assert_int_equal(pool_rto(pool, 0, 2), 1500 * NS_PER_MS);
    assert_int_equal(pool_rto(pool, 0, 4), 3375 * NS_PER_MS);
    assert_int_equal(pool_rto(pool, 0, 12), 60 * NS_PER_S);
    assert_int_equal(pool_rto(pool, 0, 200), 60 * NS_PER_S);
    pool_destroy(pool);
}

static void the_wait_follows_rfc_6298(void **state)
{
    struct pool *pool = create(1, 1, 0);
    (void)state;
    pool_note(pool, 0, POOL_ANSWERED, 400 * NS_PER_MS, NOW);
    assert_int_equal(pool_rto(pool, 0, 1), (400 + 4 * 200) * NS_PER_MS);
    pool_note(pool, 0, POOL_ANSWERED, 400 * NS_PER_MS, NOW);
    assert_int_equal(pool_rto(pool, 0, 1), (400 + 4 * 150) * NS_PER_MS);
    for (int i = 0; i < 200; i++)
        pool_note(pool, 0, POOL_ANSWERED, NS_PER_MS, NOW);
    assert_int_equal(pool_rto(pool, 0, 1), 200 * NS_PER_MS); /* not below */
    mono_ns before = pool_rto(pool, 0, 1);
    pool_note(pool, 0, POOL_SILENT, 3 * NS_PER_S, NOW); /* silence is no sample */
    assert_int_equal(pool_rto(pool, 0, 1), before);
    pool_destroy(pool);
}

static void good_standing_is_lost_above_a_fifth(void **state)
{
    struct pool *pool = create(1, 1, 0);
    (void)state;
    assert_true(pool_is_good_standing(pool, 0));
    for (int i = 0; i < 1000; i++)
        pool_note(pool, 0, i % 20 == 0 ? POOL_SERVFAILED : POOL_ANSWERED, NS_PER_MS, NOW);
    assert_true(pool_is_good_standing(pool, 0));
    for (int i = 0; i < 1000; i++)
        pool_note(pool, 0, i % 2 == 0 ? POOL_SERVFAILED : POOL_ANSWERED, NS_PER_MS, NOW);
    assert_false(pool_is_good_standing(pool, 0));
    for (int i = 0; i < 100; i++)
        pool_note(pool, 0, POOL_ANSWERED, NS_PER_MS, NOW);
    assert_true(pool_is_good_standing(pool, 0));
    pool_destroy(pool);
}

static void one_outside_is_never_drawn(void **state)
{
    struct pool_entry entries[3];
    struct pool *pool;
    (void)state;
    rng = fixed_rng(3);
    for (uint32_t i = 0; i < 3; i++) {
        char text[32];
        snprintf(text, sizeof text, "192.0.2.%u", i + 1);
        entries[i] = (struct pool_entry){.address = address_v4(text, 53),
                                         .list_index = i,
                                         .operator_key = i,
                                         .is_outside = true};
    }
    assert_int_equal(pool_create(&pool, entries, 3, 1000, &rng, NOW), 0);
    assert_int_equal(pool_admitted_count(pool), 0);
    assert_int_equal(pick(pool, NOW), POOL_NONE);
    assert_true(pool_is_due(pool, 1, NOW)); /* a query pinned to it may leave */
    pool_note(pool, 1, POOL_ANSWERED, NS_PER_MS, NOW);
    note(pool, 1, POOL_SILENT, 100, NOW);
    assert_int_equal(pool_at(pool, 1)->state, POOL_OUTSIDE);
    pool_admit(pool, 1, NOW);
    pool_admit(pool, 1, NOW);
    pool_admit(pool, 2, NOW);
    assert_int_equal(pool_admitted_count(pool), 2);
    mono_ns later = NOW + NS_PER_S;
    for (int i = 0; i < 100; i++)
        assert_int_not_equal(pick(pool, later), 0);
    pool_expel(pool, 1);
    for (int i = 0; i < 100; i++)
        assert_int_equal(pick(pool, later), 2);
    note(pool, 2, POOL_SILENT, 100, later); /* benched: the only one left is asked still */
    assert_int_equal(pool_figures(pool).benched_dead, 1);
    pool_expel(pool, 2);
    assert_int_equal(pool_figures(pool).benched_dead, 0);
    assert_int_equal(pick(pool, later + 100 * NS_PER_S), POOL_NONE);
    pool_destroy(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_resolver_is_drawn_alike),
        cmocka_unit_test(an_operators_addresses_share_its_turn),
        cmocka_unit_test(an_operators_addresses_share_its_ceiling),
        cmocka_unit_test(failures_in_a_row_bench_at_their_number),
        cmocka_unit_test(one_that_has_answered_is_not_benched_for_refusing),
        cmocka_unit_test(an_answer_in_between_starts_the_count_anew),
        cmocka_unit_test(losses_from_before_an_answer_do_not_count),
        cmocka_unit_test(what_was_sent_whole_before_is_cut_by_a_limiter),
        cmocka_unit_test(benched_one_gets_one_query_after_its_time),
        cmocka_unit_test(bench_time_doubles_to_a_bound),
        cmocka_unit_test(a_probation_nobody_hears_of_again_ends),
        cmocka_unit_test(all_benched_are_all_asked),
        cmocka_unit_test(a_part_of_an_operator_may_be_benched),
        cmocka_unit_test(figures_and_events_tell_of_benches),
        cmocka_unit_test(an_excused_outcome_leaves_the_rate_alone),
        cmocka_unit_test(the_wait_starts_at_a_second_and_grows),
        cmocka_unit_test(the_wait_follows_rfc_6298),
        cmocka_unit_test(good_standing_is_lost_above_a_fifth),
        cmocka_unit_test(one_outside_is_never_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
