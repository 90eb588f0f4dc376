// SPDX-License-Identifier: BSD-2-Clause
/* dns/transfer.c: what is a transfer, and what only looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "dns/code.h"
#include "dns/transfer.h"

#define ZONE ((const uint8_t *)"\7example")
#define ID   0x1234

struct message {
    uint8_t data[65535];
    struct bytes_writer w;
};

static struct message m; /* of the case that runs */

static void put_count(unsigned offset, unsigned more)
{
    unsigned count = (unsigned)(m.data[offset] << 8 | m.data[offset + 1]) + more;
    m.data[offset] = (uint8_t)(count >> 8);
    m.data[offset + 1] = (uint8_t)count;
}

/* A response with FLAGS besides QR, and the question for QTYPE (0: none). */
static void begin(uint16_t flags, uint16_t qtype)
{
    m.w = bytes_writer_at(m.data, sizeof m.data);
    bytes_put_u16(&m.w, ID);
    bytes_put_u16(&m.w, 0x8000 | flags);
    for (int i = 0; i < 4; i++)
        bytes_put_u16(&m.w, 0);
    if (qtype) {
        bytes_put(&m.w, ZONE, 9);
        bytes_put_u16(&m.w, qtype);
        bytes_put_u16(&m.w, CLASS_IN);
        put_count(4, 1);
    }
}

static void put_head(const char *owner, size_t owner_len, uint16_t type, uint16_t class,
                     size_t rdata_len)
{
    bytes_put(&m.w, owner, owner_len);
    bytes_put_u16(&m.w, type);
    bytes_put_u16(&m.w, class);
    bytes_put_u32(&m.w, 300);
    bytes_put_u16(&m.w, (uint16_t)rdata_len);
    put_count(6, 1);
}

/* OWNER and DATA are literals. */
#define RECORD(owner, type, data)                                                                  \
    (put_head(owner, sizeof owner, type, CLASS_IN, sizeof(data) - 1),                              \
     bytes_put(&m.w, data, sizeof(data) - 1))

#define APEX "\7example"
#define WWW  "\3www\7example"
#define MAIL "\4mail\7example"

static void put_soa_at(const char *owner, size_t owner_len, uint32_t serial)
{
    put_head(owner, owner_len, TYPE_SOA, CLASS_IN, 22);
    bytes_put_u16(&m.w, 0);
    bytes_put_u32(&m.w, serial);
    for (int i = 0; i < 4; i++)
        bytes_put_u32(&m.w, 60);
}

static void put_soa(uint32_t serial)
{
    put_soa_at(APEX, sizeof APEX, serial);
}

static void put_a(void)
{
    RECORD(WWW, TYPE_A, "\300\0\2\1");
}

static struct transfer t;
static char seen[64]; /* of each record handed out: z(one), a(dded), d(eleted) */

static void start(bool is_ixfr, uint32_t serial)
{
    const struct transfer_params params = {.zone = ZONE,
                                           .id = ID,
                                           .is_ixfr = is_ixfr,
                                           .serial = serial,
                                           .records_max = 50,
                                           .octets_max = 1 << 20};
    transfer_init(&t, &params);
    seen[0] = '\0';
}

/* Hands the message in, a copy of exactly its length. */
static enum transfer_outcome take(void)
{
    static const char letters[] = "zad";
    struct transfer_record record;
    assert_false(m.w.failed);
    uint8_t *copy = malloc(m.w.len);
    memcpy(copy, m.data, m.w.len);
    if (transfer_take(&t, copy, m.w.len) == TRANSFER_OPEN) {
        while (transfer_next(&t, &record) == 1) {
            size_t len = strlen(seen);
            seen[len] = letters[record.change];
            seen[len + 1] = '\0';
        }
    }
    assert_int_equal(transfer_next(&t, &record), 0);
    free(copy);
    return t.outcome;
}

#define EXPECT(outcome_expected, why_part)                                                         \
    do {                                                                                           \
        assert_int_equal(t.outcome, outcome_expected);                                             \
        assert_non_null(t.why);                                                                    \
        assert_non_null(strstr(t.why, why_part));                                                  \
    } while (0)

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

/* --- IXFR --- */

static void nothing_newer_is_one_soa(void **state)
{
    (void)state;
    const uint32_t served[] = {7, 6, 0x80000006u}; /* the same, older, older again */
    for (size_t i = 0; i < 3; i++) {
        start(true, 7);
        begin(0, TYPE_IXFR);
        put_soa(served[i]);
        take();
        assert_int_equal(t.outcome, i < 2 ? TRANSFER_CURRENT : TRANSFER_OPEN);
        assert_int_equal(t.serial, served[i]);
        assert_string_equal(seen, "z");
    }
}

