// SPDX-License-Identifier: BSD-2-Clause
/* engine/deadlines.c: the class chosen, the order, stale entries, and bounded memory. */
#include "tests/unit/engine/help.h"

#include <malloc.h>
#include <stdlib.h>

#include "engine/deadlines.h"

#define LONGEST (3 * NS_PER_S)
#define REFS    4096

/* The stamp under which each ref is alive; 0: it is not. */
static uint32_t alive[REFS];

static bool is_live(void *ctx, uint32_t ref, uint32_t stamp)
{
    (void)ctx;
    return alive[ref] == stamp;
}

static struct deadlines *create(void)
{
    struct deadlines *d;
    memset(alive, 0, sizeof alive);
    assert_int_equal(deadlines_create(&d, LONGEST, is_live, NULL), 0);
    return d;
}

static mono_ns due_after(mono_ns wanted)
{
    struct deadlines *d = create();
    alive[1] = 1;
    assert_int_equal(deadlines_add(d, 1000, wanted, 1, 1), 0);
    mono_ns due = deadlines_next(d) - 1000;
    deadlines_destroy(d);
    return due;
}

/* 1, 3/4, 1/2, 3/8, ... of the longest. */
static mono_ns wait_of_class(int class)
{
    return (LONGEST >> class / 2) / 4 * (class % 2 ? 3 : 4);
}

static void the_shortest_class_that_is_long_enough_is_taken(void **state)
{
    (void)state;
    for (int i = 0; i < DEADLINE_CLASSES; i++) {
        mono_ns wait = wait_of_class(i);
        mono_ns next = i ? wait_of_class(i - 1) : LONGEST;
        assert_int_equal(due_after(wait - 1), wait);
        assert_int_equal(due_after(wait), wait);
        assert_int_equal(due_after(wait + 1), next);
    }
    assert_int_equal(due_after(0), wait_of_class(DEADLINE_CLASSES - 1));
    assert_int_equal(due_after(10 * LONGEST), LONGEST);
}

static void nothing_is_due_before_its_time(void **state)
{
    struct deadlines *d = create();
    struct deadline out;
    (void)state;
    assert_int_equal(deadlines_next(d), INT64_MAX);
    assert_false(deadlines_pop(d, INT64_MAX - 1, &out));
    alive[7] = 3;
    assert_int_equal(deadlines_add(d, 100, LONGEST, 7, 3), 0);
    assert_false(deadlines_pop(d, 100 + LONGEST - 1, &out));
    assert_true(deadlines_pop(d, 100 + LONGEST, &out));
    assert_int_equal(out.at, 100 + LONGEST);
    assert_int_equal(out.ref, 7);
    assert_int_equal(out.stamp, 3);
    assert_false(deadlines_pop(d, 100 + LONGEST, &out));
    deadlines_destroy(d);
    deadlines_destroy(NULL);
}

static void stale_entries_are_dropped_silently(void **state)
{
    struct deadlines *d = create();
    struct deadline out;
    (void)state;
    for (uint32_t i = 0; i < 10; i++) {
        alive[i] = 1;
        assert_int_equal(deadlines_add(d, i, LONGEST, i, 1), 0);
    }
    for (uint32_t i = 0; i < 10; i++)
        alive[i] = i % 3 == 2; /* 2, 5, 8 are left */
    alive[5] = 2;              /* used again since */
    assert_int_equal(deadlines_next(d), 2 + LONGEST);
    assert_true(deadlines_pop(d, 10 + LONGEST, &out));
    assert_int_equal(out.ref, 2);
    assert_true(deadlines_pop(d, 10 + LONGEST, &out));
    assert_int_equal(out.ref, 8);
    assert_false(deadlines_pop(d, 10 + LONGEST, &out));
    assert_int_equal(deadlines_next(d), INT64_MAX);
    deadlines_destroy(d);
}

static void the_next_is_the_earliest_over_all_classes(void **state)
{
    struct deadlines *d = create();
    struct deadline out;
    (void)state;
    alive[1] = alive[2] = alive[3] = 1;
    assert_int_equal(deadlines_add(d, 0, LONGEST, 1, 1), 0);
    assert_int_equal(deadlines_add(d, 0, LONGEST / 4, 2, 1), 0);
    assert_int_equal(deadlines_add(d, 0, LONGEST / 2, 3, 1), 0);
    assert_int_equal(deadlines_next(d), LONGEST / 4);
    assert_true(deadlines_pop(d, LONGEST / 4, &out));
    assert_int_equal(out.ref, 2);
    assert_int_equal(deadlines_next(d), LONGEST / 2);
    deadlines_destroy(d);
}

/* Every one that is alive comes out, once, while most are answered in between. */
static void none_is_lost_while_queues_are_swept_and_grow(void **state)
{
    struct deadlines *d = create();
    struct deadline out;
    uint32_t added = 0, came = 0, answered = 0;
    struct rng rng = fixed_rng(1);
    (void)state;
    for (uint32_t i = 0; i < 200000; i++) {
        uint32_t ref = i % REFS;
        mono_ns now = (mono_ns)i * NS_PER_US;
        answered += alive[ref] != 0; /* reused: as if answered just now */
        alive[ref] = i + 1;
        assert_int_equal(deadlines_add(d, now, LONGEST >> rng_below(&rng, 8), ref, i + 1), 0);
        added++;
        while (deadlines_pop(d, now, &out)) {
            assert_int_equal(alive[out.ref], out.stamp);
            alive[out.ref] = 0;
            came++;
        }
    }
    while (deadlines_pop(d, 10 * LONGEST, &out)) {
        alive[out.ref] = 0;
        came++;
    }
    assert_int_equal(came + answered, added);
    deadlines_destroy(d);
}

static size_t in_use(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* 100,000 a second for 30 s with a deadline of 3 s: 300,000 entries are not yet due at any
 * time, 100 of them alive. */
static void memory_follows_what_is_alive(void **state)
{
    struct deadlines *d = create();
    size_t before = in_use();
    (void)state;
    for (uint32_t i = 0; i < 3000000; i++) {
        alive[i % 100] = i + 1;
        assert_int_equal(deadlines_add(d, (mono_ns)i * 10 * NS_PER_US, LONGEST, i % 100, i + 1), 0);
    }
    assert_true(in_use() <= before + 4096);
    deadlines_destroy(d);
}

static void memory_grows_for_what_is_alive(void **state)
{
    struct deadlines *d = create();
    struct deadline out;
    uint32_t came = 0;
    (void)state;
    for (uint32_t i = 0; i < REFS; i++) {
        alive[i] = 1;
        assert_int_equal(deadlines_add(d, i, LONGEST, i, 1), 0);
    }
    for (; deadlines_pop(d, 2 * LONGEST, &out); came++)
        assert_int_equal(out.ref, came); /* in order */
    assert_int_equal(came, REFS);
    deadlines_destroy(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shortest_class_that_is_long_enough_is_taken),
        cmocka_unit_test(nothing_is_due_before_its_time),
        cmocka_unit_test(stale_entries_are_dropped_silently),
        cmocka_unit_test(the_next_is_the_earliest_over_all_classes),
        cmocka_unit_test(none_is_lost_while_queues_are_swept_and_grow),
        cmocka_unit_test(memory_follows_what_is_alive),
        cmocka_unit_test(memory_grows_for_what_is_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
