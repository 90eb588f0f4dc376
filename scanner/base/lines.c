// SPDX-License-Identifier: BSD-2-Clause
/* Lists: lines out of plain, gzip, zstd and xz streams.
 *
 * Bytes flow: file -> `input` (64 KiB as read) -> decoder -> `output` (64 KiB of
 * text) -> one line at a time, borrowed where it lies. Both buffers are all the
 * memory a plain list costs, whatever its size; a decoder adds its window, which is
 * refused above WINDOW_MAX.
 *
 * 1. Filling `input`. Regular files are read; on pipes and terminals poll(2)
 *    asks first, because stdin may be shared with other processes and must not be
 *    made non-blocking for them.
 * 2. Telling the form by the first bytes, which may trickle in.
 * 3. Decoding (lines_codec.c) into `output`, behind what is left of the last line.
 * 4. Finding, cutting and trimming lines.
 *
 * A stream that breaks gives the lines before the damage, then its error for ever;
 * a line that the damage cut short is not given. */
#include "base/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lines_codec.h"

#define BUFFER_LEN (64 * 1024) /* one read of a pipe's whole capacity */

_Static_assert(BUFFER_LEN > 2 * LINES_LEN_MAX, "a line must fit behind the rest of another");

struct lines {
    int fd;
    bool is_regular;     /* never without data: no need to ask poll */
    bool is_ended;       /* read(2) gave 0 */
    bool is_told;        /* the form is known */
    bool is_done;        /* the decoder gave all it will */
    bool is_skipping;    /* the rest of a line that was too long */
    bool is_marked;      /* its text began with a byte order mark */
    int error;           /* sticky */
    struct codec *codec; /* NULL: plain */
    uint64_t number;
    size_t in_start, in_end;   /* bytes of input not yet decoded */
    size_t out_start, out_end; /* bytes of output not yet given */
    uint8_t input[BUFFER_LEN];
    char output[BUFFER_LEN];
    char name[]; /* as messages show it */
};

static int open_path(const char *path, int *fd, bool *is_regular)
{
    struct stat st;
    bool is_stdin = strcmp(path, "-") == 0;
    *fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (*fd < 0)
        return ERR_IO;
    int failed = fstat(*fd, &st);
    if (!failed && !S_ISDIR(st.st_mode)) {
        *is_regular = S_ISREG(st.st_mode);
        return 0;
    }
    int saved_errno = failed ? errno : EISDIR;
    if (!is_stdin)
        close(*fd);
    errno = saved_errno;
    return ERR_IO;
}

int lines_open(struct lines **out, const char *path)
{
    int fd;
    bool is_regular;
    const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
    *out = NULL;
    int error = open_path(path, &fd, &is_regular);
    if (error)
        return error;
    struct lines *lines = malloc(sizeof *lines + strlen(name) + 1);
    if (!lines) {
        if (fd != STDIN_FILENO)
            close(fd);
        return ERR_NOMEM;
    }
    memset(lines, 0, offsetof(struct lines, input)); /* untouched pages stay unbacked */
    lines->fd = fd;
    lines->is_regular = is_regular;
    strcpy(lines->name, name);
    *out = lines;
    return 0;
}

void lines_close(struct lines *lines)
{
    if (!lines)
        return;
    codec_destroy(lines->codec);
    if (lines->fd != STDIN_FILENO)
        close(lines->fd);
    free(lines);
}

const char *lines_name(const struct lines *lines)
{
    return lines->name;
}

bool lines_is_compressed(const struct lines *lines)
{
    return lines->codec != NULL;
}

size_t lines_mark_len(const struct lines *lines)
{
    return lines->is_marked ? LINES_MARK_LEN : 0;
}

/* 1 when a read(2) will not wait (data, end or error), 0 when it would. */
static int wait_readable(struct lines *lines, bool blocking)
{
    struct pollfd pollfd = {.fd = lines->fd, .events = POLLIN};
    int ready;
    do
        ready = poll(&pollfd, 1, blocking ? -1 : 0);
    while (ready < 0 && errno == EINTR && blocking);
    return ready < 0 && errno != EINTR ? ERR_IO : ready > 0;
}

