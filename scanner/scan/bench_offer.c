// SPDX-License-Identifier: BSD-2-Clause
/* One load: a thread runs it, this one watches signals, the time and the progress line; what the
 * machine's counters say of the same stretch goes to the judgement. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "scan/bench_state.h"
#include "scan/signals.h"

#define LOOK_EVERY (50 * NS_PER_MS)

struct running {
    struct bench *bench;
    struct load *load;
    struct load_trial trial;
    struct load_result *result;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* by the monotonic clock */
    bool is_over;           /* under the lock */
    int error;
};

bool bench_should_stop(struct bench *bench)
{
    mono_ns limit = bench->params->time_max;
    if (bench->is_stopping)
        return true;
    if (signals_count() > 0) {
        bench->ending.signal = signals_first();
        log_note("stopping: waiting for what is in flight; once more ends at once");
    } else if (limit > 0 && clock_mono_ns() - bench->started >= limit) {
        bench->is_time_over = bench->ending.is_cut = true;
        log_note("the time is up (--max-time)");
    } else {
        return false;
    }
    bench->is_stopping = true;
    __atomic_store_n(&bench->stop, true, __ATOMIC_RELAXED);
    return true;
}

static void *run(void *ctx)
{
    struct running *running = ctx;
    int error = load_run(running->load, &running->trial, &running->bench->stop, running->result);
    int cause = errno;
    pthread_mutex_lock(&running->lock);
    running->error = error;
    running->is_over = true;
    pthread_cond_signal(&running->changed);
    pthread_mutex_unlock(&running->lock);
    errno = cause;
    return NULL;
}

static struct timespec moment(mono_ns when)
{
    return (struct timespec){.tv_sec = when / NS_PER_S, .tv_nsec = when % NS_PER_S};
}

/* Until it is over. */
static void watch(struct running *running)
{
    bool is_over = false;
    while (!is_over) {
        struct timespec until = moment(clock_mono_ns() + LOOK_EVERY);
        pthread_mutex_lock(&running->lock);
        while (!running->is_over &&
               pthread_cond_timedwait(&running->changed, &running->lock, &until) == 0)
            ;
        is_over = running->is_over;
        pthread_mutex_unlock(&running->lock);
        (void)bench_should_stop(running->bench);
        if (!is_over)
            bench_tell_progress(running->bench, clock_mono_ns());
    }
}

static int run_watched(struct running *running)
{
    pthread_condattr_t attributes;
    pthread_t thread;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&running->lock, NULL);
    pthread_cond_init(&running->changed, &attributes);
    int failed = pthread_create(&thread, NULL, run, running);
    if (!failed) {
        watch(running);
        pthread_join(thread, NULL);
    }
    pthread_cond_destroy(&running->changed);
    pthread_mutex_destroy(&running->lock);
    pthread_condattr_destroy(&attributes);
    errno = failed ? failed : errno;
    return failed ? ERR_IO : running->error;
}

