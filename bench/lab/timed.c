// SPDX-License-Identifier: BSD-2-Clause
/* One turn: read up to 32 queries of each resolver; each is stamped by the kernel, answered
 * (fast.c) and given its time (service.c), counted from the stamp, so that when we came to
 * read it changes nothing; then send what is due.
 *
 * While anything is under way or has just come, the loop does not sleep: a reply leaves
 * within microseconds of its time as long as this thread has a core to itself, and the
 * report tells how late they were. The kernel's stamps are of CLOCK_REALTIME, so all times
 * here are; a step of that clock is noticed and spoils the run. */
#include "bench/lab/timed.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

#include "bench/lab/diag.h"
#include "bench/lab/dueheap.h"
#include "bench/lab/pending.h"
#include "bench/lab/service.h"
#include "bench/lab/tally.h"

#define READ_MAX   32 /* datagrams a call */
#define SEND_MAX   16 /* datagrams between two looks at the clock: some 15 us */
#define QUERY_MAX  512
#define REPLY_MAX  544               /* a query with one record put in */
#define HELD_MAX   (128u << 10)      /* replies under way: 80 MB, touched as far as needed */
#define WAKE_EARLY (200 * NS_PER_US) /* what sleeping may cost */
#define QUIET      (20 * NS_PER_MS)  /* without a query before it sleeps */
#define IDLE       (100 * NS_PER_MS) /* how soon a stop flag is seen */
#define CLOCK_LOOK (10 * NS_PER_MS)  /* how often the clocks are compared */
#define CLOCK_STEP (200 * NS_PER_US) /* between two looks; slewing is 5 us at most */
#define CLOCK_READ (20 * NS_PER_US)  /* longer: interrupted, no comparison */

struct held {
    uint32_t next_free, resolver, stamp, len;
    int64_t arrival, due;
    union client client;
    uint8_t data[REPLY_MAX];
};

struct timed {
    struct lab *lab;
    struct fast *fast;
    struct tally *tally;
    struct service services[TIMED_RESOLVERS_MAX];
    struct held *held;
    uint32_t held_made, free; /* entries from held_made on were never used; UINT32_MAX: none */
    struct dueheap heap;
    int64_t heard;      /* the last query */
    int64_t now;        /* of this turn */
    int64_t clock_gap;  /* realtime - monotonic, at the last look */
    int64_t clock_look; /* when */
    struct mmsghdr in[READ_MAX], out[SEND_MAX];
    struct iovec iov_in[READ_MAX], iov_out[SEND_MAX];
    union client from[READ_MAX];
    _Alignas(struct cmsghdr) char control[READ_MAX][CMSG_SPACE(sizeof(struct timespec))];
    uint8_t data[READ_MAX][QUERY_MAX + FAST_ROOM];
};

static int64_t ns_of(struct timespec time)
{
    return (int64_t)time.tv_sec * NS_PER_S + time.tv_nsec;
}

static int64_t real_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return ns_of(time);
}

static void look_at_clocks(struct timed *t)
{
    mono_ns before = clock_mono_ns();
    int64_t real = real_ns();
    mono_ns after = clock_mono_ns();
    if (after - before > CLOCK_READ)
        return;
    int64_t gap = real - before;
    if (t->clock_look && llabs(gap - t->clock_gap) > CLOCK_STEP)
        t->tally->clock_steps++;
    t->clock_gap = gap;
    t->clock_look = real;
}

static struct held *take_held(struct timed *t)
{
    if (t->free != UINT32_MAX) {
        struct held *held = &t->held[t->free];
        t->free = held->next_free;
        return held;
    }
    return t->held_made < HELD_MAX ? &t->held[t->held_made++] : NULL;
}

static void give_held(struct timed *t, uint32_t number)
{
    t->held[number].next_free = t->free;
    t->free = number;
}

/* --- queries in --- */

static int64_t stamp_of(const struct timed *t, struct msghdr *message)
{
    struct timespec time;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
            continue;
        memcpy(&time, CMSG_DATA(c), sizeof time);
        return ns_of(time);
    }
    return t->now;
}

