// SPDX-License-Identifier: BSD-2-Clause
/* Output: one format a file behind one small table, and sinks that write whole
 * lines. Borrows hits; never judges. Used by one thread (the writer).
 *
 * A format appends text for a hit; a sink owns a file descriptor, a buffer and a
 * format. A write error closes nothing and loses no whole line: what the file ends
 * with after a full disk is a whole line (the torn rest is cut off again where the
 * file allows it). */
#ifndef OUT_OUT_H
#define OUT_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "model/hit.h"

struct out_format {
    const char *name;                                     /* on the command line */
    const char *extension;                                /* for --split: "txt", "ndjson" */
    void (*begin)(struct text *out);                      /* NULL: no header line */
    void (*hit)(struct text *out, const struct hit *hit); /* whole lines */
    bool can_retract; /* may say later that a line of its was wrong (enum hit_stage) */
};

extern const struct out_format out_names, out_text, out_ndjson, out_massdns, out_zone, out_csv;

/* NULL when there is no such format. */
const struct out_format *out_format_find(const char *name);

struct out_sink; /* opaque */

/* PATH NULL: stdout (line-buffered when a pipe or terminal). The file is truncated. */
MUST_CHECK int out_sink_open(struct out_sink **out, const struct out_format *format,
                             const char *path);
/* One file per zone in FOLDER (made when missing): ZONE.extension, at most
 * OUT_SPLIT_OPEN_MAX open at once, reopened for append as needed; hits without a zone
 * go to "_.extension". A zone's text never leaves the folder (escaped '/' and dots). */
MUST_CHECK int out_split_open(struct out_sink **out, const struct out_format *format,
                              const char *folder);
/* Writes the hit if its stage is for the sink's format. ERR_CLOSED: stdout's reader is gone.
 * ERR_IO: errno. Sticky: later calls give it again. */
MUST_CHECK int out_sink_hit(struct out_sink *sink, const struct hit *hit);
/* Writes what is buffered; call at least every second and when idle. */
MUST_CHECK int out_sink_flush(struct out_sink *sink);
/* Flushes and closes; NULL is fine. Reports what close(2) reports. */
MUST_CHECK int out_sink_close(struct out_sink *sink);
const char *out_sink_path(const struct out_sink *sink); /* "stdout" or the path, for messages */

#endif
