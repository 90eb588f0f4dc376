// SPDX-License-Identifier: BSD-2-Clause
/* base/set.c: the sizes of segments, the octets a name, and going on without memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/set.h"
#include "base/set_segment.h"
#include "tests/unit/base/set_blocks.h"
#include "tests/unit/base/set_keys.h"

#define GROWTH_PERCENT 85 /* with more of its slots taken, a segment is replaced */

/* ---- randomness: getrandom takes the place of the C library's */

static uint64_t secret; /* 0: a fresh one each time */
static int interrupted_times;
static ssize_t random_result = sizeof secret;

ssize_t getrandom(void *out, size_t len, unsigned flags)
{
    static uint64_t fresh;
    (void)flags;
    if (interrupted_times > 0) {
        interrupted_times--;
        errno = EINTR;
        return -1;
    }
    errno = ENOSYS;
    fresh++;
    memcpy(out, secret ? &secret : &fresh, len < sizeof secret ? len : sizeof secret);
    return random_result;
}

static void a_set_needs_its_secret(void **state)
{
    (void)state;
    static const ssize_t results[] = {-1, 0, sizeof secret - 1};
    for (unsigned i = 0; i < 3; i++) {
        struct set *set = (struct set *)1;
        random_result = results[i];
        assert_int_equal(set_create(&set), ERR_IO);
        assert_null(set);
        assert_int_equal(blocks_live(), 0);
    }
    random_result = sizeof secret;
    interrupted_times = 3;
    set_destroy(create());
    assert_int_equal(interrupted_times, 0);
}

static void secrets_differ_between_sets(void **state)
{
    (void)state;
    struct set *a = create(), *b = create();
    struct hash128 in_a = key_of(a, 1), in_b = key_of(b, 1);
    assert_true(in_a.low != in_b.low && in_a.high != in_b.high);
    set_destroy(a);
    set_destroy(b);
}

/* The number that, multiplied by the odd FACTOR, gives 1. */
static uint64_t inverse(uint64_t factor)
{
    uint64_t guess = factor; /* right in three bits; each turn doubles them */
    for (int i = 0; i < 5; i++)
        guess *= 2 - factor * guess;
    return guess;
}

/* What XXH64's last mixing turns into WORD. */
static uint64_t unmixed(uint64_t word)
{
    word ^= word >> 32;
    word *= inverse(UINT64_C(0x165667b19e3779f9));
    word ^= word >> 29 ^ word >> 58;
    word *= inverse(UINT64_C(0xc2b2ae3d27d4eb4f));
    return word ^ word >> 33;
}

/* XXH3 of nothing mixes its secret xor a constant, another one for each word. So there is a
 * secret under which a word of it is any value wanted. */
static struct hash128 key_with(bool is_high, uint64_t word, struct set **set)
{
    struct hash128 of_zero = hash128("", 0, 0);
    secret = unmixed(word) ^ unmixed(is_high ? of_zero.high : of_zero.low);
    struct hash128 raw = hash128("", 0, secret);
    assert_int_equal(is_high ? raw.high : raw.low, word);
    *set = create();
    secret = 0;
    return set_key(*set, "", 0);
}

static void no_key_has_a_word_that_slots_have_for_a_mark(void **state)
{
    (void)state;
    static const uint64_t words[][2] = {{WORD_EMPTY, 1},
                                        {1, 1},
                                        {2, 2},
                                        {WORD_FROZEN, WORD_FROZEN - 1},
                                        {WORD_FROZEN - 1, WORD_FROZEN - 1},
                                        {WORD_FROZEN - 2, WORD_FROZEN - 2}};
    for (unsigned i = 0; i < 12; i++) {
        struct set *set;
        bool is_high = i % 2;
        struct hash128 key = key_with(is_high, words[i / 2][0], &set);
        assert_int_equal(is_high ? key.high : key.low, words[i / 2][1]);
        assert_int_equal(set_find(set, key), 0);
        assert_int_equal(set_put(set, key), SET_NEW);
        assert_int_equal(set_put(set, key), SET_OLD);
        assert_int_equal(set_find(set, key), 1);
        set_destroy(set);
    }
}

/* ---- sizes */

/* Puts keys of SEGMENT from NUMBER on until one is refused; how many went in. */
static unsigned fill(struct set *set, unsigned segment, unsigned number)
{
    unsigned first = number;
    int result;
    while ((result = set_put(set, key_in(segment, number))) == SET_NEW)
        number++;
    assert_int_equal(result, ERR_NOMEM);
    return number - first;
}

