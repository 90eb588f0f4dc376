// SPDX-License-Identifier: BSD-2-Clause
/* scan/task.c: legal moves, the ready queue, the heap of delayed ones. */
#include "tests/unit/scan/help.h"

#include "base/rng.h"
#include "scan/task.h"

static struct tasks *create(uint32_t count)
{
    struct tasks *tasks;
    assert_int_equal(tasks_create(&tasks, count), 0);
    return tasks;
}

static void all_can_be_taken_and_come_back_clean(void **state)
{
    struct tasks *tasks = create(3);
    (void)state;
    assert_int_equal(tasks_count(tasks), 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(tasks_free_count(tasks), 3 - i);
        uint32_t index = tasks_take(tasks);
        assert_int_not_equal(index, TASK_NONE);
        assert_int_equal(tasks_at(tasks, index)->state, TASK_READY);
    }
    assert_int_equal(tasks_take(tasks), TASK_NONE);
    uint32_t generation = tasks_at(tasks, 1)->generation;
    tasks_at(tasks, 1)->tries = 7;
    tasks_move(tasks, 1, TASK_FREE);
    assert_int_equal(tasks_free_count(tasks), 1);
    assert_int_equal(tasks_take(tasks), 1);
    assert_int_equal(tasks_at(tasks, 1)->tries, 0);
    assert_true(tasks_at(tasks, 1)->generation > generation); /* old decisions are told apart */
    tasks_destroy(tasks);
    tasks_destroy(NULL);
}

static void ready_ones_come_in_order(void **state)
{
    struct tasks *tasks = create(5);
    uint32_t t[5];
    (void)state;
    assert_int_equal(tasks_pop_ready(tasks), TASK_NONE);
    for (int i = 0; i < 5; i++)
        t[i] = tasks_take(tasks);
    tasks_push_ready(tasks, t[0]);
    tasks_push_ready(tasks, t[1]);
    tasks_push_ready_front(tasks, t[2]);
    tasks_at(tasks, t[3])->action = RETRY_SAME_BY_TCP;
    tasks_push_ready_again(tasks, t[3]); /* wants one certain resolver: first */
    tasks_push_ready_again(tasks, t[4]);
    static const int order[] = {3, 2, 0, 1, 4};
    for (int i = 0; i < 5; i++)
        assert_int_equal(tasks_pop_ready(tasks), t[order[i]]);
    assert_int_equal(tasks_pop_ready(tasks), TASK_NONE);
    tasks_destroy(tasks);
}

/* Leaving the state takes a task out of the queue, wherever it stands in it. */
static void one_that_moves_on_leaves_the_queue(void **state)
{
    (void)state;
    for (int gone = 0; gone < 3; gone++) {
        struct tasks *tasks = create(3);
        uint32_t t[3];
        for (int i = 0; i < 3; i++)
            tasks_push_ready(tasks, t[i] = tasks_take(tasks));
        tasks_move(tasks, t[gone], TASK_FREE);
        for (int i = 0; i < 3; i++)
            if (i != gone)
                assert_int_equal(tasks_pop_ready(tasks), t[i]);
        assert_int_equal(tasks_pop_ready(tasks), TASK_NONE);
        tasks_destroy(tasks);
    }
}

static void a_pause_ends_at_its_time(void **state)
{
    struct tasks *tasks = create(1);
    (void)state;
    assert_int_equal(tasks_next_delayed(tasks), INT64_MAX);
    uint32_t index = tasks_take(tasks);
    tasks_push_delayed(tasks, index, 100);
    assert_int_equal(tasks_delayed_count(tasks), 1);
    assert_int_equal(tasks_next_delayed(tasks), 100);
    assert_int_equal(tasks_pop_delayed(tasks, 99), TASK_NONE);
    assert_int_equal(tasks_pop_delayed(tasks, 100), index);
    assert_int_equal(tasks_at(tasks, index)->state, TASK_READY);
    assert_int_equal(tasks_delayed_count(tasks), 0);
    tasks_destroy(tasks);
}

#define HEAP 500

/* Random pauses, random ends before their time: the rest comes in order. */
static void the_heap_keeps_its_order_whatever_is_taken_out(void **state)
{
    struct rng_fast rng;
    (void)state;
    rng_fast_init(&rng, 5);
    for (int round = 0; round < 50; round++) {
        struct tasks *tasks = create(HEAP);
        uint32_t left = HEAP;
        for (int i = 0; i < HEAP; i++)
            tasks_push_delayed(tasks, tasks_take(tasks), rng_fast_below(&rng, 1000));
        for (uint32_t i = 0; i < HEAP; i++) {
            if (rng_fast_below(&rng, 2)) {
                tasks_move(tasks, i, TASK_FREE);
                left--;
            }
        }
        assert_int_equal(tasks_delayed_count(tasks), left);
        for (mono_ns before = 0; left > 0; left--) {
            mono_ns next = tasks_next_delayed(tasks);
            assert_true(next >= before);
            uint32_t index = tasks_pop_delayed(tasks, next);
            assert_int_not_equal(index, TASK_NONE);
            tasks_move(tasks, index, TASK_FREE);
            before = next;
        }
        assert_int_equal(tasks_free_count(tasks), HEAP);
        tasks_destroy(tasks);
    }
}

static const bool legal[TASK_STATE_COUNT][TASK_STATE_COUNT] = {
    [TASK_FREE] = {[TASK_READY] = true},
    [TASK_READY] = {[TASK_READY] = true,
                    [TASK_SENT] = true,
                    [TASK_DELAYED] = true,
                    [TASK_HELD] = true,
                    [TASK_FREE] = true},
    [TASK_DELAYED] =
        {[TASK_READY] = true, [TASK_DELAYED] = true, [TASK_HELD] = true, [TASK_FREE] = true},
    [TASK_SENT] =
        {[TASK_READY] = true, [TASK_DELAYED] = true, [TASK_HELD] = true, [TASK_FREE] = true},
    [TASK_HELD] = {[TASK_READY] = true, [TASK_HELD] = true, [TASK_FREE] = true},
};

struct step {
    enum task_state from, to;
};

static void make_step(void *ctx)
{
    const struct step *step = ctx;
    struct tasks *tasks = create(2);
    uint32_t index = tasks_take(tasks);
    if (step->from == TASK_DELAYED)
        tasks_push_delayed(tasks, index, 1);
    else if (step->from != TASK_READY)
        tasks_move(tasks, index, step->from);
    if (step->to == TASK_DELAYED)
        tasks_push_delayed(tasks, index, 1);
    else
        tasks_move(tasks, index, step->to);
}

static void moves_that_are_not_in_the_table_abort(void **state)
{
    (void)state;
    for (unsigned from = 0; from < TASK_STATE_COUNT; from++) {
        for (unsigned to = 0; to < TASK_STATE_COUNT; to++) {
            struct step step = {(enum task_state)from, (enum task_state)to};
            assert_int_equal(survives(make_step, &step), legal[from][to]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_can_be_taken_and_come_back_clean),
        cmocka_unit_test(ready_ones_come_in_order),
        cmocka_unit_test(one_that_moves_on_leaves_the_queue),
        cmocka_unit_test(a_pause_ends_at_its_time),
        cmocka_unit_test(the_heap_keeps_its_order_whatever_is_taken_out),
        cmocka_unit_test(moves_that_are_not_in_the_table_abort),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
