// SPDX-License-Identifier: BSD-2-Clause
/* base/lines_codec.c: telling forms apart; the decoders run in test_lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/lines_codec.h"

static void assert_form(const char *data, size_t len, enum codec_form open, enum codec_form ended)
{
    assert_int_equal(codec_form_of((const uint8_t *)data, len, false), open);
    assert_int_equal(codec_form_of((const uint8_t *)data, len, true), ended);
}

static void each_magic_number_is_known_at_its_last_byte(void **state)
{
    (void)state;
    static const struct {
        const char *magic;
        size_t len;
        enum codec_form form;
    } cases[] = {
        {"\x1f\x8b\x08", 3, CODEC_GZIP},
        {"\x28\xb5\x2f\xfd", 4, CODEC_ZSTD},
        {"\xfd"
         "7zXZ\0",
         6, CODEC_XZ},
    };
    for (size_t i = 0; i < 3; i++) {
        for (size_t len = 0; len < cases[i].len; len++)
            assert_form(cases[i].magic, len, CODEC_UNSURE, CODEC_PLAIN);
        assert_form(cases[i].magic, cases[i].len, cases[i].form, cases[i].form);
    }
}

static void other_bytes_are_plain_at_once(void **state)
{
    (void)state;
    assert_form("a", 1, CODEC_PLAIN, CODEC_PLAIN);
    assert_form("\x1f\x8c", 2, CODEC_PLAIN, CODEC_PLAIN);
    assert_form("\x1f\x8b\x07", 3, CODEC_PLAIN, CODEC_PLAIN);
    assert_form("(www)", 5, CODEC_PLAIN, CODEC_PLAIN);
    assert_form("\xfd"
                "7zXZ\n",
                6, CODEC_PLAIN, CODEC_PLAIN);
}

static void a_decoder_leaves_what_does_not_fit(void **state)
{
    (void)state;
    /* one stored block of 3 octets, "abc" (RFC 1951), as a gzip member */
    static const uint8_t member[] = {0x1f, 0x8b, 8,   0,   0,   0,    0,    0,    0,    3, 1, 3, 0,
                                     0xfc, 0xff, 'a', 'b', 'c', 0xc2, 0x41, 0x24, 0x35, 3, 0, 0, 0};
    struct codec *codec;
    uint8_t out[8];
    for (size_t cap = 1; cap <= 4; cap++) {
        const uint8_t *in = member;
        uint8_t *to = out;
        size_t in_len = sizeof member, made = 0;
        assert_int_equal(codec_create(&codec, CODEC_GZIP), 0);
        do {
            size_t out_len = cap;
            to = out + made;
            assert_int_equal(codec_decode(codec, &in, &in_len, &to, &out_len, true), 0);
            assert_int_equal(to - out, made + cap - out_len);
            if (out_len == cap)
                break;
            made += cap - out_len;
        } while (made < sizeof out);
        assert_int_equal(made, 3);
        assert_memory_equal(out, "abc", 3);
        assert_int_equal(in_len, 0);
        codec_destroy(codec);
    }
    codec_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_magic_number_is_known_at_its_last_byte),
        cmocka_unit_test(other_bytes_are_plain_at_once),
        cmocka_unit_test(a_decoder_leaves_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
