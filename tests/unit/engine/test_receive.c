// SPDX-License-Identifier: BSD-2-Clause
/* engine/receive.c: what is told of refused messages, to whoever wants to know. Stands on the
 * simulated network. */
#include "tests/unit/engine/help.h"

#include "engine/engine.h"
#include "tests/fake/clock.h"
#include "tests/fake/net.h"

#define TOLD_MAX 8
#define END      (500 * NS_PER_MS)

struct told {
    enum reject why;
    uint32_t query, resolver;
    uint16_t from_port; /* 0: by TCP */
    bool has_reply;
};

static struct bench {
    struct wire *wire;
    struct pool *pool;
    struct engine *engine;
    struct counters counters;
    struct rng rng;
    mono_ns start;
    bool has_sent, is_deaf;
    struct told told[TOLD_MAX];
    unsigned told_count, reply_count;
    void (*serve)(const struct net_query *query, uint8_t *reply, size_t len);
} b;

static void on_query(void *ctx, const struct net_query *query)
{
    uint8_t reply[512];
    (void)ctx;
    memcpy(reply, query->data, query->len);
    reply[2] |= 0x80;
    b.serve(query, reply, query->len);
}

static bool on_reply(void *ctx, uint32_t query, const struct reply *reply,
                     const struct engine_try *try)
{
    (void)ctx;
    (void)query;
    (void)reply;
    (void)try;
    b.reply_count++;
    return !b.is_deaf;
}

static void on_lost(void *ctx, uint32_t query, enum engine_loss loss, const struct engine_try *try)
{
    (void)ctx;
    (void)query;
    (void)loss;
    (void)try;
}

static void on_refused(void *ctx, const struct engine_refusal *refusal)
{
    (void)ctx;
    assert_true(b.told_count < TOLD_MAX);
    b.told[b.told_count++] = (struct told){
        .why = refusal->why,
        .query = refusal->query,
        .resolver = refusal->resolver,
        .from_port = refusal->from ? ntohs(refusal->from->sa.v4.sin_port) : 0,
        .has_reply = refusal->reply != NULL,
    };
}

static mono_ns on_act(void *ctx, mono_ns now)
{
    (void)ctx;
    const struct engine_send send = {.resolver = 1, .wait = NS_PER_S};
    if (!b.has_sent)
        assert_int_equal(engine_send(b.engine, 2, &send), 0);
    b.has_sent = true;
    if (now - b.start >= END)
        engine_stop(b.engine);
    return b.start + END;
}

/* Resolvers at ports 53 and 54; one query, number 2, goes to the second. */
static void run(void (*serve)(const struct net_query *query, uint8_t *reply, size_t len),
                bool wants_to_know)
{
    const struct pool_entry entries[] = {
        {.address = address_v4("192.0.2.1", 53), .operator_key = 0},
        {.address = address_v4("192.0.2.1", 54), .operator_key = 1}};
    bool is_deaf = b.is_deaf;
    memset(&b, 0, sizeof b);
    b.is_deaf = is_deaf;
    b.rng = fixed_rng(5);
    b.serve = serve;
    const struct net_server server = {.ctx = &b, .query = on_query};
    net_install(&server);
    fake_clock_set(FAKE_CLOCK_START);
    b.start = clock_mono_ns();
    const struct wire_params wire = {.socket_count = {1, 0}, .rng = &b.rng};
    assert_int_equal(wire_open(&b.wire, &wire), 0);
    assert_int_equal(pool_create(&b.pool, entries, 2, 16, &b.rng, b.start), 0);
    const struct engine_params params = {.wire = b.wire,
                                         .pool = b.pool,
                                         .rng = &b.rng,
                                         .counters = &b.counters,
                                         .query_count = 3,
                                         .timeout = NS_PER_S};
    assert_int_equal(engine_create(&b.engine, &params), 0);
    question_init(engine_question(b.engine, 2), (const uint8_t *)"\3www\7example", 13, 1);
    const struct engine_handlers handlers = {.ctx = &b,
                                             .reply = on_reply,
                                             .lost = on_lost,
                                             .refused = wants_to_know ? on_refused : NULL,
                                             .act = on_act};
    assert_int_equal(engine_run(b.engine, &handlers), 0);
    engine_destroy(b.engine);
    pool_destroy(b.pool);
    wire_close(b.wire);
}

