// SPDX-License-Identifier: BSD-2-Clause
/* dns/canon.c: order, and the step from a name to the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ldns/ldns.h>

#include "base/rng.h"
#include "dns/canon.h"

#define LETTERS 230 /* octets that a name in lower case can have */

static struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

/* A name of labels that are LENS octets of FILL long; LENS ends by 0. */
static struct name name_of_lens(uint8_t fill, const unsigned *lens)
{
    struct name name = {0};
    size_t at = 0;
    for (; *lens; lens++) {
        name.wire[at++] = (uint8_t)*lens;
        memset(name.wire + at, fill, *lens);
        at += *lens;
    }
    name.wire[at++] = 0;
    assert_true(at <= NAME_WIRE_MAX);
    name.len = (uint8_t)at;
    return name;
}

static void assert_order(const char *first, const char *second)
{
    struct name a = name_of(first), b = name_of(second);
    assert_true(canon_compare(a.wire, b.wire) < 0);
    assert_true(canon_compare(b.wire, a.wire) > 0);
}

/* RFC 4034 section 6.1's example, and what stands around letters. */
static void order_is_by_labels_from_the_right(void **state)
{
    (void)state;
    static const char *const sorted[] = {
        ".",
        "example",
        "a.example",
        "yljkjljk.a.example",
        "Z.a.example",
        "zABC.a.EXAMPLE",
        "z.example",
        "\\001.z.example",
        "*.z.example",
        "\\200.z.example",
        "z\\000.example",
        "z\\!.example",
        "z-.example",
        "z.z-.example",
        "z0.example",
        "z_.example",
        "za.example",
        "z\\255.example",
        "\\255.example",
        "example\\000",
        "a.example\\000",
    };
    for (size_t i = 0; i < sizeof sorted / sizeof sorted[0]; i++) {
        struct name name = name_of(sorted[i]);
        assert_int_equal(canon_compare(name.wire, name.wire), 0);
        for (size_t j = i + 1; j < sizeof sorted / sizeof sorted[0]; j++)
            assert_order(sorted[i], sorted[j]);
    }
}

static void case_is_folded_and_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(canon_compare((const uint8_t *)"\3aBc\1Z", (const uint8_t *)"\3AbC\1z"), 0);
    assert_true(canon_compare((const uint8_t *)"\1@", (const uint8_t *)"\1A") < 0);
    assert_true(canon_compare((const uint8_t *)"\1[", (const uint8_t *)"\1A") < 0);
    assert_true(canon_compare((const uint8_t *)"\1_", (const uint8_t *)"\1Z") < 0);
    assert_true(canon_compare((const uint8_t *)"\1{", (const uint8_t *)"\1Z") > 0);
}

static struct name random_name(struct rng_fast *rng)
{
    static const uint8_t octets[] = {0, '-', '@', 'A', 'Z', '[', '_', 'a', 'z', '{', 255};
    struct name name;
    unsigned len = 0;
    for (unsigned labels = rng_fast_below(rng, 5); labels > 0; labels--) {
        unsigned label_len = 1 + rng_fast_below(rng, 3);
        name.wire[len++] = (uint8_t)label_len;
        for (; label_len > 0; label_len--)
            name.wire[len++] = octets[rng_fast_below(rng, sizeof octets)];
    }
    name.wire[len++] = 0;
    name.len = (uint8_t)len;
    return name;
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void order_is_that_of_ldns(void **state)
{
    (void)state;
    struct rng_fast rng;
    unsigned equal = 0;
    rng_fast_init(&rng, 1);
    for (unsigned i = 0; i < 200000; i++) {
        struct name a = random_name(&rng), b = random_name(&rng);
        ldns_rdf *left = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, a.len, a.wire);
        ldns_rdf *right = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, b.len, b.wire);
        int order = canon_compare(a.wire, b.wire);
        assert_int_equal(sign(order), sign(ldns_dname_compare(left, right)));
        assert_int_equal(order == 0, name_equal(a.wire, b.wire));
        equal += order == 0;
        ldns_rdf_deep_free(left);
        ldns_rdf_deep_free(right);
    }
    assert_true(equal > 1000); /* both sides were tried */
}

static bool between(const char *name, const char *owner, const char *next)
{
    struct name zone = name_of("example"), a = name_of(name), b = name_of(owner), c = name_of(next);
    return canon_is_between(a.wire, b.wire, c.wire, zone.wire);
}

