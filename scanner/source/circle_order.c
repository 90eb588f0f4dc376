// SPDX-License-Identifier: BSD-2-Clause
#include "source/circle_order.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (1u << 20)
#define UNIT        4u
#define BLOCK_UNITS (BLOCK_BYTES / UNIT)
#define BLOCKS_MAX  (UINT32_MAX / BLOCK_UNITS) /* 16 GiB of names: numbers end there */

struct order_item *order_item(const struct order *order, uint32_t number)
{
    return (struct order_item *)(void *)(order->blocks[number / BLOCK_UNITS] +
                                         (size_t)(number % BLOCK_UNITS) * UNIT);
}

void *order_grow(struct order *order, void *items, size_t count, size_t *cap, size_t size,
                 int *error)
{
    if (count < *cap)
        return items;
    size_t wanted = *cap ? *cap * 2 : 64;
    *error = order->bytes + (wanted - *cap) * size > order->bytes_max ? ERR_FULL : 0;
    void *grown = *error ? NULL : realloc(items, wanted * size);
    if (!grown) {
        *error = *error ? *error : ERR_NOMEM;
        return NULL;
    }
    order->bytes += (wanted - *cap) * size;
    *cap = wanted;
    return grown;
}

static int add_block(struct order *order)
{
    if (order->block_count == BLOCKS_MAX || order->bytes + BLOCK_BYTES > order->bytes_max)
        return ERR_FULL;
    int error = 0;
    uint8_t **blocks = order_grow(order, order->blocks, order->block_count, &order->block_cap,
                                  sizeof *blocks, &error);
    if (!blocks)
        return error;
    order->blocks = blocks;
    uint8_t *block = malloc(BLOCK_BYTES);
    if (!block)
        return ERR_NOMEM;
    order->blocks[order->block_count++] = block;
    order->block_used = 0;
    order->bytes += BLOCK_BYTES;
    return 0;
}

static int create_item(struct order *order, const struct circle_key *key, uint32_t *out)
{
    uint32_t len = (uint32_t)(sizeof(struct order_item) + key->len + UNIT - 1) / UNIT * UNIT;
    if (order->block_count == 0 || order->block_used + len > BLOCK_BYTES) {
        int error = add_block(order);
        if (error != 0)
            return error;
    }
    *out = (uint32_t)((order->block_count - 1) * BLOCK_UNITS + order->block_used / UNIT);
    struct order_item *item = order_item(order, *out);
    *item = (struct order_item){.key_len = key->len};
    memcpy(item->key, key->data, key->len);
    order->block_used += len;
    return 0;
}

static int add_chunk(struct order *order, size_t at)
{
    if (order->bytes + sizeof(struct order_chunk) > order->bytes_max)
        return ERR_FULL;
    int error = 0;
    struct order_chunk **chunks = order_grow(order, order->chunks, order->chunk_count,
                                             &order->chunk_cap, sizeof *chunks, &error);
    if (!chunks)
        return error;
    order->chunks = chunks;
    struct order_chunk *chunk = malloc(sizeof *chunk);
    if (!chunk)
        return ERR_NOMEM;
    chunk->count = 0;
    memmove(chunks + at + 1, chunks + at, (order->chunk_count - at) * sizeof *chunks);
    chunks[at] = chunk;
    order->chunk_count++;
    order->bytes += sizeof *chunk;
    return 0;
}

int order_compare(const struct order *order, uint32_t number, const struct circle_key *key)
{
    const struct order_item *item = order_item(order, number);
    return circle_key_compare(item->key, item->key_len, key->data, key->len);
}

/* The last chunk whose first item is not after KEY. */
static size_t find_chunk(const struct order *order, const struct circle_key *key)
{
    size_t low = 0, high = order->chunk_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (order_compare(order, order->chunks[middle]->numbers[0], key) <= 0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct order_place order_find(const struct order *order, const struct circle_key *key)
{
    size_t at = find_chunk(order, key);
    const struct order_chunk *chunk = order->chunks[at];
    size_t from = 0, to = chunk->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int relation = order_compare(order, chunk->numbers[middle], key);
        if (relation == 0)
            return (struct order_place){.chunk = at, .index = middle, .is_found = true};
        if (relation < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return (struct order_place){.chunk = at, .index = from};
}

uint32_t order_at(const struct order *order, struct order_place place)
{
    if (place.index < order->chunks[place.chunk]->count)
        return order->chunks[place.chunk]->numbers[place.index];
    if (place.chunk + 1 == order->chunk_count)
        return ORDER_NONE;
    return order->chunks[place.chunk + 1]->numbers[0];
}

uint32_t order_before(const struct order *order, struct order_place place)
{
    if (place.index > 0)
        return order->chunks[place.chunk]->numbers[place.index - 1];
    const struct order_chunk *chunk = order->chunks[place.chunk - 1];
    return chunk->numbers[chunk->count - 1];
}

struct order_place order_next(const struct order *order, struct order_place place)
{
    if (place.index >= order->chunks[place.chunk]->count && place.chunk + 1 < order->chunk_count)
        return (struct order_place){.chunk = place.chunk + 1, .index = 1};
    place.index++;
    return place;
}

static int split_chunk(struct order *order, size_t at)
{
    int error = add_chunk(order, at + 1);
    if (error != 0)
        return error;
    struct order_chunk *left = order->chunks[at], *right = order->chunks[at + 1];
    right->count = left->count / 2;
    left->count -= right->count;
    memcpy(right->numbers, left->numbers + left->count, right->count * sizeof *right->numbers);
    return 0;
}

int order_put(struct order *order, struct order_place place, const struct circle_key *key,
              uint32_t *number)
{
    int error = create_item(order, key, number);
    struct order_chunk *chunk = order->chunks[place.chunk];
    if (error == 0 && chunk->count == ORDER_CHUNK_MAX) {
        error = split_chunk(order, place.chunk);
        if (error == 0 && place.index > chunk->count) {
            place.index -= chunk->count;
            chunk = order->chunks[place.chunk + 1];
        }
    }
    if (error != 0)
        return error;
    memmove(chunk->numbers + place.index + 1, chunk->numbers + place.index,
            (chunk->count - place.index) * sizeof *chunk->numbers);
    chunk->numbers[place.index] = *number;
    chunk->count++;
    order->count++;
    return 0;
}

int order_init(struct order *order, size_t bytes_max)
{
    *order = (struct order){.bytes_max = bytes_max};
    const struct circle_key empty = {.len = 0};
    uint32_t number;
    int error = add_chunk(order, 0);
    if (error == 0)
        error = order_put(order, (struct order_place){0}, &empty, &number);
    if (error != 0)
        order_deinit(order);
    return error;
}

void order_deinit(struct order *order)
{
    for (size_t i = 0; i < order->block_count; i++)
        free(order->blocks[i]);
    for (size_t i = 0; i < order->chunk_count; i++)
        free(order->chunks[i]);
    free(order->blocks);
    free(order->chunks);
    *order = (struct order){0};
}
