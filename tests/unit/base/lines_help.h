// SPDX-License-Identifier: BSD-2-Clause
/* Lists in memory with a path, plain and compressed, and what was read of them as one string. */
#ifndef TESTS_UNIT_BASE_LINES_HELP_H
#define TESTS_UNIT_BASE_LINES_HELP_H

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

static inline struct file make_file(const void *data, size_t len)
{
    struct file file = {.fd = memfd_create("list", 0)};
    assert_true(file.fd >= 0);
    assert_int_equal(write(file.fd, data, len), len);
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return file;
}

static inline struct lines *open_lines(const char *path)
{
    struct lines *lines;
    assert_int_equal(lines_open(&lines, path), 0);
    return lines;
}

/* Reads all of PATH into SUMMARY: "1:item|2|" (a skipped line), then the last
 * state: "." for the end, "!" and the error else. */
static inline void summarize_path(const char *path, char *summary)
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

static inline const char *summarize(const void *data, size_t len)
{
    struct file file = make_file(data, len);
    summarize_path(file.path, summary);
    close(file.fd);
    return summary;
}

#define ASSERT_LINES(data, expected)                                                               \
    assert_string_equal(summarize(data, sizeof(data) - 1), expected)

/* A list of many lines, longer than every buffer, and a check of what comes out. */
#define LIST_LINES 40000

static inline char *make_list(size_t *len)
{
    char *list = malloc(LIST_LINES * 32);
    *len = 0;
    for (int i = 1; i <= LIST_LINES; i++)
        *len += (size_t)sprintf(list + *len, "host-%d.%.*s\n", i, i % 20, "abcdefghijklmnopqrst");
    return list;
}

static inline void assert_is_list(const char *path, int expected_end)
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

static inline size_t pack_gzip(const char *data, size_t len, uint8_t *out, size_t cap)
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

static inline size_t pack_zstd(const char *data, size_t len, uint8_t *out, size_t cap)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t packed = ZSTD_compress2(context, out, cap, data, len);
    assert_false(ZSTD_isError(packed));
    ZSTD_freeCCtx(context);
    return packed;
}

static inline size_t pack_xz(const char *data, size_t len, uint8_t *out, size_t cap)
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

#endif
