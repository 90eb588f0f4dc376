// SPDX-License-Identifier: BSD-2-Clause
/* verdict/generator.c: each fault at its limit, and in words. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verdict/generator.h"

/* A million due in 5 s, all answered, with a lag of 40 us. */
static struct load_result *a_result(void)
{
    static struct load_result result;
    memset(&result, 0, sizeof result);
    result.due = result.sent = result.answered = 1000000;
    result.active = 5 * NS_PER_S;
    result.workers = 1;
    result.lag.cells[hist_cell(40 * NS_PER_US)] = result.due;
    return &result;
}

static const struct generator_path quiet = {.core_use = 0.61, .cpus = 2};

static void assert_judged(enum generator_fault fault, const struct load_result *result,
                          const struct generator_path *path, const char *expected)
{
    struct text out = {0};
    assert_int_equal(generator_judge(result, path), fault);
    generator_explain(fault, result, path, &out);
    text_putc(&out, '\0');
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void one_that_kept_its_schedule_is_fine(void **state)
{
    (void)state;
    assert_judged(GENERATOR_FINE, a_result(), &quiet,
                  "kept its schedule: p99.9 lag 40.1 us, 0 socket drops, 61 % of a core");
}

static void queries_that_were_not_sent_are_a_fault(void **state)
{
    (void)state;
    struct load_result *result = a_result();
    result->unsent = 100;
    assert_int_equal(generator_judge(result, &quiet), GENERATOR_FINE);
    result->unsent = 1200;
    result->no_room = 1234;
    result->send_busy = 5;
    assert_judged(GENERATOR_UNSENT, result, &quiet,
                  "could not send 1,200 queries (0.12 %), 1,234 times no id was free, "
                  "5 times the kernel took no more, 61 % of a core");
    static const struct load_result nothing;
    assert_judged(GENERATOR_UNSENT, &nothing, &quiet, "sent nothing, 61 % of a core");
}

static void a_schedule_set_back_is_a_fault(void **state)
{
    (void)state;
    struct load_result *result = a_result();
    result->active = 99 * NS_PER_S;
    result->slipped = 1 * NS_PER_S; /* one in a hundred */
    assert_int_equal(generator_judge(result, &quiet), GENERATOR_FINE);
    result->slipped += 100 * NS_PER_MS;
    assert_judged(GENERATOR_SLIPPED, result, &quiet,
                  "could not keep its schedule: set back for 1.099 % of the time, 0 stalls, "
                  "61 % of a core");
    result->stalls = 12;
    result->stall_longest = 41 * NS_PER_MS;
    assert_judged(GENERATOR_SLIPPED, result, &quiet,
                  "could not keep its schedule: set back for 1.099 % of the time, 12 stalls, "
                  "the longest 41 ms, 61 % of a core");
}

static void answers_lost_here_are_a_fault(void **state)
{
    (void)state;
    struct load_result *result = a_result();
    struct generator_path path = quiet;
    result->answered = 999900;
    result->socket_drops = 100;
    assert_int_equal(generator_judge(result, &path), GENERATOR_FINE);
    result->socket_drops = 1500;
    assert_judged(GENERATOR_DROPPED, result, &path,
                  "lost 1,500 answers on its own sockets (0.15 %), 61 % of a core");
    result->socket_drops = 0;
    path.softnet_drops = 60;
    path.csum_errors = 40;
    assert_int_equal(generator_judge(result, &path), GENERATOR_FINE);
    path.csum_errors = 41;
    assert_judged(GENERATOR_DROPPED, result, &path,
                  "lost 0 answers on its own sockets (0 %), 101 packets on the way, "
                  "61 % of a core");
    /* A target on this machine drops queries on its sockets: that is its own doing. */
    path = quiet;
    path.rcvbuf_errors = path.in_errors = path.sndbuf_errors = 100000;
    assert_int_equal(generator_judge(result, &path), GENERATOR_FINE);
}

static void queries_sent_late_are_a_fault(void **state)
{
    (void)state;
    struct load_result *result = a_result();
    result->lag.cells[hist_cell(5 * NS_PER_MS)] = result->due / 99;
    assert_int_equal(generator_judge(result, &quiet), GENERATOR_FINE);
    result->lag.cells[hist_cell(5 * NS_PER_MS)] += 1000;
    assert_judged(GENERATOR_LAGGED, result, &quiet, "sent late: p99 lag 5 ms, 61 % of a core");
}

static void stolen_time_is_what_is_unusual(void **state)
{
    (void)state;
    struct load_result *result = a_result();
    struct generator_path path = quiet;
    path.steal = 0.0014; /* twice 0.0005 is chance; the rest on one core of two */
    assert_true(fabs(generator_stolen(&path) - 0.0008) < 1e-9);
    assert_int_equal(generator_judge(result, &path), GENERATOR_FINE);
    path.steal = 0.0017;
    assert_true(fabs(generator_stolen(&path) - 0.0014) < 1e-9);
    assert_judged(GENERATOR_STOLEN, result, &path,
                  "kept its schedule: p99.9 lag 40.1 us, 0 socket drops, 61 % of a core, "
                  "0.17 % of the machine taken by the hypervisor");
    path.steal_usual = 0.0012;
    assert_true(generator_stolen(&path) < 1e-9);
    path.steal_usual = 0.05;
    path.steal = 0.1;
    assert_judged(GENERATOR_FINE, result, &path,
                  "kept its schedule: p99.9 lag 40.1 us, 0 socket drops, 61 % of a core, "
                  "10 % of the machine taken by the hypervisor");
    path.steal = 0.9;
    assert_true(generator_stolen(&path) == 1);
    path.cpus = 0;
    assert_true(fabs(generator_stolen(&path) - 0.8) < 1e-9);
}

static void what_is_worse_is_told(void **state)
{
    (void)state;
    struct load_result *result = a_result();
    struct generator_path path = quiet;
    path.steal = 0.5;
    result->lag.cells[hist_cell(5 * NS_PER_MS)] = result->due;
    assert_int_equal(generator_judge(result, &path), GENERATOR_LAGGED);
    result->socket_drops = 100000;
    assert_int_equal(generator_judge(result, &path), GENERATOR_DROPPED);
    result->slipped = result->active;
    assert_int_equal(generator_judge(result, &path), GENERATOR_SLIPPED);
    result->unsent = result->due;
    assert_int_equal(generator_judge(result, &path), GENERATOR_UNSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_kept_its_schedule_is_fine),
        cmocka_unit_test(queries_that_were_not_sent_are_a_fault),
        cmocka_unit_test(a_schedule_set_back_is_a_fault),
        cmocka_unit_test(answers_lost_here_are_a_fault),
        cmocka_unit_test(queries_sent_late_are_a_fault),
        cmocka_unit_test(stolen_time_is_what_is_unusual),
        cmocka_unit_test(what_is_worse_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
