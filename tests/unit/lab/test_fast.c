// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/fast.c, fastzone.c, labels.c: the plain responder and its computed list. */
#include "tests/unit/lab/help.h"

#include <ctype.h>

#include "base/bytes.h"
#include "base/rng.h"
#include "bench/lab/answer.h"
#include "bench/lab/fast.h"
#include "dns/code.h"

#define LIST_COUNT 20000

struct fixture {
    struct lab_options options;
    struct lab lab;
    struct fastzone zone;
    struct fast *fast;
};

static void fixture_init(struct fixture *f, bool has_soa)
{
    struct name apex = name_of("lab.example");
    struct zone_node *node;
    *f = (struct fixture){.options.fast_soa = has_soa};
    f->lab.options = &f->options;
    assert_int_equal(zones_create(&f->lab.zones), 0);
    assert_int_equal(zones_add_apex(f->lab.zones, &apex, &node), 0);
    fastzone_init(&f->zone, &apex, 5, LIST_COUNT, 0.01);
    assert_int_equal(fast_create(&f->fast, &f->lab, &f->zone), 0);
}

static void fixture_deinit(struct fixture *f)
{
    fast_destroy(f->fast);
    zones_destroy(f->lab.zones);
}

static size_t make_query(uint8_t *out, const char *name, uint16_t type, bool has_opt)
{
    return query_build(out, name, type, has_opt ? 1232 : 0);
}

struct seen {
    unsigned rcode, answers, authorities, additional;
    size_t len;
};

static struct seen ask(struct fixture *f, const char *name, uint16_t type, bool has_opt)
{
    uint8_t data[512 + FAST_ROOM], question[512];
    size_t len = make_query(data, name, type, has_opt);
    memcpy(question, data, len);
    size_t question_len = len - (has_opt ? 11 : 0) - 12;
    struct seen seen = {.len = fast_answer(f->fast, data, len)};
    assert_true(seen.len >= len || seen.len == 12);
    assert_memory_equal(data + 12, question + 12, question_len);
    assert_int_equal(data[2], 0x81);
    assert_int_equal(data[3] & 0xf0, 0x90); /* RA, and CD as asked */
    seen.rcode = data[3] & 15;
    seen.answers = data[7];
    seen.authorities = data[9];
    seen.additional = data[11];
    if (has_opt) /* OPT is the last record */
        assert_memory_equal(data + seen.len - 11, "\0\0\51\4\320\0\0\200\0\0\0", 11);
    return seen;
}

static void labels_and_numbers_are_one_to_one(void **state)
{
    struct labels labels;
    (void)state;
    labels_init(&labels, 77);
    for (uint64_t i = 0; i < 100000; i++) {
        char text[LABELS_TEXT_MAX];
        uint64_t index = i < 50000 ? i : LABELS_COUNT_MAX - 1 - i;
        size_t len = labels_text(&labels, index, text);
        assert_in_range(len, 8, LABELS_TEXT_MAX - 1);
        assert_true(labels_index(&labels, (uint8_t *)text, len) == index);
        assert_true(labels_match(&labels, index, (uint8_t *)text, len));
        text[0] = (char)toupper((unsigned char)text[0]);
        assert_true(labels_index(&labels, (uint8_t *)text, len) == index);
        assert_true(labels_match(&labels, index, (uint8_t *)text, len));
    }
    assert_true(labels_index(&labels, (const uint8_t *)"1234567", 7) == LABELS_COUNT_MAX);
    assert_true(labels_index(&labels, (const uint8_t *)"1234567i", 8) == LABELS_COUNT_MAX);
}

static void a_prefix_that_is_not_the_labels_own_does_not_match(void **state)
{
    struct labels labels;
    char text[LABELS_TEXT_MAX], longer[LABELS_TEXT_MAX + 1];
    (void)state;
    labels_init(&labels, 77);
    size_t len = labels_text(&labels, 5, text);
    snprintf(longer, sizeof longer, "q%s", text);
    assert_true(labels_index(&labels, (uint8_t *)longer, len + 1) == 5);
    assert_false(labels_match(&labels, 5, (uint8_t *)longer, len + 1));
    assert_false(labels_match(&labels, 6, (uint8_t *)text, len));
}

static void the_share_given_exists_and_answers(void **state)
{
    struct fixture f;
    unsigned exists = 0, dual = 0;
    (void)state;
    fixture_init(&f, false);
    for (uint64_t i = 0; i < LIST_COUNT; i++) {
        char name[64];
        size_t len = labels_text(&f.zone.labels, i, name);
        snprintf(name + len, sizeof name - len, ".lab.example");
        struct seen a = ask(&f, name, TYPE_A, i % 2), aaaa = ask(&f, name, TYPE_AAAA, i % 2);
        assert_int_equal(a.rcode, a.answers ? RCODE_NOERROR : RCODE_NXDOMAIN);
        assert_int_equal(aaaa.rcode, a.rcode);
        assert_true(a.answers || !aaaa.answers);
        assert_int_equal(a.additional, i % 2);
        exists += a.answers;
        dual += aaaa.answers;
    }
    assert_in_range(exists, 140, 260); /* 200 +- 4 sigma */
    assert_in_range(dual, exists / 3, exists * 2 / 3);
    fixture_deinit(&f);
}

