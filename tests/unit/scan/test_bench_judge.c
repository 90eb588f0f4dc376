// SPDX-License-Identifier: BSD-2-Clause
/* scan/bench_judge.c: when a generator's fault spoils a load, and when the target missed anyway. */
#include "tests/unit/scan/help.h"

#include "scan/bench_judge.h"

#define SECOND NS_PER_S

struct case_of {
    struct load_result result, room;
    struct slo slo;
    struct bench_verdict verdict;
};

/* 10,000 queries in a second, all answered after TIME. */
static struct case_of *begin(const char *objective, mono_ns time)
{
    struct case_of *c = calloc(1, sizeof *c);
    struct text why = {0};
    assert_non_null(c);
    assert_int_equal(slo_parse(objective, &c->slo, &why), 0);
    text_deinit(&why);
    assert_int_equal(load_result_init(&c->room, 0), 0);
    assert_int_equal(load_result_init(&c->result, 0), 0);
    c->result.workers = 1;
    c->result.active = SECOND;
    c->result.timeout = 2 * SECOND;
    c->result.due = c->result.sent = c->result.answered = c->result.rcodes[0] = 10000;
    for (int i = 0; i < 10000; i++) {
        hist_add(&c->result.response[LOAD_HIT], time);
        hist_add(&c->result.service, time);
        hist_add(&c->result.lag, 10 * NS_PER_US);
    }
    return c;
}

/* COUNT of the answers were lost instead. */
static void lose(struct case_of *c, uint64_t count, mono_ns time)
{
    c->result.answered -= count;
    c->result.rcodes[0] -= count;
    c->result.lost += count;
    c->result.response[LOAD_HIT].cells[hist_cell(time)] -= count;
    c->result.service.cells[hist_cell(time)] -= count;
    hist_add_lost(&c->result.response[LOAD_HIT], count);
    hist_add_lost(&c->result.service, count);
}

static void expect(struct case_of *c, enum search_outcome outcome, enum generator_fault fault)
{
    bench_judge(&c->verdict, &c->slo, &c->result, &c->room);
    assert_int_equal(c->verdict.fault, fault);
    assert_int_equal(c->verdict.outcome, outcome);
    load_result_deinit(&c->result);
    load_result_deinit(&c->room);
    free(c);
}

static void a_cut_load_is_never_met(void **state)
{
    (void)state;
    struct case_of *c = begin("loss<0.1%,p99<50ms", NS_PER_MS);
    c->result.is_cut = true;
    expect(c, SEARCH_INVALID, GENERATOR_FINE);
    c = begin("loss<0.1%,p99<50ms", NS_PER_MS);
    c->result.is_cut = true;
    lose(c, 200, NS_PER_MS);
    expect(c, SEARCH_MISSED, GENERATOR_FINE);
}

static void without_a_fault_the_objective_decides(void **state)
{
    (void)state;
    expect(begin("p99<50ms", 10 * NS_PER_MS), SEARCH_MET, GENERATOR_FINE);
    expect(begin("p99<50ms", 60 * NS_PER_MS), SEARCH_MISSED, GENERATOR_FINE);
    struct case_of *c = begin("loss<0.1%", NS_PER_MS);
    lose(c, 11, NS_PER_MS);
    expect(c, SEARCH_MISSED, GENERATOR_FINE);
}

static void a_late_generator_spoils_what_would_pass(void **state)
{
    struct case_of *c = begin("loss<0.1%,p99<50ms", 10 * NS_PER_MS);
    (void)state;
    c->result.slipped = SECOND / 10;
    expect(c, SEARCH_INVALID, GENERATOR_SLIPPED);
}

/* Its stamps were late as well. */
static void a_late_generator_says_nothing_of_times(void **state)
{
    struct case_of *c = begin("loss<0.1%,p99<50ms", 60 * NS_PER_MS);
    (void)state;
    c->result.slipped = SECOND / 10;
    expect(c, SEARCH_INVALID, GENERATOR_SLIPPED);
}

