// SPDX-License-Identifier: BSD-2-Clause
/* scan/bench_figures.c: times and loss, and how far chance alone moves them. */
#include "tests/unit/scan/bench_world.h"

#define COLUMNS 100 /* of 100 ms, 100 queries each */

/* A load of 1 ms, but for what SLOW columns took, 50 ms and a LOST share. */
static struct world *begin_series(unsigned slow, uint32_t lost)
{
    struct world *w = begin(1000);
    struct load_result *kept = &w->subjects[0].kept;
    load_result_deinit(kept);
    assert_int_equal(load_result_init(kept, COLUMNS), 0);
    kept->workers = 1;
    kept->active = 10 * NS_PER_S;
    w->params.bench.timeout = NS_PER_S;
    w->subjects[0].column = 100 * NS_PER_MS;
    for (unsigned i = 0; i < COLUMNS; i++) {
        struct load_column *c = &kept->columns[i];
        mono_ns time = i < slow ? 50 * NS_PER_MS : NS_PER_MS;
        c->due = 100;
        c->lost = i < slow ? lost : 0;
        c->answered = c->due - c->lost;
        c->rows[load_heat_row(time)] = c->answered;
        for (uint32_t k = 0; k < c->answered; k++)
            hist_add(&kept->response[LOAD_HIT], time);
        hist_add_lost(&kept->response[LOAD_HIT], c->lost);
        kept->due += c->due;
        kept->lost += c->lost;
    }
    return w;
}

static void an_even_load_is_known_narrowly(void **state)
{
    struct world *w = begin_series(0, 0);
    (void)state;
    struct bench_interval p99 = bench_time_of(&w->bench, w->subjects, BENCH_P99);
    struct bench_interval loss = bench_loss_of(&w->bench, w->subjects);
    assert_true(p99.is_known && p99.low > 0.97e6 && p99.high < 1.03e6);
    assert_true(loss.is_known && loss.value == 0 && loss.low == 0);
    assert_true(loss.high > 0.0003 && loss.high < 0.0005); /* Wilson's of 10 000 */
    end(w);
}

/* What one burst made may be chance, however many queries it met. A row is a third wide. */
static void one_burst_is_chance(void **state)
{
    struct world *w = begin_series(4, 50);
    (void)state;
    struct bench_interval p99 = bench_time_of(&w->bench, w->subjects, BENCH_P99);
    struct bench_interval p50 = bench_time_of(&w->bench, w->subjects, BENCH_P50);
    struct bench_interval loss = bench_loss_of(&w->bench, w->subjects);
    assert_true(p99.value == 1e9 && p99.high == 1e9 && p99.low < 1.4e6);
    assert_true(p50.low > 0.97e6 && p50.high < 1.03e6);
    assert_true(loss.value == 0.02 && loss.low == 0 && loss.high > 0.03);
    end(w);
}

static void what_lasts_is_none(void **state)
{
    struct world *w = begin_series(COLUMNS, 2);
    (void)state;
    struct bench_interval p50 = bench_time_of(&w->bench, w->subjects, BENCH_P50);
    struct bench_interval loss = bench_loss_of(&w->bench, w->subjects);
    assert_true(p50.low > 48e6 && p50.high < 52e6);
    assert_true(loss.value == 0.02 && loss.low > 0.015 && loss.high < 0.025);
    end(w);
}

static void blocks_lie_within(void **state)
{
    struct world *w = begin_series(COLUMNS, 0);
    (void)state;
    for (int i = 0; i < 6; i++)
        add_block(&w->subjects[0], 1000, (20 + 10 * i) * 1e6, 0.01 * i);
    struct bench_interval p99 = bench_time_of(&w->bench, w->subjects, BENCH_P99);
    struct bench_interval loss = bench_loss_of(&w->bench, w->subjects);
    assert_true(p99.low < 40e6 && p99.high > 50e6);
    assert_true(loss.low == 0 && loss.high > 0.02);
    end(w);
}

static void nothing_kept_is_not_known(void **state)
{
    struct world *w = begin(1000);
    (void)state;
    assert_false(bench_time_of(&w->bench, w->subjects, BENCH_P99).is_known);
    assert_false(bench_loss_of(&w->bench, w->subjects).is_known);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_even_load_is_known_narrowly),
        cmocka_unit_test(one_burst_is_chance),
        cmocka_unit_test(what_lasts_is_none),
        cmocka_unit_test(blocks_lie_within),
        cmocka_unit_test(nothing_kept_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
