// SPDX-License-Identifier: BSD-2-Clause
/* engine/wire_udp.c on real loopback sockets. */
#include "tests/unit/engine/help.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/wire_udp.h"

#define WAIT_MS 2000 /* longer than loopback ever takes */

static struct rng rng;

static struct udp *open_udp(unsigned v4, unsigned v6)
{
    struct udp *udp;
    rng = fixed_rng((uint8_t)getpid());
    const struct wire_params params = {
        .socket_count = {v4, v6}, .bind = {address_v4("127.0.0.1", 0), {.len = 0}}, .rng = &rng};
    assert_int_equal(udp_open(&udp, &params), 0);
    return udp;
}

/* A plain socket of the test, and its address. */
static int open_peer(const char *text, struct wire_address *out)
{
    *out = strchr(text, ':') ? address_v6(text, 0) : address_v4(text, 0);
    socklen_t len = out->len;
    int fd = socket(out->sa.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, &out->sa.any, len) != 0)
        return -1;
    assert_int_equal(getsockname(fd, &out->sa.any, &len), 0);
    return fd;
}

static struct wire_address local_of(const struct udp *udp, unsigned socket)
{
    struct wire_address a = {.family = (uint8_t)udp_socket_family(udp, socket)};
    socklen_t len = sizeof a.sa;
    assert_int_equal(getsockname(udp_descriptor(udp, socket), &a.sa.any, &len), 0);
    a.len = (uint8_t)len;
    return a;
}

static bool is_readable(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, WAIT_MS) == 1;
}

static void stage(struct udp *udp, unsigned family, size_t i, const struct wire_address *to,
                  const char *text)
{
    struct wire_batch *batch = udp_batch(udp, family);
    batch->len[i] = (uint16_t)strlen(text);
    memcpy(batch->data[i], text, strlen(text));
    batch->to[i] = to;
}

static void a_batch_leaves_in_order_each_to_its_address(void **state)
{
    struct udp *udp = open_udp(2, 0);
    struct wire_address to[2];
    int peers[2] = {open_peer("127.0.0.1", &to[0]), open_peer("127.0.0.2", &to[1])};
    char text[32], got[64];
    size_t first = 0;
    (void)state;
    for (size_t i = 0; i < WIRE_BATCH; i++) {
        snprintf(text, sizeof text, "datagram %zu", i);
        stage(udp, 0, i, &to[i % 2], text);
    }
    assert_int_equal(udp_send(udp, 1, &first, WIRE_BATCH), WIRE_SENT);
    assert_int_equal(first, WIRE_BATCH);
    struct wire_address local = local_of(udp, 1);
    for (size_t i = 0; i < WIRE_BATCH; i++) {
        struct wire_address from = {.family = 0};
        socklen_t from_len = sizeof from.sa;
        assert_true(is_readable(peers[i % 2], POLLIN));
        ssize_t len = recvfrom(peers[i % 2], got, sizeof got - 1, 0, &from.sa.any, &from_len);
        snprintf(text, sizeof text, "datagram %zu", i);
        assert_int_equal(len, strlen(text));
        assert_memory_equal(got, text, strlen(text));
        assert_true(wire_address_equal(&from, &local));
    }
    close(peers[0]);
    close(peers[1]);
    udp_close(udp);
}

static void a_part_of_a_batch_is_sent_from_where_it_stopped(void **state)
{
    struct udp *udp = open_udp(1, 0);
    struct wire_address to;
    int peer = open_peer("127.0.0.1", &to);
    char got[64];
    size_t first = 2;
    (void)state;
    for (size_t i = 0; i < 4; i++)
        stage(udp, 0, i, &to, i < 2 ? "old" : "new");
    assert_int_equal(udp_send(udp, 0, &first, 3), WIRE_SENT);
    assert_int_equal(first, 3);
    assert_true(is_readable(peer, POLLIN));
    assert_int_equal(recv(peer, got, sizeof got, 0), 3);
    assert_memory_equal(got, "new", 3);
    assert_int_equal(recv(peer, got, sizeof got, MSG_DONTWAIT), -1);
    close(peer);
    udp_close(udp);
}

