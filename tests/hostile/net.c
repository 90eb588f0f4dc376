// SPDX-License-Identifier: BSD-2-Clause
/* Sockets on loopback: every address is looked at before it is used. */
#include "tests/hostile/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX   64
#define PORT_TRIES 50 /* a port that is free for UDP may be taken for TCP */
#define BACKLOG    128

static bool is_loopback(const union net_address *a)
{
    if (a->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
    return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
}

int net_parse(union net_address *out, const char *text)
{
    char host[TEXT_MAX], *end;
    const char *colon = strrchr(text, ':');
    size_t len = colon ? (size_t)(colon - text) : 0;
    if (!colon || len == 0 || len >= sizeof host)
        return ERR_SYNTAX;
    memcpy(host, text, len);
    host[len] = '\0';
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (*end || end == colon + 1 || port > 65535)
        return ERR_SYNTAX;
    *out = (union net_address){0};
    if (host[0] == '[' && host[len - 1] == ']') {
        host[len - 1] = '\0';
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)port);
        if (inet_pton(AF_INET6, host + 1, &out->v6.sin6_addr) != 1)
            return ERR_SYNTAX;
    } else {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons((uint16_t)port);
        if (inet_pton(AF_INET, host, &out->v4.sin_addr) != 1)
            return ERR_SYNTAX;
    }
    return is_loopback(out) ? 0 : ERR_RANGE;
}

socklen_t net_len(const union net_address *address)
{
    return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

uint16_t net_port(const union net_address *address)
{
    return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port : address->v4.sin_port);
}

static int open_socket(const union net_address *address, int type, bool blocks)
{
    int buffer = NET_BUFFER;
    int fd = socket(address->any.sa_family, type | SOCK_CLOEXEC | (blocks ? 0 : SOCK_NONBLOCK), 0);
    if (fd >= 0 && type == SOCK_DGRAM) { /* as much of it as the system gives */
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    }
    return fd;
}

/* Closes FD unless all is well, keeping errno. */
static int checked(int fd, bool is_well)
{
    int cause = errno;
    if (is_well || fd < 0)
        return fd;
    close(fd);
    errno = cause;
    return -1;
}

int net_open(const union net_address *address, int type)
{
    int on = 1, fd = open_socket(address, type, false);
    if (fd >= 0 && type == SOCK_STREAM)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return checked(fd, fd >= 0 && bind(fd, &address->any, net_len(address)) == 0 &&
                           (type == SOCK_DGRAM || listen(fd, BACKLOG) == 0));
}

int net_connect(const union net_address *address, int type, bool blocks)
{
    int fd = open_socket(address, type, blocks);
    return checked(
        fd, fd >= 0 && (connect(fd, &address->any, net_len(address)) == 0 || errno == EINPROGRESS));
}

static int open_at(int fds[4], uint16_t port)
{
    static const char *const hosts[] = {"127.0.0.1:0", "[::1]:0"};
    for (unsigned i = 0; i < 4; i++) {
        union net_address address;
        int err = net_parse(&address, hosts[i % 2]);
        if (err)
            return err;
        if (i % 2)
            address.v6.sin6_port = htons(port);
        else
            address.v4.sin_port = htons(port);
        fds[i] = net_open(&address, i < 2 ? SOCK_DGRAM : SOCK_STREAM);
        /* Without IPv6 there is nobody who could ask there. */
        if (fds[i] < 0 && !(i % 2 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)))
            return ERR_IO;
        if (port == 0 && i == 0) {
            socklen_t len = sizeof address;
            if (getsockname(fds[0], &address.any, &len))
                return ERR_IO;
            port = net_port(&address);
        }
    }
    return port;
}

int net_open_both(int fds[4], uint16_t *port)
{
    int got = ERR_IO;
    for (unsigned try = 0; try < (*port ? 1 : PORT_TRIES); try++) {
        memset(fds, 0xff, 4 * sizeof *fds);
        got = open_at(fds, *port);
        if (got > 0) {
            *port = (uint16_t)got;
            return 0;
        }
        for (unsigned i = 0; i < 4; i++)
            (void)checked(fds[i], false);
    }
    return got;
}

void net_catch_signals(void (*on_signal)(int))
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}
