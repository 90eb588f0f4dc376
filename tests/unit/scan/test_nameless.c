// SPDX-License-Identifier: BSD-2-Clause
/* scan/nameless.c: what is kept can be read again, and where it is kept. */
#include "tests/unit/scan/help.h"

#include <errno.h>

#include "base/log.h"
#include "scan/nameless.h"

static void lines_can_be_read_again(void **state)
{
    struct nameless file = {.fd_plus_1 = 0};
    char path[NAMELESS_PATH_MAX], line[64];
    size_t count = 0;
    (void)state;
    assert_false(nameless_is_open(&file));
    nameless_close(&file);
    assert_int_equal(nameless_open(&file, "test"), 0);
    for (int i = 0; i < 30000; i++) { /* several writes */
        int len = snprintf(line, sizeof line, "line %d\n", i);
        assert_int_equal(nameless_put(&file, line, (size_t)len), 0);
    }
    for (int again = 0; again < 2; again++) {
        FILE *in = fopen(nameless_path(&file, path), "r");
        assert_non_null(in);
        for (count = 0; fgets(line, sizeof line, in); count++) {
            char expected[64];
            snprintf(expected, sizeof expected, "line %zu\n", count);
            assert_string_equal(line, expected);
        }
        fclose(in);
        assert_int_equal(count, 30000);
    }
    nameless_close(&file);
    assert_false(nameless_is_open(&file));
}

static void a_folder_that_is_wanted_must_do(void **state)
{
    const char *folder;
    (void)state;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    assert_int_equal(nameless_create(&folder), -1);
    assert_int_equal(errno, ENOENT);
    assert_string_equal(folder, "/nowhere/at/all");
    struct nameless file;
    assert_int_equal(nameless_open(&file, "test"), ERR_IO);
    unsetenv("TMPDIR");
    int fd = nameless_create(&folder);
    assert_true(fd >= 0);
    assert_true(strcmp(folder, "/var/tmp") == 0 || strcmp(folder, "/tmp") == 0);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_can_be_read_again),
        cmocka_unit_test(a_folder_that_is_wanted_must_do),
    };
    log_init(LOG_ERROR, false);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
