// SPDX-License-Identifier: BSD-2-Clause
#include <poll.h>
#include <signal.h>

#include "out/sink_internal.h"
#include "tests/unit/out/files.h"

static const struct out_format *const all_formats[] = {&out_names,   &out_text, &out_ndjson,
                                                       &out_massdns, &out_zone, &out_csv};
#define FORMATS (sizeof all_formats / sizeof all_formats[0])

static void every_format_without_a_hit_leaves_its_header_alone(void **state)
{
    (void)state;
    struct scratch s;
    char path[PATH_CAP];
    scratch_open(&s);
    scratch_path(&s, "out", path);
    for (size_t i = 0; i < FORMATS; i++) {
        struct out_sink *sink;
        write_file(path, "old content\n");
        assert_int_equal(out_sink_open(&sink, all_formats[i], path), 0);
        assert_string_equal(out_sink_path(sink), path);
        assert_int_equal(out_sink_close(sink), 0);
        assert_file(path,
                    all_formats[i]->begin ? "host,type,ttl,data,verdict,confirmed,resolver\n" : "");
    }
    scratch_close(&s);
}

/* Lines that HIT leaves in a file, or in a folder's only file, of FORMAT. */
static unsigned lines_left(const struct out_format *format, const char *path, bool is_split,
                           const struct hit *hit)
{
    char text[FILE_CAP], inside[PATH_CAP + 32];
    struct out_sink *sink;
    int opened =
        is_split ? out_split_open(&sink, format, path) : out_sink_open(&sink, format, path);
    assert_int_equal(opened, 0);
    assert_int_equal(out_sink_hit(sink, hit), 0);
    assert_int_equal(out_sink_close(sink), 0);
    snprintf(inside, sizeof inside, "%s/example.com.%s", path, format->extension);
    if (is_split && access(inside, F_OK) != 0)
        return 0;
    read_file(is_split ? inside : path, text);
    unsigned count = 0;
    for (const char *c = text; *c; c++)
        count += *c == '\n';
    return count - (format->begin != NULL);
}

static void a_stage_is_for_some_formats_and_not_for_others(void **state)
{
    (void)state;
    static const struct {
        enum hit_stage stage;
        bool is_for_ndjson, is_for_others;
    } cases[] = {{HIT_FINAL, true, true},
                 {HIT_EARLY, true, false},
                 {HIT_LATE, false, true},
                 {HIT_RETRACTED, true, false}};
    struct scratch s;
    char path[PATH_CAP];
    scratch_open(&s);
    for (size_t i = 0; i < 2 * FORMATS * 4; i++) {
        const struct out_format *format = all_formats[i % FORMATS];
        bool is_split = i / FORMATS % 2, is_ndjson = format == &out_ndjson;
        struct made_hit m;
        char name[32];
        make_hit(&m, "www.example.com");
        add_a(&m, "www.example.com", 1);
        m.hit.stage = cases[i / FORMATS / 2].stage;
        snprintf(name, sizeof name, "out%zu", i);
        scratch_path(&s, name, path);
        bool expected =
            is_ndjson ? cases[i / FORMATS / 2].is_for_ndjson : cases[i / FORMATS / 2].is_for_others;
        assert_int_equal(lines_left(format, path, is_split, &m.hit), expected);
    }
    scratch_close(&s);
}

/* Three hits into a file whose disk has ROOM left; what is there after close. */
static size_t write_hits(const struct out_format *format, const char *path, size_t room,
                         char out[FILE_CAP], int *result)
{
    struct made_hit m;
    struct out_sink *sink;
    struct disk disk = {.room = room, .chunk = 7, .cause = ENOSPC};
    assert_int_equal(out_sink_open(&sink, format, path), 0);
    out_sink_set_writer(sink, disk_writer(&disk));
    *result = 0;
    for (int i = 0; i < 3 && *result == 0; i++) {
        make_chain(&m);
        add_record(&m, NASTY_IN, TYPE_TXT, 60,
                   "\x03"
                   "a\nb",
                   4);
        *result = out_sink_hit(sink, &m.hit);
        if (*result == 0)
            *result = out_sink_flush(sink);
    }
    int closed = out_sink_close(sink);
    if (*result == 0)
        *result = closed;
    else
        assert_int_equal(closed, *result); /* sticky */
    return read_file(path, out);
}

