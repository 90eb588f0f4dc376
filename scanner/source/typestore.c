// SPDX-License-Identifier: BSD-2-Clause
#include "source/typestore.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define CAP_FIRST 4096

void typestore_init(struct typestore *store)
{
    *store = (struct typestore){0};
    memset(store->recent, 0xff, sizeof store->recent);
}

void typestore_deinit(struct typestore *store)
{
    free(store->bytes);
    store->bytes = NULL;
}

static int make_room(struct typestore *store, size_t len)
{
    uint32_t cap = store->cap ? store->cap : CAP_FIRST;
    while (cap - store->len < len)
        cap *= 2;
    if (cap == store->cap)
        return 0;
    uint8_t *grown = realloc(store->bytes, cap);
    if (!grown)
        return ERR_NOMEM;
    store->bytes = grown;
    store->cap = cap;
    return 0;
}

static bool is_equal(const struct typestore *store, uint32_t key, const struct type_bitmap *types)
{
    struct type_bitmap kept;
    return typestore_get(store, key, &kept) && kept.len == types->len &&
           (types->len == 0 || memcmp(kept.data, types->data, types->len) == 0);
}

int typestore_put(struct typestore *store, const struct type_bitmap *types, uint32_t *key)
{
    *key = TYPESTORE_NONE;
    if (types->len > TYPESTORE_LEN_MAX)
        return 0;
    uint64_t hash = types->len == 0 ? 0 : hash64(types->data, types->len, 0);
    uint32_t *recent = &store->recent[hash % TYPESTORE_PLACES];
    if (is_equal(store, *recent, types)) {
        *key = *recent;
        return 0;
    }
    if (store->len + types->len + 1 > TYPESTORE_BYTES_MAX)
        return 0;
    int r = make_room(store, types->len + 1);
    if (r != 0)
        return r;
    *key = *recent = store->len;
    store->bytes[store->len] = (uint8_t)types->len;
    if (types->len > 0)
        memcpy(store->bytes + store->len + 1, types->data, types->len);
    store->len += (uint32_t)types->len + 1;
    return 0;
}

bool typestore_get(const struct typestore *store, uint32_t key, struct type_bitmap *types)
{
    *types = (struct type_bitmap){0};
    if (key == TYPESTORE_NONE)
        return false;
    *types = (struct type_bitmap){.data = store->bytes + key + 1, .len = store->bytes[key]};
    return true;
}
