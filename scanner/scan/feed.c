// SPDX-License-Identifier: BSD-2-Clause
/* What a worker asks next, beyond what it has begun: names that came back first, then those
 * that waited for what another's answer would prove, then those fresh from the source. A name
 * that is not to be asked ends here. */
#include <assert.h>
#include <string.h>

#include "scan/conclude.h"
#include "scan/doubt.h"
#include "scan/worker.h"

#define ZONE_AHEAD_MAX 1024 /* tasks waiting for their zone's pace before reading goes on */
#define UNASKED_MAX    4096 /* candidates a turn that end without a query */
#define SOURCE_RETRY   (5 * NS_PER_MS) /* until a pipe without data is tried again */
#define WRITER_WAIT    (5 * NS_PER_MS) /* until a full output queue is looked at again */

static uint32_t zone_of(struct worker *w, const struct candidate *candidate)
{
    if (candidate->zone != SOURCE_ZONE_NONE)
        return w->run->pattern_zones[candidate->zone];
    if (w->run->params->command == SCAN_BRUTE)
        return zones_find(w->run->zones, &candidate->name);
    w->last_zone = zones_suppose(w->run->zones, &candidate->name, w->last_zone);
    return w->last_zone;
}

static bool may_read(const struct worker *w)
{
    return !w->is_source_done && !w->is_writer_full && w->error == 0 &&
           tasks_free_count(w->tasks) > WORKER_PROBE_TASKS && !park_is_full(&w->park) &&
           tasks_delayed_count(w->tasks) < ZONE_AHEAD_MAX + w->in_flight_max / 2;
}

/* A supposed zone may reach above what the resolvers serve: there it is the name's parent. */
static void tell_zone(struct worker *w, const struct candidate *candidate, uint32_t zone)
{
    struct name parent;
    bool is_given = w->run->params->command == SCAN_BRUTE;
    const uint8_t *wire = name_parent(candidate->name.wire);
    parent.len = (uint8_t)name_len(wire);
    memcpy(parent.wire, wire, parent.len);
    w->vet_zone = zone;
    vet_tell_zone(w, is_given ? &zones_at(w->run->zones, zone)->name : &parent, is_given);
}

/* VIEW: what is proven of it, or NULL. */
static uint32_t start_task(struct worker *w, const struct candidate *candidate, uint32_t zone,
                           const struct denial_view *view)
{
    uint32_t index = tasks_take(w->tasks);
    assert(index != TASK_NONE);
    struct task *task = tasks_at(w->tasks, index);
    task->zone = zone;
    task->tag = candidate->tag;
    task->from = candidate->from;
    if (w->trust && !vet_has_zone(w->vet))
        tell_zone(w, candidate, zone);
    if (view) {
        task->gap = view->gap;
        while (view->finding == DENIAL_EXISTS && !(view->types >> task->type_index & 1))
            task->type_index++;
    }
    question_init(engine_question(w->engine, index), candidate->name.wire, candidate->name.len,
                  w->run->params->types[task->type_index]);
    return index;
}

static void end_unasked(struct worker *w, const struct candidate *candidate, uint32_t zone,
                        enum verdict verdict)
{
    const struct unasked end = {.verdict = verdict, .stage = HIT_FINAL};
    settle_unasked(w, candidate, zone, &end);
}

static void end_proven(struct worker *w, const struct candidate *candidate, uint32_t zone,
                       enum verdict verdict, const struct denial_view *view)
{
    const struct unasked end = {.verdict = verdict,
                                .stage = HIT_FINAL,
                                .reason = DENYING_REASON,
                                .wildcard_labels = view->encloser};
    counter_add(&w->counters.proven, 1);
    settle_unasked(w, candidate, zone, &end);
}

/* What proofs make of a candidate. True: it has to wait. *INDEX: it is a task, or TASK_NONE. */
static bool has_to_wait(struct worker *w, const struct candidate *candidate, uint32_t zone,
                        uint32_t *index)
{
    struct denial_view view;
    *index = TASK_NONE;
    switch (denying_look(w->run, zone, candidate->name.wire, &view)) {
    case DENYING_WAIT:
        return true;
    case DENYING_ABSENT:
        end_proven(w, candidate, zone, VERDICT_PRUNED, &view);
        return false;
    case DENYING_EMPTY:
        end_proven(w, candidate, zone, VERDICT_NODATA, &view);
        return false;
    case DENYING_WILDCARD:
        if (!w->run->params->keep_wildcard) { /* else what it has is told */
            end_proven(w, candidate, zone, VERDICT_WILDCARD, &view);
            return false;
        }
        break;
    case DENYING_ASK:
        break;
    }
    if (view.finding == DENIAL_UNKNOWN && cutter_prunes(w, candidate, zone))
        denying_give_gap(w->run, view.gap);
    else
        *index = start_task(w, candidate, zone, &view);
    return false;
}

