// SPDX-License-Identifier: BSD-2-Clause
/* dnstrawl's own set (base/set.h). */
#include <stdlib.h>

#include "base/set.h"
#include "bench/set/contender.h"

static void *create(size_t expected_count)
{
    struct set *set;
    (void)expected_count;
    return set_create(&set) == 0 ? set : NULL;
}

static void destroy(void *set)
{
    set_destroy(set);
}

static void nothing(void *set)
{
    (void)set;
}

static size_t put(void *set, const struct hash128 *keys, size_t count)
{
    int8_t results[BATCH_MAX];
    size_t fresh = 0;
    if (set_put_batch(set, keys, results, count) != 0)
        abort();
    for (size_t i = 0; i < count; i++)
        fresh += results[i] == SET_NEW;
    return fresh;
}

static size_t find(void *set, const struct hash128 *keys, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += (size_t)set_find(set, keys[i]);
    return found;
}

static size_t octets(void *set)
{
    return set_memory_bytes(set);
}

const struct contender contender_dnstrawl = {
    .name = "dnstrawl",
    .create = create,
    .destroy = destroy,
    .enter = nothing,
    .leave = nothing,
    .put = put,
    .find = find,
    .octets = octets,
};
