// SPDX-License-Identifier: BSD-2-Clause
/* dns/rdata.c: data out of messages, and kinds of addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>

#include "dns/rdata.h"

/* Octets 12..28 of every message here: the names that pointers lead to. */
#define NAMES     "\3WWW\7Example\3com\0"
#define TO_WWW    "\300\14"
#define TO_DOMAIN "\300\20"
#define WWW       "\3www\7example\3com\0"
#define DOMAIN    "\7example\3com\0"

static uint8_t out[1024];
static size_t out_len;

/* Expands DATA, LEN octets, as TYPE's rdata behind NAMES. */
static int expand_bytes(uint16_t type, const char *data, size_t len, size_t cap)
{
    uint8_t message[512] = {0};
    struct reply reply;
    const size_t offset = 12 + sizeof NAMES - 1;
    memcpy(message + 12, NAMES, sizeof NAMES - 1);
    memcpy(message + offset, data, len);
    assert_true(reply_init(&reply, message, offset + len + 8)); /* octets follow the data */
    const struct reply_record record = {.type = type,
                                        .class = CLASS_IN,
                                        .rdata_len = (uint16_t)len,
                                        .rdata_offset = (uint16_t)offset};
    out_len = 4711;
    return rdata_expand(&reply, &record, out, cap, &out_len);
}

#define EXPAND(type, data) expand_bytes(type, data, sizeof(data) - 1, sizeof out)

#define ASSERT_EXPANDS(type, data, expected)                                                       \
    do {                                                                                           \
        assert_int_equal(EXPAND(type, data), 0);                                                   \
        assert_int_equal(out_len, sizeof(expected) - 1);                                           \
        assert_memory_equal(out, expected, sizeof(expected) - 1);                                  \
    } while (0)

#define ASSERT_REFUSED(type, data)                                                                 \
    do {                                                                                           \
        assert_int_equal(EXPAND(type, data), ERR_TRUNC);                                           \
        assert_int_equal(out_len, 0);                                                              \
    } while (0)

static void addresses_have_their_length(void **state)
{
    (void)state;
    ASSERT_REFUSED(TYPE_A, "\1\2\3");
    ASSERT_EXPANDS(TYPE_A, "\1\2\3\4", "\1\2\3\4");
    ASSERT_REFUSED(TYPE_A, "\1\2\3\4\5");
    ASSERT_REFUSED(TYPE_A, "");
    ASSERT_REFUSED(TYPE_AAAA, "123456789012345");
    ASSERT_EXPANDS(TYPE_AAAA, "1234567890123456", "1234567890123456");
    ASSERT_REFUSED(TYPE_AAAA, "12345678901234567");
}

static void types_of_one_name_are_decompressed_and_lowered(void **state)
{
    (void)state;
    const uint16_t types[] = {TYPE_NS, 3, 4, TYPE_CNAME, 7, 8, 9, TYPE_PTR, TYPE_DNAME};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        ASSERT_EXPANDS(types[i], TO_WWW, WWW);
        ASSERT_EXPANDS(types[i], "\2NS" TO_DOMAIN, "\2ns" DOMAIN);
        ASSERT_EXPANDS(types[i], "\0", "\0");
        ASSERT_REFUSED(types[i], "");
        ASSERT_REFUSED(types[i], TO_WWW "\0");
        ASSERT_REFUSED(types[i], "\2ns");
    }
}

static void names_among_other_fields_are_found(void **state)
{
    (void)state;
    ASSERT_EXPANDS(TYPE_MX, "\0\12" TO_WWW, "\0\12" WWW);
    ASSERT_EXPANDS(18, "\0\12" TO_WWW, "\0\12" WWW);            /* AFSDB */
    ASSERT_EXPANDS(21, "\0\12" TO_WWW, "\0\12" WWW);            /* RT */
    ASSERT_EXPANDS(36, "\0\12" TO_WWW, "\0\12" WWW);            /* KX */
    ASSERT_EXPANDS(14, TO_WWW TO_DOMAIN, WWW DOMAIN);           /* MINFO */
    ASSERT_EXPANDS(17, TO_WWW TO_DOMAIN, WWW DOMAIN);           /* RP */
    ASSERT_EXPANDS(26, "AB" TO_WWW TO_DOMAIN, "AB" WWW DOMAIN); /* PX */
    ASSERT_EXPANDS(TYPE_SRV, "ABCDEF" TO_WWW, "ABCDEF" WWW);
    ASSERT_EXPANDS(TYPE_SOA, TO_WWW TO_DOMAIN "abcdefghijklmnopqrst",
                   WWW DOMAIN "abcdefghijklmnopqrst");
    ASSERT_EXPANDS(35, "ABCD\1S\3SIP\0" TO_WWW, "ABCD\1S\3SIP\0" WWW); /* NAPTR */
    ASSERT_EXPANDS(24, "ABCDEFGHIJKLMNOPQR" TO_WWW "Sig", "ABCDEFGHIJKLMNOPQR" WWW "Sig");
    ASSERT_EXPANDS(46, "ABCDEFGHIJKLMNOPQR" TO_WWW "Sig", "ABCDEFGHIJKLMNOPQR" WWW "Sig");
    ASSERT_EXPANDS(30, TO_WWW "Bits", WWW "Bits"); /* NXT */
}

