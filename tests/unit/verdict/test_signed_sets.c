// SPDX-License-Identifier: BSD-2-Clause
/* verdict/signed_sets.c: which records go together, and what is too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/message.h"
#include "verdict/signed_sets.h"

static struct message m;
static struct signed_sets sets;

static void put_rrsig(enum message_section section, const char *owner, uint16_t covered, size_t len)
{
    uint8_t rdata[40] = {0};
    rdata[0] = (uint8_t)(covered >> 8);
    rdata[1] = (uint8_t)covered;
    message_put(&m, section, owner, TYPE_RRSIG, CLASS_IN, rdata, len);
}

static void put_nsec(const char *owner, const char *next)
{
    struct name name = name_of(next);
    uint8_t rdata[NAME_WIRE_MAX + 8];
    memcpy(rdata, name.wire, name.len);
    memcpy(rdata + name.len, "\0\1\x40", 3); /* A */
    message_put(&m, IN_AUTHORITY, owner, TYPE_NSEC, CLASS_IN, rdata, name.len + 3u);
}

static bool read_all(void)
{
    struct reply reply = message_view(&m);
    memset(&sets, 0xaa, sizeof sets);
    return signed_sets_read(&sets, &reply);
}

static const struct signed_set *find(const char *owner, uint16_t type)
{
    struct name name = name_of(owner);
    for (unsigned i = 0; i < sets.count; i++) {
        if (sets.sets[i].type == type && name_equal(sets.sets[i].owner.wire, name.wire))
            return &sets.sets[i];
    }
    return NULL;
}

static void test_sets_and_signatures(void **state)
{
    (void)state;
    message_begin(&m, "nope.z.test", TYPE_A, RCODE_NXDOMAIN);
    message_put_soa(&m, "z.test");
    put_rrsig(IN_AUTHORITY, "z.test", TYPE_SOA, 30);
    put_rrsig(IN_AUTHORITY, "M.z.test", TYPE_NSEC, 31); /* before what it covers */
    put_nsec("m.Z.test", "o.z.test");
    assert_true(read_all());
    assert_int_equal(sets.rrsig_count, 2);
    assert_int_equal(sets.denial_count, 1);
    const struct signed_set *soa = find("z.test", TYPE_SOA), *nsec = find("m.z.test", TYPE_NSEC);
    assert_non_null(soa);
    assert_non_null(nsec);
    assert_true(soa->is_whole && nsec->is_whole);
    assert_int_equal(soa->count, 1);
    assert_int_equal(soa->rrsig_count, 1);
    assert_int_equal(soa->section, 2);
    assert_int_equal(nsec->count, 1);
    assert_int_equal(nsec->rrsigs[0].len, 31);
    assert_int_equal(sets.items[nsec->first].len, 13);
    assert_memory_equal(nsec->owner.wire, "\1m\1z\4test", 9); /* in lower case */
}

/* TTL of the record that begins at AT of the message, whose owner takes LEN octets. */
static void set_ttl(size_t at, size_t len, uint8_t seconds)
{
    memset(m.data + at + len + 4, 0, 3);
    m.data[at + len + 7] = seconds;
}

static void test_the_least_ttl_counts(void **state)
{
    (void)state;
    for (unsigned which = 0; which < 2; which++) {
        message_begin(&m, "nope.z.test", TYPE_A, RCODE_NXDOMAIN);
        size_t nsec = m.w.len;
        put_nsec("m.z.test", "o.z.test");
        size_t rrsig = m.w.len;
        put_rrsig(IN_AUTHORITY, "m.z.test", TYPE_NSEC, 31);
        message_put_soa(&m, "z.test");
        set_ttl(which ? rrsig : nsec, 10, 7);
        assert_true(read_all());
        assert_int_equal(find("m.z.test", TYPE_NSEC)->ttl, 7);
        assert_int_equal(find("z.test", TYPE_SOA)->ttl, 300);
    }
}

static void test_a_set_of_several(void **state)
{
    (void)state;
    message_begin(&m, "a.z.test", TYPE_A, RCODE_NOERROR);
    message_put_a(&m, "a.z.test", 1);
    message_put_a(&m, "a.z.test", 2);
    put_rrsig(IN_ANSWER, "a.z.test", TYPE_A, 30);
    message_put_a(&m, "a.z.test", 3); /* a signature between them does no harm */
    assert_true(read_all());
    const struct signed_set *set = find("a.z.test", TYPE_A);
    assert_int_equal(set->count, 3);
    assert_true(set->is_whole);
    assert_int_equal(sets.items[set->first + 2].data[3], 3);
    assert_int_equal(sets.denial_count, 0);
}

