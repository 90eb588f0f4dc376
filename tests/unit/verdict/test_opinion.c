// SPDX-License-Identifier: BSD-2-Clause
/* verdict/opinion.c: what so many opinions say, whoever gave them. */
#include "tests/unit/verdict/opinion_rows.h"

static void one_denial_is_enough_and_one_with_data_is_not(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"d", MANY, ABSENT(BY_ONE)},
        {"n", MANY, EMPTY(BY_ONE)},
        {"a", MANY, ASK},
        {"a", OF(2), ASK},
        {"a", OF(1), EXISTS(BY_ONE, .used = 1)},
        {"a", LAST, EXISTS(BY_ONE, .used = 1)},
        {"", MANY, ASK},
        {"", LAST, DISPUTED},
        {"dd", MANY, ABSENT(BY_QUORUM)},
        {"nn", MANY, EMPTY(BY_QUORUM)},
        {"nd", MANY, EMPTY(BY_QUORUM)},
        {"ndd", MANY, ABSENT(BY_QUORUM)},
    };
    CHECK_ALL(rows);
}

static void two_of_different_operators_that_overlap_are_believed(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"aa", MANY, EXISTS(BY_QUORUM, .used = 3, .agreed = 3)},
        {"aa*", MANY, ASK},
        {"aa*", OF(1), EXISTS(BY_ONE, .used = 2)}, /* the newest counts */
        {"aa*a", MANY, EXISTS(BY_QUORUM, .used = 6, .agreed = 6)},
        {"ad*", MANY, ABSENT(BY_ONE)},
        {"aba", MANY, EXISTS(BY_QUORUM, .used = 5, .agreed = 5, .outvoted = 2)},
    };
    CHECK_ALL(rows);
}

static void data_that_disagree_are_joined_from_four_sets_on(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"ab", MANY, ASK},
        {"abc", MANY, ASK},
        {"abce", MANY, EXISTS(BY_QUORUM, .varies = true, .used = 15)},
        {"abca", MANY, EXISTS(BY_QUORUM, .used = 9, .agreed = 9, .outvoted = 6)},
        {"abc", OF(3), EXISTS(BY_QUORUM, .varies = true, .used = 7)},
        {"abc", OF(4), ASK},
        {"ab", LAST, EXISTS(BY_QUORUM, .varies = true, .used = 3)},
        {"abceddd", MANY, EXISTS(BY_QUORUM, .varies = true, .used = 15, .denied = 0x70)},
    };
    CHECK_ALL(rows);
}

static void one_claim_falls_to_five_deniers(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"adddd", MANY, ASK},
        {"addddd", MANY, ABSENT(BY_QUORUM, .claimed = 1)},
        {"dddadd", MANY, ABSENT(BY_QUORUM, .claimed = 8)},
        {"ddddda", MANY, ABSENT(BY_QUORUM, .claimed = 32)},
        {"addnnn", MANY, EMPTY(BY_QUORUM)},
        {"abddddd", MANY, ASK},               /* two claims */
        {"addddd*", MANY, ABSENT(BY_QUORUM)}, /* it took its claim back */
    };
    CHECK_ALL(rows);
}

static void two_that_agree_outweigh_any_number_that_deny(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"ada", MANY, EXISTS(BY_QUORUM, .used = 5, .agreed = 5, .denied = 2)},
        {"ddddaa", MANY, EXISTS(BY_QUORUM, .used = 0x30, .agreed = 0x30, .denied = 15)},
        {"ddddddaa", MANY, EXISTS(BY_QUORUM, .used = 0xc0, .agreed = 0xc0, .denied = 0x3f)},
        {"ana", MANY, EXISTS(BY_QUORUM, .used = 5, .agreed = 5, .denied = 2)},
    };
    CHECK_ALL(rows);
}

