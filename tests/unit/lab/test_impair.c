// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/impair.c: what is wrong with a resolver is a pure function. */
#include "tests/unit/lab/help.h"

#include "base/hash.h"
#include "bench/lab/fleet.h"
#include "bench/lab/impair.h"

static void parse(struct range ranges[TRAIT_COUNT], const char *word, const char *value)
{
    const char *expected = "";
    if (traits_parse(ranges, word, value, &expected))
        fail_msg("%s=%s: %s", word, value ? value : "", expected);
}

static struct traits traits_of(const char *word, const char *value)
{
    struct range ranges[TRAIT_COUNT] = {0};
    struct traits traits;
    parse(ranges, word, value);
    traits_draw(&traits, ranges, 1, 1);
    return traits;
}

static struct sighting sighting_of(uint64_t name, uint32_t resolver, uint32_t kth)
{
    return (struct sighting){
        .seed = 9, .name_hash = name, .zone_hash = 77, .resolver = resolver, .kth = kth, .type = 1};
}

static bool is_same(const struct outcome *a, const struct outcome *b)
{
    return a->action == b->action && a->cause == b->cause && a->delay == b->delay &&
           a->variant == b->variant;
}

#define SIGHTINGS 4096

static void the_same_sighting_has_the_same_outcome_in_any_order(void **state)
{
    static struct outcome forwards[SIGHTINGS];
    struct range ranges[TRAIT_COUNT] = {0};
    struct traits traits;
    (void)state;
    parse(ranges, "loss", "30%");
    parse(ranges, "servfail", "30%");
    parse(ranges, "rtt", "5ms-50ms");
    parse(ranges, "jitter", "10ms");
    traits_draw(&traits, ranges, 3, 4);
    for (unsigned i = 0; i < SIGHTINGS; i++) {
        struct sighting s = sighting_of(i % 512, 4, i / 512);
        forwards[i] = impair_judge(&traits, &s);
    }
    for (unsigned i = SIGHTINGS; i-- > 0;) {
        struct sighting s = sighting_of(i % 512, 4, i / 512);
        struct outcome again = impair_judge(&traits, &s);
        assert_true(is_same(&again, &forwards[i]));
    }
}

static void every_part_of_a_sighting_matters(void **state)
{
    struct traits traits = traits_of("servfail", "50%");
    unsigned differs[5] = {0};
    (void)state;
    for (unsigned i = 0; i < SIGHTINGS; i++) {
        struct sighting s = sighting_of(i, 4, 0);
        struct outcome base = impair_judge(&traits, &s);
        struct sighting others[5] = {s, s, s, s, s};
        others[0].seed++;
        others[1].name_hash += SIGHTINGS;
        others[2].resolver++;
        others[3].kth++;
        others[4].type = 28;
        for (unsigned j = 0; j < 5; j++)
            differs[j] += impair_judge(&traits, &others[j]).action != base.action;
    }
    for (unsigned j = 0; j < 5; j++)
        assert_in_range(differs[j], SIGHTINGS * 45 / 100, SIGHTINGS * 55 / 100);
}

static unsigned count_actions(const struct traits *traits, enum action action, bool is_tcp)
{
    unsigned count = 0;
    for (unsigned i = 0; i < SIGHTINGS; i++) {
        struct sighting s = sighting_of(i, 4, 0);
        s.is_tcp = is_tcp;
        count += impair_judge(traits, &s).action == action;
    }
    return count;
}

static void shares_come_out_as_given(void **state)
{
    struct traits loss = traits_of("loss", "5%"), servfail = traits_of("servfail", "0.5");
    struct traits never = traits_of("loss", "0"), always = traits_of("servfail", NULL);
    (void)state;
    assert_in_range(count_actions(&loss, ACTION_SILENCE, false), 150, 260); /* 205 +- 4 sigma */
    assert_in_range(count_actions(&servfail, ACTION_SERVFAIL, false), 1900, 2200);
    assert_int_equal(count_actions(&never, ACTION_SILENCE, false), 0);
    assert_int_equal(count_actions(&always, ACTION_SERVFAIL, false), SIGHTINGS);
}

static void loss_and_truncation_are_for_udp(void **state)
{
    struct traits loss = traits_of("loss", "1"), tc = traits_of("tc-only", NULL);
    (void)state;
    assert_int_equal(count_actions(&loss, ACTION_SILENCE, true), 0);
    assert_int_equal(count_actions(&tc, ACTION_TRUNCATE, false), SIGHTINGS);
    assert_int_equal(count_actions(&tc, ACTION_TRUNCATE, true), 0);
}

static void noedns_minds_edns_alone(void **state)
{
    struct traits question = traits_of("noedns", NULL), bare = traits_of("noedns", "bare");
    struct sighting s = sighting_of(1, 1, 0);
    (void)state;
    assert_int_equal(impair_judge(&question, &s).action, ACTION_ANSWER);
    s.has_edns = true;
    assert_int_equal(impair_judge(&question, &s).action, ACTION_FORMERR);
    assert_int_equal(impair_judge(&bare, &s).action, ACTION_FORMERR_BARE);
}

