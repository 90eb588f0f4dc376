// SPDX-License-Identifier: BSD-2-Clause
/* scan/stats_file.c: what is written, and what a failure makes of the exit code. */
#include "tests/unit/scan/help.h"

#include "base/log.h"
#include "scan/stats_file.h"

#define OBJECT "{\"exit\":3}\n"

static enum scan_exit write_to(const char *path, const char *object, enum scan_exit code)
{
    struct scan_params params = {.stats_path = path};
    struct text text = {0};
    text_puts(&text, object ? object : "");
    text.failed = object == NULL;
    code = stats_file_write(&params, &text, code);
    text_deinit(&text);
    return code;
}

static void the_object_replaces_what_was_there(void **state)
{
    (void)state;
    char *folder = folder_create();
    const char *path = file_in(folder, "stats", "something longer than the object is\n");
    assert_int_equal(write_to(path, OBJECT, SCAN_EXIT_INCOMPLETE), SCAN_EXIT_INCOMPLETE);
    char *content = content_of(path);
    assert_string_equal(content, OBJECT);
    free(content);
    folder_remove(folder);
}

static void what_cannot_be_written_is_a_failure(void **state)
{
    static const char *const paths[] = {"/nowhere/stats", "/dev/full"};
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_int_equal(write_to(paths[i], OBJECT, SCAN_EXIT_COMPLETE), SCAN_EXIT_FATAL);
        assert_int_equal(write_to(paths[i], OBJECT, SCAN_EXIT_NO_RESOLVER), SCAN_EXIT_FATAL);
    }
    assert_int_equal(write_to("/dev/null", NULL, SCAN_EXIT_COMPLETE), SCAN_EXIT_FATAL);
    assert_int_equal(write_to("/dev/null", OBJECT, SCAN_EXIT_COMPLETE), SCAN_EXIT_COMPLETE);
}

static void what_ended_is_told_with_its_command(void **state)
{
    (void)state;
    const struct scan_params params = {.is_own = true, .command_line = "dnstrawl x", .seed = 7};
    int64_t now = clock_wall_ms();
    struct stats_end end = stats_file_end(&params, 1000, SCAN_EXIT_COMPLETE);
    assert_true(end.is_complete && end.is_own);
    assert_string_equal(end.command_line, "dnstrawl x");
    assert_true(end.started_ms == 1000 && end.seed == 7);
    assert_true(end.ended_ms >= now && end.ended_ms <= clock_wall_ms());
    end = stats_file_end(&params, 1000, SCAN_EXIT_INCOMPLETE);
    assert_false(end.is_complete);
    assert_int_equal(end.exit_code, 3);
}

/* The shell is to see that it was one, and of which kind. */
static void a_signal_stays_the_reason(void **state)
{
    static const enum scan_exit codes[] = {SCAN_EXIT_SIGINT, SCAN_EXIT_CLOSED, SCAN_EXIT_SIGTERM};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_int_equal(write_to("/nowhere/stats", OBJECT, codes[i]), codes[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_object_replaces_what_was_there),
        cmocka_unit_test(what_cannot_be_written_is_a_failure),
        cmocka_unit_test(what_ended_is_told_with_its_command),
        cmocka_unit_test(a_signal_stays_the_reason),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
