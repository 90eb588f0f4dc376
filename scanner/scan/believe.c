// SPDX-License-Identifier: BSD-2-Clause
#include "scan/believe.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "scan/convict.h"
#include "scan/vet.h"
#include "verdict/trust.h"

#define JOIN_PATIENCE (2 * NS_PER_S) /* vetting takes three round trips, and a retry */

/* In the order of the types, for output. */
static void append_part(struct task *task, struct part *part)
{
    struct part **last = &task->parts;
    while (*last)
        last = &(*last)->next;
    *last = part;
}

#define CREDIT (NS_PER_S / 2) /* for who was tested just now */

/* What makes up data makes up the same for many names. Hosts that share an address are many,
 * too; telling them apart costs a question now and then. */
static bool is_claimed_again(struct worker *w, const struct part *part)
{
    uint64_t hash = part->data.hashes[0];
    for (unsigned i = 0; i < WORKER_CLAIMS; i++) {
        if (w->claims[i] == hash)
            return true;
    }
    w->claims[w->claim_next++ % WORKER_CLAIMS] = hash;
    return false;
}

void believe_note(struct worker *w, uint32_t index, struct decision *decision)
{
    static const enum opinion_kind kinds[] = {
        [DECIDE_DATA] = OPINION_DATA,
        [DECIDE_NODATA] = OPINION_NODATA,
        [DECIDE_NXDOMAIN] = OPINION_NXDOMAIN,
    };
    struct task *task = tasks_at(w->tasks, index);
    if (task->vote_count == OPINIONS_MAX)
        return;
    uint8_t vote = task->vote_count++;
    if (vote == 0 && !task->exists && !decision->is_proven)
        trust_note_word(w->trust, decision->resolver, decision->kind == DECIDE_DATA);
    task->vote_kinds[vote] = (uint8_t)kinds[decision->kind];
    task->votes[vote] = decision->resolver;
    task->proven |= (uint8_t)(decision->is_proven << vote);
    task->unproven |= (uint8_t)(decision->is_unproven << vote);
    task->void_votes |= (uint8_t)(decision->is_contradicted << vote);
    if (!decision->part)
        return;
    task->claimed_at = w->now;
    if (vote == 0 && !task->exists && !decision->is_proven)
        task->is_repeat = is_claimed_again(w, decision->part);
    decision->part->vote = vote;
    append_part(task, decision->part);
    decision->part = NULL;
}

uint32_t believe_whom_to_ask(struct worker *w, uint32_t index)
{
    const struct task *task = tasks_at(w->tasks, index);
    for (uint32_t i = 0; i < w->trusted_count; i++) {
        uint32_t resolver = w->trusted[(w->trusted_turn + i) % w->trusted_count];
        bool has_spoken = false;
        for (unsigned j = 0; j < task->vote_count; j++)
            has_spoken |= task->votes[j] == resolver;
        if (has_spoken)
            continue;
        w->trusted_turn = (w->trusted_turn + i + 1) % w->trusted_count;
        return resolver;
    }
    return TASK_NONE;
}

/* --- what was said, as opinions --- */

static bool has_record_of(const struct part *part, uint16_t type)
{
    for (uint16_t i = 0; i < part->record_count; i++) {
        if (part->records[i].type == type)
            return true;
    }
    return false;
}

/* The two share a datum of the type asked or, where a chain ends without one, a link of it. */
static bool overlap(const struct part *a, const struct part *b)
{
    bool has_data = has_record_of(a, a->type);
    if (has_data != has_record_of(b, b->type))
        return false;
    for (uint16_t i = 0; i < a->record_count; i++) {
        const struct hit_record *x = &a->records[i];
        if (has_data && x->type != a->type)
            continue;
        for (uint16_t j = 0; j < b->record_count; j++) {
            const struct hit_record *y = &b->records[j];
            if (x->type == y->type && x->rdata_len == y->rdata_len &&
                memcmp(x->rdata, y->rdata, x->rdata_len) == 0)
                return true;
        }
    }
    return false;
}

static const struct part *part_of(const struct task *task, uint16_t type, unsigned vote)
{
    for (const struct part *part = task->parts; part; part = part->next) {
        if (part->type == type && part->vote == vote)
            return part;
    }
    return NULL;
}

