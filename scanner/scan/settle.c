// SPDX-License-Identifier: BSD-2-Clause
/* Acting on what a turn collected.
 *
 * Each decision moves one task. One about an earlier question of the task, or one that
 * another has made moot, is dropped.
 *   data, no data     -> the next type, or conclude
 *   no such name      -> conclude
 *   trouble           -> retry policy: again (now, later, by TCP, without EDNS) or end
 * collect.c notes the decisions, conclude.c gives verdicts. */
#include "scan/believe.h"
#include "scan/conclude.h"
#include "scan/hope.h"

#include <stdlib.h>

#include "base/log.h"
#include "dns/code.h"

#define WEIGH_LATER (20 * NS_PER_MS)

static void send_again(struct worker *w, uint32_t index, mono_ns delay)
{
    if (delay > 0) {
        tasks_push_delayed(w->tasks, index, w->now + delay);
        return;
    }
    tasks_move(w->tasks, index, TASK_READY);
    tasks_push_ready_again(w->tasks, index);
}

/* The next type that the name may have. */
static unsigned type_after(struct worker *w, uint32_t index)
{
    const struct task *task = tasks_at(w->tasks, index);
    unsigned next = task->type_index + 1u;
    struct denial_view view;
    if (next >= w->run->params->type_count)
        return next;
    denying_view(w->run, task->zone, engine_question(w->engine, index)->wire, &view);
    bool is_known = view.finding == DENIAL_EXISTS || view.finding == DENIAL_EMPTY;
    while (is_known && next < w->run->params->type_count && !(view.types >> next & 1))
        next++;
    return next;
}

/* The type is settled: asks the next one, or concludes. */
static void next_type(struct worker *w, uint32_t index)
{
    struct task *task = tasks_at(w->tasks, index);
    const struct scan_params *params = w->run->params;
    unsigned next = type_after(w, index);
    bool is_last = task->asks > 0 || next >= params->type_count;
    if (!task->exists || is_last || conclude_is_early(w, index)) {
        conclude_task(w, index, false);
        return;
    }
    task->type_index = (uint8_t)next;
    task->generation++;
    task->vote_count = task->appeals = 0;
    task->proven = task->unproven = task->void_votes = 0;
    task->retry = (struct retry_state){0};
    task->action = RETRY_ELSEWHERE;
    if (!task->parts) /* then the one has said all that a name without data rests on */
        task->wish = task->word;
    engine_query_renew(w->engine, index);
    question_set_type(engine_question(w->engine, index), params->types[task->type_index]);
    tasks_move(w->tasks, index, TASK_READY);
    tasks_push_ready_front(w->tasks, index); /* ahead of retries: a hit is near */
}

static void note_reply(struct task *task, const struct decision *decision)
{
    task->rcode = decision->rcode;
    task->resolver = decision->resolver;
    task->rtt_us = decision->rtt_us ? decision->rtt_us : 1;
}

/* Tries are used up, or the resolvers agree that the zone fails. */
static void end_undecided(struct worker *w, uint32_t index, enum retry_action end,
                          const char *reason)
{
    struct task *task = tasks_at(w->tasks, index);
    task->reason = reason;
    if (task->parts) { /* an earlier type has data: the name is there */
        task->reason = NULL;
        if (task->asks > 0) /* and nobody tells more of it */
            task->asks = WILDCARD_ASKS_MAX;
        conclude_task(w, index, false);
        return;
    }
    conclude_as(w, index, end == RETRY_END_SERVFAIL ? VERDICT_SERVFAIL : VERDICT_UNRESOLVED, 0,
                NULL);
}

static const struct wildcard_reply probe_lost = {.result = WILDCARD_PROBE_LOST};

static void settle_probe(struct worker *w, uint32_t index, const struct wildcard_reply *reply)
{
    struct task *task = tasks_at(w->tasks, index);
    uint32_t parent = task->probe_parent;
    uint16_t type = question_type(engine_question(w->engine, index));
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
    bool is_ready = wildcards_result(w->wildcards, parent, type, reply);
    if (w->trust)
        believe_probes(w);
    if (is_ready)
        conclude_held(w, parent);
}

static void act_on(struct worker *w, uint32_t index, enum belief belief);

/* Nobody more is asked about a candidate's present question: what was said has to do. */
static void end_candidate(struct worker *w, uint32_t index, const struct retry_decision *end)
{
    struct task *task = tasks_at(w->tasks, index);
    if (w->trust && task->vote_count > 0) {
        enum belief belief = believe_weigh(w, index, true);
        bool is_appeal = belief == BELIEF_ASK && task->appeals > 0;
        if (is_appeal || (belief != BELIEF_ASK && belief != BELIEF_DISPUTE)) {
            act_on(w, index, belief);
            return;
        }
    }
    end_undecided(w, index, end->action, end->reason);
}

