// SPDX-License-Identifier: BSD-2-Clause
#include "bench/lab/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/lab/diag.h"

/* Raises the descriptor limit to WANTED, as far as allowed; returns the limit. */
static size_t raise_limit(size_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit))
        return 256;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) || getrlimit(RLIMIT_NOFILE, &limit))
            return 256;
    }
    return limit.rlim_cur;
}

/* The options see to it; this is the last door. */
static bool is_loopback(const struct resolver *resolver)
{
    if (resolver->address.any.sa_family == AF_INET)
        return ntohl(resolver->address.v4.sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&resolver->address.v6.sin6_addr);
}

static int open_one(const struct resolver *resolver, int type, int buffer_bytes)
{
    char text[FLEET_ADDRESS_MAX];
    int one = 1;
    if (!is_loopback(resolver)) {
        errno = EADDRNOTAVAIL;
        goto failed;
    }
    int fd = socket(resolver->address.any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        goto failed;
    if (type == SOCK_DGRAM) {
        if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes))
            (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    } else if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one)) {
        goto close; /* else a restart waits for the last run's connections */
    }
    if (bind(fd, &resolver->address.any, resolver->address_len))
        goto close;
    if (type == SOCK_STREAM && listen(fd, SOCKETS_BACKLOG))
        goto close;
    return fd;
close:;
    int cause = errno;
    close(fd);
    errno = cause;
failed:
    diag("%s %s: %s%s", fleet_address_text(resolver, text), type == SOCK_DGRAM ? "UDP" : "TCP",
         strerror(errno),
         errno == EADDRINUSE ? "; another lab may be running: choose another --port or --first"
                             : "");
    return -1;
}

int sockets_open(struct fleet *fleet, int buffer_bytes, bool with_tcp)
{
    size_t wanted = fleet->count * (with_tcp ? 2 : 1) + SOCKETS_SPARE;
    if (raise_limit(wanted) < wanted) {
        diag("%zu resolvers need %zu descriptors, more than this user may have (ulimit -Hn)",
             fleet->count, wanted);
        return ERR_IO;
    }
    for (size_t i = 0; i < fleet->count; i++) {
        struct resolver *resolver = &fleet->resolvers[i];
        int dead = fleet_dead(resolver);
        if (dead == DEAD_CLOSED)
            continue;
        resolver->udp = open_one(resolver, SOCK_DGRAM, buffer_bytes);
        if (resolver->udp < 0)
            return ERR_IO;
        if (!with_tcp || dead)
            continue;
        resolver->tcp = open_one(resolver, SOCK_STREAM, 0);
        if (resolver->tcp < 0)
            return ERR_IO;
    }
    return 0;
}

void sockets_close(struct fleet *fleet)
{
    for (size_t i = 0; i < fleet->count; i++) {
        struct resolver *resolver = &fleet->resolvers[i];
        if (resolver->udp >= 0)
            close(resolver->udp);
        if (resolver->tcp >= 0)
            close(resolver->tcp);
        resolver->udp = resolver->tcp = -1;
    }
}

uint64_t sockets_drops(const struct fleet *fleet)
{
    uint64_t drops = 0;
    for (size_t i = 0; i < fleet->count; i++) {
        uint32_t info[SK_MEMINFO_VARS] = {0};
        socklen_t len = sizeof info;
        int fd = fleet->resolvers[i].udp;
        if (fd >= 0 && !getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len))
            drops += info[SK_MEMINFO_DROPS];
    }
    return drops;
}