/* Reads what fits behind the input not yet decoded: LINES_GOT (also at the end of
 * the file, with is_ended set), LINES_WAIT or an error. */
static int fill_input(struct lines *lines, bool blocking)
{
    if (lines->in_start > 0) {
        memmove(lines->input, lines->input + lines->in_start, lines->in_end - lines->in_start);
        lines->in_end -= lines->in_start;
        lines->in_start = 0;
    }
    for (;;) {
        if (!lines->is_regular) {
            int ready = wait_readable(lines, blocking);
            if (ready <= 0)
                return ready < 0 ? ready : LINES_WAIT;
        }
        ssize_t got = read(lines->fd, lines->input + lines->in_end, BUFFER_LEN - lines->in_end);
        if (got >= 0) {
            lines->is_ended = got == 0;
            lines->in_end += (size_t)got;
            return LINES_GOT;
        }
        /* EAGAIN: somebody sharing stdin made it non-blocking, or was faster. */
        if (errno == EAGAIN && !blocking)
            return LINES_WAIT;
        if (errno != EINTR && errno != EAGAIN)
            return ERR_IO;
    }
}

static int tell_form(struct lines *lines, bool blocking)
{
    while (!lines->is_told) {
        enum codec_form form = codec_form_of(lines->input + lines->in_start,
                                             lines->in_end - lines->in_start, lines->is_ended);
        if (form == CODEC_UNSURE) {
            int state = fill_input(lines, blocking);
            if (state != LINES_GOT)
                return state;
            continue;
        }
        lines->is_told = true;
        if (form != CODEC_PLAIN)
            return codec_create(&lines->codec, form) ? ERR_NOMEM : LINES_GOT;
    }
    return LINES_GOT;
}

/* Moves bytes from input to output, through the decoder if there is one. */
static int decode(struct lines *lines)
{
    const uint8_t *in = lines->input + lines->in_start;
    size_t in_len = lines->in_end - lines->in_start;
    uint8_t *out = (uint8_t *)lines->output + lines->out_end;
    size_t out_len = BUFFER_LEN - lines->out_end;
    if (lines->codec) {
        int error = codec_decode(lines->codec, &in, &in_len, &out, &out_len, lines->is_ended);
        lines->in_start = lines->in_end - in_len;
        lines->out_end = BUFFER_LEN - out_len;
        return error;
    }
    size_t len = in_len < out_len ? in_len : out_len;
    memcpy(out, in, len);
    lines->in_start += len;
    lines->out_end += len;
    return 0;
}

/* Brings more text behind what output holds: LINES_GOT, LINES_WAIT, LINES_END or
 * an error. There is room: callers take a whole buffer without newline away. */
