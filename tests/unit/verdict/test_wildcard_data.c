// SPDX-License-Identifier: BSD-2-Clause
/* verdict/wildcard_data.c: what of a reply is compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/message.h"
#include "verdict/wildcard.h"

static struct message m;

static struct wildcard_data taken(void)
{
    struct answer answer;
    struct wildcard_data data;
    memset(&data, 0xaa, sizeof data);
    struct reply reply = message_view(&m);
    classify(&reply, &m.question, &answer);
    wildcard_data_from(&data, question_type(&m.question), &reply, &answer);
    assert_int_equal(data.type, question_type(&m.question));
    return data;
}

/* The likeliest datum of a reply for QNAME that is a record of OWNER, TYPE and TARGET. */
static uint64_t hash_of(const char *qname, const char *owner, uint16_t type, const char *target)
{
    message_begin(&m, qname, TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, owner, type, target);
    struct wildcard_data data = taken();
    assert_in_range(data.count, 1, 3);
    assert_true(data.by_cname);
    return data.hashes[0];
}

static void replies_without_data_give_none(void **unused)
{
    (void)unused;
    for (unsigned rcode = 0; rcode <= 5; rcode++) {
        message_begin(&m, "a.zone.test", TYPE_A, rcode);
        struct wildcard_data data = taken();
        assert_int_equal(data.count, 0);
        assert_false(data.by_cname);
    }
}

static void records_of_an_answer_without_data_are_not_read(void **unused)
{
    (void)unused;
    struct answer answer = {.kind = ANSWER_NXDOMAIN, .record_count = 1};
    struct wildcard_data data = {.count = 9, .by_cname = true};
    answer.records[0].type = TYPE_A;
    message_begin(&m, "a.zone.test", TYPE_A, RCODE_NXDOMAIN);
    struct reply reply = message_view(&m);
    wildcard_data_from(&data, TYPE_A, &reply, &answer);
    assert_int_equal(data.count, 0);
    assert_false(data.by_cname);
}

static void addresses_are_hashed_one_by_one(void **unused)
{
    (void)unused;
    message_begin(&m, "a.zone.test", TYPE_A, RCODE_NOERROR);
    message_put_a(&m, "a.zone.test", 7);
    message_put_a(&m, "a.zone.test", 8);
    struct wildcard_data data = taken();
    assert_int_equal(data.count, 2);
    assert_false(data.by_cname);
    assert_int_equal(data.hashes[0], wildcard_hash(TYPE_A, (uint8_t[]){192, 0, 2, 7}, 4));
    assert_int_equal(data.hashes[1], wildcard_hash(TYPE_A, (uint8_t[]){192, 0, 2, 8}, 4));
    assert_int_not_equal(data.hashes[0], wildcard_hash(TYPE_TXT, (uint8_t[]){192, 0, 2, 7}, 4));
}

static void at_most_32_data_are_looked_at(void **unused)
{
    (void)unused;
    for (unsigned count = WILDCARD_DATA_MAX - 1; count <= WILDCARD_DATA_MAX + 1; count++) {
        message_begin(&m, "a.zone.test", TYPE_A, RCODE_NOERROR);
        for (unsigned i = 0; i < count; i++)
            message_put_a(&m, "a.zone.test", i);
        assert_int_equal(taken().count, count < WILDCARD_DATA_MAX ? count : WILDCARD_DATA_MAX);
    }
}

