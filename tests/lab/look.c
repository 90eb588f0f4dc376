// SPDX-License-Identifier: BSD-2-Clause
/* Sends one query for type A and shows every packet that comes, whoever sent it:
 *
 *   look ADDRESS PORT NAME WAIT_MS
 *
 * A line a packet, in the order of arrival: from whom, whether id and question are those
 * asked, whether it is a reply, the rcode, the address of a single A record, and the
 * milliseconds it took. For the lab's forgeries, which other clients never see. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "dns/name.h"

#define PACKETS_MAX 16 /* more than any forger sends */
#define WAIT_MAX_MS 10000

struct query {
    uint8_t data[12 + NAME_WIRE_MAX + 4];
    size_t len;
};

static int query_build(struct query *out, const char *text)
{
    static const uint8_t head[12] = {0x12, 0x34, 1, 0, 0, 1}, tail[4] = {0, 1, 0, 1};
    struct name name;
    if (name_from_text(&name, text, strlen(text)))
        return ERR_SYNTAX;
    memcpy(out->data, head, sizeof head);
    memcpy(out->data + sizeof head, name.wire, name.len);
    memcpy(out->data + sizeof head + name.len, tail, sizeof tail);
    out->len = sizeof head + name.len + sizeof tail;
    return 0;
}

/* The lab's single A record: a pointer, ten octets, the address. */
static const char *address_text(const struct query *query, const uint8_t *data, size_t len,
                                char out[INET_ADDRSTRLEN])
{
    size_t at = query->len + 12;
    if (len < at + 4 || data[7] != 1 || data[at - 1] != 4)
        return "-";
    return inet_ntop(AF_INET, data + at, out, INET_ADDRSTRLEN);
}

static void show(const struct query *query, const struct sockaddr_storage *from,
                 const uint8_t *data, size_t len, mono_ns took)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
    char host[INET6_ADDRSTRLEN] = "", address[INET_ADDRSTRLEN];
    if (from->ss_family == AF_INET)
        inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
    else
        inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
    bool is_whole = len >= query->len;
    printf("from=%s/%u id=%s question=%s %s rcode=%d a=%s ms=%lld\n", host,
           ntohs(v4->sin_port), /* sin6_port lies at the same place */
           is_whole && !memcmp(data, query->data, 2) ? "same" : "other",
           is_whole && !memcmp(data + 12, query->data + 12, query->len - 12) ? "same" : "other",
           is_whole && data[2] & 0x80 ? "reply" : "query", is_whole ? data[3] & 15 : -1,
           address_text(query, data, len, address), (long long)(took / NS_PER_MS));
}

static int look(int fd, const struct query *query, mono_ns wait)
{
    mono_ns start = clock_mono_ns();
    for (unsigned i = 0; i < PACKETS_MAX; i++) {
        struct pollfd poller = {.fd = fd, .events = POLLIN};
        struct sockaddr_storage from;
        socklen_t from_len = sizeof from;
        uint8_t data[4096];
        mono_ns left = start + wait - clock_mono_ns();
        /* At the end without a wait: what has come counts, however late this process is. */
        int ready = poll(&poller, 1, left > 0 ? (int)(left / NS_PER_MS) + 1 : 0);
        if (ready <= 0)
            return ready < 0 && errno != EINTR ? ERR_IO : 0;
        ssize_t len = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from, &from_len);
        if (len < 0)
            return ERR_IO;
        show(query, &from, data, (size_t)len, clock_mono_ns() - start);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    struct query query;
    if (argc != 5 || query_build(&query, argv[3])) {
        fprintf(stderr, "usage: look ADDRESS PORT NAME WAIT_MS\n");
        return 2;
    }
    int wait_ms = atoi(argv[4]);
    bool is_v4 = inet_pton(AF_INET, argv[1], &v4.sin_addr) == 1;
    v4.sin_port = v6.sin6_port = htons((uint16_t)atoi(argv[2]));
    if ((!is_v4 && inet_pton(AF_INET6, argv[1], &v6.sin6_addr) != 1) || wait_ms < 1 ||
        wait_ms > WAIT_MAX_MS)
        return 2;
    int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const struct sockaddr *to = is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    int err = ERR_IO;
    if (fd >= 0 && sendto(fd, query.data, query.len, 0, to, is_v4 ? sizeof v4 : sizeof v6) > 0)
        err = look(fd, &query, wait_ms * NS_PER_MS);
    if (err)
        perror("look");
    if (fd >= 0)
        close(fd);
    return err ? 1 : 0;
}
