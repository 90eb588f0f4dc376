// SPDX-License-Identifier: BSD-2-Clause
/* base/opts_help.c: help's layout and the nearest word. */
#include "opts_table.h"

static const char *const words[] = {"rate", "resolver-rate", "resolvers", "tries", "timeout"};

static const char *nearest(const char *word)
{
    return opts_nearest(word, strlen(word), words, sizeof words / sizeof words[0]);
}

static void help_has_groups_columns_and_defaults(void **state)
{
    struct text out = {0};
    (void)state;
    opts_help(&out, &table, CMD_A);
    text_putc(&out, '\0');
    assert_string_equal(out.data, "\nFirst:\n"
                                  "      --rate N         queries a second (default 10k)\n"
                                  "      --zone-rate N    queries a second at one zone\n"
                                  "  -l, --list LIST      names\n"
                                  "  -f, --format FORMAT  how (default names)\n"
                                  "\nSecond:\n"
                                  "  -q, --quiet          less\n"
                                  "  -v, --verbose        more\n"
                                  "  -h, --help           this\n");
    text_deinit(&out);
}

static void help_shows_only_the_command_s_options(void **state)
{
    struct text out = {0};
    (void)state;
    opts_help(&out, &table, CMD_B);
    text_putc(&out, '\0');
    assert_string_equal(out.data, "\nFirst:\n"
                                  "      --rate N  a load (default a search)\n"
                                  "\nSecond:\n"
                                  "  -o, --other   of the other command\n"
                                  "  -h, --help    this\n");
    text_deinit(&out);
}

static void long_sentences_are_wrapped_and_wide_names_stand_alone(void **state)
{
    static const struct opt opts[] = {
        {.group = "G",
         .name = "a-name-much-wider-than-most",
         .argument = "N",
         .help = "word",
         .commands = 1},
        {.group = "G",
         .name = "short",
         .argument = "N",
         .help = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
                 "fifteen",
         .commands = 1},
    };
    const struct opts_table wide = {.parts = {&(const struct opts_part){opts, 2}},
                                    .env_prefix = "T_"};
    struct text out = {0};
    size_t column = 0;
    (void)state;
    opts_help(&out, &wide, 1);
    for (size_t i = 0; i < out.len; i++) {
        column = out.data[i] == '\n' ? 0 : column + 1;
        assert_true(column <= OPTS_COLUMNS);
    }
    text_putc(&out, '\0');
    assert_non_null(strstr(out.data, "a-name-much-wider-than-most N\n"));
    assert_non_null(strstr(out.data, "fourteen fifteen\n"));
    text_deinit(&out);
}

#define X10 "xxxxxxxxxx"
#define X70 X10 X10 X10 X10 X10 X10 X10

static void assert_wrapped(const char *text, size_t indent, const char *expected)
{
    struct text out = {0};
    opts_put_wrapped(&out, text, indent);
    text_putc(&out, '\0');
    assert_string_equal(out.data, expected);
    text_deinit(&out);
}

static void words_are_wrapped_before_the_last_column(void **state)
{
    (void)state;
    assert_wrapped("", 0, "\n");
    assert_wrapped("one  two", 0, "one two\n");
    assert_wrapped(X70 " 12345678", 0, X70 " 12345678\n"); /* 79 */
    assert_wrapped(X70 " 123456789", 0, X70 "\n123456789\n");
    assert_wrapped(X70 " 12345 9", 3, X70 " 12345\n   9\n");
    assert_wrapped("a " X70 X10 " b", 0, "a\n" X70 X10 "\nb\n");
}

static void near_words_are_found(void **state)
{
    (void)state;
    assert_string_equal(nearest("rate"), "rate");
    assert_string_equal(nearest("rat"), "rate");
    assert_string_equal(nearest("rtae"), "rate");
    assert_string_equal(nearest("retries"), "tries");
    assert_string_equal(nearest("resolver"), "resolvers");
    assert_string_equal(nearest("resolvers"), "resolvers");
    assert_string_equal(nearest("resolver-r"), "resolver-rate");
}

static void the_shortest_continuation_is_meant(void **state)
{
    (void)state;
    assert_string_equal(nearest("re"), "resolvers");
    assert_string_equal(nearest("time"), "timeout");
}

static void far_words_are_not(void **state)
{
    (void)state;
    assert_null(nearest(""));
    assert_null(nearest("x"));
    assert_null(nearest("walk"));
    assert_null(nearest("domains"));
    assert_null(nearest("a-word-longer-than-any-option-may-be-called"));
    assert_null(opts_nearest("rate", 4, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_has_groups_columns_and_defaults),
        cmocka_unit_test(help_shows_only_the_command_s_options),
        cmocka_unit_test(long_sentences_are_wrapped_and_wide_names_stand_alone),
        cmocka_unit_test(words_are_wrapped_before_the_last_column),
        cmocka_unit_test(near_words_are_found),
        cmocka_unit_test(the_shortest_continuation_is_meant),
        cmocka_unit_test(far_words_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
