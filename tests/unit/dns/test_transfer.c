// SPDX-License-Identifier: BSD-2-Clause
/* dns/transfer.c: queries, whole transfers, what ends one. */
#include "tests/unit/dns/transfer_message.h"

/* --- queries --- */

static void an_axfr_query_asks_without_recursion(void **state)
{
    (void)state;
    uint8_t out[TRANSFER_QUERY_MAX];
    const struct transfer_params params = {.zone = ZONE, .id = ID};
    static const uint8_t expected[] = "\x12\x34\0\0\0\1\0\0\0\0\0\0\7example\0\0\374\0\1";
    assert_int_equal(transfer_query_write(out, &params), sizeof expected - 1);
    assert_memory_equal(out, expected, sizeof expected - 1);
}

static void an_ixfr_query_has_our_soa(void **state)
{
    (void)state;
    uint8_t out[TRANSFER_QUERY_MAX];
    const struct transfer_params params = {
        .zone = ZONE, .id = ID, .is_ixfr = true, .serial = 0x01020304};
    static const uint8_t expected[] =
        "\x12\x34\0\0\0\1\0\0\0\1\0\0\7example\0\0\373\0\1"
        "\300\14\0\6\0\1\0\0\0\0\0\26\0\0\1\2\3\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    assert_int_equal(transfer_query_write(out, &params), sizeof expected - 1);
    assert_memory_equal(out, expected, sizeof expected - 1);
}

/* --- whole transfers --- */

static void one_message_is_a_transfer(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    put_a();
    RECORD(MAIL, TYPE_MX, "\0\12\300\14");
    assert_int_equal(take(), TRANSFER_OPEN);
    begin(0, 0);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
    assert_string_equal(seen, "zzz");
    assert_int_equal(t.records, 3);
    assert_int_equal(t.serial, 7);
    assert_int_equal(t.messages, 2);
    assert_null(t.why);
}

static void a_record_a_message_is_a_transfer(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_OPEN);
    for (int i = 0; i < 3; i++) {
        begin(0, i % 2 ? TYPE_AXFR : 0); /* later ones may have a question */
        put_a();
        assert_int_equal(take(), TRANSFER_OPEN);
    }
    begin(0, 0);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
    assert_int_equal(t.records, 4);
}

static void a_zone_of_one_record_is_a_transfer(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
    assert_int_equal(t.records, 1);
}

static void the_question_may_be_in_other_letters(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    memcpy(m.data + 13, "EXAMple", 7);
    put_soa(7);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
}

/* --- what ends one --- */

static void codes_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        uint16_t rcode;
        enum transfer_outcome outcome;
    } cases[] = {{1, TRANSFER_RCODE}, {2, TRANSFER_SERVFAIL}, {3, TRANSFER_RCODE},
                 {4, TRANSFER_RCODE}, {5, TRANSFER_REFUSED},  {9, TRANSFER_NOTAUTH}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int has_question = 0; has_question < 2; has_question++) {
            start(false, 0);
            begin(cases[i].rcode, has_question ? TYPE_AXFR : 0);
            assert_int_equal(take(), cases[i].outcome);
            assert_int_equal(t.rcode, cases[i].rcode);
        }
    }
}

static void a_code_may_come_midway(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    put_a();
    take();
    begin(RCODE_SERVFAIL, 0);
    put_a();
    assert_int_equal(take(), TRANSFER_SERVFAIL);
    assert_int_equal(t.records, 2);
}

static void no_record_at_all_is_empty(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    assert_int_equal(take(), TRANSFER_EMPTY);
}

static void messages_without_records_come_to_an_end(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    take();
    for (int i = 0; i < 100; i++) {
        begin(0, 0);
        assert_int_equal(take(), TRANSFER_OPEN);
    }
    begin(0, 0);
    take();
    EXPECT(TRANSFER_MALFORMED, "without records");
}

static void the_first_record_must_be_the_soa(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_a();
    put_soa(7);
    take();
    EXPECT(TRANSFER_INCONSISTENT, "first record");
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa_at(WWW, sizeof WWW, 7);
    take();
    EXPECT(TRANSFER_INCONSISTENT, "first record");
    assert_int_equal(t.records, 0);
}

static void the_last_soa_must_be_the_first_one(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    put_a();
    put_soa(8);
    take();
    EXPECT(TRANSFER_INCONSISTENT, "another serial");
    assert_string_equal(seen, "zz");
}

static void nothing_may_follow_the_last_soa(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    put_soa(7);
    put_a();
    take();
    EXPECT(TRANSFER_INCONSISTENT, "behind the last SOA");
}

static void foreign_records_are_left_out(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    RECORD("\3www\3com", TYPE_A, "\300\0\2\1");
    RECORD("\13evilexample", TYPE_A, "\300\0\2\1"); /* ends like it, and is not below it */
    RECORD("", TYPE_A, "\300\0\2\1");
    put_soa_at(WWW, sizeof WWW, 9);
    put_a();
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
    assert_int_equal(t.foreign, 4);
    assert_int_equal(t.records, 2);
}

/* --- the end --- */

static void a_stop_does_not_undo_an_outcome(void **state)
{
    (void)state;
    start(false, 0);
    transfer_stop(&t, TRANSFER_RESET, "x");
    assert_int_equal(t.outcome, TRANSFER_RESET);
    transfer_stop(&t, TRANSFER_CLOSED, "y");
    assert_int_equal(t.outcome, TRANSFER_RESET);
    begin(0, TYPE_AXFR);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_RESET);
    assert_int_equal(t.records, 0);
}

static void every_outcome_has_a_word(void **state)
{
    (void)state;
    for (int i = 0; i < TRANSFER_OUTCOMES; i++) {
        assert_non_null(transfer_words[i]);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(transfer_words[i], transfer_words[k]);
    }
}

static void serials_turn_round(void **state)
{
    (void)state;
    assert_true(serial_is_newer(1, 0));
    assert_false(serial_is_newer(0, 0));
    assert_false(serial_is_newer(0, 1));
    assert_true(serial_is_newer(0, 0xffffffff));
    assert_true(serial_is_newer(0x7fffffff, 0));
    assert_false(serial_is_newer(0x80000000, 0));
    assert_false(serial_is_newer(0, 0x80000000));
    assert_true(serial_is_newer(0, 0x80000001));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_axfr_query_asks_without_recursion),
        cmocka_unit_test(an_ixfr_query_has_our_soa),
        cmocka_unit_test(one_message_is_a_transfer),
        cmocka_unit_test(a_record_a_message_is_a_transfer),
        cmocka_unit_test(a_zone_of_one_record_is_a_transfer),
        cmocka_unit_test(the_question_may_be_in_other_letters),
        cmocka_unit_test(codes_are_told_apart),
        cmocka_unit_test(a_code_may_come_midway),
        cmocka_unit_test(no_record_at_all_is_empty),
        cmocka_unit_test(messages_without_records_come_to_an_end),
        cmocka_unit_test(the_first_record_must_be_the_soa),
        cmocka_unit_test(the_last_soa_must_be_the_first_one),
        cmocka_unit_test(nothing_may_follow_the_last_soa),
        cmocka_unit_test(foreign_records_are_left_out),
        cmocka_unit_test(a_stop_does_not_undo_an_outcome),
        cmocka_unit_test(every_outcome_has_a_word),
        cmocka_unit_test(serials_turn_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
