// SPDX-License-Identifier: BSD-2-Clause
/* verdict/classify.c: what one reply says about one question. */
#include "tests/unit/verdict/classified.h"

#define FLAG_AA 0x0400
#define FLAG_TC 0x0200

static void rcodes_without_records(void **unused)
{
    (void)unused;
    static const enum answer_kind kinds[RCODE_COUNT] = {
        [0] = ANSWER_NODATA,   [1] = ANSWER_FORMERR,  [2] = ANSWER_SERVFAIL, [3] = ANSWER_NXDOMAIN,
        [4] = ANSWER_NOTIMP,   [5] = ANSWER_REFUSED,  [6] = ANSWER_STRANGE,  [7] = ANSWER_STRANGE,
        [8] = ANSWER_STRANGE,  [9] = ANSWER_STRANGE,  [10] = ANSWER_STRANGE, [11] = ANSWER_STRANGE,
        [12] = ANSWER_STRANGE, [13] = ANSWER_STRANGE, [14] = ANSWER_STRANGE, [15] = ANSWER_STRANGE};
    for (unsigned rcode = 0; rcode < RCODE_COUNT; rcode++) {
        message_begin(&m, "www.example.test", TYPE_A, rcode);
        assert_none(kinds[rcode]);
        assert_int_equal(classified().rcode, rcode);
    }
}

static void error_rcodes_use_no_records(void **unused)
{
    (void)unused;
    message_begin(&m, "www.example.test", TYPE_A, RCODE_SERVFAIL);
    message_put_a(&m, "www.example.test", 1);
    assert_none(ANSWER_SERVFAIL);
}

static void a_header_alone_is_its_rcode(void **unused)
{
    (void)unused;
    message_begin(&m, "www.example.test", TYPE_A, RCODE_REFUSED);
    m.data[5] = 0; /* no question */
    m.w.len = DNS_HEADER_LEN;
    assert_none(ANSWER_REFUSED);
}

static void truncation_comes_before_everything(void **unused)
{
    (void)unused;
    for (unsigned rcode = 0; rcode < RCODE_COUNT; rcode++) {
        message_begin(&m, "www.example.test", TYPE_A, rcode);
        message_put_a(&m, "www.example.test", 1);
        message_set_flags(&m, FLAG_TC);
        m.w.len -= 3; /* and damaged, which nobody looks at */
        assert_none(ANSWER_TRUNCATED);
    }
}

static void data_of_the_type_asked(void **unused)
{
    (void)unused;
    message_begin(&m, "www.example.test", TYPE_A, RCODE_NOERROR);
    message_put_a(&m, "WWW.example.TEST", 1);
    message_put_a(&m, "www.example.test", 2);
    struct answer a = classified();
    assert_int_equal(a.kind, ANSWER_DATA);
    assert_true(a.has_type);
    assert_false(a.is_dangling);
    assert_int_equal(a.record_count, 2);
    assert_int_equal(m.data[a.records[1].rdata_offset + 3], 2);
}

static void records_of_other_owners_types_and_classes_are_left_alone(void **unused)
{
    (void)unused;
    message_begin(&m, "www.example.test", TYPE_A, RCODE_NOERROR);
    message_put_a(&m, "ww.example.test", 1);
    message_put_a(&m, "example.test", 2);
    message_put_a(&m, "a.www.example.test", 3);
    message_put(&m, IN_ANSWER, "www.example.test", TYPE_AAAA, CLASS_IN, (uint8_t[16]){0}, 16);
    message_put(&m, IN_ANSWER, "www.example.test", TYPE_A, 3, "\1\2\3\4", 4);
    message_put_name(&m, IN_ANSWER, "other.example.test", TYPE_CNAME, "www.example.test");
    assert_none(ANSWER_NODATA);
    m.data[3] |= RCODE_NXDOMAIN;
    assert_none(ANSWER_NXDOMAIN);
}

static void answers_in_other_sections_do_not_count(void **unused)
{
    (void)unused;
    message_begin(&m, "www.example.test", TYPE_A, RCODE_NOERROR);
    message_put(&m, IN_AUTHORITY, "www.example.test", TYPE_A, CLASS_IN, "\1\2\3\4", 4);
    message_put(&m, IN_ADDITIONAL, "www.example.test", TYPE_A, CLASS_IN, "\1\2\3\4", 4);
    assert_none(ANSWER_NODATA);
}

