// SPDX-License-Identifier: BSD-2-Clause
/* A list file of any bytes, compressed or claiming to be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/lines.h"

#define LINES_MAX 200000 /* a small file may unpack to more than is worth a look */

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    struct lines *lines;
    struct line line;
    uint64_t number = 0;
    int state = LINES_SKIP;
    int fd = memfd_create("list", 0);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    check(lines_open(&lines, path) == 0);
    while ((state == LINES_GOT || state == LINES_SKIP) && number < LINES_MAX) {
        state = lines_next(lines, true, &line);
        check(state != LINES_WAIT);
        if (state != LINES_GOT && state != LINES_SKIP)
            break;
        check(line.number == ++number);
        check(line.len <= LINES_LEN_MAX && (state == LINES_GOT) == (line.len > 0));
        check(line.len == 0 || !memchr(line.data, '\n', line.len));
        check(line.len == 0 || (!strchr(" \t\r", line.data[0]) || line.data[0] == '\0'));
    }
    lines_close(lines);
    close(fd);
    return 0;
}
