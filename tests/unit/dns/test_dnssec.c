// SPDX-License-Identifier: BSD-2-Clause
/* dns/dnssec.c: records read in place, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ldns/ldns.h>

#include "dns/code.h"
#include "dns/dnssec.h"

#define HASH "12345678901234567890"

/* --- bitmaps --- */

static int read_types(const char *octets, size_t len, struct type_bitmap *out)
{
    static uint8_t rdata[600];
    struct nsec_view nsec;
    rdata[0] = 0; /* the root as next name */
    memcpy(rdata + 1, octets, len);
    int err = nsec_read(&nsec, rdata, len + 1);
    *out = nsec.types;
    return err;
}

#define READ_TYPES(octets, out) read_types(octets, sizeof(octets) - 1, out)

static void assert_types(const struct type_bitmap *bitmap, const uint16_t *expected, unsigned count)
{
    uint16_t type = 0;
    uint32_t from = 0;
    assert_int_equal(bitmap_count(bitmap), count);
    for (unsigned i = 0; i < count; i++) {
        assert_true(bitmap_next(bitmap, from, &type));
        assert_int_equal(type, expected[i]);
        assert_true(bitmap_has(bitmap, type));
        from = type + 1u;
    }
    assert_false(bitmap_next(bitmap, from, &type));
}

/* RFC 4034 section 4.3's example: A MX RRSIG NSEC TYPE1234. */
static void a_bitmap_has_its_types(void **state)
{
    (void)state;
    struct type_bitmap bitmap;
    const uint16_t types[] = {TYPE_A, TYPE_MX, TYPE_RRSIG, TYPE_NSEC, 1234};
    assert_int_equal(READ_TYPES("\0\6\x40\1\0\0\0\3"
                                "\4\x1b\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x20",
                                &bitmap),
                     0);
    assert_types(&bitmap, types, 5);
    for (uint32_t type = 0; type <= UINT16_MAX; type++) {
        bool is_there = false;
        for (size_t i = 0; i < 5; i++)
            is_there |= types[i] == type;
        assert_int_equal(bitmap_has(&bitmap, (uint16_t)type), is_there);
    }
}

static void first_and_last_types_can_be_had(void **state)
{
    (void)state;
    struct type_bitmap bitmap;
    assert_int_equal(READ_TYPES("\0\1\x80", &bitmap), 0);
    assert_types(&bitmap, (const uint16_t[]){0}, 1);
    assert_int_equal(READ_TYPES("\xff\40" HASH "123456789012\1", &bitmap), ERR_TRUNC);
    assert_int_equal(
        READ_TYPES("\0\1\1\xff\40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1",
                   &bitmap),
        0);
    assert_types(&bitmap, (const uint16_t[]){7, 65535}, 2);
    assert_int_equal(READ_TYPES("", &bitmap), 0);
    assert_types(&bitmap, NULL, 0);
}

static void windows_that_are_none_are_refused(void **state)
{
    (void)state;
    struct type_bitmap bitmap;
    assert_int_equal(READ_TYPES("\0", &bitmap), ERR_TRUNC);
    assert_int_equal(READ_TYPES("\0\0", &bitmap), ERR_TRUNC);
    assert_int_equal(READ_TYPES("\0\2\1", &bitmap), ERR_TRUNC);
    assert_int_equal(READ_TYPES("\0\2\1\0", &bitmap), ERR_TRUNC);       /* a zero at the end */
    assert_int_equal(READ_TYPES("\0\1\1\0\1\1", &bitmap), ERR_TRUNC);   /* twice */
    assert_int_equal(READ_TYPES("\1\1\1\0\1\1", &bitmap), ERR_TRUNC);   /* falling */
    assert_int_equal(READ_TYPES("\0\1\1\1\1\1\2", &bitmap), ERR_TRUNC); /* half a window */
    assert_int_equal(READ_TYPES("\0\41" HASH "1234567890123", &bitmap), ERR_TRUNC);
    assert_int_equal(READ_TYPES("\0\40" HASH "123456789012", &bitmap), 0);
}

/* --- records --- */

static void nsec_has_a_name_in_its_case(void **state)
{
    (void)state;
    struct nsec_view nsec;
    static const uint8_t rdata[] = "\1B\7Example\0\0\1\x40";
    assert_int_equal(nsec_read(&nsec, rdata, sizeof rdata - 1), 0);
    assert_ptr_equal(nsec.next, rdata);
    assert_true(bitmap_has(&nsec.types, TYPE_A));
    assert_int_equal(nsec_read(&nsec, (const uint8_t *)"", 0), ERR_TRUNC);
    assert_int_equal(nsec_read(&nsec, rdata, 10), ERR_TRUNC); /* the root is missing */
    assert_int_equal(nsec_read(&nsec, rdata, 11), 0);
    assert_int_equal(nsec_read(&nsec, (const uint8_t *)"\1a\xc0\x0c\0\1\x40", 7), ERR_TRUNC);
    assert_int_equal(nsec_read(&nsec, (const uint8_t *)"\x40" HASH, 21), ERR_TRUNC);
}

