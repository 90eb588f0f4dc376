// SPDX-License-Identifier: BSD-2-Clause
/* Full names, one a line; with EXPAND_ADDRESSES also addresses and blocks of them.
 *
 * A line is one candidate, or as many as its block has addresses; a shard takes those
 * whose place (line + index in the block) is congruent to it. A large block is put up
 * for all cursors, which take slices of it: else one worker would do a /8 alone. While
 * any cursor still holds lines that may put up a block, the others must not end but wait.
 *
 * 1. What a line is: shared by the index pass (weigh) and the cursors.
 * 2. Blocks of addresses that are put up.
 * 3. Cursor: slices first, then lines.
 * 4. Source. */
#include "source/source.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/address.h"
#include "source/inputs.h"
#include "source/share.h"

#define SLICE_ADDRESSES 1024 /* of a block put up, taken at a time: one lock */
#define OFFERS_MAX      64   /* blocks put up at a time; more are done by who finds them */

/* Addresses NEXT..END of a block, of which this shard takes every shard_count-th. */
struct range {
    struct address_block block;
    uint64_t next, end;
};

struct names_source {
    struct source base;
    struct source_share share;
    bool expand_addresses;
    struct inputs *inputs;
    char *texts; /* NAMES, one a line */

    pthread_mutex_t lock; /* what follows; only with expand_addresses */
    struct range offers[OFFERS_MAX];
    size_t offer_count;
    size_t holder_count; /* cursors with lines not yet looked at */
};

struct names_cursor {
    struct source_cursor base;
    struct block block;
    uint32_t item_next;
    bool is_holder;
    struct range range;
};

enum item_kind { ITEM_NAME, ITEM_ADDRESSES, ITEM_BAD };

/* Names of ASCII letters are told without parsing: an address ends in a hexadecimal
 * digit or, the IPv6 ones, in a colon. */
static bool may_be_address(const char *text, size_t len)
{
    char last = text[len - 1];
    return (last >= '0' && last <= ':') || memchr(text, ':', len);
}

static enum item_kind kind_of(const char *text, size_t len, bool expand_addresses,
                              struct address_block *block, const char **why)
{
    if (!may_be_address(text, len))
        return ITEM_NAME;
    int r = address_parse(block, text, len);
    if (r == ERR_SYNTAX)
        return ITEM_NAME;
    if (!expand_addresses)
        *why = "is an address; use -t PTR";
    else if (r)
        *why = "has more than 16,777,216 addresses";
    else
        return ITEM_ADDRESSES;
    return ITEM_BAD;
}

static uint64_t weigh(const void *ctx, const char *item, size_t len, uint64_t line)
{
    const struct names_source *source = ctx;
    struct address_block block;
    const char *why;
    uint64_t count = 1;
    if (len && source->expand_addresses && kind_of(item, len, true, &block, &why) == ITEM_ADDRESSES)
        count = block.count;
    return share_count(&source->share, line, count);
}

static void offer_range(struct names_source *source, struct range *range)
{
    if (range->end - range->next <= SLICE_ADDRESSES)
        return;
    pthread_mutex_lock(&source->lock);
    if (source->offer_count < OFFERS_MAX) {
        source->offers[source->offer_count++] = *range;
        range->next = range->end;
    }
    pthread_mutex_unlock(&source->lock);
}

static bool take_slice(struct names_source *source, struct range *out)
{
    uint64_t slice_len = (uint64_t)SLICE_ADDRESSES * source->share.shard_count;
    pthread_mutex_lock(&source->lock);
    bool has_offer = source->offer_count > 0;
    if (has_offer) {
        struct range *offer = &source->offers[source->offer_count - 1];
        *out = *offer;
        if (offer->end - offer->next > slice_len)
            out->end = offer->next += slice_len;
        else
            source->offer_count--;
    }
    pthread_mutex_unlock(&source->lock);
    return has_offer;
}

static void set_holder(struct names_cursor *cursor, bool is_holder)
{
    struct names_source *source = (struct names_source *)cursor->base.source;
    if (!source->expand_addresses || cursor->is_holder == is_holder)
        return;
    pthread_mutex_lock(&source->lock);
    if (is_holder)
        source->holder_count++;
    else
        source->holder_count--;
    pthread_mutex_unlock(&source->lock);
    cursor->is_holder = is_holder;
}

/* The lists are at their end: is this too? Others may still put something up. */
static int end_or_wait(struct names_source *source)
{
    pthread_mutex_lock(&source->lock);
    bool is_end = source->holder_count == 0 && source->offer_count == 0;
    pthread_mutex_unlock(&source->lock);
    return is_end ? SOURCE_END : SOURCE_WAIT;
}

/* Work for a cursor that has none: SOURCE_GOT, WAIT, END or an error. */
static int take_work(struct names_cursor *cursor)
{
    struct names_source *source = (struct names_source *)cursor->base.source;
    set_holder(cursor, false);
    if (source->expand_addresses && take_slice(source, &cursor->range))
        return SOURCE_GOT;
    set_holder(cursor, true); /* before taking, so that nobody ends in between */
    cursor->item_next = 0;
    cursor->block.count = 0;
    int r = inputs_take(source->inputs, &cursor->block);
    if (r == SOURCE_GOT)
        return r;
    cursor->block.count = 0;
    set_holder(cursor, false);
    return r == SOURCE_END && source->expand_addresses ? end_or_wait(source) : r;
}

