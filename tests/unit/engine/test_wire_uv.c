// SPDX-License-Identifier: BSD-2-Clause
/* engine/wire_uv.c on real loopback: turns on time, what is readable, TCP both ways. */
#include "tests/unit/engine/help.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/wire.h"

#define GIVE_UP (5 * NS_PER_S) /* of real time, for one case */
#define TURNS   10000000

/* One wire and what the case does in its turns. */
static struct {
    struct wire *wire;
    mono_ns start;
    unsigned turns;
    mono_ns (*step)(mono_ns now);
    unsigned opened, closed;
    uint8_t data[1 << 17];
    size_t len;
    int peer, accepted; /* the test's own sockets */
    struct wire_address to;
    int connection;
} run_state;

static struct rng rng;

static mono_ns on_turn(void *ctx, mono_ns now)
{
    (void)ctx;
    if (++run_state.turns > TURNS || now - run_state.start > GIVE_UP)
        fail_msg("the case does not end");
    return run_state.step(now);
}

static void on_stream(void *ctx, uint32_t connection, enum wire_stream_event event,
                      const uint8_t *data, size_t len)
{
    (void)ctx;
    if (run_state.connection < 0)
        return; /* many, and nobody looks at them */
    assert_int_equal(connection, run_state.connection);
    switch (event) {
    case WIRE_STREAM_OPEN:
        run_state.opened++;
        break;
    case WIRE_STREAM_DATA:
        assert_true(len <= sizeof run_state.data - run_state.len);
        memcpy(run_state.data + run_state.len, data, len);
        run_state.len += len;
        break;
    case WIRE_STREAM_CLOSED:
        run_state.closed++;
        break;
    }
}

static void set_up(void)
{
    memset(&run_state, 0, sizeof run_state);
    run_state.peer = run_state.accepted = -1;
    rng = fixed_rng((uint8_t)getpid());
    const struct wire_params params = {
        .socket_count = {2, 0}, .bind = {address_v4("127.0.0.3", 0)}, .rng = &rng};
    assert_int_equal(wire_open(&run_state.wire, &params), 0);
    assert_int_equal(wire_socket_count(run_state.wire), 2);
    run_state.start = wire_now(run_state.wire);
}

static void run(mono_ns (*step)(mono_ns now))
{
    const struct wire_handlers handlers = {.turn = on_turn, .stream = on_stream};
    run_state.step = step;
    assert_int_equal(wire_run(run_state.wire, &handlers), 0);
}

static void tear_down(void)
{
    wire_close(run_state.wire);
    if (run_state.peer >= 0)
        close(run_state.peer);
    if (run_state.accepted >= 0)
        close(run_state.accepted);
}

/* A socket of KIND listening on loopback; its address becomes run_state.to. */
static void open_peer(int kind)
{
    run_state.to = address_v4("127.0.0.1", 0);
    socklen_t len = run_state.to.len;
    run_state.peer = socket(AF_INET, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(run_state.peer, &run_state.to.sa.any, len), 0);
    if (kind == SOCK_STREAM)
        assert_int_equal(listen(run_state.peer, 1), 0);
    assert_int_equal(getsockname(run_state.peer, &run_state.to.sa.any, &len), 0);
}

/* --- turns --- */

#define PAUSE (30 * NS_PER_MS)

static mono_ns stop_after_a_pause(mono_ns now)
{
    if (now - run_state.start >= PAUSE)
        wire_stop(run_state.wire);
    return run_state.start + PAUSE;
}

static void a_turn_comes_when_asked_for_and_not_all_the_time(void **state)
{
    (void)state;
    set_up();
    run(stop_after_a_pause);
    mono_ns took = wire_now(run_state.wire) - run_state.start;
    assert_true(took >= PAUSE);
    assert_true(took < PAUSE + NS_PER_S);
    assert_in_range(run_state.turns, 2, 10); /* it slept */
    tear_down();
}

static void a_wire_may_run_again(void **state)
{
    (void)state;
    set_up();
    for (int i = 0; i < 2; i++) {
        run_state.start = wire_now(run_state.wire);
        run_state.turns = 0;
        run(stop_after_a_pause);
        assert_true(wire_now(run_state.wire) - run_state.start >= PAUSE);
        assert_in_range(run_state.turns, 2, 10);
    }
    tear_down();
}

static mono_ns count_turns(mono_ns now)
{
    if (run_state.turns == 1000)
        wire_stop(run_state.wire);
    return now;
}