/* A reply of LEN octets to message I, for DUE. */
static void hold(struct timed *t, uint32_t index, int i, size_t len, int64_t arrival, int64_t due)
{
    struct resolver_counts *counts = &t->lab->fleet->resolvers[index].counts;
    struct held *held = len <= REPLY_MAX ? take_held(t) : NULL;
    if (!held) {
        counts->overload++;
        return;
    }
    held->resolver = index;
    held->arrival = arrival;
    held->due = due;
    held->client = t->from[i];
    held->len = (uint32_t)len;
    held->stamp = tally_answered(t->tally, arrival, due);
    memcpy(held->data, t->data[i], len);
    dueheap_put(&t->heap, due, (uint32_t)(held - t->held));
    if (t->heap.count > t->tally->in_flight_most)
        t->tally->in_flight_most = t->heap.count;
}

static void take_query(struct timed *t, uint32_t index, int i)
{
    struct msghdr *message = &t->in[i].msg_hdr;
    struct resolver_counts *counts = &t->lab->fleet->resolvers[index].counts;
    int64_t arrival = stamp_of(t, message), due;
    size_t len =
        message->msg_flags & MSG_TRUNC ? 0 : fast_answer(t->fast, t->data[i], t->in[i].msg_len);
    watch_port(&t->lab->watch, ntohs(t->from[i].v4.sin_port)); /* v6: at the same place */
    if (!len) {
        counts->ignored++;
        return;
    }
    switch (service_arrive(&t->services[index], arrival, &due)) {
    case SERVICE_ANSWER:
        counts->answered++;
        hold(t, index, i, len, arrival, due);
        return;
    case SERVICE_LOST:
        counts->lost++;
        t->tally->lost++;
        break;
    case SERVICE_FULL:
        counts->capped++;
        t->tally->full++;
        series_add(&t->lab->series, SERIES_CAPPED, t->now, 1);
        break;
    }
    tally_unanswered(t->tally, arrival);
}

static int read_queries(struct timed *t, uint32_t index)
{
    struct resolver *resolver = &t->lab->fleet->resolvers[index];
    int count = recvmmsg(resolver->udp, t->in, READ_MAX, MSG_DONTWAIT, NULL);
    if (count <= 0)
        return errno == EAGAIN || errno == EINTR ? 0 : ERR_IO;
    mono_ns now = clock_mono_ns();
    resolver->counts.queries += (unsigned)count;
    meter_add(&resolver->meter, now, (uint32_t)count);
    meter_add(&t->lab->meter, now, (uint32_t)count);
    series_add(&t->lab->series, SERIES_QUERIES, now, (uint32_t)count);
    for (int i = 0; i < count; i++) {
        take_query(t, index, i);
        t->in[i].msg_hdr.msg_namelen = sizeof t->from[i];
        t->in[i].msg_hdr.msg_controllen = sizeof t->control[i];
    }
    t->heard = t->now;
    return 0;
}

/* --- replies out --- */

/* COUNT replies of one resolver, taken off the heap, in t->out. */
static void send_batch(struct timed *t, const uint32_t *numbers, unsigned count)
{
    struct resolver *resolver = &t->lab->fleet->resolvers[t->held[numbers[0]].resolver];
    int64_t before = real_ns();
    for (unsigned sent = 0; sent < count;) {
        int n = sendmmsg(resolver->udp, t->out + sent, count - sent, 0);
        if (n > 0) {
            sent += (unsigned)n;
        } else if (errno != EINTR) {
            t->lab->send_errors++; /* that one is lost, the others are not */
            sent++;
        }
    }
    int64_t after = real_ns();
    for (unsigned i = 0; i < count; i++) {
        const struct held *held = &t->held[numbers[i]];
        int64_t left = before + (after - before) * (i + 1) / count;
        tally_sent(t->tally, held->stamp, held->arrival, held->due, left);
        give_held(t, numbers[i]);
    }
    t->now = after;
}

