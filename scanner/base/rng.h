// SPDX-License-Identifier: BSD-2-Clause
/* Two kinds of randomness, kept apart.
 *
 * `struct rng` is unpredictable to an outsider: ChaCha20 keyed from the kernel,
 * refilled in blocks, for message ids, ports and probe labels' salt. Tests key
 * it with a fixed value through rng_init_key. `struct rng_fast` is xoshiro256**,
 * a pure function of its seed, for orders and simulations that must repeat. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct rng {
    uint32_t state[16];
    uint8_t block[256];
    size_t used; /* bytes of block handed out */
};

MUST_CHECK int rng_init(struct rng *rng);                  /* from getrandom(2) */
void rng_init_key(struct rng *rng, const uint8_t key[32]); /* tests */
uint32_t rng_u32(struct rng *rng);
uint64_t rng_u64(struct rng *rng);
uint32_t rng_below(struct rng *rng, uint32_t bound); /* uniform, bound > 0 */

struct rng_fast {
    uint64_t s[4];
};

void rng_fast_init(struct rng_fast *rng, uint64_t seed); /* splitmix64 expansion */
uint64_t rng_fast_u64(struct rng_fast *rng);
uint32_t rng_fast_below(struct rng_fast *rng, uint32_t bound);
double rng_fast_unit(struct rng_fast *rng); /* [0, 1) */

#endif
