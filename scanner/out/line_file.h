// SPDX-License-Identifier: BSD-2-Clause
/* A file descriptor that is given whole lines.
 *
 * The owner appends whole lines to `pending` and says so with line_file_added. A write
 * that fails ends it: the error sticks, what is pending stays unwritten, and a regular
 * file that got a part of a line is cut back to the line before.
 *
 * Life: line_file_open | line_file_open_stdout -> (added | flush)* -> line_file_close */
#ifndef OUT_LINE_FILE_H
#define OUT_LINE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/text.h"

/* write(2), or a test's stand-in: the same promises, errno included. */
struct line_writer {
    ssize_t (*write)(void *context, int fd, const void *data, size_t len);
    void *context;
};

extern const struct line_writer line_writer_system;

enum line_file_mode { LINE_FILE_TRUNCATE, LINE_FILE_APPEND };

struct line_file {
    struct text pending; /* whole lines, not yet written */
    struct line_writer writer;
    int fd;          /* -1 when not open */
    bool is_stdout;  /* its reader may go away: ERR_CLOSED */
    bool is_regular; /* may be written late, may be cut */
    bool is_terminal;
    int error; /* sticky; 0 so far */
    int cause; /* its errno */
};

/* PATH relative to FOLDER_FD (AT_FDCWD). ERR_IO with errno; FILE is then closed. */
MUST_CHECK int line_file_open(struct line_file *file, int folder_fd, const char *path,
                              enum line_file_mode mode);
MUST_CHECK int line_file_open_stdout(struct line_file *file);

/* Lines were appended to `pending`, which had KEPT bytes before. Writes at once what goes
 * to a pipe, a terminal or a device, else when enough has gathered. */
MUST_CHECK int line_file_added(struct line_file *file, size_t kept);
MUST_CHECK int line_file_flush(struct line_file *file);
/* Flushes, closes, frees; the first error of its life, or what close(2) says. Fine when
 * not open. */
MUST_CHECK int line_file_close(struct line_file *file);

#endif
