// SPDX-License-Identifier: BSD-2-Clause
/* What the lab's tests share: cmocka, names and small zones out of text. */
#ifndef TEST_LAB_HELP_H
#define TEST_LAB_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/lab/zone.h"
#include "bench/lab/zonefile.h"
#include "dns/name.h"

static inline struct name name_of(const char *text)
{
    struct name name;
    assert_int_equal(name_from_text(&name, text, strlen(text)), 0);
    return name;
}

/* A file with TEXT; the caller frees the path after unlinking it. */
static inline char *file_of(const char *text)
{
    char *path = strdup("/tmp/lab-test-XXXXXX");
    assert_non_null(path);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
    return path;
}

static inline void file_remove(char *path)
{
    assert_int_equal(unlink(path), 0);
    free(path);
}

static inline struct zones *zones_of(const char *text)
{
    struct zones *zones = NULL;
    char why[ZONEFILE_ERROR_MAX];
    char *path = file_of(text);
    assert_int_equal(zones_create(&zones), 0);
    int err = zonefile_read(zones, path, NULL, why);
    if (err)
        fail_msg("%s", why);
    file_remove(path);
    return zones;
}

#endif
