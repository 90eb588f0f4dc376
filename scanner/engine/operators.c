// SPDX-License-Identifier: BSD-2-Clause
#include "engine/operators.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/pace.h"

#define WINDOW_START   32
#define TROUBLE_MAX    26 /* of 255: a tenth; ordinary loss stays below */
#define TROUBLE_WEIGHT 32 /* a query moves the share by a 32nd of what is missing */
#define REST_TIME      (10 * NS_PER_MS)
#define REST_DOUBLINGS 6 /* at most 640 ms */
#define PICK_TRIES     8 /* in a row from a random one, before one to be avoided is accepted */

enum where {
    OFF,     /* not enabled */
    READY,   /* may be asked: in ready[] */
    WAITING, /* for a time: in heap[] */
    FULL,    /* for a query to end */
};

struct entry {
    struct pace pace;
    mono_ns rest_until;
    uint32_t rest_count; /* rests in a row, less one for every good answer */
    uint32_t in_flight;
    uint32_t window, window_part; /* queries, and answers towards the next one */
    bool has_met_trouble;         /* growth is by one per round trip from now on */
    uint8_t trouble_share;        /* smoothed, of 255 */
    enum where where;
    uint32_t position; /* in ready[] or heap[] */
};

struct operators {
    struct rng *rng;
    uint32_t count, window_max;
    uint32_t *ready, ready_count;
    uint32_t *heap, heap_count;
    struct entry entries[];
};

int operators_create(struct operators **out, uint32_t count, uint32_t window_max, struct rng *rng)
{
    *out = NULL;
    struct operators *o = calloc(1, sizeof *o + count * sizeof *o->entries);
    if (!o)
        return ERR_NOMEM;
    o->rng = rng;
    o->count = count;
    o->window_max = window_max;
    o->ready = calloc(count, sizeof *o->ready);
    o->heap = calloc(count, sizeof *o->heap);
    if (!o->ready || !o->heap) {
        operators_destroy(o);
        return ERR_NOMEM;
    }
    for (uint32_t i = 0; i < count; i++)
        o->entries[i].window = window_max < WINDOW_START ? window_max : WINDOW_START;
    *out = o;
    return 0;
}

void operators_destroy(struct operators *o)
{
    if (!o)
        return;
    free(o->ready);
    free(o->heap);
    free(o);
}

/* --- the heap of those waiting for a time --- */

mono_ns operators_due_of(const struct operators *o, uint32_t index)
{
    mono_ns due = pace_due(&o->entries[index].pace);
    mono_ns rest_until = o->entries[index].rest_until;
    return due > rest_until ? due : rest_until;
}

static void heap_put(struct operators *o, uint32_t place, uint32_t index)
{
    o->heap[place] = index;
    o->entries[index].position = place;
}

