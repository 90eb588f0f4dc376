// SPDX-License-Identifier: BSD-2-Clause
/* UDP by our own descriptors.
 *
 * libuv's UDP never batches what a generator sends, and its error-queue support spins
 * in the version Debian 12 has (1.44.2); so the sockets are ours, libuv only watches
 * them (udp_socket.h).
 *
 * Batches: message headers are set up once; a send patches length and address, a
 * receive only lengths. Receive slots lie 2,048 + 64 octets apart so that their first
 * cache lines do not all map to one set. */
#include "engine/wire_udp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/udp_socket.h"

#define RECEIVE_STRIDE (WIRE_DATAGRAM_CAP + 128)

struct udp {
    unsigned socket_count;
    unsigned family_first[WIRE_FAMILIES + 1]; /* sockets of family f: [f], [f + 1] */
    int *descriptors;
    struct {
        struct wire_batch batch;
        struct mmsghdr headers[WIRE_BATCH];
        struct iovec iov[WIRE_BATCH];
    } * out[WIRE_FAMILIES];
    struct mmsghdr in_headers[WIRE_BATCH];
    struct iovec in_iov[WIRE_BATCH];
    struct wire_address in_from[WIRE_BATCH];
    uint8_t *in_data;
};

unsigned udp_socket_family(const struct udp *udp, unsigned socket)
{
    return socket >= udp->family_first[1];
}

/* connect(2) on a UDP socket looks up the route and sends nothing. */
bool wire_has_route(const struct wire_address *to)
{
    int fd = socket(to->sa.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool has = connect(fd, &to->sa.any, to->len) == 0;
    close(fd);
    return has;
}

static void prepare_headers(struct udp *udp)
{
    for (unsigned f = 0; f < WIRE_FAMILIES; f++) {
        if (!udp->out[f])
            continue;
        for (size_t i = 0; i < WIRE_BATCH; i++) {
            udp->out[f]->iov[i].iov_base = udp->out[f]->batch.data[i];
            udp->out[f]->headers[i].msg_hdr.msg_iov = &udp->out[f]->iov[i];
            udp->out[f]->headers[i].msg_hdr.msg_iovlen = 1;
        }
    }
    for (size_t i = 0; i < WIRE_BATCH; i++) {
        udp->in_iov[i] = (struct iovec){.iov_base = udp->in_data + i * RECEIVE_STRIDE,
                                        .iov_len = WIRE_DATAGRAM_CAP};
        udp->in_headers[i].msg_hdr.msg_iov = &udp->in_iov[i];
        udp->in_headers[i].msg_hdr.msg_iovlen = 1;
        udp->in_headers[i].msg_hdr.msg_name = &udp->in_from[i].sa;
    }
}

int udp_open(struct udp **out, const struct wire_params *params)
{
    *out = NULL;
    struct udp *udp = calloc(1, sizeof *udp);
    if (!udp)
        return ERR_NOMEM;
    unsigned total = params->socket_count[0] + params->socket_count[1];
    udp->family_first[1] = params->socket_count[0];
    udp->family_first[2] = total;
    int error = ERR_NOMEM;
    udp->descriptors = calloc(total + 1, sizeof *udp->descriptors);
    udp->in_data = calloc(WIRE_BATCH, RECEIVE_STRIDE);
    if (!udp->descriptors || !udp->in_data)
        goto fail;
    for (unsigned f = 0; f < WIRE_FAMILIES; f++) {
        if (params->socket_count[f] && !(udp->out[f] = calloc(1, sizeof *udp->out[f])))
            goto fail;
    }
    prepare_headers(udp);
    error = ERR_IO;
    for (; udp->socket_count < total; udp->socket_count++) {
        unsigned family = udp_socket_family(udp, udp->socket_count);
        int fd = udp_socket_open(family, &params->bind[family], params->rng);
        if (fd < 0)
            goto fail;
        udp->descriptors[udp->socket_count] = fd;
    }
    *out = udp;
    return 0;
fail:;
    int saved = errno;
    udp_close(udp);
    errno = saved;
    return error;
}

void udp_close(struct udp *udp)
{
    if (!udp)
        return;
    for (unsigned i = 0; i < udp->socket_count; i++)
        close(udp->descriptors[i]);
    free(udp->out[0]);
    free(udp->out[1]);
    free(udp->in_data);
    free(udp->descriptors);
    free(udp);
}

unsigned udp_socket_count(const struct udp *udp)
{
    return udp->socket_count;
}

int udp_descriptor(const struct udp *udp, unsigned socket)
{
    return udp->descriptors[socket];
}

struct wire_batch *udp_batch(struct udp *udp, unsigned family)
{
    return &udp->out[family]->batch;
}

/* What a failed send means for the datagram it failed on. */
static enum wire_send_result send_failure(int error)
{
    switch (error) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM:
        return WIRE_BUSY;
    default:
        return WIRE_UNREACHABLE;
    }
}

