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

struct mix_counts {
    uint32_t dead, rewrite, hide, wrong, forge, servfail, tc, slow, turns, shared, honest;
};

static struct mix_counts count_mix(const char *mix, size_t count)
{
    char why[FLEET_ERROR_MAX];
    struct fleet_params params = params_of(mix, NULL, count, 0);
    struct fleet *fleet = NULL;
    struct mix_counts n = {0};
    if (fleet_create(&fleet, &params, why))
        fail_msg("%s: %s", mix, why);
    for (size_t i = 0; i < count; i++) {
        const struct range *v = fleet->resolvers[i].traits.value;
        bool lies = v[TRAIT_REWRITE].low > 0 || v[TRAIT_HIDE].low > 0 || v[TRAIT_WRONG].low > 0;
        n.dead += v[TRAIT_DEAD].low > 0;
        n.rewrite += v[TRAIT_REWRITE].low > 0;
        n.hide += v[TRAIT_HIDE].low > 0;
        n.wrong += v[TRAIT_WRONG].low > 0;
        n.forge += v[TRAIT_FORGE].low > 0;
        n.servfail += v[TRAIT_SERVFAIL].low > 0;
        n.tc += v[TRAIT_TC_ONLY].low > 0;
        n.slow += v[TRAIT_SLOW].high > 0;
        n.turns += v[TRAIT_TURNS].low > 0;
        n.shared += fleet->resolvers[i].backend != i;
        n.honest += !lies && v[TRAIT_DEAD].low <= 0 && v[TRAIT_SERVFAIL].low < 1;
        assert_true(v[TRAIT_CAP].low >= 50 || !strcmp(mix, "clean"));
        assert_true(v[TRAIT_HIDE].low <= 0 || (v[TRAIT_HIDE].low >= 0.2 && v[TRAIT_HIDE].low <= 1));
    }
    fleet_destroy(fleet);
    return n;
}

static void the_public_mix_lies_in_its_shares_and_harsh_doubles_them(void **state)
{
    struct mix_counts public = count_mix("public", 500), harsh = count_mix("harsh", 500);
    struct mix_counts public_expected = {.dead = 15,
                                         .rewrite = 20,
                                         .hide = 10,
                                         .wrong = 10,
                                         .forge = 5,
                                         .servfail = 20,
                                         .tc = 5,
                                         .slow = 15};
    (void)state;
    public_expected.honest = 500 - 15 - 20 - 10 - 10;
    assert_memory_equal(&public, &public_expected, sizeof public);
    assert_int_equal(harsh.dead, 30);
    assert_int_equal(harsh.rewrite, 40 + 10 + 10); /* one-back-end ones and ones that turn */
    assert_int_equal(harsh.hide, 20 + 10);
    assert_int_equal(harsh.wrong, 20);
    assert_int_equal(harsh.forge, 10);
    assert_int_equal(harsh.servfail, 40);
    assert_int_equal(harsh.turns, 20);
    assert_int_equal(harsh.shared, 20 - 5 + 10 - 2);
}

static void easy_is_honest_and_hostile_is_not(void **state)
{
    struct mix_counts easy = count_mix("easy", 500), hostile = count_mix("hostile", 500);
    (void)state;
    assert_int_equal(easy.honest, 495);
    assert_int_equal(easy.dead, 5);
    assert_int_equal(easy.slow, 5);
    assert_int_equal(easy.servfail + easy.tc + easy.forge + easy.shared, 0);
    assert_int_equal(hostile.honest, 0);
    assert_int_equal(hostile.turns, 0); /* who turns was honest once */
    assert_int_equal(count_mix("clean", 500).honest, 500);
}

static void back_ends_are_runs_of_their_group(void **state)
{
    struct fleet *fleet = fleet_of("group count=10 backend=4 rewrite=1-100 rtt=5ms-80ms\n"
                                   "group rest hide=20%-80%\n",
                                   40);
    unsigned sizes[40] = {0}, whole = 0;
    (void)state;
    for (uint32_t i = 0; i < 40; i++) {
        const struct resolver *r = &fleet->resolvers[i], *first = &fleet->resolvers[r->backend];
        assert_true(r->backend <= i);
        assert_int_equal(first->backend, r->backend);
        assert_int_equal(first->group, r->group);
        assert_memory_equal(&first->traits, &r->traits, sizeof r->traits);
        assert_true(r->group == 0 || r->backend == i);
        sizes[r->backend]++;
    }
    for (unsigned i = 0; i < 40; i++) {
        assert_true(sizes[i] <= 4);
        whole += sizes[i] == 4;
    }
    assert_int_equal(whole, 2); /* and two are left over */
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
    assert_refused("group rest\ngroup rest rewrite=101\n", ":2: rewrite: A of NXDOMAIN");
    assert_refused("group rest rewrite\n", ":1: rewrite: ");
    assert_refused("group rest hide=2\n", ":1: hide: share of");
    assert_refused("group rest forge=letter\n", ":1: forge: sends");
    assert_refused("group rest forge forge-share=0\n", ":1: forge-share: share of");
    assert_refused("group rest backend=2-4\n", ":1: backend: so many");
    assert_refused("default late=5ms\n\ngroup rest turns=10\n", ":3: turns: to what?");
    assert_refused("group rest wrong late=5ms\n", ":1: forge-share and late are about forge");
    assert_refused("group rest forge-share=5%\n", ":1: forge-share and late are about forge");
}

static void words_for_liars_may_be_defaults(void **state)
{
    struct fleet *fleet = fleet_of("default turns=10 late=5ms forge-share=10%\n"
                                   "group count=1 forge=echo\n"
                                   "group rest\n",
                                   5);
    (void)state;
    assert_int_equal(fleet->group_count, 2);
    fleet_destroy(fleet);
}

static void mixes_go_by_their_names(void **state)
{
    char why[FLEET_ERROR_MAX];
    struct fleet_params params = params_of("bad", NULL, 10, 0);
    struct fleet *fleet = NULL;
    (void)state;
    assert_int_equal(fleet_create(&fleet, &params, why), ERR_SYNTAX);
    assert_string_equal(why, "--mix: \"bad\" is not clean, easy, lossy, public, harsh or hostile");
    params.mix = "harsh"; /* at least one of each group, of twelve and the rest */
    assert_int_equal(fleet_create(&fleet, &params, why), ERR_SYNTAX);
    assert_non_null(strstr(why, "more than the 10"));
    params.v4_count = 13;
    assert_int_equal(fleet_create(&fleet, &params, why), 0);
    fleet_destroy(fleet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lossy_mix_has_its_shares),
        cmocka_unit_test(the_public_mix_lies_in_its_shares_and_harsh_doubles_them),
        cmocka_unit_test(easy_is_honest_and_hostile_is_not),
        cmocka_unit_test(back_ends_are_runs_of_their_group),
        cmocka_unit_test(addresses_are_consecutive_and_ipv6_differs_in_port),
        cmocka_unit_test(who_is_in_which_group_follows_from_the_seed),
        cmocka_unit_test(groups_take_counts_then_shares_then_the_rest),
        cmocka_unit_test(bad_files_are_refused_with_their_line),
        cmocka_unit_test(words_for_liars_may_be_defaults),
        cmocka_unit_test(mixes_go_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
