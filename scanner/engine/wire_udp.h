// SPDX-License-Identifier: BSD-2-Clause
/* The UDP half of the kernel's wire: plain sockets of our own, batch calls. Only
 * wire_uv.c, which watches the descriptors, includes this. */
#ifndef ENGINE_WIRE_UDP_H
#define ENGINE_WIRE_UDP_H

#include "engine/wire.h"

struct udp; /* opaque */

MUST_CHECK int udp_open(struct udp **out, const struct wire_params *params);
void udp_close(struct udp *udp);
unsigned udp_socket_count(const struct udp *udp);
unsigned udp_socket_family(const struct udp *udp, unsigned socket);
int udp_descriptor(const struct udp *udp, unsigned socket);
struct wire_batch *udp_batch(struct udp *udp, unsigned family);
enum wire_send_result udp_send(struct udp *udp, unsigned socket, size_t *first, size_t count);
size_t udp_receive(struct udp *udp, unsigned socket, struct wire_datagram out[WIRE_BATCH]);
bool udp_next_bounce(struct udp *udp, unsigned socket, struct wire_bounce *out);
uint64_t udp_drops(struct udp *udp);

#endif
