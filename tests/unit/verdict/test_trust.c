// SPDX-License-Identifier: BSD-2-Clause
/* verdict/trust.c: what convicts and what never does, how many checks are wanted, and what
 * the estimate says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "verdict/trust.h"

#define FEW        4
#define MANY       2000
#define CHECKS_TOP 26 /* most that are ever wanted */

static struct trust *with_admitted(size_t count)
{
    struct trust *trust;
    assert_int_equal(trust_create(&trust, count), 0);
    for (uint32_t i = 0; i < count; i++)
        trust_admit(trust, i);
    return trust;
}

static void note_negatives(struct trust *trust, uint32_t resolver, unsigned count)
{
    while (count--)
        trust_note_negative(trust, resolver);
}

static void note_passes(struct trust *trust, uint32_t resolver, unsigned count)
{
    while (count--)
        trust_note_pass(trust, resolver);
}

/* --- states --- */

static void outcasts_are_those_that_are_out(void **unused)
{
    (void)unused;
    struct trust *trust;
    assert_int_equal(trust_create(&trust, FEW), 0);
    assert_int_equal(trust_at(trust, 0)->state, TRUST_NEW);
    trust_fail(trust, 0, TRUST_DEAD);
    trust_fail(trust, 0, TRUST_REFUSES); /* again, for another reason */
    assert_int_equal(trust->outcasts, 1);
    assert_int_equal(trust_at(trust, 0)->reason, TRUST_REFUSES);
    trust_admit(trust, 0);
    assert_int_equal(trust->outcasts, 0);
    assert_int_equal(trust_at(trust, 0)->reason, TRUST_NO_REASON);
    assert_true(trust_convict(trust, 0, TRUST_REWRITES));
    assert_int_equal(trust->outcasts, 1);
    assert_false(trust_convict(trust, 0, TRUST_HIDES));
    assert_int_equal(trust_at(trust, 0)->reason, TRUST_REWRITES);
    trust_destroy(trust);
    trust_destroy(NULL);
}

static void no_resolvers_are_no_trouble(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(0);
    assert_int_equal(trust_next_check(trust, 5, 1), UINT32_MAX);
    struct trust_loss sum = {0};
    trust_add_loss(trust, &sum);
    assert_false(trust_estimate(&sum, 0).is_known);
    trust_destroy(trust);
}

/* --- what convicts --- */

/* NAMES: one letter a denied name. How many were noted when it was convicted; 0: never. */
static unsigned denials_until_convicted(struct trust *trust, uint32_t resolver, const char *names)
{
    for (unsigned i = 0; names[i]; i++) {
        if (trust_note_denial(trust, resolver, (uint32_t)names[i]))
            return i + 1;
    }
    return 0;
}

