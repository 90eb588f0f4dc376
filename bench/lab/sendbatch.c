// SPDX-License-Identifier: BSD-2-Clause
#include "bench/lab/sendbatch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "bench/lab/answer.h"

#define BATCH 64

union control {
    struct cmsghdr header;
    uint8_t room[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

struct sendbatch {
    int fd; /* the IPv4 socket that sends for all; -1: none is open */
    unsigned count;
    uint64_t errors;
    struct mmsghdr messages[BATCH];
    struct iovec iov[BATCH];
    union client to[BATCH];
    union control control[BATCH];
    uint8_t data[BATCH][ANSWER_UDP_MAX];
};

int sendbatch_create(struct sendbatch **out, const struct fleet *fleet)
{
    struct sendbatch *batch = calloc(1, sizeof *batch);
    *out = batch;
    if (!batch)
        return ERR_NOMEM;
    batch->fd = -1;
    for (size_t i = 0; i < fleet->count && batch->fd < 0; i++) {
        if (fleet->resolvers[i].address.any.sa_family == AF_INET)
            batch->fd = fleet->resolvers[i].udp;
    }
    for (unsigned i = 0; i < BATCH; i++) {
        struct msghdr *header = &batch->messages[i].msg_hdr;
        batch->iov[i].iov_base = batch->data[i];
        *header = (struct msghdr){.msg_name = &batch->to[i],
                                  .msg_namelen = sizeof batch->to[i].v4,
                                  .msg_iov = &batch->iov[i],
                                  .msg_iovlen = 1,
                                  .msg_control = &batch->control[i],
                                  .msg_controllen = sizeof batch->control[i]};
        struct cmsghdr *control = CMSG_FIRSTHDR(header);
        control->cmsg_level = IPPROTO_IP;
        control->cmsg_type = IP_PKTINFO;
        control->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
    }
    return 0;
}

void sendbatch_destroy(struct sendbatch *batch)
{
    free(batch);
}

void sendbatch_put(struct sendbatch *batch, const struct resolver *resolver,
                   const union client *client, const uint8_t *data, size_t len)
{
    if (resolver->address.any.sa_family != AF_INET) {
        if (sendto(resolver->udp, data, len, MSG_DONTWAIT, &client->any, sizeof client->v6) < 0)
            batch->errors++;
        return;
    }
    if (batch->count == BATCH)
        sendbatch_flush(batch);
    unsigned at = batch->count++;
    struct in_pktinfo info = {.ipi_spec_dst = resolver->address.v4.sin_addr};
    memcpy(CMSG_DATA(CMSG_FIRSTHDR(&batch->messages[at].msg_hdr)), &info, sizeof info);
    memcpy(batch->data[at], data, len);
    batch->iov[at].iov_len = len;
    batch->to[at].v4 = client->v4;
}

void sendbatch_flush(struct sendbatch *batch)
{
    unsigned sent = 0;
    while (sent < batch->count) {
        int n = sendmmsg(batch->fd, batch->messages + sent, batch->count - sent, MSG_DONTWAIT);
        if (n > 0) {
            sent += (unsigned)n;
            continue;
        }
        if (errno == EINTR)
            continue;
        batch->errors++; /* that reply is lost; the others are not */
        sent++;
    }
    batch->count = 0;
}

uint64_t sendbatch_errors(const struct sendbatch *batch)
{
    return batch->errors;
}
