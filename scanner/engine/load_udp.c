// SPDX-License-Identifier: BSD-2-Clause
/* Datagrams by connected sockets of our own, sendmmsg and recvmmsg.
 *
 * A connected socket spares the kernel the way to the target, and us all that comes from
 * elsewhere. There are several per target: a lane keeps what is lost for the whole timeout and has
 * 65,536 ids; and servers that share out clients by their port are to see more than one. Batches
 * leave by them in turn.
 *
 * When a message came is the kernel's stamp: it neither counts our own delay in fetching it, nor
 * makes us fetch at once: lanes are read in the order in which they were sent by, few at a time, so
 * that reads find batches and seldom nothing. The stamp is of the wall clock; both clocks are read
 * once a batch to tell the difference. Where the wall clock is set in between, that batch's stamps
 * are wrong, and bounded by when it was sent and fetched. (An skb's stamp and its control message
 * cost some 50 ns.) */
#include "engine/load_udp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/udp_socket.h"

#define RECEIVE_STRIDE (WIRE_DATAGRAM_CAP + 128) /* see wire_udp.c */
#define PORTS_MIN      4
#define PORTS_MAX      64
#define SOCKETS_MAX    4096  /* of all targets and workers */
#define PORT_SHARE     16384 /* in flight by one port: a quarter of its ids */
#define PORT_FULL      49152 /* the same, where a trial decides among the ports there are */
#define READ_TRIES     3     /* lanes found empty before a call gives up */
#define EMPTIES_MAX    8     /* what has not come by then is lost, or takes its time */
#define FLUSH_BATCHES  1024  /* more than a receive buffer holds */
#define FAILURES_MAX   2

/* --- open and close --- */

static double in_flight(const struct load_params *load, double rate)
{
    return rate / load->workers * ((double)load->timeout / (double)NS_PER_S);
}

static unsigned ports_for(double in_flight, unsigned share, unsigned most)
{
    double ports = in_flight / share + 1;
    unsigned least = most < PORTS_MIN ? most : PORTS_MIN;
    return ports >= most ? most : ports < least ? least : (unsigned)ports;
}

static unsigned ports_of(const struct load_params *load)
{
    unsigned most = SOCKETS_MAX / (load->target_count * load->workers);
    most = most > PORTS_MAX ? PORTS_MAX : most < PORTS_MIN ? PORTS_MIN : most;
    return ports_for(in_flight(load, load->rate_max), PORT_SHARE, most);
}

