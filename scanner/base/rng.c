// SPDX-License-Identifier: BSD-2-Clause
/* ChaCha20 for what must not be guessed, xoshiro256** for what must repeat.
 *
 * ChaCha20 (RFC 8439, with the original 64-bit block counter in words 12 and 13
 * and a zero nonce: the key is never used twice) makes four blocks at a time, one in
 * each lane of the compiler's vectors: a quarter of the cost, and still plain C.
 *
 * 1. ChaCha20: four blocks, key set-up, handing out.
 * 2. xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64 as they advise.
 * 3. Bounded values of both, without modulo bias (Lemire 2019). */
#include "base/rng.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define LANES       4  /* blocks made at a time */
#define WORDS       16 /* of 32 bits in a block */
#define ROUNDS      20
#define COUNTER_LOW 12 /* index of the counter's low word in the state */

typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));

_Static_assert(sizeof((struct rng *)0)->block == 4 * WORDS * LANES, "a refill is four blocks");

static inline lanes rotate(lanes x, int bits)
{
    return x << bits | x >> (32 - bits);
}

static inline void quarter_round(lanes x[WORDS], int a, int b, int c, int d)
{
    x[a] += x[b];
    x[d] = rotate(x[d] ^ x[a], 16);
    x[c] += x[d];
    x[b] = rotate(x[b] ^ x[c], 12);
    x[a] += x[b];
    x[d] = rotate(x[d] ^ x[a], 8);
    x[c] += x[d];
    x[b] = rotate(x[b] ^ x[c], 7);
}

static void refill(struct rng *rng)
{
    lanes start[WORDS], x[WORDS];
    uint64_t counter = rng->state[COUNTER_LOW] | (uint64_t)rng->state[COUNTER_LOW + 1] << 32;
    for (int i = 0; i < WORDS; i++)
        start[i] = (lanes){rng->state[i], rng->state[i], rng->state[i], rng->state[i]};
    for (int lane = 0; lane < LANES; lane++) {
        start[COUNTER_LOW][lane] = (uint32_t)(counter + (uint64_t)lane);
        start[COUNTER_LOW + 1][lane] = (uint32_t)((counter + (uint64_t)lane) >> 32);
    }
    memcpy(x, start, sizeof x);
    for (int round = 0; round < ROUNDS; round += 2) {
        quarter_round(x, 0, 4, 8, 12);
        quarter_round(x, 1, 5, 9, 13);
        quarter_round(x, 2, 6, 10, 14);
        quarter_round(x, 3, 7, 11, 15);
        quarter_round(x, 0, 5, 10, 15);
        quarter_round(x, 1, 6, 11, 12);
        quarter_round(x, 2, 7, 8, 13);
        quarter_round(x, 3, 4, 9, 14);
    }
    for (int i = 0; i < WORDS; i++) {
        x[i] += start[i];
        for (int lane = 0; lane < LANES; lane++) {
            uint32_t word = x[i][lane];
            memcpy(rng->block + 4 * (WORDS * lane + i), &word, sizeof word);
        }
    }
    counter += LANES;
    rng->state[COUNTER_LOW] = (uint32_t)counter;
    rng->state[COUNTER_LOW + 1] = (uint32_t)(counter >> 32);
    rng->used = 0;
}

int rng_init(struct rng *rng)
{
    uint8_t key[32];
    memset(rng, 0, sizeof *rng);
    ssize_t got;
    do
        got = getrandom(key, sizeof key, 0); /* 32 bytes come whole or not at all */
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof key)
        return ERR_IO;
    rng_init_key(rng, key);
    explicit_bzero(key, sizeof key);
    return 0;
}

void rng_init_key(struct rng *rng, const uint8_t key[32])
{
    static const uint32_t constant[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memset(rng, 0, sizeof *rng);
    memcpy(rng->state, constant, sizeof constant);
    memcpy(rng->state + 4, key, 32);
    rng->used = sizeof rng->block;
}

uint32_t rng_u32(struct rng *rng)
{
    uint32_t value;
    if (sizeof rng->block - rng->used < sizeof value)
        refill(rng);
    memcpy(&value, rng->block + rng->used, sizeof value);
    rng->used += sizeof value;
    return value;
}

uint64_t rng_u64(struct rng *rng)
{
    uint64_t value;
    if (sizeof rng->block - rng->used < sizeof value)
        refill(rng);
    memcpy(&value, rng->block + rng->used, sizeof value);
    rng->used += sizeof value;
    return value;
}

static inline uint64_t rotate64(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

void rng_fast_init(struct rng_fast *rng, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15u;
        uint64_t z = seed;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        rng->s[i] = z ^ z >> 31;
    }
}

uint64_t rng_fast_u64(struct rng_fast *rng)
{
    uint64_t *s = rng->s;
    uint64_t result = rotate64(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate64(s[3], 45);
    return result;
}

double rng_fast_unit(struct rng_fast *rng)
{
    return (double)(rng_fast_u64(rng) >> 11) * 0x1p-53;
}

/* The high half of value x bound is uniform once the few low halves that would
 * come too often are drawn again. */
uint32_t rng_below(struct rng *rng, uint32_t bound)
{
    uint64_t product = (uint64_t)rng_u32(rng) * bound;
    if ((uint32_t)product < bound) {
        uint32_t surplus = -bound % bound;
        while ((uint32_t)product < surplus)
            product = (uint64_t)rng_u32(rng) * bound;
    }
    return (uint32_t)(product >> 32);
}

uint32_t rng_fast_below(struct rng_fast *rng, uint32_t bound)
{
    uint64_t product = (rng_fast_u64(rng) >> 32) * bound;
    if ((uint32_t)product < bound) {
        uint32_t surplus = -bound % bound;
        while ((uint32_t)product < surplus)
            product = (rng_fast_u64(rng) >> 32) * bound;
    }
    return (uint32_t)(product >> 32);
}
