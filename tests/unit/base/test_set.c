// SPDX-License-Identifier: BSD-2-Clause
/* base/set.c: one winner per name, in batches, while it grows, with threads.
 * test_set_stopped.c has threads that stop at the worst places, test_set_memory.c its sizes
 * and what it does without memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/set.h"
#include "tests/unit/base/set_blocks.h"
#include "tests/unit/base/set_keys.h"

/* ---- names and results */

static void the_first_put_wins_and_later_ones_do_not(void **state)
{
    (void)state;
    struct set *set = create();
    struct hash128 key = set_key(set, "\3www", 5), other = set_key(set, "\3wwx", 5);
    assert_int_equal(set_find(set, key), 0);
    assert_int_equal(set_put(set, key), SET_NEW);
    assert_int_equal(set_put(set, key), SET_OLD);
    assert_int_equal(set_find(set, key), 1);
    assert_int_equal(set_find(set, other), 0);
    assert_int_equal(set_put(set, other), SET_NEW);
    assert_int_equal(set_count(set), 2);
    set_destroy(set);
    set_destroy(NULL);
}

static void keys_that_share_a_word_are_different(void **state)
{
    (void)state;
    struct set *set = create();
    const struct hash128 keys[] = {
        {1, 1},
        {1, 2},
        {2, 1},
        {2, 2},
        {1, UINT64_MAX - 1},
        {UINT64_MAX - 1, 1},
        {UINT64_MAX - 1, UINT64_MAX - 1},
        {1, UINT64_C(1) << 32 | 1},
        {UINT64_C(1) << 54 | 1, 1}, /* another segment */
    };
    const size_t count = sizeof keys / sizeof keys[0];
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(set_find(set, keys[i]), 0);
        assert_int_equal(set_put(set, keys[i]), SET_NEW);
    }
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(set_put(set, keys[i]), SET_OLD);
        assert_int_equal(set_find(set, keys[i]), 1);
    }
    assert_int_equal(set_count(set), count);
    set_destroy(set);
}

static void growing_forgets_nothing(void **state)
{
    (void)state;
    struct set *set = create();
    for (unsigned i = 0; i < 200000; i++)
        assert_int_equal(set_put(set, key_of(set, i)), SET_NEW);
    for (unsigned i = 0; i < 200000; i++)
        assert_int_equal(set_put(set, key_of(set, i)), SET_OLD);
    for (unsigned i = 200000; i < 210000; i++)
        assert_int_equal(set_find(set, key_of(set, i)), 0);
    assert_int_equal(set_count(set), 200000);
    assert_at_rest(set);
    set_destroy(set);
}

static void one_segment_takes_any_number(void **state)
{
    (void)state;
    struct set *set = create();
    for (unsigned i = 0; i < 30000; i++) {
        assert_int_equal(set_find(set, key_in(1023, i)), 0);
        assert_int_equal(set_put(set, key_in(1023, i)), SET_NEW);
    }
    for (unsigned i = 0; i < 30000; i++)
        assert_int_equal(set_put(set, key_in(1023, i)), SET_OLD);
    assert_int_equal(set_count(set), 30000);
    assert_int_equal(blocks_live(), 2);
    assert_at_rest(set);
    set_destroy(set);
}

/* ---- batches */

#define MANY 1000 /* more than one batch inside */

static void assert_batch(struct set *set, const struct hash128 *keys, size_t count,
                         const int8_t *expected)
{
    int8_t results[MANY + 1];
    memset(results, 99, sizeof results);
    assert_int_equal(set_put_batch(set, keys, results, count), 0);
    assert_memory_equal(results, expected, count);
    assert_int_equal(results[count], 99);
}

static void batches_tell_each_key(void **state)
{
    (void)state;
    for (size_t count = 0; count <= MANY; count += count < 140 ? 1 : 43) {
        struct set *set = create();
        struct hash128 keys[MANY];
        int8_t expected[MANY];
        size_t fresh = 0;
        for (unsigned i = 0; i < count; i++) {
            /* each third is the one before it, each fifth one from far before */
            unsigned number = i % 3 == 2 ? i - 1 : i % 5 == 4 ? i / 2 : i;
            keys[i] = key_of(set, number);
            expected[i] = SET_NEW;
            for (unsigned j = 0; j < i; j++) {
                if (memcmp(&keys[j], &keys[i], sizeof keys[i]) == 0)
                    expected[i] = SET_OLD;
            }
            fresh += expected[i] == SET_NEW;
        }
        assert_batch(set, keys, count, expected);
        assert_int_equal(set_count(set), fresh);
        memset(expected, SET_OLD, sizeof expected);
        assert_batch(set, keys, count, expected);
        for (unsigned i = 0; i < count; i++)
            assert_int_equal(set_find(set, keys[i]), 1);
        set_destroy(set);
    }
}

