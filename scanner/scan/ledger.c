// SPDX-License-Identifier: BSD-2-Clause
/* The file: 8 octets of nothing (place 0 is none), then records end to end.
 *
 *   previous resolver zone data_hash   verdict source name_len prior   name   zeros to 8 octets
 *   4 octets each, in the machine's order; nobody else reads it   1 octet each
 *
 * Each resolver has the place up to which its records were taken back; those above stand. */
#include "scan/ledger.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/read_at.h"
#include "scan/nameless.h"

#define UNIT       8u
#define BUFFER_CAP 65536u /* some 1,600 records a write */
#define HEAD_LEN   20u
#define RECORD_MAX 280u /* the head, a name of 255 octets, filled up to whole units */

_Static_assert(HEAD_LEN + NAME_WIRE_MAX <= RECORD_MAX && RECORD_MAX % UNIT == 0, "record bound");
_Static_assert(LEDGER_BLOCK >= 2 * RECORD_MAX && BUFFER_CAP > RECORD_MAX, "a record fits");

struct head {
    uint32_t previous, resolver, zone, data_hash;
    uint8_t verdict, source, name_len, prior;
};
_Static_assert(sizeof(struct head) == HEAD_LEN, "no holes");

struct under {       /* one resolver's */
    uint32_t newest; /* place; 0: none */
    uint32_t gone;   /* place of the newest that was taken back; 0: none was */
};

struct ledger {
    int fd;
    int failed;         /* errno of the first failure; 0: none */
    const char *folder; /* where it is */
    uint64_t written;   /* octets in the file */
    size_t len;         /* octets in the buffer */
    size_t resolver_count;
    uint8_t buffer[BUFFER_CAP];
    struct under under[]; /* by resolver */
};

/* --- the file --- */

/* Told once; the first cause is kept. */
static int fail(struct ledger *l, int cause)
{
    if (l->failed == 0) {
        l->failed = cause;
        log_error("the record of answers in %s: %s; name a folder with room in TMPDIR, "
                  "or use --no-trust",
                  l->folder, strerror(cause));
    }
    errno = l->failed;
    return ERR_IO;
}

int ledger_create(struct ledger **out, size_t resolver_count)
{
    *out = NULL;
    struct ledger *l = calloc(1, sizeof *l + resolver_count * sizeof *l->under);
    if (!l)
        return ERR_NOMEM;
    l->fd = -1;
    l->resolver_count = resolver_count;
    l->len = UNIT;
    l->fd = nameless_create(&l->folder);
    int error = l->fd < 0 ? fail(l, errno) : 0;
    if (error != 0) {
        ledger_destroy(l);
        return error;
    }
    *out = l;
    return 0;
}

void ledger_destroy(struct ledger *l)
{
    if (!l)
        return;
    if (l->fd >= 0)
        close(l->fd);
    free(l);
}

