// SPDX-License-Identifier: BSD-2-Clause
/* base/set.c: threads that were stopped at the worst places, for good or for a while.
 *
 * What one left that was stopped within the slots is written there by hand: the seam tells
 * where the newest segment lies. Where memory is asked for and given back the seam stops a
 * thread. test_set_segment.c has the states of a slot one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "base/set.h"
#include "base/set_segment.h"
#include "tests/unit/base/set_blocks.h"
#include "tests/unit/base/set_keys.h"

/* ---- threads that were stopped for good */

/* A set with COUNT names in segment 3, its only one. */
static struct line *create_with(struct set **set, unsigned count)
{
    *set = create();
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(set_put(*set, key_in(3, i)), SET_NEW);
    return atomic_load(&blocks.newest);
}

/* As the first step of a copy does. */
static void freeze_free_slots(struct line *lines)
{
    for (uint32_t i = 0; i < 2 * pairs_in(block_bytes(lines)); i++) {
        for (unsigned j = 0; j < LINE_SLOTS; j++) {
            uint64_t was = WORD_EMPTY;
            atomic_compare_exchange_strong(&lines[i].slots[j].high, &was, WORD_FROZEN);
        }
    }
}

static void another_finishes_what_a_stopped_copier_began(void **state)
{
    (void)state;
    struct set *set;
    struct line *old = create_with(&set, 20);
    size_t allocated = atomic_load(&blocks.allocated);
    freeze_free_slots(old);
    /* What needs no new slot goes on without one. */
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(set_put(set, key_in(3, i)), SET_OLD);
        assert_int_equal(set_find(set, key_in(3, i)), 1);
    }
    assert_int_equal(set_find(set, key_in(3, 20)), 0);
    assert_int_equal(atomic_load(&blocks.allocated), allocated);
    assert_int_equal(set_put(set, key_in(3, 20)), SET_NEW);
    assert_int_equal(atomic_load(&blocks.allocated), allocated + 1);
    assert_ptr_equal(atomic_load(&blocks.removed), old);
    for (unsigned i = 0; i < 21; i++)
        assert_int_equal(set_find(set, key_in(3, i)), 1);
    assert_int_equal(set_count(set), 21);
    assert_at_rest(set);
    set_destroy(set);
}

static void forced_growth_by_another_keeps_the_size_too(void **state)
{
    (void)state;
    struct set *set = create();
    set_force_growth(set, 1000);
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(set_put(set, key_in(3, i)), SET_NEW);
        struct line *old = atomic_load(&blocks.newest);
        size_t bytes = set_memory_bytes(set);
        freeze_free_slots(old);
        assert_int_equal(set_put(set, key_in(3, 100 + i)), SET_NEW);
        assert_ptr_not_equal(atomic_load(&blocks.newest), old);
        assert_int_equal(set_memory_bytes(set), bytes);
    }
    set_destroy(set);
}

static void without_memory_a_stopped_copy_refuses_only_new_names(void **state)
{
    (void)state;
    struct set *set;
    freeze_free_slots(create_with(&set, 20));
    atomic_store(&blocks.left, 0);
    const struct hash128 keys[] = {key_in(3, 0), key_in(3, 20), key_in(3, 1), key_in(3, 21)};
    int8_t results[4];
    assert_int_equal(set_put(set, keys[1]), ERR_NOMEM);
    assert_int_equal(set_put_batch(set, keys, results, 4), ERR_NOMEM);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(results[i], i % 2 ? ERR_NOMEM : SET_OLD);
        assert_int_equal(set_find(set, keys[i]), i % 2 ? 0 : 1);
    }
    assert_int_equal(set_count(set), 20);
    atomic_store(&blocks.left, 1); /* is enough */
    assert_int_equal(set_put_batch(set, keys, results, 4), 0);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(results[i], i % 2 ? SET_NEW : SET_OLD);
    assert_at_rest(set);
    set_destroy(set);
}

static void a_slot_that_a_stopped_thread_claimed_is_filled_by_another(void **state)
{
    (void)state;
    struct set *set;
    struct line *lines = create_with(&set, 1);
    struct hash128 key = {.high = UINT64_C(3) << (64 - HOME_SHIFT) | 12345, .low = 67},
                   same_high = {.high = key.high, .low = 68};
    struct slot *slot = home_of(lines, key);
    slot += atomic_load(&slot->high) != WORD_EMPTY;
    atomic_store(&slot->high, key.high);
    assert_int_equal(set_find(set, key), 0);
    assert_int_equal(set_put(set, key), SET_NEW);
    assert_int_equal(atomic_load(&slot->low), key.low);
    assert_int_equal(set_put(set, key), SET_OLD);
    assert_int_equal(set_find(set, same_high), 0);
    assert_int_equal(set_put(set, same_high), SET_NEW);
    assert_int_equal(atomic_load(&slot[1].low), same_high.low);
    assert_int_equal(set_count(set), 3);
    set_destroy(set);
}

/* Each stopped claimant costs a slot until the next growth, and no more. */
static void claimed_slots_are_left_behind_by_growth(void **state)
{
    (void)state;
    struct set *set;
    struct line *lines = create_with(&set, 1);
    uint32_t slots = 2 * pairs_in(block_bytes(lines)) * LINE_SLOTS;
    for (uint32_t i = 0; i < slots; i++) {
        struct slot *slot = &lines[i / LINE_SLOTS].slots[i % LINE_SLOTS];
        uint64_t was = WORD_EMPTY;
        atomic_compare_exchange_strong(&slot->high, &was, 99);
    }
    assert_int_equal(set_find(set, key_in(3, 1)), 0);
    assert_int_equal(set_put(set, key_in(3, 1)), SET_NEW);
    assert_ptr_equal(atomic_load(&blocks.removed), lines);
    assert_int_equal(set_find(set, key_in(3, 0)), 1);
    lines = atomic_load(&blocks.newest);
    for (uint32_t i = 0; i < 2 * pairs_in(block_bytes(lines)) * LINE_SLOTS; i++)
        assert_int_not_equal(atomic_load(&lines[i / LINE_SLOTS].slots[i % LINE_SLOTS].high), 99);
    set_destroy(set);
}

