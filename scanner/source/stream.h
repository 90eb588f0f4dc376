// SPDX-License-Identifier: BSD-2-Clause
/* A list that can only be read from front to back: its lines by the blockful. */
#ifndef SOURCE_STREAM_H
#define SOURCE_STREAM_H

#include "source/block.h"

/* Text a block takes from a stream; one longest line more must fit. */
#define STREAM_TEXT_MAX    ((size_t)16 * 1024)
#define STREAM_BLOCK_BYTES (STREAM_TEXT_MAX + LINES_LEN_MAX)

struct stream {
    const char *file;    /* for messages; borrowed */
    struct lines *lines; /* owned */
    uint64_t line_count; /* lines read so far */
    int pending; /* what the reader said after the lines already given; LINES_GOT: nothing */
};

/* ERR_IO with errno, ERR_NOMEM. */
MUST_CHECK int stream_open(struct stream *stream, const char *path);
void stream_close(struct stream *stream);

/* The next lines, FIRST_LINE being the place of the stream's first line in the whole
 * input. LINES_GOT (the block may be without items), LINES_WAIT, LINES_END; ERR_IO,
 * ERR_FORMAT only once all good lines were given. Never blocks. */
MUST_CHECK int stream_fill(struct stream *stream, uint64_t first_line, struct block *block);

#endif