static int fill_output(struct lines *lines, bool blocking)
{
    if (lines->is_done)
        return LINES_END;
    if (lines->out_start > 0) {
        memmove(lines->output, lines->output + lines->out_start, lines->out_end - lines->out_start);
        lines->out_end -= lines->out_start;
        lines->out_start = 0;
    }
    for (;;) {
        int state = tell_form(lines, blocking);
        if (state != LINES_GOT)
            return state;
        size_t before = lines->out_end;
        int error = decode(lines);
        if (error)
            lines->error = error; /* told once what was decoded before it is given */
        if (lines->out_end > before)
            return LINES_GOT;
        if (error)
            return error;
        if (lines->is_ended) {
            lines->is_done = true;
            return LINES_END;
        }
        state = fill_input(lines, blocking);
        if (state != LINES_GOT)
            return state;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

enum lines_state lines_trim(const char **data, size_t *len)
{
    const char *start = *data, *end = *data + *len;
    while (start < end && is_blank(*start))
        start++;
    for (const char *c = start; (c = memchr(c, '#', (size_t)(end - c))) != NULL; c++) {
        if (c == start || is_blank(c[-1])) {
            end = c;
            break;
        }
    }
    while (end > start && is_blank(end[-1]))
        end--;
    *data = start;
    *len = (size_t)(end - start);
    return start < end ? LINES_GOT : LINES_SKIP;
}

/* Gives the RAW_LEN bytes at the front of output as a line and takes them, and
 * the newline if there is one, away. */
static int give_line(struct lines *lines, size_t raw_len, bool has_newline, struct line *out)
{
    const char *data = lines->output + lines->out_start;
    size_t len = raw_len;
    lines->out_start += raw_len + has_newline;
    if (has_newline && len > 0 && data[len - 1] == '\r')
        len--;
    out->number = ++lines->number;
    out->too_long = len > LINES_LEN_MAX;
    if (out->too_long)
        len = LINES_LEN_MAX;
    int state = (int)lines_trim(&data, &len);
    out->data = data;
    out->len = len;
    return state;
}

/* Drops text up to the next newline; LINES_GOT when it was there. */
static int skip_rest(struct lines *lines, bool blocking)
{
    for (;;) {
        size_t have = lines->out_end - lines->out_start;
        const char *data = lines->output + lines->out_start;
        const char *newline = have ? memchr(data, '\n', have) : NULL;
        if (newline) {
            lines->out_start += (size_t)(newline - data) + 1;
            lines->is_skipping = false;
            return LINES_GOT;
        }
        lines->out_start = lines->out_end;
        if (lines->error)
            return lines->error;
        int state = fill_output(lines, blocking);
        if (state != LINES_GOT)
            return state;
    }
}

/* Takes the mark off the beginning; true when it was there. */
static bool skip_mark(struct lines *lines)
{
    bool is_first = lines->number == 0 && !lines->is_marked && !lines->is_skipping;
    if (!is_first || lines->out_end - lines->out_start < LINES_MARK_LEN ||
        memcmp(lines->output + lines->out_start, LINES_MARK, LINES_MARK_LEN) != 0)
        return false;
    lines->out_start += LINES_MARK_LEN;
    lines->is_marked = true;
    return true;
}

static int next_line(struct lines *lines, bool blocking, struct line *out)
{
    size_t searched = 0; /* no newline within so many bytes */
    if (lines->is_skipping) {
        int state = skip_rest(lines, blocking);
        if (state != LINES_GOT)
            return state;
    }
    for (;;) {
        if (skip_mark(lines))
            searched = 0;
        size_t have = lines->out_end - lines->out_start;
        const char *data = lines->output + lines->out_start;
        const char *newline = memchr(data + searched, '\n', have - searched);
        if (newline)
            return give_line(lines, (size_t)(newline - data), true, out);
        if (have > LINES_LEN_MAX + 1) { /* and not merely a CR too much */
            lines->is_skipping = true;
            return give_line(lines, have, false, out);
        }
        searched = have;
        if (lines->error)
            return lines->error;
        int state = fill_output(lines, blocking);
        if (state == LINES_END && have > 0)
            return give_line(lines, have, false, out);
        if (state != LINES_GOT)
            return state;
    }
}

int lines_next(struct lines *lines, bool blocking, struct line *out)
{
    *out = (struct line){.data = "", .number = lines->number};
    int state = next_line(lines, blocking, out);
    if (state < 0)
        lines->error = state;
    return state;
}

const char *lines_ready(const struct lines *lines, size_t *len)
{
    size_t have = lines->is_skipping ? 0 : lines->out_end - lines->out_start;
    const char *data = lines->output + lines->out_start;
    const char *last = have ? memrchr(data, '\n', have) : NULL;
    *len = last ? (size_t)(last - data) + 1 : 0;
    return data;
}

void lines_take(struct lines *lines, size_t len, uint64_t count)
{
    lines->out_start += len;
    lines->number += count;
}

int lines_each(const char *path, int (*item)(void *ctx, const char *file, const struct line *line),
               void *ctx)
{
    struct lines *lines;
    struct line line;
    int error = lines_open(&lines, path);
    if (error)
        return error;
    for (;;) {
        int state = lines_next(lines, true, &line);
        if (state == LINES_GOT)
            error = item(ctx, lines_name(lines), &line);
        else if (state != LINES_SKIP)
            error = state; /* LINES_END is 0 */
        if (error || state == LINES_END)
            break;
    }
    int saved_errno = errno;
    lines_close(lines);
    errno = saved_errno;
    return error;
}
