// SPDX-License-Identifier: BSD-2-Clause
/* base/units.c: numbers with units, in and out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdbool.h>

#include "base/units.h"

static void assert_count(const char *text, uint64_t expected)
{
    uint64_t value = 4711;
    assert_int_equal(units_parse_count(text, &value), 0);
    assert_true(value == expected);
}

static void assert_count_refused(const char *text, int error)
{
    uint64_t value = 4711;
    if (units_parse_count(text, &value) != error)
        fail_msg("\"%s\" is not refused with %d", text, error);
    assert_int_equal(value, 0);
}

static void counts_have_letters_of_either_case(void **state)
{
    (void)state;
    assert_count("0", 0);
    assert_count("120", 120);
    assert_count("10k", 10000);
    assert_count("2M", 2000000);
    assert_count("1.5g", 1500000000);
    assert_count("1.5G", 1500000000);
    assert_count("0.001k", 1);
    assert_count("1.000000001g", 1000000001);
    assert_count("2.0", 2);
}

static void counts_that_are_no_numbers_are_syntax(void **state)
{
    (void)state;
    static const char *const texts[] = {"",    "k",   "-1", "+1",  " 1",  "1 ",   "1x",
                                        "1kk", "1 k", ".5", "1.k", "1,5", "0x10", "1e3"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_count_refused(texts[i], ERR_SYNTAX);
}

static void counts_that_do_not_fit_are_range(void **state)
{
    (void)state;
    assert_count("18446744073709551615", UINT64_MAX);
    assert_count_refused("18446744073709551616", ERR_RANGE);
    assert_count("18446744073g", 18446744073000000000u);
    assert_count_refused("18446744074g", ERR_RANGE);
    assert_count_refused("99999999999999999999999999", ERR_RANGE);
    assert_count_refused("1.5", ERR_RANGE);
    assert_count_refused("1.0001k", ERR_RANGE);
    assert_count_refused("0.0000000001g", ERR_RANGE);
    assert_count_refused("99999999999999999999999999x", ERR_SYNTAX);
}

static void assert_duration(const char *text, mono_ns bare_ns, mono_ns expected)
{
    mono_ns value = 4711;
    assert_int_equal(units_parse_duration(text, bare_ns, &value), 0);
    if (value != expected)
        fail_msg("\"%s\" is read as %lld", text, (long long)value);
}

static void durations_have_units(void **state)
{
    (void)state;
    assert_duration("1ns", 0, 1);
    assert_duration("1us", 0, 1000);
    assert_duration("250ms", 0, 250 * NS_PER_MS);
    assert_duration("3s", 0, 3 * NS_PER_S);
    assert_duration("1.5S", 0, 1500 * NS_PER_MS);
    assert_duration("10m", 0, 600 * NS_PER_S);
    assert_duration("2h", 0, 7200 * NS_PER_S);
    assert_duration("1d", 0, 86400 * NS_PER_S);
}

static void a_bare_duration_is_in_the_callers_unit(void **state)
{
    (void)state;
    assert_duration("3", NS_PER_MS, 3 * NS_PER_MS);
    assert_duration("3", NS_PER_S, 3 * NS_PER_S);
    assert_duration("0.5", NS_PER_S, 500 * NS_PER_MS);
    assert_duration("0", NS_PER_S, 0);
}

static void bad_durations_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int error;
    } cases[] = {
        {"", ERR_SYNTAX},        {"s", ERR_SYNTAX},
        {"-1s", ERR_SYNTAX},     {"1 s", ERR_SYNTAX},
        {"1sec", ERR_SYNTAX},    {"1h30m", ERR_SYNTAX},
        {"inf", ERR_SYNTAX},     {"0.5ns", ERR_RANGE},
        {"2562048h", ERR_RANGE}, {"99999999999999999999s", ERR_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mono_ns value = 4711;
        if (units_parse_duration(cases[i].text, NS_PER_S, &value) != cases[i].error)
            fail_msg("\"%s\"", cases[i].text);
        assert_int_equal(value, 0);
    }
    assert_duration("9223372036854775807ns", 0, INT64_MAX);
    mono_ns value;
    assert_int_equal(units_parse_duration("9223372036854775808ns", 0, &value), ERR_RANGE);
}

static void counts_are_grouped_by_thousands(void **state)
{
    (void)state;
    char out[UNITS_TEXT_MAX];
    assert_string_equal(units_format_count(0, out), "0");
    assert_string_equal(units_format_count(999, out), "999");
    assert_string_equal(units_format_count(1000, out), "1,000");
    assert_string_equal(units_format_count(190421, out), "190,421");
    assert_string_equal(units_format_count(1000000, out), "1,000,000");
    assert_string_equal(units_format_count(UINT64_MAX, out), "18,446,744,073,709,551,615");
}

static void short_counts_have_at_most_four_places(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {746, "746"},
        {999, "999"},
        {1000, "1.0k"},
        {4949, "4.9k"},
        {4950, "5.0k"},
        {9949, "9.9k"},
        {9950, "10k"},
        {118000, "118k"},
        {118499, "118k"},
        {118500, "119k"},
        {999499, "999k"},
        {999500, "1.0M"},
        {1234567, "1.2M"},
        {999500000, "1.0G"},
        {12000000000, "12G"},
        {UINT64_MAX, "18E"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[UNITS_TEXT_MAX];
        assert_string_equal(units_format_short(cases[i].value, out), cases[i].text);
    }
}

static void durations_are_read_at_a_glance(void **state)
{
    (void)state;
    static const struct {
        mono_ns ms;
        const char *text, *eta;
    } cases[] = {
        {-5, "0 ms", "0s"},
        {0, "0 ms", "0s"},
        {250, "250 ms", "0s"},
        {999, "999 ms", "1s"},
        {1000, "1.0 s", "1s"},
        {1549, "1.5 s", "2s"},
        {1550, "1.6 s", "2s"},
        {9949, "9.9 s", "10s"},
        {9950, "10 s", "10s"},
        {15000, "15 s", "15s"},
        {42000, "42 s", "42s"},
        {59499, "59 s", "59s"},
        {59500, "1m00s", "1m00s"},
        {190000, "3m10s", "3m10s"},
        {3599499, "59m59s", "59m59s"},
        {3599500, "1h00m", "1h00m"},
        {7500000, "2h05m", "2h05m"},
        {172799000, "47h59m", "47h59m"},
        {172800000, "2d00h", "2d00h"},
        {367200000, "4d06h", "4d06h"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[UNITS_TEXT_MAX];
        assert_string_equal(units_format_duration(cases[i].ms * NS_PER_MS, out), cases[i].text);
        assert_string_equal(units_format_eta(cases[i].ms * NS_PER_MS, out), cases[i].eta);
    }
}

static void the_longest_duration_fits(void **state)
{
    (void)state;
    char out[UNITS_TEXT_MAX];
    assert_string_equal(units_format_duration(INT64_MAX, out), "106751d23h");
    assert_string_equal(units_format_eta(INT64_MAX, out), "106751d23h");
}

static void latencies_have_three_digits(void **state)
{
    static const struct {
        mono_ns value;
        const char *text;
    } cases[] = {
        {-1, "0 ns"},
        {0, "0 ns"},
        {999, "999 ns"},
        {1000, "1 us"},
        {1250, "1.25 us"},
        {850 * NS_PER_US, "850 us"},
        {999 * NS_PER_US + 999, "1000 us"},
        {NS_PER_MS, "1 ms"},
        {61 * NS_PER_MS + 49 * NS_PER_US, "61 ms"},
        {61 * NS_PER_MS + 51 * NS_PER_US, "61.1 ms"},
        {2500 * NS_PER_MS, "2.5 s"},
        {100000 * NS_PER_S, "100000 s"},
        {INT64_MAX, "9223372037 s"},
    };
    char text[UNITS_TEXT_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(units_format_latency(cases[i].value, text), cases[i].text);
}

static void shares_are_percent(void **state)
{
    char text[UNITS_TEXT_MAX];
    (void)state;
    assert_string_equal(units_format_share(0, text), "0 %");
    assert_string_equal(units_format_share(0.0034, text), "0.34 %");
    assert_string_equal(units_format_share(0.12, text), "12 %");
    assert_string_equal(units_format_share(0.99912, text), "99.91 %");
    assert_string_equal(units_format_share(1, text), "100 %");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_have_letters_of_either_case),
        cmocka_unit_test(counts_that_are_no_numbers_are_syntax),
        cmocka_unit_test(counts_that_do_not_fit_are_range),
        cmocka_unit_test(durations_have_units),
        cmocka_unit_test(a_bare_duration_is_in_the_callers_unit),
        cmocka_unit_test(bad_durations_are_refused),
        cmocka_unit_test(counts_are_grouped_by_thousands),
        cmocka_unit_test(short_counts_have_at_most_four_places),
        cmocka_unit_test(durations_are_read_at_a_glance),
        cmocka_unit_test(the_longest_duration_fits),
        cmocka_unit_test(latencies_have_three_digits),
        cmocka_unit_test(shares_are_percent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
