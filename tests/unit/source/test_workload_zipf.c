// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "source/workload_zipf.h"

/* What the table gives each rank, summed up, against the law. */
static void assert_law(uint32_t count, double exponent)
{
    struct zipf_slot *slots = malloc(count * sizeof *slots);
    double *shares = calloc(count, sizeof *shares), sum = 0;
    assert_true(slots && shares);
    assert_int_equal(zipf_build(slots, count, exponent), 0);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(slots[i].other < count);
        double own = slots[i].other == i ? 1 : ldexp((double)slots[i].own, -32);
        shares[i] += own / count;
        shares[slots[i].other] += (1 - own) / count;
        sum += pow((double)i + 1, -exponent);
    }
    for (uint32_t i = 0; i < count; i++) {
        double want = pow((double)i + 1, -exponent) / sum;
        if (fabs(shares[i] - want) > 1e-8 * want + 1e-9) /* each slot is rounded to 2^-32 */
            fail_msg("%u ranks, exponent %g: rank %u has %.12g, not %.12g", count, exponent, i,
                     shares[i], want);
    }
    free(slots);
    free(shares);
}

static void tables_follow_the_law(void **state)
{
    (void)state;
    static const uint32_t counts[] = {1, 2, 3, 10, 1000, 10000};
    static const double exponents[] = {0, 0.5, 1, 1.2, 3};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (size_t j = 0; j < sizeof exponents / sizeof *exponents; j++)
            assert_law(counts[i], exponents[j]);
}

/* Chi-square of DRAWS over COUNT ranks: its mean is count - 1, its variance twice that. */
static double chi_square(uint32_t count, double exponent, uint32_t draws)
{
    struct zipf_slot *slots = malloc(count * sizeof *slots);
    uint32_t *seen = calloc(count, sizeof *seen);
    struct rng_fast rng;
    double sum = 0, chi = 0;
    assert_true(slots && seen);
    assert_int_equal(zipf_build(slots, count, exponent), 0);
    rng_fast_init(&rng, 42);
    for (uint32_t i = 0; i < draws; i++)
        seen[zipf_draw(slots, count, rng_fast_u64(&rng))]++;
    for (uint32_t i = 0; i < count; i++)
        sum += pow((double)i + 1, -exponent);
    for (uint32_t i = 0; i < count; i++) {
        double want = draws * pow((double)i + 1, -exponent) / sum;
        chi += (seen[i] - want) * (seen[i] - want) / want;
    }
    free(slots);
    free(seen);
    return chi;
}

static void draws_pass_a_chi_square_test(void **state)
{
    (void)state;
    static const double exponents[] = {0, 1, 1.3};
    for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++) {
        double chi = chi_square(100, exponents[i], 300000);
        double bound = 99 + 4 * sqrt(2 * 99.0); /* four deviations */
        if (chi > bound || chi < 99 - 4 * sqrt(2 * 99.0))
            fail_msg("exponent %g: chi-square %.1f over 99 degrees", exponents[i], chi);
    }
}

/* The lowest and highest random numbers stay inside. */
static void every_random_number_has_a_rank(void **state)
{
    (void)state;
    static const uint64_t randoms[] = {0, 1, UINT32_MAX, (uint64_t)UINT32_MAX << 32, UINT64_MAX};
    for (uint32_t count = 1; count < 20; count++) {
        struct zipf_slot slots[20];
        assert_int_equal(zipf_build(slots, count, 1), 0);
        for (size_t i = 0; i < sizeof randoms / sizeof *randoms; i++)
            assert_true(zipf_draw(slots, count, randoms[i]) < count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_follow_the_law),
        cmocka_unit_test(draws_pass_a_chi_square_test),
        cmocka_unit_test(every_random_number_has_a_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
