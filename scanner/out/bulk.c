// SPDX-License-Identifier: BSD-2-Clause
/* Chunks of whole lines through a line_file; to a regular file the kernel copies by itself. */
#include "out/bulk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/read_at.h"
#include "out/line_file.h"

#define CHUNK_LEN (256 * 1024)

struct out_bulk {
    struct line_file file;
};

int out_bulk_open(struct out_bulk **out, const char *path)
{
    struct out_bulk *bulk = calloc(1, sizeof *bulk);
    *out = NULL;
    if (!bulk)
        return ERR_NOMEM;
    int error = path ? line_file_open(&bulk->file, AT_FDCWD, path, LINE_FILE_TRUNCATE)
                     : line_file_open_stdout(&bulk->file);
    if (error) {
        free(bulk);
        return error;
    }
    *out = bulk;
    return 0;
}

static int put(struct out_bulk *bulk, const char *lines, size_t len)
{
    size_t kept = bulk->file.pending.len;
    text_put(&bulk->file.pending, lines, len);
    return line_file_added(&bulk->file, kept);
}

int out_bulk_put(struct out_bulk *bulk, const struct text *lines)
{
    bulk->file.pending.failed |= lines->failed;
    return put(bulk, lines->data, lines->len);
}

/* Those of LINES that are new. */
static int put_new(struct out_bulk *bulk, const char *lines, size_t len, struct set *seen)
{
    const char *end = lines + len;
    size_t kept = bulk->file.pending.len;
    while (lines < end) {
        const char *stop = memchr(lines, '\n', (size_t)(end - lines));
        size_t line_len = (size_t)((stop ? stop + 1 : end) - lines);
        int result = set_put(seen, set_key(seen, lines, line_len));
        if (result < 0)
            return result;
        if (result == SET_NEW)
            text_put(&bulk->file.pending, lines, line_len);
        lines += line_len;
    }
    return line_file_added(&bulk->file, kept);
}

/* The kernel's way, as far as it goes: returns how many octets. */
static uint64_t copy_by_kernel(struct out_bulk *bulk, int fd, uint64_t len)
{
    uint64_t done = 0;
    if (!bulk->file.is_regular || line_file_flush(&bulk->file) != 0)
        return 0;
    while (done < len) {
        off_t from = (off_t)done;
        ssize_t count = copy_file_range(fd, &from, bulk->file.fd, NULL, (size_t)(len - done), 0);
        if (count <= 0)
            break; /* what is wrong, if anything, shows when it is written by hand */
        done += (uint64_t)count;
    }
    return done;
}

int out_bulk_copy(struct out_bulk *bulk, int fd, uint64_t len, struct set *seen)
{
    uint64_t at = seen ? 0 : copy_by_kernel(bulk, fd, len);
    char *chunk = at < len ? malloc(CHUNK_LEN) : NULL;
    int error = at < len && !chunk ? ERR_NOMEM : 0;
    while (at < len && !error) {
        size_t wanted = len - at < CHUNK_LEN ? (size_t)(len - at) : CHUNK_LEN;
        ssize_t count = read_at(fd, chunk, wanted, at);
        const char *last = count > 0 ? memrchr(chunk, '\n', (size_t)count) : NULL;
        size_t whole = last ? (size_t)(last + 1 - chunk) : count > 0 ? (size_t)count : 0;
        if (whole == 0)
            error = ERR_IO;
        else
            error = seen ? put_new(bulk, chunk, whole, seen) : put(bulk, chunk, whole);
        at += whole;
    }
    free(chunk);
    return error;
}

int out_bulk_close(struct out_bulk *bulk)
{
    if (!bulk)
        return 0;
    int error = line_file_close(&bulk->file);
    int cause = errno;
    free(bulk);
    errno = cause;
    return error;
}