static void receive_gives_full_batches_until_drained(void **state)
{
    struct udp *udp = open_udp(1, 0);
    struct wire_address local = local_of(udp, 0), from;
    struct wire_datagram batch[WIRE_BATCH];
    int peer = open_peer("127.0.0.1", &from);
    (void)state;
    for (uint32_t i = 0; i < WIRE_BATCH + 1; i++)
        assert_int_equal(sendto(peer, &i, sizeof i, 0, &local.sa.any, local.len), sizeof i);
    assert_true(is_readable(udp_descriptor(udp, 0), POLLIN));
    assert_int_equal(udp_receive(udp, 0, batch), WIRE_BATCH);
    for (uint32_t i = 0; i < WIRE_BATCH; i++) {
        assert_int_equal(batch[i].len, sizeof i);
        assert_memory_equal(batch[i].data, &i, sizeof i);
        assert_true(wire_address_equal(batch[i].from, &from));
        assert_false(batch[i].is_cut);
    }
    assert_int_equal(udp_receive(udp, 0, batch), 1);
    assert_int_equal(udp_receive(udp, 0, batch), 0);
    close(peer);
    udp_close(udp);
}

static void a_datagram_longer_than_the_slot_is_marked_as_cut(void **state)
{
    struct udp *udp = open_udp(1, 0);
    struct wire_address local = local_of(udp, 0), from;
    struct wire_datagram batch[WIRE_BATCH];
    uint8_t data[WIRE_DATAGRAM_CAP + 1];
    int peer = open_peer("127.0.0.1", &from);
    (void)state;
    memset(data, 7, sizeof data);
    for (size_t len = WIRE_DATAGRAM_CAP - 1; len <= WIRE_DATAGRAM_CAP + 1; len++)
        assert_int_equal(sendto(peer, data, len, 0, &local.sa.any, local.len), len);
    assert_int_equal(sendto(peer, data, 0, 0, &local.sa.any, local.len), 0);
    assert_true(is_readable(udp_descriptor(udp, 0), POLLIN));
    assert_int_equal(udp_receive(udp, 0, batch), 4);
    assert_int_equal(batch[0].len, WIRE_DATAGRAM_CAP - 1);
    assert_false(batch[0].is_cut);
    assert_int_equal(batch[1].len, WIRE_DATAGRAM_CAP);
    assert_false(batch[1].is_cut);
    assert_true(batch[2].is_cut);
    assert_int_equal(batch[3].len, 0);
    close(peer);
    udp_close(udp);
}

/* A port where nobody listens: the ICMP error names the datagram. */
static void a_bounce_names_address_and_id(void **state)
{
    struct udp *udp = open_udp(1, 0);
    struct wire_address to, live;
    struct wire_bounce bounce;
    size_t first = 0;
    int gone = open_peer("127.0.0.1", &to), peer = open_peer("127.0.0.1", &live);
    (void)state;
    close(gone);
    assert_false(udp_next_bounce(udp, 0, &bounce));
    stage(udp, 0, 0, &to, "\xab\xcdxxxxxxxxxxxxxxxxxx");
    assert_int_equal(udp_send(udp, 0, &first, 1), WIRE_SENT);
    assert_true(is_readable(udp_descriptor(udp, 0), 0)); /* POLLERR */
    assert_true(udp_next_bounce(udp, 0, &bounce));
    assert_int_equal(bounce.id, 0xabcd);
    assert_true(wire_address_equal(&bounce.to, &to));
    assert_false(udp_next_bounce(udp, 0, &bounce));

    /* The pending error of one datagram is not the failure of the next. */
    first = 0;
    assert_int_equal(udp_send(udp, 0, &first, 1), WIRE_SENT);
    assert_true(is_readable(udp_descriptor(udp, 0), 0));
    stage(udp, 0, 0, &live, "fine");
    first = 0;
    assert_int_equal(udp_send(udp, 0, &first, 1), WIRE_SENT);
    assert_true(is_readable(peer, POLLIN));
    assert_true(udp_next_bounce(udp, 0, &bounce));
    close(peer);
    udp_close(udp);
}

static void a_destination_that_cannot_be_is_unreachable(void **state)
{
    struct udp *udp = open_udp(1, 0);
    /* The source is bound to loopback: the kernel refuses to leave it. */
    struct wire_address far = address_v4("192.0.2.1", 53), near;
    int peer = open_peer("127.0.0.1", &near);
    size_t first = 0;
    (void)state;
    stage(udp, 0, 0, &near, "one");
    stage(udp, 0, 1, &far, "two");
    stage(udp, 0, 2, &near, "three");
    assert_int_equal(udp_send(udp, 0, &first, 3), WIRE_UNREACHABLE);
    assert_int_equal(first, 1); /* the first one not sent */
    first++;
    assert_int_equal(udp_send(udp, 0, &first, 3), WIRE_SENT);
    assert_int_equal(first, 3);
    close(peer);
    udp_close(udp);
}

