// SPDX-License-Identifier: BSD-2-Clause
#include "tests/fake/random.h"

#include <string.h>

#include "base/rng.h"

static uint64_t base_key, made;

void fake_random_key(uint64_t key)
{
    base_key = key;
    made = 0;
}

/* The linker's name for what takes the place of rng_init. */
int __wrap_rng_init(struct rng *rng);

int __wrap_rng_init(struct rng *rng)
{
    uint8_t key[32] = {0};
    uint64_t number = made++;
    memcpy(key, &base_key, sizeof base_key);
    memcpy(key + sizeof base_key, &number, sizeof number);
    rng_init_key(rng, key);
    return 0;
}
