// SPDX-License-Identifier: BSD-2-Clause
/* For tests of the source that follows: a little world of names, asked as a run would ask,
 * by one thread or by several, with answers that come at once or late. */
#ifndef TEST_SOURCE_WORLD_H
#define TEST_SOURCE_WORLD_H

#include "tests/unit/source/lists.h"

#include <stdatomic.h>

#include "source/follow.h"
#include "source/variants.h"

#define WORLD_MAX 65536 /* candidates noted */

/* "name" is found, "name -" is nodata, "name ?" found with a doubt, "*.name" a wildcard. */
struct world {
    const char *const *names;
    size_t count;
};

/* What happened to each candidate, in the order of answers. */
struct asked {
    pthread_mutex_t lock;
    struct {
        char name[64];
        uint8_t from;
        uint8_t verdict;
    } items[WORLD_MAX];
    size_t count;
    uint64_t repeats, invalid;
};

struct asker {
    struct source *source;
    const struct world *world;
    struct asked *asked;
    unsigned late; /* answers that may be outstanding */
    pthread_t thread;
    int end;
};

static inline unsigned world_zone_labels(void *ctx, const struct name *name)
{
    (void)ctx;
    char text[NAME_TEXT_MAX];
    size_t len = name_to_text(name->wire, text);
    return len >= 9 && strcmp(text + len - 9, "z.example") == 0 ? 2 : 0;
}

static inline bool world_is(const struct world *world, const char *name, const char *mark)
{
    char entry[NAME_TEXT_MAX + 4];
    snprintf(entry, sizeof entry, "%s%s", name, mark);
    for (size_t i = 0; i < world->count; i++)
        if (strcmp(world->names[i], entry) == 0)
            return true;
    return false;
}

static inline enum verdict world_answer(const struct world *world, const char *name,
                                        struct evidence *evidence)
{
    if (world_is(world, name, ""))
        return VERDICT_FOUND;
    if (world_is(world, name, " ?")) {
        evidence->is_doubtful = true;
        return VERDICT_FOUND;
    }
    if (world_is(world, name, " -"))
        return VERDICT_NODATA;
    const char *parent = strchr(name, '.');
    char star[NAME_TEXT_MAX + 2];
    snprintf(star, sizeof star, "*%s", parent ? parent : "");
    return world_is(world, star, "") ? VERDICT_WILDCARD : VERDICT_NXDOMAIN;
}

static inline void asker_learn(struct asker *asker, const struct candidate *candidate, int state)
{
    struct evidence evidence = {.tag = candidate->tag, .zone_labels = 2};
    enum verdict verdict = VERDICT_INVALID;
    char text[NAME_TEXT_MAX] = "!";
    if (state == SOURCE_REPEAT) {
        verdict = VERDICT_DUPLICATE;
    } else if (state == SOURCE_GOT) {
        name_to_text(candidate->name.wire, text);
        verdict = world_answer(asker->world, text, &evidence);
    }
    struct asked *asked = asker->asked;
    pthread_mutex_lock(&asked->lock);
    if (state == SOURCE_GOT && asked->count < WORLD_MAX) {
        snprintf(asked->items[asked->count].name, 64, "%.63s", text);
        asked->items[asked->count].from = candidate->from;
        asked->items[asked->count++].verdict = (uint8_t)verdict;
    }
    asked->repeats += state == SOURCE_REPEAT;
    asked->invalid += state == SOURCE_INVALID;
    pthread_mutex_unlock(&asked->lock);
    asker->source->ops->learn(asker->source, candidate->name.wire, verdict, &evidence);
}

/* Draws until the end, answering when LATE candidates are out or nothing comes. */
static inline void *asker_run(void *ctx)
{
    struct asker *asker = ctx;
    struct source_cursor *cursor;
    struct {
        struct candidate candidate;
        int state;
    } *out = calloc(asker->late + 1, sizeof *out);
    unsigned out_count = 0;
    assert_non_null(out);
    assert_int_equal(asker->source->ops->cursor_open(asker->source, &cursor), 0);
    for (;;) {
        int r = asker->source->ops->next(cursor, &out[out_count].candidate);
        if (r == SOURCE_END || r < 0) {
            asker->end = r;
            if (out_count == 0)
                break;
            assert_int_equal(r, -1); /* no end while anything is out */
        }
        if (r != SOURCE_WAIT)
            out[out_count++].state = r;
        while (out_count > 0 && (r == SOURCE_WAIT || out_count > asker->late)) {
            out_count--;
            asker_learn(asker, &out[out_count].candidate, out[out_count].state);
        }
    }
    asker->source->ops->cursor_close(cursor);
    free(out);
    return NULL;
}

