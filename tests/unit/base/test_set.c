// SPDX-License-Identifier: BSD-2-Clause
/* base/set.c: one winner per name, while it grows, with threads and without memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/set.h"
#include "base/set_alloc.h"

#define THREADS 4

/* Allocations left before one fails; negative: none does. */
static int allocations_left = -1;

void *set_alloc(size_t count, size_t size)
{
    if (allocations_left == 0)
        return NULL;
    if (allocations_left > 0)
        allocations_left--;
    return calloc(count, size);
}

static struct set *create(size_t expected_count)
{
    struct set *set;
    assert_int_equal(set_create(&set, expected_count), 0);
    return set;
}

static struct hash128 key_of(const struct set *set, unsigned number)
{
    return set_key(set, &number, sizeof number);
}

static void the_first_put_wins_and_later_ones_do_not(void **state)
{
    (void)state;
    struct set *set = create(0);
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

static void keys_that_share_a_half_are_different(void **state)
{
    (void)state;
    struct set *set = create(0);
    const struct hash128 keys[] = {{1, 1}, {2, 1}, {1, 1u << 20 | 1},
                                   {0, 1}, {1, 0}, {0, 1u << 20}};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(set_put(set, keys[i]), SET_NEW);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(set_put(set, keys[i]), SET_OLD);
    assert_int_equal(set_count(set), 6);
    set_destroy(set);
}

static void the_key_of_zeros_is_a_key(void **state)
{
    (void)state;
    struct set *set = create(0);
    const struct hash128 zeros = {0, 0};
    assert_int_equal(set_find(set, zeros), 0);
    assert_int_equal(set_put(set, zeros), SET_NEW);
    assert_int_equal(set_put(set, zeros), SET_OLD);
    assert_int_equal(set_find(set, zeros), 1);
    assert_int_equal(set_count(set), 1);
    set_destroy(set);
}

static void secrets_differ_between_sets(void **state)
{
    (void)state;
    struct set *a = create(0), *b = create(0);
    struct hash128 in_a = key_of(a, 1), in_b = key_of(b, 1);
    assert_true(in_a.low != in_b.low && in_a.high != in_b.high);
    set_destroy(a);
    set_destroy(b);
}

static void growing_forgets_nothing(void **state)
{
    (void)state;
    struct set *set = create(0);
    size_t before = set_memory_bytes(set);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(set_put(set, key_of(set, i)), SET_NEW);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(set_put(set, key_of(set, i)), SET_OLD);
    assert_int_equal(set_find(set, key_of(set, 100000)), 0);
    assert_int_equal(set_count(set), 100000);
    assert_true(set_memory_bytes(set) > before);
    /* 100,000 keys at 70 % need 142,858 slots of 16 bytes: 2^18 of them */
    assert_in_range(set_memory_bytes(set), 16 << 18, (16 << 18) + 4096);
    set_destroy(set);
}

static void keys_in_one_place_are_kept_apart(void **state)
{
    (void)state;
    struct set *set = create(0);
    for (uint64_t i = 0; i < 600; i++) /* the same low bits: the last slot, then round */
        assert_int_equal(set_put(set, (struct hash128){i, UINT64_MAX}), SET_NEW);
    for (uint64_t i = 0; i < 600; i++)
        assert_int_equal(set_put(set, (struct hash128){i, UINT64_MAX}), SET_OLD);
    assert_int_equal(set_count(set), 600);
    set_destroy(set);
}

static void an_expected_count_is_not_grown_for(void **state)
{
    (void)state;
    const size_t counts[] = {715, 716, 717, 1432, 1433, 1434, 100000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct set *set = create(counts[i]);
        size_t before = set_memory_bytes(set);
        for (unsigned j = 0; j < counts[i]; j++)
            assert_int_equal(set_put(set, key_of(set, j)), SET_NEW);
        assert_int_equal(set_memory_bytes(set), before);
        set_destroy(set);
    }
}

static void an_absurd_expectation_is_no_memory(void **state)
{
    (void)state;
    struct set *set = (struct set *)1;
    assert_int_equal(set_create(&set, SIZE_MAX), ERR_NOMEM);
    assert_null(set);
}

static void batches_tell_each_key(void **state)
{
    (void)state;
    struct set *set = create(0);
    struct hash128 keys[64];
    int8_t results[64];
    for (unsigned i = 0; i < 64; i++)
        keys[i] = key_of(set, i % 48); /* the last 16 repeat the first */
    assert_int_equal(set_put(set, keys[5]), SET_NEW);
    assert_int_equal(set_put_batch(set, keys, results, 64), 0);
    for (unsigned i = 0; i < 64; i++)
        assert_int_equal(results[i], i < 48 && i != 5 ? SET_NEW : SET_OLD);
    assert_int_equal(set_count(set), 48);
    assert_int_equal(set_put_batch(set, keys, results, 0), 0);
    set_destroy(set);
}

static void a_failed_growth_loses_nothing(void **state)
{
    (void)state;
    struct set *set = create(0);
    unsigned count = 0;
    int8_t results[3];
    allocations_left = 0;
    int result;
    while ((result = set_put(set, key_of(set, count))) == SET_NEW)
        count++;
    assert_int_equal(result, ERR_NOMEM);
    assert_int_equal(count, 716); /* 70 % of 1,024 */
    assert_int_equal(set_count(set), count);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(set_put(set, key_of(set, i)), SET_OLD);
    const struct hash128 keys[3] = {key_of(set, 0), key_of(set, count), key_of(set, 1)};
    assert_int_equal(set_put_batch(set, keys, results, 3), ERR_NOMEM);
    assert_int_equal(results[0], SET_OLD);
    assert_int_equal(results[1], ERR_NOMEM);
    assert_int_equal(results[2], SET_OLD);
    allocations_left = -1;
    assert_int_equal(set_put(set, key_of(set, count)), SET_NEW);
    for (unsigned i = 0; i <= count; i++)
        assert_int_equal(set_find(set, key_of(set, i)), 1);
    set_destroy(set);
}

static void creation_without_memory_fails_cleanly(void **state)
{
    (void)state;
    for (int left = 0; left <= 2; left++) {
        struct set *set = (struct set *)1;
        allocations_left = left;
        int result = set_create(&set, 0);
        allocations_left = -1;
        assert_int_equal(result, left < 2 ? ERR_NOMEM : 0);
        assert_int_equal(set == NULL, left < 2);
        set_destroy(set);
    }
}

/* Torture: every thread puts every key, each in its own order, half of them in
 * batches, while the set grows from its smallest size. */
#define TORTURE_KEYS 40000

struct torture {
    struct set *set;
    unsigned step; /* odd: an order of its own over a power of two */
    atomic_uint *wins;
    atomic_uint *errors;
};

static void torture_put(struct torture *torture, const unsigned numbers[8])
{
    struct hash128 keys[8];
    int8_t results[8];
    for (int i = 0; i < 8; i++)
        keys[i] = key_of(torture->set, numbers[i]);
    if (torture->step & 2) {
        if (set_put_batch(torture->set, keys, results, 8))
            atomic_fetch_add(torture->errors, 1);
    } else {
        for (int i = 0; i < 8; i++)
            results[i] = (int8_t)set_put(torture->set, keys[i]);
    }
    for (int i = 0; i < 8; i++) {
        if (results[i] == SET_NEW)
            atomic_fetch_add(&torture->wins[numbers[i]], 1);
        if (!set_find(torture->set, keys[i]))
            atomic_fetch_add(torture->errors, 1);
    }
}

static void *torture_run(void *arg)
{
    struct torture *torture = arg;
    for (unsigned i = 0; i < 65536; i += 8) {
        unsigned numbers[8];
        for (unsigned j = 0; j < 8; j++)
            numbers[j] = (i + j) * torture->step % 65536 % TORTURE_KEYS;
        torture_put(torture, numbers);
    }
    return NULL;
}

static void threads_agree_on_one_winner_per_key(void **state)
{
    (void)state;
    static atomic_uint wins[TORTURE_KEYS];
    static atomic_uint errors;
    static const unsigned steps[THREADS] = {1, 3, 65533, 65535};
    struct set *set = create(0);
    struct torture tortures[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        tortures[i] =
            (struct torture){.set = set, .step = steps[i], .wins = wins, .errors = &errors};
        assert_int_equal(pthread_create(&threads[i], NULL, torture_run, &tortures[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(errors, 0);
    assert_int_equal(set_count(set), TORTURE_KEYS);
    for (unsigned i = 0; i < TORTURE_KEYS; i++)
        assert_int_equal(wins[i], 1);
    set_destroy(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_put_wins_and_later_ones_do_not),
        cmocka_unit_test(keys_that_share_a_half_are_different),
        cmocka_unit_test(the_key_of_zeros_is_a_key),
        cmocka_unit_test(secrets_differ_between_sets),
        cmocka_unit_test(growing_forgets_nothing),
        cmocka_unit_test(keys_in_one_place_are_kept_apart),
        cmocka_unit_test(an_expected_count_is_not_grown_for),
        cmocka_unit_test(an_absurd_expectation_is_no_memory),
        cmocka_unit_test(batches_tell_each_key),
        cmocka_unit_test(a_failed_growth_loses_nothing),
        cmocka_unit_test(creation_without_memory_fails_cleanly),
        cmocka_unit_test(threads_agree_on_one_winner_per_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
