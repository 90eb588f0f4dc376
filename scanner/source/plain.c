// SPDX-License-Identifier: BSD-2-Clause
/* Plain text by blocks: one sequential pass makes the index, then every block is one
 * pread away.
 *
 * No mmap: a file that is cut short while it is read would kill the process, and its
 * pages would count as ours. What changes under us is noticed instead: a block must have
 * as many lines as it had, must not end early, and must still end where a line ends.
 *
 * A line without end must not cost memory: the splitter keeps LINES_LEN_MAX bytes of
 * it, and a block that has such lines is read in pieces and kept cut.
 *
 * 1. The splitter: chunks in, lines out; what an item is, for both passes alike.
 * 2. The index pass.
 * 3. Loading a block. */
#include "source/plain.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/read_at.h"

#define CHUNK_BYTES ((size_t)256 * 1024) /* of the index pass: a system call is not felt */

/* The start of a line whose end has not come yet. */
struct splitter {
    bool is_open;
    uint64_t raw_len;
    size_t head_len;              /* bytes kept of it */
    char head[LINES_LEN_MAX + 1]; /* a CR too much tells the longest line from one too long */
};

/* DATA has the first LINES_LEN_MAX + 1 bytes of a line of RAW_LEN. */
typedef int (*split_line_fn)(void *ctx, const char *data, uint64_t raw_len);

static int split_feed(struct splitter *s, const char *chunk, size_t len, split_line_fn line,
                      void *ctx)
{
    const char *at = chunk, *end = chunk + len;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t piece = (size_t)((newline ? newline : end) - at);
        int r = 0;
        if (newline && !s->is_open) {
            r = line(ctx, at, piece);
        } else {
            if (!s->is_open)
                s->raw_len = s->head_len = 0;
            size_t room = sizeof s->head - s->head_len;
            size_t kept = piece < room ? piece : room;
            memcpy(s->head + s->head_len, at, kept);
            s->head_len += kept;
            s->raw_len += piece;
            s->is_open = !newline;
            if (newline)
                r = line(ctx, s->head, s->raw_len);
        }
        if (r)
            return r;
        at += piece + 1;
    }
    return 0;
}

/* A last line without a newline is a line. */
static int split_end(struct splitter *s, split_line_fn line, void *ctx)
{
    if (!s->is_open)
        return 0;
    s->is_open = false;
    return line(ctx, s->head, s->raw_len);
}

/* The item inside a line, or LINES_SKIP: as base/lines.c has it. */
static enum lines_state find_item(const char **data, size_t *len, uint64_t raw_len,
                                  bool *is_too_long)
{
    if (raw_len == LINES_LEN_MAX + 1 && (*data)[LINES_LEN_MAX] == '\r')
        raw_len--;
    *is_too_long = raw_len > LINES_LEN_MAX;
    *len = *is_too_long ? LINES_LEN_MAX : (size_t)raw_len;
    return lines_trim(data, len);
}

struct indexer {
    struct plain *plain;
    weigh_fn weigh;
    const void *ctx;
    uint64_t offset; /* of the line that comes next */
    uint64_t total;
    struct splitter splitter;
};