/* Nothing came of a task that asked one certain resolver, or of a probe. */
static void end_other(struct worker *w, uint32_t index, enum retry_cause cause)
{
    switch ((enum task_kind)tasks_at(w->tasks, index)->kind) {
    case TASK_PROBE:
        settle_probe(w, index, &probe_lost);
        break;
    case TASK_CHECK:
        checks_settle(w, index, NULL);
        break;
    case TASK_CUT:
        cutter_settle(w, index, NULL);
        break;
    case TASK_KEYS:
        keys_settle(w, index, NULL);
        break;
    case TASK_CHAIN:
        chain_settle(w, index, NULL);
        break;
    default:
        vet_settle(w, index, NULL,
                   cause == RETRY_SERVFAIL                                ? TRUST_FAILS
                   : cause == RETRY_TIMEOUT || cause == RETRY_UNREACHABLE ? TRUST_DEAD
                                                                          : TRUST_REFUSES);
    }
}

static void retry(struct worker *w, uint32_t index, const struct decision *decision)
{
    struct task *task = tasks_at(w->tasks, index);
    struct pool_resolver *resolver = pool_at(w->pool, decision->resolver);
    const struct retry_resolver view = {
        .operator_index = resolver->operator_index,
        .is_good_standing = pool_is_good_standing(w->pool, decision->resolver) ||
                            !zonepace_has_answered(w->zonepace, task->zone),
        .sent_with_edns = decision->with_edns,
        .sent_by_tcp = decision->by_tcp,
        .usable_count = worker_operators(w, task->zone),
    };
    enum retry_cause cause = (enum retry_cause)decision->cause;
    if (decision->rcode != RCODE_NOERROR)
        note_reply(task, decision);
    denying_release(w->run, task, SPAN_UNTOLD);
    if (cause == RETRY_TRUNCATED && !decision->by_tcp && decision->rcode == RCODE_NXDOMAIN)
        denying_note_size(w->run, task->zone, true);
    if (cause == RETRY_REFUSED || cause == RETRY_LAME)
        refusals_note(&w->refusals, resolver->operator_index, task->zone, w->now);
    if (cause == RETRY_FORMERR && decision->with_edns)
        resolver->without_edns = true;
    if (checks_is_pointless(w, task)) {
        checks_settle(w, index, NULL);
        return;
    }
    struct retry_decision next =
        retry_decide(&task->retry, cause, &view, worker_tries_max(w, task));
    switch (next.action) {
    case RETRY_ELSEWHERE:
    case RETRY_SAME_BY_TCP:
    case RETRY_SAME_WITHOUT_EDNS:
        task->action = (uint8_t)next.action;
        if (next.action != RETRY_ELSEWHERE && !task->is_pinned)
            task->resolver = decision->resolver;
        send_again(w, index, next.delay);
        break;
    case RETRY_END_SERVFAIL:
    case RETRY_END_UNRESOLVED:
        if (task->kind == TASK_CANDIDATE)
            end_candidate(w, index, &next);
        else
            end_other(w, index, cause);
        break;
    }
}

static void tell_decision(const struct worker *w, const struct decision *decision)
{
    const struct question *question = engine_question(w->engine, decision->task);
    char name[NAME_TEXT_MAX], type[CODE_TEXT_MAX];
    name_to_text(question->wire, name);
    bool is_reply = decision->kind != DECIDE_TROUBLE || decision->rcode != 0;
    log_query("%s %s via %s%s: %s, %.1f ms", name, code_type_to_text(question_type(question), type),
              worker_resolver_text(w, decision->resolver), decision->by_tcp ? " by TCP" : "",
              is_reply ? code_rcode_to_text(decision->rcode) : retry_cause_text(decision->cause),
              decision->rtt_us / 1000.0);
}

/* In the order of the types, for output. */
static void append_part(struct task *task, struct part *part)
{
    struct part **last = &task->parts;
    while (*last)
        last = &(*last)->next;
    *last = part;
}

