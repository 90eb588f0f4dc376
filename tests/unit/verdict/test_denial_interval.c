// SPDX-License-Identifier: BSD-2-Clause
/* verdict/denial_interval.c: the circle of hashes, and what no chain can have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verdict/denial_interval.h"

#define ZONE ((const uint8_t *)"\7example")

/* The hash that begins with FIRST and ends with LAST. */
static void set_hash(uint8_t *hash, unsigned first, unsigned last)
{
    memset(hash, 0, NSEC3_HASH_LEN);
    hash[0] = (uint8_t)first;
    hash[NSEC3_HASH_LEN - 1] = (uint8_t)last;
}

static bool between(unsigned hash, unsigned from, unsigned to)
{
    uint8_t hashes[3][NSEC3_HASH_LEN];
    set_hash(hashes[0], hash, 0);
    set_hash(hashes[1], from, 0);
    set_hash(hashes[2], to, 0);
    return denial_hash_is_between(hashes[0], hashes[1], hashes[2]);
}

static void hashes_lie_on_a_circle(void **state)
{
    (void)state;
    for (unsigned from = 0; from < 8; from++)
        for (unsigned to = 0; to < 8; to++)
            for (unsigned hash = 0; hash < 8; hash++) {
                bool expected = false; /* walking up from FROM, HASH comes before TO */
                for (unsigned at = (from + 1) % 8; at != to; at = (at + 1) % 8) {
                    if (at == from)
                        break;
                    expected |= at == hash;
                }
                if (from == to)
                    expected = hash != from;
                assert_int_equal(between(hash, from, to), expected);
            }
}

static bool tiny(const uint8_t *from, const uint8_t *to)
{
    struct denial_interval interval = {0};
    memcpy(interval.from, from, NSEC3_HASH_LEN);
    memcpy(interval.to, to, NSEC3_HASH_LEN);
    return denial_interval_is_tiny(&interval);
}

static void tiny_is_less_than_a_part_of_2_to_the_40(void **state)
{
    (void)state;
    uint8_t from[NSEC3_HASH_LEN] = {0}, to[NSEC3_HASH_LEN] = {0};
    assert_false(tiny(from, to)); /* all the way round */
    to[19] = 1;
    assert_true(tiny(from, to));
    assert_false(tiny(to, from)); /* all but one */
    to[5] = 0xff;
    assert_true(tiny(from, to));
    to[4] = 1;
    assert_false(tiny(from, to));
    memset(from, 0xff, sizeof from); /* over the top */
    memset(to, 0, sizeof to);
    assert_true(tiny(from, to));
    to[4] = 1;
    assert_false(tiny(from, to));
    from[0] = 0x12; /* a borrow through all octets */
    memset(from + 1, 0xff, sizeof from - 1);
    memset(to, 0, sizeof to);
    to[0] = 0x13;
    assert_true(tiny(from, to));
}

static struct denial_interval names(const char *owner, const char *next)
{
    struct denial_interval interval = {0};
    assert_int_equal(name_from_text(&interval.owner, owner, strlen(owner)), 0);
    assert_int_equal(name_from_text(&interval.next, next, strlen(next)), 0);
    return interval;
}

static struct denial_interval hashes(unsigned from, unsigned to)
{
    struct denial_interval interval = {.params = {.algorithm = 1}};
    set_hash(interval.from, from, 0);
    set_hash(interval.to, to, 0);
    return interval;
}

static void assert_contradiction(const struct denial_interval *a, const struct denial_interval *b,
                                 enum denial_form form, bool expected)
{
    assert_int_equal(denial_interval_contradicts(a, b, form, ZONE), expected);
    assert_int_equal(denial_interval_contradicts(b, a, form, ZONE), expected);
    assert_false(denial_interval_contradicts(a, a, form, ZONE));
    assert_true(denial_interval_same(a, a, form));
    assert_int_equal(denial_interval_same(a, b, form), false);
}

static void intervals_of_names_are_apart_or_the_same(void **state)
{
    (void)state;
    struct denial_interval a = names("b.example", "d.example");
    static const struct {
        const char *owner, *next;
        bool contradicts;
    } others[] = {
        {"d.example", "e.example", false}, {"a.example", "b.example", false},
        {"f.example", "example", false},   {"example", "a.example", false},
        {"c.example", "e.example", true},  {"a.example", "c.example", true},
        {"b.example", "c.example", true},  {"c.example", "d.example", true},
        {"a.example", "e.example", true},  {"b.example", "example", true},
        {"example", "example", true},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct denial_interval b = names(others[i].owner, others[i].next);
        assert_contradiction(&a, &b, DENIAL_FORM_NSEC, others[i].contradicts);
    }
    struct denial_interval begins = names("b.example", "c.example"),
                           ends = names("a.example", "d.example");
    struct denial_interval follows = names("d.example", "e.example");
    assert_true(denial_interval_shares_end(&a, &begins, DENIAL_FORM_NSEC));
    assert_true(denial_interval_shares_end(&a, &ends, DENIAL_FORM_NSEC));
    assert_false(denial_interval_shares_end(&a, &follows, DENIAL_FORM_NSEC));
    struct denial_interval last = names("x.example", "example"),
                           later = names("y.example", "example");
    assert_contradiction(&last, &later, DENIAL_FORM_NSEC, true);
    assert_true(denial_interval_is_alone(
        &(struct denial_interval){.owner = a.owner, .next = a.owner}, DENIAL_FORM_NSEC));
    assert_true(denial_interval_is_alone(
        &(struct denial_interval){.owner = a.owner, .next = a.owner}, DENIAL_FORM_NSEC_OWN));
    assert_false(denial_interval_is_alone(&a, DENIAL_FORM_NSEC));
    assert_false(denial_interval_is_alone(&a, DENIAL_FORM_NSEC_OWN));
}

static void intervals_of_hashes_are_apart_or_the_same(void **state)
{
    (void)state;
    struct denial_interval a = hashes(20, 40);
    static const struct {
        unsigned from, to;
        bool contradicts;
    } others[] = {
        {40, 50, false}, {10, 20, false}, {40, 20, false}, {50, 10, false},
        {30, 50, true},  {10, 30, true},  {20, 30, true},  {30, 40, true},
        {10, 50, true},  {50, 30, true},  {30, 10, true},  {7, 7, true},
    };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct denial_interval b = hashes(others[i].from, others[i].to);
        assert_contradiction(&a, &b, DENIAL_FORM_NSEC3, others[i].contradicts);
    }
    struct denial_interval begins = hashes(20, 30), ends = hashes(30, 40), other = hashes(40, 50);
    assert_true(denial_interval_shares_end(&a, &begins, DENIAL_FORM_NSEC3));
    assert_true(denial_interval_shares_end(&a, &ends, DENIAL_FORM_NSEC3));
    assert_false(denial_interval_shares_end(&a, &other, DENIAL_FORM_NSEC3));
    other.params.iterations = 1;
    assert_contradiction(&a, &other, DENIAL_FORM_NSEC3, true);
    struct denial_interval alone = hashes(7, 7);
    assert_true(denial_interval_is_alone(&alone, DENIAL_FORM_NSEC3));
    assert_true(denial_interval_is_alone(&alone, DENIAL_FORM_NSEC3_OWN));
    assert_false(denial_interval_is_alone(&a, DENIAL_FORM_NSEC3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_lie_on_a_circle),
        cmocka_unit_test(tiny_is_less_than_a_part_of_2_to_the_40),
        cmocka_unit_test(intervals_of_names_are_apart_or_the_same),
        cmocka_unit_test(intervals_of_hashes_are_apart_or_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
