// SPDX-License-Identifier: BSD-2-Clause
/* dns/sha1_kernel.c and each of sha1_avx512.c, sha1_avx2.c, sha1_shani.c, sha1_portable.c against
 * the plain block of sha1.c. */
#include "tests/unit/dns/many.h"

#include <stdlib.h>

#include "dns/sha1.h"

#define ROUNDS 200
#define SETS   3

static void put_words(uint8_t block[SHA1_BLOCK_LEN], const uint32_t *words, size_t stride)
{
    for (size_t i = 0; i < SHA1_BLOCK_WORDS; i++)
        for (size_t j = 0; j < 4; j++)
            block[4 * i + j] = (uint8_t)(words[i * stride] >> (24 - 8 * j));
}

static void random_words(struct rng_fast *rng, uint32_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (uint32_t)rng_fast_u64(rng);
}

static void kernels_have_names(void **state)
{
    size_t here = 0;
    (void)state;
    for (size_t i = 0; sha1_kernel_at(i); i++) {
        const struct sha1_kernel *kernel = sha1_kernel_at(i);
        assert_ptr_equal(sha1_kernel_find(kernel->name), kernel->is_here() ? kernel : NULL);
        here += kernel->is_here();
        assert_true(kernel->lanes >= 1 && SHA1_LANES_MAX % kernel->lanes == 0);
    }
    assert_null(kernel_here(here));
    assert_ptr_equal(sha1_kernel_best(), kernel_here(0));
    assert_non_null(sha1_kernel_find("portable"));
    assert_null(sha1_kernel_find("abacus"));
}

static void blocks_are_those_of_the_plain_one(void **state)
{
    _Alignas(SHA1_ALIGN) uint32_t words[SHA1_BLOCK_WORDS * SHA1_LANES_MAX],
        lanes[SHA1_STATE_WORDS * SHA1_LANES_MAX];
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 1);
    for (size_t k = 0; kernel_here(k); k++) {
        const struct sha1_kernel *kernel = kernel_here(k);
        size_t n = kernel->lanes;
        for (int round = 0; round < ROUNDS; round++) {
            uint32_t expected[SHA1_LANES_MAX][SHA1_WORDS];
            random_words(&rng, words, SHA1_BLOCK_WORDS * n);
            random_words(&rng, lanes, SHA1_STATE_WORDS * n);
            for (size_t lane = 0; lane < n; lane++) {
                uint8_t block[SHA1_BLOCK_LEN];
                for (size_t i = 0; i < SHA1_WORDS; i++)
                    expected[lane][i] = lanes[i * n + lane];
                put_words(block, words + lane, n);
                sha1_block(expected[lane], block);
            }
            kernel->block(lanes, words);
            for (size_t lane = 0; lane < n; lane++)
                for (size_t i = 0; i < SHA1_WORDS; i++)
                    if (lanes[i * n + lane] != expected[lane][i])
                        fail_msg("%s: lane %zu word %zu", kernel->name, lane, i);
        }
    }
}

/* Messages that differ from one in the words of ROWS (a bit each). */
static void check_search(const struct sha1_kernel *kernel, struct rng_fast *rng, unsigned rows)
{
    size_t n = kernel->lanes;
    uint32_t *delta = aligned_alloc(SHA1_ALIGN, SETS * SHA1_SEARCH_ROUNDS * SHA1_LANES_MAX * 4);
    _Alignas(SHA1_ALIGN) uint32_t out[SETS * SHA1_LANES_MAX] = {0};
    struct sha1_search search = {.is_first_word = rows == 1, .set_count = SETS, .delta = delta};
    assert_non_null(delta);
    random_words(rng, search.base, SHA1_BLOCK_WORDS);
    sha1_schedule(search.base);
    for (size_t i = 0; i < SETS * n; i++) {
        uint32_t words[SHA1_SEARCH_ROUNDS] = {0};
        for (unsigned row = 0; row < SHA1_BLOCK_WORDS; row++)
            words[row] = rows >> row & 1 ? (uint32_t)rng_fast_u64(rng) : 0;
        sha1_schedule(words);
        for (size_t t = 0; t < SHA1_SEARCH_ROUNDS; t++)
            delta[(i / n * SHA1_SEARCH_ROUNDS + t) * n + i % n] = words[t];
    }
    kernel->search(&search, out);
    for (size_t i = 0; i < SETS * n; i++) {
        uint32_t words[SHA1_BLOCK_WORDS], hash[SHA1_WORDS];
        uint8_t block[SHA1_BLOCK_LEN];
        for (size_t t = 0; t < SHA1_BLOCK_WORDS; t++)
            words[t] = search.base[t] ^ delta[(i / n * SHA1_SEARCH_ROUNDS + t) * n + i % n];
        put_words(block, words, 1);
        memcpy(hash, sha1_start, sizeof hash);
        sha1_block(hash, block);
        if (out[i] != hash[4])
            fail_msg("%s: rows %#x, message %zu", kernel->name, rows, i);
    }
    free(delta);
}

static void searches_find_the_fifth_word(void **state)
{
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 2);
    for (size_t k = 0; kernel_here(k); k++)
        for (unsigned rows = 1; rows < 1u << SHA1_BLOCK_WORDS; rows += rows < 8 ? 1 : 3001)
            check_search(kernel_here(k), &rng, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_have_names),
        cmocka_unit_test(blocks_are_those_of_the_plain_one),
        cmocka_unit_test(searches_find_the_fifth_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
