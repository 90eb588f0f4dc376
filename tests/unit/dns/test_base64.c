// SPDX-License-Identifier: BSD-2-Clause
/* dns/base64.c: RFC 4648, and nothing that is almost base64. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/base64.h"

static uint8_t out[64];
static size_t len;

static bool decode(const char *text)
{
    return base64_decode(text, strlen(text), out, sizeof out, &len);
}

/* RFC 4648 section 10. */
static void known_texts_are_read(void **state)
{
    static const struct {
        const char *text, *octets;
    } known[] = {
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9vYg==", "foob"},
        {"Zm9vYmE=", "fooba"},
        {"Zm9vYmFy", "foobar"},
        {"+/+/", "\xfb\xff\xbf"},
        {"ABcd", "\x00\x17\x1d"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t expected = i == 7 ? 3 : strlen(known[i].octets); /* the last begins with a 0 */
        assert_true(decode(known[i].text));
        assert_int_equal(len, expected);
        assert_memory_equal(out, known[i].octets, expected);
    }
}

static void every_digit_has_its_value(void **state)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        const char text[] = {'A', 'A', 'A', digits[i], '\0'};
        assert_true(decode(text));
        assert_int_equal(out[2], i);
    }
}

static void what_is_almost_base64_is_refused(void **state)
{
    static const char *const bad[] = {
        "",         "Zg",       "Zg=",        "Zm9",  "Zm9v=", "=",        "==",
        "====",     "Z===",     "A===",       "=Zm9", "Z=g=",  "Zh==",     "Zm9=",
        "Zm9v Zg=", " Zm9vZg=", "Zm9vZg==\n", "Zm9-", "Zm9_",  "Zg==Zg==", "Zm9v\xc3\xa4==",
        "Zm9vZ?==",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (decode(bad[i]))
            fail_msg("taken: %s", bad[i]);
    }
    assert_false(base64_decode("Zm\0v", 4, out, sizeof out, &len));
}

/* Exactly as much as there is room for; nothing is written beyond. */
static void no_more_is_written_than_there_is_room_for(void **state)
{
    static const char *const texts[] = {"Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    (void)state;
    for (size_t octets = 4; octets <= 6; octets++) {
        const char *text = texts[octets - 4];
        memset(out, 0xaa, sizeof out);
        assert_false(base64_decode(text, strlen(text), out, octets - 1, &len));
        assert_int_equal(out[octets - 1], 0xaa);
        assert_true(base64_decode(text, strlen(text), out, octets, &len));
        assert_int_equal(len, octets);
        assert_int_equal(out[octets], 0xaa);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts_are_read),
        cmocka_unit_test(every_digit_has_its_value),
        cmocka_unit_test(what_is_almost_base64_is_refused),
        cmocka_unit_test(no_more_is_written_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
