// SPDX-License-Identifier: BSD-2-Clause
/* A candidate's tag says where it is from: in the upper bits 0 (the first source), a kind of
 * variant or a descent, in the lower ones the find it was made from. A tag that was lost on
 * the way costs figures and the depth, nothing else.
 *
 * OPEN_COUNT is raised before a candidate is handed out and lowered after what it taught
 * stands in the finds. So whoever holds the lock and sees 0 sees all that was ever taught.
 *
 * 1. Learning.
 * 2. Cursors: the first source, what is made, descents.
 * 3. Opening, with the names of --from. */
#include "source/follow.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/descent.h"
#include "source/given.h"
#include "source/making.h"

#define TAG_FIND_BITS 24
#define TAG_FIND_MASK ((1u << TAG_FIND_BITS) - 1)
#define TAG_FIRST     0u
#define TAG_MADE      1u /* + the kind */
#define TAG_BELOW     (TAG_MADE + VARIANT_KIND_COUNT)
#define DRAWN_MAX     32 /* names made at a time: one lock */
#define MAKING_EVERY  64 /* candidates of a stage; then names are made if there are any */

_Static_assert(FINDS_MAX <= TAG_FIND_MASK, "a find's number fits a tag");

struct follow {
    struct source base;
    struct follow_params params;
    struct set *given;              /* names of --from */
    _Atomic int64_t open_count;     /* candidates handed out and not learnt of */
    _Atomic uint32_t reading_count; /* cursors that are not at the first source's end */
    atomic_int error;               /* first error, or 0; error_text is complete once it is set */

    pthread_mutex_t lock; /* what follows, but for what is for any thread */
    struct finds *finds;
    struct making *making;   /* NULL: no --permute */
    struct descent *descent; /* NULL: no --depth */
    char error_text[SOURCE_ERROR_CAP];
};

struct follow_cursor {
    struct source_cursor base;
    struct source_cursor *first; /* NULL: at its end */
    struct descent_cursor descent;
    uint32_t stage_given;
    uint32_t next, count;
    struct made drawn[DRAWN_MAX];
};

static uint32_t tag_of(uint32_t from, uint32_t find)
{
    return from << TAG_FIND_BITS | find;
}

/* Keeps the first error; returns the one that is kept. The lock is held. */
static int fail(struct follow *f, int error, const char *text)
{
    int kept = atomic_load_explicit(&f->error, memory_order_relaxed);
    if (kept)
        return kept;
    if (text != f->error_text)
        snprintf(f->error_text, sizeof f->error_text, "%s", text ? text : err_text(error));
    atomic_store_explicit(&f->error, error, memory_order_release);
    return error;
}

/* --- learning --- */

static int add_find(struct follow *f, const struct find *find, bool is_urgent)
{
    uint32_t index = finds_count(f->finds);
    int r = finds_add(f->finds, find);
    if (r != 1)
        return r;
    if (f->descent)
        descent_note_find(f->descent, find);
    r = f->making ? making_add(f->making, find, index, is_urgent) : 0;
    return r < 0 ? r : 1;
}

/* The names between FIND and its zone; those above a known one are known. */
static int add_ancestors(struct follow *f, const struct find *find)
{
    unsigned labels = name_label_count(find->name.wire);
    if (find->zone_labels == 0)
        return 0;
    int r = 1;
    for (unsigned count = labels - 1; r == 1 && count > find->zone_labels; count--) {
        struct find above = *find;
        const uint8_t *wire = name_suffix(find->name.wire, count);
        above.flags = FIND_INNER;
        above.name.len = (uint8_t)name_len(wire);
        memcpy(above.name.wire, wire, above.name.len);
        r = add_find(f, &above, false);
    }
    return r;
}

/* A name without data may be an empty non-terminal, so it goes down with those that are. */
static void learn_existing(struct follow *f, const uint8_t *name, bool is_empty,
                           const struct evidence *evidence)
{
    uint32_t from = evidence->tag >> TAG_FIND_BITS;
    struct find find = {.zone_labels = evidence->zone_labels, .flags = is_empty ? FIND_INNER : 0};
    find.name.len = (uint8_t)name_len(name);
    memcpy(find.name.wire, name, find.name.len);
    name_lower(find.name.wire);
    pthread_mutex_lock(&f->lock);
    if (from != TAG_FIRST) {
        struct find source;
        finds_get(f->finds, evidence->tag & TAG_FIND_MASK, &source);
        find.depth = (uint8_t)(source.depth + (from == TAG_BELOW));
    }
    int r = add_find(f, &find, from != TAG_FIRST && from != TAG_BELOW);
    if (r >= 0)
        r = add_ancestors(f, &find);
    if (r < 0)
        fail(f, r, NULL);
    pthread_mutex_unlock(&f->lock);
}

