// SPDX-License-Identifier: BSD-2-Clause
/* verdict/opinion.c: what an opinion weighs by who gave it: convicted, trusted, proven, outvoted
 * elsewhere, or one among liars. */
#include "tests/unit/verdict/opinion_rows.h"

static void convicted_ones_are_not_heard(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"d~", MANY, ASK},
        {"d~a", MANY, ASK},
        {"a~a", MANY, ASK},
        {"a~d", MANY, ABSENT(BY_ONE)},
        {"aa~d~a", MANY, EXISTS(BY_QUORUM, .used = 9, .agreed = 9)},
        {"aa*~", OF(1), EXISTS(BY_ONE, .used = 1)}, /* the operator's older one stands */
        {"a~ddddd", MANY, ABSENT(BY_QUORUM)},
    };
    CHECK_ALL(rows);
}

static void the_users_resolver_has_the_last_word(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"a!", MANY, EXISTS(BY_TRUSTED, .used = 1)},
        {"d!", MANY, ABSENT(BY_TRUSTED)},
        {"n!", MANY, EMPTY(BY_TRUSTED)},
        {"f!", MANY, EXISTS(BY_TRUSTED, .used = 1)},
        {"ddddda!", MANY, EXISTS(BY_TRUSTED, .used = 32, .denied = 31)},
        {"aad!", MANY, ABSENT(BY_TRUSTED, .claimed = 3)},
        {"aan!", MANY, EMPTY(BY_TRUSTED)},
        {"d!a!", MANY, EXISTS(BY_TRUSTED, .used = 2, .denied = 1)},
        {"n!d!", MANY, ABSENT(BY_TRUSTED)},
        {"aab!", MANY, EXISTS(BY_TRUSTED, .used = 4)},
        {"a!~d", MANY, ABSENT(BY_ONE)},
    };
    CHECK_ALL(rows);
}

static void what_signatures_bear_out_is_believed(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"a$", MANY, EXISTS(BY_PROOF, .used = 1)},
        {"d$", MANY, ABSENT(BY_PROOF)},
        {"n$", MANY, EMPTY(BY_PROOF)},
        {"f$", MANY, EXISTS(BY_PROOF, .used = 1)},
        {"ddda$", MANY, EXISTS(BY_PROOF, .used = 8, .denied = 7)},
        {"d$a", MANY, ABSENT(BY_PROOF, .claimed = 2)},
        {"d$", KNOWN, ABSENT(BY_PROOF)},
        {"ab$", MANY, EXISTS(BY_PROOF, .used = 2)},
        {"a$b$", MANY, EXISTS(BY_PROOF, .used = 3, .agreed = 3)},
        {"d!a$", MANY, EXISTS(BY_PROOF, .used = 2, .denied = 1)}, /* above the user's */
        {"a$~d", MANY, ABSENT(BY_ONE)},
    };
    CHECK_ALL(rows);
}

static void a_denial_without_its_proof_needs_others(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"d?", MANY, ASK},
        {"n?", MANY, ASK},
        {"d?d?", MANY, ASK},
        {"d?d?d?", MANY, ABSENT(BY_QUORUM)}, /* perhaps there is none to be had */
        {"d?d", MANY, ABSENT(BY_QUORUM)},
        {"d?d$", MANY, ABSENT(BY_PROOF)},
        {"d?a$", MANY, EXISTS(BY_PROOF, .used = 2, .denied = 1)},
        {"d?", OF(1), ABSENT(BY_ONE)},
        {"d?d?", OF(2), ABSENT(BY_QUORUM)},
        {"d?", LAST, ABSENT(BY_ONE)},
        {"d?a", MANY, ASK}, /* as ever */
        {"d?d?*d?*d?*d?*d?*d?*", MANY, ASK},
        {"d?d?*d?*d?*d?*d?*d?*d?*", MANY, ABSENT(BY_ONE)}, /* no room for more */
    };
    CHECK_ALL(rows);
}