static void a_turn_asked_for_at_once_does_not_sleep(void **state)
{
    (void)state;
    set_up();
    run(count_turns);
    assert_true(wire_now(run_state.wire) - run_state.start < NS_PER_S);
    tear_down();
}

/* An early wish stays in force although a later one was asked for before. */
static mono_ns wish_late_then_early(mono_ns now)
{
    if (now - run_state.start >= PAUSE)
        wire_stop(run_state.wire);
    return run_state.turns == 1 ? now + NS_PER_MS : run_state.start + PAUSE;
}

static void wishes_may_change_between_turns(void **state)
{
    (void)state;
    set_up();
    run(wish_late_then_early);
    assert_true(wire_now(run_state.wire) - run_state.start < PAUSE + NS_PER_S);
    tear_down();
}

/* --- UDP --- */

static mono_ns send_then_wait_for_reply(mono_ns now)
{
    struct wire_datagram in[WIRE_BATCH];
    if (run_state.turns == 1) {
        struct wire_batch *batch = wire_batch(run_state.wire, 0);
        size_t first = 0;
        batch->len[0] = 4;
        memcpy(batch->data[0], "ping", 4);
        batch->to[0] = &run_state.to;
        assert_int_equal(wire_send(run_state.wire, 1, &first, 1), WIRE_SENT);
        struct pollfd p = {.fd = run_state.peer, .events = POLLIN};
        struct sockaddr_in from;
        socklen_t len = sizeof from;
        char got[8];
        assert_int_equal(poll(&p, 1, 2000), 1);
        assert_int_equal(recvfrom(run_state.peer, got, 8, 0, (struct sockaddr *)&from, &len), 4);
        assert_int_equal(ntohl(from.sin_addr.s_addr), 0x7f000003);
        assert_int_equal(sendto(run_state.peer, "pong", 4, 0, (struct sockaddr *)&from, len), 4);
    }
    assert_false(wire_is_readable(run_state.wire, 0));
    if (wire_is_readable(run_state.wire, 1)) {
        assert_int_equal(wire_receive(run_state.wire, 1, in), 1);
        assert_memory_equal(in[0].data, "pong", 4);
        assert_true(wire_address_equal(in[0].from, &run_state.to));
        assert_false(wire_is_readable(run_state.wire, 1)); /* drained */
        wire_stop(run_state.wire);
    }
    return now + NS_PER_S;
}

static void a_reply_wakes_the_loop(void **state)
{
    (void)state;
    set_up();
    open_peer(SOCK_DGRAM);
    run(send_then_wait_for_reply);
    assert_true(wire_now(run_state.wire) - run_state.start < NS_PER_S);
    tear_down();
}

static unsigned bounces;

/* Sends to nobody twice, the second time after the first bounce was read: the watch must
 * have survived the error. */
static mono_ns send_to_nobody(mono_ns now)
{
    struct wire_bounce bounce;
    if (run_state.turns == 1 || bounces == 1) {
        struct wire_batch *batch = wire_batch(run_state.wire, 0);
        size_t first = 0;
        batch->len[0] = 20;
        memcpy(batch->data[0], bounces ? "\0\2" : "\0\1", 2);
        batch->to[0] = &run_state.to;
        assert_int_equal(wire_send(run_state.wire, 0, &first, 1), WIRE_SENT);
        bounces += bounces == 1;
    }
    while (wire_is_readable(run_state.wire, 0) && wire_next_bounce(run_state.wire, 0, &bounce)) {
        assert_int_equal(bounce.id, bounces ? 2 : 1);
        assert_true(wire_address_equal(&bounce.to, &run_state.to));
        bounces++;
    }
    if (bounces == 3)
        wire_stop(run_state.wire);
    return bounces == 1 ? now : now + NS_PER_S;
}

static void bounces_wake_the_loop_again_and_again(void **state)
{
    (void)state;
    set_up();
    open_peer(SOCK_DGRAM);
    close(run_state.peer);
    run_state.peer = -1;
    bounces = 0;
    run(send_to_nobody);
    assert_true(wire_now(run_state.wire) - run_state.start < 2 * NS_PER_S);
    assert_true(run_state.turns < 1000); /* an error pending does not make it spin */
    tear_down();
}

/* --- TCP --- */

#define LONG_LEN 100000

