// SPDX-License-Identifier: BSD-2-Clause
/* Each phase has a function that takes what the trials so far say about the rate being tried,
 * and sets the next rate. How many trials there can be is bounded: six a rate at most (one
 * met, two missed, two invalid, and one that decides), three more before any was met, so many
 * reopenings, so many soaks; and all of that so many times more, where what lies beyond the rate
 * found was met. */
#include "verdict/search.h"

#include <math.h>

#define AGREE          2 /* trials, for a verdict */
#define AGREE_UPWARD   3 /* misses, where the ramp would end */
#define AGREE_SOAK     3 /* misses, where the bracket's word would be gone back on */
#define INVALID_MAX    3 /* trials that say nothing, at a rate */
#define INVALID_FIRST  6 /* the same before any rate was met: the machine may be busy */
#define REOPENINGS_MAX 5
#define BISECTIONS_MAX 32 /* trials */
#define SOAKS_MAX      6
#define REVIVALS_MAX   2
#define SOAK_STEP      0.02 /* the first two steps down; the next are twice the one before */
#define POINTS_SPARED  ((REVIVALS_MAX + 1) * (SOAKS_MAX * (AGREE_SOAK + INVALID_MAX) + BEYOND_STEPS))

static const double beyond_shares[] = {1.25, 1.5};
#define BEYOND_STEPS (sizeof beyond_shares / sizeof *beyond_shares)

static void try_at(struct search *search, enum search_phase phase, enum search_aim aim, double rate)
{
    search->phase = phase;
    search->aim = aim;
    search->at = rate;
    search->met = search->missed = search->invalid = 0;
}

void search_init(struct search *search, const struct search_params *params)
{
    *search = (struct search){.params = *params};
    struct search_params *p = &search->params;
    if (!(p->ceiling > 0) || p->ceiling > SEARCH_RATE_MAX)
        p->ceiling = SEARCH_RATE_MAX;
    p->floor = fmin(fmax(p->floor, 1e-3), p->ceiling);
    p->start = fmin(fmax(p->start, p->floor), p->ceiling);
    try_at(search, SEARCH_RAMP, SEARCH_MIDDLE, p->start);
}

bool search_next(const struct search *search, struct search_trial *out)
{
    unsigned tried = search->met + search->missed + search->invalid;
    *out = (struct search_trial){.phase = search->phase,
                                 .rate = search->at,
                                 .length = search->params.length,
                                 .may_be_cut = search->phase < SEARCH_SOAK && search->missed == 0};
    if (search->phase == SEARCH_SOAK)
        out->length = search->params.soak;
    if (search->phase == SEARCH_RAMP && tried == 0)
        out->length = search->params.length / 4;
    return search->phase != SEARCH_DONE;
}

/* --- the end --- */

static void go_beyond(struct search *search)
{
    for (; search->step < BEYOND_STEPS; search->step++) {
        double rate = search->held * beyond_shares[search->step];
        if (rate > search->params.ceiling)
            continue;
        try_at(search, SEARCH_BEYOND, SEARCH_MIDDLE, rate);
        return;
    }
    search->phase = SEARCH_DONE;
}

static void finish(struct search *search, enum search_end end)
{
    search->end = end;
    search->step = end == SEARCH_FOUND && search->params.goes_beyond ? 0 : BEYOND_STEPS;
    go_beyond(search);
}

static void start_soak(struct search *search)
{
    double rate = search->good;
    if (search->bad > 0)
        rate = fmin(rate, SEARCH_SOAK_SHARE * search->bad);
    try_at(search, SEARCH_SOAK, SEARCH_MIDDLE, fmax(rate, search->params.floor));
}

static void learn_soak(struct search *search)
{
    if (search->met > 0) {
        search->held = search->at;
        bool is_first = search->soaks == 0;
        if (is_first && search->bad > 0 && search->is_bad_the_generator)
            finish(search, SEARCH_GENERATOR);
        else if (is_first && !(search->bad > 0))
            finish(search, SEARCH_CEILING);
        else
            finish(search, SEARCH_FOUND);
        return;
    }
    bool is_invalid = search->invalid >= INVALID_MAX;
    if (search->missed < AGREE_SOAK && !is_invalid)
        return;
    if (++search->soaks == SOAKS_MAX || search->at <= search->params.floor) {
        finish(search, is_invalid ? SEARCH_GENERATOR : SEARCH_NONE);
        return;
    }
    double down = SOAK_STEP * (search->soaks > 2 ? (double)(1u << (search->soaks - 2)) : 1);
    try_at(search, SEARCH_SOAK, SEARCH_MIDDLE, fmax(search->at * (1 - down), search->params.floor));
}

