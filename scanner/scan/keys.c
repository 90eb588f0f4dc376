// SPDX-License-Identifier: BSD-2-Clause
#include "scan/keys.h"

#include <string.h>

#include "base/log.h"
#include "dns/signature.h"
#include "scan/worker.h"

#define WANTED   5                /* resolvers whose word is had, where there are so many */
#define AGREE    3                /* of them; more than half */
#define PATIENCE (2 * NS_PER_S)   /* with resolvers that are being vetted */
#define AGAIN    (10 * NS_PER_MS) /* until those are looked for again */
#define CHAIN_S  (2 * NS_PER_S)   /* that a majority waits for a chain to the keys */

bool keys_ask(struct worker *w, uint32_t number, const struct name *apex)
{
    struct inquiries *inquiries = &w->inquiries;
    uint8_t unknown = DENYING_UNKNOWN;
    unsigned at = 0;
    while (at < KEYS_INQUIRIES_MAX && inquiries->items[at].is_used)
        at++;
    if (at == KEYS_INQUIRIES_MAX)
        return false;
    struct denying_zone *zone = denying_zone(w->run, number);
    if (!atomic_compare_exchange_strong(&zone->state, &unknown, DENYING_ASKING))
        return true;
    zone->apex = *apex;
    inquiries->items[at] =
        (struct keys_inquiry){.is_used = true, .zone = number, .apex = *apex, .since = w->now};
    inquiries->items[at].chain.is_over = w->run->direct || w->trusted_count > 0;
    inquiries->count++;
    return true;
}

/* --- asking --- */

static bool is_asked(const struct worker *w, const struct keys_inquiry *inquiry, uint32_t resolver)
{
    uint32_t op = pool_at(w->pool, resolver)->operator_index;
    for (uint32_t i = 0; i < inquiry->count; i++) {
        if (inquiry->answers[i].operator_index == op)
            return true;
    }
    return false;
}

