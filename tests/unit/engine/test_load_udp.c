// SPDX-License-Identifier: BSD-2-Clause
/* engine/load_udp.c and load_gso.c on loopback: what leaves, what comes, and what cannot. */
#include "tests/unit/engine/load_help.h"

#include <errno.h>
#include <poll.h>

#include "engine/load_udp.h"

#define COUNT   40
#define WAIT_MS 2000 /* longer than loopback ever takes */

static struct rng rng;
static struct wire_address targets[2];
static struct load_params params;
static struct load_path_setup setup;
static struct load_path *path;
static int peer; /* the first target's socket */
static uint8_t octets[COUNT * LOAD_MESSAGE_MAX];
static struct load_item items[COUNT];
static struct load_message messages[LOAD_BATCH];

static const struct load_trial trial = {.rate = 1000, .length = NS_PER_S};

static void open_path(const struct load_path_ops *ops, const char *address)
{
    const char *why;
    rng = fixed_rng((uint8_t)getpid());
    for (unsigned i = 0; i < 2; i++) {
        targets[i] = strchr(address, ':') ? address_v6(address, 0) : address_v4(address, 0);
        socklen_t len = targets[i].len;
        int fd = socket(targets[i].sa.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(fd, &targets[i].sa.any, len), 0);
        assert_int_equal(getsockname(fd, &targets[i].sa.any, &len), 0);
        if (i == 0)
            peer = fd;
        else
            close(fd); /* nobody listens there */
    }
    params = (struct load_params){
        .targets = targets, .target_count = 2, .workers = 1, .timeout = NS_PER_S, .rate_max = 1000};
    setup = (struct load_path_setup){.load = &params, .rng = &rng};
    assert_int_equal(ops->open(&path, &setup, &why), 0);
}

static void close_path(void)
{
    path->ops->close(path);
    close(peer);
}

/* COUNT messages of LEN octets, one behind the other; the last one may be shorter. Each holds its
 * number. */
static void make_items(unsigned count, uint16_t len, uint16_t last_len)
{
    for (unsigned i = 0; i < count; i++) {
        items[i] = (struct load_item){.data = octets + (size_t)i * len,
                                      .len = i + 1 < count ? len : last_len};
        memset(items[i].data, (int)i, items[i].len);
    }
}

/* What the peer got next: its first octet, and *LEN; sent back when IS_ECHOED. */
static int got(size_t *len, bool is_echoed)
{
    uint8_t data[LOAD_MESSAGE_MAX];
    struct wire_address from;
    socklen_t from_len = sizeof from.sa;
    struct pollfd wanted = {.fd = peer, .events = POLLIN};
    if (poll(&wanted, 1, 200) != 1)
        return -1;
    ssize_t got = recvfrom(peer, data, sizeof data, 0, &from.sa.any, &from_len);
    assert_true(got > 0);
    if (is_echoed)
        assert_int_equal(sendto(peer, data, (size_t)got, 0, &from.sa.any, from_len), got);
    *len = (size_t)got;
    return data[0];
}

static void assert_all_came(unsigned count, uint16_t len, uint16_t last_len)
{
    size_t got_len;
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(got(&got_len, true), i);
        assert_int_equal(got_len, i + 1 < count ? len : last_len);
    }
}

/* Echoes on their way, all by LANE. */
static void assert_echoes(unsigned count, uint32_t lane, mono_ns since)
{
    unsigned came = 0;
    struct pollfd watched[LOAD_WATCHED_MAX];
    while (came < count) {
        unsigned watching = path->ops->watch(path, watched);
        assert_true(poll(watched, watching, WAIT_MS) > 0);
        unsigned batch = path->ops->receive(path, count, messages);
        for (unsigned i = 0; i < batch; i++) {
            assert_int_equal(messages[i].data[0], came + i);
            assert_int_equal(messages[i].lane, lane);
            assert_in_range(messages[i].at, since, clock_mono_ns());
        }
        came += batch;
    }
    assert_int_equal(came, count);
    assert_int_equal(path->ops->receive(path, count, messages), 0);
}

