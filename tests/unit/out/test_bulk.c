// SPDX-License-Identifier: BSD-2-Clause
/* out/bulk.c: what was put aside goes out whole, whatever it goes to. */
#include "tests/unit/out/files.h"

#include <signal.h>
#include <sys/wait.h>

#include "out/bulk.h"

static struct scratch folder;
static char aside_path[PATH_CAP], out_path[PATH_CAP];

static int set_up(void **state)
{
    (void)state;
    scratch_open(&folder);
    scratch_path(&folder, "aside", aside_path);
    scratch_path(&folder, "out", out_path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&folder);
    return 0;
}

static int open_aside(const char *content)
{
    write_file(aside_path, content);
    int fd = open(aside_path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static void copies_follow_what_was_put(void **state)
{
    (void)state;
    struct out_bulk *bulk;
    struct text head = {0};
    int fd = open_aside("one\ntwo\nthree\n");
    write_file(out_path, "old content, which is longer than what comes\n");
    assert_int_equal(out_bulk_open(&bulk, out_path), 0);
    text_puts(&head, "; head\n");
    assert_int_equal(out_bulk_put(bulk, &head), 0);
    assert_int_equal(out_bulk_copy(bulk, fd, 8, NULL), 0); /* a part of it */
    assert_int_equal(out_bulk_put(bulk, &head), 0);
    assert_int_equal(out_bulk_copy(bulk, fd, 14, NULL), 0);
    assert_int_equal(out_bulk_close(bulk), 0);
    assert_file(out_path, "; head\none\ntwo\n; head\none\ntwo\nthree\n");
    text_deinit(&head);
    close(fd);
}

static void equal_lines_are_written_once(void **state)
{
    (void)state;
    struct out_bulk *bulk;
    struct set *seen;
    int fd = open_aside("a\nb\na\n");
    assert_int_equal(set_create(&seen), 0);
    assert_int_equal(out_bulk_open(&bulk, out_path), 0);
    assert_int_equal(out_bulk_copy(bulk, fd, 6, seen), 0);
    close(fd);
    fd = open_aside("b\nc\n");
    assert_int_equal(out_bulk_copy(bulk, fd, 4, seen), 0);
    assert_int_equal(out_bulk_close(bulk), 0);
    assert_file(out_path, "a\nb\nc\n");
    set_destroy(seen);
    close(fd);
}

/* Longer than a chunk, to a pipe: by hand, in whole lines. */
static void long_copies_go_through_pipes(void **state)
{
    (void)state;
    enum { LINES = 60000, LINE_LEN = 12 };
    struct out_bulk *bulk;
    char line[LINE_LEN + 1];
    FILE *file = fopen(aside_path, "w");
    assert_non_null(file);
    for (int i = 0; i < LINES; i++)
        fprintf(file, "line %06d\n", i);
    fclose(file);
    int fd = open(aside_path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(mkfifo(out_path, 0600), 0);
    pid_t reader = fork();
    assert_true(reader >= 0);
    if (reader == 0) {
        FILE *in = fopen(out_path, "r");
        char expected[LINE_LEN + 8];
        int i = 0;
        for (; in && fgets(line, sizeof line, in); i++) {
            snprintf(expected, sizeof expected, "line %06d\n", i);
            if (strcmp(line, expected) != 0)
                break;
        }
        _exit(i == LINES ? 0 : 1);
    }
    assert_int_equal(out_bulk_open(&bulk, out_path), 0);
    assert_int_equal(out_bulk_copy(bulk, fd, (uint64_t)LINES * LINE_LEN, NULL), 0);
    assert_int_equal(out_bulk_close(bulk), 0);
    int status;
    assert_int_equal(waitpid(reader, &status, 0), reader);
    assert_int_equal(status, 0);
    close(fd);
}

static void full_disks_are_told(void **state)
{
    (void)state;
    struct out_bulk *bulk;
    int fd = open_aside("one\n");
    assert_int_equal(out_bulk_open(&bulk, "/dev/full"), 0);
    int copied = out_bulk_copy(bulk, fd, 4, NULL);
    assert_int_equal(copied, ERR_IO);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(out_bulk_close(bulk), ERR_IO);
    assert_int_equal(out_bulk_open(&bulk, "/nowhere/out"), ERR_IO);
    assert_null(bulk);
    close(fd);
}

/* What was put aside is shorter than was said: somebody cut it. */
static void a_file_cut_short_is_an_error(void **state)
{
    (void)state;
    struct out_bulk *bulk;
    int fd = open_aside("one\n");
    assert_int_equal(out_bulk_open(&bulk, out_path), 0);
    assert_int_equal(out_bulk_copy(bulk, fd, 8, NULL), ERR_IO);
    (void)!out_bulk_close(bulk);
    close(fd);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(copies_follow_what_was_put, set_up, tear_down),
        cmocka_unit_test_setup_teardown(equal_lines_are_written_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_copies_go_through_pipes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(full_disks_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_cut_short_is_an_error, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
