// SPDX-License-Identifier: BSD-2-Clause
#include "out/wrap.h"
#include "tests/unit/out/hits.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

static void assert_wrapped(size_t column, size_t indent, const char *words, const char *expected)
{
    struct text out = {0};
    put_wrapped(&out, column, indent, words);
    text_putc(&out, '\0');
    assert_false(out.failed);
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void lines_break_at_blanks_before_they_are_too_wide(void **state)
{
    (void)state;
    assert_wrapped(0, 2, "", "\n");
    assert_wrapped(0, 2, X60 X10 " 123456789", X60 X10 " 123456789\n"); /* 80 */
    assert_wrapped(0, 2, X60 X10 " 1234567890", X60 X10 "\n  1234567890\n");
    assert_wrapped(1, 2, X60 X10 " 123456789", X60 X10 "\n  123456789\n");
    assert_wrapped(0, 0, X60 "    " X60 "  ", X60 "\n" X60 "\n");
}

static void a_word_that_fits_no_line_is_cut_and_lost_nowhere(void **state)
{
    (void)state;
    assert_wrapped(0, 4, X60 X60, X60 X10 X10 "\n    " X10 X10 X10 X10 "\n");
    assert_wrapped(76, 3, "abcdefgh", "abcd\n   efgh\n");
}

static void a_percent_sign_stays_with_its_figure(void **state)
{
    (void)state;
    assert_wrapped(70, 3, "ab 1234567 % more", "ab\n   1234567 % more\n");
}

static void what_a_terminal_would_obey_is_escaped(void **state)
{
    (void)state;
    assert_wrapped(0, 0, "a\033[0m\n\xc3\xa9", "a\\027[0m\\010\\195\\169\n");
}

static void a_field_without_words_is_left_out(void **state)
{
    (void)state;
    struct text out = {0}, words = {0};
    put_field(&out, "label", NULL);
    put_field(&out, "label", "");
    put_field(&out, "label", "  ");
    put_field_text(&out, "label", &words);
    assert_int_equal(out.len, 0);
    text_puts(&words, "all of it");
    put_field_text(&out, "label", &words);
    assert_int_equal(words.len, 0);
    text_putc(&out, '\0');
    assert_string_equal(out.data, "  label      all of it\n");
    text_deinit(&out);
    text_deinit(&words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_break_at_blanks_before_they_are_too_wide),
        cmocka_unit_test(a_word_that_fits_no_line_is_cut_and_lost_nowhere),
        cmocka_unit_test(a_percent_sign_stays_with_its_figure),
        cmocka_unit_test(what_a_terminal_would_obey_is_escaped),
        cmocka_unit_test(a_field_without_words_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
