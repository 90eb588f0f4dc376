// SPDX-License-Identifier: BSD-2-Clause
/* The engine's insides, shared by engine.c (the turn, sending, what will not come) and
 * receive.c (what comes). Nobody else includes this. */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "engine/deadlines.h"
#include "engine/engine.h"
#include "engine/slots.h"
#include "engine/stream.h"

#define TCP_OUT_MAX  1024 /* queries on TCP; connections pipeline them */
#define CASELESS_MAX 64   /* resolvers to be told of a turn; more are not */

enum slot_flags { SLOT_WITH_EDNS = 1 << 0, SLOT_BY_TCP = 1 << 1, SLOT_MIXED = 1 << 2 };

/* A place for a query: its question, and what the tries refer to. */
struct place {
    uint32_t generation;
    slot_ref newest;
    struct question question;
};

struct staged {
    size_t first, count; /* entries of the wire's batch that wait to leave */
    unsigned socket;     /* by which they leave */
    slot_ref refs[WIRE_BATCH];
};

struct tcp_out {
    slot_ref ref;
    uint32_t stamp;
};

struct engine {
    struct wire *wire;
    struct pool *pool;
    struct rng *rng;
    struct counters *counters;
    const struct engine_handlers *handlers;
    struct place *places;
    struct slots *slots;
    struct deadlines *deadlines;
    struct streams *streams;
    const struct wire_address *from; /* of the datagram being looked at; NULL: TCP */
    mono_ns timeout, epoch, now, next_housekeeping;
    uint32_t in_flight;
    uint32_t unread_turns; /* in a row that left datagrams unread */
    int error;             /* sticky; ends the run */
    unsigned family_first[WIRE_FAMILIES + 1];
    unsigned tcp_table;
    struct staged staged[WIRE_FAMILIES];
    struct tcp_out tcp_out[TCP_OUT_MAX];
    uint32_t tcp_out_count;
    uint64_t case_secret;
    uint32_t caseless[CASELESS_MAX]; /* found not to keep case, not told yet */
    uint32_t caseless_count;
};

static inline uint32_t state_us(const struct engine *e, mono_ns at)
{
    return (uint32_t)((at - e->epoch) / NS_PER_US);
}

static inline bool state_is_open(const struct slot *slot)
{
    return slot->state == SLOT_SENT || slot->state == SLOT_LATE;
}

static inline mono_ns state_elapsed(const struct engine *e, slot_ref ref)
{
    uint32_t us = state_us(e, e->now) - slots_at(e->slots, ref)->sent_us;
    return (mono_ns)us * NS_PER_US;
}

static inline struct engine_try state_describe(const struct engine *e, slot_ref ref)
{
    const struct slot *slot = slots_at(e->slots, ref);
    return (struct engine_try){
        .resolver = slot->resolver,
        .rtt_us = state_us(e, e->now) - slot->sent_us,
        .is_newest = e->places[slot->query].newest == ref,
        .by_tcp = (slot->flags & SLOT_BY_TCP) != 0,
        .with_edns = (slot->flags & SLOT_WITH_EDNS) != 0,
    };
}

static inline void state_close(struct engine *e, slot_ref ref, enum slot_state to)
{
    const struct slot *slot = slots_at(e->slots, ref);
    if (slot->state == SLOT_SENT) {
        e->in_flight--;
        pool_release(e->pool, slot->resolver, e->now);
    }
    slots_move(e->slots, ref, to);
}

/* --- receive.c --- */

/* Takes a bounded part of what waits on SOCKET; true when more may be waiting. */
bool state_receive(struct engine *e, unsigned socket);
/* A message by TCP; CTX is the engine. */
void state_receive_stream(void *ctx, uint32_t resolver, const uint8_t *data, size_t len);

#endif
