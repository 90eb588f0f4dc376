// SPDX-License-Identifier: BSD-2-Clause
/* scan/bench_rank.c: rates with their intervals and who is better. */
#include "tests/unit/scan/bench_world.h"

#include <math.h>

static void expect_ranks(struct world *w, unsigned a, unsigned b, unsigned c)
{
    bench_rank(&w->bench);
    assert_int_equal(w->subjects[0].rank, a);
    assert_int_equal(w->subjects[1].rank, b);
    assert_int_equal(w->subjects[2].rank, c);
}

static void put_held(struct bench_subject *subject, double rate)
{
    subject->search.phase = SEARCH_DONE;
    subject->search.held = subject->search.good = rate;
}

static void searches_rank_by_rate_then_by_time(void **state)
{
    struct world *w = begin(0);
    (void)state;
    put_held(&w->subjects[0], 1000);
    put_held(&w->subjects[1], 3000);
    put_held(&w->subjects[2], 1000);
    add_block(&w->subjects[0], 800, 5e6, 0);
    add_block(&w->subjects[1], 800, 9e6, 0);
    add_block(&w->subjects[2], 800, 4e6, 0);
    expect_ranks(w, 3, 1, 2);
    end(w);
}

static void fixed_loads_rank_by_loss_then_by_time(void **state)
{
    struct world *w = begin(500);
    (void)state;
    add_block(&w->subjects[0], 500, 9e6, 0.00001); /* less than a hundredth of a percent */
    add_block(&w->subjects[1], 490, 1e6, 0.02);
    add_block(&w->subjects[2], 500, 8e6, 0);
    expect_ranks(w, 2, 3, 1);
    end(w);
}

static void of_whom_nothing_is_known_comes_last(void **state)
{
    (void)state;
    struct world *w = begin(1000);
    add_block(&w->subjects[0], 1000, 2e6, 0);
    add_block(&w->subjects[1], 900, 2e6, 0.1);
    add_block(&w->subjects[2], 800, 2e6, 0.2);
    expect_ranks(w, 1, 2, 3);
    w->subjects[0].verdict.outcome = SEARCH_INVALID;
    expect_ranks(w, 3, 1, 2);
    end(w);
}

static void a_search_that_was_cut_short_keeps_what_was_met(void **state)
{
    (void)state;
    struct world *w = begin(0);
    struct bench_subject *subject = &w->subjects[0];
    subject->search.phase = SEARCH_BISECT;
    assert_true(bench_is_valid(&w->bench, subject));
    subject->verdict.outcome = SEARCH_INVALID;
    assert_false(bench_is_valid(&w->bench, subject));
    subject->search.good = 1000;
    assert_true(bench_is_valid(&w->bench, subject));
    subject->search.phase = SEARCH_DONE;
    assert_false(bench_is_valid(&w->bench, subject));
    end(w);
}

static void who_was_not_measured_has_no_rank(void **state)
{
    struct world *w = begin(500);
    (void)state;
    add_block(&w->subjects[0], 500, 9e6, 0);
    add_block(&w->subjects[2], 500, 9e6, 0);
    w->subjects[1].is_left_out = true;
    expect_ranks(w, 1, 0, 2); /* equal: as they were given */
    w->subjects[2].is_left_out = true;
    w->subjects[0].rank = w->subjects[2].rank = 0;
    expect_ranks(w, 0, 0, 0); /* nobody to compare with */
    end(w);
}

static void differences_are_to_the_first(void **state)
{
    struct world *w = begin(500);
    struct bench_target first = {0}, second = {0};
    (void)state;
    for (int i = 0; i < 6; i++) { /* the machine gets slower; 2 ms stay between them */
        add_block(&w->subjects[0], 500, (3.0 + i) * 1e6, 0);
        add_block(&w->subjects[1], 480, (5.0 + i) * 1e6, 0.04);
    }
    w->subjects[2].is_left_out = true;
    expect_ranks(w, 1, 2, 0);
    bench_put_versus(&w->bench, &w->subjects[0], &first);
    assert_false(first.versus_p99.is_known || first.versus_rate.is_known);
    bench_put_versus(&w->bench, &w->subjects[1], &second);
    assert_true(second.versus_p99.is_known && second.versus_rate.is_known);
    assert_true(second.versus_p99.value == 2e6 && second.versus_p99.low == 2e6 &&
                second.versus_p99.high == 2e6);
    assert_true(second.versus_rate.value == -20);
    assert_true(fabs(second.versus_loss.value - 0.04) < 1e-9);
    end(w);
}

