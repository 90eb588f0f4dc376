// SPDX-License-Identifier: BSD-2-Clause
/* Words x patterns.
 *
 * A unit of work is a block of lines and a stripe of the patterns, so that few words
 * for many zones parallelise as well as many words for one. Inside a unit the zone
 * varies fastest, and each word starts at another zone.
 *
 * The product of the word on line L and pattern p has place L x patterns + p; a shard
 * takes those congruent to it.
 *
 * A word is parsed once in a unit. For a pattern that is a bare zone the candidate is
 * then two copies, word and zone; one with text around the word is composed as text.
 * A word that is bad by itself is one bad candidate for each pattern, told once.
 *
 * 1. Which patterns a word meets in a stripe.
 * 2. One word: parse, candidates.
 * 3. Cursor and source. */
#include "source/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/share.h"

#define STRIPE_PATTERNS 64 /* their zones, 16 KiB, stay in the first-level cache */

struct words_source {
    struct source base;
    struct source_share share;
    const struct words_pattern *patterns; /* borrowed */
    uint32_t pattern_count;
    struct inputs *inputs;
};

/* One word and the patterns it is still to meet: FIRST + k x shard_count, k < COUNT,
 * from k = ROTATION on, round. */
struct word {
    const struct block_item *item; /* NULL: none */
    uint32_t first, count, rotation, done;
    int error;            /* ERR_SYNTAX, ERR_RANGE: bad by itself */
    bool is_told;         /* that was told, or it is for another stripe to tell */
    bool is_product_told; /* that it is bad together with a pattern was told in this unit */
    const char *text;     /* without `*.` and trailing dot */
    size_t text_len;
    struct name name; /* as a relative name: the root at its end is left out */
};

struct words_cursor {
    struct source_cursor base;
    struct block block;
    uint32_t item_next;
    struct word word;
};

/* Place, up to multiples of shard_count, of the word on LINE with pattern 0. */
static uint64_t line_place(const struct words_source *source, uint64_t line)
{
    uint64_t shards = source->share.shard_count;
    return shards == 1 ? 0 : line % shards * (source->pattern_count % shards);
}

static uint64_t weigh(const void *ctx, const char *item, size_t len, uint64_t line)
{
    const struct words_source *source = ctx;
    (void)item, (void)len;
    return share_count(&source->share, line_place(source, line), source->pattern_count);
}

/* Chooses the patterns of STRIPE that ITEM meets in this shard. */
static void choose_patterns(const struct words_source *source, uint32_t stripe,
                            const struct block_item *item, struct word *word)
{
    uint32_t low = stripe * STRIPE_PATTERNS;
    uint32_t left = source->pattern_count - low;
    uint32_t len = left < STRIPE_PATTERNS ? left : STRIPE_PATTERNS;
    uint64_t place = line_place(source, item->line);
    uint64_t first = share_first(&source->share, place + low);
    word->item = item;
    word->count = word->done = 0;
    if (first >= len)
        return;
    word->first = low + (uint32_t)first;
    word->count = (uint32_t)share_count(&source->share, place + low, len);
    word->rotation = (uint32_t)(item->line % word->count);
    word->is_told = word->first != share_first(&source->share, place);
    word->is_product_told = false;
}

/* One trailing dot is tolerated, and taken off, since text may be put behind; not one
 * that is escaped. */
static size_t without_trailing_dot(const char *text, size_t len)
{
    if (len < 2 || text[len - 1] != '.')
        return len;
    size_t backslashes = 0;
    while (backslashes < len - 1 && text[len - 2 - backslashes] == '\\')
        backslashes++;
    return backslashes % 2 ? len : len - 1;
}

