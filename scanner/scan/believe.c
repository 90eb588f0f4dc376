// SPDX-License-Identifier: BSD-2-Clause
#include "scan/believe.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "dns/code.h"
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

#define CONVICTS_LOOKED_AT 64
#define APPEALS_MAX        6 /* of those that hide three names in five one in all is silent then */

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
        trust_note_word(w->trust, decision->resolver, decision->kind != DECIDE_NXDOMAIN);
    task->vote_kinds[vote] = (uint8_t)kinds[decision->kind];
    task->votes[vote] = decision->resolver;
    task->proven |= (uint8_t)(decision->is_proven << vote);
    task->unproven |= (uint8_t)(decision->is_unproven << vote);
    task->void_votes |= (uint8_t)(decision->is_contradicted << vote);
    if (decision->kind != DECIDE_NXDOMAIN)
        task->claimed_at = w->now;
    if (!decision->part)
        return;
    if (vote == 0 && !task->exists && !decision->is_proven)
        task->is_repeat = is_claimed_again(w, decision->part);
    decision->part->vote = vote;
    append_part(task, decision->part);
    decision->part = NULL;
}

static bool has_spoken(const struct task *task, uint32_t resolver)
{
    for (unsigned i = 0; i < task->vote_count; i++) {
        if (task->votes[i] == resolver)
            return true;
    }
    return false;
}

/* One of those that were convicted of lying, who has not spoken; TASK_NONE: none. */
static uint32_t choose_convict(struct worker *w, const struct task *task)
{
    uint32_t count = (uint32_t)w->trust->count;
    for (uint32_t i = 0; i < count && i < CONVICTS_LOOKED_AT; i++) {
        uint32_t resolver = w->appeal_turn++ % count;
        if (trust_may_bear_out(w->trust, resolver) && !has_spoken(task, resolver))
            return resolver;
    }
    return TASK_NONE;
}

/* One whose data go before others', who has not spoken, where data are in question. */
static uint32_t choose_sound(struct worker *w, const struct task *task)
{
    bool has_data = false;
    uint32_t count = (uint32_t)w->trust->count;
    for (unsigned i = 0; i < task->vote_count; i++)
        has_data |= task->vote_kinds[i] == OPINION_DATA;
    for (uint32_t i = 0; i < count && has_data; i++) {
        uint32_t resolver = w->sound_turn++ % count;
        if (trust_at(w->trust, resolver)->is_sound && !has_spoken(task, resolver))
            return resolver;
    }
    return TASK_NONE;
}

uint32_t believe_whom_to_ask(struct worker *w, uint32_t index)
{
    const struct task *task = tasks_at(w->tasks, index);
    if (task->appeals > 0)
        return choose_convict(w, task);
    for (uint32_t i = 0; i < w->trusted_count; i++) {
        uint32_t resolver = w->trusted[(w->trusted_turn + i) % w->trusted_count];
        if (has_spoken(task, resolver))
            continue;
        w->trusted_turn = (w->trusted_turn + i + 1) % w->trusted_count;
        return resolver;
    }
    return w->trust->sound > 0 ? choose_sound(w, task) : TASK_NONE;
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

/* They share any record. */
static bool are_akin(const struct part *a, const struct part *b)
{
    for (uint16_t i = 0; i < a->record_count; i++) {
        for (uint16_t j = 0; j < b->record_count; j++) {
            const struct hit_record *x = &a->records[i], *y = &b->records[j];
            if (x->type == y->type && x->rdata_len == y->rdata_len &&
                memcmp(x->rdata, y->rdata, x->rdata_len) == 0)
                return true;
        }
    }
    return false;
}

/* Its address is the unspecified one, 0.0.0.0 or ::, which filters put in another's place. */
static bool leads_nowhere(const struct part *part)
{
    static const uint8_t nowhere[16];
    bool has_any = false;
    for (uint16_t i = 0; i < part->record_count; i++) {
        const struct hit_record *record = &part->records[i];
        if (record->type != TYPE_A && record->type != TYPE_AAAA)
            continue;
        has_any = true;
        if (memcmp(record->rdata, nowhere, record->rdata_len) != 0)
            return false;
    }
    return has_any;
}

static const struct part *part_of(const struct task *task, uint16_t type, unsigned vote)
{
    for (const struct part *part = task->parts; part; part = part->next) {
        if (part->type == type && part->vote == vote)
            return part;
    }
    return NULL;
}

/* Data of one that was convicted count beside the same from one that is believed: two do not
 * make up the same. Made up they are known, and what it denies is nothing. */
static void take_borne_out(struct worker *w, const struct task *task,
                           struct opinion opinions[OPINIONS_MAX])
{
    uint8_t believed = 0;
    for (unsigned i = 0; i < task->vote_count; i++) {
        if (opinions[i].kind == OPINION_DATA && !opinions[i].is_void && !opinions[i].is_forged)
            believed |= (uint8_t)(1u << i);
    }
    for (unsigned i = 0; i < task->vote_count; i++) {
        if (opinions[i].is_void && !opinions[i].is_forged && (opinions[i].overlaps & believed) &&
            trust_may_bear_out(w->trust, task->votes[i]) && !(task->void_votes >> i & 1))
            opinions[i].is_void = false;
    }
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
            .is_null = parts[i] && leads_nowhere(parts[i]),
            .is_sound = record->is_sound,
            .is_outvoted = trust_is_outvoted(w->trust, resolver),
            .is_forged = parts[i] && convict_is_forged(w->run, &parts[i]->data),
            .op = pool_at(w->pool, resolver)->operator_index,
        };
        for (unsigned j = 0; parts[i] && j < i; j++) {
            if (!parts[j] || !are_akin(parts[i], parts[j]))
                continue;
            out[i].akin |= (uint8_t)(1u << j);
            out[j].akin |= (uint8_t)(1u << i);
            if (!overlap(parts[i], parts[j]))
                continue;
            out[i].overlaps |= (uint8_t)(1u << j);
            out[j].overlaps |= (uint8_t)(1u << i);
        }
    }
    take_borne_out(w, task, out);
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

