// SPDX-License-Identifier: BSD-2-Clause
/* Names and addresses as people give them. */
#include "engine/load_host.h"
#include "tests/unit/engine/help.h"

static void targets_are_called_by_name_or_address(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        bool is_v6;
        uint16_t port;
        const char *name, *authority;
    } cases[] = {
        {NULL, false, 443, "", "192.0.2.1"},
        {NULL, false, 8443, "", "192.0.2.1:8443"},
        {NULL, true, 443, "", "[2001:db8::1]"},
        {"192.0.2.1", false, 443, "", "192.0.2.1"},
        {"192.0.2.1:8443", false, 8443, "", "192.0.2.1:8443"},
        {"2001:db8::1", true, 443, "", "[2001:db8::1]"},
        {"[2001:db8::1]", true, 443, "", "[2001:db8::1]"},
        {"[2001:db8::1]:8443", true, 8443, "", "[2001:db8::1]:8443"},
        {"[2001:db8::1%eth0]:8443", true, 8443, "", "[2001:db8::1]:8443"},
        {"dns.example", false, 443, "dns.example", "dns.example"},
        {"dns.example", true, 8443, "dns.example", "dns.example:8443"},
        {"dns.example:8443", false, 8443, "dns.example", "dns.example:8443"},
        {"", false, 443, "", "192.0.2.1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct load_host host;
        struct wire_address address = cases[i].is_v6 ? address_v6("2001:db8::1", cases[i].port)
                                                     : address_v4("192.0.2.1", cases[i].port);
        load_host_of(cases[i].given, &address, 443, &host);
        assert_string_equal(host.name, cases[i].name);
        assert_string_equal(host.authority, cases[i].authority);
        assert_string_equal(host.address, cases[i].is_v6 ? "2001:db8::1" : "192.0.2.1");
    }
}

static void what_is_too_long_is_no_name(void **state)
{
    (void)state;
    char given[400];
    struct load_host host;
    struct wire_address address = address_v4("192.0.2.1", 443);
    memset(given, 'a', sizeof given);
    given[LOAD_HOST_CAP - 1] = '\0';
    load_host_of(given, &address, 443, &host);
    assert_string_equal(host.name, given);
    assert_string_equal(host.authority, given);
    load_host_of(given, &address, 1, &host);
    assert_int_equal(strlen(host.authority), LOAD_HOST_CAP - 1 + 4);
    given[LOAD_HOST_CAP - 1] = 'a';
    given[LOAD_HOST_CAP] = '\0';
    load_host_of(given, &address, 443, &host);
    assert_string_equal(host.name, "");
    assert_string_equal(host.authority, "192.0.2.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_called_by_name_or_address),
        cmocka_unit_test(what_is_too_long_is_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