#define NSEC3_HEAD "\1\1\0\2\3abc" /* SHA-1, opt-out, 2 iterations, a salt */

static void nsec3_is_read_to_its_last_octet(void **state)
{
    (void)state;
    struct nsec3_view nsec3;
    static const uint8_t rdata[] = NSEC3_HEAD "\24" HASH "\0\1\x40";
    const size_t bare = sizeof NSEC3_HEAD - 1 + 1 + NSEC3_HASH_LEN;
    assert_int_equal(nsec3_read(&nsec3, rdata, sizeof rdata - 1), 0);
    assert_int_equal(nsec3.params.algorithm, 1);
    assert_int_equal(nsec3.params.iterations, 2);
    assert_int_equal(nsec3.params.salt_len, 3);
    assert_memory_equal(nsec3.params.salt, "abc", 4);
    assert_true(nsec3.is_opt_out);
    assert_memory_equal(nsec3.next, HASH, NSEC3_HASH_LEN);
    assert_true(bitmap_has(&nsec3.types, TYPE_A));
    for (size_t len = 0; len < sizeof rdata - 1; len++) /* without types it is an empty node's */
        assert_int_equal(nsec3_read(&nsec3, rdata, len), len == bare ? 0 : ERR_TRUNC);
}

#define READ_NSEC3(rdata) nsec3_read(&nsec3, (const uint8_t *)rdata, sizeof(rdata) - 1)

static void nsec3_of_another_kind_is_to_be_ignored(void **state)
{
    (void)state;
    struct nsec3_view nsec3;
    assert_int_equal(READ_NSEC3("\1\0\0\0\0\24" HASH), 0);
    assert_false(nsec3.is_opt_out);
    assert_int_equal(nsec3.params.salt_len, 0);
    assert_int_equal(READ_NSEC3("\2\0\0\0\0\24" HASH), ERR_RANGE);
    assert_int_equal(READ_NSEC3("\0\0\0\0\0\24" HASH), ERR_RANGE);
    assert_int_equal(READ_NSEC3("\1\2\0\0\0\24" HASH), ERR_RANGE);
    assert_int_equal(READ_NSEC3("\1\x81\0\0\0\24" HASH), ERR_RANGE);
    assert_int_equal(READ_NSEC3("\1\0\x09\xc4\0\24" HASH), 0); /* 2,500 iterations */
    assert_int_equal(READ_NSEC3("\1\0\x09\xc5\0\24" HASH), ERR_RANGE);
    assert_int_equal(READ_NSEC3("\1\0\0\0\0\23" HASH), ERR_TRUNC); /* the last octet is no window */
    assert_int_equal(READ_NSEC3("\1\0\0\0\0\12"
                                "1234567890"),
                     ERR_RANGE);
    assert_int_equal(READ_NSEC3("\1\0\0\0\0\25" HASH "1"), ERR_RANGE);
    assert_int_equal(READ_NSEC3("\1\0\0\0\0\0"), ERR_TRUNC);
    assert_int_equal(READ_NSEC3("\2\0\0\0\0\0\1"), ERR_TRUNC);
}

/* --- signatures --- */

static const uint8_t rrsig[] = "\0\57\10\2\0\0\1\54\0\0\0\7\0\0\0\3\x12\x34\2De\0sig";

static void rrsig_is_read_whole(void **state)
{
    (void)state;
    struct rrsig_view sig;
    assert_int_equal(rrsig_read(&sig, rrsig, sizeof rrsig - 1), 0);
    assert_int_equal(sig.type, TYPE_NSEC);
    assert_int_equal(sig.algorithm, 8);
    assert_int_equal(sig.labels, 2);
    assert_int_equal(sig.original_ttl, 300);
    assert_int_equal(sig.expiration, 7);
    assert_int_equal(sig.inception, 3);
    assert_int_equal(sig.key_tag, 0x1234);
    assert_ptr_equal(sig.signer, rrsig + 18);
    assert_int_equal(sig.signature_len, 3);
    assert_memory_equal(sig.signature, "sig", 3);
    for (size_t len = 0; len <= sizeof rrsig - 4; len++) /* nor without a signature */
        assert_int_equal(rrsig_read(&sig, rrsig, len), ERR_TRUNC);
    assert_int_equal(rrsig_read(&sig, rrsig, sizeof rrsig - 3), 0);
}

static bool timely(uint32_t inception, uint32_t expiration, int64_t now)
{
    struct rrsig_view sig = {.inception = inception, .expiration = expiration};
    return rrsig_is_timely(&sig, now);
}

