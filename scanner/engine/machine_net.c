// SPDX-License-Identifier: BSD-2-Clause
/* Netlink messages are copied out of the buffer piece by piece: nothing there is trusted to be
 * long enough, and nothing has to be aligned. */
#include "engine/machine_net.h"

#include <linux/ethtool.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REPLY_CAP   32768 /* what the kernel puts into one part of a dump, at most */
#define PARTS_MAX   64    /* of a dump; more devices than that are not looked through */
#define FEATURES    512   /* of a device; kernels know some 64 */
#define WAIT_S      1
#define FEATURE_UDP "tx-udp-segmentation"

/* --- reading --- */

/* A message or attribute: what it is, and what is in it. */
struct piece {
    unsigned type;
    const uint8_t *data;
    size_t len;
};

/* The next message of [*DATA, *LEN), which are moved on; false: no whole one is left. */
static bool next_message(const uint8_t **data, size_t *len, struct piece *out)
{
    struct nlmsghdr header;
    if (*len < sizeof header)
        return false;
    memcpy(&header, *data, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > *len)
        return false;
    *out =
        (struct piece){header.nlmsg_type, *data + sizeof header, header.nlmsg_len - sizeof header};
    size_t step = NLMSG_ALIGN((size_t)header.nlmsg_len);
    step = step < *len ? step : *len;
    *data += step;
    *len -= step;
    return true;
}

/* The content of attribute TYPE behind the SKIP octets that a message begins with. */
static bool find_attribute(const struct piece *message, size_t skip, unsigned type,
                           struct piece *out)
{
    size_t at = NLMSG_ALIGN(skip);
    struct rtattr header;
    while (at <= message->len && message->len - at >= sizeof header) {
        memcpy(&header, message->data + at, sizeof header);
        if (header.rta_len < sizeof header || header.rta_len > message->len - at)
            return false;
        if ((header.rta_type & NLA_TYPE_MASK) == type) {
            *out = (struct piece){type, message->data + at + sizeof header,
                                  header.rta_len - sizeof header};
            return true;
        }
        at += RTA_ALIGN((size_t)header.rta_len);
    }
    return false;
}

void machine_net_route(const uint8_t *data, size_t len, int *device, bool *is_here)
{
    struct piece message, attribute;
    struct rtmsg route;
    *device = 0;
    *is_here = false;
    if (!next_message(&data, &len, &message) || message.type != RTM_NEWROUTE ||
        message.len < sizeof route)
        return;
    memcpy(&route, message.data, sizeof route);
    *is_here = route.rtm_type == RTN_LOCAL;
    if (find_attribute(&message, sizeof route, RTA_OIF, &attribute) &&
        attribute.len == sizeof *device)
        memcpy(device, attribute.data, sizeof *device);
}

static void note_queue(struct machine_net_queues *queues, const struct piece *message)
{
    struct tcmsg queue;
    struct piece kind;
    if (message->len < sizeof queue)
        return;
    memcpy(&queue, message->data, sizeof queue);
    if (queue.tcm_ifindex != queues->device || queue.tcm_parent == TC_H_INGRESS ||
        !find_attribute(message, sizeof queue, TCA_KIND, &kind))
        return;
    char *out = queue.tcm_parent == TC_H_ROOT ? queues->root_kind : queues->leaf_kind;
    (void)snprintf(out, sizeof queues->root_kind, "%.*s", (int)kind.len, (const char *)kind.data);
    queues->has_fq |= strcmp(out, "fq") == 0;
}

void machine_net_queue(struct machine_net_queues *queues, const uint8_t *data, size_t len)
{
    struct piece message;
    while (!queues->is_done && next_message(&data, &len, &message)) {
        if (message.type == NLMSG_DONE || message.type == NLMSG_ERROR)
            queues->is_done = true;
        else if (message.type == RTM_NEWQDISC)
            note_queue(queues, &message);
    }
}

const char *machine_net_kind(const struct machine_net_queues *queues)
{
    bool splits = strcmp(queues->root_kind, "mq") == 0 || strcmp(queues->root_kind, "mqprio") == 0;
    if (queues->has_fq)
        return "fq";
    return splits && *queues->leaf_kind ? queues->leaf_kind : queues->root_kind;
}

/* --- asking --- */

static int open_netlink(void)
{
    struct timeval wait = {.tv_sec = WAIT_S};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd >= 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    return fd;
}