/* --no-trust: the first reply is the truth. */
static void settle_by_one(struct worker *w, uint32_t index, struct decision *decision)
{
    struct task *task = tasks_at(w->tasks, index);
    task->proven |= decision->is_proven;
    switch ((enum decision_kind)decision->kind) {
    case DECIDE_DATA:
        if (decision->is_proven && !task->exists)
            task->confirmed = OPINION_BY_SIGNATURE;
        append_part(task, decision->part);
        decision->part = NULL;
        task->exists = true;
        break;
    case DECIDE_NODATA:
        task->exists = true;
        break;
    default: /* NXDOMAIN; after an earlier type's NOERROR it only means: no data of this one */
        break;
    }
    next_type(w, index);
}

static void act_on(struct worker *w, uint32_t index, enum belief belief)
{
    struct task *task = tasks_at(w->tasks, index);
    task->is_weighed_later = belief == BELIEF_WAIT;
    switch (belief) {
    case BELIEF_ASK:
        task->action = RETRY_ELSEWHERE;
        task->retry.tries = 0; /* an opinion is no failed try: the next one has tries of its own */
        task->wish = believe_whom_to_ask(w, index);
        tasks_move(w->tasks, index, TASK_READY);
        tasks_push_ready_front(w->tasks, index);
        break;
    case BELIEF_WAIT:
        tasks_push_delayed(w->tasks, index, w->now + WEIGH_LATER);
        break;
    case BELIEF_TYPE:
    case BELIEF_ABSENT:
        next_type(w, index);
        break;
    case BELIEF_DISPUTE:
        if (task->parts)
            conclude_task(w, index, false);
        else
            hope_put_off(w, index);
        break;
    }
}

static void settle_candidate(struct worker *w, uint32_t index, struct decision *decision)
{
    struct task *task = tasks_at(w->tasks, index);
    note_reply(task, decision);
    if (task->asks > 0 && decision->part)
        decision->part->is_further = true;
    if (!w->trust || task->asks > 0) {
        settle_by_one(w, index, decision);
        return;
    }
    believe_note(w, index, decision);
    if (decision->kind == DECIDE_DATA && conclude_is_explained(w, index)) {
        task->exists = true;
        task->word = decision->resolver;
        next_type(w, index);
        return;
    }
    /* However many tries were lost before: what was said gives the question tries again. */
    enum belief belief = believe_weigh(w, index, false);
    bool is_under_way = task->state == TASK_SENT && !decision->is_newest;
    if (belief != BELIEF_ASK || !is_under_way) /* else the try that is out will do */
        act_on(w, index, belief);
}

/* What a convicted resolver says about names is as good as silence. */
static void distrust(struct worker *w, struct decision *decision)
{
    const struct task *task = tasks_at(w->tasks, decision->task);
    bool is_heard = task->appeals > 0 && decision->kind == DECIDE_DATA;
    if (decision->kind == DECIDE_TROUBLE || task->is_pinned || is_heard ||
        trust_at(w->trust, decision->resolver)->state != TRUST_CONVICTED)
        return;
    decision->kind = DECIDE_TROUBLE;
    decision->cause = RETRY_STRANGE;
}

void settle_give_up(struct worker *w, uint32_t index, const char *reason)
{
    const struct retry_decision end = {.action = RETRY_END_UNRESOLVED, .reason = reason};
    if (tasks_at(w->tasks, index)->kind == TASK_CANDIDATE)
        end_candidate(w, index, &end);
    else
        end_other(w, index, RETRY_TIMEOUT);
}

/* What was said may mean that there is no such name, or that it has no such data. */
static void ask_plainly(struct worker *w, uint32_t index)
{
    struct task *task = tasks_at(w->tasks, index);
    task->is_without_do = true;
    task->generation++;
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_READY);
    tasks_push_ready_again(w->tasks, index);
}

static void settle_probe_reply(struct worker *w, uint32_t index, const struct decision *decision)
{
    static const enum wildcard_probe_result results[] = {
        [DECIDE_DATA] = WILDCARD_PROBE_DATA,
        [DECIDE_NODATA] = WILDCARD_PROBE_NODATA,
        [DECIDE_NXDOMAIN] = WILDCARD_PROBE_NXDOMAIN,
    };
    const struct task *task = tasks_at(w->tasks, index);
    const struct wildcard_reply reply = {
        .result = results[decision->kind],
        .data = decision->part ? &decision->part->data : NULL,
        .op = pool_at(w->pool, decision->resolver)->operator_index,
        .resolver = decision->resolver,
        .operators = worker_operators(w, task->zone),
    };
    if (w->roots && decision->part &&
        roots_note(w->roots, task->probe_parent, engine_question(w->engine, index)->wire,
                   decision->part) != 0)
        w->error = ERR_NOMEM;
    settle_probe(w, index, &reply);
}

