// SPDX-License-Identifier: BSD-2-Clause
/* A stage begins with a trial: when each name has had some words, it waits for most of their
 * answers, so that a wildcard below a name shows before the whole list is on its way there.
 *
 * Two places in the list of finds move forward: one passes those with something below
 * them, the other all others. */
#include "source/descent.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "source/permute.h"
#include "source/words.h"
#include "source/yield.h"

/* Candidates passed over in one call, because their name was closed meanwhile or they were
 * asked before: a millisecond or two. */
#define PASSED_MAX 8192

#define TRIAL_WORDS 16 /* for each name, until the stage waits for answers */
#define TRIAL_OPEN  2  /* answers for each name that are not waited for: some take long */

struct stage {
    struct source *source;
    _Atomic uint64_t handed_out;
    atomic_bool is_tried;
    uint32_t user_count; /* cursors on it */
    uint32_t count;
    uint32_t finds[DESCENT_NAMES];
    struct words_pattern patterns[DESCENT_NAMES];
};

struct descent {
    struct finds *finds;
    struct set *seen;
    struct inputs *words;
    unsigned depth;
    uint64_t seed;
    uint32_t next_inner, next_other; /* in the finds */
    uint64_t waiting_inner, waiting_other;
    struct stage *stage; /* that cursors may enter; NULL: none */
    uint32_t stage_count, begun_count;
    uint64_t begun_total;
    _Atomic uint64_t passed; /* candidates of stages that were not handed out */
    struct yield yield;
};

int descent_create(struct descent **out, const struct descent_params *params, char *error_text)
{
    *out = NULL;
    struct descent *descent = calloc(1, sizeof *descent);
    if (!descent)
        return ERR_NOMEM;
    descent->finds = params->finds;
    descent->seen = params->seen;
    descent->depth = params->depth;
    descent->seed = params->seed;
    int r =
        words_index_open(&descent->words, params->word_files, params->word_file_count, error_text);
    if (r != 0) {
        descent_destroy(descent);
        return r;
    }
    *out = descent;
    return 0;
}

static void destroy_stage(struct stage *stage)
{
    if (stage->source)
        stage->source->ops->close(stage->source);
    free(stage);
}

void descent_destroy(struct descent *descent)
{
    if (!descent)
        return;
    if (descent->stage)
        destroy_stage(descent->stage);
    inputs_close(descent->words);
    free(descent);
}

/* --- which names --- */

static bool is_wanted(const struct descent *descent, const struct find *find)
{
    return !(find->flags & FIND_GIVEN) && find->depth < descent->depth;
}

void descent_note_find(struct descent *descent, const struct find *find)
{
    if (!is_wanted(descent, find))
        return;
    if (find->flags & FIND_INNER)
        descent->waiting_inner++;
    else
        descent->waiting_other++;
}

bool descent_is_busy(const struct descent *descent)
{
    return descent->waiting_inner + descent->waiting_other > 0 || descent->stage_count > 0;
}

uint64_t descent_total(const struct descent *descent)
{
    uint64_t waiting = descent->waiting_inner + descent->waiting_other;
    return descent->begun_total + waiting * inputs_estimate(descent->words).total -
           atomic_load_explicit(&descent->passed, memory_order_relaxed);
}

/* Fills STAGE with names of one sort, in order. */
static void choose_names(struct descent *descent, struct stage *stage)
{
    bool is_inner = descent->waiting_inner > 0;
    uint32_t *next = is_inner ? &descent->next_inner : &descent->next_other;
    uint64_t *waiting = is_inner ? &descent->waiting_inner : &descent->waiting_other;
    while (stage->count<DESCENT_NAMES && * waiting> 0) {
        struct find find;
        uint32_t index = (*next)++;
        finds_get(descent->finds, index, &find);
        if (!is_wanted(descent, &find) || is_inner != ((find.flags & FIND_INNER) != 0))
            continue;
        (*waiting)--;
        if (finds_has_wildcard(descent->finds, &find.name))
            continue;
        stage->finds[stage->count] = index;
        stage->patterns[stage->count++] =
            (struct words_pattern){.before = "", .after = "", .zone = find.name};
    }
}

