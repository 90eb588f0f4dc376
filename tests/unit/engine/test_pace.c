// SPDX-License-Identifier: BSD-2-Clause
/* engine/pace.c: exact counts over time, and how little is made good after a stall. */
#include "tests/unit/engine/help.h"

#include "engine/pace.h"

#define START (5000 * NS_PER_S + 1)

/* How many leave in [START, START + SPAN) when the pace is looked at each time it is due. */
static uint64_t count_in(double qps, mono_ns span)
{
    struct pace pace;
    uint64_t count = 0;
    pace_init(&pace, qps, START);
    while (pace_due(&pace) < START + span) {
        assert_int_equal(pace_allowed(&pace, pace_due(&pace), 64), 1);
        pace_take(&pace);
        count++;
    }
    return count;
}

static void counts_are_exact_over_time(void **state)
{
    static const double rates[] = {1, 3, 7, 50, 333333, 1e6};
    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        mono_ns seconds = rates[i] < 1000 ? 1000 : 10;
        uint64_t expected = (uint64_t)rates[i] * (uint64_t)seconds;
        uint64_t count = count_in(rates[i], seconds * NS_PER_S);
        /* The interval is cut to 2^-32 ns, so one more can fit at the very end. */
        assert_in_range(count, expected, expected + 1);
    }
}

static void a_rate_below_one_a_second_holds(void **state)
{
    (void)state;
    assert_int_equal(count_in(0.5, 100 * NS_PER_S), 50);
    assert_int_equal(count_in(1.0 / 256, 1024 * NS_PER_S) >= 4, 1);
}

static void no_rate_is_no_ceiling(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 0, START);
    assert_int_equal(pace_allowed(&pace, START, 64), 64);
    assert_int_equal(pace_due(&pace), 0);
    pace_take(&pace);
    assert_int_equal(pace_allowed(&pace, START, 64), 64);
}

static void nothing_may_go_a_nanosecond_too_early(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 1000, START);
    assert_int_equal(pace_allowed(&pace, START - 1, 64), 0);
    assert_int_equal(pace_allowed(&pace, START, 64), 1);
    pace_take(&pace);
    assert_int_equal(pace_due(&pace), START + NS_PER_MS);
    assert_int_equal(pace_allowed(&pace, START + NS_PER_MS - 1, 64), 0);
    assert_int_equal(pace_allowed(&pace, START + NS_PER_MS, 64), 1);
}

static void a_stall_is_made_good_for_a_millisecond_only(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 100000, START); /* every 10 us */
    uint32_t allowed = pace_allowed(&pace, START + 10 * NS_PER_S, 1000);
    assert_int_equal(allowed, 101);
    for (uint32_t i = 0; i < allowed; i++)
        pace_take(&pace);
    assert_int_equal(pace_allowed(&pace, START + 10 * NS_PER_S, 1000), 0);
}

static void a_stall_below_the_catch_up_is_made_good_whole(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 100000, START);
    assert_int_equal(pace_allowed(&pace, START + PACE_CATCH_UP - 1, 1000), 100);
    assert_int_equal(pace_allowed(&pace, START + PACE_CATCH_UP, 1000), 101);
    assert_int_equal(pace_allowed(&pace, START + PACE_CATCH_UP + 1, 1000), 101);
}

static void the_limit_is_never_passed(void **state)
{
    struct pace pace;
    (void)state;
    pace_init(&pace, 1e6, START);
    for (uint32_t limit = 0; limit < 4; limit++)
        assert_int_equal(pace_allowed(&pace, START + NS_PER_MS, limit), limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_exact_over_time),
        cmocka_unit_test(a_rate_below_one_a_second_holds),
        cmocka_unit_test(no_rate_is_no_ceiling),
        cmocka_unit_test(nothing_may_go_a_nanosecond_too_early),
        cmocka_unit_test(a_stall_is_made_good_for_a_millisecond_only),
        cmocka_unit_test(a_stall_below_the_catch_up_is_made_good_whole),
        cmocka_unit_test(the_limit_is_never_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
