// SPDX-License-Identifier: BSD-2-Clause
/* Two unlinked files: the one that is written and the one that is held; release swaps them. */
#include "scan/keep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/nameless.h"

#define FLUSH_LEN (256 * 1024)
#define KEEP_CAP  (2 * 1024 * 1024) /* a huge record may stretch the buffer */
#define WORDS_MAX 4200              /* a path and what is wrong */

struct keep {
    const char *format;
    uint64_t octets_max;
    const void *claimer; /* NULL: nobody */
    const char *folder;  /* of the files */
    struct records *records;
    struct text text; /* not written yet */
    struct keep_content held, current;
    int error;
    char words[WORDS_MAX];
};

static int fail(struct keep *keep, int error, const char *folder)
{
    keep->error = error;
    snprintf(keep->words, sizeof keep->words, "temporary file in %s: %s", folder,
             error == ERR_IO ? strerror(errno) : err_text(error));
    return error;
}

int keep_create(struct keep **out, const char *format, uint64_t octets_max)
{
    struct keep *keep = calloc(1, sizeof *keep);
    *out = keep;
    if (!keep)
        return ERR_NOMEM;
    keep->format = format;
    keep->octets_max = octets_max;
    keep->held.fd = keep->current.fd = -1;
    return 0;
}

static void drop(struct keep_content *content)
{
    if (content->fd >= 0)
        close(content->fd);
    *content = (struct keep_content){.fd = -1};
}

void keep_destroy(struct keep *keep)
{
    if (!keep)
        return;
    drop(&keep->held);
    drop(&keep->current);
    records_destroy(keep->records);
    text_deinit(&keep->text);
    free(keep);
}

bool keep_claim(struct keep *keep, const void *owner, const struct records_origin *origin)
{
    if (keep->claimer || keep->error || keep->held.outcome == TRANSFER_WHOLE)
        return false;
    int error = records_create(&keep->records, keep->format, origin);
    if (error) {
        (void)fail(keep, error, "memory");
        return false;
    }
    int fd = nameless_create(&keep->folder);
    if (fd < 0) {
        (void)fail(keep, ERR_IO, keep->folder);
        records_destroy(keep->records);
        keep->records = NULL;
        return false;
    }
    keep->current = (struct keep_content){.fd = fd, .origin = *origin, .owner = owner};
    keep->claimer = owner;
    return true;
}

static int flush(struct keep *keep)
{
    size_t done = 0;
    while (done < keep->text.len) {
        ssize_t count = write(keep->current.fd, keep->text.data + done, keep->text.len - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return fail(keep, ERR_IO, keep->folder);
        done += (size_t)count;
    }
    keep->current.octets += done;
    if (keep->text.cap > KEEP_CAP)
        text_deinit(&keep->text);
    else
        text_clear(&keep->text);
    return 0;
}

int keep_put(struct keep *keep, const struct reply *reply, const struct transfer_record *record)
{
    if (keep->error)
        return keep->error;
    int error = records_put(keep->records, &keep->text, reply, record);
    if (error)
        return fail(keep, error, "memory");
    if (keep->text.len < FLUSH_LEN)
        return 0;
    if (keep->current.octets + keep->text.len > keep->octets_max)
        return ERR_FULL;
    return flush(keep);
}

/* Of two contents, which is worth more. */
static unsigned rank(const struct keep_content *content)
{
    if (content->outcome == TRANSFER_WHOLE)
        return 3;
    if (content->outcome == TRANSFER_DELTAS)
        return 2;
    return content->records > 1; /* an SOA alone can be had by asking for it */
}

static bool is_better(const struct keep_content *a, const struct keep_content *b)
{
    unsigned of_a = rank(a), of_b = rank(b);
    return of_a != of_b ? of_a > of_b : of_a > 0 && a->records > b->records;
}

void keep_release(struct keep *keep, const struct transfer *transfer, enum transfer_outcome outcome)
{
    struct keep_content *current = &keep->current;
    records_finish(keep->records, &keep->text);
    if (!keep->error)
        (void)flush(keep);
    current->outcome = outcome;
    current->records = transfer->records;
    current->serial = transfer->serial;
    current->names = records_names(keep->records);
    if (!keep->error && is_better(current, &keep->held)) {
        drop(&keep->held);
        keep->held = *current;
        current->fd = -1;
    }
    drop(current);
    records_destroy(keep->records);
    keep->records = NULL;
    text_clear(&keep->text);
    keep->claimer = NULL;
}

const struct keep_content *keep_held(const struct keep *keep)
{
    return &keep->held;
}

int keep_error(const struct keep *keep, const char **words)
{
    *words = keep->words;
    return keep->error;
}