/* SEGMENT of SET, with COUNT names, has the memory at BLOCK and gets no more. */
static void assert_uses_all_of(const void *block, struct set *set, unsigned segment, unsigned count)
{
    size_t bytes = block_bytes(block);
    uint32_t pairs = pairs_in(bytes);
    atomic_store(&blocks.left, 0);
    assert_int_equal(count + fill(set, segment, count), pairs * PAIR_SLOTS);
    for (unsigned i = 0; i < pairs * PAIR_SLOTS; i++)
        assert_int_equal(set_put(set, key_in(segment, i)), SET_OLD);
    assert_int_equal(set_find(set, key_in(segment, pairs * PAIR_SLOTS)), 0);
    assert_int_equal(bytes, (2 * pairs + 1) * SEGMENT_LINE);
    atomic_store(&blocks.left, -1);
}

/* Any key reaches any slot, in each size that a segment comes to. */
static void every_slot_of_every_size_is_used(void **state)
{
    (void)state;
    for (unsigned segment = 0; segment < 16; segment++) {
        for (int growths = 0; growths < 14; growths++) {
            struct set *set = create();
            unsigned count = 0;
            atomic_store(&blocks.left, 1 + growths);
            while (atomic_load(&blocks.left) > 0)
                assert_int_equal(set_put(set, key_in(segment, count++)), SET_NEW);
            assert_uses_all_of(atomic_load(&blocks.newest), set, segment, count);
            set_destroy(set);
        }
    }
}

static void a_segment_grows_with_one_name_too_many(void **state)
{
    (void)state;
    for (unsigned segment = 0; segment < 16; segment++) {
        struct set *set = create();
        unsigned count = 0;
        for (int growths = 0; growths < 8; growths++) {
            if (count == 0)
                assert_int_equal(set_put(set, key_in(segment, count++)), SET_NEW);
            void *block = atomic_load(&blocks.newest);
            size_t bytes = block_bytes(block);
            unsigned names_max = pairs_in(bytes) * PAIR_SLOTS * GROWTH_PERCENT / 100;
            while (count < names_max) /* n - 1 and n */
                assert_int_equal(set_put(set, key_in(segment, count++)), SET_NEW);
            assert_ptr_equal(atomic_load(&blocks.newest), block);
            assert_int_equal(set_put(set, key_in(segment, count - 1)), SET_OLD);
            assert_ptr_equal(atomic_load(&blocks.newest), block);
            assert_int_equal(set_put(set, key_in(segment, count++)), SET_NEW); /* n + 1 */
            assert_ptr_not_equal(atomic_load(&blocks.newest), block);
            assert_ptr_equal(atomic_load(&blocks.removed), block);
            assert_int_equal(blocks_live(), 2);
            assert_at_rest(set);
            assert_in_range(block_bytes(atomic_load(&blocks.newest)), bytes + 1, 2 * bytes);
        }
        set_destroy(set);
    }
}

static void small_sets_are_small(void **state)
{
    (void)state;
    struct set *set = create();
    size_t empty = set_memory_bytes(set);
    assert_in_range(empty, 1, 48 << 10);
    assert_int_equal(set_find(set, key_in(0, 0)), 0);
    assert_int_equal(set_memory_bytes(set), empty);
    size_t least = SIZE_MAX, most = 0;
    for (unsigned segment = 0; segment < 1024; segment++) {
        size_t before = set_memory_bytes(set);
        assert_int_equal(set_put(set, key_in(segment, 1)), SET_NEW);
        size_t bytes = set_memory_bytes(set) - before;
        assert_in_range(bytes, 512, 2048);
        least = bytes < least ? bytes : least;
        most = bytes > most ? bytes : most;
    }
    assert_in_range(least, 1, most - 1); /* or all would grow at once */
    assert_int_equal(blocks_live(), 1025);
    assert_at_rest(set);
    set_destroy(set);
}

static void a_name_takes_no_more_than_is_promised(void **state)
{
    (void)state;
    struct set *set = create();
    struct hash128 keys[500];
    int8_t results[500];
    for (unsigned count = 0; count < 1000000;) {
        for (unsigned i = 0; i < 500; i++)
            keys[i] = key_of(set, count++);
        assert_int_equal(set_put_batch(set, keys, results, 500), 0);
        size_t bytes = set_memory_bytes(set);
        assert_true(bytes >= count * sizeof(struct hash128));
        assert_in_range(bytes, 0, SET_BYTES_MIN + (size_t)count * SET_BYTES_PER_NAME);
    }
    assert_int_equal(set_count(set), 1000000);
    assert_at_rest(set);
    set_destroy(set);
}

/* Beyond the set itself, one segment's copy. */
static void growing_takes_little_more_for_a_while(void **state)
{
    (void)state;
    struct set *set = create();
    for (unsigned i = 0; i < 300000; i++) {
        assert_int_equal(set_put(set, key_of(set, i)), SET_NEW);
        assert_int_equal(set_memory_bytes(set), atomic_load(&blocks.live_bytes));
    }
    size_t most = atomic_load(&blocks.most_bytes);
    assert_in_range(most, 0, atomic_load(&blocks.live_bytes) + 16384);
    set_destroy(set);
}

