// SPDX-License-Identifier: BSD-2-Clause
/* Votes on the random names are kept for all resolvers and judged together, at most every
 * VET_JUDGE_EVERY and only after something came in (verdict/vote.h has the rules).
 *
 * Trouble is no verdict. One that does not answer or refuses is asked again later, with
 * doubled pauses; one that says SERVFAIL may do so for the zone's sake and is let in: what
 * it says is confirmed like anybody's, and the pool asks it less. */
#include "scan/vet.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "scan/convict.h"
#include "scan/vet_state.h"

#define LABEL_LEN      16
#define STEP_APEX      VET_NAMES
#define STEP_AGAIN     (VET_NAMES + 1) /* a fresh random name, for one admitted long ago */
#define ALL_OUT_MAX    256             /* vets out at a time */
#define SPARE          16              /* resolvers vetted beyond the number wanted */
#define WANTED_MIN     8
#define CANDIDATES_FOR 32 /* a resolver is worth vetting for so many names */
#define AGAIN_AFTER    (5 * NS_PER_S)
#define AGAIN_LOOK     (20 * NS_PER_MS) /* looking through 20,000 takes a while */
#define PAROLE_AFTER   (60 * NS_PER_S)
#define PAROLE_DOUBLED 6
#define AGAIN_DOUBLED  4
#define AGAIN_SOON     (100 * NS_PER_MS) /* where there are few, and the first seconds are not over */
#define FEW            4
#define FEW_PATIENCE   (5 * NS_PER_S)

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

uint32_t vet_suspect_count(const struct vet *vet)
{
    return vet->suspects;
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
    vet->began = w->now;
    vet->is_given = is_given;
    vet->zone = *zone;
    const char *text = elsewhere[rng_below(&w->rng, 3)];
    bool is_made = name_from_text(&other, text, strlen(text)) == 0 &&
                   make_name(w, zone, &vet->names[0]) && make_name(w, zone, &vet->names[1]) &&
                   make_name(w, &other, &vet->names[VET_ELSEWHERE]);
    if (!is_made || zone->len == 1) /* no room below it, or no zone at all: nobody is vetted */
        vet->zone.len = 0;
}

/* --- moving on --- */

static void vet_move(struct vet *vet, struct vet_one *one, enum vet_step to)
{
    const bool is_under_way[] = {
        [VET_APEX] = true, [VET_RANDOM] = true, [VET_ASKED_ELSEWHERE] = true, [VET_OUT] = false};
    vet->under_way += is_under_way[to];
    vet->under_way -= is_under_way[one->step];
    vet->suspects += (to == VET_WAITING || to == VET_ASKED_ELSEWHERE);
    vet->suspects -= (one->step == VET_WAITING || one->step == VET_ASKED_ELSEWHERE);
    vet->waiting += (to == VET_WAITING) - (uint32_t)(one->step == VET_WAITING);
    vet->admitted += (to == VET_ADMITTED) - (uint32_t)(one->step == VET_ADMITTED);
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

void vet_admit(struct worker *w, uint32_t resolver)
{
    struct vet *vet = w->vet;
    uint32_t op = pool_at(w->pool, resolver)->operator_index;
    if (vet->ones[resolver].is_given_up)
        vet->hopeful_count += vet->hopeful[op]++ == 0;
    vet->ones[resolver].is_given_up = false;
    if (trust_at(w->trust, resolver)->is_on_probation && log_is_on(LOG_WHY))
        log_why("%s is on probation", worker_resolver_text(w, resolver));
    vet_move(vet, &vet->ones[resolver], VET_ADMITTED);
    trust_admit(w->trust, resolver);
    /* SERVFAIL until now may have been the zone's: that is for the names' verdicts to tell. */
    pool_at(w->pool, resolver)->servfail_share = 0;
    counter_set(&w->counters.resolvers_expelled, w->trust->outcasts);
    pool_admit(w->pool, resolver, w->now);
}

static void put_out(struct worker *w, uint32_t resolver, enum trust_reason reason)
{
    struct vet *vet = w->vet;
    struct vet_one *one = &vet->ones[resolver];
    /* It may refuse for being asked too often, as it was asked at once by all checks. */
    bool is_missed = (reason == TRUST_DEAD || reason == TRUST_REFUSES) &&
                     vet->hopeful_count <= FEW && one->failures < AGAIN_DOUBLED &&
                     w->now - vet->began < FEW_PATIENCE;
    if (!is_missed)
        give_up(w, resolver);
    one->again_at = w->now + ((is_missed ? AGAIN_SOON : AGAIN_AFTER) << one->failures);
    if (one->failures < AGAIN_DOUBLED)
        one->failures++;
    if (one->again_at < vet->next_again || vet->next_again == 0)
        vet->next_again = one->again_at;
    vet_move(vet, one, VET_OUT);
    trust_fail(w->trust, resolver, reason);
    counter_set(&w->counters.resolvers_expelled, w->trust->outcasts);
    if (log_is_on(LOG_WHY))
        log_why("%s left out: %s", worker_resolver_text(w, resolver), trust_reason_text(reason));
}

/* A resolver that lied may have been mended; each time it takes longer to find out. */
static void wait_for_parole(struct worker *w, struct vet_one *one)
{
    one->again_at = w->now + (PAROLE_AFTER << one->convictions);
    if (one->convictions < PAROLE_DOUBLED)
        one->convictions++;
    if (w->vet->next_again == 0 || one->again_at < w->vet->next_again)
        w->vet->next_again = one->again_at;
}

void vet_reject(struct worker *w, uint32_t resolver, enum trust_reason reason)
{
    struct vet *vet = w->vet;
    if (vet->ones[resolver].step != VET_OUT)
        vet_move(vet, &vet->ones[resolver], VET_OUT);
    wait_for_parole(w, &vet->ones[resolver]);
    give_up(w, resolver);
    for (unsigned i = 0; i < VET_NAMES && reason == TRUST_REWRITES; i++) {
        const struct vote *vote = &vet->ones[resolver].votes[i];
        if (vet->ones[resolver].has_vote[i] && vote->kind == VOTE_DATA)
            convict_note_forged(w, vote->hashes, vote->count);
    }
    convict(w, resolver, reason);
}

void vet_drop(struct worker *w, uint32_t resolver)
{
    struct vet_one *one = &w->vet->ones[resolver];
    if (one->step != VET_ADMITTED)
        return;
    vet_move(w->vet, one, VET_OUT);
    wait_for_parole(w, one);
    give_up(w, resolver);
}

/* --- asking --- */

/* The same as LIKE at first sight: some make up data for certain labels alone, such as www. */
static void make_alike(const uint8_t *like, struct name *name)
{
    struct name label = {.len = (uint8_t)(like[0] + 2u)}, longer;
    memcpy(label.wire, like, like[0] + 1u);
    label.wire[like[0] + 1u] = 0;
    if (like[0] > 0 && name_join(&longer, &label, name) == 0)
        *name = longer;
}

/* Of types other than addresses A tells more: it is what is made up. */
uint16_t vet_random_type(const struct worker *w)
{
    return w->run->params->types[0] == TYPE_AAAA ? TYPE_AAAA : TYPE_A;
}

static bool ask_name(struct worker *w, uint32_t resolver, unsigned step, const struct name *name)
{
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
                  step == STEP_APEX ? TYPE_NS : vet_random_type(w));
    tasks_push_ready_front(w->tasks, index);
    w->vet->open++;
    return true;
}

