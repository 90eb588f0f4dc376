// SPDX-License-Identifier: BSD-2-Clause
#include "scan/hope.h"

#include <string.h>

#include "scan/conclude.h"
#include "scan/doubt.h"

static uint32_t nobody(const struct worker *w)
{
    return (uint32_t)w->run->fleet.count;
}

/* NAME, without a verdict, waits in the ledger. */
static void keep(struct worker *w, const uint8_t *name, struct ledger_entry entry)
{
    entry.verdict = VERDICT_COUNT;
    entry.name.len = (uint8_t)name_len(name);
    memcpy(entry.name.wire, name, entry.name.len);
    int error = ledger_append(w->ledger, &entry);
    if (error != 0)
        w->error = error;
}

void hope_put_under(struct worker *w, uint32_t index, uint32_t chain)
{
    struct task *task = tasks_at(w->tasks, index);
    keep(w, engine_question(w->engine, index)->wire,
         (struct ledger_entry){
             .resolver = chain, .zone = task->zone, .source = task->from, .prior = task->prior});
    denying_release(w->run, task, SPAN_UNTOLD);
    conclude_put_off(w, index);
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
}

void hope_put_off(struct worker *w, uint32_t index)
{
    hope_put_under(w, index, nobody(w));
}

void hope_put_back(struct worker *w, const struct candidate *candidate, uint32_t zone)
{
    struct source *source = w->run->source;
    const struct evidence evidence = {.tag = candidate->tag};
    keep(w, candidate->name.wire,
         (struct ledger_entry){.resolver = nobody(w),
                               .zone = zone,
                               .source = (uint8_t)candidate->from,
                               .prior = VERDICT_COUNT});
    if (source->ops->learn)
        source->ops->learn(source, candidate->name.wire, VERDICT_UNRESOLVED, &evidence);
}

void hope_revive_chain(struct worker *w, uint32_t number, const char *why)
{
    struct ledger_chain chain;
    int error = ledger_take_back(w->ledger, number, &chain);
    if (error == 0)
        error = returns_push(&w->run->returns, &chain, why);
    if (error != 0)
        w->error = error;
}

void hope_revive(struct worker *w)
{
    hope_revive_chain(w, nobody(w), "resolvers disagree");
}

/* Candidates under way go back to the queue, for other workers. */
static void hand_over(struct worker *w)
{
    for (uint32_t i = 0; i < tasks_count(w->tasks); i++) {
        struct task *task = tasks_at(w->tasks, i);
        if (task->state == TASK_FREE)
            continue;
        if (task->kind != TASK_CANDIDATE)
            settle_abandon(w, i, NULL);
        else
            hope_put_off(w, i);
    }
    park_hand_over(w);
    for (size_t i = 0; i < w->held_cap; i++)
        w->held[i].first = 0;
    hope_revive(w);
    doubt_hand_over(w);
}

bool hope_is_lost(struct worker *w)
{
    if (!w->trust || w->is_hopeless || vet_hopeful_count(w->vet) > 0)
        return w->is_hopeless;
    w->is_hopeless = true;
    uint32_t lost = atomic_fetch_add(&w->run->hopeless_count, 1) + 1;
    if (lost == w->run->worker_count)
        run_raise_stop(w->run, RUN_NOW);
    else
        hand_over(w);
    return true;
}

static void settle_entry(struct worker *w, const struct ledger_entry *entry)
{
    if (entry->verdict == VERDICT_FOUND && w->run->is_withdrawn)
        conclude_withdraw(w, entry, w->run->doubt_reason);
    else
        conclude_given_up(w, entry);
}

int hope_settle_rest(struct worker *const *workers, uint32_t count)
{
    struct worker *w = workers[0];
    struct ledger_entry entry;
    int got = 0;
    if (!w->trust)
        return 0;
    for (uint32_t i = 0; i < count; i++) {
        int error = doubt_end(workers[i]);
        if (error != 0)
            return error;
        hope_revive(workers[i]);
    }
    while (w->error == 0 && (got = returns_next(&w->run->returns, &entry)) == 1)
        settle_entry(w, &entry);
    return w->error != 0 ? w->error : got;
}

/* --- why --- */

void hope_explain(struct text *out, struct worker *const *workers, uint32_t count)
{
    uint64_t by_reason[TRUST_REASON_COUNT] = {0};
    bool is_intercepted = count > 0;
    if (count > 0 && !run_is_partitioned(workers[0]->run))
        count = 1; /* all have the same resolvers */
    for (uint32_t i = 0; i < count; i++) {
        struct worker *w = workers[i];
        is_intercepted &= vet_is_intercepted(w->vet);
        for (uint32_t r = 0; r < w->trust->count; r++)
            by_reason[trust_at(w->trust, r)->reason]++;
    }
    if (is_intercepted) {
        text_puts(out, "port 53 is intercepted: every resolver gives the same data for names "
                       "that do not exist, wherever they lie");
        return;
    }
    const char *join = "failed vetting: ";
    for (int reason = TRUST_NO_REASON + 1; reason < TRUST_REASON_COUNT; reason++) {
        if (by_reason[reason] == 0)
            continue;
        text_printf(out, "%s%llu of them: %s", join, (unsigned long long)by_reason[reason],
                    trust_reason_text((enum trust_reason)reason));
        join = "; ";
    }
}
