// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/series.h: what came when, and nothing lost however long the run is. */
#include "tests/unit/lab/help.h"

#include "bench/lab/series.h"

#define START (7 * NS_PER_S + 3)

static uint64_t total(const struct series *series, enum series_kind kind)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < SERIES_STEPS; i++)
        sum += series->counts[kind][i];
    return sum;
}

static void the_first_query_is_time_zero(void **state)
{
    struct series series = {0};
    (void)state;
    series_add(&series, SERIES_QUERIES, START, 2);
    assert_int_equal(series.started, START);
    assert_int_equal(series.step_ns, SERIES_STEP_NS);
    assert_int_equal(series.used, 1);
    assert_int_equal(series.counts[SERIES_QUERIES][0], 2);
}

static void steps_end_where_the_next_begin(void **state)
{
    struct series series = {0};
    (void)state;
    series_add(&series, SERIES_QUERIES, START, 1);
    series_add(&series, SERIES_QUERIES, START + SERIES_STEP_NS - 1, 1);
    series_add(&series, SERIES_QUERIES, START + SERIES_STEP_NS, 1);
    series_add(&series, SERIES_CAPPED, START + 3 * SERIES_STEP_NS, 5);
    assert_int_equal(series.counts[SERIES_QUERIES][0], 2);
    assert_int_equal(series.counts[SERIES_QUERIES][1], 1);
    assert_int_equal(series.counts[SERIES_CAPPED][3], 5);
    assert_int_equal(series.used, 4);
}

static void a_time_before_the_first_counts_as_the_first(void **state)
{
    struct series series = {0};
    (void)state;
    series_add(&series, SERIES_QUERIES, START, 1);
    series_add(&series, SERIES_QUERIES, START - 1, 1);
    assert_int_equal(series.counts[SERIES_QUERIES][0], 2);
}

static void beyond_the_room_steps_are_twice_as_long(void **state)
{
    struct series series = {0};
    (void)state;
    for (int64_t i = 0; i < SERIES_STEPS; i++)
        series_add(&series, SERIES_QUERIES, START + i * SERIES_STEP_NS, (uint32_t)(i % 3));
    uint64_t before = total(&series, SERIES_QUERIES);
    assert_int_equal(series.used, SERIES_STEPS);
    assert_int_equal(series.step_ns, SERIES_STEP_NS);
    series_add(&series, SERIES_CAPPED, START + SERIES_STEPS * SERIES_STEP_NS, 1);
    assert_int_equal(series.step_ns, 2 * SERIES_STEP_NS);
    assert_int_equal(series.used, SERIES_STEPS / 2 + 1);
    assert_int_equal(series.counts[SERIES_CAPPED][SERIES_STEPS / 2], 1);
    assert_int_equal(series.counts[SERIES_QUERIES][1], 2); /* steps 2 and 3: 2 + 0 */
    assert_int_equal(total(&series, SERIES_QUERIES), before);
}

static void a_long_silence_ends_in_one_step(void **state)
{
    struct series series = {0};
    (void)state;
    series_add(&series, SERIES_QUERIES, START, 1);
    series_add(&series, SERIES_QUERIES, START + 30 * 24 * 3600 * NS_PER_S, 1);
    assert_true(series.used <= SERIES_STEPS);
    assert_int_equal(total(&series, SERIES_QUERIES), 2);
    assert_int_equal(series.counts[SERIES_QUERIES][0], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_query_is_time_zero),
        cmocka_unit_test(steps_end_where_the_next_begin),
        cmocka_unit_test(a_time_before_the_first_counts_as_the_first),
        cmocka_unit_test(beyond_the_room_steps_are_twice_as_long),
        cmocka_unit_test(a_long_silence_ends_in_one_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
