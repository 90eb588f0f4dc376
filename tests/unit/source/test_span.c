// SPDX-License-Identifier: BSD-2-Clause
/* source/span.c: weights add up, points lie where they should, and strictly between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "source/span.h"

static const uint8_t zone[] = "\1z";

static struct circle_key key_of(const char *text)
{
    struct name name;
    struct circle_key key;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    circle_key_from_name(&key, name.wire, zone);
    return key;
}

static int compare(const struct circle_key *a, const struct circle_key *b)
{
    return circle_key_compare(a->data, a->len, b->data, b->len);
}

static void the_zone_weighs_one(void **state)
{
    static struct span_scale scale;
    struct circle_key apex = key_of("z");
    (void)state;
    span_scale_init(&scale);
    assert_true(span_weigh(&scale, &apex, NULL) == 1.0);
}

static void weights_of_letters_are_of_use(void **state)
{
    static const struct {
        const char *from, *to;
        double low, high;
    } cases[] = {
        {"a.z", "b.z", 0.04, 0.1},       /* all that begins with a */
        {"s.z", "t.z", 0.07, 0.13},      /* and with the letter most names begin with */
        {"a.z", "m.z", 0.35, 0.55},      /* half of the alphabet */
        {"\\200.z", "\\255.z", 0, 0.01}, /* hardly a name */
        {"host1.z", "host2.z", 1e-9, 1e-5},
    };
    static struct span_scale scale;
    (void)state;
    span_scale_init(&scale);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct circle_key from = key_of(cases[i].from), to = key_of(cases[i].to);
        double weight = span_weigh(&scale, &from, &to);
        print_message("%s..%s %g\n", cases[i].from, cases[i].to, weight);
        assert_true(weight >= cases[i].low && weight <= cases[i].high);
    }
}

static void random_key(struct rng_fast *rng, struct circle_key *out)
{
    static const uint8_t octets[] = {0, 1, '*', '-', '0', '5', 'a', 'e', 's', 'z', 0x7f, 0xff};
    struct name name;
    do {
        name.len = 3;
        memcpy(name.wire, zone, 3);
        for (unsigned n = 1 + rng_fast_below(rng, 3); n > 0; n--) {
            uint8_t len = (uint8_t)(1 + rng_fast_below(rng, rng_fast_below(rng, 9) ? 4 : 63));
            if (name.len + len + 1u > NAME_WIRE_MAX)
                break;
            memmove(name.wire + len + 1, name.wire, name.len);
            name.wire[0] = len;
            for (unsigned i = 1; i <= len; i++)
                name.wire[i] = octets[rng_fast_below(rng, sizeof octets)];
            name.len = (uint8_t)(name.len + len + 1);
        }
        circle_key_from_name(out, name.wire, zone);
    } while (out->len == 0);
}

static void weights_add_up(void **state)
{
    struct rng_fast rng;
    static struct span_scale scale;
    (void)state;
    rng_fast_init(&rng, 1);
    span_scale_init(&scale);
    for (unsigned i = 0; i < 20000; i++) {
        struct circle_key k[3], swap;
        for (unsigned j = 0; j < 3; j++)
            random_key(&rng, &k[j]);
        for (unsigned j = 0; j < 3; j++)
            for (unsigned l = 0; l + 1 < 3; l++)
                if (compare(&k[l], &k[l + 1]) > 0)
                    swap = k[l], k[l] = k[l + 1], k[l + 1] = swap;
        double sum = span_weigh(&scale, &k[0], &k[1]) + span_weigh(&scale, &k[1], &k[2]);
        double whole = span_weigh(&scale, &k[0], &k[2]);
        assert_true(whole >= 0 && whole <= 1);
        assert_true(sum - whole < 1e-9 && whole - sum < 1e-9);
    }
}

/* Also between neighbours and at the ends of what a name can be: a name strictly between, or
 * none. */
static void points_lie_between(void **state)
{
    struct rng_fast rng;
    static struct span_scale scale;
    unsigned found = 0, tried = 0;
    (void)state;
    rng_fast_init(&rng, 2);
    span_scale_init(&scale);
    for (unsigned i = 0; i < 20000; i++) {
        struct circle_key a, b, at;
        struct name name;
        random_key(&rng, &a);
        random_key(&rng, &b);
        if (compare(&a, &b) >= 0)
            continue;
        const struct circle_key *to = rng_fast_below(&rng, 5) ? &b : NULL;
        tried++;
        if (!span_point(&scale, &name, &a, to, rng_fast_unit(&rng), zone))
            continue;
        found++;
        assert_int_equal(name.len, name_len(name.wire));
        assert_true(name_is_under(name.wire, zone));
        circle_key_from_name(&at, name.wire, zone);
        assert_true(compare(&a, &at) < 0);
        assert_true(!to || compare(&at, to) < 0);
    }
    assert_true(found > tried * 9 / 10);
}

static void points_have_their_share_before_them(void **state)
{
    static const char *const ends[][2] = {{"z", NULL},
                                          {"a.z", "b.z"},
                                          {"host1.z", "host2.z"},
                                          {"y.z", "x.y.z"},
                                          {"host00017.z", "zz.z"}};
    static struct span_scale scale;
    (void)state;
    span_scale_init(&scale);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct circle_key from = key_of(ends[i][0]), to = {0};
        const struct circle_key *end = ends[i][1] ? (to = key_of(ends[i][1]), &to) : NULL;
        for (unsigned part = 1; part < 20; part++) {
            struct name name;
            struct circle_key at;
            char text[NAME_TEXT_MAX];
            assert_true(span_point(&scale, &name, &from, end, part / 20.0, zone));
            circle_key_from_name(&at, name.wire, zone);
            double share = span_weigh(&scale, &from, &at) / span_weigh(&scale, &from, end);
            name_to_text(name.wire, text);
            print_message("%g %s %g\n", part / 20.0, text, share);
            assert_true(share > part / 20.0 - 0.03 && share < part / 20.0 + 0.03);
        }
    }
}

static void there_is_nothing_between_neighbours(void **state)
{
    static struct span_scale scale;
    struct name name;
    (void)state;
    span_scale_init(&scale);
    struct circle_key a = key_of("a.z"), child = key_of("\\000.a.z");
    assert_false(span_point(&scale, &name, &a, &child, 0.5, zone));
    assert_true(span_weigh(&scale, &a, &child) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_zone_weighs_one),
        cmocka_unit_test(weights_of_letters_are_of_use),
        cmocka_unit_test(weights_add_up),
        cmocka_unit_test(points_lie_between),
        cmocka_unit_test(points_have_their_share_before_them),
        cmocka_unit_test(there_is_nothing_between_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
