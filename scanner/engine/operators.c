// SPDX-License-Identifier: BSD-2-Clause
#include "engine/operators.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/pace.h"

#define WINDOW_START   4
#define TROUBLE_START  0.05F /* share of trouble before anything is known */
#define TROUBLE_WEIGHT 32    /* a query moves the share by a 32nd of what is missing */
#define FAIR_RTT_S     0.3F  /* public resolvers across an ocean; slower is asked less */
#define FAIR_RTTS      2     /* nor is one slow that takes so many times as long as most */
#define RTT_WEIGHT     256   /* an answer moves the mean of all by so much */
#define RTT_LEAST      32    /* answers before it says anything of others */
#define UNKNOWN_RTT_S  1.0F
#define TROUBLE_COST_S 1.0F /* what a failure costs: the wait for it and another query */
#define WEIGHT_ONE     256  /* always accepted */
#define URGENT_TRIES                                                                               \
    4                /* draws, of which the best is taken: the quickest of all would be overrun    \
                      */
#define PICK_TRIES 8 /* draws, before the best of those seen is accepted */

enum where {
    OFF,     /* not enabled */
    READY,   /* may be asked: in ready[] */
    WAITING, /* for a time: in heap[] */
    FULL,    /* for a query to end */
};

struct entry {
    struct pace pace;
    struct throttle throttle;
    uint32_t in_flight, window; /* queries */
    float trouble_share;        /* smoothed */
    float start_qps;            /* of the rate learnt; 0: the throttle's own */
    float cost_s;               /* how long an answer takes to come, failures included */
    uint16_t weight;            /* of WEIGHT_ONE: how readily it is drawn */
    enum where where;
    uint32_t position; /* in ready[] or heap[] */
};

struct operators {
    struct rng *rng;
    uint32_t count, window_max;
    float rtt_s; /* of all answers, smoothed; 0: none yet */
    uint32_t answer_count;
    uint32_t *ready, ready_count;
    uint32_t *heap, heap_count;
    struct entry entries[];
};

/* Nothing is known of it, or no more. */
static void begin(const struct operators *o, struct entry *e, mono_ns now)
{
    e->window = o->window_max < WINDOW_START ? o->window_max : WINDOW_START;
    e->trouble_share = TROUBLE_START;
    if (e->start_qps > 0)
        throttle_init_at(&e->throttle, e->start_qps, now);
    else
        throttle_init(&e->throttle, now);
}

int operators_create(struct operators **out, uint32_t count, uint32_t window_max, struct rng *rng,
                     mono_ns now)
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
    for (uint32_t i = 0; i < count; i++) {
        struct entry *e = &o->entries[i];
        begin(o, e, now);
        e->cost_s = UNKNOWN_RTT_S;
        e->weight = WEIGHT_ONE;
    }
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
    mono_ns given = pace_due(&o->entries[index].pace);
    mono_ns learnt = throttle_due(&o->entries[index].throttle);
    return given > learnt ? given : learnt;
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

void operators_set_start(struct operators *o, uint32_t index, double qps, mono_ns now)
{
    o->entries[index].start_qps = (float)qps;
    begin(o, &o->entries[index], now);
}

/* --- asking --- */

/* The better of the one seen so far and this one. */
static uint32_t better(const struct operators *o, uint32_t best, uint32_t index)
{
    if (best == OPERATOR_NONE || o->entries[index].cost_s < o->entries[best].cost_s)
        return index;
    return best;
}

