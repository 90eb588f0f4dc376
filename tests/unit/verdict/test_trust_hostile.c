// SPDX-License-Identifier: BSD-2-Clause
/* verdict/trust.c where most resolvers lie: who is doubted, and what the liars are good for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verdict/trust.h"

static void it_is_hostile_where_more_lied_than_are_believed(void **unused)
{
    (void)unused;
    struct trust *trust;
    assert_int_equal(trust_create(&trust, 7), 0);
    assert_false(trust_is_hostile(trust)); /* none lied, none is believed */
    for (uint32_t i = 0; i < 4; i++)
        trust_admit(trust, i);
    trust_fail(trust, 4, TRUST_REWRITES);
    trust_fail(trust, 5, TRUST_DEAD); /* dead is no liar */
    trust_fail(trust, 6, TRUST_DENIES_ZONE);
    assert_false(trust_is_hostile(trust));
    assert_true(trust_convict(trust, 0, TRUST_HIDES));
    assert_false(trust_is_hostile(trust)); /* as many */
    assert_true(trust_convict(trust, 1, TRUST_HIDES));
    assert_true(trust_is_hostile(trust));
    trust_parole(trust, 1);
    assert_true(trust_is_hostile(trust));
    trust_parole(trust, 0);
    assert_false(trust_is_hostile(trust));
    trust_admit(trust, 0);
    assert_false(trust_is_hostile(trust));
    trust_destroy(trust);
}

static void note_names(struct trust *trust, unsigned count, bool is_split, bool is_at_odds)
{
    while (count--)
        trust_note_name(trust, is_split, is_at_odds);
}

static void those_left_among_liars_are_doubted_when_they_disagree(void **unused)
{
    (void)unused;
    struct trust *trust;
    assert_int_equal(trust_create(&trust, 5), 0);
    trust_admit(trust, 0);
    trust_admit(trust, 1);
    note_names(trust, 64, false, true); /* regions, or lies: nobody was caught */
    assert_int_equal(trust_doubt(trust), TRUST_UNTESTED);
    trust_fail(trust, 2, TRUST_REWRITES);
    trust_fail(trust, 4, TRUST_REWRITES);
    assert_true(trust_convict(trust, 3, TRUST_REWRITES));
    assert_int_equal(trust_doubt(trust), TRUST_UNTESTED); /* what was said before is forgotten */
    note_names(trust, 7, false, false);
    assert_int_equal(trust_doubt(trust), TRUST_UNTESTED);
    note_names(trust, 1, false, false);
    assert_int_equal(trust_doubt(trust), TRUST_NO_DOUBT);
    note_names(trust, 2, false, true); /* two of ten: some have data that differ */
    assert_int_equal(trust_doubt(trust), TRUST_NO_DOUBT);
    note_names(trust, 1, false, true); /* three of eleven */
    assert_int_equal(trust_doubt(trust), TRUST_DOUBT);
    note_names(trust, 19, false, false); /* of thirty */
    assert_int_equal(trust_doubt(trust), TRUST_NO_DOUBT);
    note_names(trust, 1, true, true);
    assert_int_equal(trust_doubt(trust), TRUST_DOUBT);
    note_names(trust, 64, false, false); /* older ones are forgotten */
    assert_int_equal(trust_doubt(trust), TRUST_NO_DOUBT);
    note_names(trust, 7, true, false); /* seven of 64 */
    assert_int_equal(trust_doubt(trust), TRUST_DOUBT);
    assert_true(trust_convict(trust, 1, TRUST_HIDES));
    assert_int_equal(trust_doubt(trust), TRUST_NO_DOUBT); /* one alone: nobody contradicts it */
    trust_destroy(trust);
}

static void those_that_deny_each_others_data_all_the_time_are_doubted(void **unused)
{
    (void)unused;
    struct trust *trust;
    assert_int_equal(trust_create(&trust, 4), 0);
    for (uint32_t i = 0; i < 4; i++)
        trust_admit(trust, i);
    note_names(trust, 9, false, false);
    note_names(trust, 6, true, false);
    assert_int_equal(trust_doubt(trust), TRUST_NO_DOUBT);
    note_names(trust, 1, true, false); /* 7 of 16, more than two in five */
    assert_int_equal(trust_doubt(trust), TRUST_DOUBT);
    note_names(trust, 2, false, true); /* 7 of 18, less */
    assert_int_equal(trust_doubt(trust), TRUST_NO_DOUBT);
    trust_destroy(trust);
}

