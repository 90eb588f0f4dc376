// SPDX-License-Identifier: BSD-2-Clause
/* verdict/wildcard_pool.c: when a set of data is complete. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verdict/wildcard_pool.h"

static struct wildcard_pool pool;

static void start(void)
{
    wildcard_pool_deinit(&pool);
    wildcard_pool_begin_anew(&pool);
}

/* One probe out and back with COUNT data from FIRST on. */
static void show(uint64_t first, unsigned count)
{
    struct wildcard_data data = {.count = (uint8_t)count};
    for (unsigned i = 0; i < count; i++)
        data.hashes[i] = first + i;
    pool.asked++;
    pool.out++;
    wildcard_pool_note(&pool, count ? WILDCARD_PROBE_DATA : WILDCARD_PROBE_NODATA, &data,
                       WILDCARD_OP_UNKNOWN);
}

static void lose(void)
{
    pool.asked++;
    pool.out++;
    wildcard_pool_note(&pool, WILDCARD_PROBE_LOST, NULL, WILDCARD_OP_UNKNOWN);
}

/* Answers until no more probes are wanted, all old. */
static unsigned quiet_until_content(void)
{
    unsigned count = 0;
    while (wildcard_pool_wanted(&pool, true) && count < 1000) {
        show(pool.data[0].hash, pool.shown_min);
        count++;
    }
    return count;
}

static void one_answer_is_wanted_until_the_parent_is_settled(void **unused)
{
    (void)unused;
    start();
    assert_int_equal(wildcard_pool_wanted(&pool, false), 1);
    assert_int_equal(wildcard_pool_wanted(&pool, true), 1);
    show(1, 1);
    assert_int_equal(wildcard_pool_wanted(&pool, false), 0);
    assert_int_equal(wildcard_pool_wanted(&pool, true), WILDCARD_OUT_MAX);
}

static void growth_stops_at_one_percent_and_is_sure_at_a_ten_thousandth(void **unused)
{
    (void)unused;
    /* data known, shown at once, quiet answers for 1 %, more for 0.01 %: from
     * ln(limit) / ln(1 - 1/(n/k + 1)), rounded up */
    static const struct {
        unsigned known, shown, stop, sure;
    } cases[] = {{1, 1, 7, 14}, {2, 1, 12, 23}, {3, 1, 17, 33}, {5, 1, 26, 51},
                 {4, 4, 7, 14}, {8, 4, 12, 23}, {10, 5, 12, 23}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start();
        for (unsigned known = 0; known < cases[i].known; known += cases[i].shown)
            show(known + 1, cases[i].shown);
        assert_int_equal(pool.count, cases[i].known);
        assert_int_equal(quiet_until_content(), cases[i].stop);
        assert_false(wildcard_pool_rules_out(&pool, 2));
        pool.wants_sure = true;
        assert_int_equal(quiet_until_content(), cases[i].sure - cases[i].stop);
        assert_true(wildcard_pool_rules_out(&pool, 2));
    }
}

static void a_new_datum_starts_the_count_again(void **unused)
{
    (void)unused;
    start();
    show(1, 1);
    assert_int_equal(quiet_until_content(), 7);
    show(2, 1);
    assert_int_equal(quiet_until_content(), 12);
}

static void the_fewest_shown_at_once_counts(void **unused)
{
    (void)unused;
    start();
    show(1, 4);
    show(1, 1);
    assert_int_equal(pool.quiet, 1);
    assert_int_equal(1 + quiet_until_content(), 21); /* as four single ones */
}

static void at_most_64_probes_whatever_happens(void **unused)
{
    (void)unused;
    start();
    for (uint64_t next = 1; wildcard_pool_wanted(&pool, true); next++)
        show(next, 1);
    assert_int_equal(pool.asked, WILDCARD_PROBES_MAX);
    assert_false(wildcard_pool_rules_out(&pool, 2));
    pool.wants_sure = true;
    assert_int_equal(wildcard_pool_wanted(&pool, true), 0);
}

/* Ten data in 64 replies, ONCE of them in one reply alone. */
static void spend(unsigned once)
{
    start();
    for (unsigned i = 0; i < WILDCARD_PROBES_MAX; i++)
        show(i < once ? 100 + i : i % (10 - once), 1);
    assert_int_equal(pool.count, 10);
    assert_int_equal(pool.asked, WILDCARD_PROBES_MAX);
}

