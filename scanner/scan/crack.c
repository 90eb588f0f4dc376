// SPDX-License-Identifier: BSD-2-Clause
/* A cracking run: which stages it has and in which order (scan/crack.h).
 *
 * 1. The zones themselves and names that are given become parents.
 * 2. Below them what types suggest, then words; below the zones, masks.
 * 3. What was found since becomes parents in turn: their children are looked for until no new
 *    parent comes. Nothing of a zone lies below a delegation or a DNAME, and below a wildcard
 *    hardly anything.
 *
 * The list of suggestions is made anew for each round: fewer types are left. */
#include "scan/crack_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "dns/code.h"
#include "source/given.h"
#include "source/source.h"

const char *crack_by_text(enum crack_by by)
{
    static const char *const texts[CRACK_BY_COUNT] = {"given", "type", "words", "mask", "ancestor"};
    return texts[by];
}

static int add_parent(struct crack_run *run, uint32_t chain, const uint8_t *name)
{
    size_t name_at;
    if (run->parent_count == run->parent_cap) {
        size_t cap = run->parent_cap ? run->parent_cap * 2 : 64;
        struct crack_parent *grown = realloc(run->parents, cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        run->parents = grown;
        run->parent_cap = cap;
    }
    int error = crack_names_put(&run->parent_names, name, &name_at);
    if (!error)
        run->parents[run->parent_count++] =
            (struct crack_parent){.chain = chain, .name_at = name_at};
    return error;
}

/* Something may lie below NAME, at which RECORD was found, in the same zone. */
static bool has_inside(const uint8_t *name, const struct hash_record *record)
{
    bool is_wildcard = name[0] == 1 && name[1] == '*';
    if (is_wildcard || !record->has_types)
        return !is_wildcard;
    bool is_cut = bitmap_has(&record->types, TYPE_NS) && !bitmap_has(&record->types, TYPE_SOA);
    return !is_cut && !bitmap_has(&record->types, TYPE_DNAME);
}

/* Makes parents of what was found since the last time. No thread is at work. */
static int adopt(struct crack_run *run)
{
    int error = 0;
    while (run->adopted_count < run->found_count && !error) {
        const struct crack_found *found = &run->founds[run->adopted_count++];
        const uint8_t *name = run->found_names.octets + found->name_at;
        uint32_t chain = run->targets->items[found->target].chain;
        struct hash_record record;
        crack_targets_record(run->targets, found->target, &record);
        bool is_zone = name_equal(name, run->targets->chains[chain].zone.wire); /* one already */
        if (!is_zone && !run->params->is_shallow && has_inside(name, &record))
            error = add_parent(run, chain, name);
    }
    return error;
}

/* A name that exists: it may be a target, and its children others. */
static int add_given(void *ctx, const struct name *name, uint64_t place)
{
    struct crack_run *run = ctx;
    int result = GIVEN_ELSEWHERE;
    (void)place;
    for (size_t i = 0; i < run->targets->chain_count; i++) {
        struct crack_chain *chain = &run->targets->chains[i];
        if (!name_is_under(name->wire, chain->zone.wire) || name->len == chain->zone.len)
            continue;
        int found = crack_note(run, chain, name->wire, CRACK_BY_GIVEN);
        if (found == 0 && !run->params->is_shallow) /* not in the chain, or given twice */
            found = add_parent(run, (uint32_t)i, name->wire);
        if (found < 0)
            return found;
        result = GIVEN_TAKEN;
        atomic_fetch_add(&run->hashes, 1);
    }
    return result;
}

static int add_known(struct crack_run *run)
{
    char error_text[SOURCE_ERROR_CAP];
    int error = 0;
    for (size_t i = 0; i < run->targets->chain_count && !error; i++) {
        struct crack_chain *chain = &run->targets->chains[i];
        error = add_parent(run, (uint32_t)i, chain->zone.wire);
        int found = error ? error : crack_note(run, chain, chain->zone.wire, CRACK_BY_GIVEN);
        error = found < 0 ? found : 0;
        atomic_fetch_add(&run->hashes, 1);
    }
    const struct str_list *files = &run->params->name_files;
    if (error || files->count == 0)
        return error;
    error = given_read(files->items, files->count, add_given, run, error_text);
    if (error && error != ERR_NOMEM)
        log_error("%s", error_text);
    return error;
}

static int run_guesses(struct crack_run *run, size_t from)
{
    static const struct str_list no_files;
    struct crack_words *words = NULL;
    struct text list = {0};
    crack_guess_put(&list, run->targets);
    int error = list.failed ? ERR_NOMEM : 0;
    if (!error && list.len > 0)
        error = crack_words_create(&words, &no_files, list.data, list.len, CRACK_BY_TYPE);
    if (!error && words)
        error = crack_words_run(words, run, from);
    crack_words_destroy(words);
    text_deinit(&list);
    return error;
}

static bool is_done(const struct crack_run *run)
{
    return crack_is_stopped(run) || crack_targets_open(run->targets) == 0;
}

/* Suggestions and words below the parents from FROM on, then masks (the first time), then adoption
 * of what was found. */
static int run_round(struct crack_run *run, struct crack_words *words, size_t from)
{
    int error = run_guesses(run, from);
    if (!error && words && !is_done(run))
        error = crack_words_run(words, run, from);
    if (!error && from == 0 && !is_done(run))
        error = crack_masks_run(run);
    return error ? error : adopt(run);
}

static int run_rounds(struct crack_run *run, struct crack_words *words)
{
    size_t from = 0;
    int error = add_known(run);
    if (!error)
        error = adopt(run);
    while (!error && from < run->parent_count && !is_done(run)) {
        size_t next = run->parent_count;
        error = run_round(run, words, from);
        from = next;
    }
    return error;
}

/* The lists; none but masks: no words at all. */
static int open_words(struct crack_words **out, const struct crack_params *params)
{
    struct builtin list = builtin_words();
    *out = NULL;
    if (params->word_files.count == 0 && params->masks.count > 0)
        return 0;
    return crack_words_create(out, &params->word_files, list.data, list.len, CRACK_BY_WORD);
}

static void fill_result(const struct crack_run *run, struct crack_result *result)
{
    *result = (struct crack_result){.targets = run->targets->count,
                                    .chains = run->targets->chain_count,
                                    .hashes = atomic_load(&run->hashes),
                                    .elapsed = clock_mono_ns() - run->started,
                                    .is_stopped = crack_is_stopped(run)};
    memcpy(result->cracked, run->cracked, sizeof result->cracked);
}

static int choose_kernel(struct crack_run *run)
{
    const char *name = run->params->kernel;
    run->kernel = name ? sha1_kernel_find(name) : sha1_kernel_best();
    if (!run->kernel)
        log_error("no way of hashing called %s on this machine", name);
    return run->kernel ? 0 : ERR_NOTSUP;
}

static void init(struct crack_run *run)
{
    pthread_condattr_t attributes;
    pthread_mutex_init(&run->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&run->idle, &attributes);
    pthread_condattr_destroy(&attributes);
    run->started = clock_mono_ns();
}

static void deinit(struct crack_run *run)
{
    pthread_mutex_destroy(&run->lock);
    pthread_cond_destroy(&run->idle);
    free(run->founds);
    free(run->found_names.octets);
    free(run->parents);
    free(run->parent_names.octets);
}

int crack_run_targets(const struct crack_params *params, struct crack_targets *targets,
                      const struct crack_hooks *hooks, struct crack_result *result)
{
    struct crack_run run = {.params = params, .targets = targets, .hooks = hooks};
    struct crack_words *words = NULL;
    init(&run);
    int error = choose_kernel(&run);
    if (!error)
        error = crack_targets_seal(targets, run.kernel);
    if (!error)
        error = open_words(&words, params);
    if (!error)
        error = run_rounds(&run, words);
    if (!error)
        error = crack_stage_tell(&run);
    fill_result(&run, result);
    crack_words_destroy(words);
    deinit(&run);
    return error;
}
