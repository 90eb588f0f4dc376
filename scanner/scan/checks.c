// SPDX-License-Identifier: BSD-2-Clause
#include "scan/checks.h"

#include <stdlib.h>
#include <string.h>

#include "dns/code.h"
#include "scan/convict.h"
#include "scan/proof.h"
#include "scan/worker.h"
#include "verdict/trust.h"

#define OUT_MAX    512 /* checks out at a time: at 128 they took longer than a short list itself */
#define BURST_MAX  16  /* begun at once while names are still being asked */
#define LOOK_EVERY (5 * NS_PER_MS)
#define UNANSWERED 3 /* in a row: it is dead or refuses, and would hold up the run's end */
#define SILENT     8 /* queries of any kind in a row without an answer: more than loss does */

int checks_open(struct checks *checks)
{
    *checks = (struct checks){.names = calloc(CHECKS_NAMES_MAX, sizeof *checks->names)};
    return checks->names ? 0 : ERR_NOMEM;
}

void checks_close(struct checks *checks)
{
    free(checks->names);
    checks->names = NULL;
}

/* Room for a name, that of the oldest one if need be. */
static uint32_t take_place(struct checks *checks)
{
    if (checks->distinct < UINT32_MAX)
        checks->distinct++;
    if (checks->count < CHECKS_NAMES_MAX)
        return checks->count++;
    return checks->next++ % CHECKS_NAMES_MAX;
}

uint32_t checks_list(struct worker *w, const struct name *name, uint32_t zone)
{
    struct checks *checks = &w->checks;
    uint32_t at = take_place(checks);
    checks->names[at] = (struct known_name){
        .zone = zone, .serial = checks->distinct, .is_listed = true, .witness = TASK_NONE};
    question_init(&checks->names[at].question, name->wire, name->len, TYPE_A);
    return checks->distinct;
}

void checks_learn(struct worker *w, uint32_t index)
{
    struct checks *checks = &w->checks;
    uint32_t at = take_place(checks);
    const struct task *task = tasks_at(w->tasks, index);
    checks->names[at] = (struct known_name){
        .question = *engine_question(w->engine, index),
        .zone = task->zone,
        .serial = checks->distinct,
        .is_alias = task->parts->data.by_cname,
        .data_hash = (uint32_t)task->parts->data.hashes[0],
        .confirmer_count = task->confirmer_count,
        .witness = TASK_NONE,
    };
    memcpy(checks->names[at].confirmers, task->confirmers, sizeof task->confirmers);
    question_set_type(&checks->names[at].question, task->parts->type);
    for (unsigned i = 0; i < task->denier_count; i++)
        proof_want(w, &checks->names[at], task->deniers[i]);
    /* With two operators nobody could have found the name without the one, or in spite of it. */
    bool is_test = vet_hopeful_count(w->vet) > 2;
    for (unsigned i = 0; i < task->confirmer_count && is_test; i++) {
        if (task->confirmers[i] != task->claimant)
            trust_note_pass(w->trust, task->confirmers[i]);
    }
}

static void forget(struct checks *checks, uint32_t at)
{
    checks->names[at] = checks->names[--checks->count];
}

static bool ask(struct worker *w, uint32_t resolver, const struct known_name *known, uint8_t step)
{
    uint32_t index = tasks_take(w->tasks);
    if (index == TASK_NONE)
        return false;
    struct task *task = tasks_at(w->tasks, index);
    task->kind = TASK_CHECK;
    task->is_pinned = true;
    task->resolver = resolver;
    task->known = known->serial;
    task->step = step;
    task->zone = known->zone;
    *engine_question(w->engine, index) = known->question;
    tasks_push_ready_front(w->tasks, index);
    trust_at(w->trust, resolver)->pending++;
    w->checks.out++;
    counter_add(&w->counters.canaries, 1);
    return true;
}

bool checks_ask(struct worker *w, uint32_t resolver, const struct known_name *known)
{
    return ask(w, resolver, known, 0);
}

bool checks_ask_sampled(struct worker *w, uint32_t resolver, const struct known_name *known)
{
    return ask(w, resolver, known, 1);
}

void checks_ask_anew(struct worker *w)
{
    for (uint32_t i = 0; i < w->trust->count; i++) {
        struct trust_record *r = trust_at(w->trust, i);
        if (r->passes == 0)
            r->turn = r->exhausted = 0;
    }
}

static bool vouches(const struct known_name *known, uint32_t resolver)
{
    for (unsigned i = 0; i < known->confirmer_count; i++) {
        if (known->confirmers[i] == resolver)
            return true;
    }
    return false;
}

/* Another name for each check of a resolver, as long as there are any; none that is known
 * by its own word: that it says so once more is no test. */
static void begin(struct worker *w, uint32_t resolver)
{
    struct checks *checks = &w->checks;
    struct trust_record *r = trust_at(w->trust, resolver);
    while (r->turn < checks->count) {
        uint32_t at = (resolver * 2654435761u + r->turn++) % checks->count;
        if (vouches(&checks->names[at], resolver))
            continue;
        (void)checks_ask(w, resolver, &checks->names[at]);
        return;
    }
    r->exhausted = checks->distinct;
}

