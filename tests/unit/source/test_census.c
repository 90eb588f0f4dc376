// SPDX-License-Identifier: BSD-2-Clause
/* source/census.c: estimates against made-up chains, as statistics: many chains, and how far
 * off the estimates are in their own standard deviations. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "chain.h"
#include "source/census.h"
#include "dns/nsec3_heads.h"

struct errors {
    unsigned count, beyond_3;
    double sum, sum_of_squares; /* of standard deviations */
};

static void note(struct errors *errors, double estimate, double deviation, double truth)
{
    double z = (estimate - truth) / deviation;
    errors->count++;
    errors->beyond_3 += fabs(z) > 3;
    errors->sum += z;
    errors->sum_of_squares += z * z;
}

/* No bias beyond chance, and a deviation that is neither flattering nor vague. */
static void assert_is_calibrated(const struct errors *errors, const char *what, double low,
                                 double high)
{
    double mean = errors->sum / errors->count;
    double sigma = sqrt(errors->sum_of_squares / errors->count);
    if (fabs(mean) > 3.5 / sqrt(errors->count) || sigma < low || sigma > high ||
        errors->beyond_3 > 1 + errors->count / 50)
        fail_msg("%s: mean %.2f, sigma %.2f of %u, %u beyond 3", what, mean, sigma, errors->count,
                 errors->beyond_3);
}

static void draw_until(struct gaps *gaps, const struct chain *chain, struct rng_fast *rng,
                       double hashes)
{
    for (double i = 0; i < hashes; i++) {
        uint8_t hash[NSEC3_HASH_LEN];
        chain_random_hash(rng, hash);
        if (!gaps_may_be_open(gaps, nsec3_first(hash)))
            continue;
        struct gaps_span span = chain_around(chain, hash);
        assert_true(gaps_add(gaps, &span) >= 0);
    }
}

static void try_estimates(size_t names, const double *missing, size_t steps, unsigned chains)
{
    struct errors errors[8] = {{0}}, shares = {0};
    for (uint64_t seed = 1; seed <= chains; seed++) {
        struct rng_fast rng;
        struct gaps *gaps;
        double drawn = 0, n = (double)names;
        rng_fast_init(&rng, seed);
        struct chain chain = chain_create(names, &rng);
        assert_int_equal(gaps_create(&gaps, seed), 0);
        for (size_t i = 0; i < steps; i++) {
            double hashes = n * (1 / missing[i] - 1);
            draw_until(gaps, &chain, &rng, hashes - drawn);
            drawn = hashes;
            struct gaps_sums sums = gaps_sums(gaps);
            struct census census = census_take(&sums);
            note(&errors[i], census.exist, census.deviation, n);
            note(&shares, census.missing, 0.3 * missing[i], missing[i]);
        }
        gaps_destroy(gaps);
        chain_destroy(&chain);
    }
    for (size_t i = 0; i < steps; i++) {
        char what[64];
        (void)snprintf(what, sizeof what, "%zu names, %.3f missing", names, missing[i]);
        assert_is_calibrated(&errors[i], what, 0.8, 1.25);
    }
    assert_true(fabs(shares.sum / shares.count) < 0.1); /* H = N (1 / p - 1) */
}

static void estimates_are_as_good_as_they_say(void **state)
{
    static const double small[] = {0.9, 0.5, 0.1, 0.03}, large[] = {0.5, 0.1, 0.02};
    (void)state;
    try_estimates(1000, small, 4, 150);
    try_estimates(20000, large, 3, 12);
}