static void learn_wildcard(struct follow *f, const uint8_t *name, const struct evidence *evidence)
{
    unsigned labels = evidence->wildcard_labels;
    const uint8_t *parent =
        labels && labels < name_label_count(name) ? name_suffix(name, labels) : name_parent(name);
    int r = finds_note_wildcard(f->finds, parent);
    if (r == 0)
        return;
    pthread_mutex_lock(&f->lock);
    fail(f, r, NULL);
    pthread_mutex_unlock(&f->lock);
}

static void follow_learn(struct source *base, const uint8_t *name, enum verdict verdict,
                         const struct evidence *evidence)
{
    struct follow *f = (struct follow *)base;
    uint32_t from = evidence->tag >> TAG_FIND_BITS;
    if (from == TAG_BELOW)
        descent_learnt(f->descent, evidence->tag & TAG_FIND_MASK, verdict);
    else if (from != TAG_FIRST)
        making_learnt(f->making, (enum variant_kind)(from - TAG_MADE), verdict);
    if (verdict == VERDICT_NODATA || (verdict == VERDICT_FOUND && !evidence->is_doubtful))
        learn_existing(f, name, verdict == VERDICT_NODATA, evidence);
    else if (verdict == VERDICT_WILDCARD)
        learn_wildcard(f, name, evidence);
    atomic_fetch_sub_explicit(&f->open_count, 1, memory_order_release);
}

static void follow_take_back(struct source *base, uint64_t count)
{
    struct follow *f = (struct follow *)base;
    atomic_fetch_add_explicit(&f->open_count, (int64_t)count, memory_order_relaxed);
}

/* --- cursors --- */

static int hand_out(struct follow *f, int state)
{
    atomic_fetch_add_explicit(&f->open_count, 1, memory_order_relaxed);
    return state;
}

/* The cursor is at the first source's end. */
static void end_reading(struct follow *f, struct follow_cursor *cursor)
{
    cursor->first->source->ops->cursor_close(cursor->first);
    cursor->first = NULL;
    atomic_fetch_sub_explicit(&f->reading_count, 1, memory_order_release);
}

static int next_of_first(struct follow *f, struct follow_cursor *cursor, struct candidate *out)
{
    int r = f->params.first->ops->next(cursor->first, out);
    if (r == SOURCE_INVALID)
        return hand_out(f, r);
    if (r != SOURCE_GOT)
        return r;
    r = set_put(f->params.seen, set_key(f->params.seen, out->name.wire, out->name.len));
    if (r < 0)
        return r;
    return hand_out(f, r == SET_OLD && f->params.marks_repeats ? SOURCE_REPEAT : SOURCE_GOT);
}

static int give_drawn(struct follow_cursor *cursor, struct candidate *out)
{
    const struct made *made = &cursor->drawn[cursor->next++];
    out->name = made->name;
    out->zone = SOURCE_ZONE_NONE;
    out->from = HIT_FROM_PERMUTE;
    out->tag = tag_of(TAG_MADE + made->kind, made->find);
    return SOURCE_GOT; /* counted as out when it was drawn */
}

/* The lock is held: nothing is out and nothing can be made of what is known. */
static bool is_over(const struct follow *f)
{
    return atomic_load_explicit(&f->open_count, memory_order_acquire) <= 0 &&
           !(f->making && making_is_busy(f->making)) &&
           !(f->descent && descent_is_busy(f->descent));
}

/* Work for a cursor that has none drawn: names made, else a stage when it is on none.
 * SOURCE_GOT, WAIT, END or an error. */
