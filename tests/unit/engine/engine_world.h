// SPDX-License-Identifier: BSD-2-Clause
/* An engine on the simulated network, and resolvers that serve as they are told. */
#ifndef TESTS_UNIT_ENGINE_ENGINE_WORLD_H
#define TESTS_UNIT_ENGINE_ENGINE_WORLD_H

#include "tests/unit/engine/help.h"

#include <stdlib.h>

#include "engine/engine.h"
#include "engine/stream.h"
#include "tests/fake/clock.h"
#include "tests/fake/net.h"

#define TIMEOUT     (2 * NS_PER_S)
#define QUERIES     4096
#define SEEN_MAX    8192
#define TOLD_MAX    8192
#define END_DEFAULT (10 * NS_PER_S)

struct told {
    bool is_reply;
    enum engine_loss loss;
    uint32_t query;
    struct engine_try try;
    mono_ns at;
};

/* One engine, one resolver or more, and what happened. */
static struct bench {
    struct wire *wire;
    struct pool *pool;
    struct engine *engine;
    struct counters counters;
    struct rng rng;
    mono_ns start, end;
    mono_ns every; /* the step wants to be called so often; 0: when something happens */
    bool accepts;  /* what the reply handler returns */

    void (*step)(struct bench *b, mono_ns now); /* the test's part of `act` */
    unsigned turn;

    struct net_query seen[SEEN_MAX]; /* data not kept, but for the id */
    uint16_t ids[SEEN_MAX];
    uint32_t seen_count;
    void (*serve)(struct bench *b, const struct net_query *query, const uint8_t reply[512],
                  size_t len);

    struct told told[TOLD_MAX];
    uint32_t told_count;
    unsigned busy;
} bench;

static inline bool on_reply(void *ctx, uint32_t query, const struct reply *reply,
                            const struct engine_try *try)
{
    struct bench *b = ctx;
    (void)reply;
    assert_true(b->told_count < TOLD_MAX);
    b->told[b->told_count++] =
        (struct told){.is_reply = true, .query = query, .try = *try, .at = clock_mono_ns()};
    return b->accepts;
}

static inline void on_lost(void *ctx, uint32_t query, enum engine_loss loss,
                           const struct engine_try *try)
{
    struct bench *b = ctx;
    assert_true(b->told_count < TOLD_MAX);
    b->told[b->told_count++] =
        (struct told){.loss = loss, .query = query, .try = *try, .at = clock_mono_ns()};
}

static inline mono_ns on_act(void *ctx, mono_ns now)
{
    struct bench *b = ctx;
    b->turn++;
    if (b->step)
        b->step(b, now);
    if (now - b->start >= b->end)
        engine_stop(b->engine);
    return b->every ? now + b->every : b->start + b->end;
}

/* The honest reply is the query with QR set and no OPT: NOERROR without data. */
static inline void on_query(void *ctx, const struct net_query *query)
{
    struct bench *b = ctx;
    uint8_t reply[512];
    assert_true(b->seen_count < SEEN_MAX && query->len <= sizeof reply);
    b->seen[b->seen_count] = *query;
    b->ids[b->seen_count++] = (uint16_t)(query->data[0] << 8 | query->data[1]);
    memcpy(reply, query->data, query->len);
    reply[2] |= 0x80;
    reply[11] = 0;
    size_t len = query->len - (query->data[11] ? DNS_OPT_LEN : 0);
    if (b->serve)
        b->serve(b, query, reply, len);
    else
        net_reply(query, 20 * NS_PER_MS, NULL, reply, len);
}

static inline enum wire_send_result on_send(void *ctx, const struct wire_address *to)
{
    struct bench *b = ctx;
    (void)to;
    if (b->busy == 0)
        return WIRE_SENT;
    b->busy--;
    return WIRE_BUSY;
}

static inline void set_up(uint32_t resolvers)
{
    struct pool_entry entries[16];
    memset(&bench, 0, sizeof bench);
    bench.rng = fixed_rng(9);
    bench.accepts = true;
    bench.end = END_DEFAULT;
    const struct net_server server = {.ctx = &bench, .query = on_query, .send = on_send};
    net_install(&server);
    fake_clock_set(FAKE_CLOCK_START);
    for (uint32_t i = 0; i < resolvers; i++)
        entries[i] = (struct pool_entry){.address = address_v4("192.0.2.1", (uint16_t)(53 + i)),
                                         .operator_key = i};
    const struct wire_params wire = {.socket_count = {4, 0}, .rng = &bench.rng};
    bench.start = clock_mono_ns();
    assert_int_equal(wire_open(&bench.wire, &wire), 0);
    assert_int_equal(pool_create(&bench.pool, entries, resolvers, QUERIES, &bench.rng, bench.start),
                     0);
    const struct engine_params params = {.wire = bench.wire,
                                         .pool = bench.pool,
                                         .rng = &bench.rng,
                                         .counters = &bench.counters,
                                         .query_count = QUERIES,
                                         .timeout = TIMEOUT};
    assert_int_equal(engine_create(&bench.engine, &params), 0);
    for (uint32_t q = 0; q < QUERIES; q++)
        question_init(engine_question(bench.engine, q), (const uint8_t *)"\3www\7example", 13, 1);
}

static inline void run(void (*step)(struct bench *b, mono_ns now))
{
    const struct engine_handlers handlers = {
        .ctx = &bench, .reply = on_reply, .lost = on_lost, .act = on_act};
    bench.step = step;
    assert_int_equal(engine_run(bench.engine, &handlers), 0);
}

static inline void tear_down(void)
{
    engine_destroy(bench.engine);
    pool_destroy(bench.pool);
    wire_close(bench.wire);
}

static inline int send_query(struct bench *b, uint32_t query, mono_ns wait, bool by_tcp)
{
    const struct engine_send send = {.wait = wait, .flags = QUERY_EDNS, .by_tcp = by_tcp};
    return engine_send(b->engine, query, &send);
}

static inline void send_once(struct bench *b, mono_ns now)
{
    (void)now;
    if (b->turn == 1)
        assert_int_equal(send_query(b, 0, NS_PER_S, false), 0);
}

static inline void serve_nothing(struct bench *b, const struct net_query *query,
                                 const uint8_t reply[512], size_t len)
{
    (void)b;
    (void)query;
    (void)reply;
    (void)len;
}

#endif
