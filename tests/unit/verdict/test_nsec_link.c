// SPDX-License-Identifier: BSD-2-Clause
/* verdict/nsec_link.c: which NSEC records are links of the zone's chain, case by case; and
 * empty non-terminals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/code.h"
#include "tests/unit/verdict/message.h"
#include "tests/unit/verdict/denials.h"
#include "verdict/nsec_link.h"

static struct nsec_link link_of(struct name names[3], uint8_t *bitmap, size_t cap,
                                const char *owner, const char *next, const uint16_t *types)
{
    struct bytes_writer w = bytes_writer_at(bitmap, cap);
    names[0] = name_of("z.example");
    names[1] = name_of(owner);
    names[2] = name_of(next);
    put_types(&w, types);
    return (struct nsec_link){.zone = names[0].wire,
                              .owner = names[1].wire,
                              .next = names[2].wire,
                              .types = {.data = bitmap, .len = w.len}};
}

#define TYPES(...) ((const uint16_t[]){__VA_ARGS__, 0})
#define HOST       TYPES(TYPE_A, TYPE_RRSIG, TYPE_NSEC)
#define APEX       TYPES(TYPE_NS, TYPE_SOA, TYPE_RRSIG, TYPE_NSEC, TYPE_DNSKEY)
#define CUT        TYPES(TYPE_NS, TYPE_RRSIG, TYPE_NSEC)

struct judged {
    const char *owner, *next;
    const uint16_t *types;
    const char *probe;
    enum link_refusal expected;
};

static void check(const struct judged *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct name names[3], probe = name_of(cases[i].probe);
        uint8_t bitmap[600];
        struct nsec_link link =
            link_of(names, bitmap, sizeof bitmap, cases[i].owner, cases[i].next, cases[i].types);
        print_message("%s -> %s, %s\n", cases[i].owner, cases[i].next, cases[i].probe);
        assert_int_equal(link_judge(&link, probe.wire), cases[i].expected);
    }
}

static void links_are_taken(void **state)
{
    const struct judged cases[] = {
        {"b.z.example", "d.z.example", HOST, "b.z.example", LINK_NONE},   /* matches */
        {"b.z.example", "d.z.example", HOST, "c.z.example", LINK_NONE},   /* covers */
        {"b.z.example", "d.z.example", HOST, "x.b.z.example", LINK_NONE}, /* below is behind */
        {"B.z.example", "D.Z.example", HOST, "c.z.EXAMPLE", LINK_NONE},
        {"w.z.example", "z.example", HOST, "x.z.example", LINK_NONE}, /* the end */
        {"z.example", "z.example", APEX, "x.z.example", LINK_NONE},   /* a zone of one name */
        {"z.example", "a.z.example", APEX, "x.z.example", LINK_NONE}, /* *.z.example */
        {"f.z.example", "h.z.example", HOST, "x.y.g.z.example", LINK_NONE},
        {"b.z.example", "c.z.example", CUT, "x.y.b.z.example", LINK_NONE}, /* above the name */
        {"b.z.example", "c.z.example", TYPES(TYPE_DNAME, TYPE_RRSIG, TYPE_NSEC), "x.b.z.example",
         LINK_NONE},
        {"a.z.example", "*.b.z.example", HOST, "x.b.z.example", LINK_UNRELATED},
        {"*.b.z.example", "a.b.z.example", HOST, "x.b.z.example", LINK_NONE}, /* the wildcard */
    };
    (void)state;
    check(cases, sizeof cases / sizeof *cases);
}