enum wire_send_result udp_send(struct udp *udp, unsigned socket, size_t *first, size_t count)
{
    unsigned family = udp_socket_family(udp, socket);
    struct mmsghdr *headers = udp->out[family]->headers;
    const struct wire_batch *batch = &udp->out[family]->batch;
    for (size_t i = *first; i < count; i++) {
        udp->out[family]->iov[i].iov_len = batch->len[i];
        headers[i].msg_hdr.msg_name = (void *)(uintptr_t)&batch->to[i]->sa;
        headers[i].msg_hdr.msg_namelen = batch->to[i]->len;
    }
    /* A pending ICMP error makes one call fail though its datagram is fine; bounded,
     * because each such failure takes one error away. */
    unsigned pending_errors = 0;
    while (*first < count) {
        int sent = sendmmsg(udp->descriptors[socket], headers + *first, (unsigned)(count - *first),
                            MSG_DONTWAIT);
        if (sent > 0) {
            *first += (size_t)sent;
            continue;
        }
        if (errno == EINTR)
            continue;
        bool is_pending = errno == ECONNREFUSED || errno == EHOSTUNREACH || errno == ENETUNREACH ||
                          errno == EMSGSIZE;
        if (is_pending && pending_errors++ < 2)
            continue;
        return send_failure(errno);
    }
    return WIRE_SENT;
}

size_t udp_receive(struct udp *udp, unsigned socket, struct wire_datagram out[WIRE_BATCH])
{
    unsigned family = udp_socket_family(udp, socket);
    for (size_t i = 0; i < WIRE_BATCH; i++)
        udp->in_headers[i].msg_hdr.msg_namelen = sizeof udp->in_from[i].sa;
    int count;
    unsigned pending_errors = 0;
    do {
        count = recvmmsg(udp->descriptors[socket], udp->in_headers, WIRE_BATCH, MSG_DONTWAIT, NULL);
    } while (count < 0 && errno != EAGAIN && pending_errors++ < WIRE_BATCH);
    if (count <= 0)
        return 0;
    for (size_t i = 0; i < (size_t)count; i++) {
        udp->in_from[i].family = (uint8_t)family;
        out[i] = (struct wire_datagram){
            .data = udp->in_iov[i].iov_base,
            .from = &udp->in_from[i],
            .len = (uint16_t)udp->in_headers[i].msg_len,
            .is_cut = (udp->in_headers[i].msg_hdr.msg_flags & MSG_TRUNC) != 0,
        };
    }
    return (size_t)count;
}

bool udp_next_bounce(struct udp *udp, unsigned socket, struct wire_bounce *out)
{
    return udp_socket_bounce(udp->descriptors[socket], udp_socket_family(udp, socket), out);
}

uint64_t udp_drops(struct udp *udp)
{
    uint64_t total = 0;
    for (unsigned i = 0; i < udp->socket_count; i++)
        total += udp_socket_drops(udp->descriptors[i]);
    return total;
}