static void what_a_target_loses_it_loses_however_late_we_were(void **state)
{
    struct case_of *c = begin("loss<0.1%,p99<50ms", NS_PER_MS);
    (void)state;
    c->result.slipped = SECOND / 10;
    lose(c, 11, NS_PER_MS);
    expect(c, SEARCH_MISSED, GENERATOR_SLIPPED);
}

static void what_our_sockets_lost_is_not_the_targets(void **state)
{
    struct case_of *c = begin("loss<0.1%", NS_PER_MS);
    (void)state;
    lose(c, 100, NS_PER_MS);
    c->result.socket_drops = 95;
    expect(c, SEARCH_INVALID, GENERATOR_DROPPED);
    c = begin("loss<0.1%", NS_PER_MS);
    lose(c, 100, NS_PER_MS);
    c->result.socket_drops = 50;
    expect(c, SEARCH_MISSED, GENERATOR_DROPPED);
}

/* Ids run out because answers stay away: that is the target's doing. */
static void what_was_never_sent_does_not_excuse_the_rest(void **state)
{
    struct case_of *c = begin("loss<0.1%", NS_PER_MS);
    (void)state;
    c->result.unsent = 5000;
    c->result.due += 5000;
    hist_add_lost(&c->result.response[LOAD_HIT], 5000);
    expect(c, SEARCH_INVALID, GENERATOR_UNSENT);
    c = begin("p99<50ms", 60 * NS_PER_MS);
    c->result.unsent = 5000;
    c->result.due += 5000;
    expect(c, SEARCH_MISSED, GENERATOR_UNSENT);
}

static void expect_figures(enum generator_fault fault, uint64_t no_room,
                           enum search_outcome outcome)
{
    const struct load_result result = {.no_room = no_room};
    struct bench_verdict verdict = {.outcome = SEARCH_MISSED, .fault = fault};
    bench_judge_figures(&verdict, &result);
    assert_int_equal(verdict.outcome, outcome);
}

/* What the target misses by itself is no excuse where nothing is to be missed. */
static void figures_of_a_generator_at_fault_are_not_told(void **state)
{
    (void)state;
    expect_figures(GENERATOR_FINE, 0, SEARCH_MISSED);
    expect_figures(GENERATOR_SLIPPED, 0, SEARCH_INVALID);
    expect_figures(GENERATOR_LAGGED, 0, SEARCH_INVALID);
    expect_figures(GENERATOR_DROPPED, 1, SEARCH_INVALID);
    expect_figures(GENERATOR_UNSENT, 0, SEARCH_INVALID);
    expect_figures(GENERATOR_UNSENT, 1, SEARCH_MISSED); /* ids run out: not answered */
    expect_figures(GENERATOR_STOLEN, 0, SEARCH_MISSED);
}

/* Two CPUs, of which a fiftieth is taken: up to four in a hundred may be that. */
static void what_the_hypervisor_takes_excuses_as_much(void **state)
{
    const struct generator_path stolen = {.steal = 0.02, .cpus = 2};
    struct case_of *c = begin("loss<1%,p99<50ms", NS_PER_MS);
    (void)state;
    c->verdict.path = stolen;
    expect(c, SEARCH_MET, GENERATOR_STOLEN);
    c = begin("loss<1%,p99<50ms", NS_PER_MS);
    c->verdict.path = stolen;
    lose(c, 400, NS_PER_MS);
    expect(c, SEARCH_INVALID, GENERATOR_STOLEN);
    c = begin("loss<1%,p99<50ms", NS_PER_MS);
    c->verdict.path = stolen;
    lose(c, 600, NS_PER_MS);
    expect(c, SEARCH_MISSED, GENERATOR_STOLEN);
    c = begin("loss<1%,p99<50ms", 60 * NS_PER_MS);
    c->verdict.path = stolen;
    expect(c, SEARCH_INVALID, GENERATOR_STOLEN);
}

