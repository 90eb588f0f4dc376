// SPDX-License-Identifier: BSD-2-Clause
/* What an outcome teaches: the path first, then the operator's rate, then the resolver's
 * health and how long to wait for it. */
#include "engine/pool_state.h"

#define RTO_START          (1 * NS_PER_S)    /* RFC 6298 section 2.1 */
#define RTO_MIN            (200 * NS_PER_MS) /* below it, recursion looks like loss */
#define RTO_MAX            (60 * NS_PER_S)
#define RTO_NEW_RTTS       4 /* of what others take */
#define RTO_GRANULARITY    (10 * NS_PER_MS)
#define BENCH_SILENT_NEW   10 /* failures in a row of one that never answered */
#define BENCH_SILENT_KNOWN 25 /* of one that did: it may just be over its rate */
#define BENCH_REFUSED      50
#define TCP_FAILURES_MAX   8
#define UNREACHABLE_WEIGHT 4              /* an ICMP error says more than silence */
#define TROUBLE_AFTER      (NS_PER_S / 2) /* silence told so soon after is the path's too */
#define GOOD_STANDING_MAX  51             /* 20 % of 255 */

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
        pool_bench(pool, resolver, POOL_BENCH_DEAD, now);
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
    if (!is_excused || !is_silence) /* a reply for which it is excused shows that it keeps up */
        operators_note(pool->operators, op, is_trouble && !is_excused, elapsed, now);
}

void pool_note_whole(struct pool *pool, uint32_t resolver, size_t len)
{
    struct pool_resolver *r = &pool->resolvers[resolver];
    size_t most = len < UINT16_MAX ? len : UINT16_MAX;
    if (r->whole_max < most)
        r->whole_max = (uint16_t)most;
}

bool pool_was_limited(const struct pool *pool, uint32_t resolver, size_t len, size_t most)
{
    return len <= most && len <= pool->resolvers[resolver].whole_max;
}

void pool_note_limited(struct pool *pool, uint32_t resolver, mono_ns elapsed, mono_ns now)
{
    operators_note_limited(pool->operators, pool->resolvers[resolver].operator_index, elapsed, now);
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
            pool_end_trial(pool, r);
            pool_tell(pool, (struct pool_event){.resolver = resolver, .is_back = true});
            operators_renew(pool->operators, r->operator_index, now);
            pool_activate(pool, resolver, now);
        }
        break;
    case POOL_REFUSED:
        r->silent_run = 0;
        r->refused_run++;
        /* One that has answered refuses this zone, or this rate; others know which. */
        if (r->state == POOL_PROBATION || (!r->has_answered && r->refused_run >= BENCH_REFUSED))
            pool_bench(pool, resolver, POOL_BENCH_REFUSING, now);
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
