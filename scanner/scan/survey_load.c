// SPDX-License-Identifier: BSD-2-Clause
/* Sending to one resolver at a rate, for a while, and counting what comes back.
 *
 *   start --length over--> waits for what is open --> end
 *
 * What is sent asks for a name that the resolver has just told, so that it answers from
 * its cache and no zone feels the load. All loads together stay within the budget. */
#include "scan/survey_state.h"

#define SEND_MAX    16                /* of one load a look: what is behind is forgiven */
#define WAIT_MIN    (500 * NS_PER_MS) /* the machine's own delays are no loss */
#define WAIT_EXTRA  (100 * NS_PER_MS)
#define EARLY_STEPS 1024
#define SENT_SHARE  0.8 /* of what was planned, or the machine was too slow */

bool load_fits(const struct survey *s, double qps)
{
    return s->load_granted <= 0 || s->load_granted + qps <= s->load_budget;
}

void load_start(struct survey *s, uint32_t index, double qps, mono_ns length)
{
    struct load *load = &s->subjects[index].load;
    s->load_granted += qps;
    uint32_t serial = load->serial + 1;
    *load = (struct load){.is_on = true,
                          .qps = qps,
                          .started = s->now,
                          .length = length,
                          .serial = serial,
                          .early = 1,
                          .drops_before = wire_drops(s->wire)};
}

static mono_ns wait_of(const struct survey *s, const struct subject *subject)
{
    mono_ns wait = 4 * (mono_ns)survey_median_rtt_us(subject) * NS_PER_US + WAIT_EXTRA;
    wait = wait < WAIT_MIN ? WAIT_MIN : wait;
    return wait < s->params->timeout ? wait : s->params->timeout;
}

/* Each query is early by a part of an interval, drawn anew: loads in step with one another
 * would get all or nothing of what a limiter grants. */
static uint32_t due_count(const struct load *load, mono_ns now)
{
    double planned = (double)(now - load->started) / (double)NS_PER_S * load->qps + load->early;
    double due = planned - (double)load->sent;
    return due < 0 ? 0 : due > SEND_MAX ? SEND_MAX : (uint32_t)due;
}

bool load_send(struct survey *s, uint32_t index)
{
    struct subject *subject = &s->subjects[index];
    struct load *load = &subject->load;
    if (!load->is_on || load->sending_ended)
        return true;
    if (s->now - load->started >= load->length) {
        load->sending_ended = s->now;
        return true;
    }
    struct errand errand = {.subject = index,
                            .check = (uint16_t)subject->home,
                            .is_load = true,
                            .half = s->now - load->started >= load->length / 2,
                            .serial = load->serial};
    mono_ns wait = wait_of(s, subject);
    for (uint32_t due = due_count(load, s->now); due > 0; due--) {
        enum survey_sending sending = survey_send(s, &errand, wait, QUERY_EDNS);
        if (sending != SURVEY_SENT)
            return sending == SURVEY_LATER;
        load->sent++;
        load->open++;
        load->halves[errand.half].sent++;
        load->early = rng_below(&s->rng, EARLY_STEPS) / (double)EARLY_STEPS;
    }
    return true;
}

void load_note(struct survey *s, const struct errand *errand, const struct answer *answer)
{
    struct subject *subject = &s->subjects[errand->subject];
    struct load *load = &subject->load;
    if (errand->serial != load->serial || !load->is_on)
        return;
    load->open--;
    if (answer && (answer->kind <= ANSWER_NXDOMAIN || answer->kind == ANSWER_TRUNCATED)) {
        load->halves[errand->half].answered++;
        return;
    }
    load->failures[!answer                           ? EXCESS_DROPPED
                   : answer->kind == ANSWER_SERVFAIL ? EXCESS_SERVFAILED
                                                     : EXCESS_REFUSED]++;
}

double load_late_seconds(const struct load *load)
{
    mono_ns late = load->sending_ended - load->started - load->length / 2;
    return late > 0 ? (double)late / (double)NS_PER_S : 0;
}

bool load_end(struct survey *s, uint32_t index)
{
    struct load *load = &s->subjects[index].load;
    if (!load->is_on || !load->sending_ended || load->open > 0)
        return false;
    double planned = load->qps * (double)load->length / (double)NS_PER_S;
    bool is_short = (double)load->sent < SENT_SHARE * planned - 2;
    load->is_spoilt = is_short || wire_drops(s->wire) > load->drops_before;
    load->is_on = false;
    s->load_granted -= load->qps;
    return true;
}
