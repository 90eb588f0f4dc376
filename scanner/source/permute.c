// SPDX-License-Identifier: BSD-2-Clause
/* A bijection on [0, COUNT) from a Feistel network with cycle walking.
 *
 * A Feistel network permutes 2^(2h) values whatever its round function. With the
 * smallest h for which 2^(2h) >= COUNT, a value that falls outside [0, COUNT) is put
 * through again until one falls inside; since the network is a bijection, the walk
 * comes back into the range, and the result is a bijection on it (Black and Rogaway
 * 2002, "Ciphers with arbitrary finite domains"). 2^(2h) < 4 x COUNT, so that the walk
 * takes fewer than four steps on average.
 *
 * The order is to spread load, not to hide anything: four rounds suffice. */
#include "source/permute.h"

#define ROUNDS 4

uint64_t permute_mix(uint64_t seed, uint64_t value)
{
    uint64_t z = seed + (value + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void permutation_init(struct permutation *permutation, uint64_t count, uint64_t seed)
{
    unsigned half_bits = 1;
    while (half_bits < 31 && (uint64_t)1 << 2 * half_bits < count)
        half_bits++;
    *permutation = (struct permutation){.count = count, .seed = seed, .half_bits = half_bits};
}

static uint64_t feistel(const struct permutation *permutation, uint64_t value)
{
    uint64_t mask = ((uint64_t)1 << permutation->half_bits) - 1;
    uint64_t left = value >> permutation->half_bits;
    uint64_t right = value & mask;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t mixed = permute_mix(permutation->seed + round, right) & mask;
        uint64_t next = left ^ mixed;
        left = right;
        right = next;
    }
    return left << permutation->half_bits | right;
}

uint64_t permutation_at(const struct permutation *permutation, uint64_t index)
{
    do
        index = feistel(permutation, index);
    while (index >= permutation->count);
    return index;
}