/* --- ramp and bisection --- */

/* How often there was OUTCOME at RATE. */
static unsigned count_at(const struct search *search, double rate, enum search_outcome outcome)
{
    unsigned count = 0;
    for (size_t i = 0; i < search->point_count; i++) {
        const struct search_point *point = &search->points[i];
        count += point->outcome == outcome && !(point->rate < rate) && !(point->rate > rate);
    }
    return count;
}

static void set_bad(struct search *search, double rate, bool is_the_generator)
{
    search->bad = rate;
    search->is_bad_the_generator = is_the_generator;
    search->is_bad_confirmed = false;
}

static void set_good(struct search *search, double rate, bool is_confirmed)
{
    search->good = rate;
    search->is_good_confirmed = is_confirmed;
}

/* The next question about the bracket. */
static void close_in(struct search *search)
{
    bool has_bad = search->bad > 0;
    double grain = search->is_bad_the_generator ? SEARCH_GRAIN_INVALID : SEARCH_GRAIN;
    bool is_closed = !has_bad || search->bad <= search->good * (1 + grain);
    bool is_enough = search->bisections >= BISECTIONS_MAX;
    if (!is_closed && !is_enough)
        try_at(search, SEARCH_BISECT, SEARCH_MIDDLE, sqrt(search->good * search->bad));
    else if (!is_enough && !search->is_good_confirmed)
        try_at(search, SEARCH_BISECT, SEARCH_GOOD_END, search->good);
    else if (!is_enough && has_bad && !search->is_bad_confirmed &&
             search->reopened < REOPENINGS_MAX)
        try_at(search, SEARCH_BISECT, SEARCH_BAD_END, search->bad);
    else
        start_soak(search);
}

/* Nothing is known to be met: the lowest of all is left to try. */
static void fall_to_floor(struct search *search)
{
    search->good = 0;
    if (search->bad > search->params.floor)
        try_at(search, SEARCH_RAMP, SEARCH_MIDDLE, search->params.floor);
    else
        finish(search, search->is_bad_the_generator ? SEARCH_GENERATOR : SEARCH_NONE);
}

static void climb(struct search *search)
{
    double next = fmin(search->good * SEARCH_GROWTH, search->params.ceiling);
    try_at(search, SEARCH_RAMP, SEARCH_MIDDLE, next);
}

/* RISEN was met, though it or less had missed: the next that missed, above, ends the bracket. */
static void rise_to(struct search *search, double risen, bool is_confirmed)
{
    double next = 0;
    bool is_next_the_generator = false;
    for (size_t i = 0; i < search->point_count; i++) {
        double rate = search->points[i].rate;
        bool is_generator = count_at(search, rate, SEARCH_INVALID) >= INVALID_MAX &&
                            count_at(search, rate, SEARCH_MET) == 0;
        bool is_missed = count_at(search, rate, SEARCH_MISSED) > count_at(search, rate, SEARCH_MET);
        if (rate > risen && (is_generator || is_missed) && (!(next > 0) || rate < next)) {
            next = rate;
            is_next_the_generator = is_generator;
        }
    }
    set_good(search, risen, is_confirmed);
    set_bad(search, next, is_next_the_generator);
    if (next > 0)
        close_in(search);
    else
        climb(search);
}

static void withdraw_bad(struct search *search)
{
    search->reopened++;
    rise_to(search, search->bad, true);
}

/* Above the bracket all had missed. Met there, they had a bad moment that outlasted all trials
 * about it, and the rate found is of no worth. */
static void learn_beyond(struct search *search, enum search_outcome outcome)
{
    double rate = search->at;
    bool is_news = outcome == SEARCH_MET && search->bad > 0 && rate > search->bad;
    if (!is_news || search->revivals == REVIVALS_MAX) {
        search->step++;
        go_beyond(search);
        return;
    }
    search->revivals++;
    search->reopened = search->bisections = search->soaks = 0;
    search->held = 0;
    rise_to(search, rate, false);
}

