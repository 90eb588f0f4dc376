// SPDX-License-Identifier: BSD-2-Clause
/* base/clock.c: the two clocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <time.h>

#include "base/clock.h"

static void monotonic_time_never_goes_back(void **state)
{
    (void)state;
    mono_ns last = clock_mono_ns();
    assert_true(last > 0);
    for (int i = 0; i < 1000; i++) {
        mono_ns now = clock_mono_ns();
        assert_true(now >= last);
        last = now;
    }
}

static void monotonic_time_is_in_nanoseconds(void **state)
{
    (void)state;
    const struct timespec pause = {.tv_nsec = 2 * NS_PER_MS};
    mono_ns start = clock_mono_ns();
    nanosleep(&pause, NULL);
    mono_ns passed = clock_mono_ns() - start;
    assert_in_range(passed, 2 * NS_PER_MS, 60 * NS_PER_S); /* a busy machine may be late */
}

static void wall_time_is_in_milliseconds(void **state)
{
    (void)state;
    int64_t seconds = (int64_t)time(NULL);
    int64_t ms = clock_wall_ms();
    assert_in_range(ms, (seconds - 1) * 1000, (seconds + 60) * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(monotonic_time_never_goes_back),
        cmocka_unit_test(monotonic_time_is_in_nanoseconds),
        cmocka_unit_test(wall_time_is_in_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