static bool ask(struct worker *w, uint32_t resolver, unsigned step)
{
    struct vet *vet = w->vet;
    return ask_name(w, resolver, step, step == STEP_APEX ? &vet->zone : &vet->names[step]);
}

static void ask_random(struct worker *w, uint32_t resolver)
{
    vet_move(w->vet, &w->vet->ones[resolver], VET_RANDOM);
    if (!ask(w, resolver, 0)) /* out of scope */
        vet_admit(w, resolver);
}

static void begin(struct worker *w, uint32_t resolver)
{
    struct vet_one *one = &w->vet->ones[resolver];
    memset(one->has_vote, 0, sizeof one->has_vote);
    one->denies_zone = one->was_elsewhere = false;
    trust_parole(w->trust, resolver);
    if (w->vet->zone.len == 0 || trust_at(w->trust, resolver)->is_trusted) {
        vet_admit(w, resolver);
        return;
    }
    vet_move(w->vet, one, VET_APEX);
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
        struct vet_one *one = &vet->ones[i];
        if (one->step != VET_OUT)
            continue;
        if (one->again_at <= w->now && vet->under_way < ALL_OUT_MAX)
            begin(w, i);
        else if (next == 0 || one->again_at < next)
            next = one->again_at;
    }
    vet->next_again = next && next < w->now + AGAIN_LOOK ? w->now + AGAIN_LOOK : next;
}

void vet_ask_elsewhere(struct worker *w, uint32_t resolver)
{
    vet_move(w->vet, &w->vet->ones[resolver], VET_ASKED_ELSEWHERE);
    if (!ask(w, resolver, VET_ELSEWHERE))
        vet_admit(w, resolver);
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
        vet->next_judging = w->now + VET_JUDGE_EVERY + vet->count * VET_JUDGE_EACH;
        vet_judge(w);
    }
    vet->is_done = vet->under_way == 0 && vet->waiting == 0 && vet->next == vet->count;
    if ((vet->has_news || vet->waiting) && vet->next_judging < *wake)
        *wake = vet->next_judging;
    if (vet->next_again && vet->next_again < *wake)
        *wake = vet->next_again;
}

/* --- answers --- */

