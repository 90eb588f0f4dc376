// SPDX-License-Identifier: BSD-2-Clause
/* Replies of many resolvers in one system call.
 *
 * A datagram sent with IP_PKTINFO carries any local source address and its socket's
 * port. All IPv4 resolvers share a port, so one of their sockets sends for all, 64 at
 * a time. IPv6 resolvers differ in port and send for themselves. */
#ifndef LAB_SENDBATCH_H
#define LAB_SENDBATCH_H

#include "bench/lab/fleet.h"
#include "bench/lab/pending.h"

struct sendbatch; /* opaque */

MUST_CHECK int sendbatch_create(struct sendbatch **out, const struct fleet *fleet);
void sendbatch_destroy(struct sendbatch *batch);
/* Copies; sends when full. LEN <= ANSWER_UDP_MAX. */
void sendbatch_put(struct sendbatch *batch, const struct resolver *resolver,
                   const union client *client, const uint8_t *data, size_t len);
void sendbatch_flush(struct sendbatch *batch);
uint64_t sendbatch_errors(const struct sendbatch *batch);

#endif
