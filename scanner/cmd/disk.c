// SPDX-License-Identifier: BSD-2-Clause
/* What preparing a command asks of the disk, for real. */
#include <errno.h>
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

const struct cmd_disk cmd_disk_real = {
    .look = look,
    .is_same_file = is_same_file,
    .each_line = lines_each,
    .stdin_is_terminal = stdin_is_terminal,
    .read_config = opts_read_config,
};