/* Two of those that deny have shown that they do not deny everything. */
static bool know_a_name(struct worker *w, const struct task *task)
{
    unsigned count = 0;
    for (unsigned i = 0; i < task->vote_count; i++)
        count += task->vote_kinds[i] != OPINION_DATA && trust_at(w->trust, task->votes[i])->passes;
    return count >= 2;
}

/* What the verdict says about those whose opinions led to it. */
static void teach(struct worker *w, uint32_t index, const struct opinion_verdict *verdict,
                  const struct opinion *opinions)
{
    const struct task *task = tasks_at(w->tasks, index);
    const struct question *question = engine_question(w->engine, index);
    uint32_t hash = (uint32_t)hash64(question->wire, name_len(question->wire), 0);
    bool is_proven = verdict->confirmed != OPINION_BY_ONE;
    bool is_agreed = verdict->claimed && know_a_name(w, task);
    for (unsigned i = 0; i < task->vote_count && is_proven; i++) {
        uint32_t resolver = task->votes[i];
        uint8_t bit = (uint8_t)(1u << i);
        if (verdict->agreed & bit)
            trust_note_data(w->trust, resolver, true);
        if (verdict->outvoted & bit)
            trust_note_data(w->trust, resolver, false);
        if (!(verdict->claimed & bit) || !(is_agreed || opinions[i].is_forged))
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

/* Where several gave their word on a name of which one says that it has data. */
static void note_dispute(struct worker *w, const struct opinion_verdict *verdict)
{
    bool is_over = verdict->result != OPINION_ASK;
    bool is_told = verdict->is_split || verdict->is_at_odds || verdict->agreed;
    bool is_certain =
        verdict->confirmed == OPINION_BY_TRUSTED || verdict->confirmed == OPINION_BY_SIGNATURE;
    if (is_over && is_told && !is_certain)
        trust_note_name(w->trust, verdict->is_split, verdict->is_at_odds);
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
    if (verdict->used && task->claimant == TASK_NONE && !is_signed)
        task->claimant = task->votes[__builtin_ctz(verdict->used)];
    task->varies |= verdict->varies;
}

/* A resolver whose word a name without data rests on. Of several that deny what another gives
 * data for one will do: if the name is there they hide it, each of them, and are found out. */
static void note_word(struct worker *w, struct task *task, const struct opinion_verdict *verdict,
                      const struct opinion *opinions)
{
    uint32_t said = TASK_NONE;
    bool is_contradiction = false; /* one of the two lies, and by a false denial more is lost */
    if (verdict->confirmed == OPINION_BY_TRUSTED || verdict->confirmed == OPINION_BY_SIGNATURE)
        return;
    for (unsigned i = 0; i < task->vote_count; i++) {
        if (opinions[i].is_void || opinions[i].kind == OPINION_DATA)
            continue;
        said = task->votes[i];
        is_contradiction |= task->exists && opinions[i].kind == OPINION_NXDOMAIN;
    }
    if (said == TASK_NONE)
        return;
    /* Of an earlier type another said so: whichever is less tested. */
    if (task->word == TASK_NONE || is_contradiction ||
        trust_at(w->trust, said)->passes < trust_at(w->trust, task->word)->passes)
        task->word = said;
}

static uint32_t operators_to_ask(const struct worker *w)
{
    uint32_t usable = pool_usable_operators(w->pool), hopeful = vet_hopeful_count(w->vet);
    uint32_t count = usable < hopeful ? usable : hopeful;
    return count ? count : 1;
}

/* Opinion I says that a name is there which may be made up. */
static bool is_claim(const struct task *task, unsigned i)
{
    return task->vote_kinds[i] == OPINION_DATA ||
           (task->vote_kinds[i] == OPINION_NODATA && !task->exists);
}

/* Data that others deny, that were another name's just now or known to be made up, or from one
 * that denies nothing all of a sudden, are made up or the others hide: a random name tells. True:
 * such a test is out. */
static bool is_on_test(struct worker *w, uint32_t index)
{
    const struct task *task = tasks_at(w->tasks, index);
    const struct question *question = engine_question(w->engine, index);
    bool is_denied = false, has_data = false, is_out = false;
    if (task->proven)
        return false;
    for (unsigned i = 0; i < task->vote_count; i++) {
        is_denied |= task->vote_kinds[i] == OPINION_NXDOMAIN;
        has_data |= task->vote_kinds[i] == OPINION_DATA;
    }
    for (unsigned i = 0; i < task->vote_count; i++) {
        uint32_t resolver = task->votes[i];
        const struct trust_record *r = trust_at(w->trust, resolver);
        const struct part *part = part_of(task, question_type(question), i);
        if (is_denied && has_data && r->state == TRUST_ADMITTED)
            listed_test(w, resolver);
        bool is_contradicted =
            part && (is_denied || task->is_repeat || convict_is_forged(w->run, &part->data));
        bool is_doubtful = is_contradicted || trust_is_talkative(w->trust, resolver);
        bool is_tested = r->tested_at >= task->claimed_at - (is_contradicted ? 0 : CREDIT);
        if (!is_claim(task, i) || r->state != TRUST_ADMITTED || r->is_trusted || !is_doubtful ||
            is_tested)
            continue;
        is_out |= vet_test_again(w, resolver, question->wire);
    }
    return is_out;
}

/* At the start the first resolver may be the only one that passed its vetting, and others
 * are about to: for a while a name that one alone gave data for waits for a second one. And
 * where most may turn out to lie a name waits for that. */
static bool may_be_joined(struct worker *w, struct task *task,
                          const struct opinion_verdict *verdict)
{
    bool is_alone = verdict->result == OPINION_EXISTS && verdict->confirmed == OPINION_BY_ONE;
    bool is_lonely = is_alone && vet_open_count(w->vet) > 0 && vet_hopeful_count(w->vet) > 1;
    bool is_unclear = verdict->result == OPINION_EXISTS && vet_suspect_count(w->vet) > 0 &&
                      vet_suspect_count(w->vet) + w->trust->liars >= w->trust->admitted;
    if (!is_lonely && !is_unclear)
        return false;
    if (task->same_until == 0)
        task->same_until = w->now + JOIN_PATIENCE;
    return w->now < task->same_until;
}

/* Nobody that is believed is left to ask, and who is left may lie like the others did: one
 * of those may bear the data out. */
static bool may_appeal(const struct worker *w, const struct task *task)
{
    bool has_data = false;
    for (unsigned i = 0; i < task->vote_count; i++)
        has_data |= task->vote_kinds[i] == OPINION_DATA;
    return has_data && trust_is_hostile(w->trust) && task->appeals < APPEALS_MAX &&
           task->vote_count < OPINIONS_MAX;
}

enum belief believe_weigh(struct worker *w, uint32_t index, bool is_last)
{
    struct task *task = tasks_at(w->tasks, index);
    uint16_t type = question_type(engine_question(w->engine, index));
    struct opinion opinions[OPINIONS_MAX];
    if (!is_last && is_on_test(w, index))
        return BELIEF_WAIT;
    take_opinions(w, task, type, opinions);
    const struct opinion_view view = {
        .name_exists = task->exists,
        .operators = operators_to_ask(w),
        .is_last = is_last,
        .is_doubtful = trust_doubt(w->trust) == TRUST_DOUBT,
        .has_sound = w->trust->sound > 0,
        .is_hostile = trust_is_hostile(w->trust),
    };
    struct opinion_verdict verdict = opinions_weigh(opinions, task->vote_count, &view);
    if (!is_last && may_be_joined(w, task, &verdict))
        return BELIEF_WAIT;
    task->same_until = 0;
    if (verdict.result != OPINION_DISPUTED || !may_appeal(w, task))
        note_dispute(w, &verdict);
    teach(w, index, &verdict, opinions);
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
        note_word(w, task, &verdict, opinions);
        task->exists = true;
        return BELIEF_TYPE;
    case OPINION_ABSENT:
        keep_parts(task, type, 0);
        note_word(w, task, &verdict, opinions);
        return BELIEF_ABSENT;
    case OPINION_DISPUTED:
        if (may_appeal(w, task)) {
            task->appeals++;
            return BELIEF_ASK;
        }
        break;
    }
    keep_parts(task, type, 0);
    return BELIEF_DISPUTE;
}