uint32_t operators_pick(struct operators *o, mono_ns now, const struct operators_wish *wish)
{
    while (o->heap_count && operators_due_of(o, o->heap[0]) <= now)
        stand_again(o, o->heap[0], now);
    if (o->ready_count == 0)
        return OPERATOR_NONE;
    uint32_t best = OPERATOR_NONE, index = OPERATOR_NONE;
    uint32_t tries = wish->is_urgent ? URGENT_TRIES : PICK_TRIES;
    for (uint32_t i = 0; i < tries || (best == OPERATOR_NONE && i < PICK_TRIES); i++) {
        uint32_t bits = rng_u32(o->rng);
        index = o->ready[((uint64_t)(bits >> 8) * o->ready_count) >> 24];
        if (wish->should_avoid && wish->should_avoid(wish->ctx, index))
            continue;
        if (!wish->is_urgent && (bits & (WEIGHT_ONE - 1)) < o->entries[index].weight)
            return index;
        best = better(o, best, index);
    }
    if (best != OPERATOR_NONE || !wish->should_avoid)
        return best;
    /* All that were drawn are to be avoided: of a few, another one may be there. */
    for (uint32_t i = 0; i < PICK_TRIES && i < o->ready_count; i++) {
        if (!wish->should_avoid(wish->ctx, o->ready[i]))
            return o->ready[i];
    }
    return index;
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
    throttle_take(&e->throttle, now);
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

static void weigh(const struct operators *o, struct entry *e)
{
    float rtt = e->throttle.rtt_s; /* 0: not known, and no reason to ask less */
    float fair = FAIR_RTTS * o->rtt_s > FAIR_RTT_S ? FAIR_RTTS * o->rtt_s : FAIR_RTT_S;
    float quality = (1 - e->trouble_share) * (rtt > fair ? fair / rtt : 1);
    quality *= quality;
    float weight = quality * quality;
    e->weight = (uint16_t)(weight * WEIGHT_ONE);
    e->cost_s = (rtt > 0 ? rtt : UNKNOWN_RTT_S) + e->trouble_share * TROUBLE_COST_S;
}

static void note_rtt(struct operators *o, float rtt_s)
{
    o->answer_count += o->answer_count < RTT_WEIGHT;
    o->rtt_s += (rtt_s - o->rtt_s) / (float)o->answer_count;
}

void operators_note(struct operators *o, uint32_t index, bool is_trouble, mono_ns elapsed,
                    mono_ns now)
{
    struct entry *e = &o->entries[index];
    bool has_changed = throttle_note(&e->throttle, is_trouble, elapsed, now);
    if (!is_trouble)
        note_rtt(o, (float)elapsed * 1e-9F);
    e->trouble_share += ((is_trouble ? 1.0F : 0.0F) - e->trouble_share) / TROUBLE_WEIGHT;
    weigh(o, e);
    if (!is_trouble && e->window < o->window_max && 2 * e->in_flight >= e->window) {
        e->window++;
        has_changed = true;
    }
    if (has_changed)
        stand_again(o, index, now);
}

void operators_note_limited(struct operators *o, uint32_t index, mono_ns elapsed, mono_ns now)
{
    if (throttle_note_limited(&o->entries[index].throttle, elapsed, now))
        stand_again(o, index, now);
}

void operators_take_back(struct operators *o, uint32_t index)
{
    struct entry *e = &o->entries[index];
    throttle_take_back(&e->throttle);
    e->trouble_share -= (1 - e->trouble_share) / TROUBLE_WEIGHT;
    if (e->trouble_share < 0)
        e->trouble_share = 0;
    weigh(o, e);
}

void operators_renew(struct operators *o, uint32_t index, mono_ns now)
{
    struct entry *e = &o->entries[index];
    begin(o, e, now);
    weigh(o, e);
    stand_again(o, index, now);
}

void operators_absolve(struct operators *o, mono_ns now)
{
    for (uint32_t i = 0; i < o->count; i++) {
        throttle_absolve(&o->entries[i].throttle, now);
        stand_again(o, i, now);
    }
}

mono_ns operators_rtt(const struct operators *o)
{
    return o->answer_count < RTT_LEAST ? 0 : (mono_ns)(o->rtt_s * 1e9F);
}

float operators_trouble(const struct operators *o, uint32_t index)
{
    return o->entries[index].trouble_share;
}

const struct throttle *operators_throttle(const struct operators *o, uint32_t index)
{
    return &o->entries[index].throttle;
}
