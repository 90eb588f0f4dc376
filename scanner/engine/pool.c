// SPDX-License-Identifier: BSD-2-Clause
/* Resolvers are kept sorted by operator; `members` lists each operator's resolvers,
 * the ones not benched first, so a pick inside an operator is one random number too.
 *
 * An operator with an active resolver is in exactly one place: in `ready` or in the
 * heap. One without is in neither. */
#include "engine/pool.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/pace.h"

#define RTO_START          (1 * NS_PER_S)    /* RFC 6298 section 2.1 */
#define RTO_MIN            (200 * NS_PER_MS) /* below it, recursion looks like loss */
#define RTO_MAX            (60 * NS_PER_S)
#define RTO_GRANULARITY    (10 * NS_PER_MS)
#define BENCH_SILENT_NEW   10 /* failures in a row of one that never answered */
#define BENCH_SILENT_KNOWN 25 /* of one that did: it may just be over its rate */
#define BENCH_REFUSED      50
#define UNREACHABLE_WEIGHT 4 /* an ICMP error says more than silence */
#define BENCH_TIME         (1 * NS_PER_S)
#define BENCH_DOUBLINGS    6              /* at most 64 s */
#define PROBATION_WAIT     (5 * NS_PER_S) /* one query is out; longer than any reply takes */
#define PICK_TRIES         4              /* random draws before a seen operator is accepted */
#define GOOD_STANDING_MAX  51             /* 20 % of 255 */

enum where { PARKED, READY, PACED };

struct operator
{
    struct pace pace;
    uint32_t key;
    uint32_t first, count; /* its part of members[] */
    uint32_t active_count;
    uint32_t position; /* in ready[] or heap[] */
    enum where where;
};

struct pool {
    struct rng *rng;
    struct pool_resolver *resolvers;
    uint32_t *members;
    size_t count;
    struct operator* operators;
    uint32_t operator_count, usable_operators;
    uint32_t *ready, ready_count;
    uint32_t *heap, heap_count;
    mono_ns next_release; /* earliest end of a bench time */
};

/* --- where an operator stands --- */

static mono_ns heap_due(const struct pool *pool, uint32_t i)
{
    return pace_due(&pool->operators[pool->heap[i]].pace);
}

static void heap_put(struct pool *pool, uint32_t i, uint32_t op)
{
    pool->heap[i] = op;
    pool->operators[op].position = i;
}

static void heap_up(struct pool *pool, uint32_t i, uint32_t op)
{
    mono_ns due = pace_due(&pool->operators[op].pace);
    while (i > 0 && heap_due(pool, (i - 1) / 2) > due) {
        heap_put(pool, i, pool->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    heap_put(pool, i, op);
}

static void heap_down(struct pool *pool, uint32_t i, uint32_t op)
{
    mono_ns due = pace_due(&pool->operators[op].pace);
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= pool->heap_count)
            break;
        if (child + 1 < pool->heap_count && heap_due(pool, child + 1) < heap_due(pool, child))
            child++;
        if (heap_due(pool, child) >= due)
            break;
        heap_put(pool, i, pool->heap[child]);
        i = child;
    }
    heap_put(pool, i, op);
}

static void leave(struct pool *pool, uint32_t op)
{
    struct operator* o = & pool->operators[op];
    uint32_t i = o->position;
    if (o->where == READY) {
        uint32_t last = pool->ready[--pool->ready_count];
        pool->ready[i] = last;
        pool->operators[last].position = i;
    } else if (o->where == PACED) {
        uint32_t last = pool->heap[--pool->heap_count];
        if (last != op) {
            heap_up(pool, i, last);
            heap_down(pool, pool->operators[last].position, last);
        }
    }
    o->where = PARKED;
}

static void enter(struct pool *pool, uint32_t op, mono_ns now)
{
    struct operator* o = & pool->operators[op];
    assert(o->where == PARKED && o->active_count > 0);
    if (pace_due(&o->pace) <= now) {
        o->where = READY;
        o->position = pool->ready_count;
        pool->ready[pool->ready_count++] = op;
    } else {
        o->where = PACED;
        heap_up(pool, pool->heap_count++, op);
    }
}

