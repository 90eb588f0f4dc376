// SPDX-License-Identifier: BSD-2-Clause
/* A turn: what is due is sent, then both sockets are read into the queue, a batch at a time. */
#include "tests/delay/udp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUEUE        65536 /* datagrams under way; a power of two */
#define DATAGRAM_MAX 4096  /* EDNS replies are shorter */
#define BATCH        256   /* of a socket, in a turn */

struct datagram {
    mono_ns due;
    bool is_reply;
    uint16_t len;
    union net_address to; /* of a reply */
    uint8_t data[DATAGRAM_MAX];
};

struct asker {
    bool is_used;
    uint16_t id;
    union net_address from;
};

struct udp {
    int near, far; /* toward the clients, toward the server */
    union net_address address;
    mono_ns delay;
    uint32_t head, tail; /* of the queue; they count on */
    uint64_t queries, replies, dropped;
    uint16_t last; /* id given last */
    struct asker askers[65536];
    struct datagram *queue;
};

int udp_create(struct udp **out, const union net_address *listen, const union net_address *to,
               mono_ns delay)
{
    struct udp *u = *out = calloc(1, sizeof *u);
    socklen_t len = sizeof u->address;
    if (!u)
        return ERR_NOMEM;
    u->delay = delay;
    u->far = -1;
    u->near = net_open(listen, SOCK_DGRAM);
    u->queue = malloc(QUEUE * sizeof *u->queue); /* touched as it is used */
    if (!u->queue)
        return ERR_NOMEM;
    if (u->near >= 0)
        u->far = net_connect(to, SOCK_DGRAM, false);
    return u->far < 0 || getsockname(u->near, &u->address.any, &len) ? ERR_IO : 0;
}

void udp_destroy(struct udp *udp)
{
    if (!udp)
        return;
    if (udp->near >= 0)
        close(udp->near);
    if (udp->far >= 0)
        close(udp->far);
    free(udp->queue);
    free(udp);
}

void udp_tell(const struct udp *udp)
{
    printf("UDP: %llu queries, %llu replies, %llu dropped\n", (unsigned long long)udp->queries,
           (unsigned long long)udp->replies, (unsigned long long)udp->dropped);
}

const union net_address *udp_address(const struct udp *udp)
{
    return &udp->address;
}

mono_ns udp_watch(const struct udp *udp, struct pollfd *polled, mono_ns due)
{
    polled[0] = (struct pollfd){udp->near, POLLIN, 0};
    polled[1] = (struct pollfd){udp->far, POLLIN, 0};
    if (udp->head == udp->tail || udp->queue[udp->head % QUEUE].due > due)
        return due;
    return udp->queue[udp->head % QUEUE].due;
}

static void send_due(struct udp *u, mono_ns now)
{
    for (; u->head != u->tail; u->head++) {
        const struct datagram *d = &u->queue[u->head % QUEUE];
        if (d->due > now)
            return;
        ssize_t sent = d->is_reply
                           ? sendto(u->near, d->data, d->len, 0, &d->to.any, net_len(&d->to))
                           : send(u->far, d->data, d->len, 0);
        if (sent < 0 && errno == EAGAIN)
            return;
    }
}

static uint16_t id_of(const uint8_t *data)
{
    return (uint16_t)(data[0] << 8 | data[1]);
}

static void set_id(uint8_t *data, uint16_t id)
{
    data[0] = (uint8_t)(id >> 8);
    data[1] = (uint8_t)id;
}

/* A query gets an id of ours. */
static void mark_query(struct udp *u, struct datagram *d)
{
    uint16_t id = ++u->last;
    u->queries++;
    u->askers[id] = (struct asker){true, id_of(d->data), d->to};
    set_id(d->data, id);
}

/* A reply gets its client's id back; false: nobody waits for it. */
static bool mark_reply(struct udp *u, struct datagram *d)
{
    struct asker *asker = &u->askers[id_of(d->data)];
    if (!asker->is_used)
        return false;
    u->replies++;
    asker->is_used = false;
    set_id(d->data, asker->id);
    d->to = asker->from;
    return true;
}

static void read_socket(struct udp *u, int fd, bool is_reply, mono_ns now)
{
    for (unsigned i = 0; i < BATCH; i++) {
        bool is_full = u->tail - u->head == QUEUE;
        struct datagram spare, *d = is_full ? &spare : &u->queue[u->tail % QUEUE];
        socklen_t len = sizeof d->to;
        d->to = (union net_address){0};
        ssize_t got = recvfrom(fd, d->data, sizeof d->data, 0, &d->to.any, &len);
        if (got < 0)
            return;
        d->len = (uint16_t)got;
        d->is_reply = is_reply;
        d->due = now + u->delay;
        if (is_full)
            u->dropped++;
        if (is_full || got < 2 || (is_reply && !mark_reply(u, d)))
            continue;
        if (!is_reply)
            mark_query(u, d);
        u->tail++;
    }
}

void udp_turn(struct udp *udp, const struct pollfd *polled, mono_ns now)
{
    send_due(udp, now);
    if (polled[0].revents)
        read_socket(udp, udp->near, false, now);
    if (polled[1].revents)
        read_socket(udp, udp->far, true, now);
}
