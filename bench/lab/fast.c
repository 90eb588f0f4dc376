// SPDX-License-Identifier: BSD-2-Clause
/* The plain responder.
 *
 * It shares the machine with the client it serves, so each query costs a few
 * comparisons: header as expected, one label below the zone, class IN, nothing or a
 * bare OPT behind the question. Then the header is patched and, for a name that
 * exists, one record put between question and OPT (which goes back as it came). Any
 * other query takes the long way through answer.c.
 *
 * Batches of 64 in and out; one socket is read blocking, several through epoll.
 * Time is read once a batch. */
#include "bench/lab/fast.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "bench/lab/answer.h"
#include "bench/lab/diag.h"
#include "dns/code.h"

#define BATCH     64
#define QUERY_MAX 512
#define OPT_LEN   11
#define IDLE_MS   100 /* how soon a stop flag is seen */
#define EVENTS    64

struct fast {
    struct lab *lab;
    const struct fastzone *zone;
    uint8_t soa[FAST_ROOM]; /* a SOA record without its owner */
    size_t soa_len;         /* 0: denials go without */
    struct mmsghdr in[BATCH], out[BATCH];
    struct iovec iov_in[BATCH], iov_out[BATCH];
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } from[BATCH];
    uint8_t data[BATCH][QUERY_MAX + FAST_ROOM];
};

static int make_soa(struct fast *fast)
{
    const struct zone_node *apex = zones_find(fast->lab->zones, fast->zone->apex.wire);
    const struct zone_record *soa = apex ? zone_record_find(apex, TYPE_SOA) : NULL;
    struct bytes_writer w = bytes_writer_at(fast->soa, sizeof fast->soa - 2);
    if (!soa)
        return ERR_MISSING;
    bytes_put_u16(&w, TYPE_SOA);
    bytes_put_u16(&w, CLASS_IN);
    bytes_put_u32(&w, soa->ttl);
    bytes_put_u16(&w, soa->rdata_len);
    bytes_put(&w, soa->rdata, soa->rdata_len);
    fast->soa_len = w.len;
    return w.failed ? ERR_FULL : 0;
}

int fast_create(struct fast **out, struct lab *lab, const struct fastzone *zone)
{
    struct fast *fast = calloc(1, sizeof *fast);
    *out = NULL;
    if (!fast)
        return ERR_NOMEM;
    fast->lab = lab;
    fast->zone = zone;
    if (lab->options->fast_soa) {
        int err = make_soa(fast);
        if (err) {
            free(fast);
            return err;
        }
    }
    for (unsigned i = 0; i < BATCH; i++) {
        fast->iov_in[i] = (struct iovec){fast->data[i], QUERY_MAX};
        fast->in[i].msg_hdr = (struct msghdr){.msg_name = &fast->from[i],
                                              .msg_namelen = sizeof fast->from[i],
                                              .msg_iov = &fast->iov_in[i],
                                              .msg_iovlen = 1};
        fast->out[i].msg_hdr.msg_iov = &fast->iov_out[i];
        fast->out[i].msg_hdr.msg_iovlen = 1;
    }
    *out = fast;
    return 0;
}

void fast_destroy(struct fast *fast)
{
    free(fast);
}

static bool equal_folded(const uint8_t *wire, const uint8_t *lower, size_t len)
{
    if (!memcmp(wire, lower, len))
        return true;
    for (size_t i = 0; i < len; i++) {
        uint8_t c = wire[i];
        if (c >= 'A' && c <= 'Z') /* no length octet is */
            c = (uint8_t)(c | 0x20);
        if (c != lower[i])
            return false;
    }
    return true;
}

