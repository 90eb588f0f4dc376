// SPDX-License-Identifier: BSD-2-Clause
/* For the tests of the load generator: a workload whose names say how they are to be answered,
 * and a server on loopback that does so.
 *
 * A name is "K-NNNNNN.test.", K one of the letters of `enum manner`, N the query's number. */
#ifndef TEST_LOAD_HELP_H
#define TEST_LOAD_HELP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/load.h"
#include "tests/unit/engine/help.h"

#define LATE_BY  (330 * NS_PER_MS) /* past the timeout */
#define LATE_MAX 256

/* How a query is answered. */
enum manner {
    PLAIN = 'a',        /* NOERROR and an address */
    DENIED = 'n',       /* NXDOMAIN */
    IGNORED = 'd',      /* not at all */
    TWICE = 't',        /* as PLAIN, two times */
    LATER = 'l',        /* LATE_BY after it came */
    TRUNCATED = 'x',    /* TC and no record */
    BARE = 's',         /* SERVFAIL, header only */
    REFUSING = 'r',     /* REFUSED */
    WITHHELD = 'w',     /* REFUSED, with TC */
    OTHER_NAME = 'q',   /* first to another name, then as PLAIN; and so on: */
    OTHER_CLASS = 'c',  /* in another class */
    OTHER_ID = 'i',     /* by an id that was never sent, as far as one can tell */
    ECHOED = 'e',       /* the query itself */
    OTHER_OPCODE = 'o', /* NOTIFY */
    SHORTENED = 'h',    /* eleven octets */
    CUT = 'k',          /* the record that is announced is not there */
};

/* --- workload --- */

struct asking {
    const char *manners; /* asked for in turn */
    unsigned pads;       /* lengths: names get 0 .. pads - 1 octets more, as if at random */
    unsigned pad;        /* octets more for all */
    uint64_t most;       /* queries in all, each worker; 0: without end */
    mono_ns apart;       /* `at`, for replays */
    uint64_t count[LOAD_WORKERS_MAX];
};

static inline bool asking_next(void *ctx, unsigned worker, uint32_t target, struct load_query *out)
{
    static const uint8_t header[12] = {0xff, 0xff, 1, 0, 0, 1};
    struct asking *asking = ctx;
    uint64_t number = asking->count[worker];
    (void)target;
    if (asking->most && number >= asking->most)
        return false;
    asking->count[worker]++;
    char label[64];
    int len = snprintf(
        label, sizeof label, "%c-%06u%.*s", asking->manners[number % strlen(asking->manners)],
        (unsigned)number % 1000000,
        (int)(asking->pads ? ((uint32_t)number * 2654435761u >> 16) % asking->pads : asking->pad),
        "xxxxxxxxxxxxxxxxxxxx");
    uint8_t *at = out->data;
    memcpy(at, header, sizeof header);
    at += sizeof header;
    *at++ = (uint8_t)len;
    memcpy(at, label, (size_t)len);
    at += len;
    memcpy(at, "\4test\0\0\1\0\1", 10);
    at += 10;
    out->len = (uint16_t)(at - out->data);
    out->question_len = (uint16_t)(out->len - sizeof header);
    out->class = LOAD_MISS;
    out->at = (mono_ns)number * asking->apart;
    return true;
}

/* --- server --- */

struct serving {
    int fd;
    struct wire_address address;
    pthread_t thread;
    bool is_started;
    atomic_bool is_over;
    atomic_ulong seen;
    void (*watch)(void *ctx, const uint8_t *query, size_t len, mono_ns at); /* NULL: nobody */
    void *ctx;
    struct {
        mono_ns at;
        uint8_t data[512];
        size_t len;
        struct wire_address to;
    } late[LATE_MAX];
    unsigned late_count, late_first;
};

static inline void reply(struct serving *s, const struct wire_address *to, const uint8_t *data,
                         size_t len)
{
    (void)sendto(s->fd, data, len, 0, &to->sa.any, to->len);
}

