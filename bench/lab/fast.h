// SPDX-License-Identifier: BSD-2-Clause
/* The fast mode's loop: answers by patching queries, as cheap as can be. */
#ifndef LAB_FAST_H
#define LAB_FAST_H

#include "bench/lab/fastzone.h"
#include "bench/lab/lab.h"

struct fast; /* opaque; large: buffers for a batch */

MUST_CHECK int fast_create(struct fast **out, struct lab *lab, const struct fastzone *zone);
void fast_destroy(struct fast *fast);
/* Until lab->stop or END. Sockets are open. */
MUST_CHECK int fast_run(struct fast *fast, mono_ns end);

/* One query of LEN bytes becomes its reply, in place; DATA has room for
 * FAST_ROOM more. Returns the reply's length, 0 for none. */
#define FAST_ROOM 600 /* a SOA record with two names of 255 octets fits */
size_t fast_answer(struct fast *fast, uint8_t *data, size_t len);

#endif