static void a_disk_that_fills_at_any_octet_leaves_whole_lines_in_every_format(void **state)
{
    (void)state;
    static char whole[FILE_CAP], part[FILE_CAP];
    struct scratch s;
    char path[PATH_CAP];
    int result;
    scratch_open(&s);
    scratch_path(&s, "out", path);
    for (size_t i = 0; i < FORMATS; i++) {
        size_t whole_len = write_hits(all_formats[i], path, SIZE_MAX, whole, &result);
        assert_int_equal(result, 0);
        assert_true(whole_len > 0);
        for (size_t room = 0; room <= whole_len; room++) {
            size_t len = write_hits(all_formats[i], path, room, part, &result);
            size_t fits = room;
            while (fits > 0 && whole[fits - 1] != '\n')
                fits--;
            assert_int_equal(result, room == whole_len ? 0 : ERR_IO);
            assert_int_equal(len, fits);
            assert_memory_equal(part, whole, len);
        }
    }
    scratch_close(&s);
}

static void a_full_device_is_an_io_error_that_sticks(void **state)
{
    (void)state;
    struct made_hit m;
    struct out_sink *sink;
    make_chain(&m);
    for (size_t i = 0; i < FORMATS; i++) {
        assert_int_equal(out_sink_open(&sink, all_formats[i], "/dev/full"), 0);
        assert_int_equal(out_sink_hit(sink, &m.hit), ERR_IO);
        assert_int_equal(errno, ENOSPC);
        errno = 0;
        assert_int_equal(out_sink_hit(sink, &m.hit), ERR_IO);
        assert_int_equal(errno, ENOSPC);
        errno = 0;
        assert_int_equal(out_sink_flush(sink), ERR_IO);
        assert_int_equal(errno, ENOSPC);
        errno = 0;
        assert_int_equal(out_sink_close(sink), ERR_IO);
        assert_int_equal(errno, ENOSPC);
    }
}

/* stdout is FD while a test runs, and its own again afterwards. */
static int stdout_to(int fd)
{
    fflush(stdout);
    int saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    assert_true(saved >= 0);
    assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
    return saved;
}

static void stdout_back(int saved)
{
    assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    close(saved);
}

static void a_pipe_gets_each_name_at_once(void **state)
{
    (void)state;
    int ends[2];
    char got[64] = "";
    struct made_hit m;
    struct out_sink *sink;
    assert_int_equal(pipe(ends), 0);
    int saved = stdout_to(ends[1]);
    int opened = out_sink_open(&sink, &out_names, NULL);
    make_hit(&m, "a.example.com");
    int hit = out_sink_hit(sink, &m.hit);
    struct pollfd ready = {.fd = ends[0], .events = POLLIN};
    int polled = poll(&ready, 1, 1000);
    ssize_t len = polled == 1 ? read(ends[0], got, sizeof got - 1) : 0;
    int closed = out_sink_close(sink);
    int still_open = fcntl(STDOUT_FILENO, F_GETFD);
    stdout_back(saved);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(opened, 0);
    assert_int_equal(hit, 0);
    assert_int_equal(len, 14);
    assert_string_equal(got, "a.example.com\n");
    assert_int_equal(closed, 0);
    assert_true(still_open >= 0); /* stdout itself is not ours to close */
}

static void a_reader_that_left_stdout_is_told_apart(void **state)
{
    (void)state;
    int ends[2];
    struct made_hit m;
    struct out_sink *sink;
    make_hit(&m, "a.example.com");
    assert_int_equal(pipe(ends), 0);
    int saved = stdout_to(ends[1]);
    int opened = out_sink_open(&sink, &out_names, NULL);
    close(ends[0]);
    int hit = out_sink_hit(sink, &m.hit);
    int hit_cause = errno;
    int closed = out_sink_close(sink);
    stdout_back(saved);
    close(ends[1]);
    assert_int_equal(opened, 0);
    assert_int_equal(hit, ERR_CLOSED);
    assert_int_equal(hit_cause, EPIPE);
    assert_int_equal(closed, ERR_CLOSED);
}

