// SPDX-License-Identifier: BSD-2-Clause
/* One turn: wait for events or the next due reply; read queries, at most 64 of a
 * resolver, each handled (handle.c) into a reply and at most one packet beside it,
 * which leave now or wait in the wheel; send what is due; flush. Sending happens once a
 * turn, or when 64 have gathered. */
#include "bench/lab/serve.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/lab/answer.h"
#include "bench/lab/diag.h"
#include "bench/lab/handle.h"
#include "bench/lab/pending.h"
#include "bench/lab/sendbatch.h"
#include "bench/lab/tcp.h"

#define BATCH     64
#define EVENTS    256
#define QUERY_MAX 1024              /* UDP; a query with every option is shorter */
#define IDLE      (100 * NS_PER_MS) /* how soon a stop flag is seen */
#define SWEEP     NS_PER_S

enum tag { TAG_UDP, TAG_LISTENER, TAG_CONNECTION };
#define TAG_SHIFT 56

struct serve {
    struct lab *lab;
    int epoll;
    mono_ns now; /* of the current turn */
    struct pending *pending;
    struct sendbatch *batch;
    struct tcp *tcp;
    struct mmsghdr in[BATCH];
    struct iovec iov[BATCH];
    union client from[BATCH];
    uint8_t data[BATCH][QUERY_MAX];
    struct handle_room room;
};

static void deliver(struct serve *s, const struct pending_reply *reply)
{
    if (reply->connection == PENDING_UDP)
        sendbatch_put(s->batch, &s->lab->fleet->resolvers[reply->resolver], &reply->client,
                      reply->data, reply->len);
    else
        tcp_reply(s->tcp, reply->connection, reply->generation, reply->data, reply->len);
}

/* One packet: now, or into the wheel. False when there was no room. */
static bool post(struct serve *s, const struct handle_query *q, const struct handle_packet *packet,
                 uint32_t connection, uint32_t generation)
{
    struct pending_reply now = {.data = packet->data,
                                .len = (uint32_t)packet->len,
                                .resolver = packet->resolver,
                                .connection = connection,
                                .generation = generation};
    struct pending_reply *later = NULL;
    if (q->client)
        now.client = *q->client;
    if (packet->delay <= 0) {
        deliver(s, &now);
        return true;
    }
    mono_ns delay = packet->delay < PENDING_DELAY_MAX ? packet->delay : PENDING_DELAY_MAX;
    if (pending_put(s->pending, s->now + delay, packet->data, packet->len, &later)) {
        s->lab->fleet->resolvers[q->resolver].counts.overload++;
        return false;
    }
    later->resolver = now.resolver;
    later->connection = connection;
    later->generation = generation;
    later->client = now.client;
    return true;
}

static bool on_tcp_query(void *ctx, uint32_t resolver, uint32_t connection, uint32_t generation,
                         const uint8_t *data, size_t len)
{
    struct serve *s = ctx;
    struct handle_reply reply;
    struct handle_query q = {
        .resolver = resolver, .data = data, .len = len, .is_tcp = true, .now = s->now};
    handle_query(s->lab, &q, &s->room, &reply);
    assert(reply.count <= 1); /* the connection is owed one */
    return reply.count && post(s, &q, &reply.packets[0], connection, generation);
}

static void read_resolver(struct serve *s, uint32_t index)
{
    int fd = s->lab->fleet->resolvers[index].udp;
    int count = recvmmsg(fd, s->in, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
        struct handle_reply reply;
        struct handle_query q = {
            .resolver = index,
            .data = s->data[i],
            .len = s->in[i].msg_len,
            .client = &s->from[i],
            .is_cut = s->in[i].msg_hdr.msg_flags & MSG_TRUNC,
            .now = s->now,
        };
        s->in[i].msg_hdr.msg_namelen = sizeof s->from[i];
        handle_query(s->lab, &q, &s->room, &reply);
        for (unsigned j = 0; j < reply.count; j++)
            (void)post(s, &q, &reply.packets[j], PENDING_UDP, 0);
    }
}

