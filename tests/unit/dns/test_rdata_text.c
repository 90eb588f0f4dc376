// SPDX-License-Identifier: BSD-2-Clause
/* dns/rdata_text.c: data as people and zone files write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>

#include "dns/rdata.h"

static char out[4096];

#define ASSERT_TEXT(type, data, bare, expected)                                                    \
    do {                                                                                           \
        assert_int_equal(                                                                          \
            rdata_to_text(type, (const uint8_t *)(data), sizeof(data) - 1, bare, out, sizeof out), \
            0);                                                                                    \
        assert_string_equal(out, expected);                                                        \
    } while (0)

#define MAIL "\4MAIL\7example\3com\0"

static void addresses_are_printed_shortest(void **state)
{
    (void)state;
    ASSERT_TEXT(TYPE_A, "\300\0\2\3", true, "192.0.2.3");
    ASSERT_TEXT(TYPE_AAAA, "\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1", true, "2001:db8::1");
    ASSERT_TEXT(TYPE_AAAA, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", true, "::");
    ASSERT_TEXT(TYPE_AAAA, "\0\0\0\0\0\0\0\0\0\0\377\377\12\0\0\1", true, "::ffff:10.0.0.1");
}

static void names_are_bare_or_end_in_a_dot(void **state)
{
    (void)state;
    const uint16_t types[] = {TYPE_CNAME, TYPE_NS, TYPE_PTR, TYPE_DNAME, 7};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        ASSERT_TEXT(types[i], MAIL, true, "mail.example.com");
        ASSERT_TEXT(types[i], MAIL, false, "mail.example.com.");
        ASSERT_TEXT(types[i], "\0", true, ".");
        ASSERT_TEXT(types[i], "\0", false, ".");
        ASSERT_TEXT(types[i], "\3a.\033\0", true, "a\\046\\027");
    }
}

static void records_with_names_inside_follow_the_same_form(void **state)
{
    (void)state;
    ASSERT_TEXT(TYPE_MX, "\0\12" MAIL, true, "10 mail.example.com");
    ASSERT_TEXT(TYPE_MX, "\0\12" MAIL, false, "10 mail.example.com.");
    ASSERT_TEXT(TYPE_MX, "\0\0\0", true, "0 .");
    ASSERT_TEXT(TYPE_SRV, "\0\1\0\2\23\304" MAIL, true, "1 2 5060 mail.example.com");
    ASSERT_TEXT(TYPE_SRV, "\0\1\0\2\23\304" MAIL, false, "1 2 5060 mail.example.com.");
    ASSERT_TEXT(TYPE_SOA, MAIL "\1A\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5", true,
                "mail.example.com a 1 2 3 4 5");
    ASSERT_TEXT(TYPE_SOA, MAIL "\1A\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5", false,
                "mail.example.com. a. 1 2 3 4 5");
}

static void strings_are_quoted_and_escaped(void **state)
{
    (void)state;
    ASSERT_TEXT(TYPE_TXT, "\5hello\3a b", true, "\"hello\" \"a b\"");
    ASSERT_TEXT(TYPE_TXT, "\0", true, "\"\"");
    ASSERT_TEXT(TYPE_TXT, "\3a\"b", true, "\"a\\\"b\"");
    ASSERT_TEXT(TYPE_TXT, "\3a\\b", true, "\"a\\\\b\"");
    ASSERT_TEXT(TYPE_TXT, "\6a\0\n\033\177\377", true, "\"a\\000\\010\\027\\127\\255\"");
}

static void other_known_types_are_printed(void **state)
{
    (void)state;
    ASSERT_TEXT(257, "\0\5issueca.example", true, "0 issue \"ca.example\"");
    ASSERT_TEXT(257, "\200\5issue;", true, "128 issue \";\"");
    ASSERT_TEXT(44, "\4\2\252\273", true, "4 2 aabb");     /* SSHFP */
    ASSERT_TEXT(52, "\3\1\1\252\273", true, "3 1 1 aabb"); /* TLSA */
    ASSERT_TEXT(47, MAIL "\0\6\100\0\0\0\0\3", true, "mail.example.com A RRSIG NSEC");
    /* A next name keeps its case where it has to verify. */
    ASSERT_TEXT(47, "\1B\1c\0\0\6\100\0\0\0\0\3", true, "b.c A RRSIG NSEC");
    ASSERT_TEXT(47, "\1B\1c\0\0\6\100\0\0\0\0\3", false, "B.c. A RRSIG NSEC");
    ASSERT_TEXT(13, "\3PC \4UNIX", true, "\"PC \" \"UNIX\"");   /* HINFO */
    ASSERT_TEXT(65, "\0\1\0\0\1\0\3\2h2", true, "1 . alpn=h2"); /* HTTPS */
}

static void fields_that_would_vanish_make_it_generic(void **state)
{
    (void)state;
    /* NSEC3 without a next hash: its list of types would stand in the hash's place */
    ASSERT_TEXT(50, "\1\0\0\1\1s\0\0\1\100", true, "\\# 10 01000001017300000140");
    ASSERT_TEXT(50, "\1\0\0\1\1s\5hhhhh\0\1\100", true, "1 0 1 73 d1k6gq38 A");
    ASSERT_TEXT(47, "\1b\0", true, "b"); /* NSEC without types */
}

static void unknown_types_are_generic(void **state)
{
    (void)state;
    ASSERT_TEXT(65280, "\0\253\377", true, "\\# 3 00abff");
    ASSERT_TEXT(65280, "", true, "\\# 0");
    ASSERT_TEXT(11, "\1\2\3\4\6\1", true, "\\# 6 010203040601"); /* WKS */
}

