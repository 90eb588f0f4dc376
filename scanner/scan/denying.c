// SPDX-License-Identifier: BSD-2-Clause
/* A zone's record, what becomes of candidates. What replies teach is in denying_learn.c. */
#include "scan/denying.h"

#include <stdlib.h>

#include "base/log.h"
#include "scan/worker.h"

#define TRUNCATED_MIN 8 /* denials that did not fit into UDP */

void denying_open(struct denying *denying)
{
    atomic_init(&denying->budget, DENYING_BYTES_MAX);
}

void denying_close(struct denying *denying)
{
    for (unsigned i = 0; i < DENYING_PAGES; i++) {
        struct denying_zone *page = atomic_load_explicit(&denying->pages[i], memory_order_relaxed);
        for (unsigned j = 0; page && j < DENYING_PAGE; j++) {
            keys_destroy(page[j].keys);
            denials_destroy(page[j].denials);
        }
        free(page);
        atomic_store_explicit(&denying->pages[i], NULL, memory_order_relaxed);
    }
}

struct denying_zone *denying_zone(struct run *run, uint32_t number)
{
    uint32_t at = number / DENYING_PAGE;
    if (run->params->dnssec == SCAN_DNSSEC_OFF || number == ZONES_OTHER || at >= DENYING_PAGES)
        return NULL;
    _Atomic(struct denying_zone *) *place = &run->denying.pages[at];
    struct denying_zone *page = atomic_load_explicit(place, memory_order_acquire);
    if (!page) {
        struct denying_zone *made = calloc(DENYING_PAGE, sizeof *made);
        if (!made)
            return NULL;
        if (atomic_compare_exchange_strong_explicit(place, &page, made, memory_order_acq_rel,
                                                    memory_order_acquire))
            page = made;
        else
            free(made);
    }
    return &page[number % DENYING_PAGE];
}

bool denying_wants_proofs(struct run *run, uint32_t number)
{
    const struct denying_zone *zone = denying_zone(run, number);
    return zone && (denying_state(zone) != DENYING_OFF || run->params->dnssec == SCAN_DNSSEC_ON);
}

/* --- moving on --- */

static void note_change(struct run *run)
{
    atomic_fetch_add_explicit(&run->denying.changes, 1, memory_order_release);
}

void denying_tick(struct run *run, mono_ns now)
{
    uint32_t now_s = (uint32_t)(now / NS_PER_S);
    if (atomic_load_explicit(&run->denying.now_s, memory_order_relaxed) != now_s)
        atomic_store_explicit(&run->denying.now_s, now_s, memory_order_relaxed);
}

static const char *const belief_texts[] = {
    [KEY_BELIEF_CHAIN] = "the chain from a trust anchor",
    [KEY_BELIEF_TRUSTED] = "the word of a trusted resolver",
    [KEY_BELIEF_SERVERS] = "the word of its own servers",
    [KEY_BELIEF_MAJORITY] = "the majority of resolvers",
    [KEY_BELIEF_ALL] = "the agreement of all resolvers",
};

void denying_begin(struct worker *w, uint32_t number, struct keys *keys, enum key_belief belief)
{
    struct denying_zone *zone = denying_zone(w->run, number);
    const struct scan_params *params = w->run->params;
    const struct denial_params denials = {
        .zone = zone->apex.wire,
        .types = params->types,
        .type_count = params->type_count,
        .seed = rng_u64(&w->rng),
        .budget = &w->run->denying.budget,
        .now_s = &w->run->denying.now_s,
    };
    zone->keys = keys;
    int error = denials_create(&zone->denials, &denials);
    if (error != 0) {
        w->error = error;
        denying_end(w, number, err_text(error));
        return;
    }
    atomic_store_explicit(&zone->state, DENYING_ON, memory_order_release);
    atomic_fetch_add(&w->run->denying.zones, 1);
    atomic_fetch_add(&w->run->denying.beliefs[belief], 1);
    note_change(w->run);
    if (log_is_on(LOG_WHY)) {
        char text[NAME_TEXT_MAX];
        name_to_text(zone->apex.wire, text);
        log_why(
            "%s is signed, with keys believed by %s: what its denials prove absent is not asked",
            text, belief_texts[belief]);
    }
}