static void settle(struct worker *w, struct decision *decision)
{
    uint32_t index = decision->task;
    struct task *task = tasks_at(w->tasks, index);
    if (task->generation != decision->generation || task->state == TASK_FREE)
        return;
    if (log_is_on(LOG_QUERY))
        tell_decision(w, decision);
    if (w->trust)
        distrust(w, decision);
    if (decision->kind == DECIDE_TROUBLE) {
        /* Trouble with a try that was given up already, or while it waits to go again. */
        if (decision->is_newest && task->state == TASK_SENT)
            retry(w, index, decision);
        return;
    }
    if (task->state == TASK_HELD)
        return; /* a second reply to its last question */
    denying_take(w, decision);
    if (decision->is_vague && !task->is_without_do && task->kind != TASK_CHAIN) {
        ask_plainly(w, index);
        return;
    }
    refusals_clear(&w->refusals, pool_at(w->pool, decision->resolver)->operator_index, task->zone);
    if (decision->kind == DECIDE_DELEGATED) {
        note_reply(task, decision);
        settle_give_up(w, index, DIRECT_DELEGATED);
        return;
    }
    switch ((enum task_kind)task->kind) {
    case TASK_CANDIDATE:
        settle_candidate(w, index, decision);
        return;
    case TASK_VET:
        vet_settle(w, index, decision, TRUST_NO_REASON);
        return;
    case TASK_CHECK:
        checks_settle(w, index, decision);
        return;
    case TASK_CUT:
        cutter_settle(w, index, decision);
        return;
    case TASK_KEYS:
        keys_settle(w, index, decision);
        return;
    case TASK_CHAIN:
        chain_settle(w, index, decision);
        return;
    case TASK_PROBE:
        settle_probe_reply(w, index, decision);
        return;
    }
}

void settle_weigh(struct worker *w, uint32_t index)
{
    act_on(w, index, believe_weigh(w, index, false));
}

static void destroy_decision(struct decision *decision)
{
    parts_destroy(decision->part);
    free(decision->message);
}

void settle_drain(struct worker *w)
{
    if (conclude_note_forged(w))
        conclude_all_held(w);
    for (size_t i = 0; i < w->decision_count && w->error == 0; i++)
        settle(w, &w->decisions[i]);
    for (size_t i = 0; i < w->decision_count; i++)
        destroy_decision(&w->decisions[i]);
    w->decision_count = 0;
}

void settle_abandon(struct worker *w, uint32_t index, const char *reason)
{
    struct task *task = tasks_at(w->tasks, index);
    if (task->kind == TASK_CHECK) {
        checks_settle(w, index, NULL);
    } else if (task->kind == TASK_CUT) {
        cutter_settle(w, index, NULL);
    } else if (task->kind == TASK_KEYS) {
        keys_settle(w, index, NULL);
    } else if (task->kind == TASK_CHAIN) {
        chain_settle(w, index, NULL);
    } else if (task->kind == TASK_VET) {
        vet_settle(w, index, NULL, TRUST_DEAD);
    } else if (task->kind == TASK_PROBE) {
        engine_query_renew(w->engine, index);
        tasks_move(w->tasks, index, TASK_FREE);
    } else if (task->parts) {
        conclude_task(w, index, true);
    } else {
        task->reason = reason;
        conclude_as(w, index, VERDICT_UNRESOLVED, 0, NULL);
    }
}

void settle_probe_lost(struct worker *w, const struct wildcard_probe *probe)
{
    if (wildcards_result(w->wildcards, probe->parent, probe->type, &probe_lost))
        conclude_held(w, probe->parent);
}

void settle_probe_denied(struct worker *w, const struct wildcard_probe *probe)
{
    static const struct wildcard_reply denied = {.result = WILDCARD_PROBE_NXDOMAIN,
                                                 .op = WILDCARD_OP_UNKNOWN};
    if (wildcards_result(w->wildcards, probe->parent, probe->type, &denied))
        conclude_held(w, probe->parent);
}

void settle_unplaced(struct worker *w, uint32_t index)
{
    const struct task *task = tasks_at(w->tasks, index);
    bool by_tcp = task->action == RETRY_SAME_BY_TCP;
    const struct decision decision = {
        .task = index,
        .generation = task->generation,
        .kind = DECIDE_TROUBLE,
        .cause = by_tcp                            ? RETRY_TCP_FAILED
                 : task->action == RETRY_ELSEWHERE ? RETRY_TIMEOUT
                                                   : RETRY_FORMERR,
        .by_tcp = by_tcp,
        .resolver = task->resolver,
    };
    retry(w, index, &decision);
}
