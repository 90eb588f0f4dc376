// SPDX-License-Identifier: BSD-2-Clause
/* Randomness that repeats: linked with --wrap=rng_init, every generator is keyed from
 * one number and the order in which generators are made. */
#ifndef FAKE_RANDOM_H
#define FAKE_RANDOM_H

#include <stdint.h>

/* Before the first rng_init; 0 without it. */
void fake_random_key(uint64_t key);

#endif
