// SPDX-License-Identifier: BSD-2-Clause
/* dns/transfer.c: messages that are none of a transfer, and limits. */
#include "tests/unit/dns/transfer_message.h"

/* --- messages that are none of it --- */

static void a_message_must_be_a_reply_to_ours(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        uint8_t octet;
        const char *why;
    } cases[] = {{0, 0x13, "another id"},       {2, 0x00, "a query"},
                 {2, 0xa0, "another opcode"},   {5, 2, "more than one question"},
                 {14, 'y', "another question"}, {22, 1, "another question"},
                 {24, 3, "another question"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start(false, 0);
        begin(0, TYPE_AXFR);
        put_soa(7);
        put_soa(7);
        m.data[cases[i].offset] = cases[i].octet;
        take();
        EXPECT(TRANSFER_MALFORMED, cases[i].why);
        assert_int_equal(t.records, 0);
    }
}

static void the_first_message_needs_its_question(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, 0);
    put_soa(7);
    put_soa(7);
    take();
    EXPECT(TRANSFER_MALFORMED, "no question");
}

static void the_id_must_stay_the_same(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    take();
    begin(0, 0);
    m.data[1]++;
    put_soa(7);
    take();
    EXPECT(TRANSFER_MALFORMED, "another id");
}

static void a_cut_message_is_not_read(void **state)
{
    (void)state;
    begin(0, TYPE_AXFR);
    put_soa(7);
    put_a();
    put_soa(7);
    size_t whole = m.w.len;
    for (size_t len = 0; len < whole; len++) {
        start(false, 0);
        m.w.len = len;
        assert_int_equal(take(), TRANSFER_MALFORMED);
        assert_int_equal(t.records, 0);
    }
}

static void records_must_have_their_form(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        start(false, 0);
        begin(0, TYPE_AXFR);
        put_soa(7);
        switch (i) {
        case 0:
            RECORD(WWW, TYPE_A, "\1\2\3");
            break;
        case 1:
            put_head(WWW, sizeof WWW, TYPE_A, 3, 4);
            bytes_put(&m.w, "\1\2\3\4", 4);
            break;
        case 2:
            RECORD(WWW, TYPE_ANY, "");
            break;
        case 3: /* a pointer to itself */
            put_head("\300\102", 2, TYPE_A, CLASS_IN, 4);
            bytes_put(&m.w, "\1\2\3\4", 4);
            break;
        case 4: /* and one into the header */
            RECORD(WWW, TYPE_CNAME, "\300\0");
            break;
        case 5: /* names in these are never compressed */
            RECORD(WWW, TYPE_NSEC, "\300\14\0\1\100");
            break;
        case 6:
            RECORD(WWW, TYPE_RRSIG, "\0\1\10\2\0\0\0\1\0\0\0\2\0\0\0\1\0\1\300\14sig");
            break;
        case 7:
            RECORD(WWW, TYPE_HTTPS, "\0\1\300\14");
            break;
        case 8:
            RECORD(WWW, TYPE_MX, "\0\12\4mail\300\14x");
            break;
        case 9:
            RECORD(WWW, TYPE_SOA, "\0\0\0\0\0\1");
            break;
        }
        put_soa(7);
        assert_int_equal(take(), TRANSFER_MALFORMED);
        assert_string_equal(seen, "z");
    }
}

static void whole_names_where_they_have_to_be(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    RECORD(WWW, TYPE_NSEC, "\7example\0\0\1\100");
    RECORD(WWW, TYPE_RRSIG, "\0\1\10\2\0\0\0\1\0\0\0\2\0\0\0\1\0\1\7example\0sig");
    RECORD(WWW, TYPE_HTTPS, "\0\1\0");
    RECORD(WWW, 65280, "\300\300\300");
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
    assert_int_equal(t.records, 5);
}

/* --- limits --- */

static void records_are_taken_up_to_the_limit(void **state)
{
    (void)state;
    for (unsigned count = 49; count <= 50; count++) {
        start(false, 0);
        begin(0, TYPE_AXFR);
        put_soa(7);
        for (unsigned i = 0; i < count; i++)
            put_a();
        put_soa(7);
        take();
        assert_int_equal(t.outcome, count < 50 ? TRANSFER_WHOLE : TRANSFER_LIMIT);
        assert_int_equal(t.records, 50);
    }
}

static void octets_are_taken_up_to_the_limit(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    take();
    begin(0, 0);
    put_soa(7);
    t.params.octets_max = t.octets + m.w.len - 1;
    take();
    EXPECT(TRANSFER_LIMIT, "octets");
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    put_soa(7);
    t.params.octets_max = m.w.len;
    assert_int_equal(take(), TRANSFER_WHOLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_must_be_a_reply_to_ours),
        cmocka_unit_test(the_first_message_needs_its_question),
        cmocka_unit_test(the_id_must_stay_the_same),
        cmocka_unit_test(a_cut_message_is_not_read),
        cmocka_unit_test(records_must_have_their_form),
        cmocka_unit_test(whole_names_where_they_have_to_be),
        cmocka_unit_test(records_are_taken_up_to_the_limit),
        cmocka_unit_test(octets_are_taken_up_to_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