static void take_opinions(struct worker *w, const struct task *task, uint16_t type,
                          struct opinion out[OPINIONS_MAX])
{
    const struct part *parts[OPINIONS_MAX];
    for (unsigned i = 0; i < task->vote_count; i++) {
        uint32_t resolver = task->votes[i];
        const struct trust_record *record = trust_at(w->trust, resolver);
        parts[i] = part_of(task, type, i);
        out[i] = (struct opinion){
            .kind = task->vote_kinds[i],
            .is_trusted = record->is_trusted,
            .is_proven = task->proven >> i & 1,
            .is_unproven = task->unproven >> i & 1,
            .is_void = record->state != TRUST_ADMITTED || (task->void_votes >> i & 1),
            .is_outvoted = trust_is_outvoted(w->trust, resolver),
            .is_forged = parts[i] && convict_is_forged(w->run, &parts[i]->data),
            .op = pool_at(w->pool, resolver)->operator_index,
        };
        for (unsigned j = 0; parts[i] && j < i; j++) {
            if (!parts[j] || !overlap(parts[i], parts[j]))
                continue;
            out[i].overlaps |= (uint8_t)(1u << j);
            out[j].overlaps |= (uint8_t)(1u << i);
        }
    }
}

/* --- what it comes to --- */

/* Of the present type only the data of the votes in USED are kept. */
static void keep_parts(struct task *task, uint16_t type, uint8_t used)
{
    struct part **at = &task->parts;
    while (*at) {
        struct part *part = *at;
        if (part->type != type || (used >> part->vote & 1)) {
            at = &part->next;
            continue;
        }
        *at = part->next;
        free(part);
    }
}

/* What the verdict says about those whose opinions led to it. */
static void teach(struct worker *w, uint32_t index, const struct opinion_verdict *verdict)
{
    const struct task *task = tasks_at(w->tasks, index);
    const struct question *question = engine_question(w->engine, index);
    uint32_t hash = (uint32_t)hash64(question->wire, name_len(question->wire), 0);
    bool is_proven = verdict->confirmed != OPINION_BY_ONE;
    for (unsigned i = 0; i < task->vote_count && is_proven; i++) {
        uint32_t resolver = task->votes[i];
        uint8_t bit = (uint8_t)(1u << i);
        if (verdict->agreed & bit)
            trust_note_data(w->trust, resolver, true);
        if (verdict->outvoted & bit)
            trust_note_data(w->trust, resolver, false);
        if (!(verdict->claimed & bit))
            continue;
        const struct part *part = part_of(task, question_type(question), i);
        if (!trust_note_false(w->trust, resolver, hash))
            continue;
        if (part)
            convict_note_forged(w, part->data.hashes, part->data.count);
        convict(w, resolver, TRUST_REWRITES);
    }
}

void believe_probes(struct worker *w)
{
    struct wildcard_liar liar;
    while (wildcards_next_liar(w->wildcards, &liar)) {
        if (!trust_note_false(w->trust, liar.resolver, liar.parent))
            continue;
        convict_note_forged(w, &liar.hash, 1);
        convict(w, liar.resolver, TRUST_REWRITES);
    }
}

static void note_confirmed(struct task *task, const struct opinion_verdict *verdict)
{
    if (task->confirmer_count == 0)
        task->confirmed = (uint8_t)verdict->confirmed;
    for (unsigned i = 0; i < task->vote_count; i++) {
        bool is_known = !(verdict->used >> i & 1);
        for (unsigned j = 0; j < task->confirmer_count; j++)
            is_known |= task->confirmers[j] == task->votes[i];
        if (!is_known && task->confirmer_count < TASK_CONFIRMERS_MAX)
            task->confirmers[task->confirmer_count++] = task->votes[i];
    }
    for (unsigned i = 0; i < task->vote_count; i++) {
        if ((verdict->denied >> i & 1) && task->denier_count < OPINIONS_MAX)
            task->deniers[task->denier_count++] = task->votes[i];
    }
    bool is_signed = verdict->confirmed == OPINION_BY_SIGNATURE;
    if (verdict->used & 1 && task->claimant == TASK_NONE && !is_signed)
        task->claimant = task->votes[0];
    task->varies |= verdict->varies;
}

