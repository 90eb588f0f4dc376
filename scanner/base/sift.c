// SPDX-License-Identifier: BSD-2-Clause
#include "base/sift.h"

#if defined __x86_64__
#include <immintrin.h>

#define LANES 16

/* A gather fetches the words of the bitmap, all 16 misses under way together. */
__attribute__((target("avx512f,popcnt"))) static size_t sift_avx512(const uint32_t *bits,
                                                                    unsigned shift,
                                                                    const uint32_t *words,
                                                                    size_t count, uint32_t *places)
{
    const __m128i bit_shift = _mm_cvtsi32_si128((int)shift);
    const __m512i one = _mm512_set1_epi32(1), bit_mask = _mm512_set1_epi32(31);
    const __m512i step = _mm512_set1_epi32(LANES);
    __m512i place = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    size_t passed = 0;
    for (size_t i = 0; i < count; i += LANES) {
        __m512i bit = _mm512_srl_epi32(_mm512_loadu_si512(words + i), bit_shift);
        __m512i found = _mm512_i32gather_epi32(_mm512_srli_epi32(bit, 5), bits, sizeof *bits);
        __m512i mask = _mm512_sllv_epi32(one, _mm512_and_si512(bit, bit_mask));
        __mmask16 is_set = _mm512_test_epi32_mask(found, mask);
        _mm512_storeu_si512(places + passed, _mm512_maskz_compress_epi32(is_set, place));
        passed += (size_t)_mm_popcnt_u32(is_set);
        place = _mm512_add_epi32(place, step);
    }
    while (passed > 0 && places[passed - 1] >= count) /* of what lies behind the last */
        passed--;
    return passed;
}
#endif

size_t sift_plain(const uint32_t *bits, unsigned shift, const uint32_t *words, size_t count,
                  uint32_t *places)
{
    size_t passed = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bit = words[i] >> shift;
        places[passed] = (uint32_t)i; /* overwritten where it does not count: no branch */
        passed += bits[bit / 32] >> bit % 32 & 1;
    }
    return passed;
}

sift_fn sift_best(void)
{
#if defined __x86_64__
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("popcnt"))
        return sift_avx512;
#endif
    return sift_plain;
}
