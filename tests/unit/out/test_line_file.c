// SPDX-License-Identifier: BSD-2-Clause
#include "base/log.h"
#include "tests/unit/out/files.h"

#define LINES "first\nsecond\nthird\n"

static void put(struct line_file *file, const char *lines)
{
    text_puts(&file->pending, lines);
}

/* Room for N octets: the file keeps the lines that fit, whatever the size of a write. */
static void a_full_disk_leaves_the_whole_lines_that_fit(void **state)
{
    (void)state;
    static const int causes[] = {ENOSPC, EFBIG, EIO, EDQUOT};
    struct scratch s;
    char path[PATH_CAP], expected[sizeof LINES];
    scratch_open(&s);
    scratch_path(&s, "out", path);
    for (size_t room = 0; room < strlen(LINES); room++) {
        for (size_t chunk = 1; chunk <= strlen(LINES); chunk++) {
            struct line_file file;
            struct disk disk = {.room = room, .chunk = chunk, .cause = causes[room % 4]};
            assert_int_equal(line_file_open(&file, AT_FDCWD, path, LINE_FILE_TRUNCATE), 0);
            file.writer = disk_writer(&disk);
            put(&file, LINES);
            errno = 0;
            assert_int_equal(line_file_flush(&file), ERR_IO);
            assert_int_equal(errno, disk.cause);
            errno = 0;
            disk.room = 1000; /* sticky: room that comes later is not used */
            put(&file, "late\n");
            assert_int_equal(line_file_flush(&file), ERR_IO);
            assert_int_equal(line_file_close(&file), ERR_IO);
            assert_int_equal(errno, disk.cause);

            snprintf(expected, sizeof expected, "%.*s", (int)room, LINES);
            char *last = strrchr(expected, '\n');
            if (last)
                last[1] = '\0';
            else
                expected[0] = '\0';
            assert_file(path, expected);
        }
    }
    scratch_close(&s);
}

static void short_writes_and_passing_troubles_lose_nothing(void **state)
{
    (void)state;
    static const int troubles[] = {EINTR, EAGAIN};
    struct scratch s;
    char path[PATH_CAP];
    scratch_open(&s);
    scratch_path(&s, "out", path);
    for (size_t i = 0; i < 2; i++) {
        for (size_t chunk = 1; chunk <= strlen(LINES); chunk++) {
            struct line_file file;
            struct disk disk = {
                .room = 1000, .chunk = chunk, .interrupts = 3, .trouble = troubles[i]};
            assert_int_equal(line_file_open(&file, AT_FDCWD, path, LINE_FILE_TRUNCATE), 0);
            file.writer = disk_writer(&disk);
            put(&file, LINES);
            assert_int_equal(line_file_close(&file), 0);
            assert_file(path, LINES);
        }
    }
    scratch_close(&s);
}

static ssize_t write_nothing(void *context, int fd, const void *data, size_t len)
{
    (void)context;
    (void)fd;
    (void)data;
    (void)len;
    return 0;
}

static void a_write_that_writes_nothing_is_an_error_not_a_loop(void **state)
{
    (void)state;
    struct line_file file;
    assert_int_equal(line_file_open(&file, AT_FDCWD, "/dev/null", LINE_FILE_TRUNCATE), 0);
    file.writer.write = write_nothing;
    put(&file, LINES);
    assert_int_equal(line_file_flush(&file), ERR_IO);
    assert_int_equal(errno, EIO);
    assert_int_equal(line_file_close(&file), ERR_IO);
}

static void a_regular_file_is_written_late_a_device_at_once(void **state)
{
    (void)state;
    struct scratch s;
    char path[PATH_CAP];
    struct line_file file;
    struct disk disk = {.room = SIZE_MAX, .chunk = SIZE_MAX};
    scratch_open(&s);
    scratch_path(&s, "out", path);
    assert_int_equal(line_file_open(&file, AT_FDCWD, path, LINE_FILE_TRUNCATE), 0);
    file.writer = disk_writer(&disk);
    while (file.pending.len + 6 < 32 * 1024) {
        size_t kept = file.pending.len;
        put(&file, "aaaaa\n");
        assert_int_equal(line_file_added(&file, kept), 0);
    }
    assert_int_equal(disk.calls, 0);
    put(&file, "aaaaa\n");
    assert_int_equal(line_file_added(&file, 0), 0);
    assert_int_equal(disk.calls, 1);
    assert_int_equal(file.pending.len, 0);
    assert_int_equal(line_file_close(&file), 0);

    assert_int_equal(line_file_open(&file, AT_FDCWD, "/dev/null", LINE_FILE_TRUNCATE), 0);
    file.writer = disk_writer(&disk);
    put(&file, "a\n");
    assert_int_equal(line_file_added(&file, 0), 0);
    assert_int_equal(disk.calls, 2);
    assert_int_equal(line_file_close(&file), 0);
    assert_int_equal(disk.calls, 2);
    scratch_close(&s);
}

