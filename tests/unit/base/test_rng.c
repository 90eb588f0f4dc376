// SPDX-License-Identifier: BSD-2-Clause
/* base/rng.c: ChaCha20 by the RFC's numbers, xoshiro256** by its authors'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

static void draw(struct rng *rng, uint32_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = rng_u32(rng);
}

static void the_stream_is_that_of_rfc_8439(void **state)
{
    (void)state;
    /* Appendix A.1, test vectors 1 and 2: zero key and nonce, blocks 0 and 1. */
    static const uint8_t block_0[16] = {0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90,
                                        0x40, 0x5d, 0x6a, 0xe5, 0x53, 0x86, 0xbd, 0x28};
    static const uint8_t block_1[16] = {0x9f, 0x07, 0xe7, 0xbe, 0x55, 0x51, 0x38, 0x7a,
                                        0x98, 0xba, 0x97, 0x7c, 0x73, 0x2d, 0x08, 0x0d};
    const uint8_t key[32] = {0};
    uint32_t out[32];
    struct rng rng;
    rng_init_key(&rng, key);
    draw(&rng, out, 32);
    assert_memory_equal(out, block_0, sizeof block_0);
    assert_memory_equal(out + 16, block_1, sizeof block_1);
}

static void a_key_of_ones_gives_the_rfc_block(void **state)
{
    (void)state;
    /* Appendix A.1, test vector 3: key ending in 1, block 1. */
    static const uint8_t expected[16] = {0x3a, 0xeb, 0x52, 0x24, 0xec, 0xf8, 0x49, 0x92,
                                         0x9b, 0x9d, 0x82, 0x8d, 0xb1, 0xce, 0xd4, 0xdd};
    const uint8_t key[32] = {[31] = 1};
    uint32_t out[32];
    struct rng rng;
    rng_init_key(&rng, key);
    draw(&rng, out, 32);
    assert_memory_equal(out + 16, expected, sizeof expected);
}

static void words_of_both_sizes_are_of_one_stream(void **state)
{
    (void)state;
    const uint8_t key[32] = {1, 2, 3};
    uint32_t halves[256];
    struct rng rng;
    rng_init_key(&rng, key);
    draw(&rng, halves, 256);
    rng_init_key(&rng, key);
    for (size_t i = 0; i < 128; i++) {
        uint64_t whole = rng_u64(&rng);
        assert_memory_equal(&whole, halves + 2 * i, sizeof whole);
    }
}

static void a_word_that_would_cross_a_refill_is_of_the_next_block(void **state)
{
    (void)state;
    const uint8_t key[32] = {9};
    uint32_t block[64], next[2];
    struct rng rng;
    rng_init_key(&rng, key);
    draw(&rng, block, 64);
    draw(&rng, next, 2);
    rng_init_key(&rng, key);
    draw(&rng, block, 63); /* four octets are left */
    uint64_t whole = rng_u64(&rng);
    assert_memory_equal(&whole, next, sizeof whole);
}

static void the_block_counter_carries(void **state)
{
    (void)state;
    const uint8_t key[32] = {0};
    uint32_t first[64], second[64];
    struct rng rng;
    rng_init_key(&rng, key);
    rng.state[12] = 0xfffffffe; /* the four blocks straddle 2^32 */
    draw(&rng, first, 64);
    assert_int_equal(rng.state[12], 2);
    assert_int_equal(rng.state[13], 1);
    rng_init_key(&rng, key);
    rng.state[13] = 1;
    draw(&rng, second, 64);
    assert_memory_equal(first + 32, second, 128);
}

static void two_generators_from_the_kernel_differ(void **state)
{
    (void)state;
    struct rng a, b;
    assert_int_equal(rng_init(&a), 0);
    assert_int_equal(rng_init(&b), 0);
    assert_true(rng_u64(&a) != rng_u64(&b));
}

static void bounded_values_stay_below_and_are_even(void **state)
{
    (void)state;
    const uint8_t key[32] = {7};
    unsigned counts[2][5] = {{0}};
    struct rng rng;
    struct rng_fast fast;
    rng_init_key(&rng, key);
    rng_fast_init(&fast, 7);
    for (int i = 0; i < 50000; i++) {
        uint32_t a = rng_below(&rng, 5), b = rng_fast_below(&fast, 5);
        assert_in_range(a, 0, 4);
        assert_in_range(b, 0, 4);
        counts[0][a]++;
        counts[1][b]++;
    }
    for (int i = 0; i < 10; i++) /* 10,000 each; six sigma are 537 */
        assert_in_range(counts[i / 5][i % 5], 10000 - 537, 10000 + 537);
    assert_int_equal(rng_below(&rng, 1), 0);
    assert_int_equal(rng_fast_below(&fast, 1), 0);
}

static void bounds_near_2_to_the_32_are_not_biased(void **state)
{
    (void)state;
    const uint8_t key[32] = {8};
    const uint32_t bound = 3u << 30; /* plain scaling would favour every third value by half */
    unsigned thirds[3] = {0};
    struct rng rng;
    rng_init_key(&rng, key);
    for (int i = 0; i < 60000; i++)
        thirds[rng_below(&rng, bound) % 3]++;
    for (int i = 0; i < 3; i++) /* 20,000 each; six sigma are 693 */
        assert_in_range(thirds[i], 20000 - 693, 20000 + 693);
}

static void the_fast_one_is_a_pure_function_of_its_seed(void **state)
{
    (void)state;
    /* splitmix64 of 0 makes the state; the first outputs are then fixed. */
    struct rng_fast a, b;
    rng_fast_init(&a, 0);
    assert_true(a.s[0] == 0xe220a8397b1dcdafu);
    assert_true(a.s[1] == 0x6e789e6aa1b965f4u);
    assert_true(rng_fast_u64(&a) == 0x99ec5f36cb75f2b4u);
    assert_true(rng_fast_u64(&a) == 0xbf6e1f784956452au);
    rng_fast_init(&a, 42);
    rng_fast_init(&b, 42);
    for (int i = 0; i < 100; i++)
        assert_true(rng_fast_u64(&a) == rng_fast_u64(&b));
    rng_fast_init(&b, 43);
    assert_true(rng_fast_u64(&a) != rng_fast_u64(&b));
}

static void the_unit_interval_is_half_open(void **state)
{
    (void)state;
    struct rng_fast rng;
    double sum = 0;
    rng_fast_init(&rng, 5);
    for (int i = 0; i < 100000; i++) {
        double value = rng_fast_unit(&rng);
        assert_true(value >= 0 && value < 1);
        sum += value;
    }
    assert_true(sum > 49400 && sum < 50600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stream_is_that_of_rfc_8439),
        cmocka_unit_test(a_key_of_ones_gives_the_rfc_block),
        cmocka_unit_test(words_of_both_sizes_are_of_one_stream),
        cmocka_unit_test(a_word_that_would_cross_a_refill_is_of_the_next_block),
        cmocka_unit_test(the_block_counter_carries),
        cmocka_unit_test(two_generators_from_the_kernel_differ),
        cmocka_unit_test(bounded_values_stay_below_and_are_even),
        cmocka_unit_test(bounds_near_2_to_the_32_are_not_biased),
        cmocka_unit_test(the_fast_one_is_a_pure_function_of_its_seed),
        cmocka_unit_test(the_unit_interval_is_half_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