static int take_work(struct follow *f, struct follow_cursor *cursor)
{
    int r = SOURCE_WAIT;
    pthread_mutex_lock(&f->lock);
    int drawn = f->making ? making_draw(f->making, cursor->drawn, DRAWN_MAX) : 0;
    cursor->next = 0;
    cursor->count = drawn > 0 ? (uint32_t)drawn : 0;
    if (drawn < 0)
        r = fail(f, drawn, NULL);
    else if (drawn > 0)
        atomic_fetch_add_explicit(&f->open_count, drawn, memory_order_relaxed);
    if (drawn == 0 && f->descent && !cursor->descent.stage)
        r = descent_enter(f->descent, &cursor->descent, f->error_text);
    if (r < 0)
        r = fail(f, r, *f->error_text ? f->error_text : NULL);
    else if (drawn > 0 || cursor->descent.stage)
        r = SOURCE_GOT;
    else
        r = is_over(f) ? SOURCE_END : SOURCE_WAIT;
    pthread_mutex_unlock(&f->lock);
    return r;
}

static int next_of_stage(struct follow *f, struct follow_cursor *cursor, struct candidate *out)
{
    uint32_t find;
    int r = descent_next(f->descent, &cursor->descent, out, &find);
    if (r == SOURCE_GOT || r == SOURCE_INVALID) {
        out->zone = SOURCE_ZONE_NONE;
        out->tag = tag_of(TAG_BELOW, find);
        cursor->stage_given++;
        return hand_out(f, r);
    }
    if (r == SOURCE_WAIT) {
        cursor->stage_given = 0; /* names may be made meanwhile */
        return r;
    }
    pthread_mutex_lock(&f->lock);
    if (r < 0)
        r = fail(f, r, descent_cursor_error(&cursor->descent));
    descent_leave(f->descent, &cursor->descent);
    pthread_mutex_unlock(&f->lock);
    return r;
}

static int next_of_finds(struct follow *f, struct follow_cursor *cursor, struct candidate *out)
{
    for (;;) {
        if (cursor->next < cursor->count)
            return give_drawn(cursor, out);
        bool is_for_stage = cursor->descent.stage && cursor->stage_given % MAKING_EVERY != 0;
        int r = is_for_stage ? SOURCE_GOT : take_work(f, cursor);
        if (r != SOURCE_GOT)
            return r;
        if (cursor->next < cursor->count)
            continue;
        r = next_of_stage(f, cursor, out);
        if (r != SOURCE_END)
            return r;
        cursor->stage_given = 0;
    }
}

static int follow_next(struct source_cursor *base, struct candidate *out)
{
    struct follow_cursor *cursor = (struct follow_cursor *)base;
    struct follow *f = (struct follow *)base->source;
    int error = atomic_load_explicit(&f->error, memory_order_acquire);
    if (error)
        return error;
    if (cursor->first) {
        int r = next_of_first(f, cursor, out);
        if (r != SOURCE_END)
            return r;
        end_reading(f, cursor);
    }
    /* So that no made name is one that the input still holds. */
    if (atomic_load_explicit(&f->reading_count, memory_order_acquire) > 0)
        return SOURCE_WAIT;
    return next_of_finds(f, cursor, out);
}

static int follow_cursor_open(struct source *base, struct source_cursor **out)
{
    struct follow *f = (struct follow *)base;
    struct source *first = f->params.first;
    struct follow_cursor *cursor = calloc(1, sizeof *cursor);
    *out = NULL;
    int r = cursor ? first->ops->cursor_open(first, &cursor->first) : ERR_NOMEM;
    if (r != 0) {
        free(cursor);
        return r;
    }
    atomic_fetch_add_explicit(&f->reading_count, 1, memory_order_relaxed);
    cursor->base.source = base;
    *out = &cursor->base;
    return 0;
}

/* What was drawn and not given is not asked any more: nobody waits for it. */
static void follow_cursor_close(struct source_cursor *base)
{
    struct follow_cursor *cursor = (struct follow_cursor *)base;
    if (!cursor)
        return;
    struct follow *f = (struct follow *)base->source;
    if (cursor->first)
        end_reading(f, cursor);
    pthread_mutex_lock(&f->lock);
    atomic_fetch_sub_explicit(&f->open_count, cursor->count - cursor->next, memory_order_relaxed);
    if (f->descent)
        descent_leave(f->descent, &cursor->descent);
    pthread_mutex_unlock(&f->lock);
    free(cursor);
}

/* --- the source --- */

