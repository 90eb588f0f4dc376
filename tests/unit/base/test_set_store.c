// SPDX-License-Identifier: BSD-2-Clause
/* base/set_store.c: blocks of zeros, small ones from the heap, larger ones side by side in
 * slabs that go back to the kernel when the last segment has moved on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/set.h"
#include "base/set_seam.h"
#include "base/set_store.h"

#define SIZE  130   /* a size's number */
#define BYTES 10048 /* its octets: whole cache lines, no whole pages */

static struct set_store *create(void)
{
    struct set_store *store = calloc(1, sizeof *store);
    assert_non_null(store);
    return store;
}

static void destroy(struct set_store *store)
{
    set_store_deinit(store);
    free(store);
}

static unsigned char *take(struct set_store *store)
{
    unsigned char *memory = set_alloc(store, SIZE, BYTES);
    assert_non_null(memory);
    assert_int_equal((uintptr_t)memory % SET_ALIGNMENT, 0);
    for (size_t i = 0; i < BYTES; i++)
        assert_int_equal(memory[i], 0);
    return memset(memory, 0xff, BYTES);
}

static void give(struct set_store *store, void *memory, bool has_left, bool is_spare)
{
    const struct set_block block = {
        .memory = memory, .bytes = BYTES, .size = SIZE, .has_left = has_left, .is_spare = is_spare};
    set_free(store, &block);
}

static bool is_mapped(void *memory)
{
    unsigned char resident;
    return mincore((void *)((uintptr_t)memory & ~(uintptr_t)4095), 1, &resident) == 0;
}

static size_t idle(struct set_store *store)
{
    return atomic_load(&store->idle_bytes);
}

static void small_blocks_are_the_heaps(void **state)
{
    (void)state;
    struct set_store *store = create();
    const size_t sizes[] = {448, 960, 4096, STORE_SLAB_FROM - 64};
    for (unsigned i = 0; i < 4; i++) {
        unsigned char *memory = set_alloc(store, i, sizes[i]);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % SET_ALIGNMENT, 0);
        for (size_t at = 0; at < sizes[i]; at++)
            assert_int_equal(memory[at], 0);
        memset(memory, 0xff, sizes[i]);
        set_free(store, &(struct set_block){.memory = memory, .bytes = sizes[i], .size = i});
        assert_null(store->slabs[i].base);
    }
    assert_int_equal(idle(store), 0);
    destroy(store);
}

static void what_is_mapped_is_there_at_once(void **state)
{
    (void)state;
    struct set_store *store = create();
    const size_t bytes = 1 << 20;
    unsigned char resident[(1 << 20) / 4096];
    for (unsigned huge = 0; huge < 2; huge++) { /* in a slab, and for the set itself */
        void *memory = set_alloc(huge ? store : NULL, 200, bytes);
        assert_non_null(memory);
        assert_int_equal(mincore(memory, bytes, resident), 0);
        for (size_t i = 0; i < sizeof resident; i++)
            assert_int_equal(resident[i] & 1, 1);
        if (!huge)
            set_free(NULL, &(struct set_block){.memory = memory, .bytes = bytes});
        assert_int_equal(is_mapped(memory), huge);
    }
    uint8_t *base = store->slabs[200].base;
    assert_int_equal((uintptr_t)base % (2 << 20), 0); /* a large slab begins at a huge page */
    destroy(store);
    assert_false(is_mapped(base));
}

static void a_slab_goes_when_the_last_segment_has_left(void **state)
{
    (void)state;
    struct set_store *store = create();
    unsigned char *blocks[STORE_SHARED];
    for (unsigned i = 0; i < STORE_SHARED; i++)
        blocks[i] = take(store);
    for (unsigned i = 1; i < STORE_SHARED; i++)
        assert_in_range(blocks[i] - blocks[i - 1], BYTES, BYTES + SET_ALIGNMENT);
    for (unsigned i = 0; i < STORE_SHARED; i++) {
        assert_true(is_mapped(blocks[0]));
        assert_int_equal(idle(store), i * BYTES);
        give(store, blocks[i], true, false);
    }
    assert_int_equal(idle(store), 0);
    assert_null(store->slabs[SIZE].base);
    assert_false(is_mapped(blocks[0]));
    assert_false(is_mapped(blocks[STORE_SHARED - 1]));
    destroy(store);
}

static void a_slab_waits_for_segments_still_to_come(void **state)
{
    (void)state;
    struct set_store *store = create();
    unsigned char *first = take(store);
    give(store, first, true, false);
    for (unsigned i = 2; i < STORE_SHARED; i++)
        give(store, take(store), true, false);
    assert_true(is_mapped(first)); /* nothing is out, but one has not been here yet */
    give(store, take(store), true, false);
    assert_false(is_mapped(first));
    destroy(store);
}

