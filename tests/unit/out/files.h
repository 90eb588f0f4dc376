// SPDX-License-Identifier: BSD-2-Clause
/* Scratch folders, whole files and failing writers, for tests of what writes files. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out/line_file.h"
#include "tests/unit/out/hits.h"

#define PATH_CAP 512
#define FILE_CAP 65536

struct scratch {
    char folder[64];
};

static inline void scratch_open(struct scratch *s)
{
    snprintf(s->folder, sizeof s->folder, "/tmp/dnstrawl-test-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
}

static inline void scratch_path(const struct scratch *s, const char *name, char out[PATH_CAP])
{
    assert_true(snprintf(out, PATH_CAP, "%s/%s", s->folder, name) < PATH_CAP);
}

static inline void scratch_close(struct scratch *s)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", s->folder);
    assert_int_equal(system(command), 0);
}

/* Terminated; the test's files are below FILE_CAP. */
static inline size_t read_file(const char *path, char out[FILE_CAP])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t len = read(fd, out, FILE_CAP - 1);
    close(fd);
    assert_true(len >= 0 && len < FILE_CAP - 1);
    out[len] = '\0';
    return (size_t)len;
}

static inline void write_file(const char *path, const char *content)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    close(fd);
}

static inline void assert_file(const char *path, const char *content)
{
    char found[FILE_CAP];
    read_file(path, found);
    assert_string_equal(found, content);
}

/* A disk with ROOM octets left, written at most CHUNK a call; CALLS counts. Before it
 * writes, INTERRUPTS calls fail with TROUBLE, which is not for good. */
struct disk {
    size_t room, chunk;
    unsigned calls, interrupts;
    int trouble, cause; /* cause: when there is no room */
};

static inline ssize_t disk_write(void *context, int fd, const void *data, size_t len)
{
    struct disk *disk = context;
    disk->calls++;
    if (disk->interrupts > 0) {
        disk->interrupts--;
        errno = disk->trouble;
        return -1;
    }
    if (disk->room == 0) {
        errno = disk->cause;
        return -1;
    }
    if (len > disk->room)
        len = disk->room;
    if (len > disk->chunk)
        len = disk->chunk;
    disk->room -= len;
    return write(fd, data, len);
}

static inline struct line_writer disk_writer(struct disk *disk)
{
    return (struct line_writer){.write = disk_write, .context = disk};
}

#endif