static void intervals_are_open_and_end_at_the_apex(void **state)
{
    (void)state;
    assert_true(between("b.example", "a.example", "c.example"));
    assert_true(between("x.a.example", "a.example", "c.example"));
    assert_false(between("a.example", "a.example", "c.example"));
    assert_false(between("C.example", "a.example", "c.example"));
    assert_false(between("x.c.example", "a.example", "c.example"));
    assert_false(between("example", "a.example", "c.example"));
    assert_true(between("z.example", "c.example", "Example"));
    assert_false(between("b.example", "c.example", "example"));
    assert_true(between("b.example", "example", "example"));
    assert_false(between("example", "example", "example"));
    /* Not a chain's interval: next before owner, or the owner itself. */
    assert_false(between("z.example", "c.example", "b.example"));
    assert_false(between("a.example", "c.example", "b.example"));
    assert_false(between("z.example", "c.example", "c.example"));
}

static void assert_step(bool (*step)(struct name *, const uint8_t *, const uint8_t *),
                        const struct name *name, const struct name *zone,
                        const struct name *expected)
{
    struct name out = *name;
    bool is_there = step(&out, out.wire, zone->wire); /* in place */
    assert_int_equal(is_there, expected != NULL);
    if (!expected)
        return;
    assert_int_equal(out.len, expected->len);
    assert_memory_equal(out.wire, expected->wire, out.len);
    assert_true(canon_compare(out.wire, name->wire) > 0);
}

static void short_names_get_a_child_or_one_octet_more(void **state)
{
    (void)state;
    struct name zone = name_of("example"), name = name_of("WwW.example");
    name.wire[1] = 'W';
    struct name child = name_of("\\000.www.example"), after = name_of("www\\000.example");
    struct name first = name_of("\\000.example"), other = name_of("www.test"), root = name_of(".");
    struct name top = name_of("example\\000");
    assert_step(canon_next, &name, &zone, &child);
    assert_step(canon_skip, &name, &zone, &after);
    assert_step(canon_next, &zone, &zone, &first);
    assert_step(canon_skip, &zone, &zone, NULL);
    assert_step(canon_next, &other, &zone, NULL);
    assert_step(canon_skip, &other, &zone, NULL);
    assert_step(canon_skip, &zone, &root, &top);
    assert_step(canon_skip, &root, &root, NULL);
}

/* Wire lengths 253, 254, 255: a child needs two octets, a longer label one. */
static void names_end_at_255_octets(void **state)
{
    (void)state;
    struct name root = name_of(".");
    struct name name = name_of_lens('a', (unsigned[]){62, 63, 63, 60, 0});
    assert_int_equal(name.len, 253);
    struct name child = name_of_lens('a', (unsigned[]){1, 62, 63, 63, 60, 0});
    child.wire[1] = 0;
    assert_step(canon_next, &name, &root, &child);
    struct name longer = name_of_lens('a', (unsigned[]){63, 63, 63, 60, 0});
    longer.wire[63] = 0;
    assert_step(canon_skip, &name, &root, &longer);

    name = name_of_lens('a', (unsigned[]){62, 63, 63, 61, 0});
    assert_int_equal(name.len, 254);
    longer = name_of_lens('a', (unsigned[]){63, 63, 63, 61, 0});
    longer.wire[63] = 0;
    assert_step(canon_next, &name, &root, &longer);
    assert_step(canon_skip, &name, &root, &longer);

    name = name_of_lens('a', (unsigned[]){62, 63, 63, 62, 0});
    assert_int_equal(name.len, 255);
    struct name raised = name;
    raised.wire[62] = 'b';
    assert_step(canon_next, &name, &root, &raised);
    assert_step(canon_skip, &name, &root, &raised);
}

static void upper_case_is_passed_over(void **state)
{
    (void)state;
    struct name zone = name_of("example"), name = name_of_lens('@', (unsigned[]){63, 0});
    assert_int_equal(name_join(&name, &name, &zone), 0);
    struct name expected = name;
    expected.wire[63] = '[';
    assert_step(canon_skip, &name, &zone, &expected);
    name.wire[63] = 'Z'; /* which is z */
    memset(expected.wire + 1, '@', 62);
    expected.wire[63] = '{';
    assert_step(canon_skip, &name, &zone, &expected);
}

/* A label's last octets of 255 go; a label of nothing else goes with them. */
static void full_labels_give_way(void **state)
{
    (void)state;
    struct name zone = name_of("example"), name = name_of_lens(0xff, (unsigned[]){63, 0});
    assert_int_equal(name_join(&name, &name, &zone), 0);
    assert_step(canon_skip, &name, &zone, NULL);
    name.wire[1] = 'a';
    struct name expected = name_of("b.example");
    assert_step(canon_skip, &name, &zone, &expected);

    struct name parent = name_of("x.example"), full = name_of_lens(0xff, (unsigned[]){63, 0});
    assert_int_equal(name_join(&name, &full, &parent), 0);
    expected = name_of("x\\000.example");
    assert_step(canon_skip, &name, &zone, &expected);
    assert_step(canon_skip, &name, &parent, NULL);
    /* 255 octets of labels of 255: nothing comes after. */
    struct name root = name_of(".");
    name = name_of_lens(0xff, (unsigned[]){61, 63, 63, 63, 0});
    assert_step(canon_next, &name, &root, NULL);
    /* The first label is not at its 63, but the name is at its 255; its parent is not. */
    name = name_of_lens(0xff, (unsigned[]){1, 59, 63, 63, 63, 0});
    assert_int_equal(name.len, 255);
    expected = name_of_lens(0xff, (unsigned[]){60, 63, 63, 63, 0});
    expected.wire[60] = 0;
    assert_step(canon_next, &name, &root, &expected);
}