static void a_batch_of_no_keys_does_nothing(void **state)
{
    (void)state;
    struct set *set = create();
    assert_int_equal(set_put_batch(set, NULL, NULL, 0), 0);
    assert_int_equal(set_count(set), 0);
    assert_int_equal(blocks_live(), 1);
    set_destroy(set);
}

/* Of what was fetched beforehand nothing may be used that has been replaced since. */
static void a_batch_goes_on_in_segments_that_it_replaces(void **state)
{
    (void)state;
    struct set *set = create();
    struct hash128 keys[MANY];
    int8_t expected[MANY];
    for (unsigned i = 0; i < MANY; i++)
        keys[i] = key_in(5, i);
    memset(expected, SET_NEW, sizeof expected);
    assert_batch(set, keys, MANY, expected);
    assert_true(atomic_load(&blocks.allocated) > 4);
    memset(expected, SET_OLD, sizeof expected);
    assert_batch(set, keys, MANY, expected);
    assert_at_rest(set);
    set_destroy(set);
}

/* ---- growth */

static void forced_growth_is_by_count_and_keeps_the_size(void **state)
{
    (void)state;
    struct set *set = create();
    set_force_growth(set, 10);
    size_t before = atomic_load(&blocks.allocated);
    size_t bytes = 0;
    for (unsigned i = 1; i <= 40; i++) {
        assert_int_equal(set_put(set, key_in(7, i)), SET_NEW);
        assert_int_equal(set_put(set, key_in(7, i)), SET_OLD);
        bytes = bytes ? bytes : set_memory_bytes(set);
        assert_int_equal(atomic_load(&blocks.allocated) - before, 1 + i / 10);
        assert_int_equal(blocks_live(), 2);
        assert_int_equal(set_memory_bytes(set), bytes);
    }
    for (unsigned i = 1; i <= 40; i++)
        assert_int_equal(set_find(set, key_in(7, i)), 1);
    set_destroy(set);
}

/* ---- torture: every thread puts every key, each in its own order, half of them in
 * batches, while segments are replaced all the time */

#define THREADS      4
#define TORTURE_KEYS 16384
#define GROUP        8 /* keys put at a time */

struct torture {
    struct set *set;
    unsigned segments; /* over how many the keys are spread */
    unsigned step;     /* odd: an order of its own */
    bool is_batched;   /* changes with each group */
    pthread_barrier_t *start;
    unsigned wins[TORTURE_KEYS];
    unsigned errors;
};

static struct hash128 torture_key(const struct torture *torture, unsigned number)
{
    return key_in(number % torture->segments, number);
}

static void torture_put(struct torture *torture, unsigned start)
{
    struct hash128 keys[GROUP];
    int8_t results[GROUP];
    unsigned numbers[GROUP];
    for (unsigned i = 0; i < GROUP; i++) {
        numbers[i] = (start + i) * torture->step % TORTURE_KEYS;
        keys[i] = torture_key(torture, numbers[i]);
    }
    torture->is_batched = !torture->is_batched;
    if (torture->is_batched)
        torture->errors += set_put_batch(torture->set, keys, results, GROUP) != 0;
    for (unsigned i = 0; i < GROUP; i++) {
        if (!torture->is_batched)
            results[i] = (int8_t)set_put(torture->set, keys[i]);
        torture->wins[numbers[i]] += results[i] == SET_NEW;
        torture->errors += results[i] != SET_NEW && results[i] != SET_OLD;
        torture->errors += set_find(torture->set, keys[i]) != 1;
    }
}

static void *torture_run(void *arg)
{
    struct torture *torture = arg;
    pthread_barrier_wait(torture->start);
    for (unsigned start = 0; start < TORTURE_KEYS; start += GROUP)
        torture_put(torture, start);
    return NULL;
}

