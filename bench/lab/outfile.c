// SPDX-License-Identifier: BSD-2-Clause
#include "bench/lab/outfile.h"

#include <errno.h>
#include <string.h>

#include "bench/lab/diag.h"

int outfile_open(struct outfile *out, const char *path)
{
    out->path = path;
    out->file = strcmp(path, "-") ? fopen(path, "w") : stdout;
    if (out->file)
        return 0;
    diag("%s: %s", path, strerror(errno));
    return ERR_IO;
}

int outfile_close(struct outfile *out)
{
    int failed = fflush(out->file) || ferror(out->file);
    int cause = errno;
    if (out->file != stdout && fclose(out->file) && !failed) {
        failed = 1;
        cause = errno;
    }
    out->file = NULL;
    if (failed)
        diag("%s: %s", out->path, strerror(cause));
    return failed ? ERR_IO : 0;
}
