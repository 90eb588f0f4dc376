// SPDX-License-Identifier: BSD-2-Clause
/* source/hash_types.c: types as text and as bitmaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/rng.h"
#include "dns/code.h"
#include "source/hash_types.h"

static struct hash_types types;

static void add(const char *text)
{
    assert_int_equal(hash_types_add(&types, text, strlen(text)), 0);
}

static void add_number(unsigned type)
{
    char text[CODE_TEXT_MAX];
    add(code_type_to_text((uint16_t)type, text));
}

static void assert_text(const struct type_bitmap *bitmap, const char *expected)
{
    struct text text = {0};
    assert_true(hash_types_put(&text, bitmap, 1000));
    text_putc(&text, '\0');
    assert_string_equal(text.data, expected);
    text_deinit(&text);
}

/* RFC 4034 section 4.3 has these types in this form. */
static void the_bitmap_is_that_of_the_rfc(void **state)
{
    static const uint8_t expected[] = {
        0x00, 0x06, 0x40, 0x01, 0x00, 0x00, 0x00, 0x03, 0x04, 0x1b, 0, 0, 0, 0, 0, 0, 0, 0,   0,
        0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 0x20};
    (void)state;
    types.count = 0;
    for (int i = 0; i < 2; i++) { /* in any order, and oftener than once */
        add("TYPE1234");
        add("NSEC");
        add("a");
        add("RRSIG");
        add("MX");
    }
    struct type_bitmap bitmap = hash_types_bitmap(&types);
    assert_int_equal(bitmap.len, sizeof expected);
    assert_memory_equal(bitmap.data, expected, sizeof expected);
    assert_text(&bitmap, "A,MX,RRSIG,NSEC,TYPE1234");
}

/* The reader of records takes what is made here, and finds the same types. */
static void any_types_come_round(void **state)
{
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 3);
    for (unsigned round = 0; round < 60; round++) {
        uint8_t rdata[1 + HASH_TYPES_BYTES_MAX] = {0}; /* NSEC: the root, and the bitmap */
        static bool is_there[UINT16_MAX + 1];
        struct nsec_view nsec;
        unsigned count = rng_fast_below(&rng, round < 56 ? 40 : HASH_TYPES_MAX) + 1, distinct = 0;
        memset(is_there, 0, sizeof is_there);
        types.count = 0;
        for (unsigned i = 0; i < count; i++) {
            unsigned type = rng_fast_below(&rng, round % 2 ? 300 : UINT16_MAX + 1);
            distinct += !is_there[type];
            is_there[type] = true;
            add_number(type);
        }
        struct type_bitmap bitmap = hash_types_bitmap(&types);
        assert_in_range(bitmap.len, 3, HASH_TYPES_BYTES_MAX);
        memcpy(rdata + 1, bitmap.data, bitmap.len);
        assert_int_equal(nsec_read(&nsec, rdata, 1 + bitmap.len), 0);
        assert_int_equal(bitmap_count(&nsec.types), distinct);
        for (unsigned type = 0; type <= UINT16_MAX; type += round % 2 ? 1 : 7)
            assert_int_equal(bitmap_has(&nsec.types, (uint16_t)type), is_there[type]);
    }
}

/* One type in each octet of each window: the largest there is with so few types. */
static void the_largest_bitmaps_fit(void **state)
{
    (void)state;
    types.count = 0;
    for (unsigned i = 0; i < HASH_TYPES_MAX; i++)
        add_number(i * 32 + 31);
    struct type_bitmap bitmap = hash_types_bitmap(&types);
    assert_int_equal(bitmap.len, HASH_TYPES_BYTES_MAX);
    assert_int_equal(bitmap_count(&bitmap), HASH_TYPES_MAX);
    assert_int_equal(hash_types_add(&types, "A", 1), ERR_FULL);
    assert_int_equal(types.count, HASH_TYPES_MAX);
    types.count = 0;
    assert_int_equal(hash_types_bitmap(&types).len, 0);
}

static void what_is_no_type_is_refused(void **state)
{
    static const char *const bad[] = {"", "A,", "TYPE65536", "TYPE", "-1", "NOTATYPE", "A B"};
    (void)state;
    types.count = 0;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(hash_types_add(&types, bad[i], strlen(bad[i])), ERR_SYNTAX);
    assert_int_equal(types.count, 0);
}

/* All of it or nothing. */
static void text_is_put_whole_or_not_at_all(void **state)
{
    struct text text = {0};
    (void)state;
    types.count = 0;
    add("A");
    add("AAAA");
    struct type_bitmap bitmap = hash_types_bitmap(&types);
    text_puts(&text, "x ");
    assert_false(hash_types_put(&text, &bitmap, 5)); /* "A,AAAA" */
    assert_int_equal(text.len, 2);
    assert_true(hash_types_put(&text, &bitmap, 6));
    assert_int_equal(text.len, 8);
    assert_memory_equal(text.data, "x A,AAAA", 8);
    assert_false(hash_types_put(&text, &(struct type_bitmap){0}, 100));
    assert_int_equal(text.len, 8);
    text_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bitmap_is_that_of_the_rfc),
        cmocka_unit_test(any_types_come_round),
        cmocka_unit_test(the_largest_bitmaps_fit),
        cmocka_unit_test(what_is_no_type_is_refused),
        cmocka_unit_test(text_is_put_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