static void on_event(struct serve *s, const struct epoll_event *event)
{
    uint32_t index = (uint32_t)event->data.u64;
    switch ((enum tag)(event->data.u64 >> TAG_SHIFT)) {
    case TAG_UDP:
        read_resolver(s, index);
        break;
    case TAG_LISTENER:
        tcp_accept(s->tcp, s->lab->fleet->resolvers[index].tcp, index, s->now);
        break;
    case TAG_CONNECTION:
        tcp_event(s->tcp, index, event->events, s->now);
        break;
    }
}

static void send_due(struct serve *s)
{
    struct pending_reply *reply;
    while ((reply = pending_take(s->pending, s->now))) {
        deliver(s, reply);
        pending_give(s->pending, reply);
    }
    sendbatch_flush(s->batch);
}

static int watch_socket(int epoll, int fd, enum tag tag, size_t index)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)tag << TAG_SHIFT | index};
    return fd < 0 ? 0 : epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) ? ERR_IO : 0;
}

static int serve_init(struct serve *s, struct lab *lab)
{
    int err;
    s->lab = lab;
    s->now = clock_mono_ns();
    if ((s->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
        return ERR_IO;
    if ((err = pending_create(&s->pending, s->now)))
        return err;
    if ((err = sendbatch_create(&s->batch, lab->fleet)))
        return err;
    if ((err =
             tcp_create(&s->tcp, s->epoll, (uint64_t)TAG_CONNECTION << TAG_SHIFT, on_tcp_query, s)))
        return err;
    for (unsigned i = 0; i < BATCH; i++) {
        s->iov[i] = (struct iovec){s->data[i], QUERY_MAX};
        s->in[i].msg_hdr = (struct msghdr){.msg_name = &s->from[i],
                                           .msg_namelen = sizeof s->from[i],
                                           .msg_iov = &s->iov[i],
                                           .msg_iovlen = 1};
    }
    for (size_t i = 0; !err && i < lab->fleet->count; i++) {
        err = watch_socket(s->epoll, lab->fleet->resolvers[i].udp, TAG_UDP, i);
        if (!err)
            err = watch_socket(s->epoll, lab->fleet->resolvers[i].tcp, TAG_LISTENER, i);
    }
    return err;
}

static void serve_deinit(struct serve *s)
{
    if (s->tcp) {
        s->lab->tcp_accepted = tcp_accepted(s->tcp);
        s->lab->tcp_turned_away = tcp_turned_away(s->tcp);
    }
    if (s->batch)
        s->lab->send_errors = sendbatch_errors(s->batch);
    tcp_destroy(s->tcp);
    sendbatch_destroy(s->batch);
    pending_destroy(s->pending);
    if (s->epoll >= 0)
        close(s->epoll);
}

static int serve_loop(struct serve *s, mono_ns end)
{
    struct epoll_event events[EVENTS];
    mono_ns swept = s->now;
    while (!*s->lab->stop && s->now < end) {
        mono_ns wait = pending_wait(s->pending, clock_mono_ns(), IDLE);
        struct timespec timeout = {.tv_nsec = (long)wait};
        int count = epoll_pwait2(s->epoll, events, EVENTS, &timeout, NULL);
        if (count < 0 && errno != EINTR)
            return ERR_IO;
        s->now = clock_mono_ns();
        for (int i = 0; i < count; i++)
            on_event(s, &events[i]);
        s->now = clock_mono_ns();
        send_due(s);
        if (s->now - swept > SWEEP) {
            tcp_sweep(s->tcp, s->now);
            swept = s->now;
        }
    }
    return 0;
}

int serve_run(struct lab *lab, mono_ns end)
{
    struct serve *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->epoll = -1;
    int err = serve_init(s, lab);
    if (!err)
        err = serve_loop(s, end);
    if (err)
        diag("serving: %s", err == ERR_IO ? strerror(errno) : err_text(err));
    serve_deinit(s);
    free(s);
    return err;
}