static void lines_before_an_allocation_failure_are_kept(void **state)
{
    (void)state;
    struct scratch s;
    char path[PATH_CAP];
    struct line_file file;
    scratch_open(&s);
    scratch_path(&s, "out", path);
    assert_int_equal(line_file_open(&file, AT_FDCWD, path, LINE_FILE_TRUNCATE), 0);
    put(&file, LINES);
    assert_int_equal(line_file_added(&file, 0), 0);
    put(&file, "half a li");
    file.pending.failed = true;
    assert_int_equal(line_file_added(&file, strlen(LINES)), ERR_NOMEM);
    assert_int_equal(line_file_close(&file), ERR_NOMEM);
    assert_file(path, LINES);
    scratch_close(&s);
}

static void append_keeps_what_is_there_and_cuts_only_its_own(void **state)
{
    (void)state;
    struct scratch s;
    char path[PATH_CAP];
    struct line_file file;
    struct disk disk = {.room = 9, .chunk = 4, .cause = ENOSPC};
    scratch_open(&s);
    scratch_path(&s, "out", path);
    write_file(path, "before\nno newline");
    assert_int_equal(line_file_open(&file, AT_FDCWD, path, LINE_FILE_APPEND), 0);
    file.writer = disk_writer(&disk);
    put(&file, LINES);
    assert_int_equal(line_file_close(&file), ERR_IO);
    assert_file(path, "before\nno newlinefirst\n");
    scratch_close(&s);
}

static void a_file_that_grew_behind_our_back_is_not_cut(void **state)
{
    (void)state;
    struct scratch s;
    char path[PATH_CAP];
    struct line_file file;
    struct disk disk = {.room = 3, .chunk = 3, .cause = ENOSPC};
    scratch_open(&s);
    scratch_path(&s, "out", path);
    assert_int_equal(line_file_open(&file, AT_FDCWD, path, LINE_FILE_TRUNCATE), 0);
    write_file(path, "a stranger's longer line\n");
    file.writer = disk_writer(&disk);
    put(&file, LINES);
    assert_int_equal(line_file_close(&file), ERR_IO);
    assert_file(path, "firtranger's longer line\n");
    scratch_close(&s);
}

/* What stderr got since the last call; stderr is the pipe that PIPE_FD reads. */
static void take_stderr(int pipe_fd, char out[FILE_CAP])
{
    ssize_t len = read(pipe_fd, out, FILE_CAP - 1);
    out[len > 0 ? len : 0] = '\0';
}

static void the_progress_line_is_lifted_for_lines_on_a_terminal(void **state)
{
    (void)state;
    struct scratch s;
    char path[PATH_CAP], told[FILE_CAP];
    struct line_file terminal, file;
    int pipe_fds[2], saved_stderr = dup(STDERR_FILENO), master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0)
        skip(); /* no /dev/ptmx */
    assert_int_equal(grantpt(master) | unlockpt(master), 0);
    assert_int_equal(pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK), 0);
    scratch_open(&s);
    scratch_path(&s, "out", path);
    assert_int_equal(line_file_open(&file, AT_FDCWD, path, LINE_FILE_TRUNCATE), 0);
    assert_int_equal(line_file_open(&terminal, AT_FDCWD, ptsname(master), LINE_FILE_APPEND), 0);

    dup2(pipe_fds[1], STDERR_FILENO);
    log_paint(" 62%");
    take_stderr(pipe_fds[0], told);
    put(&file, LINES);
    int in_file = line_file_flush(&file);
    int nothing = line_file_flush(&terminal);
    char kept[FILE_CAP];
    take_stderr(pipe_fds[0], kept);
    put(&terminal, LINES);
    int in_terminal = line_file_flush(&terminal);
    take_stderr(pipe_fds[0], told);
    log_paint("");
    dup2(saved_stderr, STDERR_FILENO);

    assert_int_equal(in_file | nothing | in_terminal, 0);
    assert_string_equal(kept, ""); /* neither a file nor an empty flush is in its way */
    assert_string_equal(told, "\r\033[K 62%");
    assert_int_equal(line_file_close(&file), 0);
    assert_int_equal(line_file_close(&terminal), 0);
    close(saved_stderr);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    close(master);
    scratch_close(&s);
}

static void what_cannot_be_opened_says_why(void **state)
{
    (void)state;
    struct line_file file;
    assert_int_equal(line_file_open(&file, AT_FDCWD, "/nonexistent/x", LINE_FILE_TRUNCATE), ERR_IO);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(line_file_open(&file, AT_FDCWD, "/tmp", LINE_FILE_TRUNCATE), ERR_IO);
    assert_int_equal(errno, EISDIR);
    assert_int_equal(line_file_close(&file), 0); /* not open: fine */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_leaves_the_whole_lines_that_fit),
        cmocka_unit_test(short_writes_and_passing_troubles_lose_nothing),
        cmocka_unit_test(a_write_that_writes_nothing_is_an_error_not_a_loop),
        cmocka_unit_test(a_regular_file_is_written_late_a_device_at_once),
        cmocka_unit_test(lines_before_an_allocation_failure_are_kept),
        cmocka_unit_test(append_keeps_what_is_there_and_cuts_only_its_own),
        cmocka_unit_test(a_file_that_grew_behind_our_back_is_not_cut),
        cmocka_unit_test(the_progress_line_is_lifted_for_lines_on_a_terminal),
        cmocka_unit_test(what_cannot_be_opened_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
