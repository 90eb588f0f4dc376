// SPDX-License-Identifier: BSD-2-Clause
/* The lab's sockets: bound to loopback addresses one by one, so that nothing from
 * elsewhere can ever reach them. */
#ifndef LAB_SOCKETS_H
#define LAB_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/lab/fleet.h"

#define SOCKETS_BACKLOG      256
#define SOCKETS_BUFFER_FLEET (1 << 20)  /* each of hundreds: half a second at 2,000 q/s */
#define SOCKETS_BUFFER_FAST  (32 << 20) /* one: tens of thousands of queries */
#define SOCKETS_SPARE        32         /* descriptors for files and standard streams */

/* Opens the UDP, and with WITH_TCP the TCP socket of every resolver that is not
 * `closed`. Says what went wrong; ERR_IO. */
MUST_CHECK int sockets_open(struct fleet *fleet, int buffer_bytes, bool with_tcp);
void sockets_close(struct fleet *fleet);
/* Datagrams the kernel dropped because we did not read in time. */
uint64_t sockets_drops(const struct fleet *fleet);

#endif