static int flush(struct ledger *l)
{
    if (l->failed != 0)
        return fail(l, l->failed);
    for (size_t done = 0; done < l->len;) {
        ssize_t n = pwrite(l->fd, l->buffer + done, l->len - done, (off_t)(l->written + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(l, n < 0 ? errno : ENOSPC);
        done += (size_t)n;
    }
    l->written += l->len;
    l->len = 0;
    return 0;
}

/* --- appending --- */

static size_t record_len(size_t name_len)
{
    return (HEAD_LEN + name_len + UNIT - 1) / UNIT * UNIT;
}

int ledger_append(struct ledger *l, const struct ledger_entry *entry)
{
    struct under *under = &l->under[entry->resolver];
    size_t len = record_len(entry->name.len);
    if (l->len + len > BUFFER_CAP || l->failed != 0) {
        int error = flush(l);
        if (error != 0)
            return error;
    }
    uint64_t place = (l->written + l->len) / UNIT;
    if (place > UINT32_MAX)
        return fail(l, EFBIG);
    const struct head head = {
        .previous = under->newest,
        .resolver = entry->resolver,
        .zone = entry->zone,
        .data_hash = entry->data_hash,
        .verdict = entry->verdict,
        .source = entry->source,
        .name_len = entry->name.len,
        .prior = entry->prior,
    };
    uint8_t *at = l->buffer + l->len;
    memcpy(at, &head, HEAD_LEN);
    memcpy(at + HEAD_LEN, entry->name.wire, entry->name.len);
    memset(at + HEAD_LEN + entry->name.len, 0, len - HEAD_LEN - entry->name.len);
    l->len += len;
    under->newest = (uint32_t)place;
    return 0;
}

/* --- taking back --- */

int ledger_take_back(struct ledger *l, uint32_t resolver, struct ledger_chain *out)
{
    struct under *under = &l->under[resolver];
    *out = (struct ledger_chain){.ledger = l};
    if (under->newest == 0)
        return 0;
    int error = flush(l);
    if (error != 0)
        return error;
    out->head = under->newest;
    out->end = l->written;
    under->gone = under->newest;
    under->newest = 0;
    return 0;
}

/* --- reading --- */

static int unreadable(const struct ledger *l, int cause)
{
    log_error("the record of answers in %s cannot be read: %s", l->folder, strerror(cause));
    errno = cause;
    return ERR_IO;
}

/* Fills BLOCK from START, not beyond END. */
static int load(struct ledger_block *block, const struct ledger *l, uint64_t start, uint64_t end)
{
    size_t want = end - start < LEDGER_BLOCK ? (size_t)(end - start) : LEDGER_BLOCK;
    block->ledger = l;
    block->start = start;
    block->len = 0;
    ssize_t got = read_at(l->fd, block->octets, want, start);
    if (got != (ssize_t)want)
        return unreadable(l, got < 0 ? errno : EIO); /* EIO: it was written, and is not there */
    block->len = want;
    return 0;
}

/* The record at OFFSET, when BLOCK has all of it: its length, else 0. */
static size_t parse(const struct ledger_block *block, uint64_t offset, struct head *head,
                    struct ledger_entry *out)
{
    if (offset < block->start || offset - block->start + HEAD_LEN > block->len)
        return 0;
    size_t at = (size_t)(offset - block->start);
    memcpy(head, block->octets + at, HEAD_LEN);
    size_t len = record_len(head->name_len);
    if (at + len > block->len || head->resolver >= block->ledger->resolver_count)
        return 0;
    out->resolver = head->resolver;
    out->zone = head->zone;
    out->data_hash = head->data_hash;
    out->verdict = head->verdict;
    out->source = head->source;
    out->prior = head->prior;
    out->why = NULL;
    out->name.len = head->name_len;
    memcpy(out->name.wire, block->octets + at + HEAD_LEN, head->name_len);
    return len;
}

int ledger_chain_next(struct ledger_chain *chain, struct ledger_block *block,
                      struct ledger_entry *out)
{
    if (chain->head == 0)
        return 0;
    uint64_t offset = (uint64_t)chain->head * UNIT;
    struct head head;
    if (block->ledger != chain->ledger || parse(block, offset, &head, out) == 0) {
        /* What comes next lies before this one. */
        uint64_t end = offset + RECORD_MAX < chain->end ? offset + RECORD_MAX : chain->end;
        int error = load(block, chain->ledger, end > LEDGER_BLOCK ? end - LEDGER_BLOCK : 0, end);
        if (error != 0)
            return error;
        if (parse(block, offset, &head, out) == 0)
            return unreadable(chain->ledger, EIO);
    }
    if (head.previous >= chain->head)
        return unreadable(chain->ledger, EIO);
    chain->head = head.previous;
    return 1;
}

int ledger_walk(struct ledger *l, int (*fn)(void *ctx, const struct ledger_entry *entry), void *ctx)
{
    int error = flush(l);
    struct ledger_block *block = calloc(1, sizeof *block);
    if (!block)
        return error != 0 ? error : ERR_NOMEM;
    for (uint64_t offset = UNIT; error == 0 && offset < l->written;) {
        struct head head;
        struct ledger_entry entry;
        size_t len = parse(block, offset, &head, &entry);
        if (len == 0) {
            error = load(block, l, offset, l->written);
            if (error == 0 && (len = parse(block, offset, &head, &entry)) == 0)
                error = unreadable(l, EIO);
        }
        if (error == 0 && offset / UNIT > l->under[entry.resolver].gone)
            error = fn(ctx, &entry);
        offset += len;
    }
    free(block);
    return error;
}
