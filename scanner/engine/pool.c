// SPDX-License-Identifier: BSD-2-Clause
/* Resolvers are kept sorted by operator; `members` lists each operator's resolvers,
 * the ones not benched first, so a pick inside an operator is one random number too.
 * When an operator may be asked is operators.c's matter; an operator all of whose
 * resolvers are benched is disabled there. */
#include "engine/pool.h"
#include "engine/pool_state.h"

#include <assert.h>
#include <stdlib.h>

#define PROBATION_WAIT     (5 * NS_PER_S)  /* one query is out; longer than any reply takes */
#define BENCHED_WAIT       (5 * NS_PER_MS) /* until benched ones are drawn from again */
#define PICK_BENCHED_TRIES 4               /* random draws when everybody is benched */
#define BENCHES_WAITED     4               /* in a row: 1, 2, 4 and 8 s */

/* --- life --- */

static int by_operator(const void *a, const void *b)
{
    const struct pool_entry *x = a, *y = b;
    if (x->operator_key != y->operator_key)
        return x->operator_key < y->operator_key ? -1 : 1;
    return x->list_index < y->list_index ? -1 : x->list_index > y->list_index;
}

static void fill(struct pool *pool, const struct pool_entry *sorted)
{
    struct group *group = NULL;
    for (uint32_t i = 0; i < pool->count; i++) {
        if (!group || sorted[i].operator_key != group->key) {
            group = &pool->groups[pool->group_count++];
            *group = (struct group){.key = sorted[i].operator_key, .first = i};
        }
        group->count++;
        pool->members[i] = i;
        pool->resolvers[i] = (struct pool_resolver){
            .address = sorted[i].address,
            .operator_index = pool->group_count - 1,
            .list_index = sorted[i].list_index,
            .state = POOL_OUTSIDE,
        };
    }
}

/* The lowest ceiling stated for any of the group's addresses; 0: none. */
static double ceiling_of(const struct pool_entry *sorted, const struct group *group)
{
    double lowest = 0;
    for (uint32_t i = group->first; i < group->first + group->count; i++) {
        if (sorted[i].qps > 0 && (lowest <= 0 || sorted[i].qps < lowest))
            lowest = sorted[i].qps;
    }
    return lowest;
}

static int create_operators(struct pool *pool, const struct pool_entry *sorted, uint32_t window_max,
                            mono_ns now)
{
    int error = operators_create(&pool->operators, pool->group_count, window_max, pool->rng, now);
    for (uint32_t op = 0; error == 0 && op < pool->group_count; op++) {
        operators_set_ceiling(pool->operators, op, ceiling_of(sorted, &pool->groups[op]), now);
        operators_set_start(pool->operators, op, sorted[pool->groups[op].first].start_qps, now);
    }
    return error;
}

int pool_create(struct pool **out, const struct pool_entry *entries, size_t count,
                uint32_t window_max, struct rng *rng, mono_ns now)
{
    *out = NULL;
    assert(count > 0 && count < POOL_RESOLVERS_MAX);
    struct pool *pool = calloc(1, sizeof *pool);
    struct pool_entry *sorted = calloc(count, sizeof *sorted);
    if (!pool || !sorted)
        goto fail;
    pool->rng = rng;
    pool->count = pool->outside_count = count;
    pool->next_release = WIRE_NEVER;
    pool->resolvers = calloc(count, sizeof *pool->resolvers);
    pool->members = calloc(count, sizeof *pool->members);
    pool->groups = calloc(count, sizeof *pool->groups);
    if (!pool->resolvers || !pool->members || !pool->groups)
        goto fail;
    for (size_t i = 0; i < count; i++)
        sorted[i] = entries[i];
    qsort(sorted, count, sizeof *sorted, by_operator);
    fill(pool, sorted);
    if (create_operators(pool, sorted, window_max, now) != 0 ||
        guard_create(&pool->guard, pool->group_count, now) != 0)
        goto fail;
    for (uint32_t i = 0; i < count; i++) {
        if (!sorted[i].is_outside)
            pool_admit(pool, i, now);
    }
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
    free(pool->groups);
    operators_destroy(pool->operators);
    guard_destroy(pool->guard);
    free(pool);
}

size_t pool_count(const struct pool *pool)
{
    return pool->count;
}

size_t pool_admitted_count(const struct pool *pool)
{
    return pool->count - pool->outside_count;
}

