// SPDX-License-Identifier: BSD-2-Clause
/* Reading lists: lines out of plain, gzip, zstd and xz files, or stdin.
 *
 * A line reader streams; it knows the name and number of the line it gave, for
 * messages. Compression is told by magic bytes, not by the file's name, so
 * stdin may be compressed too. A byte order mark in front is passed over. CR before
 * LF, leading and trailing blanks are taken off; blank lines and lines whose first
 * character is `#` come out as LINES_SKIP so that callers can keep count of lines;
 * ` #` after blanks ends an item. Lines longer than LINES_LEN_MAX are given cut, with
 * `too_long` set, and the rest of them is skipped. A NUL byte is kept (it makes the
 * item invalid).
 *
 * Nothing blocks unless asked: on a pipe without data LINES_WAIT is returned. */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define LINES_LEN_MAX 4096 /* longer than any name's escaped text (1,020) and any list item */

#define LINES_MARK     "\xef\xbb\xbf" /* U+FEFF in UTF-8, which some editors put in front */
#define LINES_MARK_LEN (sizeof LINES_MARK - 1)

enum lines_state {
    LINES_END = 0,
    LINES_GOT = 1,  /* an item */
    LINES_SKIP = 2, /* a blank or comment line was read */
    LINES_WAIT = 3, /* pipe or terminal without data just now */
};

struct line {
    const char *data; /* borrowed until the next call; not terminated */
    size_t len;
    uint64_t number; /* from 1 */
    bool too_long;
};

struct lines; /* opaque; one thread at a time */

/* PATH "-" is stdin. ERR_IO with errno (EISDIR for a folder). */
MUST_CHECK int lines_open(struct lines **out, const char *path);
void lines_close(struct lines *lines);
const char *lines_name(const struct lines *lines); /* path, or "stdin" */
bool lines_is_compressed(const struct lines *lines);
/* Octets of the byte order mark in front, known once a line was asked for; 0: there is none. */
size_t lines_mark_len(const struct lines *lines);
/* A lines_state, or ERR_IO, ERR_FORMAT. BLOCKING: never LINES_WAIT. */
MUST_CHECK int lines_next(struct lines *lines, bool blocking, struct line *out);

/* For lists of millions: the whole lines that lie ready, as they are, newlines included, and none
 * read on for; LEN 0 when there are none. Borrowed until the next call. */
const char *lines_ready(const struct lines *lines, size_t *len);
/* Takes LEN octets of these, COUNT lines, away: they will not be given again. */
void lines_take(struct lines *lines, size_t len, uint64_t count);

/* Takes blanks, CR and a trailing comment off in place: the item inside
 * DATA[0..LEN), or LINES_SKIP. Shared with readers that find lines themselves. */
enum lines_state lines_trim(const char **data, size_t *len);

/* Reads a whole list, calling ITEM for each; it returns 0 or an error that stops
 * the reading and is returned. */
MUST_CHECK int lines_each(const char *path,
                          int (*item)(void *ctx, const char *file, const struct line *line),
                          void *ctx);

#endif
