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

#include "base/bytes.h"
#include "bench/lab/zone.h"
#include "bench/lab/zonefile.h"
#include "dns/code.h"
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

#define QUERY_MAX 512

/* A query; UDP_SIZE 0: without EDNS. The name's spelling is kept. */
static inline size_t query_build(uint8_t out[QUERY_MAX], const char *name, uint16_t type,
                                 uint16_t udp_size)
{
    struct bytes_writer w = bytes_writer_at(out, QUERY_MAX);
    static const uint8_t head[10] = {0xab, 0xcd, 0x01, 0x10, 0, 1};
    bytes_put(&w, head, sizeof head);
    bytes_put_u16(&w, udp_size > 0);
    while (*name) {
        size_t len = strcspn(name, ".");
        bytes_put_u8(&w, (uint8_t)len);
        bytes_put(&w, name, len);
        name += len + (name[len] == '.');
    }
    bytes_put_u8(&w, 0);
    bytes_put_u16(&w, type);
    bytes_put_u16(&w, CLASS_IN);
    if (udp_size) {
        bytes_put_u8(&w, 0);
        bytes_put_u16(&w, TYPE_OPT);
        bytes_put_u16(&w, udp_size);
        bytes_put_u32(&w, 0x8000); /* DO */
        bytes_put_u16(&w, 0);
    }
    assert_false(w.failed);
    return w.len;
}

#endif