/* One call of any length, too: 1 % more, not all that was replaced under it. */
static void a_long_batch_takes_little_more_either(void **state)
{
    (void)state;
    const unsigned count = 300000;
    struct set *set = create();
    struct hash128 *keys = calloc(count, sizeof *keys);
    int8_t *results = calloc(count, 1);
    assert_true(keys && results);
    for (unsigned i = 0; i < count; i++)
        keys[i] = key_of(set, i);
    assert_int_equal(set_put_batch(set, keys, results, count), 0);
    size_t bytes = atomic_load(&blocks.live_bytes);
    assert_int_equal(set_memory_bytes(set), bytes);
    assert_in_range(atomic_load(&blocks.most_bytes), bytes, bytes + bytes / 100);
    free(keys);
    free(results);
    set_destroy(set);
}

/* ---- without memory */

static void creation_without_memory_fails_cleanly(void **state)
{
    (void)state;
    struct set *set = (struct set *)1;
    atomic_store(&blocks.left, 0);
    assert_int_equal(set_create(&set), ERR_NOMEM);
    assert_null(set);
    atomic_store(&blocks.left, 1); /* the set is one block */
    set = create();
    assert_int_equal(set_find(set, key_in(0, 0)), 0);
    set_destroy(set);
}

static void without_its_first_segment_a_name_is_refused(void **state)
{
    (void)state;
    struct set *set = create();
    const struct hash128 keys[] = {key_in(0, 0), key_in(1, 0), key_in(0, 0), key_in(1, 1)};
    int8_t results[4];
    atomic_store(&blocks.left, 0);
    assert_int_equal(set_put(set, keys[0]), ERR_NOMEM);
    assert_int_equal(set_find(set, keys[0]), 0);
    assert_int_equal(set_count(set), 0);
    atomic_store(&blocks.left, 1); /* for one of the two segments */
    assert_int_equal(set_put_batch(set, keys, results, 4), ERR_NOMEM);
    assert_int_equal(results[0], SET_NEW);
    assert_int_equal(results[1], ERR_NOMEM);
    assert_int_equal(results[2], SET_OLD);
    assert_int_equal(results[3], ERR_NOMEM);
    assert_int_equal(set_count(set), 1);
    atomic_store(&blocks.left, -1);
    assert_int_equal(set_put_batch(set, keys, results, 4), 0);
    assert_int_equal(results[1], SET_NEW);
    assert_int_equal(results[3], SET_NEW);
    assert_at_rest(set);
    set_destroy(set);
}

static void without_memory_to_grow_a_segment_is_filled(void **state)
{
    (void)state;
    struct set *set = create();
    assert_int_equal(set_put(set, key_in(9, 0)), SET_NEW);
    atomic_store(&blocks.left, 0);
    unsigned count = 1 + fill(set, 9, 1);
    assert_int_equal(count, pairs_in(block_bytes(atomic_load(&blocks.newest))) * PAIR_SLOTS);
    assert_int_equal(set_count(set), count);
    /* old names are old, and new ones are not there, alone or in a batch */
    const struct hash128 keys[] = {key_in(9, 0), key_in(9, count), key_in(9, count - 1)};
    int8_t results[3];
    assert_int_equal(set_put_batch(set, keys, results, 3), ERR_NOMEM);
    assert_int_equal(results[0], SET_OLD);
    assert_int_equal(results[1], ERR_NOMEM);
    assert_int_equal(results[2], SET_OLD);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(set_put(set, key_in(9, i)), SET_OLD);
    assert_int_equal(set_find(set, keys[1]), 0);
    assert_int_equal(set_count(set), count);
    /* and when there is memory again it goes on */
    atomic_store(&blocks.left, -1);
    for (unsigned i = count; i < 3 * count; i++)
        assert_int_equal(set_put(set, key_in(9, i)), SET_NEW);
    for (unsigned i = 0; i < 3 * count; i++)
        assert_int_equal(set_find(set, key_in(9, i)), 1);
    assert_at_rest(set);
    set_destroy(set);
}

/* Of a call that is more than one batch inside: not only what the last of them says. */
static void a_name_refused_early_in_a_long_batch_is_told(void **state)
{
    (void)state;
    struct set *set = create();
    struct hash128 keys[300];
    int8_t results[300];
    for (unsigned i = 0; i < 300; i++)
        keys[i] = key_in(i == 0 ? 8 : 9, i % 10);
    assert_int_equal(set_put_batch(set, keys + 1, results, 299), 0);
    atomic_store(&blocks.left, 0);
    assert_int_equal(set_put_batch(set, keys, results, 300), ERR_NOMEM);
    for (unsigned i = 0; i < 300; i++)
        assert_int_equal(results[i], i == 0 ? ERR_NOMEM : SET_OLD);
    set_destroy(set);
}