static void heap_up(struct operators *o, uint32_t place, uint32_t index)
{
    mono_ns due = operators_due_of(o, index);
    while (place > 0 && operators_due_of(o, o->heap[(place - 1) / 2]) > due) {
        heap_put(o, place, o->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    heap_put(o, place, index);
}

static void heap_down(struct operators *o, uint32_t place, uint32_t index)
{
    mono_ns due = operators_due_of(o, index);
    for (;;) {
        uint32_t child = 2 * place + 1;
        if (child >= o->heap_count)
            break;
        if (child + 1 < o->heap_count &&
            operators_due_of(o, o->heap[child + 1]) < operators_due_of(o, o->heap[child]))
            child++;
        if (operators_due_of(o, o->heap[child]) >= due)
            break;
        heap_put(o, place, o->heap[child]);
        place = child;
    }
    heap_put(o, place, index);
}

/* --- where one stands --- */

static void leave(struct operators *o, uint32_t index)
{
    struct entry *e = &o->entries[index];
    uint32_t place = e->position;
    if (e->where == READY) {
        uint32_t last = o->ready[--o->ready_count];
        o->ready[place] = last;
        o->entries[last].position = place;
    } else if (e->where == WAITING) {
        uint32_t last = o->heap[--o->heap_count];
        if (last != index) {
            heap_up(o, place, last);
            heap_down(o, o->entries[last].position, last);
        }
    }
    e->where = OFF;
}

static void enter(struct operators *o, uint32_t index, mono_ns now)
{
    struct entry *e = &o->entries[index];
    assert(e->where == OFF);
    if (e->in_flight >= e->window) {
        e->where = FULL;
    } else if (operators_due_of(o, index) <= now) {
        e->where = READY;
        e->position = o->ready_count;
        o->ready[o->ready_count++] = index;
    } else {
        e->where = WAITING;
        heap_up(o, o->heap_count++, index);
    }
}

/* After a change of what decides where an enabled one stands. */
static void stand_again(struct operators *o, uint32_t index, mono_ns now)
{
    struct entry *e = &o->entries[index];
    if (e->where == OFF)
        return;
    bool is_right =
        e->where == READY && e->in_flight < e->window && operators_due_of(o, index) <= now;
    if (is_right)
        return;
    leave(o, index);
    enter(o, index, now);
}

void operators_enable(struct operators *o, uint32_t index, mono_ns now)
{
    if (o->entries[index].where == OFF)
        enter(o, index, now);
}

void operators_disable(struct operators *o, uint32_t index)
{
    leave(o, index);
}

void operators_set_ceiling(struct operators *o, uint32_t index, double qps, mono_ns now)
{
    pace_init(&o->entries[index].pace, qps, now);
}

/* --- asking --- */

uint32_t operators_pick(struct operators *o, mono_ns now,
                        bool (*should_avoid)(const void *ctx, uint32_t index), const void *ctx)
{
    while (o->heap_count && operators_due_of(o, o->heap[0]) <= now)
        stand_again(o, o->heap[0], now);
    if (o->ready_count == 0)
        return OPERATOR_NONE;
    uint32_t start = rng_below(o->rng, o->ready_count);
    for (uint32_t i = 0; i < PICK_TRIES && i < o->ready_count; i++) {
        uint32_t index = o->ready[(start + i) % o->ready_count];
        if (!should_avoid(ctx, index))
            return index;
    }
    return o->ready[start];
}

bool operators_may_ask(const struct operators *o, uint32_t index, mono_ns now)
{
    const struct entry *e = &o->entries[index];
    return e->in_flight < e->window && operators_due_of(o, index) <= now;
}

mono_ns operators_due(const struct operators *o)
{
    if (o->ready_count)
        return 0;
    return o->heap_count ? operators_due_of(o, o->heap[0]) : INT64_MAX;
}

void operators_take(struct operators *o, uint32_t index, mono_ns now)
{
    struct entry *e = &o->entries[index];
    if (e->pace.interval) {
        (void)pace_allowed(&e->pace, now, 1); /* forgives arrears beyond the catch-up */
        pace_take(&e->pace);
    }
    e->in_flight++;
    stand_again(o, index, now);
}

void operators_release(struct operators *o, uint32_t index, mono_ns now)
{
    assert(o->entries[index].in_flight > 0);
    o->entries[index].in_flight--;
    stand_again(o, index, now);
}

/* --- what comes back --- */

static void grow(struct operators *o, struct entry *e)
{
    if (e->window >= o->window_max)
        return;
    if (e->has_met_trouble && ++e->window_part < e->window)
        return;
    e->window_part = 0;
    e->window++;
}

/* What was out together counts as one trouble: nothing more happens while it rests. */
static void back_off(struct entry *e, mono_ns now)
{
    if (now < e->rest_until)
        return;
    e->has_met_trouble = true;
    e->window = e->window > 1 ? e->window / 2 : 1;
    e->window_part = 0;
    e->rest_until = now + (REST_TIME << e->rest_count);
    if (e->rest_count < REST_DOUBLINGS)
        e->rest_count++;
}

void operators_note(struct operators *o, uint32_t index, bool is_trouble, mono_ns now)
{
    struct entry *e = &o->entries[index];
    int goal = is_trouble ? 255 : 0;
    int step = (goal - e->trouble_share) / TROUBLE_WEIGHT;
    if (step == 0 && e->trouble_share != goal)
        step = is_trouble ? 1 : -1;
    e->trouble_share = (uint8_t)(e->trouble_share + step);
    if (is_trouble && e->trouble_share > TROUBLE_MAX) {
        back_off(e, now);
    } else if (!is_trouble) {
        e->rest_count -= e->rest_count > 0;
        grow(o, e);
    }
    stand_again(o, index, now);
}
