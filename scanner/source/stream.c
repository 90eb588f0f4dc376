// SPDX-License-Identifier: BSD-2-Clause
/* Blocks out of pipes and compressed files, under the caller's lock.
 *
 * A block is closed by its number of lines, by its text, or because no more data are
 * there just now: somebody who types names, or another program that finds them one by
 * one, is served at once. Comment lines count as lines, so that a file of nothing but
 * comments does not hold the lock for long. */
#include "source/stream.h"

#include <string.h>

int stream_open(struct stream *stream, const char *path)
{
    *stream = (struct stream){.pending = LINES_GOT};
    int r = lines_open(&stream->lines, path);
    if (r)
        return r;
    stream->file = lines_name(stream->lines);
    return 0;
}

void stream_close(struct stream *stream)
{
    if (stream->lines)
        lines_close(stream->lines);
    stream->lines = NULL;
}

static void keep_line(struct block *block, const struct line *line, uint64_t place,
                      size_t *text_len)
{
    size_t len = line->len < LINES_LEN_MAX ? line->len : LINES_LEN_MAX;
    memcpy(block->text + *text_len, line->data, len);
    block->items[block->count++] = (struct block_item){.line = place,
                                                       .offset = (uint32_t)*text_len,
                                                       .len = (uint16_t)len,
                                                       .is_too_long = line->too_long};
    *text_len += len;
}

int stream_fill(struct stream *stream, uint64_t first_line, struct block *block)
{
    uint64_t line_count_before = stream->line_count;
    size_t text_len = 0;
    block->count = 0;
    block->data = block->text;
    block->file = stream->file;
    block->first_line = first_line;
    for (int i = 0; stream->pending == LINES_GOT && i < BLOCK_LINES && text_len < STREAM_TEXT_MAX;
         i++) {
        struct line line;
        int r = lines_next(stream->lines, false, &line);
        if (r == LINES_GOT)
            keep_line(block, &line, first_line + stream->line_count, &text_len);
        if (r == LINES_GOT || r == LINES_SKIP)
            stream->line_count++;
        else if (r == LINES_WAIT)
            break;
        else
            stream->pending = r; /* the end, or an error */
    }
    if (stream->line_count > line_count_before)
        return LINES_GOT;
    return stream->pending == LINES_GOT ? LINES_WAIT : stream->pending;
}