static void assert_one_winner(const struct torture tortures[THREADS])
{
    for (unsigned i = 0; i < TORTURE_KEYS; i++) {
        unsigned wins = 0;
        for (unsigned j = 0; j < THREADS; j++)
            wins += tortures[j].wins[i];
        assert_int_equal(wins, 1);
        assert_int_equal(set_find(tortures[0].set, torture_key(&tortures[0], i)), 1);
    }
}

/* KEYS in so many segments, each replaced at every so many of its names. */
static void torture_all(unsigned segments, unsigned forced_every)
{
    static const unsigned steps[THREADS] = {1, 5, TORTURE_KEYS - 1, 7919};
    static struct torture tortures[THREADS];
    pthread_t threads[THREADS];
    pthread_barrier_t start;
    assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
    struct set *set = create();
    set_force_growth(set, forced_every);
    for (unsigned i = 0; i < THREADS; i++) {
        tortures[i] = (struct torture){.set = set,
                                       .segments = segments,
                                       .step = steps[i],
                                       .is_batched = i % 2,
                                       .start = &start};
        assert_int_equal(pthread_create(&threads[i], NULL, torture_run, &tortures[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    pthread_barrier_destroy(&start);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(tortures[i].errors, 0);
    assert_int_equal(set_count(set), TORTURE_KEYS);
    assert_one_winner(tortures);
    assert_at_rest(set);
    assert_int_equal(blocks_live(), 1 + segments);
    set_destroy(set);
}

static void threads_agree_in_one_segment(void **state)
{
    (void)state;
    torture_all(1, 64);
}

static void threads_agree_in_few_segments(void **state)
{
    (void)state;
    torture_all(8, 64);
}

static void threads_agree_in_all_segments(void **state)
{
    (void)state;
    torture_all(1024, 4);
}

static void threads_agree_while_segments_grow_as_needed(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++)
        torture_all(2, 0);
}

/* ---- what the winner did before is seen: two threads, so that a loser knows the winner */

struct witness {
    struct set *set;
    pthread_barrier_t *start;
    unsigned self;
    unsigned (*wrote)[TORTURE_KEYS]; /* each thread's; no atomics: a race is TSan's to find */
    unsigned losses, errors;
};

static void *witness_run(void *arg)
{
    struct witness *witness = arg;
    pthread_barrier_wait(witness->start);
    for (unsigned i = 0; i < TORTURE_KEYS; i++) {
        unsigned number = (i + witness->self * TORTURE_KEYS / 2) % TORTURE_KEYS;
        witness->wrote[witness->self][number] = number + 1;
        if (set_put(witness->set, key_in(number % 1024, number)) == SET_NEW)
            continue;
        witness->losses++;
        witness->errors += witness->wrote[1 - witness->self][number] != number + 1;
    }
    return NULL;
}

static void witness_all(unsigned forced_every)
{
    static unsigned wrote[2][TORTURE_KEYS];
    pthread_t threads[2];
    struct witness witnesses[2];
    pthread_barrier_t start;
    assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
    memset(wrote, 0, sizeof wrote);
    struct set *set = create();
    set_force_growth(set, forced_every);
    for (unsigned i = 0; i < 2; i++) {
        witnesses[i] = (struct witness){.set = set, .start = &start, .self = i, .wrote = wrote};
        assert_int_equal(pthread_create(&threads[i], NULL, witness_run, &witnesses[i]), 0);
    }
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    pthread_barrier_destroy(&start);
    assert_int_equal(witnesses[0].errors + witnesses[1].errors, 0);
    assert_int_equal(witnesses[0].losses + witnesses[1].losses, TORTURE_KEYS);
    set_destroy(set);
}

static void who_is_second_sees_what_the_winner_did(void **state)
{
    (void)state;
    witness_all(0); /* in its slot */
    witness_all(4); /* and where it was moved to */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_put_wins_and_later_ones_do_not),
        TEST(keys_that_share_a_word_are_different),
        TEST(growing_forgets_nothing),
        TEST(one_segment_takes_any_number),
        TEST(batches_tell_each_key),
        TEST(a_batch_of_no_keys_does_nothing),
        TEST(a_batch_goes_on_in_segments_that_it_replaces),
        TEST(forced_growth_is_by_count_and_keeps_the_size),
        TEST(threads_agree_in_one_segment),
        TEST(threads_agree_in_few_segments),
        TEST(threads_agree_in_all_segments),
        TEST(threads_agree_while_segments_grow_as_needed),
        TEST(who_is_second_sees_what_the_winner_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