/* The resolver whose word alone a name without data rests on, if it is one. */
static void note_word(struct task *task, const struct opinion_verdict *verdict,
                      const struct opinion *opinions)
{
    if (task->word != TASK_NONE || verdict->confirmed != OPINION_BY_ONE)
        return;
    for (unsigned i = 0; i < task->vote_count; i++) {
        if (!opinions[i].is_void && opinions[i].kind != OPINION_DATA)
            task->word = task->votes[i];
    }
}

static uint32_t operators_to_ask(const struct worker *w)
{
    uint32_t usable = pool_usable_operators(w->pool), hopeful = vet_hopeful_count(w->vet);
    uint32_t count = usable < hopeful ? usable : hopeful;
    return count ? count : 1;
}

/* Data that others deny, that were another name's just now, or from one that gives them all of
 * a sudden, are made up or the others hide: a random name tells. True: such a test is out. */
static bool is_on_test(struct worker *w, const struct task *task)
{
    bool is_contradicted = task->is_repeat, is_out = false;
    if (task->proven)
        return false;
    for (unsigned i = 0; i < task->vote_count; i++)
        is_contradicted |= task->vote_kinds[i] == OPINION_NXDOMAIN;
    for (unsigned i = 0; i < task->vote_count; i++) {
        uint32_t resolver = task->votes[i];
        const struct trust_record *r = trust_at(w->trust, resolver);
        bool is_doubtful = is_contradicted || trust_is_talkative(w->trust, resolver);
        bool is_tested = r->tested_at >= task->claimed_at - (is_contradicted ? 0 : CREDIT);
        if (task->vote_kinds[i] != OPINION_DATA || r->state != TRUST_ADMITTED || r->is_trusted ||
            !is_doubtful || is_tested)
            continue;
        is_out |= vet_test_again(w, resolver);
    }
    return is_out;
}

/* At the start the first resolver may be the only one that passed its vetting, and others
 * are about to: for a while a name that one alone gave data for waits for a second one. */
static bool may_be_joined(struct worker *w, struct task *task,
                          const struct opinion_verdict *verdict)
{
    bool is_alone = verdict->result == OPINION_EXISTS && verdict->confirmed == OPINION_BY_ONE;
    if (!is_alone || vet_open_count(w->vet) == 0 || vet_hopeful_count(w->vet) < 2)
        return false;
    if (task->same_until == 0)
        task->same_until = w->now + JOIN_PATIENCE;
    return w->now < task->same_until;
}

enum belief believe_weigh(struct worker *w, uint32_t index, bool is_last)
{
    struct task *task = tasks_at(w->tasks, index);
    uint16_t type = question_type(engine_question(w->engine, index));
    struct opinion opinions[OPINIONS_MAX];
    if (!is_last && is_on_test(w, task))
        return BELIEF_WAIT;
    take_opinions(w, task, type, opinions);
    const struct opinion_view view = {
        .name_exists = task->exists,
        .operators = operators_to_ask(w),
        .is_last = is_last,
        .is_hostile = trust_is_hostile(w->trust),
    };
    struct opinion_verdict verdict = opinions_weigh(opinions, task->vote_count, &view);
    if (!is_last && may_be_joined(w, task, &verdict))
        return BELIEF_WAIT;
    task->same_until = 0;
    teach(w, index, &verdict);
    switch (verdict.result) {
    case OPINION_ASK:
        return BELIEF_ASK;
    case OPINION_EXISTS:
        keep_parts(task, type, verdict.used);
        note_confirmed(task, &verdict);
        task->exists = true;
        return BELIEF_TYPE;
    case OPINION_EMPTY:
        keep_parts(task, type, 0);
        note_word(task, &verdict, opinions);
        task->exists = true;
        return BELIEF_TYPE;
    case OPINION_ABSENT:
        keep_parts(task, type, 0);
        note_word(task, &verdict, opinions);
        return BELIEF_ABSENT;
    case OPINION_DISPUTED:
        break;
    }
    keep_parts(task, type, 0);
    return BELIEF_DISPUTE;
}
