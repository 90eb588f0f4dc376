// SPDX-License-Identifier: BSD-2-Clause
/* verdict/accord.c: who has company, and what excuses those that have none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "verdict/accord.h"

/* Any numbers that do not repeat: what a liar makes up. */
static uint64_t made_up(void)
{
    static uint64_t next = 1u << 20;
    return next++;
}

static struct accord *sample_of(uint32_t names, uint32_t servers, uint32_t asked)
{
    struct accord *accord = calloc(1, sizeof *accord);
    assert_non_null(accord);
    accord->name_count = names;
    accord->server_count = servers;
    accord->asked = asked;
    return accord;
}

static void say(struct accord *accord, uint32_t row, uint32_t column, uint64_t datum)
{
    accord_note(accord, row, column, &datum, 1);
}

/* Resolver COLUMN lies on each name with number N for which N % 10 < TENTHS, N moved on by
 * resolver: as a draw would have it. The truth about row R is R + 1. */
static bool is_lie(uint32_t row, uint32_t column, uint32_t tenths)
{
    return (row * 7 + column * 3) % 10 < tenths;
}

static void say_all(struct accord *accord, uint32_t row, uint32_t liars, uint32_t tenths)
{
    for (uint32_t c = 0; c < accord->asked; c++)
        say(accord, row, c, c < liars && is_lie(row, c, tenths) ? made_up() : (uint64_t)row + 1);
}

static enum accord_verdict judge(struct accord *accord, uint64_t *sound)
{
    enum accord_verdict verdict = accord_judge(accord, sound);
    free(accord);
    return verdict;
}

/* LIARS of ASKED that lie on so many tenths of the names, servers among them. */
static enum accord_verdict judge_liars(uint32_t asked, uint32_t liars, uint32_t tenths,
                                       uint64_t *sound)
{
    struct accord *accord = sample_of(ACCORD_NAMES, 2, asked);
    for (uint32_t row = 0; row < ACCORD_NAMES + 2; row++)
        say_all(accord, row, liars, tenths);
    return judge(accord, sound);
}

static void a_minority_of_liars_leaves_the_truth(void **unused)
{
    (void)unused;
    static const uint32_t liars[] = {0, 1, 4, 5};
    for (size_t i = 0; i < sizeof liars / sizeof liars[0]; i++) {
        uint64_t sound;
        assert_int_equal(judge_liars(10, liars[i], 5, &sound), ACCORD_BY_MOST);
        assert_int_equal(sound, 0x3ff & ~((1u << liars[i]) - 1)); /* the others */
    }
}

static void where_all_lie_nothing_shows_who_is_right(void **unused)
{
    (void)unused;
    static const uint32_t asked[] = {2, 3, 10, 64};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        for (uint32_t tenths = 3; tenths <= 10; tenths++) {
            uint64_t sound;
            enum accord_verdict verdict = judge_liars(asked[i], asked[i], tenths, &sound);
            if (verdict != ACCORD_NONE)
                fail_msg("%u of them, lying on %u in ten: %s", asked[i], tenths,
                         accord_text(verdict));
        }
    }
}

/* Liars that lie on half of the names, one honest one: with so many the truth keeps it company. */
static void a_few_among_liars_are_told_by_their_company(void **unused)
{
    (void)unused;
    uint64_t sound;
    assert_int_equal(judge_liars(10, 6, 10, &sound), ACCORD_BY_FEW);
    assert_int_equal(sound, 0x3c0);
    assert_int_equal(judge_liars(10, 9, 5, &sound), ACCORD_BY_FEW);
    assert_int_equal(sound, 0x200);
    assert_int_equal(judge_liars(10, 9, 10, &sound), ACCORD_NONE); /* nothing tells it from them */
    struct accord *accord = sample_of(ACCORD_SOUND_PART - 1, 2, 10); /* too few names to tell */
    for (uint32_t row = 0; row < ACCORD_SOUND_PART + 1; row++)
        say_all(accord, row, 9, 5);
    assert_int_equal(judge(accord, &sound), ACCORD_NONE);
    assert_int_equal(sound, 0x200); /* but it is to be asked more */
}

/* Names with POOL data sets each, of which resolvers are given by turns. */
static void say_pools(struct accord *accord, uint32_t first, uint32_t rows, uint32_t pool)
{
    for (uint32_t row = first; row < first + rows; row++) {
        for (uint32_t c = 0; c < accord->asked; c++) {
            uint32_t turn = (row * 2654435761u ^ c * 2246822519u) * 3266489917u >> 8;
            say(accord, row, c, 1000 * (uint64_t)(row + 1) + turn % pool);
        }
    }
}

static enum accord_verdict judge_pools(uint32_t asked, uint32_t pool, uint32_t servers)
{
    uint64_t sound;
    struct accord *accord = sample_of(ACCORD_NAMES, servers, asked);
    say_pools(accord, 0, ACCORD_NAMES, pool);
    for (uint32_t row = ACCORD_NAMES; row < ACCORD_NAMES + servers; row++)
        say_all(accord, row, 0, 0);
    return judge(accord, &sound);
}

