// SPDX-License-Identifier: BSD-2-Clause
/* engine/conn.c on real loopback: what is sent, how messages are cut out, and every way a
 * connection ends. The peer is driven from the turns. */
#include "tests/unit/engine/help.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/conn.h"

#define GIVE_UP (20 * NS_PER_S) /* of real time, for one case */

static struct {
    struct conns *conns;
    int listener, peer; /* the test's own sockets; -1: none */
    bool is_udp;
    mono_ns start, now;
    void (*step)(void);
    unsigned turns;
    uint8_t heard[512]; /* by the peer */
    size_t heard_len;
    unsigned messages; /* handed over */
    unsigned enough;   /* after so many; 0: never */
    size_t lens[64];
    uint8_t last[65535];
    unsigned ended;
    struct conn_report report;
    size_t sent; /* by the peer, when it sends in turns */
} x;

static bool on_message(void *ctx, void *owner, const uint8_t *data, size_t len)
{
    (void)ctx;
    assert_ptr_equal(owner, &x);
    if (x.messages < 64)
        x.lens[x.messages] = len;
    if (len)
        memcpy(x.last, data, len);
    x.messages++;
    return x.messages != x.enough;
}

static void on_ended(void *ctx, void *owner, const struct conn_report *report)
{
    (void)ctx;
    assert_ptr_equal(owner, &x);
    x.ended++;
    x.report = *report;
    conns_stop(x.conns);
}

