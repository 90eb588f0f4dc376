// SPDX-License-Identifier: BSD-2-Clause
/* The memory of the sets under test (set_seam.h): every block is counted, the nth can be
 * refused, what is freed is checked and made unreadable as keys, and a thread can be
 * stopped where it asks for memory or gives it back.
 *
 * A block lies behind a head of its own, so that what is freed can be told from what
 * never was a block, or was one of another size. Large ones are mapped: what nobody
 * touches of the largest segment is not there. */
#ifndef TESTS_SET_BLOCKS_H
#define TESTS_SET_BLOCKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/set_seam.h"
#include "base/set_store.h"

#define HEAD_LIVE UINT64_C(0x6576696c6b636f6c)
#define MAP_FROM  (1u << 20) /* octets */
#define POISON    0xa5       /* a word of it is no key of a test's */

struct head {
    uint64_t mark;
    size_t bytes;
};
_Static_assert(sizeof(struct head) <= SET_ALIGNMENT, "a head has room before its block");

struct blocks {
    atomic_size_t allocated, freed; /* how many, ever */
    atomic_size_t live_bytes;
    atomic_size_t most_bytes; /* of live_bytes so far; of use to a single thread */
    atomic_int left;          /* allocations until all are refused; negative: none is */
    _Atomic(void *) newest;   /* the block allocated last */
    _Atomic(void *) removed;  /* the block freed last */
};

static struct blocks blocks = {.left = -1};

/* Where a thread stops, so many times, until it is released. */
enum stop { STOP_NOWHERE, STOP_IN_ALLOC, STOP_IN_FREE };
static _Thread_local enum stop stop_at;
static _Thread_local unsigned stops_left;
static pthread_barrier_t stopped, released;

static void stop_here(enum stop place)
{
    if (stop_at != place || stops_left == 0)
        return;
    stops_left--;
    pthread_barrier_wait(&stopped);
    pthread_barrier_wait(&released);
}

static bool is_refused(void)
{
    int left = atomic_load(&blocks.left);
    while (left > 0 && !atomic_compare_exchange_weak(&blocks.left, &left, left - 1))
        ;
    return left == 0;
}

/* All zeros. */
static void *get_memory(size_t bytes)
{
    void *memory;
    if (bytes >= MAP_FROM) {
        memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return memory == MAP_FAILED ? NULL : memory;
    }
    return posix_memalign(&memory, SET_ALIGNMENT, bytes) == 0 ? memset(memory, 0, bytes) : NULL;
}

static void drop_memory(void *memory, size_t bytes)
{
    memset(memory, POISON, bytes < MAP_FROM ? bytes : SET_ALIGNMENT);
    if (bytes >= MAP_FROM)
        munmap(memory, bytes);
    else
        free(memory);
}

void *set_alloc(struct set_store *store, unsigned size, size_t bytes)
{
    (void)store;
    (void)size;
    stop_here(STOP_IN_ALLOC);
    struct head *head = is_refused() ? NULL : get_memory(SET_ALIGNMENT + bytes);
    if (!head)
        return NULL;
    *head = (struct head){.mark = HEAD_LIVE, .bytes = bytes};
    atomic_fetch_add(&blocks.allocated, 1);
    size_t live_bytes = bytes + atomic_fetch_add(&blocks.live_bytes, bytes);
    if (live_bytes > atomic_load(&blocks.most_bytes))
        atomic_store(&blocks.most_bytes, live_bytes);
    void *memory = (char *)head + SET_ALIGNMENT;
    atomic_store(&blocks.newest, memory);
    return memory;
}

/* In any thread: an assertion of cmocka's would leave through the wrong stack. */
void set_free(struct set_store *store, const struct set_block *block)
{
    (void)store;
    void *memory = block->memory;
    size_t bytes = block->bytes;
    stop_here(STOP_IN_FREE);
    struct head *head = (struct head *)((char *)memory - SET_ALIGNMENT);
    if (head->mark != HEAD_LIVE || head->bytes != bytes) {
        fprintf(stderr, "set_free(%p, %zu): no such block\n", memory, bytes);
        abort();
    }
    atomic_fetch_add(&blocks.freed, 1);
    atomic_fetch_sub(&blocks.live_bytes, bytes);
    atomic_store(&blocks.removed, memory);
    drop_memory(head, SET_ALIGNMENT + bytes);
}

void set_store_deinit(struct set_store *store)
{
    (void)store;
}

static inline size_t block_bytes(const void *memory)
{
    return ((const struct head *)((const char *)memory - SET_ALIGNMENT))->bytes;
}

static inline size_t blocks_live(void)
{
    return atomic_load(&blocks.allocated) - atomic_load(&blocks.freed);
}

static int blocks_setup(void **state)
{
    (void)state;
    atomic_store(&blocks.allocated, 0);
    atomic_store(&blocks.freed, 0);
    atomic_store(&blocks.live_bytes, 0);
    atomic_store(&blocks.most_bytes, 0);
    atomic_store(&blocks.left, -1);
    assert_int_equal(pthread_barrier_init(&stopped, NULL, 2), 0);
    assert_int_equal(pthread_barrier_init(&released, NULL, 2), 0);
    return 0;
}

/* The end of every test: nothing leaked. */
static int blocks_teardown(void **state)
{
    (void)state;
    pthread_barrier_destroy(&stopped);
    pthread_barrier_destroy(&released);
    assert_int_equal(blocks_live(), 0);
    assert_int_equal(atomic_load(&blocks.live_bytes), 0);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, blocks_setup, blocks_teardown)

#endif
