// SPDX-License-Identifier: BSD-2-Clause
/* base/log.c: what reaches stderr, through a pipe in its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

static int saved_stderr, reading_end;
static char got[256 * 1024];

/* Puts a pipe in stderr's place. */
static void capture_begin(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fcntl(ends[0], F_SETPIPE_SZ, (int)sizeof got);
    saved_stderr = dup(STDERR_FILENO);
    assert_true(saved_stderr >= 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    reading_end = ends[0];
}

/* Puts stderr back; `got` holds what was written since. */
static void capture_end(void)
{
    size_t len = 0;
    ssize_t part;
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    while ((part = read(reading_end, got + len, sizeof got - 1 - len)) > 0)
        len += (size_t)part;
    got[len] = '\0';
    close(reading_end);
}

static int reset(void **state)
{
    (void)state;
    log_init(LOG_NOTE, false);
    log_paint("");
    return 0;
}

static void every_line_has_the_prefix(void **state)
{
    (void)state;
    capture_begin();
    log_error("no %s in %d", "luck", 7);
    log_note("note");
    log_note("%s", "");
    capture_end();
    assert_string_equal(got, "dnstrawl: no luck in 7\ndnstrawl: note\ndnstrawl: \n");
}

static void what_goes_on_with_a_line_is_indented(void **state)
{
    (void)state;
    capture_begin();
    log_note("axfr example.com, 1.2 s, complete");
    log_note("  %s", "1 record\033");
    capture_end();
    assert_string_equal(got, "dnstrawl: axfr example.com, 1.2 s, complete\n  1 record\\027\n");
}

static void levels_let_through_what_they_should(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "dnstrawl: e\n",
        "dnstrawl: e\ndnstrawl: n\n",
        "dnstrawl: e\ndnstrawl: n\ndnstrawl: w\n",
        "dnstrawl: e\ndnstrawl: n\ndnstrawl: w\ndnstrawl: q\n",
    };
    for (int level = LOG_ERROR; level <= LOG_QUERY; level++) {
        log_init((enum log_level)level, false);
        for (int asked = LOG_ERROR; asked <= LOG_QUERY; asked++)
            assert_int_equal(log_is_on((enum log_level)asked), asked <= level);
        capture_begin();
        log_error("e");
        log_note("n");
        log_why("w");
        log_query("q");
        capture_end();
        assert_string_equal(got, expected[level]);
    }
}

static void odd_bytes_are_escaped(void **state)
{
    (void)state;
    capture_begin();
    log_error("%s", "a\x1b[31m\nb\r\x7f\x9b\xc3\xbc\t~");
    capture_end();
    assert_string_equal(got, "dnstrawl: a\\027[31m\\010b\\013\\127\\155\\195\\188\\009~\n");
}

static void only_the_leading_word_is_painted(void **state)
{
    (void)state;
    capture_begin();
    log_error("error: gone");
    log_init(LOG_NOTE, true);
    log_error("error: gone");
    log_note("warning: going");
    log_note("no error: here");
    capture_end();
    assert_string_equal(got, "dnstrawl: error: gone\n"
                             "dnstrawl: \033[31merror:\033[0m gone\n"
                             "dnstrawl: \033[33mwarning:\033[0m going\n"
                             "dnstrawl: no error: here\n");
}

static void long_messages_are_cut_and_say_so(void **state)
{
    (void)state;
    static const size_t prefix_len = sizeof "dnstrawl: " - 1;
    char message[2100];
    for (size_t len = 2046; len <= 2048; len++) {
        memset(message, 'x', len);
        message[len] = '\0';
        capture_begin();
        log_note("%s", message);
        capture_end();
        size_t kept = len < 2047 ? len : 2047;
        assert_int_equal(strlen(got), prefix_len + kept + 1);
        assert_int_equal(strncmp(got + prefix_len + kept - 3, "...\n", 4) == 0, len > 2047);
    }
    memset(message, '\1', sizeof message - 1);
    message[sizeof message - 1] = '\0';
    capture_begin();
    log_note("%s", message);
    capture_end();
    assert_int_equal(strlen(got), prefix_len + 4 * 2044 + 3 + 1);
}

