// SPDX-License-Identifier: BSD-2-Clause
/* A worker's second half of each turn, in order:
 *
 * 1. settle_drain: what was collected becomes states and verdicts.
 * 2. Being stopped? Whatever is not in flight ends here, undecided.
 * 3. Wildcard probes that are wanted become tasks, ahead of everything.
 * 4. Tasks whose pause is over are ready again.
 * 5. Top up: ready tasks first, then candidates fresh from the source, as pace,
 *    resolvers, zone and in-flight limit allow, one batch a turn.
 * 6. Nothing left anywhere: the loop stops. */
#include "scan/worker.h"

#include <errno.h>

#include "base/log.h"
#include "scan/conclude.h"
#include "scan/doubt.h"
#include "scan/hope.h"
#include "scan/signals.h"

#define TCP_WAIT      (20 * NS_PER_MS) /* until a free connection is tried for again */
#define SAME_PATIENCE (2 * NS_PER_S)   /* then another resolver is asked */
#define STOP_CHECK    (50 * NS_PER_MS) /* the stop flag is seen at least this often */
#define OTHERS_WAIT   (10 * NS_PER_MS) /* all but those that have spoken have no room */
#define PROOFLESS_MAX 2                /* denials without the proof that others give */
#define SAME_WAIT     (2 * NS_PER_MS)  /* the one resolver wanted has no room just now */

/* --- choosing a resolver --- */

struct pick {
    const struct worker *worker;
    const struct task *task;
};

/* Of those that have not shown the zone's proofs of late nobody is asked for some. */
static bool is_without_proofs(const struct pick *pick, uint32_t op)
{
    const struct worker *w = pick->worker;
    const struct denying_zone *zone = denying_zone(w->run, pick->task->zone);
    return zone && w->proofless[op] >= PROOFLESS_MAX && denying_state(zone) == DENYING_ON;
}

/* Confirming a name is a check of whoever is asked: those that need none are left alone. With
 * a few resolvers the second opinion matters more: whoever has spoken must not be asked again
 * because the other is known well. */
static bool is_known_enough(const struct pick *pick, uint32_t op)
{
    const struct worker *w = pick->worker;
    if (pick->task->vote_count == 0 || !w->trust || pool_admitted_count(w->pool) <= OPINIONS_MAX)
        return false;
    uint32_t resolver = pool_first_of(w->pool, op);
    return trust_at(w->trust, resolver)->passes > w->trust->checks / (w->trust->count + 1) + 1;
}

static bool should_avoid(const void *ctx, uint32_t op)
{
    const struct pick *pick = ctx;
    return retry_has_seen(&pick->task->retry, op) || is_known_enough(pick, op) ||
           is_without_proofs(pick, op) ||
           refusals_avoid(&pick->worker->refusals, op, pick->task->zone, pick->worker->now);
}

/* To one certain resolver. */
static bool is_bound(const struct task *task)
{
    return task->is_pinned || task->action != RETRY_ELSEWHERE;
}

static uint32_t choose_resolver(struct worker *w, struct task *task)
{
    uint32_t wish = task->wish;
    task->wish = TASK_NONE;
    if (is_bound(task))
        return pool_is_due(w->pool, task->resolver, w->now) ? task->resolver : POOL_NONE;
    if (w->run->direct)
        return direct_choose(w, task);
    if (wish != TASK_NONE && pool_is_due(w->pool, wish, w->now))
        return wish;
    const struct pick pick = {.worker = w, .task = task};
    bool is_urgent = w->is_source_done || task->retry.tries > 0 || task->kind == TASK_PROBE;
    return is_urgent ? pool_pick_quick(w->pool, w->now, should_avoid, &pick)
                     : pool_pick(w->pool, w->now, should_avoid, &pick);
}

/* --- sending --- */

enum sending {
    SENDING_ON,   /* sent, or put off; go on with the next task */
    SENDING_OVER, /* no room or no resolver now; the task is back in the queue */
};

/* Takes one query off --max-queries; false when they are used up. */
static bool take_query_allowance(struct run *run)
{
    if (atomic_load_explicit(&run->queries_left, memory_order_relaxed) == INT64_MAX)
        return true;
    if (atomic_fetch_sub(&run->queries_left, 1) > 0)
        return true;
    atomic_store(&run->is_query_limit_hit, true);
    run_raise_stop(run, RUN_DRAIN);
    return false;
}

