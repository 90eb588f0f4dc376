// SPDX-License-Identifier: BSD-2-Clause
#include "engine/udp_socket.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/sock_diag.h>
#include <unistd.h>

#define PORT_MIN           10240 /* clear of services on the well-known and registered low ports */
#define PORT_COUNT         (65536 - PORT_MIN)
#define BIND_TRIES         64         /* a port in use is unlucky, 64 in a row is a full machine */
#define RECEIVE_BUFFER     (16 << 20) /* some 20,000 small datagrams; by force, where allowed */
#define RECEIVE_BUFFER_MIN (4 << 20)  /* what an ordinary user may usually have */

static int bind_random(int fd, const struct wire_address *wanted, unsigned family, struct rng *rng)
{
    struct wire_address local = *wanted;
    if (local.len == 0) {
        local.family = (uint8_t)family;
        local.sa.any.sa_family = family ? AF_INET6 : AF_INET;
        local.len = family ? sizeof local.sa.v6 : sizeof local.sa.v4;
    }
    for (int i = 0; i < BIND_TRIES; i++) {
        uint16_t port = htons((uint16_t)(PORT_MIN + rng_below(rng, PORT_COUNT)));
        if (family)
            local.sa.v6.sin6_port = port;
        else
            local.sa.v4.sin_port = port;
        if (bind(fd, &local.sa.any, local.len) == 0)
            return 0;
        if (errno != EADDRINUSE && errno != EACCES)
            break;
    }
    return ERR_IO;
}

static void set_options(int fd, unsigned family)
{
    int size = RECEIVE_BUFFER, on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
        size = RECEIVE_BUFFER_MIN;
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }
    int level = family ? IPPROTO_IPV6 : IPPROTO_IP;
    if (family)
        (void)setsockopt(fd, level, IPV6_V6ONLY, &on, sizeof on);
    (void)setsockopt(fd, level, family ? IPV6_RECVERR : IP_RECVERR, &on, sizeof on);
    if (!family) {
        /* Never fragment: queries are far below any MTU. It also spares the kernel an
         * atomic counter for each datagram's IP id (about 100 ns). */
        int never = IP_PMTUDISC_DO;
        (void)setsockopt(fd, level, IP_MTU_DISCOVER, &never, sizeof never);
    }
}

int udp_socket_open(unsigned family, const struct wire_address *bind, struct rng *rng)
{
    int fd = socket(family ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    set_options(fd, family);
    if (bind_random(fd, bind, family, rng) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

bool udp_socket_bounce(int fd, unsigned family, struct wire_bounce *out)
{
    uint8_t sent[DNS_HEADER_LEN] = {0};
    union {
        char bytes[CMSG_SPACE(sizeof(struct sock_extended_err) + sizeof(struct sockaddr_in6))];
        struct cmsghdr align;
    } control;
    struct iovec iov = {.iov_base = sent, .iov_len = sizeof sent};
    struct msghdr message = {
        .msg_name = &out->to.sa,
        .msg_namelen = sizeof out->to.sa,
        .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    ssize_t len = recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (len < 2)
        return false;
    out->to.family = (uint8_t)family;
    out->to.len = (uint8_t)message.msg_namelen;
    out->id = (uint16_t)(sent[0] << 8 | sent[1]);
    return true;
}

uint32_t udp_socket_drops(int fd)
{
    uint32_t info[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) != 0)
        return 0;
    return info[SK_MEMINFO_DROPS];
}
