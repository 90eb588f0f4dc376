// SPDX-License-Identifier: BSD-2-Clause
/* base/set_grace.c: what is retired is freed when nobody can be reading it, and then.
 *
 * Visitors are threads that go in and out one step at a time, when the test says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>

#include "base/set_grace.h"
#include "tests/unit/base/set_blocks.h"

#define BYTES     1024 /* of a block here */
#define NOTE_AREA 64   /* its end, for the note */

static struct grace *create(void)
{
    struct grace *grace = aligned_alloc(64, sizeof *grace);
    assert_non_null(grace);
    return memset(grace, 0, sizeof *grace);
}

/* Inside, retires a new block. */
static void *retire(struct grace *grace)
{
    char *block = set_alloc(NULL, 0, BYTES);
    assert_non_null(block);
    grace_retire(grace, (struct retired *)(block + BYTES - NOTE_AREA),
                 &(struct set_block){.memory = block, .bytes = BYTES});
    return block;
}

static void *retire_and_leave(struct grace *grace)
{
    grace_enter(grace);
    void *block = retire(grace);
    grace_leave(grace);
    return block;
}

static void assert_waiting(struct grace *grace, unsigned count)
{
    assert_int_equal(blocks_live(), count);
    assert_int_equal(atomic_load(&grace->retired_bytes), count * BYTES);
    assert_int_equal(atomic_load(&grace->is_busy), false);
}

static unsigned inside(struct grace *grace)
{
    unsigned count = 0;
    for (unsigned i = 0; i < GRACE_STRIPES; i++)
        count += atomic_load(&grace->stripes[i].inside);
    return count;
}

static void destroy(struct grace *grace)
{
    assert_int_equal(inside(grace), 0);
    grace_deinit(grace);
    free(grace);
}

/* ---- visitors */

struct visitor {
    struct grace *grace;
    pthread_t thread;
    pthread_barrier_t step; /* waited at before each step and after it */
};

static void *visit(void *arg)
{
    struct visitor *visitor = arg;
    pthread_barrier_wait(&visitor->step);
    grace_enter(visitor->grace);
    pthread_barrier_wait(&visitor->step);
    pthread_barrier_wait(&visitor->step);
    grace_leave(visitor->grace);
    pthread_barrier_wait(&visitor->step);
    return NULL;
}

static void visitor_step(struct visitor *visitor)
{
    pthread_barrier_wait(&visitor->step);
    pthread_barrier_wait(&visitor->step);
}

static void visitor_enter(struct visitor *visitor, struct grace *grace)
{
    visitor->grace = grace;
    assert_int_equal(pthread_barrier_init(&visitor->step, NULL, 2), 0);
    assert_int_equal(pthread_create(&visitor->thread, NULL, visit, visitor), 0);
    visitor_step(visitor);
}

static void visitor_leave(struct visitor *visitor)
{
    visitor_step(visitor);
    assert_int_equal(pthread_join(visitor->thread, NULL), 0);
    pthread_barrier_destroy(&visitor->step);
}

/* A stripe somebody is in, or GRACE_STRIPES. */
static unsigned stripe_taken(struct grace *grace, unsigned other_than)
{
    for (unsigned i = 0; i < GRACE_STRIPES; i++) {
        if (i != other_than && atomic_load(&grace->stripes[i].inside) > 0)
            return i;
    }
    return GRACE_STRIPES;
}

/* A thread's stripe cannot be chosen; that so many threads share one does not happen. */
#define TRIES 16

/* Has a visitor enter another stripe than TAKEN, the only one somebody is in. */
static struct visitor *visitor_enter_other(struct visitor visitors[TRIES], struct grace *grace,
                                           unsigned taken)
{
    unsigned count = 0;
    do {
        assert_in_range(count, 0, TRIES - 1);
        visitor_enter(&visitors[count++], grace);
    } while (stripe_taken(grace, taken) == GRACE_STRIPES);
    for (unsigned i = 0; i < count - 1; i++)
        visitor_leave(&visitors[i]);
    return &visitors[count - 1];
}

/* ---- */

static void a_block_is_freed_when_its_only_reader_leaves(void **state)
{
    (void)state;
    struct grace *grace = create();
    grace_enter(grace);
    assert_int_equal(inside(grace), 1);
    void *block = retire(grace);
    assert_waiting(grace, 1);
    grace_leave(grace);
    assert_waiting(grace, 0);
    assert_ptr_equal(atomic_load(&blocks.removed), block);
    destroy(grace);
}