int bench_probe(struct bench *bench, struct load *load, uint32_t target,
                const struct bench_load *what, struct load_result *result)
{
    struct running running = {
        .bench = bench,
        .load = load,
        .result = result,
        .trial = {.target = target,
                  .rate = what->rate,
                  .arrival = what->arrival,
                  .warmup = what->warmup,
                  .length = what->length,
                  .seed = rng_fast_u64(&bench->rng),
                  .stretch = bench->stretch,
                  .column = what->column},
    };
    if (what->is_for_verdict && what->arrival != LOAD_REPLAY)
        slo_budget(&bench->options->slo, what->rate * (double)what->length / (double)NS_PER_S,
                   &running.trial.budget);
    running.trial.budget.is_patient = !what->may_be_cut;
    workload_rewind(bench->workload);
    load_result_clear(result);
    bench->load_started_ms = clock_wall_ms();
    bench->phase = what->phase;
    bench->rate = what->rate;
    int error = run_watched(&running);
    if (error)
        log_error("load: %s", error == ERR_IO ? strerror(errno) : err_text(error));
    return error;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of the loads so far. */
static double usual_steal(const struct bench *bench)
{
    double sorted[BENCH_STEALS];
    size_t count = bench->steal_count < BENCH_STEALS ? bench->steal_count : BENCH_STEALS;
    memcpy(sorted, bench->steals, sizeof sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    return count ? sorted[count / 2] : 0;
}

/* What the machine and the load's own threads used meanwhile. */
static void fill_path(struct bench *bench, struct generator_path *path,
                      const struct machine_counts *before, const struct load_result *result)
{
    struct machine_counts after;
    struct machine_use use;
    machine_count(&after);
    machine_used(before, &after, &use);
    bench->steals[bench->steal_count++ % BENCH_STEALS] = use.steal;
    *path = (struct generator_path){
        .rcvbuf_errors = use.rcvbuf_errors,
        .in_errors = use.in_errors,
        .csum_errors = use.csum_errors,
        .sndbuf_errors = use.sndbuf_errors,
        .softnet_drops = use.softnet_drops,
        .steal = use.steal,
        .steal_usual = usual_steal(bench),
        .cpus = after.core_count,
        .core_use = bench_core_use(result),
    };
}

static void explain(struct bench_tried *tried, const struct bench_verdict *verdict,
                    const struct load_result *result)
{
    struct text why = {0};
    if (verdict->outcome == SEARCH_INVALID)
        generator_explain(verdict->fault, result, &verdict->path, &why);
    else if (verdict->missed)
        slo_explain(verdict->missed, result, &why);
    if (result->is_cut)
        text_puts(&why, "; cut off when that was sure");
    if (!why.failed)
        snprintf(tried->why, sizeof tried->why, "%.*s", (int)why.len, why.len ? why.data : "");
    text_deinit(&why);
}

static void keep(struct bench *bench, struct bench_subject *subject, const struct bench_load *what,
                 const struct load_result *result, const struct bench_verdict *verdict)
{
    const char *word = bench_outcome_word(verdict->outcome);
    if (subject->tried_count == BENCH_TRIED_MAX)
        return;
    struct bench_tried *tried = &subject->tried[subject->tried_count++];
    *tried = (struct bench_tried){.outcome = verdict->outcome};
    bench_point_of(&tried->point, what->rate, result);
    limiter_point_of(&tried->limits, result);
    tried->point.started_ms = bench->load_started_ms + what->warmup / NS_PER_MS;
    tried->point.phase = what->phase;
    bench->loads++;
    if (!what->is_judged && verdict->outcome != SEARCH_INVALID) {
        log_why("%s at %.0f q/s (%s)", subject->resolver->text, what->rate, what->phase);
        return;
    }
    explain(tried, verdict, result);
    tried->point.verdict = word;
    log_why("%s at %.0f q/s (%s): %s%s%s", subject->resolver->text, what->rate, what->phase, word,
            tried->why[0] ? ", " : "", tried->why);
}

int bench_offer(struct bench *bench, struct load *load, struct bench_subject *subject,
                const struct bench_load *what, struct load_result *result,
                struct bench_verdict *verdict)
{
    struct machine_counts before;
    *verdict = (struct bench_verdict){.outcome = SEARCH_INVALID};
    bench->subject = subject->resolver->text;
    machine_count(&before);
    int error = bench_probe(bench, load, subject->index, what, result);
    if (error)
        return error;
    fill_path(bench, &verdict->path, &before, result);
    bench_judge(verdict, &bench->options->slo, result, &bench->rest);
    if (!what->is_judged)
        bench_judge_figures(verdict, result);
    bool is_cut =
        bench->is_stopping && bench_is_search(bench); /* a part of a trial is no verdict */
    if (result->due > 0 && !is_cut)
        keep(bench, subject, what, result, verdict);
    double whole = (double)what->length / (double)NS_PER_S;
    subject->was_late |=
        result->due == 0 && !bench->is_stopping && load_result_seconds(result) < whole;
    return 0;
}
