// SPDX-License-Identifier: BSD-2-Clause
/* base/lines.c: lines that come bit by bit, from pipes and stdin. */
#include "tests/unit/base/lines_help.h"

/* A pipe with a path at its reading end. */
struct tube {
    int ends[2];
    struct lines *lines;
};

static struct tube open_tube(void)
{
    struct tube tube;
    char path[32];
    assert_int_equal(pipe(tube.ends), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", tube.ends[0]);
    tube.lines = open_lines(path);
    return tube;
}

static void feed(const struct tube *tube, const void *data, size_t len)
{
    assert_int_equal(write(tube->ends[1], data, len), len);
}

static void close_tube(struct tube *tube)
{
    lines_close(tube->lines);
    close(tube->ends[0]);
}

static void an_empty_pipe_says_wait(void **state)
{
    (void)state;
    struct tube tube = open_tube();
    struct line line;
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_WAIT);
    feed(&tube, "a\nb", 3);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_GOT);
    assert_int_equal(line.number, 1);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_WAIT);
    feed(&tube, "c\n", 2);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_GOT);
    assert_memory_equal(line.data, "bc", 2);
    assert_int_equal(line.number, 2);
    feed(&tube, "d", 1);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_WAIT);
    close(tube.ends[1]);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_GOT);
    assert_memory_equal(line.data, "d", 1);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_END);
    close_tube(&tube);
}

static void a_byte_order_mark_may_trickle_in(void **state)
{
    (void)state;
    struct tube tube = open_tube();
    struct line line;
    for (size_t i = 0; i < LINES_MARK_LEN; i++) {
        feed(&tube, &LINES_MARK[i], 1);
        assert_int_equal(lines_next(tube.lines, false, &line), LINES_WAIT);
    }
    assert_int_equal(lines_mark_len(tube.lines), LINES_MARK_LEN);
    feed(&tube, "\na\n", 3);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_SKIP);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_GOT);
    assert_int_equal(line.number, 2);
    assert_memory_equal(line.data, "a", 1);
    close(tube.ends[1]);
    close_tube(&tube);
}

static void a_line_too_long_may_trickle_in(void **state)
{
    (void)state;
    struct tube tube = open_tube();
    struct line line;
    char piece[1000];
    memset(piece, 'x', sizeof piece);
    for (int i = 0; i < 4; i++) {
        feed(&tube, piece, sizeof piece);
        assert_int_equal(lines_next(tube.lines, false, &line), LINES_WAIT);
    }
    feed(&tube, piece, sizeof piece);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_GOT);
    assert_true(line.too_long);
    for (int i = 0; i < 4; i++) {
        feed(&tube, piece, sizeof piece);
        assert_int_equal(lines_next(tube.lines, false, &line), LINES_WAIT);
    }
    feed(&tube, "x\ny\n", 4);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_GOT);
    assert_int_equal(line.number, 2);
    assert_memory_equal(line.data, "y", 1);
    close(tube.ends[1]);
    close_tube(&tube);
}

static void a_carriage_return_may_come_before_its_newline(void **state)
{
    (void)state;
    struct tube tube = open_tube();
    struct line line;
    char data[LINES_LEN_MAX + 1];
    memset(data, 'x', LINES_LEN_MAX);
    data[LINES_LEN_MAX] = '\r';
    feed(&tube, data, sizeof data);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_WAIT);
    feed(&tube, "\n", 1);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_GOT);
    assert_int_equal(line.len, LINES_LEN_MAX);
    assert_false(line.too_long);
    close(tube.ends[1]);
    close_tube(&tube);
}

static void what_a_decoder_holds_comes_without_new_input(void **state)
{
    (void)state;
    static char list[400000]; /* several buffers of text in a few hundred bytes */
    static uint8_t packed[16384];
    for (size_t i = 0; i < sizeof list; i += 4)
        memcpy(list + i, "abc\n", 4);
    for (int i = 0; i < PACKERS; i++) {
        struct tube tube = open_tube();
        struct line line;
        unsigned count = 0;
        feed(&tube, packed, packers[i](list, sizeof list, packed, sizeof packed));
        while (lines_next(tube.lines, false, &line) == LINES_GOT)
            count++;
        assert_int_equal(count, sizeof list / 4);
        close(tube.ends[1]);
        assert_int_equal(lines_next(tube.lines, false, &line), LINES_END);
        close_tube(&tube);
    }
}

static void a_block_is_given_whole_before_what_follows_it(void **state)
{
    (void)state;
    static char list[100000]; /* one block, all taken in before half of it is given */
    uint8_t packed[1024];
    struct tube tube = open_tube();
    struct line line;
    unsigned count = 0;
    for (size_t i = 0; i < sizeof list; i += 4)
        memcpy(list + i, "abc\n", 4);
    size_t len = pack_zstd(list, sizeof list, packed, sizeof packed);
    feed(&tube, packed, len - 4); /* the frame's checksum is still to come */
    while (lines_next(tube.lines, false, &line) == LINES_GOT)
        count++;
    assert_int_equal(count, sizeof list / 4);
    feed(&tube, packed + len - 4, 4);
    close(tube.ends[1]);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_END);
    close_tube(&tube);
}

