// SPDX-License-Identifier: BSD-2-Clause
/* dns/rdata_direct.c prints what dns/rdata_text.c, which goes by ldns, prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/rng.h"
#include "dns/code.h"
#include "dns/rdata.h"
#include "dns/rdata_direct.h"

/* A message with one record: a header, the owner, and the data behind it at 24. */
static struct {
    uint8_t data[DNS_HEADER_LEN + 12 + RDATA_MAX];
    struct reply reply;
    struct reply_record record;
} m;

#define RDATA_AT 24u

static void make(uint16_t type, const void *rdata, size_t len)
{
    memcpy(m.data + DNS_HEADER_LEN, "\2NS\7eXample", 12); /* to point at */
    memcpy(m.data + RDATA_AT, rdata, len);
    memset(&m.record, 0, sizeof m.record);
    assert_true(reply_init(&m.reply, m.data, RDATA_AT + len));
    m.record.type = type;
    m.record.rdata_offset = RDATA_AT;
    m.record.rdata_len = (uint16_t)len;
}

static char direct[8 << 20], by_ldns[8 << 20];

/* True when printed; the end is within the room that was promised. */
static bool print(enum rdata_style style)
{
    char *end = rdata_direct(direct, &m.reply, &m.record, style);
    if (!end)
        return false;
    assert_true((size_t)(end - direct) <= rdata_direct_room(&m.record));
    *end = '\0';
    return true;
}

static void print_by_ldns(bool bare)
{
    static uint8_t rdata[2 * RDATA_MAX];
    size_t len;
    assert_int_equal(rdata_expand(&m.reply, &m.record, rdata, sizeof rdata, &len), 0);
    assert_int_equal(rdata_to_text(m.record.type, rdata, len, bare, by_ldns, sizeof by_ldns), 0);
}

static void expect_same(void)
{
    assert_true(print(RDATA_BARE));
    print_by_ldns(true);
    assert_string_equal(direct, by_ldns);
}

#define SAME(type, rdata) (make(type, rdata, sizeof(rdata) - 1), expect_same())
#define PRINTS(type, rdata, text)                                                                  \
    (make(type, rdata, sizeof(rdata) - 1), assert_true(print(RDATA_AS_SENT)),                      \
     assert_string_equal(direct, text))
#define REFUSES(type, rdata)                                                                       \
    (make(type, rdata, sizeof(rdata) - 1), assert_false(print(RDATA_AS_SENT)))

static void each_type_as_ldns_does(void **state)
{
    (void)state;
    SAME(TYPE_A, "\300\0\2\377");
    SAME(TYPE_AAAA, " \1\15\270\0\0\0\0\0\0\0\0\0\0\0\1");
    SAME(TYPE_NS, "\300\14");
    SAME(TYPE_CNAME, "\3www\300\17");
    SAME(TYPE_PTR, "\0");
    SAME(TYPE_DNAME, "\1x\300\14");
    SAME(TYPE_MX, "\0\12\4mail\300\17");
    SAME(TYPE_MX, "\377\377\0");
    SAME(TYPE_SRV, "\0\1\0\2\24\157\300\14");
    SAME(TYPE_SOA, "\300\14\12hostmaster\300\17\170\303\232\105\0\0\34\40\0\0\3\204\0\22\165\0"
                   "\0\0\1\54");
    SAME(TYPE_TXT, "\5hello");
    SAME(TYPE_TXT, "\0");
    SAME(TYPE_TXT, "\3a\"b\3c\\d\0\5;(@).");
    SAME(TYPE_TXT, "\4\0\t\n\377");
    SAME(TYPE_DS, "\60\71\10\2\1\253\315\357");
    SAME(TYPE_CDS, "\0\0\0\0\0");
    SAME(TYPE_DNSKEY, "\1\1\3\15\1");
    SAME(TYPE_DNSKEY, "\1\0\3\15\1\2");
    SAME(TYPE_CDNSKEY, "\1\0\3\15\1\2\3");
    SAME(TYPE_DNSKEY, "\1\0\3\15\373\377\277\76");
    SAME(TYPE_RRSIG, "\0\1\10\2\0\0\1\54\151\50\0\0\151\0\0\0\60\71\7example\0abcd");
    SAME(TYPE_NSEC, "\1x\7example\0\0\7\142\1\200\10\0\3\200\1\1\100");
    SAME(TYPE_NSEC3, "\1\0\0\0\0\24abcdefghijklmnopqrst\0\1\100");
    SAME(TYPE_NSEC3, "\1\1\0\12\4\252\273\314\335\24abcdefghijklmnopqrst");
}

static void types_in_data_too(void **state)
{
    (void)state;
    uint8_t rdata[] = "\0\1\10\2\0\0\1\54\151\50\0\0\151\0\0\0\60\71\0abcd";
    for (unsigned type = 0; type <= UINT16_MAX; type++) {
        rdata[0] = (uint8_t)(type >> 8);
        rdata[1] = (uint8_t)type;
        make(TYPE_RRSIG, rdata, sizeof rdata - 1);
        expect_same();
    }
}

static void times_as_ldns_does(void **state)
{
    (void)state;
    uint8_t rdata[] = "\0\1\10\2\0\0\1\54tttttttt\60\71\0abcd";
    /* Days around the turns of months and leap years, until 2072: from then on ldns may take
     * a time for one before 1970. */
    for (uint32_t time_s = 0; time_s < 3218400000u; time_s += 21599) {
        struct bytes_writer w = bytes_writer_at(rdata + 8, 8);
        bytes_put_u32(&w, time_s);
        bytes_put_u32(&w, time_s + 1);
        make(TYPE_RRSIG, rdata, sizeof rdata - 1);
        if (time_s % 7 == 0)
            expect_same();
        else
            assert_true(print(RDATA_BARE));
    }
    PRINTS(TYPE_RRSIG, "\0\1\10\2\0\0\1\54\377\377\377\377\0\0\0\0\60\71\0abcd",
           "A 8 2 300 21060207062815 19700101000000 12345 . YWJjZA==");
}