/* --- benching --- */

static void swap_members(struct pool *pool, uint32_t a, uint32_t b)
{
    uint32_t t = pool->members[a];
    pool->members[a] = pool->members[b];
    pool->members[b] = t;
}

static uint32_t member_position(const struct pool *pool, uint32_t resolver)
{
    const struct operator* o = & pool->operators[pool->resolvers[resolver].operator_index];
    uint32_t i = o->first;
    while (pool->members[i] != resolver)
        i++;
    return i;
}

static void deactivate(struct pool *pool, uint32_t resolver)
{
    uint32_t op = pool->resolvers[resolver].operator_index;
    struct operator* o = & pool->operators[op];
    uint32_t position = member_position(pool, resolver);
    if (position >= o->first + o->active_count)
        return;
    swap_members(pool, position, o->first + --o->active_count);
    if (o->active_count == 0) {
        leave(pool, op);
        pool->usable_operators--;
    }
}

static void activate(struct pool *pool, uint32_t resolver, mono_ns now)
{
    uint32_t op = pool->resolvers[resolver].operator_index;
    struct operator* o = & pool->operators[op];
    uint32_t position = member_position(pool, resolver);
    if (position < o->first + o->active_count)
        return;
    swap_members(pool, position, o->first + o->active_count++);
    if (o->active_count == 1) {
        enter(pool, op, now);
        pool->usable_operators++;
    }
}

static void bench(struct pool *pool, uint32_t resolver, enum pool_bench_reason reason, mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (r->state == POOL_BENCHED)
        return;
    r->state = POOL_BENCHED;
    r->bench_reason = reason;
    r->bench_until = now + (BENCH_TIME << r->bench_count);
    if (r->bench_count < BENCH_DOUBLINGS)
        r->bench_count++;
    r->silent_run = r->refused_run = 0;
    deactivate(pool, resolver);
    if (r->bench_until < pool->next_release)
        pool->next_release = r->bench_until;
}

/* Those whose time is over may prove themselves with one query. */
static void release_benched(struct pool *pool, mono_ns now)
{
    pool->next_release = WIRE_NEVER;
    for (uint32_t i = 0; i < pool->count; i++) {
        struct pool_resolver *r = &pool->resolvers[i];
        if (r->state == POOL_ACTIVE)
            continue;
        if (r->bench_until <= now) {
            r->state = POOL_PROBATION;
            activate(pool, i, now);
        } else if (r->bench_until < pool->next_release) {
            pool->next_release = r->bench_until;
        }
    }
}

/* --- life --- */

static int by_operator(const void *a, const void *b)
{
    const struct pool_entry *x = a, *y = b;
    if (x->operator_key != y->operator_key)
        return x->operator_key < y->operator_key ? -1 : 1;
    return x->list_index < y->list_index ? -1 : x->list_index > y->list_index;
}

static void fill(struct pool *pool, const struct pool_entry *sorted, mono_ns now)
{
    struct operator* o = NULL;
    for (uint32_t i = 0; i < pool->count; i++) {
        if (!o || sorted[i].operator_key != o->key) {
            o = &pool->operators[pool->operator_count++];
            *o = (struct operator){.key = sorted[i].operator_key, .first = i};
            pace_init(&o->pace, sorted[i].qps, now);
        }
        o->count++;
        o->active_count++;
        pool->members[i] = i;
        pool->resolvers[i] = (struct pool_resolver){
            .address = sorted[i].address,
            .operator_index = pool->operator_count - 1,
            .list_index = sorted[i].list_index,
        };
    }
    pool->usable_operators = pool->operator_count;
    for (uint32_t op = 0; op < pool->operator_count; op++)
        enter(pool, op, now);
}

