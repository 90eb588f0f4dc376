// SPDX-License-Identifier: BSD-2-Clause
/* What the tests of scan/ share: cmocka, names, scratch folders. */
#ifndef TEST_SCAN_HELP_H
#define TEST_SCAN_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dns/name.h"

static inline struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

/* Runs BODY(CTX) in a child: whether it came to its end. */
static inline bool survives(void (*body)(void *ctx), void *ctx)
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(STDERR_FILENO);
        body(ctx);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A new empty folder; the caller gives it back with folder_remove. */
static inline char *folder_create(void)
{
    char *folder = strdup("/tmp/dnstrawl-test-XXXXXX");
    assert_non_null(folder);
    assert_non_null(mkdtemp(folder));
    return folder;
}

static inline void folder_remove(char *folder)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
    free(folder);
}

/* FOLDER/NAME with CONTENT (NULL: not written); one at a time, static. */
static inline const char *file_in(const char *folder, const char *name, const char *content)
{
    static char paths[8][128];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    if (content) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
        fclose(file);
    }
    return path;
}

/* The whole file, terminated; the caller frees it. */
static inline char *content_of(const char *path)
{
    char *text = calloc(1, 1 << 20);
    FILE *file = fopen(path, "r");
    assert_non_null(text);
    assert_non_null(file);
    assert_true(fread(text, 1, (1 << 20) - 1, file) < (1 << 20) - 1);
    fclose(file);
    return text;
}

#endif
