// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/traits.c: words of a fleet file, and what a resolver draws from them. */
#include "tests/unit/lab/help.h"

#include "bench/lab/traits.h"

static void parse(struct range ranges[TRAIT_COUNT], const char *word, const char *value)
{
    const char *expected = "";
    if (traits_parse(ranges, word, value, &expected))
        fail_msg("%s=%s: %s", word, value ? value : "", expected);
}

static void a_range_is_drawn_once_for_each_resolver(void **state)
{
    struct range ranges[TRAIT_COUNT] = {0};
    unsigned below_500 = 0, overs[3] = {0};
    (void)state;
    parse(ranges, "cap", "50-5000");
    parse(ranges, "over", "any");
    parse(ranges, "dead", "any");
    for (uint32_t i = 0; i < 1000; i++) {
        struct traits traits, again;
        traits_draw(&traits, ranges, 5, i);
        traits_draw(&again, ranges, 5, i);
        assert_memory_equal(&traits, &again, sizeof traits);
        double cap = traits.value[TRAIT_CAP].low;
        assert_true(cap >= 50 && cap <= 5000);
        below_500 += cap < 500;
        overs[(int)traits.value[TRAIT_OVER].low]++;
        assert_in_range((int)traits.value[TRAIT_DEAD].low, 1, 2);
    }
    assert_in_range(below_500, 430, 570); /* half of a log scale from 50 to 5,000 */
    for (unsigned i = 0; i < 3; i++)
        assert_in_range(overs[i], 260, 410);
}

static void bad_values_are_refused(void **state)
{
    static const char *const bad[][2] = {
        {"loss", "2"},       {"loss", "-1%"},      {"loss", "x"},        {"loss", "5%-1%"},
        {"rtt", NULL},       {"rtt", "11s"},       {"rtt", "5ms-"},      {"cap", "0"},
        {"cap", NULL},       {"over", "maybe"},    {"over", NULL},       {"tc-only", "yes"},
        {"dead", "undead"},  {"loss", ""},         {"jitter", "1ms-2"},  {"servfail", "nan"},
        {"rewrite", NULL},   {"rewrite", "0"},     {"rewrite", "101"},   {"rewrite", "3-1"},
        {"rewrite", "1.5"},  {"hide", "101%"},     {"wrong", "-1"},      {"forge", "letter"},
        {"turns", NULL},     {"turns", "0"},       {"backend", "0"},     {"backend", "2-3"},
        {"backend", NULL},   {"backend", "20001"}, {"forge-share", "0"}, {"late", "11s"},
        {"only-zones", "1"},
    };
    struct range ranges[TRAIT_COUNT] = {0}, untouched[TRAIT_COUNT] = {0};
    const char *expected;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int err = traits_parse(ranges, bad[i][0], bad[i][1], &expected);
        if (bad[i][1] && !strcmp(bad[i][1], "1ms-2")) /* a bare number is milliseconds */
            assert_int_equal(err, 0);
        else if (err != ERR_SYNTAX && err != ERR_RANGE)
            fail_msg("%s=%s gives %d", bad[i][0], bad[i][1] ? bad[i][1] : "", err);
    }
    ranges[TRAIT_JITTER] = (struct range){0};
    assert_memory_equal(ranges, untouched, sizeof ranges);
    assert_int_equal(traits_parse(ranges, "lossy", "1%", &expected), ERR_MISSING);
}

static void numbers_are_whole_and_each_comes_up(void **state)
{
    struct range ranges[TRAIT_COUNT] = {0};
    unsigned numbers[4] = {0}, kinds[FORGE_DUPLICATE + 1] = {0};
    (void)state;
    parse(ranges, "rewrite", "1-3");
    parse(ranges, "forge", "any");
    parse(ranges, "hide", "20%-100%");
    parse(ranges, "backend", "20000");
    for (uint32_t i = 0; i < 1000; i++) {
        struct traits traits;
        traits_draw(&traits, ranges, 5, i);
        double number = traits.value[TRAIT_REWRITE].low;
        assert_true(number == 1 || number == 2 || number == 3);
        numbers[(int)number]++;
        kinds[(int)traits.value[TRAIT_FORGE].low]++;
        assert_true(traits.value[TRAIT_HIDE].low >= 0.2 && traits.value[TRAIT_HIDE].low <= 1);
        assert_true(traits.value[TRAIT_BACKEND].low == 20000);
        assert_true(traits.value[TRAIT_WRONG].low == 0);
    }
    for (unsigned i = 1; i <= 3; i++)
        assert_in_range(numbers[i], 260, 410);
    assert_int_equal(kinds[FORGE_NO], 0);
    for (unsigned i = FORGE_ID; i <= FORGE_DUPLICATE; i++)
        assert_in_range(kinds[i], 140, 260);
}

static void bare_words_mean_all(void **state)
{
    struct range ranges[TRAIT_COUNT] = {0};
    (void)state;
    parse(ranges, "hide", NULL);
    parse(ranges, "wrong", NULL);
    parse(ranges, "forge-share", NULL);
    parse(ranges, "forge", NULL);
    parse(ranges, "only-zones", NULL);
    assert_true(ranges[TRAIT_HIDE].low == 1 && ranges[TRAIT_WRONG].low == 1);
    assert_true(ranges[TRAIT_FORGE_SHARE].low == 1 && ranges[TRAIT_ONLY_ZONES].low == 1);
    assert_true(ranges[TRAIT_FORGE].low == FORGE_ID && ranges[TRAIT_FORGE].high == FORGE_ID);
    assert_string_equal(traits_choice(TRAIT_FORGE, FORGE_ECHO), "echo");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_is_drawn_once_for_each_resolver),
        cmocka_unit_test(numbers_are_whole_and_each_comes_up),
        cmocka_unit_test(bare_words_mean_all),
        cmocka_unit_test(bad_values_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