int pool_create(struct pool **out, const struct pool_entry *entries, size_t count, struct rng *rng,
                mono_ns now)
{
    *out = NULL;
    assert(count > 0 && count < POOL_RESOLVERS_MAX);
    struct pool *pool = calloc(1, sizeof *pool);
    struct pool_entry *sorted = calloc(count, sizeof *sorted);
    if (!pool || !sorted)
        goto fail;
    pool->rng = rng;
    pool->count = count;
    pool->next_release = WIRE_NEVER;
    pool->resolvers = calloc(count, sizeof *pool->resolvers);
    pool->members = calloc(count, sizeof *pool->members);
    pool->operators = calloc(count, sizeof *pool->operators);
    pool->ready = calloc(count, sizeof *pool->ready);
    pool->heap = calloc(count, sizeof *pool->heap);
    if (!pool->resolvers || !pool->members || !pool->operators || !pool->ready || !pool->heap)
        goto fail;
    for (size_t i = 0; i < count; i++)
        sorted[i] = entries[i];
    qsort(sorted, count, sizeof *sorted, by_operator);
    fill(pool, sorted, now);
    free(sorted);
    *out = pool;
    return 0;
fail:
    free(sorted);
    pool_destroy(pool);
    return ERR_NOMEM;
}

void pool_destroy(struct pool *pool)
{
    if (!pool)
        return;
    free(pool->resolvers);
    free(pool->members);
    free(pool->operators);
    free(pool->ready);
    free(pool->heap);
    free(pool);
}

size_t pool_count(const struct pool *pool)
{
    return pool->count;
}

struct pool_resolver *pool_at(struct pool *pool, uint32_t index)
{
    return &pool->resolvers[index];
}

uint32_t pool_operator_count(const struct pool *pool)
{
    return pool->operator_count;
}

uint32_t pool_usable_operators(const struct pool *pool)
{
    return pool->usable_operators ? pool->usable_operators : pool->operator_count;
}

/* --- picking --- */

/* Everybody is benched: ask anybody, within the ceilings. */
static uint32_t pick_benched(struct pool *pool, mono_ns now)
{
    uint32_t start = rng_below(pool->rng, (uint32_t)pool->count);
    for (uint32_t i = 0; i < PICK_TRIES; i++) {
        uint32_t resolver = (start + i) % (uint32_t)pool->count;
        if (pool_is_due(pool, resolver, now))
            return resolver;
    }
    return POOL_NONE;
}

uint32_t pool_pick(struct pool *pool, mono_ns now, bool (*is_seen)(const void *ctx, uint32_t op),
                   const void *ctx)
{
    if (now >= pool->next_release)
        release_benched(pool, now);
    while (pool->heap_count && heap_due(pool, 0) <= now) {
        uint32_t op = pool->heap[0];
        leave(pool, op);
        enter(pool, op, now);
    }
    if (pool->usable_operators == 0)
        return pick_benched(pool, now);
    if (pool->ready_count == 0)
        return POOL_NONE;
    uint32_t op = pool->ready[rng_below(pool->rng, pool->ready_count)];
    for (int i = 1; i < PICK_TRIES && is_seen(ctx, op); i++)
        op = pool->ready[rng_below(pool->rng, pool->ready_count)];
    const struct operator* o = & pool->operators[op];
    uint32_t member = o->active_count > 1 ? rng_below(pool->rng, o->active_count) : 0;
    return pool->members[o->first + member];
}

bool pool_is_due(struct pool *pool, uint32_t resolver, mono_ns now)
{
    return pace_due(&pool->operators[pool->resolvers[resolver].operator_index].pace) <= now;
}

mono_ns pool_due(struct pool *pool)
{
    if (pool->ready_count)
        return 0;
    mono_ns due = pool->next_release;
    if (pool->heap_count && heap_due(pool, 0) < due)
        due = heap_due(pool, 0);
    if (pool->usable_operators)
        return due;
    for (uint32_t op = 0; op < pool->operator_count; op++) {
        if (pace_due(&pool->operators[op].pace) < due)
            due = pace_due(&pool->operators[op].pace);
    }
    return due;
}

