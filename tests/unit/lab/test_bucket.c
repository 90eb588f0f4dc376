// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/bucket.h, meter.h: rates allowed and rates seen. */
#include "tests/unit/lab/help.h"

#include "bench/lab/bucket.h"
#include "bench/lab/meter.h"

static unsigned take_all(struct bucket *bucket, mono_ns now)
{
    unsigned taken = 0;
    while (taken < 100000 && bucket_take(bucket, now))
        taken++;
    return taken;
}

static void a_full_bucket_gives_its_depth_at_once(void **state)
{
    struct bucket bucket;
    (void)state;
    bucket_init(&bucket, 1000, 0);
    assert_int_equal(take_all(&bucket, 0), 200); /* 0.2 s of 1,000 */
    assert_false(bucket_take(&bucket, NS_PER_MS - 1000));
    assert_true(bucket_take(&bucket, NS_PER_MS));
    assert_false(bucket_take(&bucket, NS_PER_MS));
}

static void it_fills_no_further_than_its_depth(void **state)
{
    struct bucket bucket;
    (void)state;
    bucket_init(&bucket, 1000, 0);
    assert_int_equal(take_all(&bucket, 100 * NS_PER_S), 200);
    assert_int_equal(take_all(&bucket, 100 * NS_PER_S + 50 * NS_PER_MS), 50);
}

static void over_a_second_the_rate_holds(void **state)
{
    struct bucket bucket;
    unsigned taken = 0;
    (void)state;
    bucket_init(&bucket, 250, 0);
    take_all(&bucket, 0);
    for (unsigned i = 1; i <= 10000; i++)
        taken += bucket_take(&bucket, i * (NS_PER_S / 10000));
    assert_in_range(taken, 249, 250);
}

static void the_smallest_rate_still_gives_one(void **state)
{
    struct bucket bucket;
    (void)state;
    bucket_init(&bucket, 1, 0);
    assert_int_equal(take_all(&bucket, 0), 1);
    assert_false(bucket_take(&bucket, NS_PER_S / 2));
    assert_true(bucket_take(&bucket, NS_PER_S + NS_PER_MS));
}

static void no_rate_is_no_limit_and_time_does_not_run_back(void **state)
{
    struct bucket bucket;
    (void)state;
    bucket_init(&bucket, 0, 0);
    assert_int_equal(take_all(&bucket, 0), 100000);
    bucket_init(&bucket, 1000, NS_PER_S);
    take_all(&bucket, NS_PER_S);
    assert_false(bucket_take(&bucket, 0));
}

static void a_steady_stream_is_metered_to_two_percent(void **state)
{
    struct meter meter = {0};
    (void)state;
    for (unsigned i = 0; i < 5000; i++)
        meter_add(&meter, 7 * NS_PER_S + i * NS_PER_MS, 1);
    assert_in_range(meter.peak_1s, 980, 1000);
    assert_in_range(meter.peak_100ms, 80, 100);
}

static void a_burst_is_seen_wherever_it_falls(void **state)
{
    (void)state;
    for (unsigned shift = 0; shift < 40; shift++) {
        struct meter meter = {0};
        mono_ns start = 3 * NS_PER_S + shift * 7 * NS_PER_MS;
        for (unsigned i = 0; i < 50; i++)
            meter_add(&meter, start + i * NS_PER_MS, 2);
        assert_int_equal(meter.peak_1s, 100);
        assert_int_equal(meter.peak_100ms, 100);
        meter_add(&meter, start + 10 * NS_PER_S, 1);
        assert_int_equal(meter.in_1s, 1);
        assert_int_equal(meter.peak_1s, 100);
    }
}

static void what_lies_a_second_apart_is_not_added_up(void **state)
{
    struct meter meter = {0};
    (void)state;
    meter_add(&meter, 20 * NS_PER_S, 10);
    meter_add(&meter, 21 * NS_PER_S, 10);
    assert_int_equal(meter.peak_1s, 10);
    meter_add(&meter, 21 * NS_PER_S + 979 * NS_PER_MS, 1);
    assert_int_equal(meter.peak_1s, 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_bucket_gives_its_depth_at_once),
        cmocka_unit_test(it_fills_no_further_than_its_depth),
        cmocka_unit_test(over_a_second_the_rate_holds),
        cmocka_unit_test(the_smallest_rate_still_gives_one),
        cmocka_unit_test(no_rate_is_no_limit_and_time_does_not_run_back),
        cmocka_unit_test(a_steady_stream_is_metered_to_two_percent),
        cmocka_unit_test(a_burst_is_seen_wherever_it_falls),
        cmocka_unit_test(what_lies_a_second_apart_is_not_added_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
