// SPDX-License-Identifier: BSD-2-Clause
/* The far side of the simulated network: what tests/fake/wire.c asks a test about.
 *
 * A test installs one net_server. Each datagram or TCP message that leaves a wire is
 * shown to its `query`, which may call the net_* functions any number of times; what
 * they announce arrives when its time on the fake clock has come.
 *
 *   engine --wire_send--> query() --net_reply(after 20 ms)--> ... --> wire_receive
 *
 * Queries are plain values: one may be kept and answered later. */
#ifndef FAKE_NET_H
#define FAKE_NET_H

#include "engine/wire.h"

struct net_query {
    struct wire *wire;
    struct wire_address to;
    mono_ns at;
    const uint8_t *data; /* borrowed during the call */
    size_t len;
    uint32_t port;   /* socket, or TCP connection */
    uint32_t serial; /* TCP: tells this connection from a later one of that number */
    bool by_tcp;
};

enum net_connect { NET_ACCEPTED, NET_REJECTED, NET_UNANSWERED };

struct net_server {
    void *ctx;
    void (*query)(void *ctx, const struct net_query *query);
    /* All below may be NULL: every address has a route, accepts TCP, and never
     * fails a send. AFTER: when the connection's fate is told. */
    enum net_connect (*connect)(void *ctx, const struct wire_address *to, mono_ns *after);
    enum wire_send_result (*send)(void *ctx, const struct wire_address *to);
    bool (*has_route)(void *ctx, const struct wire_address *to);
    /* Called as time passes, at least at every turn. */
    void (*turn)(void *ctx, mono_ns now);
};

void net_install(const struct net_server *server);

/* A datagram to the port the query came from. FROM NULL: from where it went to. */
void net_reply(const struct net_query *query, mono_ns after, const struct wire_address *from,
               const uint8_t *data, size_t len);
/* An ICMP error for the datagram. */
void net_bounce(const struct net_query *query, mono_ns after);
/* Octets on the query's connection, as they are (no framing added), PIECE at a time
 * (0: all at once), GAP apart, behind what is being written already. */
void net_stream(const struct net_query *query, mono_ns after, const uint8_t *data, size_t len,
                size_t piece, mono_ns gap);
void net_close(const struct net_query *query, mono_ns after);
/* The kernel dropped this many more datagrams for want of room. */
void net_add_drops(uint64_t count);
/* Connections open or being opened now, over all wires. */
unsigned net_connections(void);

#endif
