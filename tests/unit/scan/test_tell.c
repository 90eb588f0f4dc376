// SPDX-License-Identifier: BSD-2-Clause
/* scan/tell.c: which outputs get what, once, and what is taken back. */
#include "tests/unit/scan/telling.h"

#define NOTHING VERDICT_COUNT

static void say(struct telling *t, const char *text, enum verdict verdict, enum hit_stage stage,
                enum verdict before)
{
    const struct hit hit = {.verdict = verdict, .stage = stage};
    struct name name = name_of(text);
    tell(&t->worker, &hit, name.wire, NULL, before, "the resolver lied");
}

static void what_is_final_goes_everywhere_once(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    say(&t, "a.example", VERDICT_FOUND, HIT_FINAL, NOTHING);
    say(&t, "b.example", VERDICT_NXDOMAIN, HIT_FINAL, NOTHING);
    say(&t, "a.example", VERDICT_FOUND, HIT_FINAL, NOTHING);
    say(&t, "b.example", VERDICT_NXDOMAIN, HIT_FINAL, NOTHING);
    say(&t, "c.example", VERDICT_SERVFAIL, HIT_FINAL, NOTHING); /* not shown */
    say(&t, "d.example", VERDICT_UNRESOLVED, HIT_FINAL, NOTHING);
    expect_told(&t, "a.example found\nb.example nxdomain\n",
                "a.example found\nb.example nxdomain\n", "d.example\n");
    assert_int_equal(counter_get(&t.worker.counters.names), 1);
    assert_int_equal(counter_get(&t.worker.counters.retracted), 0);
    telling_close(&t);
}

static void what_may_be_taken_back_goes_where_it_can(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_EARLY, NOTHING);
    say(&t, "b.example", VERDICT_NODATA, HIT_EARLY, NOTHING);
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_EARLY, NOTHING); /* twice in the input */
    expect_told(&t, "", "a.example nxdomain\nb.example nodata\n", "");
    say(&t, "a.example", VERDICT_FOUND, HIT_FINAL, VERDICT_NXDOMAIN);
    say(&t, "b.example", VERDICT_NODATA, HIT_EARLY, VERDICT_NODATA); /* as before */
    expect_told(&t, "a.example found\n",
                "a.example nxdomain\nb.example nodata\na.example retracted\na.example found\n", "");
    assert_int_equal(counter_get(&t.worker.counters.names), 1);
    assert_int_equal(counter_get(&t.worker.counters.retracted), 1);
    telling_close(&t);
}

/* nxdomain, no, nodata, no, nxdomain; then for good. */
static void each_change_is_told(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_EARLY, NOTHING);
    say(&t, "a.example", VERDICT_NODATA, HIT_EARLY, VERDICT_NXDOMAIN);
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_EARLY, VERDICT_NODATA);
    expect_told(&t, "",
                "a.example nxdomain\na.example retracted\na.example nodata\n"
                "a.example retracted\na.example nxdomain\n",
                "");
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_FINAL, VERDICT_NXDOMAIN);
    expect_told(&t, "a.example nxdomain\n",
                "a.example nxdomain\na.example retracted\na.example nodata\n"
                "a.example retracted\na.example nxdomain\n",
                "");
    assert_int_equal(counter_get(&t.worker.counters.retracted), 2);
    telling_close(&t);
}

static void what_was_not_shown_need_not_be_taken_back(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    t.params.show[VERDICT_NXDOMAIN] = false;
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_EARLY, NOTHING);
    say(&t, "a.example", VERDICT_FOUND, HIT_FINAL, VERDICT_NXDOMAIN);
    say(&t, "b.example", VERDICT_UNRESOLVED, HIT_FINAL, VERDICT_NXDOMAIN);
    expect_told(&t, "a.example found\n", "a.example found\n", "b.example\n");
    assert_int_equal(counter_get(&t.worker.counters.retracted), 0);
    telling_close(&t);
}

static void one_that_ends_undecided_is_taken_back_too(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_EARLY, NOTHING);
    say(&t, "a.example", VERDICT_UNRESOLVED, HIT_FINAL, VERDICT_NXDOMAIN);
    expect_told(&t, "", "a.example nxdomain\na.example retracted\n", "a.example\n");
    telling_close(&t);
}

/* Found by data that turned out to be made up: the plain formats had the name, and keep to
 * once each. */
static void a_find_that_changes_is_told_where_it_can_be(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    say(&t, "a.example", VERDICT_FOUND, HIT_FINAL, NOTHING);
    say(&t, "b.example", VERDICT_FOUND, HIT_FINAL, NOTHING);
    say(&t, "a.example", VERDICT_FOUND, HIT_FINAL, VERDICT_FOUND);
    say(&t, "b.example", VERDICT_NXDOMAIN, HIT_EARLY, VERDICT_FOUND);
    expect_told(&t, "a.example found\nb.example found\n",
                "a.example found\nb.example found\na.example retracted\na.example found\n"
                "b.example retracted\nb.example nxdomain\n",
                "");
    assert_int_equal(counter_get(&t.worker.counters.names), 2);
    assert_int_equal(counter_get(&t.worker.counters.retracted), 2);
    telling_close(&t);
}

/* Twice in the input: one was found at once, the other after its denial was taken back. */
static void a_name_counts_once_however_it_was_found(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_EARLY, NOTHING);
    say(&t, "a.example", VERDICT_FOUND, HIT_FINAL, NOTHING);
    say(&t, "a.example", VERDICT_FOUND, HIT_FINAL, VERDICT_NXDOMAIN);
    expect_told(&t, "a.example found\n",
                "a.example nxdomain\na.example found\na.example retracted\na.example found\n", "");
    assert_int_equal(counter_get(&t.worker.counters.names), 1);
    telling_close(&t);
}

/* Without an output that could take it back nothing was told, so nothing is retracted. */
static void plain_outputs_alone_retract_finds_only(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    t.run.tells_early = false;
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_EARLY, NOTHING);
    say(&t, "a.example", VERDICT_FOUND, HIT_FINAL, VERDICT_NXDOMAIN);
    assert_int_equal(counter_get(&t.worker.counters.retracted), 0);
    say(&t, "a.example", VERDICT_NODATA, HIT_EARLY, VERDICT_FOUND);
    assert_int_equal(counter_get(&t.worker.counters.retracted), 1);
    expect_told(&t, "a.example found\n", "a.example found\n", "");
    telling_close(&t);
}

static void what_stands_is_told_late_once_unless_it_was_found(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    struct name a = name_of("a.example"), b = name_of("b.example");
    say(&t, "a.example", VERDICT_NXDOMAIN, HIT_EARLY, NOTHING);
    say(&t, "b.example", VERDICT_FOUND, HIT_FINAL, NOTHING);
    assert_int_equal(tell_is_first_late(&t.run, &a), 1);
    assert_int_equal(tell_is_first_late(&t.run, &a), 0);
    assert_int_equal(tell_is_first_late(&t.run, &b), 0);
    telling_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_final_goes_everywhere_once),
        cmocka_unit_test(what_may_be_taken_back_goes_where_it_can),
        cmocka_unit_test(each_change_is_told),
        cmocka_unit_test(what_was_not_shown_need_not_be_taken_back),
        cmocka_unit_test(one_that_ends_undecided_is_taken_back_too),
        cmocka_unit_test(a_find_that_changes_is_told_where_it_can_be),
        cmocka_unit_test(a_name_counts_once_however_it_was_found),
        cmocka_unit_test(plain_outputs_alone_retract_finds_only),
        cmocka_unit_test(what_stands_is_told_late_once_unless_it_was_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
