// SPDX-License-Identifier: BSD-2-Clause
/* From what everybody said to everybody's facts.
 *
 *  1. Who gives one datum for random names of unrelated realms rewrites, whatever others say.
 *     When nobody denies and all agree, it is the path that does.
 *  2. Each random name is voted on by the rest: data for one that most deny are made up, and
 *     so is NOERROR without any.
 *  3. A known name stands when more have it than deny it; who denied it twice hides it.
 *  4. Where nearly all who gave addresses for a name agree, the few others are foreign.
 *  5. A zone is refused by whoever only ever refused its apex.
 *  6. Traits are told by comparison where the zone decides: signatures only where anybody
 *     got some. */
#include "scan/survey_state.h"

#include <stdlib.h>

/* Of those who gave data, in one group: the name is not served by place. With one who differs
 * that takes three who agree. */
#define AGREE_SHARE   0.7
#define FOREIGN_SHARE 0.1 /* a group this small stands apart */
#define PLAIN_MIN     3   /* replies without OPT that are no accident */

static const struct record *record_of(const struct survey *s, uint32_t subject, size_t check)
{
    const struct subject *of = &s->subjects[subject];
    return of->records ? &of->records[check] : NULL;
}

/* The votes on one check of all that are not convicted; VOTES has room for all. */
static size_t collect(const struct survey *s, size_t check, struct vote *votes)
{
    size_t count = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct record *record = record_of(s, i, check);
        if (!record || !record->has_vote || s->subjects[i].is_convicted)
            continue;
        votes[count] = record->vote;
        votes[count].voter = i;
        votes[count++].realm = s->checks.items[check].realm;
    }
    return count;
}

/* --- 1: the same everywhere --- */

/* One subject's votes on random names; VOTES has room for every check. */
static size_t collect_random(const struct survey *s, uint32_t subject, struct vote *votes)
{
    size_t count = 0;
    for (size_t i = s->checks.known_count; i < s->checks.count; i++) {
        const struct record *record = record_of(s, subject, i);
        if (!record || !record->has_vote || s->checks.items[i].kind != CHECK_RANDOM)
            continue;
        votes[count] = record->vote;
        votes[count].voter = subject;
        votes[count++].realm = s->checks.items[i].realm;
    }
    return count;
}

static void convict_repeaters(struct survey *s, struct vote *votes)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct subject *subject = &s->subjects[i];
        size_t count = collect_random(s, i, votes);
        subject->is_convicted = vote_repeats(votes, count);
        for (size_t v = 0; v < count; v++) {
            subject->facts.random_names++;
            subject->facts.rewritten += subject->is_convicted && votes[v].kind == VOTE_DATA;
        }
    }
}

/* Whether all of those who say anything are taken in alike. */
static int look_for_interception(struct survey *s)
{
    size_t count = 0, random_count = s->checks.count - s->checks.known_count;
    struct vote *votes = calloc((size_t)s->count * random_count + 1, sizeof *votes);
    if (!votes)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < s->count; i++)
        count += collect_random(s, i, votes + count);
    s->is_intercepted = vote_is_intercepted(votes, count);
    for (uint32_t i = 0; i < s->count && s->is_intercepted; i++)
        s->subjects[i].facts.is_intercepted = s->subjects[i].is_alive;
    free(votes);
    return 0;
}

/* --- 2 to 4: name by name --- */

static int judge_random(struct survey *s, struct vote *votes, size_t count)
{
    struct vote_result result;
    size_t blank = 0;
    int error = vote_judge(votes, count, &result);
    for (size_t v = 0; v < count; v++)
        blank += votes[v].kind == VOTE_NODATA;
    if (error != 0 || result.finding == VOTE_WILDCARD || result.denier_count == 0)
        return error;
    for (size_t v = 0; v < count; v++) {
        struct appraisal_facts *facts = &s->subjects[votes[v].voter].facts;
        bool has_data = votes[v].kind == VOTE_DATA;
        facts->rewritten += has_data && result.finding == VOTE_NO_SUCH_NAME;
        facts->disputed += has_data && result.finding == VOTE_OPEN;
        facts->undenied += votes[v].kind == VOTE_NODATA && result.finding == VOTE_NO_SUCH_NAME &&
                           result.denier_count > blank;
    }
    return 0;
}

static int compare_data(struct survey *s, const struct vote *votes, size_t count)
{
    size_t givers = 0, largest = 0;
    size_t *sizes = calloc(count + 1, sizeof *sizes);
    int error = sizes ? vote_group_sizes(votes, count, sizes) : ERR_NOMEM;
    for (size_t v = 0; v < count && error == 0; v++) {
        givers += votes[v].kind == VOTE_DATA;
        largest = sizes[v] > largest ? sizes[v] : largest;
    }
    bool is_agreed = (double)largest >= AGREE_SHARE * (double)givers;
    for (size_t v = 0; v < count && error == 0 && is_agreed; v++) {
        struct appraisal_facts *facts = &s->subjects[votes[v].voter].facts;
        if (votes[v].kind != VOTE_DATA)
            continue;
        bool is_small = sizes[v] == 1 || (double)sizes[v] <= FOREIGN_SHARE * (double)givers;
        facts->compared_names++;
        facts->foreign += sizes[v] < largest && is_small;
    }
    free(sizes);
    return error;
}

