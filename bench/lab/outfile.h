// SPDX-License-Identifier: BSD-2-Clause
/* A file being written, told about once when it fails. "-" is stdout. */
#ifndef LAB_OUTFILE_H
#define LAB_OUTFILE_H

#include <stdio.h>

#include "base/err.h"

struct outfile {
    FILE *file;
    const char *path;
};

MUST_CHECK int outfile_open(struct outfile *out, const char *path);
/* Flushes, closes, and returns ERR_IO, with a message, if any write failed. */
MUST_CHECK int outfile_close(struct outfile *out);

#endif
