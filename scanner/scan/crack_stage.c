// SPDX-License-Identifier: BSD-2-Clause
/* One stage of cracking: threads, what they find, and telling of it.
 *
 * A find is rare, so the whole hash, the names above it and a lock cost nothing. */
#include "scan/crack_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LOOK_NS (50 * NS_PER_MS) /* how often the calling thread tells and asks to stop */
#define WAIT_NS (5 * NS_PER_MS)  /* of a thread that has nothing to do just now */

int crack_names_put(struct crack_names *names, const uint8_t *name, size_t *at)
{
    size_t len = name_len(name);
    if (names->cap - names->len < len) {
        size_t cap = names->cap ? names->cap * 2 : 4096;
        uint8_t *grown = realloc(names->octets, cap);
        if (!grown)
            return ERR_NOMEM;
        names->octets = grown;
        names->cap = cap;
    }
    memcpy(names->octets + names->len, name, len);
    *at = names->len;
    names->len += len;
    return 0;
}

static int put_found(struct crack_run *run, size_t target, const uint8_t *name, enum crack_by by)
{
    size_t name_at;
    if (run->found_count == run->found_cap) {
        size_t cap = run->found_cap ? run->found_cap * 2 : 64;
        struct crack_found *grown = realloc(run->founds, cap * sizeof *grown);
        if (!grown)
            return ERR_NOMEM;
        run->founds = grown;
        run->found_cap = cap;
    }
    int error = crack_names_put(&run->found_names, name, &name_at);
    if (error)
        return error;
    run->founds[run->found_count++] =
        (struct crack_found){.target = target, .name_at = name_at, .by = by};
    return 0;
}

static int note_one(struct crack_run *run, struct crack_chain *chain, const uint8_t *name,
                    enum crack_by by)
{
    uint8_t hash[NSEC3_HASH_LEN];
    nsec3_hash(&chain->many.params, name, hash);
    size_t target = crack_targets_take(run->targets, chain, hash);
    if (target == SIZE_MAX)
        return 0;
    pthread_mutex_lock(&run->lock);
    int error = put_found(run, target, name, by);
    pthread_mutex_unlock(&run->lock);
    return error ? error : 1;
}

int crack_note(struct crack_run *run, struct crack_chain *chain, const uint8_t *name,
               enum crack_by by)
{
    int result = note_one(run, chain, name, by);
    size_t zone_len = chain->zone.len;
    if (result != 1 || name_len(name) <= zone_len)
        return result;
    for (name = name_parent(name); name_len(name) > zone_len; name = name_parent(name)) {
        int error = note_one(run, chain, name, CRACK_BY_ANCESTOR);
        if (error < 0)
            return error;
    }
    return 1;
}

int crack_try(struct crack_run *run, struct crack_scratch *scratch, struct crack_chain *chain,
              const struct nsec3_heads *heads, const struct nsec3_tail *tail, const uint8_t *parent,
              const uint8_t *shared, enum crack_by by)
{
    nsec3_heads_fifths(&chain->many, heads, tail, scratch->fifths);
    size_t count =
        crack_index_filter(&chain->index, scratch->fifths, heads->count, scratch->places);
    atomic_fetch_add_explicit(&run->hashes, heads->count, memory_order_relaxed);
    atomic_fetch_add_explicit(&run->stage_done, heads->count, memory_order_relaxed);
    for (size_t i = 0; i < count; i++) {
        uint8_t name[NAME_WIRE_MAX];
        nsec3_heads_get(heads, scratch->places[i], name);
        for (unsigned at = 0; shared && at < heads->len; at++)
            name[at] |= shared[at];
        memcpy(name + heads->len, parent, name_len(parent));
        int error = crack_note(run, chain, name, by);
        if (error < 0)
            return error;
    }
    return 0;
}

struct thread {
    pthread_t id;
    struct crack_run *run;
    struct crack_stage *stage;
    struct crack_scratch scratch;
};

static void fail(struct crack_run *run, int error)
{
    int none = 0;
    (void)atomic_compare_exchange_strong(&run->error, &none, error);
    atomic_store(&run->stop, true);
}

static void *work(void *ctx)
{
    struct thread *thread = ctx;
    struct crack_run *run = thread->run;
    const struct timespec pause = {.tv_nsec = WAIT_NS};
    int step = CRACK_STEP_MORE;
    while (step > 0 && !crack_is_stopped(run)) {
        step = thread->stage->step(thread->stage, run, &thread->scratch);
        if (step == CRACK_STEP_WAIT)
            nanosleep(&pause, NULL);
    }
    if (step < 0)
        fail(run, step);
    pthread_mutex_lock(&run->lock);
    if (--run->busy == 0)
        pthread_cond_signal(&run->idle);
    pthread_mutex_unlock(&run->lock);
    return NULL;
}

