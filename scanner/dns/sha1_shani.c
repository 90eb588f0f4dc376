// SPDX-License-Identifier: BSD-2-Clause
/* SHA-1 by the instructions made for it (SHA-NI): one lane, four rounds an instruction. */
#include "dns/sha1_kernels.h"

#if defined __x86_64__
#include <cpuid.h>
#include <immintrin.h>

#include "dns/sha1.h"

#define TARGET __attribute__((target("sha,sse4.1")))
#define INLINE TARGET static inline __attribute__((always_inline))

/* The four words of W[I] in the order in which the instructions want them: the first on top. */
INLINE __m128i load_words(const uint32_t *words)
{
    return _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(const void *)words), 0x1b);
}

/* Words 4I to 4I + 3 of the schedule; M has the last four such. */
INLINE __m128i next_words(__m128i m[4], unsigned i, const uint32_t *words)
{
    unsigned at = i % 4;
    if (i < 4)
        m[at] = load_words(words + (size_t)4 * i);
    else
        m[at] = _mm_sha1msg2_epu32(
            _mm_xor_si128(_mm_sha1msg1_epu32(m[at], m[(i - 3) % 4]), m[(i - 2) % 4]),
            m[(i - 1) % 4]);
    return m[at];
}

#define FOUR_ROUNDS(i)                                                                             \
    next = (i) == 0 ? _mm_add_epi32(e, next_words(m, 0, words))                                    \
                    : _mm_sha1nexte_epu32(e, next_words(m, i, words));                             \
    e = abcd;                                                                                      \
    abcd = _mm_sha1rnds4_epu32(abcd, next, (i) / 5);
#define TWENTY_ROUNDS(i)                                                                           \
    FOUR_ROUNDS(i)                                                                                 \
    FOUR_ROUNDS((i) + 1) FOUR_ROUNDS((i) + 2) FOUR_ROUNDS((i) + 3) FOUR_ROUNDS((i) + 4)

TARGET static void block(uint32_t *state, const uint32_t *words)
{
    __m128i m[4], next;
    __m128i abcd = load_words(state), e = _mm_set_epi32((int)state[4], 0, 0, 0);
    const __m128i abcd_before = abcd, e_before = e;
    TWENTY_ROUNDS(0)
    TWENTY_ROUNDS(5)
    TWENTY_ROUNDS(10)
    TWENTY_ROUNDS(15)
    e = _mm_sha1nexte_epu32(e, e_before);
    abcd = _mm_add_epi32(abcd, abcd_before);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_shuffle_epi32(abcd, 0x1b));
    state[4] = (uint32_t)_mm_extract_epi32(e, 3);
}

static void search(const struct sha1_search *search, uint32_t *out)
{
    for (size_t i = 0; i < search->set_count; i++) {
        const uint32_t *delta = search->delta + i * SHA1_SEARCH_ROUNDS;
        uint32_t words[SHA1_BLOCK_WORDS], state[SHA1_STATE_WORDS];
        for (size_t t = 0; t < SHA1_BLOCK_WORDS; t++)
            words[t] = search->base[t] ^ delta[t];
        for (size_t t = 0; t < SHA1_STATE_WORDS; t++)
            state[t] = sha1_start[t];
        block(state, words);
        out[i] = state[4];
    }
}

/* __builtin_cpu_supports does not know these by name in all compilers. */
static bool is_here(void)
{
    unsigned a, b, c, d;
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
           (b & bit_SHA);
}

const struct sha1_kernel sha1_shani = {
    .name = "sha-ni", .lanes = 1, .is_here = is_here, .block = block, .search = search};
#endif
