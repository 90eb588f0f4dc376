// SPDX-License-Identifier: BSD-2-Clause
/* For tests of sources: lists as files without a path, and everything that comes out of
 * a source as a sorted array of lines. */
#ifndef TEST_SOURCE_LISTS_H
#define TEST_SOURCE_LISTS_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "source/source.h"

#define LIST_PATH_MAX 64
#define WAITS_MAX     100000000 /* a source that never goes on fails the test */

/* A regular file in memory; PATH opens it. Returns the descriptor. */
static inline int list_make(const void *data, size_t len, char path[LIST_PATH_MAX])
{
    int fd = memfd_create("list", MFD_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t done = 0; done < len;) {
        ssize_t n = write(fd, (const char *)data + done, len - done);
        assert_true(n > 0);
        done += (size_t)n;
    }
    snprintf(path, LIST_PATH_MAX, "/proc/self/fd/%d", fd);
    return fd;
}

static inline int list_make_text(const char *text, char path[LIST_PATH_MAX])
{
    return list_make(text, strlen(text), path);
}

/* What came out: "name zone" or "! zone" for each candidate. */
struct drained {
    char **lines;
    size_t count, cap;
    size_t invalid_count;
    int end; /* SOURCE_END or the error */
};

static inline void drained_add(struct drained *d, int state, const struct candidate *candidate)
{
    char text[NAME_TEXT_MAX] = "!", line[NAME_TEXT_MAX + 16];
    if (state == SOURCE_GOT) {
        assert_int_equal(candidate->name.len, name_len(candidate->name.wire));
        name_to_text(candidate->name.wire, text);
    } else {
        d->invalid_count++;
    }
    snprintf(line, sizeof line, "%s %d", text, (int)candidate->zone);
    if (d->count == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 64;
        d->lines = realloc(d->lines, d->cap * sizeof *d->lines);
        assert_non_null(d->lines);
    }
    d->lines[d->count++] = strdup(line);
}

static inline int drained_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void drained_sort(struct drained *d)
{
    if (d->count)
        qsort(d->lines, d->count, sizeof *d->lines, drained_compare);
}

static inline void drained_deinit(struct drained *d)
{
    for (size_t i = 0; i < d->count; i++)
        free(d->lines[i]);
    free(d->lines);
    *d = (struct drained){.count = 0};
}

/* Draws SOURCE dry through CURSOR_COUNT cursors taking turns, unsorted, into D. */
static inline void drain_into(struct drained *d, struct source *source, size_t cursor_count)
{
    struct source_cursor *cursors[16];
    size_t open_count = cursor_count;
    assert_true(cursor_count <= 16);
    for (size_t i = 0; i < cursor_count; i++)
        assert_int_equal(source->ops->cursor_open(source, &cursors[i]), 0);
    for (size_t i = 0, waits = 0; open_count > 0; i = (i + 1) % cursor_count) {
        struct candidate candidate;
        if (!cursors[i])
            continue;
        int r = source->ops->next(cursors[i], &candidate);
        if (r == SOURCE_GOT || r == SOURCE_INVALID) {
            drained_add(d, r, &candidate);
        } else if (r == SOURCE_WAIT) {
            assert_true(++waits < WAITS_MAX);
        } else {
            if (r < 0 || d->end == 0)
                d->end = r;
            assert_int_equal(source->ops->next(cursors[i], &candidate), r); /* it stays so */
            source->ops->cursor_close(cursors[i]);
            cursors[i] = NULL;
            open_count--;
        }
    }
}

static inline struct drained drain(struct source *source, size_t cursor_count)
{
    struct drained d = {.count = 0};
    drain_into(&d, source, cursor_count);
    return d;
}

struct drawer {
    struct source *source;
    pthread_t thread;
    struct drained drained;
    int end;
};

static inline void *draw(void *ctx)
{
    struct drawer *drawer = ctx;
    struct source_cursor *cursor;
    struct candidate candidate;
    int r;
    if (drawer->source->ops->cursor_open(drawer->source, &cursor))
        return NULL;
    while ((r = drawer->source->ops->next(cursor, &candidate)) > 0)
        if (r != SOURCE_WAIT)
            drained_add(&drawer->drained, r, &candidate);
    drawer->end = r;
    drawer->source->ops->cursor_close(cursor);
    return NULL;
}

/* Draws SOURCE dry with four threads; sorted. */
static inline struct drained drain_threads(struct source *source)
{
    struct drawer drawers[4];
    struct drained all = {.count = 0};
    for (int i = 0; i < 4; i++) {
        drawers[i] = (struct drawer){.source = source, .end = -1};
        assert_int_equal(pthread_create(&drawers[i].thread, NULL, draw, &drawers[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(drawers[i].thread, NULL);
        struct drained *d = &drawers[i].drained;
        assert_int_equal(drawers[i].end, SOURCE_END);
        all.lines = realloc(all.lines, (all.count + d->count + 1) * sizeof *all.lines);
        if (d->count)
            memcpy(all.lines + all.count, d->lines, d->count * sizeof *d->lines);
        all.count += d->count;
        free(d->lines);
    }
    drained_sort(&all);
    return all;
}

static inline void assert_same(const struct drained *a, const struct drained *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_string_equal(a->lines[i], b->lines[i]);
}

/* Draws SOURCE dry and closes it, with the checks that hold for every source; sorted. */
static inline struct drained drain_whole(struct source *source, size_t cursor_count)
{
    struct drained d = drain(source, cursor_count);
    struct source_estimate estimate = source->ops->estimate(source);
    assert_true(estimate.is_known);
    assert_int_equal(estimate.total, d.count);
    assert_int_equal(d.end, SOURCE_END);
    assert_null(source_error(source));
    source->ops->close(source);
    drained_sort(&d);
    return d;
}

static inline void assert_drained(struct drained d, const char *const *expected, size_t count)
{
    assert_int_equal(d.count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(d.lines[i], expected[i]);
    drained_deinit(&d);
}

#define ASSERT_DRAINED(d, ...)                                                                     \
    assert_drained(d, (const char *const[]){__VA_ARGS__},                                          \
                   sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static inline struct source_share share_of(uint64_t seed, uint32_t index, uint32_t count)
{
    return (struct source_share){.seed = seed, .shard_index = index, .shard_count = count};
}

#endif
