// SPDX-License-Identifier: BSD-2-Clause
/* dns/query.c: the octets that go out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/code.h"
#include "dns/query.h"

static const uint8_t name_wire[] = "\3www\7example\3com";
#define QUESTION "\3www\7example\3com\0\0\34\0\1"

static struct question make_question(void)
{
    struct question question;
    question_init(&question, name_wire, sizeof name_wire, TYPE_AAAA);
    return question;
}

static void a_question_is_name_type_class(void **state)
{
    (void)state;
    struct question question = make_question();
    assert_int_equal(question.len, sizeof name_wire + 4);
    assert_memory_equal(question.wire, QUESTION, question.len);
    assert_int_equal(question_type(&question), TYPE_AAAA);
}

static void the_type_can_be_changed(void **state)
{
    (void)state;
    struct question question = make_question();
    question_set_type(&question, 0x1234);
    assert_int_equal(question_type(&question), 0x1234);
    assert_memory_equal(question.wire + question.len - 4, "\x12\x34\0\1", 4);
    question_set_type(&question, TYPE_AAAA);
    assert_memory_equal(question.wire, QUESTION, question.len);
}

static void a_query_without_edns_is_header_and_question(void **state)
{
    (void)state;
    uint8_t out[DNS_QUERY_MAX];
    struct question question = make_question();
    assert_int_equal(query_write(out, 0xabcd, &question, 0), 12 + question.len);
    assert_memory_equal(out, "\xab\xcd\1\0\0\1\0\0\0\0\0\0" QUESTION, 12 + question.len);
}

static void edns_adds_an_opt_record(void **state)
{
    (void)state;
    uint8_t out[DNS_QUERY_MAX];
    struct question question = make_question();
    size_t before = 12 + question.len;
    assert_int_equal(query_write(out, 1, &question, QUERY_EDNS), before + 11);
    assert_memory_equal(out, "\0\1\1\0\0\1\0\0\0\0\0\1" QUESTION, before);
    assert_memory_equal(out + before, "\0\0\51\4\320\0\0\0\0\0\0", 11);
}

static void dnssec_ok_is_one_bit_of_it(void **state)
{
    (void)state;
    uint8_t out[DNS_QUERY_MAX];
    struct question question = make_question();
    size_t before = 12 + question.len;
    assert_int_equal(query_write(out, 1, &question, QUERY_EDNS | QUERY_DO), before + 11);
    assert_memory_equal(out + before, "\0\0\51\4\320\0\0\200\0\0\0", 11);
}

static void compact_answers_ok_is_the_bit_below(void **state)
{
    (void)state;
    uint8_t out[DNS_QUERY_MAX];
    struct question question = make_question();
    size_t before = 12 + question.len;
    unsigned flags = QUERY_EDNS | QUERY_DO | QUERY_CO;
    assert_int_equal(query_write(out, 1, &question, flags), before + 11);
    assert_memory_equal(out + before, "\0\0\51\4\320\0\0\300\0\0\0", 11);
}

static void checking_can_be_disabled(void **state)
{
    (void)state;
    uint8_t out[DNS_QUERY_MAX];
    struct question question = make_question();
    assert_int_equal(query_write(out, 1, &question, QUERY_CD), 12 + question.len);
    assert_memory_equal(out, "\0\1\1\20\0\1", 6);
    assert_int_equal(query_write(out, 1, &question, 0), 12 + question.len);
    assert_memory_equal(out, "\0\1\1\0\0\1", 6);
}

static void recursion_can_be_left_out(void **state)
{
    (void)state;
    uint8_t out[DNS_QUERY_MAX];
    struct question question = make_question();
    assert_int_equal(query_write(out, 1, &question, QUERY_NO_RD), 12 + question.len);
    assert_memory_equal(out, "\0\1\0\0\0\1", 6);
}

static void the_longest_query_fits(void **state)
{
    (void)state;
    struct {
        uint8_t out[DNS_QUERY_MAX];
        uint8_t guard[8];
    } buffer;
    struct question question;
    struct name name;
    char text[253];
    memset(text, 'x', sizeof text);
    text[63] = text[127] = text[191] = '.';
    assert_int_equal(name_from_text(&name, text, sizeof text), 0);
    assert_int_equal(name.len, NAME_WIRE_MAX);
    question_init(&question, name.wire, name.len, TYPE_A);
    memset(&buffer, 0xee, sizeof buffer);
    assert_int_equal(query_write(buffer.out, 1, &question, QUERY_EDNS), DNS_QUERY_MAX);
    for (size_t i = 0; i < sizeof buffer.guard; i++)
        assert_int_equal(buffer.guard[i], 0xee);
}

static void letters_are_mixed_where_the_bits_say(void **state)
{
    (void)state;
    static const uint8_t odd[] = "\7@a-z`{\301\2zz\12abcdefghij";
    struct question question, mixed;
    question_init(&question, odd, sizeof odd, 0x6162); /* a type whose octets are letters */
    question_mix(&mixed, &question, 0);
    assert_int_equal(mixed.len, question.len);
    assert_memory_equal(mixed.wire, question.wire, question.len);
    question_mix(&mixed, &question, UINT64_MAX);
    assert_memory_equal(mixed.wire, "\7@A-Z`{\301\2ZZ\12ABCDEFGHIJ\0\x61\x62\0\1", question.len);
}

