// SPDX-License-Identifier: BSD-2-Clause
/* Output of text that was put aside first: a whole zone at a time, out of a file. Like a sink
 * (out/out.h) in what it does about full disks and closed pipes. */
#ifndef OUT_BULK_H
#define OUT_BULK_H

#include <stdint.h>

#include "base/err.h"
#include "base/set.h"
#include "base/text.h"

struct out_bulk; /* opaque */

/* PATH NULL: stdout. The file is truncated. ERR_IO with errno, ERR_NOMEM. */
MUST_CHECK int out_bulk_open(struct out_bulk **out, const char *path);
/* Whole lines. ERR_CLOSED, ERR_IO with errno, ERR_NOMEM; sticky, as below. */
MUST_CHECK int out_bulk_put(struct out_bulk *bulk, const struct text *lines);
/* The first LEN octets of FD, which are whole lines. SEEN not NULL: of equal lines, also of earlier
 * calls, the first alone. */
MUST_CHECK int out_bulk_copy(struct out_bulk *bulk, int fd, uint64_t len, struct set *seen);
/* Flushes and closes; NULL is fine. */
MUST_CHECK int out_bulk_close(struct out_bulk *bulk);

#endif
