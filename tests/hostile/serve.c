// SPDX-License-Identifier: BSD-2-Clause
/* One turn: wait for sockets or the next due message of a stream; read queries and answer them;
 * let each connection whose last message is out make its next.
 *
 * A connection has one message at a time, so that a stream without end takes no memory: it
 * goes on when the peer has taken what there was. */
#include "tests/hostile/serve.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/hostile/manner.h"

#define CONNECTIONS_MAX 256
#define QUERY_MAX       4096 /* over TCP */
#define BATCH           64   /* datagrams of a socket in a turn */
#define TURN_MS         50   /* how soon a stop flag is seen */
#define FIXED           5    /* sockets that are not connections */

struct connection {
    int fd; /* -1: free */
    size_t in_len, out_len, out_sent;
    bool streams;           /* more messages are to come */
    enum stream_next after; /* SEND, or how it ends once all is sent */
    struct stream stream;
    mono_ns due;
    uint8_t in[2 + QUERY_MAX];
    uint8_t out[2 + MESSAGE_MAX];
};

struct serve {
    struct hostile *h;
    struct front *front;
    mono_ns now;
    struct pollfd polled[FIXED + CONNECTIONS_MAX];
    struct connection connections[CONNECTIONS_MAX];
    uint8_t data[MESSAGE_MAX];
};

static void read_datagrams(struct serve *s, int fd)
{
    for (unsigned i = 0; i < BATCH; i++) {
        union net_address from = {0};
        socklen_t from_len = sizeof from;
        struct query q;
        ssize_t got = recvfrom(fd, s->data, sizeof s->data, 0, &from.any, &from_len);
        size_t len = 0;
        if (got < 0)
            return;
        if (s->front)
            len = front_udp(s->front, s->h, s->data, (size_t)got, fd, &from);
        else if (query_read(&q, s->data, (size_t)got, false))
            len = answer(s->h, &q, s->data, sizeof s->data);
        if (len)
            (void)sendto(fd, s->data, len, 0, &from.any, from_len);
    }
}

static void close_connection(struct connection *c, bool resets)
{
    struct linger at_once = {1, 0};
    if (resets)
        (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(c->fd);
    c->fd = -1;
}

static void accept_all(struct serve *s, int listener)
{
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &s->connections[i];
        if (c->fd >= 0)
            continue;
        c->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (c->fd < 0)
            return;
        c->in_len = c->out_len = c->out_sent = 0;
        c->streams = false;
        c->after = STREAM_SEND;
        if (s->h->manners & MANNER_NO_TCP)
            close_connection(c, false);
    }
}

static void set_out(struct connection *c, size_t len)
{
    c->out[0] = (uint8_t)(len >> 8);
    c->out[1] = (uint8_t)len;
    c->out_len = len ? 2 + len : 0;
    c->out_sent = 0;
}

/* The stream's next message. */
static void step(struct serve *s, struct connection *c)
{
    struct reply reply;
    struct query *q = &c->stream.query;
    reply_begin(&reply, q, c->out + 2, MESSAGE_MAX);
    enum stream_next next = s->h->transfer->step(s->h, &c->stream, &reply);
    c->stream.step++;
    c->after = STREAM_SEND;
    if (next == STREAM_PAUSE || next == STREAM_WAIT)
        c->due = s->now + s->h->pause;
    if (next == STREAM_DONE)
        c->streams = false;
    if (next == STREAM_CLOSE || next == STREAM_RESET)
        close_connection(c, next == STREAM_RESET);
    else if (next != STREAM_WAIT)
        set_out(c, reply_end(&reply, q));
}

static void begin_stream(struct serve *s, struct connection *c, const struct query *q)
{
    c->streams = true;
    c->stream = (struct stream){.query = *q};
    c->due = s->now;
}

