// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/lies.c: who lies about what is fixed, and can be told by the address. */
#include "tests/unit/lab/help.h"

#include "bench/lab/lies.h"
#include "bench/lab/sighting.h"
#include "bench/lab/traits.h"

#define NAMES 4096

static struct traits traits_of(const char *word, const char *value)
{
    struct range ranges[TRAIT_COUNT] = {0};
    struct traits traits;
    const char *expected = "";
    if (traits_parse(ranges, word, value, &expected))
        fail_msg("%s=%s: %s", word, value ? value : "", expected);
    traits_draw(&traits, ranges, 1, 1);
    return traits;
}

static struct sighting sighting_of(uint64_t name, uint32_t resolver)
{
    return (struct sighting){.seed = 9,
                             .name_hash = name,
                             .zone_hash = 77,
                             .resolver = resolver,
                             .type = 1,
                             .exists = true};
}

static bool is_same(struct lies a, struct lies b)
{
    return a.rewrite == b.rewrite && a.hides == b.hides && a.is_wrong == b.is_wrong &&
           a.is_forged == b.is_forged && a.bits == b.bits;
}

static void a_name_is_lied_about_for_all_types_and_always(void **state)
{
    struct traits traits = traits_of("hide", "30%");
    traits.value[TRAIT_WRONG] = (struct range){0.3, 0.3};
    unsigned hidden = 0, wrong = 0, both = 0, elsewhere = 0, other_seed = 0;
    (void)state;
    for (unsigned i = 0; i < NAMES; i++) {
        struct sighting s = sighting_of(i, 4);
        struct lies lies = lies_choose(&traits, &s);
        hidden += lies.hides;
        wrong += lies.is_wrong;
        both += lies.hides && lies.is_wrong;
        struct sighting again = s;
        again.kth = i;
        again.type = 28;
        again.is_tcp = again.has_edns = true;
        assert_true(is_same(lies_choose(&traits, &again), lies));
        again = s;
        again.resolver++;
        elsewhere += lies_choose(&traits, &again).hides != lies.hides;
        assert_true(lies_choose(&traits, &again).bits != lies.bits);
        again = s;
        again.seed++;
        other_seed += lies_choose(&traits, &again).hides != lies.hides;
    }
    assert_in_range(hidden, 1100, 1360); /* 1229 +- 4 sigma */
    assert_in_range(wrong, 1100, 1360);
    assert_in_range(both, 300, 440); /* independent of each other: 369 */
    assert_in_range(elsewhere, 1590, 1850);
    assert_in_range(other_seed, 1590, 1850);
}

static void only_names_that_exist_are_hidden_or_wrong(void **state)
{
    struct traits traits = traits_of("hide", NULL);
    struct sighting s = sighting_of(1, 4);
    (void)state;
    traits.value[TRAIT_WRONG] = (struct range){1, 1};
    assert_true(lies_choose(&traits, &s).hides && lies_choose(&traits, &s).is_wrong);
    s.exists = false;
    assert_false(lies_choose(&traits, &s).hides || lies_choose(&traits, &s).is_wrong);
}

static void the_honest_tell_no_lie(void **state)
{
    struct traits traits = traits_of("loss", "5%");
    (void)state;
    for (unsigned i = 0; i < NAMES; i++) {
        struct sighting s = sighting_of(i, i % 7);
        struct lies lies = lies_choose(&traits, &s);
        assert_false(lies.hides || lies.is_wrong || lies.is_forged || lies.rewrite);
        assert_int_equal(lies_choose_forgery(&traits, &s), FORGE_NO);
    }
}

static void forgeries_come_in_their_share_and_never_over_tcp(void **state)
{
    struct traits all = traits_of("forge", "echo"), some = all;
    unsigned forged = 0, differs = 0;
    (void)state;
    some.value[TRAIT_FORGE_SHARE] = (struct range){0.25, 0.25};
    for (unsigned i = 0; i < NAMES; i++) {
        struct sighting s = sighting_of(i, 4);
        assert_int_equal(lies_choose_forgery(&all, &s), FORGE_ECHO);
        int forge = lies_choose_forgery(&some, &s);
        forged += forge == FORGE_ECHO;
        s.kth++;
        differs += lies_choose_forgery(&some, &s) != forge;
        s.is_tcp = true;
        assert_int_equal(lies_choose_forgery(&all, &s), FORGE_NO);
    }
    assert_in_range(forged, 910, 1140); /* 1024 +- 4 sigma */
    assert_in_range(differs, 1410, 1660);
}

static void false_addresses_tell_which_lie_they_are(void **state)
{
    uint8_t a[4], b[4], aaaa[16], other[16];
    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        struct lies lies = {.rewrite = 1 + i % LIES_REWRITE_MAX, .bits = i * 0x9e3779b97f4a7c15u};
        lies_address(&lies, LIE_REWRITTEN, 0, a, 4);
        assert_memory_equal(a, "\313\0\161", 3);
        assert_int_equal(a[3], lies.rewrite);
        lies_address(&lies, LIE_FORGED, 0, a, 4);
        assert_memory_equal(a, "\313\0\161", 3);
        assert_in_range(a[3], 128, 254);
        lies_address(&lies, LIE_WRONG, 0, a, 4);
        lies_address(&lies, LIE_WRONG, 1, b, 4);
        assert_memory_equal(a, "\306\63\144", 3);
        assert_in_range(a[3], 1, 254);
        assert_int_equal(b[3], a[3] % 254 + 1);
        lies_address(&lies, LIE_WRONG, 0, aaaa, 16);
        assert_memory_equal(aaaa, "\77\377\0\0\0\1\0\0", 8);
        lies_address(&lies, LIE_FORGED, 0, other, 16);
        assert_memory_equal(other, "\77\377\0\0\0\2\0\0", 8);
        assert_memory_equal(other + 8, aaaa + 8, 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_lied_about_for_all_types_and_always),
        cmocka_unit_test(only_names_that_exist_are_hidden_or_wrong),
        cmocka_unit_test(the_honest_tell_no_lie),
        cmocka_unit_test(forgeries_come_in_their_share_and_never_over_tcp),
        cmocka_unit_test(false_addresses_tell_which_lie_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
