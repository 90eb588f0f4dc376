// SPDX-License-Identifier: BSD-2-Clause
/* The one lab of this process, and the four questions that the simulated network asks.
 *
 * 1. query: the address tells the resolver; handle.c decides; packets are announced
 *    for their times. A closed port bounces, as on loopback, at once.
 * 2. connect: a resolver that is dead, or a lab that has no connection left, rejects.
 *
 * The client's address is loopback's; its port follows from wire and socket, since the
 * lab counts ports, and message ids by port. */
#include "bench/sim/farside.h"

#include <assert.h>
#include <string.h>

#include "bench/lab/diag.h"
#include "bench/lab/handle.h"
#include "bench/lab/lab.h"
#include "bench/lab/tcp.h"
#include "tests/fake/net.h"

#define WIRES_MAX    64 /* workers */
#define PORT_FIRST   20000
#define PORTS_A_WIRE 512

static struct {
    struct lab_options options;
    struct lab lab;
    struct handle_room room;
    uint8_t framed[2 + ANSWER_TCP_MAX];
    const struct wire *wires[WIRES_MAX]; /* in the order they were first seen */
} farside;

/* The resolver at an address: they lie side by side, IPv4 first. -1: none. */
static int64_t resolver_at(const struct wire_address *to)
{
    const struct lab_options *o = &farside.options;
    const struct fleet *fleet = farside.lab.fleet;
    uint64_t index;
    if (to->family == 0)
        index = ntohl(to->sa.v4.sin_addr.s_addr) - o->first;
    else
        index = o->resolver_count + ntohs(to->sa.v6.sin6_port) - o->port;
    if (index >= fleet->count)
        return -1;
    struct wire_address found = {.family = to->family};
    memcpy(&found.sa, &fleet->resolvers[index].address, fleet->resolvers[index].address_len);
    bool is_family = (found.sa.any.sa_family == AF_INET6) == (to->family == 1);
    return is_family && wire_address_equal(&found, to) ? (int64_t)index : -1;
}

static uint16_t port_of(const struct net_query *query)
{
    unsigned i = 0;
    while (farside.wires[i] && farside.wires[i] != query->wire)
        i++;
    assert(i < WIRES_MAX - 1);
    farside.wires[i] = query->wire;
    return (uint16_t)(PORT_FIRST + i * PORTS_A_WIRE + query->port);
}

static void send_packet(const struct net_query *query, const struct handle_packet *packet)
{
    const struct resolver *resolver = &farside.lab.fleet->resolvers[packet->resolver];
    struct wire_address from = {.len = (uint8_t)resolver->address_len,
                                .family = resolver->address.any.sa_family == AF_INET6};
    mono_ns delay = packet->delay < PENDING_DELAY_MAX ? packet->delay : PENDING_DELAY_MAX;
    memcpy(&from.sa, &resolver->address, resolver->address_len);
    if (!query->by_tcp) {
        net_reply(query, delay, &from, packet->data, packet->len);
        return;
    }
    farside.framed[0] = (uint8_t)(packet->len >> 8);
    farside.framed[1] = (uint8_t)packet->len;
    memcpy(farside.framed + 2, packet->data, packet->len);
    net_stream(query, delay, farside.framed, packet->len + 2, 0, 0);
}

static void on_query(void *ctx, const struct net_query *query)
{
    (void)ctx;
    int64_t index = resolver_at(&query->to);
    if (index < 0 || fleet_dead(&farside.lab.fleet->resolvers[index]) == DEAD_CLOSED) {
        net_bounce(query, 0);
        return;
    }
    union client client = {.v4 = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons(port_of(query))}};
    struct handle_reply reply;
    struct handle_query q = {.resolver = (uint32_t)index,
                             .data = query->data,
                             .len = query->len,
                             .client = query->by_tcp ? NULL : &client,
                             .is_tcp = query->by_tcp,
                             .now = query->at};
    handle_query(&farside.lab, &q, &farside.room, &reply);
    for (unsigned i = 0; i < reply.count; i++)
        send_packet(query, &reply.packets[i]);
}

static enum net_connect on_connect(void *ctx, const struct wire_address *to, mono_ns *after)
{
    (void)ctx;
    *after = 0;
    int64_t index = resolver_at(to);
    if (index < 0 || farside.options.no_tcp || fleet_dead(&farside.lab.fleet->resolvers[index]))
        return NET_REJECTED;
    if (net_connections() >= TCP_CONNECTIONS_MAX) {
        farside.lab.tcp_turned_away++;
        return NET_REJECTED;
    }
    farside.lab.tcp_accepted++;
    return NET_ACCEPTED;
}

int farside_open(int argc, char **argv)
{
    static const struct net_server server = {.query = on_query, .connect = on_connect};
    struct lab_options *options = &farside.options;
    int err = options_parse(options, argc, argv);
    if (err)
        return err;
    if (options->fast || options->is_help || options->is_version) {
        diag("no --fast, --help or --version here");
        return ERR_SYNTAX;
    }
    err = lab_init(&farside.lab, options);
    if (err)
        return err;
    net_install(&server);
    lab_start(&farside.lab);
    return 0;
}

uint64_t farside_seed(void)
{
    return farside.options.seed;
}

int64_t farside_duration_ns(void)
{
    return farside.options.duration;
}

int farside_report(void)
{
    lab_end(&farside.lab);
    return lab_report(&farside.lab);
}

void farside_close(void)
{
    lab_deinit(&farside.lab);
}
