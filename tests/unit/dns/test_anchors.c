// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dns/anchors.h"

#define ROOT ((const uint8_t *)"")
#define SUB  ((const uint8_t *)"\3sub\4test")

/* The root's keys as Debian's dns-root-data has them, from which their DS follow. */
#define KEY_2017                                                                                   \
    "AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLAJr5emLvN7SWX" \
    "gnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLrjyBxWezF0jLHwVN8efS3rCj/" \
    "EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzu" \
    "DWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qihylGa8subX2Nn6UwNR1AkUTV74bU="
#define KEY_2024                                                                                   \
    "AwEAAa96jeuknZlaeSrvyAJj6ZHv28hhOKkx3rLGXVaC6rXTsDc449/cidltpkyGwCJNnOAlFNKF2jBosZBU5eeHspaQ" \
    "WOmOElZsjICMQMC3aeHbGiShvZsx4wMYSjH8e7Vrhbu6irwCzVBApESjbUdpWWmEnhathWu1jo+siFUiRAAxm9qyJNg/" \
    "wOZqqzL/dL/q8PkcRU5oUKEpUge71M3ej2/7CPqpdVwuMoTvoB+ZOT4YeGyxMvHmbrxlFzGOHOijtzN+u1TQNatX2XBu" \
    "zZNQ1K+s2CXkPIZo7s6JgZyvaBevYtxPvYLw4z9mR7K2vaF18UYH9Z9GNUUeayffKC73PYc="
#define SHA1   "0123456789abcdef0123456789ABCDEF01234567"
#define SHA256 SHA1 "0123456789abcdef01234567"
#define SHA384 SHA256 "0123456789abcdef0123456789abcdef"

static int setup(void **state)
{
    return anchors_create((struct anchors **)state);
}

static int teardown(void **state)
{
    anchors_destroy(*state);
    return 0;
}

static const char *add(struct anchors *anchors, const char *line)
{
    const char *why = NULL;
    int error = anchors_add(anchors, line, strlen(line), &why);
    assert_int_equal(error, why ? ERR_SYNTAX : 0);
    return why;
}

static unsigned count_of(const struct anchors *anchors, const uint8_t *name)
{
    struct ds ds[ANCHORS_A_ZONE];
    return anchors_of(anchors, name, ds);
}

/* A key of the root that is known already adds nothing: its DS is the built-in one. */
static void built_in_ones_are_the_digests_of_the_roots_keys(void **state)
{
    assert_int_equal(count_of(NULL, ROOT), 2);
    assert_null(add(*state, ". IN DNSKEY 257 3 8 " KEY_2017 " ; keytag 20326"));
    assert_null(add(*state, ".\t86400\tIN\tDNSKEY\t257 3 8 " KEY_2024 "\r"));
    assert_int_equal(count_of(*state, ROOT), 2);
    assert_null(add(*state, ". DNSKEY 256 3 8 " KEY_2024)); /* another key, by its flags */
    assert_int_equal(count_of(*state, ROOT), 3);
}

static void records_are_read_in_every_form(void **state)
{
    struct ds ds[ANCHORS_A_ZONE];
    assert_null(add(*state, "SUB.test DS 258 13 2 " SHA256));
    assert_null(
        add(*state, "sub.test. 60 IN DS 1 13 1 01234567 89abcdef 01234567 89abcdef 01234567"));
    assert_null(add(*state, "sub.test. IN 60 ds 65535 16 4 " SHA384 ";; state=2"));
    assert_null(add(*state, "  ; nothing but a comment"));
    assert_null(add(*state, ""));
    assert_null(add(*state, "sub.test. DS 258 13 2 " SHA256)); /* again */
    assert_int_equal(anchors_of(*state, SUB, ds), 3);
    assert_int_equal(ds[0].len, 36);
    assert_memory_equal(ds[0].rdata, "\x01\x02\x0d\x02\x01\x23\x45\x67\x89\xab\xcd\xef", 12);
    assert_int_equal(ds[1].len, 24);
    assert_int_equal(ds[2].len, 52);
    assert_memory_equal(ds[2].rdata, "\xff\xff\x10\x04", 4);
}