static void compressed_pipes_may_trickle_by_single_bytes(void **state)
{
    (void)state;
    uint8_t packed[512];
    for (int i = 0; i < PACKERS; i++) {
        struct tube tube = open_tube();
        struct line line;
        unsigned waits = 0, items = 0;
        int result;
        size_t len = packers[i]("one\ntwo\n", 8, packed, sizeof packed);
        len += packers[i]("three\nfour\n", 11, packed + len, sizeof packed - len);
        for (size_t at = 0; at < len; at++) {
            for (int idle = 0; idle < 20; idle++) { /* asked again and again without data */
                result = lines_next(tube.lines, false, &line);
                items += result == LINES_GOT;
                waits += result == LINES_WAIT;
                assert_true(result == LINES_GOT || result == LINES_WAIT);
            }
            feed(&tube, packed + at, 1);
        }
        close(tube.ends[1]);
        while ((result = lines_next(tube.lines, false, &line)) == LINES_GOT)
            items++;
        assert_int_equal(result, LINES_END);
        assert_int_equal(items, 4);
        assert_true(waits > 0);
        close_tube(&tube);
    }
}

static void the_beginning_of_a_magic_number_is_text_at_the_end(void **state)
{
    (void)state;
    ASSERT_LINES("(", "1:(|.");
    ASSERT_LINES("(\n", "1:(|.");
    ASSERT_LINES("\x1f\x8b", "1:\x1f\x8b|.");
    struct tube tube = open_tube();
    struct line line;
    feed(&tube, "(", 1);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_WAIT);
    feed(&tube, "a\n", 2);
    assert_int_equal(lines_next(tube.lines, false, &line), LINES_GOT);
    assert_memory_equal(line.data, "(a", 2);
    assert_false(lines_is_compressed(tube.lines));
    close(tube.ends[1]);
    close_tube(&tube);
}

static void a_dash_is_stdin_and_stays_open(void **state)
{
    (void)state;
    struct file file = make_file("a\n", 2);
    int saved = dup(STDIN_FILENO);
    assert_int_equal(lseek(file.fd, 0, SEEK_SET), 0);
    assert_int_equal(dup2(file.fd, STDIN_FILENO), STDIN_FILENO);
    struct lines *lines = open_lines("-");
    struct line line;
    assert_string_equal(lines_name(lines), "stdin");
    assert_int_equal(lines_next(lines, true, &line), LINES_GOT);
    lines_close(lines);
    assert_int_not_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(file.fd);
}

static void *feed_later(void *arg)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    nanosleep(&pause, NULL);
    assert_int_equal(write(*(int *)arg, "a\n", 2), 2);
    close(*(int *)arg);
    return NULL;
}

static void stdin_that_somebody_made_non_blocking_is_still_waited_for(void **state)
{
    (void)state;
    int ends[2], saved = dup(STDIN_FILENO);
    pthread_t thread;
    struct line line;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    struct lines *lines = open_lines("-");
    assert_int_equal(pthread_create(&thread, NULL, feed_later, &ends[1]), 0);
    assert_int_equal(lines_next(lines, true, &line), LINES_GOT);
    assert_int_equal(lines_next(lines, true, &line), LINES_END);
    pthread_join(thread, NULL);
    lines_close(lines);
    close(ends[0]);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

/* What lies ready is whole lines as they are; taking some of it away leaves the rest, numbers
 * included. */
static void whole_lines_may_be_taken_in_bulk(void **state)
{
    struct tube tube = open_tube();
    struct lines *lines = tube.lines;
    struct line line;
    size_t len;
    (void)state;
    lines_ready(lines, &len);
    assert_int_equal(len, 0); /* nothing was read yet */
    feed(&tube, "a\nb \nc\n# d\ne\nf", 14);
    assert_int_equal(lines_next(lines, false, &line), LINES_GOT);
    assert_memory_equal(line.data, "a", line.len);
    const char *data = lines_ready(lines, &len);
    assert_int_equal(len, 11);
    assert_memory_equal(data, "b \nc\n# d\ne\n", 11);
    lines_take(lines, 5, 2);
    assert_int_equal(lines_next(lines, false, &line), LINES_SKIP);
    assert_int_equal(line.number, 4);
    assert_int_equal(lines_next(lines, false, &line), LINES_GOT);
    assert_int_equal(line.number, 5);
    lines_ready(lines, &len);
    assert_int_equal(len, 0); /* `f` has no newline yet */
    assert_int_equal(lines_next(lines, false, &line), LINES_WAIT);
    close(tube.ends[1]);
    close_tube(&tube);
}

/* The rest of a line that was too long is no line. */
static void the_rest_of_a_long_line_is_not_ready(void **state)
{
    struct tube tube = open_tube();
    struct lines *lines = tube.lines;
    char text[LINES_LEN_MAX + 100];
    struct line line;
    size_t len;
    (void)state;
    memset(text, 'x', sizeof text);
    feed(&tube, text, sizeof text);
    assert_int_equal(lines_next(lines, false, &line), LINES_GOT);
    assert_true(line.too_long);
    lines_ready(lines, &len);
    assert_int_equal(len, 0);
    feed(&tube, "rest\nnext\n", 10);
    assert_int_equal(lines_next(lines, false, &line), LINES_GOT);
    assert_memory_equal(line.data, "next", line.len);
    close(tube.ends[1]);
    close_tube(&tube);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_pipe_says_wait),
        cmocka_unit_test(a_byte_order_mark_may_trickle_in),
        cmocka_unit_test(a_line_too_long_may_trickle_in),
        cmocka_unit_test(a_carriage_return_may_come_before_its_newline),
        cmocka_unit_test(what_a_decoder_holds_comes_without_new_input),
        cmocka_unit_test(a_block_is_given_whole_before_what_follows_it),
        cmocka_unit_test(compressed_pipes_may_trickle_by_single_bytes),
        cmocka_unit_test(the_beginning_of_a_magic_number_is_text_at_the_end),
        cmocka_unit_test(a_dash_is_stdin_and_stays_open),
        cmocka_unit_test(stdin_that_somebody_made_non_blocking_is_still_waited_for),
        cmocka_unit_test(whole_lines_may_be_taken_in_bulk),
        cmocka_unit_test(the_rest_of_a_long_line_is_not_ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
