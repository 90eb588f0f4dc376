// SPDX-License-Identifier: BSD-2-Clause
/* A seeded bijection on [0, COUNT): an order nobody has to store.
 *
 * From it shuffle, shard and resume follow: position i of a run is always the
 * same block for the same seed, whoever asks and however many ask. */
#ifndef SOURCE_PERMUTE_H
#define SOURCE_PERMUTE_H

#include <stdint.h>

struct permutation {
    uint64_t count;
    uint64_t seed;
    unsigned half_bits; /* the Feistel network works on twice as many bits */
};

void permutation_init(struct permutation *permutation, uint64_t count, uint64_t seed);
/* Where INDEX < COUNT goes; COUNT at most 2^62. */
uint64_t permutation_at(const struct permutation *permutation, uint64_t index);

/* SEED made independent for each VALUE (splitmix64's finisher). */
uint64_t permute_mix(uint64_t seed, uint64_t value);

#endif
