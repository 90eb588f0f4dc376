// SPDX-License-Identifier: BSD-2-Clause
/* The table of parents: made when a name below them got data, kept to the end.
 *
 * Memory: per parent some 130 octets, its name, and 88 for each type; sets grow on
 * demand to WILDCARD_POOL_MAX. Parents come only from names with data. */
#include "verdict/wildcard_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define SLOTS_MIN       64
#define LABEL_LEN_LEAST 8 /* a random label's: where there is no room, nothing is probed */

static bool has_type(const struct wildcards *w, uint16_t type)
{
    for (size_t i = 0; i < w->type_count; i++)
        if (w->types[i] == type)
            return true;
    return false;
}

int wildcards_create(struct wildcards **out, struct rng *rng, const uint16_t *types,
                     size_t type_count)
{
    static const uint16_t always[] = {TYPE_A, TYPE_AAAA};
    const size_t always_count = sizeof always / sizeof always[0];

    *out = NULL;
    struct wildcards *w = calloc(1, sizeof *w);
    if (!w)
        return ERR_NOMEM;
    w->types = malloc((always_count + type_count) * sizeof *w->types);
    w->slots = calloc(SLOTS_MIN, sizeof *w->slots);
    w->parents = malloc(SLOTS_MIN / 2 * sizeof(struct parent *));
    if (!w->types || !w->slots || !w->parents) {
        wildcards_destroy(w);
        return ERR_NOMEM;
    }
    memcpy(w->types, always, sizeof always);
    w->type_count = always_count;
    for (size_t i = 0; i < type_count; i++)
        if (!has_type(w, types[i]))
            w->types[w->type_count++] = types[i];
    w->rng = rng;
    w->slot_count = SLOTS_MIN;
    w->first_wanting = w->last_wanting = NONE;
    w->hash_seed = rng_u64(rng);
    *out = w;
    return 0;
}

void wildcards_destroy(struct wildcards *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; i < w->parent_count; i++) {
        for (size_t t = 0; t < w->type_count; t++)
            wildcard_pool_deinit(&w->parents[i]->pools[t]);
        free(w->parents[i]);
    }
    free(w->parents);
    free(w->slots);
    free(w->types);
    free(w);
}

/* The slot that holds NAME (canonical), or the free one where it belongs. */
static uint32_t *find_slot(const struct wildcards *w, const uint8_t *name, size_t len)
{
    size_t i = hash64(name, len, w->hash_seed) & (w->slot_count - 1);

    while (w->slots[i]) {
        const struct parent *p = w->parents[w->slots[i] - 1];
        if (p->name_len == len && memcmp(p->name, name, len) == 0)
            break;
        i = (i + 1) & (w->slot_count - 1);
    }
    return &w->slots[i];
}

struct parent *wildcards_find_parent(const struct wildcards *w, const uint8_t *name)
{
    uint32_t slot = *find_slot(w, name, name_len(name));
    return slot ? w->parents[slot - 1] : NULL;
}

static int grow(struct wildcards *w)
{
    size_t count = w->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    struct parent **parents =
        slots ? realloc(w->parents, count / 2 * sizeof(struct parent *)) : NULL;

    if (!parents) {
        free(slots);
        return ERR_NOMEM;
    }
    free(w->slots);
    w->slots = slots;
    w->slot_count = count;
    w->parents = parents;
    for (uint32_t i = 0; i < w->parent_count; i++)
        *find_slot(w, parents[i]->name, parents[i]->name_len) = i + 1;
    return 0;
}

int wildcards_take_parent(struct wildcards *w, const uint8_t *name, struct parent **out)
{
    size_t len = name_len(name);
    size_t pools_size = w->type_count * sizeof(struct wildcard_pool);

    *out = wildcards_find_parent(w, name);
    if (*out)
        return 0;
    if (w->parent_count == w->slot_count / 2 && grow(w))
        return ERR_NOMEM;
    struct parent *p = calloc(1, sizeof *p + pools_size + len);
    if (!p)
        return ERR_NOMEM;
    p->name = (uint8_t *)p + sizeof *p + pools_size;
    p->name_len = (uint8_t)len;
    memcpy(p->name, name, len);
    p->id = w->parent_count;
    for (size_t i = 0; i < w->type_count; i++)
        wildcard_pool_begin_anew(&p->pools[i]);
    if (len + 1 + LABEL_LEN_LEAST > NAME_WIRE_MAX)
        p->state = PARENT_LOST;
    *find_slot(w, name, len) = p->id + 1;
    w->parents[w->parent_count++] = p;
    wildcards_enlist(w, p);
    *out = p;
    return 0;
}

struct wildcard_pool *wildcards_find_pool(const struct wildcards *w, struct parent *p,
                                          uint16_t type)
{
    for (size_t i = 0; i < w->type_count; i++)
        if (w->types[i] == type)
            return &p->pools[i];
    return NULL;
}

const struct pool_givers *wildcards_find_givers(const struct wildcards *w, const struct parent *p,
                                                uint64_t hash)
{
    const struct pool_datum *found = NULL;

    for (size_t i = 0; i < w->type_count; i++) {
        const struct pool_datum *datum = wildcard_pool_find(&p->pools[i], hash);
        if (datum && (!found || datum->givers.count > found->givers.count))
            found = datum;
    }
    return found ? &found->givers : NULL;
}
