// SPDX-License-Identifier: BSD-2-Clause
/* Replies waiting for their time: a timer wheel of 1 ms slots.
 *
 * Bounds: PENDING_MAX replies, PENDING_DELAY_MAX of delay (what comes later
 * nobody waits for). Replies of one slot leave in the order they were put. */
#ifndef LAB_PENDING_H
#define LAB_PENDING_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

#define PENDING_SLOT_NS   NS_PER_MS
#define PENDING_SLOTS     16384 /* 16 s */
#define PENDING_DELAY_MAX (15 * NS_PER_S)
#define PENDING_MAX       (256u << 10) /* of some 300 bytes: 80 MB */
#define PENDING_SMALL     232          /* replies up to this lie in the entry itself */

union client {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

#define PENDING_UDP UINT32_MAX /* in `connection`: not over TCP */

struct pending_reply {
    struct pending_reply *next;
    uint8_t *data; /* `small`, or heap */
    uint32_t resolver;
    uint32_t connection, generation; /* TCP: which, and which life of it */
    uint32_t len;
    union client client;
    uint8_t small[PENDING_SMALL];
};

struct pending; /* opaque */

MUST_CHECK int pending_create(struct pending **out, mono_ns now);
void pending_destroy(struct pending *pending);

/* Copies the reply; the caller fills in the rest of *OUT. ERR_FULL, ERR_NOMEM. */
MUST_CHECK int pending_put(struct pending *pending, mono_ns due, const void *data, size_t len,
                           struct pending_reply **out);
/* The next reply due at NOW, or NULL; hand it back with pending_give. */
struct pending_reply *pending_take(struct pending *pending, mono_ns now);
void pending_give(struct pending *pending, struct pending_reply *reply);
/* Time until something may be due, at most LIMIT. */
mono_ns pending_wait(const struct pending *pending, mono_ns now, mono_ns limit);

#endif