static void a_spoiled_block_takes_its_pair_along(void **state)
{
    struct world *w = begin(500);
    struct bench_target second = {0};
    (void)state;
    for (int i = 0; i < 3; i++) {
        add_block(&w->subjects[0], 500, 1e6, 0);
        add_block(&w->subjects[1], 500, i == 1 ? 900e6 : 3e6, 0);
    }
    w->subjects[1].blocks[1].is_spoiled = true;
    w->subjects[2].is_left_out = true;
    expect_ranks(w, 1, 2, 0);
    bench_put_versus(&w->bench, &w->subjects[1], &second);
    assert_true(second.versus_p99.value == 2e6 && second.versus_p99.high == 2e6);
    w->subjects[0].blocks[0].is_spoiled = true;
    bench_put_versus(&w->bench, &w->subjects[1], &second);
    assert_false(second.versus_p99.is_known); /* one pair is left: that may be chance */
    w->subjects[0].blocks[2].is_spoiled = true;
    bench_put_versus(&w->bench, &w->subjects[1], &second);
    assert_false(second.versus_p99.is_known);
    end(w);
}

/* The rate of a fixed load is the whole's, its interval that of the blocks. */
static void a_fixed_loads_rate_is_of_all_blocks(void **state)
{
    struct world *w = begin(500);
    struct bench_subject *subject = &w->subjects[0];
    (void)state;
    for (int i = 0; i < 8; i++)
        add_block(subject, 490 + i, 1e6, 0);
    subject->kept.active = 10 * NS_PER_S;
    subject->kept.due = 5000;
    subject->kept.answered = 4950;
    subject->kept.good = 4900;
    struct bench_interval rate = bench_rate_of(&w->bench, subject);
    assert_true(rate.is_known && rate.value == 490);
    assert_true(rate.low <= rate.value && rate.value <= rate.high && rate.high <= 497);
    assert_false(bench_rate_of(&w->bench, &w->subjects[1]).is_known); /* it ran for no time */
    end(w);
}

/* Four blocks that differ widely: the interval of their mean reaches below nothing. */
static void no_rate_is_less_than_none(void **state)
{
    struct world *w = begin(500);
    struct bench_subject *subject = &w->subjects[0];
    (void)state;
    subject->kept.active = 4 * NS_PER_S;
    subject->kept.good = 600;
    add_block(subject, 300, 1e6, 0);
    add_block(subject, 0, 1e6, 0);
    add_block(subject, 300, 1e6, 0);
    add_block(subject, 0, 1e6, 0);
    struct bench_interval rate = bench_rate_of(&w->bench, subject);
    assert_true(rate.is_known && rate.low == 0);
    end(w);
}

static void a_series_gives_an_interval_too(void **state)
{
    struct world *w = begin(500);
    struct bench_subject *subject = &w->subjects[0];
    (void)state;
    load_result_deinit(&subject->kept);
    assert_int_equal(load_result_init(&subject->kept, 200), 0);
    subject->kept.workers = 1;
    subject->kept.active = 10 * NS_PER_S;
    subject->column = 100 * NS_PER_MS;
    for (int i = 0; i < 100; i++) {
        struct load_column *c = &subject->kept.columns[i];
        *c = (struct load_column){.due = 50, .answered = 50, .good = i < 50 ? 40 : 50};
        subject->kept.good += c->good;
    }
    struct bench_interval rate = bench_rate_of(&w->bench, subject);
    assert_true(rate.is_known && rate.value == 450);
    assert_true(rate.low >= 400 && rate.low < 450 && rate.high > 450 && rate.high <= 500);
    end(w);
}

/* 100 answers in a second: 80 to 120 by chance, whatever the columns say. */
static void few_answers_have_a_wide_interval(void **state)
{
    struct world *w = begin(100);
    struct bench_subject *subject = &w->subjects[0];
    (void)state;
    subject->kept.active = NS_PER_S;
    subject->kept.good = 100;
    subject->column = 100 * NS_PER_MS;
    struct bench_interval rate = bench_rate_of(&w->bench, subject);
    assert_true(rate.is_known && rate.value == 100 && rate.low == 80 && rate.high == 120);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(searches_rank_by_rate_then_by_time),
        cmocka_unit_test(fixed_loads_rank_by_loss_then_by_time),
        cmocka_unit_test(of_whom_nothing_is_known_comes_last),
        cmocka_unit_test(a_search_that_was_cut_short_keeps_what_was_met),
        cmocka_unit_test(who_was_not_measured_has_no_rank),
        cmocka_unit_test(differences_are_to_the_first),
        cmocka_unit_test(a_spoiled_block_takes_its_pair_along),
        cmocka_unit_test(a_fixed_loads_rate_is_of_all_blocks),
        cmocka_unit_test(no_rate_is_less_than_none),
        cmocka_unit_test(a_series_gives_an_interval_too),
        cmocka_unit_test(few_answers_have_a_wide_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