static void batches_leave_and_answers_come(void **state)
{
    static const char *const addresses[] = {"127.0.0.1", "::1"};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        open_path(&load_udp_ops, addresses[i]);
        assert_int_equal(path->ops->begin(path, &trial), 4);
        for (uint32_t lane = 0; lane < 4; lane++) {
            mono_ns since = clock_mono_ns();
            assert_int_equal(path->ops->lane(path), lane);
            make_items(COUNT, 50, 60);
            assert_int_equal(path->ops->send(path, lane, items, COUNT), COUNT);
            assert_all_came(COUNT, 50, 60);
            assert_echoes(COUNT, lane, since);
        }
        assert_int_equal(path->ops->lane(path), 0);
        assert_string_equal(path->ops->way(path), "sendmmsg");
        close_path();
    }
}

/* What is fetched later came no later. */
static void stamps_are_the_kernels(void **state)
{
    (void)state;
    open_path(&load_udp_ops, "127.0.0.1");
    assert_int_equal(path->ops->begin(path, &trial), 4);
    usleep(100000); /* the kernel begins to stamp when a worker of its own has come to it */
    for (unsigned round = 0; round < 3; round++) {
        make_items(COUNT, 50, 50);
        assert_int_equal(path->ops->send(path, 0, items, COUNT), COUNT);
        assert_all_came(COUNT, 50, 50);
        mono_ns echoed = clock_mono_ns();
        usleep(3000);
        unsigned count = path->ops->receive(path, COUNT, messages);
        assert_int_equal(count, COUNT);
        for (unsigned i = 0; i < count; i++)
            assert_in_range(messages[i].at, 1, echoed + NS_PER_MS);
    }
    close_path();
}

static void trains_arrive_as_datagrams(void **state)
{
    static const char *const addresses[] = {"127.0.0.1", "::1"};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        open_path(&load_gso_ops, addresses[i]);
        assert_int_equal(path->ops->begin(path, &trial), 4);
        mono_ns since = clock_mono_ns();
        make_items(COUNT, 50, 30);
        assert_int_equal(path->ops->send(path, 2, items, COUNT), COUNT);
        assert_all_came(COUNT, 50, 30);
        assert_echoes(COUNT, 2, since);
        assert_int_equal(((struct load_udp *)path)->trains, 1);
        assert_string_equal(path->ops->way(path), "gso");
        close_path();
    }
}

static void one_alone_is_no_train(void **state)
{
    (void)state;
    open_path(&load_gso_ops, "127.0.0.1");
    assert_int_equal(path->ops->begin(path, &trial), 4);
    make_items(1, 50, 50);
    assert_int_equal(path->ops->send(path, 0, items, 1), 1);
    assert_all_came(1, 50, 50);
    assert_int_equal(((struct load_udp *)path)->trains, 0);
    close_path();
}

/* Not in one piece, as a replay's. */
static void what_is_no_train_leaves_singly(void **state)
{
    (void)state;
    open_path(&load_gso_ops, "127.0.0.1");
    assert_int_equal(path->ops->begin(path, &trial), 4);
    make_items(COUNT, 50, 50);
    for (unsigned i = 0; i < COUNT; i++)
        items[i].len = (uint16_t)(20 + i % 30);
    assert_int_equal(path->ops->send(path, 0, items, COUNT), COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        size_t len;
        assert_int_equal(got(&len, false), i);
        assert_int_equal(len, 20 + i % 30);
    }
    assert_int_equal(((struct load_udp *)path)->trains, 0);
    close_path();
}