static void where_data_differ_on_many_names_a_sample_decides(void **unused)
{
    (void)unused;
    struct trust *trust;
    assert_int_equal(trust_create(&trust, 4), 0);
    for (uint32_t i = 0; i < 4; i++)
        trust_admit(trust, i);
    note_names(trust, 28, false, false);
    note_names(trust, 10, false, true); /* 10 of 38: not two more than a quarter */
    assert_false(trust_wants_sample(trust));
    assert_int_equal(trust_doubt(trust), TRUST_NO_DOUBT);
    note_names(trust, 2, false, true); /* 12 of 40: just two more */
    assert_false(trust_wants_sample(trust));
    note_names(trust, 1, false, true);
    assert_true(trust_wants_sample(trust));
    assert_int_equal(trust_doubt(trust), TRUST_UNTESTED);
    trust_begin_sample(trust);
    assert_int_equal(trust_doubt(trust), TRUST_UNTESTED);
    trust_end_sample(trust, false);
    assert_int_equal(trust_doubt(trust), TRUST_NO_DOUBT); /* though they differ as before */
    trust_begin_sample(trust);
    trust_end_sample(trust, true);
    assert_int_equal(trust_doubt(trust), TRUST_DOUBT);
    assert_true(trust_convict(trust, 0, TRUST_HIDES));
    assert_true(trust_convict(trust, 1, TRUST_HIDES));
    assert_int_equal(trust_doubt(trust), TRUST_DOUBT);
    assert_int_equal(trust->names, 41);
    assert_true(trust_convict(trust, 2, TRUST_HIDES));
    assert_true(trust_convict(trust, 3, TRUST_HIDES));
    assert_false(trust_wants_sample(trust));           /* among liars other rules hold */
    assert_int_equal(trust_doubt(trust), TRUST_DOUBT); /* nobody is left */
    trust_destroy(trust);
}

static void who_is_convicted_is_not_sound(void **unused)
{
    (void)unused;
    struct trust *trust;
    assert_int_equal(trust_create(&trust, 3), 0);
    trust_admit(trust, 0);
    trust_admit(trust, 1);
    trust_note_sound(trust, 0, true);
    trust_note_sound(trust, 0, true); /* once more */
    trust_note_sound(trust, 1, true);
    trust_note_sound(trust, 2, true); /* is not admitted */
    assert_int_equal(trust->sound, 2);
    assert_false(trust_at(trust, 2)->is_sound);
    trust_note_sound(trust, 1, false);
    assert_int_equal(trust->sound, 1);
    assert_true(trust_convict(trust, 0, TRUST_REWRITES));
    assert_int_equal(trust->sound, 0);
    assert_false(trust_at(trust, 0)->is_sound);
    trust_destroy(trust);
}

static void liars_may_bear_out_what_is_not_made_up(void **unused)
{
    (void)unused;
    struct trust *trust;
    assert_int_equal(trust_create(&trust, 5), 0);
    for (uint32_t i = 0; i < 4; i++)
        trust_admit(trust, i);
    assert_true(trust_convict(trust, 0, TRUST_HIDES));
    assert_true(trust_convict(trust, 1, TRUST_DENIES_ZONE));
    trust_fail(trust, 4, TRUST_DEAD);
    assert_true(trust_may_bear_out(trust, 0));
    assert_false(trust_may_bear_out(trust, 1));
    assert_false(trust_may_bear_out(trust, 2));
    assert_false(trust_may_bear_out(trust, 4));
    assert_true(trust_convict(trust, 2, TRUST_REWRITES));
    assert_true(trust_may_bear_out(trust, 2)); /* most lie: it is asked for want of better ones */
    trust_parole(trust, 0);
    trust_admit(trust, 0);
    trust_parole(trust, 1);
    trust_admit(trust, 1);
    assert_false(trust_may_bear_out(trust, 2));
    trust_destroy(trust);
}

static void among_liars_more_checks_are_wanted(void **unused)
{
    (void)unused;
    struct trust *trust;
    assert_int_equal(trust_create(&trust, 3), 0);
    trust_admit(trust, 0);
    trust_admit(trust, 1);
    trust_admit(trust, 2);
    trust_note_negative(trust, 0);
    trust_note_denial(trust, 0, 7); /* a suspect */
    assert_int_equal(trust_checks_wanted(trust, 0, 1000, 1), 26);
    assert_true(trust_convict(trust, 1, TRUST_HIDES));
    assert_int_equal(trust_checks_wanted(trust, 0, 1000, 1), 26);
    assert_true(trust_convict(trust, 2, TRUST_HIDES));
    assert_int_equal(trust_checks_wanted(trust, 0, 1000, 1), 104);
    assert_int_equal(trust_checks_wanted(trust, 0, 50, 1), 50);
    trust_destroy(trust);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_hostile_where_more_lied_than_are_believed),
        cmocka_unit_test(those_left_among_liars_are_doubted_when_they_disagree),
        cmocka_unit_test(those_that_deny_each_others_data_all_the_time_are_doubted),
        cmocka_unit_test(where_data_differ_on_many_names_a_sample_decides),
        cmocka_unit_test(who_is_convicted_is_not_sound),
        cmocka_unit_test(liars_may_bear_out_what_is_not_made_up),
        cmocka_unit_test(among_liars_more_checks_are_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
