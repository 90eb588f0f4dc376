// SPDX-License-Identifier: BSD-2-Clause
/* base/lines.c: lines out of files, pipes and stdin; compressed ones too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/lines.h"

/* A file in memory, with a path. */
struct file {
    int fd;
    char path[32];
};

static struct file make_file(const void *data, size_t len)
{
    struct file file = {.fd = memfd_create("list", 0)};
    assert_true(file.fd >= 0);
    assert_int_equal(write(file.fd, data, len), len);
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return file;
}

static struct lines *open_lines(const char *path)
{
    struct lines *lines;
    assert_int_equal(lines_open(&lines, path), 0);
    return lines;
}

/* Reads all of PATH into SUMMARY: "1:item|2|" (a skipped line), then the last
 * state: "." for the end, "!" and the error else. */
static void summarize_path(const char *path, char *summary)
{
    struct lines *lines = open_lines(path);
    struct line line;
    int state;
    while ((state = lines_next(lines, true, &line)) == LINES_GOT || state == LINES_SKIP)
        summary += sprintf(summary, "%d%s%.*s%s|", (int)line.number, state == LINES_GOT ? ":" : "",
                           (int)line.len, line.data, line.too_long ? "+" : "");
    if (state == LINES_END)
        strcpy(summary, ".");
    else
        sprintf(summary, "!%d", state);
    struct line again;
    assert_int_equal(lines_next(lines, true, &again), state); /* for ever */
    lines_close(lines);
}

static char summary[1 << 20];

static const char *summarize(const void *data, size_t len)
{
    struct file file = make_file(data, len);
    summarize_path(file.path, summary);
    close(file.fd);
    return summary;
}

#define ASSERT_LINES(data, expected)                                                               \
    assert_string_equal(summarize(data, sizeof(data) - 1), expected)

static void lines_are_numbered_and_the_last_needs_no_newline(void **state)
{
    (void)state;
    ASSERT_LINES("", ".");
    ASSERT_LINES("a", "1:a|.");
    ASSERT_LINES("a\n", "1:a|.");
    ASSERT_LINES("a\nb", "1:a|2:b|.");
    ASSERT_LINES("a\nb\n", "1:a|2:b|.");
    ASSERT_LINES("\n", "1|.");
    ASSERT_LINES("\n\na\n\n", "1|2|3:a|4|.");
}

static void blanks_and_carriage_returns_are_taken_off(void **state)
{
    (void)state;
    ASSERT_LINES("a\r\nb\r\n", "1:a|2:b|.");
    ASSERT_LINES(" \t a b \t \r\n\r\n \t\n", "1:a b|2|3|.");
    ASSERT_LINES("a\r", "1:a|.");
}

static void comments_are_skipped_or_cut_off(void **state)
{
    (void)state;
    ASSERT_LINES("#a\n # a\n#\n", "1|2|3|.");
    ASSERT_LINES("a # b\na\t#b\na#b\na #\n", "1:a|2:a|3:a#b|4:a|.");
    ASSERT_LINES("a#b #c # d\n", "1:a#b|.");
}

static void a_nul_is_part_of_the_item(void **state)
{
    (void)state;
    struct file file = make_file("a\0b\n", 4);
    struct lines *lines = open_lines(file.path);
    struct line line;
    assert_int_equal(lines_next(lines, true, &line), LINES_GOT);
    assert_int_equal(line.len, 3);
    assert_memory_equal(line.data, "a\0b", 3);
    lines_close(lines);
    close(file.fd);
}

