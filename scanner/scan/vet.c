// SPDX-License-Identifier: BSD-2-Clause
/* Votes on the random names are kept for all resolvers and judged together, at most every
 * JUDGE_EVERY and only after something came in (verdict/vote.h has the rules).
 *
 * Trouble is no verdict. One that does not answer or refuses is asked again later, with
 * doubled pauses; one that says SERVFAIL may do so for the zone's sake and is let in: what
 * it says is confirmed like anybody's, and the pool asks it less. */
#include "scan/vet.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "scan/convict.h"
#include "scan/worker.h"
#include "verdict/trust.h"

#define LABEL_LEN      16
#define NAMES          3 /* two random ones of the zone, one elsewhere */
#define ELSEWHERE      2
#define STEP_APEX      NAMES
#define STEP_AGAIN     (NAMES + 1) /* a fresh random name, for one admitted long ago */
#define ALL_OUT_MAX    256         /* vets out at a time */
#define SPARE          16          /* resolvers vetted beyond the number wanted */
#define WANTED_MIN     8
#define CANDIDATES_FOR 32 /* a resolver is worth vetting for so many names */
#define JUDGE_EVERY    (5 * NS_PER_MS)
#define DOUBT_MAX      (3 * NS_PER_S) /* suspects wait so long for others to say something */
#define AGAIN_AFTER    (5 * NS_PER_S)
#define AGAIN_DOUBLED  4
#define SCATTERED_MIN  16 /* voters, of whom no more than... */
#define SCATTERED_PART 8  /* ... one in so many agree */
#define WILD_MIN       3  /* voters that must agree before denying is suspicious */

enum step { NOT_BEGUN, APEX, RANDOM, WAITING, ASKED_ELSEWHERE, ADMITTED, OUT };

struct one {
    uint8_t step; /* enum step */
    uint8_t open; /* questions out */
    uint8_t failures;
    bool denies_zone;
    bool was_elsewhere; /* asked there, with or without an answer */
    bool is_given_up;   /* not counted as hopeful */
    bool has_vote[NAMES];
    mono_ns again_at; /* OUT */
    mono_ns since;    /* WAITING */
    struct vote votes[NAMES];
};

struct vet {
    struct name zone, names[NAMES];
    bool has_zone, is_given, is_done; /* done: nothing under way and nothing to begin */
    uint32_t count;
    struct one *ones;      /* owned, by resolver */
    uint32_t *order;       /* owned: in which they are begun */
    uint32_t next;         /* of order[] */
    uint32_t under_way;    /* APEX, RANDOM, ASKED_ELSEWHERE */
    uint32_t waiting, out; /* in those steps */
    uint32_t admitted;
    uint32_t open; /* questions out, of all */
    uint32_t apex_known, apex_denied;
    bool has_news;
    bool is_wild; /* random names of the zone exist: they tell nothing */
    mono_ns next_judging, next_again;
    struct vote *votes; /* owned: room for one of each */
    uint16_t *hopeful;  /* owned, by operator: resolvers not given up */
    uint32_t hopeful_count;
};

int vet_create(struct vet **out, struct worker *w)
{
    *out = NULL;
    uint32_t count = (uint32_t)pool_count(w->pool);
    struct vet *vet = calloc(1, sizeof *vet);
    if (!vet)
        return ERR_NOMEM;
    vet->count = count;
    vet->ones = calloc(count, sizeof *vet->ones);
    vet->order = calloc(count, sizeof *vet->order);
    vet->votes = calloc(count, sizeof *vet->votes);
    vet->hopeful = calloc(count, sizeof *vet->hopeful);
    if (!vet->ones || !vet->order || !vet->votes || !vet->hopeful) {
        vet_destroy(vet);
        return ERR_NOMEM;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t j = rng_below(&w->rng, i + 1);
        vet->order[i] = vet->order[j];
        vet->order[j] = i;
        uint32_t op = pool_at(w->pool, i)->operator_index;
        vet->hopeful_count += vet->hopeful[op]++ == 0;
    }
    *out = vet;
    return 0;
}

void vet_destroy(struct vet *vet)
{
    if (!vet)
        return;
    free(vet->ones);
    free(vet->order);
    free(vet->votes);
    free(vet->hopeful);
    free(vet);
}

uint32_t vet_open_count(const struct vet *vet)
{
    return vet->open;
}

uint32_t vet_hopeful_count(const struct vet *vet)
{
    return vet->hopeful_count;
}

/* --- names --- */

