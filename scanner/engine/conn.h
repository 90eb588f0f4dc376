// SPDX-License-Identifier: BSD-2-Clause
/* Connections that ask one question and read whatever comes: zone transfers. One thread, one
 * loop, up to CONNS_MAX of them.
 *
 *   conns_open --> OPENING --> [SHAKING] --> UP --message, message, ...--> ended
 *
 * The question is sent once the connection is up (by UDP again after a third of the wait, twice).
 * What comes is cut into messages and handed over one by one; whoever takes them says when it is
 * enough. Every wait has an end: to connect, for the next octet, for octets to be more than a
 * drip, and for the whole.
 *
 * Unlike elsewhere in this folder `message` does the work on the spot, writing to disk included:
 * a stream has one thing to do with a message, and while it is done nothing is read, so that a
 * slow disk slows the sender down. Time that takes counts as nobody's silence. */
#ifndef ENGINE_CONN_H
#define ENGINE_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "engine/tls.h"
#include "engine/wire.h"

#define CONNS_MAX        64
#define CONN_QUERY_MAX   1280 /* a question, its TSIG and to spare */
#define CONN_DRIP_TIME   (20 * NS_PER_S)
#define CONN_DRIP_RATE   256 /* octets a second, over CONN_DRIP_TIME; less is a drip */
#define CONN_PATIENCE    (600 * NS_PER_S)
#define CONN_STEADY_RATE 65536 /* octets a second that buy time beyond CONN_PATIENCE */

struct conns; /* opaque */

enum conn_transport { CONN_TCP, CONN_TLS, CONN_UDP };

enum conn_end {
    CONN_LEFT,        /* it was enough, or conns_leave_all */
    CONN_UNREACHABLE, /* refused, or there is no way */
    CONN_SILENT,      /* nothing came within the wait */
    CONN_SLOW,        /* too little came, or it took too long */
    CONN_RESET,       /* by the peer */
    CONN_CLOSED,      /* by the peer, orderly */
    CONN_NO_TLS,      /* no session, or a certificate that will not do */
    CONN_FAILED,      /* for want of memory */
};

struct conn_report {
    enum conn_end end;
    const char *why; /* a word on it, static; NULL: none */
    bool was_up;
    bool has_alpn; /* TLS: the peer agreed to `dot` */
    uint64_t octets;
    mono_ns began, ended;
};

struct conns_handlers {
    void *ctx;
    /* A whole message for OWNER, borrowed; false: enough. */
    bool (*message)(void *ctx, void *owner, const uint8_t *data, size_t len);
    /* The connection of OWNER is gone; told once. */
    void (*ended)(void *ctx, void *owner, const struct conn_report *report);
    /* Once a turn, twenty times a second or more: opens, leaves, stops. */
    void (*act)(void *ctx, mono_ns now);
};

struct conns_params {
    struct wire_address bind[WIRE_FAMILIES]; /* source; len 0: any; the port is not used */
    struct tls_context *tls;                 /* borrowed; NULL: no CONN_TLS */
};

struct conn_question {
    struct wire_address to;
    enum conn_transport transport;
    const uint8_t *data; /* copied; at most CONN_QUERY_MAX */
    size_t len;
    mono_ns wait;            /* to connect, and for each octet */
    mono_ns drip_time;       /* 0: CONN_DRIP_TIME */
    const char *tls_host;    /* NULL: the address */
    const char *tls_address; /* without port */
    void *owner;
};

/* ERR_NOMEM, ERR_IO. */
MUST_CHECK int conns_create(struct conns **out, const struct conns_params *params);
void conns_destroy(struct conns *conns); /* NULL is fine; nothing is told any more */

/* From `act`. ERR_FULL: CONNS_MAX are open; ERR_NOMEM. What goes wrong later is told by `ended`. */
MUST_CHECK int conns_open(struct conns *conns, const struct conn_question *question);
unsigned conns_count(const struct conns *conns);
void conns_leave_all(struct conns *conns);

/* Turns until conns_stop. */
void conns_run(struct conns *conns, const struct conns_handlers *handlers);
void conns_stop(struct conns *conns);

#endif