static void times_include_both_ends(void **state)
{
    (void)state;
    assert_false(timely(100, 200, 99));
    assert_true(timely(100, 200, 100));
    assert_true(timely(100, 200, 200));
    assert_false(timely(100, 200, 201));
    assert_true(timely(100, 100, 100));
    assert_false(timely(200, 100, 150));
}

/* RFC 1982: what comes first is told within half the circle. */
static void times_go_round(void **state)
{
    (void)state;
    const int64_t round = INT64_C(1) << 32;
    assert_true(timely(UINT32_MAX - 9, 10, round - 10));
    assert_true(timely(UINT32_MAX - 9, 10, round));
    assert_true(timely(UINT32_MAX - 9, 10, round + 10));
    assert_false(timely(UINT32_MAX - 9, 10, round - 11));
    assert_false(timely(UINT32_MAX - 9, 10, round + 11));
    assert_true(timely(100, 200, round + 150)); /* in the year 2106 */
    assert_true(timely(0, 0x7fffffff, 0x7fffffff));
    assert_false(timely(0, 0x80000000, 5)); /* half the circle: no order */
    assert_false(timely(0, 0x80000000, 0x80000000));
    assert_false(timely(0, 0xc0000000, 0x60000000)); /* each end within reach, not the two */
}

static bool expanded(const char *owner, uint8_t labels)
{
    struct rrsig_view sig = {.labels = labels};
    struct name name;
    assert_int_equal(name_from_text(&name, owner, strlen(owner)), 0);
    return rrsig_is_expanded(&sig, name.wire);
}

static void fewer_labels_than_the_owner_has_are_a_wildcards(void **state)
{
    (void)state;
    assert_false(expanded("a.b.example", 3));
    assert_true(expanded("a.b.example", 2));
    assert_false(expanded("a.b.example", 4));
    assert_false(expanded("*.b.example", 2));
    assert_true(expanded("*.b.example", 1));
    assert_true(expanded("a.*.example", 2));
    assert_false(expanded(".", 0));
    assert_int_equal(rrsig_labels_of((const uint8_t *)"\1*"), 0);
    assert_int_equal(rrsig_labels_of((const uint8_t *)"\2**"), 1);
}

/* --- keys --- */

static void tags_are_those_of_ldns(void **state)
{
    (void)state;
    uint8_t rdata[70] = "\1\1\3\15";
    for (size_t i = 4; i < sizeof rdata; i++)
        rdata[i] = (uint8_t)(i * 71 + 200);
    for (size_t len = 5; len <= sizeof rdata; len++) {
        struct dnskey_view key;
        uint8_t record[128] = "\0\0\60\0\1\0\0\0\0\0";
        size_t at = 0;
        ldns_rr *rr = NULL;
        record[10] = (uint8_t)len; /* root, DNSKEY, IN, TTL, length */
        memcpy(record + 11, rdata, len);
        assert_int_equal(ldns_wire2rr(&rr, record, 11 + len, &at, LDNS_SECTION_ANSWER),
                         LDNS_STATUS_OK);
        assert_int_equal(dnskey_read(&key, rdata, len), 0);
        assert_int_equal(key.tag, ldns_calc_keytag(rr));
        assert_int_equal(key.flags, 257);
        assert_int_equal(key.protocol, 3);
        assert_int_equal(key.algorithm, 13);
        assert_ptr_equal(key.key, rdata + 4);
        assert_int_equal(key.key_len, len - 4);
        ldns_rr_free(rr);
    }
}

static void a_key_needs_an_octet(void **state)
{
    (void)state;
    struct dnskey_view key;
    static uint8_t long_rdata[65536];
    for (size_t len = 0; len <= 4; len++)
        assert_int_equal(dnskey_read(&key, (const uint8_t *)"\1\1\3\15", len), ERR_TRUNC);
    memset(long_rdata, 0xff, sizeof long_rdata);
    assert_int_equal(dnskey_read(&key, long_rdata, 65535), 0);
    assert_int_equal(dnskey_read(&key, long_rdata, 65536), ERR_TRUNC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bitmap_has_its_types),
        cmocka_unit_test(first_and_last_types_can_be_had),
        cmocka_unit_test(windows_that_are_none_are_refused),
        cmocka_unit_test(nsec_has_a_name_in_its_case),
        cmocka_unit_test(nsec3_is_read_to_its_last_octet),
        cmocka_unit_test(nsec3_of_another_kind_is_to_be_ignored),
        cmocka_unit_test(rrsig_is_read_whole),
        cmocka_unit_test(times_include_both_ends),
        cmocka_unit_test(times_go_round),
        cmocka_unit_test(fewer_labels_than_the_owner_has_are_a_wildcards),
        cmocka_unit_test(tags_are_those_of_ldns),
        cmocka_unit_test(a_key_needs_an_octet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
