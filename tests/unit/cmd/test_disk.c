// SPDX-License-Identifier: BSD-2-Clause
/* cmd/disk.c: what a path is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"

static char folder[] = "/tmp/test_disk.XXXXXX";
static char file_path[64], link_path[64], pipe_path[64], none_path[64];

static int make_files(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(file_path, sizeof file_path, "%s/file", folder);
    snprintf(link_path, sizeof link_path, "%s/link", folder);
    snprintf(pipe_path, sizeof pipe_path, "%s/pipe", folder);
    snprintf(none_path, sizeof none_path, "%s/file/none", folder);
    FILE *file = fopen(file_path, "w");
    return file && fclose(file) == 0 && symlink("file", link_path) == 0 &&
                   mkfifo(pipe_path, 0600) == 0
               ? 0
               : -1;
}

static int remove_files(void **state)
{
    (void)state;
    unlink(file_path);
    unlink(link_path);
    unlink(pipe_path);
    return rmdir(folder);
}

static void paths_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(cmd_disk_real.look(file_path), DISK_FILE);
    assert_int_equal(cmd_disk_real.look(link_path), DISK_FILE);
    assert_int_equal(cmd_disk_real.look(pipe_path), DISK_STREAM);
    assert_int_equal(cmd_disk_real.look("/dev/null"), DISK_STREAM);
    assert_int_equal(cmd_disk_real.look(folder), DISK_FOLDER);
    assert_int_equal(cmd_disk_real.look(none_path), DISK_NONE);
    assert_int_equal(cmd_disk_real.look(""), DISK_NONE);
}

static void a_link_is_the_file_it_points_to(void **state)
{
    (void)state;
    assert_true(cmd_disk_real.is_same_file(file_path, link_path));
    assert_false(cmd_disk_real.is_same_file(file_path, pipe_path));
    assert_false(cmd_disk_real.is_same_file(pipe_path, pipe_path));
    assert_false(cmd_disk_real.is_same_file(none_path, none_path));
}

static void names_longer_than_a_path_are_not_there(void **state)
{
    char path[6000];
    (void)state;
    memset(path, 'a', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_int_equal(cmd_disk_real.look(path), DISK_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_told_apart),
        cmocka_unit_test(a_link_is_the_file_it_points_to),
        cmocka_unit_test(names_longer_than_a_path_are_not_there),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
