// SPDX-License-Identifier: BSD-2-Clause
/* dns/reply.c: reading messages that may lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/bytes.h"
#include "dns/reply.h"

/* A message under construction; the header is 12 octets of zero but for QR. */
struct message {
    uint8_t data[20000];
    struct bytes_writer w;
};

static void begin(struct message *m, unsigned questions, unsigned answers, unsigned authority,
                  unsigned additional)
{
    m->w = bytes_writer_at(m->data, sizeof m->data);
    bytes_put_u16(&m->w, 0x1234);
    bytes_put_u16(&m->w, 0x8180);
    bytes_put_u16(&m->w, (uint16_t)questions);
    bytes_put_u16(&m->w, (uint16_t)answers);
    bytes_put_u16(&m->w, (uint16_t)authority);
    bytes_put_u16(&m->w, (uint16_t)additional);
}

#define PUT(m, octets) bytes_put(&(m)->w, octets, sizeof(octets) - 1)

static struct reply view(const struct message *m)
{
    struct reply reply;
    assert_true(reply_init(&reply, m->data, m->w.len));
    return reply;
}

static void put_record(struct message *m, uint16_t type, uint32_t ttl, uint16_t rdata_len)
{
    PUT(m, "\300\14"); /* owner: the question's name */
    bytes_put_u16(&m->w, type);
    bytes_put_u16(&m->w, CLASS_IN);
    bytes_put_u32(&m->w, ttl);
    bytes_put_u16(&m->w, rdata_len);
    for (unsigned i = 0; i < rdata_len; i++)
        bytes_put_u8(&m->w, (uint8_t)i);
}

static void the_header_needs_12_octets(void **state)
{
    (void)state;
    struct reply reply;
    static uint8_t data[65536];
    assert_false(reply_init(&reply, data, 0));
    assert_false(reply_init(&reply, data, 11));
    assert_true(reply_init(&reply, data, 12));
    assert_true(reply_init(&reply, data, 65535));
    assert_false(reply_init(&reply, data, 65536));
}

static void each_header_bit_has_its_field(void **state)
{
    (void)state;
    const struct {
        uint16_t flags;
        const char *set;
    } cases[] = {{0x8000, "qr"}, {0x0400, "aa"}, {0x0200, "tc"}, {0x0100, "rd"},
                 {0x0080, "ra"}, {0x0020, "ad"}, {0x0010, "cd"}};
    for (size_t i = 0; i < 7; i++) {
        uint8_t data[12] = {
            0xab, 0xcd, (uint8_t)(cases[i].flags >> 8), (uint8_t)cases[i].flags, 0, 1, 0, 2, 0, 3,
            0,    4};
        struct reply r;
        assert_true(reply_init(&r, data, sizeof data));
        const bool got[7] = {r.qr, r.aa, r.tc, r.rd, r.ra, r.ad, r.cd};
        for (size_t j = 0; j < 7; j++)
            assert_int_equal(got[j], i == j);
        assert_int_equal(r.id, 0xabcd);
        assert_int_equal(r.opcode, 0);
        assert_int_equal(r.rcode, 0);
        assert_int_equal(r.question_count, 1);
        assert_int_equal(r.answer_count, 2);
        assert_int_equal(r.authority_count, 3);
        assert_int_equal(r.additional_count, 4);
    }
    uint8_t data[12] = {0, 0, 0x78, 0x0f};
    struct reply r;
    assert_true(reply_init(&r, data, sizeof data));
    assert_int_equal(r.opcode, 15);
    assert_int_equal(r.rcode, 15);
}

static void the_question_must_be_ours_to_the_octet(void **state)
{
    (void)state;
    struct question question;
    struct message m;
    question_init(&question, (const uint8_t *)"\3www\2de", 8, TYPE_A);
    begin(&m, 1, 0, 0, 0);
    bytes_put(&m.w, question.wire, question.len);
    struct reply reply = view(&m);
    assert_true(reply_question_is(&reply, &question));
    assert_true(reply_question_is_but_class(&reply, &question));
    for (size_t i = 0; i < question.len; i++) {
        bool in_class = i >= question.len - 2u;
        m.data[12 + i] ^= 0x20; /* letter case counts too */
        assert_false(reply_question_is(&reply, &question));
        assert_int_equal(reply_question_is_but_class(&reply, &question), in_class);
        m.data[12 + i] ^= 0x20;
    }
    reply.len--;
    assert_false(reply_question_is(&reply, &question));
    assert_false(reply_question_is_but_class(&reply, &question));
    reply.len++;
    reply.question_count = 2;
    assert_false(reply_question_is(&reply, &question));
    reply.question_count = 0;
    assert_false(reply_question_is(&reply, &question));
}

