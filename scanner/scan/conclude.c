// SPDX-License-Identifier: BSD-2-Clause
/* From evidence to verdict.
 *
 * Conclude: a name with data is judged against the wildcards known above it; while their
 * probes are out, it is held. Finish: count, write, give the task back. Every candidate
 * passes conclude_as or settle_unasked, once. */
#include "scan/conclude.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "scan/convict.h"
#include "scan/doubt.h"
#include "scan/tell.h"

#define FULL_NAMES 1024 /* below one wildcard that are asked for all types whatever it costs */
#define FULL_SHARE 32   /* of all candidates, one in so many may be such a name beyond that */

/* --- finish --- */

/* CHANGE is 1, or -1 for a verdict taken back, perhaps another worker's: sums wrap. */
static void count_verdict(struct worker *w, uint32_t zone, enum verdict verdict, int change)
{
    counter_add(&w->counters.verdicts[verdict], (uint64_t)(int64_t)change);
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
    w->zone_verdicts[zone][verdict] += (uint64_t)(int64_t)change;
}

/* Sources that learn from what became of their candidates are told. */
static void teach_source(struct worker *w, uint32_t index, enum verdict verdict, unsigned flags,
                         const struct wildcard_finding *wildcard)
{
    struct source *source = w->run->source;
    if (!source->ops->learn)
        return;
    const struct task *task = tasks_at(w->tasks, index);
    const uint8_t *root = wildcard ? wildcard->root : NULL;
    const struct evidence evidence = {
        .resolver = task->resolver,
        .rtt_us = task->rtt_us,
        .rcode = task->rcode,
        .tries = task->tries,
        .has_reply = task->rtt_us != 0,
        .is_doubtful = (flags & HIT_WILDCARD_POSSIBLE) != 0,
        .zone_labels = zones_at(w->run->zones, task->zone)->label_count,
        .wildcard_labels = root ? (uint8_t)name_label_count(root) : 0,
        .tag = task->tag,
    };
    source->ops->learn(source, engine_question(w->engine, index)->wire, verdict, &evidence);
}

void conclude_put_off(struct worker *w, uint32_t index)
{
    teach_source(w, index, VERDICT_UNRESOLVED, 0, NULL);
}

/* What rests on one resolver's word is written down under it, so that it can be taken back;
 * what is found under the first that said so, in case it was made up. True: it was. */
static bool note_trust(struct worker *w, uint32_t index, enum verdict verdict, unsigned flags)
{
    const struct task *task = tasks_at(w->tasks, index);
    const uint8_t *name = engine_question(w->engine, index)->wire;
    bool is_found = verdict == VERDICT_FOUND;
    if (is_found && task->confirmed != OPINION_BY_ONE && !(flags & HIT_WILDCARD_POSSIBLE))
        checks_learn(w, index);
    uint32_t resolver = is_found ? task->claimant : task->word;
    bool is_noted = is_found || verdict == VERDICT_NXDOMAIN || verdict == VERDICT_NODATA ||
                    verdict == VERDICT_WILDCARD;
    if (resolver == TASK_NONE || !is_noted || trust_at(w->trust, resolver)->is_trusted)
        return false;
    struct ledger_entry entry = {
        .resolver = pool_at(w->pool, resolver)->list_index,
        .zone = task->zone,
        .verdict = (uint8_t)verdict,
        .source = task->from,
        .data_hash = is_found && task->parts ? (uint32_t)task->parts->data.hashes[0] : 0,
        .name = {.len = (uint8_t)name_len(name)},
    };
    memcpy(entry.name.wire, name, entry.name.len);
    int error = ledger_append(w->ledger, &entry);
    if (error != 0)
        w->error = error;
    if (verdict == VERDICT_NXDOMAIN)
        trust_note_negative(w->trust, resolver);
    return error == 0;
}

/* By whom a name that is found is confirmed. */
static void describe_confirmation(struct worker *w, const struct task *task, struct hit *hit)
{
    static const enum hit_confirmed kinds[] = {
        [OPINION_BY_ONE] = HIT_CONFIRMED_SINGLE,
        [OPINION_BY_QUORUM] = HIT_CONFIRMED_QUORUM,
        [OPINION_BY_TRUSTED] = HIT_CONFIRMED_TRUSTED,
        [OPINION_BY_SIGNATURE] = HIT_CONFIRMED_SIGNATURE,
    };
    hit->confirmed = kinds[task->confirmed];
    for (unsigned i = 0; i < task->confirmer_count; i++) {
        const char *text = worker_resolver_text(w, task->confirmers[i]);
        if (text != hit->resolver && hit->confirmed_by_count < HIT_CONFIRMERS_MAX)
            hit->confirmed_by[hit->confirmed_by_count++] = text;
    }
    if (task->varies)
        hit->flags |= HIT_VARIES;
}

