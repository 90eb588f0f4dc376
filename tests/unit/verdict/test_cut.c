// SPDX-License-Identifier: BSD-2-Clause
/* verdict/cut.c: what is asked before a cut, what a cut covers, what ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "verdict/cut.h"

static struct bench {
    struct facts facts;
    struct set *names;
    struct cuts *cuts, *others; /* two workers */
    struct name apex;
    struct cut_zone zone;
    char wanted[NAME_TEXT_MAX];
} b;

static const uint32_t deniers[2] = {3, 4};

static struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(set_create(&b.names), 0);
    assert_int_equal(facts_init(&b.facts, b.names), 0);
    assert_int_equal(cuts_create(&b.cuts, &b.facts), 0);
    assert_int_equal(cuts_create(&b.others, &b.facts), 0);
    b.apex = name_of("zone.test");
    b.zone = (struct cut_zone){.name = &b.apex, .number = 7, .labels = 2, .is_given = true};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cuts_destroy(b.cuts);
    cuts_destroy(b.others);
    facts_deinit(&b.facts);
    set_destroy(b.names);
    return 0;
}

static void deny(struct cuts *cuts, const char *text)
{
    struct name name = name_of(text);
    assert_int_equal(cuts_note_denied(cuts, name.wire, &b.zone), 0);
}

/* COUNT names below PARENT. */
static void deny_below(struct cuts *cuts, const char *parent, unsigned count)
{
    static unsigned serial;
    char text[NAME_TEXT_MAX];
    for (unsigned i = 0; i < count; i++) {
        snprintf(text, sizeof text, "w%u.%s", serial++, parent);
        deny(cuts, text);
    }
}

static int exists(struct cuts *cuts, const char *text, bool is_empty)
{
    struct name name = name_of(text);
    return cuts_note_exists(cuts, name.wire, &b.zone, is_empty);
}

/* The next name wanted, "-" for none. */
static const char *next_wanted(struct cuts *cuts)
{
    struct cut_wanted wanted;
    if (!cuts_next_wanted(cuts, &wanted))
        return "-";
    name_to_text(wanted.name.wire, b.wanted);
    assert_int_equal(wanted.zone_number, 7);
    assert_true(name_equal(wanted.zone.wire, b.apex.wire));
    return b.wanted;
}

static int answer(struct cuts *cuts, const char *text, enum cut_word word)
{
    struct cut_wanted wanted = {.name = name_of(text), .zone = b.apex, .zone_number = 7};
    return cuts_settle(cuts, &wanted, word, deniers);
}

static void make_cut(const char *text)
{
    assert_int_equal(answer(b.cuts, text, CUT_DENIED), CUT_MADE);
}

static const char *root_of(struct cuts *cuts, const char *text)
{
    struct name name = name_of(text);
    const uint8_t *root = cuts_root_of(cuts, name.wire, &b.zone);
    if (!root)
        return "-";
    name_to_text(root, b.wanted);
    return b.wanted;
}

static void a_name_is_wanted_when_enough_below_it_was_denied(void **state)
{
    (void)state;
    deny_below(b.cuts, "gone.zone.test", CUT_ASK_AFTER - 1);
    deny_below(b.cuts, "zone.test", 10);
    deny(b.cuts, "gone.zone.test");
    assert_string_equal(next_wanted(b.cuts), "-");
    deny_below(b.cuts, "gone.zone.test", 1);
    assert_string_equal(next_wanted(b.cuts), "gone.zone.test");
    deny_below(b.cuts, "gone.zone.test", 10);
    assert_string_equal(next_wanted(b.cuts), "-");
}

