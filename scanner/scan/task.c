// SPDX-License-Identifier: BSD-2-Clause
#include "scan/task.h"

#include <assert.h>
#include <stdlib.h>

struct delay {
    mono_ns until;
    uint32_t task;
};

struct tasks {
    uint32_t count, free_count;
    uint32_t free_first;
    uint32_t ready_first, ready_last;
    struct delay *delayed; /* a binary heap by time */
    uint32_t delayed_count;
    struct task items[];
};

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

int tasks_create(struct tasks **out, uint32_t count)
{
    *out = NULL;
    struct tasks *tasks = calloc(1, sizeof *tasks + count * sizeof *tasks->items);
    if (!tasks)
        return ERR_NOMEM;
    tasks->delayed = calloc(count, sizeof *tasks->delayed);
    if (!tasks->delayed) {
        free(tasks);
        return ERR_NOMEM;
    }
    tasks->count = tasks->free_count = count;
    for (uint32_t i = 0; i < count; i++)
        tasks->items[i].next = i + 1 < count ? i + 1 : TASK_NONE;
    tasks->ready_first = tasks->ready_last = TASK_NONE;
    *out = tasks;
    return 0;
}

void tasks_destroy(struct tasks *tasks)
{
    if (!tasks)
        return;
    for (uint32_t i = 0; i < tasks->count; i++)
        parts_destroy(tasks->items[i].parts);
    free(tasks->delayed);
    free(tasks);
}

uint32_t tasks_take(struct tasks *tasks)
{
    uint32_t index = tasks->free_first;
    if (tasks->free_count == 0)
        return TASK_NONE;
    struct task *task = &tasks->items[index];
    tasks->free_first = task->next;
    tasks->free_count--;
    *task = (struct task){.generation = task->generation + 1,
                          .next = TASK_NONE,
                          .previous = TASK_NONE,
                          .wish = TASK_NONE,
                          .claimant = TASK_NONE,
                          .word = TASK_NONE,
                          .prior = VERDICT_COUNT};
    tasks_move(tasks, index, TASK_READY);
    return index;
}

struct task *tasks_at(struct tasks *tasks, uint32_t index)
{
    return &tasks->items[index];
}

uint32_t tasks_free_count(const struct tasks *tasks)
{
    return tasks->free_count;
}

uint32_t tasks_count(const struct tasks *tasks)
{
    return tasks->count;
}

/* --- the delayed heap --- */

static void delayed_put(struct tasks *tasks, uint32_t i, struct delay delay)
{
    tasks->delayed[i] = delay;
    tasks->items[delay.task].delay_position = i;
}

static void delayed_up(struct tasks *tasks, uint32_t i, struct delay delay)
{
    while (i > 0 && tasks->delayed[(i - 1) / 2].until > delay.until) {
        delayed_put(tasks, i, tasks->delayed[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    delayed_put(tasks, i, delay);
}

static void delayed_down(struct tasks *tasks, uint32_t i, struct delay delay)
{
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= tasks->delayed_count)
            break;
        if (child + 1 < tasks->delayed_count &&
            tasks->delayed[child + 1].until < tasks->delayed[child].until)
            child++;
        if (tasks->delayed[child].until >= delay.until)
            break;
        delayed_put(tasks, i, tasks->delayed[child]);
        i = child;
    }
    delayed_put(tasks, i, delay);
}

static void delayed_remove(struct tasks *tasks, uint32_t i)
{
    struct delay last = tasks->delayed[--tasks->delayed_count];
    if (i == tasks->delayed_count)
        return;
    if (i > 0 && tasks->delayed[(i - 1) / 2].until > last.until)
        delayed_up(tasks, i, last);
    else
        delayed_down(tasks, i, last);
}

/* --- the ready queue --- */

static void unlink_ready(struct tasks *tasks, struct task *task)
{
    if (task->previous == TASK_NONE)
        tasks->ready_first = task->next;
    else
        tasks->items[task->previous].next = task->next;
    if (task->next == TASK_NONE)
        tasks->ready_last = task->previous;
    else
        tasks->items[task->next].previous = task->previous;
    task->next = task->previous = TASK_NONE;
    task->is_queued = false;
}

void tasks_push_ready(struct tasks *tasks, uint32_t index)
{
    struct task *task = &tasks->items[index];
    assert(task->state == TASK_READY && !task->is_queued);
    task->next = TASK_NONE;
    task->previous = tasks->ready_last;
    task->is_queued = true;
    if (tasks->ready_last == TASK_NONE)
        tasks->ready_first = index;
    else
        tasks->items[tasks->ready_last].next = index;
    tasks->ready_last = index;
}

void tasks_push_ready_front(struct tasks *tasks, uint32_t index)
{
    struct task *task = &tasks->items[index];
    assert(task->state == TASK_READY && !task->is_queued);
    task->previous = TASK_NONE;
    task->next = tasks->ready_first;
    task->is_queued = true;
    if (tasks->ready_first == TASK_NONE)
        tasks->ready_last = index;
    else
        tasks->items[tasks->ready_first].previous = index;
    tasks->ready_first = index;
}

void tasks_push_ready_again(struct tasks *tasks, uint32_t index)
{
    if (tasks->items[index].is_pinned || tasks->items[index].action != RETRY_ELSEWHERE)
        tasks_push_ready_front(tasks, index);
    else
        tasks_push_ready(tasks, index);
}

uint32_t tasks_pop_ready(struct tasks *tasks)
{
    uint32_t index = tasks->ready_first;
    if (index != TASK_NONE)
        unlink_ready(tasks, &tasks->items[index]);
    return index;
}

/* --- states --- */

void tasks_move(struct tasks *tasks, uint32_t index, enum task_state to)
{
    struct task *task = &tasks->items[index];
    assert(legal[task->state][to]);
    if (task->is_queued)
        unlink_ready(tasks, task);
    if (task->state == TASK_DELAYED)
        delayed_remove(tasks, task->delay_position);
    task->state = (uint8_t)to;
    if (to != TASK_FREE)
        return;
    parts_destroy(task->parts);
    task->parts = NULL;
    task->generation++;
    task->next = tasks->free_first;
    tasks->free_first = index;
    tasks->free_count++;
}

void tasks_push_delayed(struct tasks *tasks, uint32_t index, mono_ns until)
{
    tasks_move(tasks, index, TASK_DELAYED);
    assert(tasks->delayed_count < tasks->count);
    delayed_up(tasks, tasks->delayed_count++, (struct delay){until, index});
}

uint32_t tasks_pop_delayed(struct tasks *tasks, mono_ns now)
{
    if (tasks->delayed_count == 0 || tasks->delayed[0].until > now)
        return TASK_NONE;
    uint32_t index = tasks->delayed[0].task;
    tasks_move(tasks, index, TASK_READY);
    return index;
}

mono_ns tasks_next_delayed(const struct tasks *tasks)
{
    return tasks->delayed_count ? tasks->delayed[0].until : INT64_MAX;
}

uint32_t tasks_delayed_count(const struct tasks *tasks)
{
    return tasks->delayed_count;
}