static void the_question_in_other_letter_case_is_told(void **state)
{
    (void)state;
    struct question question;
    struct message m;
    question_init(&question, (const uint8_t *)"\3w@w\2d{", 8, 0x6162);
    begin(&m, 1, 0, 0, 0);
    bytes_put(&m.w, question.wire, question.len);
    struct reply reply = view(&m);
    assert_true(reply_question_is_folded(&reply, &question));
    for (size_t i = 0; i < question.len; i++) {
        bool is_letter = i < 8 && question.wire[i] >= 'a' && question.wire[i] <= 'z';
        m.data[12 + i] ^= 0x20;
        assert_int_equal(reply_question_is_folded(&reply, &question), is_letter);
        m.data[12 + i] ^= 0x20 | 1;
        assert_false(reply_question_is_folded(&reply, &question));
        m.data[12 + i] ^= 1;
    }
    assert_true(reply_question_is_folded(&reply, &question));
    reply.len--;
    assert_false(reply_question_is_folded(&reply, &question));
    reply.len++;
    reply.question_count = 2;
    assert_false(reply_question_is_folded(&reply, &question));
}

static void a_bare_header_is_told(void **state)
{
    (void)state;
    struct message m;
    begin(&m, 0, 0, 0, 0);
    struct reply reply = view(&m);
    assert_true(reply_is_header_only(&reply));
    bytes_put_u8(&m.w, 0);
    reply = view(&m);
    assert_false(reply_is_header_only(&reply));
    for (unsigned i = 0; i < 4; i++) {
        begin(&m, i == 0, i == 1, i == 2, i == 3);
        reply = view(&m);
        assert_false(reply_is_header_only(&reply));
    }
}

static void names_are_read_in_place(void **state)
{
    (void)state;
    struct message m;
    struct name name;
    size_t end = 0;
    begin(&m, 1, 0, 0, 0);
    PUT(&m, "\3WwW\7example\3com\0");
    struct reply reply = view(&m);
    assert_int_equal(reply_read_name(&reply, 12, &name, &end), 0);
    assert_int_equal(end, 29);
    assert_int_equal(name.len, 17);
    assert_memory_equal(name.wire, "\3WwW\7example\3com", 17);
    assert_int_equal(reply_read_name(&reply, 28, &name, NULL), 0);
    assert_int_equal(name.len, 1);
}

static void pointers_lead_back_and_the_end_is_where_the_name_began(void **state)
{
    (void)state;
    struct message m;
    struct name name;
    size_t end = 0;
    begin(&m, 1, 0, 0, 0);
    PUT(&m, "\7example\3com\0"); /* 12 */
    PUT(&m, "\3www\300\14");     /* 25 */
    PUT(&m, "\1a\300\31");       /* 31 */
    PUT(&m, "\300\37");          /* 35 */
    struct reply reply = view(&m);
    assert_int_equal(reply_read_name(&reply, 35, &name, &end), 0);
    assert_int_equal(end, 37);
    assert_int_equal(name.len, 19);
    assert_memory_equal(name.wire, "\1a\3www\7example\3com", 19);
    assert_true(reply_name_is(&reply, 35, (const uint8_t *)"\1A\3wWw\7example\3com"));
    assert_false(reply_name_is(&reply, 35, (const uint8_t *)"\1a\3www\7example"));
    assert_false(reply_name_is(&reply, 35, (const uint8_t *)"\1a\3www\7example\3com\3org"));
    assert_false(reply_name_is(&reply, 35, (const uint8_t *)"\1a\3wwx\7example\3com"));
}

static void assert_name_refused(const struct message *m, size_t offset)
{
    struct name name;
    size_t end = 4711;
    struct reply reply = view(m);
    uint8_t *exact = malloc(m->w.len); /* for the sanitizer to see a read past it */
    memcpy(exact, m->data, m->w.len);
    reply.data = exact;
    assert_int_equal(reply_read_name(&reply, offset, &name, &end), ERR_TRUNC);
    assert_int_equal(name.len, 0);
    assert_int_equal(end, 4711);
    assert_false(reply_name_is(&reply, offset, (const uint8_t *)"\1a"));
    free(exact);
}

