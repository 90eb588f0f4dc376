// SPDX-License-Identifier: BSD-2-Clause
/* Who is benched, on probation, outside: each move keeps an operator's active resolvers first
 * among its members, and an operator without any is disabled. */
#include "engine/pool_state.h"

#define BENCH_TIME      (1 * NS_PER_S)
#define BENCH_DOUBLINGS 6                /* at most 64 s */
#define TRIAL_SHARE     16               /* at most one operator in so many is one on trial */
#define RELEASE_WAIT    (20 * NS_PER_MS) /* looking through 20,000 costs a millisecond */

static void swap_members(struct pool *pool, uint32_t a, uint32_t b)
{
    uint32_t t = pool->members[a];
    pool->members[a] = pool->members[b];
    pool->members[b] = t;
}

static uint32_t member_position(const struct pool *pool, uint32_t resolver)
{
    const struct group *group = &pool->groups[pool->resolvers[resolver].operator_index];
    uint32_t i = group->first;
    while (pool->members[i] != resolver)
        i++;
    return i;
}

void pool_deactivate(struct pool *pool, uint32_t resolver)
{
    uint32_t op = pool->resolvers[resolver].operator_index;
    struct group *group = &pool->groups[op];
    uint32_t position = member_position(pool, resolver);
    if (position >= group->first + group->active_count)
        return;
    swap_members(pool, position, group->first + --group->active_count);
    if (group->active_count == 0) {
        operators_disable(pool->operators, op);
        pool->usable_count--;
    }
}

void pool_activate(struct pool *pool, uint32_t resolver, mono_ns now)
{
    uint32_t op = pool->resolvers[resolver].operator_index;
    struct group *group = &pool->groups[op];
    uint32_t position = member_position(pool, resolver);
    if (position < group->first + group->active_count)
        return;
    swap_members(pool, position, group->first + group->active_count++);
    if (group->active_count == 1) {
        operators_enable(pool->operators, op, now);
        pool->usable_count++;
    }
}

void pool_tell(struct pool *pool, struct pool_event event)
{
    if (pool->event_count == POOL_EVENTS_MAX) {
        pool->event_first++;
        pool->event_count--;
    }
    pool->events[(pool->event_first + pool->event_count++) % POOL_EVENTS_MAX] = event;
}

bool pool_next_event(struct pool *pool, struct pool_event *out)
{
    if (pool->event_count == 0)
        return false;
    *out = pool->events[pool->event_first++ % POOL_EVENTS_MAX];
    pool->event_count--;
    return true;
}

void pool_end_trial(struct pool *pool, struct pool_resolver *r)
{
    pool->trial_count -= r->is_on_trial;
    r->is_on_trial = false;
}

void pool_bench(struct pool *pool, uint32_t resolver, enum pool_bench_reason reason, mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (r->state == POOL_BENCHED || r->state == POOL_OUTSIDE)
        return;
    r->state = POOL_BENCHED;
    r->bench_reason = reason;
    r->bench_until = now + (BENCH_TIME << r->bench_count);
    pool_tell(pool, (struct pool_event){.resolver = resolver,
                                        .reason = reason,
                                        .bench_time = r->bench_until - now});
    if (r->bench_count < BENCH_DOUBLINGS)
        r->bench_count++;
    r->silent_run = r->refused_run = 0;
    pool_end_trial(pool, r);
    pool_deactivate(pool, resolver);
    if (r->bench_until < pool->next_release)
        pool->next_release = r->bench_until;
}

/* Those whose time is over may prove themselves with one query, a few at a time: where most
 * of a list is dead, all of them at once would get every query of a run's last names. */
void pool_release_benched(struct pool *pool, mono_ns now)
{
    uint32_t start = pool->release_start;
    pool->next_release = WIRE_NEVER;
    for (uint32_t n = 0; n < pool->count; n++) {
        uint32_t i = (uint32_t)((start + n) % pool->count);
        struct pool_resolver *r = &pool->resolvers[i];
        if (r->state == POOL_ACTIVE || r->state == POOL_OUTSIDE || r->is_on_trial)
            continue;
        mono_ns at = r->bench_until;
        if (at <= now && pool->trial_count * TRIAL_SHARE <= pool->usable_count) {
            r->state = POOL_PROBATION;
            r->is_on_trial = true;
            pool->trial_count++;
            pool->release_start = i + 1;
            pool_activate(pool, i, now);
            continue;
        }
        at = at > now + RELEASE_WAIT ? at : now + RELEASE_WAIT;
        if (at < pool->next_release)
            pool->next_release = at;
    }
}

void pool_admit(struct pool *pool, uint32_t resolver, mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (r->state != POOL_OUTSIDE)
        return;
    pool->outside_count--;
    r->state = POOL_ACTIVE;
    r->silent_run = r->refused_run = 0;
    pool_activate(pool, resolver, now);
}

void pool_expel(struct pool *pool, uint32_t resolver)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (r->state == POOL_OUTSIDE)
        return;
    pool_end_trial(pool, r);
    pool_deactivate(pool, resolver);
    pool->outside_count++;
    r->state = POOL_OUTSIDE;
}