static void fields_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    ASSERT_REFUSED(TYPE_MX, "\0");
    ASSERT_REFUSED(TYPE_MX, "\0\12");
    ASSERT_REFUSED(TYPE_MX, "\0\12" TO_WWW "x");
    ASSERT_REFUSED(TYPE_SRV, "ABCDEF");
    ASSERT_REFUSED(TYPE_SOA, TO_WWW TO_DOMAIN "abcdefghijklmnopqrs");
    ASSERT_REFUSED(TYPE_SOA, TO_WWW TO_DOMAIN "abcdefghijklmnopqrstu");
    ASSERT_REFUSED(35, "ABCD\1S\5SIP\0" TO_WWW);
    ASSERT_REFUSED(24, "ABCDEFGHIJKLMNOPQ");
}

static void a_name_must_end_with_the_data(void **state)
{
    (void)state;
    /* The octets behind the data are zero: read on, these would be names. */
    ASSERT_REFUSED(TYPE_NS, "\2n");
    ASSERT_REFUSED(TYPE_NS, "\2ns");
    ASSERT_REFUSED(TYPE_NS, "\300");
    ASSERT_REFUSED(TYPE_MX, "\0\12\4mail");
    ASSERT_REFUSED(30, "\2n");
}

static void other_types_are_copied_as_they_are(void **state)
{
    (void)state;
    ASSERT_EXPANDS(TYPE_TXT, "\5HeLLo", "\5HeLLo");
    ASSERT_EXPANDS(65280, "\300\14", "\300\14");
    ASSERT_EXPANDS(65280, "", "");
}

static void a_small_buffer_is_told(void **state)
{
    (void)state;
    for (size_t cap = 0; cap <= 17; cap++) {
        assert_int_equal(expand_bytes(TYPE_NS, TO_WWW, 2, cap), cap < 17 ? ERR_FULL : 0);
        assert_int_equal(out_len, cap < 17 ? 0 : 17);
    }
}

static void data_beyond_the_message_are_refused(void **state)
{
    (void)state;
    uint8_t message[16] = {0};
    struct reply reply;
    assert_true(reply_init(&reply, message, sizeof message));
    struct reply_record record = {.type = TYPE_A, .rdata_len = 4, .rdata_offset = 12};
    assert_int_equal(rdata_expand(&reply, &record, out, sizeof out, &out_len), 0);
    record.rdata_offset = 13;
    assert_int_equal(rdata_expand(&reply, &record, out, sizeof out, &out_len), ERR_TRUNC);
}

static void private_ranges_end_where_the_rfcs_say(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool is_private;
    } cases[] = {
        {"9.255.255.255", false},
        {"10.0.0.0", true},
        {"10.255.255.255", true},
        {"11.0.0.0", false},
        {"172.15.255.255", false},
        {"172.16.0.0", true},
        {"172.31.255.255", true},
        {"172.32.0.0", false},
        {"192.167.255.255", false},
        {"192.168.0.0", true},
        {"192.168.255.255", true},
        {"192.169.0.0", false},
        {"100.63.255.255", false},
        {"100.64.0.0", true},
        {"100.127.255.255", true},
        {"100.128.0.0", false},
        {"169.253.255.255", false},
        {"169.254.0.1", true},
        {"169.255.0.0", false},
        {"126.255.255.255", false},
        {"127.0.0.1", true},
        {"128.0.0.0", false},
        {"0.0.0.0", true},
        {"192.0.2.1", false},
        {"::", true},
        {"::1", true},
        {"::2", false},
        {"fbff::", false},
        {"fc00::", true},
        {"fdff::1", true},
        {"fe00::", false},
        {"fe7f::", false},
        {"fe80::", true},
        {"febf::1", true},
        {"fec0::", false},
        {"2001:db8::1", false},
        {"::ffff:10.0.0.1", true},
        {"::ffff:192.0.2.1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t address[16];
        bool is_v6 = strchr(cases[i].address, ':') != NULL;
        assert_int_equal(inet_pton(is_v6 ? AF_INET6 : AF_INET, cases[i].address, address), 1);
        bool got = rdata_is_private_address(is_v6 ? TYPE_AAAA : TYPE_A, address, is_v6 ? 16 : 4);
        if (got != cases[i].is_private)
            fail_msg("%s", cases[i].address);
        assert_false(rdata_is_private_address(TYPE_TXT, address, is_v6 ? 16 : 4));
        assert_false(rdata_is_private_address(is_v6 ? TYPE_AAAA : TYPE_A, address, 3));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_their_length),
        cmocka_unit_test(types_of_one_name_are_decompressed_and_lowered),
        cmocka_unit_test(names_among_other_fields_are_found),
        cmocka_unit_test(fields_that_do_not_fit_are_refused),
        cmocka_unit_test(a_name_must_end_with_the_data),
        cmocka_unit_test(other_types_are_copied_as_they_are),
        cmocka_unit_test(a_small_buffer_is_told),
        cmocka_unit_test(data_beyond_the_message_are_refused),
        cmocka_unit_test(private_ranges_end_where_the_rfcs_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
