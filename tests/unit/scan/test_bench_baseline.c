// SPDX-License-Identifier: BSD-2-Clause
/* scan/bench_baseline.c: what became better or worse since the run before. */
#include "tests/unit/scan/bench_world.h"

static struct bench_saved saved_of(const char *name, double rate, double low, double high)
{
    struct bench_saved saved = {.rate = rate, .low = low, .high = high, .is_valid = true};
    saved.terms = (struct bench_terms){
        .mode = "fixed", .proto = "udp", .arrival = "poisson", .rate = 500, .workload = ""};
    snprintf(saved.name, sizeof saved.name, "%s", name);
    return saved;
}

/* One target of 100 to 100 q/s against one saved. */
static void expect_held(struct bench_saved saved, bool is_worse, const char *text)
{
    struct world *w = begin(500);
    struct bench_subject *subject = &w->subjects[0];
    w->bench.subject_count = 1;
    subject->kept.active = NS_PER_S;
    subject->kept.good = 100;
    add_block(subject, 100, 1e6, 0);
    assert_true(bench_hold_against(&w->bench, &saved, 1));
    assert_int_equal(w->bench.ending.is_worse, is_worse);
    assert_string_equal(w->bench.baseline, text);
    end(w);
}

static void only_beyond_both_intervals_is_a_loss(void **state)
{
    (void)state;
    expect_held(saved_of("127.0.0.1:53", 105, 100, 110), false,
                "127.0.0.1:53: 100 q/s, before 105, no significant difference");
    expect_held(saved_of("127.0.0.1:53", 105, 101, 110), true,
                "127.0.0.1:53: 100 q/s, before 105, a significant loss");
    expect_held(saved_of("127.0.0.1:53", 95, 90, 99), false,
                "127.0.0.1:53: 100 q/s, before 95, a significant gain");
    expect_held(saved_of("192.0.2.9:53", 105, 101, 110), true, /* the only one of both */
                "127.0.0.1:53: 100 q/s, before 105 at 192.0.2.9:53, a significant loss");
    struct bench_saved invalid = saved_of("127.0.0.1:53", 105, 101, 110);
    invalid.is_valid = false;
    expect_held(invalid, false, "127.0.0.1:53: it was no valid measurement");
}

static void several_are_found_by_name(void **state)
{
    struct world *w = begin(500);
    struct bench_saved saved[] = {saved_of("127.0.0.3:53", 10, 9, 11),
                                  saved_of("127.0.0.1:53", 200, 190, 210)};
    (void)state;
    for (int i = 0; i < TARGETS; i++) {
        w->subjects[i].kept.active = NS_PER_S;
        w->subjects[i].kept.good = 100;
        add_block(&w->subjects[i], 100, 1e6, 0);
    }
    assert_true(bench_hold_against(&w->bench, saved, 2));
    assert_true(w->bench.ending.is_worse);
    assert_string_equal(w->bench.baseline,
                        "127.0.0.1:53: 100 q/s, before 200, a significant loss; 127.0.0.2:53: not "
                        "in it; 127.0.0.3:53: 100 q/s, before 10, a significant gain");
    end(w);
}

/* Of 40 with long names not all fit: losses come first, and the end says that there were more. */
static void what_does_not_fit_is_said_to_be_more(void **state)
{
    enum { MANY = 40 };
    struct world *w = begin(500);
    struct fleet_resolver *resolvers = calloc(MANY, sizeof *resolvers);
    struct bench_subject *subjects = calloc(MANY, sizeof *subjects);
    struct bench_saved last;
    (void)state;
    assert_true(resolvers && subjects);
    for (int i = 0; i < MANY; i++) {
        snprintf(resolvers[i].text, sizeof resolvers[i].text, "[2001:db8:1:2:3:4:5:%d]:53", i);
        subjects[i] = w->subjects[0];
        subjects[i].resolver = &resolvers[i];
        subjects[i].kept.active = NS_PER_S;
        subjects[i].kept.good = 100;
        add_block(&subjects[i], 100, 1e6, 0);
    }
    last = saved_of(resolvers[MANY - 1].text, 200, 190, 210);
    w->bench.subjects = subjects;
    w->bench.subject_count = MANY;
    assert_true(bench_hold_against(&w->bench, &last, 1));
    const char *text = w->bench.baseline, *end_of = text + strlen(text);
    assert_true(w->bench.ending.is_worse);
    assert_ptr_equal(text, strstr(text, "[2001:db8:1:2:3:4:5:39]:53: 100 q/s, before 200, a sig"));
    assert_string_equal(end_of - strlen("not in it; ..."), "not in it; ...");
    assert_null(strstr(text, "; ...; "));
    free(resolvers);
    free(subjects);
    end(w);
}

/* A run at 500 q/s against one of other TERMS is compared no more, and WORDS say why. */
static void expect_other(struct bench_terms terms, const char *words)
{
    struct world *w = begin(500);
    struct bench_saved saved = saved_of("127.0.0.1:53", 200, 190, 210);
    w->subjects[0].kept.active = NS_PER_S;
    w->subjects[0].kept.good = 100;
    add_block(&w->subjects[0], 100, 1e6, 0);
    saved.terms = terms;
    assert_false(bench_hold_against(&w->bench, &saved, 1));
    assert_false(w->bench.ending.is_worse);
    assert_string_equal(w->bench.baseline, words);
    end(w);
}

