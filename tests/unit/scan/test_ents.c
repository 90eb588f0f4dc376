// SPDX-License-Identifier: BSD-2-Clause
/* scan/ents.c: names without data wait a little, and are flagged by what is known then. */
#include "tests/unit/scan/telling.h"

#define NOW NS_PER_S

static void say(struct telling *t, const char *text, enum verdict verdict, enum hit_stage stage)
{
    const struct hit hit = {.verdict = verdict, .stage = stage};
    struct name name = name_of(text);
    tell(&t->worker, &hit, name.wire, NULL, VERDICT_COUNT, NULL);
}

static void something_is_below(struct telling *t, const char *text)
{
    struct name name = name_of(text);
    assert_int_equal(facts_put(&t->run.cut.facts, FACT_ABOVE, name.wire), SET_NEW);
}

/* Lines of the JSON output that are there now; how many are flagged. */
static void expect_lines(struct telling *t, unsigned lines, unsigned flagged)
{
    assert_int_equal(writer_write(t->run.writer, 0), 0);
    char *text = content_of(t->outputs[1].path);
    unsigned line_count = 0, flag_count = 0;
    for (const char *c = text; *c; c++) {
        line_count += *c == '\n';
        flag_count += strncmp(c, "\"ent\"", 5) == 0;
    }
    free(text);
    assert_int_equal(line_count, lines);
    assert_int_equal(flag_count, flagged);
}

static void go_on(struct telling *t, mono_ns now, mono_ns expected_wake)
{
    mono_ns wake = INT64_MAX;
    t->worker.now = now;
    ents_go_on(&t->worker, &wake);
    assert_int_equal(wake, expected_wake);
}

static void what_is_known_is_told_at_once(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    something_is_below(&t, "a.example");
    say(&t, "a.example", VERDICT_NODATA, HIT_EARLY);
    expect_lines(&t, 1, 1);
    say(&t, "b.example", VERDICT_FOUND, HIT_FINAL);
    something_is_below(&t, "c.example");
    say(&t, "c.example", VERDICT_NXDOMAIN, HIT_EARLY); /* only names that are there are flagged */
    expect_lines(&t, 3, 1);
    telling_close(&t);
}

static void the_others_wait_for_it(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    t.worker.now = NOW;
    say(&t, "a.example", VERDICT_NODATA, HIT_EARLY);
    t.worker.now = NOW + 1;
    say(&t, "b.example", VERDICT_NODATA, HIT_EARLY);
    expect_lines(&t, 0, 0);
    something_is_below(&t, "a.example");
    go_on(&t, NOW + ENTS_WAIT - 1, NOW + ENTS_WAIT);
    expect_lines(&t, 0, 0);
    go_on(&t, NOW + ENTS_WAIT, NOW + ENTS_WAIT + 1);
    expect_lines(&t, 1, 1);
    go_on(&t, NOW + ENTS_WAIT + 1, INT64_MAX);
    expect_lines(&t, 2, 1);
    telling_close(&t);
}

static void the_end_waits_for_nobody(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    say(&t, "a.example", VERDICT_NODATA, HIT_EARLY);
    say(&t, "b.example", VERDICT_NODATA, HIT_FINAL);
    something_is_below(&t, "b.example");
    ents_end(&t.worker);
    expect_lines(&t, 2, 1);
    ents_end(&t.worker);
    expect_lines(&t, 2, 1);
    telling_close(&t);
}

static void a_bounded_number_waits(void **state)
{
    struct telling t;
    (void)state;
    telling_open(&t);
    for (unsigned i = 0; i < ENTS_MAX + 3; i++) {
        char text[32];
        snprintf(text, sizeof text, "n%u.example", i);
        say(&t, text, VERDICT_NODATA, HIT_EARLY);
    }
    expect_lines(&t, 3, 0);
    telling_close(&t); /* those that still wait are given back */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_is_told_at_once),
        cmocka_unit_test(the_others_wait_for_it),
        cmocka_unit_test(the_end_waits_for_nobody),
        cmocka_unit_test(a_bounded_number_waits),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
