// SPDX-License-Identifier: BSD-2-Clause
#include "scan/cutter.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "scan/worker.h"

#define CAME_BACK "the name above it was said not to exist"

int cutter_common_init(struct cut_common *common, const struct run *run)
{
    common->left = calloc(run->worker_count, sizeof *common->left);
    if (!common->left)
        return ERR_NOMEM;
    pthread_mutex_init(&common->mutex, NULL);
    return facts_init(&common->facts, run->names);
}

void cutter_common_deinit(struct cut_common *common)
{
    if (!common->left)
        return;
    facts_deinit(&common->facts);
    pthread_mutex_destroy(&common->mutex);
    free(common->left);
    common->left = NULL;
}

int cutter_open(struct cutter *cutter, struct cut_common *common)
{
    *cutter = (struct cutter){0};
    return cuts_create(&cutter->cuts, &common->facts);
}

void cutter_close(struct cutter *cutter)
{
    cuts_destroy(cutter->cuts);
    cutter->cuts = NULL;
}

uint32_t cutter_chain(const struct run *run)
{
    return (uint32_t)run->fleet.count + 1;
}

static struct cut_zone describe_zone(const struct worker *w, uint32_t number)
{
    const struct zone *zone = zones_at(w->run->zones, number);
    /* Those given were added first. */
    bool is_given =
        w->run->params->command == SCAN_BRUTE && number <= w->run->params->pattern_count;
    return (struct cut_zone){
        .name = &zone->name, .number = number, .labels = zone->label_count, .is_given = is_given};
}

/* --- pruning --- */

static void keep(struct worker *w, const struct ledger_entry *entry)
{
    int error = ledger_append(w->ledger, entry);
    if (error != 0)
        w->error = error;
}

bool cutter_prunes(struct worker *w, const struct candidate *candidate, uint32_t number)
{
    if (!w->trust || !facts_have_cuts(&w->run->cut.facts))
        return false;
    struct cut_zone zone = describe_zone(w, number);
    if (!cuts_root_of(w->cutter.cuts, candidate->name.wire, &zone) ||
        cuts_wants_sample(w->cutter.cuts, &zone))
        return false;
    settle_unasked(
        w, candidate, number,
        &(struct unasked){.verdict = VERDICT_PRUNED, .stage = HIT_EARLY, .reason = CUTTER_REASON});
    const struct ledger_entry entry = {
        .resolver = cutter_chain(w->run),
        .zone = number,
        .verdict = VERDICT_PRUNED,
        .source = (uint8_t)candidate->from,
        .name = candidate->name,
    };
    keep(w, &entry);
    return true;
}

bool cutter_keeps(struct worker *w, const struct ledger_entry *entry)
{
    if (entry->verdict != VERDICT_PRUNED)
        return false;
    struct cut_zone zone = describe_zone(w, entry->zone);
    if (!cuts_root_of(w->cutter.cuts, entry->name.wire, &zone))
        return false;
    keep(w, entry);
    return true;
}

static int take_back(struct run *run, struct ledger *ledger)
{
    struct ledger_chain chain;
    int error = ledger_take_back(ledger, cutter_chain(run), &chain);
    return error != 0 ? error : returns_push(&run->returns, &chain, CAME_BACK);
}

/* What was pruned by this worker and by those that have ended. */
static int take_all_back(struct worker *w)
{
    struct cut_common *common = &w->run->cut;
    int error = take_back(w->run, w->ledger);
    pthread_mutex_lock(&common->mutex);
    for (uint32_t i = 0; i < w->run->worker_count && error == 0; i++) {
        if (common->left[i])
            error = take_back(w->run, common->left[i]);
    }
    pthread_mutex_unlock(&common->mutex);
    return error;
}

static void leave_ledger(struct worker *w, struct ledger *ledger)
{
    struct cut_common *common = &w->run->cut;
    pthread_mutex_lock(&common->mutex);
    common->left[w->index] = ledger;
    pthread_mutex_unlock(&common->mutex);
}

/* True: something may come back. */
static bool look_for_changes(struct worker *w)
{
    struct cutter *cutter = &w->cutter;
    uint32_t changes = atomic_load(&w->run->cut.facts.changes);
    if (changes == cutter->changes_seen)
        return false;
    cutter->changes_seen = changes;
    cutter->next_look = w->now + CUTTER_AGAIN;
    leave_ledger(w, NULL);
    int error = take_all_back(w);
    if (error != 0)
        w->error = error;
    return true;
}

bool cutter_may_end(struct worker *w)
{
    if (!w->trust)
        return true;
    (void)look_for_changes(w);
    while (!returns_has(&w->run->returns)) {
        leave_ledger(w, w->ledger);
        /* Whoever changes something from here on takes back what was left. */
        if (!look_for_changes(w))
            return true;
    }
    return false;
}

/* --- learning --- */

static void tell_event(int event, const struct name *zone)
{
    char text[NAME_TEXT_MAX];
    if (event < 0 || !log_is_on(LOG_WHY))
        return;
    name_to_text(zone->wire, text);
    if (event == CUT_ZONE_DENIES)
        log_why("%s: NXDOMAIN is said there of names that have names below: no more is left out, "
                "and what was is asked",
                text);
    else if (event == CUT_ZONE_ANSWERS)
        log_why("%s: names that have only names below are answered", text);
}

static void note_exists(struct worker *w, const uint8_t *name, uint32_t number, bool is_empty)
{
    struct cut_zone zone = describe_zone(w, number);
    int event = cuts_note_exists(w->cutter.cuts, name, &zone, is_empty);
    tell_event(event, zone.name);
    if (event < 0)
        w->error = event;
}