static mono_ns echo_over_tcp(mono_ns now)
{
    static uint8_t data[LONG_LEN];
    if (run_state.turns == 1)
        run_state.connection = wire_connect(run_state.wire, &run_state.to);
    if (run_state.accepted < 0) {
        struct sockaddr_in from;
        socklen_t len = sizeof from;
        run_state.accepted = accept(run_state.peer, (struct sockaddr *)&from, &len);
        if (run_state.accepted >= 0)
            assert_int_equal(ntohl(from.sin_addr.s_addr), 0x7f000003); /* --bind holds */
    }
    if (run_state.opened && run_state.len == 0 && run_state.accepted >= 0) {
        char got[8];
        wire_write(run_state.wire, (uint32_t)run_state.connection, (const uint8_t *)"ping", 4);
        struct pollfd p = {.fd = run_state.accepted, .events = POLLIN};
        assert_int_equal(poll(&p, 1, 2000), 1);
        assert_int_equal(recv(run_state.accepted, got, sizeof got, 0), 4);
        data[0] = 'a';
        data[LONG_LEN - 1] = 'z';
        assert_int_equal(send(run_state.accepted, data, LONG_LEN, 0), LONG_LEN);
        run_state.len = 0;
        run_state.opened = 0;
    }
    if (run_state.len == LONG_LEN)
        wire_disconnect(run_state.wire, (uint32_t)run_state.connection);
    if (run_state.closed)
        wire_stop(run_state.wire);
    return now + NS_PER_MS;
}

static void a_connection_carries_data_both_ways_and_closes(void **state)
{
    (void)state;
    set_up();
    open_peer(SOCK_STREAM);
    run(echo_over_tcp);
    assert_int_equal(run_state.len, LONG_LEN);
    assert_int_equal(run_state.data[0], 'a');
    assert_int_equal(run_state.data[LONG_LEN - 1], 'z');
    assert_int_equal(run_state.closed, 1);
    tear_down();
}

static mono_ns connect_and_wait(mono_ns now)
{
    if (run_state.turns == 1)
        run_state.connection = wire_connect(run_state.wire, &run_state.to);
    if (run_state.closed)
        wire_stop(run_state.wire);
    return now + NS_PER_S;
}

static void a_connection_refused_is_told_as_closed(void **state)
{
    (void)state;
    set_up();
    open_peer(SOCK_STREAM);
    close(run_state.peer);
    run_state.peer = -1;
    run(connect_and_wait);
    assert_int_equal(run_state.opened, 0);
    assert_int_equal(run_state.closed, 1);
    tear_down();
}

static mono_ns close_from_afar(mono_ns now)
{
    if (run_state.turns == 1)
        run_state.connection = wire_connect(run_state.wire, &run_state.to);
    if (run_state.opened && run_state.accepted < 0) {
        run_state.accepted = accept(run_state.peer, NULL, NULL);
        assert_true(run_state.accepted >= 0);
        close(run_state.accepted);
    }
    if (run_state.closed)
        wire_stop(run_state.wire);
    return now + NS_PER_MS;
}

static void a_connection_closed_by_the_server_is_told(void **state)
{
    (void)state;
    set_up();
    open_peer(SOCK_STREAM);
    run(close_from_afar);
    assert_int_equal(run_state.opened, 1);
    assert_int_equal(run_state.closed, 1);
    run_state.accepted = -1;
    tear_down();
}

static mono_ns fill_connections(mono_ns now)
{
    run_state.connection = -1;
    for (int i = 0; i < WIRE_STREAMS_MAX; i++)
        assert_int_equal(wire_connect(run_state.wire, &run_state.to), i);
    assert_int_equal(wire_connect(run_state.wire, &run_state.to), ERR_FULL);
    wire_stop(run_state.wire);
    return now;
}

static void connections_are_bounded_and_go_with_the_wire(void **state)
{
    (void)state;
    set_up();
    open_peer(SOCK_STREAM);
    run(fill_connections);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_comes_when_asked_for_and_not_all_the_time),
        cmocka_unit_test(a_wire_may_run_again),
        cmocka_unit_test(a_turn_asked_for_at_once_does_not_sleep),
        cmocka_unit_test(wishes_may_change_between_turns),
        cmocka_unit_test(a_reply_wakes_the_loop),
        cmocka_unit_test(bounces_wake_the_loop_again_and_again),
        cmocka_unit_test(a_connection_carries_data_both_ways_and_closes),
        cmocka_unit_test(a_connection_refused_is_told_as_closed),
        cmocka_unit_test(a_connection_closed_by_the_server_is_told),
        cmocka_unit_test(connections_are_bounded_and_go_with_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
