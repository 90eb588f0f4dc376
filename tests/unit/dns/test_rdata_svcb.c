// SPDX-License-Identifier: BSD-2-Clause
/* dns/rdata_svcb.c: SVCB and HTTPS data, through rdata_to_text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/rdata.h"

#define HEAD "\0\1\3SVC\7example\0" /* priority 1, a target */

static char out[1024];

#define ASSERT_TEXT(data, expected)                                                                \
    do {                                                                                           \
        for (uint16_t type = 64; type <= 65; type++) {                                             \
            assert_int_equal(rdata_to_text(type, (const uint8_t *)(data), sizeof(data) - 1, true,  \
                                           out, sizeof out),                                       \
                             0);                                                                   \
            assert_string_equal(out, expected);                                                    \
        }                                                                                          \
    } while (0)

static void an_alias_has_no_parameters(void **state)
{
    (void)state;
    ASSERT_TEXT("\0\0\3svc\7example\0", "0 svc.example");
    ASSERT_TEXT("\0\1\0", "1 .");
    assert_int_equal(rdata_to_text(65, (const uint8_t *)HEAD, sizeof HEAD - 1, false, out, 64), 0);
    assert_string_equal(out, "1 svc.example.");
}

static void known_parameters_have_names(void **state)
{
    (void)state;
    ASSERT_TEXT(HEAD "\0\1\0\3\2h2", "1 svc.example alpn=h2");
    ASSERT_TEXT(HEAD "\0\1\0\6\2h2\2h3\0\2\0\0", "1 svc.example alpn=h2,h3 no-default-alpn");
    ASSERT_TEXT(HEAD "\0\3\0\2\1\273", "1 svc.example port=443");
    ASSERT_TEXT(HEAD "\0\4\0\4\300\0\2\1", "1 svc.example ipv4hint=192.0.2.1");
    ASSERT_TEXT(HEAD "\0\4\0\10\300\0\2\1\300\0\2\2", "1 svc.example ipv4hint=192.0.2.1,192.0.2.2");
    ASSERT_TEXT(HEAD "\0\6\0\20\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1",
                "1 svc.example ipv6hint=2001:db8::1");
}

static void other_parameters_have_numbers(void **state)
{
    (void)state;
    ASSERT_TEXT(HEAD "\0\0\0\2\0\4", "1 svc.example key0=\"\\000\\004\"");
    ASSERT_TEXT(HEAD "\0\5\0\3a\"\\", "1 svc.example key5=\"a\\034\\092\"");
    ASSERT_TEXT(HEAD "\377\376\0\0", "1 svc.example key65534");
    ASSERT_TEXT(HEAD "\0\7\0\4\33\n\177\377", "1 svc.example key7=\"\\027\\010\\127\\255\"");
}

static void known_parameters_with_odd_values_have_numbers_too(void **state)
{
    (void)state;
    ASSERT_TEXT(HEAD "\0\1\0\0", "1 svc.example key1");
    ASSERT_TEXT(HEAD "\0\1\0\1\0", "1 svc.example key1=\"\\000\"");
    ASSERT_TEXT(HEAD "\0\1\0\3\3h2", "1 svc.example key1=\"\\003h2\"");
    ASSERT_TEXT(HEAD "\0\1\0\3\3h2ab\0\0", "1 svc.example key1=\"\\003h2\" key24930");
    ASSERT_TEXT(HEAD "\0\1\0\4\3a,b", "1 svc.example key1=\"\\003a,b\"");
    ASSERT_TEXT(HEAD "\0\1\0\2\1\33", "1 svc.example key1=\"\\001\\027\"");
    ASSERT_TEXT(HEAD "\0\2\0\1x", "1 svc.example key2=\"x\"");
    ASSERT_TEXT(HEAD "\0\3\0\1P", "1 svc.example key3=\"P\"");
    ASSERT_TEXT(HEAD "\0\3\0\3PPP", "1 svc.example key3=\"PPP\"");
    ASSERT_TEXT(HEAD "\0\4\0\0", "1 svc.example key4");
    ASSERT_TEXT(HEAD "\0\4\0\3abc", "1 svc.example key4=\"abc\"");
    ASSERT_TEXT(HEAD "\0\6\0\4abcd", "1 svc.example key6=\"abcd\"");
}

static void malformed_data_are_generic(void **state)
{
    (void)state;
    ASSERT_TEXT("", "\\# 0");
    ASSERT_TEXT("\0", "\\# 1 00");
    ASSERT_TEXT("\0\1", "\\# 2 0001");
    ASSERT_TEXT("\0\1\3sv", "\\# 5 0001037376");
    ASSERT_TEXT("\0\1\300\14", "\\# 4 0001c00c");
    ASSERT_TEXT("\0\1\0\0", "\\# 4 00010000");
    ASSERT_TEXT("\0\1\0\0\1\0", "\\# 6 000100000100");
    ASSERT_TEXT("\0\1\0\0\1\0\3\2h", "\\# 9 000100000100030268");
    /* keys must rise: the same twice, and falling */
    ASSERT_TEXT("\0\1\0\0\2\0\0\0\2\0\0", "\\# 11 0001000002000000020000");
    ASSERT_TEXT("\0\1\0\0\2\0\0\0\1\0\0", "\\# 11 0001000002000000010000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_alias_has_no_parameters),
        cmocka_unit_test(known_parameters_have_names),
        cmocka_unit_test(other_parameters_have_numbers),
        cmocka_unit_test(known_parameters_with_odd_values_have_numbers_too),
        cmocka_unit_test(malformed_data_are_generic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