static int judge_known(struct survey *s, size_t check, const struct vote *votes, size_t count)
{
    size_t having = 0, denying = 0;
    for (size_t v = 0; v < count; v++) {
        having += votes[v].kind != VOTE_DENIAL;
        denying += votes[v].kind == VOTE_DENIAL;
    }
    bool stands = having > denying && (having >= 2 || denying == 0);
    for (size_t v = 0; v < count && stands; v++) {
        struct appraisal_facts *facts = &s->subjects[votes[v].voter].facts;
        facts->known_names++;
        facts->hidden += record_of(s, votes[v].voter, check)->denials >= 2;
    }
    return s->checks.items[check].is_compared ? compare_data(s, votes, count) : 0;
}

/* --- 5 and 6: refusals, SERVFAIL, traits --- */

static void count_refusals(struct survey *s, struct subject *subject)
{
    size_t zones = s->checks.zone_count;
    /* Without zones of its own a survey goes by what is elsewhere. */
    size_t count = zones ? zones : s->checks.known_count;
    for (size_t i = 0; i < count; i++) {
        const struct record *record = &subject->records[i];
        subject->facts.zones++;
        subject->facts.zones_refused += !record->has_vote && record->refusals >= 2;
    }
}

static enum appraisal_trait trait_of(const struct record *record)
{
    return record->is_yes ? TRAIT_YES : record->is_no ? TRAIT_NO : TRAIT_UNTRIED;
}

static void tell_traits(struct survey *s, uint32_t index, const bool *is_got)
{
    struct subject *subject = &s->subjects[index];
    struct appraisal_facts *facts = &subject->facts;
    for (size_t i = s->checks.known_count; i < s->checks.count; i++) {
        enum appraisal_trait trait = trait_of(&subject->records[i]);
        switch ((enum check_kind)s->checks.items[i].kind) {
        case CHECK_SIGNED:
            facts->dnssec = is_got[i] ? trait : TRAIT_UNTRIED;
            break;
        case CHECK_BY_TCP:
            facts->tcp = trait;
            break;
        default:
            break;
        }
    }
    const struct pool_resolver *resolver = pool_at(s->pool, index);
    facts->keeps_case = resolver->has_kept_case     ? TRAIT_YES
                        : resolver->case_misses > 0 ? TRAIT_NO
                                                    : TRAIT_UNTRIED;
    if (subject->has_edns_reply)
        facts->edns = TRAIT_YES;
    else if (subject->is_without_edns || subject->plain_replies >= PLAIN_MIN)
        facts->edns = TRAIT_NO;
}

/* IS_GOT[check]: somebody got an answer of the kind that is looked for. */
static void find_got(const struct survey *s, bool *is_got)
{
    for (size_t i = 0; i < s->checks.count; i++) {
        is_got[i] = false;
        for (uint32_t j = 0; j < s->count && !is_got[i]; j++) {
            const struct record *record = record_of(s, j, i);
            is_got[i] = record && (record->has_vote || record->is_yes);
        }
    }
}

/* What is counted here: another judgement begins anew. */
static void forget(struct appraisal_facts *facts)
{
    facts->random_names = facts->rewritten = facts->undenied = facts->disputed = 0;
    facts->known_names = facts->hidden = 0;
    facts->compared_names = facts->foreign = 0;
    facts->zones = facts->zones_refused = 0;
}

static void sum_up(struct survey *s, const bool *is_got)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct subject *subject = &s->subjects[i];
        subject->facts.servfails = subject->load_servfails;
        subject->facts.is_vetted = subject->is_vetted;
        subject->facts.median_rtt_us = survey_median_rtt_us(subject);
        if (!subject->records)
            continue;
        for (size_t c = 0; c < s->checks.count; c++)
            subject->facts.servfails += is_got[c] ? subject->records[c].servfails : 0;
        count_refusals(s, subject);
        tell_traits(s, i, is_got);
    }
}

int judge_all(struct survey *s)
{
    size_t room = s->count > s->checks.count ? s->count : s->checks.count;
    struct vote *votes = calloc(room, sizeof *votes);
    bool *is_got = calloc(s->checks.count, sizeof *is_got);
    for (uint32_t i = 0; i < s->count; i++)
        forget(&s->subjects[i].facts);
    int error = votes && is_got ? look_for_interception(s) : ERR_NOMEM;
    if (error == 0)
        convict_repeaters(s, votes);
    for (size_t i = 0; i < s->checks.count && error == 0; i++) {
        size_t count = collect(s, i, votes);
        if (s->checks.items[i].kind == CHECK_KNOWN)
            error = judge_known(s, i, votes, count);
        else if (s->checks.items[i].kind == CHECK_RANDOM)
            error = judge_random(s, votes, count);
    }
    if (error == 0) {
        find_got(s, is_got);
        sum_up(s, is_got);
    }
    free(votes);
    free(is_got);
    return error;
}
