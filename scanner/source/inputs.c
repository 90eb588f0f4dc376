// SPDX-License-Identifier: BSD-2-Clause
/* One input out of many lists, given out in units to whoever asks.
 *
 * Units of the plain part are numbers: unit u of the permuted order is block
 * u / stripe_count, stripe u % stripe_count. Taking one is an atomic increment; the
 * text is then read without any lock. Units of a stream come off a block that all
 * share: under the lock it is filled, and copied out once for each stripe.
 *
 * Errors stick: the first one is kept with its text, ends the plain part for all
 * cursors, and is what every later take returns. Blocks taken before are unharmed.
 *
 * 1. Opening: what each file is.
 * 2. Taking: plain units, stream units, errors.
 * 3. Complaints and the estimate. */
#include "source/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/rng.h"
#include "source/permute.h"
#include "source/stream.h"

#define SHOWN_BYTES_MAX 80 /* of a bad item in a complaint: one line of a terminal */

struct inputs {
    struct plain *plains; /* in the order of their lines */
    size_t plain_count;
    size_t *block_bases; /* number of blocks before each plain, and in all */
    struct stream *streams;
    size_t stream_count;
    uint32_t stripe_count;
    uint64_t seed;
    uint64_t total; /* candidates of the plain part */
    size_t block_bytes;
    const struct inputs *lender; /* whose plains and block_bases these are; NULL: own */
    struct permutation order;    /* of plain units */
    _Atomic uint64_t unit_next;
    atomic_uint complaint_count;
    atomic_int error; /* first error, or 0; error_text is complete once it is set */

    pthread_mutex_t lock; /* what follows */
    char error_text[SOURCE_ERROR_CAP];
    struct block stream_block; /* shared by the stripes still to be given */
    uint32_t stripe_next;      /* stripe_count: the block is used up */
    size_t stream_index;
    uint64_t stream_first_line;
};

static void tell_errno(char *error_text, const char *file, const char *doing)
{
    char cause[96];
    snprintf(error_text, SOURCE_ERROR_CAP, "%.100s: %s%s", file, doing,
             strerror_r(errno, cause, sizeof cause));
}

static const char *shown_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "stdin" : path;
}

/* By its first line: damage is for whoever reads it, only what keeps it from being read
 * at all is an error here. */
static int tell_form(const char *path, bool *is_compressed, size_t *mark_len)
{
    struct lines *lines;
    struct line line;
    *is_compressed = false;
    *mark_len = 0;
    int r = lines_open(&lines, path);
    if (r)
        return r;
    r = lines_next(lines, true, &line);
    *is_compressed = lines_is_compressed(lines);
    *mark_len = lines_mark_len(lines);
    int saved_errno = errno;
    lines_close(lines);
    errno = saved_errno;
    return r == ERR_IO || r == ERR_NOMEM ? r : 0;
}

/* A descriptor of PATH and where it stands, when it is an uncompressed regular file;
 * else *OUT = -1 and it is for lines_open. stat comes before open, because opening a
 * FIFO and closing it again would end its writer. */
static int open_if_plain(const char *path, int *out, uint64_t *start)
{
    struct stat st;
    bool is_stdin = strcmp(path, "-") == 0;
    *out = -1;
    *start = 0;
    if (is_stdin ? fstat(STDIN_FILENO, &st) : stat(path, &st))
        return ERR_IO;
    if (!S_ISREG(st.st_mode))
        return 0;
    off_t at = is_stdin ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;
    if (at < 0)
        return ERR_IO;
    bool is_compressed;
    size_t mark_len;
    int r = tell_form(path, &is_compressed, &mark_len);
    if (r == 0 && is_stdin && lseek(STDIN_FILENO, at, SEEK_SET) < 0)
        r = ERR_IO;
    if (r || is_compressed)
        return r;
    int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_IO;
    *out = fd;
    *start = (uint64_t)at + mark_len;
    return 0;
}

