// SPDX-License-Identifier: BSD-2-Clause
/* base/bytes.h: the cursor and its sticky error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

static void reads_are_in_network_order(void **state)
{
    (void)state;
    struct bytes_reader r = bytes_reader_at("\1\2\3\4\5\6\377\377\377\377", 10, 0);
    assert_int_equal(bytes_u8(&r), 1);
    assert_int_equal(bytes_u16(&r), 0x0203);
    r.offset = 0;
    assert_int_equal(bytes_u32(&r), 0x01020304);
    r.offset = 6;
    assert_int_equal(bytes_u32(&r), 0xffffffff);
    assert_false(r.failed);
    assert_int_equal(bytes_left(&r), 0);
}

static void reading_past_the_end_gives_zero_and_sticks(void **state)
{
    (void)state;
    for (size_t len = 0; len <= 4; len++) {
        struct bytes_reader r = bytes_reader_at("\1\2\3\4", len, 0);
        assert_int_equal(bytes_u32(&r), len < 4 ? 0 : 0x01020304);
        assert_int_equal(r.failed, len < 4);
        assert_int_equal(bytes_u8(&r), 0); /* although, cut short, a byte is there */
        assert_true(r.failed);
    }
}

static void an_offset_past_the_end_fails_at_once(void **state)
{
    (void)state;
    struct bytes_reader r = bytes_reader_at("ab", 2, 2);
    assert_false(r.failed);
    r = bytes_reader_at("ab", 2, 3);
    assert_true(r.failed);
    assert_int_equal(bytes_left(&r), 0);
}

static void writes_past_the_end_do_nothing_and_stick(void **state)
{
    (void)state;
    uint8_t out[8];
    memset(out, 0xee, sizeof out);
    struct bytes_writer w = bytes_writer_at(out, 7);
    bytes_put_u8(&w, 1);
    bytes_put_u16(&w, 0x0203);
    bytes_put_u32(&w, 0x04050607);
    assert_false(w.failed);
    assert_int_equal(w.len, 7);
    bytes_put(&w, NULL, 0);
    assert_false(w.failed);
    bytes_put_u8(&w, 8);
    assert_true(w.failed);
    assert_memory_equal(out, "\1\2\3\4\5\6\7\356", 8);
    w = bytes_writer_at(out, 3);
    bytes_put_u32(&w, 1);
    bytes_put_u8(&w, 1);
    assert_int_equal(w.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_are_in_network_order),
        cmocka_unit_test(reading_past_the_end_gives_zero_and_sticks),
        cmocka_unit_test(an_offset_past_the_end_fails_at_once),
        cmocka_unit_test(writes_past_the_end_do_nothing_and_stick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
