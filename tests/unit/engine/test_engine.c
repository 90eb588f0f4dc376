// SPDX-License-Identifier: BSD-2-Clause
/* engine/engine.c on the simulated network: what a try's life looks like from outside.
 * The reply checks one by one are told as scenarios (tests/scenario/forged_*). */
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

static bool on_reply(void *ctx, uint32_t query, const struct reply *reply,
                     const struct engine_try *try)
{
    struct bench *b = ctx;
    (void)reply;
    assert_true(b->told_count < TOLD_MAX);
    b->told[b->told_count++] =
        (struct told){.is_reply = true, .query = query, .try = *try, .at = clock_mono_ns()};
    return b->accepts;
}

static void on_lost(void *ctx, uint32_t query, enum engine_loss loss, const struct engine_try *try)
{
    struct bench *b = ctx;
    assert_true(b->told_count < TOLD_MAX);
    b->told[b->told_count++] =
        (struct told){.loss = loss, .query = query, .try = *try, .at = clock_mono_ns()};
}

static mono_ns on_act(void *ctx, mono_ns now)
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
static void on_query(void *ctx, const struct net_query *query)
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

static enum wire_send_result on_send(void *ctx, const struct wire_address *to)
{
    struct bench *b = ctx;
    (void)to;
    if (b->busy == 0)
        return WIRE_SENT;
    b->busy--;
    return WIRE_BUSY;
}

static void set_up(uint32_t resolvers)
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

static void run(void (*step)(struct bench *b, mono_ns now))
{
    const struct engine_handlers handlers = {
        .ctx = &bench, .reply = on_reply, .lost = on_lost, .act = on_act};
    bench.step = step;
    assert_int_equal(engine_run(bench.engine, &handlers), 0);
}

static void tear_down(void)
{
    engine_destroy(bench.engine);
    pool_destroy(bench.pool);
    wire_close(bench.wire);
}

static int send_query(struct bench *b, uint32_t query, mono_ns wait, bool by_tcp)
{
    const struct engine_send send = {.wait = wait, .flags = QUERY_EDNS, .by_tcp = by_tcp};
    return engine_send(b->engine, query, &send);
}

static void send_once(struct bench *b, mono_ns now)
{
    (void)now;
    if (b->turn == 1)
        assert_int_equal(send_query(b, 0, NS_PER_S, false), 0);
}

static void a_try_is_sent_and_its_reply_told(void **state)
{
    (void)state;
    set_up(1);
    run(send_once);
    assert_int_equal(bench.seen_count, 1);
    assert_int_equal(bench.told_count, 1);
    assert_true(bench.told[0].is_reply && bench.told[0].try.is_newest);
    assert_true(bench.told[0].try.with_edns);
    assert_false(bench.told[0].try.by_tcp);
    assert_int_equal(bench.told[0].try.rtt_us, 20000);
    assert_int_equal(engine_in_flight(bench.engine), 0);
    assert_int_equal(counter_get(&bench.counters.queries), 1);
    assert_int_equal(counter_get(&bench.counters.answers), 1);
    assert_int_equal(counter_get(&bench.counters.timeouts), 0);
    tear_down();
}

static void serve_nothing(struct bench *b, const struct net_query *query, const uint8_t reply[512],
                          size_t len)
{
    (void)b;
    (void)query;
    (void)reply;
    (void)len;
}

static void silence_is_told_once_at_its_deadline(void **state)
{
    (void)state;
    set_up(1);
    bench.serve = serve_nothing;
    run(send_once);
    assert_int_equal(bench.told_count, 1);
    assert_false(bench.told[0].is_reply);
    assert_int_equal(bench.told[0].loss, ENGINE_TIMED_OUT);
    assert_int_equal(bench.told[0].at - bench.start, NS_PER_S); /* a half of the longest */
    assert_int_equal(counter_get(&bench.counters.timeouts), 1);
    assert_int_equal(engine_in_flight(bench.engine), 0);
    tear_down();
}