static void what_is_no_link_is_refused(void **state)
{
    const struct judged cases[] = {
        {"b.y.example", "d.z.example", HOST, "c.z.example", LINK_OUTSIDE},
        {"b.z.example", "d.y.example", HOST, "c.z.example", LINK_OUTSIDE},
        {"b.z.example", "example", HOST, "c.z.example", LINK_OUTSIDE},
        {"d.z.example", "b.z.example", HOST, "d.z.example", LINK_BACKWARDS},
        {"b.z.example", "b.z.example", HOST, "b.z.example", LINK_BACKWARDS},
        {"x.b.z.example", "b.z.example", HOST, "x.b.z.example", LINK_BACKWARDS},
        {"b.z.example", "d.z.example", TYPES(TYPE_A, TYPE_RRSIG), "c.z.example", LINK_NO_OWN_TYPES},
        {"b.z.example", "d.z.example", TYPES(TYPE_A, TYPE_NSEC), "c.z.example", LINK_NO_OWN_TYPES},
        {"b.z.example", "d.z.example", TYPES(TYPE_RRSIG, TYPE_NSEC), "c.z.example", LINK_MADE_UP},
        {"b.z.example", "d.z.example", TYPES(TYPE_RRSIG, TYPE_NSEC, TYPE_NXNAME), "c.z.example",
         LINK_MADE_UP},
        {"b.z.example", "d.z.example", TYPES(TYPE_RRSIG, TYPE_NSEC, 65238), "c.z.example",
         LINK_MADE_UP},
        {"b.z.example", "d.z.example", TYPES(TYPE_RRSIG, TYPE_NSEC, 65281), "c.z.example",
         LINK_MADE_UP},
        {"b.z.example", "d.z.example", APEX, "c.z.example", LINK_FALSE_APEX}, /* of a child */
        {"z.example", "b.z.example", HOST, "a.z.example", LINK_FALSE_APEX},
        {"z.example", "b.z.example", TYPES(TYPE_SOA, TYPE_NS, TYPE_RRSIG, TYPE_NSEC), "a.z.example",
         LINK_FALSE_APEX},
        {"b.z.example", "d.z.example", HOST, "e.z.example", LINK_UNRELATED},
        {"b.z.example", "d.z.example", HOST, "d.z.example", LINK_UNRELATED}, /* its next */
        {"w.z.example", "z.example", HOST, "b.z.example", LINK_UNRELATED},   /* the end, of all */
        {"b.z.example", "c.z.example", HOST, "c.b.a.z.example", LINK_UNRELATED},
    };
    (void)state;
    check(cases, sizeof cases / sizeof *cases);
}

static void what_ends_the_zone(void **state)
{
    static const struct {
        uint16_t types[6];
        bool ends;
    } cases[] = {
        {{TYPE_NS, TYPE_RRSIG, TYPE_NSEC}, true},
        {{TYPE_NS, TYPE_DS, TYPE_RRSIG, TYPE_NSEC}, true},
        {{TYPE_NS, TYPE_SOA, TYPE_RRSIG, TYPE_NSEC}, false},
        {{TYPE_DNAME, TYPE_RRSIG, TYPE_NSEC}, true},
        {{TYPE_NS, TYPE_SOA, TYPE_DNAME, TYPE_RRSIG, TYPE_NSEC}, true},
        {{TYPE_CNAME, TYPE_RRSIG, TYPE_NSEC}, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bitmap[64];
        struct bytes_writer w = bytes_writer_at(bitmap, sizeof bitmap);
        put_types(&w, cases[i].types);
        const struct type_bitmap types = {.data = bitmap, .len = w.len};
        assert_int_equal(link_ends_zone(&types), cases[i].ends);
    }
}

static void the_smallest_steps_are_known(void **state)
{
    static const struct {
        const char *owner, *next;
        bool is_minimal;
    } cases[] = {
        {"a.z.example", "\\000.a.z.example", true}, {"a.z.example", "a\\000.z.example", true},
        {"a.z.example", "b.z.example", false},      {"a.z.example", "0.a.z.example", false},
        {"a.z.example", "a\\001.z.example", false}, {"a.z.example", "z.example", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name names[3];
        uint8_t bitmap[64];
        struct nsec_link link =
            link_of(names, bitmap, sizeof bitmap, cases[i].owner, cases[i].next, HOST);
        assert_int_equal(link_is_minimal(&link), cases[i].is_minimal);
    }
}

static void empty_non_terminals_lie_between(void **state)
{
    static const struct {
        const char *owner, *next;
        const char *ents[3];
    } cases[] = {
        {"a.z.example", "b.z.example", {NULL}},
        {"a.z.example", "x.b.z.example", {"b.z.example"}},
        {"a.z.example", "x.y.b.z.example", {"b.z.example", "y.b.z.example"}},
        {"b.z.example", "x.b.z.example", {NULL}},
        {"a.b.z.example", "x.y.b.z.example", {"y.b.z.example"}},
        {"z.example", "x.y.z.example", {"y.z.example"}},
        {"a.z.example", "z.example", {NULL}},
        {"z.example", "z.example", {NULL}},
        {"A.B.z.example", "x.b.Z.example", {NULL}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct name names[3];
        uint8_t bitmap[64];
        unsigned count = 0;
        struct nsec_link link =
            link_of(names, bitmap, sizeof bitmap, cases[i].owner, cases[i].next, HOST);
        while (cases[i].ents[count])
            count++;
        assert_int_equal(link_ent_count(&link), count);
        for (unsigned n = 0; n < count; n++) {
            struct name ent = name_of(cases[i].ents[n]);
            assert_true(name_equal(link_ent(&link, n), ent.wire));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_are_taken),
        cmocka_unit_test(what_is_no_link_is_refused),
        cmocka_unit_test(what_ends_the_zone),
        cmocka_unit_test(the_smallest_steps_are_known),
        cmocka_unit_test(empty_non_terminals_lie_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