static void a_refused_train_leaves_singly(void **state)
{
    (void)state;
    open_path(&load_gso_ops, "127.0.0.1");
    assert_int_equal(path->ops->begin(path, &trial), 4);
    struct load_udp *udp = (struct load_udp *)path;
    int on = 1;
    /* Without checksums there are no trains: the kernel says EINVAL or EIO. */
    assert_int_equal(setsockopt(udp->used[1].fd, SOL_SOCKET, SO_NO_CHECK, &on, sizeof on), 0);
    make_items(COUNT, 50, 50);
    assert_int_equal(path->ops->send(path, 1, items, COUNT), COUNT);
    assert_all_came(COUNT, 50, 50);
    assert_string_equal(path->ops->way(path), "sendmmsg");
    assert_int_equal(path->ops->send(path, 0, items, COUNT), COUNT);
    assert_all_came(COUNT, 50, 50);
    assert_string_equal(path->ops->way(path), "gso, then sendmmsg");
    assert_int_equal(udp->trains, 1);
    assert_true(udp->used[1].is_single);
    close_path();
}

/* Every datagram to a closed port comes back as an error, and none keeps another from leaving. A
 * train that the loopback has not cut comes back as one. */
static void a_closed_port_is_told_query_by_query(void **state)
{
    static const struct load_path_ops *const ops[] = {&load_udp_ops, &load_gso_ops};
    const struct load_trial closed = {.target = 1, .rate = 1000, .length = NS_PER_S};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        uint8_t seen[COUNT] = {0};
        struct load_trouble trouble;
        open_path(ops[i], "127.0.0.1");
        assert_int_equal(path->ops->begin(path, &closed), 4);
        make_items(COUNT, 50, 50);
        assert_int_equal(path->ops->send(path, 3, items, COUNT), COUNT);
        assert_int_equal(path->ops->receive(path, COUNT, messages), 0);
        while (path->ops->trouble(path, &trouble)) {
            assert_int_equal(trouble.lane, 3);
            assert_false(trouble.is_lane);
            assert_in_range(trouble.id & 0xff, 0, COUNT - 1);
            assert_int_equal(trouble.id >> 8, trouble.id & 0xff);
            assert_int_equal(seen[trouble.id & 0xff]++, 0);
        }
        assert_int_equal(seen[0], 1);
        for (unsigned j = 0; j < COUNT && ops[i] == &load_udp_ops; j++)
            assert_int_equal(seen[j], 1);
        close_path();
    }
}

/* Of 64 lanes one was sent by: it is read at once, or, when its answer takes its time, in turn. */
static void the_lane_that_was_sent_by_is_read(void **state)
{
    struct load_trial many = trial;
    (void)state;
    open_path(&load_udp_ops, "127.0.0.1");
    path->ops->close(path);
    params.rate_max = many.rate = 1e8;
    const char *why;
    assert_int_equal(load_udp_ops.open(&path, &setup, &why), 0);
    assert_int_equal(path->ops->begin(path, &many), 64);
    static const unsigned looks[] = {0, 2, 200}; /* before the answer comes */
    for (unsigned round = 0; round < 3; round++) {
        unsigned empties = looks[round];
        make_items(1, 50, 50);
        assert_int_equal(path->ops->send(path, 40, items, 1), 1);
        for (unsigned i = 0; i < empties; i++)
            assert_int_equal(path->ops->receive(path, 1, messages), 0);
        assert_all_came(1, 50, 50);
        unsigned calls = 1;
        while (path->ops->receive(path, 1, messages) == 0)
            calls++;
        assert_int_equal(messages[0].lane, 40);
        assert_in_range(calls, 1, round == 2 ? 64 : 1);
    }
    close_path();
}

static void what_cannot_be_sent_is_told(void **state)
{
    struct load_trouble trouble;
    static uint8_t huge[65000];
    (void)state;
    open_path(&load_udp_ops, "127.0.0.1");
    assert_int_equal(path->ops->begin(path, &trial), 4);
    make_items(3, 50, 50);
    huge[1] = 77;
    struct load_item mixed[] = {items[0], {.data = huge, .len = sizeof huge}, items[2]};
    /* Above any loopback's MTU less than this: 65,508 is; a closed descriptor is surer. */
    struct load_udp *udp = (struct load_udp *)path;
    int fd = udp->used[0].fd;
    udp->used[0].fd = -1;
    assert_int_equal(path->ops->send(path, 0, mixed, 3), 3);
    udp->used[0].fd = fd;
    unsigned count = 0;
    bool has_huge = false;
    while (path->ops->trouble(path, &trouble)) {
        count++;
        has_huge |= trouble.id == 77;
    }
    assert_int_equal(count, 3);
    assert_true(has_huge);
    close_path();
}

