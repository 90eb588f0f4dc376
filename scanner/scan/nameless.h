// SPDX-License-Identifier: BSD-2-Clause
/* Files without a name, which go with the process, in $TMPDIR, else in /var/tmp or /tmp; and such a
 * file as a list: what comes through a pipe and is wanted again. One thread writes. */
#ifndef SCAN_NAMELESS_H
#define SCAN_NAMELESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "base/err.h"

#define NAMELESS_PATH_MAX 32

/* The descriptor, or -1 with errno; *FOLDER (static, or the environment's) is where it is, or was
 * to be. */
int nameless_create(const char **folder);

/* A list; all zero: not open. */
struct nameless {
    int fd_plus_1;
    struct text pending; /* lines not written yet */
};

/* ERR_IO is told, with WHAT the file is for. */
MUST_CHECK int nameless_open(struct nameless *file, const char *what);
void nameless_close(struct nameless *file); /* fine when not open */
static inline bool nameless_is_open(const struct nameless *file)
{
    return file->fd_plus_1 != 0;
}
/* ERR_IO and ERR_NOMEM are told. */
MUST_CHECK int nameless_put(struct nameless *file, const char *data, size_t len);
/* Writes what is pending; a path by which the file can be opened while it is kept. */
const char *nameless_path(struct nameless *file, char out[NAMELESS_PATH_MAX]);

#endif
