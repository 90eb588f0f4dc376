// SPDX-License-Identifier: BSD-2-Clause
/* verdict/denial_names.c: names made up, anywhere and inside intervals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/canon.h"
#include "verdict/denial_names.h"

static const struct name zone = {.len = 9, .wire = "\7example"};

static struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

static void names_made_up_are_host_names_below_the_base(void **state)
{
    (void)state;
    struct rng_fast rng;
    struct name name, last = {0};
    rng_fast_init(&rng, 3);
    for (unsigned i = 0; i < 200; i++) {
        assert_true(denial_names_random(&name, &zone, &rng));
        assert_int_equal(name.len, 30);
        assert_int_equal(name.wire[0], 20);
        assert_memory_equal(name_parent(name.wire), zone.wire, zone.len);
        for (unsigned j = 1; j <= 20; j++)
            assert_non_null(memchr("abcdefghijklmnopqrstuvwxyz0123456789", name.wire[j], 36));
        assert_false(last.len == name.len && name_equal(last.wire, name.wire));
        last = name;
    }
}

static void a_base_may_leave_no_room(void **state)
{
    (void)state;
    struct rng_fast rng;
    struct name name;
    rng_fast_init(&rng, 3);
    for (unsigned len = 225; len <= NAME_WIRE_MAX; len++) {
        struct name base = {.len = (uint8_t)len,
                            .wire = {63, [64] = 63, [128] = 63, [192] = (uint8_t)(len - 194)}};
        bool fits = denial_names_random(&name, &base, &rng);
        assert_int_equal(fits, len + 7 <= NAME_WIRE_MAX);
        if (fits)
            assert_int_equal(name.len, len + 21 < NAME_WIRE_MAX ? len + 21 : NAME_WIRE_MAX);
    }
}

static enum denial_names_choice inside(const char *owner, const char *next, const char *first,
                                       struct name *out)
{
    struct rng_fast rng;
    struct denial_interval interval = {.owner = name_of(owner), .next = name_of(next)};
    struct name name = name_of(first);
    rng_fast_init(&rng, 11);
    enum denial_names_choice choice = denial_names_inside(out, &name, &interval, zone.wire, &rng);
    if (choice != DENIAL_NAMES_NONE) {
        assert_true(
            canon_is_between(out->wire, interval.owner.wire, interval.next.wire, zone.wire));
        assert_false(name_equal(out->wire, name.wire));
    }
    return choice;
}

static void a_long_interval_has_room_for_another_host(void **state)
{
    (void)state;
    struct name out;
    assert_int_equal(inside("example", "example", "k3m.example", &out), DENIAL_NAMES_HOST);
    assert_true(out.wire[1] != 'k'); /* as unlike as can be: of the seed's eight tries one is */
    assert_int_equal(inside("k2.example", "k5.example", "k3mm.example", &out), DENIAL_NAMES_HOST);
    assert_int_equal(out.wire[1], 'k');
    assert_true(out.wire[2] == '3' || out.wire[2] == '4' || out.wire[2] == '2');
    assert_int_equal(inside("k3ml.example", "k3mo.example", "k3mmaaaaaaaaaaaaaaaa.example", &out),
                     DENIAL_NAMES_HOST);
}

static void a_short_one_for_odd_names_or_none(void **state)
{
    (void)state;
    struct name out;
    assert_int_equal(inside("k3ml\\~.example", "k3mm\\!.example", "k3mm.example", &out),
                     DENIAL_NAMES_NEAR);
    assert_memory_equal(out.wire, "\5k3mm\0\7example", 15);
    assert_int_equal(inside("k3ml\\~.example", "k3mm\\000.example", "k3mm.example", &out),
                     DENIAL_NAMES_NEAR); /* a child of it */
    assert_memory_equal(out.wire, "\1\0\4k3mm", 7);
    assert_int_equal(inside("k3ml\\~.example", "\\000.k3mm.example", "k3mm.example", &out),
                     DENIAL_NAMES_NEAR); /* right behind the owner */
    assert_memory_equal(out.wire, "\6k3ml~\0", 7);
}

static struct denial_interval around(const char *text, const struct nsec3_params *params,
                                     unsigned octet)
{
    struct denial_interval interval = {.params = *params};
    struct name name = name_of(text);
    nsec3_hash(params, name.wire, interval.from);
    memcpy(interval.to, interval.from, NSEC3_HASH_LEN);
    memset(interval.from + octet, 0, NSEC3_HASH_LEN - octet);
    memset(interval.to + octet, 0xff, NSEC3_HASH_LEN - octet);
    return interval;
}

static void hashing_finds_a_name_in_an_interval(void **state)
{
    (void)state;
    struct nsec3_params params = {.algorithm = 1, .salt_len = 1, .salt = "s"};
    struct denial_interval interval = around("first00.example", &params, 2);
    struct denial_names_search search;
    struct name first = name_of("first00.example"), out;
    uint8_t hash[NSEC3_HASH_LEN];
    unsigned slices = 1;
    denial_names_search_init(&search);
    while (!denial_names_search(&search, &out, &first, &interval))
        assert_true(slices++ < 20); /* 131,072 names a slice, one in 65,536 fits */
    assert_false(denial_names_search_is_over(&search, &interval));
    nsec3_hash(&params, out.wire, hash);
    assert_true(denial_hash_is_between(hash, interval.from, interval.to));
    assert_false(name_equal(out.wire, first.wire));
    assert_memory_equal(out.wire + 7, "0\7example", 9); /* the rest is FIRST's */
}

static void hashing_has_a_bound(void **state)
{
    (void)state;
    struct nsec3_params params = {.algorithm = 1, .iterations = 2500};
    struct denial_interval interval = around("first00.example", &params, 10);
    struct denial_names_search search;
    struct name first = name_of("first00.example"), out;
    denial_names_search_init(&search);
    uint64_t all = search.blocks_left;
    assert_false(denial_names_search(&search, &out, &first, &interval));
    assert_in_range(all - search.blocks_left, 1 << 17, (1 << 17) + 16 * 2501);
    assert_int_equal(search.number, (all - search.blocks_left) / 2501);
    search.blocks_left = 2 * 16 * 2501 + 16 * 2501 - 1; /* two sets of names yet */
    uint64_t number = search.number;
    assert_false(denial_names_search(&search, &out, &first, &interval));
    assert_int_equal(search.number - number, 32);
    assert_int_equal(search.blocks_left, 16 * 2501 - 1);
    assert_true(denial_names_search_is_over(&search, &interval));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_made_up_are_host_names_below_the_base),
        cmocka_unit_test(a_base_may_leave_no_room),
        cmocka_unit_test(a_long_interval_has_room_for_another_host),
        cmocka_unit_test(a_short_one_for_odd_names_or_none),
        cmocka_unit_test(hashing_finds_a_name_in_an_interval),
        cmocka_unit_test(hashing_has_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
