// SPDX-License-Identifier: BSD-2-Clause
/* Workers as threads, and a trial on all of them.
 *
 * Threads are made once and wait for work between trials. A trial is two jobs: to get ready (rings,
 * sockets emptied, connections), which may take some time and fail, and, when all are, to run from
 * a common start. What workers and the caller share is under one lock; while a job runs nobody
 * takes it. */
#include "engine/load.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "engine/load_worker.h"

#define HEAD_START NS_PER_MS /* for the threads to wake up */

enum job_kind { JOB_BEGIN, JOB_RUN, JOB_QUIT };

struct load_job {
    pthread_mutex_t lock;
    pthread_cond_t given, done;
    enum job_kind kind;
    uint64_t number;  /* of jobs given */
    unsigned working; /* workers that are not done */
    const struct load_trial *trial;
    const volatile bool *stop;
    mono_ns start;
    int error, cause;        /* the first that failed, and its errno */
    struct load_spent spent; /* of the trial's budget; the workers' while they run */
};

struct load {
    struct load_params params;
    struct load_job job;
    unsigned worker_count, thread_count;
    struct load_worker *workers[];
};

/* --- threads --- */

/* To the INDEX-th of the cores we may use, from the last one down. */
static void pin(unsigned index)
{
    cpu_set_t may, one;
    if (sched_getaffinity(0, sizeof may, &may) != 0)
        return;
    unsigned left = index % (unsigned)CPU_COUNT(&may);
    for (size_t core = CPU_SETSIZE; core-- > 0;) {
        if (!CPU_ISSET(core, &may) || left-- > 0)
            continue;
        CPU_ZERO(&one);
        CPU_SET(core, &one);
        (void)pthread_setaffinity_np(pthread_self(), sizeof one, &one);
        return;
    }
}

static void finish(struct load_job *job, int error)
{
    int cause = errno;
    pthread_mutex_lock(&job->lock);
    if (error && !job->error) {
        job->error = error;
        job->cause = cause;
    }
    if (--job->working == 0)
        pthread_cond_signal(&job->done);
    pthread_mutex_unlock(&job->lock);
}

static void *work(void *arg)
{
    struct load_worker *w = arg;
    struct load_job *job = w->job;
    uint64_t number = 0;
    if (w->load->pins)
        pin(w->index);
    for (;;) {
        pthread_mutex_lock(&job->lock);
        while (job->number == number)
            pthread_cond_wait(&job->given, &job->lock);
        number = job->number;
        enum job_kind kind = job->kind;
        const struct load_trial *trial = job->trial;
        const volatile bool *stop = job->stop;
        mono_ns start = job->start;
        pthread_mutex_unlock(&job->lock);
        if (kind == JOB_QUIT)
            return NULL;
        if (kind == JOB_RUN)
            load_worker_run(w, start);
        finish(job, kind == JOB_BEGIN ? load_worker_begin(w, trial, stop) : 0);
    }
}

static void give(struct load *load, enum job_kind kind)
{
    struct load_job *job = &load->job;
    pthread_mutex_lock(&job->lock);
    job->kind = kind;
    job->number++;
    job->working = load->thread_count;
    job->error = 0;
    pthread_cond_broadcast(&job->given);
    pthread_mutex_unlock(&job->lock);
}

static int wait_done(struct load *load)
{
    struct load_job *job = &load->job;
    pthread_mutex_lock(&job->lock);
    while (job->working > 0)
        pthread_cond_wait(&job->done, &job->lock);
    int error = job->error;
    if (error)
        errno = job->cause;
    pthread_mutex_unlock(&job->lock);
    return error;
}

/* --- made and unmade --- */

static int start_workers(struct load *load, const char **why)
{
    for (unsigned i = 0; i < load->params.workers; i++) {
        struct load_worker *w = calloc(1, sizeof *w);
        *why = "memory";
        if (!w)
            return ERR_NOMEM;
        load->workers[load->worker_count++] = w;
        w->job = &load->job;
        w->spent = &load->job.spent;
        int error = load_worker_init(w, &load->params, i, why);
        if (error)
            return error;
        *why = "a thread";
        errno = pthread_create(&w->thread, NULL, work, w);
        if (errno)
            return ERR_IO;
        load->thread_count++;
    }
    return 0;
}

int load_create(struct load **out, const struct load_params *params, const char **why)
{
    struct load *load = calloc(1, sizeof *load + params->workers * sizeof *load->workers);
    *out = NULL;
    *why = "memory";
    if (!load)
        return ERR_NOMEM;
    load->params = *params;
    pthread_mutex_init(&load->job.lock, NULL);
    pthread_cond_init(&load->job.given, NULL);
    pthread_cond_init(&load->job.done, NULL);
    int error = start_workers(load, why);
    if (error) {
        int saved = errno;
        load_destroy(load);
        errno = saved;
        return error;
    }
    *why = NULL;
    *out = load;
    return 0;
}

void load_destroy(struct load *load)
{
    if (!load)
        return;
    give(load, JOB_QUIT);
    for (unsigned i = 0; i < load->thread_count; i++)
        pthread_join(load->workers[i]->thread, NULL);
    for (unsigned i = 0; i < load->worker_count; i++) {
        load_worker_deinit(load->workers[i]);
        free(load->workers[i]);
    }
    pthread_cond_destroy(&load->job.done);
    pthread_cond_destroy(&load->job.given);
    pthread_mutex_destroy(&load->job.lock);
    free(load);
}

/* A worker that had no more to ask, as of a capture that is short, waited for the others: the load
 * lasted as long for it as for them. */
static void last_alike(struct load *load)
{
    mono_ns longest = 0;
    for (unsigned i = 0; i < load->worker_count; i++)
        if (load->workers[i]->result.active > longest)
            longest = load->workers[i]->result.active;
    for (unsigned i = 0; i < load->worker_count; i++)
        if (load->workers[i]->is_dry)
            load->workers[i]->result.active = longest;
}

int load_run(struct load *load, const struct load_trial *trial, const volatile bool *stop,
             struct load_result *result)
{
    load->job.trial = trial;
    load->job.stop = stop;
    load->job.spent = (struct load_spent){0};
    give(load, JOB_BEGIN);
    int error = wait_done(load);
    if (error)
        return error;
    load->job.start = clock_mono_ns() + HEAD_START;
    give(load, JOB_RUN);
    error = wait_done(load);
    last_alike(load);
    for (unsigned i = 0; i < load->worker_count; i++)
        load_result_merge(result, &load->workers[i]->result);
    return error;
}

const char *load_way(const struct load *load)
{
    const struct load_line *line = &load->workers[0]->lines[LINE_ASKED];
    return line->ops->way(line->path);
}

const char *load_why(const struct load *load)
{
    for (unsigned i = 0; i < load->worker_count; i++) {
        const struct load_worker *w = load->workers[i];
        for (unsigned j = 0; j < w->line_count; j++) {
            const struct load_line *line = &w->lines[j];
            const char *why = line->ops->why ? line->ops->why(line->path) : NULL;
            if (why)
                return why;
        }
    }
    return NULL;
}