static void what_is_no_anchor_is_refused_with_the_reason(void **state)
{
    static const struct {
        const char *line, *why;
    } bad[] = {
        {"sub.test. IN A 192.0.2.1", "not a DS or DNSKEY"},
        {"sub.test.", "not a DS or DNSKEY"},
        {"sub.test. IN IN IN DS 1 8 2 " SHA256, "not a DS or DNSKEY"},
        {"$ORIGIN test.", "directives"},
        {"IN DS 1 8 2 " SHA256, "name is missing"},
        {"3600 IN DS 1 8 2 " SHA256, "name is missing"},
        {"a..b DS 1 8 2 " SHA256, "not a name"},
        {"sub.test. DS 65536 8 2 " SHA256, "numbers"},
        {"sub.test. DS 1 256 2 " SHA256, "numbers"},
        {"sub.test. DS -1 8 2 " SHA256, "numbers"},
        {"sub.test. DS 1 8 3 " SHA256, "type 1, 2 and 4"},
        {"sub.test. DS 1 12 2 " SHA256, "a key whose algorithm cannot be checked"},
        {"sub.test. DS 1 8 2 " SHA1, "not as long"},
        {"sub.test. DS 1 8 1 " SHA256, "not as long"},
        {"sub.test. DS 1 8 2", "not as long"},
        {"sub.test. DS 1 8 2 ; " SHA256, "not as long"},
        {"sub.test. DS 1 8 1 0123456789abcdef0123456789abcdef0123456g", "not hex"},
        {"sub.test. DNSKEY 257 3 RSASHA256 " KEY_2017, "numbers"},
        {"sub.test. DNSKEY 257 3 8 AwEAA", "not base64"},
        {"sub.test. DNSKEY 257 3 8", "not base64"},
        {"sub.test. DNSKEY 257 3 13 " KEY_2017, "cannot be checked"},
        {"sub.test. DNSKEY 385 3 8 " KEY_2017, "revoked"},
        {"sub.test. DNSKEY 1 3 8 " KEY_2017, "not a zone's key"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const char *why = add(*state, bad[i].line);
        if (!why || !strstr(why, bad[i].why))
            fail_msg("%s: %s", bad[i].line, why ? why : "taken");
    }
    assert_int_equal(count_of(*state, SUB), 0);
}

static void they_are_bounded(void **state)
{
    char line[200];
    const char *why = NULL;
    for (unsigned i = 0; i < ANCHORS_A_ZONE; i++) {
        snprintf(line, sizeof line, "sub.test. DS %u 8 2 " SHA256, i);
        assert_null(add(*state, line));
    }
    snprintf(line, sizeof line, "sub.test. DS 99 8 2 " SHA256);
    assert_int_equal(anchors_add(*state, line, strlen(line), &why), ERR_FULL);
    assert_string_equal(why, "too many anchors of this zone");
    for (unsigned i = ANCHORS_A_ZONE; i < ANCHORS_MAX; i++) {
        snprintf(line, sizeof line, "z%u. DS 1 8 2 " SHA256, i);
        assert_null(add(*state, line));
    }
    snprintf(line, sizeof line, "last. DS 1 8 2 " SHA256);
    assert_int_equal(anchors_add(*state, line, strlen(line), &why), ERR_FULL);
    assert_string_equal(why, "too many anchors");
}

static void the_closest_counts(void **state)
{
    static const uint8_t www[] = "\3www\3sub\4test", other[] = "\5other\4test";
    assert_int_equal(anchors_closest(NULL, www), 0);
    assert_null(add(*state, "sub.test. DS 1 8 2 " SHA256));
    assert_int_equal(anchors_closest(*state, www), 2);
    assert_int_equal(anchors_closest(*state, SUB), 2);
    assert_int_equal(anchors_closest(*state, other), 0);
    assert_null(add(*state, "www.sub.test. DS 1 8 2 " SHA256));
    assert_int_equal(anchors_closest(*state, www), 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(built_in_ones_are_the_digests_of_the_roots_keys),
        TEST(records_are_read_in_every_form),
        TEST(what_is_no_anchor_is_refused_with_the_reason),
        TEST(they_are_bounded),
        TEST(the_closest_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