static int add_block(struct plain *plain, uint64_t offset)
{
    if (plain->block_count == plain->block_cap) {
        size_t cap = plain->block_cap ? plain->block_cap * 2 : 16;
        uint64_t *grown = realloc(plain->offsets, cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        plain->offsets = grown;
        plain->block_cap = cap;
    }
    plain->offsets[plain->block_count++] = offset;
    return 0;
}

static int index_line(void *ctx, const char *data, uint64_t raw_len)
{
    struct indexer *ix = ctx;
    struct plain *plain = ix->plain;
    if (plain->line_count % BLOCK_LINES == 0) {
        int r = add_block(plain, ix->offset);
        if (r)
            return r;
    }
    size_t len;
    bool is_too_long;
    if (find_item(&data, &len, raw_len, &is_too_long) == LINES_GOT)
        ix->total +=
            ix->weigh(ix->ctx, data, is_too_long ? 0 : len, plain->first_line + plain->line_count);
    plain->line_count++;
    ix->offset += raw_len + 1;
    return 0;
}

static int index_file(struct indexer *ix)
{
    struct plain *plain = ix->plain;
    char *chunk = malloc(CHUNK_BYTES);
    int r = chunk ? 0 : ERR_NOMEM;
    (void)posix_fadvise(plain->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    plain->end = plain->start;
    while (r == 0) {
        ssize_t n = read_at(plain->fd, chunk, CHUNK_BYTES, plain->end);
        if (n > 0)
            r = split_feed(&ix->splitter, chunk, (size_t)n, index_line, ix);
        else if (n < 0)
            r = (int)n;
        if (n > 0)
            plain->end += (uint64_t)n;
        if (n < (ssize_t)CHUNK_BYTES) /* never asked again: a growing file has an end too */
            break;
    }
    (void)posix_fadvise(plain->fd, 0, 0, POSIX_FADV_RANDOM);
    free(chunk);
    return r;
}

static uint64_t block_end(const struct plain *plain, size_t block_index)
{
    return block_index + 1 < plain->block_count ? plain->offsets[block_index + 1] : plain->end;
}

int plain_index(struct plain *plain, uint64_t first_line, weigh_fn weigh, const void *ctx,
                uint64_t *total)
{
    struct indexer *ix = calloc(1, sizeof *ix);
    if (!ix)
        return ERR_NOMEM;
    *ix = (struct indexer){.plain = plain, .weigh = weigh, .ctx = ctx, .offset = plain->start};
    plain->first_line = first_line;
    int r = plain->fd >= 0
                ? index_file(ix)
                : split_feed(&ix->splitter, plain->memory, (size_t)plain->end, index_line, ix);
    if (r == 0)
        r = split_end(&ix->splitter, index_line, ix);
    for (size_t i = 0; i < plain->block_count; i++) {
        uint64_t bytes = block_end(plain, i) - plain->offsets[i];
        if (bytes > BLOCK_TEXT_MAX)
            bytes = BLOCK_TEXT_MAX;
        if (bytes > plain->block_bytes_max)
            plain->block_bytes_max = (size_t)bytes;
    }
    *total += ix->total;
    free(ix);
    return r;
}

struct loader {
    struct block *block;
    uint64_t line;     /* place of the line that comes next */
    uint64_t line_end; /* place behind the block's last line */
    size_t text_len;   /* bytes kept, when lines are copied */
    bool is_copying;
};

static int load_line(void *ctx, const char *data, uint64_t raw_len)
{
    struct loader *loader = ctx;
    struct block *block = loader->block;
    size_t len;
    bool is_too_long;
    if (loader->line == loader->line_end)
        return ERR_TRUNC;
    uint64_t line = loader->line++;
    if (find_item(&data, &len, raw_len, &is_too_long) != LINES_GOT)
        return 0;
    if (loader->is_copying) {
        memcpy(block->text + loader->text_len, data, len);
        data = block->text + loader->text_len;
        loader->text_len += len;
    }
    block->items[block->count++] = (struct block_item){.line = line,
                                                       .offset = (uint32_t)(data - block->data),
                                                       .len = (uint16_t)len,
                                                       .is_too_long = is_too_long};
    return 0;
}

/* The whole block lies in DATA: lines are borrowed from it, but for a last one without
 * a newline, which the splitter would keep for itself. */
static int load_from(struct loader *loader, const char *data, size_t len, bool is_last)
{
    struct splitter splitter;
    splitter.is_open = false;
    if (!is_last && data[len - 1] != '\n')
        return ERR_TRUNC;
    loader->block->data = data;
    const char *newline = memrchr(data, '\n', len);
    size_t whole = newline ? (size_t)(newline - data) + 1 : 0;
    int r = split_feed(&splitter, data, whole, load_line, loader);
    if (r == 0 && whole < len)
        r = load_line(loader, data + whole, len - whole);
    return r;
}

static int load_in_pieces(const struct plain *plain, struct loader *loader, uint64_t offset,
                          uint64_t end)
{
    struct splitter splitter = {.is_open = false};
    char *chunk = malloc(CHUNK_BYTES);
    int r = chunk ? 0 : ERR_NOMEM;
    loader->is_copying = true;
    loader->block->data = loader->block->text;
    while (r == 0 && offset < end) {
        size_t want = end - offset < CHUNK_BYTES ? (size_t)(end - offset) : CHUNK_BYTES;
        ssize_t n = read_at(plain->fd, chunk, want, offset);
        if (n < 0)
            r = (int)n;
        else if ((size_t)n < want)
            r = ERR_TRUNC;
        else
            r = split_feed(&splitter, chunk, want, load_line, loader);
        offset += want;
    }
    if (r == 0 && splitter.is_open && end != plain->end)
        r = ERR_TRUNC;
    if (r == 0)
        r = split_end(&splitter, load_line, loader);
    free(chunk);
    return r;
}

int plain_load(const struct plain *plain, size_t block_index, struct block *block)
{
    uint64_t offset = plain->offsets[block_index];
    uint64_t end = block_end(plain, block_index);
    uint64_t line = plain->first_line + (uint64_t)block_index * BLOCK_LINES;
    uint64_t line_end = plain->first_line + plain->line_count;
    struct loader loader = {.block = block, .line = line, .line_end = line_end};
    bool is_last = block_index + 1 == plain->block_count;
    size_t len = (size_t)(end - offset);
    int r;
    if (!is_last)
        loader.line_end = line + BLOCK_LINES;
    block->count = 0;
    block->file = plain->file;
    block->first_line = plain->first_line;
    if (plain->fd < 0) {
        r = load_from(&loader, plain->memory + offset, len, is_last);
    } else if (len <= block->text_cap) {
        ssize_t n = read_at(plain->fd, block->text, len, offset);
        if (n < 0)
            r = (int)n;
        else if ((size_t)n < len)
            r = ERR_TRUNC;
        else
            r = load_from(&loader, block->text, len, is_last);
    } else {
        r = load_in_pieces(plain, &loader, offset, end);
    }
    if (r == 0 && loader.line != loader.line_end)
        r = ERR_TRUNC;
    if (r)
        block->count = 0;
    return r;
}

void plain_init_file(struct plain *plain, const char *file, int fd, uint64_t start)
{
    *plain = (struct plain){.file = file, .fd = fd, .start = start, .end = start};
}

void plain_init_memory(struct plain *plain, const char *file, const char *memory, size_t len)
{
    *plain = (struct plain){.file = file, .fd = -1, .memory = memory, .end = len};
}

void plain_deinit(struct plain *plain)
{
    if (plain->fd >= 0)
        close(plain->fd);
    free(plain->offsets);
    *plain = (struct plain){.fd = -1};
}

int block_init(struct block *block, size_t text_cap)
{
    *block = (struct block){.text_cap = text_cap};
    block->text = malloc(text_cap ? text_cap : 1);
    return block->text ? 0 : ERR_NOMEM;
}

void block_deinit(struct block *block)
{
    free(block->text);
    block->text = NULL;
}
