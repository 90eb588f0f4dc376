// SPDX-License-Identifier: BSD-2-Clause
#include "base/set_store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/set_seam.h"

#define SPARE       32u /* blocks for copies that lose a race */
#define SLAB_PLACES (STORE_SHARED + SPARE)
#define PAGE        4096u
#define HUGE_PAGE   (2u << 20)
#define HUGE_FROM   (8u << 20) /* a slab; in a smaller one the last huge page would be too much */
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

static size_t stride_of(size_t bytes)
{
    return (bytes + SET_ALIGNMENT - 1) / SET_ALIGNMENT * SET_ALIGNMENT;
}

static size_t slab_bytes(size_t bytes)
{
    return (stride_of(bytes) * SLAB_PLACES + PAGE - 1) / PAGE * PAGE;
}

static uint8_t *map(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* BYTES that begin at a huge page, on huge pages as far as the STORE_SHARED blocks go. */
static uint8_t *map_huge(size_t bytes, size_t used_bytes)
{
    uint8_t *start = map(bytes + HUGE_PAGE);
    if (!start)
        return NULL;
    size_t before = (HUGE_PAGE - (uintptr_t)start % HUGE_PAGE) % HUGE_PAGE;
    if (before > 0)
        munmap(start, before);
    if (before < HUGE_PAGE)
        munmap(start + before + bytes, HUGE_PAGE - before);
    (void)!madvise(start + before, used_bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    return start + before;
}

static uint8_t *slab_of(struct set_store *store, unsigned size, size_t bytes)
{
    uint8_t *base = atomic_load(&store->slabs[size].base);
    if (base)
        return base;
    size_t whole = slab_bytes(bytes), used = stride_of(bytes) * STORE_SHARED;
    uint8_t *fresh = whole < HUGE_FROM ? map(whole) : map_huge(whole, used);
    atomic_store(&store->slabs[size].whole, whole); /* the same, whoever comes here */
    if (fresh && !atomic_compare_exchange_strong(&store->slabs[size].base, &base, fresh)) {
        munmap(fresh, whole);
        return base;
    }
    return fresh;
}

/* All of it is about to be written: one call in place of a fault a page. */
static uint8_t *populated(uint8_t *memory, size_t bytes)
{
    if (memory && bytes >= PAGE)
        (void)!madvise(memory - (uintptr_t)memory % PAGE, bytes + (uintptr_t)memory % PAGE,
                       MADV_POPULATE_WRITE);
    return memory;
}

static void *take_place(struct set_store *store, unsigned size, size_t bytes)
{
    uint8_t *base = slab_of(store, size, bytes);
    if (!base)
        return NULL;
    uint8_t *spare = atomic_exchange(&store->slabs[size].spare, NULL);
    if (spare) {
        atomic_fetch_sub(&store->idle_bytes, bytes);
        return memset(spare, 0, bytes);
    }
    unsigned place = atomic_fetch_add(&store->slabs[size].taken, 1);
    return place < SLAB_PLACES ? populated(base + place * stride_of(bytes), bytes) : NULL;
}

void *set_alloc(struct set_store *store, unsigned size, size_t bytes)
{
    void *memory = NULL;
    if (bytes < STORE_SLAB_FROM)
        return posix_memalign(&memory, SET_ALIGNMENT, bytes) == 0 ? memset(memory, 0, bytes) : NULL;
    if (store)
        memory = take_place(store, size, bytes);
    return memory ? memory : populated(map(bytes), bytes);
}

/* Whoever returns last, or leaves last, finds both counts complete. */
static void unmap_if_done(struct set_store *store, unsigned size, size_t bytes)
{
    if (atomic_load(&store->slabs[size].left) < STORE_SHARED)
        return;
    if (atomic_exchange(&store->slabs[size].spare, NULL))
        atomic_fetch_add(&store->slabs[size].returned, 1);
    unsigned taken = atomic_load(&store->slabs[size].taken);
    unsigned out_of = taken < SLAB_PLACES ? taken : SLAB_PLACES;
    if (atomic_load(&store->slabs[size].returned) < out_of)
        return;
    uint8_t *base = atomic_exchange(&store->slabs[size].base, NULL);
    if (!base)
        return;
    munmap(base, atomic_load(&store->slabs[size].whole));
    atomic_fetch_sub(&store->idle_bytes, bytes * out_of);
}

static void return_place(struct set_store *store, const struct set_block *block)
{
    uint8_t *none = NULL;
    atomic_fetch_add(&store->idle_bytes, block->bytes);
    if (!block->is_spare ||
        !atomic_compare_exchange_strong(&store->slabs[block->size].spare, &none, block->memory))
        atomic_fetch_add(&store->slabs[block->size].returned, 1);
}

void set_free(struct set_store *store, const struct set_block *block)
{
    uint8_t *memory = block->memory;
    if (block->bytes < STORE_SLAB_FROM) {
        free(memory);
        return;
    }
    uint8_t *base = store ? atomic_load(&store->slabs[block->size].base) : NULL;
    if (base && memory >= base && memory < base + slab_bytes(block->bytes))
        return_place(store, block);
    else
        munmap(memory, block->bytes);
    if (!store)
        return;
    atomic_fetch_add(&store->slabs[block->size].left, block->has_left);
    unmap_if_done(store, block->size, block->bytes);
}

void set_store_deinit(struct set_store *store)
{
    for (unsigned i = 0; i < STORE_SIZES; i++) {
        uint8_t *base = atomic_load(&store->slabs[i].base);
        if (base)
            munmap(base, atomic_load(&store->slabs[i].whole));
    }
}
