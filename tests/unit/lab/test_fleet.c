// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/fleet.c, fleetfile.c: text to groups, groups to resolvers. */
#include "tests/unit/lab/help.h"

#include <arpa/inet.h>

#include "bench/lab/fleet.h"

static struct fleet_params params_of(const char *mix, const char *file, size_t v4, size_t v6)
{
    return (struct fleet_params){.seed = 1,
                                 .first = 0x7f010001,
                                 .port = 5300,
                                 .v4_count = v4,
                                 .v6_count = v6,
                                 .mix = mix,
                                 .file = file};
}

static struct fleet *fleet_of(const char *text, size_t count)
{
    char why[FLEET_ERROR_MAX];
    char *path = file_of(text);
    struct fleet_params params = params_of(NULL, path, count, 0);
    struct fleet *fleet = NULL;
    if (fleet_create(&fleet, &params, why))
        fail_msg("%s", why);
    file_remove(path);
    return fleet;
}

static void assert_refused(const char *text, const char *expected)
{
    char why[FLEET_ERROR_MAX];
    char *path = file_of(text);
    struct fleet_params params = params_of(NULL, path, 10, 0);
    struct fleet *fleet = NULL;
    int err = fleet_create(&fleet, &params, why);
    if (err != ERR_SYNTAX || !strstr(why, expected))
        fail_msg("\"%s\": %d, %s", text, err, why);
    assert_null(fleet);
    file_remove(path);
}

static void the_lossy_mix_has_its_shares(void **state)
{
    static const struct {
        const char *label;
        uint32_t count;
    } expected[] = {{"dead=any", 15},
                    {"slow=600ms-2s", 15},
                    {"servfail=50%", 20},
                    {"tc-only", 5},
                    {"plain", 445}};
    char why[FLEET_ERROR_MAX];
    struct fleet_params params = params_of("lossy", NULL, 500, 0);
    struct fleet *fleet = NULL;
    unsigned assigned[5] = {0};
    (void)state;
    assert_int_equal(fleet_create(&fleet, &params, why), 0);
    assert_int_equal(fleet->group_count, 5);
    for (size_t i = 0; i < 500; i++) {
        const struct range *v = fleet->resolvers[i].traits.value;
        assigned[fleet->resolvers[i].group]++;
        assert_true(v[TRAIT_LOSS].low >= 0.004 && v[TRAIT_LOSS].low <= 0.05);
        assert_true(v[TRAIT_CAP].low >= 50 && v[TRAIT_CAP].low <= 5000);
    }
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(fleet->groups[i].label, expected[i].label);
        assert_int_equal(assigned[i], expected[i].count);
    }
    fleet_destroy(fleet);
}

static void addresses_are_consecutive_and_ipv6_differs_in_port(void **state)
{
    char why[FLEET_ERROR_MAX], text[FLEET_ADDRESS_MAX];
    struct fleet_params params = params_of("clean", NULL, 300, 2);
    struct fleet *fleet = NULL;
    (void)state;
    assert_int_equal(fleet_create(&fleet, &params, why), 0);
    assert_string_equal(fleet_address_text(&fleet->resolvers[0], text), "127.1.0.1:5300");
    assert_string_equal(fleet_address_text(&fleet->resolvers[299], text), "127.1.1.44:5300");
    assert_string_equal(fleet_address_text(&fleet->resolvers[300], text), "[::1]:5300");
    assert_string_equal(fleet_address_text(&fleet->resolvers[301], text), "[::1]:5301");
    fleet_destroy(fleet);
}

static void who_is_in_which_group_follows_from_the_seed(void **state)
{
    char why[FLEET_ERROR_MAX];
    struct fleet_params params = params_of("lossy", NULL, 200, 0);
    struct fleet *fleets[3] = {NULL};
    unsigned differs = 0;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        params.seed = i == 2 ? 8 : 7;
        assert_int_equal(fleet_create(&fleets[i], &params, why), 0);
    }
    for (size_t i = 0; i < 200; i++) {
        assert_int_equal(fleets[0]->resolvers[i].group, fleets[1]->resolvers[i].group);
        assert_memory_equal(&fleets[0]->resolvers[i].traits, &fleets[1]->resolvers[i].traits,
                            sizeof(struct traits));
        differs += fleets[0]->resolvers[i].group != fleets[2]->resolvers[i].group;
    }
    assert_true(differs > 0);
    for (unsigned i = 0; i < 3; i++)
        fleet_destroy(fleets[i]);
}

static void groups_take_counts_then_shares_then_the_rest(void **state)
{
    struct fleet *fleet = fleet_of("# a fleet\n"
                                   "default loss=1% rtt=5ms-80ms\n"
                                   "group rest\n"
                                   "group count=4 dead loss=0\n"
                                   "group share=0.001 tc-only # at least one\n",
                                   10);
    (void)state;
    assert_int_equal(fleet->groups[0].count, 5);
    assert_int_equal(fleet->groups[1].count, 4);
    assert_int_equal(fleet->groups[2].count, 1);
    assert_string_equal(fleet->groups[0].label, "plain");
    assert_string_equal(fleet->groups[1].label, "dead loss=0");
    for (size_t i = 0; i < 10; i++) {
        const struct resolver *r = &fleet->resolvers[i];
        assert_int_equal(fleet_dead(r), r->group == 1 ? DEAD_SILENT : DEAD_NO);
        assert_true(r->traits.value[TRAIT_LOSS].low == (r->group == 1 ? 0 : 0.01));
    }
    fleet_destroy(fleet);
}

static void bad_files_are_refused_with_their_line(void **state)
{
    (void)state;
    assert_refused("group rest\nfoo rest\n", ":2: a line begins with");
    assert_refused("group rest colour=red\n", ":1: \"colour\" is no word");
    assert_refused("group rest loss=200%\n", ":1: loss: share of");
    assert_refused("group loss=1%\n", "how many?");
    assert_refused("group rest count=1\n", "one of them");
    assert_refused("group rest\ngroup rest\n", ":2: a second \"rest\"");
    assert_refused("group count=0\n", "count: a number");
    assert_refused("group share=0\n", "share: a part");
    assert_refused("group count=11\n", "more than the 10");
    assert_refused("group count=9\n", "1 of 10 resolvers");
    assert_refused("default count=9\n", "is no word");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lossy_mix_has_its_shares),
        cmocka_unit_test(addresses_are_consecutive_and_ipv6_differs_in_port),
        cmocka_unit_test(who_is_in_which_group_follows_from_the_seed),
        cmocka_unit_test(groups_take_counts_then_shares_then_the_rest),
        cmocka_unit_test(bad_files_are_refused_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