static void what_was_offered_otherwise_is_not_compared(void **state)
{
    const struct bench_terms same = saved_of("", 0, 0, 0).terms;
    struct bench_terms other = same;
    (void)state;
    other.rate = 300;
    expect_other(other, "not comparable: rate 500, before 300");
    other.timeout = 1;
    snprintf(other.arrival, sizeof other.arrival, "steps");
    snprintf(other.proto, sizeof other.proto, "\x1b[1m");
    expect_other(other, "not comparable: rate 500, before 300; protocol udp, before \\027[1m; "
                        "arrival poisson, before steps; timeout 0, before 1");
    other = same;
    snprintf(other.workload, sizeof other.workload, "q.txt");
    expect_other(other, "not comparable: queries , before q.txt");
    other = same;
    other.rate = 0;
    snprintf(other.mode, sizeof other.mode, "search");
    snprintf(other.objective, sizeof other.objective, "loss<1%%");
    expect_other(other, "not comparable: mode fixed, before search");
    other.mode[0] = '\0';
    expect_other(other, "not comparable: it does not say what was offered");
}

static void a_lower_ceiling_is_no_loss(void **state)
{
    static const struct {
        enum search_end end;
        bool is_worse;
        const char *text;
    } cases[] = {
        {SEARCH_CEILING, false,
         "127.0.0.1:53: 400 q/s, before 1,000, which --max-rate left no room for"},
        {SEARCH_NONE, true, "127.0.0.1:53: 400 q/s, before 1,000, a significant loss"},
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct world *w = begin(0);
        struct bench_saved saved = saved_of("127.0.0.1:53", 1000, 990, 1010);
        saved.terms.rate = 0;
        snprintf(saved.terms.mode, sizeof saved.terms.mode, "search");
        w->bench.subject_count = 1;
        w->subjects[0].search.phase = SEARCH_DONE;
        w->subjects[0].search.end = cases[i].end;
        w->subjects[0].search.held = w->subjects[0].search.good = 400;
        assert_true(bench_hold_against(&w->bench, &saved, 1));
        assert_int_equal(w->bench.ending.is_worse, cases[i].is_worse);
        assert_string_equal(w->bench.baseline, cases[i].text);
        end(w);
    }
}

/* A load whose rate is as before, 10 000 queries that took P99 a hundredth of them at most, LOST
 * of them lost, against P99_THEN and LOSS_THEN. */
static void expect_figures(double p99, uint64_t lost, struct bench_interval p99_then,
                           struct bench_interval loss_then, const char *rest)
{
    struct world *w = begin(500);
    struct bench_subject *subject = &w->subjects[0];
    struct bench_saved saved = saved_of("127.0.0.1:53", 500, 490, 510);
    char text[512];
    w->bench.subject_count = 1;
    w->params.bench.timeout = 2 * NS_PER_S;
    saved.terms.timeout = 2;
    saved.p99_interval = p99_then;
    saved.loss_interval = loss_then;
    subject->kept.active = 20 * NS_PER_S;
    subject->kept.due = 10000 + lost;
    subject->kept.lost = lost;
    subject->kept.good = 10000;
    for (int i = 0; i < 10000; i++)
        hist_add(&subject->kept.response[LOAD_HIT], i < 9800 ? NS_PER_MS : (mono_ns)p99);
    assert_true(bench_hold_against(&w->bench, &saved, 1));
    assert_int_equal(w->bench.ending.is_worse, strstr(rest, "worse") != NULL);
    snprintf(text, sizeof text, "127.0.0.1:53: 500 q/s, before 500, no significant difference%s",
             rest);
    assert_string_equal(w->bench.baseline, text);
    end(w);
}

static void a_fixed_load_is_held_to_its_times_and_losses(void **state)
{
    const struct bench_interval none = {0}, lossless = {0, 0, 0.0004, true};
    const struct bench_interval slow = {80e6, 79e6, 80.5e6, true}, fast = {8e6, 7e6, 9e6, true};
    const struct bench_interval near = {77e6, 76e6, 78e6, true};
    const struct bench_interval wide = {8e6, 7e6, 100e6, true}, lossy = {0.05, 0.04, 0.06, true};
    const struct bench_interval few = {0.0026, 0.001, 0.0022, true};
    (void)state;
    expect_figures(80e6, 0, slow, lossless, "");
    expect_figures(80e6, 0, none, none, ""); /* an older file */
    expect_figures(80e6, 0, fast, lossless, ", and p99 80 ms, before 8, significantly worse");
    expect_figures(80e6, 0, wide, lossless, "");
    expect_figures(80e6, 0, near, lossless, ""); /* a trifle: 4 % */
    expect_figures(4e6, 0, fast, lossless, ", and p99 4.01 ms, before 8, significantly better");
    expect_figures(80e6, 31, slow, lossless, ", and loss 0.309 %, before 0, significantly worse");
    expect_figures(80e6, 31, slow, few, ""); /* a trifle */
    expect_figures(80e6, 0, slow, lossy, ", and loss 0 %, before 5, significantly better");
    expect_figures(80e6, 0, fast, lossy,
                   ", and p99 80 ms, before 8, significantly worse, and loss 0 %, before 5, "
                   "significantly better");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_beyond_both_intervals_is_a_loss),
        cmocka_unit_test(several_are_found_by_name),
        cmocka_unit_test(what_was_offered_otherwise_is_not_compared),
        cmocka_unit_test(a_fixed_load_is_held_to_its_times_and_losses),
        cmocka_unit_test(a_lower_ceiling_is_no_loss),
        cmocka_unit_test(what_does_not_fit_is_said_to_be_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
