// SPDX-License-Identifier: BSD-2-Clause
/* A block: some lines of one file, handed to one cursor, which owns it. */
#ifndef SOURCE_BLOCK_H
#define SOURCE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/lines.h"

/* Lines in a block: enough that a lock or a pread is not felt (some 4 ns a line),
 * few enough that 10^9 lines need an index of 31 MB and small lists have many blocks. */
#define BLOCK_LINES 256

/* The most text a block can need: each line is kept up to its longest. */
#define BLOCK_TEXT_MAX ((size_t)BLOCK_LINES * LINES_LEN_MAX)

struct block_item {
    uint64_t line;   /* place in the whole input, from 0, comment lines counted */
    uint32_t offset; /* of its text in data */
    uint16_t len;    /* without blanks, CR and comment; at most LINES_LEN_MAX */
    bool is_too_long;
};

struct block {
    const char *data; /* what offsets refer to: text, or memory that outlives the block */
    char *text;       /* own storage, text_cap bytes */
    size_t text_cap;
    const char *file;    /* for messages; borrowed */
    uint64_t first_line; /* place of the file's first line */
    uint32_t stripe;     /* which part of the patterns goes with it */
    uint32_t count;
    struct block_item items[BLOCK_LINES];
};

MUST_CHECK int block_init(struct block *block, size_t text_cap);
void block_deinit(struct block *block);

#endif