static void names_off_the_list_do_not_exist(void **state)
{
    struct fixture f;
    struct rng_fast rng;
    (void)state;
    fixture_init(&f, false);
    f.zone.threshold = UINT64_MAX; /* all of the list does */
    rng_fast_init(&rng, 3);
    for (unsigned i = 0; i < 10000; i++) {
        char name[64];
        snprintf(name, sizeof name, "%012llx.lab.example",
                 (unsigned long long)(rng_fast_u64(&rng) >> 16));
        assert_int_equal(ask(&f, name, TYPE_A, false).rcode, RCODE_NXDOMAIN);
    }
    fixture_deinit(&f);
}

static void a_name_on_the_list_with_something_before_it_is_off_the_list(void **state)
{
    struct fixture f;
    char name[64] = "q";
    (void)state;
    fixture_init(&f, false);
    f.zone.threshold = UINT64_MAX;
    size_t len = labels_text(&f.zone.labels, 12, name + 1);
    snprintf(name + 1 + len, sizeof name - 1 - len, ".lab.example");
    assert_int_equal(ask(&f, name, TYPE_A, false).rcode, RCODE_NXDOMAIN);
    assert_int_equal(ask(&f, name + 1, TYPE_A, false).rcode, RCODE_NOERROR);
    fixture_deinit(&f);
}

static void letter_case_makes_no_difference(void **state)
{
    struct fixture f;
    char name[64];
    (void)state;
    fixture_init(&f, false);
    f.zone.threshold = UINT64_MAX;
    size_t len = labels_text(&f.zone.labels, 12, name);
    snprintf(name + len, sizeof name - len, ".lAB.exaMple");
    for (size_t i = 0; i < len; i++)
        name[i] = (char)toupper((unsigned char)name[i]);
    assert_int_equal(ask(&f, name, TYPE_A, true).answers, 1);
    fixture_deinit(&f);
}

static void the_long_way_gives_what_is_rarely_asked(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f, false);
    assert_int_equal(ask(&f, "lab.example", TYPE_SOA, false).answers, 1);
    assert_int_equal(ask(&f, "a.b.lab.example", TYPE_A, false).rcode, RCODE_NXDOMAIN);
    assert_int_equal(ask(&f, "www.example", TYPE_A, false).rcode, RCODE_REFUSED);
    assert_int_equal(f.lab.watch.counts.outside, 1);
    assert_int_equal(f.lab.watch.counts.above_apex, 1);
    uint8_t data[512 + FAST_ROOM] = {0xab, 0xcd, 0x81};
    assert_int_equal(fast_answer(f.fast, data, 12), 0); /* a response */
    data[2] = 1;
    assert_int_equal(fast_answer(f.fast, data, 12), 12); /* no question */
    assert_int_equal(data[3] & 15, RCODE_FORMERR);
    assert_int_equal(fast_answer(f.fast, data, 0), 0);
    assert_int_equal(f.lab.watch.counts.malformed, 3);
    size_t len = make_query(data, "nix.lab.example", TYPE_A, true);
    data[11] = 2; /* announces more than there is */
    assert_int_equal(fast_answer(f.fast, data, len), 12);
    assert_int_equal(f.lab.watch.counts.malformed, 4);
    fixture_deinit(&f);
}

static void denials_carry_a_soa_when_asked_to(void **state)
{
    struct fixture f;
    uint8_t data[512 + FAST_ROOM];
    (void)state;
    fixture_init(&f, true);
    struct seen seen = ask(&f, "nix.lab.example", TYPE_A, true);
    assert_int_equal(seen.rcode, RCODE_NXDOMAIN);
    assert_int_equal(seen.authorities, 1);
    size_t len = make_query(data, "nix.lab.example", TYPE_A, false);
    size_t reply = fast_answer(f.fast, data, len);
    assert_true(reply > len);
    assert_int_equal(data[len], 0xc0); /* owned by the zone inside the question */
    assert_memory_equal(data + data[len + 1], "\3lab\7example", 13);
    fixture_deinit(&f);
}

static void damaged_queries_do_no_harm(void **state)
{
    struct fixture f;
    struct rng_fast rng;
    (void)state;
    fixture_init(&f, true);
    rng_fast_init(&rng, 1);
    for (unsigned round = 0; round < 50000; round++) {
        uint8_t data[512 + FAST_ROOM];
        size_t len = make_query(data, round % 3 ? "nix.lab.example" : "a.b", TYPE_A, round % 2);
        for (unsigned i = 0; i < 3; i++)
            data[rng_fast_below(&rng, (uint32_t)len)] = (uint8_t)rng_fast_u64(&rng);
        len = rng_fast_below(&rng, 8) ? len : rng_fast_below(&rng, (uint32_t)len + 1);
        assert_true(fast_answer(f.fast, data, len) <= len + FAST_ROOM);
    }
    fixture_deinit(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_and_numbers_are_one_to_one),
        cmocka_unit_test(a_prefix_that_is_not_the_labels_own_does_not_match),
        cmocka_unit_test(the_share_given_exists_and_answers),
        cmocka_unit_test(names_off_the_list_do_not_exist),
        cmocka_unit_test(a_name_on_the_list_with_something_before_it_is_off_the_list),
        cmocka_unit_test(letter_case_makes_no_difference),
        cmocka_unit_test(the_long_way_gives_what_is_rarely_asked),
        cmocka_unit_test(denials_carry_a_soa_when_asked_to),
        cmocka_unit_test(damaged_queries_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
