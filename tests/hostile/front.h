// SPDX-License-Identifier: BSD-2-Clause
/* A forging resolver: passes queries on to a real one, and what it wants otherwise, it
 * forges. Hidden are the names of the model, which are denied; whatever does not exist is denied
 * with the model's denial too, signed with a key of our own that the zone's DNSKEY query gets.
 *
 *   query -> entry (id of ours, client) -> the real one -> reply: passed on, or forged
 *
 * Over TCP the real one is asked while everything else waits: for tests that is good enough. */
#ifndef HOSTILE_FRONT_H
#define HOSTILE_FRONT_H

#include "tests/hostile/hostile.h"
#include "tests/hostile/net.h"

struct front; /* opaque */

MUST_CHECK int front_create(struct front **out, const union net_address *to);
void front_destroy(struct front *front); /* NULL is fine */
int front_fd(const struct front *front);

/* A query in DATA, with room for a reply: the length of what is to be sent at once, 0: nothing. */
size_t front_udp(struct front *front, struct hostile *h, uint8_t *data, size_t len, int fd,
                 const union net_address *from);
size_t front_tcp(struct front *front, struct hostile *h, uint8_t *data, size_t len);
/* Replies of the real one have come. */
void front_read(struct front *front, struct hostile *h);

#endif