static struct source_estimate follow_estimate(const struct source *base)
{
    struct follow *f = (struct follow *)(uintptr_t)base;
    struct source_estimate estimate = f->params.first->ops->estimate(f->params.first);
    estimate.may_grow = true;
    pthread_mutex_lock(&f->lock);
    if (f->descent)
        estimate.total += descent_total(f->descent);
    if (f->making)
        estimate.total += making_total(f->making);
    pthread_mutex_unlock(&f->lock);
    return estimate;
}

static const char *follow_error(const struct source *base)
{
    const struct follow *f = (const struct follow *)base;
    if (atomic_load_explicit(&f->error, memory_order_acquire))
        return f->error_text;
    return source_error(f->params.first);
}

static size_t follow_yields(const struct source *base, struct source_yield out[SOURCE_YIELDS_MAX])
{
    const struct follow *f = (const struct follow *)base;
    size_t count = 0;
    if (f->descent)
        out[count++] = descent_yield(f->descent);
    if (f->making) {
        making_yields(f->making, out + count);
        count += VARIANT_KIND_COUNT;
    }
    return count;
}

static void follow_close(struct source *base)
{
    struct follow *f = (struct follow *)base;
    if (!f)
        return;
    f->params.first->ops->close(f->params.first);
    making_destroy(f->making);
    descent_destroy(f->descent);
    finds_destroy(f->finds);
    set_destroy(f->given);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

static const struct source_ops follow_ops = {
    .cursor_open = follow_cursor_open,
    .next = follow_next,
    .cursor_close = follow_cursor_close,
    .learn = follow_learn,
    .take_back = follow_take_back,
    .estimate = follow_estimate,
    .error = follow_error,
    .yields = follow_yields,
    .close = follow_close,
};

_Static_assert(VARIANT_KIND_COUNT + 1 <= SOURCE_YIELDS_MAX, "one more for --depth");

/* A name of --from: never made by any shard, varied by one. */
static int add_given(void *ctx, const struct name *name, uint64_t place)
{
    struct follow *f = ctx;
    unsigned zone_labels = f->params.zone_labels(f->params.zone_ctx, name);
    if (zone_labels == 0)
        return GIVEN_ELSEWHERE;
    if (finds_count(f->finds) >= FOLLOW_GIVEN_MAX)
        return GIVEN_TOO_MANY;
    int r = set_put(f->given, set_key(f->given, name->wire, name->len));
    if (r < 0)
        return r;
    const struct source_share *share = &f->params.share;
    if (place % share->shard_count != share->shard_index)
        return GIVEN_TAKEN;
    const struct find find = {
        .name = *name, .zone_labels = (uint8_t)zone_labels, .flags = FIND_GIVEN};
    r = add_find(f, &find, false);
    return r < 0 ? r : GIVEN_TAKEN;
}

static int open_making(struct follow *f, char *error_text)
{
    int r = set_create(&f->given);
    if (r != 0)
        return r;
    const struct making_params params = {
        .finds = f->finds, .seen = f->params.seen, .given = f->given};
    r = making_create(&f->making, &params);
    if (r != 0)
        return r;
    return given_read(f->params.from_files, f->params.from_file_count, add_given, f, error_text);
}

static int open_descent(struct follow *f, char *error_text)
{
    const struct descent_params params = {.finds = f->finds,
                                          .seen = f->params.seen,
                                          .word_files = f->params.word_files,
                                          .word_file_count = f->params.word_file_count,
                                          .depth = f->params.depth,
                                          .seed = f->params.share.seed};
    return descent_create(&f->descent, &params, error_text);
}

int follow_source_open(struct source **out, const struct follow_params *params, char *error_text)
{
    *out = NULL;
    snprintf(error_text, SOURCE_ERROR_CAP, "%s", err_text(ERR_NOMEM));
    struct follow *f = calloc(1, sizeof *f);
    if (!f) {
        params->first->ops->close(params->first);
        return ERR_NOMEM;
    }
    f->base.ops = &follow_ops;
    f->params = *params;
    pthread_mutex_init(&f->lock, NULL);
    int r = finds_create(&f->finds);
    if (r == 0 && params->depth > 0)
        r = open_descent(f, error_text);
    if (r == 0 && params->permutes)
        r = open_making(f, error_text);
    if (r != 0) {
        follow_close(&f->base);
        return r;
    }
    *error_text = '\0';
    *out = &f->base;
    return 0;
}