static bool make_name(struct worker *w, const struct name *zone, struct name *out)
{
    struct name label = {.len = LABEL_LEN + 2};
    label.wire[0] = LABEL_LEN;
    for (unsigned i = 1; i <= LABEL_LEN; i++)
        label.wire[i] = (uint8_t)('a' + rng_below(&w->rng, 26));
    label.wire[LABEL_LEN + 1] = 0;
    return name_join(out, &label, zone) == 0;
}

bool vet_has_zone(const struct vet *vet)
{
    return vet->has_zone;
}

void vet_tell_zone(struct worker *w, const struct name *zone, bool is_given)
{
    static const char *const elsewhere[] = {"com", "net", "org"};
    struct vet *vet = w->vet;
    struct name other;
    if (vet->has_zone)
        return;
    vet->has_zone = true;
    vet->is_given = is_given;
    vet->zone = *zone;
    const char *text = elsewhere[rng_below(&w->rng, 3)];
    bool is_made = name_from_text(&other, text, strlen(text)) == 0 &&
                   make_name(w, zone, &vet->names[0]) && make_name(w, zone, &vet->names[1]) &&
                   make_name(w, &other, &vet->names[ELSEWHERE]);
    if (!is_made || zone->len == 1) /* no room below it, or no zone at all: nobody is vetted */
        vet->zone.len = 0;
}

/* --- moving on --- */

static void move(struct vet *vet, struct one *one, enum step to)
{
    const bool is_under_way[] = {
        [APEX] = true, [RANDOM] = true, [ASKED_ELSEWHERE] = true, [OUT] = false};
    vet->under_way += is_under_way[to];
    vet->under_way -= is_under_way[one->step];
    vet->waiting += (to == WAITING) - (uint32_t)(one->step == WAITING);
    vet->out += (to == OUT) - (uint32_t)(one->step == OUT);
    vet->admitted += (to == ADMITTED) - (uint32_t)(one->step == ADMITTED);
    one->step = (uint8_t)to;
    vet->has_news = true;
}

/* Operators are hopeful as long as one of their resolvers is. */
static void give_up(struct worker *w, uint32_t resolver)
{
    struct vet *vet = w->vet;
    uint32_t op = pool_at(w->pool, resolver)->operator_index;
    if (vet->ones[resolver].is_given_up)
        return;
    vet->ones[resolver].is_given_up = true;
    vet->hopeful_count -= --vet->hopeful[op] == 0;
}

static void admit(struct worker *w, uint32_t resolver)
{
    struct vet *vet = w->vet;
    uint32_t op = pool_at(w->pool, resolver)->operator_index;
    if (vet->ones[resolver].is_given_up)
        vet->hopeful_count += vet->hopeful[op]++ == 0;
    vet->ones[resolver].is_given_up = false;
    move(vet, &vet->ones[resolver], ADMITTED);
    trust_admit(w->trust, resolver);
    counter_set(&w->counters.resolvers_expelled, w->trust->outcasts);
    pool_admit(w->pool, resolver, w->now);
}

static void put_out(struct worker *w, uint32_t resolver, enum trust_reason reason)
{
    struct vet *vet = w->vet;
    struct one *one = &vet->ones[resolver];
    give_up(w, resolver);
    one->again_at = w->now + (AGAIN_AFTER << one->failures);
    if (one->failures < AGAIN_DOUBLED)
        one->failures++;
    if (one->again_at < vet->next_again || vet->next_again == 0)
        vet->next_again = one->again_at;
    move(vet, one, OUT);
    trust_fail(w->trust, resolver, reason);
    counter_set(&w->counters.resolvers_expelled, w->trust->outcasts);
    if (log_is_on(LOG_WHY))
        log_why("%s left out: %s", worker_resolver_text(w, resolver), trust_reason_text(reason));
}

static void reject(struct worker *w, uint32_t resolver, enum trust_reason reason)
{
    struct vet *vet = w->vet;
    if (vet->ones[resolver].step != OUT)
        move(vet, &vet->ones[resolver], OUT);
    vet->ones[resolver].again_at = INT64_MAX;
    give_up(w, resolver);
    for (unsigned i = 0; i < NAMES && reason == TRUST_REWRITES; i++) {
        const struct vote *vote = &vet->ones[resolver].votes[i];
        if (vet->ones[resolver].has_vote[i] && vote->kind == VOTE_DATA)
            convict_note_forged(w, vote->hashes, vote->count);
    }
    convict(w, resolver, reason);
}

