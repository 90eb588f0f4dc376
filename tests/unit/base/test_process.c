// SPDX-License-Identifier: BSD-2-Clause
/* base/process.c: what is used is seen, in the units that are said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/process.h"

#define MEMORY (48u << 20)

static double cpu_seconds(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void time_is_that_of_the_processs_own_clock(void **state)
{
    (void)state;
    while (cpu_seconds() < 0.05)
        ;
    double before = cpu_seconds(), is = process_use_now().cpu_seconds, after = cpu_seconds();
    if (is < before - 0.02 || is > after + 0.02) /* the system may count in ticks */
        fail_msg("%.6f, not %.6f to %.6f", is, before, after);
}

static void memory_is_the_most_there_was(void **state)
{
    (void)state;
    volatile char *memory = malloc(MEMORY);
    assert_non_null(memory);
    for (size_t at = 0; at < MEMORY; at += 1024)
        memory[at] = 1;
    uint64_t with = process_use_now().max_rss_bytes;
    assert_in_range(with, MEMORY, 100u * MEMORY);
    free((void *)(uintptr_t)memory);
    assert_true(process_use_now().max_rss_bytes >= with);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_that_of_the_processs_own_clock),
        cmocka_unit_test(memory_is_the_most_there_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