/* ---- threads stopped outside the slots, and going on later */

struct late {
    struct set *set;
    enum stop stop;
    unsigned stops;  /* how many times */
    unsigned number; /* puts keys from here on until it was stopped */
    unsigned wins;
};

static void *late_run(void *arg)
{
    struct late *late = arg;
    stop_at = late->stop;
    stops_left = late->stops;
    while (stops_left > 0)
        late->wins += set_put(late->set, key_in(3, late->number++)) == SET_NEW;
    return NULL;
}

static pthread_t late_start(struct late *late)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, late_run, late), 0);
    pthread_barrier_wait(&stopped);
    return thread;
}

static void late_finish(pthread_t thread)
{
    pthread_barrier_wait(&released);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void a_copier_that_comes_too_late_frees_its_own(void **state)
{
    (void)state;
    struct set *set;
    create_with(&set, 1);
    struct late late = {.set = set, .stop = STOP_IN_ALLOC, .stops = 1, .number = 1};
    pthread_t thread = late_start(&late); /* about to grow */
    size_t freed = atomic_load(&blocks.freed), before = atomic_load(&blocks.allocated);
    for (unsigned i = 1000; i < 2000; i++)
        assert_int_equal(set_put(set, key_in(3, i)), SET_NEW);
    size_t grown = atomic_load(&blocks.allocated) - before;
    assert_in_range(grown, 3, 20);
    /* It is inside, and may be reading any of them. */
    assert_int_equal(atomic_load(&blocks.freed), freed);
    assert_int_equal(blocks_live(), 2 + grown);
    assert_int_equal(set_memory_bytes(set), atomic_load(&blocks.live_bytes));
    late_finish(thread);
    assert_int_equal(atomic_load(&blocks.allocated) - before, grown + 1);
    assert_at_rest(set);
    assert_int_equal(blocks_live(), 2);
    assert_int_equal(set_count(set), 1000 + 1 + late.wins);
    for (unsigned i = 0; i < late.number; i++)
        assert_int_equal(set_find(set, key_in(3, i)), 1);
    for (unsigned i = 1000; i < 2000; i++)
        assert_int_equal(set_put(set, key_in(3, i)), SET_OLD);
    set_destroy(set);
}

static void a_thread_stopped_while_freeing_stops_nobody(void **state)
{
    (void)state;
    struct set *set;
    create_with(&set, 1);
    struct late late = {.set = set, .stop = STOP_IN_FREE, .stops = 1, .number = 1};
    pthread_t thread = late_start(&late);
    size_t freed = atomic_load(&blocks.freed);
    for (unsigned i = 1000; i < 2000; i++)
        assert_int_equal(set_put(set, key_in(3, i)), SET_NEW);
    assert_int_equal(atomic_load(&blocks.freed), freed); /* that is its work now */
    late_finish(thread);
    assert_at_rest(set);
    assert_int_equal(blocks_live(), 2);
    assert_int_equal(set_count(set), 1000 + 1 + late.wins);
    set_destroy(set);
}

static unsigned put_until_it_grows(struct set *set, unsigned number)
{
    void *newest = atomic_load(&blocks.newest);
    while (newest == atomic_load(&blocks.newest))
        assert_int_equal(set_put(set, key_in(3, number++)), SET_NEW);
    return number;
}

/* One thread frees; what another retires then, and a second time when the first has begun
 * with that, is left to the next that comes. Nobody is inside afterwards. */
static struct set *create_with_a_rest(void)
{
    struct set *set;
    create_with(&set, 1);
    struct late late = {.set = set, .stop = STOP_IN_FREE, .stops = 2, .number = 1};
    pthread_t thread = late_start(&late);
    unsigned number = put_until_it_grows(set, 1000);
    pthread_barrier_wait(&released);
    pthread_barrier_wait(&stopped);
    put_until_it_grows(set, number);
    late_finish(thread);
    assert_int_equal(blocks_live(), 3); /* the set, the segment, the rest */
    return set;
}

static void what_the_last_thread_could_not_free_is_freed_later(void **state)
{
    (void)state;
    struct set *set = create_with_a_rest();
    assert_at_rest(set);
    assert_int_equal(blocks_live(), 2);
    set_destroy(set);
    set = create_with_a_rest();
    assert_int_equal(set_find(set, key_in(3, 0)), 1);
    assert_int_equal(blocks_live(), 2);
    set_destroy(set);
    set_destroy(create_with_a_rest());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(another_finishes_what_a_stopped_copier_began),
        TEST(forced_growth_by_another_keeps_the_size_too),
        TEST(without_memory_a_stopped_copy_refuses_only_new_names),
        TEST(a_slot_that_a_stopped_thread_claimed_is_filled_by_another),
        TEST(claimed_slots_are_left_behind_by_growth),
        TEST(a_copier_that_comes_too_late_frees_its_own),
        TEST(a_thread_stopped_while_freeing_stops_nobody),
        TEST(what_the_last_thread_could_not_free_is_freed_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
