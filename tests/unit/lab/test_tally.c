// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/tally.c, dueheap.c: what was imposed, and what is due. */
#include "tests/unit/lab/help.h"

#include <math.h>

#include "base/rng.h"
#include "bench/lab/dueheap.h"
#include "bench/lab/tally.h"

#define COUNT 20000

static int by_value(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* Against sorting: values from a few ns to a minute. */
static void percentiles_are_those_of_the_sorted_values(void **state)
{
    static int64_t values[COUNT];
    static const double shares[] = {0, 0.0001, 0.5, 0.9, 0.99, 0.999, 0.99995, 1};
    struct tally *tally = NULL;
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 11);
    assert_int_equal(tally_create(&tally, 0), 0);
    for (size_t i = 0; i < COUNT; i++) {
        values[i] = (int64_t)exp(rng_fast_unit(&rng) * log(6e10));
        tally_hist_add(&tally->imposed, values[i]);
    }
    qsort(values, COUNT, sizeof *values, by_value);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        size_t rank = (size_t)ceil(shares[i] * COUNT);
        double expected = (double)values[rank ? rank - 1 : 0];
        double is = tally_hist_percentile(&tally->imposed, shares[i], COUNT);
        if (fabs(is - expected) > expected / 2048)
            fail_msg("share %g: %.1f, expected %.1f", shares[i], is, expected);
    }
    assert_int_equal(tally->imposed.most, values[COUNT - 1]);
    tally_destroy(tally);
}

static void small_and_extreme_values_have_cells(void **state)
{
    static const int64_t values[] = {-5, 0, 1, 2046, 2047, 2048, 2049, 4095, 4096, INT64_MAX};
    static const double expected[] = {0, 0, 1, 2046, 2047, 2048, 2049, 4095, 4096.5, 68711088127.5};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct tally *tally = NULL;
        assert_int_equal(tally_create(&tally, 0), 0);
        tally_hist_add(&tally->late, values[i]);
        double is = tally_hist_percentile(&tally->late, 0.5, 1);
        if (is != expected[i])
            fail_msg("%lld: %.1f, expected %.1f", (long long)values[i], is, expected[i]);
        tally_destroy(tally);
    }
}

static void what_was_lost_lies_beyond(void **state)
{
    struct tally *tally = NULL;
    (void)state;
    assert_int_equal(tally_create(&tally, 0), 0);
    for (int i = 1; i <= 90; i++)
        tally_hist_add(&tally->imposed, i);
    assert_true(tally_hist_percentile(&tally->imposed, 0.5, 100) == 50);
    assert_true(tally_hist_percentile(&tally->imposed, 0.9, 100) == 90);
    assert_true(tally_hist_percentile(&tally->imposed, 0.91, 100) == -1);
    assert_true(tally_hist_percentile(&tally->given, 0.5, 0) == -1);
    tally_destroy(tally);
}

static void stamps_are_kept_in_order_up_to_the_room_there_is(void **state)
{
    struct tally *tally = NULL;
    char *path = file_of("");
    char text[200] = "";
    (void)state;
    assert_int_equal(tally_create(&tally, 3), 0);
    uint32_t first = tally_answered(tally, 5000000007, 5000000107);
    tally_unanswered(tally, 5000000009);
    uint32_t third = tally_answered(tally, 5000000010, 5000000020);
    assert_int_equal(tally_answered(tally, 5000000011, 5000000012), TALLY_NO_STAMP);
    tally_unanswered(tally, 5000000012);
    tally_sent(tally, third, 5000000010, 5000000020, 5000000025);
    tally_sent(tally, TALLY_NO_STAMP, 5000000011, 5000000012, 5000000013);
    assert_int_equal(first, 0);
    assert_int_equal(tally->stamps_left_out, 2);
    assert_int_equal(tally->imposed.count, 3);
    assert_int_equal(tally->late.count, 2);
    assert_int_equal(tally_write_stamps(tally, path), 0);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_string_equal(text, "# the first came 5.000000007 s after 1970\n"
                              "0\t100\t-1\n2\t-1\t-1\n3\t10\t15\n");
    file_remove(path);
    tally_destroy(tally);
}

static void the_report_tells_percentiles_and_what_lies_beyond(void **state)
{
    struct tally *tally = NULL;
    struct text text = {0};
    (void)state;
    assert_int_equal(tally_create(&tally, 0), 0);
    for (int i = 0; i < 99; i++)
        tally_sent(tally, tally_answered(tally, 0, 2048000), 0, 2048000, 2048000 + 1000);
    tally->lost = 1;
    tally_put(&text, tally);
    text_putc(&text, '\0');
    assert_non_null(strstr(text.data, "\"lost\":1,\"queue_full\":0,"));
    assert_non_null(strstr(text.data, "\"imposed_ms\":{\"count\":99,\"mean\":2.0480,\"p50\":2.0"));
    assert_non_null(strstr(text.data, "\"p99_9\":null,\"p99_99\":null,\"max\":2.0480}"));
    assert_non_null(strstr(text.data, "\"late_us\":{\"count\":99,\"mean\":1.0000,\"p50\":1.0000"));
    text_deinit(&text);
    tally_destroy(tally);
}

static void the_heap_gives_them_by_time(void **state)
{
    struct dueheap heap;
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 5);
    assert_int_equal(dueheap_init(&heap, COUNT), 0);
    for (int round = 0; round < 100; round++) {
        uint64_t put = 0, taken = 0;
        uint32_t count = round ? (uint32_t)round : COUNT;
        for (uint32_t i = 0; i < count; i++) {
            dueheap_put(&heap, (int64_t)rng_fast_below(&rng, 1000), i);
            put += i;
        }
        for (int64_t last = 0; heap.count;) {
            struct dueheap_item item = dueheap_take(&heap);
            assert_true(item.due >= last);
            last = item.due;
            taken += item.number;
        }
        assert_true(put == taken);
    }
    dueheap_put(&heap, 5, 1);
    dueheap_put(&heap, 3, 2);
    assert_int_equal(dueheap_take(&heap).number, 2);
    dueheap_put(&heap, 4, 3);
    assert_int_equal(dueheap_take(&heap).number, 3);
    assert_int_equal(dueheap_take(&heap).number, 1);
    assert_int_equal(heap.count, 0);
    dueheap_deinit(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_those_of_the_sorted_values),
        cmocka_unit_test(small_and_extreme_values_have_cells),
        cmocka_unit_test(what_was_lost_lies_beyond),
        cmocka_unit_test(stamps_are_kept_in_order_up_to_the_room_there_is),
        cmocka_unit_test(the_report_tells_percentiles_and_what_lies_beyond),
        cmocka_unit_test(the_heap_gives_them_by_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