static void meet_peer(void)
{
    if (x.peer < 0 && !x.is_udp)
        x.peer = accept4(x.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (x.peer < 0)
        return;
    ssize_t len = recv(x.peer, x.heard + x.heard_len, sizeof x.heard - x.heard_len, MSG_DONTWAIT);
    if (len > 0)
        x.heard_len += (size_t)len;
}

static void on_act(void *ctx, mono_ns now)
{
    (void)ctx;
    x.now = now;
    x.turns++;
    if (now - x.start > GIVE_UP)
        fail_msg("the case does not end");
    meet_peer();
    if (x.step)
        x.step();
}

static const uint8_t query[] = "\1\2query";

static void set_up(enum conn_transport transport, mono_ns wait, void (*step)(void))
{
    struct wire_address to = address_v4("127.0.0.1", 0);
    socklen_t len = to.len;
    memset(&x, 0, sizeof x);
    x.peer = -1;
    x.step = step;
    x.is_udp = transport == CONN_UDP;
    x.listener =
        socket(AF_INET, (x.is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(x.listener, &to.sa.any, len), 0);
    assert_int_equal(getsockname(x.listener, &to.sa.any, &len), 0);
    if (!x.is_udp)
        assert_int_equal(listen(x.listener, 1), 0);
    const struct conns_params params = {.bind = {address_v4("127.0.0.4", 0)}};
    assert_int_equal(conns_create(&x.conns, &params), 0);
    const struct conn_question question = {.to = to,
                                           .transport = transport,
                                           .data = query,
                                           .len = sizeof query - 1,
                                           .wait = wait,
                                           .drip_time = 2 * NS_PER_S,
                                           .owner = &x};
    assert_int_equal(conns_open(x.conns, &question), 0);
    assert_int_equal(conns_count(x.conns), 1);
}

static void run(void)
{
    const struct conns_handlers handlers = {
        .message = on_message, .ended = on_ended, .act = on_act};
    x.start = clock_mono_ns();
    conns_run(x.conns, &handlers);
}

static void tear_down(void)
{
    conns_destroy(x.conns);
    if (x.listener >= 0)
        close(x.listener);
    if (x.peer >= 0)
        close(x.peer);
}

static void run_to_end(enum conn_end end)
{
    run();
    assert_int_equal(x.ended, 1);
    assert_int_equal(x.report.end, end);
    assert_int_equal(conns_count(x.conns), 0);
}

static void say(const void *data, size_t len)
{
    assert_int_equal(send(x.peer, data, len, MSG_NOSIGNAL), len);
}

static bool was_asked(void)
{
    return x.heard_len >= sizeof query + 1;
}

static void close_peer(void)
{
    close(x.peer);
    x.peer = -1;
    close(x.listener);
    x.listener = -1;
}

/* --- messages --- */

static void answer_and_close(void)
{
    static const uint8_t stream[] = "\0\3one\0\0\0\5three\0\1";
    if (!was_asked() || x.peer < 0)
        return;
    say(stream, sizeof stream - 1); /* a beginning is left over */
    close_peer();
}

static void messages_are_cut_out_of_the_stream(void **state)
{
    (void)state;
    set_up(CONN_TCP, 5 * NS_PER_S, answer_and_close);
    run_to_end(CONN_CLOSED);
    assert_int_equal(x.heard_len, sizeof query + 1);
    assert_memory_equal(x.heard, "\0\7\1\2query", sizeof query + 1);
    assert_int_equal(x.messages, 3);
    assert_int_equal(x.lens[0], 3);
    assert_int_equal(x.lens[1], 0);
    assert_int_equal(x.lens[2], 5);
    assert_memory_equal(x.last, "three", 5);
    assert_true(x.report.was_up);
    assert_int_equal(x.report.octets, 5 + 2 + 7 + 2);
    tear_down();
}

#define LONG_LEN 65535
#define LONG_ALL (3 * (2 + LONG_LEN))

/* Messages of the greatest length, a piece a turn, none at a message's bounds. */
static void answer_in_pieces(void)
{
    static uint8_t stream[LONG_ALL];
    if (!was_asked() || x.peer < 0)
        return;
    for (size_t i = 0; i < LONG_ALL; i++) {
        size_t at = i % (2 + LONG_LEN);
        stream[i] = at < 2 ? 0xff : (uint8_t)(at * 7);
    }
    size_t piece = LONG_ALL - x.sent < 40961 ? LONG_ALL - x.sent : 40961;
    ssize_t done = send(x.peer, stream + x.sent, piece, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done > 0)
        x.sent += (size_t)done;
}

static void the_longest_messages_come_whole(void **state)
{
    (void)state;
    set_up(CONN_TCP, 5 * NS_PER_S, answer_in_pieces);
    x.enough = 3;
    run_to_end(CONN_LEFT);
    assert_int_equal(x.messages, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(x.lens[i], LONG_LEN);
    for (size_t i = 0; i < LONG_LEN; i++)
        assert_int_equal(x.last[i], (uint8_t)((i + 2) * 7));
    tear_down();
}

static void nothing_is_handed_over_after_enough(void **state)
{
    (void)state;
    set_up(CONN_TCP, 5 * NS_PER_S, answer_and_close);
    x.enough = 1;
    run_to_end(CONN_LEFT);
    assert_int_equal(x.messages, 1);
    tear_down();
}

/* --- ends --- */

static void reset_peer(void)
{
    const struct linger hard = {.l_onoff = 1};
    if (!was_asked() || x.peer < 0)
        return;
    say("\0\1x", 3);
    (void)setsockopt(x.peer, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    if (x.messages)
        close_peer();
}

static void a_reset_is_told_from_a_close(void **state)
{
    (void)state;
    set_up(CONN_TCP, 5 * NS_PER_S, reset_peer);
    run_to_end(CONN_RESET);
    tear_down();
}

static void a_refused_connection_is_unreachable(void **state)
{
    (void)state;
    struct conn_question question = {
        .to = address_v4("127.0.0.1", 1), .data = query, .len = 4, .wait = NS_PER_S, .owner = &x};
    set_up(CONN_TCP, 5 * NS_PER_S, NULL);
    conns_destroy(x.conns);
    const struct conns_params params = {.tls = NULL};
    assert_int_equal(conns_create(&x.conns, &params), 0);
    assert_int_equal(conns_open(x.conns, &question), 0);
    run_to_end(CONN_UNREACHABLE);
    assert_string_equal(x.report.why, "connection refused");
    assert_false(x.report.was_up);
    tear_down();
}

static void silence_ends_after_the_wait(void **state)
{
    (void)state;
    set_up(CONN_TCP, 300 * NS_PER_MS, NULL);
    run_to_end(CONN_SILENT);
    assert_string_equal(x.report.why, "no answer");
    mono_ns took = x.report.ended - x.report.began;
    assert_true(took >= 300 * NS_PER_MS && took < 5 * NS_PER_S);
    tear_down();
}

static void speak_once(void)
{
    if (was_asked() && x.sent == 0) {
        say("\0\1x\0", 4);
        x.sent = 4;
    }
}

static void silence_midway_is_told(void **state)
{
    (void)state;
    set_up(CONN_TCP, 300 * NS_PER_MS, speak_once);
    run_to_end(CONN_SILENT);
    assert_string_equal(x.report.why, "silence midway");
    assert_int_equal(x.messages, 1);
    tear_down();
}

/* A message every tenth of a second is never silent. */
static void drip(void)
{
    static mono_ns last;
    if (!was_asked() || x.now - last < 100 * NS_PER_MS)
        return;
    last = x.now;
    say("\0\1x", 3);
}

static void a_drip_is_ended(void **state)
{
    (void)state;
    set_up(CONN_TCP, 5 * NS_PER_S, drip);
    run_to_end(CONN_SLOW);
    mono_ns took = x.report.ended - x.report.began;
    assert_true(took >= 2 * NS_PER_S && took < 7 * NS_PER_S);
    assert_in_range(x.messages, 5, 60);
    tear_down();
}

static void leave_in_a_turn(void)
{
    if (was_asked())
        conns_leave_all(x.conns);
}

static void all_can_be_left(void **state)
{
    (void)state;
    set_up(CONN_TCP, 5 * NS_PER_S, leave_in_a_turn);
    run_to_end(CONN_LEFT);
    assert_int_equal(x.messages, 0);
    tear_down();
}

static void open_ones_are_closed_with_the_whole(void **state)
{
    (void)state;
    set_up(CONN_TCP, 5 * NS_PER_S, NULL);
    tear_down();
    assert_int_equal(x.ended, 0); /* nobody is told */
}

static void there_are_so_many(void **state)
{
    (void)state;
    struct conn_question question = {
        .to = address_v4("127.0.0.1", 1), .data = query, .len = 4, .wait = NS_PER_S, .owner = &x};
    set_up(CONN_TCP, 5 * NS_PER_S, NULL);
    for (int i = 1; i < CONNS_MAX; i++)
        assert_int_equal(conns_open(x.conns, &question), 0);
    assert_int_equal(conns_open(x.conns, &question), ERR_FULL);
    assert_int_equal(conns_count(x.conns), CONNS_MAX);
    tear_down();
}

/* --- the disk --- */

static bool slow_message(void *ctx, void *owner, const uint8_t *data, size_t len)
{
    if (x.messages == 0)
        usleep(600 * 1000); /* longer than the wait */
    return on_message(ctx, owner, data, len);
}

static void speak_and_pause(void)
{
    if (!was_asked() || x.peer < 0)
        return;
    if (x.sent == 0)
        say("\0\1x", 3);
    else if (x.messages == 1 && x.sent++ == 3)
        say("\0\1y", 3);
    x.sent = x.sent ? x.sent : 1;
    if (x.messages == 1 && x.sent < 3)
        x.sent++;
}

static void our_own_time_is_nobodys_silence(void **state)
{
    (void)state;
    set_up(CONN_TCP, 400 * NS_PER_MS, speak_and_pause);
    x.enough = 2;
    const struct conns_handlers handlers = {
        .message = slow_message, .ended = on_ended, .act = on_act};
    x.start = clock_mono_ns();
    conns_run(x.conns, &handlers);
    assert_int_equal(x.report.end, CONN_LEFT);
    assert_int_equal(x.messages, 2);
    tear_down();
}

/* --- UDP --- */

/* To the third datagram, first under another id. */
static void answer_the_third(void)
{
    uint8_t data[64];
    struct sockaddr_storage from;
    socklen_t from_len = sizeof from;
    ssize_t len =
        recvfrom(x.listener, data, sizeof data, MSG_DONTWAIT, (struct sockaddr *)&from, &from_len);
    if (len < 0)
        return;
    assert_int_equal(len, sizeof query - 1);
    assert_memory_equal(data, query, sizeof query - 1);
    if (++x.sent < 3)
        return;
    assert_int_equal(sendto(x.listener, "\1\3no", 4, 0, (struct sockaddr *)&from, from_len), 4);
    assert_int_equal(sendto(x.listener, "\1\2yes", 5, 0, (struct sockaddr *)&from, from_len), 5);
}

static void a_datagram_is_asked_for_thrice(void **state)
{
    (void)state;
    set_up(CONN_UDP, 900 * NS_PER_MS, answer_the_third);
    x.enough = 1;
    run_to_end(CONN_LEFT);
    assert_int_equal(x.sent, 3);
    assert_int_equal(x.messages, 1);
    assert_memory_equal(x.last, "\1\2yes", 5);
    tear_down();
}

static void no_datagram_is_silence(void **state)
{
    (void)state;
    set_up(CONN_UDP, 300 * NS_PER_MS, NULL);
    run_to_end(CONN_SILENT);
    tear_down();
}

static void a_closed_port_is_unreachable(void **state)
{
    (void)state;
    set_up(CONN_UDP, 5 * NS_PER_S, NULL);
    close(x.listener);
    x.listener = -1;
    run_to_end(CONN_UNREACHABLE);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_cut_out_of_the_stream),
        cmocka_unit_test(the_longest_messages_come_whole),
        cmocka_unit_test(nothing_is_handed_over_after_enough),
        cmocka_unit_test(a_reset_is_told_from_a_close),
        cmocka_unit_test(a_refused_connection_is_unreachable),
        cmocka_unit_test(silence_ends_after_the_wait),
        cmocka_unit_test(silence_midway_is_told),
        cmocka_unit_test(a_drip_is_ended),
        cmocka_unit_test(all_can_be_left),
        cmocka_unit_test(open_ones_are_closed_with_the_whole),
        cmocka_unit_test(there_are_so_many),
        cmocka_unit_test(our_own_time_is_nobodys_silence),
        cmocka_unit_test(a_datagram_is_asked_for_thrice),
        cmocka_unit_test(no_datagram_is_silence),
        cmocka_unit_test(a_closed_port_is_unreachable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
