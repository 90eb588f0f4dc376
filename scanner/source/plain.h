// SPDX-License-Identifier: BSD-2-Clause
/* Plain text, in a file that can be read at any place or in memory, cut into blocks
 * of lines through a sampled index: 8 bytes for every BLOCK_LINES lines.
 *
 * plain_init_* -> plain_index -> plain_load (any thread, any order) -> plain_deinit */
#ifndef SOURCE_PLAIN_H
#define SOURCE_PLAIN_H

#include "source/block.h"

struct plain {
    const char *file;    /* for messages; borrowed */
    int fd;              /* owned; -1: memory */
    const char *memory;  /* borrowed */
    uint64_t start, end; /* bytes that are the list */
    uint64_t first_line; /* place of the first line in the whole input */
    uint64_t line_count;
    uint64_t *offsets; /* of each block's first byte */
    size_t block_count, block_cap;
    size_t block_bytes_max;
};

/* How many candidates of this run the item on LINE makes. LEN 0: a line that is too long. */
typedef uint64_t (*weigh_fn)(const void *ctx, const char *item, size_t len, uint64_t line);

/* The fd passes to PLAIN; the list begins at START. */
void plain_init_file(struct plain *plain, const char *file, int fd, uint64_t start);
void plain_init_memory(struct plain *plain, const char *file, const char *memory, size_t len);
void plain_deinit(struct plain *plain);

/* Reads all of it once; adds to *TOTAL what WEIGH says of its items. ERR_IO, ERR_NOMEM. */
MUST_CHECK int plain_index(struct plain *plain, uint64_t first_line, weigh_fn weigh,
                           const void *ctx, uint64_t *total);

/* The items of a block, in order. ERR_IO with errno; ERR_TRUNC when the file is not
 * what it was when it was indexed: then the block is empty. */
MUST_CHECK int plain_load(const struct plain *plain, size_t block_index, struct block *block);

#endif
