// SPDX-License-Identifier: BSD-2-Clause
/* base/sift.c: both ways, against asking bit by bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "base/sift.h"

#define COUNT_MAX 100

/* A bitmap of 1 << (32 - SHIFT) bits, a share of them set. */
static void check(sift_fn sift, struct rng_fast *rng, unsigned shift, uint32_t share)
{
    size_t bit_count = (size_t)1 << (32 - shift);
    uint32_t *bits = calloc(bit_count / 32 + 1, sizeof *bits);
    uint32_t words[COUNT_MAX + SIFT_SLACK], places[COUNT_MAX + SIFT_SLACK];
    assert_non_null(bits);
    for (size_t i = 0; i < bit_count; i++)
        if (rng_fast_below(rng, 100) < share)
            bits[i / 32] |= (uint32_t)1 << i % 32;
    for (size_t i = 0; i < COUNT_MAX + SIFT_SLACK; i++)
        words[i] = (uint32_t)rng_fast_u64(rng);
    words[0] = 0;
    words[1] = UINT32_MAX;
    for (size_t count = 0; count <= COUNT_MAX; count++) {
        size_t expected = 0, got = sift(bits, shift, words, count, places);
        for (size_t i = 0; i < count; i++) {
            uint32_t bit = words[i] >> shift;
            if (bits[bit / 32] >> bit % 32 & 1) {
                assert_true(expected < got);
                assert_int_equal(places[expected++], i);
            }
        }
        assert_int_equal(got, expected);
    }
    free(bits);
}

static void those_with_their_bit_set_pass(void **state)
{
    static const uint32_t shares[] = {0, 1, 10, 50, 99, 100};
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 1);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        for (unsigned shift = 12; shift <= 31; shift++) {
            check(sift_plain, &rng, shift, shares[i]);
            check(sift_best(), &rng, shift, shares[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(those_with_their_bit_set_pass)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
