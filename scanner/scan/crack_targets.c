// SPDX-License-Identifier: BSD-2-Clause
/* Targets: collected in any order, then sorted by chain and fifth word (scan/crack_targets.h). */
#include "scan/crack_targets.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define CHAIN_TABLE_MIN 64
#define TYPES_BYTES_MAX 255

int crack_targets_create(struct crack_targets **out)
{
    *out = calloc(1, sizeof **out);
    return *out ? 0 : ERR_NOMEM;
}

void crack_targets_destroy(struct crack_targets *targets)
{
    if (!targets)
        return;
    for (size_t i = 0; i < targets->chain_count; i++)
        crack_index_deinit(&targets->chains[i].index);
    free(targets->chains);
    free(targets->chain_table);
    free(targets->items);
    free(targets->types);
    free(targets->words);
    free(targets);
}

/* ARRAY with room for one more than COUNT of SIZE octets, or NULL; *CAP doubles. */
static void *grow(void *array, size_t *cap, size_t count, size_t size, size_t least)
{
    if (count < *cap)
        return array;
    size_t wanted = *cap ? *cap * 2 : least;
    void *grown = realloc(array, wanted * size);
    if (grown)
        *cap = wanted;
    return grown;
}

static bool is_chain(const struct crack_chain *chain, const struct name *zone,
                     const struct nsec3_params *params)
{
    return nsec3_params_equal(&chain->many.params, params) && chain->zone.len == zone->len &&
           memcmp(chain->zone.wire, zone->wire, zone->len) == 0;
}

static uint64_t chain_hash(const struct name *zone, const struct nsec3_params *params)
{
    uint64_t seed = hash64(params->salt, params->salt_len, params->iterations);
    return hash64(zone->wire, zone->len, seed);
}

/* The entry of the table that has such a chain, or the empty one where it belongs. */
static uint32_t *chain_slot(const struct crack_targets *targets, const struct name *zone,
                            const struct nsec3_params *params)
{
    size_t at = chain_hash(zone, params) & targets->chain_table_mask;
    while (targets->chain_table[at] &&
           !is_chain(&targets->chains[targets->chain_table[at] - 1], zone, params))
        at = (at + 1) & targets->chain_table_mask;
    return &targets->chain_table[at];
}

/* Keeps the table at most half full. */
static int grow_table(struct crack_targets *targets)
{
    size_t size = targets->chain_table ? targets->chain_table_mask + 1 : 0;
    if (targets->chain_count * 2 < size)
        return 0;
    size = size ? size * 2 : CHAIN_TABLE_MIN;
    free(targets->chain_table);
    targets->chain_table = calloc(size, sizeof *targets->chain_table);
    if (!targets->chain_table)
        return ERR_NOMEM;
    targets->chain_table_mask = size - 1;
    for (size_t i = 0; i < targets->chain_count; i++) {
        const struct crack_chain *chain = &targets->chains[i];
        *chain_slot(targets, &chain->zone, &chain->many.params) = (uint32_t)i + 1;
    }
    return 0;
}

static int find_chain(struct crack_targets *targets, const struct name *zone,
                      const struct nsec3_params *params, size_t *out)
{
    if (targets->chain_count > 0 && is_chain(&targets->chains[targets->chain_last], zone, params)) {
        *out = targets->chain_last;
        return 0;
    }
    int error = grow_table(targets);
    if (error)
        return error;
    uint32_t *slot = chain_slot(targets, zone, params);
    if (*slot == 0) {
        if (targets->chain_count == CRACK_CHAINS_MAX)
            return ERR_FULL;
        struct crack_chain *grown =
            grow(targets->chains, &targets->chain_cap, targets->chain_count, sizeof *grown, 4);
        if (!grown)
            return ERR_NOMEM;
        targets->chains = grown;
        struct crack_chain *chain = &targets->chains[targets->chain_count];
        memset(chain, 0, sizeof *chain);
        chain->zone = *zone;
        chain->many.params = *params;
        *slot = (uint32_t)++targets->chain_count;
    }
    *out = targets->chain_last = *slot - 1;
    return 0;
}

/* Copies BITMAP; many neighbours have the same, which is kept once. */
static int keep_types(struct crack_targets *targets, const struct type_bitmap *bitmap,
                      uint32_t *out)
{
    if (targets->count > 0) {
        uint32_t at = targets->items[targets->count - 1].types_at;
        if (at != CRACK_NO_TYPES && targets->types[at] == bitmap->len &&
            (bitmap->len == 0 || memcmp(targets->types + at + 1, bitmap->data, bitmap->len) == 0)) {
            *out = at;
            return 0;
        }
    }
    if (targets->types_len + bitmap->len + 1 >= CRACK_NO_TYPES) {
        *out = CRACK_NO_TYPES;
        return 0;
    }
    uint8_t *grown = grow(targets->types, &targets->types_cap,
                          targets->types_len + TYPES_BYTES_MAX + 1, 1, 4096);
    if (!grown)
        return ERR_NOMEM;
    targets->types = grown;
    *out = (uint32_t)targets->types_len;
    targets->types[targets->types_len++] = (uint8_t)bitmap->len;
    if (bitmap->len)
        memcpy(targets->types + targets->types_len, bitmap->data, bitmap->len);
    targets->types_len += bitmap->len;
    return 0;
}

