// SPDX-License-Identifier: BSD-2-Clause
/* scan/display.c: how often progress is shown, and to whom. No terminal that
 * can be repainted. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>

#include "scan/display.h"

#define START (7 * NS_PER_S)

static void due_at(const struct scan_params *params, mono_ns every)
{
    struct display display;
    display_init(&display, params, START);
    assert_true(display_due(&display, START) == 0);
    assert_true(display_due(&display, START + every - 1) == 0);
    assert_true(display_due(&display, START + every) == (double)every / 1e9);
    assert_true(display_due(&display, START + 2 * every - 1) == 0);
    /* Late once is not late from then on: the count begins when it was shown. */
    assert_true(display_due(&display, START + 4 * every) == 3 * (double)every / 1e9);
    assert_true(display_due(&display, START + 5 * every - 1) == 0);
}

static void heartbeats_come_every_ten_seconds(void **state)
{
    (void)state;
    due_at(&(struct scan_params){0}, 10 * NS_PER_S);
}

static void json_comes_every_second_even_when_quiet(void **state)
{
    (void)state;
    due_at(&(struct scan_params){.progress = SCAN_PROGRESS_JSON}, NS_PER_S);
    due_at(&(struct scan_params){.progress = SCAN_PROGRESS_JSON, .quiet = true}, NS_PER_S);
}

static void nothing_is_due_when_it_is_not_wanted(void **state)
{
    const struct scan_params unwanted[] = {{.progress = SCAN_PROGRESS_NONE}, {.quiet = true}};
    (void)state;
    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++) {
        struct display display;
        display_init(&display, &unwanted[i], START);
        assert_true(display_due(&display, START + 3600 * NS_PER_S) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heartbeats_come_every_ten_seconds),
        cmocka_unit_test(json_comes_every_second_even_when_quiet),
        cmocka_unit_test(nothing_is_due_when_it_is_not_wanted),
    };
    setenv("TERM", "dumb", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
