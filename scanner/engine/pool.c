// SPDX-License-Identifier: BSD-2-Clause
/* Resolvers are kept sorted by operator; `members` lists each operator's resolvers,
 * the ones not benched first, so a pick inside an operator is one random number too.
 * When an operator may be asked is operators.c's matter; an operator all of whose
 * resolvers are benched is disabled there. */
#include "engine/pool.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/guard.h"
#include "engine/operators.h"

#define RTO_START          (1 * NS_PER_S)    /* RFC 6298 section 2.1 */
#define RTO_MIN            (200 * NS_PER_MS) /* below it, recursion looks like loss */
#define RTO_MAX            (60 * NS_PER_S)
#define RTO_NEW_RTTS       4 /* of what others take */
#define RTO_GRANULARITY    (10 * NS_PER_MS)
#define BENCH_SILENT_NEW   10 /* failures in a row of one that never answered */
#define BENCH_SILENT_KNOWN 25 /* of one that did: it may just be over its rate */
#define BENCH_REFUSED      50
#define TCP_FAILURES_MAX   8
#define UNREACHABLE_WEIGHT 4 /* an ICMP error says more than silence */
#define BENCH_TIME         (1 * NS_PER_S)
#define BENCH_DOUBLINGS    6                /* at most 64 s */
#define PROBATION_WAIT     (5 * NS_PER_S)   /* one query is out; longer than any reply takes */
#define TRIAL_SHARE        16               /* at most one operator in so many is one on trial */
#define RELEASE_WAIT       (20 * NS_PER_MS) /* looking through 20,000 costs a millisecond */
#define BENCHED_WAIT       (5 * NS_PER_MS)  /* until benched ones are drawn from again */
#define EVENTS_MAX         64 /* a turn's worth; more happen only when everything goes down */
#define TROUBLE_AFTER      (NS_PER_S / 2) /* silence told so soon after is the path's too */
#define GOOD_STANDING_MAX  51             /* 20 % of 255 */

#define PICK_BENCHED_TRIES 4 /* random draws when everybody is benched */

/* An operator's part of members[]. */
struct group {
    uint32_t key;
    uint32_t first, count, active_count;
};

struct pool {
    struct rng *rng;
    struct pool_resolver *resolvers;
    uint32_t *members;
    size_t count;
    struct group *groups;
    struct operators *operators;
    struct guard *guard;
    bool is_excused;        /* the next outcome is not the resolver's doing */
    mono_ns troubled_until; /* the path is, or was just now */
    uint32_t group_count, usable_count;
    mono_ns next_release;   /* when one on the bench may be tried again */
    uint32_t release_start; /* whose turn it is */
    uint32_t trial_count;   /* resolvers with is_on_trial */
    size_t outside_count;   /* not admitted */
    struct pool_event events[EVENTS_MAX];
    uint32_t event_first, event_count;
};

/* --- benching --- */

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

static void deactivate(struct pool *pool, uint32_t resolver)
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

static void activate(struct pool *pool, uint32_t resolver, mono_ns now)
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

static void tell(struct pool *pool, struct pool_event event)
{
    if (pool->event_count == EVENTS_MAX) {
        pool->event_first++;
        pool->event_count--;
    }
    pool->events[(pool->event_first + pool->event_count++) % EVENTS_MAX] = event;
}

bool pool_next_event(struct pool *pool, struct pool_event *out)
{
    if (pool->event_count == 0)
        return false;
    *out = pool->events[pool->event_first++ % EVENTS_MAX];
    pool->event_count--;
    return true;
}

static void end_trial(struct pool *pool, struct pool_resolver *r)
{
    pool->trial_count -= r->is_on_trial;
    r->is_on_trial = false;
}

static void bench(struct pool *pool, uint32_t resolver, enum pool_bench_reason reason, mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (r->state == POOL_BENCHED || r->state == POOL_OUTSIDE)
        return;
    r->state = POOL_BENCHED;
    r->bench_reason = reason;
    r->bench_until = now + (BENCH_TIME << r->bench_count);
    tell(pool, (struct pool_event){
                   .resolver = resolver, .reason = reason, .bench_time = r->bench_until - now});
    if (r->bench_count < BENCH_DOUBLINGS)
        r->bench_count++;
    r->silent_run = r->refused_run = 0;
    end_trial(pool, r);
    deactivate(pool, resolver);
    if (r->bench_until < pool->next_release)
        pool->next_release = r->bench_until;
}

/* Those whose time is over may prove themselves with one query, a few at a time: where most
 * of a list is dead, all of them at once would get every query of a run's last names. */
static void release_benched(struct pool *pool, mono_ns now)
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
            activate(pool, i, now);
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
    activate(pool, resolver, now);
}

void pool_expel(struct pool *pool, uint32_t resolver)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (r->state == POOL_OUTSIDE)
        return;
    end_trial(pool, r);
    deactivate(pool, resolver);
    pool->outside_count++;
    r->state = POOL_OUTSIDE;
}

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

static uint32_t pick(struct pool *pool, mono_ns now, const struct operators_wish *wish)
{
    if (now >= pool->next_release)
        release_benched(pool, now);
    if (pool->usable_count == 0)
        return pick_benched(pool, now);
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
        end_trial(pool, r);
        r->bench_until = now + PROBATION_WAIT;
        deactivate(pool, resolver);
        if (r->bench_until < pool->next_release)
            pool->next_release = r->bench_until;
    }
}

void pool_release(struct pool *pool, uint32_t resolver, mono_ns now)
{
    operators_release(pool->operators, pool->resolvers[resolver].operator_index, now);
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
    int moved = happened ? share + (255 - share + 15) / 16 : share - (share + 15) / 16;
    return (uint8_t)moved;
}

