// SPDX-License-Identifier: BSD-2-Clause
/* dns/sha1.c: FIPS 180-4's examples, and every length around blocks against ldns's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ldns/ldns.h>

#include "dns/sha1.h"

static void assert_digest(const void *data, size_t len, const char *expected)
{
    uint8_t digest[SHA1_LEN];
    sha1(data, len, digest);
    assert_memory_equal(digest, expected, SHA1_LEN);
}

static void examples_of_the_standard(void **state)
{
    (void)state;
    static char million[1000000];
    memset(million, 'a', sizeof million);
    assert_digest("", 0,
                  "\xda\x39\xa3\xee\x5e\x6b\x4b\x0d\x32\x55\xbf\xef\x95\x60\x18\x90\xaf\xd8\x07"
                  "\x09");
    assert_digest("abc", 3,
                  "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71\x78\x50\xc2\x6c\x9c\xd0\xd8"
                  "\x9d");
    assert_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                  "\x84\x98\x3e\x44\x1c\x3b\xd2\x6e\xba\xae\x4a\xa1\xf9\x51\x29\xe5\xe5\x46\x70"
                  "\xf1");
    assert_digest(million, sizeof million,
                  "\x34\xaa\x97\x3c\xd4\xc4\xda\xa4\xf6\x1e\xeb\x2b\xdb\xad\x27\x31\x65\x34\x01"
                  "\x6f");
}

static void every_length_is_as_ldns_has_it(void **state)
{
    (void)state;
    uint8_t data[600], expected[SHA1_LEN], digest[SHA1_LEN];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 167 + 13);
    for (size_t len = 0; len <= sizeof data; len++) {
        ldns_sha1(data, (unsigned)len, expected);
        sha1(data, len, digest);
        assert_memory_equal(digest, expected, SHA1_LEN);
    }
}

static void the_result_may_take_the_place_of_the_data(void **state)
{
    (void)state;
    uint8_t data[SHA1_LEN] = {1, 2, 3}, digest[SHA1_LEN];
    sha1(data, sizeof data, digest);
    sha1(data, sizeof data, data);
    assert_memory_equal(data, digest, SHA1_LEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_standard),
        cmocka_unit_test(every_length_is_as_ldns_has_it),
        cmocka_unit_test(the_result_may_take_the_place_of_the_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
