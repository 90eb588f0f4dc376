// SPDX-License-Identifier: BSD-2-Clause
/* Searches side by side: in each round one trial of every search that is not done, in random
 * order, so that what the machine does meanwhile hits all alike. */
#include "base/log.h"
#include "scan/bench_state.h"

static const char *const phases[] = {
    [SEARCH_RAMP] = "ramp",     [SEARCH_BISECT] = "bisect", [SEARCH_SOAK] = "soak",
    [SEARCH_BEYOND] = "beyond", [SEARCH_DONE] = "done",
};

/* The soak is what the report shows, or for want of one the load that came last. */
static struct load_result *room_for(struct bench *bench, struct bench_subject *subject,
                                    enum search_phase phase)
{
    bool is_kept = phase == SEARCH_SOAK || (!subject->has_kept && phase != SEARCH_BEYOND);
    return is_kept ? &subject->kept : &bench->scratch;
}

/* Not even the first rate could be offered: the machine has no time for us, and lower rates would
 * only tell by how much. */
static void give_up_early(struct search *search)
{
    if (search->good > 0 || !(search->bad > 0) || !search->is_bad_the_generator)
        return;
    search->phase = SEARCH_DONE;
    search->end = SEARCH_GENERATOR;
}

/* The ramp goes up in steps that leave no queue behind until the last: half of it is enough. */
static mono_ns warmup_of(const struct bench *bench, enum search_phase phase)
{
    if (bench->options->has_warmup)
        return bench->options->warmup;
    return phase == SEARCH_RAMP ? BENCH_TRIAL_WARMUP / 2 : BENCH_TRIAL_WARMUP;
}

/* One trial, where there is one more. */
static int try_once(struct bench *bench, struct load *load, struct bench_subject *subject,
                    bool *is_done)
{
    struct bench_verdict verdict;
    struct search_trial trial;
    *is_done = !search_next(&subject->search, &trial);
    if (*is_done)
        return 0;
    struct bench_load what = {
        .phase = phases[trial.phase],
        .rate = trial.rate,
        .arrival = bench->arrival,
        .length = trial.length,
        .warmup = warmup_of(bench, trial.phase),
        .is_judged = true,
        .is_for_verdict = trial.phase < SEARCH_SOAK,
        .may_be_cut = trial.may_be_cut,
    };
    if (trial.phase != SEARCH_SOAK && bench->options->duration == 0 && !subject->is_echo)
        what.length = (mono_ns)((double)bench_trial_length(trial.rate) * (double)trial.length /
                                (double)BENCH_TRIAL_LENGTH);
    what.length = bench_fill_length(what.length, trial.rate);
    bench->best = subject->search.good;
    struct load_result *result = room_for(bench, subject, trial.phase);
    if (result == &subject->kept)
        what.column = subject->column = bench_column(bench->options->interval, what.length);
    int error = bench_offer(bench, load, subject, &what, result, &verdict);
    if (error || bench->is_stopping)
        return error;
    if (result == &subject->kept)
        subject->verdict = verdict;
    subject->has_kept |= trial.phase == SEARCH_SOAK;
    search_learn(&subject->search, verdict.outcome);
    give_up_early(&subject->search);
    return 0;
}

static bool has_time(const struct bench *bench)
{
    return bench->search_end == 0 || clock_mono_ns() < bench->search_end;
}

int bench_search(struct bench *bench, struct load *load, struct bench_subject *subjects,
                 size_t count, const struct search_params *params)
{
    uint32_t order[LOAD_TARGETS_MAX];
    bool is_done[LOAD_TARGETS_MAX] = {false};
    size_t open = 0;
    int error = 0;
    for (size_t i = 0; i < count; i++) {
        search_init(&subjects[i].search, params);
        is_done[i] = subjects[i].is_left_out;
        open += !is_done[i];
    }
    while (open > 0 && !error && has_time(bench) && !bench_should_stop(bench)) {
        bench_shuffle(order, count, &bench->rng);
        for (size_t i = 0; i < count && !error && !bench->is_stopping; i++) {
            uint32_t at = order[i];
            if (is_done[at])
                continue;
            error = try_once(bench, load, &subjects[at], &is_done[at]);
            open -= is_done[at];
        }
    }
    return error;
}

int bench_search_targets(struct bench *bench)
{
    const struct bench_params *options = bench->options;
    mono_ns length = options->duration ? options->duration : BENCH_TRIAL_LENGTH;
    const struct search_params params = {
        .start = bench_start_rate((double)options->rate_max),
        .floor = bench_floor_rate((double)options->rate_max),
        .ceiling = (double)options->rate_max,
        .length = length,
        .soak = BENCH_SOAK_TRIALS * length,
        .goes_beyond = true,
    };
    return bench_search(bench, bench->load, bench->subjects, bench->subject_count, &params);
}