static void a_segment_that_stays_in_its_size_has_not_left(void **state)
{
    (void)state;
    struct set_store *store = create();
    unsigned char *renewed = take(store), *blocks[STORE_SHARED];
    for (unsigned i = 0; i < STORE_SHARED; i++)
        blocks[i] = take(store);
    give(store, renewed, false, false);
    for (unsigned i = 0; i + 1 < STORE_SHARED; i++)
        give(store, blocks[i], true, false);
    assert_true(is_mapped(blocks[0]));
    give(store, blocks[STORE_SHARED - 1], true, false);
    assert_false(is_mapped(blocks[0]));
    assert_int_equal(idle(store), 0);
    destroy(store);
}

static void a_copy_that_lost_goes_to_the_next_and_is_zeros_again(void **state)
{
    (void)state;
    struct set_store *store = create();
    unsigned char *first = take(store), *second = take(store);
    give(store, first, false, true);
    assert_int_equal(idle(store), BYTES);
    assert_ptr_equal(take(store), first);
    assert_int_equal(idle(store), 0);
    give(store, first, false, true);
    give(store, second, false, true); /* one waits, the other is returned */
    assert_int_equal(idle(store), 2 * BYTES);
    assert_ptr_equal(take(store), first);
    assert_ptr_not_equal(take(store), second);
    assert_int_equal(idle(store), BYTES);
    destroy(store);
}

static void a_spare_holds_no_slab_but_a_block_that_is_out_does(void **state)
{
    (void)state;
    for (unsigned is_late = 0; is_late < 2; is_late++) {
        struct set_store *store = create();
        unsigned char *lost = take(store), *blocks[STORE_SHARED];
        for (unsigned i = 0; i < STORE_SHARED; i++)
            blocks[i] = take(store);
        if (!is_late)
            give(store, lost, false, true);
        for (unsigned i = 0; i < STORE_SHARED; i++)
            give(store, blocks[i], true, false);
        assert_int_equal(is_mapped(lost), is_late);
        if (is_late)
            give(store, lost, false, true);
        assert_false(is_mapped(lost));
        assert_int_equal(idle(store), 0);
        destroy(store);
    }
}

static void what_has_no_place_gets_a_mapping_of_its_own(void **state)
{
    (void)state;
    struct set_store *store = create();
    unsigned char *blocks[2 * STORE_SHARED];
    unsigned outside = 0;
    for (unsigned i = 0; i < 2 * STORE_SHARED; i++) {
        blocks[i] = take(store);
        outside += blocks[i] < store->slabs[SIZE].base ||
                   blocks[i] >= store->slabs[SIZE].base + store->slabs[SIZE].whole;
    }
    assert_in_range(outside, 1, STORE_SHARED);
    void *last = blocks[2 * STORE_SHARED - 1];
    give(store, last, false, false);
    assert_false(is_mapped(last));
    assert_int_equal(idle(store), 0);
    for (unsigned i = 0; i < 2 * STORE_SHARED - 1; i++)
        give(store, blocks[i], i < STORE_SHARED, false);
    assert_int_equal(idle(store), 0);
    assert_false(is_mapped(blocks[0]));
    destroy(store);
}

static void more_than_there_is_is_not_given(void **state)
{
    (void)state;
    assert_null(set_alloc(NULL, 0, SIZE_MAX / 2 & ~(size_t)4095));
}

/* A real set: also while its segments go from slab to slab it holds no two of itself. */
static void slabs_that_are_being_left_cost_little(void **state)
{
    (void)state;
    struct set *set;
    uint64_t sum = 0, samples = 0;
    assert_int_equal(set_create(&set), 0);
    for (uint64_t count = 1; count <= 1500000; count++) {
        assert_int_equal(set_put(set, set_key(set, &count, sizeof count)), SET_NEW);
        if (count < 1000000 || count % 10000 != 0)
            continue;
        assert_in_range(set_memory_bytes(set), 0, 36 * count);
        sum += set_memory_bytes(set) / count;
        samples++;
    }
    assert_in_range(sum / samples, 20, 26);
    set_destroy(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_blocks_are_the_heaps),
        cmocka_unit_test(what_is_mapped_is_there_at_once),
        cmocka_unit_test(a_slab_goes_when_the_last_segment_has_left),
        cmocka_unit_test(a_slab_waits_for_segments_still_to_come),
        cmocka_unit_test(a_segment_that_stays_in_its_size_has_not_left),
        cmocka_unit_test(a_copy_that_lost_goes_to_the_next_and_is_zeros_again),
        cmocka_unit_test(a_spare_holds_no_slab_but_a_block_that_is_out_does),
        cmocka_unit_test(what_has_no_place_gets_a_mapping_of_its_own),
        cmocka_unit_test(more_than_there_is_is_not_given),
        cmocka_unit_test(slabs_that_are_being_left_cost_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