/* Makes the item's candidate: SOURCE_GOT or INVALID; SOURCE_WAIT when it has none just
 * yet (it is another shard's, or its addresses are now in the range). */
static int look_at_item(struct names_source *source, struct names_cursor *cursor,
                        const struct block_item *item, struct candidate *out)
{
    const char *text = cursor->block.data + item->offset;
    const char *why = "is longer than 4,096 bytes";
    struct address_block block;
    enum item_kind kind = ITEM_BAD;
    if (!item->is_too_long)
        kind = kind_of(text, item->len, source->expand_addresses, &block, &why);
    uint64_t first = share_first(&source->share, item->line);
    if (kind == ITEM_ADDRESSES) {
        uint64_t next = first < block.count ? first : block.count;
        cursor->range = (struct range){.block = block, .next = next, .end = block.count};
        offer_range(source, &cursor->range);
        return SOURCE_WAIT;
    }
    if (first != 0)
        return SOURCE_WAIT;
    if (kind == ITEM_NAME) {
        int r = source_name_from_text(&out->name, text, item->len);
        if (r == 0)
            return SOURCE_GOT;
        if (r == ERR_NOMEM)
            return r;
        why = source_name_fault(text, item->len, r);
    }
    inputs_complain(source->inputs, &cursor->block, item, why);
    return SOURCE_INVALID;
}

static int names_next(struct source_cursor *base, struct candidate *out)
{
    struct names_cursor *cursor = (struct names_cursor *)base;
    struct names_source *source = (struct names_source *)base->source;
    out->zone = SOURCE_ZONE_NONE;
    out->from = HIT_FROM_NAMES;
    out->tag = 0;
    for (;;) {
        if (cursor->range.next < cursor->range.end) {
            address_name(&out->name, &cursor->range.block, cursor->range.next);
            cursor->range.next += source->share.shard_count;
            return SOURCE_GOT;
        }
        if (cursor->item_next < cursor->block.count) {
            const struct block_item *item = &cursor->block.items[cursor->item_next++];
            int r = look_at_item(source, cursor, item, out);
            if (r != SOURCE_WAIT)
                return r;
            continue;
        }
        int r = take_work(cursor);
        if (r != SOURCE_GOT)
            return r;
    }
}

static int names_cursor_open(struct source *base, struct source_cursor **out)
{
    const struct names_source *source = (const struct names_source *)base;
    struct names_cursor *cursor = calloc(1, sizeof *cursor);
    *out = NULL;
    if (!cursor)
        return ERR_NOMEM;
    int r = block_init(&cursor->block, inputs_block_bytes(source->inputs));
    if (r) {
        free(cursor);
        return r;
    }
    cursor->base.source = base;
    *out = &cursor->base;
    return 0;
}

static void names_cursor_close(struct source_cursor *base)
{
    struct names_cursor *cursor = (struct names_cursor *)base;
    if (!cursor)
        return;
    set_holder(cursor, false);
    block_deinit(&cursor->block);
    free(cursor);
}

static struct source_estimate names_estimate(const struct source *base)
{
    return inputs_estimate(((const struct names_source *)base)->inputs);
}

static const char *names_error(const struct source *base)
{
    return inputs_error(((const struct names_source *)base)->inputs);
}

static void names_close(struct source *base)
{
    struct names_source *source = (struct names_source *)base;
    if (!source)
        return;
    inputs_close(source->inputs);
    pthread_mutex_destroy(&source->lock);
    free(source->texts);
    free(source);
}

static const struct source_ops names_ops = {
    .cursor_open = names_cursor_open,
    .next = names_next,
    .cursor_close = names_cursor_close,
    .estimate = names_estimate,
    .error = names_error,
    .close = names_close,
};

/* NAMES as a list in memory, a line each. A newline inside one would make two of it:
 * it becomes a byte that no name has. */
static int join_texts(const char *const *names, size_t name_count, char **out, size_t *out_len)
{
    size_t len = 0;
    for (size_t i = 0; i < name_count; i++)
        len += strlen(names[i]) + 1;
    char *text = malloc(len + 1);
    *out = text;
    *out_len = len;
    if (!text)
        return ERR_NOMEM;
    for (size_t i = 0; i < name_count; i++) {
        for (const char *c = names[i]; *c; c++)
            *text++ = *c == '\n' ? '\1' : *c;
        *text++ = '\n';
    }
    return 0;
}

int names_source_open(struct source **out, const char *const *files, size_t file_count,
                      const char *const *names, size_t name_count, bool expand_addresses,
                      const struct source_share *share, char *error_text)
{
    *out = NULL;
    struct names_source *source = calloc(1, sizeof *source);
    struct inputs_params params = {.files = files,
                                   .file_count = file_count,
                                   .memory_name = "argument",
                                   .seed = share->seed,
                                   .stripe_count = 1,
                                   .weigh = weigh,
                                   .weigh_ctx = source};
    if (!source || join_texts(names, name_count, &source->texts, &params.memory_len)) {
        snprintf(error_text, SOURCE_ERROR_CAP, "%s", err_text(ERR_NOMEM));
        free(source);
        return ERR_NOMEM;
    }
    params.memory = source->texts;
    source->base.ops = &names_ops;
    source->share = *share;
    source->expand_addresses = expand_addresses;
    pthread_mutex_init(&source->lock, NULL);
    int r = inputs_open(&source->inputs, &params, error_text);
    if (r) {
        names_close(&source->base);
        return r;
    }
    *out = &source->base;
    return 0;
}
