// SPDX-License-Identifier: BSD-2-Clause
/* From replies to verdicts.
 *
 * 1. Collect: settle_reply and settle_lost classify in place and append a decision.
 *    Nothing is sent, freed or printed there.
 * 2. Drain: each decision moves one task. One about an earlier question of the task,
 *    or one that another has made moot, is dropped.
 *      data, no data     -> the next type, or conclude
 *      no such name      -> conclude
 *      trouble           -> retry policy: again (now, later, by TCP, without EDNS) or end
 * 3. Conclude: a name with data is judged against the wildcards known above it; while
 *    their probes are out, it is held.
 * 4. Finish: count, write, give the task back. Every candidate passes here, once. */
#include "scan/worker.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "dns/code.h"

/* --- 1. collect --- */

static void collect(struct worker *w, const struct decision *decision)
{
    if (w->decision_count == w->decision_cap) {
        size_t cap = w->decision_cap ? w->decision_cap * 2 : 512;
        struct decision *grown = realloc(w->decisions, cap * sizeof *grown);
        if (!grown) {
            parts_destroy(decision->part);
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

bool settle_reply(void *ctx, uint32_t query, const struct reply *reply,
                  const struct engine_try *try)
{
    struct worker *w = ctx;
    const struct question *question = engine_question(w->engine, query);
    struct answer answer;
    classify(reply, question, &answer);
    if (answer.kind == ANSWER_DAMAGED)
        return false;
    struct decision decision = decision_of(w, query, try);
    decision.rcode = answer.rcode;
    bool is_damaged = false;
    switch (answer.kind) {
    case ANSWER_NXDOMAIN:
        decision.kind = DECIDE_NXDOMAIN;
        break;
    case ANSWER_NODATA:
        decision.kind = DECIDE_NODATA;
        break;
    case ANSWER_DATA:
        decision.kind = DECIDE_DATA;
        decision.part = part_create(reply, &answer, question_type(question), &is_damaged);
        if (is_damaged)
            return false;
        if (!decision.part)
            w->error = ERR_NOMEM;
        break;
    default:
        decision.cause = (uint8_t)cause_of(answer.kind);
    }
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

/* --- 4. finish (told last, used by all above) --- */

static const char *resolver_text(const struct worker *w, uint32_t resolver)
{
    return w->run->fleet.items[pool_at(w->pool, resolver)->list_index].text;
}

static void count_verdict(struct worker *w, uint32_t zone, enum verdict verdict)
{
    counter_add(&w->counters.verdicts[verdict], 1);
    if (zone >= w->zone_verdict_count) {
        size_t count = zones_count(w->run->zones) + 64;
        void *grown = realloc(w->zone_verdicts, count * sizeof *w->zone_verdicts);
        if (!grown) {
            w->error = ERR_NOMEM;
            return;
        }
        w->zone_verdicts = grown;
        memset(w->zone_verdicts + w->zone_verdict_count, 0,
               (count - w->zone_verdict_count) * sizeof *w->zone_verdicts);
        w->zone_verdict_count = count;
    }
    w->zone_verdicts[zone][verdict]++;
}

static void count_found(struct worker *w, const struct hit *hit)
{
    bool has_v4 = false, has_v6 = false;
    for (uint8_t i = 0; i < hit->type_count; i++) {
        has_v4 |= hit->types[i] == TYPE_A;
        has_v6 |= hit->types[i] == TYPE_AAAA;
    }
    counter_add(&w->counters.names, 1);
    counter_add(&w->counters.found_ipv6_only, has_v6 && !has_v4);
    counter_add(&w->counters.found_dangling, (hit->flags & HIT_DANGLING) != 0);
    counter_add(&w->counters.found_private, (hit->flags & HIT_PRIVATE) != 0);
}

/* Hands a hit to the writer, names that are results once each. */
static void emit(struct worker *w, const struct hit *template, const uint8_t *name,
                 const struct part *parts)
{
    const struct scan_params *params = w->run->params;
    enum verdict verdict = template->verdict;
    bool is_result = verdict == VERDICT_FOUND || params->show[verdict];
    if (is_result) {
        int result = set_put(w->run->names, set_key(w->run->names, name, name_len(name)));
        if (result < 0)
            w->error = result;
        if (result != SET_NEW)
            return;
    }
    if (!is_result && !(verdict == VERDICT_UNRESOLVED && params->unresolved_path))
        return;
    struct hit_node *node = hit_create(template, name, parts);
    if (!node) {
        w->error = ERR_NOMEM;
        return;
    }
    if (verdict == VERDICT_FOUND)
        count_found(w, &node->hit);
    writer_put(w->run->writer, node);
}

/* Sources that learn from what became of their candidates are told. */
static void teach_source(struct worker *w, uint32_t index, enum verdict verdict)
{
    struct source *source = w->run->source;
    if (!source->ops->learn)
        return;
    const struct task *task = tasks_at(w->tasks, index);
    const struct evidence evidence = {
        .resolver = task->resolver,
        .rtt_us = task->rtt_us,
        .rcode = task->rcode,
        .tries = task->tries,
        .has_reply = task->rtt_us != 0,
    };
    source->ops->learn(source, engine_question(w->engine, index)->wire, verdict, &evidence);
}

static void finish(struct worker *w, uint32_t index, enum verdict verdict, unsigned flags,
                   const struct wildcard_finding *wildcard)
{
    struct task *task = tasks_at(w->tasks, index);
    const uint8_t *name = engine_question(w->engine, index)->wire;
    count_verdict(w, task->zone, verdict);
    bool is_told =
        verdict == VERDICT_FOUND || w->run->params->show[verdict] || verdict == VERDICT_UNRESOLVED;
    if (is_told) {
        bool has_reply = task->rtt_us != 0;
        struct hit template = {
            .zone = zones_at(w->run->zones, task->zone)->text,
            .verdict = verdict,
            .reason = task->reason,
            .rcode = task->rcode,
            .has_reply = has_reply,
            .flags = (uint8_t)flags,
            .tries = task->tries,
            .resolver = has_reply ? resolver_text(w, task->resolver) : NULL,
            .rtt_us = task->rtt_us,
            .confirmed = verdict == VERDICT_FOUND ? HIT_CONFIRMED_SINGLE : HIT_CONFIRMED_NOT,
            .source = w->run->params->command == SCAN_BRUTE ? HIT_FROM_WORDS : HIT_FROM_NAMES,
            .time_ms = clock_wall_ms(),
        };
        if (task->zone == ZONES_OTHER)
            template.zone = NULL;
        if (wildcard && wildcard->root) {
            template.wildcard_root = wildcard->root;
            template.wildcard_evidence = "probe";
            template.wildcard_pool = wildcard->pool;
        }
        emit(w, &template, name, task->parts);
    }
    teach_source(w, index, verdict);
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
}

void settle_unasked(struct worker *w, const struct candidate *candidate, uint32_t zone,
                    enum verdict verdict)
{
    count_verdict(w, zone, verdict);
    if (verdict == VERDICT_INVALID || !w->run->params->show[verdict])
        return; /* an invalid one has no name to write; it was told by file and line */
    struct hit template = {
        .zone = zone == ZONES_OTHER ? NULL : zones_at(w->run->zones, zone)->text,
        .verdict = verdict,
        .source = w->run->params->command == SCAN_BRUTE ? HIT_FROM_WORDS : HIT_FROM_NAMES,
        .time_ms = clock_wall_ms(),
    };
    emit(w, &template, candidate->name.wire, NULL);
}

/* --- 3. conclude --- */

/* IS_LAST: no type is still to come. */
static bool judge(struct worker *w, uint32_t index, bool is_last, struct wildcard_finding *out)
{
    struct task *task = tasks_at(w->tasks, index);
    struct wildcard_data data[HIT_TYPES_MAX];
    size_t count = 0;
    for (const struct part *part = task->parts; part && count < HIT_TYPES_MAX; part = part->next)
        data[count++] = part->data;
    const uint8_t *name = engine_question(w->engine, index)->wire;
    unsigned zone_labels = zones_at(w->run->zones, task->zone)->label_count;
    int error = is_last ? wildcards_judge(w->wildcards, name, zone_labels, data, count, out)
                        : wildcards_peek(w->wildcards, name, zone_labels, data, count, out);
    if (error != 0)
        w->error = error;
    return error == 0;
}

/* The list of tasks that wait for PARENT. */
static struct held_list *held_at(struct worker *w, uint32_t parent)
{
    if (parent >= w->held_cap) {
        size_t cap = w->held_cap ? w->held_cap : 64;
        while (cap <= parent)
            cap *= 2;
        struct held_list *grown = realloc(w->held, cap * sizeof *grown);
        if (!grown) {
            w->error = ERR_NOMEM;
            return NULL;
        }
        memset(grown + w->held_cap, 0, (cap - w->held_cap) * sizeof *grown);
        w->held = grown;
        w->held_cap = cap;
    }
    return &w->held[parent];
}

static void explain(struct worker *w, uint32_t index, const struct wildcard_finding *finding)
{
    if (!log_is_on(LOG_WHY) || !finding->root)
        return;
    char name[NAME_TEXT_MAX], why[2 * NAME_TEXT_MAX];
    name_to_text(engine_question(w->engine, index)->wire, name);
    wildcards_explain(w->wildcards, finding->root, why, sizeof why);
    log_why("%s: wildcard: %s", name, why);
}

/* Decides a task that nothing more is asked for. IS_FINAL: do not wait either. */
static void conclude(struct worker *w, uint32_t index, bool is_final)
{
    struct task *task = tasks_at(w->tasks, index);
    if (!task->parts) {
        finish(w, index, task->exists ? VERDICT_NODATA : VERDICT_NXDOMAIN, 0, NULL);
        return;
    }
    struct wildcard_finding finding = {0};
    if (!judge(w, index, true, &finding))
        return;
    switch (finding.judgement) {
    case WILDCARD_YES:
        explain(w, index, &finding);
        finish(w, index, VERDICT_WILDCARD, 0, &finding);
        return;
    case WILDCARD_NO:
        finish(w, index, VERDICT_FOUND, 0, NULL);
        return;
    case WILDCARD_POSSIBLE:
        finish(w, index, VERDICT_FOUND, HIT_WILDCARD_POSSIBLE, &finding);
        return;
    case WILDCARD_WAIT:
        break;
    }
    if (is_final) {
        finish(w, index, VERDICT_FOUND, HIT_WILDCARD_POSSIBLE, NULL);
        return;
    }
    struct held_list *list = held_at(w, finding.parent);
    if (!list)
        return;
    tasks_move(w->tasks, index, TASK_HELD);
    task->next = list->first ? list->first - 1 : TASK_NONE;
    list->first = index + 1;
    list->zone = task->zone;
}

static void conclude_held(struct worker *w, uint32_t parent)
{
    struct held_list *list = held_at(w, parent);
    if (!list || !list->first)
        return;
    uint32_t index = list->first - 1;
    list->first = 0;
    while (index != TASK_NONE) {
        uint32_t next = tasks_at(w->tasks, index)->next;
        conclude(w, index, false);
        index = next;
    }
}

/* --- 2. drain --- */

static void send_again(struct worker *w, uint32_t index, mono_ns delay)
{
    if (delay > 0) {
        tasks_push_delayed(w->tasks, index, w->now + delay);
        return;
    }
    tasks_move(w->tasks, index, TASK_READY);
    tasks_push_ready_again(w->tasks, index);
}

/* A wildcard that explains the data so far settles the name without the other types. */
static bool is_wildcard_already(struct worker *w, uint32_t index)
{
    struct wildcard_finding finding = {0};
    if (!tasks_at(w->tasks, index)->parts || !judge(w, index, false, &finding))
        return false;
    if (finding.judgement == WILDCARD_WAIT) {
        struct held_list *list = held_at(w, finding.parent);
        if (list)
            list->zone = tasks_at(w->tasks, index)->zone;
    }
    return finding.judgement == WILDCARD_YES;
}

/* The type is settled: asks the next one, or concludes. */
static void next_type(struct worker *w, uint32_t index)
{
    struct task *task = tasks_at(w->tasks, index);
    const struct scan_params *params = w->run->params;
    bool is_last = task->type_index + 1u >= params->type_count;
    if (!task->exists || is_last || is_wildcard_already(w, index)) {
        conclude(w, index, false);
        return;
    }
    task->type_index++;
    task->generation++;
    task->retry = (struct retry_state){0};
    task->action = RETRY_ELSEWHERE;
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
        conclude(w, index, false);
        return;
    }
    finish(w, index, end == RETRY_END_SERVFAIL ? VERDICT_SERVFAIL : VERDICT_UNRESOLVED, 0, NULL);
}

static void settle_probe(struct worker *w, uint32_t index, enum wildcard_probe_result result,
                         const struct wildcard_data *data)
{
    struct task *task = tasks_at(w->tasks, index);
    uint32_t parent = task->probe_parent;
    uint16_t type = question_type(engine_question(w->engine, index));
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
    if (wildcards_result(w->wildcards, parent, type, result, data))
        conclude_held(w, parent);
}

static void retry(struct worker *w, uint32_t index, const struct decision *decision)
{
    struct task *task = tasks_at(w->tasks, index);
    struct pool_resolver *resolver = pool_at(w->pool, decision->resolver);
    const struct retry_resolver view = {
        .operator_index = resolver->operator_index,
        .is_good_standing = pool_is_good_standing(w->pool, decision->resolver),
        .sent_with_edns = decision->with_edns,
        .sent_by_tcp = decision->by_tcp,
        .usable_count = pool_usable_operators(w->pool),
    };
    enum retry_cause cause = (enum retry_cause)decision->cause;
    if (decision->rcode != RCODE_NOERROR)
        note_reply(task, decision);
    if (cause == RETRY_REFUSED)
        refusals_note(&w->refusals, resolver->operator_index, task->zone, w->now);
    if (cause == RETRY_FORMERR && decision->with_edns)
        resolver->without_edns = true;
    struct retry_decision next =
        retry_decide(&task->retry, cause, &view, w->run->params->tries_max);
    switch (next.action) {
    case RETRY_ELSEWHERE:
    case RETRY_SAME_BY_TCP:
    case RETRY_SAME_WITHOUT_EDNS:
        task->action = (uint8_t)next.action;
        if (next.action != RETRY_ELSEWHERE)
            task->resolver = decision->resolver;
        send_again(w, index, next.delay);
        break;
    case RETRY_END_SERVFAIL:
    case RETRY_END_UNRESOLVED:
        if (task->kind == TASK_PROBE)
            settle_probe(w, index, WILDCARD_PROBE_LOST, NULL);
        else
            end_undecided(w, index, next.action, next.reason);
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
              resolver_text(w, decision->resolver), decision->by_tcp ? " by TCP" : "",
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

static void settle_candidate(struct worker *w, uint32_t index, struct decision *decision)
{
    struct task *task = tasks_at(w->tasks, index);
    note_reply(task, decision);
    switch ((enum decision_kind)decision->kind) {
    case DECIDE_DATA:
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

static void settle(struct worker *w, struct decision *decision)
{
    uint32_t index = decision->task;
    struct task *task = tasks_at(w->tasks, index);
    if (task->generation != decision->generation || task->state == TASK_FREE)
        return;
    if (log_is_on(LOG_QUERY))
        tell_decision(w, decision);
    if (decision->kind == DECIDE_TROUBLE) {
        /* Trouble with a try that was given up already, or while it waits to go again. */
        if (decision->is_newest && task->state == TASK_SENT)
            retry(w, index, decision);
        return;
    }
    if (task->state == TASK_HELD)
        return; /* a second reply to its last question */
    refusals_clear(&w->refusals, pool_at(w->pool, decision->resolver)->operator_index, task->zone);
    if (task->kind == TASK_CANDIDATE) {
        settle_candidate(w, index, decision);
        return;
    }
    static const enum wildcard_probe_result results[] = {
        [DECIDE_DATA] = WILDCARD_PROBE_DATA,
        [DECIDE_NODATA] = WILDCARD_PROBE_NODATA,
        [DECIDE_NXDOMAIN] = WILDCARD_PROBE_NXDOMAIN,
    };
    settle_probe(w, index, results[decision->kind], decision->part ? &decision->part->data : NULL);
}

void settle_drain(struct worker *w)
{
    for (size_t i = 0; i < w->decision_count && w->error == 0; i++)
        settle(w, &w->decisions[i]);
    for (size_t i = 0; i < w->decision_count; i++)
        parts_destroy(w->decisions[i].part);
    w->decision_count = 0;
}

void settle_abandon(struct worker *w, uint32_t index, const char *reason)
{
    struct task *task = tasks_at(w->tasks, index);
    if (task->kind == TASK_PROBE) {
        engine_query_renew(w->engine, index);
        tasks_move(w->tasks, index, TASK_FREE);
    } else if (task->parts) {
        conclude(w, index, true);
    } else {
        task->reason = reason;
        finish(w, index, VERDICT_UNRESOLVED, 0, NULL);
    }
}

void settle_probe_lost(struct worker *w, const struct wildcard_probe *probe)
{
    if (wildcards_result(w->wildcards, probe->parent, probe->type, WILDCARD_PROBE_LOST, NULL))
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
        .cause = by_tcp ? RETRY_TCP_FAILED : RETRY_FORMERR,
        .by_tcp = by_tcp,
        .resolver = task->resolver,
    };
    retry(w, index, &decision);
}