static void several_blocks_are_freed_at_once(void **state)
{
    (void)state;
    struct grace *grace = create();
    grace_enter(grace);
    for (unsigned i = 0; i < 5; i++) {
        retire(grace);
        assert_waiting(grace, i + 1);
    }
    grace_leave(grace);
    assert_waiting(grace, 0);
    destroy(grace);
}

static void nothing_is_freed_while_a_thread_is_inside(void **state)
{
    (void)state;
    struct grace *grace = create();
    struct visitor visitor;
    visitor_enter(&visitor, grace);
    retire_and_leave(grace);
    for (unsigned i = 0; i < 3; i++) {
        assert_waiting(grace, 1);
        grace_enter(grace);
        grace_leave(grace);
    }
    assert_waiting(grace, 1);
    visitor_leave(&visitor);
    assert_waiting(grace, 0);
    destroy(grace);
}

static void who_entered_after_a_block_was_retired_does_not_hold_it(void **state)
{
    (void)state;
    struct grace *grace = create();
    struct visitor early, visitors[TRIES];
    visitor_enter(&early, grace);
    unsigned stripe = stripe_taken(grace, GRACE_STRIPES);
    retire_and_leave(grace); /* seen outside: all but the early visitor's */
    struct visitor *late = visitor_enter_other(visitors, grace, stripe);
    assert_waiting(grace, 1);
    visitor_leave(&early);
    assert_waiting(grace, 0);
    visitor_leave(late);
    destroy(grace);
}

static void a_later_lot_waits_for_who_could_have_it(void **state)
{
    (void)state;
    struct grace *grace = create();
    struct visitor early, visitors[TRIES];
    visitor_enter(&early, grace);
    unsigned stripe = stripe_taken(grace, GRACE_STRIPES);
    void *first = retire_and_leave(grace);
    struct visitor *late = visitor_enter_other(visitors, grace, stripe);
    void *second = retire_and_leave(grace);
    assert_waiting(grace, 2);
    visitor_leave(&early);
    assert_waiting(grace, 1);
    assert_ptr_equal(atomic_load(&blocks.removed), first);
    visitor_leave(late);
    assert_waiting(grace, 0);
    assert_ptr_equal(atomic_load(&blocks.removed), second);
    destroy(grace);
}

static void one_look_frees_both_lots(void **state)
{
    (void)state;
    struct grace *grace = create();
    struct visitor visitor;
    visitor_enter(&visitor, grace);
    for (unsigned i = 0; i < 2; i++) {
        retire_and_leave(grace);
    }
    assert_waiting(grace, 2);
    assert_non_null(grace->waiting);
    assert_non_null(atomic_load(&grace->retired));
    visitor_leave(&visitor);
    assert_waiting(grace, 0);
    destroy(grace);
}

static void more_threads_than_stripes_share_them(void **state)
{
    (void)state;
    static struct visitor visitors[GRACE_STRIPES + 8];
    struct grace *grace = create();
    const unsigned count = sizeof visitors / sizeof visitors[0];
    for (unsigned i = 0; i < count; i++) {
        visitor_enter(&visitors[i], grace);
        assert_int_equal(inside(grace), i + 1);
    }
    retire_and_leave(grace);
    for (unsigned i = 0; i < count; i++) {
        assert_waiting(grace, 1);
        visitor_leave(&visitors[(i + 17) % count]);
        assert_int_equal(inside(grace), count - 1 - i);
    }
    assert_waiting(grace, 0);
    destroy(grace);
}

static void each_stripe_alone_holds_what_is_retired(void **state)
{
    (void)state;
    struct grace *grace = create();
    for (unsigned i = 0; i < GRACE_STRIPES; i++) {
        atomic_fetch_add(&grace->stripes[i].inside, 1);
        retire_and_leave(grace);
        assert_waiting(grace, 1);
        atomic_fetch_sub(&grace->stripes[i].inside, 1);
        grace_enter(grace);
        grace_leave(grace);
        assert_waiting(grace, 0);
    }
    destroy(grace);
}

