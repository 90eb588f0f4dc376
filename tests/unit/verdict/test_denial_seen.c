// SPDX-License-Identifier: BSD-2-Clause
/* verdict/denial_seen.c: which record of a reply counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verdict/message.h"
#include "tests/unit/verdict/denials.h"
#include "verdict/denial_seen.h"

static struct message m;
static struct denial_seen seen;

static void begin(unsigned rcode)
{
    message_begin(&m, "name.example", TYPE_A, rcode);
}

static enum denial_form read_form(void)
{
    struct name name = name_of("name.example"), zone = name_of(ZONE_TEXT);
    struct reply reply = message_view(&m);
    denial_seen_read(&seen, &reply, name.wire, zone.wire);
    return seen.form;
}

static void put_span(const char *owner, const char *next)
{
    struct name from = name_of(owner), to = name_of(next);
    put_nsec(&m, &from, &to, bare_types);
}

static void a_record_that_covers_the_name_counts(void **state)
{
    (void)state;
    begin(RCODE_NXDOMAIN);
    message_set_flags(&m, 0x0400);
    put_soa(&m, IN_AUTHORITY, 77);
    put_span("example", "a.example"); /* of the wildcard */
    put_span("m.example", "O.example");
    put_span("n.example", "p.example"); /* a second one does not */
    assert_int_equal(read_form(), DENIAL_FORM_NSEC);
    assert_memory_equal(seen.interval.owner.wire, "\1m\7example", 11);
    assert_memory_equal(seen.interval.next.wire, "\1o\7example", 11);
    assert_int_equal(seen.rcode, RCODE_NXDOMAIN);
    assert_true(seen.is_authoritative);
    assert_true(seen.has_serial);
    assert_int_equal(seen.serial, 77);
    assert_false(seen.has_zone_soa);
    assert_true(seen.is_signed);
    assert_false(seen.has_data);
    assert_false(seen.has_unsigned_record);
}

static void ends_belong_to_it_or_not(void **state)
{
    (void)state;
    static const struct {
        const char *owner, *next;
        enum denial_form form;
    } spans[] = {
        {"a.example", "name.example", DENIAL_FORM_NONE},
        {"a.example", "z.name.example", DENIAL_FORM_NSEC}, /* an empty node */
        {"name.example", "z.example", DENIAL_FORM_NSEC_OWN},
        {"a.example", "example", DENIAL_FORM_NSEC},
        {"z.example", "example", DENIAL_FORM_NONE},
        {"z.example", "b.example", DENIAL_FORM_NONE}, /* next is before it */
        {"a.example", "b.test", DENIAL_FORM_NONE},    /* out of the zone */
        {"a.test", "b.test", DENIAL_FORM_NONE},
        {".", "z.example", DENIAL_FORM_NONE},
    };
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        begin(0);
        put_span(spans[i].owner, spans[i].next);
        assert_int_equal(read_form(), spans[i].form);
    }
}

static void the_names_own_record_comes_first(void **state)
{
    (void)state;
    begin(0);
    put_span("m.example", "o.example");
    put_span("name.example", "nb.example");
    put_span("m.example", "o.example");
    assert_int_equal(read_form(), DENIAL_FORM_NSEC_OWN);
    assert_memory_equal(seen.interval.owner.wire, "\4name", 5);
}

static void types_tell_how_it_lies(void **state)
{
    (void)state;
    static const struct {
        uint16_t types[6];
        enum denial_types expected;
    } cases[] = {
        {{TYPE_RRSIG, TYPE_NSEC}, DENIAL_TYPES_BARE},
        {{TYPE_RRSIG, TYPE_NSEC, 65281}, DENIAL_TYPES_BARE},
        {{TYPE_RRSIG, TYPE_NSEC, TYPE_NXNAME}, DENIAL_TYPES_MARKED},
        {{TYPE_RRSIG, TYPE_NSEC, 65238}, DENIAL_TYPES_MARKED},
        {{TYPE_AAAA, TYPE_RRSIG, TYPE_NSEC}, DENIAL_TYPES_BROAD},
        {{TYPE_RRSIG, TYPE_NSEC, 65282}, DENIAL_TYPES_BROAD},
    };
    struct name name = name_of("name.example"), next = name_of("nb.example");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(0);
        put_nsec(&m, &name, &next, cases[i].types);
        assert_int_equal(read_form(), DENIAL_FORM_NSEC_OWN);
        assert_int_equal(seen.interval.types, cases[i].expected);
    }
}