/* A query sent before the newest answer says nothing about being dead: losses of a
 * while may all fall due at its end, one after the other. */
static void note_failure(struct pool *pool, uint32_t resolver, unsigned weight, mono_ns sent,
                         mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (sent < r->last_answer)
        return;
    r->silent_run = (uint16_t)(r->silent_run + weight);
    unsigned limit = r->has_answered ? BENCH_SILENT_KNOWN : BENCH_SILENT_NEW;
    if (r->state == POOL_PROBATION || r->silent_run >= limit)
        bench(pool, resolver, POOL_BENCH_DEAD, now);
}

static void note_path(struct pool *pool, enum guard_verdict verdict, mono_ns now)
{
    if (verdict == GUARD_TROUBLED) {
        operators_absolve(pool->operators, now);
        pool->troubled_until = now + TROUBLE_AFTER;
    }
}

void pool_note_drops(struct pool *pool, uint64_t drops, mono_ns now)
{
    note_path(pool, guard_note_drops(pool->guard, drops, now), now);
}

mono_ns pool_path_due(const struct pool *pool)
{
    return guard_due(pool->guard);
}

double pool_path_limit_qps(const struct pool *pool)
{
    return guard_limit_qps(pool->guard);
}

/* What the operator's rate is judged by, unless it was the path's trouble or the zone's. */
static void note_operator(struct pool *pool, uint32_t op, enum pool_outcome outcome,
                          mono_ns elapsed, mono_ns now)
{
    float usual = operators_throttle(pool->operators, op)->baseline;
    bool is_silence = outcome == POOL_SILENT;
    if (outcome != POOL_UNREACHABLE && !(is_silence && pool->is_excused))
        note_path(pool, guard_note(pool->guard, op, is_silence, usual, now), now);
    bool is_excused = pool->is_excused || (is_silence && now < pool->troubled_until);
    pool->is_excused = false;
    if (outcome == POOL_LATE) {
        guard_take_back(pool->guard, op);
        operators_take_back(pool->operators, op);
    }
    bool is_trouble = outcome != POOL_ANSWERED && outcome != POOL_LATE;
    if (!is_excused)
        operators_note(pool->operators, op, is_trouble, elapsed, now);
}

float pool_usual_trouble(const struct pool *pool, uint32_t resolver)
{
    return operators_trouble(pool->operators, pool->resolvers[resolver].operator_index);
}

void pool_excuse(struct pool *pool)
{
    pool->is_excused = true;
}

void pool_note(struct pool *pool, uint32_t resolver, enum pool_outcome outcome, mono_ns elapsed,
               mono_ns now)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (outcome != POOL_SILENT && outcome != POOL_UNREACHABLE) {
        sample_rtt(r, elapsed);
        r->last_answer = now;
    }
    note_operator(pool, r->operator_index, outcome, elapsed, now);
    switch (outcome) {
    case POOL_ANSWERED:
    case POOL_LATE:
    case POOL_SERVFAILED:
        r->silent_run = r->refused_run = 0;
        r->has_answered = true;
        r->servfail_share = smooth_share(r->servfail_share, outcome == POOL_SERVFAILED);
        if (r->state == POOL_BENCHED || r->state == POOL_PROBATION) {
            r->state = POOL_ACTIVE;
            r->bench_count = 0;
            end_trial(pool, r);
            tell(pool, (struct pool_event){.resolver = resolver, .is_back = true});
            operators_renew(pool->operators, r->operator_index, now);
            activate(pool, resolver, now);
        }
        break;
    case POOL_REFUSED:
        r->silent_run = 0;
        r->refused_run++;
        /* One that has answered refuses this zone, or this rate; others know which. */
        if (r->state == POOL_PROBATION || (!r->has_answered && r->refused_run >= BENCH_REFUSED))
            bench(pool, resolver, POOL_BENCH_REFUSING, now);
        break;
    case POOL_SILENT:
        note_failure(pool, resolver, 1, now - elapsed, now);
        break;
    case POOL_UNREACHABLE:
        note_failure(pool, resolver, r->has_answered ? UNREACHABLE_WEIGHT : BENCH_SILENT_NEW,
                     now - elapsed, now);
        break;
    }
}

void pool_note_tcp(struct pool *pool, uint32_t resolver, bool has_answered)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    if (has_answered)
        r->tcp_failures = 0;
    else if (r->tcp_failures < TCP_FAILURES_MAX)
        r->tcp_failures++;
}

bool pool_is_without_tcp(const struct pool *pool, uint32_t resolver)
{
    return pool->resolvers[resolver].tcp_failures >= TCP_FAILURES_MAX;
}

mono_ns pool_rto(const struct pool *pool, uint32_t resolver, unsigned try)
{
    const struct pool_resolver *r = &pool->resolvers[resolver];
    mono_ns rto = RTO_START, typical = operators_rtt(pool->operators);
    if (r->srtt == 0 && typical > 0) { /* a new one is likely to be like the others */
        if (RTO_NEW_RTTS * typical < rto)
            rto = RTO_NEW_RTTS * typical;
    } else if (r->srtt) {
        mono_ns spread = 4 * r->rttvar > RTO_GRANULARITY ? 4 * r->rttvar : RTO_GRANULARITY;
        rto = r->srtt + spread;
    }
    if (rto < RTO_MIN)
        rto = RTO_MIN;
    for (unsigned i = 1; i < try && rto < RTO_MAX; i++)
        rto += rto / 2;
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
        if (r->state == POOL_ACTIVE || r->state == POOL_OUTSIDE)
            continue;
        if (r->bench_reason == POOL_BENCH_DEAD)
            figures.benched_dead++;
        else
            figures.benched_refusing++;
    }
    return figures;
}