/* The thread that has a look may be stopped in it. */
static void who_finds_another_looking_leaves_it_at_that(void **state)
{
    (void)state;
    struct grace *grace = create();
    grace_enter(grace);
    retire(grace);
    atomic_store(&grace->is_busy, true);
    grace_leave(grace);
    assert_int_equal(inside(grace), 0);
    assert_int_equal(blocks_live(), 1);
    assert_null(grace->waiting); /* which is the other's */
    assert_int_equal(atomic_load(&grace->is_busy), true);
    atomic_store(&grace->is_busy, false);
    grace_enter(grace);
    grace_leave(grace);
    assert_waiting(grace, 0);
    destroy(grace);
}

static void nobody_looks_while_nothing_is_retired(void **state)
{
    (void)state;
    struct grace *grace = create();
    grace->seen = 5; /* a look would set it to 0 */
    grace_enter(grace);
    grace_leave(grace);
    assert_int_equal(grace->seen, 5);
    assert_waiting(grace, 0);
    destroy(grace);
}

static void the_end_frees_what_waits_and_what_nobody_looked_at(void **state)
{
    (void)state;
    struct grace *grace = create();
    struct visitor visitor;
    visitor_enter(&visitor, grace);
    for (unsigned i = 0; i < 3; i++) {
        retire_and_leave(grace);
    }
    assert_waiting(grace, 3);
    atomic_store(&grace->is_busy, true);
    visitor_leave(&visitor);
    assert_int_equal(blocks_live(), 3);
    grace_deinit(grace);
    atomic_store(&grace->is_busy, false);
    assert_waiting(grace, 0);
    free(grace);
}

/* ---- torture: blocks replaced under readers */

#define THREADS  4
#define TURNS    20000
#define READ_END (BYTES / sizeof(uint64_t) - NOTE_AREA / sizeof(uint64_t))

struct torture {
    struct grace *grace;
    _Atomic(uint64_t *) current;
    atomic_uint wrong;
};

/* What is read is what was written before the block was published, not POISON. */
static void torture_read(struct torture *torture, const uint64_t *block)
{
    if (block[0] != 1 || block[READ_END - 1] != 1)
        atomic_fetch_add(&torture->wrong, 1);
}

static void torture_replace(struct torture *torture, uint64_t *old)
{
    uint64_t *new = set_alloc(NULL, 0, BYTES);
    new[0] = new[READ_END - 1] = 1;
    if (atomic_compare_exchange_strong(&torture->current, &old, new))
        grace_retire(torture->grace, (struct retired *)&old[READ_END],
                     &(struct set_block){.memory = old, .bytes = BYTES});
    else
        set_free(NULL, &(struct set_block){.memory = new, .bytes = BYTES});
}

static void *torture_run(void *arg)
{
    struct torture *torture = arg;
    for (unsigned i = 0; i < TURNS; i++) {
        grace_enter(torture->grace);
        uint64_t *block = atomic_load(&torture->current);
        torture_read(torture, block);
        if (i % 4 == 0)
            torture_replace(torture, block);
        torture_read(torture, block);
        grace_leave(torture->grace);
    }
    return NULL;
}

static void no_reader_sees_a_freed_block(void **state)
{
    (void)state;
    struct torture torture = {.grace = create()};
    uint64_t *last = set_alloc(NULL, 0, BYTES);
    last[0] = last[READ_END - 1] = 1;
    atomic_store(&torture.current, last);
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, torture_run, &torture), 0);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(torture.wrong, 0);
    /* Who left last may have met somebody looking. */
    grace_enter(torture.grace);
    grace_leave(torture.grace);
    assert_int_equal(atomic_load(&torture.grace->retired_bytes), 0);
    assert_int_equal(blocks_live(), 1);
    set_free(NULL, &(struct set_block){.memory = atomic_load(&torture.current), .bytes = BYTES});
    destroy(torture.grace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_block_is_freed_when_its_only_reader_leaves),
        TEST(several_blocks_are_freed_at_once),
        TEST(nothing_is_freed_while_a_thread_is_inside),
        TEST(who_entered_after_a_block_was_retired_does_not_hold_it),
        TEST(a_later_lot_waits_for_who_could_have_it),
        TEST(one_look_frees_both_lots),
        TEST(more_threads_than_stripes_share_them),
        TEST(each_stripe_alone_holds_what_is_retired),
        TEST(who_finds_another_looking_leaves_it_at_that),
        TEST(nobody_looks_while_nothing_is_retired),
        TEST(the_end_frees_what_waits_and_what_nobody_looked_at),
        TEST(no_reader_sees_a_freed_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