/* What the answer about a gap between spans was worth. */
static enum span_yield yield_of(const struct task *task, enum verdict verdict)
{
    if (verdict != VERDICT_NXDOMAIN && verdict != VERDICT_NODATA)
        return SPAN_UNTOLD;
    return task->proven ? SPAN_TOLD : SPAN_TOLD_NOTHING;
}

void conclude_as(struct worker *w, uint32_t index, enum verdict verdict, unsigned flags,
                 const struct wildcard_finding *wildcard)
{
    struct task *task = tasks_at(w->tasks, index);
    const uint8_t *name = engine_question(w->engine, index)->wire;
    count_verdict(w, task->zone, verdict, 1);
    bool is_noted = w->trust && note_trust(w, index, verdict, flags);
    bool was_told = task->prior < VERDICT_COUNT && w->run->params->show[task->prior];
    bool is_told =
        verdict == VERDICT_FOUND || w->run->params->show[verdict] || verdict == VERDICT_UNRESOLVED;
    if (is_told || was_told) {
        bool has_reply = task->rtt_us != 0;
        struct hit template = {
            .zone = zones_at(w->run->zones, task->zone)->text,
            .verdict = verdict,
            .reason = task->reason,
            .rcode = task->rcode,
            .has_reply = has_reply,
            .flags = (uint8_t)flags,
            .tries = task->tries,
            .resolver = has_reply ? worker_resolver_text(w, task->resolver) : NULL,
            .rtt_us = task->rtt_us,
            .source = (enum hit_source)task->from,
            .stage = is_noted && tell_is_early(verdict) ? HIT_EARLY : HIT_FINAL,
            .time_ms = clock_wall_ms(),
        };
        if (verdict == VERDICT_FOUND)
            describe_confirmation(w, task, &template);
        if (task->zone == ZONES_OTHER)
            template.zone = NULL;
        if (wildcard && wildcard->root) {
            template.wildcard_root = wildcard->root;
            template.wildcard_evidence = wildcard->evidence;
            template.wildcard_pool = wildcard->pool;
        }
        tell(w, &template, name, task->parts, (enum verdict)task->prior, task->prior_why);
    }
    denying_release(w->run, task, yield_of(task, verdict));
    cutter_learn(w, index, verdict, wildcard ? wildcard->root : NULL);
    teach_source(w, index, verdict, flags, wildcard);
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
}

bool conclude_undo(struct worker *w, const struct ledger_entry *entry)
{
    if (entry->verdict == VERDICT_FOUND && !convict_is_forged_short(w->run, entry->data_hash))
        return false;
    if (entry->verdict >= VERDICT_COUNT) /* nobody had one yet */
        return true;
    count_verdict(w, entry->zone, (enum verdict)entry->verdict, -1);
    if (entry->verdict != VERDICT_PRUNED)
        counter_add(&w->counters.requeued, 1);
    return true;
}

static void tell_undecided(struct worker *w, const struct ledger_entry *entry, const char *why)
{
    count_verdict(w, entry->zone, VERDICT_UNRESOLVED, 1);
    const struct hit hit = {
        .zone = entry->zone == ZONES_OTHER ? NULL : zones_at(w->run->zones, entry->zone)->text,
        .verdict = VERDICT_UNRESOLVED,
        .reason = why,
        .source = (enum hit_source)entry->source,
        .time_ms = clock_wall_ms(),
    };
    tell(w, &hit, entry->name.wire, NULL, (enum verdict)conclude_prior(entry), why);
}

void conclude_given_up(struct worker *w, const struct ledger_entry *entry)
{
    if (conclude_undo(w, entry))
        tell_undecided(w, entry, entry->why);
}

void conclude_withdraw(struct worker *w, const struct ledger_entry *entry, const char *why)
{
    count_verdict(w, entry->zone, (enum verdict)entry->verdict, -1);
    tell_undecided(w, entry, why);
}