/* Somebody who has not been asked, one of the trusted first; TASK_NONE: nobody. */
static uint32_t choose(struct worker *w, const struct keys_inquiry *inquiry)
{
    uint32_t count = (uint32_t)pool_count(w->pool), start = rng_below(&w->rng, count);
    for (uint32_t i = 0; i < w->trusted_count; i++) {
        if (!is_asked(w, inquiry, w->trusted[i]))
            return w->trusted[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t resolver = (start + i) % count;
        if (pool_at(w->pool, resolver)->state == POOL_ACTIVE && !is_asked(w, inquiry, resolver))
            return resolver;
    }
    return TASK_NONE;
}

/* --direct: whichever of the zone's own servers comes first. */
static bool ask_next(struct worker *w, struct keys_inquiry *inquiry)
{
    bool is_direct = w->run->direct != NULL;
    uint32_t resolver = is_direct ? TASK_NONE : choose(w, inquiry);
    bool is_any = is_direct ? inquiry->count == 0 : resolver != TASK_NONE;
    uint32_t index = is_any ? tasks_take(w->tasks) : TASK_NONE;
    if (index == TASK_NONE)
        return false;
    struct task *task = tasks_at(w->tasks, index);
    task->kind = TASK_KEYS;
    task->is_pinned = !is_direct;
    task->resolver = resolver;
    task->known = (uint32_t)(inquiry - w->inquiries.items);
    task->step = (uint8_t)inquiry->count;
    task->zone = inquiry->zone;
    question_init(engine_question(w->engine, index), inquiry->apex.wire, inquiry->apex.len,
                  TYPE_DNSKEY);
    tasks_push_ready_front(w->tasks, index); /* names wait for it */
    inquiry->answers[inquiry->count++] = (struct keys_answer){
        .resolver = resolver,
        .operator_index = is_direct ? 0 : pool_at(w->pool, resolver)->operator_index,
        .is_open = true,
    };
    w->inquiries.open++;
    return true;
}

/* --- deciding --- */

struct poll {
    unsigned open, answers; /* out; come */
    unsigned most;          /* answers that are the same */
    uint32_t leader;        /* one of those */
    bool is_certain;        /* one that is believed alone is among them */
};

static bool is_same(const struct keys_answer *a, const struct keys_answer *b)
{
    if (!a->keys || !b->keys)
        return a->keys == b->keys;
    return keys_fingerprint(a->keys) == keys_fingerprint(b->keys);
}

static struct poll count_answers(const struct worker *w, const struct keys_inquiry *inquiry)
{
    struct poll poll = {0};
    for (uint32_t i = 0; i < inquiry->count; i++) {
        const struct keys_answer *answer = &inquiry->answers[i];
        unsigned same = 0;
        poll.open += answer->is_open;
        poll.answers += answer->is_answer;
        if (!answer->is_answer || poll.is_certain)
            continue;
        for (uint32_t j = 0; j < inquiry->count; j++)
            same += inquiry->answers[j].is_answer && is_same(answer, &inquiry->answers[j]);
        poll.is_certain =
            w->run->direct || (w->trust && trust_at(w->trust, answer->resolver)->is_trusted);
        if (same > poll.most || poll.is_certain) {
            poll.most = same;
            poll.leader = i;
        }
    }
    return poll;
}

static enum key_belief belief_of(const struct worker *w, const struct poll *poll)
{
    if (poll->is_certain)
        return w->run->direct ? KEY_BELIEF_SERVERS : KEY_BELIEF_TRUSTED;
    return poll->answers >= AGREE ? KEY_BELIEF_MAJORITY : KEY_BELIEF_ALL;
}

static void close_inquiry(struct worker *w, struct keys_inquiry *inquiry, bool is_late)
{
    chain_leave(w, &inquiry->chain, is_late);
    for (uint32_t i = 0; i < inquiry->count; i++)
        keys_destroy(inquiry->answers[i].keys);
    inquiry->is_used = false;
    w->inquiries.count--;
}

/* The poll is over. Believes its leader, or nobody. */
static void decide(struct worker *w, struct keys_inquiry *inquiry, const struct poll *poll,
                   bool is_agreed)
{
    struct keys_answer *leader = &inquiry->answers[poll->leader];
    struct keys *keys = NULL;
    if (is_agreed && leader->keys) {
        keys = leader->keys;
        leader->keys = NULL;
    }
    close_inquiry(w, inquiry, poll->answers > 0 && !poll->is_certain);
    if (keys)
        denying_begin(w, inquiry->zone, keys, belief_of(w, poll));
    else
        denying_end(w, inquiry->zone,
                    poll->answers == 0 ? "nobody gives its keys"
                    : is_agreed        ? "it has no keys"
                                       : "resolvers give different keys for it");
}

/* Whatever is said of the zone's keys, these are. */
static void decide_by_chain(struct worker *w, struct keys_inquiry *inquiry,
                            const struct keys *proven)
{
    unsigned others = 0;
    for (uint32_t i = 0; i < inquiry->count; i++) {
        const struct keys *keys = inquiry->answers[i].keys;
        others += keys && keys_fingerprint(keys) != keys_fingerprint(proven);
    }
    if (others > 0 && log_is_on(LOG_WHY))
        log_why("%s: the keys that %u of the resolvers give are not those its parent vouches for",
                zones_at(w->run->zones, inquiry->zone)->text, others);
    close_inquiry(w, inquiry, false);
    struct keys *keys;
    int error = keys_copy(&keys, proven);
    if (error != 0) {
        w->error = error;
        denying_end(w, inquiry->zone, err_text(error));
        return;
    }
    denying_begin(w, inquiry->zone, keys, KEY_BELIEF_CHAIN);
}

bool keys_may_grow(struct worker *w, const struct keys_inquiry *inquiry)
{
    size_t admitted = pool_admitted_count(w->pool);
    return w->trust && admitted < WANTED && vet_hopeful_count(w->vet) > admitted &&
           w->now - inquiry->since < PATIENCE;
}

/* Asks whom there is to ask. False: the poll is over. */
static bool poll_on(struct worker *w, struct keys_inquiry *inquiry, struct poll *poll,
                    mono_ns *wake)
{
    if (poll->is_certain || poll->most >= AGREE)
        return false;
    while (inquiry->count < KEYS_ASKED_MAX && poll->open + poll->answers < WANTED &&
           ask_next(w, inquiry))
        poll->open++;
    if (poll->open > 0)
        return true;
    if (!keys_may_grow(w, inquiry))
        return false;
    if (w->now + AGAIN < *wake)
        *wake = w->now + AGAIN;
    return true;
}

static bool is_agreed(const struct keys_inquiry *inquiry, const struct poll *poll)
{
    /* One of several that answers is no agreement. */
    bool is_alone = poll->answers == 1 && inquiry->count > 1;
    if (poll->is_certain || poll->most >= AGREE)
        return true;
    return poll->answers >= AGREE ? poll->most * 2 > poll->answers
                                  : poll->most == poll->answers && !is_alone;
}

static void go_on(struct worker *w, struct keys_inquiry *inquiry, mono_ns *wake)
{
    const struct keys *proven;
    enum chained chain = chain_go_on(w, inquiry, wake, &proven);
    struct poll poll = count_answers(w, inquiry);
    bool is_waiting = chain == CHAINED_NOT_YET && w->now - inquiry->since < CHAIN_S;
    if (chain == CHAINED)
        decide_by_chain(w, inquiry, proven);
    else if (!poll_on(w, inquiry, &poll, wake) && !is_waiting)
        decide(w, inquiry, &poll, is_agreed(inquiry, &poll));
}

void inquiries_end(struct worker *w)
{
    static const struct poll nobody = {0};
    for (unsigned i = 0; i < KEYS_INQUIRIES_MAX; i++) {
        if (w->inquiries.items[i].is_used)
            decide(w, &w->inquiries.items[i], &nobody, false);
    }
}

void keys_go_on(struct worker *w, mono_ns *wake)
{
    for (unsigned i = 0; w->inquiries.count > 0 && i < KEYS_INQUIRIES_MAX; i++) {
        if (w->inquiries.items[i].is_used)
            go_on(w, &w->inquiries.items[i], wake);
    }
}

/* --- answers --- */

static struct keys *read_keys(struct worker *w, const struct name *apex, const struct part *part)
{
    struct rdata_view views[SIGNATURE_KEYS_MAX];
    struct keys *keys = NULL;
    size_t count = 0;
    for (uint16_t i = 0; i < part->record_count && count < SIGNATURE_KEYS_MAX; i++) {
        const struct hit_record *record = &part->records[i];
        if (record->type == TYPE_DNSKEY && name_equal(record->owner, apex->wire))
            views[count++] = (struct rdata_view){record->rdata, record->rdata_len};
    }
    int error = count > 0 ? keys_create(&keys, apex->wire, views, count) : 0;
    if (error == ERR_NOMEM)
        w->error = error;
    return error == 0 ? keys : NULL;
}

void keys_settle(struct worker *w, uint32_t index, const struct decision *decision)
{
    const struct task *task = tasks_at(w->tasks, index);
    struct keys_inquiry *inquiry = &w->inquiries.items[task->known];
    struct keys_answer *answer = &inquiry->answers[task->step];
    uint32_t number = task->zone, resolver = task->resolver;
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
    w->inquiries.open--;
    /* An inquiry may be over before its last answer, and another one in its place. */
    if (!inquiry->is_used || inquiry->zone != number || !answer->is_open ||
        (answer->resolver != TASK_NONE && answer->resolver != resolver))
        return;
    answer->is_open = false;
    answer->is_answer = decision != NULL;
    if (decision && decision->part)
        answer->keys = read_keys(w, &inquiry->apex, decision->part);
}
