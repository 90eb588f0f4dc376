// SPDX-License-Identifier: BSD-2-Clause
/* Datagrams in trains: one call, one walk through the kernel for up to 64 of equal length
 * (UDP_SEGMENT). A train is cut into datagrams behind all that, or by the device.
 *
 * The kernel refuses it where the device cannot compute checksums (EIO), or when something on the
 * way does not know of it (EINVAL); that lane then sends singly for good, this batch first. */
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>

#include "engine/load_udp.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103 /* linux/udp.h; older C libraries lack it */
#endif

static int open_gso(struct load_path **out, const struct load_path_setup *setup, const char **why)
{
    struct load_udp *udp;
    int error = load_udp_create(&udp, &load_gso_ops, setup, why);
    *out = error ? NULL : &udp->path;
    return error;
}

static ssize_t send_train(int fd, const struct load_item *items, unsigned count)
{
    union {
        char octets[CMSG_SPACE(sizeof(uint16_t))];
        struct cmsghdr align;
    } control = {0};
    size_t len = (size_t)items[0].len * (count - 1) + items[count - 1].len;
    struct iovec iov = {.iov_base = items[0].data, .iov_len = len};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = control.octets,
                             .msg_controllen = sizeof control.octets};
    struct cmsghdr *cmsg = CMSG_FIRSTHDR(&message);
    cmsg->cmsg_level = SOL_UDP;
    cmsg->cmsg_type = UDP_SEGMENT;
    cmsg->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    memcpy(CMSG_DATA(cmsg), &items[0].len, sizeof(uint16_t));
    return sendmsg(fd, &message, MSG_DONTWAIT);
}

/* Replays come in their own order, not as a train. */
static bool is_train(const struct load_item *items, unsigned count)
{
    return count > 1 && items[count - 1].data == items[0].data + (size_t)items[0].len * (count - 1);
}

static unsigned send_gso(struct load_path *path, uint32_t number, const struct load_item *items,
                         unsigned count)
{
    struct load_udp *udp = (struct load_udp *)path;
    struct udp_lane *lane = &udp->used[number];
    unsigned failures = 0;
    if (lane->is_single || !is_train(items, count))
        return load_udp_send(path, number, items, count);
    for (;;) {
        if (send_train(lane->fd, items, count) >= 0) {
            udp->trains++;
            load_udp_expect(udp, number, count);
            return count;
        }
        if (load_udp_is_busy(errno)) {
            udp->busy++;
            return 0;
        }
        if (errno == EIO || errno == EINVAL || errno == EMSGSIZE || errno == EOPNOTSUPP) {
            lane->is_single = true;
            udp->singles++;
            return load_udp_send(path, number, items, count);
        }
        if (!load_udp_retries(udp, lane, errno, &failures))
            return load_udp_send(path, number, items, count);
    }
}

static const char *gso_way(const struct load_path *path)
{
    const struct load_udp *udp = (const struct load_udp *)path;
    if (udp->singles == 0)
        return "gso";
    return udp->trains > 0 ? "gso, then sendmmsg" : "sendmmsg";
}

const struct load_path_ops load_gso_ops = {
    .lane_bits = 16,
    .is_train = true,
    .open = open_gso,
    .close = load_udp_close,
    .begin = load_udp_begin,
    .end = load_udp_end,
    .lane = load_udp_lane,
    .send = send_gso,
    .receive = load_udp_receive,
    .trouble = load_udp_trouble,
    .watch = load_udp_watch,
    .way = gso_way,
};