static void a_point_tells_rates_and_shares(void **state)
{
    struct case_of *c = begin("p99<50ms", 10 * NS_PER_MS);
    struct bench_point point;
    (void)state;
    lose(c, 100, 10 * NS_PER_MS);
    c->result.rcodes[0] -= 900;
    c->result.rcodes[2] = 200;
    c->result.rcodes[3] = 400;
    c->result.rcodes[5] = 300;
    c->result.good = 8400;
    c->result.truncated = 1000;
    c->result.slipped = SECOND;
    bench_point_of(&point, 12345, &c->result);
    assert_true(point.rate == 12345 && point.achieved == 10000);
    assert_true(point.answered == 8400);
    assert_true(point.loss == 0.01 && point.servfail == 0.02 && point.refused == 0.03);
    assert_true(point.truncated == 0.1 && point.slipped == 0.5);
    assert_in_range(point.p50, 9900 * NS_PER_US, 10100 * NS_PER_US);
    assert_true(point.p999 == HIST_BEYOND);
    assert_string_equal(point.why, "");
    expect(c, SEARCH_INVALID, GENERATOR_SLIPPED);
}

/* Warmed for a second, of which half was a stall, and asked for another; a tenth more of CPU went
 * into waiting for answers. */
static void no_worker_uses_more_than_its_core(void **state)
{
    static const struct load_result nothing;
    static struct load_result result = {.active = SECOND / 2,
                                        .slipped = SECOND / 2,
                                        .sending = 2 * SECOND,
                                        .sending_cpu = 3 * SECOND / 2,
                                        .cpu = 8 * SECOND / 5,
                                        .workers = 1};
    (void)state;
    assert_true(bench_core_use(&result) == 0.75);
    assert_true(bench_core_use(&nothing) == 0);
}

static struct search *ended(enum search_end end, double held)
{
    struct search *search = calloc(1, sizeof *search);
    assert_non_null(search);
    search->phase = SEARCH_DONE;
    search->end = end;
    search->held = held;
    return search;
}

static void add_point(struct search *search, double rate, enum search_outcome outcome)
{
    search->points[search->point_count++] = (struct search_point){rate, outcome, SEARCH_BISECT};
}

static void a_limit_that_nothing_missed_is_the_generators(void **state)
{
    struct search *search = ended(SEARCH_FOUND, 1000);
    (void)state;
    add_point(search, 900, SEARCH_MISSED);
    add_point(search, 1000, SEARCH_MET);
    add_point(search, 1020, SEARCH_INVALID);
    assert_int_equal(bench_search_end(search), SEARCH_GENERATOR);
    add_point(search, 1020, SEARCH_MISSED);
    assert_int_equal(bench_search_end(search), SEARCH_FOUND);
    search->end = SEARCH_CEILING;
    assert_int_equal(bench_search_end(search), SEARCH_CEILING);
    free(search);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_worker_uses_more_than_its_core),
        cmocka_unit_test(without_a_fault_the_objective_decides),
        cmocka_unit_test(a_cut_load_is_never_met),
        cmocka_unit_test(a_late_generator_spoils_what_would_pass),
        cmocka_unit_test(a_late_generator_says_nothing_of_times),
        cmocka_unit_test(what_a_target_loses_it_loses_however_late_we_were),
        cmocka_unit_test(what_our_sockets_lost_is_not_the_targets),
        cmocka_unit_test(what_was_never_sent_does_not_excuse_the_rest),
        cmocka_unit_test(figures_of_a_generator_at_fault_are_not_told),
        cmocka_unit_test(what_the_hypervisor_takes_excuses_as_much),
        cmocka_unit_test(a_point_tells_rates_and_shares),
        cmocka_unit_test(a_limit_that_nothing_missed_is_the_generators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