static void long_lines_are_cut_at_the_limit(void **state)
{
    (void)state;
    static char data[3 * 65536];
    for (int ending = 0; ending < 3; ending++) { /* LF, CRLF, none */
        for (size_t len = LINES_LEN_MAX - 1; len <= LINES_LEN_MAX + 2; len++) {
            size_t total = len;
            memset(data, 'x', len);
            if (ending == 1)
                data[total++] = '\r';
            if (ending < 2)
                data[total++] = '\n';
            struct file file = make_file(data, total);
            struct lines *lines = open_lines(file.path);
            struct line line;
            assert_int_equal(lines_next(lines, true, &line), LINES_GOT);
            assert_int_equal(line.too_long, len > LINES_LEN_MAX);
            assert_int_equal(line.len, len > LINES_LEN_MAX ? LINES_LEN_MAX : len);
            assert_int_equal(lines_next(lines, true, &line), LINES_END);
            lines_close(lines);
            close(file.fd);
        }
    }
}

static void the_rest_of_a_long_line_is_skipped(void **state)
{
    (void)state;
    static const size_t lens[] = {5000, 65535, 65536, 65537, 150000};
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        for (int has_end = 0; has_end < 2; has_end++) {
            char *data = malloc(lens[i] + 16);
            size_t len = (size_t)sprintf(data, "first\n");
            memset(data + len, 'x', lens[i]);
            len += lens[i];
            if (has_end)
                len += (size_t)sprintf(data + len, "\nlast\n");
            struct file file = make_file(data, len);
            struct lines *lines = open_lines(file.path);
            struct line line;
            assert_int_equal(lines_next(lines, true, &line), LINES_GOT);
            assert_int_equal(lines_next(lines, true, &line), LINES_GOT);
            assert_true(line.too_long);
            assert_int_equal(line.number, 2);
            assert_int_equal(line.len, LINES_LEN_MAX);
            if (has_end) {
                assert_int_equal(lines_next(lines, true, &line), LINES_GOT);
                assert_int_equal(line.number, 3);
                assert_int_equal(line.len, 4);
                assert_memory_equal(line.data, "last", 4);
            }
            assert_int_equal(lines_next(lines, true, &line), LINES_END);
            lines_close(lines);
            close(file.fd);
            free(data);
        }
    }
}

/* A list of many lines, longer than every buffer, and a check of what comes out. */
#define LIST_LINES 40000

static char *make_list(size_t *len)
{
    char *list = malloc(LIST_LINES * 32);
    *len = 0;
    for (int i = 1; i <= LIST_LINES; i++)
        *len += (size_t)sprintf(list + *len, "host-%d.%.*s\n", i, i % 20, "abcdefghijklmnopqrst");
    return list;
}

static void assert_is_list(const char *path, int expected_end)
{
    struct lines *lines = open_lines(path);
    struct line line;
    char expected[64];
    uint64_t number = 0;
    int state;
    while ((state = lines_next(lines, true, &line)) == LINES_GOT) {
        int i = (int)++number;
        int len = sprintf(expected, "host-%d.%.*s", i, i % 20, "abcdefghijklmnopqrst");
        assert_int_equal(line.number, number);
        assert_int_equal(line.len, len);
        assert_memory_equal(line.data, expected, line.len);
    }
    assert_int_equal(state, expected_end);
    if (expected_end == LINES_END)
        assert_int_equal(number, LIST_LINES);
    lines_close(lines);
}

static void lines_across_buffers_are_whole(void **state)
{
    (void)state;
    size_t len;
    char *list = make_list(&len);
    struct file file = make_file(list, len);
    assert_is_list(file.path, LINES_END);
    close(file.fd);
    free(list);
}

static size_t pack_gzip(const char *data, size_t len, uint8_t *out, size_t cap)
{
    z_stream z = {.next_in = (z_const Bytef *)data,
                  .avail_in = (uInt)len,
                  .next_out = out,
                  .avail_out = (uInt)cap};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return cap - z.avail_out;
}

static size_t pack_zstd(const char *data, size_t len, uint8_t *out, size_t cap)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t packed = ZSTD_compress2(context, out, cap, data, len);
    assert_false(ZSTD_isError(packed));
    ZSTD_freeCCtx(context);
    return packed;
}

static size_t pack_xz(const char *data, size_t len, uint8_t *out, size_t cap)
{
    size_t packed = 0;
    assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, (const uint8_t *)data, len,
                                             out, &packed, cap),
                     LZMA_OK);
    return packed;
}

