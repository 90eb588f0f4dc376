// SPDX-License-Identifier: BSD-2-Clause
/* verdict/appraisal.c: thresholds at n-1 and n, and who comes before whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verdict/appraisal.h"

/* Nothing wrong with it. */
static const struct appraisal_facts fine = {
    .is_vetted = true,
    .is_rated = true,
    .tries = 1000,
    .replies = 1000,
    .median_rtt_us = 20000,
    .zones = 1,
    .random_names = 5,
    .known_names = 20,
    .compared_names = 20,
    .edns = TRAIT_YES,
    .dnssec = TRAIT_YES,
    .tcp = TRAIT_YES,
    .keeps_case = TRAIT_YES,
    .qps = 500,
};

static void assert_class(const struct appraisal_facts *facts, const char *class, const char *reason)
{
    struct appraisal a;
    appraise(facts, &a);
    assert_string_equal(resolver_classes[a.class].word, class);
    assert_string_equal(a.reason, reason);
    bool is_used = resolver_classes[a.class].is_used;
    if (a.class != RESOLVER_UNKNOWN)
        assert_int_equal(appraisal_is_usable(facts), is_used);
}

static void a_good_one_is_told_with_the_rate_it_was_tried_at(void **state)
{
    struct appraisal_facts f = fine;
    (void)state;
    assert_class(&f, "good", "no limit up to 500 q/s");
    f.is_rated = false;
    assert_class(&f, "good", "rate not measured");
    f.is_vetted = false;
    assert_class(&f, "unknown", "the checks did not end");
}

static void without_a_name_to_judge_by_nobody_is_good(void **state)
{
    struct appraisal_facts f = fine;
    (void)state;
    f.known_names = 0;
    assert_class(&f, "unknown", "no name to judge it by");
    f.has_limit = true;
    assert_class(&f, "limited", "drops what comes much faster");
}

static void the_dead_are_told_apart_from_the_unasked(void **state)
{
    struct appraisal_facts f = {.tries = 4, .silent = 4, .is_vetted = true};
    (void)state;
    assert_class(&f, "dead", "no reply to 4 queries");
    f.is_unreachable = true;
    assert_class(&f, "dead", "port unreachable");
    f.is_vetted = false; /* there was no time to hear from it */
    struct appraisal a;
    appraise(&f, &a);
    assert_int_equal(a.class, RESOLVER_UNKNOWN);
    const struct appraisal_facts unasked = {0};
    appraise(&unasked, &a);
    assert_int_equal(a.class, RESOLVER_UNKNOWN);
    assert_true(a.loss <= 0);
}

static void lies_convict_by_number(void **state)
{
    struct appraisal_facts f = fine;
    (void)state;
    f.rewritten = 1;
    assert_class(&f, "rewriting", "data for 1 of 5 names that do not exist");
    f.rewritten = 0;
    f.undenied = 2;
    assert_class(&f, "good", "no limit up to 500 q/s");
    f.undenied = 3;
    assert_class(&f, "rewriting", "no denial of 3 of 5 names that do not exist");
    f = fine;
    f.disputed = 2;
    assert_class(&f, "unknown", "others deny 2 names that it gives data for");
    f = fine;
    f.hidden = 1;
    assert_class(&f, "hiding", "denies 1 of 20 names that exist");
    f = fine;
    f.foreign = 1;
    assert_class(&f, "good", "no limit up to 500 q/s, other addresses for 1 of 20 names");
    f.foreign = 2;
    assert_class(&f, "wrong", "other addresses than all others give for 2 of 20 names");
    f = fine;
    f.forged = 2;
    assert_class(&f, "good", "no limit up to 500 q/s");
    f.forged = 3;
    assert_class(&f, "forging", "3 forged packets came with its replies");
}