static int add_file(struct inputs *inputs, const char *path, char *error_text)
{
    int fd;
    uint64_t start;
    int r = open_if_plain(path, &fd, &start);
    if (r == 0 && fd >= 0)
        plain_init_file(&inputs->plains[inputs->plain_count++], shown_name(path), fd, start);
    else if (r == 0 && (r = stream_open(&inputs->streams[inputs->stream_count], path)) == 0)
        inputs->stream_count++;
    if (r == ERR_IO)
        tell_errno(error_text, shown_name(path), "");
    else if (r)
        snprintf(error_text, SOURCE_ERROR_CAP, "%.100s: %s", shown_name(path), err_text(r));
    return r;
}

static int add_lists(struct inputs *inputs, const struct inputs_params *params, char *error_text)
{
    bool has_stdin = false;
    for (size_t i = 0; i < params->file_count; i++) {
        if (strcmp(params->files[i], "-") == 0) {
            if (has_stdin) {
                snprintf(error_text, SOURCE_ERROR_CAP, "stdin: given twice");
                return ERR_RANGE;
            }
            has_stdin = true;
        }
        int r = add_file(inputs, params->files[i], error_text);
        if (r)
            return r;
    }
    if (params->memory)
        plain_init_memory(&inputs->plains[inputs->plain_count++], params->memory_name,
                          params->memory, params->memory_len);
    return 0;
}

/* Indexes the plain lists; their lines, blocks and candidates are counted through. */
static int index_lists(struct inputs *inputs, const struct inputs_params *params, char *error_text)
{
    uint64_t line = 0;
    size_t block_count = 0;
    for (size_t i = 0; i < inputs->plain_count; i++) {
        struct plain *plain = &inputs->plains[i];
        int r = plain_index(plain, line, params->weigh, params->weigh_ctx, &inputs->total);
        if (r) {
            tell_errno(error_text, plain->file, "");
            return r;
        }
        line += plain->line_count;
        inputs->block_bases[i] = block_count;
        block_count += plain->block_count;
        if (plain->fd >= 0 && plain->block_bytes_max > inputs->block_bytes)
            inputs->block_bytes = plain->block_bytes_max;
    }
    inputs->block_bases[inputs->plain_count] = block_count;
    inputs->stream_first_line = line;
    if (inputs->stream_count && inputs->block_bytes < STREAM_BLOCK_BYTES)
        inputs->block_bytes = STREAM_BLOCK_BYTES;
    permutation_init(&inputs->order, (uint64_t)block_count * inputs->stripe_count, inputs->seed);
    return 0;
}

int inputs_open(struct inputs **out, const struct inputs_params *params, char *error_text)
{
    *out = NULL;
    snprintf(error_text, SOURCE_ERROR_CAP, "%s", err_text(ERR_NOMEM));
    struct inputs *inputs = calloc(1, sizeof *inputs);
    if (!inputs)
        return ERR_NOMEM;
    pthread_mutex_init(&inputs->lock, NULL);
    inputs->seed = params->seed;
    inputs->stripe_count = inputs->stripe_next = params->stripe_count;
    inputs->plains = calloc(params->file_count + 1, sizeof *inputs->plains);
    inputs->block_bases = calloc(params->file_count + 2, sizeof *inputs->block_bases);
    inputs->streams = calloc(params->file_count + 1, sizeof *inputs->streams);
    int r = ERR_NOMEM;
    if (!inputs->plains || !inputs->block_bases || !inputs->streams)
        goto failed;
    r = add_lists(inputs, params, error_text);
    if (r == 0)
        r = index_lists(inputs, params, error_text);
    if (r == 0 && inputs->stream_count)
        r = block_init(&inputs->stream_block, STREAM_BLOCK_BYTES);
    if (r)
        goto failed;
    *out = inputs;
    *error_text = '\0';
    return 0;
failed:
    inputs_close(inputs);
    return r;
}

/* The streams of LENDER from their beginning. */
static int open_streams_again(struct inputs *inputs, const struct inputs *lender, char *error_text)
{
    inputs->streams = calloc(lender->stream_count + 1, sizeof *inputs->streams);
    if (!inputs->streams)
        return ERR_NOMEM;
    for (; inputs->stream_count < lender->stream_count; inputs->stream_count++) {
        const char *path = lender->streams[inputs->stream_count].file;
        int r = stream_open(&inputs->streams[inputs->stream_count], path);
        if (r == ERR_IO)
            tell_errno(error_text, path, "");
        if (r != 0)
            return r;
    }
    return lender->stream_count ? block_init(&inputs->stream_block, STREAM_BLOCK_BYTES) : 0;
}