static size_t (*const packers[])(const char *, size_t, uint8_t *, size_t) = {pack_gzip, pack_zstd,
                                                                             pack_xz};
#define PACKERS 3

static void compressed_lists_are_read_like_plain_ones(void **state)
{
    (void)state;
    size_t len;
    char *list = make_list(&len);
    uint8_t *packed = malloc(len);
    for (int i = 0; i < PACKERS; i++) {
        size_t packed_len = packers[i](list, len, packed, len);
        struct file file = make_file(packed, packed_len);
        assert_is_list(file.path, LINES_END);
        close(file.fd);
    }
    free(packed);
    free(list);
}

static void members_in_a_row_are_one_list(void **state)
{
    (void)state;
    size_t len;
    char *list = make_list(&len);
    uint8_t *packed = malloc(2 * len);
    for (int i = 0; i < PACKERS; i++) {
        /* the border is inside a line; an empty member is in between */
        size_t first = packers[i](list, len / 3, packed, len);
        first += packers[i]("", 0, packed + first, len);
        first += packers[i](list + len / 3, len - len / 3, packed + first, len);
        struct file file = make_file(packed, first);
        assert_is_list(file.path, LINES_END);
        close(file.fd);
    }
    free(packed);
    free(list);
}

static void compression_is_told(void **state)
{
    (void)state;
    struct line line;
    uint8_t packed[256];
    for (int i = 0; i <= PACKERS; i++) {
        size_t len = i < PACKERS ? packers[i]("a\n", 2, packed, sizeof packed) : 2;
        struct file file = make_file(i < PACKERS ? (const void *)packed : "a\n", len);
        struct lines *lines = open_lines(file.path);
        assert_string_equal(lines_name(lines), file.path);
        assert_int_equal(lines_next(lines, true, &line), LINES_GOT);
        assert_int_equal(lines_is_compressed(lines), i < PACKERS);
        lines_close(lines);
        close(file.fd);
    }
}

static void lists_cut_short_are_errors(void **state)
{
    (void)state;
    uint8_t packed[256];
    for (int i = 0; i < PACKERS; i++) {
        size_t len = packers[i]("one\ntwo\n", 8, packed, sizeof packed);
        assert_string_equal(summarize(packed, len), "1:one|2:two|.");
        for (size_t cut = 6; cut < len; cut++) { /* from the longest magic number on */
            const char *got = summarize(packed, cut);
            assert_string_equal(got + strlen(got) - 4, "!-10");
        }
    }
}

static void damaged_lists_are_errors_after_what_came_before(void **state)
{
    (void)state;
    size_t len;
    char *list = make_list(&len);
    uint8_t *packed = malloc(len);
    for (int i = 0; i < PACKERS; i++) {
        size_t packed_len = packers[i](list, len, packed, len);
        packed[packed_len - 6] ^= 0x55; /* a checksum, or in xz the footer */
        struct file file = make_file(packed, packed_len);
        assert_is_list(file.path, ERR_FORMAT);
        close(file.fd);
        packed_len = packers[i](list, len, packed, len);
        packed[packed_len] = 'x'; /* what follows is no further member */
        packed[packed_len + 1] = '\n';
        file = make_file(packed, packed_len + 2);
        assert_is_list(file.path, ERR_FORMAT);
        close(file.fd);
    }
    free(packed);
    free(list);
}

static void zeros_behind_gzip_are_padding(void **state)
{
    (void)state;
    uint8_t packed[1024] = {0};
    size_t len = pack_gzip("a\n", 2, packed, 512);
    memset(packed + len, 0, sizeof packed - len);
    assert_string_equal(summarize(packed, sizeof packed), "1:a|.");
}

