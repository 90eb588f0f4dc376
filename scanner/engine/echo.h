// SPDX-License-Identifier: BSD-2-Clause
/* A responder of our own on loopback, to learn what the path and the generator carry: it answers
 * every query with itself, as a response without records. One thread; nothing it does depends on
 * what is asked. */
#ifndef ENGINE_ECHO_H
#define ENGINE_ECHO_H

#include "engine/wire.h"

struct echo; /* opaque */

/* On 127.0.0.1 (FAMILY 0) or ::1 (1), at a port that is free. ERR_NOMEM, ERR_IO (errno). */
MUST_CHECK int echo_open(struct echo **out, unsigned family);
const struct wire_address *echo_address(const struct echo *echo);
void echo_close(struct echo *echo); /* NULL is fine */

#endif
