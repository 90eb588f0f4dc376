// SPDX-License-Identifier: BSD-2-Clause
/* source/address.c: addresses and blocks as arpa names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/address.h"

static void assert_refused(const char *text, int error)
{
    struct address_block block;
    assert_int_equal(address_parse(&block, text, strlen(text)), error);
}

static void assert_name(const char *text, uint64_t count, uint64_t index, const char *expected)
{
    struct address_block block;
    struct name name;
    char name_text[NAME_TEXT_MAX];
    assert_int_equal(address_parse(&block, text, strlen(text)), 0);
    assert_int_equal(block.count, count);
    address_name(&name, &block, index);
    assert_int_equal(name.len, name_len(name.wire));
    name_to_text(name.wire, name_text);
    assert_string_equal(name_text, expected);
}

static void addresses_become_their_arpa_names(void **state)
{
    (void)state;
    assert_name("192.0.2.1", 1, 0, "1.2.0.192.in-addr.arpa");
    assert_name("0.0.0.0", 1, 0, "0.0.0.0.in-addr.arpa");
    assert_name("255.255.255.255", 1, 0, "255.255.255.255.in-addr.arpa");
    assert_name("10.99.100.9/32", 1, 0, "9.100.99.10.in-addr.arpa");
    assert_name("2001:db8::567:89ab", 1, 0,
                "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    assert_name("::ffff:192.0.2.1", 1, 0,
                "1.0.2.0.0.0.0.c.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa");
    assert_name("ABCD::", 1, 0,
                "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.c.b.a.ip6.arpa");
}

static void blocks_run_from_their_first_address_to_their_last(void **state)
{
    (void)state;
    assert_name("192.0.2.0/24", 256, 0, "0.2.0.192.in-addr.arpa");
    assert_name("192.0.2.0/24", 256, 255, "255.2.0.192.in-addr.arpa");
    assert_name("192.0.2.77/25", 128, 127, "127.2.0.192.in-addr.arpa");
    assert_name("10.1.2.3/8", 1 << 24, 0, "0.0.0.10.in-addr.arpa");
    assert_name("10.1.2.3/8", 1 << 24, (1 << 24) - 1, "255.255.255.10.in-addr.arpa");
    assert_name("10.128.0.0/9", 1 << 23, (1 << 23) - 1, "255.255.255.10.in-addr.arpa");
    assert_name("2001:db8::/104", 1 << 24, (1 << 24) - 1,
                "f.f.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    assert_name("2001:db8::5/127", 2, 1,
                "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

static void blocks_over_2_to_the_24_are_refused(void **state)
{
    (void)state;
    assert_refused("10.0.0.0/7", ERR_RANGE);
    assert_refused("0.0.0.0/0", ERR_RANGE);
    assert_refused("2001:db8::/103", ERR_RANGE);
    assert_refused("::/0", ERR_RANGE);
}

static void other_text_is_no_address(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "1",
                                        "1.2.3",
                                        "1.2.3.4.5",
                                        "1.2.3.256",
                                        "01.2.3.4x",
                                        "1.2.3.4/",
                                        "1.2.3.4/33",
                                        "1.2.3.4/024",
                                        "1.2.3.4/-1",
                                        "1.2.3.4/1/2",
                                        "::/129",
                                        ":::",
                                        "::1%eth0",
                                        "1.2.3.4 ",
                                        "cafe.de",
                                        "/24",
                                        "1.2.3.4/0x8",
                                        "a",
                                        ":",
                                        "1.2.3.4/999",
                                        "0000:0000:0000:0000:0000:0000:255.255.255.255/1280"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_refused(texts[i], ERR_SYNTAX);
    struct address_block block;
    assert_int_equal(address_parse(&block, "1.2.3.4\0", 8), ERR_SYNTAX);
    assert_name("0000:0000:0000:0000:0000:0000:255.255.255.255/128", 1, 0,
                "f.f.f.f.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_become_their_arpa_names),
        cmocka_unit_test(blocks_run_from_their_first_address_to_their_last),
        cmocka_unit_test(blocks_over_2_to_the_24_are_refused),
        cmocka_unit_test(other_text_is_no_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
