// SPDX-License-Identifier: BSD-2-Clause
/* SHA-1, as FIPS 180-4 section 6.1.2 has it; the schedule of 80 words is kept as a ring of 16. */
#include "dns/sha1.h"

#include <string.h>

const uint32_t sha1_start[SHA1_WORDS] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
                                         0xc3d2e1f0};

static uint32_t rotate(uint32_t word, unsigned count)
{
    return word << count | word >> (32 - count);
}

static uint32_t read_word(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void write_word(uint8_t *p, uint32_t word)
{
    p[0] = (uint8_t)(word >> 24);
    p[1] = (uint8_t)(word >> 16);
    p[2] = (uint8_t)(word >> 8);
    p[3] = (uint8_t)word;
}

/* f_t(b, c, d) + K_t of sections 4.1.1 and 4.2.1. */
static uint32_t mix(unsigned t, uint32_t b, uint32_t c, uint32_t d)
{
    if (t < 20)
        return (d ^ (b & (c ^ d))) + 0x5a827999;
    if (t < 40)
        return (b ^ c ^ d) + 0x6ed9eba1;
    if (t < 60)
        return ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    return (b ^ c ^ d) + 0xca62c1d6;
}

void sha1_block(uint32_t state[SHA1_WORDS], const uint8_t block[SHA1_BLOCK_LEN])
{
    uint32_t ring[16] = {0};
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (unsigned t = 0; t < 80; t++) {
        uint32_t word = t < 16 ? read_word(block + 4 * (size_t)t)
                               : rotate(ring[(t + 13) & 15] ^ ring[(t + 8) & 15] ^
                                            ring[(t + 2) & 15] ^ ring[t & 15],
                                        1);
        ring[t & 15] = word;
        uint32_t next = rotate(a, 5) + mix(t, b, c, d) + e + word;
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

void sha1(const void *data, size_t len, uint8_t out[SHA1_LEN])
{
    const uint8_t *in = data;
    uint8_t last[2 * SHA1_BLOCK_LEN] = {0}; /* what is left, a one bit, zeros, the length */
    uint32_t state[SHA1_WORDS];
    size_t left = len;
    memcpy(state, sha1_start, sizeof state);
    for (; left >= SHA1_BLOCK_LEN; left -= SHA1_BLOCK_LEN, in += SHA1_BLOCK_LEN)
        sha1_block(state, in);
    if (left > 0)
        memcpy(last, in, left);
    last[left] = 0x80;
    size_t last_len = left + 9 <= SHA1_BLOCK_LEN ? SHA1_BLOCK_LEN : sizeof last;
    write_word(last + last_len - 8, (uint32_t)((uint64_t)len >> 29));
    write_word(last + last_len - 4, (uint32_t)((uint64_t)len << 3));
    sha1_block(state, last);
    if (last_len > SHA1_BLOCK_LEN)
        sha1_block(state, last + SHA1_BLOCK_LEN);
    for (size_t i = 0; i < SHA1_WORDS; i++)
        write_word(out + 4 * i, state[i]);
}
