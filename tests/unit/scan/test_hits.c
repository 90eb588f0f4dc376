// SPDX-License-Identifier: BSD-2-Clause
/* scan/hits.c: what is kept of replies, and parts made one hit. */
#include "tests/unit/scan/help.h"

#include "scan/hits.h"

/* A reply under construction: to www.example.com, names written out. */
static struct {
    uint8_t data[16384];
    size_t len;
    struct question question;
} m;

static void put(const void *data, size_t len)
{
    memcpy(m.data + m.len, data, len);
    m.len += len;
}

static void begin(uint16_t type, uint8_t rcode)
{
    struct name name = name_of("www.example.com");
    const uint8_t header[12] = {0, 1, 0x80, (uint8_t)(0x80 | rcode), 0, 1};
    m.len = 0;
    question_init(&m.question, name.wire, name.len, type);
    put(header, sizeof header);
    put(m.question.wire, m.question.len);
}

static void add(const char *owner, uint16_t type, const void *rdata, size_t len)
{
    struct name name = name_of(owner);
    const uint8_t fixed[] = {(uint8_t)(type >> 8), (uint8_t)type, 0, CLASS_IN, 0, 0, 1, 44,
                             (uint8_t)(len >> 8),  (uint8_t)len};
    put(name.wire, name.len);
    put(fixed, sizeof fixed);
    put(rdata, len);
    m.data[7]++;
}

static void add_cname(const char *owner, const char *target)
{
    struct name name = name_of(target);
    add(owner, TYPE_CNAME, name.wire, name.len);
}

static struct part *finish(bool *is_damaged)
{
    struct reply reply;
    struct answer answer;
    assert_true(reply_init(&reply, m.data, m.len));
    classify(&reply, &m.question, &answer);
    assert_int_equal(answer.kind, ANSWER_DATA);
    return part_create(&reply, &answer, question_type(&m.question), is_damaged);
}

static struct part *finish_well(void)
{
    bool is_damaged = true;
    struct part *part = finish(&is_damaged);
    assert_false(is_damaged);
    assert_non_null(part);
    return part;
}

static void a_part_is_a_copy_of_what_was_used(void **state)
{
    (void)state;
    begin(TYPE_A, 0);
    add("www.example.com", TYPE_A, "\xc6\x33\x64\1", 4);
    memcpy(m.data + (size_t)DNS_HEADER_LEN + m.question.len + 1, "WWW",
           3); /* as some servers answer */
    add("other.example.com", TYPE_A, "\xc6\x33\x64\2", 4);
    struct part *part = finish_well();
    memset(m.data, 0xee, sizeof m.data); /* the receive buffer is used again */
    struct name owner = name_of("www.example.com");
    assert_int_equal(part->record_count, 1);
    assert_int_equal(part->type, TYPE_A);
    assert_int_equal(part->records[0].type, TYPE_A);
    assert_int_equal(part->records[0].ttl, 300);
    assert_int_equal(part->records[0].rdata_len, 4);
    assert_memory_equal(part->records[0].rdata, "\xc6\x33\x64\1", 4);
    assert_memory_equal(part->records[0].owner, owner.wire, owner.len); /* lower case */
    assert_int_equal(part->data.count, 1);
    parts_destroy(part);
    parts_destroy(NULL);
}

static void data_that_do_not_fit_their_type_are_damage(void **state)
{
    static const size_t lens[] = {0, 3, 5, 16};
    (void)state;
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        bool is_damaged = false;
        begin(TYPE_A, 0);
        add("www.example.com", TYPE_A, "0123456789abcdef", lens[i]);
        assert_null(finish(&is_damaged));
        assert_true(is_damaged);
    }
}

static struct hit_node *hit_of(struct part *parts)
{
    const struct hit template = {.verdict = VERDICT_FOUND, .tries = 3, .zone = "example.com"};
    struct name name = name_of("www.example.com");
    struct hit_node *node = hit_create(&template, name.wire, parts);
    assert_non_null(node);
    assert_memory_equal(node->hit.host, name.wire, name.len);
    assert_int_equal(node->hit.tries, 3);
    return node;
}