static void data_that_do_not_fit_their_type_are_generic(void **state)
{
    (void)state;
    ASSERT_TEXT(TYPE_A, "\1\2\3", true, "\\# 3 010203");
    ASSERT_TEXT(TYPE_A, "\1\2\3\4\5", true, "\\# 5 0102030405");
    ASSERT_TEXT(TYPE_A, "", true, "\\# 0");
    ASSERT_TEXT(TYPE_CNAME, "\1a", true, "\\# 2 0161");
    ASSERT_TEXT(TYPE_CNAME, "\1a\0\0", true, "\\# 4 01610000");
    ASSERT_TEXT(TYPE_CNAME, "\300\0", true, "\\# 2 c000");
    ASSERT_TEXT(TYPE_CNAME, "", true, "\\# 0");
    ASSERT_TEXT(TYPE_MX, "\0\12\1a", true, "\\# 4 000a0161");
    ASSERT_TEXT(TYPE_MX, "\0\12\0junk", true, "\\# 7 000a006a756e6b");
    ASSERT_TEXT(TYPE_TXT, "\5hell", true, "\\# 5 0568656c6c");
    ASSERT_TEXT(256, "\5\300", true, "\\# 2 05c0"); /* a URI of one field: ldns is content */
    ASSERT_TEXT(TYPE_TXT, "", true, "\\# 0");
}

static void a_small_buffer_is_told_and_never_passed(void **state)
{
    (void)state;
    static const struct {
        uint16_t type;
        const char *data;
        size_t len, text_len;
    } cases[] = {
        {TYPE_A, "\300\0\2\3", 4, 9}, {TYPE_CNAME, MAIL, 18, 16},   {TYPE_MX, "\0\12" MAIL, 20, 19},
        {TYPE_TXT, "\5hello", 6, 7},  {65280, "\0\253\377", 3, 11},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t cap = 0; cap <= cases[i].text_len + 1; cap++) {
            char *exact = malloc(cap + 1); /* a byte past the end is the sanitizer's to see */
            exact[cap] = 'G';
            int error = rdata_to_text(cases[i].type, (const uint8_t *)cases[i].data, cases[i].len,
                                      true, exact, cap);
            assert_int_equal(error, cap <= cases[i].text_len ? ERR_FULL : 0);
            assert_int_equal(exact[cap], 'G');
            if (!error)
                assert_int_equal(strlen(exact), cases[i].text_len);
            free(exact);
        }
    }
}

static void no_type_lets_a_raw_byte_out(void **state)
{
    (void)state;
    uint32_t random = 1;
    static char text[65536];
    for (unsigned type = 0; type < 300; type++) {
        for (unsigned round = 0; round < 200; round++) {
            uint8_t data[64];
            random = random * 1664525 + 1013904223;
            size_t len = (random >> 16) % (sizeof data + 1);
            for (size_t i = 0; i < len; i++) {
                random = random * 1664525 + 1013904223;
                data[i] = (uint8_t)(random >> (round % 2 ? 24 : 30)); /* any, or small */
            }
            assert_int_equal(
                rdata_to_text((uint16_t)type, data, len, round % 4 < 2, text, sizeof text), 0);
            assert_true(text[0] != '\0');
            for (const char *c = text; *c; c++)
                assert_in_range((unsigned char)*c, 0x20, 0x7e);
        }
    }
}

static void the_longest_data_are_printed(void **state)
{
    (void)state;
    static uint8_t data[RDATA_MAX];
    static char text[4 * RDATA_MAX + 1024];
    memset(data, 0xff, sizeof data); /* character strings of 255 octets, all escaped */
    assert_int_equal(sizeof data % 256, 255);
    data[RDATA_MAX - 255] = 254;
    assert_int_equal(rdata_to_text(TYPE_TXT, data, sizeof data, true, text, sizeof text), 0);
    assert_int_equal(strlen(text), 4 * 255 * 255 + 4 * 254 + 256 * 3 - 1);
    assert_int_equal(rdata_to_text(TYPE_TXT, data, sizeof data, true, text, 100000), ERR_FULL);
}

static void types_with_a_form_are_told_from_those_that_are_always_generic(void **state)
{
    (void)state;
    static const uint16_t with[] = {1, 2, 5, 6, 11, 15, 16, 28, 33, 39, 43, 46, 52, 64, 65, 257};
    static const uint16_t without[] = {0, 10, 54, 255, 261, 65280, 65535};
    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        assert_true(rdata_has_form(with[i]));
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        assert_false(rdata_has_form(without[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_printed_shortest),
        cmocka_unit_test(names_are_bare_or_end_in_a_dot),
        cmocka_unit_test(records_with_names_inside_follow_the_same_form),
        cmocka_unit_test(strings_are_quoted_and_escaped),
        cmocka_unit_test(other_known_types_are_printed),
        cmocka_unit_test(fields_that_would_vanish_make_it_generic),
        cmocka_unit_test(unknown_types_are_generic),
        cmocka_unit_test(types_with_a_form_are_told_from_those_that_are_always_generic),
        cmocka_unit_test(data_that_do_not_fit_their_type_are_generic),
        cmocka_unit_test(a_small_buffer_is_told_and_never_passed),
        cmocka_unit_test(no_type_lets_a_raw_byte_out),
        cmocka_unit_test(the_longest_data_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
