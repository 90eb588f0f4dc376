// SPDX-License-Identifier: BSD-2-Clause
/* The file that a walk's hashes go to, line by line while it walks: --hashes, or ZONE.nsec3 in
 * the folder the program runs in.
 *
 * Nothing that is there is overwritten. A file of our own format and the same zone is gone on
 * with: what it holds is told first, a last line that was torn by a crash is cut off, and new
 * lines are appended. Any other file that is not empty is refused. New files are for their owner
 * alone (0600). Whole lines are written; how often is the caller's business (hash_output_flush). */
#ifndef SCAN_HASH_OUTPUT_H
#define SCAN_HASH_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"
#include "scan/params.h"
#include "source/hashfile.h"

struct hash_output; /* opaque */

/* ITEM is told of each record the file holds; an error from it ends all. ERR_RANGE: the file is
 * refused, told; ERR_IO: told; ERR_NOMEM. */
MUST_CHECK int hash_output_open(struct hash_output **out, const struct scan_params *params,
                                const struct name *zone,
                                int (*item)(void *ctx, const struct hash_record *record),
                                void *ctx);
/* ERR_IO (told once), ERR_NOMEM; sticky. */
MUST_CHECK int hash_output_put(struct hash_output *output, const struct hash_record *record);
MUST_CHECK int hash_output_flush(struct hash_output *output);
/* Flushes to the disk, closes and frees; NULL is fine. */
MUST_CHECK int hash_output_close(struct hash_output *output);

const char *hash_output_path(const struct hash_output *output);
/* Of the format that the walk is to write; our own holds spans and types, the others none. */
enum hash_format hash_output_format(const struct hash_output *output);
/* Records that the file held. */
uint64_t hash_output_held(const struct hash_output *output);

#endif