/* How much of this worker's part is done, as far as one can tell. */
static double progress_of(const struct worker *w)
{
    struct source_estimate estimate = w->run->source->ops->estimate(w->run->source);
    if (w->is_source_done || !estimate.is_known || estimate.total == 0)
        return 1;
    double part = (double)estimate.total / w->run->worker_count;
    double done = (double)counter_get(&w->counters.candidates) / part;
    return done < 1 ? done : 1;
}

void checks_go_on(struct worker *w, mono_ns *wake)
{
    struct checks *checks = &w->checks;
    if (checks->count == 0 && listed_any_is_there(w->run))
        listed_begin(w);
    if (checks->count == 0 || (w->now < checks->next_look && !w->is_source_done))
        return;
    checks->next_look = w->now + LOOK_EVERY;
    proof_go_on(w);
    double progress = progress_of(w);
    uint32_t left = w->is_source_done ? OUT_MAX : BURST_MAX;
    if (w->is_source_done && trust_is_enough(w->trust, checks->distinct))
        left = 0; /* the confirmations have told enough */
    while (left-- && checks->out < OUT_MAX && tasks_free_count(w->tasks) > 0) {
        uint32_t resolver = trust_next_check(w->trust, checks->distinct, progress);
        if (resolver == UINT32_MAX)
            break;
        begin(w, resolver);
    }
    if (checks->next_look < *wake)
        *wake = checks->next_look;
}

bool checks_are_done(struct worker *w)
{
    const struct checks *checks = &w->checks;
    if (proof_is_under_way(checks))
        return false;
    if (checks->count == 0)
        listed_begin(w);
    if (checks->count == 0 || trust_is_enough(w->trust, checks->distinct))
        return true;
    if (checks->out > 0)
        return false;
    for (uint32_t i = 0; i < w->trust->count; i++) {
        const struct trust_record *r = trust_at(w->trust, i);
        if (r->passes < trust_checks_wanted(w->trust, i, checks->distinct, 1))
            return false;
    }
    return true;
}

const struct known_name *checks_known(const struct checks *checks, uint32_t serial)
{
    for (uint32_t i = 0; i < checks->count; i++) {
        if (checks->names[i].serial == serial)
            return &checks->names[i];
    }
    return NULL;
}

bool checks_is_pointless(const struct worker *w, const struct task *task)
{
    if (task->kind != TASK_CHECK)
        return false;
    const struct pool_resolver *r = pool_at(w->pool, task->resolver);
    return r->state != POOL_ACTIVE || r->silent_run >= SILENT || r->refused_run >= SILENT;
}

/* False: the answer tells nothing. */
static bool settle_listed(struct worker *w, struct known_name *known, uint32_t resolver,
                          const struct decision *decision)
{
    bool has_data = decision->kind == DECIDE_DATA;
    if (decision->kind == DECIDE_NODATA ||
        (has_data && convict_is_forged(w->run, &decision->part->data)))
        return false; /* it may have addresses of the other family only */
    listed_settle(w, known->serial, has_data);
    if (!has_data || known->confirmer_count == TASK_CONFIRMERS_MAX || vouches(known, resolver))
        return true;
    if (known->confirmer_count == 0)
        checks_ask_anew(w); /* what others said before was mostly not kept */
    known->confirmers[known->confirmer_count++] = resolver;
    if (known->pending_count > 0)
        proof_renew(w, known);
    return true;
}

void checks_settle(struct worker *w, uint32_t index, const struct decision *decision)
{
    struct task *task = tasks_at(w->tasks, index);
    uint32_t resolver = task->resolver, serial = task->known;
    bool is_sampled = task->step == 1;
    if (is_sampled)
        sample_settle(w, task, decision);
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
    w->checks.out--;
    struct trust_record *r = trust_at(w->trust, resolver);
    r->pending--;
    r->unanswered = decision ? 0 : r->unanswered < UNANSWERED ? r->unanswered + 1 : UNANSWERED;
    if (r->unanswered == UNANSWERED)
        r->exhausted = w->checks.distinct; /* until another name is known */
    const struct known_name *found = checks_known(&w->checks, serial);
    uint32_t at = found ? (uint32_t)(found - w->checks.names) : 0;
    struct known_name *known = found ? &w->checks.names[at] : NULL;
    if (known && known->proof == PROOF_ASKING && resolver == known->witness) {
        if (!proof_settle(w, known, decision))
            forget(&w->checks, at);
        return;
    }
    if (!decision || !known || r->state == TRUST_CONVICTED)
        return;
    if (known->is_listed && !settle_listed(w, known, resolver, decision))
        return;
    if (decision->kind != DECIDE_DATA)
        proof_want(w, known, resolver);
    else if (!is_sampled || !vouches(known, resolver)) /* that it says so once more is no test */
        trust_note_pass(w->trust, resolver);
}