void settle_unasked(struct worker *w, const struct candidate *candidate, uint32_t zone,
                    const struct unasked *end)
{
    enum verdict verdict = end->verdict;
    struct source *source = w->run->source;
    const struct evidence evidence = {
        .tag = candidate->tag,
        .zone_labels = zones_at(w->run->zones, zone)->label_count,
        .wildcard_labels = end->wildcard_labels,
    };
    count_verdict(w, zone, verdict, 1);
    if (source->ops->learn)
        source->ops->learn(source, candidate->name.wire, verdict, &evidence);
    /* An invalid one has no name to write, and was told by file and line; a repeat's name
     * is written, if it is, with the verdict of the first. */
    bool is_told = w->run->params->show[verdict] || verdict == VERDICT_UNRESOLVED;
    if (verdict == VERDICT_INVALID || verdict == VERDICT_DUPLICATE || !is_told)
        return;
    struct hit template = {
        .zone = zone == ZONES_OTHER ? NULL : zones_at(w->run->zones, zone)->text,
        .verdict = verdict,
        .reason = end->reason,
        .stage = end->stage,
        .source = (enum hit_source)candidate->from,
        .time_ms = clock_wall_ms(),
    };
    if (end->wildcard_labels) {
        template.wildcard_root = name_suffix(candidate->name.wire, end->wildcard_labels);
        template.wildcard_evidence = "nsec";
    }
    tell(w, &template, candidate->name.wire, NULL, VERDICT_COUNT, NULL);
}

/* --- conclude --- */

/* Labels of the highest name that may be probed under. For a given zone its apex. A
 * supposed zone may reach above what the resolvers serve (a private zone, a reverse one),
 * so there it is the name's own parent. */
static unsigned apex_labels(const struct worker *w, const struct task *task, const uint8_t *name)
{
    unsigned zone_labels = zones_at(w->run->zones, task->zone)->label_count;
    unsigned parent_labels = name_label_count(name_parent(name));
    bool is_given = w->run->params->command == SCAN_BRUTE;
    return is_given || zone_labels > parent_labels ? zone_labels : parent_labels;
}

