// SPDX-License-Identifier: BSD-2-Clause
/* What a target is called by those who speak TLS and HTTP to it. Pure. */
#ifndef ENGINE_LOAD_HOST_H
#define ENGINE_LOAD_HOST_H

#include "engine/wire.h"

#define LOAD_HOST_CAP 256 /* a name of 253, a final zero and to spare */

struct load_host {
    char address[64];                  /* text, without port or brackets */
    char name[LOAD_HOST_CAP];          /* of the certificate; "": only the address is known */
    char authority[LOAD_HOST_CAP + 8]; /* HTTP's */
};

/* GIVEN: as the target was given: a host or an address, with a port or without; NULL: by its
 * address. PORT_USUAL is left out of the authority. */
void load_host_of(const char *given, const struct wire_address *address, uint16_t port_usual,
                  struct load_host *out);

#endif
