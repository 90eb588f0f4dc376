// SPDX-License-Identifier: BSD-2-Clause
/* bare: the yardstick. What the kernel alone takes to carry the queries.
 *
 * 1. Every query is prebuilt, octet for octet what dnstrawl sends (same names, same
 *    OPT record); ids are the place in the list. None of this is measured.
 * 2. One unconnected socket (but see -a) with the receive buffer that dnstrawl asks for. While the
 *    window has room for a whole batch, one sendmmsg; then one recvmmsg. Replies are
 *    counted, not looked at.
 * 3. When nothing comes for WRITE_OFF_MS, what is still out is written off as lost;
 *    SILENCES_MAX times on end, and nobody is there: so the loop ends whatever happens.
 * CPU time is taken right before and right after the loop and printed with the rest
 * as one JSON object. Single-threaded on purpose: a second thread would make every
 * system call count references on the descriptor.
 *
 * usage: bare [-w block|poll|spin] [-c IN_FLIGHT] [-n ROUNDS] [-a ADDRESS] NAMES PORT
 * 127.0.0.1 is asked, or ADDRESS, on a connected socket: for bench/gso, whose responder is
 * in a network namespace. The list is asked ROUNDS times, once by default. -w is how to wait for
 * replies: in recvmmsg itself, in poll, or not at all (`spin` burns the time it waits, so it says
 * little). */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lines.h"
#include "base/units.h"
#include "dns/code.h"
#include "dns/name.h"
#include "dns/query.h"

#define BATCH              64         /* datagrams a call, as dnstrawl */
#define IN_FLIGHT_DEFAULT  2048       /* far from any buffer's limit */
#define RECEIVE_BUFFER     (16 << 20) /* as scanner/engine/wire_udp.c */
#define RECEIVE_BUFFER_MIN (4 << 20)
#define RECEIVE_STRIDE     (2048 + 128) /* the same, so that slots start in different sets */
#define WRITE_OFF_MS       200          /* the lab answers in well under one */
#define ROUNDS_MAX         100000
#define SILENCES_MAX       10 /* two seconds */

enum wait { WAIT_BLOCK, WAIT_POLL, WAIT_SPIN };

struct bare {
    enum wait wait;
    int fd;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } to;
    bool is_connected;
    uint8_t *packets; /* each: its length in one octet pair, then its octets */
    size_t packets_len, packets_cap;
    uint64_t count, in_flight_max, rounds;
    const uint8_t *next;
    uint64_t sent, answers, lost, in_flight;
    unsigned silences; /* on end */
    uint64_t send_calls, receive_calls, poll_calls;
    mono_ns heard; /* when the last reply came; spinning only */
    struct mmsghdr out[BATCH], in[BATCH];
    struct iovec out_iov[BATCH], in_iov[BATCH];
    uint8_t in_data[BATCH][RECEIVE_STRIDE];
};

/* --- step 1: the queries --- */

static int add_packet(void *ctx, const char *file, const struct line *line)
{
    struct bare *b = ctx;
    struct name name;
    struct question question;
    (void)file;
    int error = name_from_text(&name, line->data, line->len);
    if (error)
        return error;
    if (b->packets_cap - b->packets_len < 2 + DNS_QUERY_MAX) {
        b->packets_cap = b->packets_cap * 2 + (1 << 20);
        uint8_t *grown = realloc(b->packets, b->packets_cap);
        if (!grown)
            return ERR_NOMEM;
        b->packets = grown;
    }
    question_init(&question, name.wire, name.len, TYPE_A);
    uint8_t *packet = b->packets + b->packets_len;
    size_t len = query_write(packet + 2, (uint16_t)b->count, &question, QUERY_EDNS);
    packet[0] = (uint8_t)(len >> 8);
    packet[1] = (uint8_t)len;
    b->packets_len += 2 + len;
    b->count++;
    return 0;
}

/* --- step 2: the socket and the loop --- */

/* Gives the socket its port, and its peer if it is to have one. */
static int place(const struct bare *b)
{
    struct sockaddr_in local = {.sin_family = AF_INET};
    if (!b->is_connected)
        return bind(b->fd, (struct sockaddr *)&local, sizeof local);
    return connect(b->fd, &b->to.any,
                   b->to.any.sa_family == AF_INET ? sizeof b->to.v4 : sizeof b->to.v6);
}

