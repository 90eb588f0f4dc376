// SPDX-License-Identifier: BSD-2-Clause
/* scan/tally.c: what became of the resolvers, and the sums of several workers. */
#include "tests/unit/scan/help.h"

#include "scan/tally.h"

#define RESOLVERS 6

/* Workers that have all resolvers, and nothing else. */
struct crowd {
    struct run run;
    struct scan_params params;
    struct rng rng;
    struct worker a, b;
    struct worker *workers[2];
};

static void open_worker(struct crowd *c, struct worker *w, uint32_t index)
{
    struct pool_entry entries[RESOLVERS] = {0};
    for (uint32_t i = 0; i < RESOLVERS; i++)
        entries[i] = (struct pool_entry){.list_index = i, .operator_key = i};
    w->run = &c->run;
    c->workers[index] = w;
    assert_int_equal(pool_create(&w->pool, entries, RESOLVERS, 100, &c->rng, 0), 0);
    assert_int_equal(trust_create(&w->trust, RESOLVERS), 0);
    for (uint32_t i = 0; i < RESOLVERS; i++)
        trust_admit(w->trust, i);
}

/* One that makes nothing of what was found. */
static const struct source_ops plain_ops;
static struct source plain = {.ops = &plain_ops};

static void open_crowd(struct crowd *c)
{
    memset(c, 0, sizeof *c);
    rng_init_key(&c->rng, (const uint8_t[32]){1});
    c->run.params = &c->params;
    c->run.source = &plain;
    c->run.worker_count = 2;
    c->run.fleet.count = RESOLVERS;
    c->run.fleet.given = RESOLVERS + 1;
    assert_int_equal(zones_create(&c->run.zones, 0), 0);
    open_worker(c, &c->a, 0);
    open_worker(c, &c->b, 1);
}

static void close_crowd(struct crowd *c)
{
    zones_destroy(c->run.zones);
    for (int i = 0; i < 2; i++) {
        pool_destroy(c->workers[i]->pool);
        trust_destroy(c->workers[i]->trust);
    }
}

static struct report report_of(const struct crowd *c)
{
    struct report report = {0};
    assert_int_equal(tally_report(&report, &c->run, c->workers), 0);
    free((void *)(uintptr_t)report.zones);
    return report;
}

static void answer(struct worker *w, uint32_t resolver)
{
    pool_note(w->pool, resolver, POOL_ANSWERED, NS_PER_MS, NS_PER_MS);
}

static void silence(struct worker *w, uint32_t resolver)
{
    for (int i = 0; i < 1000 && pool_at(w->pool, resolver)->state == POOL_ACTIVE; i++)
        pool_note(w->pool, resolver, POOL_SILENT, NS_PER_S, 10 * NS_PER_S);
    assert_int_equal(pool_at(w->pool, resolver)->state, POOL_BENCHED);
}

static void a_resolver_is_what_the_workers_say_together(void **state)
{
    struct crowd c;
    (void)state;
    open_crowd(&c);
    for (uint32_t i = 0; i < RESOLVERS; i++)
        answer(&c.a, i);
    trust_convict(c.a.trust, 0, TRUST_HIDES); /* the other has not noticed */
    trust_fail(c.a.trust, 1, TRUST_DEAD);
    trust_fail(c.b.trust, 1, TRUST_DEAD);
    trust_fail(c.a.trust, 2, TRUST_REFUSES); /* of use to the other */
    trust_fail(c.a.trust, 3, TRUST_REWRITES);
    silence(&c.a, 4);
    silence(&c.b, 4);
    silence(&c.a, 5);
    struct report r = report_of(&c);
    assert_int_equal(r.resolvers_given, RESOLVERS + 1);
    assert_int_equal(r.benched[BENCHED_LIED], 2); /* 0 and 3 */
    assert_int_equal(r.benched[BENCHED_DEAD], 2); /* 1 and 4 */
    assert_int_equal(r.benched[BENCHED_REFUSING], 0);
    assert_int_equal(r.benched[BENCHED_FAILING], 0);
    assert_int_equal(r.resolvers_benched, 4);
    assert_int_equal(r.resolvers_usable, 4); /* those that answered, without the two */
    close_crowd(&c);
}