/* What had been met once was missed: the highest below that was met takes its place. */
static void withdraw_good(struct search *search, bool is_the_generator)
{
    double next = 0;
    set_bad(search, search->good, is_the_generator);
    for (size_t i = 0; i < search->point_count; i++) {
        double rate = search->points[i].rate;
        bool is_met = count_at(search, rate, SEARCH_MET) > count_at(search, rate, SEARCH_MISSED);
        if (rate < search->bad && is_met)
            next = fmax(next, rate);
    }
    set_good(search, next, false);
    if (next > 0)
        close_in(search);
    else
        fall_to_floor(search);
}

static void learn_ramp(struct search *search, enum search_outcome verdict)
{
    if (verdict == SEARCH_MET) {
        set_good(search, search->at, false);
        if (search->bad > 0 || search->at >= search->params.ceiling)
            close_in(search);
        else
            climb(search);
        return;
    }
    set_bad(search, search->at, verdict == SEARCH_INVALID);
    if (search->good > 0)
        close_in(search);
    else
        fall_to_floor(search);
}

static void learn_bisect(struct search *search, enum search_outcome verdict)
{
    bool is_met = verdict == SEARCH_MET, is_invalid = verdict == SEARCH_INVALID;
    if (search->aim == SEARCH_BAD_END && is_met) {
        withdraw_bad(search);
        return;
    }
    if (search->aim == SEARCH_GOOD_END && !is_met) {
        withdraw_good(search, is_invalid);
        return;
    }
    if (is_met) {
        set_good(search, search->at, search->met > 1 || search->aim == SEARCH_GOOD_END);
    } else {
        bool is_again = search->aim == SEARCH_BAD_END;
        set_bad(search, search->at, is_invalid && (!is_again || search->is_bad_the_generator));
        search->is_bad_confirmed = is_again;
    }
    close_in(search);
}

/* --- trials --- */

/* What the trials at this rate say by now; false: one more is needed. */
static bool judge(const struct search *search, enum search_outcome *out)
{
    bool is_ramp = search->phase == SEARCH_RAMP;
    bool is_enough = search->missed == 0 && search->aim != SEARCH_BAD_END;
    if (search->met >= AGREE || (is_enough && search->met > 0))
        *out = SEARCH_MET;
    else if (search->missed >= (is_ramp ? AGREE_UPWARD : AGREE))
        *out = SEARCH_MISSED;
    else if (search->invalid >= (search->good > 0 ? INVALID_MAX : INVALID_FIRST))
        *out = SEARCH_INVALID;
    else
        return false;
    return true;
}

/* The search is to end before what it notes does: with the best there is. */
static void cut_short(struct search *search)
{
    if (search->good > 0)
        start_soak(search);
    else
        finish(search, SEARCH_NONE);
}

static void note(struct search *search, enum search_outcome outcome)
{
    search->met += outcome == SEARCH_MET;
    search->missed += outcome == SEARCH_MISSED;
    search->invalid += outcome == SEARCH_INVALID;
    search->bisections += search->phase == SEARCH_BISECT;
    search->points[search->point_count++] =
        (struct search_point){search->at, outcome, search->phase};
}

void search_learn(struct search *search, enum search_outcome outcome)
{
    enum search_outcome verdict = outcome;
    if (search->phase == SEARCH_DONE)
        return;
    note(search, outcome);
    if (search->phase == SEARCH_SOAK) {
        learn_soak(search);
    } else if (search->phase == SEARCH_BEYOND) {
        learn_beyond(search, outcome);
    } else if (search->point_count >= SEARCH_POINTS_MAX - POINTS_SPARED) {
        cut_short(search);
    } else if (judge(search, &verdict)) {
        if (search->phase == SEARCH_RAMP)
            learn_ramp(search, verdict);
        else
            learn_bisect(search, verdict);
    }
}

double search_rate(const struct search *search)
{
    return search->held;
}

const char *search_end_text(enum search_end end)
{
    static const char *const texts[] = {
        [SEARCH_FOUND] = "higher rates missed the objective",
        [SEARCH_CEILING] = "the highest rate allowed met the objective",
        [SEARCH_GENERATOR] = "beyond that the generator was the limit",
        [SEARCH_NONE] = "no rate met the objective and held",
    };
    return texts[end];
}