static void addresses_of_every_shape(void **state)
{
    (void)state;
    uint8_t rdata[16];
    struct rng_fast rng;
    rng_fast_init(&rng, 1);
    for (unsigned shape = 0; shape < 256; shape++) { /* which groups are zero */
        for (int round = 0; round < 20; round++) {
            for (unsigned i = 0; i < 8; i++) {
                unsigned value = (unsigned)rng_fast_u64(&rng) >> rng_fast_below(&rng, 16) & 0xffff;
                rdata[2 * i] = (uint8_t)(shape >> i & 1 ? 0 : value >> 8);
                rdata[2 * i + 1] = (uint8_t)(shape >> i & 1 ? 0 : value);
            }
            make(TYPE_AAAA, rdata, 16);
            expect_same();
        }
    }
    make(TYPE_AAAA, "\0\0\0\0\0\0\0\0\0\0\377\377\300\0\2\1", 16);
    expect_same();
    for (unsigned i = 0; i < 256; i++) {
        const uint8_t v4[4] = {(uint8_t)i, 0, (uint8_t)(255 - i), 1};
        make(TYPE_A, v4, 4);
        expect_same();
    }
}

static void strings_of_every_octet(void **state)
{
    (void)state;
    uint8_t rdata[2] = {1, 0};
    for (unsigned octet = 0; octet < 256; octet++) {
        rdata[1] = (uint8_t)octet;
        make(TYPE_TXT, rdata, 2);
        expect_same();
    }
    static uint8_t much[65280];
    for (size_t i = 0; i < sizeof much; i++)
        much[i] = i % 256 ? (uint8_t)(i * 7) : 255;
    make(TYPE_TXT, much, sizeof much);
    expect_same();
}

static void the_largest_bitmap_has_room(void **state)
{
    (void)state;
    static uint8_t rdata[1 + 256 * 34];
    size_t len = 1; /* the root */
    for (unsigned window = 0; window < 256; window++) {
        rdata[len++] = (uint8_t)window;
        rdata[len++] = 32;
        memset(rdata + len, 0xff, 32);
        len += 32;
    }
    make(TYPE_NSEC, rdata, len);
    expect_same();
}

static void names_keep_their_case_in_zone_files(void **state)
{
    (void)state;
    PRINTS(TYPE_NS, "\300\14", "NS.eXample.");
    PRINTS(TYPE_NS, "\0", ".");
    PRINTS(TYPE_NSEC, "\3A.b\0\0\1\100", "A\\046b. A");
    make(TYPE_NS, "\300\14", 2);
    assert_true(print(RDATA_BARE));
    assert_string_equal(direct, "ns.example");
}

static void young_types_are_numbers(void **state)
{
    (void)state;
    PRINTS(TYPE_NSEC, "\0\0\21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\200", ". TYPE128");
}

static void what_has_not_its_form_is_left_to_others(void **state)
{
    (void)state;
    REFUSES(TYPE_A, "\1\2\3");
    REFUSES(TYPE_A, "\1\2\3\4\5");
    REFUSES(TYPE_AAAA, "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17");
    REFUSES(TYPE_NS, "");
    REFUSES(TYPE_NS, "\300\14x");
    REFUSES(TYPE_NS, "\300\30"); /* to itself */
    REFUSES(TYPE_MX, "\0\12");
    REFUSES(TYPE_TXT, "");
    REFUSES(TYPE_TXT, "\5hell");
    REFUSES(TYPE_SOA, "\0\0\0\0\0\0");
    REFUSES(TYPE_RRSIG, "\0\1\10\2\0\0\1\54\151\50\0\0\151\0\0\0\60\71\300\14sig");
    REFUSES(TYPE_NSEC, "\300\14\0\1\100");
    REFUSES(TYPE_NSEC, "\0\0\0");
    REFUSES(TYPE_NSEC, "\0\0\1\0");
    REFUSES(TYPE_NSEC, "\0\1\1\100\0\1\100");
    REFUSES(TYPE_NSEC, "\0\0\2\100");
    REFUSES(TYPE_NSEC3, "\1\0\0\0\0\3abc");
    REFUSES(TYPE_NSEC3, "\1\0\0\0\5abcd");
    REFUSES(TYPE_DS, "\60\71\10\2");
    REFUSES(257, "\0\5issueca.test");
}

static void decimals(void **state)
{
    (void)state;
    const uint32_t values[] = {0, 9, 10, 99, 100, 65535, 4294967295u};
    const char *const texts[] = {"0", "9", "10", "99", "100", "65535", "4294967295"};
    for (size_t i = 0; i < 7; i++) {
        *decimal_put(direct, values[i]) = '\0';
        assert_string_equal(direct, texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_as_ldns_does),
        cmocka_unit_test(types_in_data_too),
        cmocka_unit_test(times_as_ldns_does),
        cmocka_unit_test(addresses_of_every_shape),
        cmocka_unit_test(strings_of_every_octet),
        cmocka_unit_test(the_largest_bitmap_has_room),
        cmocka_unit_test(names_keep_their_case_in_zone_files),
        cmocka_unit_test(young_types_are_numbers),
        cmocka_unit_test(what_has_not_its_form_is_left_to_others),
        cmocka_unit_test(decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