static void two_names_denied_convict_or_one_four_times(void **unused)
{
    (void)unused;
    static const struct {
        const char *names;
        unsigned until;
    } rows[] = {
        {"", 0}, {"A", 0}, {"AB", 2}, {"AAA", 0}, {"AAAA", 4}, {"AAB", 3}, {"AAAB", 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct trust *trust = with_admitted(1);
        assert_int_equal(denials_until_convicted(trust, 0, rows[i].names), rows[i].until);
        assert_int_equal(trust->denials, strlen(rows[i].names));
        assert_int_equal(trust->checks, strlen(rows[i].names));
        trust_destroy(trust);
    }
}

static void eight_false_names_convict(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(1);
    for (unsigned i = 0; i < 300; i++) /* one and the same is no pattern */
        assert_false(trust_note_false(trust, 0, 1));
    for (uint32_t name = 2; name < TRUST_FALSE_NAMES; name++)
        assert_false(trust_note_false(trust, 0, name));
    assert_true(trust_note_false(trust, 0, TRUST_FALSE_NAMES));
    trust_destroy(trust);
}

static void the_users_resolver_is_never_convicted(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(1);
    trust_at(trust, 0)->is_trusted = true;
    for (uint32_t name = 0; name < 1000; name++) {
        assert_false(trust_note_denial(trust, 0, name));
        assert_false(trust_note_denial(trust, 0, 7));
        assert_false(trust_note_false(trust, 0, name));
    }
    assert_false(trust_convict(trust, 0, TRUST_REWRITES));
    assert_int_equal(trust_at(trust, 0)->state, TRUST_ADMITTED);
    assert_int_equal(trust->outcasts, 0);
    trust_destroy(trust);
}

static void a_convicted_one_is_not_convicted_again(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(1);
    assert_true(trust_convict(trust, 0, TRUST_HIDES));
    assert_int_equal(denials_until_convicted(trust, 0, "ABCDE"), 0);
    for (uint32_t name = 0; name < 20; name++)
        assert_false(trust_note_false(trust, 0, name));
    trust_note_pass(trust, 0);
    assert_int_equal(trust->checks, 0);
    assert_int_equal(trust->denials, 0);
    trust_destroy(trust);
}

static void conviction_takes_its_figures_out(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(2);
    note_passes(trust, 0, 10);
    note_passes(trust, 1, 3);
    note_negatives(trust, 0, 7);
    note_negatives(trust, 1, 5);
    assert_int_equal(denials_until_convicted(trust, 1, "AB"), 2);
    assert_int_equal(trust->checks, 15);
    assert_int_equal(trust->givers, 2);
    /* N checks would have shown N in N + 1 of those that hide. */
    assert_true(fabs(trust->tested - (10.0 / 11 + 3.0 / 4)) < 1e-9);
    assert_true(trust_convict(trust, 1, TRUST_HIDES));
    assert_int_equal(trust->checks, 10);
    assert_int_equal(trust->denials, 0);
    assert_int_equal(trust->negatives, 7);
    assert_int_equal(trust->givers, 1);
    assert_int_equal(trust->hiders, 1);
    assert_true(fabs(trust->tested - (10.0 / 11 + 1)) < 1e-9); /* now all is known of it */
    assert_true(trust_convict(trust, 0, TRUST_REWRITES));
    assert_int_equal(trust->hiders, 1);
    assert_int_equal(trust->negatives, 0);
    assert_int_equal(trust->givers, 0);
    trust_destroy(trust);
}

/* --- data --- */

static void other_data_than_others_give_lower_the_weight_and_convict_nobody(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(2);
    assert_false(trust_is_outvoted(trust, 0));
    trust_note_data(trust, 0, false);
    for (unsigned i = 0; i < 5; i++) {
        assert_true(trust_is_outvoted(trust, 0)); /* one in up to six */
        trust_note_data(trust, 0, true);
    }
    assert_true(trust_is_outvoted(trust, 0));
    trust_note_data(trust, 0, true);
    assert_false(trust_is_outvoted(trust, 0));
    for (unsigned i = 0; i < 70000; i++)
        trust_note_data(trust, 1, false);
    assert_int_equal(trust_at(trust, 1)->data_outvoted, UINT16_MAX);
    assert_true(trust_is_outvoted(trust, 1));
    assert_int_equal(trust_at(trust, 1)->state, TRUST_ADMITTED);
    trust_destroy(trust);
}

static void one_that_gives_data_as_the_others_do_not_is_talkative(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(2);
    for (unsigned i = 0; i < 2; i++)
        trust_note_word(trust, 0, true);
    assert_false(trust_is_talkative(trust, 0));
    trust_note_word(trust, 0, true);
    assert_true(trust_is_talkative(trust, 0));
    assert_false(trust_is_talkative(trust, 1));
    for (unsigned i = 0; i < 8; i++)
        trust_note_word(trust, 0, false);
    assert_false(trust_is_talkative(trust, 0)); /* of its last eight words none */
    for (unsigned i = 0; i < 1000; i++)
        trust_note_word(trust, i % 2, true);
    assert_false(trust_is_talkative(trust, 0)); /* all do: names exist */
    for (unsigned i = 0; i < 2000; i++)
        trust_note_word(trust, 1, false);
    assert_true(trust_is_talkative(trust, 0));
    trust_destroy(trust);
}

/* --- checks --- */

static void checks_are_wanted_of_those_whose_word_counts(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(FEW);
    assert_int_equal(trust_checks_wanted(trust, 0, 100, 1), 0); /* it denied nothing yet */
    for (uint32_t i = 0; i < FEW; i++)
        note_negatives(trust, i, 100);
    assert_true(trust_checks_wanted(trust, 0, 100, 1) > 0);
    assert_int_equal(trust_checks_wanted(trust, 0, 0, 1), 0); /* nothing to check with */
    assert_int_equal(trust_checks_wanted(trust, 0, 1, 1), 1);
    trust_at(trust, 1)->is_trusted = true;
    assert_int_equal(trust_checks_wanted(trust, 1, 100, 1), 0);
    trust_fail(trust, 2, TRUST_DEAD);
    assert_int_equal(trust_checks_wanted(trust, 2, 100, 1), 0);
    trust_at(trust, 3)->exhausted = 100;
    assert_int_equal(trust_checks_wanted(trust, 3, 100, 1), 0);
    assert_true(trust_checks_wanted(trust, 3, 101, 1) > 0);
    trust_destroy(trust);
}

/* (N + 1)(N + 2) >= share * givers * hiders / TRUST_LOSS_ACCEPTED, hiders 1 in 50 at first. */
static void as_many_checks_as_the_formula_says(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(MANY);
    note_negatives(trust, 0, 9000);
    assert_int_equal(trust_checks_wanted(trust, 0, 100, 1), 19); /* 20 * 21 >= 400 */
    assert_int_equal(trust_checks_wanted(trust, 0, 18, 1), 18);
    note_negatives(trust, 1, 1000);
    assert_int_equal(trust_checks_wanted(trust, 0, 100, 1), CHECKS_TOP); /* 27 * 28 >= 720 */
    assert_int_equal(trust_checks_wanted(trust, 1, 100, 1), 8);          /* 9 * 10 >= 80 */
    for (uint32_t i = 2; i < MANY; i++)
        note_passes(trust, i, 4);
    /* 1,998 are tested by four parts in five: 1 in 1,648; 5 * 6 >= 21.8. */
    assert_int_equal(trust_checks_wanted(trust, 0, 100, 1), 4);
    assert_int_equal(trust_checks_wanted(trust, 1, 100, 1), 1); /* 2 * 3 >= 2.4 */
    trust_destroy(trust);
}

static void more_is_wanted_the_more_there_is_at_stake(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(FEW);
    note_negatives(trust, 1, 1000);
    note_negatives(trust, 2, 1);
    unsigned last = 0;
    for (unsigned i = 0; i < 100; i++) { /* with its part of the negatives */
        note_negatives(trust, 0, 20);
        unsigned wanted = trust_checks_wanted(trust, 0, 1000, 1);
        assert_in_range(wanted, last, CHECKS_TOP);
        last = wanted;
    }
    last = 0;
    for (int step = 0; step <= 64; step++) { /* as the run goes on */
        unsigned wanted = trust_checks_wanted(trust, 1, 1000, step / 64.0);
        assert_in_range(wanted, last, CHECKS_TOP);
        last = wanted;
    }
    assert_true(last > 1);
    unsigned before = trust_checks_wanted(trust, 1, 1000, 1);
    assert_true(trust_convict(trust, 3, TRUST_HIDES)); /* with each that is caught */
    assert_true(trust_checks_wanted(trust, 1, 1000, 1) > before);
    assert_int_equal(trust_checks_wanted(trust, 2, 1000, 0.5), 0); /* not for one negative */
    trust_destroy(trust);
}

static void a_suspect_is_checked_until_it_is_clear(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(MANY);
    note_negatives(trust, 0, 1);
    for (uint32_t i = 1; i < MANY; i++) {
        note_negatives(trust, i, 100);
        note_passes(trust, i, 4);
    }
    assert_int_equal(trust_checks_wanted(trust, 0, 100, 1), 0);
    assert_false(trust_note_denial(trust, 0, 5));
    assert_int_equal(trust_checks_wanted(trust, 0, 100, 1), CHECKS_TOP);
    assert_int_equal(trust_checks_wanted(trust, 0, 100, 0), CHECKS_TOP);
    assert_false(trust_is_enough(trust, 100));
    trust_destroy(trust);
}

static void whoever_wants_a_check_is_found_in_turn(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(MANY);
    assert_int_equal(trust_next_check(trust, 100, 1), UINT32_MAX);
    note_negatives(trust, 1500, 10);
    unsigned calls = 1;
    while (trust_next_check(trust, 100, 1) != 1500)
        assert_in_range(++calls, 2, MANY / 100);
    assert_true(calls > 3); /* no call looks at all of them */
    trust_at(trust, 1500)->pending = CHECKS_TOP;
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(trust_next_check(trust, 100, 1), UINT32_MAX);
    trust_destroy(trust);
}

static void enough_is_when_little_can_be_hidden(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(1);
    assert_true(trust_is_enough(trust, 0)); /* it said nothing */
    note_negatives(trust, 0, 100);
    note_passes(trust, 0, 18);
    assert_false(trust_is_enough(trust, 100)); /* 0.02 / (19 * 20) > 5e-5 */
    note_passes(trust, 0, 1);
    assert_true(trust_is_enough(trust, 100));
    trust_destroy(trust);
}

/* --- the estimate --- */

static struct trust_estimate estimate_of(const struct trust *trust, double undecided)
{
    struct trust_loss sum = {0};
    trust_add_loss(trust, &sum);
    return trust_estimate(&sum, undecided);
}

static void check_bounds(struct trust_estimate e)
{
    assert_true(e.is_known);
    if (!(0 <= e.low && e.low <= e.value && e.value <= e.high && e.high <= 1))
        fail_msg("low %.9f value %.9f high %.9f", e.low, e.value, e.high);
}

static void without_checks_nothing_is_estimated(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(1);
    assert_false(estimate_of(trust, 0).is_known);
    note_negatives(trust, 0, 10);
    assert_false(estimate_of(trust, 0).is_known);
    note_passes(trust, 0, 1);
    struct trust_estimate e = estimate_of(trust, 0);
    check_bounds(e);
    /* 1 in 50.5 hides; p = (1 / 2) / (1 / 2 + 49.5), and then a third of it. */
    assert_true(fabs(e.value - (1 - 0.01 / 3)) < 1e-9);
    assert_true(fabs(estimate_of(trust, 0.25).value - 0.75 * e.value) < 1e-9);
    check_bounds(estimate_of(trust, 1));
    trust_destroy(trust);
}

static void checks_passed_raise_it_and_checks_failed_lower_it(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(FEW);
    struct trust_estimate last = {0};
    for (uint32_t i = 0; i < FEW; i++)
        note_negatives(trust, i, 50 * (i + 1));
    for (unsigned passed = 0; passed < 200; passed++) {
        trust_note_pass(trust, passed % FEW);
        struct trust_estimate e = estimate_of(trust, 0);
        check_bounds(e);
        assert_true(e.value > last.value && e.low > last.low);
        last = e;
    }
    assert_true(last.value > 0.9999 && last.low > 0.97);
    assert_false(trust_note_denial(trust, 0, 1));
    struct trust_estimate e = estimate_of(trust, 0);
    check_bounds(e);
    assert_true(e.low < last.low && e.high < last.high);
    trust_destroy(trust);
}

static void workers_sums_add_up(void **unused)
{
    (void)unused;
    struct trust *trust = with_admitted(1);
    struct trust_loss sum = {0};
    note_negatives(trust, 0, 10);
    note_passes(trust, 0, 9);
    trust_add_loss(trust, &sum);
    struct trust_estimate one = trust_estimate(&sum, 0);
    trust_add_loss(trust, &sum);
    struct trust_estimate two = trust_estimate(&sum, 0);
    assert_true(fabs(one.value - two.value) < 1e-12);
    assert_true(two.low > one.low); /* surer */
    assert_int_equal(sum.checks, 18);
    trust_destroy(trust);
}

/* Means and variances of all sizes, also of shapes for which the approximation of the
 * quantile falls below the mean. */
static void ends_stay_on_their_sides(void **unused)
{
    (void)unused;
    static const uint64_t checks[] = {1, 26, 1000, 1000000000};
    for (int m = -14; m < 0; m++) {
        for (int s = -80; s <= 80; s++) {
            double mean = pow(3, m), shape = pow(1.12, s);
            for (unsigned i = 0; i < 4; i++) {
                const struct trust_loss sum = {.negatives = 10,
                                               .mean = 10 * mean,
                                               .variance = 100 * mean * mean / shape,
                                               .checks = checks[i]};
                check_bounds(trust_estimate(&sum, 0.001));
            }
        }
    }
}

static void every_reason_has_its_own_words(void **unused)
{
    (void)unused;
    for (int a = 0; a < TRUST_REASON_COUNT; a++) {
        const char *text = trust_reason_text((enum trust_reason)a);
        assert_non_null(text);
        for (int b = 0; b < a; b++)
            assert_string_not_equal(text, trust_reason_text((enum trust_reason)b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcasts_are_those_that_are_out),
        cmocka_unit_test(no_resolvers_are_no_trouble),
        cmocka_unit_test(two_names_denied_convict_or_one_four_times),
        cmocka_unit_test(eight_false_names_convict),
        cmocka_unit_test(the_users_resolver_is_never_convicted),
        cmocka_unit_test(a_convicted_one_is_not_convicted_again),
        cmocka_unit_test(conviction_takes_its_figures_out),
        cmocka_unit_test(other_data_than_others_give_lower_the_weight_and_convict_nobody),
        cmocka_unit_test(one_that_gives_data_as_the_others_do_not_is_talkative),
        cmocka_unit_test(checks_are_wanted_of_those_whose_word_counts),
        cmocka_unit_test(as_many_checks_as_the_formula_says),
        cmocka_unit_test(more_is_wanted_the_more_there_is_at_stake),
        cmocka_unit_test(a_suspect_is_checked_until_it_is_clear),
        cmocka_unit_test(whoever_wants_a_check_is_found_in_turn),
        cmocka_unit_test(enough_is_when_little_can_be_hidden),
        cmocka_unit_test(without_checks_nothing_is_estimated),
        cmocka_unit_test(checks_passed_raise_it_and_checks_failed_lower_it),
        cmocka_unit_test(workers_sums_add_up),
        cmocka_unit_test(ends_stay_on_their_sides),
        cmocka_unit_test(every_reason_has_its_own_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
