// SPDX-License-Identifier: BSD-2-Clause
/* A fixed table of connections.
 *
 *   free --accept--> open --EOF--> ending --all owed sent--> free (generation + 1)
 *                      |             |
 *                      +--- error, idle, a bound passed ---> free
 *
 * A peer that has shut down its side still gets the replies it is owed. */
#include "bench/lab/tcp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ACCEPT_BATCH 32 /* a turn's share; the rest is there next turn */
#define READ_BATCH   16

struct connection {
    int fd; /* -1: free */
    uint32_t resolver, generation;
    mono_ns active;
    uint32_t owed; /* queries whose reply is still to be put into `out` */
    bool is_ending;
    uint32_t watched; /* epoll events */
    size_t in_len, out_len, out_cap;
    uint8_t *out;
    uint8_t in[2 + TCP_QUERY_MAX];
};

struct tcp {
    int epoll;
    uint64_t tag;
    tcp_query_fn *query;
    void *ctx;
    uint64_t accepted, turned_away;
    uint32_t free[TCP_CONNECTIONS_MAX];
    size_t free_count;
    struct connection connections[TCP_CONNECTIONS_MAX];
};

int tcp_create(struct tcp **out, int epoll, uint64_t tag, tcp_query_fn *query, void *ctx)
{
    struct tcp *tcp = calloc(1, sizeof *tcp);
    *out = tcp;
    if (!tcp)
        return ERR_NOMEM;
    tcp->epoll = epoll;
    tcp->tag = tag;
    tcp->query = query;
    tcp->ctx = ctx;
    for (uint32_t i = TCP_CONNECTIONS_MAX; i-- > 0;) {
        tcp->connections[i].fd = -1;
        tcp->free[tcp->free_count++] = i;
    }
    return 0;
}

static void close_connection(struct tcp *tcp, struct connection *c)
{
    close(c->fd);
    free(c->out);
    c->fd = -1;
    c->generation++;
    c->out = NULL;
    c->in_len = c->out_len = c->out_cap = 0;
    c->owed = 0;
    c->is_ending = false;
    tcp->free[tcp->free_count++] = (uint32_t)(c - tcp->connections);
}

void tcp_destroy(struct tcp *tcp)
{
    if (!tcp)
        return;
    for (size_t i = 0; i < TCP_CONNECTIONS_MAX; i++) {
        if (tcp->connections[i].fd >= 0)
            close_connection(tcp, &tcp->connections[i]);
    }
    free(tcp);
}

void tcp_accept(struct tcp *tcp, int listener, uint32_t resolver, mono_ns now)
{
    for (unsigned i = 0; i < ACCEPT_BATCH; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        if (!tcp->free_count) {
            tcp->turned_away++;
            close(fd);
            continue;
        }
        uint32_t index = tcp->free[--tcp->free_count];
        struct connection *c = &tcp->connections[index];
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = tcp->tag | index};
        c->fd = fd;
        c->resolver = resolver;
        c->active = now;
        c->watched = EPOLLIN;
        tcp->accepted++;
        if (epoll_ctl(tcp->epoll, EPOLL_CTL_ADD, fd, &event))
            close_connection(tcp, c);
    }
}

/* Watches for what the connection's state calls for, or ends it. */
static void settle(struct tcp *tcp, struct connection *c)
{
    uint32_t wanted = (c->is_ending ? 0u : EPOLLIN) | (c->out_len ? EPOLLOUT : 0u);
    struct epoll_event event = {.events = wanted,
                                .data.u64 = tcp->tag | (uint64_t)(c - tcp->connections)};
    bool is_done = c->is_ending && !c->owed && !c->out_len;
    if (is_done || (wanted != c->watched && epoll_ctl(tcp->epoll, EPOLL_CTL_MOD, c->fd, &event)))
        close_connection(tcp, c);
    else
        c->watched = wanted;
}

static void write_out(struct tcp *tcp, struct connection *c)
{
    ssize_t sent = c->out_len ? send(c->fd, c->out, c->out_len, MSG_NOSIGNAL) : 0;
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        close_connection(tcp, c);
        return;
    }
    if (sent > 0) {
        c->out_len -= (size_t)sent;
        memmove(c->out, c->out + sent, c->out_len);
    }
    settle(tcp, c);
}

void tcp_reply(struct tcp *tcp, uint32_t connection, uint32_t generation, const uint8_t *data,
               size_t len)
{
    struct connection *c = &tcp->connections[connection];
    if (c->fd < 0 || c->generation != generation)
        return;
    c->owed--;
    size_t need = c->out_len + 2 + len;
    if (need > TCP_OUT_MAX) { /* a peer that asks and does not read */
        close_connection(tcp, c);
        return;
    }
    if (need > c->out_cap) {
        size_t cap = need < 4096 ? 4096 : need * 2;
        uint8_t *grown = realloc(c->out, cap);
        if (!grown) {
            close_connection(tcp, c);
            return;
        }
        c->out = grown;
        c->out_cap = cap;
    }
    c->out[c->out_len] = (uint8_t)(len >> 8);
    c->out[c->out_len + 1] = (uint8_t)len;
    memcpy(c->out + c->out_len + 2, data, len);
    c->out_len = need;
    if (!(c->watched & EPOLLOUT))
        write_out(tcp, c);
}

/* Hands over complete queries; false when the connection is gone or no good. */
static bool take_queries(struct tcp *tcp, struct connection *c, mono_ns now)
{
    uint32_t index = (uint32_t)(c - tcp->connections), generation = c->generation;
    size_t at = 0;
    while (c->in_len - at >= 2) {
        size_t len = (size_t)c->in[at] << 8 | c->in[at + 1];
        if (len > TCP_QUERY_MAX || !len) {
            close_connection(tcp, c);
            return false;
        }
        if (c->in_len - at < 2 + len)
            break;
        c->active = now;
        c->owed++; /* before the call: the reply may come inside it */
        if (!tcp->query(tcp->ctx, c->resolver, index, generation, c->in + at + 2, len))
            c->owed--;
        if (c->generation != generation)
            return false;
        at += 2 + len;
    }
    c->in_len -= at;
    memmove(c->in, c->in + at, c->in_len);
    return true;
}

void tcp_event(struct tcp *tcp, uint32_t connection, uint32_t events, mono_ns now)
{
    struct connection *c = &tcp->connections[connection];
    if (c->fd < 0)
        return;
    uint32_t generation = c->generation;
    if (events & (EPOLLERR | EPOLLHUP)) {
        close_connection(tcp, c);
        return;
    }
    if (events & EPOLLOUT)
        write_out(tcp, c);
    for (unsigned i = 0; i < READ_BATCH && c->generation == generation && !c->is_ending; i++) {
        ssize_t got = recv(c->fd, c->in + c->in_len, sizeof c->in - c->in_len, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (got < 0) {
            close_connection(tcp, c);
            return;
        }
        c->is_ending = got == 0;
        c->in_len += (size_t)got;
        if (!take_queries(tcp, c, now))
            return;
        if (c->is_ending)
            settle(tcp, c);
    }
}

void tcp_sweep(struct tcp *tcp, mono_ns now)
{
    for (size_t i = 0; i < TCP_CONNECTIONS_MAX; i++) {
        struct connection *c = &tcp->connections[i];
        if (c->fd >= 0 && now - c->active > TCP_IDLE)
            close_connection(tcp, c);
    }
}

uint64_t tcp_accepted(const struct tcp *tcp)
{
    return tcp->accepted;
}

uint64_t tcp_turned_away(const struct tcp *tcp)
{
    return tcp->turned_away;
}