/* A zone that leaves ROOM octets to what is below it. */
static struct name zone_with_room(unsigned room)
{
    unsigned lens[] = {63, 63, 63, 61 - room, 0};
    return name_of_lens('z', lens);
}

/* Steps from FROM as long as names are below or before END; each is one in lower case after the
 * one before it. Returns how many there were, FROM included. */
static unsigned count_steps(struct name from, const struct name *end, const struct name *zone)
{
    unsigned count = 1;
    struct name last = from, lower;
    while (canon_next(&from, last.wire, zone->wire)) {
        if (end && canon_compare(from.wire, end->wire) >= 0)
            break;
        assert_int_equal(name_whole_len(from.wire, from.len), from.len);
        assert_true(name_is_under(from.wire, zone->wire));
        assert_true(canon_compare(last.wire, from.wire) < 0);
        lower = from;
        name_lower(lower.wire);
        assert_memory_equal(lower.wire, from.wire, from.len);
        last = from;
        count++;
    }
    return count;
}

/* Rising, and as many as there are: so none is left out. */
static void every_name_of_a_zone_is_visited(void **state)
{
    (void)state;
    struct name zone = zone_with_room(1);
    assert_int_equal(zone.len, 254);
    assert_int_equal(count_steps(zone, NULL, &zone), 1);
    zone = zone_with_room(2);
    assert_int_equal(count_steps(zone, NULL, &zone), 1 + LETTERS);
    zone = zone_with_room(3);
    assert_int_equal(count_steps(zone, NULL, &zone), 1 + LETTERS + LETTERS * LETTERS);
}

static struct name below(const char *label, const struct name *zone)
{
    struct name name = name_of(label);
    assert_int_equal(name_join(&name, &name, zone), 0);
    return name;
}

/* Parts of larger zones: with children, and labels in which upper case is left out. */
static void every_name_of_a_part_is_visited(void **state)
{
    (void)state;
    struct name zone = zone_with_room(4);
    struct name from = below("a", &zone), end = below("b", &zone);
    assert_int_equal(count_steps(from, &end, &zone), 1 + LETTERS + LETTERS + LETTERS * LETTERS);
    from = below("\\064", &zone);
    end = below("\\091", &zone);
    assert_int_equal(count_steps(from, &end, &zone), 1 + LETTERS + LETTERS + LETTERS * LETTERS);
    zone = zone_with_room(5);
    from = below("z\\064", &zone);
    end = below("z\\091", &zone);
    assert_int_equal(count_steps(from, &end, &zone), 1 + LETTERS + LETTERS + LETTERS * LETTERS);
    zone = zone_with_room(6);
    from = below("\\000.a", &zone); /* its children, labels of two and three */
    end = below("\\001.a", &zone);
    assert_int_equal(count_steps(from, &end, &zone), 1 + LETTERS + LETTERS + LETTERS * LETTERS);
}

/* canon_skip(X) is the first of canon_next's that is not below X. */
static void skipping_leaves_out_what_is_below(void **state)
{
    (void)state;
    static const char *const labels[] = {"a", "\\255", "a\\255", "\\064", "zz", "\\255\\255"};
    struct name zone = zone_with_room(4);
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        struct name name = below(labels[i], &zone), step = name, skipped;
        unsigned count = 0;
        do {
            assert_true(canon_next(&step, step.wire, zone.wire));
            count++;
        } while (name_is_under(step.wire, name.wire));
        assert_int_equal(count, *name.wire == 1 ? 1 + LETTERS : 1);
        assert_true(canon_skip(&skipped, name.wire, zone.wire));
        assert_int_equal(skipped.len, step.len);
        assert_memory_equal(skipped.wire, step.wire, step.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_by_labels_from_the_right),
        cmocka_unit_test(case_is_folded_and_nothing_else),
        cmocka_unit_test(order_is_that_of_ldns),
        cmocka_unit_test(intervals_are_open_and_end_at_the_apex),
        cmocka_unit_test(short_names_get_a_child_or_one_octet_more),
        cmocka_unit_test(names_end_at_255_octets),
        cmocka_unit_test(upper_case_is_passed_over),
        cmocka_unit_test(full_labels_give_way),
        cmocka_unit_test(every_name_of_a_zone_is_visited),
        cmocka_unit_test(every_name_of_a_part_is_visited),
        cmocka_unit_test(skipping_leaves_out_what_is_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