static void pointers_that_could_loop_are_refused(void **state)
{
    (void)state;
    struct message m;
    begin(&m, 1, 0, 0, 0);
    PUT(&m, "\300\14"); /* to itself */
    assert_name_refused(&m, 12);
    begin(&m, 1, 0, 0, 0);
    PUT(&m, "\300\16\300\14"); /* forward, then to each other */
    assert_name_refused(&m, 12);
    assert_name_refused(&m, 14);
    begin(&m, 1, 0, 0, 0);
    PUT(&m, "\1a\300\14"); /* to the start of its own run */
    assert_name_refused(&m, 12);
    begin(&m, 1, 0, 0, 0);
    PUT(&m, "\1a\300\13"); /* into the header */
    assert_name_refused(&m, 12);
    begin(&m, 1, 0, 0, 0);
    PUT(&m, "\1a\300\377"); /* behind the message */
    assert_name_refused(&m, 12);
}

static void other_label_types_are_refused(void **state)
{
    (void)state;
    static const uint8_t firsts[] = {64, 127, 128, 191};
    for (size_t i = 0; i < sizeof firsts; i++) {
        struct message m;
        struct name name;
        begin(&m, 1, 0, 0, 0);
        for (int j = 0; j < 16384; j++) /* roots, wherever it might be thought to point */
            bytes_put_u8(&m.w, 0);
        size_t offset = m.w.len;
        bytes_put_u8(&m.w, firsts[i]);
        for (int j = 0; j < 200; j++)
            bytes_put_u8(&m.w, 14);
        assert_name_refused(&m, offset);
        m.data[offset] |= 192; /* the same octets as a pointer */
        struct reply reply = view(&m);
        assert_int_equal(reply_read_name(&reply, offset, &name, NULL), 0);
    }
}

static void names_that_the_message_cuts_short_are_refused(void **state)
{
    (void)state;
    static const char full[] = "\1b\0\3www\300\14"; /* the second, at 15, needs all of it */
    for (size_t len = 0; len < sizeof full - 1; len++) {
        struct message m;
        begin(&m, 1, 0, 0, 0);
        bytes_put(&m.w, full, len);
        assert_name_refused(&m, 15);
    }
    struct message m;
    struct name name;
    begin(&m, 1, 0, 0, 0);
    PUT(&m, full);
    struct reply reply = view(&m);
    assert_int_equal(reply_read_name(&reply, 15, &name, NULL), 0);
    assert_name_refused(&m, m.w.len);
    assert_name_refused(&m, 100000);
}

/* COUNT pieces of one label each, every piece pointing to the one before. */
static size_t put_chain(struct message *m, unsigned count, unsigned label_len)
{
    size_t previous = m->w.len;
    bytes_put_u8(&m->w, 0);
    for (unsigned i = 0; i < count; i++) {
        size_t here = m->w.len;
        if (label_len)
            bytes_put_u8(&m->w, (uint8_t)label_len);
        for (unsigned j = 0; j < label_len; j++)
            bytes_put_u8(&m->w, 'x');
        bytes_put_u16(&m->w, (uint16_t)(0xc000 | previous));
        previous = here;
    }
    return previous;
}

static void a_name_has_at_most_255_octets(void **state)
{
    (void)state;
    for (unsigned count = 126; count <= 128; count++) { /* 2 octets a piece, and the root */
        struct message m;
        struct name name;
        begin(&m, 1, 0, 0, 0);
        size_t offset = put_chain(&m, count, 1);
        struct reply reply = view(&m);
        assert_int_equal(reply_read_name(&reply, offset, &name, NULL),
                         count <= 127 ? 0 : ERR_TRUNC);
        assert_int_equal(name.len, count <= 127 ? 2 * count + 1 : 0);
    }
}

static void chains_of_bare_pointers_end(void **state)
{
    (void)state;
    for (unsigned count = 126; count <= 128; count++) {
        struct message m;
        struct name name;
        begin(&m, 1, 0, 0, 0);
        size_t offset = put_chain(&m, count, 0);
        struct reply reply = view(&m);
        assert_int_equal(reply_read_name(&reply, offset, &name, NULL),
                         count <= 127 ? 0 : ERR_TRUNC);
        assert_int_equal(reply_name_is(&reply, offset, (const uint8_t *)""), count <= 127);
    }
}