/* What was taken for a query that could not be sent. */
static void return_query_allowance(struct run *run)
{
    if (atomic_load_explicit(&run->queries_left, memory_order_relaxed) != INT64_MAX)
        atomic_fetch_add(&run->queries_left, 1);
}

#define MANY_OPERATORS  16       /* then one that is slow is not waited for */
#define WAIT_AMONG_MANY NS_PER_S /* its answer counts all the same when it comes */

static mono_ns wait_for(const struct worker *w, const struct task *task, uint32_t resolver)
{
    unsigned try = task->retry.tries + 1u;
    /* The last word on a name is worth waiting for; a vet's or a check's is not. */
    if (!task->is_pinned && try >= worker_tries_max(w, task))
        return w->run->params->timeout;
    mono_ns rto = pool_rto(w->pool, resolver, try);
    bool is_choice = !is_bound(task) && pool_usable_operators(w->pool) >= MANY_OPERATORS;
    return is_choice && rto > WAIT_AMONG_MANY ? WAIT_AMONG_MANY : rto;
}

static unsigned query_flags(const struct worker *w, const struct task *task)
{
    unsigned flags = w->run->direct ? QUERY_NO_RD : 0u;
    if (task->action == RETRY_SAME_WITHOUT_EDNS)
        return flags;
    bool wants_proofs =
        task->kind == TASK_CHAIN || (task->kind != TASK_KEYS && !task->is_without_do &&
                                     denying_wants_proofs(w->run, task->zone));
    return flags | QUERY_EDNS | (wants_proofs ? QUERY_DO : 0u);
}

/* It is probably denied, and the proof of that does not fit into UDP. */
static bool is_better_by_tcp(const struct worker *w, const struct task *task, uint32_t resolver)
{
    return task->gap && task->action == RETRY_ELSEWHERE && task->retry.tries == 0 &&
           denying_prefers_tcp(w->run, task->zone) && !pool_is_without_tcp(w->pool, resolver);
}

static struct engine_send describe_send(const struct worker *w, const struct task *task,
                                        uint32_t resolver)
{
    return (struct engine_send){
        .resolver = resolver,
        .wait = wait_for(w, task, resolver),
        .flags = query_flags(w, task),
        .by_tcp = task->action == RETRY_SAME_BY_TCP || is_better_by_tcp(w, task, resolver),
    };
}

static enum sending put_back(struct worker *w, uint32_t index, mono_ns until, mono_ns *wake)
{
    tasks_push_ready_front(w->tasks, index);
    *wake = until;
    return SENDING_OVER;
}

/* A task for one certain resolver, at which there is no room now. Its window may be full of
 * queries that hang, and connections are few: what gets no place in time is a try that
 * failed. */
static void wait_for_same(struct worker *w, uint32_t index, mono_ns pause)
{
    struct task *task = tasks_at(w->tasks, index);
    if (task->same_until == 0)
        task->same_until = w->now + SAME_PATIENCE;
    if (w->now < task->same_until) {
        tasks_push_delayed(w->tasks, index, w->now + pause);
        return;
    }
    task->same_until = 0;
    settle_unplaced(w, index);
}

/* Asking one that has spoken for a second opinion is worth nothing, nor one that said SERVFAIL: as
 * long as others may have room soon, that is waited for. */
static bool waits_for_others(struct worker *w, struct task *task, uint32_t resolver)
{
    uint32_t op = pool_at(w->pool, resolver)->operator_index;
    uint32_t heard = (uint32_t)task->vote_count + task->retry.servfail_count;
    bool has_spoken = false;
    if (!w->trust || is_bound(task) || task->kind != TASK_CANDIDATE)
        return false;
    for (unsigned i = 0; i < task->vote_count; i++)
        has_spoken |= pool_at(w->pool, task->votes[i])->operator_index == op;
    for (unsigned i = 0; i < task->retry.servfail_count; i++)
        has_spoken |= task->retry.servfail_by[i] == op;
    if (!has_spoken || pool_usable_operators(w->pool) <= heard)
        return false;
    if (task->same_until == 0)
        task->same_until = w->now + SAME_PATIENCE;
    return w->now < task->same_until;
}

