// SPDX-License-Identifier: BSD-2-Clause
#include "source/openmap.h"

static void mark_bits(struct openmap *map, uint32_t word, uint64_t bits, bool is_open)
{
    uint64_t value = atomic_load_explicit(&map->words[word], memory_order_relaxed);
    value = is_open ? value | bits : value & ~bits;
    atomic_store_explicit(&map->words[word], value, memory_order_relaxed);
}

void openmap_mark(struct openmap *map, uint32_t first, uint32_t count, bool is_open)
{
    while (count > 0) {
        uint32_t bit = first % 64, len = 64 - bit;
        if (len > count)
            len = count;
        uint64_t bits = len == 64 ? UINT64_MAX : (((uint64_t)1 << len) - 1) << bit;
        mark_bits(map, first / 64, bits, is_open);
        first = (first + len) % OPENMAP_PARTS;
        count -= len;
    }
}