/* There is a largest size. To come to it without hundreds of millions of names, each
 * segment is frozen where the next name belongs, and so is replaced by a larger one. */
static void there_is_a_largest_size_and_then_no_more(void **state)
{
    (void)state;
    struct set *set = create();
    unsigned count = 0;
    assert_int_equal(set_put(set, key_in(1, count++)), SET_NEW);
    struct line *lines = NULL;
    while (lines != atomic_load(&blocks.newest)) {
        lines = atomic_load(&blocks.newest);
        assert_in_range(block_bytes(lines), 1, 512u << 20);
        struct slot *home = home_of(lines, key_in(1, count));
        if (atomic_load(&home->high) != WORD_EMPTY)
            home = home_of(lines, key_in(1, ++count));
        atomic_store(&home->high, WORD_FROZEN);
        int result = set_put(set, key_in(1, count));
        bool is_larger = lines != atomic_load(&blocks.newest);
        assert_int_equal(result, is_larger ? SET_NEW : ERR_NOMEM);
        count += is_larger;
    }
    assert_true(block_bytes(lines) > 10u << 20);
    assert_int_equal(set_find(set, key_in(1, count)), 0);
    assert_int_equal(set_find(set, key_in(1, count - 1)), 1);
    assert_int_equal(set_put(set, key_in(1, 0)), SET_OLD);
    assert_at_rest(set);
    set_destroy(set);
}

/* Its growth is made up for by the next new name, not by one that is old. */
static void growth_is_tried_again_when_there_is_memory(void **state)
{
    (void)state;
    struct set *set = create();
    assert_int_equal(set_put(set, key_in(9, 0)), SET_NEW);
    unsigned count = 1;
    void *block = atomic_load(&blocks.newest);
    unsigned names_max = pairs_in(block_bytes(block)) * PAIR_SLOTS * GROWTH_PERCENT / 100;
    atomic_store(&blocks.left, 0);
    while (count < names_max + 2)
        assert_int_equal(set_put(set, key_in(9, count++)), SET_NEW);
    atomic_store(&blocks.left, -1);
    assert_int_equal(set_put(set, key_in(9, 0)), SET_OLD);
    assert_ptr_equal(atomic_load(&blocks.newest), block);
    assert_int_equal(set_put(set, key_in(9, count++)), SET_NEW);
    assert_ptr_not_equal(atomic_load(&blocks.newest), block);
    assert_at_rest(set);
    set_destroy(set);
}

/* The nth allocation and all after it fail, for each n of a set that grows. */
static void memory_may_end_at_any_allocation(void **state)
{
    (void)state;
    for (int left = 0; left < 40; left++) {
        struct set *set = create();
        unsigned fresh = 0, refused = 0;
        atomic_store(&blocks.left, left);
        for (unsigned i = 0; i < 2000; i++) {
            int result = set_put(set, key_in(i % 4, i));
            assert_int_equal(set_find(set, key_in(i % 4, i)), result == SET_NEW);
            fresh += result == SET_NEW;
            refused += result == ERR_NOMEM;
        }
        assert_int_equal(fresh + refused, 2000);
        assert_int_equal(set_count(set), fresh);
        assert_at_rest(set);
        atomic_store(&blocks.left, -1);
        for (unsigned i = 0; i < 2000; i++)
            fresh += set_put(set, key_in(i % 4, i)) == SET_NEW;
        assert_int_equal(fresh, 2000);
        assert_int_equal(set_count(set), 2000);
        assert_at_rest(set);
        set_destroy(set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_set_needs_its_secret),
        TEST(secrets_differ_between_sets),
        TEST(no_key_has_a_word_that_slots_have_for_a_mark),
        TEST(every_slot_of_every_size_is_used),
        TEST(a_segment_grows_with_one_name_too_many),
        TEST(small_sets_are_small),
        TEST(a_name_takes_no_more_than_is_promised),
        TEST(growing_takes_little_more_for_a_while),
        TEST(a_long_batch_takes_little_more_either),
        TEST(creation_without_memory_fails_cleanly),
        TEST(without_its_first_segment_a_name_is_refused),
        TEST(without_memory_to_grow_a_segment_is_filled),
        TEST(a_name_refused_early_in_a_long_batch_is_told),
        TEST(there_is_a_largest_size_and_then_no_more),
        TEST(growth_is_tried_again_when_there_is_memory),
        TEST(memory_may_end_at_any_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