static inline bool asked_has(const struct asked *asked, const char *name, uint8_t from)
{
    size_t count = 0;
    for (size_t i = 0; i < asked->count; i++)
        count += strcmp(asked->items[i].name, name) == 0 && asked->items[i].from == from;
    assert_in_range(count, 0, 1);
    return count == 1;
}

struct job {
    const char *words, *input; /* lists */
    const char *from;          /* NULL: none */
    unsigned depth;
    bool permutes, marks_repeats;
    struct source_share share;
    unsigned thread_count, late;
};

struct opened {
    char paths[3][LIST_PATH_MAX];
    int fds[3];
    struct set *seen;
    struct source *source;
};

static inline void open_job(const struct job *job, struct opened *o)
{
    const char *texts[] = {job->words, job->input, job->from ? job->from : ""};
    const char *words = o->paths[0], *input = o->paths[1], *from = o->paths[2];
    char error_text[SOURCE_ERROR_CAP];
    struct source_share share = job->share.shard_count ? job->share : share_of(1, 0, 1);
    struct source *first;
    for (size_t i = 0; i < 3; i++)
        o->fds[i] = list_make_text(texts[i], o->paths[i]);
    assert_int_equal(set_create(&o->seen), 0);
    assert_int_equal(names_source_open(&first, &input, 1, NULL, 0, false, &share, error_text), 0);
    const struct follow_params params = {.first = first,
                                         .seen = o->seen,
                                         .marks_repeats = job->marks_repeats,
                                         .share = share,
                                         .depth = job->depth,
                                         .word_files = &words,
                                         .word_file_count = 1,
                                         .permutes = job->permutes,
                                         .from_files = &from,
                                         .from_file_count = job->from ? 1 : 0,
                                         .zone_labels = world_zone_labels};
    assert_int_equal(follow_source_open(&o->source, &params, error_text), 0);
    assert_string_equal(error_text, "");
}

static inline void close_job(struct opened *o)
{
    o->source->ops->close(o->source);
    set_destroy(o->seen);
    for (size_t i = 0; i < 3; i++)
        close(o->fds[i]);
}

/* Asks all of it; the yields go to YIELDS (NULL: nobody wants them). */
static inline struct asked *ask_all(const struct job *job, const struct world *world,
                                    struct source_yield *yields)
{
    struct asked *asked = calloc(1, sizeof *asked);
    struct asker askers[8];
    struct opened o;
    struct source_yield told[SOURCE_YIELDS_MAX];
    unsigned count = job->thread_count ? job->thread_count : 1;
    assert_non_null(asked);
    pthread_mutex_init(&asked->lock, NULL);
    open_job(job, &o);
    for (unsigned i = 0; i < count; i++) {
        askers[i] = (struct asker){
            .source = o.source, .world = world, .asked = asked, .late = job->late, .end = -1};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, asker_run, &askers[i]), 0);
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].end, SOURCE_END);
    }
    struct source_estimate estimate = o.source->ops->estimate(o.source);
    assert_true(estimate.is_known && estimate.may_grow);
    assert_int_equal(estimate.total, asked->count + asked->repeats + asked->invalid);
    size_t yield_count = o.source->ops->yields(o.source, told);
    assert_int_equal(yield_count, (job->depth > 0) + (job->permutes ? VARIANT_KIND_COUNT : 0));
    if (yields)
        memcpy(yields, told, yield_count * sizeof *told);
    close_job(&o);
    pthread_mutex_destroy(&asked->lock);
    return asked;
}

static inline size_t place_of(const struct asked *asked, const char *name)
{
    for (size_t i = 0; i < asked->count; i++)
        if (strcmp(asked->items[i].name, name) == 0)
            return i;
    print_error("%s was not asked\n", name);
    assert_true(false);
    return 0;
}

static inline void assert_not_asked(const struct asked *asked, const char *suffix)
{
    size_t len = strlen(suffix);
    for (size_t i = 0; i < asked->count; i++) {
        size_t name_len = strlen(asked->items[i].name);
        if (name_len >= len && strcmp(asked->items[i].name + name_len - len, suffix) == 0)
            print_error("%s was asked\n", asked->items[i].name);
        assert_false(name_len >= len && strcmp(asked->items[i].name + name_len - len, suffix) == 0);
    }
}

#endif