static void only_sixty_four_records_are_kept(void **unused)
{
    (void)unused;
    for (unsigned count = CLASSIFY_RECORDS_MAX - 1; count <= CLASSIFY_RECORDS_MAX + 1; count++) {
        message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
        for (unsigned i = 0; i < count; i++)
            message_put_a(&m, "a.test", i);
        struct answer a = classified();
        assert_int_equal(a.kind, ANSWER_DATA);
        assert_int_equal(a.record_count,
                         count < CLASSIFY_RECORDS_MAX ? count : CLASSIFY_RECORDS_MAX);
    }
}

static void equal_records_are_kept_once(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_a(&m, "a.test", 1);
    message_put_a(&m, "a.test", 2);
    message_put_a(&m, "a.test", 1);
    assert_int_equal(classified().record_count, 2);
}

static void records_behind_the_first_256_are_not_used(void **unused)
{
    (void)unused;
    for (unsigned before = 255; before <= 257; before++) {
        message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
        for (unsigned i = 0; i < before; i++)
            message_put_a(&m, "b.test", i);
        message_put_a(&m, "a.test", 1);
        assert_int_equal(classified().kind, before < 256 ? ANSWER_DATA : ANSWER_NODATA);
    }
}

static void damage_anywhere_in_the_answer_section_is_seen(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_a(&m, "a.test", 1);
    message_put_a(&m, "a.test", 2);
    size_t whole = m.w.len, question_end = DNS_HEADER_LEN + m.question.len;
    assert_int_equal(classified().kind, ANSWER_DATA);
    for (m.w.len = question_end; m.w.len < whole; m.w.len++)
        assert_none(ANSWER_DAMAGED);
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    for (unsigned i = 0; i < 300; i++)
        message_put_a(&m, "a.test", i); /* the 300th is beyond the table */
    m.w.len--;
    assert_none(ANSWER_DAMAGED);
}

static void a_count_above_the_records_is_damage(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NXDOMAIN);
    message_count(&m, IN_ANSWER);
    assert_none(ANSWER_DAMAGED);
}

static void a_cname_whose_target_does_not_fill_its_data_is_damage(void **unused)
{
    (void)unused;
    static const struct {
        const char *rdata;
        size_t len;
    } cases[] = {{"", 0}, {"\1b", 2}, {"\1b\0x", 4}, {"\1b\300\377", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
        message_put(&m, IN_ANSWER, "a.test", TYPE_CNAME, CLASS_IN, cases[i].rdata, cases[i].len);
        assert_none(ANSWER_DAMAGED);
    }
}

static void damage_behind_an_empty_answer_section_is_not_looked_at(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NXDOMAIN);
    message_put_soa(&m, "test");
    m.w.len -= 5;
    assert_none(ANSWER_NXDOMAIN);
}

static void a_referral_says_nothing_about_the_name(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_AUTHORITY, ".", TYPE_NS, "a.root-servers.test");
    message_put_name(&m, IN_AUTHORITY, ".", TYPE_NS, "b.root-servers.test");
    assert_none(ANSWER_STRANGE);
    message_set_flags(&m, FLAG_AA);
    assert_none(ANSWER_NODATA);
}

/* An OPT record as a server sends it, with the rcode's upper bits. */
static void put_opt(unsigned upper)
{
    message_put(&m, IN_ADDITIONAL, ".", TYPE_OPT, 1232, "", 0);
    uint8_t *ttl = m.data + m.w.len - 6;
    memcpy(ttl, (uint8_t[]){(uint8_t)upper, 0, 0x80, 0}, 4); /* DO */
}

static void upper_rcode_bits_are_not_no_data(void **unused)
{
    (void)unused;
    static const enum answer_kind kinds[] = {ANSWER_NODATA, ANSWER_FORMERR, ANSWER_STRANGE};
    for (unsigned upper = 0; upper < 3; upper++) {
        message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
        put_opt(upper);
        assert_none(kinds[upper]);
        message_set_flags(&m, FLAG_AA);
        assert_none(kinds[upper]);
        message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
        message_put_soa(&m, "test");
        put_opt(upper);
        assert_none(kinds[upper]);
    }
}