static void who_is_outvoted_otherwise_is_passed_over(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"A", OF(1), EXISTS(BY_ONE, .used = 1)}, /* nobody else has any */
        {"Ab", MANY, ASK},
        {"Aa", MANY, ASK},
        {"AA", MANY, EXISTS(BY_QUORUM, .used = 3, .agreed = 3)},
        {"Abb", MANY, EXISTS(BY_QUORUM, .used = 6, .agreed = 6, .outvoted = 1)},
        {"Abce", MANY, ASK},
        {"Abceg", MANY, EXISTS(BY_QUORUM, .varies = true, .used = 30)},
        {"Ab", OF(2), EXISTS(BY_QUORUM, .varies = true, .used = 2)},
    };
    CHECK_ALL(rows);
}

static void a_sound_ones_data_go_before_others(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"a+", SOUND, ASK}, /* one alone needs a second all the same */
        {"ab+", SOUND, EXISTS(BY_QUORUM, .used = 2)},
        {"a+b", SOUND, EXISTS(BY_QUORUM, .used = 1)},
        {"a+b+", SOUND, EXISTS(BY_QUORUM, .varies = true, .used = 3)}, /* pools */
        {"aab+", SOUND, EXISTS(BY_QUORUM, .used = 3, .agreed = 3, .outvoted = 4)},
        {"a+d", SOUND, ASK},
        {"abce", SOUND, ASK}, /* there is one to ask */
        {"abceghij", SOUND, EXISTS(BY_QUORUM, .varies = true, .used = 255)},
    };
    CHECK_ALL(rows);
    const struct opinion_view hostile = {.operators = 100, .is_hostile = true};
    const struct row among_liars = {"ab+", hostile, ASK};
    check(&among_liars);
}

static void where_most_lie_data_that_disagree_are_a_dispute(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"abce", HOSTILE, ASK},
        {"abcea", HOSTILE, EXISTS(BY_QUORUM, .used = 17, .agreed = 17, .outvoted = 14)},
        {"abcegh", {.operators = 100, .is_hostile = true, .is_last = true}, DISPUTED},
        {"ab", {.operators = 2, .is_hostile = true, .is_last = true}, DISPUTED},
        {"a", {.operators = 1, .is_hostile = true}, EXISTS(BY_ONE, .used = 1)},
        {"d", HOSTILE, ABSENT(BY_ONE)},
        /* when all have spoken no majority decides */
        {"abc", {.operators = 3, .is_hostile = true}, DISPUTED},
        {"add", {.operators = 3, .is_hostile = true}, DISPUTED},
        /* data are held against who gave them only when made up */
        {"addddd", HOSTILE, ABSENT(BY_QUORUM)},
        {"fddddd", HOSTILE, ABSENT(BY_QUORUM, .claimed = 1)},
        {"aA", HOSTILE, EXISTS(BY_QUORUM, .used = 3, .agreed = 3)},
    };
    CHECK_ALL(rows);
}

static void where_they_deny_each_other_five_deniers_prove_nothing(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"addddd", {.operators = 100, .is_doubtful = true}, DISPUTED},
        {"aaddddd",
         {.operators = 100, .is_doubtful = true},
         EXISTS(BY_QUORUM, .used = 3, .agreed = 3, .denied = 124)},
    };
    CHECK_ALL(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convicted_ones_are_not_heard),
        cmocka_unit_test(the_users_resolver_has_the_last_word),
        cmocka_unit_test(what_signatures_bear_out_is_believed),
        cmocka_unit_test(a_denial_without_its_proof_needs_others),
        cmocka_unit_test(who_is_outvoted_otherwise_is_passed_over),
        cmocka_unit_test(a_sound_ones_data_go_before_others),
        cmocka_unit_test(where_most_lie_data_that_disagree_are_a_dispute),
        cmocka_unit_test(where_they_deny_each_other_five_deniers_prove_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