static void assert_told(enum reject why, uint32_t query, uint32_t resolver, uint16_t from_port,
                        bool has_reply)
{
    assert_int_equal(b.told_count, 1);
    assert_int_equal(b.told[0].why, why);
    assert_int_equal(b.told[0].query, query);
    assert_int_equal(b.told[0].resolver, resolver);
    assert_int_equal(b.told[0].from_port, from_port);
    assert_int_equal(b.told[0].has_reply, has_reply);
    assert_int_equal(counter_get(&b.counters.rejects[why]), 1);
}

static void serve_honestly(const struct net_query *query, uint8_t *reply, size_t len)
{
    net_reply(query, NS_PER_MS, NULL, reply, len);
}

static void serve_twice(const struct net_query *query, uint8_t *reply, size_t len)
{
    serve_honestly(query, reply, len);
    net_reply(query, 2 * NS_PER_MS, NULL, reply, len);
}

static void serve_from_elsewhere(const struct net_query *query, uint8_t *reply, size_t len)
{
    const struct wire_address other = address_v4("192.0.2.1", 53);
    net_reply(query, NS_PER_MS, &other, reply, len);
}

static void serve_another_question(const struct net_query *query, uint8_t *reply, size_t len)
{
    reply[13] = 'x';
    serve_honestly(query, reply, len);
}

static void serve_another_id(const struct net_query *query, uint8_t *reply, size_t len)
{
    reply[0] ^= 0x40;
    serve_honestly(query, reply, len);
}

static void serve_the_query(const struct net_query *query, uint8_t *reply, size_t len)
{
    reply[2] &= 0x7f;
    serve_honestly(query, reply, len);
}

static void serve_next_to_nothing(const struct net_query *query, uint8_t *reply, size_t len)
{
    (void)len;
    serve_honestly(query, reply, 5);
}

static void what_hits_a_slot_is_told_with_it(void **state)
{
    (void)state;
    run(serve_from_elsewhere, true);
    assert_told(REJECT_WRONG_SOURCE, 2, 1, 53, true);
    run(serve_another_question, true);
    assert_told(REJECT_WRONG_QUESTION, 2, 1, 54, true);
    run(serve_twice, true);
    assert_told(REJECT_DUPLICATE, 2, 1, 54, true);
    assert_int_equal(b.reply_count, 1);
}

static void what_hits_none_is_told_by_whence_it_came(void **state)
{
    (void)state;
    run(serve_another_id, true);
    assert_told(REJECT_UNKNOWN_ID, POOL_NONE, POOL_NONE, 54, true);
    run(serve_the_query, true);
    assert_told(REJECT_NOT_RESPONSE, POOL_NONE, POOL_NONE, 54, true);
    run(serve_next_to_nothing, true);
    assert_told(REJECT_SHORT, POOL_NONE, POOL_NONE, 54, false);
}

static void what_the_handler_calls_damaged_is_told(void **state)
{
    (void)state;
    b.is_deaf = true;
    run(serve_honestly, true);
    assert_told(REJECT_SHORT, 2, 1, 54, true);
    b.is_deaf = false;
}

static void nobody_has_to_listen(void **state)
{
    (void)state;
    run(serve_another_question, false);
    assert_int_equal(b.told_count, 0);
    assert_int_equal(counter_get(&b.counters.rejects[REJECT_WRONG_QUESTION]), 1);
    run(serve_honestly, true);
    assert_int_equal(b.told_count, 0);
    assert_int_equal(b.reply_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_hits_a_slot_is_told_with_it),
        cmocka_unit_test(what_hits_none_is_told_by_whence_it_came),
        cmocka_unit_test(what_the_handler_calls_damaged_is_told),
        cmocka_unit_test(nobody_has_to_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
