// SPDX-License-Identifier: BSD-2-Clause
/* base/lines.c: compressed lists, whole and damaged. */
#include "tests/unit/base/lines_help.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compressed_lists_are_read_like_plain_ones),
        cmocka_unit_test(members_in_a_row_are_one_list),
        cmocka_unit_test(compression_is_told),
        cmocka_unit_test(lists_cut_short_are_errors),
        cmocka_unit_test(damaged_lists_are_errors_after_what_came_before),
        cmocka_unit_test(zeros_behind_gzip_are_padding),
        cmocka_unit_test(zstd_windows_over_the_limit_are_refused),
        cmocka_unit_test(xz_dictionaries_over_the_limit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
