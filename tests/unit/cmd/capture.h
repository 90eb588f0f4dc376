// SPDX-License-Identifier: BSD-2-Clause
/* Running cmd_main with stdout and stderr in memory. */
#ifndef TESTS_CMD_CAPTURE_H
#define TESTS_CMD_CAPTURE_H

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"
#include "scan/scan.h"

/* What the program wrote; terminated. */
struct captured {
    int code;
    char out[65536], err[65536];
};

static inline void capture_read(int fd, char *text, size_t cap)
{
    ssize_t len = pread(fd, text, cap - 1, 0);
    assert_true(len >= 0);
    text[len] = '\0';
    close(fd);
}

/* LINE is "word word", behind the program's name. */
static inline void capture(struct captured *captured, const char *line)
{
    char words[1024];
    char *argv[64] = {"dnstrawl"}, *env[] = {"HOME=/home/nobody", NULL};
    int argc = 1, out = memfd_create("out", 0), err = memfd_create("err", 0);
    int old_out = dup(STDOUT_FILENO), old_err = dup(STDERR_FILENO);
    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    log_init(LOG_NOTE, false);
    fflush(stdout);
    assert_true(dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0);
    captured->code = cmd_main(argc, argv, env, &pretended_disk);
    dup2(old_out, STDOUT_FILENO);
    dup2(old_err, STDERR_FILENO);
    close(old_out);
    close(old_err);
    capture_read(out, captured->out, sizeof captured->out);
    capture_read(err, captured->err, sizeof captured->err);
}

#endif