static void a_draw_is_told_when_nobody_is_left_to_ask(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"ad", MANY, ASK},
        {"ad", OF(2), ASK}, /* the same ones again may come to agree */
        {"ad", LAST, DISPUTED},
        {"abdd", LAST, DISPUTED},
        {"add", LAST, ABSENT(BY_QUORUM, .claimed = 1)},
        {"abddd", LAST, ABSENT(BY_QUORUM, .claimed = 3)},
        {"and", LAST, EMPTY(BY_QUORUM)},
        {"abd", LAST, EXISTS(BY_QUORUM, .varies = true, .used = 3, .denied = 4)},
        {"abd", OF(3), EXISTS(BY_QUORUM, .varies = true, .used = 3, .denied = 4)},
        {"abcedddd", MANY, DISPUTED}, /* eight opinions are all that fit */
        {"abcdddd", MANY, ASK},
    };
    CHECK_ALL(rows);
}

static void data_made_up_count_for_nothing(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"f", MANY, ASK},
        {"f", OF(1), ASK},
        {"f", LAST, DISPUTED},
        {"ff", MANY, ASK}, /* that they agree is no wonder */
        {"af", MANY, ASK},
        {"aaf", MANY, EXISTS(BY_QUORUM, .used = 3, .agreed = 3)},
        {"fd", MANY, ABSENT(BY_ONE, .claimed = 1)},
        {"fdd", MANY, ABSENT(BY_QUORUM, .claimed = 1)},
        {"fn", MANY, EMPTY(BY_ONE)},
        {"ffd", MANY, ABSENT(BY_ONE, .claimed = 3)},
    };
    CHECK_ALL(rows);
}

/* The next opinion would not be noted: to ask for it is to ask for ever. */
static void eight_opinions_that_say_nothing_end_it(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"fffffff", MANY, ASK},        {"ffffffff", MANY, DISPUTED},
        {"a~a~a~a~a~a~a~", MANY, ASK}, {"a~a~a~a~a~a~a~a~", MANY, DISPUTED},
        {"ffffffd", KNOWN, ASK},       {"fffffffd", KNOWN, EMPTY(BY_ONE)},
    };
    CHECK_ALL(rows);
}

static void a_denial_of_a_name_that_is_there_needs_a_second(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"n", KNOWN, EMPTY(BY_ONE)},
        {"d", KNOWN, ASK},
        {"dd", KNOWN, EMPTY(BY_QUORUM)},
        {"dn", KNOWN, EMPTY(BY_QUORUM)},
        {"fdd", KNOWN, EMPTY(BY_QUORUM)},
        {"d", {.operators = 1, .name_exists = true}, EMPTY(BY_ONE)},
        {"d", {.operators = 9, .name_exists = true, .is_last = true}, EMPTY(BY_ONE)},
        {"aa", KNOWN, EXISTS(BY_QUORUM, .used = 3, .agreed = 3)},
    };
    CHECK_ALL(rows);
}

/* What holds whatever was said: nobody is blamed for the right thing, nor on one's word. */
static void check_sense(const char *text, const struct opinion_view *view)
{
    struct given given = read_opinions(text);
    struct opinion_verdict v = opinions_weigh(given.opinions, given.count, view);
    uint8_t data = 0, deny = 0;
    for (unsigned i = 0; i < given.count; i++) {
        uint8_t bit = (uint8_t)(1u << i);
        data |= given.opinions[i].kind == OPINION_DATA ? bit : 0;
        deny |= given.opinions[i].kind == OPINION_NXDOMAIN ? bit : 0;
    }
    bool is_sound = (v.used != 0) == (v.result == OPINION_EXISTS) && !(v.used & ~data) &&
                    !(v.denied & data) && !(v.claimed & ~data) && !(v.outvoted & v.used) &&
                    !(v.agreed & ~v.used) && !(v.varies && (v.agreed | v.outvoted));
    is_sound &= v.result == OPINION_EXISTS || !(v.denied | v.agreed | v.outvoted);
    is_sound &= v.result == OPINION_ABSENT || !v.claimed;
    /* Five deniers, or two where nobody more is to be asked, make a claim false. */
    bool is_claim = v.claimed && strchr(text, 'f') == NULL;
    is_sound &= !is_claim || __builtin_popcount(deny) >= 2;
    is_sound &= v.result != OPINION_ASK || (!view->is_last && given.count < OPINIONS_MAX);
    if (!is_sound)
        fail_msg("\"%s\"%s: result %d, used %x denied %x claimed %x agreed %x outvoted %x", text,
                 view->is_last ? ", last" : "", v.result, v.used, v.denied, v.claimed, v.agreed,
                 v.outvoted);
}

