// SPDX-License-Identifier: BSD-2-Clause
/* Addresses that are one back end.
 *
 * 1. Those with a limit are joined where round-trip time, limit and manners are alike.
 * 2. What is joined is cut, by round-trip time, into parties of SHARING_MEMBERS_MAX at most
 *    whose rates together fit the budget.
 * 3. The party is asked together, as sharing.h says, until its back ends are known. */
#include "scan/survey_state.h"

#include <stdlib.h>

#define LIMIT_RATIO  1.35 /* two measurements of one limit */
#define RTT_RATIO    1.25
#define RTT_SLACK_US 15000 /* jitter of two medians */
#define NEAR_MAX     1024  /* compared with each one: all pairs of a long list are too many */
#define MARGIN       0.2   /* two that share lose near a half */
#define BELOW_LIMIT  0.85  /* what verdict/ramp.c confirms */
#define LENGTH       (2 * NS_PER_S)
#define SPOILT_MAX   3

struct candidate_subject {
    uint32_t subject, rtt_us, group;
    double qps;
};

static bool is_near(const struct candidate_subject *a, const struct candidate_subject *b)
{
    double low = a->rtt_us < b->rtt_us ? a->rtt_us : b->rtt_us;
    double high = a->rtt_us < b->rtt_us ? b->rtt_us : a->rtt_us;
    return high <= low * RTT_RATIO || high <= low + RTT_SLACK_US;
}

static bool is_alike(const struct survey *s, const struct candidate_subject *a,
                     const struct candidate_subject *b)
{
    const struct appraisal_facts *x = &s->subjects[a->subject].facts,
                                 *y = &s->subjects[b->subject].facts;
    double low = a->qps < b->qps ? a->qps : b->qps;
    double high = a->qps < b->qps ? b->qps : a->qps;
    return high <= low * LIMIT_RATIO && x->excess == y->excess && x->edns == y->edns &&
           x->tcp == y->tcp && x->keeps_case == y->keeps_case && x->dnssec == y->dnssec;
}

static int by_rtt(const void *a, const void *b)
{
    const struct candidate_subject *x = a, *y = b;
    if (x->rtt_us != y->rtt_us)
        return x->rtt_us < y->rtt_us ? -1 : 1;
    return x->subject < y->subject ? -1 : x->subject > y->subject;
}

/* By group, then round-trip time: those of one back end stand side by side. */
static int by_group(const void *a, const void *b)
{
    const struct candidate_subject *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return by_rtt(a, b);
}

static uint32_t root_of(struct candidate_subject *all, uint32_t i)
{
    while (all[i].group != i)
        i = all[i].group = all[all[i].group].group;
    return i;
}

/* ALL is sorted by round-trip time: only those that are near are looked at, and of a crowd the
 * nearest. */
static void join_alike(const struct survey *s, struct candidate_subject *all, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        all[i].group = i;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = i + 1; j < count && j - i <= NEAR_MAX && is_near(&all[i], &all[j]); j++) {
            if (is_alike(s, &all[i], &all[j]))
                all[root_of(all, j)].group = root_of(all, i);
        }
    }
    for (uint32_t i = 0; i < count; i++)
        all[i].group = root_of(all, i);
}

static uint32_t collect(const struct survey *s, struct candidate_subject *out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct subject *subject = &s->subjects[i];
        if (subject->facts.is_rated && subject->facts.has_limit && subject->facts.qps > 0)
            out[count++] = (struct candidate_subject){
                .subject = i, .rtt_us = survey_median_rtt_us(subject), .qps = subject->facts.qps};
    }
    return count;
}

/* Cuts sorted ALL into parties; S->parties has room for as many as there are candidates. */
static void form_parties(struct survey *s, const struct candidate_subject *all, uint32_t count)
{
    for (uint32_t i = 0; i < count;) {
        struct party *party = &s->parties[s->party_count];
        unsigned members = 0;
        double qps = 0;
        uint32_t group = all[i].group;
        while (i < count && all[i].group == group && members < SHARING_MEMBERS_MAX &&
               (members < 2 || qps + all[i].qps <= s->load_budget)) {
            party->members[members++] = all[i].subject;
            qps += all[i++].qps;
        }
        if (members < 2)
            continue;
        sharing_init(&party->sharing, members);
        s->party_count++;
    }
}