static void a_damaged_reply_leaves_the_try_waiting(void **state)
{
    (void)state;
    set_up(1);
    bench.accepts = false;
    run(send_once);
    assert_int_equal(bench.told_count, 2);
    assert_true(bench.told[0].is_reply);
    assert_int_equal(bench.told[1].loss, ENGINE_TIMED_OUT);
    assert_int_equal(counter_get(&bench.counters.answers), 0);
    assert_int_equal(counter_get(&bench.counters.rejects[REJECT_SHORT]), 1);
    tear_down();
}

/* The first try's reply comes LATENESS after its deadline of 1 s, while a second is out. */
static mono_ns lateness;

static void serve_first_late(struct bench *b, const struct net_query *query,
                             const uint8_t reply[512], size_t len)
{
    if (b->seen_count == 1)
        net_reply(query, NS_PER_S + lateness, NULL, reply, len);
}

static void send_again_when_lost(struct bench *b, mono_ns now)
{
    send_once(b, now);
    if (b->told_count == 1 && b->seen_count == 1)
        assert_int_equal(send_query(b, 0, TIMEOUT, false), 0);
}

static void a_late_reply_counts_for_the_longest_wait(void **state)
{
    (void)state;
    for (int is_too_late = 0; is_too_late < 2; is_too_late++) {
        set_up(1);
        lateness = TIMEOUT + (is_too_late ? NS_PER_MS : -NS_PER_MS);
        bench.serve = serve_first_late;
        run(send_again_when_lost);
        assert_int_equal(counter_get(&bench.counters.answers), !is_too_late);
        assert_int_equal(counter_get(&bench.counters.rejects[REJECT_UNKNOWN_ID]), is_too_late);
        if (!is_too_late) {
            assert_true(bench.told[1].is_reply);
            assert_false(bench.told[1].try.is_newest);
            assert_int_equal(bench.told[1].try.rtt_us, (NS_PER_S + lateness) / NS_PER_US);
        }
        tear_down();
    }
}

static void renew_before_the_reply(struct bench *b, mono_ns now)
{
    send_once(b, now);
    if (b->turn == 1)
        engine_query_renew(b->engine, 0);
}

static void replies_to_a_settled_question_are_only_counted(void **state)
{
    (void)state;
    set_up(1);
    run(renew_before_the_reply);
    assert_int_equal(bench.told_count, 0);
    assert_int_equal(counter_get(&bench.counters.late_replies), 1);
    assert_int_equal(counter_get(&bench.counters.answers), 0);
    assert_int_equal(engine_in_flight(bench.engine), 0);
    tear_down();
}

static void send_all_there_is_room_for(struct bench *b, mono_ns now)
{
    uint32_t count = 0;
    (void)now;
    if (b->turn != 1)
        return;
    while (send_query(b, count, NS_PER_S, false) == 0)
        count++;
    assert_int_equal(count, WIRE_BATCH);
    assert_int_equal(engine_room(b->engine, 0), 0);
    assert_int_equal(engine_in_flight(b->engine), WIRE_BATCH);
}

static void a_turn_sends_one_batch(void **state)
{
    (void)state;
    set_up(1);
    run(send_all_there_is_room_for);
    assert_int_equal(bench.seen_count, WIRE_BATCH);
    assert_int_equal(bench.told_count, WIRE_BATCH);
    for (uint32_t i = 1; i < WIRE_BATCH; i++) /* one batch, one port */
        assert_int_equal(bench.seen[i].port, bench.seen[0].port);
    tear_down();
}

static void a_busy_kernel_delays_and_doubles_nothing(void **state)
{
    (void)state;
    set_up(1);
    bench.busy = 5;
    run(send_all_there_is_room_for);
    assert_int_equal(bench.seen_count, WIRE_BATCH);
    assert_int_equal(bench.told_count, WIRE_BATCH);
    assert_true(bench.seen[0].at > bench.start);
    tear_down();
}

static void send_many_times(struct bench *b, mono_ns now)
{
    (void)now;
    for (int i = 0; i < 32 && b->seen_count < 4000; i++)
        (void)send_query(b, (uint32_t)i, NS_PER_MS, false);
}