static void the_first_probes_tell_the_size(void **state)
{
    struct errors errors = {0};
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct rng_fast rng;
        double length = 0, deviation;
        rng_fast_init(&rng, seed);
        struct chain chain = chain_create(2000, &rng);
        for (unsigned i = 0; i < CENSUS_SAMPLE; i++) {
            uint8_t hash[NSEC3_HASH_LEN];
            chain_random_hash(&rng, hash);
            struct gaps_span span = chain_around(&chain, hash);
            length += (double)arc_length(span.owner, span.next);
        }
        double exist = census_from_sample(CENSUS_SAMPLE, length, &deviation);
        note(&errors, exist, 2000 / sqrt(2 * CENSUS_SAMPLE), 2000);
        assert_true(fabs(deviation / exist - 0.125) < 0.001);
        chain_destroy(&chain);
    }
    assert_is_calibrated(&errors, "sample", 0.85, 1.2);
}

static void what_is_closed_is_known(void **state)
{
    const struct gaps_sums sums = {.spans = 5, .covered = ARC_WHOLE, .opt_out = ARC_WHOLE / 4};
    (void)state;
    struct census census = census_take(&sums);
    assert_true(census.is_closed);
    assert_true(fabs(census.exist - 5) < 1e-9);
    assert_true(census.missing <= 0 && census.deviation <= 0);
    assert_true(fabs(census.opt_out - 0.25) < 1e-9);
    assert_true(census_hashes_left(&census, 0, 0) <= 0);
}

/* Spans shorter than any unit, or as good as all of the circle. */
static void the_odd_ends_are_numbers(void **state)
{
    static const struct gaps_sums odd[] = {
        {.spans = 0},
        {.spans = 1, .gaps = 1, .covered = 0},
        {.spans = 1, .gaps = 1, .covered = ARC_WHOLE},
        {.spans = 1000, .gaps = 1, .covered = ARC_WHOLE - 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct census census = census_take(&odd[i]);
        assert_true(isfinite(census.exist) && isfinite(census.deviation));
        assert_true(isfinite(census.hashes_a_find) && census.hashes_a_find >= 1);
        assert_true(census.missing > 0 && census.missing <= 1);
        assert_true(census.exist >= odd[i].spans);
    }
    double deviation;
    assert_true(census_from_sample(0, 0, &deviation) <= 0);
    assert_true(fabs(census_from_sample(1, (double)ARC_WHOLE, &deviation) - 1) < 1e-9);
}

static void each_limit_ends_a_walk(void **state)
{
    /* A hundredth is open: a tenth is missing, and a find costs 100 hashes. */
    const struct gaps_sums sums = {
        .spans = 900, .gaps = 90, .covered = ARC_WHOLE - ARC_WHOLE / 100};
    const struct gaps_sums closed = {.spans = 900, .covered = ARC_WHOLE};
    struct census census = census_take(&sums), all = census_take(&closed);
    const struct {
        struct census_limits limits;
        enum census_end end;
    } cases[] = {
        {{.missing = 0}, CENSUS_GOES_ON},           {{.missing = 0.1001}, CENSUS_ENOUGH},
        {{.missing = 0.0999}, CENSUS_GOES_ON},      {{.hashes_max = 5000}, CENSUS_HASHES},
        {{.hashes_max = 5001}, CENSUS_GOES_ON},     {{.find_hashes_max = 99}, CENSUS_TOO_DEAR},
        {{.find_hashes_max = 101}, CENSUS_GOES_ON},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(census_judge(&census, &cases[i].limits, 5000), cases[i].end);
        assert_int_equal(census_judge(&all, &cases[i].limits, 5000), CENSUS_CLOSED);
    }
    assert_true(fabs(census.exist - 1000) < 1e-3);
    assert_true(fabs(census_hashes_left(&census, 9000, 0.01) - 90000) < 1);
    assert_true(fabs(census_hashes_left(&census, 9000, 0) - (1e6 / 0.693147 - 9000)) < 10);
    assert_true(fabs(census_hashes_left(&census, 1e9, 0) - 100) < 1e-3); /* unlucky so far */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(estimates_are_as_good_as_they_say),
        cmocka_unit_test(the_first_probes_tell_the_size),
        cmocka_unit_test(what_is_closed_is_known),
        cmocka_unit_test(the_odd_ends_are_numbers),
        cmocka_unit_test(each_limit_ends_a_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