void vet_drop(struct worker *w, uint32_t resolver)
{
    struct one *one = &w->vet->ones[resolver];
    if (one->step != ADMITTED)
        return;
    move(w->vet, one, OUT);
    one->again_at = INT64_MAX;
    give_up(w, resolver);
}

/* --- asking --- */

static bool ask(struct worker *w, uint32_t resolver, unsigned step)
{
    struct vet *vet = w->vet;
    bool is_apex = step == STEP_APEX;
    struct name fresh;
    const struct name *name = is_apex ? &vet->zone : &vet->names[step % STEP_AGAIN];
    if (step == STEP_AGAIN) {
        name = &fresh;
        if (!make_name(w, &vet->zone, &fresh))
            return false;
    }
    if (!scope_allows(w->run->scope, name->wire))
        return false;
    uint32_t index = tasks_take(w->tasks);
    if (index == TASK_NONE)
        return false;
    struct task *task = tasks_at(w->tasks, index);
    task->kind = TASK_VET;
    task->is_pinned = true;
    task->resolver = resolver;
    task->step = (uint8_t)step;
    task->zone = w->vet_zone;
    question_init(engine_question(w->engine, index), name->wire, name->len,
                  is_apex ? TYPE_SOA : TYPE_A);
    tasks_push_ready_front(w->tasks, index);
    vet->ones[resolver].open++;
    vet->open++;
    return true;
}

static void ask_random(struct worker *w, uint32_t resolver)
{
    move(w->vet, &w->vet->ones[resolver], RANDOM);
    bool is_asked = ask(w, resolver, 0);
    is_asked |= ask(w, resolver, 1);
    if (!is_asked) /* out of scope */
        admit(w, resolver);
}

static void begin(struct worker *w, uint32_t resolver)
{
    struct one *one = &w->vet->ones[resolver];
    memset(one->has_vote, 0, sizeof one->has_vote);
    one->denies_zone = false;
    if (w->vet->zone.len == 0 || trust_at(w->trust, resolver)->is_trusted) {
        admit(w, resolver);
        return;
    }
    move(w->vet, one, APEX);
    if (!ask(w, resolver, STEP_APEX))
        ask_random(w, resolver);
}

/* So many resolvers this worker's names are worth. */
static uint32_t wanted_count(const struct worker *w)
{
    uint64_t names = counter_get(&w->counters.candidates);
    struct source_estimate estimate = w->run->source->ops->estimate(w->run->source);
    if (estimate.is_known)
        names = estimate.total / w->run->worker_count;
    uint64_t wanted = WANTED_MIN + names / CANDIDATES_FOR;
    return wanted < w->vet->count ? (uint32_t)wanted : w->vet->count;
}

/* Those out whose time has come are begun anew. */
static void begin_again(struct worker *w)
{
    struct vet *vet = w->vet;
    mono_ns next = 0;
    for (uint32_t i = 0; i < vet->count; i++) {
        struct one *one = &vet->ones[i];
        if (one->step != OUT || one->again_at == INT64_MAX)
            continue;
        if (one->again_at <= w->now && vet->under_way < ALL_OUT_MAX)
            begin(w, i);
        else if (next == 0 || one->again_at < next)
            next = one->again_at;
    }
    vet->next_again = next;
}

/* --- judging --- */

static size_t votes_on(const struct vet *vet, unsigned name)
{
    size_t count = 0;
    for (uint32_t i = 0; i < vet->count; i++) {
        if (vet->ones[i].has_vote[name])
            vet->votes[count++] = vet->ones[i].votes[name];
    }
    return count;
}

static bool gave_data(const struct one *one, unsigned name)
{
    return one->has_vote[name] && one->votes[name].kind == VOTE_DATA;
}

static void go_elsewhere(struct worker *w, uint32_t resolver)
{
    move(w->vet, &w->vet->ones[resolver], ASKED_ELSEWHERE);
    if (!ask(w, resolver, ELSEWHERE))
        admit(w, resolver);
}

static void judge_zone_denial(struct worker *w, uint32_t resolver, bool is_over)
{
    const struct vet *vet = w->vet;
    if (vet->apex_known >= 2 && vet->apex_known > vet->apex_denied)
        reject(w, resolver, TRUST_DENIES_ZONE);
    else if (is_over)
        admit(w, resolver);
}

/* Each gives one and the same for all random names, and hardly two resolvers agree: no pool
 * of a wildcard's looks like that. */