static void each_reason_is_a_kind(void **state)
{
    static const struct {
        enum trust_reason reason;
        enum benched_kind kind;
    } cases[] = {{TRUST_DEAD, BENCHED_DEAD},        {TRUST_REFUSES, BENCHED_REFUSING},
                 {TRUST_FAILS, BENCHED_FAILING},    {TRUST_SLOW, BENCHED_SLOW},
                 {TRUST_DENIES_ZONE, BENCHED_LIED}, {TRUST_REWRITES, BENCHED_LIED},
                 {TRUST_HIDES, BENCHED_LIED},       {TRUST_BLANKS, BENCHED_LIED}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct crowd c;
        open_crowd(&c);
        trust_fail(c.a.trust, 0, cases[i].reason);
        trust_fail(c.b.trust, 0, cases[i].reason);
        struct report r = report_of(&c);
        for (int k = 0; k < BENCHED_KINDS; k++)
            assert_int_equal(r.benched[k], k == (int)cases[i].kind);
        close_crowd(&c);
    }
}

/* One that stands outside because nobody needed it is not benched. */
static void those_never_vetted_are_not_benched(void **state)
{
    struct crowd c;
    (void)state;
    open_crowd(&c);
    pool_expel(c.a.pool, 0);
    pool_expel(c.b.pool, 0);
    trust_at(c.a.trust, 0)->state = TRUST_NEW;
    trust_at(c.b.trust, 0)->state = TRUST_NEW;
    struct report r = report_of(&c);
    assert_int_equal(r.resolvers_benched, 0);
    close_crowd(&c);
}

static void counters_of_trust_are_summed(void **state)
{
    struct crowd c;
    (void)state;
    open_crowd(&c);
    counter_set(&c.a.counters.canaries, 1);
    counter_set(&c.b.counters.canaries, 2);
    counter_set(&c.a.counters.requeued, 10);
    counter_set(&c.b.counters.requeued, 20);
    counter_set(&c.a.counters.retracted, 100);
    counter_set(&c.b.counters.retracted, 200);
    struct report r = report_of(&c);
    assert_int_equal(r.canaries, 3);
    assert_int_equal(r.requeued, 30);
    assert_int_equal(r.retracted, 300);
    close_crowd(&c);
}

/* Verdicts taken back by another worker than gave them: the sum is right. */
static void verdicts_may_be_taken_back_across_workers(void **state)
{
    struct crowd c;
    (void)state;
    open_crowd(&c);
    counter_add(&c.a.counters.verdicts[VERDICT_NXDOMAIN], 5);
    counter_add(&c.b.counters.verdicts[VERDICT_NXDOMAIN], (uint64_t)-2);
    struct report r = report_of(&c);
    assert_int_equal(r.verdicts[VERDICT_NXDOMAIN], 3);
    assert_int_equal(tally_now(&c.run, c.workers).decided, 3);
    close_crowd(&c);
}

static void recall_is_known_where_checks_were_made(void **state)
{
    struct crowd c;
    (void)state;
    open_crowd(&c);
    assert_false(report_of(&c).recall.is_known);
    trust_note_negative(c.a.trust, 0);
    for (int i = 0; i < 30; i++)
        trust_note_pass(c.a.trust, 0);
    struct report r = report_of(&c);
    assert_true(r.recall.is_known);
    assert_int_equal(r.recall.checks, 30);
    assert_string_equal(r.recall.method, "known_names");
    assert_true(r.recall.low < r.recall.value && r.recall.value < r.recall.high);
    /* Of what was asked a tenth stays open: so much less was found. */
    double all = r.recall.value;
    counter_set(&c.a.counters.candidates, 10);
    counter_set(&c.b.counters.verdicts[VERDICT_UNRESOLVED], 1);
    assert_true(report_of(&c).recall.value < 0.91 * all);
    /* --no-trust knows nothing. */
    struct trust *a = c.a.trust, *b = c.b.trust;
    c.a.trust = c.b.trust = NULL;
    assert_false(report_of(&c).recall.is_known);
    c.a.trust = a;
    c.b.trust = b;
    close_crowd(&c);
}

/* Shared by all workers, a resolver counts once; told as benched when it was expelled. */
static void progress_counts_who_is_out(void **state)
{
    struct crowd c;
    (void)state;
    open_crowd(&c);
    counter_set(&c.a.counters.resolvers_benched, 1);
    counter_set(&c.a.counters.resolvers_expelled, 2);
    counter_set(&c.b.counters.resolvers_expelled, 1);
    assert_int_equal(tally_now(&c.run, c.workers).resolvers_benched, 3);
    c.run.fleet.operator_count = 16; /* each has its own */
    assert_int_equal(tally_now(&c.run, c.workers).resolvers_benched, 4);
    close_crowd(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resolver_is_what_the_workers_say_together),
        cmocka_unit_test(each_reason_is_a_kind),
        cmocka_unit_test(those_never_vetted_are_not_benched),
        cmocka_unit_test(counters_of_trust_are_summed),
        cmocka_unit_test(verdicts_may_be_taken_back_across_workers),
        cmocka_unit_test(recall_is_known_where_checks_were_made),
        cmocka_unit_test(progress_counts_who_is_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
