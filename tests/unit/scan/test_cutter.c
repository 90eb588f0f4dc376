// SPDX-License-Identifier: BSD-2-Clause
/* scan/cutter.c: what is pruned comes back when a cut ends, whichever worker has pruned it and
 * whether or not that one is still at work. Asking for names is told as scenarios (cut_*). */
#include "tests/unit/scan/telling.h"

#define SAMPLED 32 /* of a zone's first names below a cut all are asked */

static struct bench {
    struct telling t;
    struct worker other; /* besides t.worker */
    struct trust *trust;
    struct scan_pattern pattern;
    struct cut_zone zone;
    struct source source; /* learns nothing */
} b;

static void open_worker(struct worker *w, uint32_t index)
{
    w->run = &b.t.run;
    w->index = index;
    w->trust = b.trust;
    assert_int_equal(ledger_create(&w->ledger, cutter_chain(w->run) + 1), 0);
    assert_int_equal(cutter_open(&w->cutter, &w->run->cut), 0);
    assert_int_equal(tasks_create(&w->tasks, 1), 0);
    (void)tasks_take(w->tasks); /* none is free: nothing is asked here */
}

static void close_worker(struct worker *w)
{
    assert_int_equal(w->error, 0);
    cutter_close(&w->cutter);
    tasks_destroy(w->tasks);
    ledger_destroy(w->ledger);
    free(w->zone_verdicts);
}

static int set_up(void **state)
{
    uint32_t number;
    (void)state;
    static const struct source_ops ops = {0};
    memset(&b, 0, sizeof b);
    telling_open(&b.t);
    struct run *run = &b.t.run;
    b.pattern.zone = name_of("zone.test");
    b.t.params.command = SCAN_BRUTE;
    b.t.params.patterns = &b.pattern;
    b.t.params.pattern_count = 1;
    run->worker_count = 2;
    b.source.ops = &ops;
    run->source = &b.source;
    run->fleet.count = 3;
    assert_int_equal(trust_create(&b.trust, 3), 0);
    assert_int_equal(zones_create(&run->zones, 1), 0);
    assert_int_equal(zones_add(run->zones, &b.pattern.zone, &number), 0);
    assert_int_equal(returns_init(&run->returns), 0);
    facts_deinit(&run->cut.facts); /* the fixture's */
    assert_int_equal(cutter_common_init(&run->cut, run), 0);
    open_worker(&b.t.worker, 0);
    open_worker(&b.other, 1);
    b.zone =
        (struct cut_zone){.name = &b.pattern.zone, .number = number, .labels = 2, .is_given = true};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    close_worker(&b.t.worker);
    close_worker(&b.other);
    trust_destroy(b.trust);
    zones_destroy(b.t.run.zones);
    returns_deinit(&b.t.run.returns);
    cutter_common_deinit(&b.t.run.cut);
    telling_close(&b.t);
    return 0;
}

static void make_cut(struct worker *w, const char *text, uint32_t denier)
{
    const uint32_t deniers[] = {denier, 2};
    const struct cut_wanted wanted = {
        .name = name_of(text), .zone = b.pattern.zone, .zone_number = b.zone.number};
    assert_int_equal(cuts_settle(w->cutter.cuts, &wanted, CUT_DENIED, deniers), CUT_MADE);
}

/* Of COUNT names below PARENT, how many W prunes. */
static unsigned prune(struct worker *w, const char *parent, unsigned count)
{
    unsigned pruned = 0;
    for (unsigned i = 0; i < count; i++) {
        char text[64];
        snprintf(text, sizeof text, "n%u.%s", i, parent);
        const struct candidate candidate = {.name = name_of(text), .from = HIT_FROM_NAMES};
        pruned += cutter_prunes(w, &candidate, b.zone.number);
    }
    return pruned;
}

static void find(struct worker *w, const char *text)
{
    struct name name = name_of(text);
    assert_int_equal(cuts_note_exists(w->cutter.cuts, name.wire, &b.zone, false), CUT_ZONE_DENIES);
}

/* How many names come back to W, and are not pruned again. */
static unsigned returned(struct worker *w)
{
    struct ledger_entry entry;
    unsigned count = 0;
    while (returns_next(&b.t.run.returns, &entry) == 1) {
        assert_int_equal(entry.verdict, VERDICT_PRUNED);
        assert_int_equal(entry.source, HIT_FROM_NAMES);
        count += !cutter_keeps(w, &entry);
    }
    return count;
}