static bool is_scattered(const struct vet *vet, const struct vote_result results[])
{
    uint32_t givers = 0, constant = 0;
    for (uint32_t i = 0; i < vet->count; i++) {
        const struct one *one = &vet->ones[i];
        if (!gave_data(one, 0) || !gave_data(one, 1))
            continue;
        givers++;
        constant += one->votes[0].count == one->votes[1].count &&
                    memcmp(one->votes[0].hashes, one->votes[1].hashes,
                           one->votes[0].count * sizeof one->votes[0].hashes[0]) == 0;
    }
    return givers >= SCATTERED_MIN && constant * 10 >= givers * 9 &&
           results[0].group_count * SCATTERED_PART <= givers;
}

static void judge_waiting(struct worker *w, uint32_t resolver, const struct vote_result results[],
                          bool are_scattered)
{
    struct vet *vet = w->vet;
    struct one *one = &vet->ones[resolver];
    bool is_over = vet->under_way == 0 || w->now - one->since >= DOUBT_MAX;
    if (one->denies_zone) {
        judge_zone_denial(w, resolver, is_over);
        return;
    }
    if (vote_repeats(one->votes, NAMES)) {
        reject(w, resolver, TRUST_REWRITES);
        return;
    }
    bool is_wild = false;
    for (unsigned i = 0; i < NAMES; i++) {
        if (!gave_data(one, i))
            continue;
        if (results[i].finding == VOTE_NO_SUCH_NAME) {
            reject(w, resolver, TRUST_REWRITES);
            return;
        }
        is_wild |= results[i].finding == VOTE_WILDCARD && results[i].group_count >= WILD_MIN;
    }
    if (one->has_vote[ELSEWHERE])
        admit(w, resolver);
    else if (one->was_elsewhere && are_scattered)
        reject(w, resolver, TRUST_REWRITES);
    else if (one->was_elsewhere)
        admit(w, resolver);
    else if (is_wild || is_over)
        go_elsewhere(w, resolver);
}

/* Those that deny names which a wildcard makes for all others. */
static void judge_deniers(struct worker *w, const struct vote_result results[])
{
    struct vet *vet = w->vet;
    if (results[ELSEWHERE].finding != VOTE_NO_SUCH_NAME)
        return; /* those that gave data may all be making them up */
    for (unsigned i = 0; i < ELSEWHERE; i++) {
        if (results[i].group_count < WILD_MIN ||
            results[i].group_count <= 2 * results[i].denier_count ||
            results[ELSEWHERE].denier_count <= results[i].denier_count)
            return;
    }
    for (uint32_t r = 0; r < vet->count; r++) {
        const struct one *one = &vet->ones[r];
        bool denies = one->has_vote[0] && one->has_vote[1] && one->votes[0].kind == VOTE_DENIAL &&
                      one->votes[1].kind == VOTE_DENIAL;
        if (denies && one->step == ADMITTED)
            reject(w, r, TRUST_HIDES);
    }
}

static void judge(struct worker *w)
{
    struct vet *vet = w->vet;
    struct vote_result results[NAMES];
    for (unsigned i = 0; i < NAMES; i++) {
        int error = vote_judge(vet->votes, votes_on(vet, i), &results[i]);
        if (error != 0)
            w->error = error;
    }
    bool are_scattered = is_scattered(vet, results);
    vet->is_wild = results[0].finding == VOTE_WILDCARD || results[1].finding == VOTE_WILDCARD;
    for (uint32_t i = 0; i < vet->count && w->error == 0; i++) {
        if (vet->ones[i].step == WAITING)
            judge_waiting(w, i, results, are_scattered);
    }
    judge_deniers(w, results);
}

bool vet_is_intercepted(const struct vet *vet)
{
    size_t count = 0;
    struct vote *all = calloc((size_t)vet->count * NAMES, sizeof *all);
    for (uint32_t i = 0; all && i < vet->count; i++) {
        for (unsigned name = 0; name < NAMES; name++) {
            if (vet->ones[i].has_vote[name])
                all[count++] = vet->ones[i].votes[name];
        }
    }
    bool is_intercepted = all && vote_is_intercepted(all, count);
    free(all);
    return is_intercepted;
}