static void a_zone_is_refused_for_every_name_or_for_none(void **state)
{
    struct traits traits = traits_of("refuse-zone", "50%");
    unsigned refused = 0;
    (void)state;
    for (unsigned zone = 1; zone <= 200; zone++) {
        struct sighting s = sighting_of(1, 4, 0);
        s.zone_hash = zone;
        enum action first = impair_judge(&traits, &s).action;
        refused += first == ACTION_REFUSED;
        for (unsigned i = 0; i < 20; i++) {
            s.name_hash = i;
            s.kth = i;
            assert_int_equal(impair_judge(&traits, &s).action, first);
        }
    }
    assert_in_range(refused, 60, 140);
    struct sighting outside = sighting_of(1, 4, 0);
    outside.zone_hash = 0;
    struct traits all = traits_of("refuse-zone", NULL);
    assert_int_equal(impair_judge(&all, &outside).action, ACTION_ANSWER);
}

static void only_zones_refuses_what_lies_in_none(void **state)
{
    struct traits traits = traits_of("only-zones", NULL);
    struct sighting s = sighting_of(1, 4, 0);
    (void)state;
    assert_int_equal(impair_judge(&traits, &s).action, ACTION_ANSWER);
    s.zone_hash = 0;
    assert_int_equal(impair_judge(&traits, &s).action, ACTION_REFUSED);
    traits = traits_of("loss", "0");
    assert_int_equal(impair_judge(&traits, &s).action, ACTION_ANSWER);
}

/* Words that came later must not change what a fleet does under a seed: the two hashes
 * were taken before lies were added. */
static void old_fleets_do_what_they_always_did(void **state)
{
    static const enum trait first[] = {
        TRAIT_DEAD, TRAIT_LOSS,   TRAIT_NOEDNS, TRAIT_REFUSE_ZONE, TRAIT_SERVFAIL, TRAIT_TC_ONLY,
        TRAIT_RTT,  TRAIT_JITTER, TRAIT_SLOW,   TRAIT_CAP,         TRAIT_OVER};
    static const char *const lines[] = {
        "default loss=0.4%-5% rtt=5ms-280ms jitter=20ms cap=50-5000 over=any",
        "group share=3% dead=any",
        "group share=3% slow=600ms-2s",
        "group share=4% servfail=50%",
        "group share=1% tc-only noedns=any",
        "group share=10% refuse-zone=20%-80%",
        "group rest"};
    struct fleet_params params = {
        .seed = 7, .first = 0x7f010001, .port = 5300, .v4_count = 200, .lines = lines};
    char why[FLEET_ERROR_MAX];
    struct fleet *fleet = NULL;
    uint64_t traits = 0, outcomes = 0;
    (void)state;
    params.line_count = sizeof lines / sizeof *lines;
    assert_int_equal(fleet_create(&fleet, &params, why), 0);
    for (uint32_t i = 0; i < 200; i++) {
        const struct resolver *r = &fleet->resolvers[i];
        uint64_t drawn[16] = {r->group};
        for (size_t j = 0; j < sizeof first / sizeof *first; j++)
            drawn[1 + j] = (uint64_t)(r->traits.value[first[j]].low * 1000 + 0.5);
        traits = hash64(drawn, sizeof drawn, traits);
        for (uint32_t n = 0; n < 64; n++) {
            struct sighting s = sighting_of(n * 0x9e3779b97f4a7c15u, i, n % 3);
            s.seed = 7;
            s.zone_hash = n % 5;
            s.type = n % 2 ? 1 : 28;
            s.has_edns = n % 4 == 0;
            s.is_tcp = n % 8 == 7;
            struct outcome o = impair_judge(&r->traits, &s);
            uint64_t cause = o.cause < 0 ? 0 : 1 + (o.action == ACTION_SILENCE);
            uint64_t came[4] = {o.action, cause, (uint64_t)(o.delay / 1000), o.variant};
            outcomes = hash64(came, sizeof came, outcomes);
        }
    }
    assert_int_equal(traits, 0xd8603cbf242dd5ef);
    assert_int_equal(outcomes, 0x8d82792d65e94571);
    fleet_destroy(fleet);
}

static void delays_stay_in_their_ranges(void **state)
{
    struct range ranges[TRAIT_COUNT] = {0};
    struct traits traits;
    mono_ns low = INT64_MAX, high = 0;
    (void)state;
    parse(ranges, "rtt", "100ms");
    parse(ranges, "jitter", "10ms");
    parse(ranges, "slow", "600ms-2s");
    traits_draw(&traits, ranges, 1, 1);
    for (unsigned i = 0; i < SIGHTINGS; i++) {
        struct sighting s = sighting_of(i, 1, 0);
        mono_ns delay = impair_judge(&traits, &s).delay;
        low = delay < low ? delay : low;
        high = delay > high ? delay : high;
    }
    assert_in_range(low, 700 * NS_PER_MS, 720 * NS_PER_MS);
    assert_in_range(high, 2080 * NS_PER_MS, 2110 * NS_PER_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_sighting_has_the_same_outcome_in_any_order),
        cmocka_unit_test(every_part_of_a_sighting_matters),
        cmocka_unit_test(shares_come_out_as_given),
        cmocka_unit_test(loss_and_truncation_are_for_udp),
        cmocka_unit_test(noedns_minds_edns_alone),
        cmocka_unit_test(a_zone_is_refused_for_every_name_or_for_none),
        cmocka_unit_test(only_zones_refuses_what_lies_in_none),
        cmocka_unit_test(old_fleets_do_what_they_always_did),
        cmocka_unit_test(delays_stay_in_their_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
