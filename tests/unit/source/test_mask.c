// SPDX-License-Identifier: BSD-2-Clause
/* source/mask.c: text to places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "source/mask.h"

static const char *const none[MASK_CHARSETS];

/* MASK as text: fixed octets, `[abc]` for sets, `(n)` for lengths. */
static const char *shown(const struct mask *mask)
{
    static char text[2048];
    size_t len = 0, label_end = 0;
    unsigned place = 0;
    for (unsigned i = 0; i < mask->head_len; i++) {
        if (i == label_end) {
            len += (size_t)snprintf(text + len, sizeof text - len, "(%u)", mask->head[i]);
            label_end = i + 1u + mask->head[i];
        } else if (place < mask->place_count && mask->places[place].at == i) {
            len += (size_t)snprintf(text + len, sizeof text - len, "[%.*s]",
                                    (int)mask->places[place].count, mask->places[place].chars);
            assert_int_equal(mask->head[i], 0);
            place++;
        } else {
            len += (size_t)snprintf(text + len, sizeof text - len, "%c", mask->head[i]);
        }
    }
    assert_int_equal(place, mask->place_count);
    assert_int_equal(label_end, mask->head_len);
    return text;
}

static void assert_mask(const char *text, const char *const *charsets, const char *expected,
                        uint64_t count)
{
    struct mask mask;
    struct text why = {0};
    int error = mask_parse(&mask, text, 0, charsets, &why);
    if (error)
        fail_msg("%s: %.*s", text, (int)why.len, why.data);
    assert_string_equal(shown(&mask), expected);
    assert_int_equal(mask.count, count);
    text_deinit(&why);
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

static void sets_are_hashcats(void **state)
{
    (void)state;
    assert_mask("?l", none, "(1)[" LETTERS "]", 26);
    assert_mask("?u?d", none, "(2)[" LETTERS "][" DIGITS "]", 260);
    assert_mask("?h?H", none, "(2)[" DIGITS "abcdef][" DIGITS "abcdef]", 256);
    assert_mask("WWW-?d.A", none, "(5)www-[" DIGITS "](1)a", 10);
    assert_mask("?s", none, "(1)[ !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~]", 33);
    assert_mask("??\\063\\?\\.", none, "(4)???.", 1);
}

static void all_octets_but_capitals(void **state)
{
    struct mask mask;
    struct text why = {0};
    (void)state;
    assert_int_equal(mask_parse(&mask, "?a?b", 0, none, &why), 0);
    assert_int_equal(mask.places[0].count, 26 + 10 + 33);
    assert_int_equal(mask.places[1].count, 230);
    assert_int_equal(mask.places[1].chars[0], 0);
    assert_int_equal(mask.places[1].chars[229], 255);
    text_deinit(&why);
}

static void own_sets(void **state)
{
    static const char *const sets[MASK_CHARSETS] = {"?dX", "?1-", "ab", "?3?3c"};
    (void)state;
    assert_mask("?1", sets, "(1)[" DIGITS "x]", 11);
    assert_mask("?2", sets, "(1)[" DIGITS "x-]", 12);
    assert_mask("?4?3", sets, "(2)[abc][ab]", 6);
}

static void numbers_beyond_64_bits_are_the_greatest(void **state)
{
    struct mask mask;
    struct text why = {0};
    (void)state;
    assert_int_equal(mask_parse(&mask, "?l?l?l?l?l?l?l?l?l?l?l?l?l?l", 0, none, &why), 0);
    assert_int_equal(mask.count, UINT64_MAX);
    text_deinit(&why);
}

static void beginnings_end_with_no_dot(void **state)
{
    static const char text[] = "?la.\\046?d";
    size_t lengths[MASK_HEAD_MAX];
    struct mask mask;
    struct text why = {0};
    static const size_t expected[] = {1, 2, 4, 5};
    static const char *const masks[] = {"(1)[" LETTERS "]", "(2)[" LETTERS "]a",
                                        "(2)[" LETTERS "]a(1).",
                                        "(2)[" LETTERS "]a(2).[" DIGITS "]"};
    (void)state;
    assert_int_equal(mask_lengths(text, lengths), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(lengths[i], expected[i]);
        assert_int_equal(mask_parse(&mask, text, lengths[i], none, &why), 0);
        assert_string_equal(shown(&mask), masks[i]);
    }
    text_deinit(&why);
}

static void the_longest(void **state)
{
    char text[80];
    struct mask mask;
    struct text why = {0};
    (void)state;
    memset(text, 'x', sizeof text);
    text[63] = '\0';
    assert_int_equal(mask_parse(&mask, text, 0, none, &why), 0);
    assert_int_equal(mask.head_len, 64);
    text[63] = 'x';
    text[64] = '\0';
    assert_int_equal(mask_parse(&mask, text, 0, none, &why), ERR_RANGE);
    memset(text, '\0', sizeof text);
    memset(text, 'x', 62);
    text[62] = '.';
    text[63] = 'x';
    assert_int_equal(mask_parse(&mask, text, 0, none, &why), ERR_RANGE);
    text_deinit(&why);
}

static void what_is_no_mask_is_told(void **state)
{
    static const char *const sets[MASK_CHARSETS] = {"?2", "a", "", "?9"};
    static const struct {
        const char *text, *why;
    } bad[] = {
        {"", "an empty label"},
        {".a", "an empty label"},
        {"a..b", "an empty label"},
        {"a.", "an empty label"},
        {"?", "? is no set; ?? is a question mark"},
        {"?x", "?x is no set; ?? is a question mark"},
        {"?5", "?5 is no set; ?? is a question mark"},
        {"?1", "?2 is not given before it is used"},
        {"?3", "a set without characters"},
        {"?4", "?9 is no set; ?? is a question mark"},
        {"a\\", "a \\ with nothing behind it"},
        {"a\\256", "a \\ and a digit that are not \\000 to \\255"},
        {"a\\12", "a \\ and a digit that are not \\000 to \\255"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct mask mask;
        struct text why = {0};
        assert_int_equal(mask_parse(&mask, bad[i].text, 0, sets, &why), ERR_SYNTAX);
        text_putc(&why, '\0');
        assert_string_equal(why.data, bad[i].why);
        text_deinit(&why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_are_hashcats),
        cmocka_unit_test(all_octets_but_capitals),
        cmocka_unit_test(own_sets),
        cmocka_unit_test(numbers_beyond_64_bits_are_the_greatest),
        cmocka_unit_test(beginnings_end_with_no_dot),
        cmocka_unit_test(the_longest),
        cmocka_unit_test(what_is_no_mask_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
