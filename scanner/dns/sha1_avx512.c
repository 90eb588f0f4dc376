// SPDX-License-Identifier: BSD-2-Clause
/* 16 lanes of SHA-1 by AVX-512F. */
#include "dns/sha1_kernels.h"

#if defined __x86_64__
#include <immintrin.h>

#define LANES        16
#define LANES_TARGET __attribute__((target("avx512f")))

/* What vpternlogd makes of three bits, as a table: bit 4b + 2c + d. */
#define TABLE_CHOOSE   0xca
#define TABLE_PARITY   0x96
#define TABLE_MAJORITY 0xe8

typedef __m512i vec;
#define vec_load(p)           _mm512_load_si512(p)
#define vec_store(p, v)       _mm512_store_si512(p, v)
#define vec_all(x)            _mm512_set1_epi32((int)(x))
#define vec_add(x, y)         _mm512_add_epi32(x, y)
#define vec_xor(x, y)         _mm512_xor_si512(x, y)
#define vec_rotate(v, n)      _mm512_rol_epi32(v, n)
#define vec_choose(b, c, d)   _mm512_ternarylogic_epi32(b, c, d, TABLE_CHOOSE)
#define vec_parity(b, c, d)   _mm512_ternarylogic_epi32(b, c, d, TABLE_PARITY)
#define vec_majority(b, c, d) _mm512_ternarylogic_epi32(b, c, d, TABLE_MAJORITY)

#include "dns/sha1_lanes.h"

static bool is_here(void)
{
    return __builtin_cpu_supports("avx512f");
}

const struct sha1_kernel sha1_avx512 = {.name = "avx512",
                                        .lanes = LANES,
                                        .is_here = is_here,
                                        .block = lanes_block,
                                        .search = lanes_search};
#endif
