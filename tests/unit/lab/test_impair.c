// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/impair.c: what is wrong with a resolver is a pure function. */
#include "tests/unit/lab/help.h"

#include "bench/lab/impair.h"

static void parse(struct range ranges[TRAIT_COUNT], const char *word, const char *value)
{
    const char *expected = "";
    if (impair_parse(ranges, word, value, &expected))
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

static void a_range_is_drawn_once_for_each_resolver(void **state)
{
    struct range ranges[TRAIT_COUNT] = {0};
    unsigned below_500 = 0, overs[3] = {0};
    (void)state;
    parse(ranges, "cap", "50-5000");
    parse(ranges, "over", "any");
    parse(ranges, "dead", "any");
    for (uint32_t i = 0; i < 1000; i++) {
        struct traits traits, again;
        traits_draw(&traits, ranges, 5, i);
        traits_draw(&again, ranges, 5, i);
        assert_memory_equal(&traits, &again, sizeof traits);
        double cap = traits.value[TRAIT_CAP].low;
        assert_true(cap >= 50 && cap <= 5000);
        below_500 += cap < 500;
        overs[(int)traits.value[TRAIT_OVER].low]++;
        assert_in_range((int)traits.value[TRAIT_DEAD].low, 1, 2);
    }
    assert_in_range(below_500, 430, 570); /* half of a log scale from 50 to 5,000 */
    for (unsigned i = 0; i < 3; i++)
        assert_in_range(overs[i], 260, 410);
}

static void bad_values_are_refused(void **state)
{
    static const char *const bad[][2] = {
        {"loss", "2"},      {"loss", "-1%"},   {"loss", "x"},       {"loss", "5%-1%"},
        {"rtt", NULL},      {"rtt", "11s"},    {"rtt", "5ms-"},     {"cap", "0"},
        {"cap", NULL},      {"over", "maybe"}, {"over", NULL},      {"tc-only", "yes"},
        {"dead", "undead"}, {"loss", ""},      {"jitter", "1ms-2"}, {"servfail", "nan"},
    };
    struct range ranges[TRAIT_COUNT] = {0}, untouched[TRAIT_COUNT] = {0};
    const char *expected;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int err = impair_parse(ranges, bad[i][0], bad[i][1], &expected);
        if (bad[i][1] && !strcmp(bad[i][1], "1ms-2")) /* a bare number is milliseconds */
            assert_int_equal(err, 0);
        else if (err != ERR_SYNTAX && err != ERR_RANGE)
            fail_msg("%s=%s gives %d", bad[i][0], bad[i][1] ? bad[i][1] : "", err);
    }
    ranges[TRAIT_JITTER] = (struct range){0};
    assert_memory_equal(ranges, untouched, sizeof ranges);
    assert_int_equal(impair_parse(ranges, "lossy", "1%", &expected), ERR_MISSING);
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
        cmocka_unit_test(delays_stay_in_their_ranges),
        cmocka_unit_test(a_range_is_drawn_once_for_each_resolver),
        cmocka_unit_test(bad_values_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