/* Offset behind the question of a query that needs no thought, else 0. */
static size_t plain_question_end(const struct fast *fast, const uint8_t *data, size_t len)
{
    static const uint8_t counts[7] = {0, 1, 0, 0, 0, 0, 0};
    const struct name *apex = &fast->zone->apex;
    if (len < 13 || data[2] & 0xf8 || memcmp(data + 4, counts, sizeof counts) || data[11] > 1)
        return 0;
    size_t label = data[12], end = 13 + label + apex->len + 4;
    size_t tail = data[11] ? OPT_LEN : 0;
    if (!label || label > NAME_LABEL_MAX || end + tail != len ||
        !equal_folded(data + 13 + label, apex->wire, apex->len))
        return 0;
    if (data[end - 2] != 0 || data[end - 1] != CLASS_IN)
        return 0;
    if (tail && (data[end] || data[end + 1] || data[end + 2] != TYPE_OPT || data[end + 9] ||
                 data[end + 10]))
        return 0;
    return end;
}

/* LEN bytes put in behind the question; returns the reply's new length. */
static size_t insert(uint8_t *data, size_t end, size_t len, uint16_t owner, const uint8_t *record,
                     size_t record_len)
{
    memmove(data + end + 2 + record_len, data + end, len - end);
    data[end] = (uint8_t)(0xc0 | owner >> 8);
    data[end + 1] = (uint8_t)owner;
    memcpy(data + end + 2, record, record_len);
    return len + 2 + record_len;
}

static size_t insert_address(uint8_t *data, size_t end, size_t len, uint16_t type,
                             const uint8_t *address, uint8_t address_len)
{
    uint8_t record[26] = {0, (uint8_t)type, 0, CLASS_IN, 0, 0, ZONE_TTL >> 8, ZONE_TTL & 0xff,
                          0, address_len};
    memcpy(record + 10, address, address_len);
    data[7] = 1;
    return insert(data, end, len, ANSWER_HEADER_LEN, record, 10u + address_len);
}

static size_t answer_slowly(struct fast *fast, uint8_t *data, size_t len)
{
    struct query query;
    struct watch_counts *counts = &fast->lab->watch.counts;
    uint8_t reply[ANSWER_UDP_PLAIN], copy[QUERY_MAX];
    memcpy(copy, data, len);
    enum query_kind kind = query_parse(&query, copy, len);
    counts->malformed += kind != QUERY_OK;
    if (kind == QUERY_IGNORE)
        return 0;
    if (kind != QUERY_OK)
        return answer_build_bare(copy, kind == QUERY_NOTIMP ? RCODE_NOTIMP : RCODE_FORMERR, data);
    counts->not_in += query.class != CLASS_IN;
    if (zones_lookup(fast->lab->zones, query.name.wire).result == ZONE_OUTSIDE) {
        counts->outside++;
        counts->above_apex += zones_is_above_apex(fast->lab->zones, query.name.wire);
    }
    struct answer_params params = {
        .zones = fast->lab->zones, .outside_rcode = RCODE_REFUSED, .size_max = sizeof reply};
    size_t reply_len = answer_build(&params, &query, reply);
    memcpy(data, reply, reply_len);
    return reply_len;
}

size_t fast_answer(struct fast *fast, uint8_t *data, size_t len)
{
    size_t end = plain_question_end(fast, data, len);
    uint64_t bits;
    uint8_t address[16];
    if (!end)
        return answer_slowly(fast, data, len);
    bool exists = fastzone_find(fast->zone, data + 13, data[12], &bits);
    fast->lab->watch.counts.edns += data[11];
    data[2] = (uint8_t)(0x80 | (data[2] & 1));
    data[3] = (uint8_t)(0x80 | (data[3] & 0x10) | (exists ? RCODE_NOERROR : RCODE_NXDOMAIN));
    if (exists && !data[end - 4]) {
        uint8_t type = data[end - 3];
        if (type == TYPE_A) {
            fastzone_a(bits, address);
            return insert_address(data, end, len, TYPE_A, address, 4);
        }
        if (type == TYPE_AAAA && fastzone_aaaa(bits, address))
            return insert_address(data, end, len, TYPE_AAAA, address, 16);
    }
    if (!fast->soa_len)
        return len;
    data[9] = 1;
    return insert(data, end, len, (uint16_t)(13 + data[12]), fast->soa, fast->soa_len);
}

