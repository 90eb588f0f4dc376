// SPDX-License-Identifier: BSD-2-Clause
/* 8 lanes of SHA-1 by AVX2. */
#include "dns/sha1_kernels.h"

#if defined __x86_64__
#include <immintrin.h>

#define LANES        8
#define LANES_TARGET __attribute__((target("avx2")))

typedef __m256i vec;
#define vec_load(p)           _mm256_load_si256((const __m256i *)(p))
#define vec_store(p, v)       _mm256_store_si256((__m256i *)(p), v)
#define vec_all(x)            _mm256_set1_epi32((int)(x))
#define vec_add(x, y)         _mm256_add_epi32(x, y)
#define vec_xor(x, y)         _mm256_xor_si256(x, y)
#define vec_and(x, y)         _mm256_and_si256(x, y)
#define vec_or(x, y)          _mm256_or_si256(x, y)
#define vec_rotate(v, n)      vec_or(_mm256_slli_epi32(v, n), _mm256_srli_epi32(v, 32 - (n)))
#define vec_choose(b, c, d)   vec_xor(d, vec_and(b, vec_xor(c, d)))
#define vec_parity(b, c, d)   vec_xor(vec_xor(b, c), d)
#define vec_majority(b, c, d) vec_or(vec_and(b, c), vec_and(d, vec_or(b, c)))

#include "dns/sha1_lanes.h"

static bool is_here(void)
{
    return __builtin_cpu_supports("avx2");
}

const struct sha1_kernel sha1_avx2 = {.name = "avx2",
                                      .lanes = LANES,
                                      .is_here = is_here,
                                      .block = lanes_block,
                                      .search = lanes_search};
#endif
