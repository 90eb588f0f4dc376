// SPDX-License-Identifier: BSD-2-Clause
/* Entries are a table of all ids; ours is counted up, so that one is used again after all the
 * others. */
#include "tests/hostile/front.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define BATCH 64 /* replies read in a turn */

struct entry {
    bool is_used;
    uint16_t id; /* the client's */
    int fd;
    union net_address from;
    struct query query;
};

struct front {
    union net_address to;
    int fd;
    uint16_t last;
    struct entry entries[65536];
};

int front_create(struct front **out, const union net_address *to)
{
    struct front *f = *out = calloc(1, sizeof *f);
    if (!f)
        return ERR_NOMEM;
    f->to = *to;
    f->fd = net_connect(to, SOCK_DGRAM, false);
    return f->fd < 0 ? ERR_IO : 0;
}

void front_destroy(struct front *front)
{
    if (front && front->fd >= 0)
        close(front->fd);
    free(front);
}

int front_fd(const struct front *front)
{
    return front->fd;
}

static bool is_ours(const struct hostile *h, const struct query *q)
{
    return name_is_under(q->name.wire, h->model.apex.wire);
}

/* For what no reply of the real one is waited: the keys, the SOA that goes with denials, and names
 * that are hidden. */
static bool is_forged(const struct hostile *h, const struct query *q)
{
    bool is_apex = name_equal(q->name.wire, h->model.apex.wire);
    if (!is_ours(h, q))
        return false;
    return is_apex ? q->type == TYPE_DNSKEY || q->type == TYPE_SOA
                   : model_find(&h->model, q->name.wire) != NULL;
}

static size_t forge(struct hostile *h, const struct query *q, uint8_t *data)
{
    struct reply reply;
    h->asked++;
    if (chain3_update(h))
        return 0;
    reply_begin(&reply, q, data, MESSAGE_MAX);
    reply.is_authoritative = false;
    reply.recurses = true;
    if (name_equal(q->name.wire, h->model.apex.wire)) {
        (void)put_host(h, q, &reply, &h->model.hosts[0], h->model.apex.wire, q->type);
    } else {
        reply.rcode = RCODE_NXDOMAIN;
        put_soa(h, q, &reply, SECTION_AUTHORITY);
        deny(h, q, &reply, DENY_NAME, q->name.wire);
    }
    return reply_end(&reply, q);
}

static uint16_t rcode_of(const uint8_t *data)
{
    return data[3] & 15;
}

/* What goes to the client in place of the real reply in DATA; its length. */
static size_t judge(struct hostile *h, const struct query *q, uint8_t *data, size_t len)
{
    if (len < 12 || !is_ours(h, q) || rcode_of(data) != RCODE_NXDOMAIN)
        return len;
    return forge(h, q, data);
}

size_t front_udp(struct front *front, struct hostile *h, uint8_t *data, size_t len, int fd,
                 const union net_address *from)
{
    struct query q;
    if (!query_read(&q, data, len, false))
        return 0;
    if (is_forged(h, &q))
        return forge(h, &q, data);
    uint16_t id = ++front->last;
    front->entries[id] = (struct entry){true, q.id, fd, *from, q};
    data[0] = (uint8_t)(id >> 8);
    data[1] = (uint8_t)id;
    (void)send(front->fd, data, len, 0); /* lost is lost */
    return 0;
}

void front_read(struct front *front, struct hostile *h)
{
    uint8_t data[MESSAGE_MAX];
    for (unsigned i = 0; i < BATCH; i++) {
        ssize_t got = recv(front->fd, data, sizeof data, 0);
        if (got < 12)
            return;
        struct entry *e = &front->entries[data[0] << 8 | data[1]];
        if (!e->is_used)
            continue;
        e->is_used = false;
        data[0] = (uint8_t)(e->id >> 8);
        data[1] = (uint8_t)e->id;
        size_t len = judge(h, &e->query, data, (size_t)got);
        if (len)
            (void)sendto(e->fd, data, len, 0, &e->from.any, net_len(&e->from));
    }
}

static bool read_fully(int fd, uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t got = recv(fd, data, len, 0);
        if (got <= 0)
            return false;
        data += got;
        len -= (size_t)got;
    }
    return true;
}

/* Asks the real one; the length of its reply in DATA, 0: none within two seconds. */
static size_t ask_tcp(struct front *front, uint8_t *data, size_t len)
{
    struct timeval limit = {2, 0};
    uint8_t prefix[2] = {(uint8_t)(len >> 8), (uint8_t)len};
    size_t got = 0;
    int fd = net_connect(&front->to, SOCK_STREAM, true);
    if (fd < 0)
        return 0;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (send(fd, prefix, 2, MSG_NOSIGNAL | MSG_MORE) == 2 &&
        send(fd, data, len, MSG_NOSIGNAL) == (ssize_t)len && read_fully(fd, prefix, 2)) {
        got = (size_t)prefix[0] << 8 | prefix[1];
        got = read_fully(fd, data, got) ? got : 0;
    }
    close(fd);
    return got;
}

size_t front_tcp(struct front *front, struct hostile *h, uint8_t *data, size_t len)
{
    struct query q;
    if (!query_read(&q, data, len, true))
        return 0;
    if (is_forged(h, &q))
        return forge(h, &q, data);
    return judge(h, &q, data, ask_tcp(front, data, len));
}
