// SPDX-License-Identifier: BSD-2-Clause
/* While the engine receives: classify in place, note a decision. Nothing is sent, printed
 * or ended here; settle.c acts on the notes once the turn has received all there is. */
#include "scan/worker.h"

#include <stdlib.h>
#include <string.h>

#include "verdict/denial_kind.h"

/* Whose trouble it is, the zone's or the resolver's, is told before the resolver is judged. */
static void note_zone(struct worker *w, const struct decision *decision)
{
    bool is_trouble = decision->kind == DECIDE_TROUBLE;
    uint32_t op = pool_at(w->pool, decision->resolver)->operator_index;
    uint32_t zone = tasks_at(w->tasks, decision->task)->zone;
    /* One that refuses this zone and serves others does it at any rate. */
    if (is_trouble && decision->cause == RETRY_REFUSED &&
        refusals_are_of_zone(&w->refusals, op, zone))
        pool_excuse(w->pool);
    if (is_trouble && decision->cause == RETRY_SERVFAIL && zonepace_is_broken(w->zonepace, zone))
        pool_excuse(w->pool);
    if (is_trouble && decision->cause != RETRY_TIMEOUT && decision->cause != RETRY_SERVFAIL)
        return;
    if (zonepace_note(w->zonepace, zone, is_trouble,
                      pool_usual_trouble(w->pool, decision->resolver), decision->rtt_us * NS_PER_US,
                      w->now))
        pool_excuse(w->pool);
}

static void collect(struct worker *w, const struct decision *decision)
{
    note_zone(w, decision);
    if (w->decision_count == w->decision_cap) {
        size_t cap = w->decision_cap ? w->decision_cap * 2 : 512;
        struct decision *grown = realloc(w->decisions, cap * sizeof *grown);
        if (!grown) {
            parts_destroy(decision->part);
            free(decision->message);
            w->error = ERR_NOMEM;
            return;
        }
        w->decisions = grown;
        w->decision_cap = cap;
    }
    w->decisions[w->decision_count++] = *decision;
}

static struct decision decision_of(struct worker *w, uint32_t query, const struct engine_try *try)
{
    return (struct decision){
        .task = query,
        .generation = tasks_at(w->tasks, query)->generation,
        .kind = DECIDE_TROUBLE,
        .is_newest = try->is_newest,
        .by_tcp = try->by_tcp,
        .with_edns = try->with_edns,
        .resolver = try->resolver,
        .rtt_us = try->rtt_us,
    };
}

static enum retry_cause cause_of(enum answer_kind kind)
{
    switch (kind) {
    case ANSWER_SERVFAIL:
        return RETRY_SERVFAIL;
    case ANSWER_REFUSED:
        return RETRY_REFUSED;
    case ANSWER_FORMERR:
        return RETRY_FORMERR;
    case ANSWER_NOTIMP:
        return RETRY_NOTIMP;
    case ANSWER_TRUNCATED:
        return RETRY_TRUNCATED;
    default:
        return RETRY_STRANGE;
    }
}

/* --- signatures --- */

static bool has_signatures(const struct reply *reply)
{
    struct reply_iter iter;
    struct reply_record record;
    if (reply->authority_count + reply->answer_count == 0 || reply_iter_init(&iter, reply) != 0)
        return false;
    while (reply_next(&iter, &record) == 1 && record.section < 3) {
        if (record.type == TYPE_RRSIG)
            return true;
    }
    return false;
}

/* Verifying takes its time: what it needs is kept for the drain. */
static void keep_message(struct worker *w, const struct reply *reply, struct decision *decision)
{
    decision->message = malloc(sizeof *decision->message + reply->len);
    if (!decision->message) {
        w->error = ERR_NOMEM;
        return;
    }
    decision->message->len = reply->len;
    memcpy(decision->message->octets, reply->data, reply->len);
}

static void note_proofs(struct worker *w, const struct reply *reply, struct decision *decision)
{
    const struct task *task = tasks_at(w->tasks, decision->task);
    const struct denying_zone *zone = denying_zone(w->run, task->zone);
    if (task->kind == TASK_CHAIN) {
        if (has_signatures(reply))
            keep_message(w, reply, decision);
        return;
    }
    if (!zone || task->kind == TASK_KEYS || denying_state(zone) == DENYING_OFF)
        return;
    decision->wanted_proofs = decision->with_edns && !task->is_without_do;
    if (denying_state(zone) == DENYING_ON || has_signatures(reply))
        keep_message(w, reply, decision);
}

/* NOERROR without data may be how a signer says that there is no such name (RFC 9824). */
static void read_compact(const struct worker *w, const struct reply *reply,
                         const struct question *question, struct decision *decision)
{
    enum denial_compact said = denial_read_compact(reply, question);
    bool is_auto = w->run->params->dnssec == SCAN_DNSSEC_AUTO;
    if (said == DENIAL_SAYS_ABSENT)
        decision->kind = DECIDE_NXDOMAIN;
    /* Some say of all that is not there that it is empty. */
    decision->is_vague = said == DENIAL_SAYS_NEITHER || (said == DENIAL_SAYS_EMPTY && is_auto);
}

bool settle_reply(void *ctx, uint32_t query, const struct reply *reply,
                  const struct engine_try *try)
{
    struct worker *w = ctx;
    const struct question *question = engine_question(w->engine, query);
    struct answer answer;
    classify(reply, question, &answer);
    if (answer.kind == ANSWER_DAMAGED)
        return false;
    if (w->trust)
        classify_drop_translated(reply, &answer);
    struct decision decision = decision_of(w, query, try);
    decision.rcode = answer.rcode;
    bool is_damaged = false;
    switch (answer.kind) {
    case ANSWER_NXDOMAIN:
        decision.kind = DECIDE_NXDOMAIN;
        break;
    case ANSWER_NODATA:
        decision.kind = DECIDE_NODATA;
        read_compact(w, reply, question, &decision);
        break;
    case ANSWER_DATA:
        decision.kind = DECIDE_DATA;
        decision.part = part_create(reply, &answer, question_type(question), &is_damaged);
        if (is_damaged)
            return false;
        if (!decision.part)
            w->error = ERR_NOMEM;
        else
            decision.part->data.op = pool_at(w->pool, try->resolver)->operator_index;
        break;
    default:
        decision.cause = (uint8_t)cause_of(answer.kind);
    }
    if (w->run->direct)
        direct_judge(w, reply, &decision);
    if (w->run->direct)
        direct_note_size(w, reply, &decision);
    if (decision.kind != DECIDE_TROUBLE)
        note_proofs(w, reply, &decision);
    if (w->error == 0)
        collect(w, &decision);
    return true;
}

void settle_lost(void *ctx, uint32_t query, enum engine_loss loss, const struct engine_try *try)
{
    static const enum retry_cause causes[] = {
        [ENGINE_TIMED_OUT] = RETRY_TIMEOUT,
        [ENGINE_UNREACHABLE] = RETRY_UNREACHABLE,
        [ENGINE_TCP_FAILED] = RETRY_TCP_FAILED,
    };
    struct worker *w = ctx;
    struct decision decision = decision_of(w, query, try);
    decision.cause = (uint8_t)causes[loss];
    collect(w, &decision);
}