static void trouble_is_a_share(void **state)
{
    struct appraisal_facts f = fine;
    (void)state;
    f.silent = 49;
    assert_class(&f, "good", "no limit up to 500 q/s");
    f.silent = 50;
    assert_class(&f, "lossy", "loses 5% of the queries");
    f = fine;
    f.servfails = 199;
    assert_class(&f, "good", "no limit up to 500 q/s");
    f.servfails = 200;
    assert_class(&f, "failing", "SERVFAIL for 20% of the queries");
    f = fine;
    f.median_rtt_us = 499999;
    assert_class(&f, "good", "no limit up to 500 q/s");
    f.median_rtt_us = 500000;
    assert_class(&f, "slow", "half of its replies take 500 ms or more");
    f = fine;
    f.tries = 9; /* too few for a share */
    f.silent = 5;
    f.servfails = 4;
    assert_class(&f, "good", "no limit up to 500 q/s");
    f = fine;
    f.replies = 20;
    f.truncated = 17;
    assert_class(&f, "good", "no limit up to 500 q/s");
    f.truncated = 18;
    assert_class(&f, "truncating", "truncates every reply by UDP");
}

static void half_of_the_zones_refused_is_refusing(void **state)
{
    struct appraisal_facts f = fine;
    (void)state;
    f.zones = 3;
    f.zones_refused = 1;
    assert_class(&f, "good", "no limit up to 500 q/s, refuses 1 of 3 zones");
    f.zones = 2;
    assert_class(&f, "refusing", "refuses 1 of 2 zones");
    f.zones = f.zones_refused = 0;
    assert_class(&f, "good", "no limit up to 500 q/s");
}

static void the_gravest_names_the_class_and_the_others_follow(void **state)
{
    struct appraisal_facts f = fine;
    (void)state;
    f.hidden = 4;
    f.rewritten = 5;
    f.silent = 100;
    assert_class(&f, "rewriting",
                 "data for 5 of 5 names that do not exist, denies 4 of 20 names that exist, loses "
                 "10% of the queries");
}

static void limits_and_traits_are_told(void **state)
{
    struct appraisal_facts f = fine;
    (void)state;
    f.has_limit = true;
    f.excess = EXCESS_SERVFAILED;
    f.edns = f.dnssec = f.tcp = f.keeps_case = TRAIT_NO;
    f.shares_with = "192.0.2.1:53";
    f.sharers = 4;
    f.duplicates = 3;
    assert_class(&f, "limited",
                 "answers SERVFAIL to what comes much faster, one limit for 4 addresses: same as "
                 "192.0.2.1:53, no EDNS, leaves signatures out, no TCP, changes letter case, sends "
                 "replies twice");
    f.edns = f.dnssec = f.tcp = f.keeps_case = TRAIT_UNTRIED;
    f.shares_with = NULL;
    f.duplicates = 2;
    f.excess = EXCESS_REFUSED;
    assert_class(&f, "limited", "refuses what comes much faster");
}

static void everything_wrong_at_once_stays_in_its_room(void **state)
{
    struct appraisal_facts f = fine;
    struct appraisal a;
    (void)state;
    f.rewritten = f.random_names = f.hidden = f.known_names = f.foreign = f.compared_names =
        f.forged = f.zones = f.zones_refused = f.duplicates = UINT32_MAX / 2;
    f.silent = f.servfails = f.truncated = 900;
    f.median_rtt_us = UINT32_MAX;
    f.has_limit = f.is_intercepted = true;
    f.shares_with = "[2001:db8:1111:2222:3333:4444:5555:6666%some-interface]:65535";
    f.edns = f.dnssec = f.tcp = f.keeps_case = TRAIT_NO;
    appraise(&f, &a);
    assert_int_equal(a.class, RESOLVER_REWRITING);
    assert_true(strlen(a.reason) < APPRAISAL_REASON_MAX);
    assert_non_null(strstr(a.reason, "intercepted"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_is_told_with_the_rate_it_was_tried_at),
        cmocka_unit_test(without_a_name_to_judge_by_nobody_is_good),
        cmocka_unit_test(the_dead_are_told_apart_from_the_unasked),
        cmocka_unit_test(lies_convict_by_number),
        cmocka_unit_test(trouble_is_a_share),
        cmocka_unit_test(half_of_the_zones_refused_is_refusing),
        cmocka_unit_test(the_gravest_names_the_class_and_the_others_follow),
        cmocka_unit_test(limits_and_traits_are_told),
        cmocka_unit_test(everything_wrong_at_once_stays_in_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
