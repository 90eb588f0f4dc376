// SPDX-License-Identifier: BSD-2-Clause
#include "scan/supervise.h"

#include "base/log.h"
#include "out/report.h"
#include "scan/display.h"
#include "scan/signals.h"
#include "scan/tally.h"

#define LOOK_EVERY    (20 * NS_PER_MS) /* hits are written, signals and limits seen this soon */
#define ANSWER_WITHIN (5 * NS_PER_S)   /* of the first query, or there is no usable resolver */
#define SILENCE_MAX   (30 * NS_PER_S)  /* all were usable once, none is any more */
#define SMOOTHING     0.3              /* weight of the newest interval in the shown rates */

struct watch {
    struct run *run;
    struct worker *const *workers;
    struct run_end *end;
    mono_ns started, first_query, last_answer;
    uint64_t usable_answers;

    struct display display;
    struct tally shown;
    double qps, decided_ps, answered_share;
};

/* --- progress --- */

static void smooth(double *value, double sample)
{
    *value = *value == 0 ? sample : *value + SMOOTHING * (sample - *value);
}

static struct progress progress_of(struct watch *watch, const struct tally *t, double seconds)
{
    uint64_t answered = t->answers - watch->shown.answers;
    uint64_t ended = answered + t->timeouts - watch->shown.timeouts;
    smooth(&watch->qps, (double)(t->queries - watch->shown.queries) / seconds);
    smooth(&watch->decided_ps, (double)(t->decided - watch->shown.decided) / seconds);
    if (ended > 0)
        smooth(&watch->answered_share, (double)answered / (double)ended);
    struct source_estimate estimate = watch->run->source->ops->estimate(watch->run->source);
    struct progress p = {
        .is_total_known = estimate.is_known,
        .total = estimate.total,
        .done = t->decided,
        .hits = t->names,
        .unresolved = t->unresolved,
        .resolvers = watch->run->fleet.count - t->resolvers_benched,
        .benched = t->resolvers_benched,
        .sent_qps = watch->qps,
        .answered_share = watch->answered_share,
    };
    if (estimate.is_known && watch->decided_ps > 0 && estimate.total >= t->decided) {
        p.is_eta_known = true;
        p.eta_s = (double)(estimate.total - t->decided) / watch->decided_ps;
    }
    return p;
}

static void show_progress(struct watch *watch, const struct tally *t, mono_ns now)
{
    double seconds = display_due(&watch->display, now);
    if (seconds == 0)
        return;
    struct progress p = progress_of(watch, t, seconds);
    display_progress(&watch->display, &p);
    watch->shown = *t;
}

/* --- watching --- */

static void look_at_signals(struct watch *watch)
{
    if (signals_count() == 0)
        return;
    if (watch->end->signal == 0) {
        watch->end->signal = signals_first();
        run_raise_stop(watch->run, RUN_DRAIN);
        log_note("stopping: waiting for what is in flight; once more ends at once");
    }
    if (signals_count() > 1)
        run_raise_stop(watch->run, RUN_NOW);
}

static void look_at_answers(struct watch *watch, const struct tally *t, mono_ns now)
{
    if (t->queries > 0 && watch->first_query == 0)
        watch->first_query = watch->last_answer = now;
    if (t->usable_answers > watch->usable_answers) {
        watch->usable_answers = t->usable_answers;
        watch->last_answer = now;
    }
    if (watch->first_query == 0 || watch->end->is_unanswered)
        return;
    bool is_never = t->usable_answers == 0 && now - watch->first_query > ANSWER_WITHIN;
    bool is_silent = now - watch->last_answer > SILENCE_MAX && t->decided < t->candidates &&
                     t->resolvers_benched >= watch->run->fleet.count;
    if (!is_never && !is_silent)
        return;
    watch->end->is_unanswered = true;
    run_raise_stop(watch->run, RUN_NOW);
}

static void look_at_time(struct watch *watch, mono_ns now)
{
    mono_ns limit = watch->run->params->time_max;
    if (limit == 0 || now - watch->started < limit || watch->end->is_time_over)
        return;
    if (run_stop_of(watch->run) == RUN_ON) {
        watch->end->is_time_over = true;
        run_raise_stop(watch->run, RUN_DRAIN);
    }
}

static void look_at_output(struct watch *watch, int error)
{
    if (error == 0 || watch->end->is_closed || watch->end->is_failed)
        return;
    watch->end->is_closed = error == ERR_CLOSED;
    watch->end->is_failed = error != ERR_CLOSED;
    run_raise_stop(watch->run, RUN_NOW);
}

void supervise(struct run *run, struct worker *const *workers, struct run_end *out)
{
    mono_ns now = clock_mono_ns();
    struct watch watch = {
        .run = run,
        .workers = workers,
        .end = out,
        .started = now,
    };
    display_init(&watch.display, run->params, now);
    while (atomic_load(&run->workers_on) > 0) {
        look_at_output(&watch, writer_write(run->writer, LOOK_EVERY));
        now = clock_mono_ns();
        struct tally t = tally_now(run, workers);
        look_at_signals(&watch);
        look_at_time(&watch, now);
        look_at_answers(&watch, &t, now);
        show_progress(&watch, &t, now);
    }
    out->signal = signals_first(); /* the workers may have seen it before this thread */
    log_paint("");
}