struct pool_resolver *pool_at(struct pool *pool, uint32_t index)
{
    return &pool->resolvers[index];
}

uint32_t pool_first_of(const struct pool *pool, uint32_t op)
{
    return pool->members[pool->groups[op].first];
}

uint32_t pool_usable_operators(const struct pool *pool)
{
    return pool->usable_count ? pool->usable_count : pool->group_count;
}

/* --- picking --- */

/* Everybody admitted is benched: ask anybody of them, within the ceilings. */
static uint32_t pick_benched(struct pool *pool, mono_ns now)
{
    uint32_t start = rng_below(pool->rng, (uint32_t)pool->count);
    for (uint32_t i = 0; i < PICK_BENCHED_TRIES; i++) {
        uint32_t resolver = (start + i) % (uint32_t)pool->count;
        if (pool->resolvers[resolver].state != POOL_OUTSIDE && pool_is_due(pool, resolver, now))
            return resolver;
    }
    return POOL_NONE;
}

void pool_refresh(struct pool *pool, mono_ns now)
{
    if (now >= pool->next_release)
        pool_release_benched(pool, now);
}

/* Somebody who answered before was benched not long ago: the path may be down, or a limiter has
 * shut us out. Then queries wait for who comes back. */
static bool may_come_back(const struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++) {
        const struct pool_resolver *r = &pool->resolvers[i];
        if (r->state != POOL_OUTSIDE && r->has_answered && r->bench_count <= BENCHES_WAITED)
            return true;
    }
    return false;
}

static uint32_t pick(struct pool *pool, mono_ns now, const struct operators_wish *wish)
{
    pool_refresh(pool, now);
    if (pool->usable_count == 0)
        return may_come_back(pool) ? POOL_NONE : pick_benched(pool, now);
    uint32_t op = operators_pick(pool->operators, now, wish);
    if (op == OPERATOR_NONE)
        return POOL_NONE;
    const struct group *group = &pool->groups[op];
    uint32_t member = group->active_count > 1 ? rng_below(pool->rng, group->active_count) : 0;
    return pool->members[group->first + member];
}

uint32_t pool_pick(struct pool *pool, mono_ns now,
                   bool (*should_avoid)(const void *ctx, uint32_t op), const void *ctx)
{
    const struct operators_wish wish = {.should_avoid = should_avoid, .ctx = ctx};
    return pick(pool, now, &wish);
}

uint32_t pool_pick_quick(struct pool *pool, mono_ns now,
                         bool (*should_avoid)(const void *ctx, uint32_t op), const void *ctx)
{
    const struct operators_wish wish = {
        .should_avoid = should_avoid, .ctx = ctx, .is_urgent = true};
    return pick(pool, now, &wish);
}

bool pool_is_due(struct pool *pool, uint32_t resolver, mono_ns now)
{
    return operators_may_ask(pool->operators, pool->resolvers[resolver].operator_index, now);
}

mono_ns pool_due_of(const struct pool *pool, uint32_t resolver)
{
    return operators_due_of(pool->operators, pool->resolvers[resolver].operator_index);
}

mono_ns pool_due(struct pool *pool, mono_ns now)
{
    if (pool->usable_count == 0)
        return now + BENCHED_WAIT;
    mono_ns due = operators_due(pool->operators);
    return due < pool->next_release ? due : pool->next_release;
}

void pool_take(struct pool *pool, uint32_t resolver, mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    operators_take(pool->operators, r->operator_index, now);
    guard_take(pool->guard, now);
    if (r->state == POOL_PROBATION) {
        pool_end_trial(pool, r);
        r->bench_until = now + PROBATION_WAIT;
        pool_deactivate(pool, resolver);
        if (r->bench_until < pool->next_release)
            pool->next_release = r->bench_until;
    }
}

void pool_release(struct pool *pool, uint32_t resolver, mono_ns now)
{
    operators_release(pool->operators, pool->resolvers[resolver].operator_index, now);
}

struct pool_figures pool_figures(const struct pool *pool)
{
    struct pool_figures figures = {0};
    for (size_t i = 0; i < pool->count; i++) {
        const struct pool_resolver *r = &pool->resolvers[i];
        figures.usable += r->has_answered;
        if (r->state == POOL_ACTIVE || r->state == POOL_OUTSIDE)
            continue;
        if (r->bench_reason == POOL_BENCH_DEAD)
            figures.benched_dead++;
        else
            figures.benched_refusing++;
    }
    return figures;
}