static int open_socket(struct bare *b)
{
    struct timeval wait = {.tv_usec = WRITE_OFF_MS * 1000};
    int size = RECEIVE_BUFFER;
    b->fd = socket(b->to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (b->fd < 0)
        return ERR_IO;
    if (setsockopt(b->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size)) {
        size = RECEIVE_BUFFER_MIN;
        (void)setsockopt(b->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }
    if (setsockopt(b->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) || place(b))
        return ERR_IO;
    for (size_t i = 0; i < BATCH; i++) {
        b->in_iov[i] = (struct iovec){b->in_data[i], 2048};
        b->in[i].msg_hdr = (struct msghdr){.msg_iov = &b->in_iov[i], .msg_iovlen = 1};
        b->out[i].msg_hdr = (struct msghdr){.msg_iov = &b->out_iov[i], .msg_iovlen = 1};
        if (!b->is_connected) {
            b->out[i].msg_hdr.msg_name = &b->to;
            b->out[i].msg_hdr.msg_namelen = sizeof b->to.v4;
        }
    }
    return 0;
}

static int send_batch(struct bare *b, unsigned count)
{
    const uint8_t *packet = b->next;
    for (unsigned i = 0; i < count; i++) {
        size_t len = (size_t)packet[0] << 8 | packet[1];
        b->out_iov[i] = (struct iovec){(void *)(uintptr_t)(packet + 2), len};
        packet += 2 + len;
    }
    int sent = sendmmsg(b->fd, b->out, count, 0);
    b->send_calls++;
    if (sent < 0)
        return errno == EINTR || errno == ENOBUFS ? 0 : ERR_IO;
    for (int i = 0; i < sent; i++)
        b->next += 2 + ((size_t)b->next[0] << 8 | b->next[1]);
    b->sent += (unsigned)sent;
    b->in_flight += (unsigned)sent;
    return 0;
}

static int write_off(struct bare *b)
{
    b->lost += b->in_flight;
    b->in_flight = 0;
    errno = ETIMEDOUT;
    return ++b->silences < SILENCES_MAX ? 0 : ERR_IO;
}

static bool is_silence_long(struct bare *b, bool has_heard)
{
    mono_ns now = clock_mono_ns();
    if (has_heard || !b->heard)
        b->heard = now;
    return now - b->heard > WRITE_OFF_MS * NS_PER_MS;
}

static int receive_batch(struct bare *b)
{
    int count =
        recvmmsg(b->fd, b->in, BATCH, b->wait == WAIT_BLOCK ? MSG_WAITFORONE : MSG_DONTWAIT, NULL);
    b->receive_calls++;
    if (count < 0 && errno != EAGAIN && errno != EINTR)
        return ERR_IO;
    uint64_t received = count > 0 ? (unsigned)count : 0;
    b->answers += received;
    b->in_flight -= received < b->in_flight ? received : b->in_flight;
    bool is_silent = false;
    if (b->wait == WAIT_BLOCK) {
        is_silent = count < 0 && errno == EAGAIN;
    } else if (b->wait == WAIT_SPIN) {
        is_silent = is_silence_long(b, received > 0);
    } else if (count < 0) {
        struct pollfd wanted = {.fd = b->fd, .events = POLLIN};
        b->poll_calls++;
        is_silent = poll(&wanted, 1, WRITE_OFF_MS) == 0;
    }
    if (received > 0)
        b->silences = 0;
    return is_silent ? write_off(b) : 0;
}

static int run(struct bare *b)
{
    int error = 0;
    uint64_t total = b->count * b->rounds;
    while (!error && (b->sent < total || b->in_flight > 0)) {
        uint64_t place = b->sent % b->count; /* in the list */
        uint64_t left = b->sent < total ? b->count - place : 0;
        if (!place)
            b->next = b->packets;
        unsigned wanted = left < BATCH ? (unsigned)left : BATCH;
        if (wanted > 0 && b->in_flight + wanted <= b->in_flight_max)
            error = send_batch(b, wanted);
        else
            error = receive_batch(b);
    }
    return error;
}

/* --- step 3: figures --- */

static int64_t ns_of(struct timeval time)
{
    return (int64_t)time.tv_sec * NS_PER_S + (int64_t)time.tv_usec * NS_PER_US;
}

static int measure(struct bare *b)
{
    struct rusage before, after;
    mono_ns start = clock_mono_ns();
    if (getrusage(RUSAGE_SELF, &before))
        return ERR_IO;
    int error = run(b);
    if (error || getrusage(RUSAGE_SELF, &after))
        return ERR_IO;
    double seconds = (double)(clock_mono_ns() - start) / (double)NS_PER_S;
    int64_t user = ns_of(after.ru_utime) - ns_of(before.ru_utime);
    int64_t system = ns_of(after.ru_stime) - ns_of(before.ru_stime);
    printf("{\"queries\":%llu,\"answers\":%llu,\"lost\":%llu,\"seconds\":%.3f,"
           "\"user_seconds\":%.6f,\"system_seconds\":%.6f,\"send_calls\":%llu,"
           "\"receive_calls\":%llu,\"poll_calls\":%llu,\"ns_per_query\":%.1f}\n",
           (unsigned long long)b->sent, (unsigned long long)b->answers, (unsigned long long)b->lost,
           seconds, (double)user / 1e9, (double)system / 1e9, (unsigned long long)b->send_calls,
           (unsigned long long)b->receive_calls, (unsigned long long)b->poll_calls,
           b->sent ? (double)(user + system) / (double)b->sent : 0);
    return 0;
}

/* The peer, 127.0.0.1 where TEXT is NULL; false: TEXT is no address. */
static bool set_peer(struct bare *b, const char *text, uint16_t port)
{
    b->is_connected = text != NULL;
    b->to.v4 = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (!text || inet_pton(AF_INET, text, &b->to.v4.sin_addr) == 1)
        return true;
    b->to.v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(port)};
    return inet_pton(AF_INET6, text, &b->to.v6.sin6_addr) == 1;
}

static int read_options(struct bare *b, int argc, char **argv)
{
    const char *address = NULL;
    static const char *const waits[] = {"block", "poll", "spin"};
    int option;
    while ((option = getopt(argc, argv, "w:c:n:a:")) != -1) {
        if (option == 'c') {
            if (units_parse_count(optarg, &b->in_flight_max) || b->in_flight_max < BATCH)
                return ERR_RANGE;
            continue;
        }
        if (option == 'n') {
            if (units_parse_count(optarg, &b->rounds) || !b->rounds || b->rounds > ROUNDS_MAX)
                return ERR_RANGE;
            continue;
        }
        if (option == 'a') {
            address = optarg;
            continue;
        }
        unsigned i = 0;
        while (option == 'w' && i < 3 && strcmp(optarg, waits[i]) != 0)
            i++;
        if (option != 'w' || i == 3)
            return ERR_SYNTAX;
        b->wait = (enum wait)i;
    }
    uint64_t port = 0;
    if (argc - optind != 2 || units_parse_count(argv[optind + 1], &port) || !port || port > 65535)
        return ERR_SYNTAX;
    return set_peer(b, address, (uint16_t)port) ? 0 : ERR_SYNTAX;
}

int main(int argc, char **argv)
{
    struct bare *b = calloc(1, sizeof *b);
    if (!b)
        return 1;
    b->fd = -1;
    b->in_flight_max = IN_FLIGHT_DEFAULT;
    b->rounds = 1;
    int code = 2;
    if (read_options(b, argc, argv)) {
        fputs("usage: bare [-w block|poll|spin] [-c IN_FLIGHT] [-n ROUNDS] "
              "[-a ADDRESS] NAMES PORT\n",
              stderr);
        goto done;
    }
    code = 1;
    int error = lines_each(argv[optind], add_packet, b);
    if (!error)
        error = open_socket(b);
    if (!error)
        error = measure(b);
    if (error)
        fprintf(stderr, "bare: %s: %s\n", error == ERR_IO ? strerror(errno) : argv[optind],
                err_text(error));
    else
        code = 0;
done:
    if (b->fd >= 0)
        close(b->fd);
    free(b->packets);
    free(b);
    return code;
}
