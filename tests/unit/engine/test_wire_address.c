// SPDX-License-Identifier: BSD-2-Clause
#include "tests/unit/engine/help.h"

#include "engine/wire.h"

static void addresses_are_compared_whole(void **state)
{
    struct wire_address a = address_v4("192.0.2.1", 53), b = a;
    (void)state;
    assert_true(wire_address_equal(&a, &b));
    b = address_v4("192.0.2.2", 53);
    assert_false(wire_address_equal(&a, &b));
    b = address_v4("192.0.2.1", 54);
    assert_false(wire_address_equal(&a, &b));
    a = address_v6("2001:db8::1", 53);
    assert_false(wire_address_equal(&a, &b));
    b = a;
    assert_true(wire_address_equal(&a, &b));
    a.sa.v6.sin6_scope_id = 2; /* asked without a scope: any will do */
    assert_true(wire_address_equal(&a, &b));
    b.sa.v6.sin6_scope_id = 3;
    assert_false(wire_address_equal(&a, &b));
    b = address_v6("2001:db8::2", 53);
    assert_false(wire_address_equal(&a, &b));
}

static void loopback_is_127_8_and_1(void **state)
{
    static const struct {
        const char *text;
        bool is;
    } cases[] = {{"127.0.0.1", true},
                 {"127.255.255.255", true},
                 {"126.255.255.255", false},
                 {"128.0.0.0", false},
                 {"::1", true},
                 {"::2", false},
                 {"::ffff:127.0.0.1", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wire_address a = strchr(cases[i].text, ':') ? address_v6(cases[i].text, 53)
                                                           : address_v4(cases[i].text, 53);
        assert_int_equal(wire_address_is_loopback(&a), cases[i].is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_compared_whole),
        cmocka_unit_test(loopback_is_127_8_and_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