static void what_spent_probes_leave_unseen_takes_more_replies_to_rule_out(void **unused)
{
    (void)unused;
    /* (f + 2 sqrt(f + 1)) / 64 to the power of the replies, at most 0.001 */
    static const struct {
        unsigned once, replies;
    } cases[] = {{1, 3}, {3, 4}, {5, 4}, {8, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        spend(cases[i].once);
        pool.chance_missed = 1; /* not by the quiet run at the end */
        assert_false(wildcard_pool_rules_out(&pool, cases[i].replies - 1));
        assert_true(wildcard_pool_rules_out(&pool, cases[i].replies));
    }
}

static void one_reply_rules_nothing_out(void **unused)
{
    (void)unused;
    start();
    show(1, 1);
    pool.wants_sure = true;
    (void)quiet_until_content();
    assert_false(wildcard_pool_rules_out(&pool, 1));
    assert_true(wildcard_pool_rules_out(&pool, 2));
}

static void denials_between_do_not_make_it_complete(void **unused)
{
    (void)unused;
    start();
    show(1, 1);
    for (unsigned i = 0; i < 20; i++) {
        pool.asked++;
        pool.out++;
        wildcard_pool_note(&pool, i % 2 ? WILDCARD_PROBE_NXDOMAIN : WILDCARD_PROBE_NODATA, NULL,
                           WILDCARD_OP_UNKNOWN);
    }
    assert_int_equal(pool.quiet, 0);
    assert_false(wildcard_pool_rules_out(&pool, 9));
}

static void what_is_removed_is_no_longer_known(void **unused)
{
    (void)unused;
    start();
    show(1, 3);
    assert_true(wildcard_pool_remove(&pool, 2));
    assert_false(wildcard_pool_remove(&pool, 2));
    assert_false(wildcard_pool_has(&pool, 2));
    assert_true(wildcard_pool_has(&pool, 1) && wildcard_pool_has(&pool, 3));
    assert_int_equal(pool.count, 2);
}

static void replies_to_names_are_adopted_where_the_pool_has_data(void **unused)
{
    (void)unused;
    struct wildcard_data data = {.count = 1, .hashes = {7}};
    start();
    wildcard_pool_adopt(&pool, &data);
    assert_int_equal(pool.count, 0);
    show(1, 1);
    wildcard_pool_adopt(&pool, &data);
    assert_true(wildcard_pool_has(&pool, 7));
    data = (struct wildcard_data){.by_cname = true, .count = 2, .hashes = {8, 9}};
    wildcard_pool_adopt(&pool, &data); /* which of the two it is, is not known */
    assert_int_equal(pool.count, 2);
}

static void a_type_without_data_is_asked_three_times(void **unused)
{
    (void)unused;
    start();
    for (unsigned i = 0; i < 3; i++) {
        assert_false(wildcard_pool_rules_out(&pool, 2));
        assert_int_equal(wildcard_pool_wanted(&pool, true), i ? 3 - i : 1);
        show(0, 0);
    }
    assert_int_equal(wildcard_pool_wanted(&pool, true), 0);
    assert_true(wildcard_pool_rules_out(&pool, 2));
}

static void what_is_in_flight_is_not_wanted_again(void **unused)
{
    (void)unused;
    start();
    show(1, 1);
    for (unsigned out = 0; out <= WILDCARD_OUT_MAX; out++) {
        pool.out = (uint8_t)out;
        assert_int_equal(wildcard_pool_wanted(&pool, true), WILDCARD_OUT_MAX - out);
    }
    pool.out = 0;
    while (pool.quiet < 5)
        show(1, 1);
    assert_int_equal(wildcard_pool_wanted(&pool, true), 2); /* of the seven */
    pool.out = 1;
    assert_int_equal(wildcard_pool_wanted(&pool, true), 1);
}

static void losses_in_flight_together_count_once_then_one_goes_at_a_time(void **unused)
{
    (void)unused;
    start();
    show(1, 1);
    pool.out = 4;
    pool.asked = (uint8_t)(pool.asked + 4);
    for (unsigned i = 0; i < 4; i++)
        wildcard_pool_note(&pool, WILDCARD_PROBE_LOST, NULL, WILDCARD_OP_UNKNOWN);
    assert_false(pool.is_lost);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(wildcard_pool_wanted(&pool, true), 1);
        assert_false(pool.is_lost);
        lose();
    }
    assert_true(pool.is_lost);
    assert_int_equal(wildcard_pool_wanted(&pool, true), 0);
    assert_false(wildcard_pool_rules_out(&pool, 2));
}

static void an_answer_between_losses_makes_good(void **unused)
{
    (void)unused;
    start();
    show(1, 1);
    for (unsigned i = 0; i < 10; i++) {
        lose();
        lose();
        lose();
        show(1, 1);
    }
    assert_false(pool.is_lost);
}

static void a_full_set_is_saturated(void **unused)
{
    (void)unused;
    start();
    for (unsigned i = 0; i < WILDCARD_POOL_MAX / 32; i++)
        show(1 + 32 * i, 32);
    assert_int_equal(pool.count, WILDCARD_POOL_MAX);
    assert_false(pool.is_saturated);
    show(1, 32);
    assert_false(pool.is_saturated);
    show(1 + WILDCARD_POOL_MAX, 1);
    assert_true(pool.is_saturated);
    assert_int_equal(pool.count, WILDCARD_POOL_MAX);
    assert_int_equal(wildcard_pool_wanted(&pool, true), 0);
    assert_false(wildcard_pool_rules_out(&pool, 2));
}