static void behind_a_cname_only_its_target_counts(void **unused)
{
    (void)unused;
    uint64_t alone = hash_of("a.zone.test", "a.zone.test", TYPE_CNAME, "cdn.test");
    message_begin(&m, "a.zone.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "a.zone.test", TYPE_CNAME, "CDN.test");
    message_put_name(&m, IN_ANSWER, "cdn.test", TYPE_CNAME, "edge.cdn.test");
    message_put_a(&m, "edge.cdn.test", 1);
    struct wildcard_data data = taken();
    assert_int_equal(data.count, 1);
    assert_true(data.by_cname);
    assert_int_equal(data.hashes[0], alone);
    struct name target = name_of("cdn.test");
    assert_int_equal(alone, wildcard_hash(TYPE_CNAME, target.wire, target.len));
}

static void a_cname_gives_the_same_for_every_type_asked(void **unused)
{
    (void)unused;
    static const uint16_t types[] = {TYPE_A, TYPE_AAAA, TYPE_CNAME, TYPE_TXT};
    uint64_t first = hash_of("a.zone.test", "a.zone.test", TYPE_CNAME, "cdn.test");
    for (size_t i = 0; i < 4; i++) {
        message_begin(&m, "b.zone.test", types[i], RCODE_NOERROR);
        message_put_name(&m, IN_ANSWER, "b.zone.test", TYPE_CNAME, "cdn.test");
        struct wildcard_data data = taken();
        assert_true(data.by_cname);
        assert_int_equal(data.count, 1);
        assert_int_equal(data.hashes[0], first);
    }
}

static void a_target_that_embeds_the_query_is_compared_without_it(void **unused)
{
    (void)unused;
    uint64_t a = hash_of("a.zone.test", "a.zone.test", TYPE_CNAME, "a.cdn.test");
    assert_int_equal(a, hash_of("b.zone.test", "b.zone.test", TYPE_CNAME, "B.cdn.test"));
    assert_int_equal(a, hash_of("c.d.zone.test", "c.d.zone.test", TYPE_CNAME, "c.d.cdn.test"));
    assert_int_equal(a, hash_of("e.zone.test", "e.zone.test", TYPE_CNAME, "e.zone.test.cdn.test"));
    assert_int_not_equal(a, hash_of("a.zone.test", "a.zone.test", TYPE_CNAME, "b.cdn.test"));
    assert_int_not_equal(a, hash_of("a.zone.test", "a.zone.test", TYPE_CNAME, "cdn.test"));
    assert_int_not_equal(a, hash_of("a.zone.test", "a.zone.test", TYPE_CNAME, "a.other.test"));
}

static uint64_t alias_of(const char *qname, const char *target)
{
    return hash_of(qname, qname, TYPE_CNAME, target);
}

static void a_label_in_the_midst_of_the_target_is_compared_as_a_mark(void **unused)
{
    (void)unused;
    uint64_t hash = alias_of("kq3z9w.zone.test", "pre-kq3z9w-zone.cdn.test");
    assert_int_equal(hash, alias_of("other.zone.test", "pre-other-zone.cdn.test"));
    assert_int_not_equal(hash, alias_of("other.zone.test", "pre-other-zone.net.test"));
    assert_int_not_equal(hash, alias_of("other.zone.test", "post-other-zone.cdn.test"));
    assert_int_equal(alias_of("x7.zone.test", "cdn.x7.test"),
                     alias_of("y.zone.test", "cdn.y.test"));
    assert_int_not_equal(alias_of("x7.zone.test", "cdn.x7.test"),
                         alias_of("y.zone.test", "cdn-y.test"));
}

static bool has(const struct wildcard_data *data, uint64_t hash)
{
    for (unsigned i = 0; i < data->count; i++)
        if (data->hashes[i] == hash)
            return true;
    return false;
}

/* A short word stands in many a target by chance. */
static void every_place_of_the_label_and_the_target_itself_count(void **unused)
{
    (void)unused;
    uint64_t first = alias_of("kq3z9w.zone.test", "kq3z9w-pages.cdn.test");
    uint64_t second = alias_of("kq3z9w.zone.test", "app-pkq3z9wges.cdn.test");
    uint64_t whole = alias_of("kq3z9w.zone.test", "app-pages.cdn.test");
    assert_int_not_equal(alias_of("a.zone.test", "a-pages.cdn.test"), 0);
    message_begin(&m, "a.zone.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "a.zone.test", TYPE_CNAME, "app-pages.cdn.test");
    struct wildcard_data data = taken();
    assert_true(has(&data, second) && has(&data, whole) && !has(&data, first));
    assert_in_range(data.count, 3, 5);
}

static void a_target_full_of_the_label_costs_little(void **unused)
{
    (void)unused;
    message_begin(&m, "a.zone.test", TYPE_A, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "a.zone.test", TYPE_CNAME,
                     "xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaa.test");
    struct wildcard_data data = taken();
    assert_in_range(data.count, 2, 5);
}

static void letter_case_of_the_question_is_no_part_of_it(void **unused)
{
    (void)unused;
    uint64_t hash = alias_of("kq3z9w.zone.test", "kq3z9w.cdn.test");
    assert_int_equal(hash, alias_of("oThEr.zone.test", "other.cdn.test"));
}

static void the_ttl_is_that_of_what_is_compared(void **unused)
{
    (void)unused;
    message_begin(&m, "a.zone.test", TYPE_A, RCODE_NOERROR);
    message_put_a(&m, "a.zone.test", 1);
    assert_int_equal(taken().ttl, 300);
    assert_int_equal(taken().op, WILDCARD_OP_UNKNOWN);
    message_begin(&m, "a.zone.test", TYPE_A, RCODE_NXDOMAIN);
    assert_int_equal(taken().ttl, 0);
}

/* An RRSIG over TYPE that counts LABELS. */
static void put_rrsig(const char *owner, uint16_t type, uint8_t labels, size_t len)
{
    uint8_t rdata[64] = {(uint8_t)(type >> 8), (uint8_t)type, 8, labels};
    message_put(&m, IN_ANSWER, owner, TYPE_RRSIG, CLASS_IN, rdata, len);
}

static void labels_of_the_signature_over_the_data_are_told(void **unused)
{
    (void)unused;
    static const struct {
        const char *owner;
        uint16_t type;
        size_t len;
        uint8_t told;
    } cases[] = {
        {"a.zone.test", TYPE_A, 40, 2},
        {"a.zone.test", TYPE_A, 19, 2},
        {"a.zone.test", TYPE_A, 18, WILDCARD_NO_RRSIG},    /* cut */
        {"a.zone.test", TYPE_AAAA, 40, WILDCARD_NO_RRSIG}, /* of other data */
        {"b.zone.test", TYPE_A, 40, WILDCARD_NO_RRSIG},    /* of another name */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        message_begin(&m, "a.zone.test", TYPE_A, RCODE_NOERROR);
        message_put_a(&m, "a.zone.test", 1);
        put_rrsig(cases[i].owner, cases[i].type, 2, cases[i].len);
        assert_int_equal(taken().rrsig_labels, cases[i].told);
    }
}

static void an_nsec_record_counts_by_its_owner(void **unused)
{
    (void)unused;
    for (unsigned own = 0; own < 2; own++) {
        message_begin(&m, "a.zone.test", TYPE_A, RCODE_NOERROR);
        message_put_a(&m, "a.zone.test", 1);
        message_put_name(&m, IN_AUTHORITY, own ? "a.zone.test" : "zone.test", TYPE_NSEC,
                         "b.zone.test");
        assert_int_equal(taken().has_own_nsec, own);
    }
}

static void a_dname_is_compared_by_its_own_target(void **unused)
{
    (void)unused;
    uint64_t alone = hash_of("a.zone.test", "zone.test", TYPE_DNAME, "new.test");
    message_begin(&m, "b.zone.test", TYPE_AAAA, RCODE_NXDOMAIN);
    message_put_name(&m, IN_ANSWER, "zone.test", TYPE_DNAME, "new.test");
    message_put_name(&m, IN_ANSWER, "b.zone.test", TYPE_CNAME, "b.new.test");
    struct wildcard_data data = taken();
    assert_int_equal(data.count, 1);
    assert_int_equal(data.hashes[0], alone);
}

static void data_that_do_not_fit_their_type_are_hashed_as_they_came(void **unused)
{
    (void)unused;
    message_begin(&m, "a.zone.test", TYPE_A, RCODE_NOERROR);
    message_put(&m, IN_ANSWER, "a.zone.test", TYPE_A, CLASS_IN, "\1\2\3", 3);
    message_put(&m, IN_ANSWER, "a.zone.test", TYPE_A, CLASS_IN, "", 0);
    struct wildcard_data data = taken();
    assert_int_equal(data.count, 2);
    assert_int_equal(data.hashes[0], wildcard_hash(TYPE_A, (const uint8_t *)"\1\2\3", 3));
}

static void long_data_are_hashed_whole(void **unused)
{
    (void)unused;
    static uint8_t rdata[5000];
    uint64_t hashes[2];
    for (unsigned i = 0; i < 2; i++) {
        rdata[4999] = (uint8_t)i;
        message_begin(&m, "a.zone.test", TYPE_TXT, RCODE_NOERROR);
        message_put(&m, IN_ANSWER, "a.zone.test", TYPE_TXT, CLASS_IN, rdata, sizeof rdata);
        struct wildcard_data data = taken();
        assert_int_equal(data.count, 1);
        hashes[i] = data.hashes[0];
    }
    assert_int_not_equal(hashes[0], hashes[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_without_data_give_none),
        cmocka_unit_test(records_of_an_answer_without_data_are_not_read),
        cmocka_unit_test(addresses_are_hashed_one_by_one),
        cmocka_unit_test(at_most_32_data_are_looked_at),
        cmocka_unit_test(behind_a_cname_only_its_target_counts),
        cmocka_unit_test(a_cname_gives_the_same_for_every_type_asked),
        cmocka_unit_test(a_target_that_embeds_the_query_is_compared_without_it),
        cmocka_unit_test(a_label_in_the_midst_of_the_target_is_compared_as_a_mark),
        cmocka_unit_test(every_place_of_the_label_and_the_target_itself_count),
        cmocka_unit_test(a_target_full_of_the_label_costs_little),
        cmocka_unit_test(letter_case_of_the_question_is_no_part_of_it),
        cmocka_unit_test(the_ttl_is_that_of_what_is_compared),
        cmocka_unit_test(labels_of_the_signature_over_the_data_are_told),
        cmocka_unit_test(an_nsec_record_counts_by_its_owner),
        cmocka_unit_test(a_dname_is_compared_by_its_own_target),
        cmocka_unit_test(data_that_do_not_fit_their_type_are_hashed_as_they_came),
        cmocka_unit_test(long_data_are_hashed_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