static void test_a_scattered_set_is_not_whole(void **state)
{
    (void)state;
    message_begin(&m, "a.z.test", TYPE_A, RCODE_NOERROR);
    message_put_a(&m, "a.z.test", 1);
    message_put_a(&m, "b.z.test", 2);
    message_put_a(&m, "a.z.test", 3);
    assert_true(read_all());
    assert_false(find("a.z.test", TYPE_A)->is_whole);
    assert_true(find("b.z.test", TYPE_A)->is_whole);
    assert_int_equal(sets.rrsig_count, 0);
}

static void test_sections_are_apart(void **state)
{
    (void)state;
    message_begin(&m, "z.test", TYPE_NS, RCODE_NOERROR);
    message_put_name(&m, IN_ANSWER, "z.test", TYPE_NS, "ns1.z.test");
    message_put_name(&m, IN_AUTHORITY, "z.test", TYPE_NS, "ns2.z.test");
    message_put(&m, IN_ADDITIONAL, "ns1.z.test", TYPE_A, CLASS_IN, "\1\2\3\4", 4);
    assert_true(read_all());
    assert_int_equal(sets.count, 2);
    assert_int_equal(sets.sets[0].count, 1);
    assert_int_equal(sets.sets[1].section, 2);
}

static void test_denials_are_bounded(void **state)
{
    (void)state;
    for (unsigned count = SIGNED_DENIALS_MAX - 1; count <= SIGNED_DENIALS_MAX + 1; count++) {
        message_begin(&m, "nope.z.test", TYPE_A, RCODE_NXDOMAIN);
        for (unsigned i = 0; i < count; i++) {
            char owner[] = "n0.z.test";
            owner[1] = (char)('0' + i);
            put_nsec(owner, "z.test");
        }
        assert_true(read_all());
        assert_int_equal(sets.denial_count, count < 8 ? count : 8);
        assert_int_equal(sets.count, sets.denial_count);
    }
}

static void test_signatures_are_bounded(void **state)
{
    (void)state;
    for (unsigned count = SIGNED_RRSIGS_MAX - 1; count <= SIGNED_RRSIGS_MAX + 1; count++) {
        message_begin(&m, "nope.z.test", TYPE_A, RCODE_NXDOMAIN);
        put_nsec("n.z.test", "z.test");
        for (unsigned i = 0; i < count; i++)
            put_rrsig(IN_AUTHORITY, "n.z.test", TYPE_NSEC, 24);
        assert_true(read_all());
        assert_int_equal(sets.rrsig_count, count < 8 ? count : 8);
        assert_int_equal(find("n.z.test", TYPE_NSEC)->rrsig_count, sets.rrsig_count);
    }
}

static void test_sets_are_bounded(void **state)
{
    (void)state;
    message_begin(&m, "a.z.test", TYPE_A, RCODE_NOERROR);
    for (unsigned i = 0; i < SIGNED_SETS_MAX + 1; i++) {
        char owner[] = "aa.z.test";
        owner[0] = (char)('a' + i);
        message_put_a(&m, owner, i);
    }
    assert_true(read_all());
    assert_int_equal(sets.count, SIGNED_SETS_MAX);
}

static void test_octets_are_bounded(void **state)
{
    static uint8_t large[20000];
    (void)state;
    message_begin(&m, "a.z.test", TYPE_TXT, RCODE_NOERROR);
    message_put(&m, IN_ANSWER, "a.z.test", 65400, CLASS_IN, large, sizeof large);
    message_put(&m, IN_ANSWER, "b.z.test", 65400, CLASS_IN, large, sizeof large);
    assert_true(read_all());
    assert_true(sets.sets[0].is_whole);
    assert_false(sets.sets[1].is_whole);
    assert_int_equal(sets.octet_count, sizeof large);
}

static void test_damage_is_told(void **state)
{
    (void)state;
    message_begin(&m, "a.z.test", TYPE_A, RCODE_NOERROR);
    put_rrsig(IN_ANSWER, "a.z.test", TYPE_A, 1); /* not even the type covered */
    assert_false(read_all());
    message_begin(&m, "a.z.test", TYPE_A, RCODE_NOERROR);
    message_put_a(&m, "a.z.test", 1);
    m.w.len -= 2;
    assert_false(read_all());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets_and_signatures),
        cmocka_unit_test(test_the_least_ttl_counts),
        cmocka_unit_test(test_a_set_of_several),
        cmocka_unit_test(test_a_scattered_set_is_not_whole),
        cmocka_unit_test(test_sections_are_apart),
        cmocka_unit_test(test_denials_are_bounded),
        cmocka_unit_test(test_signatures_are_bounded),
        cmocka_unit_test(test_sets_are_bounded),
        cmocka_unit_test(test_octets_are_bounded),
        cmocka_unit_test(test_damage_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
