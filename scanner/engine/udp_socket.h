// SPDX-License-Identifier: BSD-2-Clause
/* One UDP socket as we want them: a random port bound explicitly (the kernel's ephemeral range is
 * narrower and bind(0) slow when it fills), the largest receive buffer the machine allows, and
 * IP_RECVERR, so that an ICMP error names the datagram it is about instead of surfacing as some
 * other call's failure. */
#ifndef ENGINE_UDP_SOCKET_H
#define ENGINE_UDP_SOCKET_H

#include <stdint.h>

#include "engine/wire.h"

/* The descriptor, not blocking, or -1 with errno. BIND: the address; its port is not used. */
int udp_socket_open(unsigned family, const struct wire_address *bind, struct rng *rng);
/* One bounce from the error queue; false: none left. */
bool udp_socket_bounce(int fd, unsigned family, struct wire_bounce *out);
/* Datagrams that the kernel dropped for want of room, so far. */
uint32_t udp_socket_drops(int fd);

#endif