static void assert_signature(unsigned labels, const char *signer, enum denial_form form,
                             bool is_signed, bool is_unsigned)
{
    struct name owner = name_of("a.b.example"), next = name_of("z.example");
    begin(0);
    put_bare_nsec(&m, &owner, &next, bare_types);
    if (signer)
        put_rrsig(&m, IN_AUTHORITY, &owner, TYPE_NSEC, labels, signer);
    assert_int_equal(read_form(), form);
    assert_int_equal(seen.is_signed, is_signed);
    assert_int_equal(seen.has_unsigned_record, is_unsigned);
}

static void signatures_are_the_zones_and_of_the_owner(void **state)
{
    (void)state;
    assert_signature(3, "example", DENIAL_FORM_NSEC, true, false);
    assert_signature(2, "example", DENIAL_FORM_NONE, true, false); /* made from a wildcard */
    assert_signature(4, "example", DENIAL_FORM_NONE, true, true);
    assert_signature(3, "b.example", DENIAL_FORM_NONE, false, true);
    assert_signature(0, NULL, DENIAL_FORM_NONE, false, true);
    /* Of another owner, of another type, and in front of the record. */
    struct name owner = name_of("m.example"), next = name_of("z.example");
    begin(0);
    put_bare_nsec(&m, &owner, &next, bare_types);
    put_signed(&m, IN_AUTHORITY, &next, TYPE_NSEC);
    put_signed(&m, IN_AUTHORITY, &owner, TYPE_NSEC3);
    assert_int_equal(read_form(), DENIAL_FORM_NONE);
    begin(0); /* nor is the additional section proof of anything */
    put_record(&m, IN_ADDITIONAL, &owner, TYPE_NSEC, "\1z\7example\0\0\6\0\0\0\0\0\3", 19);
    put_signed(&m, IN_ADDITIONAL, &owner, TYPE_NSEC);
    assert_int_equal(read_form(), DENIAL_FORM_NONE);
    assert_false(seen.has_record || seen.is_signed);
    begin(0);
    put_signed(&m, IN_AUTHORITY, &owner, TYPE_NSEC);
    put_bare_nsec(&m, &owner, &next, bare_types);
    assert_int_equal(read_form(), DENIAL_FORM_NSEC);
}

static void answers_are_data(void **state)
{
    (void)state;
    struct name name = name_of("name.example"), zone = name_of(ZONE_TEXT), other = name_of("test");
    begin(0);
    put_signed(&m, IN_ANSWER, &name, TYPE_NSEC);
    assert_int_equal(read_form(), DENIAL_FORM_NONE);
    assert_false(seen.has_data);
    message_put_a(&m, "name.example", 1);
    read_form();
    assert_true(seen.has_data);
    begin(0);
    put_soa(&m, IN_ANSWER, 3);
    read_form();
    assert_true(seen.has_zone_soa);
    begin(0); /* of others: no serial */
    put_record(&m, IN_AUTHORITY, &other, TYPE_SOA, (uint8_t[22]){0}, 22);
    put_record(&m, IN_AUTHORITY, &zone, TYPE_SOA, (uint8_t[22]){0}, 19);
    put_record(&m, IN_ADDITIONAL, &zone, TYPE_SOA, (uint8_t[22]){0}, 22);
    read_form();
    assert_false(seen.has_serial);
}

/* In the answer section, and of no other name. */
static void a_dname_of_the_zone_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *owner;
        enum message_section section;
        uint16_t type;
        bool is_told;
    } cases[] = {
        {"Example", IN_ANSWER, TYPE_DNAME, true},
        {"Example", IN_AUTHORITY, TYPE_DNAME, false},
        {"Example", IN_ANSWER, TYPE_CNAME, false},
        {"a.example", IN_ANSWER, TYPE_DNAME, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(0);
        message_put_name(&m, cases[i].section, cases[i].owner, cases[i].type, "test");
        assert_int_equal(read_form(), DENIAL_FORM_NONE);
        assert_int_equal(seen.has_zone_dname, cases[i].is_told);
    }
}

