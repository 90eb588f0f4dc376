// SPDX-License-Identifier: BSD-2-Clause
/* chain_go_on:
 *   1. Has no link: from the anchor down to the first that is not final, which it takes.
 *   2. Has one: asks for it, one resolver at first, and several once somebody was of no use
 *      or takes long. The first is who was of use last, for most may keep silent about this.
 *   3. Nobody is left to ask: the link ends.
 * chain_settle: whatever moves a link gives it back, and the next turn begins at 1. */
#include "scan/chain.h"

#include <stdlib.h>

#include "base/hash.h"
#include "scan/worker.h"
#include "verdict/chain_link.h"

#define AT_ONCE 3                 /* asked once one of them was of no use */
#define HEDGE   (300 * NS_PER_MS) /* so many others are asked besides those that take longer */
#define AGAIN   (10 * NS_PER_MS)  /* until a link that another has taken is looked at */

struct chain_entry {
    struct chain_link link;
    bool is_taken;
};

int chains_open(struct chains *chains, const struct anchors *anchors)
{
    *chains = (struct chains){.anchors = anchors};
    chains->slots = calloc(CHAIN_SLOTS, sizeof *chains->slots);
    if (!chains->slots)
        return ERR_NOMEM;
    pthread_mutex_init(&chains->mutex, NULL);
    return 0;
}

void chains_close(struct chains *chains)
{
    if (!chains->slots)
        return;
    for (size_t i = 0; i < CHAIN_SLOTS; i++) {
        if (chains->slots[i])
            chain_link_deinit(&chains->slots[i]->link);
        free(chains->slots[i]);
    }
    free(chains->slots);
    pthread_mutex_destroy(&chains->mutex);
    chains->slots = NULL;
}

/* --- links --- */

/* The link of NAME, made when it is new; NULL: no room. */
static struct chain_entry *entry_of(struct chains *chains, const uint8_t *name)
{
    size_t at = hash64(name, name_len(name), 0) % CHAIN_SLOTS;
    while (chains->slots[at] && !name_equal(chains->slots[at]->link.name.wire, name))
        at = (at + 1) % CHAIN_SLOTS;
    if (chains->slots[at] || chains->count == CHAIN_LINKS_MAX)
        return chains->slots[at];
    struct chain_entry *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    chain_link_init(&made->link, name, chains->anchors);
    chains->count++;
    return chains->slots[at] = made;
}

struct walk_down {
    struct chain_entry *wanted;       /* the first that is not final; or NULL */
    const struct chain_entry *parent; /* the last that holds; or NULL */
    bool is_end;                      /* there is no way on */
};

static struct walk_down walk_down(struct chains *chains, const struct name *apex)
{
    struct walk_down walk = {0};
    unsigned labels = anchors_closest(chains->anchors, apex->wire);
    unsigned last = name_label_count(apex->wire);
    walk.is_end = last - labels > CHAIN_LABELS_MAX;
    for (; labels <= last && !walk.is_end && !walk.wanted; labels++) {
        struct chain_entry *entry = entry_of(chains, name_suffix(apex->wire, labels));
        if (!entry || entry->link.state == LINK_ENDS)
            walk.is_end = true;
        else if (entry->link.state == LINK_HOLDS)
            walk.parent = entry;
        else if (entry->link.state != LINK_NO_CUT)
            walk.wanted = entry;
    }
    return walk;
}

static void give_back(struct chains *chains, struct chain *chain, bool is_ended)
{
    pthread_mutex_lock(&chains->mutex);
    if (is_ended)
        chain_link_end(&chain->entry->link);
    chain->entry->is_taken = false;
    pthread_mutex_unlock(&chains->mutex);
    chain->entry = NULL;
}

void chain_leave(struct worker *w, struct chain *chain, bool is_late)
{
    if (chain->entry)
        give_back(&w->run->chains, chain, is_late);
    chain->is_over = true;
}

/* Takes the next link that is wanted, if there is one and nobody has it. */
static enum chained take_link(struct worker *w, struct chain *chain, const struct name *apex,
                              const struct keys **keys)
{
    struct chains *chains = &w->run->chains;
    pthread_mutex_lock(&chains->mutex);
    struct walk_down walk = walk_down(chains, apex);
    bool is_free = !walk.is_end && walk.wanted && !walk.wanted->is_taken;
    if (is_free)
        walk.wanted->is_taken = true;
    pthread_mutex_unlock(&chains->mutex);
    if (is_free) {
        chain->entry = walk.wanted;
        chain->parent = walk.parent;
        chain->round = ++w->inquiries.rounds;
        chain->count = chain->open = 0;
    }
    if (walk.wanted && !walk.is_end)
        return CHAINED_NOT_YET;
    if (walk.is_end || !walk.parent || !name_equal(walk.parent->link.name.wire, apex->wire))
        return CHAINED_NOT;
    *keys = walk.parent->link.keys;
    return CHAINED;
}

/* --- asking --- */

static bool is_asked(const struct worker *w, const struct chain *chain, uint32_t resolver)
{
    uint32_t op = pool_at(w->pool, resolver)->operator_index;
    for (uint32_t i = 0; i < chain->count; i++) {
        if (chain->asked[i] == op)
            return true;
    }
    return false;
}