/* What is due, at most SEND_MAX and of one resolver; true: there was something. */
static bool send_due(struct timed *t)
{
    uint32_t numbers[SEND_MAX];
    unsigned count = 0;
    while (count < SEND_MAX && t->heap.count && t->heap.items[0].due <= t->now) {
        struct held *held = &t->held[t->heap.items[0].number];
        if (count && held->resolver != t->held[numbers[0]].resolver)
            break;
        numbers[count] = dueheap_take(&t->heap).number;
        t->iov_out[count] = (struct iovec){held->data, held->len};
        t->out[count].msg_hdr =
            (struct msghdr){.msg_name = &held->client,
                            .msg_namelen = t->lab->fleet->resolvers[held->resolver].address_len,
                            .msg_iov = &t->iov_out[count],
                            .msg_iovlen = 1};
        count++;
    }
    if (count)
        send_batch(t, numbers, count);
    return count > 0;
}

/* --- the loop --- */

/* Sleeps where nothing will be missed by it. */
static int rest(struct timed *t)
{
    struct fleet *fleet = t->lab->fleet;
    struct pollfd wanted[TIMED_RESOLVERS_MAX];
    int64_t wait = IDLE;
    if (t->heap.count && t->heap.items[0].due - t->now - WAKE_EARLY < wait)
        wait = t->heap.items[0].due - t->now - WAKE_EARLY;
    if (t->now - t->heard < QUIET || wait <= 0)
        return 0;
    for (size_t i = 0; i < fleet->count; i++)
        wanted[i] = (struct pollfd){.fd = fleet->resolvers[i].udp, .events = POLLIN};
    struct timespec timeout = {.tv_nsec = (long)wait};
    return ppoll(wanted, fleet->count, &timeout, NULL) < 0 && errno != EINTR ? ERR_IO : 0;
}

static int loop(struct timed *t, mono_ns end)
{
    int err = 0;
    while (!err && !*t->lab->stop) {
        t->now = real_ns();
        if (t->now - t->clock_look > CLOCK_LOOK || t->now < t->clock_look) {
            look_at_clocks(t);
            if (clock_mono_ns() >= end)
                break;
        }
        for (uint32_t i = 0; !err && i < t->lab->fleet->count; i++)
            err = read_queries(t, i);
        if (!err && !send_due(t))
            err = rest(t);
    }
    return err;
}

static int make(struct timed *t)
{
    const struct lab_options *o = t->lab->options;
    struct fleet *fleet = t->lab->fleet;
    int one = 1, err = tally_create(&t->tally, o->stamps ? TALLY_STAMPS_MAX : 0);
    if (err)
        return err;
    if ((err = dueheap_init(&t->heap, HELD_MAX)))
        return err;
    if (!(t->held = malloc(HELD_MAX * sizeof *t->held)))
        return ERR_NOMEM;
    t->free = UINT32_MAX;
    for (uint32_t i = 0; i < fleet->count; i++) {
        if ((err = service_init(&t->services[i], &o->service, o->seed + i)))
            return err;
        if (setsockopt(fleet->resolvers[i].udp, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one))
            return ERR_IO;
    }
    for (unsigned i = 0; i < READ_MAX; i++) {
        t->iov_in[i] = (struct iovec){t->data[i], QUERY_MAX};
        t->in[i].msg_hdr = (struct msghdr){.msg_name = &t->from[i],
                                           .msg_namelen = sizeof t->from[i],
                                           .msg_iov = &t->iov_in[i],
                                           .msg_iovlen = 1,
                                           .msg_control = t->control[i],
                                           .msg_controllen = sizeof t->control[i]};
    }
    return prctl(PR_SET_TIMERSLACK, 1) ? ERR_IO : 0;
}

int timed_run(struct lab *lab, struct fast *fast, mono_ns end)
{
    struct timed *t = calloc(1, sizeof *t);
    if (!t)
        return ERR_NOMEM;
    assert(lab->fleet->count <= TIMED_RESOLVERS_MAX);
    t->lab = lab;
    t->fast = fast;
    int err = make(t);
    if (!err)
        err = loop(t, end);
    if (err)
        diag("serving: %s", err == ERR_IO ? strerror(errno) : err_text(err));
    lab->tally = t->tally; /* the report's */
    for (size_t i = 0; i < lab->fleet->count; i++)
        service_deinit(&t->services[i]);
    dueheap_deinit(&t->heap);
    free(t->held);
    free(t);
    return !err && lab->options->stamps ? tally_write_stamps(lab->tally, lab->options->stamps)
                                        : err;
}