static void send_batch(struct fast *fast, int fd, unsigned count)
{
    unsigned sent = 0;
    while (sent < count) {
        int n = sendmmsg(fd, fast->out + sent, count - sent, 0);
        if (n > 0) {
            sent += (unsigned)n;
            continue;
        }
        if (errno == EINTR)
            continue;
        fast->lab->send_errors++; /* that one is lost, the others are not */
        sent++;
    }
}

/* One batch of one resolver; returns how many were read, or -1. */
static int serve_batch(struct fast *fast, struct resolver *resolver, int flags)
{
    struct lab *lab = fast->lab;
    int count = recvmmsg(resolver->udp, fast->in, BATCH, flags, NULL);
    if (count <= 0)
        return count;
    unsigned replies = 0;
    for (int i = 0; i < count; i++) {
        size_t len = fast->in[i].msg_len;
        watch_port(&lab->watch, ntohs(fast->from[i].v4.sin_port)); /* v6: at the same place */
        if (fast->in[i].msg_hdr.msg_flags & MSG_TRUNC)
            len = 0;
        size_t reply = fast_answer(fast, fast->data[i], len);
        fast->in[i].msg_hdr.msg_namelen = sizeof fast->from[i];
        if (!reply)
            continue;
        fast->iov_out[replies] = (struct iovec){fast->data[i], reply};
        fast->out[replies].msg_hdr.msg_name = &fast->from[i];
        fast->out[replies++].msg_hdr.msg_namelen = resolver->address_len;
    }
    resolver->counts.queries += (unsigned)count;
    resolver->counts.answered += replies;
    resolver->counts.ignored += (unsigned)count - replies;
    mono_ns now = clock_mono_ns();
    meter_add(&resolver->meter, now, (uint32_t)count);
    meter_add(&lab->meter, now, (uint32_t)count);
    series_add(&lab->series, SERIES_QUERIES, now, (uint32_t)count);
    send_batch(fast, resolver->udp, replies);
    return count;
}

static int run_one(struct fast *fast, mono_ns end)
{
    struct resolver *resolver = &fast->lab->fleet->resolvers[0];
    struct timeval idle = {.tv_usec = IDLE_MS * 1000};
    int blocking = fcntl(resolver->udp, F_GETFL) & ~O_NONBLOCK;
    if (fcntl(resolver->udp, F_SETFL, blocking) ||
        setsockopt(resolver->udp, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle))
        return ERR_IO;
    while (!*fast->lab->stop && clock_mono_ns() < end) {
        if (serve_batch(fast, resolver, MSG_WAITFORONE) < 0 && errno != EAGAIN && errno != EINTR)
            return ERR_IO;
    }
    return 0;
}

static int run_several(struct fast *fast, mono_ns end)
{
    struct fleet *fleet = fast->lab->fleet;
    struct epoll_event events[EVENTS];
    int err = ERR_IO, ep = epoll_create1(EPOLL_CLOEXEC);
    if (ep < 0)
        return ERR_IO;
    for (size_t i = 0; i < fleet->count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};
        if (epoll_ctl(ep, EPOLL_CTL_ADD, fleet->resolvers[i].udp, &event))
            goto done;
    }
    while (!*fast->lab->stop && clock_mono_ns() < end) {
        int count = epoll_wait(ep, events, EVENTS, IDLE_MS);
        if (count < 0 && errno != EINTR)
            goto done;
        for (int i = 0; i < count; i++) {
            struct resolver *resolver = &fleet->resolvers[events[i].data.u64];
            if (serve_batch(fast, resolver, MSG_DONTWAIT) < 0 && errno != EAGAIN && errno != EINTR)
                goto done;
        }
    }
    err = 0;
done:
    close(ep);
    return err;
}

int fast_run(struct fast *fast, mono_ns end)
{
    int err = fast->lab->fleet->count == 1 ? run_one(fast, end) : run_several(fast, end);
    if (err)
        diag("receiving: %s", strerror(errno));
    return err;
}
