// SPDX-License-Identifier: BSD-2-Clause
/* scan/convict.c: what resolvers made up is known to all workers, up to a bound. What becomes of
 * who is convicted is told as scenarios (trust_*). */
#include "tests/unit/scan/help.h"

#include <pthread.h>

#include "scan/convict.h"

static struct bench {
    struct run run;
    struct worker w;
} b;

static int set_up(void **state)
{
    (void)state;
    memset(&b, 0, sizeof b);
    b.w.run = &b.run;
    return 0;
}

static void note(uint64_t hash)
{
    convict_note_forged(&b.w, &hash, 1);
}

static bool is_forged(const struct wildcard_data *data)
{
    return convict_is_forged(&b.run, data);
}

static void all_data_must_be_made_up(void **state)
{
    struct wildcard_data data = {.hashes = {11, 12, 13}};
    (void)state;
    assert_false(is_forged(&data)); /* no data are not made up */
    data.count = 2;
    assert_false(is_forged(&data));
    convict_note_forged(&b.w, (const uint64_t[]){12, 11, 14}, 3);
    assert_true(is_forged(&data));
    data.count = 3;
    assert_false(is_forged(&data));
    note(13);
    assert_true(is_forged(&data));
    data.count = 0;
    assert_false(is_forged(&data));
}

static void ledgers_know_the_last_32_bits(void **state)
{
    (void)state;
    note(UINT64_C(0x1234567890abcdef));
    assert_true(convict_is_forged_short(&b.run, 0x90abcdef));
    assert_false(convict_is_forged_short(&b.run, 0x12345678));
    assert_false(convict_is_forged_short(&b.run, 0)); /* an empty place is none */
}

static void what_is_known_takes_no_place(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        note(77);
    assert_int_equal(atomic_load(&b.run.forged.count), 1);
}

/* More than there is room for: those that came first stay, and no other is taken for one. */
static void there_is_room_for_so_many(void **state)
{
    struct wildcard_data data = {.count = 1};
    (void)state;
    for (uint64_t i = 1; i <= FORGED_MAX + 20; i++) {
        note(i);
        data.hashes[0] = i;
        assert_int_equal(is_forged(&data), i <= FORGED_MAX);
        assert_int_equal(convict_is_forged_short(&b.run, (uint32_t)i), i <= FORGED_MAX);
        assert_true(atomic_load(&b.run.forged.count) <= FORGED_MAX);
    }
    data.hashes[0] = 1;
    assert_true(is_forged(&data));
}

#define THREADS 4
#define EACH    100

static void *note_many(void *arg)
{
    struct worker w = {.run = &b.run};
    uint64_t first = *(const uint64_t *)arg;
    for (uint64_t i = 0; i < EACH; i++)
        convict_note_forged(&w, (const uint64_t[]){first + i, 5000 + i}, 2);
    return NULL;
}

/* Nothing is lost; the same from two at a time may cost a place. */
static void workers_add_at_the_same_time(void **state)
{
    pthread_t threads[THREADS];
    uint64_t firsts[THREADS];
    struct wildcard_data data = {.count = 1};
    (void)state;
    for (unsigned i = 0; i < THREADS; i++) {
        firsts[i] = 1 + i * 1000;
        assert_int_equal(pthread_create(&threads[i], NULL, note_many, &firsts[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_in_range(atomic_load(&b.run.forged.count), (THREADS + 1) * EACH, 2 * THREADS * EACH);
    for (unsigned i = 0; i < THREADS * EACH; i++) {
        data.hashes[0] = firsts[i / EACH] + i % EACH;
        assert_true(is_forged(&data));
    }
}

#define TEST(f) cmocka_unit_test_setup(f, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_data_must_be_made_up),     TEST(ledgers_know_the_last_32_bits),
        TEST(what_is_known_takes_no_place), TEST(there_is_room_for_so_many),
        TEST(workers_add_at_the_same_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