/* Nine of ten seen and all probes spent. */
static void start_spent(void)
{
    start();
    for (unsigned i = 0; i < WILDCARD_PROBES_MAX; i++)
        show(1 + i % 9, 1);
}

static void learn(uint64_t hash)
{
    struct wildcard_data data = {.count = 1, .hashes = {hash}};
    wildcard_pool_learn(&pool, &data);
}

static void a_datum_as_frequent_as_the_members_joins_at_the_eighth_name(void **unused)
{
    (void)unused;
    start_spent();
    for (unsigned round = 1; round <= 8; round++) {
        for (uint64_t hash = 1; hash <= 9; hash++)
            learn(hash);
        assert_false(wildcard_pool_has(&pool, 10));
        learn(10);
    }
    assert_true(wildcard_pool_has(&pool, 10));
    assert_int_equal(pool.count, 10);
}

static void a_datum_much_rarer_or_more_frequent_does_not_join(void **unused)
{
    (void)unused;
    start_spent();
    for (unsigned round = 0; round < 1000; round++) {
        for (uint64_t hash = 1; hash <= 9; hash++)
            learn(hash);
        if (round % 3 == 0)
            learn(10); /* a third of a member's share */
    }
    assert_false(wildcard_pool_has(&pool, 10));
    start_spent();
    for (unsigned round = 0; round < 100; round++) {
        for (unsigned i = 0; i < 27; i++)
            learn(10); /* three times a member's share */
        for (uint64_t hash = 1; hash <= 9; hash++)
            learn(hash);
    }
    assert_false(wildcard_pool_has(&pool, 10));
}

static void many_rare_strangers_do_not_hide_the_frequent_one(void **unused)
{
    (void)unused;
    start_spent();
    uint64_t rare = 1000;
    for (unsigned i = 0; i < 16; i++)
        learn(rare++);
    for (unsigned round = 0; round < 60; round++) {
        for (uint64_t hash = 1; hash <= 9; hash++)
            learn(hash);
        learn(10);
        for (unsigned i = 0; i < 3; i++)
            learn(rare++);
    }
    assert_true(wildcard_pool_has(&pool, 10));
    assert_int_equal(pool.count, 10);
}

static void pools_that_probes_exhaust_learn_nothing(void **unused)
{
    (void)unused;
    start();
    show(1, 1);
    pool.wants_sure = true;
    (void)quiet_until_content();
    for (unsigned i = 0; i < 1000; i++) {
        learn(1);
        learn(2);
    }
    assert_int_equal(pool.count, 1);
    assert_null(pool.strangers);
    start();
    for (unsigned i = 0; i < WILDCARD_PROBES_MAX; i++)
        show(1 + i % 2 * 2, 2); /* four data in pairs: sure long before */
    for (unsigned i = 0; i < 1000; i++)
        learn(1 + i % 5);
    assert_int_equal(pool.count, 4);
}

static int stop(void **unused)
{
    (void)unused;
    wildcard_pool_deinit(&pool);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_answer_is_wanted_until_the_parent_is_settled),
        cmocka_unit_test(growth_stops_at_one_percent_and_is_sure_at_a_ten_thousandth),
        cmocka_unit_test(a_new_datum_starts_the_count_again),
        cmocka_unit_test(the_fewest_shown_at_once_counts),
        cmocka_unit_test(at_most_64_probes_whatever_happens),
        cmocka_unit_test(what_spent_probes_leave_unseen_takes_more_replies_to_rule_out),
        cmocka_unit_test(one_reply_rules_nothing_out),
        cmocka_unit_test(denials_between_do_not_make_it_complete),
        cmocka_unit_test(what_is_removed_is_no_longer_known),
        cmocka_unit_test(replies_to_names_are_adopted_where_the_pool_has_data),
        cmocka_unit_test(a_type_without_data_is_asked_three_times),
        cmocka_unit_test(what_is_in_flight_is_not_wanted_again),
        cmocka_unit_test(losses_in_flight_together_count_once_then_one_goes_at_a_time),
        cmocka_unit_test(an_answer_between_losses_makes_good),
        cmocka_unit_test(a_full_set_is_saturated),
        cmocka_unit_test(a_datum_as_frequent_as_the_members_joins_at_the_eighth_name),
        cmocka_unit_test(a_datum_much_rarer_or_more_frequent_does_not_join),
        cmocka_unit_test(many_rare_strangers_do_not_hide_the_frequent_one),
        cmocka_unit_test(pools_that_probes_exhaust_learn_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, stop);
}