int inputs_again(struct inputs **out, const struct inputs *lender, uint64_t seed,
                 uint32_t stripe_count, uint64_t weight, char *error_text)
{
    *out = NULL;
    snprintf(error_text, SOURCE_ERROR_CAP, "%s", err_text(ERR_NOMEM));
    struct inputs *inputs = calloc(1, sizeof *inputs);
    if (!inputs)
        return ERR_NOMEM;
    pthread_mutex_init(&inputs->lock, NULL);
    inputs->lender = lender;
    inputs->plains = lender->plains;
    inputs->plain_count = lender->plain_count;
    inputs->block_bases = lender->block_bases;
    inputs->block_bytes = lender->block_bytes;
    inputs->stream_first_line = lender->stream_first_line;
    inputs->seed = seed;
    inputs->stripe_count = inputs->stripe_next = stripe_count;
    inputs->total = lender->total * weight;
    atomic_init(&inputs->complaint_count, SOURCE_COMPLAINTS_MAX + 1); /* told by LENDER */
    permutation_init(&inputs->order, lender->block_bases[lender->plain_count] * stripe_count, seed);
    int r = open_streams_again(inputs, lender, error_text);
    if (r != 0) {
        inputs_close(inputs);
        return r;
    }
    *out = inputs;
    *error_text = '\0';
    return 0;
}

void inputs_close(struct inputs *inputs)
{
    if (!inputs)
        return;
    for (size_t i = 0; i < inputs->plain_count && !inputs->lender; i++)
        plain_deinit(&inputs->plains[i]);
    for (size_t i = 0; i < inputs->stream_count; i++)
        stream_close(&inputs->streams[i]);
    block_deinit(&inputs->stream_block);
    if (!inputs->lender) {
        free(inputs->plains);
        free(inputs->block_bases);
    }
    free(inputs->streams);
    pthread_mutex_destroy(&inputs->lock);
    free(inputs);
}

size_t inputs_block_bytes(const struct inputs *inputs)
{
    return inputs->block_bytes;
}

static void shuffle(struct block *block, uint64_t seed)
{
    struct rng_fast rng;
    rng_fast_init(&rng, seed);
    for (uint32_t left = block->count; left > 1; left--) {
        uint32_t other = rng_fast_below(&rng, left);
        struct block_item item = block->items[left - 1];
        block->items[left - 1] = block->items[other];
        block->items[other] = item;
    }
}