static int open_lane(struct load_udp *udp, struct udp_lane *lane, const struct wire_address *to)
{
    const struct load_path_setup *setup = udp->setup;
    int on = 1;
    lane->fd = udp_socket_open(to->family, &setup->load->bind[to->family], setup->rng);
    if (lane->fd < 0)
        return ERR_IO;
    if (connect(lane->fd, &to->sa.any, to->len) != 0)
        return ERR_IO;
    (void)setsockopt(lane->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    return 0;
}

static void prepare_headers(struct load_udp *udp)
{
    for (size_t i = 0; i < LOAD_BATCH; i++) {
        udp->out[i].msg_hdr = (struct msghdr){.msg_iov = &udp->out_iov[i], .msg_iovlen = 1};
        udp->in_iov[i] = (struct iovec){.iov_base = udp->in_data + i * RECEIVE_STRIDE,
                                        .iov_len = WIRE_DATAGRAM_CAP};
        udp->in[i].msg_hdr = (struct msghdr){.msg_iov = &udp->in_iov[i],
                                             .msg_iovlen = 1,
                                             .msg_control = udp->control[i].octets,
                                             .msg_controllen = sizeof udp->control[i].octets};
    }
}

int load_udp_create(struct load_udp **out, const struct load_path_ops *ops,
                    const struct load_path_setup *setup, const char **why)
{
    const struct load_params *load = setup->load;
    int error = ERR_NOMEM;
    struct load_udp *udp = calloc(1, sizeof *udp);
    *out = NULL;
    *why = "memory";
    if (!udp)
        return ERR_NOMEM;
    *udp = (struct load_udp){.path.ops = ops, .setup = setup, .ports = ports_of(load)};
    unsigned total = udp->ports * load->target_count;
    udp->lanes = calloc(total, sizeof *udp->lanes);
    udp->in_data = calloc(LOAD_BATCH, RECEIVE_STRIDE);
    if (!udp->lanes || !udp->in_data)
        goto fail;
    prepare_headers(udp);
    *why = "a UDP socket";
    while (udp->lane_count < total) {
        struct udp_lane *lane = &udp->lanes[udp->lane_count++];
        error = open_lane(udp, lane, &load->targets[(udp->lane_count - 1) / udp->ports]);
        if (error)
            goto fail;
    }
    *out = udp;
    return 0;
fail:;
    int saved = errno;
    load_udp_close(&udp->path);
    errno = saved;
    return error;
}

void load_udp_close(struct load_path *path)
{
    struct load_udp *udp = (struct load_udp *)path;
    for (unsigned i = 0; i < udp->lane_count; i++) {
        if (udp->lanes[i].fd >= 0)
            close(udp->lanes[i].fd);
    }
    free(udp->lanes);
    free(udp->in_data);
    free(udp);
}

static int open_udp(struct load_path **out, const struct load_path_setup *setup, const char **why)
{
    struct load_udp *udp;
    int error = load_udp_create(&udp, &load_udp_ops, setup, why);
    *out = error ? NULL : &udp->path;
    return error;
}

/* --- a trial --- */

/* What came since the last trial on this target is nobody's any more. */
static void flush(struct udp_lane *lane, unsigned family)
{
    struct wire_bounce bounce;
    uint8_t octet;
    for (unsigned i = 0; i < FLUSH_BATCHES * LOAD_BATCH; i++) {
        if (recv(lane->fd, &octet, sizeof octet, MSG_DONTWAIT | MSG_TRUNC) < 0 && errno == EAGAIN)
            break;
    }
    for (unsigned i = 0; i < FLUSH_BATCHES && udp_socket_bounce(lane->fd, family, &bounce); i++)
        ;
    lane->has_bounces = false;
    lane->is_expected = false;
    lane->owed = 0;
    lane->drops = udp_socket_drops(lane->fd);
}

int load_udp_begin(struct load_path *path, const struct load_trial *trial)
{
    struct load_udp *udp = (struct load_udp *)path;
    const struct load_params *load = udp->setup->load;
    udp->used = &udp->lanes[trial->target * udp->ports];
    udp->used_count = trial->rate > 0
                          ? ports_for(in_flight(load, trial->rate), PORT_FULL, udp->ports)
                          : udp->ports;
    udp->family = load->targets[trial->target].family;
    udp->out_next = udp->in_next = udp->bouncing = udp->undeliverable_count = 0;
    udp->expecting_count = 0;
    udp->busy = 0;
    for (unsigned i = 0; i < udp->used_count; i++)
        flush(&udp->used[i], udp->family);
    return (int)udp->used_count;
}

void load_udp_end(struct load_path *path, struct load_result *result)
{
    struct load_udp *udp = (struct load_udp *)path;
    for (unsigned i = 0; i < udp->used_count; i++)
        result->socket_drops += udp_socket_drops(udp->used[i].fd) - udp->used[i].drops;
    result->send_busy += udp->busy;
}

uint32_t load_udp_lane(struct load_path *path)
{
    struct load_udp *udp = (struct load_udp *)path;
    uint32_t lane = udp->out_next;
    udp->out_next = lane + 1 < udp->used_count ? lane + 1 : 0;
    return lane;
}

/* --- trouble --- */

static void note_bounces(struct load_udp *udp, struct udp_lane *lane)
{
    udp->bouncing += !lane->has_bounces;
    lane->has_bounces = true;
}

bool load_udp_is_busy(int error)
{
    return error == EAGAIN || error == ENOBUFS || error == ENOMEM;
}

bool load_udp_retries(struct load_udp *udp, struct udp_lane *lane, int error, unsigned *failures)
{
    if (error == EINTR)
        return true;
    note_bounces(udp, lane);
    return (*failures)++ < FAILURES_MAX;
}

bool load_udp_trouble(struct load_path *path, struct load_trouble *out)
{
    struct load_udp *udp = (struct load_udp *)path;
    if (udp->undeliverable_count > 0) {
        *out = udp->undeliverable[--udp->undeliverable_count];
        return true;
    }
    for (unsigned i = 0; udp->bouncing > 0 && i < udp->used_count; i++) {
        struct wire_bounce bounce;
        if (!udp->used[i].has_bounces)
            continue;
        if (udp_socket_bounce(udp->used[i].fd, udp->family, &bounce)) {
            *out = (struct load_trouble){.lane = i, .id = bounce.id};
            return true;
        }
        udp->used[i].has_bounces = false;
        udp->bouncing--;
    }
    return false;
}

/* --- out and in --- */

unsigned load_udp_send(struct load_path *path, uint32_t number, const struct load_item *items,
                       unsigned count)
{
    struct load_udp *udp = (struct load_udp *)path;
    struct udp_lane *lane = &udp->used[number];
    unsigned sent = 0, failures = 0;
    load_udp_expect(udp, number, count);
    for (unsigned i = 0; i < count; i++)
        udp->out_iov[i] = (struct iovec){.iov_base = items[i].data, .iov_len = items[i].len};
    while (sent < count) {
        int taken = sendmmsg(lane->fd, udp->out + sent, count - sent, MSG_DONTWAIT);
        if (taken > 0) {
            sent += (unsigned)taken;
            failures = 0;
            continue;
        }
        if (load_udp_is_busy(errno)) {
            udp->busy++;
            return sent;
        }
        if (load_udp_retries(udp, lane, errno, &failures))
            continue;
        const uint8_t *id = items[sent++].data;
        udp->undeliverable[udp->undeliverable_count++] =
            (struct load_trouble){.lane = number, .id = (uint16_t)(id[0] << 8 | id[1])};
        if (udp->undeliverable_count == LOAD_BATCH)
            return sent;
        failures = 0;
    }
    return sent;
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* When MESSAGE came by the wall clock; 0: there is no stamp. */
static int64_t stamp_of(const struct msghdr *message)
{
    const struct cmsghdr *cmsg = CMSG_FIRSTHDR(message);
    struct timespec ts;
    if (!cmsg || cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_TIMESTAMPNS)
        return 0;
    memcpy(&ts, CMSG_DATA(cmsg), sizeof ts);
    return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static unsigned receive_lane(struct load_udp *udp, uint32_t number, struct load_message *out)
{
    struct udp_lane *lane = &udp->used[number];
    int count = recvmmsg(lane->fd, udp->in, LOAD_BATCH, MSG_DONTWAIT, NULL);
    if (count <= 0) {
        if (count < 0 && errno != EAGAIN)
            note_bounces(udp, lane);
        return 0;
    }
    mono_ns now = clock_ns(CLOCK_MONOTONIC);
    int64_t ahead = clock_ns(CLOCK_REALTIME) - now;
    for (int i = 0; i < count; i++) {
        struct msghdr *header = &udp->in[i].msg_hdr;
        int64_t stamp = stamp_of(header);
        mono_ns at = stamp ? stamp - ahead : now;
        out[i] =
            (struct load_message){.data = udp->in_iov[i].iov_base,
                                  .len = header->msg_flags & MSG_TRUNC ? 0 : udp->in[i].msg_len,
                                  .lane = number,
                                  .at = at > now ? now : at};
        header->msg_controllen = sizeof udp->control[i].octets;
    }
    return (unsigned)count;
}

/* --- which lanes to read --- */

static void expect(struct load_udp *udp, uint32_t number)
{
    struct udp_lane *lane = &udp->used[number];
    if (lane->is_expected)
        return;
    lane->is_expected = true;
    unsigned place = udp->expecting_first + udp->expecting_count++;
    udp->expecting[place % LOAD_LANES_MAX] = number;
}

void load_udp_expect(struct load_udp *udp, uint32_t number, unsigned count)
{
    udp->used[number].owed += count;
    udp->used[number].empties = 0;
    expect(udp, number);
}

/* The lane that was sent by longest ago, back to the end while more is to be expected of it. */
static unsigned receive_expected(struct load_udp *udp, struct load_message *out)
{
    uint32_t number = udp->expecting[udp->expecting_first];
    struct udp_lane *lane = &udp->used[number];
    udp->expecting_first = (udp->expecting_first + 1) % LOAD_LANES_MAX;
    udp->expecting_count--;
    lane->is_expected = false;
    unsigned count = receive_lane(udp, number, out);
    lane->empties = count > 0 ? 0 : (uint8_t)(lane->empties + 1);
    lane->owed = count < lane->owed && lane->empties < EMPTIES_MAX ? lane->owed - count : 0;
    if (lane->owed > 0 || count == LOAD_BATCH)
        expect(udp, number);
    return count;
}

unsigned load_udp_receive(struct load_path *path, unsigned wanted, struct load_message *out)
{
    struct load_udp *udp = (struct load_udp *)path;
    unsigned count = 0, others = wanted > 0 && udp->expecting_count == 0 ? READ_TRIES : 1;
    for (unsigned i = 0; i < READ_TRIES && count == 0 && udp->expecting_count > 0; i++)
        count = receive_expected(udp, out);
    for (unsigned i = 0; i < others && count == 0; i++) {
        count = receive_lane(udp, udp->in_next, out);
        udp->in_next = udp->in_next + 1 < udp->used_count ? udp->in_next + 1 : 0;
    }
    return count;
}

unsigned load_udp_watch(struct load_path *path, struct pollfd *out)
{
    struct load_udp *udp = (struct load_udp *)path;
    for (unsigned i = 0; i < udp->used_count; i++)
        out[i] = (struct pollfd){.fd = udp->used[i].fd, .events = POLLIN};
    return udp->used_count;
}

static const char *udp_way(const struct load_path *path)
{
    (void)path;
    return "sendmmsg";
}

const struct load_path_ops load_udp_ops = {
    .lane_bits = 16,
    .open = open_udp,
    .close = load_udp_close,
    .begin = load_udp_begin,
    .end = load_udp_end,
    .lane = load_udp_lane,
    .send = load_udp_send,
    .receive = load_udp_receive,
    .trouble = load_udp_trouble,
    .watch = load_udp_watch,
    .way = udp_way,
};