static void an_earlier_trial_leaves_nothing(void **state)
{
    struct load_result result;
    (void)state;
    assert_int_equal(load_result_init(&result, 0), 0);
    open_path(&load_udp_ops, "127.0.0.1");
    assert_int_equal(path->ops->begin(path, &trial), 4);
    make_items(COUNT, 50, 50);
    assert_int_equal(path->ops->send(path, 0, items, COUNT), COUNT);
    assert_all_came(COUNT, 50, 50);
    path->ops->end(path, &result);
    assert_int_equal(path->ops->begin(path, &trial), 4);
    assert_int_equal(path->ops->receive(path, COUNT, messages), 0);
    close_path();
}

static void drops_are_those_of_the_trial(void **state)
{
    struct load_result result;
    size_t len;
    (void)state;
    assert_int_equal(load_result_init(&result, 0), 0);
    open_path(&load_udp_ops, "127.0.0.1");
    assert_int_equal(path->ops->begin(path, &trial), 4);
    struct load_udp *udp = (struct load_udp *)path;
    int room = 1; /* the least there is: some 2,300 octets */
    assert_int_equal(setsockopt(udp->used[0].fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room), 0);
    make_items(COUNT, 50, 50);
    for (unsigned round = 0; round < 2; round++) {
        assert_int_equal(path->ops->send(path, 0, items, COUNT), COUNT);
        while (got(&len, true) < COUNT - 1)
            ;
        result.socket_drops = 0;
        path->ops->end(path, &result);
        assert_in_range(result.socket_drops, COUNT / 2, COUNT - 1);
        assert_int_equal(path->ops->begin(path, &trial), 4);
    }
    close_path();
}

static unsigned lanes_at(double rate_max, double rate, mono_ns timeout, unsigned workers)
{
    const char *why;
    const struct load_trial asked = {.rate = rate, .length = NS_PER_S};
    params.rate_max = rate_max;
    params.timeout = timeout;
    params.workers = workers;
    struct load_path *other;
    assert_int_equal(load_udp_ops.open(&other, &setup, &why), 0);
    int lanes = load_udp_ops.begin(other, &asked);
    load_udp_ops.close(other);
    return (unsigned)lanes;
}

static void lanes_follow_what_may_be_in_flight(void **state)
{
    (void)state;
    open_path(&load_udp_ops, "127.0.0.1");
    assert_int_equal(lanes_at(1000, 1000, NS_PER_S, 1), 4);
    assert_int_equal(lanes_at(300000, 1000, NS_PER_S, 1), 4);
    assert_int_equal(lanes_at(300000, 300000, NS_PER_S, 1), 7);
    assert_int_equal(lanes_at(300000, 300000, NS_PER_S, 2), 4);
    assert_int_equal(lanes_at(300000, 0, NS_PER_S, 1), 19); /* a replay: as it comes */
    assert_int_equal(lanes_at(1e9, 1e9, 5 * NS_PER_S, 1), 64);
    params.workers = 1;
    close_path();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_leave_and_answers_come),
        cmocka_unit_test(stamps_are_the_kernels),
        cmocka_unit_test(trains_arrive_as_datagrams),
        cmocka_unit_test(one_alone_is_no_train),
        cmocka_unit_test(what_is_no_train_leaves_singly),
        cmocka_unit_test(a_refused_train_leaves_singly),
        cmocka_unit_test(a_closed_port_is_told_query_by_query),
        cmocka_unit_test(the_lane_that_was_sent_by_is_read),
        cmocka_unit_test(what_cannot_be_sent_is_told),
        cmocka_unit_test(an_earlier_trial_leaves_nothing),
        cmocka_unit_test(drops_are_those_of_the_trial),
        cmocka_unit_test(lanes_follow_what_may_be_in_flight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
