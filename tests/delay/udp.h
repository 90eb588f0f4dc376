// SPDX-License-Identifier: BSD-2-Clause
/* Datagrams both ways, each late by the delay.
 *
 * Bounds: QUEUE datagrams under way, 65,536 queries unanswered; what is more is dropped, as
 * links do, and counted. */
#ifndef DELAY_UDP_H
#define DELAY_UDP_H

#include <poll.h>

#include "base/clock.h"
#include "tests/hostile/net.h"

#define UDP_FDS 2

struct udp; /* opaque */

MUST_CHECK int udp_create(struct udp **out, const union net_address *listen,
                          const union net_address *to, mono_ns delay);
void udp_destroy(struct udp *udp);    /* NULL is fine */
void udp_tell(const struct udp *udp); /* what passed, on stdout */
const union net_address *udp_address(const struct udp *udp);
/* Fills UDP_FDS of POLLED; when to look again, DUE at the latest. */
mono_ns udp_watch(const struct udp *udp, struct pollfd *polled, mono_ns due);
void udp_turn(struct udp *udp, const struct pollfd *polled, mono_ns now);

#endif
