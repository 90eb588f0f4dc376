// SPDX-License-Identifier: BSD-2-Clause
/* A hash file of any bytes. Each record that is read must, once written in any of our formats,
 * read back as it was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "source/hashfile.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static int read_bytes(const void *data, size_t len,
                      int (*item)(void *ctx, const uint8_t *zone, const struct hash_record *record),
                      void *ctx, uint64_t *bad_lines)
{
    char path[32];
    int fd = memfd_create("hashes", 0);
    check(fd >= 0 && write(fd, data, len) == (ssize_t)len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int error = hashfile_read(path, item, ctx, bad_lines);
    close(fd);
    return error;
}

struct expected {
    const uint8_t *zone;
    const struct hash_record *record;
    bool has_spans;
};

static int compare(void *ctx, const uint8_t *zone, const struct hash_record *record)
{
    const struct expected *expected = ctx;
    const struct hash_record *want = expected->record;
    check(name_equal(zone, expected->zone));
    check(nsec3_params_equal(&record->params, &want->params));
    check(memcmp(record->hash, want->hash, NSEC3_HASH_LEN) == 0);
    if (!expected->has_spans)
        return 0;
    check(record->has_next == want->has_next && record->is_opt_out == want->is_opt_out);
    check(!want->has_next || memcmp(record->next, want->next, NSEC3_HASH_LEN) == 0);
    if (!record->has_types) /* unknown, or more than a line holds */
        return 0;
    check(want->has_types && record->types.len == want->types.len);
    check(want->types.len == 0 ||
          memcmp(record->types.data, want->types.data, want->types.len) == 0);
    return 0;
}

static int take(void *ctx, const uint8_t *zone, const struct hash_record *record)
{
    unsigned *count = ctx;
    if (++*count > 64) /* of a large input enough is tried */
        return 0;
    for (int format = HASH_NATIVE; format <= HASH_JOHN; format++) {
        struct expected expected = {zone, record, format == HASH_NATIVE};
        struct text text = {0};
        uint64_t bad;
        hashfile_put_head(&text, (enum hash_format)format, zone);
        hashfile_put(&text, (enum hash_format)format, zone, record);
        check(!text.failed);
        check(read_bytes(text.data, text.len, compare, &expected, &bad) == 0 && bad == 0);
        text_deinit(&text);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned count = 0;
    uint64_t bad;
    log_init(LOG_ERROR, false);
    int error = read_bytes(data, size, take, &count, &bad);
    check(error != ERR_SYNTAX || (count == 0 && bad > 0));
    return 0;
}
