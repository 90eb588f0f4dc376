// SPDX-License-Identifier: BSD-2-Clause
/* The search for rates: a ramp for each resolver worth it (verdict/ramp.h), as many at a
 * time as the budget allows. Others are not loaded at all.
 *
 * Addresses of one back end that climb at the same time disturb each other, and each finds a
 * part of their limit. So those that have a limit climb once more from where they are, in
 * turns: neighbours by round-trip time, as such addresses are, in different ones. */
#include "scan/survey_state.h"

#include <stdlib.h>

#define TURNS      6
#define SPOILT_MAX 3 /* steps done again when the machine was the limit; then they count */

/* The first known name that it answered with data or NODATA. */
static uint32_t choose_home(const struct survey *s, const struct subject *subject)
{
    uint32_t denied = SURVEY_NONE;
    for (uint32_t i = 0; i < s->checks.known_count; i++) {
        const struct record *record = &subject->records[i];
        if (record->has_vote && record->vote.kind != VOTE_DENIAL)
            return i;
        if (record->has_vote && denied == SURVEY_NONE)
            denied = i;
    }
    return denied; /* it denies whatever exists elsewhere: an answer all the same */
}

void rate_begin(struct survey *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct subject *subject = &s->subjects[i];
        subject->is_rated = true;
        if (!subject->records || !appraisal_is_usable(&subject->facts))
            continue;
        subject->home = choose_home(s, subject);
        if (subject->home == SURVEY_NONE)
            continue;
        subject->is_rated = false;
        ramp_init(&subject->ramp, s->resolver_qps, subject->facts.tries,
                  subject->facts.silent + subject->facts.servfails);
    }
}

static void note_step(struct subject *subject)
{
    const struct load *load = &subject->load;
    bool had_limit = subject->ramp.has_limit;
    if (load->is_spoilt && subject->spoilt < SPOILT_MAX) {
        subject->spoilt++;
        return;
    }
    ramp_note(&subject->ramp, load->halves, load_late_seconds(load));
    if (!subject->ramp.has_limit) { /* nothing wrong at that rate: so many more tries */
        subject->facts.tries += load->sent;
        subject->facts.silent += load->failures[EXCESS_DROPPED];
        subject->load_servfails += load->failures[EXCESS_SERVFAILED];
    }
    if (subject->ramp.has_limit && !had_limit) {
        subject->facts.excess = EXCESS_DROPPED;
        for (int kind = EXCESS_DROPPED; kind <= EXCESS_SERVFAILED; kind++) {
            if (load->failures[kind] > load->failures[subject->facts.excess])
                subject->facts.excess = (enum appraisal_excess)kind;
        }
    }
    if (subject->ramp.phase != RAMP_DONE)
        return;
    subject->is_rated = subject->facts.is_rated = true;
    subject->facts.qps = subject->ramp.qps;
    subject->facts.has_limit = subject->ramp.has_limit;
}

/* --- once more, in turns --- */

struct limited {
    uint32_t subject, rtt_us;
};

static int by_rtt(const void *a, const void *b)
{
    const struct limited *x = a, *y = b;
    if (x->rtt_us != y->rtt_us)
        return x->rtt_us < y->rtt_us ? -1 : 1;
    return x->subject < y->subject ? -1 : x->subject > y->subject;
}

int rate_begin_turns(struct survey *s)
{
    struct limited *all = calloc(s->count, sizeof *all);
    if (!all)
        return ERR_NOMEM;
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct subject *subject = &s->subjects[i];
        if (subject->facts.is_rated && subject->facts.has_limit)
            all[count++] = (struct limited){i, survey_median_rtt_us(subject)};
    }
    qsort(all, count, sizeof *all, by_rtt);
    for (uint32_t i = 0; i < count && count > 1; i++)
        s->subjects[all[i].subject].turn = 1 + i % TURNS;
    free(all);
    s->rate_turn = 0;
    return 0;
}

bool rate_next_turn(struct survey *s)
{
    if (s->rate_turn == TURNS)
        return false;
    s->rate_turn++;
    for (uint32_t i = 0; i < s->count; i++) {
        struct subject *subject = &s->subjects[i];
        if (subject->turn != s->rate_turn)
            continue;
        subject->is_rated = false;
        ramp_resume(&subject->ramp);
    }
    return true;
}

bool rate_step(struct survey *s, uint32_t index)
{
    struct subject *subject = &s->subjects[index];
    if (subject->is_rated)
        return true;
    if (subject->load.is_on) {
        bool has_room = load_send(s, index);
        if (load_end(s, index))
            note_step(subject);
        return has_room;
    }
    struct ramp_step step = ramp_step(&subject->ramp);
    if (load_fits(s, step.qps)) /* or later */
        load_start(s, index, step.qps, step.length);
    return true;
}
