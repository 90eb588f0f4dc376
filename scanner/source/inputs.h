// SPDX-License-Identifier: BSD-2-Clause
/* All lists of one source as one input, given out in units: a block of lines
 * together with a stripe of the patterns.
 *
 * Plain files, stdin when it is one, and memory are indexed at opening and share one
 * permuted order; pipes and compressed files follow, read as they are drawn. Any
 * thread may draw; the lock is never held while something blocks. */
#ifndef SOURCE_INPUTS_H
#define SOURCE_INPUTS_H

#include "source/plain.h"
#include "source/source.h"

struct inputs; /* opaque, shared by all cursors */

struct inputs_params {
    const char *const *files;
    size_t file_count;
    const char *memory_name; /* for messages */
    const char *memory;      /* a list in memory, borrowed; NULL: none */
    size_t memory_len;
    uint64_t seed;
    uint32_t stripe_count; /* units a block makes, >= 1 */
    weigh_fn weigh;        /* see source/plain.h */
    const void *weigh_ctx;
};

/* ERROR_TEXT (SOURCE_ERROR_CAP) gets file and cause on failure. Names of files are borrowed. */
MUST_CHECK int inputs_open(struct inputs **out, const struct inputs_params *params,
                           char *error_text);
/* The lists of LENDER once more from the beginning, each item weighing WEIGHT times what it
 * did, bad items not told again. Nothing is read for it: the index is LENDER's, which must
 * stay open and untouched. Its files must not be pipes. */
MUST_CHECK int inputs_again(struct inputs **out, const struct inputs *lender, uint64_t seed,
                            uint32_t stripe_count, uint64_t weight, char *error_text);
void inputs_close(struct inputs *inputs);

/* Room a block must have to hold any unit. */
size_t inputs_block_bytes(const struct inputs *inputs);
/* SOURCE_GOT (the block may have no item), SOURCE_WAIT, SOURCE_END; or an error, then
 * and from then on. */
MUST_CHECK int inputs_take(struct inputs *inputs, struct block *block);

struct source_estimate inputs_estimate(const struct inputs *inputs);
const char *inputs_error(const struct inputs *inputs);
/* Tells of a bad item: the first SOURCE_COMPLAINTS_MAX, then that the rest is counted. */
void inputs_complain(struct inputs *inputs, const struct block *block,
                     const struct block_item *item, const char *why);

#endif
