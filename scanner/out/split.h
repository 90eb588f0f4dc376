// SPDX-License-Identifier: BSD-2-Clause
/* One file per zone in a folder, few of them open at a time. Private to out/.
 *
 * A zone's file is truncated and begun the first time the run has something for it, and
 * reopened for append when it was closed to make room in between. Remembered per zone:
 * its file's name, some hundred bytes. */
#ifndef OUT_SPLIT_H
#define OUT_SPLIT_H

#include "base/err.h"
#include "out/line_file.h"
#include "out/out.h"

#define OUT_SPLIT_OPEN_MAX 64 /* well below the usual soft limit of 1,024 descriptors */

/* File names are at most 255 octets (NAME_MAX); zones are cut well before. */
#define SPLIT_FILE_NAME_MAX 256

/* ZONE (NULL: none) as a file name that no other zone has, with EXTENSION. */
void split_file_name(const char *zone, const char *extension, char out[SPLIT_FILE_NAME_MAX]);

struct split; /* opaque */

/* Makes FOLDER when it is missing. ERR_IO with errno, ERR_NOMEM. */
MUST_CHECK int split_open(struct split **out, const struct out_format *format, const char *folder);
void split_set_writer(struct split *split, struct line_writer writer);
/* The file of ZONE, open; good until the next call. */
MUST_CHECK int split_file_of(struct split *split, const char *zone, struct line_file **out);
MUST_CHECK int split_flush(struct split *split);
MUST_CHECK int split_close(struct split *split); /* closes all; the first error */

#endif
