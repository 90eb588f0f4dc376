// SPDX-License-Identifier: BSD-2-Clause
/* From many workers to one writing thread: a bounded queue of hits.
 *
 * Workers put; the main thread takes all there is and writes it. A queue that is
 * full does not block a worker's loop (replies would be lost meanwhile): it stops
 * taking candidates until there is room. Puts are always accepted, so the bound is
 * passed by at most what is in flight. */
#ifndef SCAN_WRITER_H
#define SCAN_WRITER_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "out/out.h"
#include "scan/hits.h"
#include "scan/params.h"

#define WRITER_QUEUE_MAX 16384
#define WRITER_BYTES_MAX (16u << 20) /* a hit may be 128 KiB where a resolver wants it so */

struct writer; /* opaque */

/* Opens all outputs. ERR_IO, ERR_NOMEM; told by log. */
MUST_CHECK int writer_open(struct writer **out, const struct scan_params *params);

/* Any thread. Takes the node. */
void writer_put(struct writer *writer, struct hit_node *node);
bool writer_is_full(struct writer *writer);

/* The main thread: lets hits gather for WAIT, then writes all that are queued. A put wakes
 * nobody: a system call per hit would cost the worker more than the hit. ERR_CLOSED:
 * stdout's reader is gone; ERR_IO (told by log). Sticky. */
MUST_CHECK int writer_write(struct writer *writer, mono_ns wait);
/* Ends the wait early. */
void writer_wake(struct writer *writer);
/* Flushes and closes all outputs, frees; the first error there was. */
MUST_CHECK int writer_close(struct writer *writer);

#endif