void vet_go_on(struct worker *w, mono_ns *wake)
{
    struct vet *vet = w->vet;
    if (!vet->has_zone || (vet->is_done && !vet->has_news && vet->next_again == 0))
        return;
    uint32_t wanted = wanted_count(w);
    uint32_t room = tasks_free_count(w->tasks) / 2;
    while (vet->next < vet->count && vet->under_way < ALL_OUT_MAX && vet->under_way < room &&
           vet->admitted + vet->under_way + vet->waiting < wanted + SPARE)
        begin(w, vet->order[vet->next++]);
    if (vet->next_again && w->now >= vet->next_again)
        begin_again(w);
    bool is_due = w->now >= vet->next_judging;
    if (is_due && (vet->has_news || vet->waiting)) {
        vet->has_news = false;
        vet->next_judging = w->now + JUDGE_EVERY;
        judge(w);
    }
    vet->is_done = vet->under_way == 0 && vet->waiting == 0 && vet->next == vet->count;
    if ((vet->has_news || vet->waiting) && vet->next_judging < *wake)
        *wake = vet->next_judging;
    if (vet->next_again && vet->next_again < *wake)
        *wake = vet->next_again;
}

/* --- answers --- */

static void take_vote(struct one *one, uint32_t resolver, unsigned name,
                      const struct decision *decision)
{
    struct vote *vote = &one->votes[name];
    *vote = (struct vote){.voter = resolver, .realm = name == ELSEWHERE};
    switch ((enum decision_kind)decision->kind) {
    case DECIDE_DATA:
        vote->kind = VOTE_DATA;
        vote->count =
            decision->part->data.count < VOTE_DATA_MAX ? decision->part->data.count : VOTE_DATA_MAX;
        memcpy(vote->hashes, decision->part->data.hashes, vote->count * sizeof vote->hashes[0]);
        break;
    case DECIDE_NODATA:
        vote->kind = VOTE_NODATA;
        break;
    default:
        vote->kind = VOTE_DENIAL;
    }
    one->has_vote[name] = vote->kind != VOTE_DATA || vote->count > 0;
}

static void settle_apex(struct worker *w, uint32_t resolver, const struct decision *decision)
{
    struct vet *vet = w->vet;
    struct one *one = &vet->ones[resolver];
    bool is_denied = vet->is_given && decision && decision->kind == DECIDE_NXDOMAIN;
    if (decision) {
        vet->apex_known += !is_denied;
        vet->apex_denied += is_denied;
    }
    if (is_denied) {
        one->denies_zone = true;
        one->since = w->now;
        move(vet, one, WAITING);
    } else {
        ask_random(w, resolver);
    }
}

#define CREDIT      (2 * NS_PER_S)
#define CREDIT_LOST (NS_PER_S / 2) /* no answer: tried again after that */

bool vet_test_again(struct worker *w, uint32_t resolver)
{
    struct trust_record *r = trust_at(w->trust, resolver);
    if (r->is_tested_again)
        return true;
    if (w->vet->zone.len == 0 || w->vet->is_wild || !ask(w, resolver, STEP_AGAIN)) {
        r->credit_until = w->now + CREDIT;
        return false;
    }
    r->is_tested_again = true;
    return true;
}

static void settle_again(struct worker *w, uint32_t resolver, const struct decision *decision)
{
    struct trust_record *r = trust_at(w->trust, resolver);
    r->is_tested_again = false;
    r->credit_until = w->now + (decision ? CREDIT : CREDIT_LOST);
    if (decision && decision->kind == DECIDE_DATA) {
        convict_note_forged(w, decision->part->data.hashes, decision->part->data.count);
        reject(w, resolver, TRUST_REWRITES);
    }
}

void vet_settle(struct worker *w, uint32_t index, const struct decision *decision, int reason)
{
    struct vet *vet = w->vet;
    const struct task *task = tasks_at(w->tasks, index);
    uint32_t resolver = task->resolver;
    unsigned step = task->step;
    struct one *one = &vet->ones[resolver];
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
    one->open--;
    vet->open--;
    if (trust_at(w->trust, resolver)->state == TRUST_CONVICTED)
        return;
    if (step == STEP_AGAIN) {
        settle_again(w, resolver, decision);
        return;
    }
    if (!decision && reason != TRUST_FAILS && step != ELSEWHERE) {
        if (one->step != OUT)
            put_out(w, resolver, (enum trust_reason)reason);
        return;
    }
    if (one->step == OUT || one->step == ADMITTED)
        return;
    if (step == STEP_APEX) {
        settle_apex(w, resolver, decision);
        return;
    }
    if (decision)
        take_vote(one, resolver, step, decision);
    if (one->open > 0)
        return;
    if (gave_data(one, 0) || gave_data(one, 1)) {
        one->since = w->now;
        one->was_elsewhere |= step == ELSEWHERE;
        move(vet, one, WAITING);
    } else {
        admit(w, resolver);
    }
}
