// SPDX-License-Identifier: BSD-2-Clause
#include "scan/nameless.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

#define PENDING_MAX (64 * 1024)

static int create_in(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/dnstrawl-XXXXXX", folder);
    if (len < 0 || (size_t)len >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC); /* mode 0600 */
    if (fd >= 0)
        unlink(path);
    return fd;
}

/* A $TMPDIR that is no good is an error, as for sort(1): who sets it wants that disk. */
int nameless_create(const char **folder)
{
    const char *wanted = getenv("TMPDIR");
    bool is_wanted = wanted && *wanted;
    *folder = is_wanted ? wanted : "/var/tmp";
    int fd = create_in(*folder);
    if (fd >= 0 || is_wanted)
        return fd;
    *folder = "/tmp";
    return create_in(*folder);
}

static int flush(struct nameless *file)
{
    size_t done = 0;
    if (file->pending.failed) {
        log_error("a list kept for later: %s", err_text(ERR_NOMEM));
        return ERR_NOMEM;
    }
    while (done < file->pending.len) {
        ssize_t n = write(file->fd_plus_1 - 1, file->pending.data + done, file->pending.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            log_error("a list kept for later: %s", strerror(errno));
            return ERR_IO;
        }
        done += (size_t)n;
    }
    text_clear(&file->pending);
    return 0;
}

int nameless_open(struct nameless *file, const char *what)
{
    *file = (struct nameless){.fd_plus_1 = 0};
    const char *folder;
    int fd = nameless_create(&folder);
    if (fd < 0) {
        log_error("a file for %s in %s: %s", what, folder, strerror(errno));
        return ERR_IO;
    }
    file->fd_plus_1 = fd + 1;
    return 0;
}

void nameless_close(struct nameless *file)
{
    if (nameless_is_open(file))
        close(file->fd_plus_1 - 1);
    text_deinit(&file->pending);
    *file = (struct nameless){.fd_plus_1 = 0};
}

int nameless_put(struct nameless *file, const char *data, size_t len)
{
    text_put(&file->pending, data, len);
    return file->pending.len >= PENDING_MAX || file->pending.failed ? flush(file) : 0;
}

const char *nameless_path(struct nameless *file, char out[NAMELESS_PATH_MAX])
{
    (void)flush(file); /* what fails is missing at the end, and told */
    snprintf(out, NAMELESS_PATH_MAX, "/proc/self/fd/%d", file->fd_plus_1 - 1);
    return out;
}