int crack_stage_tell(struct crack_run *run)
{
    for (;;) {
        uint8_t name[NAME_WIRE_MAX];
        struct crack_found found;
        struct hash_record record;
        pthread_mutex_lock(&run->lock);
        bool is_more = run->told_count < run->found_count;
        if (is_more) {
            found = run->founds[run->told_count++];
            const uint8_t *at = run->found_names.octets + found.name_at;
            memcpy(name, at, name_len(at));
        }
        pthread_mutex_unlock(&run->lock);
        if (!is_more)
            return 0;
        run->cracked[found.by]++;
        crack_targets_record(run->targets, found.target, &record);
        const struct crack_chain *chain =
            &run->targets->chains[run->targets->items[found.target].chain];
        const struct crack_find find = {
            .zone = chain->zone.wire, .name = name, .record = &record, .by = found.by};
        int error = run->hooks->found(run->hooks->ctx, &find);
        if (error)
            return error;
    }
}

static void tell_progress(struct crack_run *run, const struct crack_stage *stage, mono_ns now)
{
    struct crack_status status = {.stage = stage->text,
                                  .done = atomic_load(&run->stage_done),
                                  .total = stage->total,
                                  .hashes = atomic_load(&run->hashes),
                                  .elapsed = now - run->started};
    for (size_t i = 0; i < CRACK_BY_COUNT; i++)
        status.cracked += run->cracked[i];
    if (run->hooks->progress)
        run->hooks->progress(run->hooks->ctx, &status);
}

/* Waits for all threads to end, but not long. Returns whether some still work. */
static bool wait_a_little(struct crack_run *run)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    long long ns = until.tv_nsec + LOOK_NS;
    until.tv_sec += (time_t)(ns / NS_PER_S);
    until.tv_nsec = (long)(ns % NS_PER_S);
    pthread_mutex_lock(&run->lock);
    int result = 0;
    while (run->busy > 0 && result != ETIMEDOUT)
        result = pthread_cond_timedwait(&run->idle, &run->lock, &until);
    bool is_busy = run->busy > 0;
    pthread_mutex_unlock(&run->lock);
    return is_busy;
}

/* The calling thread's part of a stage. */
static void attend(struct crack_run *run, const struct crack_stage *stage)
{
    bool is_busy = true;
    while (is_busy) {
        is_busy = wait_a_little(run);
        int error = atomic_load(&run->error) ? 0 : crack_stage_tell(run);
        if (error)
            fail(run, error); /* and nothing is told after it */
        mono_ns now = clock_mono_ns();
        bool is_late = run->params->time_max && now - run->started >= run->params->time_max;
        if (is_late || (run->hooks->stop && run->hooks->stop(run->hooks->ctx)))
            atomic_store(&run->stop, true);
        tell_progress(run, stage, now);
    }
}

static int scratch_init(struct crack_scratch *scratch)
{
    const size_t bytes = (CRACK_BATCH_MAX + SIFT_SLACK) * sizeof *scratch->fifths;
    scratch->fifths = aligned_alloc(SHA1_ALIGN, bytes);
    scratch->places = aligned_alloc(SHA1_ALIGN, bytes);
    return scratch->fifths && scratch->places ? 0 : ERR_NOMEM;
}

static int start(struct thread *thread)
{
    int error = scratch_init(&thread->scratch);
    if (error)
        return error;
    pthread_mutex_lock(&thread->run->lock);
    thread->run->busy++;
    pthread_mutex_unlock(&thread->run->lock);
    if (pthread_create(&thread->id, NULL, work, thread) == 0)
        return 0;
    pthread_mutex_lock(&thread->run->lock);
    thread->run->busy--;
    pthread_mutex_unlock(&thread->run->lock);
    return ERR_NOMEM;
}

int crack_stage_run(struct crack_run *run, struct crack_stage *stage)
{
    struct thread *threads = calloc(run->params->thread_count, sizeof *threads);
    if (!threads)
        return ERR_NOMEM;
    atomic_store(&run->stage_done, 0);
    size_t count = 0;
    int error = 0;
    for (; count < run->params->thread_count && !error; count++) {
        threads[count].run = run;
        threads[count].stage = stage;
        error = start(&threads[count]);
    }
    size_t started_count = error ? count - 1 : count;
    if (started_count > 0)
        error = 0; /* with fewer threads, then */
    attend(run, stage);
    for (size_t i = 0; i < count; i++) {
        if (i < started_count)
            pthread_join(threads[i].id, NULL);
        free(threads[i].scratch.fifths);
        free(threads[i].scratch.places);
    }
    free(threads);
    return error ? error : atomic_load(&run->error);
}
