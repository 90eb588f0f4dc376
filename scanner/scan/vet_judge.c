// SPDX-License-Identifier: BSD-2-Clause
/* What the votes on random names come to, for those that gave data and for those that did
 * not (verdict/vote.h has the rules). All of them are judged together. */
#include <stdlib.h>
#include <string.h>

#include "scan/vet_state.h"

#define DOUBT_MAX      (3 * NS_PER_S) /* suspects wait so long for others to say something */
#define SCATTERED_MIN  16             /* voters, of whom no more than... */
#define SCATTERED_PART 8              /* ... one in so many agree */
#define ENOUGH         24             /* voters, unless nobody else is under way */
#define WILD_MIN       3              /* voters that must agree before denying is suspicious */

static size_t votes_on(const struct vet *vet, unsigned name)
{
    size_t count = 0;
    for (uint32_t i = 0; i < vet->count; i++) {
        if (vet->ones[i].has_vote[name])
            vet->votes[count++] = vet->ones[i].votes[name];
    }
    return count;
}

static void judge_zone_denial(struct worker *w, uint32_t resolver, bool is_over)
{
    const struct vet *vet = w->vet;
    if (vet->apex_known >= 2 && vet->apex_known > vet->apex_denied)
        vet_reject(w, resolver, TRUST_DENIES_ZONE);
    else if (is_over)
        vet_admit(w, resolver);
}

/* Each gives one and the same for all random names, and hardly two resolvers agree: no pool
 * of a wildcard's looks like that. */
static bool is_scattered(const struct vet *vet, const struct vote_result results[])
{
    uint32_t givers = 0, constant = 0;
    for (uint32_t i = 0; i < vet->count; i++) {
        const struct vet_one *one = &vet->ones[i];
        if (!vet_gave_data(one, 0) || !vet_gave_data(one, 1))
            continue;
        givers++;
        constant += one->votes[0].count == one->votes[1].count &&
                    memcmp(one->votes[0].hashes, one->votes[1].hashes,
                           one->votes[0].count * sizeof one->votes[0].hashes[0]) == 0;
    }
    if (constant * 10 < givers * 9)
        return false;
    if (results[0].denier_count > 0)
        return givers >= WILD_MIN && results[0].group_count * 2 <= givers;
    return givers >= SCATTERED_MIN && results[0].group_count * SCATTERED_PART <= givers;
}

static void judge_waiting(struct worker *w, uint32_t resolver, const struct vote_result results[],
                          bool are_scattered)
{
    struct vet *vet = w->vet;
    struct vet_one *one = &vet->ones[resolver];
    bool is_over = vet->under_way == 0 || w->now - one->since >= DOUBT_MAX;
    if (one->denies_zone) {
        judge_zone_denial(w, resolver, is_over);
        return;
    }
    if (vote_repeats(one->votes, VET_NAMES)) {
        vet_reject(w, resolver, TRUST_REWRITES);
        return;
    }
    for (unsigned i = 0; i < VET_NAMES; i++) {
        if (!vet_gave_data(one, i))
            continue;
        if (results[i].finding == VOTE_NO_SUCH_NAME) {
            vet_reject(w, resolver, TRUST_REWRITES);
            return;
        }
    }
    /* Those that rewrite may be the first to answer. */
    bool is_wild = results[0].finding == VOTE_WILDCARD && results[0].group_count >= WILD_MIN &&
                   results[0].denier_count + results[0].group_count >= ENOUGH;
    if (one->was_elsewhere && !one->has_vote[VET_ELSEWHERE] && are_scattered)
        vet_reject(w, resolver, TRUST_REWRITES);
    else if (one->was_elsewhere)
        vet_admit(w, resolver);
    else if (is_wild || is_over)
        vet_ask_elsewhere(w, resolver);
}

/* Those that deny names which a wildcard makes for all others. */
static void judge_deniers(struct worker *w, const struct vote_result results[])
{
    struct vet *vet = w->vet;
    if (results[VET_ELSEWHERE].finding != VOTE_NO_SUCH_NAME)
        return; /* those that gave data may all be making them up */
    if (results[0].group_count < WILD_MIN ||
        results[0].group_count <= 2 * results[0].denier_count ||
        results[VET_ELSEWHERE].denier_count <= results[0].denier_count)
        return;
    for (uint32_t r = 0; r < vet->count; r++) {
        const struct vet_one *one = &vet->ones[r];
        bool denies = one->has_vote[0] && one->votes[0].kind == VOTE_DENIAL;
        if (denies && one->step == VET_ADMITTED)
            vet_reject(w, r, TRUST_HIDES);
    }
}

