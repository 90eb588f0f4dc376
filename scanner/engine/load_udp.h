// SPDX-License-Identifier: BSD-2-Clause
/* What the two ways to send datagrams share: connected sockets, their buffers, all but sending. */
#ifndef ENGINE_LOAD_UDP_H
#define ENGINE_LOAD_UDP_H

#include "engine/load_path.h"

struct udp_lane {
    int fd;
    bool has_bounces; /* the error queue may hold some */
    bool is_single;   /* the kernel took no train here */
    uint32_t drops;   /* when the trial began */
    uint32_t owed;    /* sent and not yet come, or lost */
    uint8_t empties;  /* times on end that nothing was there */
    bool is_expected; /* it is in the queue */
};

struct load_udp {
    struct load_path path;
    const struct load_path_setup *setup;
    struct udp_lane *lanes; /* of target t: [t * ports, (t + 1) * ports) */
    unsigned lane_count, ports;

    struct udp_lane *used; /* in this trial */
    unsigned used_count, family;
    unsigned out_next;                  /* lane to send by */
    unsigned in_next;                   /* lane to look at though nothing is expected of it */
    uint32_t expecting[LOAD_LANES_MAX]; /* lanes to be read, the one sent by longest ago first */
    unsigned expecting_first, expecting_count;
    unsigned bouncing;                             /* lanes with has_bounces */
    struct load_trouble undeliverable[LOAD_BATCH]; /* could not be sent at all */
    unsigned undeliverable_count;
    uint64_t busy;
    unsigned trains, singles; /* load_gso.c: what it did */

    struct mmsghdr out[LOAD_BATCH], in[LOAD_BATCH];
    struct iovec out_iov[LOAD_BATCH], in_iov[LOAD_BATCH];
    struct udp_control { /* SCM_TIMESTAMPNS */
        _Alignas(struct cmsghdr) char octets[CMSG_SPACE(sizeof(struct timespec))];
    } control[LOAD_BATCH];
    uint8_t *in_data;
};

int load_udp_create(struct load_udp **out, const struct load_path_ops *ops,
                    const struct load_path_setup *setup, const char **why);
void load_udp_close(struct load_path *path);
int load_udp_begin(struct load_path *path, const struct load_trial *trial);
void load_udp_end(struct load_path *path, struct load_result *result);
uint32_t load_udp_lane(struct load_path *path);
unsigned load_udp_send(struct load_path *path, uint32_t lane, const struct load_item *items,
                       unsigned count);
unsigned load_udp_receive(struct load_path *path, unsigned wanted, struct load_message *out);
bool load_udp_trouble(struct load_path *path, struct load_trouble *out);
unsigned load_udp_watch(struct load_path *path, struct pollfd *out);

/* A send failed with ERROR. True: try again, it was an earlier datagram's ICMP error that took its
 * place; at most twice for one datagram, FAILURES counts. */
bool load_udp_retries(struct load_udp *udp, struct udp_lane *lane, int error, unsigned *failures);
bool load_udp_is_busy(int error);
/* COUNT answers are to come by a lane. */
void load_udp_expect(struct load_udp *udp, uint32_t number, unsigned count);

#endif
