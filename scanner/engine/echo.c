// SPDX-License-Identifier: BSD-2-Clause
#include "engine/echo.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#define ECHO_BATCH   64
#define ECHO_CAP     512               /* octets of a query; longer ones are not ours */
#define LOOK_EVERY_S 0                 /* how soon it sees that it is to end: */
#define LOOK_EVERY   50000             /* and us */
#define BUFFER       (4 * 1024 * 1024) /* a burst waits there while the thread does not run */

struct echo {
    int fd;
    pthread_t thread;
    atomic_bool is_over;
    struct wire_address address;
    uint8_t data[ECHO_BATCH][ECHO_CAP];
    struct wire_address from[ECHO_BATCH];
    struct iovec vectors[ECHO_BATCH];
    struct mmsghdr messages[ECHO_BATCH];
};

static void make_ready(struct echo *echo, unsigned i)
{
    echo->vectors[i] = (struct iovec){.iov_base = echo->data[i], .iov_len = ECHO_CAP};
    echo->messages[i].msg_hdr = (struct msghdr){.msg_name = &echo->from[i].sa,
                                                .msg_namelen = sizeof echo->from[i].sa,
                                                .msg_iov = &echo->vectors[i],
                                                .msg_iovlen = 1};
}

/* The query at I becomes the answer at COUNT; false: it is none. */
static bool turn_round(struct echo *echo, unsigned i, unsigned count)
{
    uint8_t *data = echo->data[i];
    size_t len = echo->messages[i].msg_len;
    if (len < DNS_HEADER_LEN || echo->messages[i].msg_hdr.msg_flags & MSG_TRUNC || data[2] & 0x80)
        return false;
    data[2] |= 0x80; /* QR */
    data[3] = 0x80;  /* RA, NOERROR */
    echo->vectors[i].iov_len = len;
    echo->messages[count] = echo->messages[i];
    return true;
}

static void send_all(struct echo *echo, unsigned count)
{
    for (unsigned done = 0; done < count;) {
        int sent = sendmmsg(echo->fd, echo->messages + done, count - done, 0);
        done += sent > 0 ? (unsigned)sent : 1; /* who cannot be reached is passed over */
    }
}

static void *answer(void *ctx)
{
    struct echo *echo = ctx;
    while (!atomic_load_explicit(&echo->is_over, memory_order_relaxed)) {
        unsigned count = 0;
        for (unsigned i = 0; i < ECHO_BATCH; i++)
            make_ready(echo, i);
        int got = recvmmsg(echo->fd, echo->messages, ECHO_BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < got; i++)
            count += turn_round(echo, (unsigned)i, count);
        send_all(echo, count);
    }
    return NULL;
}

static struct wire_address loopback(unsigned family)
{
    struct wire_address out = {.family = (uint8_t)family};
    out.len = family ? sizeof out.sa.v6 : sizeof out.sa.v4;
    if (family) {
        out.sa.v6.sin6_family = AF_INET6;
        out.sa.v6.sin6_addr = in6addr_loopback;
    } else {
        out.sa.v4.sin_family = AF_INET;
        out.sa.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    return out;
}

static int open_socket(struct echo *echo)
{
    const struct timeval wait = {.tv_sec = LOOK_EVERY_S, .tv_usec = LOOK_EVERY};
    int buffer = BUFFER;
    socklen_t len = echo->address.len;
    struct sockaddr *at = &echo->address.sa.any;
    echo->fd = socket(at->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (echo->fd < 0)
        return ERR_IO;
    (void)setsockopt(echo->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (setsockopt(echo->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) != 0 ||
        bind(echo->fd, at, len) != 0 || getsockname(echo->fd, at, &len) != 0)
        return ERR_IO;
    return 0;
}

static void give_up(struct echo *echo)
{
    int cause = errno;
    if (echo->fd >= 0)
        close(echo->fd);
    free(echo);
    errno = cause;
}

int echo_open(struct echo **out, unsigned family)
{
    struct echo *echo = calloc(1, sizeof *echo);
    *out = NULL;
    if (!echo)
        return ERR_NOMEM;
    echo->address = loopback(family);
    int error = open_socket(echo);
    if (!error) {
        errno = pthread_create(&echo->thread, NULL, answer, echo);
        error = errno ? ERR_IO : 0;
    }
    if (error) {
        give_up(echo);
        return error;
    }
    *out = echo;
    return 0;
}

const struct wire_address *echo_address(const struct echo *echo)
{
    return &echo->address;
}

void echo_close(struct echo *echo)
{
    if (!echo)
        return;
    atomic_store(&echo->is_over, true);
    pthread_join(echo->thread, NULL);
    give_up(echo);
}