static void one_newer_soa_is_the_beginning(void **state)
{
    (void)state;
    start(true, 6);
    begin(0, TYPE_IXFR);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_OPEN);
    transfer_stop(&t, TRANSFER_TIMEOUT, "silence");
    EXPECT(TRANSFER_CURRENT, "its SOA and no more");
    start(true, 6);
    begin(0, TYPE_IXFR);
    put_soa(7);
    take();
    transfer_stop(&t, TRANSFER_TSIG_WRONG, "x");
    assert_int_equal(t.outcome, TRANSFER_TSIG_WRONG);
}

static void changes_lead_from_ours_to_the_current(void **state)
{
    (void)state;
    start(true, 5);
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_soa(5);
    put_a();
    put_soa(6);
    put_a();
    put_a();
    put_soa(6);
    assert_int_equal(take(), TRANSFER_OPEN);
    begin(0, 0);
    put_soa(7);
    put_a();
    put_soa(7);
    assert_int_equal(take(), TRANSFER_DELTAS);
    assert_string_equal(seen, "zddaaadaa");
    assert_int_equal(t.records, 9);
    assert_int_equal(t.deleted, 3);
    assert_int_equal(t.serial, 7);
}

static void changes_may_only_delete_or_wrap(void **state)
{
    (void)state;
    start(true, 0xfffffffe);
    begin(0, TYPE_IXFR);
    put_soa(1);
    put_soa(0xfffffffe);
    put_a();
    put_soa(1);
    put_soa(1);
    assert_int_equal(take(), TRANSFER_DELTAS);
    assert_string_equal(seen, "zdda");
}

static void an_ixfr_may_be_answered_as_an_axfr(void **state)
{
    (void)state;
    start(true, 5);
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_a();
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
    assert_string_equal(seen, "zz");
    start(true, 5);
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_WHOLE);
}

static void changes_must_hang_together(void **state)
{
    (void)state;
    static const struct {
        uint32_t soas[6]; /* 0: the end */
        const char *why;
    } cases[] = {
        {{9, 4}, "do not begin"},               /* not ours */
        {{9, 5, 5}, "do not lead"},             /* no step */
        {{9, 5, 4}, "do not lead"},             /* backwards */
        {{9, 5, 10}, "do not lead"},            /* past the end */
        {{9, 5, 7, 8}, "does not begin where"}, /* a gap */
        {{9, 5, 7, 9}, "does not begin where"}, /* the end before its time */
        {{9, 5, 9, 8}, "does not begin where"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start(true, 5);
        begin(0, TYPE_IXFR);
        for (int k = 0; k < 6 && cases[i].soas[k]; k++)
            put_soa(cases[i].soas[k]);
        take();
        EXPECT(TRANSFER_INCONSISTENT, cases[i].why);
    }
}

static void an_axfr_is_not_answered_by_changes(void **state)
{
    (void)state;
    start(false, 0);
    begin(0, TYPE_AXFR);
    put_soa(7);
    put_soa(5);
    take();
    EXPECT(TRANSFER_INCONSISTENT, "another serial");
}

static void a_datagram_is_all_there_is(void **state)
{
    (void)state;
    start(true, 6);
    t.params.by_udp = true;
    begin(0, TYPE_IXFR);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_CURRENT);
    start(true, 6);
    t.params.by_udp = true;
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_soa(6);
    put_a();
    take();
    EXPECT(TRANSFER_CLOSED, "one datagram");
    start(true, 6);
    t.params.by_udp = true;
    begin(0, TYPE_IXFR);
    put_soa(7);
    put_soa(6);
    put_soa(7);
    put_soa(7);
    assert_int_equal(take(), TRANSFER_DELTAS);
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
        cmocka_unit_test(a_message_must_be_a_reply_to_ours),
        cmocka_unit_test(the_first_message_needs_its_question),
        cmocka_unit_test(the_id_must_stay_the_same),
        cmocka_unit_test(a_cut_message_is_not_read),
        cmocka_unit_test(records_must_have_their_form),
        cmocka_unit_test(whole_names_where_they_have_to_be),
        cmocka_unit_test(records_are_taken_up_to_the_limit),
        cmocka_unit_test(octets_are_taken_up_to_the_limit),
        cmocka_unit_test(nothing_newer_is_one_soa),
        cmocka_unit_test(one_newer_soa_is_the_beginning),
        cmocka_unit_test(changes_lead_from_ours_to_the_current),
        cmocka_unit_test(changes_may_only_delete_or_wrap),
        cmocka_unit_test(an_ixfr_may_be_answered_as_an_axfr),
        cmocka_unit_test(changes_must_hang_together),
        cmocka_unit_test(an_axfr_is_not_answered_by_changes),
        cmocka_unit_test(a_datagram_is_all_there_is),
        cmocka_unit_test(a_stop_does_not_undo_an_outcome),
        cmocka_unit_test(every_outcome_has_a_word),
        cmocka_unit_test(serials_turn_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