static void raw_text_is_written_as_it_is(void **state)
{
    (void)state;
    capture_begin();
    log_raw("usage:\n  x\n");
    capture_end();
    assert_string_equal(got, "usage:\n  x\n");
}

#define WIPE "\r\033[K"

static void a_painted_line_is_wiped_before_any_other(void **state)
{
    (void)state;
    capture_begin();
    log_paint(" 1%");
    log_paint(" 2%");
    log_why("not shown, so nothing to wipe");
    log_note("a");
    log_note("b");
    log_paint(" 3%");
    log_raw("c\n");
    capture_end();
    assert_string_equal(got, WIPE " 1%" WIPE " 2%" WIPE "dnstrawl: a\ndnstrawl: b\n" WIPE " 3%" WIPE
                                  "c\n");
}

static void an_empty_paint_wipes_once(void **state)
{
    (void)state;
    capture_begin();
    log_paint("");
    log_paint("x");
    log_paint("");
    log_paint("");
    log_note("a");
    capture_end();
    assert_string_equal(got, WIPE "x" WIPE "dnstrawl: a\n");
}

static void a_painted_line_is_bounded(void **state)
{
    (void)state;
    static char line[5000];
    memset(line, 'x', sizeof line - 1);
    capture_begin();
    log_paint(line);
    log_paint("");
    capture_end();
    assert_int_equal(strlen(got), 2 * strlen(WIPE) + 255);
}

static void a_lifted_line_is_put_back(void **state)
{
    (void)state;
    capture_begin();
    log_lift(); /* nothing is painted yet */
    log_drop();
    log_paint(" 1%");
    log_lift();
    log_drop();
    log_drop(); /* it stands already */
    log_note("a");
    log_lift(); /* wiped already */
    log_drop();
    log_paint("");
    log_lift();
    log_drop();
    capture_end();
    assert_string_equal(got, WIPE " 1%" WIPE " 1%" WIPE "dnstrawl: a\n 1%" WIPE);
}

static void errno_is_left_alone(void **state)
{
    (void)state;
    int saved = dup(STDERR_FILENO);
    close(STDERR_FILENO); /* writing fails */
    errno = ENOSPC;
    log_error("lost");
    int after = errno;
    dup2(saved, STDERR_FILENO);
    close(saved);
    assert_int_equal(after, ENOSPC);
}

static void *log_many(void *arg)
{
    for (int i = 0; i < 200; i++)
        log_note("%s %d", (const char *)arg, i);
    return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
    (void)state;
    static char names[4][101];
    pthread_t threads[4];
    unsigned count = 0;
    capture_begin();
    for (int i = 0; i < 4; i++) {
        memset(names[i], 'a' + i, 100);
        assert_int_equal(pthread_create(&threads[i], NULL, log_many, names[i]), 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    capture_end();
    for (char *line = strtok(got, "\n"); line; line = strtok(NULL, "\n")) {
        char c;
        assert_int_equal(sscanf(line, "dnstrawl: %c", &c), 1);
        assert_in_range(c, 'a', 'd');
        assert_int_equal(strncmp(line + 10, names[c - 'a'], 100), 0);
        assert_int_equal(line[110], ' ');
        count++;
    }
    assert_int_equal(count, 800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_goes_on_with_a_line_is_indented, reset),
        cmocka_unit_test_setup(every_line_has_the_prefix, reset),
        cmocka_unit_test_setup(levels_let_through_what_they_should, reset),
        cmocka_unit_test_setup(odd_bytes_are_escaped, reset),
        cmocka_unit_test_setup(only_the_leading_word_is_painted, reset),
        cmocka_unit_test_setup(long_messages_are_cut_and_say_so, reset),
        cmocka_unit_test_setup(raw_text_is_written_as_it_is, reset),
        cmocka_unit_test_setup(a_painted_line_is_wiped_before_any_other, reset),
        cmocka_unit_test_setup(an_empty_paint_wipes_once, reset),
        cmocka_unit_test_setup(a_painted_line_is_bounded, reset),
        cmocka_unit_test_setup(a_lifted_line_is_put_back, reset),
        cmocka_unit_test_setup(errno_is_left_alone, reset),
        cmocka_unit_test_setup(lines_of_threads_do_not_mix, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