/* Of names of any length: of 64 octets each has a bit, which is its own. */
static void of_64_octets_each_has_a_bit(void **state)
{
    (void)state;
    for (size_t octets = 3; octets <= NAME_WIRE_MAX; octets++) {
        struct question question, mixed;
        uint8_t name[NAME_WIRE_MAX] = {0}, seen[NAME_WIRE_MAX] = {0};
        memset(name, 'k', octets - 1); /* no labels; they make no difference here */
        question_init(&question, name, octets, TYPE_A);
        for (unsigned bit = 0; bit < 64; bit++) {
            question_mix(&mixed, &question, UINT64_C(1) << bit);
            assert_memory_equal(mixed.wire + octets - 1, question.wire + octets - 1, 5);
            size_t last = octets;
            for (size_t i = 0; i + 1 < octets; i++) {
                if (mixed.wire[i] == 'k')
                    continue;
                assert_int_equal(mixed.wire[i], 'K');
                assert_true(last == octets || last / 64 < i / 64);
                last = i;
                seen[i]++;
            }
        }
        for (size_t i = 0; i + 1 < octets; i++)
            assert_int_equal(seen[i], 1);
    }
}

static void a_mixed_query_is_one_but_for_the_letters(void **state)
{
    (void)state;
    uint8_t out[DNS_QUERY_MAX], plain[DNS_QUERY_MAX];
    struct question question = make_question(), mixed;
    const uint64_t bits = 0x123456789abcdef;
    size_t len = query_write_mixed(out, 1, &question, QUERY_EDNS | QUERY_DO, bits);
    assert_int_equal(query_write(plain, 1, &question, QUERY_EDNS | QUERY_DO), len);
    question_mix(&mixed, &question, bits);
    assert_memory_not_equal(mixed.wire, question.wire, question.len);
    assert_memory_equal(out + 12, mixed.wire, mixed.len);
    assert_memory_equal(out, plain, 12);
    assert_memory_equal(out + 12 + mixed.len, plain + 12 + mixed.len, DNS_OPT_LEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_name_type_class),
        cmocka_unit_test(the_type_can_be_changed),
        cmocka_unit_test(a_query_without_edns_is_header_and_question),
        cmocka_unit_test(edns_adds_an_opt_record),
        cmocka_unit_test(dnssec_ok_is_one_bit_of_it),
        cmocka_unit_test(compact_answers_ok_is_the_bit_below),
        cmocka_unit_test(checking_can_be_disabled),
        cmocka_unit_test(recursion_can_be_left_out),
        cmocka_unit_test(the_longest_query_fits),
        cmocka_unit_test(letters_are_mixed_where_the_bits_say),
        cmocka_unit_test(of_64_octets_each_has_a_bit),
        cmocka_unit_test(a_mixed_query_is_one_but_for_the_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
