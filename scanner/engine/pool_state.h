// SPDX-License-Identifier: BSD-2-Clause
/* The pool's insides, shared by pool.c (life, picking), pool_bench.c (who stands where) and
 * pool_note.c (what replies teach). Nobody else includes this. */
#ifndef ENGINE_POOL_STATE_H
#define ENGINE_POOL_STATE_H

#include "engine/guard.h"
#include "engine/operators.h"
#include "engine/pool.h"

#define POOL_EVENTS_MAX 64 /* a turn's worth; more happen only when everything goes down */

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
    struct pool_event events[POOL_EVENTS_MAX];
    uint32_t event_first, event_count;
};

/* --- pool_bench.c --- */

/* Takes one out of its operator's active ones, or back among them. */
void pool_deactivate(struct pool *pool, uint32_t resolver);
void pool_activate(struct pool *pool, uint32_t resolver, mono_ns now);
void pool_tell(struct pool *pool, struct pool_event event);
void pool_end_trial(struct pool *pool, struct pool_resolver *r);
void pool_bench(struct pool *pool, uint32_t resolver, enum pool_bench_reason reason, mono_ns now);
void pool_release_benched(struct pool *pool, mono_ns now);

#endif
