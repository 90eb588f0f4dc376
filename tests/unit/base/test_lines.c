// SPDX-License-Identifier: BSD-2-Clause
/* base/lines.c: lines out of files. */
#include "tests/unit/base/lines_help.h"

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

static void a_byte_order_mark_in_front_is_passed_over(void **state)
{
    (void)state;
    ASSERT_LINES(LINES_MARK "a\nb\n", "1:a|2:b|.");
    ASSERT_LINES(LINES_MARK " # c\r\na", "1|2:a|.");
    ASSERT_LINES(LINES_MARK "\na", "1|2:a|.");
    ASSERT_LINES(LINES_MARK, ".");
    ASSERT_LINES(LINES_MARK LINES_MARK "a", "1:" LINES_MARK "a|."); /* the second is text */
    ASSERT_LINES("a\n" LINES_MARK "b", "1:a|2:" LINES_MARK "b|.");
    ASSERT_LINES("\xef\xbb", "1:\xef\xbb|.");
    for (int i = 0; i < PACKERS; i++) {
        uint8_t packed[256];
        size_t len = packers[i](LINES_MARK "a\n", LINES_MARK_LEN + 2, packed, sizeof packed);
        assert_string_equal(summarize(packed, len), "1:a|.");
    }
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
        cmocka_unit_test(a_byte_order_mark_in_front_is_passed_over),
        cmocka_unit_test(a_nul_is_part_of_the_item),
        cmocka_unit_test(long_lines_are_cut_at_the_limit),
        cmocka_unit_test(the_rest_of_a_long_line_is_skipped),
        cmocka_unit_test(lines_across_buffers_are_whole),
        cmocka_unit_test(what_cannot_be_opened_leaves_errno),
        cmocka_unit_test(each_gives_items_only_and_stops_on_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