void cutter_learn(struct worker *w, uint32_t index, enum verdict verdict, const uint8_t *root)
{
    const uint8_t *name = engine_question(w->engine, index)->wire;
    uint32_t number = tasks_at(w->tasks, index)->zone;
    if (verdict == VERDICT_FOUND || verdict == VERDICT_NODATA) {
        note_exists(w, name, number, verdict == VERDICT_NODATA);
    } else if (verdict == VERDICT_WILDCARD && root) { /* it has the wildcard below it */
        static const struct name star = {.len = 3, .wire = {1, '*', 0}};
        struct name wildcard = {.len = (uint8_t)name_len(root)};
        memcpy(wildcard.wire, root, wildcard.len);
        if (name_join(&wildcard, &star, &wildcard) == 0)
            note_exists(w, wildcard.wire, number, false);
    } else if (verdict == VERDICT_NXDOMAIN && w->trust && !tasks_at(w->tasks, index)->proven) {
        struct cut_zone zone = describe_zone(w, number);
        int error = cuts_note_denied(w->cutter.cuts, name, &zone);
        if (error != 0)
            w->error = error;
    }
}

bool cutter_has_below(const struct worker *w, const uint8_t *name)
{
    return facts_have(&w->run->cut.facts, FACT_ABOVE, name);
}

void cutter_drop(struct worker *w, uint32_t resolver)
{
    int error = cuts_drop(w->cutter.cuts, resolver);
    if (error != 0)
        w->error = error;
}

/* --- asking --- */

static void ask(struct worker *w, uint32_t place)
{
    const struct cut_wanted *wanted = &w->cutter.out[place];
    uint32_t index = tasks_take(w->tasks);
    struct task *task = tasks_at(w->tasks, index);
    task->kind = TASK_CUT;
    task->known = place;
    task->zone = wanted->zone_number;
    question_init(engine_question(w->engine, index), wanted->name.wire, wanted->name.len,
                  w->run->params->types[0]);
    tasks_push_ready_front(w->tasks, index); /* names below it are about to be asked */
    w->cutter.is_out[place] = true;
}

void cutter_go_on(struct worker *w, mono_ns *wake)
{
    struct cutter *cutter = &w->cutter;
    if (w->now >= cutter->next_look)
        (void)look_for_changes(w);
    else if (cutter->next_look < *wake)
        *wake = cutter->next_look;
    for (uint32_t i = 0; i < CUTTER_OUT_MAX && tasks_free_count(w->tasks) > 0; i++) {
        if (cutter->is_out[i])
            continue;
        if (!cuts_next_wanted(cutter->cuts, &cutter->out[i]))
            break;
        if (scope_allows(w->run->scope, cutter->out[i].name.wire))
            ask(w, i);
    }
}

static void tell_cut(const struct worker *w, const struct cut_wanted *wanted,
                     const uint32_t deniers[2])
{
    char text[NAME_TEXT_MAX];
    if (!log_is_on(LOG_WHY))
        return;
    name_to_text(wanted->name.wire, text);
    log_why("%s does not exist, by %s and %s: nothing below it is asked", text,
            worker_resolver_text(w, deniers[0]), worker_resolver_text(w, deniers[1]));
}

static void end(struct worker *w, uint32_t index, enum cut_word word, const uint32_t deniers[2])
{
    uint32_t place = tasks_at(w->tasks, index)->known;
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
    const struct cut_wanted wanted = w->cutter.out[place];
    w->cutter.is_out[place] = false;
    int event = cuts_settle(w->cutter.cuts, &wanted, word, deniers);
    if (event == CUT_MADE && deniers)
        tell_cut(w, &wanted, deniers);
    tell_event(event, &wanted.zone);
    if (event < 0)
        w->error = event;
}

/* An admitted resolver of another operator than FIRST's, any one; TASK_NONE: there is none. */
static uint32_t choose_second(struct worker *w, uint32_t first)
{
    uint32_t count = (uint32_t)pool_count(w->pool), start = rng_below(&w->rng, count);
    uint32_t op = pool_at(w->pool, first)->operator_index;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t resolver = (start + i) % count;
        const struct pool_resolver *r = pool_at(w->pool, resolver);
        if (r->state == POOL_ACTIVE && r->operator_index != op)
            return resolver;
    }
    return TASK_NONE;
}

/* One may be wrong, or lie: another is asked, a certain one, since under the load of
 * everything else the first would often be the only one that can be asked just now. */
static void take_denial(struct worker *w, uint32_t index, uint32_t resolver)
{
    struct task *task = tasks_at(w->tasks, index);
    bool is_enough = task->step == 1 || trust_at(w->trust, resolver)->is_trusted;
    if (task->step == 0)
        task->votes[0] = resolver;
    if (is_enough) {
        end(w, index, CUT_DENIED, (const uint32_t[]){task->votes[0], resolver});
        return;
    }
    uint32_t second = choose_second(w, resolver);
    if (second == TASK_NONE) {
        end(w, index, CUT_LOST, NULL);
        return;
    }
    task->step = 1;
    task->is_pinned = true;
    task->resolver = second;
    task->action = RETRY_ELSEWHERE;
    task->retry = (struct retry_state){0};
    task->generation++;
    engine_query_renew(w->engine, index); /* what is out was to somebody else */
    tasks_move(w->tasks, index, TASK_READY);
    tasks_push_ready_front(w->tasks, index);
}

void cutter_settle(struct worker *w, uint32_t index, const struct decision *decision)
{
    if (!decision)
        end(w, index, CUT_LOST, NULL);
    else if (decision->kind == DECIDE_NXDOMAIN)
        take_denial(w, index, decision->resolver);
    else
        end(w, index, decision->kind == DECIDE_DATA ? CUT_DATA : CUT_EMPTY, NULL);
}
