// SPDX-License-Identifier: BSD-2-Clause
/* Writing whole lines to a file descriptor.
 *
 * 1. `pending` always begins where the file's last line ends, since a flush writes all of
 *    it or fails for good.
 * 2. A flush writes until all is out: EINTR goes on, EAGAIN (an inherited non-blocking
 *    stdout) waits as a blocking write would, a short write goes on with the rest.
 * 3. When that fails after part of a line, and the file is a regular one whose end is what
 *    we wrote, the part is cut off again.
 * 4. The progress line is lifted for what goes to a terminal: it may stand on the same.
 *
 * stdout is used through a duplicate, so that closing it reports what close(2) has to say
 * without freeing descriptor 1 for the next open. */
#include "out/line_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

#define FLUSH_LEN (32 * 1024) /* one write per some 32 KiB: its cost no longer shows */
/* A name with huge records may stretch the buffer; beyond this it is given back. */
#define KEEP_CAP  (256 * 1024)
#define FD_FREE   3 /* a duplicate never takes the place of a standard stream */

static ssize_t write_system(void *context, int fd, const void *data, size_t len)
{
    (void)context;
    return write(fd, data, len);
}

const struct line_writer line_writer_system = {.write = write_system};

static int fail(struct line_file *file, int error, int cause)
{
    if (file->error == 0) {
        file->error = error;
        file->cause = cause;
    }
    errno = file->cause;
    return file->error;
}

static void init(struct line_file *file)
{
    *file = (struct line_file){.fd = -1, .writer = line_writer_system};
}

static int look_at_kind(struct line_file *file)
{
    struct stat status;
    if (fstat(file->fd, &status) != 0) {
        int cause = errno;
        close(file->fd); /* nothing was written to it */
        file->fd = -1;
        errno = cause;
        return ERR_IO;
    }
    file->is_regular = S_ISREG(status.st_mode);
    file->is_terminal = S_ISCHR(status.st_mode) && isatty(file->fd);
    return 0;
}

int line_file_open(struct line_file *file, int folder_fd, const char *path,
                   enum line_file_mode mode)
{
    int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
    init(file);
    flags |= mode == LINE_FILE_APPEND ? O_APPEND : O_TRUNC;
    do
        file->fd = openat(folder_fd, path, flags, 0666);
    while (file->fd < 0 && errno == EINTR); /* a named pipe waits for its reader */
    if (file->fd < 0)
        return ERR_IO;
    return look_at_kind(file);
}

int line_file_open_stdout(struct line_file *file)
{
    init(file);
    file->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, FD_FREE);
    if (file->fd < 0)
        return ERR_IO;
    file->is_stdout = true;
    return look_at_kind(file);
}

/* After WRITTEN of pending and an error: leave whole lines behind. Best effort, silent:
 * the error that led here is the one to tell. */
static void cut_torn_line(const struct line_file *file, size_t written)
{
    const char *last = written ? memrchr(file->pending.data, '\n', written) : NULL;
    size_t torn = written - (last ? (size_t)(last - file->pending.data) + 1 : 0);
    struct stat status;
    if (!file->is_regular || torn == 0)
        return;
    off_t end = lseek(file->fd, 0, SEEK_CUR);
    if (end < (off_t)torn || fstat(file->fd, &status) != 0 || status.st_size != end)
        return;
    if (ftruncate(file->fd, end - (off_t)torn) == 0)
        /* a file shared with who runs after us goes on from its new end */
        (void)lseek(file->fd, end - (off_t)torn, SEEK_SET);
}

/* 0 or an errno; *WRITTEN tells how far it came. */
static int write_all(struct line_file *file, size_t *written)
{
    const struct text *pending = &file->pending;
    *written = 0;
    while (*written < pending->len) {
        ssize_t n = file->writer.write(file->writer.context, file->fd, pending->data + *written,
                                       pending->len - *written);
        if (n > 0) {
            *written += (size_t)n;
        } else if (n == 0) {
            return EIO; /* write(2) has no reason to; never spin on it */
        } else if (errno == EAGAIN) {
            struct pollfd ready = {.fd = file->fd, .events = POLLOUT};
            if (poll(&ready, 1, -1) < 0 && errno != EINTR)
                return errno;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int line_file_flush(struct line_file *file)
{
    size_t written;
    if (file->error)
        return fail(file, file->error, file->cause);
    bool is_in_the_way = file->is_terminal && file->pending.len > 0;
    if (is_in_the_way)
        log_lift();
    int cause = write_all(file, &written);
    if (is_in_the_way)
        log_drop();
    if (cause) {
        bool reader_left = file->is_stdout && (cause == EPIPE || cause == ECONNRESET);
        cut_torn_line(file, written);
        text_deinit(&file->pending);
        return fail(file, reader_left ? ERR_CLOSED : ERR_IO, cause);
    }
    if (file->pending.cap > KEEP_CAP)
        text_deinit(&file->pending);
    else
        text_clear(&file->pending);
    return 0;
}

int line_file_added(struct line_file *file, size_t kept)
{
    if (file->error)
        return fail(file, file->error, file->cause);
    if (file->pending.failed) {
        /* a part of a line may be there: keep what was whole */
        file->pending.failed = false;
        file->pending.len = kept;
        int error = line_file_flush(file);
        return error ? error : fail(file, ERR_NOMEM, ENOMEM);
    }
    if (file->is_regular && file->pending.len < FLUSH_LEN)
        return 0;
    return line_file_flush(file);
}

int line_file_close(struct line_file *file)
{
    if (file->fd < 0)
        return 0;
    int error = line_file_flush(file);
    /* EINTR has closed it all the same */
    if (close(file->fd) != 0 && errno != EINTR)
        error = fail(file, ERR_IO, errno);
    file->fd = -1;
    text_deinit(&file->pending);
    if (error)
        errno = file->cause;
    return error;
}