/* What others' answers have proven since it was made a task; then it ends. */
static bool is_proven_meanwhile(struct worker *w, uint32_t index)
{
    struct task *task = tasks_at(w->tasks, index);
    uint32_t changes = atomic_load_explicit(&w->run->denying.changes, memory_order_acquire);
    struct denial_view view;
    if (task->kind != TASK_CANDIDATE || task->looked_up == changes || task->vote_count > 0 ||
        task->exists || task->parts)
        return false;
    task->looked_up = changes;
    denying_view(w->run, task->zone, engine_question(w->engine, index)->wire, &view);
    if (view.finding != DENIAL_ABSENT && view.finding != DENIAL_EMPTY)
        return false;
    task->reason = DENYING_REASON;
    counter_add(&w->counters.proven, 1);
    conclude_as(w, index, view.finding == DENIAL_ABSENT ? VERDICT_PRUNED : VERDICT_NODATA, 0, NULL);
    return true;
}

/* A further type of a name without data goes to the one that had none of the first: in the ledger
 * stands one resolver. For that a turn of its is waited for. */
static bool waits_for_word(struct worker *w, uint32_t index)
{
    struct task *task = tasks_at(w->tasks, index);
    if (task->wish == TASK_NONE || task->wish != task->word || is_bound(task) ||
        pool_at(w->pool, task->wish)->state != POOL_ACTIVE ||
        pool_is_due(w->pool, task->wish, w->now))
        return false;
    if (task->same_until == 0)
        task->same_until = w->now + SAME_PATIENCE;
    if (w->now >= task->same_until)
        return false;
    mono_ns due = pool_due_of(w->pool, task->wish);
    tasks_push_delayed(w->tasks, index, due > w->now + SAME_WAIT ? due : w->now + SAME_WAIT);
    return true;
}

/* Nobody may be asked just now. */
static enum sending wait_for_resolver(struct worker *w, uint32_t index, mono_ns *wake)
{
    struct task *task = tasks_at(w->tasks, index);
    if (is_bound(task)) {
        mono_ns due = pool_due_of(w->pool, task->resolver);
        if (due > w->now) /* its ceiling: that is worth waiting for */
            tasks_push_delayed(w->tasks, index, due);
        else
            wait_for_same(w, index, SAME_WAIT);
        return SENDING_ON;
    }
    mono_ns until = 0;
    if (w->run->direct && direct_wait(w, index, &until))
        return SENDING_ON;
    return put_back(w, index, until > 0 ? until : pool_due(w->pool, w->now), wake);
}

/* Nothing is left to wait for but room in the engine. */
static enum sending send_to(struct worker *w, uint32_t index, uint32_t resolver, mono_ns *wake)
{
    struct task *task = tasks_at(w->tasks, index);
    if (!take_query_allowance(w->run))
        return put_back(w, index, w->now, wake);
    struct engine_send send = describe_send(w, task, resolver);
    int error = engine_send(w->engine, index, &send);
    if (error == ERR_FULL && send.by_tcp && task->action == RETRY_ELSEWHERE) {
        send.by_tcp = false; /* it was only to save a query */
        error = engine_send(w->engine, index, &send);
    }
    if (error != 0)
        return_query_allowance(w->run);
    if (error == ERR_FULL && send.by_tcp) {
        wait_for_same(w, index, TCP_WAIT);
        return SENDING_ON;
    }
    if (error != 0) {
        if (error != ERR_FULL)
            w->error = error;
        return put_back(w, index, w->now + NS_PER_MS, wake);
    }
    if (task->retry.tries > 0)
        counter_add(&w->counters.retries, 1);
    retry_note_sent(&task->retry, pool_at(w->pool, resolver)->operator_index);
    task->tries = task->tries < UINT8_MAX ? (uint8_t)(task->tries + 1) : UINT8_MAX;
    task->zone_turn = 0; /* the next try waits for its own */
    task->same_until = 0;
    tasks_move(w->tasks, index, TASK_SENT);
    pace_take(&w->pace);
    return SENDING_ON;
}