/* The next stage: SOURCE_GOT, SOURCE_END when no name is left, or an error. */
static int begin_stage(struct descent *descent, char *error_text)
{
    struct stage *stage = calloc(1, sizeof *stage);
    if (!stage)
        return ERR_NOMEM;
    while (stage->count == 0 && descent->waiting_inner + descent->waiting_other > 0)
        choose_names(descent, stage);
    if (stage->count == 0) {
        free(stage);
        return SOURCE_END;
    }
    uint64_t seed = permute_mix(descent->seed, descent->begun_count++);
    int r = words_source_again(&stage->source, descent->words, stage->patterns, stage->count, seed,
                               error_text);
    if (r != 0) {
        free(stage);
        return r;
    }
    assert(stage->source);
    descent->begun_total += stage->source->ops->estimate(stage->source).total;
    descent->stage = stage;
    descent->stage_count++;
    return SOURCE_GOT;
}

/* --- cursors --- */

int descent_enter(struct descent *descent, struct descent_cursor *cursor, char *error_text)
{
    if (!descent->stage) {
        int r = begin_stage(descent, error_text);
        if (r != SOURCE_GOT)
            return r;
    }
    struct stage *stage = descent->stage;
    assert(stage && stage->source);
    int r = stage->source->ops->cursor_open(stage->source, &cursor->words);
    if (r != 0)
        return r;
    cursor->stage = stage;
    stage->user_count++;
    return SOURCE_GOT;
}

/* Whether the stage waits for the answers of its trial. */
static bool is_on_trial(const struct descent *descent, struct stage *stage)
{
    uint64_t handed_out = atomic_load_explicit(&stage->handed_out, memory_order_relaxed);
    if (atomic_load_explicit(&stage->is_tried, memory_order_relaxed) ||
        handed_out < (uint64_t)TRIAL_WORDS * stage->count)
        return false;
    uint64_t decided = 0;
    for (uint32_t i = 0; i < stage->count; i++)
        decided += finds_decided_children(descent->finds, stage->finds[i]);
    if (decided + (uint64_t)TRIAL_OPEN * stage->count < handed_out)
        return true;
    atomic_store_explicit(&stage->is_tried, true, memory_order_relaxed);
    return false;
}

/* SOURCE_GOT, SOURCE_REPEAT, ERR_NOMEM. */
static int tell_repeat(struct descent *descent, const struct name *name)
{
    int r = set_put(descent->seen, set_key(descent->seen, name->wire, name->len));
    if (r < 0)
        return r;
    yield_note_made(&descent->yield, r == SET_NEW);
    return r == SET_NEW ? SOURCE_GOT : SOURCE_REPEAT;
}

int descent_next(struct descent *descent, struct descent_cursor *cursor, struct candidate *out,
                 uint32_t *find)
{
    struct stage *stage = cursor->stage;
    assert(stage); /* entered */
    for (uint32_t passed = 0; passed < PASSED_MAX && !is_on_trial(descent, stage); passed++) {
        int r = stage->source->ops->next(cursor->words, out);
        if (r != SOURCE_GOT && r != SOURCE_INVALID)
            return r;
        *find = stage->finds[out->zone];
        if (!finds_is_closed(descent->finds, *find)) {
            if (r == SOURCE_GOT)
                r = tell_repeat(descent, &out->name);
            if (r < 0)
                return r;
            if (r != SOURCE_REPEAT) {
                atomic_fetch_add_explicit(&stage->handed_out, 1, memory_order_relaxed);
                return r;
            }
        }
        atomic_fetch_add_explicit(&descent->passed, 1, memory_order_relaxed);
    }
    return SOURCE_WAIT;
}

void descent_leave(struct descent *descent, struct descent_cursor *cursor)
{
    struct stage *stage = cursor->stage;
    if (!stage)
        return;
    stage->source->ops->cursor_close(cursor->words);
    *cursor = (struct descent_cursor){0};
    if (descent->stage == stage)
        descent->stage = NULL;
    if (--stage->user_count > 0)
        return;
    destroy_stage(stage);
    descent->stage_count--;
}

const char *descent_cursor_error(const struct descent_cursor *cursor)
{
    return cursor->stage ? source_error(cursor->stage->source) : NULL;
}

void descent_learnt(struct descent *descent, uint32_t find, enum verdict verdict)
{
    yield_note_verdict(&descent->yield, verdict);
    enum find_child child = CHILD_UNKNOWN;
    if (verdict == VERDICT_NODATA)
        child = CHILD_IS_EMPTY;
    else if (verdict == VERDICT_FOUND || verdict == VERDICT_NXDOMAIN || verdict == VERDICT_PRUNED)
        child = CHILD_IS_OTHER;
    else if (verdict == VERDICT_WILDCARD)
        finds_close(descent->finds, find);
    finds_note_child(descent->finds, find, child);
}

struct source_yield descent_yield(const struct descent *descent)
{
    return yield_told(&descent->yield, "depth");
}
