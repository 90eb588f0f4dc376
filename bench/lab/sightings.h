// SPDX-License-Identifier: BSD-2-Clause
/* The k-th time a resolver sees a name and type.
 *
 * A bounded table: groups of eight entries of 48 bits of hash and 16 of count. In
 * a full group the entry with the lowest count is forgotten, so its name would be
 * "first seen" again; how often that happened is reported. 4 million entries (32
 * MB, touched as used) hold a 200,000-word scan with its retries many times over. */
#ifndef LAB_SIGHTINGS_H
#define LAB_SIGHTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SIGHTINGS_MAX (256u << 20)

struct sightings {
    uint64_t *entries; /* 0: free */
    size_t group_mask;
    uint64_t forgotten;
};

MUST_CHECK int sightings_init(struct sightings *sightings, size_t entry_count);
void sightings_deinit(struct sightings *sightings);
/* How often KEY was counted before; counts it. Stays at 65,534. */
uint32_t sightings_count(struct sightings *sightings, uint64_t key);

#endif