int share_begin(struct survey *s)
{
    struct candidate_subject *all = calloc(s->count, sizeof *all);
    s->parties = calloc(s->count, sizeof *s->parties);
    if (!all || !s->parties) {
        free(all);
        return ERR_NOMEM;
    }
    uint32_t count = collect(s, all);
    qsort(all, count, sizeof *all, by_rtt);
    join_alike(s, all, count);
    qsort(all, count, sizeof *all, by_group);
    form_parties(s, all, count);
    free(all);
    return 0;
}

/* --- a party's rounds --- */

static bool is_asked(uint16_t asked, unsigned member)
{
    return asked >> member & 1;
}

/* The members' common limit is the least that any of them was rated at. */
static void conclude(struct survey *s, struct party *party)
{
    const struct sharing *sharing = &party->sharing;
    party->is_over = true;
    for (unsigned i = 0; i < sharing->count; i++) {
        struct subject *subject = &s->subjects[party->members[i]];
        subject->back_end = party->members[sharing->back_end[i]];
        struct subject *first = &s->subjects[subject->back_end];
        first->facts.sharers++;
        if (subject->facts.qps < first->facts.qps)
            first->facts.qps = subject->facts.qps;
    }
    for (unsigned i = 0; i < sharing->count; i++) {
        struct subject *subject = &s->subjects[party->members[i]];
        const struct subject *first = &s->subjects[subject->back_end];
        if (first->facts.sharers < 2)
            continue;
        subject->facts.sharers = first->facts.sharers;
        subject->facts.qps = first->facts.qps;
        subject->facts.shares_with = survey_text(s, first);
    }
}

static void start_round(struct survey *s, struct party *party)
{
    uint16_t asked = sharing_next(&party->sharing);
    double qps = 0;
    for (unsigned i = 0; i < party->sharing.count; i++)
        qps += is_asked(asked, i) ? s->subjects[party->members[i]].facts.qps : 0;
    if (asked == 0)
        conclude(s, party);
    if (asked == 0 || !load_fits(s, qps))
        return;
    for (unsigned i = 0; i < party->sharing.count; i++) {
        uint32_t member = party->members[i];
        if (is_asked(asked, i))
            load_start(s, member, s->subjects[member].facts.qps, LENGTH);
    }
    party->is_running = true;
}

static double carried_late(const struct subject *subject)
{
    double seconds = load_late_seconds(&subject->load);
    return seconds > 0 ? subject->load.halves[1].answered / seconds : 0;
}

static void note_round(struct survey *s, struct party *party)
{
    uint16_t asked = sharing_next(&party->sharing), troubled = 0;
    double served = 0, limits = 0;
    bool is_spoilt = false;
    party->is_running = false;
    for (unsigned i = 0; i < party->sharing.count; i++) {
        const struct subject *subject = &s->subjects[party->members[i]];
        const struct ramp_half *late = &subject->load.halves[1];
        if (!is_asked(asked, i))
            continue;
        is_spoilt |= subject->load.is_spoilt;
        if (!ramp_is_beyond(&subject->ramp, MARGIN, late->sent, late->sent - late->answered))
            continue;
        troubled = (uint16_t)(troubled | 1u << i);
        served += carried_late(subject);
        limits += subject->facts.qps / BELOW_LIMIT;
    }
    if (is_spoilt && party->spoilt++ < SPOILT_MAX)
        return; /* the same again */
    double one = troubled ? limits / __builtin_popcount(troubled) : 1;
    sharing_note(&party->sharing, troubled, served / one);
}

/* Sends for those that are asked; true when all of them are done. */
static bool run_round(struct survey *s, struct party *party, bool *has_room)
{
    uint16_t asked = sharing_next(&party->sharing);
    bool is_done = true;
    unsigned first = rng_below(&s->rng, party->sharing.count); /* nobody is always before others */
    for (unsigned n = 0; n < party->sharing.count; n++) {
        unsigned i = (first + n) % party->sharing.count;
        if (!is_asked(asked, i))
            continue;
        if (*has_room)
            *has_room = load_send(s, party->members[i]);
        (void)load_end(s, party->members[i]);
        is_done &= !s->subjects[party->members[i]].load.is_on;
    }
    return is_done;
}

bool share_step(struct survey *s)
{
    bool has_room = true;
    for (size_t i = 0; i < s->party_count; i++) {
        struct party *party = &s->parties[i];
        if (party->is_over)
            continue;
        if (!party->is_running)
            start_round(s, party);
        else if (run_round(s, party, &has_room))
            note_round(s, party);
    }
    return has_room;
}

bool share_is_over(const struct survey *s)
{
    for (size_t i = 0; i < s->party_count; i++) {
        if (!s->parties[i].is_over)
            return false;
    }
    return true;
}
