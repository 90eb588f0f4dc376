// SPDX-License-Identifier: BSD-2-Clause
/* engine/engine.c on the simulated network: tries by TCP. */
#include "tests/unit/engine/engine_world.h"

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
        cmocka_unit_test(a_closed_connection_fails_all_that_wait_on_it),
        cmocka_unit_test(a_datagram_is_no_answer_to_tcp),
        cmocka_unit_test(nobody_answers_for_another_by_tcp),
        cmocka_unit_test(idle_connections_are_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
