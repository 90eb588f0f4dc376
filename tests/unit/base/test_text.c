// SPDX-License-Identifier: BSD-2-Clause
/* base/text.c: growth, JSON, escapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void assert_text(const struct text *t, const char *expected)
{
    assert_false(t->failed);
    assert_int_equal(t->len, strlen(expected));
    if (t->len)
        assert_memory_equal(t->data, expected, t->len);
}

static void pieces_are_put_one_behind_the_other(void **state)
{
    (void)state;
    struct text t = {0};
    text_put(&t, "abc", 2);
    text_puts(&t, "");
    text_puts(&t, "-x");
    text_putc(&t, '!');
    text_printf(&t, "%d,%s", 42, "y");
    assert_text(&t, "ab-x!42,y");
    text_clear(&t);
    assert_text(&t, "");
    assert_non_null(t.data);
    text_puts(&t, "again");
    assert_text(&t, "again");
    text_deinit(&t);
    assert_null(t.data);
    assert_int_equal(t.cap, 0);
}

static void it_grows_at_every_length(void **state)
{
    (void)state;
    struct text t = {0};
    for (int i = 0; i < 3000; i++)
        text_putc(&t, (char)('a' + i % 26));
    assert_int_equal(t.len, 3000);
    for (int i = 0; i < 3000; i++)
        assert_int_equal(t.data[i], 'a' + i % 26);
    text_deinit(&t);
}

static void printf_fits_at_the_buffers_end(void **state)
{
    (void)state;
    for (size_t left = 0; left <= 8; left++) { /* "12345" needs 5, and one for its zero */
        struct text t = {0};
        text_putc(&t, 'x');
        while (t.len < t.cap - left)
            text_putc(&t, 'x');
        size_t before = t.len;
        text_printf(&t, "%d", 12345);
        assert_false(t.failed);
        assert_int_equal(t.len, before + 5);
        assert_memory_equal(t.data + before, "12345", 5);
        text_deinit(&t);
    }
}

static void a_failure_sticks_until_cleared(void **state)
{
    (void)state;
    struct text t = {0};
    text_puts(&t, "ab");
    text_put(&t, "c", SIZE_MAX); /* no such memory; nothing is read */
    assert_true(t.failed);
    text_puts(&t, "d");
    text_putc(&t, 'e');
    text_printf(&t, "f");
    assert_int_equal(t.len, 2);
    assert_memory_equal(t.data, "ab", 2);
    text_clear(&t);
    text_puts(&t, "g");
    assert_text(&t, "g");
    text_deinit(&t);
}

static void assert_json(const char *string, size_t len, const char *expected)
{
    struct text t = {0};
    text_put_json(&t, string, len);
    assert_text(&t, expected);
    text_deinit(&t);
}

static void json_strings_escape_what_they_must(void **state)
{
    (void)state;
    assert_json("", 0, "\"\"");
    assert_json("plain text", 10, "\"plain text\"");
    assert_json("a\"b\\c", 5, "\"a\\\"b\\\\c\"");
    assert_json("\b\t\n\f\r", 5, "\"\\b\\t\\n\\f\\r\"");
    assert_json("\0\1\37\177", 4, "\"\\u0000\\u0001\\u001f\\u007f\"");
}

#define FFFD "\xef\xbf\xbd"

static void json_strings_keep_utf8_and_nothing_else(void **state)
{
    (void)state;
    assert_json("b\xc3\xbc"
                "cher",
                7,
                "\"b\xc3\xbc"
                "cher\"");
    assert_json("\xe2\x82\xac", 3, "\"\xe2\x82\xac\"");
    assert_json("\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\"");
    assert_json("\xf4\x8f\xbf\xbf", 4, "\"\xf4\x8f\xbf\xbf\"");
    assert_json("\xc2\xa0", 2, "\"\xc2\xa0\"");
    assert_json("\xff", 1, "\"" FFFD "\"");
    assert_json("\x80", 1, "\"" FFFD "\"");
    assert_json("\xc3", 1, "\"" FFFD "\""); /* cut short */
    assert_json("\xc3q", 2, "\"" FFFD "q\"");
    assert_json("\xc0\xaf", 2, "\"" FFFD FFFD "\"");          /* overlong */
    assert_json("\xe0\x9f\xbf", 3, "\"" FFFD FFFD FFFD "\""); /* overlong */
    assert_json("\xed\xa0\x80", 3, "\"" FFFD FFFD FFFD "\""); /* a surrogate */
    assert_json("\xf0\x8f\xbf\xbf", 4, "\"" FFFD FFFD FFFD FFFD "\"");
    assert_json("\xf4\x90\x80\x80", 4, "\"" FFFD FFFD FFFD FFFD "\""); /* past U+10FFFF */
    assert_json("\xe2\x82", 2, "\"" FFFD FFFD "\"");
}

static void json_strings_have_no_raw_c1_controls(void **state)
{
    (void)state;
    assert_json("\xc2\x9b", 2, "\"\\u009b\"");
    assert_json("\xc2\x80\xc2\x9f\xc2\xa0", 6, "\"\\u0080\\u009f\xc2\xa0\"");
}

static void escapes_are_three_decimal_digits(void **state)
{
    (void)state;
    struct text t = {0};
    text_put_escaped(&t, "a\0\n ~\177\200\377\\b", 10);
    assert_text(&t, "a\\000\\010 ~\\127\\128\\255\\b");
    text_deinit(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_put_one_behind_the_other),
        cmocka_unit_test(it_grows_at_every_length),
        cmocka_unit_test(printf_fits_at_the_buffers_end),
        cmocka_unit_test(a_failure_sticks_until_cleared),
        cmocka_unit_test(json_strings_escape_what_they_must),
        cmocka_unit_test(json_strings_keep_utf8_and_nothing_else),
        cmocka_unit_test(json_strings_have_no_raw_c1_controls),
        cmocka_unit_test(escapes_are_three_decimal_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