static void ask_route(int fd, const struct wire_address *target, int *device, bool *is_here)
{
    struct {
        struct nlmsghdr header;
        struct rtmsg route;
        struct rtattr attribute;
        uint8_t address[16];
    } request = {0};
    bool is_v4 = target->family == 0;
    size_t len = is_v4 ? 4 : 16;
    request.header.nlmsg_type = RTM_GETROUTE;
    request.header.nlmsg_flags = NLM_F_REQUEST;
    request.header.nlmsg_len = (uint32_t)(offsetof(__typeof__(request), address) + len);
    request.route.rtm_family = is_v4 ? AF_INET : AF_INET6;
    request.route.rtm_dst_len = (unsigned char)(8 * len);
    request.attribute.rta_type = RTA_DST;
    request.attribute.rta_len = (unsigned short)(sizeof request.attribute + len);
    memcpy(request.address,
           is_v4 ? (const void *)&target->sa.v4.sin_addr : (const void *)&target->sa.v6.sin6_addr,
           len);
    uint8_t reply[4096];
    ssize_t got = -1;
    if (send(fd, &request, request.header.nlmsg_len, 0) > 0)
        got = recv(fd, reply, sizeof reply, 0);
    machine_net_route(reply, got > 0 ? (size_t)got : 0, device, is_here);
}

static void ask_queue(int fd, int device, struct machine_way *out)
{
    struct {
        struct nlmsghdr header;
        struct tcmsg queue;
    } request = {0};
    struct machine_net_queues queues = {.device = device};
    request.header.nlmsg_type = RTM_GETQDISC;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.header.nlmsg_len = sizeof request;
    request.queue.tcm_ifindex = device;
    if (send(fd, &request, sizeof request, 0) < 0)
        return;
    static _Thread_local uint8_t reply[REPLY_CAP];
    for (unsigned part = 0; part < PARTS_MAX && !queues.is_done; part++) {
        ssize_t got = recv(fd, reply, sizeof reply, 0);
        if (got <= 0)
            break;
        machine_net_queue(&queues, reply, (size_t)got);
    }
    (void)snprintf(out->queue, sizeof out->queue, "%s", machine_net_kind(&queues));
}

/* --- the device --- */

static bool ask_device(int fd, const char *device, void *command)
{
    struct ifreq request = {0};
    (void)snprintf(request.ifr_name, sizeof request.ifr_name, "%s", device);
    request.ifr_data = command;
    return ioctl(fd, SIOCETHTOOL, &request) == 0;
}

static int ask_switch(int fd, const char *device, uint32_t command)
{
    struct ethtool_value value = {.cmd = command};
    return ask_device(fd, device, &value) ? value.data != 0 : MACHINE_UNKNOWN;
}

/* A feature is known by its place in the device's list of names. Each question is followed by the
 * room for its answer. */
static int ask_feature(int fd, const char *device, const char *name)
{
    union {
        struct ethtool_sset_info head;
        uint32_t room[sizeof(struct ethtool_sset_info) / sizeof(uint32_t) + 1];
    } set = {.head = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES}};
    union {
        struct ethtool_gstrings head;
        uint8_t room[sizeof(struct ethtool_gstrings) + FEATURES * ETH_GSTRING_LEN];
    } names = {.head = {.cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_FEATURES}};
    union {
        struct ethtool_gfeatures head;
        uint8_t room[sizeof(struct ethtool_gfeatures) +
                     FEATURES / 32 * sizeof(struct ethtool_get_features_block)];
    } features = {.head = {.cmd = ETHTOOL_GFEATURES, .size = FEATURES / 32}};
    if (!ask_device(fd, device, &set) || set.head.data[0] > FEATURES)
        return MACHINE_UNKNOWN;
    names.head.len = set.head.data[0];
    if (!ask_device(fd, device, &names) || !ask_device(fd, device, &features))
        return MACHINE_UNKNOWN;
    for (uint32_t i = 0; i < set.head.data[0]; i++)
        if (strncmp((const char *)names.head.data + i * ETH_GSTRING_LEN, name, ETH_GSTRING_LEN) ==
            0)
            return (features.head.features[i / 32].active >> i % 32 & 1) != 0;
    return MACHINE_UNKNOWN;
}

static void look_at_device(struct machine_way *out)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    struct ifreq request = {0};
    (void)snprintf(request.ifr_name, sizeof request.ifr_name, "%s", out->device);
    if (ioctl(fd, SIOCGIFMTU, &request) == 0)
        out->mtu = request.ifr_mtu;
    out->gso = ask_switch(fd, out->device, ETHTOOL_GGSO);
    out->gro = ask_switch(fd, out->device, ETHTOOL_GGRO);
    out->udp_segments = ask_feature(fd, out->device, FEATURE_UDP);
    close(fd);
}

void machine_net_look(const struct wire_address *target, struct machine_way *out)
{
    *out = (struct machine_way){.mtu = MACHINE_UNKNOWN,
                                .gso = MACHINE_UNKNOWN,
                                .gro = MACHINE_UNKNOWN,
                                .udp_segments = MACHINE_UNKNOWN};
    out->is_here = wire_address_is_loopback(target);
    int device = 0, fd = open_netlink();
    bool is_here = false;
    if (fd < 0)
        return;
    ask_route(fd, target, &device, &is_here);
    out->is_here |= is_here;
    if (device > 0 && if_indextoname((unsigned)device, out->device)) {
        ask_queue(fd, device, out);
        look_at_device(out);
    } else {
        out->device[0] = '\0';
    }
    close(fd);
}
