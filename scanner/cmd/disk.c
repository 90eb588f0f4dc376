// SPDX-License-Identifier: BSD-2-Clause
/* What preparing a command asks of the disk, for real. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"

static enum disk_kind look(const char *path)
{
    struct stat info;
    if (stat(path, &info) < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG ? DISK_NONE
                                                                            : DISK_REFUSED;
    if (S_ISDIR(info.st_mode))
        return DISK_FOLDER;
    if (access(path, R_OK) < 0)
        return DISK_REFUSED;
    return S_ISREG(info.st_mode) ? DISK_FILE : DISK_STREAM;
}

/* Where nothing is, its folder decides. */
static bool may_make(const char *path)
{
    char folder[PATH_MAX];
    if (*path == '\0') /* errno is ENOENT */
        return false;
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    if (len >= sizeof folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(folder, slash ? path : ".", slash ? len : 1);
    folder[slash ? len : 1] = '\0';
    return access(folder, W_OK | X_OK) == 0;
}

static bool may_write(const char *path)
{
    struct stat info;
    if (stat(path, &info) < 0)
        return errno == ENOENT && may_make(path);
    if (S_ISDIR(info.st_mode)) {
        errno = EISDIR;
        return false;
    }
    return access(path, W_OK) == 0;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat a_info, b_info;
    return stat(a, &a_info) == 0 && stat(b, &b_info) == 0 && S_ISREG(a_info.st_mode) &&
           a_info.st_dev == b_info.st_dev && a_info.st_ino == b_info.st_ino;
}

static bool stdin_is_terminal(void)
{
    return isatty(STDIN_FILENO);
}

static int read_open_secret(int fd, char *out, size_t cap, size_t *len)
{
    struct stat info;
    if (fstat(fd, &info) < 0)
        return ERR_IO;
    if (!S_ISREG(info.st_mode)) {
        errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
        return ERR_IO;
    }
    if (info.st_mode & (S_IRWXG | S_IRWXO))
        return ERR_RANGE;
    ssize_t count = read(fd, out, cap);
    *len = count > 0 ? (size_t)count : 0;
    return count < 0 ? ERR_IO : 0;
}

/* Not to wait for a pipe's writer: it is refused anyway. */
static int read_secret(const char *path, char *out, size_t cap, size_t *len)
{
    *len = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return ERR_IO;
    int error = read_open_secret(fd, out, cap, len);
    int cause = errno;
    close(fd);
    errno = cause;
    return error;
}

const struct cmd_disk cmd_disk_real = {
    .look = look,
    .may_write = may_write,
    .is_same_file = is_same_file,
    .each_line = lines_each,
    .stdin_is_terminal = stdin_is_terminal,
    .read_secret = read_secret,
    .read_config = opts_read_config,
};
