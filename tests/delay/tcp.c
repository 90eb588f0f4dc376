// SPDX-License-Identifier: BSD-2-Clause
/* A pair is two ways, from client to server and back. A way is a ring of chunks, each read at
 * once and due a delay later; an empty one is the end of what is said. */
#include "tests/delay/tcp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNKS    64
#define CHUNK_MAX 4096

struct chunk {
    mono_ns due;
    size_t len, sent;
    uint8_t data[CHUNK_MAX];
};

struct way {
    int from, to;
    uint32_t head, tail;
    bool has_ended; /* all of FROM was read */
    struct chunk chunks[CHUNKS];
};

struct pair {
    bool is_used;
    int fds[2]; /* client, server */
    struct way ways[2];
};

struct tcp {
    int listener;
    union net_address to;
    mono_ns delay;
    struct pair pairs[TCP_PAIRS_MAX];
};

int tcp_create(struct tcp **out, const union net_address *listen, const union net_address *to,
               mono_ns delay)
{
    struct tcp *t = *out = calloc(1, sizeof *t);
    if (!t)
        return ERR_NOMEM;
    t->to = *to;
    t->delay = delay;
    t->listener = net_open(listen, SOCK_STREAM);
    return t->listener < 0 ? ERR_IO : 0;
}

static void close_pair(struct pair *pair)
{
    close(pair->fds[0]);
    close(pair->fds[1]);
    pair->is_used = false;
}

void tcp_destroy(struct tcp *tcp)
{
    if (!tcp)
        return;
    for (size_t i = 0; i < TCP_PAIRS_MAX; i++)
        if (tcp->pairs[i].is_used)
            close_pair(&tcp->pairs[i]);
    if (tcp->listener >= 0)
        close(tcp->listener);
    free(tcp);
}

static void begin_pair(struct tcp *t, struct pair *pair, int client)
{
    int server = net_connect(&t->to, SOCK_STREAM, false);
    if (server < 0) {
        close(client);
        return;
    }
    pair->is_used = true;
    for (unsigned i = 0; i < 2; i++) {
        struct way *way = &pair->ways[i];
        pair->fds[i] = i ? server : client;
        way->from = i ? server : client;
        way->to = i ? client : server;
        way->head = way->tail = 0;
        way->has_ended = false;
    }
}

static void accept_all(struct tcp *t)
{
    for (size_t i = 0; i < TCP_PAIRS_MAX; i++) {
        if (t->pairs[i].is_used)
            continue;
        int client = accept4(t->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0)
            return;
        begin_pair(t, &t->pairs[i], client);
    }
}

/* What FD waits for as the end of one way and the beginning of the other. */
static short wants(const struct way *in, const struct way *out, mono_ns now)
{
    bool reads = !in->has_ended && in->tail - in->head < CHUNKS;
    bool writes = out->head != out->tail && out->chunks[out->head % CHUNKS].due <= now;
    return (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
}

nfds_t tcp_watch(const struct tcp *tcp, struct pollfd *polled, mono_ns *due)
{
    mono_ns now = clock_mono_ns();
    polled[0] = (struct pollfd){tcp->listener, POLLIN, 0};
    for (size_t i = 0; i < TCP_PAIRS_MAX; i++) {
        const struct pair *pair = &tcp->pairs[i];
        for (unsigned j = 0; j < 2; j++) {
            const struct way *way = &pair->ways[j];
            struct pollfd *at = &polled[1 + 2 * i + j];
            *at = (struct pollfd){-1, 0, 0};
            if (!pair->is_used)
                continue;
            short events = wants(way, &pair->ways[!j], now);
            /* With nothing to wait for, a socket that was hung up would wake us for ever. */
            *at = (struct pollfd){events ? pair->fds[j] : -1, events, 0};
            mono_ns next = way->head != way->tail ? way->chunks[way->head % CHUNKS].due : *due;
            if (next > now && next < *due)
                *due = next;
        }
    }
    return TCP_FDS_MAX;
}

/* False: the pair is over. */
static bool read_way(struct way *way, mono_ns due)
{
    while (!way->has_ended && way->tail - way->head < CHUNKS) {
        struct chunk *c = &way->chunks[way->tail % CHUNKS];
        ssize_t got = recv(way->from, c->data, sizeof c->data, 0);
        if (got < 0)
            return errno == EAGAIN;
        c->len = (size_t)got;
        c->sent = 0;
        c->due = due;
        way->has_ended = got == 0;
        way->tail++;
    }
    return true;
}

static bool write_way(struct way *way, mono_ns now)
{
    while (way->head != way->tail) {
        struct chunk *c = &way->chunks[way->head % CHUNKS];
        if (c->due > now)
            return true;
        if (c->len == 0 && shutdown(way->to, SHUT_WR))
            return false;
        ssize_t sent =
            c->len ? send(way->to, c->data + c->sent, c->len - c->sent, MSG_NOSIGNAL) : 0;
        if (sent < 0)
            return errno == EAGAIN;
        c->sent += (size_t)sent;
        if (c->sent < c->len)
            return true;
        way->head++;
    }
    return true;
}

static bool is_over(const struct pair *pair)
{
    for (unsigned i = 0; i < 2; i++)
        if (!pair->ways[i].has_ended || pair->ways[i].head != pair->ways[i].tail)
            return false;
    return true;
}

static void turn_pair(struct tcp *t, struct pair *pair, const struct pollfd *polled, mono_ns now)
{
    bool lives = true;
    for (unsigned i = 0; i < 2 && lives; i++) {
        if (polled[i].revents & (POLLIN | POLLHUP | POLLERR))
            lives = read_way(&pair->ways[i], now + t->delay);
        if (lives && polled[!i].revents & POLLOUT)
            lives = write_way(&pair->ways[i], now);
    }
    if (!lives || is_over(pair))
        close_pair(pair);
}

void tcp_turn(struct tcp *tcp, const struct pollfd *polled, mono_ns now)
{
    for (size_t i = 0; i < TCP_PAIRS_MAX; i++)
        if (tcp->pairs[i].is_used)
            turn_pair(tcp, &tcp->pairs[i], polled + 1 + 2 * i, now);
    if (polled[0].revents)
        accept_all(tcp);
}