int crack_targets_add(struct crack_targets *targets, const uint8_t *zone,
                      const struct hash_record *record)
{
    struct name lower = {.len = (uint8_t)name_len(zone)};
    size_t chain;
    memcpy(lower.wire, zone, lower.len);
    name_lower(lower.wire);
    if (targets->count == CRACK_TARGETS_MAX)
        return ERR_FULL;
    int error = find_chain(targets, &lower, &record->params, &chain);
    struct crack_target *grown =
        grow(targets->items, &targets->cap, targets->count, sizeof *grown, 256);
    if (!grown)
        return ERR_NOMEM;
    targets->items = grown;
    uint32_t types_at = CRACK_NO_TYPES;
    if (!error && record->has_types && record->types.len <= TYPES_BYTES_MAX)
        error = keep_types(targets, &record->types, &types_at);
    if (error)
        return error;
    struct crack_target *item = &targets->items[targets->count++];
    memset(item, 0, sizeof *item);
    memcpy(item->hash, record->hash, sizeof item->hash);
    item->chain = (uint32_t)chain;
    item->types_at = types_at;
    item->is_opt_out = record->is_opt_out;
    return 0;
}

/* By chain, then fifth word, then the rest; with types before without. */
static int compare(const void *a, const void *b)
{
    const struct crack_target *x = a, *y = b;
    uint32_t x_word = nsec3_fifth(x->hash), y_word = nsec3_fifth(y->hash);
    if (x->chain != y->chain)
        return x->chain < y->chain ? -1 : 1;
    if (x_word != y_word)
        return x_word < y_word ? -1 : 1;
    int order = memcmp(x->hash, y->hash, sizeof x->hash);
    return order ? order : (x->types_at > y->types_at) - (x->types_at < y->types_at);
}

static void merge_same(struct crack_targets *targets)
{
    size_t kept = 0;
    for (size_t i = 0; i < targets->count; i++) {
        const struct crack_target *item = &targets->items[i];
        const struct crack_target *before = kept ? &targets->items[kept - 1] : NULL;
        if (before && before->chain == item->chain &&
            memcmp(before->hash, item->hash, sizeof item->hash) == 0)
            continue;
        memmove(&targets->items[kept++], item, sizeof *item);
    }
    targets->count = kept;
}

int crack_targets_seal(struct crack_targets *targets, const struct sha1_kernel *kernel)
{
    if (targets->count > 1)
        qsort(targets->items, targets->count, sizeof *targets->items, compare);
    merge_same(targets);
    targets->words = malloc((targets->count + 1) * sizeof *targets->words);
    if (!targets->words)
        return ERR_NOMEM;
    for (size_t i = 0; i < targets->count; i++) {
        struct crack_chain *chain = &targets->chains[targets->items[i].chain];
        targets->words[i] = nsec3_fifth(targets->items[i].hash);
        if (chain->count++ == 0)
            chain->first = i;
    }
    for (size_t i = 0; i < targets->chain_count; i++) {
        struct crack_chain *chain = &targets->chains[i];
        struct nsec3_params params = chain->many.params;
        nsec3_many_init(&chain->many, &params, kernel);
        atomic_init(&chain->open_count, chain->count);
        int error = crack_index_init(&chain->index, targets->words + chain->first, chain->count);
        if (error)
            return error;
    }
    return 0;
}

size_t crack_targets_take(struct crack_targets *targets, struct crack_chain *chain,
                          const uint8_t hash[NSEC3_HASH_LEN])
{
    uint32_t word = nsec3_fifth(hash);
    for (size_t i = crack_index_find(&chain->index, word);
         i < chain->count && chain->index.words[i] == word; i++) {
        struct crack_target *item = &targets->items[chain->first + i];
        if (memcmp(item->hash, hash, sizeof item->hash) != 0)
            continue;
        if (atomic_exchange(&item->is_found, true))
            return SIZE_MAX;
        atomic_fetch_sub(&chain->open_count, 1);
        return chain->first + i;
    }
    return SIZE_MAX;
}

void crack_targets_record(const struct crack_targets *targets, size_t item, struct hash_record *out)
{
    const struct crack_target *target = &targets->items[item];
    memset(out, 0, sizeof *out);
    out->params = targets->chains[target->chain].many.params;
    memcpy(out->hash, target->hash, sizeof out->hash);
    out->is_opt_out = target->is_opt_out;
    out->has_types = target->types_at != CRACK_NO_TYPES;
    if (out->has_types)
        out->types = (struct type_bitmap){.data = targets->types + target->types_at + 1,
                                          .len = targets->types[target->types_at]};
}

size_t crack_targets_open(const struct crack_targets *targets)
{
    size_t open = 0;
    for (size_t i = 0; i < targets->chain_count; i++)
        open += atomic_load_explicit(&targets->chains[i].open_count, memory_order_relaxed);
    return open;
}
