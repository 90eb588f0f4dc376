// SPDX-License-Identifier: BSD-2-Clause
/* DNS over TCP (RFC 7766): one connection per resolver, queries pipelined, messages
 * framed by two octets of length. Framing and bookkeeping only; the bytes travel by
 * the wire, ids and deadlines are the engine's.
 *
 *   CLOSED --send--> CONNECTING --open--> OPEN --idle or failed--> CLOSED
 *
 * Queries handed in while connecting wait in the connection's own buffer. */
#ifndef ENGINE_STREAM_H
#define ENGINE_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "engine/wire.h"

#define STREAM_IDLE (5 * NS_PER_S) /* unused connections are closed after that */

struct streams; /* opaque; one worker's */

struct streams_handlers {
    void *ctx;
    /* A whole message came from RESOLVER; borrowed. */
    void (*message)(void *ctx, uint32_t resolver, const uint8_t *data, size_t len);
    /* The connection to RESOLVER is gone: what waits on it will not come. */
    void (*closed)(void *ctx, uint32_t resolver);
};

MUST_CHECK int streams_create(struct streams **out, struct wire *wire,
                              const struct streams_handlers *handlers);
void streams_destroy(struct streams *streams);

/* Sends a message to RESOLVER, connecting first where needed. ERR_FULL: every
 * connection is taken, or its own is just being closed, try again soon; ERR_NOMEM, ERR_IO. */
MUST_CHECK int streams_send(struct streams *streams, uint32_t resolver,
                            const struct wire_address *address, const uint8_t *data, size_t len,
                            mono_ns now);
/* What the wire's stream handler is told. */
void streams_event(struct streams *streams, uint32_t connection, enum wire_stream_event event,
                   const uint8_t *data, size_t len);
/* Closes connections by which nothing was sent for longer than IDLE, and those that took
 * longer to open; call once in a while. */
void streams_sweep(struct streams *streams, mono_ns now, mono_ns idle);

#endif
