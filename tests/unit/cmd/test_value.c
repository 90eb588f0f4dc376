// SPDX-License-Identifier: BSD-2-Clause
/* cmd/value.c: values of options as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>

#include "cmd/value.h"

static void digits_are_digits_alone_up_to_a_limit(void **state)
{
    uint64_t value;
    (void)state;
    assert_true(value_digits("0", 1, 9, &value));
    assert_true(value_digits("9", 1, 9, &value));
    assert_false(value_digits("10", 2, 9, &value));
    assert_false(value_digits("", 0, 9, &value));
    assert_false(value_digits("-1", 2, 9, &value));
    assert_false(value_digits("1k", 2, 9, &value));
    assert_true(value_digits("18446744073709551615", 20, UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
    assert_false(value_digits("18446744073709551616", 20, UINT64_MAX, &value));
}

static void counts_tell_their_limits(void **state)
{
    struct text why = {0};
    uint64_t value;
    (void)state;
    assert_int_equal(value_count("1", 1, 50, &value, &why), 0);
    assert_int_equal(value_count("50", 1, 50, &value, &why), 0);
    assert_int_equal(value_count("0", 1, 50, &value, &why), ERR_RANGE);
    assert_memory_equal(why.data, "'0' is out of range: 1 to 50", why.len);
    text_clear(&why);
    assert_int_equal(value_count("51", 1, 50, &value, &why), ERR_RANGE);
    text_clear(&why);
    assert_int_equal(value_count("x", 1, 50, &value, &why), ERR_SYNTAX);
    assert_memory_equal(why.data, "'x' is not a number (250, 10k, 2m)", why.len);
    text_deinit(&why);
}

static void percentages_go_to_a_hundred(void **state)
{
    static const char *const bad[] = {"",    ".",  "1.",    ".5",  "100.1",
                                      "101", "-1", "1.2.3", "1e2", "1234567890123"};
    double value;
    (void)state;
    assert_true(value_percent("0", 1, &value));
    assert_true(value_percent("0.5", 3, &value));
    assert_true(value > 0.499 && value < 0.501);
    assert_true(value_percent("100", 3, &value));
    assert_true(value_percent("99.99", 5, &value));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (value_percent(bad[i], strlen(bad[i]), &value))
            fail_msg("\"%s\" is taken", bad[i]);
}

static void words_are_found_whole_and_without_case(void **state)
{
    (void)state;
    assert_int_equal(value_find_word("auto json none", "auto", 4), 0);
    assert_int_equal(value_find_word("auto json none", "JSON", 4), 1);
    assert_int_equal(value_find_word("auto json none", "none", 4), 2);
    assert_int_equal(value_find_word("auto json none", "non", 3), -1);
    assert_int_equal(value_find_word("auto json none", "nones", 5), -1);
    assert_int_equal(value_find_word("auto json none", "", 0), -1);
    assert_int_equal(value_find_word("auto json none", "auto json", 9), -1);
}

static void refused_words_are_told_the_choice(void **state)
{
    struct text why = {0};
    int index;
    (void)state;
    assert_int_equal(value_word("a b c", "x", &index, &why), ERR_SYNTAX);
    assert_memory_equal(why.data, "'x' is none of a, b, c", why.len);
    text_deinit(&why);
}

static void resolvers_are_addresses_with_or_without_port(void **state)
{
    static const char *const good[] = {
        "192.0.2.1", "192.0.2.1:53", "192.0.2.1:1",     "192.0.2.1:65535",
        "::1",       "2001:db8::1",  "[2001:db8::1]",   "[::1]:5353",
        "system",    "fe80::1%lo",   "::ffff:192.0.2.1"};
    static const char *const bad[] = {"",
                                      "192.0.2",
                                      "192.0.2.256",
                                      "192.0.2.1:",
                                      "192.0.2.1:0",
                                      "192.0.2.1:65536",
                                      "192.0.2.1:53x",
                                      "192.0.2.1:53:53",
                                      "[::1",
                                      "[::1]5",
                                      "[::1]:",
                                      "[::1]:0",
                                      "[192.0.2.1]:53",
                                      "]",
                                      "[]",
                                      "dns.example",
                                      "System",
                                      "fe80::1%",
                                      "192.0.2.1%lo",
                                      "systems",
                                      "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!value_is_resolver(good[i], strlen(good[i])))
            fail_msg("\"%s\" is refused", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (value_is_resolver(bad[i], strlen(bad[i])))
            fail_msg("\"%s\" is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_are_digits_alone_up_to_a_limit),
        cmocka_unit_test(counts_tell_their_limits),
        cmocka_unit_test(percentages_go_to_a_hundred),
        cmocka_unit_test(words_are_found_whole_and_without_case),
        cmocka_unit_test(refused_words_are_told_the_choice),
        cmocka_unit_test(resolvers_are_addresses_with_or_without_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