static void zstd_windows_over_the_limit_are_refused(void **state)
{
    (void)state;
    /* RFC 8878 section 3.1.1: no single segment; the window octet is exponent
     * (2^(10+e)) and eighths; then one raw last block of 2 octets, "a\n". */
    uint8_t frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 17 << 3, 0x11, 0, 0, 'a', '\n'};
    assert_string_equal(summarize(frame, sizeof frame), "1:a|."); /* 128 MiB */
    frame[5] = 17 << 3 | 1;
    assert_string_equal(summarize(frame, sizeof frame), "!-10"); /* an eighth more */
    frame[5] = 21 << 3;
    assert_string_equal(summarize(frame, sizeof frame), "!-10"); /* 2 GiB */
}

static void xz_dictionaries_over_the_limit_are_refused(void **state)
{
    (void)state;
    for (int shift = 27; shift <= 28; shift++) {
        lzma_options_lzma options;
        uint8_t packed[256];
        size_t len = 0;
        assert_false(lzma_lzma_preset(&options, 0));
        options.dict_size = 1u << shift;
        lzma_filter filters[] = {{.id = LZMA_FILTER_LZMA2, .options = &options},
                                 {.id = LZMA_VLI_UNKNOWN}};
        assert_int_equal(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, NULL,
                                                   (const uint8_t *)"a\n", 2, packed, &len,
                                                   sizeof packed),
                         LZMA_OK);
        assert_string_equal(summarize(packed, len), shift == 27 ? "1:a|." : "!-10");
    }
}

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

static void what_cannot_be_opened_leaves_errno(void **state)
{
    (void)state;
    struct lines *lines = (struct lines *)1;
    errno = 0;
    assert_int_equal(lines_open(&lines, "/nonexistent/list"), ERR_IO);
    assert_int_equal(errno, ENOENT);
    assert_null(lines);
    assert_int_equal(lines_open(&lines, "/"), ERR_IO);
    assert_int_equal(errno, EISDIR);
    assert_null(lines);
    lines_close(NULL);
}

struct collected {
    unsigned count, stop_after;
};

static int collect(void *ctx, const char *file, const struct line *line)
{
    struct collected *collected = ctx;
    assert_memory_equal(file, "/proc/", 6);
    assert_true(line->len > 0);
    collected->count++;
    return collected->count == collected->stop_after ? ERR_RANGE : 0;
}

static void each_gives_items_only_and_stops_on_an_error(void **state)
{
    (void)state;
    struct collected collected = {0};
    struct file file = make_file("a\n#b\n\nc\nd", 9);
    assert_int_equal(lines_each(file.path, collect, &collected), 0);
    assert_int_equal(collected.count, 3);
    collected = (struct collected){.stop_after = 2};
    assert_int_equal(lines_each(file.path, collect, &collected), ERR_RANGE);
    assert_int_equal(collected.count, 2);
    close(file.fd);
    assert_int_equal(lines_each("/nonexistent/list", collect, &collected), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_numbered_and_the_last_needs_no_newline),
        cmocka_unit_test(blanks_and_carriage_returns_are_taken_off),
        cmocka_unit_test(comments_are_skipped_or_cut_off),
        cmocka_unit_test(a_nul_is_part_of_the_item),
        cmocka_unit_test(long_lines_are_cut_at_the_limit),
        cmocka_unit_test(the_rest_of_a_long_line_is_skipped),
        cmocka_unit_test(lines_across_buffers_are_whole),
        cmocka_unit_test(compressed_lists_are_read_like_plain_ones),
        cmocka_unit_test(members_in_a_row_are_one_list),
        cmocka_unit_test(compression_is_told),
        cmocka_unit_test(lists_cut_short_are_errors),
        cmocka_unit_test(damaged_lists_are_errors_after_what_came_before),
        cmocka_unit_test(zeros_behind_gzip_are_padding),
        cmocka_unit_test(zstd_windows_over_the_limit_are_refused),
        cmocka_unit_test(xz_dictionaries_over_the_limit_are_refused),
        cmocka_unit_test(an_empty_pipe_says_wait),
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
        cmocka_unit_test(what_cannot_be_opened_leaves_errno),
        cmocka_unit_test(each_gives_items_only_and_stops_on_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
