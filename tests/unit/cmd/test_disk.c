// SPDX-License-Identifier: BSD-2-Clause
/* cmd/disk.c: what a path is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
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

/* Nothing is made by asking. */
static void what_may_be_written_is_told(void **state)
{
    char beside[80], path[6000];
    (void)state;
    snprintf(beside, sizeof beside, "%s/new", folder);
    assert_true(cmd_disk_real.may_write(file_path));
    assert_true(cmd_disk_real.may_write(link_path));
    assert_true(cmd_disk_real.may_write(pipe_path));
    assert_true(cmd_disk_real.may_write(beside));
    assert_int_equal(cmd_disk_real.look(beside), DISK_NONE);
    assert_false(cmd_disk_real.may_write(folder));
    assert_int_equal(errno, EISDIR);
    assert_false(cmd_disk_real.may_write(none_path)); /* below a file */
    assert_int_equal(errno, ENOTDIR);
    assert_false(cmd_disk_real.may_write("/nowhere/at/all"));
    assert_int_equal(errno, ENOENT);
    assert_false(cmd_disk_real.may_write(""));
    memset(path, 'a', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_false(cmd_disk_real.may_write(path));
    assert_int_equal(errno, ENAMETOOLONG);
}

/* What is named without a folder is made where the program runs. */
static void a_bare_name_is_of_this_folder(void **state)
{
    char before[4096];
    (void)state;
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder), 0);
    bool may = cmd_disk_real.may_write("new");
    assert_int_equal(chdir(before), 0);
    assert_true(may);
}

static void a_link_is_the_file_it_points_to(void **state)
{
    (void)state;
    assert_true(cmd_disk_real.is_same_file(file_path, link_path));
    assert_false(cmd_disk_real.is_same_file(file_path, pipe_path));
    assert_false(cmd_disk_real.is_same_file(pipe_path, pipe_path));
    assert_false(cmd_disk_real.is_same_file(none_path, none_path));
}

static void secrets_are_their_owners_alone(void **state)
{
    char content[4];
    size_t len;
    (void)state;
    FILE *file = fopen(file_path, "w");
    assert_true(file && fputs("secret", file) >= 0 && fclose(file) == 0);
    const unsigned modes[] = {0600, 0400, 0640, 0604, 0620, 0602, 0610, 0601};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(file_path, modes[i]), 0);
        int error = cmd_disk_real.read_secret(file_path, content, sizeof content, &len);
        assert_int_equal(error, modes[i] & 077 ? ERR_RANGE : 0);
        assert_int_equal(len, error ? 0 : 4);
    }
    assert_int_equal(chmod(file_path, 0600), 0);
    assert_memory_equal(content, "secr", 4);
    assert_int_equal(cmd_disk_real.read_secret(link_path, content, sizeof content, &len), 0);
    const char *const others[] = {pipe_path, folder, none_path, "/dev/null"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(cmd_disk_real.read_secret(others[i], content, sizeof content, &len),
                         ERR_IO);
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
        cmocka_unit_test(what_may_be_written_is_told),
        cmocka_unit_test(a_bare_name_is_of_this_folder),
        cmocka_unit_test(a_link_is_the_file_it_points_to),
        cmocka_unit_test(names_longer_than_a_path_are_not_there),
        cmocka_unit_test(secrets_are_their_owners_alone),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