static void equal_records_of_two_types_replies_are_told_once(void **state)
{
    (void)state;
    begin(TYPE_A, 0);
    add_cname("www.example.com", "edge.example.net");
    add("edge.example.net", TYPE_A, "\xc6\x33\x64\1", 4);
    struct part *first = finish_well();
    begin(TYPE_AAAA, 0);
    add_cname("www.example.com", "edge.example.net");
    add("edge.example.net", TYPE_AAAA, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    first->next = finish_well();
    struct hit_node *node = hit_of(first);
    parts_destroy(first); /* the hit stands by itself */
    assert_int_equal(node->hit.record_count, 3);
    assert_int_equal(node->hit.records[0].type, TYPE_CNAME);
    assert_int_equal(node->hit.records[1].type, TYPE_A);
    assert_int_equal(node->hit.records[2].type, TYPE_AAAA);
    assert_int_equal(node->hit.type_count, 3);
    assert_int_equal(node->hit.flags, 0);
    hit_destroy(node);
}

static void equal_data_of_other_owners_are_not_the_same(void **state)
{
    (void)state;
    begin(TYPE_A, 0);
    add("www.example.com", TYPE_A, "\xc6\x33\x64\1", 4);
    struct part *first = finish_well();
    begin(TYPE_A, 0);
    add_cname("www.example.com", "b.example.com");
    add("b.example.com", TYPE_A, "\xc6\x33\x64\1", 4);
    first->next = finish_well();
    struct hit_node *node = hit_of(first);
    assert_int_equal(node->hit.record_count, 3);
    hit_destroy(node);
    parts_destroy(first);
}

static void flags_come_from_the_data(void **state)
{
    (void)state;
    begin(TYPE_A, 0);
    add("www.example.com", TYPE_A, "\x0a\0\0\1", 4);
    struct part *part = finish_well();
    struct hit_node *node = hit_of(part);
    assert_int_equal(node->hit.flags, HIT_PRIVATE);
    hit_destroy(node);
    parts_destroy(part);

    begin(TYPE_A, RCODE_NXDOMAIN);
    add_cname("www.example.com", "gone.example.net");
    part = finish_well();
    assert_true(part->is_dangling);
    node = hit_of(part);
    assert_int_equal(node->hit.flags, HIT_DANGLING);
    assert_int_equal(node->hit.type_count, 1); /* CNAME, by which it exists */
    hit_destroy(node);
    parts_destroy(part);
}

static void a_name_without_data_is_a_hit_too(void **state)
{
    (void)state;
    struct hit_node *node = hit_of(NULL);
    assert_int_equal(node->hit.record_count, 0);
    assert_int_equal(node->hit.type_count, 0);
    hit_destroy(node);
}

/* As many records as are kept, and more. */
static void the_number_of_records_is_bounded(void **state)
{
    (void)state;
    begin(TYPE_A, 0);
    for (uint8_t i = 0; i < CLASSIFY_RECORDS_MAX + 10; i++)
        add("www.example.com", TYPE_A, (const uint8_t[]){198, 51, 100, i}, 4);
    struct part *part = finish_well();
    assert_int_equal(part->record_count, CLASSIFY_RECORDS_MAX);
    struct hit_node *node = hit_of(part);
    assert_int_equal(node->hit.record_count, CLASSIFY_RECORDS_MAX);
    hit_destroy(node);
    parts_destroy(part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_a_copy_of_what_was_used),
        cmocka_unit_test(data_that_do_not_fit_their_type_are_damage),
        cmocka_unit_test(equal_records_of_two_types_replies_are_told_once),
        cmocka_unit_test(equal_data_of_other_owners_are_not_the_same),
        cmocka_unit_test(flags_come_from_the_data),
        cmocka_unit_test(a_name_without_data_is_a_hit_too),
        cmocka_unit_test(the_number_of_records_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