static inline void put_aside(struct serving *s, const struct wire_address *to, const uint8_t *data,
                             size_t len)
{
    assert_true(s->late_count < LATE_MAX);
    s->late[s->late_count].at = clock_mono_ns() + LATE_BY;
    s->late[s->late_count].to = *to;
    s->late[s->late_count].len = len;
    memcpy(s->late[s->late_count++].data, data, len);
}

/* The true answer in DATA, made of the query there; its length, 0: there is to be none. */
static inline size_t make_answer(char manner, uint8_t *data, size_t len)
{
    static const uint8_t address[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 9};
    data[2] |= 0x80;
    switch (manner) {
    case IGNORED:
        return 0;
    case DENIED:
        data[3] = 3;
        return len;
    case TRUNCATED:
        data[2] |= 2;
        return len;
    case REFUSING:
        data[3] = 5;
        return len;
    case WITHHELD:
        data[2] |= 2;
        data[3] = 5;
        return len;
    case BARE:
        data[3] = 2;
        data[5] = 0;
        return 12;
    default:
        data[7] = 1;
        memcpy(data + len, address, sizeof address);
        return len + sizeof address;
    }
}

/* What is sent before it in DATA, the true answer still; its length, 0: nothing. */
static inline size_t make_false(char manner, uint8_t *data, size_t len, size_t query_len)
{
    switch (manner) {
    case TWICE:
        return len;
    case OTHER_NAME:
        data[15] ^= 1;
        return len;
    case OTHER_CLASS:
        data[query_len - 1] = 3;
        return len;
    case OTHER_ID:
        data[0] ^= 0x80;
        return len;
    case ECHOED:
        data[2] &= 0x7f;
        return len;
    case OTHER_OPCODE:
        data[2] |= 0x20;
        return len;
    case SHORTENED:
        return 11;
    case CUT:
        return len - 1;
    default:
        return 0;
    }
}

static inline void answer(struct serving *s, const struct wire_address *to, uint8_t *data,
                          size_t query_len)
{
    uint8_t other[512];
    char manner = (char)data[13];
    size_t len = make_answer(manner, data, query_len);
    memcpy(other, data, len);
    size_t other_len = make_false(manner, other, len, query_len);
    if (manner == LATER)
        put_aside(s, to, data, len);
    if (len == 0 || manner == LATER)
        return;
    if (other_len > 0)
        reply(s, to, other, other_len);
    reply(s, to, data, len);
}

static inline void *serve(void *arg)
{
    struct serving *s = arg;
    uint8_t data[512];
    while (!atomic_load(&s->is_over)) {
        struct wire_address from = {.family = s->address.family};
        socklen_t from_len = sizeof from.sa;
        ssize_t len = recvfrom(s->fd, data, sizeof data - 64, 0, &from.sa.any, &from_len);
        from.len = (uint8_t)from_len;
        if (len > 20) {
            atomic_fetch_add(&s->seen, 1);
            if (s->watch)
                s->watch(s->ctx, data, (size_t)len, clock_mono_ns());
            answer(s, &from, data, (size_t)len);
        }
        for (; s->late_first < s->late_count && s->late[s->late_first].at < clock_mono_ns();
             s->late_first++)
            reply(s, &s->late[s->late_first].to, s->late[s->late_first].data,
                  s->late[s->late_first].len);
    }
    return NULL;
}

/* TEXT: the address. */
static inline struct serving *serving_start(const char *text)
{
    struct serving *s = calloc(1, sizeof *s);
    struct timeval wait = {.tv_usec = 5000};
    int room = 8 << 20;
    assert_non_null(s);
    s->address = strchr(text, ':') ? address_v6(text, 0) : address_v4(text, 0);
    socklen_t len = s->address.len;
    s->fd = socket(s->address.sa.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(s->fd >= 0);
    assert_int_equal(setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait), 0);
    (void)setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    assert_int_equal(bind(s->fd, &s->address.sa.any, len), 0);
    assert_int_equal(getsockname(s->fd, &s->address.sa.any, &len), 0);
    return s;
}

static inline void serving_go(struct serving *s)
{
    s->is_started = true;
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static inline void serving_stop(struct serving *s)
{
    atomic_store(&s->is_over, true);
    if (s->is_started)
        pthread_join(s->thread, NULL);
    close(s->fd);
    free(s);
}

#endif