static void only_so_many_records_are_looked_at(void **state)
{
    (void)state;
    for (unsigned before = 6; before < 10; before++) {
        begin(0);
        for (unsigned i = 0; i < before; i++)
            put_span("x.example", "y.example");
        put_span("m.example", "o.example");
        assert_int_equal(read_form(),
                         before < DENIAL_SEEN_RECORDS_MAX ? DENIAL_FORM_NSEC : DENIAL_FORM_NONE);
    }
}

static void hashes_count_by_the_first_parameters(void **state)
{
    (void)state;
    static const char *const names[] = {"example", "a.example", "b.example", "c.example", NULL};
    struct nsec3_params one = {.algorithm = 1}, two = {.algorithm = 1, .iterations = 1};
    struct name name = name_of("name.example"), apex = name_of(ZONE_TEXT);
    uint8_t hash[NSEC3_HASH_LEN], next[NSEC3_HASH_LEN];
    begin(RCODE_NXDOMAIN);
    nsec3_hash(&one, apex.wire, hash); /* the closest encloser's */
    memcpy(next, hash, sizeof next);
    hash_add(next, 1);
    put_nsec3(&m, hash, next, &one, 1, bare_types);
    put_hash_denial(&m, names, &one, 0, &name);
    assert_int_equal(read_form(), DENIAL_FORM_NSEC3);
    assert_int_equal(seen.nsec3_seen, 2);
    assert_int_equal(seen.opt_out_seen, 1);
    assert_false(seen.has_two_params);
    put_hash_denial(&m, names, &two, 0, &name);
    read_form();
    assert_true(seen.has_two_params);
    assert_int_equal(seen.interval.params.iterations, 0);

    begin(0); /* the very hash's */
    nsec3_hash(&one, name.wire, hash);
    put_nsec3(&m, hash, next, &one, 0, bare_types);
    assert_int_equal(read_form(), DENIAL_FORM_NSEC3_OWN);
    put_span("m.example", "o.example");
    assert_int_equal(read_form(), DENIAL_FORM_BOTH);
    begin(0); /* flags that nobody knows */
    put_nsec3(&m, hash, next, &one, 2, bare_types);
    assert_int_equal(read_form(), DENIAL_FORM_UNREADABLE);
    put_span("m.example", "o.example");
    assert_int_equal(read_form(), DENIAL_FORM_NSEC);
}

/* Whatever is cut off, nothing is read beyond it. */
static void a_damaged_reply_shows_what_came_before(void **state)
{
    (void)state;
    struct name name = name_of("name.example"), zone = name_of(ZONE_TEXT);
    static uint8_t copy[1024];
    begin(RCODE_NXDOMAIN);
    put_soa(&m, IN_AUTHORITY, 1);
    put_span("m.example", "o.example");
    unsigned counted = 0;
    assert_true(m.w.len <= sizeof copy);
    for (size_t len = DNS_HEADER_LEN; len <= m.w.len; len++) {
        struct reply reply;
        memcpy(copy + sizeof copy - len, m.data, len);
        assert_true(reply_init(&reply, copy + sizeof copy - len, len));
        denial_seen_read(&seen, &reply, name.wire, zone.wire);
        counted += seen.form == DENIAL_FORM_NSEC;
    }
    assert_int_equal(counted, 1); /* the signature's last octet is needed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_covers_the_name_counts),
        cmocka_unit_test(ends_belong_to_it_or_not),
        cmocka_unit_test(the_names_own_record_comes_first),
        cmocka_unit_test(types_tell_how_it_lies),
        cmocka_unit_test(signatures_are_the_zones_and_of_the_owner),
        cmocka_unit_test(answers_are_data),
        cmocka_unit_test(a_dname_of_the_zone_is_told),
        cmocka_unit_test(only_so_many_records_are_looked_at),
        cmocka_unit_test(hashes_count_by_the_first_parameters),
        cmocka_unit_test(a_damaged_reply_shows_what_came_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
