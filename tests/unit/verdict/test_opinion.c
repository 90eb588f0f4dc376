// SPDX-License-Identifier: BSD-2-Clause
/* verdict/opinion.c: a case is a row, its opinions a word of letters, one an opinion, each of
 * an operator of its own:
 *
 *   d  no such name          n  no data
 *   a b c ...e  data; those of one letter overlap
 *   capitals A..E  the same, of one whose data others seldom share
 *   f  data that are known to be made up
 *   then, after it: !  trusted   ~  void   *  of the first one's operator   $  proven by
 *   signatures   ?  without the proof that it should have */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <string.h>

#include "verdict/opinion.h"

struct given {
    struct opinion opinions[OPINIONS_MAX];
    char letters[OPINIONS_MAX];
    unsigned count;
};

static void note_overlaps(struct given *given, unsigned at)
{
    for (unsigned i = 0; i < at; i++) {
        bool is_data = given->opinions[i].kind == OPINION_DATA;
        if (!is_data || given->letters[i] != given->letters[at])
            continue;
        given->opinions[i].overlaps |= (uint8_t)(1u << at);
        given->opinions[at].overlaps |= (uint8_t)(1u << i);
    }
}

static struct given read_opinions(const char *text)
{
    struct given given = {0};
    struct opinion *last = given.opinions; /* a sign never comes first */
    for (const char *c = text; *c; c++) {
        if (strchr("!~*$?+", *c)) {
            last->is_proven |= *c == '$';
            last->is_unproven |= *c == '?';
            last->is_trusted |= *c == '!';
            last->is_void |= *c == '~';
            last->is_sound |= *c == '+';
            last->op = *c == '*' ? given.opinions[0].op : last->op;
            continue;
        }
        assert_in_range(given.count, 0, OPINIONS_MAX - 1);
        unsigned at = given.count++;
        last = &given.opinions[at];
        given.letters[at] = (char)tolower(*c);
        given.opinions[at] = (struct opinion){
            .kind = *c == 'd'   ? OPINION_NXDOMAIN
                    : *c == 'n' ? OPINION_NODATA
                                : OPINION_DATA,
            .is_forged = *c == 'f',
            .is_outvoted = isupper(*c),
            .op = 100 + at,
        };
        if (given.opinions[at].kind == OPINION_DATA)
            note_overlaps(&given, at);
    }
    return given;
}

struct row {
    const char *opinions;
    struct opinion_view view;
    struct opinion_verdict verdict; /* opinions as bits, the first one lowest */
};

#define MANY                                                                                       \
    {                                                                                              \
        .operators = 100                                                                           \
    }
#define LAST                                                                                       \
    {                                                                                              \
        .operators = 100, .is_last = true                                                          \
    }
#define KNOWN                                                                                      \
    {                                                                                              \
        .operators = 100, .name_exists = true                                                      \
    }
#define HOSTILE                                                                                    \
    {                                                                                              \
        .operators = 100, .is_hostile = true                                                       \
    }
#define OF(n)                                                                                      \
    {                                                                                              \
        .operators = (n)                                                                           \
    }

static void check(const struct row *row)
{
    struct given given = read_opinions(row->opinions);
    struct opinion_verdict v = opinions_weigh(given.opinions, given.count, &row->view);
    const struct opinion_verdict *e = &row->verdict;
    bool is_same = v.result == e->result && v.confirmed == e->confirmed && v.varies == e->varies &&
                   v.used == e->used && v.denied == e->denied && v.claimed == e->claimed &&
                   v.agreed == e->agreed && v.outvoted == e->outvoted;
    if (!is_same)
        fail_msg("\"%s\" of %u operators%s%s: result %d by %d%s, used %x denied %x claimed %x "
                 "agreed %x outvoted %x",
                 row->opinions, row->view.operators, row->view.is_last ? ", last" : "",
                 row->view.name_exists ? ", exists" : "", v.result, v.confirmed,
                 v.varies ? ", varies" : "", v.used, v.denied, v.claimed, v.agreed, v.outvoted);
}

#define CHECK_ALL(rows)                                                                            \
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows)[0]; i++)                                    \
    check(&(rows)[i])

#define ASK                                                                                        \
    {                                                                                              \
        .result = OPINION_ASK                                                                      \
    }
#define DISPUTED                                                                                   \
    {                                                                                              \
        .result = OPINION_DISPUTED                                                                 \
    }
#define ABSENT(...)                                                                                \
    {                                                                                              \
        .result = OPINION_ABSENT, __VA_ARGS__                                                      \
    }
#define EMPTY(...)                                                                                 \
    {                                                                                              \
        .result = OPINION_EMPTY, __VA_ARGS__                                                       \
    }
#define EXISTS(...)                                                                                \
    {                                                                                              \
        .result = OPINION_EXISTS, __VA_ARGS__                                                      \
    }
#define BY_ONE     .confirmed = OPINION_BY_ONE
#define BY_QUORUM  .confirmed = OPINION_BY_QUORUM
#define BY_TRUSTED .confirmed = OPINION_BY_TRUSTED
#define BY_PROOF   .confirmed = OPINION_BY_SIGNATURE

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

#define SOUND                                                                                      \
    {                                                                                              \
        .operators = 100, .has_sound = true                                                        \
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
        cmocka_unit_test(where_most_lie_data_that_disagree_are_a_dispute),
        cmocka_unit_test(where_they_deny_each_other_five_deniers_prove_nothing),
        cmocka_unit_test(contradictions_are_told_apart),
        cmocka_unit_test(one_denial_is_enough_and_one_with_data_is_not),
        cmocka_unit_test(two_of_different_operators_that_overlap_are_believed),
        cmocka_unit_test(data_that_disagree_are_joined_from_four_sets_on),
        cmocka_unit_test(one_claim_falls_to_five_deniers),
        cmocka_unit_test(two_that_agree_outweigh_any_number_that_deny),
        cmocka_unit_test(a_draw_is_told_when_nobody_is_left_to_ask),
        cmocka_unit_test(data_made_up_count_for_nothing),
        cmocka_unit_test(eight_opinions_that_say_nothing_end_it),
        cmocka_unit_test(convicted_ones_are_not_heard),
        cmocka_unit_test(the_users_resolver_has_the_last_word),
        cmocka_unit_test(what_signatures_bear_out_is_believed),
        cmocka_unit_test(a_denial_without_its_proof_needs_others),
        cmocka_unit_test(who_is_outvoted_otherwise_is_passed_over),
        cmocka_unit_test(a_sound_ones_data_go_before_others),
        cmocka_unit_test(a_denial_of_a_name_that_is_there_needs_a_second),
        cmocka_unit_test(whatever_is_said_the_verdict_makes_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