/* The plain list that block number BLOCK_INDEX lies in. */
static size_t find_plain(const struct inputs *inputs, size_t block_index)
{
    size_t low = 0, high = inputs->plain_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (inputs->block_bases[middle] <= block_index)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Keeps the first error; returns the one that is kept. The lock is held. */
static int fail(struct inputs *inputs, int error, const char *file, uint64_t line_count)
{
    int kept = atomic_load_explicit(&inputs->error, memory_order_relaxed);
    if (kept)
        return kept;
    char doing[64];
    snprintf(doing, sizeof doing, "after line %llu: ", (unsigned long long)line_count);
    if (error == ERR_TRUNC)
        snprintf(inputs->error_text, SOURCE_ERROR_CAP, "%.100s: changed while it was read", file);
    else if (error == ERR_IO)
        tell_errno(inputs->error_text, file, line_count ? doing : "");
    else
        snprintf(inputs->error_text, SOURCE_ERROR_CAP, "%.100s: %s%s", file,
                 line_count ? doing : "", err_text(error));
    atomic_store_explicit(&inputs->error, error, memory_order_release);
    return error;
}

static int take_plain(struct inputs *inputs, uint64_t unit, struct block *block)
{
    uint64_t place = permutation_at(&inputs->order, unit);
    size_t block_index = (size_t)(place / inputs->stripe_count);
    size_t i = find_plain(inputs, block_index);
    int r = plain_load(&inputs->plains[i], block_index - inputs->block_bases[i], block);
    if (r) {
        pthread_mutex_lock(&inputs->lock);
        r = fail(inputs, r, inputs->plains[i].file, 0);
        pthread_mutex_unlock(&inputs->lock);
        return r;
    }
    block->stripe = (uint32_t)(place % inputs->stripe_count);
    shuffle(block, permute_mix(inputs->seed, place));
    return SOURCE_GOT;
}

static void copy_block(struct block *to, const struct block *from)
{
    size_t text_len = 0;
    if (from->count) {
        const struct block_item *last = &from->items[from->count - 1];
        text_len = last->offset + last->len;
    }
    memcpy(to->text, from->text, text_len);
    memcpy(to->items, from->items, from->count * sizeof *from->items);
    to->count = from->count;
    to->data = to->text;
    to->file = from->file;
    to->first_line = from->first_line;
}

/* Fills the shared block from the streams that are left. The lock is held. */
static int refill(struct inputs *inputs)
{
    while (inputs->stream_index < inputs->stream_count) {
        struct stream *stream = &inputs->streams[inputs->stream_index];
        int r = stream_fill(stream, inputs->stream_first_line, &inputs->stream_block);
        if (r == LINES_WAIT)
            return SOURCE_WAIT;
        if (r == LINES_GOT) {
            inputs->stripe_next = 0;
            return SOURCE_GOT;
        }
        if (r != LINES_END)
            return fail(inputs, r, stream->file, stream->line_count);
        inputs->stream_first_line += stream->line_count;
        inputs->stream_index++;
    }
    return SOURCE_END;
}

static int take_stream(struct inputs *inputs, struct block *block)
{
    int r = SOURCE_GOT;
    pthread_mutex_lock(&inputs->lock);
    if (inputs->stripe_next == inputs->stripe_count)
        r = refill(inputs);
    if (r == SOURCE_GOT) {
        copy_block(block, &inputs->stream_block);
        block->stripe = inputs->stripe_next++;
    }
    pthread_mutex_unlock(&inputs->lock);
    return r;
}

int inputs_take(struct inputs *inputs, struct block *block)
{
    int error = atomic_load_explicit(&inputs->error, memory_order_acquire);
    if (error)
        return error;
    /* Read before it is raised, so that asking again for ever does not wrap it. */
    if (atomic_load_explicit(&inputs->unit_next, memory_order_relaxed) < inputs->order.count) {
        uint64_t unit = atomic_fetch_add_explicit(&inputs->unit_next, 1, memory_order_relaxed);
        if (unit < inputs->order.count)
            return take_plain(inputs, unit, block);
    }
    return inputs->stream_count ? take_stream(inputs, block) : SOURCE_END;
}

const char *inputs_error(const struct inputs *inputs)
{
    return atomic_load_explicit(&inputs->error, memory_order_acquire) ? inputs->error_text : NULL;
}

void inputs_complain(struct inputs *inputs, const struct block *block,
                     const struct block_item *item, const char *why)
{
    unsigned before = atomic_load_explicit(&inputs->complaint_count, memory_order_relaxed);
    if (before > SOURCE_COMPLAINTS_MAX) /* millions may come: no shared write for each */
        return;
    before = atomic_fetch_add_explicit(&inputs->complaint_count, 1, memory_order_relaxed);
    if (before < SOURCE_COMPLAINTS_MAX)
        log_note("%s:%llu: '%.*s%s' %s", block->file,
                 (unsigned long long)(item->line - block->first_line + 1),
                 item->len < SHOWN_BYTES_MAX ? (int)item->len : SHOWN_BYTES_MAX,
                 block->data + item->offset, item->len > SHOWN_BYTES_MAX ? "..." : "", why);
    else if (before == SOURCE_COMPLAINTS_MAX)
        log_note("further bad lines are only counted");
}

struct source_estimate inputs_estimate(const struct inputs *inputs)
{
    return (struct source_estimate){.is_known = inputs->stream_count == 0, .total = inputs->total};
}