static void a_reader_that_left_another_pipe_is_an_io_error(void **state)
{
    (void)state;
    struct scratch s;
    char path[PATH_CAP];
    struct made_hit m;
    struct out_sink *sink;
    make_hit(&m, "a.example.com");
    scratch_open(&s);
    scratch_path(&s, "fifo", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(reader >= 0);
    assert_int_equal(out_sink_open(&sink, &out_names, path), 0);
    close(reader);
    assert_int_equal(out_sink_hit(sink, &m.hit), ERR_IO);
    assert_int_equal(errno, EPIPE);
    assert_int_equal(out_sink_close(sink), ERR_IO);
    scratch_close(&s);
}

/* `>> file` on a disk that fills: what was there before stays. */
static void a_redirected_stdout_is_cut_back_to_whole_lines(void **state)
{
    (void)state;
    static const int flags[] = {O_APPEND, 0};
    struct scratch s;
    char path[PATH_CAP];
    struct made_hit m;
    scratch_open(&s);
    scratch_path(&s, "out", path);
    make_hit(&m, "a.example.com");
    for (size_t i = 0; i < 2; i++) {
        struct out_sink *sink;
        struct disk disk = {.room = 20, .chunk = 3, .cause = ENOSPC};
        write_file(path, "before\n");
        int fd = open(path, O_WRONLY | O_CLOEXEC | flags[i]);
        assert_true(fd >= 0);
        assert_int_equal(lseek(fd, 0, SEEK_END), 7);
        int saved = stdout_to(fd);
        int opened = out_sink_open(&sink, &out_names, NULL);
        out_sink_set_writer(sink, disk_writer(&disk));
        int hits = out_sink_hit(sink, &m.hit);
        hits |= out_sink_hit(sink, &m.hit);
        int closed = out_sink_close(sink);
        stdout_back(saved);
        assert_int_equal(write(fd, "after\n", 6), 6); /* goes on at the new end */
        close(fd);
        assert_int_equal(opened, 0);
        assert_int_equal(hits, 0);
        assert_int_equal(closed, ERR_IO);
        assert_file(path, "before\na.example.com\nafter\n");
    }
    scratch_close(&s);
}

static void a_closed_stdout_cannot_be_opened(void **state)
{
    (void)state;
    struct out_sink *sink;
    fflush(stdout);
    int saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    close(STDOUT_FILENO);
    int opened = out_sink_open(&sink, &out_names, NULL);
    int cause = errno;
    stdout_back(saved);
    assert_int_equal(opened, ERR_IO);
    assert_int_equal(cause, EBADF);
    assert_null(sink);
}

static void what_cannot_be_opened_says_why_and_gives_no_sink(void **state)
{
    (void)state;
    struct out_sink *sink;
    assert_int_equal(out_sink_open(&sink, &out_csv, "/nonexistent/x"), ERR_IO);
    assert_int_equal(errno, ENOENT);
    assert_null(sink);
    assert_int_equal(out_sink_close(NULL), 0);
}

static void half_a_line(struct text *out, const struct hit *hit)
{
    text_puts(out, hit->tries == 1 ? "whole\n" : "half");
    out->failed = hit->tries != 1;
}

static void a_format_out_of_memory_ends_the_sink_with_whole_lines(void **state)
{
    (void)state;
    static const struct out_format failing = {.name = "x", .extension = "x", .hit = half_a_line};
    struct scratch s;
    char path[PATH_CAP];
    struct made_hit m;
    struct out_sink *sink;
    scratch_open(&s);
    scratch_path(&s, "out", path);
    make_hit(&m, "a.example.com");
    assert_int_equal(out_sink_open(&sink, &failing, path), 0);
    assert_int_equal(out_sink_hit(sink, &m.hit), 0);
    m.hit.tries = 2;
    assert_int_equal(out_sink_hit(sink, &m.hit), ERR_NOMEM);
    m.hit.tries = 1;
    assert_int_equal(out_sink_hit(sink, &m.hit), ERR_NOMEM);
    assert_int_equal(out_sink_close(sink), ERR_NOMEM);
    assert_file(path, "whole\n");
    scratch_close(&s);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN); /* as the program does */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_without_a_hit_leaves_its_header_alone),
        cmocka_unit_test(a_stage_is_for_some_formats_and_not_for_others),
        cmocka_unit_test(a_disk_that_fills_at_any_octet_leaves_whole_lines_in_every_format),
        cmocka_unit_test(a_full_device_is_an_io_error_that_sticks),
        cmocka_unit_test(a_pipe_gets_each_name_at_once),
        cmocka_unit_test(a_reader_that_left_stdout_is_told_apart),
        cmocka_unit_test(a_reader_that_left_another_pipe_is_an_io_error),
        cmocka_unit_test(a_redirected_stdout_is_cut_back_to_whole_lines),
        cmocka_unit_test(a_closed_stdout_cannot_be_opened),
        cmocka_unit_test(what_cannot_be_opened_says_why_and_gives_no_sink),
        cmocka_unit_test(a_format_out_of_memory_ends_the_sink_with_whole_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