static void ports_are_random_and_high(void **state)
{
    struct udp *udp = open_udp(16, 0);
    uint16_t ports[16];
    unsigned neighbours = 0;
    (void)state;
    assert_int_equal(udp_socket_count(udp), 16);
    for (unsigned i = 0; i < 16; i++) {
        struct wire_address local = local_of(udp, i);
        ports[i] = ntohs(local.sa.v4.sin_port);
        assert_in_range(ports[i], 10240, 65535);
        for (unsigned j = 0; j < i; j++) {
            assert_int_not_equal(ports[i], ports[j]);
            neighbours += ports[i] == ports[j] + 1;
        }
    }
    assert_in_range(neighbours, 0, 1);
    udp_close(udp);
    udp_close(NULL);
}

static void both_families_work_side_by_side(void **state)
{
    struct wire_address to;
    int peer = open_peer("::1", &to);
    size_t first = 0;
    char got[8];
    (void)state;
    if (peer < 0) {
        skip(); /* no IPv6 here */
        return;
    }
    struct udp *udp = open_udp(1, 2);
    assert_int_equal(udp_socket_family(udp, 0), 0);
    assert_int_equal(udp_socket_family(udp, 1), 1);
    assert_int_equal(udp_socket_family(udp, 2), 1);
    stage(udp, 1, 0, &to, "six");
    assert_int_equal(udp_send(udp, 2, &first, 1), WIRE_SENT);
    assert_true(is_readable(peer, POLLIN));
    assert_int_equal(recv(peer, got, sizeof got, 0), 3);
    struct wire_address local = local_of(udp, 2);
    local.sa.v6.sin6_addr = in6addr_loopback;
    struct wire_datagram batch[WIRE_BATCH];
    assert_int_equal(sendto(peer, "back", 4, 0, &local.sa.any, local.len), 4);
    assert_true(is_readable(udp_descriptor(udp, 2), POLLIN));
    assert_int_equal(udp_receive(udp, 2, batch), 1);
    assert_true(wire_address_equal(batch[0].from, &to));
    close(peer);
    udp_close(udp);
}

static void a_source_address_that_is_not_ours_is_refused(void **state)
{
    struct udp *udp;
    rng = fixed_rng(1);
    const struct wire_params params = {
        .socket_count = {1, 0}, .bind = {address_v4("192.0.2.1", 0)}, .rng = &rng};
    (void)state;
    assert_int_equal(udp_open(&udp, &params), ERR_IO);
    assert_int_equal(errno, EADDRNOTAVAIL);
    assert_null(udp);
}

static void drops_for_want_of_room_are_counted(void **state)
{
    struct udp *udp = open_udp(1, 0);
    struct wire_address local = local_of(udp, 0), from;
    int peer = open_peer("127.0.0.1", &from), small = 4096;
    static uint8_t data[1000];
    (void)state;
    assert_int_equal(udp_drops(udp), 0);
    assert_int_equal(
        setsockopt(udp_descriptor(udp, 0), SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(sendto(peer, data, sizeof data, 0, &local.sa.any, local.len), 1000);
    assert_true(is_readable(udp_descriptor(udp, 0), POLLIN));
    struct wire_datagram batch[WIRE_BATCH];
    size_t received = 0, got;
    while ((got = udp_receive(udp, 0, batch)) > 0)
        received += got;
    assert_int_equal(received + udp_drops(udp), 100);
    assert_true(udp_drops(udp) > 0);
    close(peer);
    udp_close(udp);
}

static void loopback_has_a_route(void **state)
{
    struct wire_address a = address_v4("127.0.0.1", 53);
    (void)state;
    assert_true(wire_has_route(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_leaves_in_order_each_to_its_address),
        cmocka_unit_test(a_part_of_a_batch_is_sent_from_where_it_stopped),
        cmocka_unit_test(receive_gives_full_batches_until_drained),
        cmocka_unit_test(a_datagram_longer_than_the_slot_is_marked_as_cut),
        cmocka_unit_test(a_bounce_names_address_and_id),
        cmocka_unit_test(a_destination_that_cannot_be_is_unreachable),
        cmocka_unit_test(ports_are_random_and_high),
        cmocka_unit_test(both_families_work_side_by_side),
        cmocka_unit_test(a_source_address_that_is_not_ours_is_refused),
        cmocka_unit_test(drops_for_want_of_room_are_counted),
        cmocka_unit_test(loopback_has_a_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