/* ERR_NOMEM, or 0 with what is wrong with the word kept in it. */
static int parse_word(const struct block *block, struct word *word)
{
    const char *text = block->data + word->item->offset;
    size_t len = word->item->len;
    if (len > 2 && text[0] == '*' && text[1] == '.') {
        text += 2;
        len -= 2;
    }
    word->text = text;
    word->text_len = without_trailing_dot(text, len);
    word->error = word->item->is_too_long
                      ? ERR_RANGE
                      : source_name_from_text(&word->name, word->text, word->text_len);
    if (word->error == 0 && word->name.len == 1)
        word->error = ERR_SYNTAX; /* the root is no relative name */
    return word->error == ERR_NOMEM ? ERR_NOMEM : 0;
}

/* Tells of the cursor's word unless IS_TOLD, which is set. */
static void complain(struct words_source *source, struct words_cursor *cursor, bool *is_told,
                     const char *why)
{
    if (!*is_told)
        inputs_complain(source->inputs, &cursor->block, cursor->word.item, why);
    *is_told = true;
}

static const char *why_bad(const struct word *word)
{
    if (word->item->is_too_long)
        return "is longer than 4,096 bytes";
    return source_name_fault(word->text, word->text_len, word->error);
}

/* BEFORE word AFTER . ZONE, composed as text because labels grow together. */
static int compose(const struct words_pattern *pattern, const struct word *word, struct name *out)
{
    char text[LINES_LEN_MAX];
    struct name head;
    size_t before_len = strlen(pattern->before), after_len = strlen(pattern->after);
    size_t len = before_len + word->text_len + after_len;
    if (len > sizeof text)
        return ERR_RANGE;
    memcpy(text, pattern->before, before_len);
    memcpy(text + before_len, word->text, word->text_len);
    memcpy(text + before_len + word->text_len, pattern->after, after_len);
    int r = source_name_from_text(&head, text, len);
    return r ? r : name_join(out, &head, &pattern->zone);
}

/* The candidate of the word with its next pattern. */
static int next_from_word(struct words_source *source, struct words_cursor *cursor,
                          struct candidate *out)
{
    struct word *word = &cursor->word;
    uint32_t k = word->done++ + word->rotation;
    if (k >= word->count)
        k -= word->count;
    uint32_t index = word->first + k * source->share.shard_count;
    const struct words_pattern *pattern = &source->patterns[index];
    out->zone = index;
    out->from = HIT_FROM_WORDS;
    out->tag = 0;
    if (word->error) {
        complain(source, cursor, &word->is_told, why_bad(word));
        return SOURCE_INVALID;
    }
    int r = *pattern->before || *pattern->after
                ? compose(pattern, word, &out->name)
                : name_join(&out->name, &word->name, &pattern->zone);
    if (r == 0)
        return SOURCE_GOT;
    if (r == ERR_NOMEM)
        return r;
    complain(source, cursor, &word->is_product_told,
             r == ERR_RANGE ? "makes names longer than 255 octets" : "makes no name");
    return SOURCE_INVALID;
}

static int words_next(struct source_cursor *base, struct candidate *out)
{
    struct words_cursor *cursor = (struct words_cursor *)base;
    struct words_source *source = (struct words_source *)base->source;
    for (;;) {
        if (cursor->word.done < cursor->word.count)
            return next_from_word(source, cursor, out);
        if (cursor->item_next < cursor->block.count) {
            const struct block_item *item = &cursor->block.items[cursor->item_next++];
            choose_patterns(source, cursor->block.stripe, item, &cursor->word);
            if (cursor->word.count && parse_word(&cursor->block, &cursor->word))
                return ERR_NOMEM;
            continue;
        }
        cursor->item_next = cursor->block.count = 0;
        int r = inputs_take(source->inputs, &cursor->block);
        if (r != SOURCE_GOT) {
            cursor->block.count = 0;
            return r;
        }
    }
}