static void whatever_is_said_the_verdict_makes_sense(void **unused)
{
    (void)unused;
    static const char letters[] = "abdnf";
    static const struct opinion_view views[] = {MANY, LAST, KNOWN, OF(2)};
    for (unsigned length = 0; length <= OPINIONS_MAX; length++) {
        unsigned words = 1;
        for (unsigned i = 0; i < length; i++)
            words *= 5;
        for (unsigned word = 0; word<words; word += length> 6 ? 7 : 1) {
            char text[OPINIONS_MAX + 1] = "";
            for (unsigned i = 0, rest = word; i < length; i++, rest /= 5)
                text[i] = letters[rest % 5];
            for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
                check_sense(text, &views[i]);
        }
    }
}

static void data_that_lead_nowhere_give_way(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {"zz", MANY, ASK},
        {"zzz", MANY, ASK},
        {"zzzz", MANY, EXISTS(BY_QUORUM, .used = 15, .agreed = 15)},
        {"zz", OF(2), EXISTS(BY_QUORUM, .used = 3, .agreed = 3)},
        {"zzd", MANY, ABSENT(BY_ONE)},
        {"zzn", MANY, EMPTY(BY_ONE)},
        {"zza", MANY, ASK},
        {"zzaa", MANY, EXISTS(BY_QUORUM, .used = 12, .agreed = 12)},
        {"z!d", MANY, EXISTS(BY_TRUSTED, .used = 1, .denied = 2)},
    };
    CHECK_ALL(rows);
}

static void contradictions_are_told_apart(void **unused)
{
    (void)unused;
    static const struct {
        const char *opinions;
        bool is_split, is_at_odds;
    } rows[] = {
        {"aa", false, false}, {"ad", true, false},  {"an", true, false},   {"ab", false, true},
        {"abd", true, true},  {"nd", false, false}, {"ad~", false, false}, {"ab*", false, false},
    };
    const struct opinion_view view = MANY;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct given given = read_opinions(rows[i].opinions);
        struct opinion_verdict v = opinions_weigh(given.opinions, given.count, &view);
        if (v.is_split != rows[i].is_split || v.is_at_odds != rows[i].is_at_odds)
            fail_msg("\"%s\": split %d, at odds %d", rows[i].opinions, v.is_split, v.is_at_odds);
    }
    struct given given = read_opinions("abc");
    given.opinions[0].akin = 2, given.opinions[1].akin = 5, given.opinions[2].akin = 2;
    assert_false(opinions_weigh(given.opinions, 3, &view).is_at_odds);
    given.opinions[2].akin = 0, given.opinions[1].akin = 1;
    assert_true(opinions_weigh(given.opinions, 3, &view).is_at_odds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_denial_is_enough_and_one_with_data_is_not),
        cmocka_unit_test(two_of_different_operators_that_overlap_are_believed),
        cmocka_unit_test(data_that_disagree_are_joined_from_four_sets_on),
        cmocka_unit_test(one_claim_falls_to_five_deniers),
        cmocka_unit_test(two_that_agree_outweigh_any_number_that_deny),
        cmocka_unit_test(a_draw_is_told_when_nobody_is_left_to_ask),
        cmocka_unit_test(data_made_up_count_for_nothing),
        cmocka_unit_test(eight_opinions_that_say_nothing_end_it),
        cmocka_unit_test(a_denial_of_a_name_that_is_there_needs_a_second),
        cmocka_unit_test(whatever_is_said_the_verdict_makes_sense),
        cmocka_unit_test(contradictions_are_told_apart),
        cmocka_unit_test(data_that_lead_nowhere_give_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