/* The first query that is complete; false: there is none. */
static bool take_query(struct serve *s, struct connection *c)
{
    struct query q;
    size_t len = c->in_len < 2 ? 0 : (size_t)c->in[0] << 8 | c->in[1];
    if (c->in_len < 2 || c->in_len < 2 + len)
        return false;
    if (s->front) {
        memcpy(c->out + 2, c->in + 2, len);
        set_out(c, front_tcp(s->front, s->h, c->out + 2, len));
    } else if (query_read(&q, c->in + 2, len, true)) {
        bool is_transfer = q.type == TYPE_AXFR || q.type == TYPE_IXFR;
        if (is_transfer && name_equal(q.name.wire, s->h->model.apex.wire))
            begin_stream(s, c, &q);
        else
            set_out(c, answer(s->h, &q, c->out + 2, MESSAGE_MAX));
    }
    c->in_len -= 2 + len;
    memmove(c->in, c->in + 2 + len, c->in_len);
    return true;
}

static void read_connection(struct connection *c)
{
    ssize_t got = recv(c->fd, c->in + c->in_len, sizeof c->in - c->in_len, 0);
    size_t len = c->in_len >= 2 ? (size_t)c->in[0] << 8 | c->in[1] : 0;
    if (got > 0)
        c->in_len += (size_t)got;
    else if (got == 0 || errno != EAGAIN)
        close_connection(c, false);
    if (c->fd >= 0 && len > QUERY_MAX)
        close_connection(c, true);
}

static void write_connection(struct connection *c)
{
    ssize_t sent = send(c->fd, c->out + c->out_sent, c->out_len - c->out_sent, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        close_connection(c, false);
        return;
    }
    c->out_sent += sent > 0 ? (size_t)sent : 0;
    if (c->out_sent == c->out_len)
        c->out_len = c->out_sent = 0;
}

static void serve_connection(struct serve *s, struct connection *c, short events)
{
    if (events & (POLLIN | POLLHUP | POLLERR))
        read_connection(c);
    /* What was asked before is answered first. */
    if (c->fd >= 0 && c->out_len == 0 && c->streams && s->now >= c->due)
        step(s, c);
    else if (c->fd >= 0 && c->out_len == 0 && !c->streams)
        (void)take_query(s, c);
    if (c->fd >= 0 && c->out_len > 0)
        write_connection(c);
}

/* What each connection waits for; returns how long at most. */
static int watch(struct serve *s)
{
    int wait_ms = TURN_MS;
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        const struct connection *c = &s->connections[i];
        bool has_room = c->in_len < sizeof c->in;
        s->polled[FIXED + i] = (struct pollfd){
            c->fd, (short)((has_room ? POLLIN : 0) | (c->out_len ? POLLOUT : 0)), 0};
        if (c->fd < 0 || c->out_len || (!c->streams && c->in_len < 2))
            continue;
        mono_ns left = c->streams ? (c->due - s->now) / NS_PER_MS : 1;
        if (left < wait_ms)
            wait_ms = left > 0 ? (int)left : 0;
    }
    return wait_ms;
}

static int turn(struct serve *s)
{
    int count = poll(s->polled, FIXED + CONNECTIONS_MAX, watch(s));
    if (count < 0 && errno != EINTR)
        return ERR_IO;
    s->now = clock_mono_ns();
    s->h->now_s = clock_wall_ms() / 1000;
    for (unsigned i = 0; count > 0 && i < 4; i++) {
        if (s->polled[i].revents && i < 2)
            read_datagrams(s, s->polled[i].fd);
        else if (s->polled[i].revents)
            accept_all(s, s->polled[i].fd);
    }
    if (s->front && s->polled[4].revents)
        front_read(s->front, s->h);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
        struct connection *c = &s->connections[i];
        if (c->fd >= 0)
            serve_connection(s, c,
                             c->fd == s->polled[FIXED + i].fd ? s->polled[FIXED + i].revents : 0);
    }
    return 0;
}

int serve(struct hostile *h, struct front *front, const int fds[4], mono_ns end,
          const volatile sig_atomic_t *stop)
{
    int err = 0;
    struct serve *s = calloc(1, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    s->h = h;
    s->front = front;
    s->now = clock_mono_ns();
    for (unsigned i = 0; i < 4; i++)
        s->polled[i] = (struct pollfd){fds[i], POLLIN, 0};
    s->polled[4] = (struct pollfd){front ? front_fd(front) : -1, POLLIN, 0};
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        s->connections[i].fd = -1;
    while (!err && !*stop && s->now < end)
        err = turn(s);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        if (s->connections[i].fd >= 0)
            close_connection(&s->connections[i], false);
    free(s);
    return err;
}
