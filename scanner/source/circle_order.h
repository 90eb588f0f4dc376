// SPDX-License-Identifier: BSD-2-Clause
/* Keys in order, each with a number that stays and two octets of its owner's. Private to
 * source/circle.c.
 *
 * Items lie in blocks, each with its key behind it; an item's number is where it is, in units
 * of four octets. Their order is kept in chunks: sorted arrays of numbers, split in two when
 * full, in an array of chunks. Finding is two binary searches; putting in moves at most a
 * chunk's numbers, and seldom the chunks. The first item must be put in by order_init: the
 * empty key, before all others. */
#ifndef SOURCE_CIRCLE_ORDER_H
#define SOURCE_CIRCLE_ORDER_H

#include "base/err.h"
#include "source/circle_key.h"

#define ORDER_CHUNK_MAX 512

struct order_item {
    uint16_t key_len;
    uint8_t flags, source; /* the owner's */
    uint8_t key[];
};

struct order_chunk {
    uint32_t count;
    uint32_t numbers[ORDER_CHUNK_MAX];
};

struct order {
    uint8_t **blocks;
    size_t block_count, block_cap;
    uint32_t block_used; /* octets of the last block */
    struct order_chunk **chunks;
    size_t chunk_count, chunk_cap;
    size_t count;
    size_t bytes, bytes_max;
};

/* Of the first item not before a key; index may be its chunk's count. */
struct order_place {
    size_t chunk, index;
    bool is_found;
};

#define ORDER_NONE UINT32_MAX

/* ERR_NOMEM, ERR_FULL (over BYTES_MAX). Number 0 is the empty key. */
MUST_CHECK int order_init(struct order *order, size_t bytes_max);
void order_deinit(struct order *order);

struct order_item *order_item(const struct order *order, uint32_t number);
int order_compare(const struct order *order, uint32_t number, const struct circle_key *key);
struct order_place order_find(const struct order *order, const struct circle_key *key);
/* The number at PLACE; ORDER_NONE behind the last. */
uint32_t order_at(const struct order *order, struct order_place place);
/* Of the item before PLACE; there is one, unless PLACE is the first item's. */
uint32_t order_before(const struct order *order, struct order_place place);
struct order_place order_next(const struct order *order, struct order_place place);
/* KEY, which is not there, at the PLACE where order_find looked for it. ERR_NOMEM, ERR_FULL. */
MUST_CHECK int order_put(struct order *order, struct order_place place,
                         const struct circle_key *key, uint32_t *number);
/* ITEMS with room for one more than COUNT, accounted; NULL and *ERROR when that cannot be. */
void *order_grow(struct order *order, void *items, size_t count, size_t *cap, size_t size,
                 int *error);

#endif