/* Tries of the same few questions: each with an id of its own among those of its port
 * that are still remembered, over all ports. */
static void every_try_has_an_id_of_its_own(void **state)
{
    unsigned by_port[4] = {0};
    (void)state;
    set_up(1);
    bench.serve = serve_nothing;
    bench.end = 100 * NS_PER_MS;
    bench.every = NS_PER_MS;
    run(send_many_times);
    assert_in_range(bench.seen_count, 500, SEEN_MAX);
    for (uint32_t i = 0; i < bench.seen_count; i++) {
        by_port[bench.seen[i].port]++;
        for (uint32_t j = 0; j < i; j++)
            assert_false(bench.ids[i] == bench.ids[j] && bench.seen[i].port == bench.seen[j].port);
    }
    for (int i = 0; i < 4; i++)
        assert_true(by_port[i] > bench.seen_count / 10);
    tear_down();
}

static void serve_bounce(struct bench *b, const struct net_query *query, const uint8_t reply[512],
                         size_t len)
{
    (void)reply;
    (void)len;
    (void)b;
    net_bounce(query, 5 * NS_PER_MS);
    net_bounce(query, 6 * NS_PER_MS); /* a second one means nothing any more */
}

static void an_icmp_error_ends_its_try_at_once(void **state)
{
    (void)state;
    set_up(1);
    bench.serve = serve_bounce;
    run(send_once);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].loss, ENGINE_UNREACHABLE);
    assert_int_equal(bench.told[0].at - bench.start, 5 * NS_PER_MS);
    assert_int_equal(counter_get(&bench.counters.unreachable), 1);
    assert_int_equal(counter_get(&bench.counters.timeouts), 0);
    tear_down();
}

/* An error about another datagram: the right id, but to somebody else. */
static void serve_foreign_bounce(struct bench *b, const struct net_query *query,
                                 const uint8_t reply[512], size_t len)
{
    struct net_query other = *query;
    (void)b;
    other.to = address_v4("192.0.2.9", 53);
    net_bounce(&other, 5 * NS_PER_MS);
    net_reply(query, 20 * NS_PER_MS, NULL, reply, len);
}

static void an_icmp_error_about_another_address_is_ignored(void **state)
{
    (void)state;
    set_up(1);
    bench.serve = serve_foreign_bounce;
    run(send_once);
    assert_int_equal(bench.told_count, 1);
    assert_true(bench.told[0].is_reply);
    assert_int_equal(counter_get(&bench.counters.unreachable), 0);
    tear_down();
}

static void send_many_by_tcp(struct bench *b, mono_ns now)
{
    (void)now;
    if (b->turn != 1)
        return;
    for (uint32_t q = 0; q < 10; q++)
        assert_int_equal(send_query(b, q, NS_PER_S, true), 0);
}

static void serve_stream(struct bench *b, const struct net_query *query, const uint8_t reply[512],
                         size_t len)
{
    uint8_t framed[514] = {(uint8_t)(len >> 8), (uint8_t)len};
    (void)b;
    memcpy(framed + 2, reply, len);
    net_stream(query, NS_PER_MS, framed, len + 2, 0, 0);
}

static void serve_three_and_close(struct bench *b, const struct net_query *query,
                                  const uint8_t reply[512], size_t len)
{
    if (b->seen_count <= 3)
        serve_stream(b, query, reply, len);
    else if (b->seen_count == 4)
        net_close(query, 50 * NS_PER_MS);
}

static void a_closed_connection_fails_all_that_wait_on_it(void **state)
{
    unsigned replies = 0, failures = 0;
    (void)state;
    set_up(1);
    bench.serve = serve_three_and_close;
    run(send_many_by_tcp);
    for (uint32_t i = 0; i < bench.told_count; i++) {
        assert_true(bench.told[i].try.by_tcp);
        replies += bench.told[i].is_reply;
        failures += !bench.told[i].is_reply && bench.told[i].loss == ENGINE_TCP_FAILED;
    }
    assert_int_equal(replies, 3);
    assert_int_equal(failures, 7);
    assert_int_equal(bench.told_count, 10);
    assert_int_equal(engine_in_flight(bench.engine), 0);
    assert_int_equal(net_connections(), 0);
    tear_down();
}

