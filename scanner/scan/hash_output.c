// SPDX-License-Identifier: BSD-2-Clause
#include "scan/hash_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/read_at.h"
#include "out/line_file.h"

/* More than any line has: what follows the last newline is looked for in so much. */
#define TAIL_LEN 16384

struct hash_output {
    struct line_file file;
    enum hash_format format;
    struct name zone;
    struct text path; /* with its final zero */
    struct text head;
    uint64_t held;
    bool is_told; /* that it cannot be written */
    int (*item)(void *ctx, const struct hash_record *record);
    void *ctx;
};

/* Odd octets of a zone's name, slashes among them, are escaped: the name stays in this folder. */
static void choose_path(struct hash_output *output, const char *given)
{
    char text[NAME_TEXT_MAX];
    if (given) {
        text_puts(&output->path, given);
    } else {
        (void)name_to_text(output->zone.wire, text);
        text_puts(&output->path, output->zone.len == 1 ? "root" : text);
        text_puts(&output->path, ".nsec3");
    }
    text_putc(&output->path, '\0');
}

static int tell_io(const struct hash_output *output, const char *what)
{
    log_error("cannot %s %s: %s", what, output->path.data, strerror(errno));
    return ERR_IO;
}

static int refuse(const struct hash_output *output, const char *why)
{
    log_error("%s %s, and is not overwritten; --hashes names another file", output->path.data, why);
    return ERR_RANGE;
}

/* --- a file that is there --- */

static int take_held(void *ctx, const uint8_t *zone, const struct hash_record *record)
{
    struct hash_output *output = ctx;
    if (!name_equal(zone, output->zone.wire))
        return refuse(output, "holds hashes of other zones");
    output->held++;
    return output->item(output->ctx, record);
}

/* Reads all of LEN octets at OFFSET. */
static bool read_all(int fd, char *data, size_t len, off_t offset)
{
    ssize_t got = read_at(fd, data, len, (uint64_t)offset);
    if (got >= 0 && got < (ssize_t)len)
        errno = EIO; /* it became shorter */
    return got == (ssize_t)len;
}

/* 1: it begins with the head of our zone; 0: it does not. */
static int has_head(const struct hash_output *output, int fd, off_t size)
{
    char data[NAME_TEXT_MAX + 64];
    size_t len = output->head.len;
    if (size < (off_t)len || len > sizeof data)
        return 0;
    if (!read_all(fd, data, len, 0))
        return tell_io(output, "read");
    return memcmp(data, output->head.data, len) == 0;
}

/* What a crash left of a last line. The head has a newline. */
static int cut_torn_line(const struct hash_output *output, int fd, off_t *size)
{
    char data[TAIL_LEN];
    size_t len = *size < TAIL_LEN ? (size_t)*size : TAIL_LEN;
    if (!read_all(fd, data, len, *size - (off_t)len))
        return tell_io(output, "read");
    const char *newline = memrchr(data, '\n', len);
    size_t torn = newline ? len - (size_t)(newline - data) - 1 : 0;
    if (torn == 0)
        return 0;
    *size -= (off_t)torn;
    if (ftruncate(fd, *size) != 0)
        return tell_io(output, "write");
    log_note("%s: the last line was incomplete, and is cut off", output->path.data);
    return 0;
}

static int look_at_file(struct hash_output *output, int fd, off_t *size)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return tell_io(output, "read");
    *size = status.st_size;
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        return 0; /* a device, or nothing that could be lost */
    if (output->format != HASH_NATIVE)
        return refuse(output, "exists");
    int r = has_head(output, fd, *size);
    if (r == 0)
        return refuse(output, "is no hash file of this zone in our own format");
    return r < 0 ? r : cut_torn_line(output, fd, size);
}

static int go_on_with(struct hash_output *output)
{
    off_t size = 0;
    int fd = open(output->path.data, O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return tell_io(output, "open");
    int r = look_at_file(output, fd, &size);
    close(fd);
    if (r != 0 || size <= (off_t)output->head.len)
        return r; /* nothing but the head, or not even that */
    return hashfile_read(output->path.data, take_held, output, NULL);
}

/* --- life --- */

/* 0: there is none, and now there is; EEXIST. */
static int make_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

static int open_file(struct hash_output *output)
{
    int cause = make_file(output->path.data), r = 0;
    errno = cause;
    if (cause == EEXIST)
        r = go_on_with(output);
    else if (cause != 0)
        r = tell_io(output, "create");
    if (r != 0)
        return r;
    if (line_file_open(&output->file, AT_FDCWD, output->path.data, LINE_FILE_APPEND) != 0)
        return tell_io(output, "open");
    if (lseek(output->file.fd, 0, SEEK_END) <= 0)
        text_put(&output->file.pending, output->head.data, output->head.len);
    return 0;
}

/* Its file is closed, or was never open. */
static void destroy(struct hash_output *output)
{
    text_deinit(&output->path);
    text_deinit(&output->head);
    free(output);
}

int hash_output_open(struct hash_output **out, const struct scan_params *params,
                     const struct name *zone,
                     int (*item)(void *ctx, const struct hash_record *record), void *ctx)
{
    *out = NULL;
    struct hash_output *output = calloc(1, sizeof *output);
    if (!output)
        return ERR_NOMEM;
    *output = (struct hash_output){
        .format = params->hash_format, .zone = *zone, .item = item, .ctx = ctx, .file.fd = -1};
    choose_path(output, params->hashes_path);
    hashfile_put_head(&output->head, output->format, zone->wire);
    int r = output->path.failed || output->head.failed ? ERR_NOMEM : open_file(output);
    if (r != 0) {
        destroy(output);
        return r;
    }
    *out = output;
    return 0;
}

/* Of the file, told once. */
static int note(struct hash_output *output, int error)
{
    if (error && !output->is_told)
        (void)tell_io(output, "write");
    output->is_told |= error != 0;
    return error;
}

int hash_output_put(struct hash_output *output, const struct hash_record *record)
{
    size_t kept = output->file.pending.len;
    hashfile_put(&output->file.pending, output->format, output->zone.wire, record);
    return note(output, line_file_added(&output->file, kept));
}

int hash_output_flush(struct hash_output *output)
{
    return note(output, line_file_flush(&output->file));
}

int hash_output_close(struct hash_output *output)
{
    if (!output)
        return 0;
    int error = 0;
    if (output->file.fd >= 0) {
        error = note(output, line_file_flush(&output->file));
        if (fsync(output->file.fd) != 0 && errno != EINVAL && errno != EROFS && !error)
            error = note(output, ERR_IO); /* a pipe has no disk */
    }
    int closed = line_file_close(&output->file);
    if (!error)
        error = note(output, closed);
    destroy(output);
    return error;
}

const char *hash_output_path(const struct hash_output *output)
{
    return output->path.data;
}

enum hash_format hash_output_format(const struct hash_output *output)
{
    return output->format;
}

uint64_t hash_output_held(const struct hash_output *output)
{
    return output->held;
}