static void records_come_in_order_with_their_section(void **state)
{
    (void)state;
    struct message m;
    struct reply_iter iter;
    struct reply_record record;
    begin(&m, 1, 2, 0, 1);
    PUT(&m, "\1a\0\0\1\0\1");
    put_record(&m, TYPE_A, 60, 4);
    put_record(&m, TYPE_TXT, 0x7fffffff, 0);
    put_record(&m, TYPE_AAAA, 0x80000000, 16);
    struct reply reply = view(&m);
    assert_int_equal(reply_iter_init(&iter, &reply), 0);

    assert_int_equal(reply_next(&iter, &record), 1);
    assert_int_equal(record.section, 1);
    assert_int_equal(record.type, TYPE_A);
    assert_int_equal(record.class, CLASS_IN);
    assert_int_equal(record.ttl, 60);
    assert_int_equal(record.rdata_len, 4);
    assert_memory_equal(reply.data + record.rdata_offset, "\0\1\2\3", 4);
    assert_true(reply_name_is(&reply, record.owner_offset, (const uint8_t *)"\1a"));

    assert_int_equal(reply_next(&iter, &record), 1);
    assert_int_equal(record.section, 1);
    assert_int_equal(record.ttl, 0x7fffffff);
    assert_int_equal(record.rdata_len, 0);

    assert_int_equal(reply_next(&iter, &record), 1);
    assert_int_equal(record.section, 3);
    assert_int_equal(record.type, TYPE_AAAA);
    assert_int_equal(record.ttl, 0);

    assert_int_equal(reply_next(&iter, &record), 0);
    assert_int_equal(reply_next(&iter, &record), 0);
}

static void opt_keeps_the_bits_of_its_ttl(void **state)
{
    (void)state;
    struct message m;
    struct reply_iter iter;
    struct reply_record record;
    begin(&m, 1, 0, 0, 1);
    PUT(&m, "\1a\0\0\1\0\1");
    put_record(&m, TYPE_OPT, 0xff008000, 0);
    struct reply reply = view(&m);
    assert_int_equal(reply_iter_init(&iter, &reply), 0);
    assert_int_equal(reply_next(&iter, &record), 1);
    assert_int_equal(record.ttl, 0xff008000);
}

static void a_message_cut_anywhere_ends_with_an_error(void **state)
{
    (void)state;
    struct message m;
    begin(&m, 1, 1, 1, 0);
    PUT(&m, "\1a\0\0\1\0\1");
    put_record(&m, TYPE_A, 60, 4);
    size_t first_end = m.w.len;
    put_record(&m, TYPE_A, 60, 4);
    for (size_t len = 12; len <= m.w.len; len++) {
        struct reply reply;
        struct reply_iter iter;
        struct reply_record record;
        unsigned count = 0;
        assert_true(reply_init(&reply, m.data, len));
        int result = reply_iter_init(&iter, &reply);
        assert_int_equal(result, len < 19 ? ERR_TRUNC : 0);
        if (result == 0)
            while ((result = reply_next(&iter, &record)) == 1)
                count++;
        assert_int_equal(result, len < m.w.len ? ERR_TRUNC : 0);
        assert_int_equal(count, (len >= first_end) + (len >= m.w.len));
        assert_int_equal(reply_next(&iter, &record), 0); /* and nothing is read after */
    }
}

static void at_most_one_question_is_skipped(void **state)
{
    (void)state;
    struct message m;
    struct reply_iter iter;
    struct reply_record record;
    begin(&m, 0, 0, 0, 0);
    struct reply reply = view(&m);
    assert_int_equal(reply_iter_init(&iter, &reply), 0);
    assert_int_equal(reply_next(&iter, &record), 0);
    begin(&m, 2, 0, 0, 0);
    PUT(&m, "\1a\0\0\1\0\1\1a\0\0\1\0\1");
    reply = view(&m);
    assert_int_equal(reply_iter_init(&iter, &reply), ERR_TRUNC);
    assert_int_equal(reply_next(&iter, &record), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_needs_12_octets),
        cmocka_unit_test(each_header_bit_has_its_field),
        cmocka_unit_test(the_question_must_be_ours_to_the_octet),
        cmocka_unit_test(the_question_in_other_letter_case_is_told),
        cmocka_unit_test(a_bare_header_is_told),
        cmocka_unit_test(names_are_read_in_place),
        cmocka_unit_test(pointers_lead_back_and_the_end_is_where_the_name_began),
        cmocka_unit_test(pointers_that_could_loop_are_refused),
        cmocka_unit_test(other_label_types_are_refused),
        cmocka_unit_test(names_that_the_message_cuts_short_are_refused),
        cmocka_unit_test(a_name_has_at_most_255_octets),
        cmocka_unit_test(chains_of_bare_pointers_end),
        cmocka_unit_test(records_come_in_order_with_their_section),
        cmocka_unit_test(opt_keeps_the_bits_of_its_ttl),
        cmocka_unit_test(a_message_cut_anywhere_ends_with_an_error),
        cmocka_unit_test(at_most_one_question_is_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