static void nodata_with_a_soa_is_no_referral_in_either_order(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_soa(&m, "test");
    message_put_name(&m, IN_AUTHORITY, "test", TYPE_NS, "ns.test");
    assert_none(ANSWER_NODATA);
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_AUTHORITY, "test", TYPE_NS, "ns.test");
    message_put_soa(&m, "test");
    assert_none(ANSWER_NODATA);
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ADDITIONAL, "test", TYPE_NS, "ns.test");
    assert_none(ANSWER_NODATA);
}

static void a_damaged_authority_section_of_a_nodata_reply_is_damage(void **unused)
{
    (void)unused;
    message_begin(&m, "a.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_AUTHORITY, "test", TYPE_NS, "ns.test");
    m.w.len--;
    assert_none(ANSWER_DAMAGED);
    m.w.len++;
    message_put_name(&m, IN_ADDITIONAL, "ns.test", TYPE_TXT, "ns.test");
    message_put_name(&m, IN_ADDITIONAL, "ns.test", TYPE_TXT, "ns.test");
    m.w.len--; /* the first of another section ends the reading */
    assert_none(ANSWER_STRANGE);
}

static void addresses_of_a_dns64_are_left_out(void **unused)
{
    (void)unused;
    static const uint8_t own[16] = {0x20, 0x01, 0x0d, 0xb8};
    static const uint8_t made[16] = {0x00, 0x64, 0xff, 0x9b, [12] = 192, 0, 2, 1};
    static const uint8_t near[16] = {0x00, 0x64, 0xff, 0x9b, [11] = 1, 192, 0, 2, 1};
    static const struct {
        const uint8_t *data[2];
        bool has_chain;
        enum answer_kind kind;
        unsigned count;
        bool has_type;
    } cases[] = {
        {{own}, false, ANSWER_DATA, 1, true},     {{near}, false, ANSWER_DATA, 1, true},
        {{made}, false, ANSWER_NODATA, 0, false}, {{made, own}, false, ANSWER_DATA, 1, true},
        {{made}, true, ANSWER_DATA, 1, false},    {{own, made}, true, ANSWER_DATA, 2, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *owner = cases[i].has_chain ? "b.test" : "a.test";
        message_begin(&m, "a.test", TYPE_AAAA, RCODE_NOERROR);
        if (cases[i].has_chain)
            message_put_name(&m, IN_ANSWER, "a.test", TYPE_CNAME, owner);
        for (unsigned j = 0; j < 2 && cases[i].data[j]; j++)
            message_put(&m, IN_ANSWER, owner, TYPE_AAAA, CLASS_IN, cases[i].data[j], 16);
        struct answer a = classified();
        struct reply reply = message_view(&m);
        classify_drop_translated(&reply, &a);
        assert_int_equal(a.kind, cases[i].kind);
        assert_int_equal(a.record_count, cases[i].count);
        assert_int_equal(a.has_type, cases[i].has_type);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rcodes_without_records),
        cmocka_unit_test(error_rcodes_use_no_records),
        cmocka_unit_test(a_header_alone_is_its_rcode),
        cmocka_unit_test(truncation_comes_before_everything),
        cmocka_unit_test(data_of_the_type_asked),
        cmocka_unit_test(records_of_other_owners_types_and_classes_are_left_alone),
        cmocka_unit_test(answers_in_other_sections_do_not_count),
        cmocka_unit_test(only_sixty_four_records_are_kept),
        cmocka_unit_test(equal_records_are_kept_once),
        cmocka_unit_test(records_behind_the_first_256_are_not_used),
        cmocka_unit_test(damage_anywhere_in_the_answer_section_is_seen),
        cmocka_unit_test(a_count_above_the_records_is_damage),
        cmocka_unit_test(a_cname_whose_target_does_not_fill_its_data_is_damage),
        cmocka_unit_test(damage_behind_an_empty_answer_section_is_not_looked_at),
        cmocka_unit_test(a_referral_says_nothing_about_the_name),
        cmocka_unit_test(upper_rcode_bits_are_not_no_data),
        cmocka_unit_test(nodata_with_a_soa_is_no_referral_in_either_order),
        cmocka_unit_test(a_damaged_authority_section_of_a_nodata_reply_is_damage),
        cmocka_unit_test(addresses_of_a_dns64_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