void pool_take(struct pool *pool, uint32_t resolver, mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    struct operator* o = & pool->operators[r->operator_index];
    if (pace_due(&o->pace)) {
        (void)pace_allowed(&o->pace, now, 1); /* forgives arrears beyond the catch-up */
        pace_take(&o->pace);
        if (o->where != PARKED) {
            leave(pool, r->operator_index);
            enter(pool, r->operator_index, now);
        }
    }
    if (r->state == POOL_PROBATION) {
        r->bench_until = now + PROBATION_WAIT;
        deactivate(pool, resolver);
        if (r->bench_until < pool->next_release)
            pool->next_release = r->bench_until;
    }
}

/* --- what replies teach --- */

static void sample_rtt(struct pool_resolver *r, mono_ns rtt)
{
    if (r->srtt == 0) {
        r->srtt = rtt > 0 ? rtt : 1;
        r->rttvar = rtt / 2;
        return;
    }
    mono_ns error = rtt > r->srtt ? rtt - r->srtt : r->srtt - rtt;
    r->rttvar += (error - r->rttvar) / 4;
    r->srtt += (rtt - r->srtt) / 8;
    if (r->srtt <= 0)
        r->srtt = 1;
}

/* Moves a share in 0..255 a sixteenth of the way; rounding is away from the present
 * value, so that it reaches both ends. */
static uint8_t smooth_share(uint8_t share, bool happened)
{
    return happened ? (uint8_t)(share + (255 - share + 15) / 16)
                    : (uint8_t)(share - (share + 15) / 16);
}

static void note_failure(struct pool *pool, uint32_t resolver, unsigned weight, mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    r->silent_run = (uint16_t)(r->silent_run + weight);
    unsigned limit = r->has_answered ? BENCH_SILENT_KNOWN : BENCH_SILENT_NEW;
    if (r->state == POOL_PROBATION || r->silent_run >= limit)
        bench(pool, resolver, POOL_BENCH_DEAD, now);
}

void pool_note(struct pool *pool, uint32_t resolver, enum pool_outcome outcome, mono_ns rtt,
               mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (rtt >= 0)
        sample_rtt(r, rtt);
    switch (outcome) {
    case POOL_ANSWERED:
    case POOL_SERVFAILED:
        r->silent_run = r->refused_run = 0;
        r->has_answered = true;
        r->servfail_share = smooth_share(r->servfail_share, outcome == POOL_SERVFAILED);
        if (r->state != POOL_ACTIVE) {
            r->state = POOL_ACTIVE;
            r->bench_count = 0;
            activate(pool, resolver, now);
        }
        break;
    case POOL_REFUSED:
        r->silent_run = 0;
        if (r->state == POOL_PROBATION || ++r->refused_run >= BENCH_REFUSED)
            bench(pool, resolver, POOL_BENCH_REFUSING, now);
        break;
    case POOL_SILENT:
        note_failure(pool, resolver, 1, now);
        break;
    case POOL_UNREACHABLE:
        note_failure(pool, resolver, UNREACHABLE_WEIGHT, now);
        break;
    }
}

mono_ns pool_rto(const struct pool *pool, uint32_t resolver, unsigned try)
{
    const struct pool_resolver *r = &pool->resolvers[resolver];
    mono_ns rto = RTO_START;
    if (r->srtt) {
        mono_ns spread = 4 * r->rttvar > RTO_GRANULARITY ? 4 * r->rttvar : RTO_GRANULARITY;
        rto = r->srtt + spread;
    }
    if (rto < RTO_MIN)
        rto = RTO_MIN;
    for (unsigned i = 1; i < try && rto < RTO_MAX; i++)
        rto *= 2;
    return rto < RTO_MAX ? rto : RTO_MAX;
}

bool pool_is_good_standing(const struct pool *pool, uint32_t resolver)
{
    return pool->resolvers[resolver].servfail_share <= GOOD_STANDING_MAX;
}

struct pool_figures pool_figures(const struct pool *pool)
{
    struct pool_figures figures = {0};
    for (size_t i = 0; i < pool->count; i++) {
        const struct pool_resolver *r = &pool->resolvers[i];
        figures.usable += r->has_answered;
        if (r->state == POOL_ACTIVE)
            continue;
        if (r->bench_reason == POOL_BENCH_DEAD)
            figures.benched_dead++;
        else
            figures.benched_refusing++;
    }
    return figures;
}