static void take_vote(struct vet_one *one, uint32_t resolver, unsigned name,
                      const struct decision *decision)
{
    struct vote *vote = &one->votes[name];
    *vote = (struct vote){.voter = resolver, .realm = name == VET_ELSEWHERE};
    switch ((enum decision_kind)decision->kind) {
    case DECIDE_DATA:
        vote->kind = VOTE_DATA;
        vote->count =
            decision->part->data.count < VOTE_DATA_MAX ? decision->part->data.count : VOTE_DATA_MAX;
        memcpy(vote->hashes, decision->part->data.hashes, vote->count * sizeof vote->hashes[0]);
        one->ttl = name == 0 ? decision->part->data.ttl : one->ttl;
        one->by_cname = name == 0 ? decision->part->data.by_cname : one->by_cname;
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
    struct vet_one *one = &vet->ones[resolver];
    bool is_denied = vet->is_given && decision && decision->kind == DECIDE_NXDOMAIN;
    if (decision && decision->part && vet->is_given && !one->has_listed) {
        one->has_listed = true;
        listed_note(w, decision->part);
    }
    if (decision) {
        vet->apex_known += !is_denied;
        vet->apex_denied += is_denied;
    }
    if (is_denied) {
        one->denies_zone = true;
        one->since = w->now;
        vet_move(vet, one, VET_WAITING);
    } else {
        ask_random(w, resolver);
    }
}

bool vet_test_again(struct worker *w, uint32_t resolver, const uint8_t *like)
{
    struct trust_record *r = trust_at(w->trust, resolver);
    struct name fresh;
    if (r->is_tested_again)
        return true;
    bool is_made = w->vet->zone.len > 0 && !w->vet->is_wild && make_name(w, &w->vet->zone, &fresh);
    struct vet_one *one = &w->vet->ones[resolver];
    one->was_alike = !one->was_alike;
    if (is_made && one->was_alike)
        make_alike(like, &fresh);
    if (!is_made || !ask_name(w, resolver, STEP_AGAIN, &fresh)) {
        r->tested_at = w->now; /* no telling */
        return false;
    }
    r->is_tested_again = true;
    r->test_sent = w->now;
    return true;
}

static void settle_again(struct worker *w, uint32_t resolver, const struct decision *decision)
{
    struct trust_record *r = trust_at(w->trust, resolver);
    /* No answer tells nothing: the zone may be the one that fails, and whether the resolver is
     * dead the pool finds out. */
    if (decision && decision->kind == DECIDE_DATA) {
        convict_note_forged(w, decision->part->data.hashes, decision->part->data.count);
        vet_reject(w, resolver, TRUST_REWRITES);
    } else if (decision && decision->kind == DECIDE_NODATA && w->vet->is_denied) {
        vet_reject(w, resolver, TRUST_BLANKS);
    } else {
        r->tested_at = r->test_sent;
    }
}

void vet_settle(struct worker *w, uint32_t index, const struct decision *decision, int reason)
{
    struct vet *vet = w->vet;
    const struct task *task = tasks_at(w->tasks, index);
    uint32_t resolver = task->resolver;
    unsigned step = task->step;
    struct vet_one *one = &vet->ones[resolver];
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
    vet->open--;
    if (step == STEP_AGAIN) /* whatever became of it: it may come back */
        trust_at(w->trust, resolver)->is_tested_again = false;
    if (trust_at(w->trust, resolver)->state == TRUST_CONVICTED)
        return;
    if (step == STEP_AGAIN) {
        settle_again(w, resolver, decision);
        return;
    }
    if (!decision && reason == TRUST_REFUSES && step == STEP_APEX && one->step == VET_APEX) {
        ask_random(w, resolver); /* it may refuse this type alone */
        return;
    }
    if (!decision && reason != TRUST_FAILS && step != VET_ELSEWHERE) {
        if (one->step != VET_OUT)
            put_out(w, resolver, (enum trust_reason)reason);
        return;
    }
    if (step == VET_ELSEWHERE && one->step == VET_ADMITTED && decision &&
        decision->kind == DECIDE_NODATA)
        vet_reject(w, resolver, TRUST_BLANKS);
    if (one->step == VET_OUT || one->step == VET_ADMITTED)
        return;
    if (step == STEP_APEX) {
        settle_apex(w, resolver, decision);
        return;
    }
    if (decision)
        take_vote(one, resolver, step, decision);
    if (step == 0 && vet_gave_data(one, 0) && ask(w, resolver, 1))
        return;
    if (vet_gave_data(one, 0) || vet_gave_data(one, 1)) {
        one->since = w->now;
        one->was_elsewhere |= step == VET_ELSEWHERE;
        vet_move(vet, one, VET_WAITING);
    } else {
        vet_admit(w, resolver);
        if (vet_said(one, 0, VOTE_NODATA)) /* does it deny anything? */
            (void)ask(w, resolver, VET_ELSEWHERE);
    }
}