static void pools_come_again(void **unused)
{
    (void)unused;
    assert_int_equal(judge_pools(64, 3, 0), ACCORD_BY_MOST);
    assert_int_equal(judge_pools(64, 10, 0), ACCORD_BY_MOST);
    assert_int_equal(judge_pools(64, 50, 0), ACCORD_BY_POOLS);
    assert_int_equal(judge_pools(64, 1000, 0), ACCORD_NONE);
    assert_int_equal(judge_pools(10, 50, 0), ACCORD_NONE); /* ten are too few to tell */
}

static void servers_on_which_all_agree_excuse_the_names(void **unused)
{
    (void)unused;
    assert_int_equal(judge_pools(64, 1000, 1), ACCORD_BY_SERVERS);
    assert_int_equal(judge_pools(10, 50, 1), ACCORD_BY_SERVERS);
    assert_int_equal(judge_pools(3, 1000, 2), ACCORD_BY_SERVERS);
    assert_int_equal(judge_pools(2, 1000, 2), ACCORD_BY_SERVERS);
    assert_int_equal(judge_pools(2, 1000, 0), ACCORD_NONE);
}

/* Ten of whom some lie on servers, too, where the names differ throughout. */
static void servers_on_which_many_differ_excuse_nothing(void **unused)
{
    (void)unused;
    for (uint32_t liars = 1; liars <= 2; liars++) {
        uint64_t sound;
        struct accord *accord = sample_of(ACCORD_NAMES, 1, 10);
        say_pools(accord, 0, ACCORD_NAMES, 1000);
        say_all(accord, ACCORD_NAMES, liars, 10);
        assert_int_equal(judge(accord, &sound), liars == 1 ? ACCORD_BY_SERVERS : ACCORD_NONE);
    }
}

/* Two that lie on half of the names agree on a quarter; that they do on one server, too, happens
 * as often. */
static void agreement_that_chance_explains_excuses_nothing(void **unused)
{
    (void)unused;
    uint64_t sound;
    struct accord *accord = sample_of(ACCORD_NAMES, 1, 2);
    for (uint32_t row = 0; row < ACCORD_NAMES; row++) {
        say(accord, row, 0, row % 4 ? made_up() : 7);
        say(accord, row, 1, row % 4 ? made_up() : 7);
    }
    say_all(accord, ACCORD_NAMES, 0, 0);
    assert_int_equal(judge(accord, &sound), ACCORD_NONE);
}

static void a_few_pools_excuse_no_other_names(void **unused)
{
    (void)unused;
    uint64_t sound;
    struct accord *accord = sample_of(ACCORD_NAMES, 0, 64);
    say_pools(accord, 0, 4, 4);
    for (uint32_t row = 4; row < ACCORD_NAMES; row++)
        say_all(accord, row, 64, 8);
    assert_int_equal(judge(accord, &sound), ACCORD_NONE);
}

static void too_little_is_not_judged(void **unused)
{
    (void)unused;
    uint64_t sound;
    for (uint32_t names = ACCORD_NAMES_MIN - 1; names <= ACCORD_NAMES_MIN; names++) {
        struct accord *accord = sample_of(names, 0, 2);
        for (uint32_t row = 0; row < names; row++)
            say_all(accord, row, 2, 10);
        assert_int_equal(judge(accord, &sound),
                         names < ACCORD_NAMES_MIN ? ACCORD_UNKNOWN : ACCORD_NONE);
    }
    assert_int_equal(judge_liars(1, 1, 10, &sound), ACCORD_UNKNOWN);
    assert_int_equal(judge(sample_of(ACCORD_NAMES, 2, 5), &sound), ACCORD_UNKNOWN); /* silence */
}

/* Of an answer of many data the same are kept for all: sets that have most in common meet. */
static void long_answers_are_compared_by_their_least_data(void **unused)
{
    (void)unused;
    struct accord *accord = sample_of(1, 0, 1);
    const uint64_t data[] = {9, 3, 14, 1, 12, 7, 2, 13, 5, 11, 4, 8};
    accord_note(accord, 0, 0, data, sizeof data / sizeof data[0]);
    static const uint64_t least[ACCORD_DATA] = {1, 2, 3, 4, 5, 7, 8, 9};
    assert_int_equal(accord->answers[0][0].count, ACCORD_DATA);
    assert_memory_equal(accord->answers[0][0].hashes, least, sizeof least);
    accord_note(accord, 0, 0, data, 3); /* a newer answer takes the place */
    assert_int_equal(accord->answers[0][0].count, 3);
    assert_int_equal(accord->answers[0][0].hashes[0], 3);
    assert_int_equal(accord->answers[0][0].hashes[2], 14);
    free(accord);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_minority_of_liars_leaves_the_truth),
        cmocka_unit_test(where_all_lie_nothing_shows_who_is_right),
        cmocka_unit_test(a_few_among_liars_are_told_by_their_company),
        cmocka_unit_test(pools_come_again),
        cmocka_unit_test(servers_on_which_all_agree_excuse_the_names),
        cmocka_unit_test(servers_on_which_many_differ_excuse_nothing),
        cmocka_unit_test(agreement_that_chance_explains_excuses_nothing),
        cmocka_unit_test(a_few_pools_excuse_no_other_names),
        cmocka_unit_test(too_little_is_not_judged),
        cmocka_unit_test(long_answers_are_compared_by_their_least_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