static void what_is_below_a_cut_is_pruned_and_counted(void **state)
{
    (void)state;
    struct worker *w = &b.t.worker;
    assert_int_equal(prune(w, "gone.zone.test", 10), 0);
    make_cut(w, "gone.zone.test", 0);
    assert_int_equal(prune(w, "gone.zone.test", SAMPLED), 0);
    unsigned pruned = prune(w, "gone.zone.test", 100);
    assert_in_range(pruned, 60, 99);
    assert_int_equal(counter_get(&w->counters.verdicts[VERDICT_PRUNED]), pruned);
    assert_int_equal(prune(w, "here.zone.test", 10), 0);
    assert_true(cutter_may_end(w));
}

static void without_trust_nothing_is_pruned(void **state)
{
    (void)state;
    struct worker *w = &b.t.worker;
    make_cut(w, "gone.zone.test", 0);
    w->trust = NULL;
    assert_int_equal(prune(w, "gone.zone.test", 100), 0);
    assert_true(cutter_may_end(w));
}

static void what_was_pruned_comes_back_before_the_end(void **state)
{
    (void)state;
    struct worker *w = &b.t.worker;
    make_cut(w, "gone.zone.test", 0);
    unsigned pruned = prune(w, "gone.zone.test", 100);
    find(w, "www.gone.zone.test");
    assert_false(cutter_may_end(w));
    assert_int_equal(returned(w), pruned);
    assert_true(cutter_may_end(w));
    assert_int_equal(prune(w, "gone.zone.test", 100), 0);
}

static void what_one_pruned_that_has_ended_comes_back_to_others(void **state)
{
    (void)state;
    struct worker *w = &b.t.worker;
    make_cut(w, "gone.zone.test", 0);
    unsigned pruned = prune(w, "gone.zone.test", 100);
    pruned += prune(&b.other, "gone.zone.test", 200);
    assert_true(cutter_may_end(&b.other));
    find(w, "www.gone.zone.test");
    mono_ns wake = INT64_MAX;
    w->now = NS_PER_S;
    cutter_go_on(w, &wake);
    assert_int_equal(returned(w), pruned);
    assert_true(cutter_may_end(w));
}

/* The two of them see a change, one of them at its end. */
static void each_name_comes_back_once(void **state)
{
    (void)state;
    make_cut(&b.other, "gone.zone.test", 0);
    unsigned pruned = prune(&b.t.worker, "gone.zone.test", 100);
    pruned += prune(&b.other, "gone.zone.test", 200);
    find(&b.t.worker, "www.gone.zone.test");
    assert_false(cutter_may_end(&b.other));
    assert_false(cutter_may_end(&b.t.worker));
    assert_int_equal(returned(&b.other), pruned);
    assert_true(cutter_may_end(&b.other));
    assert_true(cutter_may_end(&b.t.worker));
}

static void below_cuts_that_hold_names_stay_pruned(void **state)
{
    (void)state;
    struct worker *w = &b.t.worker;
    make_cut(w, "a.zone.test", 0);
    make_cut(w, "b.zone.test", 1);
    unsigned of_a = prune(w, "a.zone.test", 100), of_b = prune(w, "b.zone.test", 100);
    cutter_drop(w, 0);
    assert_false(cutter_may_end(w));
    assert_int_equal(returned(w), of_a);
    assert_true(cutter_may_end(w));
    cutter_drop(w, 1); /* those that stayed are still there to come back */
    assert_false(cutter_may_end(w));
    assert_int_equal(returned(w), of_b);
}

static void pruned_names_are_not_read_at_every_turn(void **state)
{
    (void)state;
    struct worker *w = &b.t.worker;
    make_cut(w, "a.zone.test", 0);
    make_cut(w, "b.zone.test", 1);
    assert_true(prune(w, "a.zone.test", 100) > 0);
    mono_ns wake = INT64_MAX;
    w->now = 5 * NS_PER_S;
    cutter_drop(w, 0);
    cutter_go_on(w, &wake);
    assert_true(returns_has(&b.t.run.returns));
    (void)returned(w);
    assert_true(prune(w, "b.zone.test", 100) > 0);
    cutter_drop(w, 1);
    w->now += CUTTER_AGAIN - 1;
    cutter_go_on(w, &wake);
    assert_false(returns_has(&b.t.run.returns));
    assert_int_equal(wake, 5 * NS_PER_S + CUTTER_AGAIN);
    w->now++;
    cutter_go_on(w, &wake);
    assert_true(returns_has(&b.t.run.returns));
    (void)returned(w);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_below_a_cut_is_pruned_and_counted),
        TEST(without_trust_nothing_is_pruned),
        TEST(what_was_pruned_comes_back_before_the_end),
        TEST(what_one_pruned_that_has_ended_comes_back_to_others),
        TEST(each_name_comes_back_once),
        TEST(below_cuts_that_hold_names_stay_pruned),
        TEST(pruned_names_are_not_read_at_every_turn),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
