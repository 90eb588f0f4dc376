// SPDX-License-Identifier: BSD-2-Clause
/* Counting in groups of eight entries, one cache line each. */
#include "bench/lab/sightings.h"

#include <stdlib.h>
#include <string.h>

#define GROUP      8
#define COUNT_BITS 16
#define COUNT_MASK ((1ULL << COUNT_BITS) - 1)

int sightings_init(struct sightings *sightings, size_t entry_count)
{
    size_t groups = 1;
    while (groups * GROUP < entry_count)
        groups *= 2;
    *sightings = (struct sightings){.group_mask = groups - 1};
    /* calloc: fresh pages come zeroed and are touched as used */
    sightings->entries = calloc(groups, GROUP * sizeof *sightings->entries);
    return sightings->entries ? 0 : ERR_NOMEM;
}

void sightings_deinit(struct sightings *sightings)
{
    free(sightings->entries);
    sightings->entries = NULL;
}

uint32_t sightings_count(struct sightings *sightings, uint64_t key)
{
    uint64_t *group = &sightings->entries[(key & sightings->group_mask) * GROUP];
    uint64_t tag = key >> COUNT_BITS << COUNT_BITS;
    uint64_t *lowest = &group[0];
    for (unsigned i = 0; i < GROUP; i++) {
        uint64_t count = group[i] & COUNT_MASK;
        if (count && (group[i] & ~COUNT_MASK) == tag) {
            if (count < COUNT_MASK)
                group[i]++;
            return (uint32_t)(count - (count == COUNT_MASK));
        }
        if (count < (*lowest & COUNT_MASK))
            lowest = &group[i];
    }
    if (*lowest)
        sightings->forgotten++;
    *lowest = tag | 1;
    return 0;
}