static enum sending send_task(struct worker *w, uint32_t index, mono_ns *wake)
{
    struct task *task = tasks_at(w->tasks, index);
    if (is_proven_meanwhile(w, index) || waits_for_word(w, index))
        return SENDING_ON;
    if (checks_is_pointless(w, task)) {
        checks_settle(w, index, NULL);
        return SENDING_ON;
    }
    uint32_t resolver = choose_resolver(w, task);
    if (resolver == POOL_NONE)
        return wait_for_resolver(w, index, wake);
    if (waits_for_others(w, task, resolver)) {
        tasks_push_delayed(w->tasks, index, w->now + OTHERS_WAIT);
        return SENDING_ON;
    }
    if (w->now - task->zone_turn > PACE_CATCH_UP) {
        int error = zonepace_take(w->zonepace, task->zone, w->now, &task->zone_turn);
        if (error != 0) {
            w->error = error;
            return put_back(w, index, w->now, wake);
        }
        if (task->zone_turn > w->now) {
            tasks_push_delayed(w->tasks, index, task->zone_turn);
            return SENDING_ON;
        }
    }
    return send_to(w, index, resolver, wake);
}

/* --- the turn --- */

static void top_up(struct worker *w, mono_ns *wake)
{
    uint32_t allowance = pace_allowed(&w->pace, w->now, WIRE_BATCH);
    for (; allowance > 0; allowance--) {
        if (engine_in_flight(w->engine) >= w->in_flight_max)
            return; /* a reply or a deadline wakes us */
        uint32_t index = tasks_pop_ready(w->tasks);
        if (index == TASK_NONE && pool_path_due(w->pool) > w->now) {
            *wake = pool_path_due(w->pool);
            return;
        }
        if (index == TASK_NONE)
            index = feed_next(w, wake);
        if (index == TASK_NONE || send_task(w, index, wake) == SENDING_OVER)
            return;
    }
    *wake = pace_due(&w->pace);
}

static void take_probes(struct worker *w)
{
    struct wildcard_probe probe;
    while (tasks_free_count(w->tasks) > 0 && wildcards_next_probe(w->wildcards, &probe)) {
        if (!scope_allows(w->run->scope, probe.name.wire)) {
            settle_probe_lost(w, &probe);
            continue;
        }
        uint32_t zone = probe.parent < w->held_cap ? w->held[probe.parent].zone : ZONES_OTHER;
        if (denying_denies_wildcard(w->run, zone, name_parent(probe.name.wire))) {
            settle_probe_denied(w, &probe);
            continue;
        }
        uint32_t index = tasks_take(w->tasks);
        struct task *task = tasks_at(w->tasks, index);
        task->kind = TASK_PROBE;
        task->probe_parent = probe.parent;
        task->zone = probe.parent < w->held_cap ? w->held[probe.parent].zone : ZONES_OTHER;
        question_init(engine_question(w->engine, index), probe.name.wire, probe.name.len,
                      probe.type);
        tasks_push_ready_front(w->tasks, index); /* names are held for it */
    }
}

/* Ends what will not be asked about any more: everything with ALSO_SENT, else what is
 * not in flight. Names held for probes wait as long as any query is out: it may be theirs. */
static void abandon_all(struct worker *w, bool also_sent)
{
    bool is_any_sent = false;
    for (uint32_t i = 0; i < tasks_count(w->tasks) && !also_sent; i++)
        is_any_sent |= tasks_at(w->tasks, i)->state == TASK_SENT;
    for (uint32_t i = 0; i < tasks_count(w->tasks); i++) {
        enum task_state state = (enum task_state)tasks_at(w->tasks, i)->state;
        bool may_wait = is_any_sent && (state == TASK_SENT || state == TASK_HELD);
        if (state != TASK_FREE && !may_wait)
            settle_abandon(w, i, "interrupted");
    }
    park_abandon(w, "interrupted");
}

/* -v: who was benched, and why; who is asked in another way. */
static void tell_events(struct worker *w)
{
    static const char *const reasons[] = {
        [POOL_BENCH_DEAD] = "does not answer", [POOL_BENCH_REFUSING] = "refuses"};
    struct pool_event event;
    while (pool_next_event(w->pool, &event)) {
        const char *text = w->run->fleet.items[pool_at(w->pool, event.resolver)->list_index].text;
        if (event.is_back)
            log_why("%s is back", text);
        else
            log_why("%s benched for %.0f s: %s", text, (double)event.bench_time / 1e9,
                    reasons[event.reason]);
    }
    for (uint32_t resolver; engine_next_caseless(w->engine, &resolver);)
        log_why("%s does not keep the case of letters: asked in lower case from now on",
                worker_resolver_text(w, resolver));
}