/* An answer by UDP to a question asked by TCP, and the other way about, is a stranger's:
 * ids of the two are told apart. */
static void serve_by_udp(struct bench *b, const struct net_query *query, const uint8_t reply[512],
                         size_t len)
{
    struct net_query by_udp = *query;
    (void)b;
    by_udp.by_tcp = false;
    by_udp.port = 0;
    net_reply(&by_udp, NS_PER_MS, NULL, reply, len);
}

static void a_datagram_is_no_answer_to_tcp(void **state)
{
    (void)state;
    set_up(1);
    bench.serve = serve_by_udp;
    run(send_many_by_tcp);
    for (uint32_t i = 0; i < bench.told_count; i++)
        assert_false(bench.told[i].is_reply);
    assert_int_equal(counter_get(&bench.counters.rejects[REJECT_UNKNOWN_ID]), 10);
    tear_down();
}

/* Resolver 1 answers what resolver 0 was asked: right id, right question, right transport. */
static struct net_query asked_of_0;

static void serve_by_the_other(struct bench *b, const struct net_query *query,
                               const uint8_t reply[512], size_t len)
{
    static uint8_t of_0[512];
    (void)b;
    if (ntohs(query->to.sa.v4.sin_port) == 53) {
        asked_of_0 = *query;
        memcpy(of_0, reply, len);
        return;
    }
    uint8_t framed[514] = {(uint8_t)(len >> 8), (uint8_t)len};
    memcpy(framed + 2, of_0, len);
    net_stream(query, NS_PER_MS, framed, len + 2, 0, 0);
}

static void send_one_to_each(struct bench *b, mono_ns now)
{
    (void)now;
    for (uint32_t q = 0; b->turn == 1 && q < 2; q++) {
        const struct engine_send send = {.resolver = q, .wait = NS_PER_S, .by_tcp = true};
        assert_int_equal(engine_send(b->engine, q, &send), 0);
    }
}

static void nobody_answers_for_another_by_tcp(void **state)
{
    (void)state;
    set_up(2);
    bench.serve = serve_by_the_other;
    run(send_one_to_each);
    assert_int_equal(asked_of_0.by_tcp, true);
    assert_int_equal(counter_get(&bench.counters.answers), 0);
    assert_int_equal(counter_get(&bench.counters.rejects[REJECT_WRONG_SOURCE]), 1);
    tear_down();
}

static void idle_connections_are_given_back(void **state)
{
    (void)state;
    set_up(1);
    bench.serve = serve_stream;
    bench.end = STREAM_IDLE - NS_PER_S;
    run(send_many_by_tcp);
    assert_int_equal(bench.told_count, 10);
    assert_int_equal(net_connections(), 1);
    tear_down();
    set_up(1);
    bench.serve = serve_stream;
    bench.end = STREAM_IDLE + NS_PER_S;
    run(send_many_by_tcp);
    assert_int_equal(net_connections(), 0);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_try_is_sent_and_its_reply_told),
        cmocka_unit_test(silence_is_told_once_at_its_deadline),
        cmocka_unit_test(a_damaged_reply_leaves_the_try_waiting),
        cmocka_unit_test(a_late_reply_counts_for_the_longest_wait),
        cmocka_unit_test(replies_to_a_settled_question_are_only_counted),
        cmocka_unit_test(a_turn_sends_one_batch),
        cmocka_unit_test(a_busy_kernel_delays_and_doubles_nothing),
        cmocka_unit_test(every_try_has_an_id_of_its_own),
        cmocka_unit_test(an_icmp_error_ends_its_try_at_once),
        cmocka_unit_test(an_icmp_error_about_another_address_is_ignored),
        cmocka_unit_test(a_closed_connection_fails_all_that_wait_on_it),
        cmocka_unit_test(a_datagram_is_no_answer_to_tcp),
        cmocka_unit_test(nobody_answers_for_another_by_tcp),
        cmocka_unit_test(idle_connections_are_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