static void the_highest_unknown_name_is_wanted(void **state)
{
    (void)state;
    deny_below(b.cuts, "x.y.z.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "z.zone.test");
    assert_int_equal(answer(b.cuts, "z.zone.test", CUT_DATA), CUT_NOTHING);
    deny_below(b.cuts, "x.y.z.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "y.z.zone.test");
    assert_int_equal(answer(b.cuts, "y.z.zone.test", CUT_EMPTY), CUT_NOTHING);
    deny_below(b.cuts, "x.y.z.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "x.y.z.zone.test");
    assert_int_equal(answer(b.cuts, "x.y.z.zone.test", CUT_DATA), CUT_NOTHING);
    deny_below(b.cuts, "x.y.z.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "-");
}

static void what_is_above_something_found_is_not_wanted(void **state)
{
    (void)state;
    assert_int_equal(exists(b.others, "www.y.z.zone.test", false), CUT_NOTHING);
    deny_below(b.cuts, "y.z.zone.test", 2 * CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "-");
    deny_below(b.cuts, "w.y.z.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "w.y.z.zone.test");
}

static void a_name_that_was_found_is_not_wanted(void **state)
{
    (void)state;
    struct name host = name_of("host.zone.test");
    assert_int_equal(set_put(b.names, set_key(b.names, host.wire, host.len)), SET_NEW);
    deny_below(b.cuts, "host.zone.test", 2 * CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "-");
    deny_below(b.cuts, "x.host.zone.test", CUT_ASK_AFTER); /* what is below may be cut */
    assert_string_equal(next_wanted(b.cuts), "x.host.zone.test");
}

static void one_worker_asks_for_all(void **state)
{
    (void)state;
    deny_below(b.cuts, "gone.zone.test", CUT_ASK_AFTER);
    deny_below(b.others, "gone.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "gone.zone.test");
    assert_string_equal(next_wanted(b.others), "-");
    make_cut("gone.zone.test");
    assert_string_equal(root_of(b.others, "www.gone.zone.test"), "gone.zone.test");
}

static void a_cut_covers_what_lies_below(void **state)
{
    (void)state;
    assert_string_equal(root_of(b.cuts, "a.gone.zone.test"), "-");
    make_cut("gone.zone.test");
    assert_string_equal(root_of(b.cuts, "a.gone.zone.test"), "gone.zone.test");
    assert_string_equal(root_of(b.cuts, "a.b.c.gone.zone.test"), "gone.zone.test");
    assert_string_equal(root_of(b.cuts, "gone.zone.test"), "-");
    assert_string_equal(root_of(b.cuts, "a.begone.zone.test"), "-");
    assert_string_equal(root_of(b.cuts, "a.b.zone.test"), "-");
    assert_string_equal(root_of(b.cuts, "zone.test"), "-");
    assert_string_equal(root_of(b.cuts, "test"), "-");
    deny_below(b.cuts, "x.gone.zone.test", 10);
    assert_string_equal(next_wanted(b.cuts), "-");
}

static void silence_cuts_nothing(void **state)
{
    (void)state;
    assert_int_equal(answer(b.cuts, "gone.zone.test", CUT_LOST), CUT_NOTHING);
    assert_int_equal(b.facts.count, 0);
    assert_string_equal(root_of(b.cuts, "a.gone.zone.test"), "-");
}

static void a_supposed_zones_apex_is_asked_first(void **state)
{
    (void)state;
    b.zone.is_given = false;
    deny_below(b.cuts, "gone.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "zone.test");
    deny_below(b.cuts, "gone.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "-");
    assert_int_equal(answer(b.cuts, "zone.test", CUT_EMPTY), CUT_NOTHING);
    deny_below(b.cuts, "gone.zone.test", 1);
    assert_string_equal(next_wanted(b.cuts), "gone.zone.test");
}

static void an_apex_that_is_denied_cuts_nothing(void **state)
{
    (void)state;
    b.zone.is_given = false;
    assert_int_equal(answer(b.cuts, "zone.test", CUT_DENIED), CUT_NOTHING);
    assert_string_equal(root_of(b.cuts, "a.b.zone.test"), "-");
    deny_below(b.cuts, "gone.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "zone.test");
    deny_below(b.cuts, "gone.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "-");
}

static void what_is_found_proves_a_supposed_zones_apex(void **state)
{
    (void)state;
    b.zone.is_given = false;
    assert_int_equal(exists(b.cuts, "www.zone.test", false), CUT_NOTHING);
    deny_below(b.cuts, "gone.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "gone.zone.test");
}

static void names_in_no_zone_are_left_alone(void **state)
{
    (void)state;
    struct name root = {.len = 1};
    b.zone = (struct cut_zone){.name = &root, .number = 0, .labels = 0, .is_given = false};
    deny_below(b.cuts, "gone.zone.test", 10);
    assert_string_equal(next_wanted(b.cuts), "-");
    assert_int_equal(exists(b.cuts, "a.b.zone.test", false), CUT_NOTHING);
    assert_int_equal(b.facts.count, 0);
}

static void something_below_a_cut_ends_cutting_in_the_zone(void **state)
{
    (void)state;
    make_cut("gone.zone.test");
    make_cut("away.zone.test");
    assert_int_equal(b.facts.changes, 0);
    assert_int_equal(exists(b.others, "x.y.gone.zone.test", false), CUT_ZONE_DENIES);
    assert_int_equal(b.facts.changes, 1);
    assert_string_equal(root_of(b.cuts, "a.gone.zone.test"), "-");
    assert_string_equal(root_of(b.cuts, "a.away.zone.test"), "-");
    assert_int_equal(exists(b.others, "z.y.gone.zone.test", false), CUT_NOTHING);
    deny_below(b.cuts, "third.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "-");
}

static void one_denied_that_has_names_below_is_no_cut(void **state)
{
    (void)state;
    deny_below(b.cuts, "odd.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "odd.zone.test");
    assert_int_equal(exists(b.others, "x.odd.zone.test", false), CUT_NOTHING);
    assert_int_equal(answer(b.cuts, "odd.zone.test", CUT_DENIED), CUT_ZONE_DENIES);
    assert_string_equal(root_of(b.cuts, "a.odd.zone.test"), "-");
}

static void a_zone_with_a_cut_is_tested_with_what_was_found(void **state)
{
    (void)state;
    assert_int_equal(exists(b.cuts, "x.dept.zone.test", false), CUT_NOTHING);
    assert_string_equal(next_wanted(b.cuts), "-"); /* nothing to lose yet */
    make_cut("gone.zone.test");
    assert_string_equal(next_wanted(b.cuts), "dept.zone.test");
    assert_int_equal(answer(b.cuts, "dept.zone.test", CUT_DATA), CUT_NOTHING); /* has its own */
    assert_int_equal(exists(b.cuts, "x.plain.zone.test", false), CUT_NOTHING);
    assert_string_equal(next_wanted(b.cuts), "plain.zone.test");
    assert_int_equal(answer(b.cuts, "plain.zone.test", CUT_EMPTY), CUT_ZONE_ANSWERS);
    assert_int_equal(exists(b.cuts, "x.more.zone.test", false), CUT_NOTHING);
    assert_string_equal(next_wanted(b.cuts), "-"); /* it has passed */
    assert_string_equal(root_of(b.cuts, "a.gone.zone.test"), "gone.zone.test");
}

static void a_name_right_below_the_apex_is_no_test(void **state)
{
    (void)state;
    make_cut("gone.zone.test");
    assert_int_equal(exists(b.cuts, "www.zone.test", false), CUT_NOTHING);
    assert_string_equal(next_wanted(b.cuts), "-");
}

static void a_zone_that_fails_the_test_is_not_cut(void **state)
{
    (void)state;
    make_cut("gone.zone.test");
    assert_int_equal(exists(b.cuts, "x.dept.zone.test", false), CUT_NOTHING);
    assert_string_equal(next_wanted(b.cuts), "dept.zone.test");
    assert_int_equal(answer(b.cuts, "dept.zone.test", CUT_DENIED), CUT_ZONE_DENIES);
    assert_string_equal(root_of(b.cuts, "a.gone.zone.test"), "-");
}

static void a_candidate_may_be_the_test(void **state)
{
    (void)state;
    assert_int_equal(exists(b.cuts, "dept.zone.test", true), CUT_NOTHING);
    assert_int_equal(exists(b.cuts, "x.dept.zone.test", false), CUT_NOTHING);
    assert_int_equal(exists(b.cuts, "dept.zone.test", true), CUT_ZONE_ANSWERS);
    assert_int_equal(exists(b.cuts, "dept.zone.test", true), CUT_NOTHING);
}

static unsigned samples(struct cuts *cuts, unsigned count)
{
    unsigned samples = 0;
    for (unsigned i = 0; i < count; i++)
        samples += cuts_wants_sample(cuts, &b.zone);
    return samples;
}

static void a_part_is_asked_all_the_same(void **state)
{
    (void)state;
    assert_int_equal(samples(b.cuts, 32), 32);
    assert_in_range(samples(b.cuts, 2000), 400, 600); /* 500 of them */
    samples(b.cuts, 64);
    assert_in_range(samples(b.cuts, 6400), 60, 140); /* 100 */
}

static void less_of_a_zone_that_has_passed(void **state)
{
    (void)state;
    assert_int_equal(facts_put(&b.facts, FACT_ANSWERS, b.apex.wire), SET_NEW);
    assert_in_range(samples(b.cuts, 6400), 60, 140);
}

static void a_liars_cuts_are_lifted(void **state)
{
    (void)state;
    struct cut_wanted wanted = {.name = name_of("b.zone.test"), .zone = b.apex, .zone_number = 7};
    make_cut("a.zone.test");
    assert_int_equal(cuts_settle(b.cuts, &wanted, CUT_DENIED, (const uint32_t[]){5, 6}), CUT_MADE);
    assert_int_equal(cuts_drop(b.cuts, 9), 0);
    assert_int_equal(b.facts.changes, 0);
    assert_int_equal(cuts_drop(b.cuts, deniers[1]), 0);
    assert_int_equal(b.facts.changes, 1);
    assert_string_equal(root_of(b.cuts, "x.a.zone.test"), "-");
    assert_string_equal(root_of(b.others, "x.a.zone.test"), "-");
    assert_string_equal(root_of(b.cuts, "x.b.zone.test"), "b.zone.test");
    assert_int_equal(cuts_drop(b.cuts, deniers[0]), 0);
    assert_int_equal(b.facts.changes, 1);
    assert_int_equal(cuts_drop(b.cuts, 5), 0);
    assert_int_equal(b.facts.changes, 2);
    assert_string_equal(root_of(b.cuts, "x.b.zone.test"), "-");
}

static void questions_are_few(void **state)
{
    (void)state;
    char parent[64];
    unsigned asked = 0, names = 0;
    deny_below(b.cuts, "zone.test", 1000); /* not deep: these allow no question */
    for (unsigned i = 0; i < 4000; i++) {
        snprintf(parent, sizeof parent, "p%u.zone.test", i);
        deny_below(b.cuts, parent, CUT_ASK_AFTER);
        names += CUT_ASK_AFTER;
        asked += strcmp(next_wanted(b.cuts), "-") != 0;
        assert_true(asked <= CUT_ASKS_FREE + names / CUT_ASKS_EVERY);
    }
    assert_true(asked >= CUT_ASKS_FREE + names / CUT_ASKS_EVERY - 1);
}

static void no_more_are_wanted_than_there_is_room_for(void **state)
{
    (void)state;
    char parent[64];
    unsigned asked = 0;
    assert_int_equal(exists(b.cuts, "x.there.zone.test", false), CUT_NOTHING);
    deny_below(b.cuts, "there.zone.test", 600); /* so many questions are allowed */
    for (unsigned i = 0; i < CUT_WANTED_MAX + 1; i++) {
        snprintf(parent, sizeof parent, "p%u.zone.test", i);
        deny_below(b.cuts, parent, CUT_ASK_AFTER);
    }
    while (strcmp(next_wanted(b.cuts), "-") != 0)
        asked++;
    assert_int_equal(asked, CUT_WANTED_MAX);
    snprintf(parent, sizeof parent, "p%u.zone.test", CUT_WANTED_MAX);
    deny_below(b.cuts, parent, 1); /* the one left out has its turn */
    assert_string_equal(next_wanted(b.cuts), parent);
}

static void without_room_for_facts_nothing_is_cut(void **state)
{
    (void)state;
    make_cut("gone.zone.test");
    b.facts.count = FACTS_MAX;
    assert_string_equal(root_of(b.cuts, "a.gone.zone.test"), "-");
    deny_below(b.cuts, "away.zone.test", CUT_ASK_AFTER);
    assert_string_equal(next_wanted(b.cuts), "-");
    assert_int_equal(answer(b.cuts, "away.zone.test", CUT_DENIED), CUT_NOTHING);
    assert_int_equal(exists(b.cuts, "x.gone.zone.test", false), CUT_NOTHING);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_is_wanted_when_enough_below_it_was_denied),
        TEST(the_highest_unknown_name_is_wanted),
        TEST(what_is_above_something_found_is_not_wanted),
        TEST(a_name_that_was_found_is_not_wanted),
        TEST(one_worker_asks_for_all),
        TEST(a_cut_covers_what_lies_below),
        TEST(silence_cuts_nothing),
        TEST(a_supposed_zones_apex_is_asked_first),
        TEST(an_apex_that_is_denied_cuts_nothing),
        TEST(what_is_found_proves_a_supposed_zones_apex),
        TEST(names_in_no_zone_are_left_alone),
        TEST(something_below_a_cut_ends_cutting_in_the_zone),
        TEST(one_denied_that_has_names_below_is_no_cut),
        TEST(a_zone_with_a_cut_is_tested_with_what_was_found),
        TEST(a_name_right_below_the_apex_is_no_test),
        TEST(a_zone_that_fails_the_test_is_not_cut),
        TEST(a_candidate_may_be_the_test),
        TEST(a_part_is_asked_all_the_same),
        TEST(less_of_a_zone_that_has_passed),
        TEST(a_liars_cuts_are_lifted),
        TEST(questions_are_few),
        TEST(no_more_are_wanted_than_there_is_room_for),
        TEST(without_room_for_facts_nothing_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