static bool may_ask(const struct worker *w, const struct chain *chain, uint32_t resolver)
{
    return pool_at(w->pool, resolver)->state == POOL_ACTIVE && !is_asked(w, chain, resolver);
}

/* One that has not been asked; TASK_NONE: nobody. */
static uint32_t choose(struct worker *w, const struct chain *chain)
{
    uint32_t count = (uint32_t)pool_count(w->pool), start = rng_below(&w->rng, count);
    uint32_t helper = w->inquiries.helper;
    if (helper > 0 && may_ask(w, chain, helper - 1))
        return helper - 1;
    for (uint32_t i = 0; i < count; i++) {
        if (may_ask(w, chain, (start + i) % count))
            return (start + i) % count;
    }
    return TASK_NONE;
}

/* False: nobody is left, or no room. */
static bool ask_next(struct worker *w, struct keys_inquiry *inquiry)
{
    struct chain *chain = &inquiry->chain;
    const struct chain_link *link = &chain->entry->link;
    if (chain->count == CHAIN_ASKED_MAX || !scope_allows(w->run->scope, link->name.wire))
        return false;
    uint32_t resolver = choose(w, chain);
    uint32_t index = resolver != TASK_NONE ? tasks_take(w->tasks) : TASK_NONE;
    if (index == TASK_NONE)
        return false;
    struct task *task = tasks_at(w->tasks, index);
    task->kind = TASK_CHAIN;
    task->is_pinned = true;
    task->resolver = resolver;
    task->known = (uint32_t)(inquiry - w->inquiries.items);
    task->step = (uint8_t)chain->count;
    task->tag = chain->round;
    task->zone = ZONES_OTHER; /* what befalls it there says nothing of the zone */
    question_init(engine_question(w->engine, index), link->name.wire, link->name.len,
                  chain_link_question(link));
    tasks_push_ready_front(w->tasks, index); /* names wait for it */
    chain->asked[chain->count++] = pool_at(w->pool, resolver)->operator_index;
    chain->asked_at = w->now;
    chain->open++;
    w->inquiries.open++;
    return true;
}

static void wake_at(mono_ns at, mono_ns *wake)
{
    if (at < *wake)
        *wake = at;
}

/* False: nobody is left to ask about the link. */
static bool ask_on(struct worker *w, struct keys_inquiry *inquiry, mono_ns *wake)
{
    struct chain *chain = &inquiry->chain;
    uint32_t most = chain->count > chain->open ? AT_ONCE : 1;
    if (chain->open >= most && w->now - chain->asked_at >= HEDGE)
        most = chain->open + AT_ONCE;
    while (chain->open < most && ask_next(w, inquiry))
        continue;
    bool is_wait = tasks_free_count(w->tasks) == 0 || keys_may_grow(w, inquiry);
    if (chain->open == 0 && !is_wait)
        return false;
    mono_ns next = chain->asked_at + HEDGE;
    wake_at(chain->open == 0 ? w->now + AGAIN : next > w->now ? next : w->now + HEDGE, wake);
    return true;
}

enum chained chain_go_on(struct worker *w, struct keys_inquiry *inquiry, mono_ns *wake,
                         const struct keys **keys)
{
    struct chain *chain = &inquiry->chain;
    enum chained word = CHAINED_NOT_YET;
    if (chain->is_over)
        return CHAINED_NOT;
    if (!chain->entry)
        word = take_link(w, chain, &inquiry->apex, keys);
    if (chain->entry && !ask_on(w, inquiry, wake)) {
        give_back(&w->run->chains, chain, true);
        word = CHAINED_NOT;
    } else if (word == CHAINED_NOT_YET && !chain->entry) {
        wake_at(w->now + AGAIN, wake);
    }
    chain->is_over = word != CHAINED_NOT_YET;
    return word;
}

/* --- answers --- */

static void take_reply(struct worker *w, struct chain *chain, uint32_t resolver,
                       const struct message *message)
{
    struct chains *chains = &w->run->chains;
    struct reply reply;
    if (!reply_init(&reply, message->octets, message->len) || !signed_sets_read(w->sets, &reply))
        return;
    pthread_mutex_lock(&chains->mutex); /* others read how far it is */
    int moved = chain_link_take(&chain->entry->link, chain->parent ? &chain->parent->link : NULL,
                                w->sets, clock_wall_ms() / 1000);
    pthread_mutex_unlock(&chains->mutex);
    if (moved < 0)
        w->error = moved;
    if (moved == 1) {
        w->inquiries.helper = resolver + 1;
        give_back(chains, chain, false);
    }
}

void chain_settle(struct worker *w, uint32_t index, const struct decision *decision)
{
    const struct task *task = tasks_at(w->tasks, index);
    struct chain *chain = &w->inquiries.items[task->known].chain;
    uint32_t round = task->tag, resolver = task->resolver;
    engine_query_renew(w->engine, index);
    tasks_move(w->tasks, index, TASK_FREE);
    w->inquiries.open--;
    /* The link may have moved meanwhile, or the inquiry be over. */
    if (!chain->entry || chain->round != round)
        return;
    chain->open--;
    if (decision && decision->message)
        take_reply(w, chain, resolver, decision->message);
}
