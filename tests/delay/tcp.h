// SPDX-License-Identifier: BSD-2-Clause
/* Connections, each with one of its own to the server; what either side says is late by the
 * delay, the end of it too. Bounds: TCP_PAIRS_MAX connections, some 256 KB under way each way,
 * past which the one who talks is not listened to. */
#ifndef DELAY_TCP_H
#define DELAY_TCP_H

#include <poll.h>

#include "base/clock.h"
#include "tests/hostile/net.h"

#define TCP_PAIRS_MAX 64
#define TCP_FDS_MAX   (1 + 2 * TCP_PAIRS_MAX)

struct tcp; /* opaque */

MUST_CHECK int tcp_create(struct tcp **out, const union net_address *listen,
                          const union net_address *to, mono_ns delay);
void tcp_destroy(struct tcp *tcp); /* NULL is fine */
/* Fills POLLED and returns how many; *DUE becomes earlier when something is. */
nfds_t tcp_watch(const struct tcp *tcp, struct pollfd *polled, mono_ns *due);
void tcp_turn(struct tcp *tcp, const struct pollfd *polled, mono_ns now);

#endif
