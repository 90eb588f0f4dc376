// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes as a list of names and as a list of words.
 *
 * The first byte chooses shards, patterns and how the list is given; the rest is the list.
 * However it is read, plain or as a pipe, whole or in shards, by one cursor or two, the
 * candidates must be the same in number and in content, and as many as the estimate says. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "source/source.h"

#define LIST_LEN_MAX   65536   /* a pipe's capacity: nobody writes while we read */
#define CANDIDATES_MAX 2000000 /* of one input: short lists of large blocks are skipped */

struct sum {
    uint64_t count, invalid_count, hash; /* the hash does not depend on the order */
};

struct list {
    char path[64];
    int fd;
};

static void must(int holds)
{
    if (!holds)
        abort();
}

static struct list make_list(const uint8_t *data, size_t len, int is_pipe)
{
    struct list list;
    int fds[2];
    if (is_pipe) {
        must(pipe2(fds, O_CLOEXEC) == 0);
        must(len == 0 || write(fds[1], data, len) == (ssize_t)len);
        close(fds[1]);
        list.fd = fds[0];
    } else {
        list.fd = memfd_create("list", MFD_CLOEXEC);
        must(list.fd >= 0);
        must(len == 0 || write(list.fd, data, len) == (ssize_t)len);
    }
    snprintf(list.path, sizeof list.path, "/proc/self/fd/%d", list.fd);
    return list;
}

static void add(struct sum *sum, int state, const struct candidate *candidate)
{
    sum->count++;
    sum->hash += candidate->zone + 1u;
    if (state == SOURCE_INVALID) {
        sum->invalid_count++;
        return;
    }
    must(candidate->name.len == name_len(candidate->name.wire));
    sum->hash += hash64(candidate->name.wire, candidate->name.len, candidate->zone);
}

/* Draws SOURCE dry through two cursors in turn; false when there is too much of it. */
static int drain(struct source *source, struct sum *sum)
{
    struct source_cursor *cursors[2];
    struct candidate candidate;
    int ended[2] = {0, 0}, is_bounded = 1, wait_count = 0;
    uint64_t before = sum->count;
    struct source_estimate estimate = source->ops->estimate(source);
    if (estimate.is_known && estimate.total > CANDIDATES_MAX)
        return 0;
    for (int i = 0; i < 2; i++)
        must(source->ops->cursor_open(source, &cursors[i]) == 0);
    for (int i = 0; is_bounded && !(ended[0] && ended[1]); i ^= 1) {
        int r = ended[i] ? SOURCE_WAIT : source->ops->next(cursors[i], &candidate);
        if (r == SOURCE_GOT || r == SOURCE_INVALID)
            add(sum, r, &candidate);
        else if (r == SOURCE_WAIT)
            must(++wait_count < 2 * CANDIDATES_MAX);
        else
            ended[i] = 1;
        must(r != ERR_TRUNC && r != ERR_IO); /* damage: only what is compressed can have it */
        is_bounded = sum->count <= CANDIDATES_MAX;
    }
    if (is_bounded && estimate.is_known)
        must(estimate.total == sum->count - before);
    for (int i = 0; i < 2; i++)
        source->ops->cursor_close(cursors[i]);
    return is_bounded;
}

struct job {
    int is_words;
    int expand;
    struct words_pattern patterns[70];
    size_t pattern_count;
};

static int run(const struct job *job, const uint8_t *data, size_t len, int is_pipe,
               uint32_t shard_count, uint64_t seed, struct sum *sum)
{
    char error_text[256];
    int is_bounded = 1;
    *sum = (struct sum){.count = 0};
    for (uint32_t shard = 0; is_bounded && shard < shard_count; shard++) {
        struct list list = make_list(data, len, is_pipe);
        const char *file = list.path;
        struct source_share share = {seed, shard, shard_count};
        struct source *source;
        int r = job->is_words ? words_source_open(&source, &file, 1, job->patterns,
                                                  job->pattern_count, &share, error_text)
                              : names_source_open(&source, &file, 1, NULL, 0, job->expand, &share,
                                                  error_text);
        must(r == 0);
        is_bounded = drain(source, sum);
        source->ops->close(source);
        close(list.fd);
    }
    return is_bounded;
}

static void compare(const struct job *job, const uint8_t *data, size_t len, uint32_t shard_count)
{
    struct sum whole, other;
    if (!run(job, data, len, 0, 1, 1, &whole))
        return;
    must(run(job, data, len, 0, shard_count, 2, &other));
    must(memcmp(&whole, &other, sizeof whole) == 0);
    must(run(job, data, len, 1, 1, 3, &other));
    must(memcmp(&whole, &other, sizeof whole) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct job job = {.is_words = 0};
    if (size < 1 || size > LIST_LEN_MAX)
        return 0;
    log_init(LOG_ERROR, false);
    uint32_t shard_count = 1 + (data[0] & 7u);
    job.expand = data[0] >> 3 & 1;
    job.pattern_count = data[0] & 0x10 ? 70 : 2; /* more than one stripe, or one */
    for (size_t i = 0; i < job.pattern_count; i++) {
        char zone[32];
        int len = snprintf(zone, sizeof zone, "z%zu.example", i);
        job.patterns[i].before = i == 1 && data[0] & 0x20 ? "x.a" : "";
        job.patterns[i].after = i == 1 && data[0] & 0x40 ? "-b" : "";
        must(source_name_from_text(&job.patterns[i].zone, zone, (size_t)len) == 0);
    }
    compare(&job, data + 1, size - 1, shard_count);
    job.is_words = 1;
    if (size <= 4096 || job.pattern_count < 70)
        compare(&job, data + 1, size - 1, shard_count);
    return 0;
}
