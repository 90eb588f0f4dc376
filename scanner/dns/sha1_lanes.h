// SPDX-License-Identifier: BSD-2-Clause
/* The rounds of SHA-1 for vectors, written once. Included by each sha1_*.c that has vectors,
 * after it has defined
 *
 *   LANES, LANES_TARGET      their number; the attribute of functions that use them
 *   vec                      the type
 *   vec_load vec_store       aligned
 *   vec_all(x)               x in every lane
 *   vec_add vec_xor vec_rotate(v, n)
 *   vec_choose(b, c, d)      (b & c) | (~b & d)
 *   vec_parity(b, c, d)      b ^ c ^ d
 *   vec_majority(b, c, d)
 *
 * and defines lanes_block and lanes_search (struct sha1_kernel). All calls are inlined and all
 * round numbers constant, so what does not depend on lanes is settled when compiling. */
#include "dns/sha1.h"
#include "dns/sha1_kernel.h"

#define LANES_INLINE LANES_TARGET static inline __attribute__((always_inline))

LANES_INLINE uint32_t round_constant(unsigned t)
{
    return t < 20 ? 0x5a827999u : t < 40 ? 0x6ed9eba1u : t < 60 ? 0x8f1bbcdcu : 0xca62c1d6u;
}

LANES_INLINE vec round_mix(unsigned t, vec b, vec c, vec d)
{
    if (t < 20)
        return vec_choose(b, c, d);
    return t >= 40 && t < 60 ? vec_majority(b, c, d) : vec_parity(b, c, d);
}

/* TERM is word + constant. The sum that waits for A comes last. */
#define ROUND(a, b, c, d, e, t, term)                                                              \
    (e) = vec_add(vec_add(e, term), round_mix(t, b, c, d));                                        \
    (e) = vec_add(e, vec_rotate(a, 5));                                                            \
    (b) = vec_rotate(b, 30);

#define ROUNDS_5(t, term)                                                                          \
    ROUND(a, b, c, d, e, (t), term((t)))                                                           \
    ROUND(e, a, b, c, d, (t) + 1, term((t) + 1))                                                   \
    ROUND(d, e, a, b, c, (t) + 2, term((t) + 2))                                                   \
    ROUND(c, d, e, a, b, (t) + 3, term((t) + 3))                                                   \
    ROUND(b, c, d, e, a, (t) + 4, term((t) + 4))
#define ROUNDS_15(t, term) ROUNDS_5(t, term) ROUNDS_5((t) + 5, term) ROUNDS_5((t) + 10, term)

/* Word T of the schedule, kept in W, the last 16 of them. */
LANES_INLINE vec block_word(vec w[16], unsigned t, const uint32_t *words)
{
    unsigned at = t % 16;
    if (t < 16)
        w[at] = vec_load(words + (size_t)t * LANES);
    else
        w[at] = vec_rotate(
            vec_xor(vec_parity(w[(t - 3) % 16], w[(t - 8) % 16], w[(t - 14) % 16]), w[at]), 1);
    return w[at];
}

LANES_TARGET static void lanes_block(uint32_t *state, const uint32_t *words)
{
    vec w[16];
    vec a = vec_load(state), b = vec_load(state + LANES), c = vec_load(state + 2 * LANES),
        d = vec_load(state + 3 * LANES), e = vec_load(state + 4 * LANES);
#define BLOCK_TERM(t) vec_add(block_word(w, t, words), vec_all(round_constant(t)))
    ROUNDS_15(0, BLOCK_TERM)
    ROUNDS_15(15, BLOCK_TERM)
    ROUNDS_15(30, BLOCK_TERM)
    ROUNDS_15(45, BLOCK_TERM)
    ROUNDS_15(60, BLOCK_TERM)
    ROUNDS_5(75, BLOCK_TERM)
    vec_store(state, vec_add(a, vec_load(state)));
    vec_store(state + LANES, vec_add(b, vec_load(state + LANES)));
    vec_store(state + 2 * LANES, vec_add(c, vec_load(state + 2 * LANES)));
    vec_store(state + 3 * LANES, vec_add(d, vec_load(state + 3 * LANES)));
    vec_store(state + 4 * LANES, vec_add(e, vec_load(state + 4 * LANES)));
}

/* Words of the schedule that word 0 of the message has no part in, as bits: of W[t] = W[t-3] ^
 * W[t-8] ^ W[t-14] ^ W[t-16], those with four such. */
#define WITHOUT_FIRST ((uint64_t)0x24b6fffe)

/* Word and constant of round T in every lane. SUMS: base and constant, for where nothing varies. */
LANES_INLINE vec search_term(const struct sha1_search *search, const uint32_t *sums,
                             const uint32_t *delta, unsigned t, bool is_first_word)
{
    if (is_first_word && t < 64 && (WITHOUT_FIRST >> t & 1))
        return vec_all(sums[t]);
    vec word = vec_xor(vec_load(delta + (size_t)t * LANES), vec_all(search->base[t]));
    return vec_add(word, vec_all(round_constant(t)));
}

LANES_INLINE vec search_set(const struct sha1_search *search, const uint32_t *sums,
                            const uint32_t *delta, bool is_first_word)
{
    vec a = vec_all(sha1_start[0]), b = vec_all(sha1_start[1]), c = vec_all(sha1_start[2]),
        d = vec_all(sha1_start[3]), e = vec_all(sha1_start[4]);
#define SEARCH_TERM(t) search_term(search, sums, delta, t, is_first_word)
    ROUNDS_15(0, SEARCH_TERM)
    ROUNDS_15(15, SEARCH_TERM)
    ROUNDS_15(30, SEARCH_TERM)
    ROUNDS_15(45, SEARCH_TERM)
    ROUNDS_15(60, SEARCH_TERM)
    ROUND(a, b, c, d, e, 75, SEARCH_TERM(75))
    return vec_add(vec_rotate(e, 30), vec_all(sha1_start[4]));
}

LANES_TARGET static void lanes_search(const struct sha1_search *search, uint32_t *out)
{
    uint32_t sums[SHA1_SEARCH_ROUNDS];
    const uint32_t *delta = search->delta;
    for (unsigned t = 0; t < SHA1_SEARCH_ROUNDS; t++)
        sums[t] = search->base[t] + round_constant(t);
    for (size_t i = 0; i < search->set_count; i++) {
        vec fifth = search->is_first_word ? search_set(search, sums, delta, true)
                                          : search_set(search, sums, delta, false);
        vec_store(out, fifth);
        delta += (size_t)SHA1_SEARCH_ROUNDS * LANES;
        out += LANES;
    }
}