/* IS_LAST: no type is still to come. ASKS: further questions that may be put. */
static bool judge(struct worker *w, uint32_t index, bool is_last, unsigned asks,
                  struct wildcard_finding *out)
{
    struct task *task = tasks_at(w->tasks, index);
    const struct wildcard_data *data[WILDCARD_SIGHTINGS_MAX];
    struct wildcard_name name = {
        .wire = engine_question(w->engine, index)->wire,
        .data = data,
        .asks = asks,
    };
    for (const struct part *part = task->parts; part && name.count < WILDCARD_SIGHTINGS_MAX;
         part = part->next)
        data[name.count++] = &part->data;
    name.zone_labels = apex_labels(w, task, name.wire);
    int error = is_last ? wildcards_judge(w->wildcards, &name, out)
                        : wildcards_peek(w->wildcards, &name, out);
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

/* -v: why a name is filtered, or kept in spite of a wildcard. */
static void explain(struct worker *w, uint32_t index, const struct wildcard_finding *finding)
{
    if (!log_is_on(LOG_WHY) || !finding->root)
        return;
    char name[NAME_TEXT_MAX], why[2 * NAME_TEXT_MAX];
    name_to_text(engine_question(w->engine, index)->wire, name);
    wildcards_explain(w->wildcards, finding->root, why, sizeof why);
    if (finding->judgement == WILDCARD_YES)
        log_why("%s: wildcard, by %s: %s", name, finding->evidence, why);
    else
        log_why("%s: kept, flagged wildcard_possible: %s; %s", name, finding->reason, why);
}

/* The type is asked for once more, of an operator that has not been. */
static void ask_again(struct worker *w, uint32_t index, uint16_t type)
{
    struct task *task = tasks_at(w->tasks, index);
    const struct scan_params *params = w->run->params;
    task->asks++;
    task->generation++;
    task->vote_count = task->appeals = 0;
    task->proven = task->unproven = task->void_votes = 0;
    task->type_index = 0;
    while (params->types[task->type_index] != type)
        task->type_index++;
    task->retry = (struct retry_state){0};
    for (const struct part *part = task->parts; part; part = part->next) {
        if (part->type == type)
            retry_note_sent(&task->retry, part->data.op);
    }
    task->retry.tries = 0;
    task->action = RETRY_ELSEWHERE;
    engine_query_renew(w->engine, index);
    question_set_type(engine_question(w->engine, index), type);
    tasks_move(w->tasks, index, TASK_READY);
    tasks_push_ready_front(w->tasks, index); /* as with a further type */
}

/* Until PARENT's probes are back. */
static void hold(struct worker *w, uint32_t index, uint32_t parent)
{
    struct held_list *list = held_at(w, parent);
    if (!list)
        return;
    struct task *task = tasks_at(w->tasks, index);
    tasks_move(w->tasks, index, TASK_HELD);
    task->next = list->first ? list->first - 1 : TASK_NONE;
    list->first = index + 1;
    list->zone = task->zone;
}

/* Decides a task that nothing more is asked for. IS_FINAL: do not wait either. */
void conclude_task(struct worker *w, uint32_t index, bool is_final)
{
    struct task *task = tasks_at(w->tasks, index);
    if (!task->parts) {
        conclude_as(w, index, task->exists ? VERDICT_NODATA : VERDICT_NXDOMAIN, 0, NULL);
        return;
    }
    struct wildcard_finding finding = {0};
    unsigned asks = is_final ? 0 : (unsigned)(WILDCARD_ASKS_MAX - task->asks);
    if (!judge(w, index, true, asks, &finding))
        return;
    switch (finding.judgement) {
    case WILDCARD_YES:
        explain(w, index, &finding);
        conclude_as(w, index, VERDICT_WILDCARD,
                    w->run->params->keep_wildcard ? HIT_WILDCARD_POSSIBLE : 0, &finding);
        return;
    case WILDCARD_NO:
        if (doubt_withholds(w, index))
            return;
        conclude_as(w, index, VERDICT_FOUND, 0, NULL);
        return;
    case WILDCARD_POSSIBLE:
        if (doubt_withholds(w, index))
            return;
        explain(w, index, &finding);
        conclude_as(w, index, VERDICT_FOUND, HIT_WILDCARD_POSSIBLE, &finding);
        return;
    case WILDCARD_ASK:
        ask_again(w, index, finding.type);
        return;
    case WILDCARD_WAIT:
        break;
    }
    if (!is_final) {
        hold(w, index, finding.parent);
        return;
    }
    if (doubt_withholds(w, index))
        return;
    finding.reason = "probes have not ended";
    explain(w, index, &finding);
    conclude_as(w, index, VERDICT_FOUND, HIT_WILDCARD_POSSIBLE, &finding);
}

void conclude_held(struct worker *w, uint32_t parent)
{
    struct held_list *list = held_at(w, parent);
    if (!list || !list->first)
        return;
    uint32_t index = list->first - 1;
    list->first = 0;
    while (index != TASK_NONE) {
        const struct task *task = tasks_at(w->tasks, index);
        uint32_t next = task->next;
        if (task->state == TASK_HELD) /* else it was abandoned */
            conclude_task(w, index, false);
        index = next;
    }
}

void conclude_all_held(struct worker *w)
{
    for (uint32_t parent = 0; parent < w->held_cap; parent++)
        conclude_held(w, parent);
}

/* Whether a wildcard that explains the data so far settles the name without the other types:
 * a host may share the wildcard's address and have one of the other family besides. That
 * is asked for below every wildcard as long as it stays cheap: for the first names of each,
 * and while the sum of such names is a small share of all. Below a wildcard at the apex of a
 * zone every word on a long list is one. */
static bool settles(struct worker *w, const struct wildcard_finding *finding)
{
    if (finding->judgement != WILDCARD_YES)
        return false;
    if (w->run->params->keep_wildcard) /* all that it has is told */
        return false;
    if (finding->is_alias) /* there is nothing else beside a CNAME */
        return true;
    uint64_t names = counter_get(&w->counters.candidates);
    if (finding->full >= FULL_NAMES && w->wildcard_full_count >= names / FULL_SHARE)
        return true;
    wildcards_note_full(w->wildcards, finding);
    w->wildcard_full_count++;
    return false;
}

/* What wildcards say of a name whose other types are still to come. */
static bool peek(struct worker *w, uint32_t index, struct wildcard_finding *finding)
{
    if (!tasks_at(w->tasks, index)->parts || !judge(w, index, false, WILDCARD_ASKS_MAX, finding))
        return false;
    if (finding->judgement == WILDCARD_WAIT) {
        struct held_list *list = held_at(w, finding->parent);
        if (list)
            list->zone = tasks_at(w->tasks, index)->zone;
    }
    return true;
}

bool conclude_is_explained(struct worker *w, uint32_t index)
{
    struct wildcard_finding finding;
    return peek(w, index, &finding) && finding.judgement == WILDCARD_YES;
}

bool conclude_is_early(struct worker *w, uint32_t index)
{
    struct wildcard_finding finding;
    return peek(w, index, &finding) && settles(w, &finding);
}

bool conclude_note_forged(struct worker *w)
{
    struct forged *forged = &w->run->forged;
    uint32_t count = atomic_load_explicit(&forged->count, memory_order_acquire);
    uint32_t before = w->distrusted_count;
    for (; w->distrusted_count < count && w->distrusted_count < FORGED_MAX; w->distrusted_count++) {
        uint64_t hash =
            atomic_load_explicit(&forged->hashes[w->distrusted_count], memory_order_acquire);
        if (hash == 0)
            break; /* not written yet */
        wildcards_distrust(w->wildcards, hash);
    }
    return w->distrusted_count != before;
}