/* -v: the path that all resolvers share does not bear more, or does again. */
static void tell_path(struct worker *w)
{
    double qps = pool_path_limit_qps(w->pool);
    if (qps > 0 && (w->path_qps <= 0 || qps < w->path_qps))
        log_why("the path to all resolvers is in trouble: at most %.0f new queries a second", qps);
    else if (qps <= 0 && w->path_qps > 0)
        log_why("the path to all resolvers bears what is sent again");
    w->path_qps = qps;
}

/* Ctrl-C is looked for here too: the main thread may be blocked in a write. */
static enum run_stop stop_of(const struct worker *w)
{
    int signals = signals_count();
    if (signals > 0)
        run_raise_stop(w->run, signals > 1 ? RUN_NOW : RUN_DRAIN);
    return w->error != 0 ? RUN_NOW : run_stop_of(w->run);
}

/* Names that came back, or checks still wanted. */
static bool has_more_to_ask(struct worker *w)
{
    return w->trust &&
           (returns_has(&w->run->returns) || !checks_are_done(w) || !cutter_may_end(w) ||
            sample_is_under_way(&w->sample) || doubt_releases(w, true));
}

static mono_ns act(void *ctx, mono_ns now)
{
    struct worker *w = ctx;
    w->now = now;
    denying_tick(w->run, now);
    settle_drain(w);
    if (log_is_on(LOG_WHY)) {
        tell_events(w);
        tell_path(w);
    }
    enum run_stop stop = stop_of(w);
    mono_ns wake = WIRE_NEVER;
    if (stop == RUN_ON && !hope_is_lost(w)) {
        w->is_writer_full = writer_is_full(w->run->writer);
        take_probes(w);
        if (w->trust) {
            vet_go_on(w, &wake);
            checks_go_on(w, &wake);
            laggards_go_on(w);
            sample_go_on(w);
            cutter_go_on(w, &wake);
            (void)doubt_releases(w, false);
        }
        keys_go_on(w, &wake);
        ents_go_on(w, &wake);
        for (uint32_t i; (i = tasks_pop_delayed(w->tasks, now)) != TASK_NONE;) {
            if (tasks_at(w->tasks, i)->is_weighed_later)
                settle_weigh(w, i);
            else
                tasks_push_ready_again(w->tasks, i);
        }
        top_up(w, &wake);
    } else if (stop != RUN_ON) {
        abandon_all(w, stop == RUN_NOW);
    }
    /* Nothing is left that a vet or a check would be good for. */
    uint32_t idle = (w->trust ? vet_open_count(w->vet) + w->checks.out : 0) + w->inquiries.open;
    bool is_done = tasks_free_count(w->tasks) + idle == tasks_count(w->tasks) &&
                   (stop != RUN_ON || w->is_hopeless ||
                    (w->is_source_done && w->park.count == 0 && !has_more_to_ask(w)));
    if (is_done || w->error != 0)
        engine_stop(w->engine);
    mono_ns delayed = tasks_next_delayed(w->tasks);
    wake = delayed < wake ? delayed : wake;
    return wake < now + STOP_CHECK ? wake : now + STOP_CHECK;
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    const struct engine_handlers handlers = {
        .ctx = w, .reply = settle_reply, .lost = settle_lost, .act = act};
    int error = engine_run(w->engine, &handlers);
    if (w->error == 0)
        w->error = error;
    if (w->error != 0) {
        abandon_all(w, true); /* nothing is lost: what was open is told as undecided */
        int none = 0;
        (void)atomic_compare_exchange_strong(&w->run->error, &none, w->error);
        run_raise_stop(w->run, RUN_NOW);
    }
    inquiries_end(w);
    ents_end(w);
    intake_close(&w->intake); /* others need not wait for what this one might still have read */
    atomic_fetch_sub(&w->run->workers_on, 1);
    writer_wake(w->run->writer);
    return NULL;
}

int worker_start(struct worker *w)
{
    errno = pthread_create(&w->thread, NULL, worker_main, w);
    return errno == 0 ? 0 : ERR_IO;
}