void denying_end(struct worker *w, uint32_t number, const char *why)
{
    struct denying_zone *zone = denying_zone(w->run, number);
    if (atomic_exchange_explicit(&zone->state, DENYING_OFF, memory_order_acq_rel) == DENYING_OFF)
        return;
    note_change(w->run);
    if (log_is_on(LOG_WHY))
        log_why("%s: no proofs are asked for any more: %s", zones_at(w->run->zones, number)->text,
                why);
}

/* --- candidates --- */

void denying_view(struct run *run, uint32_t number, const uint8_t *name, struct denial_view *view)
{
    const struct denying_zone *zone = denying_zone(run, number);
    *view = (struct denial_view){0};
    if (zone && denying_state(zone) == DENYING_ON)
        denials_look(zone->denials, name, view);
}

enum denying_fate denying_look(struct run *run, uint32_t number, const uint8_t *name,
                               struct denial_view *view)
{
    static const enum denying_fate fates[] = {
        [DENIAL_UNKNOWN] = DENYING_ASK,       [DENIAL_ABSENT] = DENYING_ABSENT,
        [DENIAL_EMPTY] = DENYING_EMPTY,       [DENIAL_EXISTS] = DENYING_ASK,
        [DENIAL_WILDCARD] = DENYING_WILDCARD,
    };
    const struct denying_zone *zone = denying_zone(run, number);
    *view = (struct denial_view){0};
    if (!zone)
        return DENYING_ASK;
    switch (denying_state(zone)) {
    case DENYING_UNKNOWN:
    case DENYING_OFF:
        return DENYING_ASK;
    case DENYING_ASKING:
        return DENYING_WAIT;
    case DENYING_ON:
        break;
    }
    denials_look(zone->denials, name, view);
    if (view->gap && !spans_take_gap(view->gap)) {
        view->gap = NULL;
        return DENYING_WAIT;
    }
    if (view->finding == DENIAL_WILDCARD && view->types == 0)
        return DENYING_EMPTY; /* as its answer would say */
    return fates[view->finding];
}

static void give_gap(struct run *run, struct span_node *gap, enum span_yield yield)
{
    if (!gap)
        return;
    spans_give_gap(gap, yield);
    note_change(run);
}

void denying_give_gap(struct run *run, struct span_node *gap)
{
    give_gap(run, gap, SPAN_UNTOLD);
}

void denying_release(struct run *run, struct task *task, enum span_yield yield)
{
    give_gap(run, task->gap, yield);
    task->gap = NULL;
}

void denying_note_size(struct run *run, uint32_t number, bool is_truncated)
{
    struct denying_zone *zone = denying_zone(run, number);
    if (zone && denying_state(zone) == DENYING_ON)
        atomic_fetch_add_explicit(is_truncated ? &zone->truncated : &zone->fitting, 1,
                                  memory_order_relaxed);
}

bool denying_prefers_tcp(struct run *run, uint32_t number)
{
    const struct denying_zone *zone = denying_zone(run, number);
    if (!zone || denying_state(zone) != DENYING_ON)
        return false;
    uint32_t truncated = atomic_load_explicit(&zone->truncated, memory_order_relaxed);
    uint32_t fitting = atomic_load_explicit(&zone->fitting, memory_order_relaxed);
    return truncated >= TRUNCATED_MIN && truncated > fitting;
}

bool denying_denies_wildcard(struct run *run, uint32_t number, const uint8_t *parent)
{
    const struct denying_zone *zone = denying_zone(run, number);
    return zone && denying_state(zone) == DENYING_ON &&
           denials_deny_wildcard(zone->denials, parent);
}