/* Most of those that voted agree on data, that will not change, and what they say elsewhere did not
 * keep them out. */
static bool is_sure(const struct vet *vet, const struct vote_result *result)
{
    uint32_t to_vote = 0, voted = 0, admitted = 0;
    for (uint32_t r = 0; r < vet->count; r++) {
        to_vote += vet->ones[r].step == VET_APEX || vet->ones[r].step == VET_RANDOM;
        voted += vet->ones[r].has_vote[0];
        admitted += vet->ones[r].step == VET_ADMITTED && vet_gave_data(&vet->ones[r], 0);
    }
    return admitted > 0 && result->group_count >= WILD_MIN && result->group_count * 2 > voted &&
           (to_vote == 0 || voted >= ENOUGH);
}

static void bear_witness(struct worker *w, uint32_t resolver)
{
    const struct vet_one *one = &w->vet->ones[resolver];
    struct wildcard_data data = {
        .type = vet_random_type(w),
        .count = one->votes[0].count,
        .by_cname = one->by_cname,
        .rrsig_labels = WILDCARD_NO_RRSIG,
        .ttl = one->ttl,
        .op = pool_at(w->pool, resolver)->operator_index,
    };
    memcpy(data.hashes, one->votes[0].hashes, data.count * sizeof data.hashes[0]);
    const struct wildcard_reply reply = {
        .result = WILDCARD_PROBE_DATA,
        .data = &data,
        .op = data.op,
        .resolver = resolver,
        .operators = (uint32_t)pool_admitted_count(w->pool),
    };
    wildcards_witness(w->wildcards, w->vet->zone.wire, &reply);
}

/* Those that look for wildcards ask few, and perhaps only who was admitted first, which are those
 * that deny. So they are told what most say, and the data. */
static void tell_wildcard(struct worker *w, const struct vote_result *result)
{
    struct vet *vet = w->vet;
    bool is_told = vet->is_wild && is_sure(vet, result);
    if (is_told == vet->is_told)
        return;
    vet->is_told = is_told;
    int error = wildcards_tell(w->wildcards, vet->zone.wire, is_told);
    if (error != 0)
        w->error = error;
    for (uint32_t r = 0; r < vet->count && is_told && error == 0; r++) {
        if (vet_gave_data(&vet->ones[r], 0) && trust_at(w->trust, r)->state != TRUST_CONVICTED)
            bear_witness(w, r);
    }
}

/* Those that did not deny what most denied, without data for it: of any name they say that it
 * is there. */
static void judge_blanks(struct worker *w, const struct vote_result results[])
{
    struct vet *vet = w->vet;
    size_t blank = 0;
    for (uint32_t r = 0; r < vet->count; r++)
        blank += vet_said(&vet->ones[r], 0, VOTE_NODATA);
    vet->is_denied = results[0].finding == VOTE_NO_SUCH_NAME && results[0].denier_count > blank;
    for (uint32_t r = 0; r < vet->count && blank > 0 && vet->is_denied; r++) {
        const struct vet_one *one = &vet->ones[r];
        if (one->step == VET_ADMITTED && vet_said(one, 0, VOTE_NODATA))
            vet_reject(w, r, TRUST_BLANKS);
    }
}

void vet_judge(struct worker *w)
{
    struct vet *vet = w->vet;
    struct vote_result results[VET_NAMES];
    for (unsigned i = 0; i < VET_NAMES; i++) {
        int error = vote_judge(vet->votes, votes_on(vet, i), &results[i]);
        if (error != 0)
            w->error = error;
    }
    bool are_scattered = is_scattered(vet, results);
    vet->is_wild = results[0].finding == VOTE_WILDCARD;
    tell_wildcard(w, &results[0]);
    for (uint32_t i = 0; i < vet->count && w->error == 0; i++) {
        if (vet->ones[i].step == VET_WAITING)
            judge_waiting(w, i, results, are_scattered);
    }
    judge_deniers(w, results);
    judge_blanks(w, results);
}

bool vet_is_intercepted(const struct vet *vet)
{
    size_t count = 0;
    struct vote *all = calloc((size_t)vet->count * VET_NAMES, sizeof *all);
    for (uint32_t i = 0; all && i < vet->count; i++) {
        for (unsigned name = 0; name < VET_NAMES; name++) {
            if (vet->ones[i].has_vote[name])
                all[count++] = vet->ones[i].votes[name];
        }
    }
    bool is_intercepted = all && vote_is_intercepted(all, count);
    free(all);
    return is_intercepted;
}
