// SPDX-License-Identifier: BSD-2-Clause
/* Records stand one after another in one block of bytes, found by their offsets; what is
 * told of children stands in an array of its own that never moves, so that it needs no
 * lock. Its untouched pages cost nothing. */
#include "source/finds.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/set.h"

/* After so many children of which so many of 16 exist without data, the rest do too: names
 * that somebody made mostly have some. */
#define CHILDREN_MIN     64
#define EMPTY_OF_16      14
#define RECORD_BYTES_MAX (4 + NAME_WIRE_MAX)

struct children {
    _Atomic uint32_t decided, known, empty; /* known: of decided, empty: of known */
    atomic_bool is_closed;
};

struct finds {
    uint8_t *bytes; /* zone_labels, depth, flags, length, name */
    size_t len, cap;
    uint64_t *offsets;
    uint32_t count, offset_cap;
    struct children *children; /* FINDS_MAX */
    struct set *known;
    struct set *wildcards; /* names right below which one is */
};

int finds_create(struct finds **out)
{
    *out = NULL;
    struct finds *finds = calloc(1, sizeof *finds);
    if (!finds)
        return ERR_NOMEM;
    finds->children = calloc(FINDS_MAX, sizeof *finds->children);
    int r = finds->children ? set_create(&finds->known) : ERR_NOMEM;
    if (r == 0)
        r = set_create(&finds->wildcards);
    if (r != 0) {
        finds_destroy(finds);
        return r;
    }
    *out = finds;
    return 0;
}

void finds_destroy(struct finds *finds)
{
    if (!finds)
        return;
    set_destroy(finds->known);
    set_destroy(finds->wildcards);
    free(finds->children);
    free(finds->offsets);
    free(finds->bytes);
    free(finds);
}

/* Room for one record more. */
static int make_room(struct finds *finds)
{
    if (finds->cap - finds->len < RECORD_BYTES_MAX) {
        size_t cap = finds->cap ? finds->cap * 2 : (size_t)1 << 16;
        uint8_t *grown = realloc(finds->bytes, cap);
        if (!grown)
            return ERR_NOMEM;
        finds->bytes = grown;
        finds->cap = cap;
    }
    if (finds->count == finds->offset_cap) {
        uint32_t cap = finds->offset_cap ? finds->offset_cap * 2 : 1024;
        uint64_t *grown = reallocarray(finds->offsets, cap, sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        finds->offsets = grown;
        finds->offset_cap = cap;
    }
    return 0;
}

int finds_add(struct finds *finds, const struct find *find)
{
    const struct name *name = &find->name;
    if (finds->count == FINDS_MAX)
        return 0;
    int r = make_room(finds);
    if (r != 0)
        return r;
    uint8_t key[NAME_WIRE_MAX + 1];
    memcpy(key, name->wire, name->len);
    key[name->len] = find->flags & FIND_GIVEN;
    r = set_put(finds->known, set_key(finds->known, key, name->len + (size_t)1));
    if (r != SET_NEW)
        return r == SET_OLD ? 0 : r;
    uint8_t *record = finds->bytes + finds->len;
    record[0] = find->zone_labels;
    record[1] = find->depth;
    record[2] = find->flags;
    record[3] = name->len;
    memcpy(record + 4, name->wire, name->len);
    finds->offsets[finds->count] = finds->len;
    finds->len += 4 + (size_t)name->len;
    finds->count++;
    return 1;
}

uint32_t finds_count(const struct finds *finds)
{
    return finds->count;
}

void finds_get(const struct finds *finds, uint32_t index, struct find *out)
{
    const uint8_t *record = finds->bytes + finds->offsets[index];
    out->zone_labels = record[0];
    out->depth = record[1];
    out->flags = record[2];
    out->name.len = record[3];
    memcpy(out->name.wire, record + 4, record[3]);
}

static uint32_t raise(_Atomic uint32_t *value, bool is_one_more)
{
    return is_one_more ? atomic_fetch_add_explicit(value, 1, memory_order_relaxed) + 1
                       : atomic_load_explicit(value, memory_order_relaxed);
}

void finds_note_child(struct finds *finds, uint32_t index, enum find_child child)
{
    struct children *children = &finds->children[index];
    (void)raise(&children->decided, true);
    uint32_t known = raise(&children->known, child != CHILD_UNKNOWN);
    uint32_t empty = raise(&children->empty, child == CHILD_IS_EMPTY);
    if (known >= CHILDREN_MIN && (uint64_t)empty * 16 >= (uint64_t)known * EMPTY_OF_16)
        finds_close(finds, index);
}

uint32_t finds_decided_children(const struct finds *finds, uint32_t index)
{
    return atomic_load_explicit(&finds->children[index].decided, memory_order_relaxed);
}

void finds_close(struct finds *finds, uint32_t index)
{
    atomic_store_explicit(&finds->children[index].is_closed, true, memory_order_relaxed);
}

bool finds_is_closed(const struct finds *finds, uint32_t index)
{
    return atomic_load_explicit(&finds->children[index].is_closed, memory_order_relaxed);
}

int finds_note_wildcard(struct finds *finds, const uint8_t *name)
{
    int r = set_put(finds->wildcards, set_key(finds->wildcards, name, name_len(name)));
    return r < 0 ? r : 0;
}

bool finds_has_wildcard(const struct finds *finds, const struct name *name)
{
    return set_find(finds->wildcards, set_key(finds->wildcards, name->wire, name->len)) != 0;
}
