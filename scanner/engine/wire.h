// SPDX-License-Identifier: BSD-2-Clause
/* The seam: time, sockets and the event loop, as the engine sees them.
 *
 * About a dozen functions. wire_udp.c and wire_uv.c implement them over the kernel
 * and libuv; tests/fake/wire.c implements them again over a scripted server and a
 * clock that the test owns. Nothing above this line knows which one is linked. What
 * needs no network is in wire_address.c and the same for both.
 *
 * A wire belongs to one worker thread. UDP goes out and comes in in batches of
 * WIRE_BATCH through storage that the wire owns; TCP is a byte stream per
 * connection. Handlers are called from wire_run only, never nested. */
#ifndef ENGINE_WIRE_H
#define ENGINE_WIRE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"
#include "dns/query.h"

#define WIRE_BATCH 64 /* datagrams a system call; past the bend of the cost curve */
#define WIRE_DATAGRAM_CAP                                                                          \
    1984                /* above the 1,232 we announce; what is longer is cut and refused          \
                         */
#define WIRE_FAMILIES 2 /* 0: IPv4, 1: IPv6 */
#define WIRE_NEVER    INT64_MAX

struct wire; /* opaque */

struct wire_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } sa;
    uint8_t len;    /* of the sockaddr in use */
    uint8_t family; /* 0: IPv4, 1: IPv6; index, not AF_ */
};

/* Port, address and (IPv6) scope are the same. */
bool wire_address_equal(const struct wire_address *a, const struct wire_address *b);
bool wire_address_is_loopback(const struct wire_address *address);
/* Whether the machine knows a way there; sends nothing. */
bool wire_has_route(const struct wire_address *to);

struct wire_params {
    unsigned socket_count[WIRE_FAMILIES];    /* UDP ports per family; 0: family unused */
    struct wire_address bind[WIRE_FAMILIES]; /* len 0: any address */
    struct rng *rng;                         /* for the ports; borrowed */
};

/* Datagrams to leave by one socket. The engine fills, the wire owns. */
struct wire_batch {
    uint8_t data[WIRE_BATCH][DNS_QUERY_MAX];
    uint16_t len[WIRE_BATCH];
    const struct wire_address *to[WIRE_BATCH];
};

/* One datagram received; data and from live until the next wire_receive. */
struct wire_datagram {
    const uint8_t *data;
    const struct wire_address *from;
    uint16_t len;
    bool is_cut; /* longer than WIRE_DATAGRAM_CAP */
};

/* A datagram we sent that came back as an ICMP error. */
struct wire_bounce {
    struct wire_address to;
    uint16_t id; /* the first two octets of what was sent */
};

enum wire_send_result {
    WIRE_SENT,        /* all of them */
    WIRE_BUSY,        /* the kernel has no room now; the rest is to be sent later */
    WIRE_UNREACHABLE, /* the first one not sent cannot be: no route, forbidden, down */
};

enum wire_stream_event { WIRE_STREAM_OPEN, WIRE_STREAM_DATA, WIRE_STREAM_CLOSED };

struct wire_handlers {
    void *ctx;
    /* Everything there is to do; returns when to be called again at the latest: a
     * time not after NOW means at once, without waiting in the kernel. */
    mono_ns (*turn)(void *ctx, mono_ns now);
    /* Something happened on a connection: collect only. DATA is borrowed. After
     * CLOSED (told once, also for a failed connect) the number is free again. */
    void (*stream)(void *ctx, uint32_t connection, enum wire_stream_event event,
                   const uint8_t *data, size_t len);
};

#define WIRE_STREAMS_MAX 64 /* TCP connections of one worker */

/* ERR_IO with errno when sockets cannot be had. */
MUST_CHECK int wire_open(struct wire **out, const struct wire_params *params);
void wire_close(struct wire *wire);

mono_ns wire_now(const struct wire *wire);
/* Calls the handlers until wire_stop; may be called again afterwards. */
MUST_CHECK int wire_run(struct wire *wire, const struct wire_handlers *handlers);
void wire_stop(struct wire *wire);

/* Sockets are numbered from 0, IPv4 first. */
unsigned wire_socket_count(const struct wire *wire);
unsigned wire_socket_family(const struct wire *wire, unsigned socket);
struct wire_batch *wire_batch(struct wire *wire, unsigned family);
/* Sends entries [*FIRST, COUNT) of the family's batch by SOCKET; *FIRST is moved on
 * past what has left. */
enum wire_send_result wire_send(struct wire *wire, unsigned socket, size_t *first, size_t count);
/* True when the loop has seen data or errors on the socket since it was drained. */
bool wire_is_readable(const struct wire *wire, unsigned socket);
/* Up to WIRE_BATCH datagrams; fewer than that means drained. */
size_t wire_receive(struct wire *wire, unsigned socket, struct wire_datagram out[WIRE_BATCH]);
/* One bounce from the socket's error queue; false: none left. */
bool wire_next_bounce(struct wire *wire, unsigned socket, struct wire_bounce *out);
/* Datagrams the kernel dropped on our sockets for want of room, so far. */
uint64_t wire_drops(struct wire *wire);

/* A connection number, or ERR_FULL, ERR_IO. The outcome comes as an event. */
MUST_CHECK int wire_connect(struct wire *wire, const struct wire_address *to);
/* Copies and queues; a failure comes as CLOSED. */
void wire_write(struct wire *wire, uint32_t connection, const uint8_t *data, size_t len);
/* CLOSED will follow, from the loop. */
void wire_disconnect(struct wire *wire, uint32_t connection);

#endif
