// SPDX-License-Identifier: BSD-2-Clause
/* model/load.c: results of a load, emptied, added up, and sorted into a heat map's rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "model/load.h"

/* Everything behind it is told apart by place, not by name: a member that merge forgets shows. */
static void fill(struct load_result *result, uint64_t seed)
{
    struct rng_fast rng;
    rng_fast_init(&rng, seed);
    uint64_t *words = (uint64_t *)result;
    size_t end = offsetof(struct load_result, columns) / sizeof *words;
    for (size_t i = 0; i < end; i++)
        words[i] = rng_fast_below(&rng, 1000);
    result->workers = (unsigned)seed;
    for (uint32_t i = 0; i < result->column_count; i++)
        for (size_t j = 0; j < sizeof *result->columns / sizeof(uint32_t); j++)
            ((uint32_t *)&result->columns[i])[j] = rng_fast_below(&rng, 1000);
}

static void every_member_is_added_but_three(void **state)
{
    static struct load_result a, b, sum;
    (void)state;
    assert_int_equal(load_result_init(&a, 3), 0);
    assert_int_equal(load_result_init(&b, 2), 0);
    assert_int_equal(load_result_init(&sum, 3), 0);
    fill(&a, 1);
    fill(&b, 2);
    load_result_merge(&sum, &a);
    load_result_merge(&sum, &b);
    const uint64_t *x = (uint64_t *)&a, *y = (uint64_t *)&b, *z = (uint64_t *)&sum;
    for (size_t i = 0; i < offsetof(struct load_result, columns) / sizeof *x; i++) {
        size_t offset = i * sizeof *x;
        if (offset == offsetof(struct load_result, stall_longest) ||
            offset == offsetof(struct load_result, timeout))
            assert_int_equal(z[i], x[i] > y[i] ? x[i] : y[i]);
        else if (offset != offsetof(struct load_result, workers) && z[i] != x[i] + y[i])
            fail_msg("what lies at %zu is not added", offset);
    }
    assert_int_equal(sum.workers, 2);
    for (size_t i = 0; i < sizeof *a.columns / sizeof(uint32_t); i++) {
        for (unsigned column = 0; column < 2; column++)
            assert_int_equal(((uint32_t *)&sum.columns[column])[i],
                             ((uint32_t *)&a.columns[column])[i] +
                                 ((uint32_t *)&b.columns[column])[i]);
        assert_int_equal(((uint32_t *)&sum.columns[2])[i], ((uint32_t *)&a.columns[2])[i]);
    }
    load_result_deinit(&a);
    load_result_deinit(&b);
    load_result_deinit(&sum);
    assert_null(sum.columns);
}

static void cleared_is_as_new_and_keeps_its_columns(void **state)
{
    static struct load_result result, empty;
    (void)state;
    assert_int_equal(load_result_init(&result, LOAD_HEAT_COLUMNS + 1), 0);
    assert_int_equal(result.column_count, LOAD_HEAT_COLUMNS);
    struct load_column *columns = result.columns;
    fill(&result, 3);
    load_result_clear(&result);
    assert_ptr_equal(result.columns, columns);
    assert_int_equal(result.column_count, LOAD_HEAT_COLUMNS);
    for (size_t i = 0; i < LOAD_HEAT_COLUMNS * sizeof *columns; i++)
        assert_int_equal(((uint8_t *)columns)[i], 0);
    load_result_deinit(&result);
    assert_memory_equal(&result, &empty, sizeof empty);
    assert_int_equal(load_result_init(&result, 0), 0);
    assert_null(result.columns);
    load_result_clear(&result);
    assert_int_equal(load_result_init(&empty, 1), 0);
    load_result_merge(&result, &empty); /* no place for its columns */
    load_result_deinit(&empty);
    load_result_deinit(&result);
}

static void all_classes_are_one_response(void **state)
{
    static struct load_result result;
    static struct hist all;
    (void)state;
    for (unsigned class = 0; class < LOAD_CLASSES; class ++) {
        hist_add(&result.response[class], (class + 1) * NS_PER_MS);
        hist_add_lost(&result.response[class], class);
    }
    load_result_response(&result, &all);
    assert_int_equal(hist_count(&all), 4 + 6);
    assert_int_equal(all.beyond, 6);
    for (unsigned class = 0; class < LOAD_CLASSES; class ++)
        assert_int_equal(all.cells[hist_cell((class + 1) * NS_PER_MS)], 1);
}

static void seconds_are_those_of_the_schedule(void **state)
{
    static struct load_result result;
    (void)state;
    assert_true(load_result_seconds(&result) == 0);
    result.active = 6 * NS_PER_S;
    assert_true(load_result_seconds(&result) == 6);
    result.workers = 4; /* a second and a half each */
    assert_true(load_result_seconds(&result) == 1.5);
}

static void rows_are_eighths_of_a_decade(void **state)
{
    (void)state;
    assert_int_equal(load_heat_row(-1), 0);
    assert_int_equal(load_heat_row(0), 0);
    assert_int_equal(load_heat_row(9999), 0);
    for (uint32_t row = 0; row < LOAD_HEAT_ROWS; row++) {
        mono_ns low = llround(10000 * pow(10, row / 8.0));
        assert_int_equal(load_heat_row(low), row);
        if (row > 0)
            assert_int_equal(load_heat_row(low - 1), row - 1);
    }
    for (double value = 9000; value < 9e18; value *= 1.003) {
        double row = floor(8 * log10(floor(value) / 10000) + 1e-5);
        row = fmin(fmax(row, 0), LOAD_HEAT_ROWS - 1);
        assert_int_equal(load_heat_row((mono_ns)value), (uint32_t)row);
    }
    assert_int_equal(load_heat_row(10 * NS_PER_S), LOAD_HEAT_ROWS - 1);
    assert_int_equal(load_heat_row(INT64_MAX), LOAD_HEAT_ROWS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_is_added_but_three),
        cmocka_unit_test(cleared_is_as_new_and_keeps_its_columns),
        cmocka_unit_test(all_classes_are_one_response),
        cmocka_unit_test(seconds_are_those_of_the_schedule),
        cmocka_unit_test(rows_are_eighths_of_a_decade),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