/* A candidate as a task, or TASK_NONE when it ends without a query. */
static uint32_t take_candidate(struct worker *w, const struct candidate *candidate, int state)
{
    counter_add(&w->counters.candidates, 1);
    if (state == SOURCE_INVALID) {
        uint32_t zone = candidate->zone != SOURCE_ZONE_NONE ? w->run->pattern_zones[candidate->zone]
                                                            : ZONES_OTHER;
        end_unasked(w, candidate, zone, VERDICT_INVALID);
        return TASK_NONE;
    }
    uint32_t zone = zone_of(w, candidate), index = TASK_NONE;
    if (state == SOURCE_REPEAT)
        end_unasked(w, candidate, zone, VERDICT_DUPLICATE);
    else if (!scope_allows(w->run->scope, candidate->name.wire))
        end_unasked(w, candidate, zone, VERDICT_OUT_OF_SCOPE);
    else if (has_to_wait(w, candidate, zone, &index))
        park_put(w, candidate, zone);
    return index;
}

/* The source was told of a name that is open again: it may learn of something after all. */
static void tell_taken_back(struct worker *w)
{
    struct source *source = w->run->source;
    if (!source->ops->take_back)
        return;
    source->ops->take_back(source, 1);
    w->is_source_done = false;
}

/* A name whose verdict was taken back, as a task. */
static uint32_t returned_task(struct worker *w)
{
    struct ledger_entry entry;
    for (int i = 0; i < UNASKED_MAX && w->error == 0; i++) {
        if (tasks_free_count(w->tasks) <= WORKER_PROBE_TASKS)
            break;
        int got = returns_next(&w->run->returns, &entry);
        if (got <= 0) {
            w->error = got;
            break;
        }
        if (cutter_keeps(w, &entry))
            continue;
        if (!conclude_undo(w, &entry)) {
            doubt_keep(w, &entry);
            continue;
        }
        const struct candidate candidate = {.name = entry.name, .from = entry.source};
        tell_taken_back(w);
        uint32_t index = start_task(w, &candidate, entry.zone, NULL);
        struct task *task = tasks_at(w->tasks, index);
        task->return_count = 1;
        task->prior = conclude_prior(&entry);
        task->prior_why = entry.why;
        return index;
    }
    return TASK_NONE;
}

/* One that has waited, as a task. */
static uint32_t parked_task(struct worker *w)
{
    for (unsigned i = 0; i < PARK_LOOK && tasks_free_count(w->tasks) > WORKER_PROBE_TASKS; i++) {
        const struct parked *parked = park_look(w);
        uint32_t index;
        if (!parked)
            break;
        if (has_to_wait(w, &parked->candidate, parked->zone, &index))
            continue;
        park_drop(w);
        if (index != TASK_NONE)
            return index;
    }
    return TASK_NONE;
}

uint32_t feed_next(struct worker *w, mono_ns *wake)
{
    const struct candidate *candidate;
    if (w->trust && returns_has(&w->run->returns)) {
        uint32_t index = returned_task(w);
        if (index != TASK_NONE)
            return index;
    }
    if (w->park.count > 0 && !w->is_writer_full) {
        uint32_t index = parked_task(w);
        if (index != TASK_NONE)
            return index;
        if (w->park.left > 0)
            *wake = w->now;
    }
    for (int i = 0; may_read(w); i++) {
        if (i == UNASKED_MAX) { /* replies are waiting too */
            *wake = w->now;
            return TASK_NONE;
        }
        int state = intake_next(&w->intake, &candidate);
        if (state == SOURCE_WAIT) {
            *wake = w->now + SOURCE_RETRY;
            return TASK_NONE;
        }
        if (state == SOURCE_END || state < 0) {
            w->is_source_done = true;
            w->error = state;
            break;
        }
        uint32_t index = take_candidate(w, candidate, state);
        if (index != TASK_NONE)
            return index;
    }
    if (!w->is_source_done && w->error == 0)
        *wake = w->is_writer_full ? w->now + WRITER_WAIT : w->now + NS_PER_MS;
    return TASK_NONE;
}
