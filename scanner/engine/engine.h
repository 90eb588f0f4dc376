// SPDX-License-Identifier: BSD-2-Clause
/* The engine: sends questions to resolvers, says what came back. It moves queries,
 * checks that a reply is the reply to what was asked, and decides nothing about names.
 *
 * One loop turn:
 *   1. Receive a bounded batch from each readable socket. Refuse in separate steps,
 *      each with its own counter: too short, not a response, opcode, unknown id, wrong
 *      source, wrong question, wrong class. A header-only FORMERR, NOTIMP, REFUSED or
 *      SERVFAIL, right in id and source, passes: it is trouble with that resolver.
 *      A refused datagram is as if it had not come: the slot goes on waiting.
 *   2. What passes is shown to the `reply` handler, which collects: it may read the
 *      bytes and note a decision, but sends, frees and prints nothing.
 *   3. Deadlines and ICMP errors are told to the `lost` handler, which collects too.
 *   4. The `act` handler, once: it drains what was collected and hands in new queries
 *      with engine_send. Then what was handed in leaves in one batch.
 * No path leads from receive to send inside one call.
 *
 * A query is a question in one of the engine's places, named by an index the caller
 * hands out. It may be tried many times; each try has a slot, an id and a port of its
 * own, and replies to earlier tries count as long as the question stands. When the
 * question is done with or replaced, engine_query_renew makes every open try a
 * stranger: their replies are then only counted as late.
 *
 * One worker's, no locks. All times are the wire's. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/query.h"
#include "dns/reply.h"
#include "engine/pool.h"
#include "engine/wire.h"
#include "model/counters.h"

struct engine; /* opaque */

enum engine_loss {
    ENGINE_TIMED_OUT,   /* this try's deadline; its reply may still come, and count */
    ENGINE_UNREACHABLE, /* ICMP error or no route */
    ENGINE_TCP_FAILED,  /* connection refused, reset, closed early or full */
};

/* Which try something is about. */
struct engine_try {
    uint32_t resolver; /* in the pool */
    uint32_t rtt_us;   /* of this very try; replies only */
    bool is_newest;    /* the query's latest try; false: an earlier one, late */
    bool by_tcp;
    bool with_edns;
};

/* A message that is as if it had not come. What it may point to is borrowed. */
struct engine_refusal {
    enum reject why;
    uint32_t query;                  /* whose slot it hit; POOL_NONE: nobody's */
    uint32_t resolver;               /* whom that slot asked; POOL_NONE */
    const struct wire_address *from; /* NULL: it came by TCP */
    const struct reply *reply;       /* NULL: not even a header */
};

struct engine_handlers {
    void *ctx;
    /* False: the message is damaged, and is as if it had not come. */
    bool (*reply)(void *ctx, uint32_t query, const struct reply *reply,
                  const struct engine_try *try);
    void (*lost)(void *ctx, uint32_t query, enum engine_loss loss, const struct engine_try *try);
    /* A message was refused: collect only. NULL: nobody wants to know. */
    void (*refused)(void *ctx, const struct engine_refusal *refusal);
    /* Returns when to be called again at the latest, whatever arrives. */
    mono_ns (*act)(void *ctx, mono_ns now);
};

struct engine_params {
    struct wire *wire;         /* borrowed */
    struct pool *pool;         /* borrowed */
    struct rng *rng;           /* borrowed */
    struct counters *counters; /* the worker's */
    uint32_t query_count;      /* places */
    mono_ns timeout;           /* longest wait for one answer */
};

/* How one try is to be sent. */
struct engine_send {
    uint32_t resolver;
    mono_ns wait;   /* until it is told lost; at most the timeout */
    unsigned flags; /* enum query_flags; EDNS is left out where the resolver cannot */
    bool by_tcp;
};

MUST_CHECK int engine_create(struct engine **out, const struct engine_params *params);
void engine_destroy(struct engine *engine);
/* Runs turns until engine_stop. ERR_NOMEM, ERR_IO. */
MUST_CHECK int engine_run(struct engine *engine, const struct engine_handlers *handlers);
void engine_stop(struct engine *engine);

/* The question of a place, to be written while no try is open under it (that is,
 * right after engine_query_renew). */
struct question *engine_question(struct engine *engine, uint32_t query);
void engine_query_renew(struct engine *engine, uint32_t query);

/* How many tries can still be handed in this turn for a family. */
uint32_t engine_room(const struct engine *engine, unsigned family);
/* Only from `act`. ERR_FULL: no room this turn, no free id, or no connection;
 * ERR_NOMEM. */
MUST_CHECK int engine_send(struct engine *engine, uint32_t query, const struct engine_send *send);

/* Tries sent and neither answered nor given up. */
uint32_t engine_in_flight(const struct engine *engine);

/* A resolver that was found not to keep the letter case of questions, each once (of very
 * many at a time, some are left out); false: none. */
bool engine_next_caseless(struct engine *engine, uint32_t *resolver);

#endif