static int words_cursor_open(struct source *base, struct source_cursor **out)
{
    const struct words_source *source = (const struct words_source *)base;
    struct words_cursor *cursor = calloc(1, sizeof *cursor);
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

static void words_cursor_close(struct source_cursor *base)
{
    struct words_cursor *cursor = (struct words_cursor *)base;
    if (!cursor)
        return;
    block_deinit(&cursor->block);
    free(cursor);
}

static struct source_estimate words_estimate(const struct source *base)
{
    return inputs_estimate(((const struct words_source *)base)->inputs);
}

static const char *words_error(const struct source *base)
{
    return inputs_error(((const struct words_source *)base)->inputs);
}

static void words_close(struct source *base)
{
    struct words_source *source = (struct words_source *)base;
    if (!source)
        return;
    inputs_close(source->inputs);
    free(source);
}

static const struct source_ops words_ops = {
    .cursor_open = words_cursor_open,
    .next = words_next,
    .cursor_close = words_cursor_close,
    .estimate = words_estimate,
    .error = words_error,
    .close = words_close,
};

static uint32_t stripe_count_of(size_t pattern_count)
{
    return (uint32_t)((pattern_count - 1) / STRIPE_PATTERNS + 1);
}

static struct words_source *create_source(const struct words_pattern *patterns,
                                          size_t pattern_count, const struct source_share *share,
                                          char *error_text)
{
    struct words_source *source = calloc(1, sizeof *source);
    if (!source) {
        snprintf(error_text, SOURCE_ERROR_CAP, "%s", err_text(ERR_NOMEM));
        return NULL;
    }
    source->base.ops = &words_ops;
    source->share = *share;
    source->patterns = patterns;
    source->pattern_count = (uint32_t)pattern_count;
    return source;
}

/* Hands SOURCE out when R is 0, else closes it. */
static int finish_open(struct source **out, struct words_source *source, int r)
{
    if (r == 0)
        *out = &source->base;
    else
        words_close(&source->base);
    return r;
}

static void use_builtin(struct inputs_params *params)
{
    struct builtin list = builtin_words();
    params->memory_name = "built-in list";
    params->memory = list.data;
    params->memory_len = list.len;
}

int words_source_open(struct source **out, const char *const *files, size_t file_count,
                      const struct words_pattern *patterns, size_t pattern_count,
                      const struct source_share *share, char *error_text)
{
    *out = NULL;
    if (pattern_count == 0 || pattern_count >= SOURCE_ZONE_NONE) {
        snprintf(error_text, SOURCE_ERROR_CAP,
                 "%zu domains: between 1 and 4,294,967,294 are possible", pattern_count);
        return ERR_RANGE;
    }
    struct words_source *source = create_source(patterns, pattern_count, share, error_text);
    if (!source)
        return ERR_NOMEM;
    struct inputs_params params = {.files = files,
                                   .file_count = file_count,
                                   .seed = share->seed,
                                   .stripe_count = stripe_count_of(pattern_count),
                                   .weigh = weigh,
                                   .weigh_ctx = source};
    if (file_count == 0)
        use_builtin(&params);
    return finish_open(out, source, inputs_open(&source->inputs, &params, error_text));
}

static uint64_t weigh_one(const void *ctx, const char *item, size_t len, uint64_t line)
{
    (void)ctx, (void)item, (void)len, (void)line;
    return 1;
}

int words_index_open(struct inputs **out, const char *const *files, size_t file_count,
                     char *error_text)
{
    struct inputs_params params = {
        .files = files, .file_count = file_count, .stripe_count = 1, .weigh = weigh_one};
    if (file_count == 0)
        use_builtin(&params);
    return inputs_open(out, &params, error_text);
}

int words_source_again(struct source **out, const struct inputs *index,
                       const struct words_pattern *patterns, uint32_t pattern_count, uint64_t seed,
                       char *error_text)
{
    const struct source_share all = {.seed = seed, .shard_count = 1};
    *out = NULL;
    struct words_source *source = create_source(patterns, pattern_count, &all, error_text);
    if (!source)
        return ERR_NOMEM;
    return finish_open(out, source,
                       inputs_again(&source->inputs, index, seed, stripe_count_of(pattern_count),
                                    pattern_count, error_text));
}
