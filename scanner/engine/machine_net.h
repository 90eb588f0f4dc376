// SPDX-License-Identifier: BSD-2-Clause
/* The way to a target, asked of the kernel: route and queue by rtnetlink, the device's switches by
 * SIOCETHTOOL. The parsers are pure. */
#ifndef ENGINE_MACHINE_NET_H
#define ENGINE_MACHINE_NET_H

#include "engine/machine.h"

/* Whatever can be had of it. */
void machine_net_look(const struct wire_address *target, struct machine_way *out);

/* What one answer to RTM_GETROUTE says: by which device (0: not told), and whether the target is
 * this machine. */
void machine_net_route(const uint8_t *data, size_t len, int *device, bool *is_here);

/* Of a dump of the machine's queues (RTM_GETQDISC), what concerns DEVICE. */
struct machine_net_queues {
    int device;
    uint32_t root;
    char root_kind[16], leaf_kind[16];
    bool has_fq, is_done;
};

/* DATA: some of its messages. */
void machine_net_queue(struct machine_net_queues *queues, const uint8_t *data, size_t len);
/* The kind that packets meet: fq where any is; of a root that only splits, that of a part. */
const char *machine_net_kind(const struct machine_net_queues *queues);

#endif
