// SPDX-License-Identifier: BSD-2-Clause
#include "source/making.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "source/yield.h"

#define SLICE        8    /* variants of a kind in one turn of a name */
#define ATTEMPTS_MAX 4096 /* in one draw, under the lock: a millisecond at most */
#define DONE         UINT16_MAX

struct entry {
    uint32_t find;
    uint16_t next[VARIANT_KIND_COUNT]; /* number of the next variant; DONE: no more */
};

struct making {
    struct making_params params;
    struct lexicon *lexicon;
    uint32_t next_rank; /* finds there must be for the parts to be ranked anew */

    struct entry *ring;
    uint32_t first, count, cap;        /* cap: a power of two */
    uint32_t open[VARIANT_KIND_COUNT]; /* names that have more of a kind */
    struct variants variants;          /* of the first name, when it is taken apart */
    bool is_apart;
    unsigned kind, slice; /* where the first name's turn stands */

    _Atomic uint64_t drawn;
    struct yield yields[VARIANT_KIND_COUNT];
};

int making_create(struct making **out, const struct making_params *params)
{
    *out = NULL;
    struct making *making = calloc(1, sizeof *making);
    if (!making)
        return ERR_NOMEM;
    making->params = *params;
    if (lexicon_create(&making->lexicon) != 0) {
        free(making);
        return ERR_NOMEM;
    }
    *out = making;
    return 0;
}

void making_destroy(struct making *making)
{
    if (!making)
        return;
    lexicon_destroy(making->lexicon);
    free(making->ring);
    free(making);
}

/* --- the ring --- */

static struct entry *entry_at(struct making *m, uint32_t place)
{
    return &m->ring[(m->first + place) & (m->cap - 1)];
}

static int grow(struct making *m)
{
    uint32_t cap = m->cap ? m->cap * 2 : 1024;
    struct entry *ring = reallocarray(NULL, cap, sizeof *ring);
    if (!ring)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < m->count; i++)
        ring[i] = *entry_at(m, i);
    free(m->ring);
    m->ring = ring;
    m->first = 0;
    m->cap = cap;
    return 0;
}

/* The turn of whoever is first begins anew. */
static void begin_turn(struct making *m)
{
    m->is_apart = false;
    m->kind = m->slice = 0;
}

int making_add(struct making *m, const struct find *find, uint32_t index, bool first)
{
    struct variants variants;
    if (!variants_init(&variants, &find->name, find->zone_labels))
        return 0;
    if (m->count == m->cap && grow(m) != 0)
        return ERR_NOMEM;
    variants_teach(&variants, m->lexicon);
    if (first) {
        m->first = (m->first - 1) & (m->cap - 1);
        begin_turn(m);
    }
    *entry_at(m, first ? 0 : m->count) = (struct entry){.find = index};
    m->count++;
    for (unsigned kind = 0; kind < VARIANT_KIND_COUNT; kind++)
        m->open[kind]++;
    return 0;
}

static void end_turn(struct making *m)
{
    struct entry entry = *entry_at(m, 0);
    bool is_done = true;
    for (unsigned kind = 0; kind < VARIANT_KIND_COUNT; kind++)
        is_done &= entry.next[kind] == DONE;
    m->first = (m->first + 1) & (m->cap - 1);
    if (is_done)
        m->count--;
    else
        *entry_at(m, m->count - 1) = entry;
    begin_turn(m);
}

/* --- what may be made --- */

static bool has_credit(const struct making *m, unsigned kind)
{
    const struct yield *yield = &m->yields[kind];
    return yield_read(&yield->asked) <
           MAKING_CREDIT + MAKING_CREDIT_A_FIND * yield_read(&yield->found);
}

bool making_is_full(const struct making *m)
{
    return atomic_load_explicit(&m->drawn, memory_order_relaxed) >= MAKING_MAX;
}

bool making_is_busy(const struct making *m)
{
    for (unsigned kind = 0; kind < VARIANT_KIND_COUNT && !making_is_full(m); kind++)
        if (m->open[kind] > 0 && has_credit(m, kind))
            return true;
    return false;
}

/* 1: nobody has asked for it; 0: somebody has; ERR_NOMEM. */
static int is_fresh(struct making *m, const struct name *name)
{
    const struct making_params *params = &m->params;
    if (set_find(params->given, set_key(params->given, name->wire, name->len)))
        return 0;
    int r = set_put(params->seen, set_key(params->seen, name->wire, name->len));
    return r == SET_NEW ? 1 : r;
}

/* The parts are ranked when there is a first name to be made and whenever there are twice
 * as many names as then. */
static void rank_parts(struct making *m)
{
    uint32_t count = finds_count(m->params.finds);
    if (count < m->next_rank)
        return;
    lexicon_rank(m->lexicon);
    m->next_rank = count * 2;
}

static const struct variants *take_apart(struct making *m)
{
    if (!m->is_apart) {
        struct find find;
        finds_get(m->params.finds, entry_at(m, 0)->find, &find);
        m->is_apart = variants_init(&m->variants, &find.name, find.zone_labels);
    }
    return &m->variants;
}

/* One step: 1 with a name, 0 without, ERR_NOMEM. */
static int step(struct making *m, struct made *out)
{
    struct entry *entry = entry_at(m, 0);
    while (m->kind < VARIANT_KIND_COUNT &&
           (m->slice == SLICE || entry->next[m->kind] == DONE || !has_credit(m, m->kind))) {
        m->kind++;
        m->slice = 0;
    }
    if (m->kind == VARIANT_KIND_COUNT) {
        end_turn(m);
        return 0;
    }
    enum variant_kind kind = (enum variant_kind)m->kind;
    m->slice++;
    int state = variants_at(take_apart(m), kind, entry->next[kind]++, m->lexicon, &out->name);
    if (state == VARIANT_END) {
        entry->next[kind] = DONE;
        m->open[kind]--;
    }
    if (state != VARIANT_MADE)
        return 0;
    int r = is_fresh(m, &out->name);
    yield_note_made(&m->yields[kind], r == 1);
    if (r == 1) {
        atomic_fetch_add_explicit(&m->drawn, 1, memory_order_relaxed);
        out->find = entry->find;
        out->kind = (uint8_t)kind;
    }
    return r;
}

int making_draw(struct making *m, struct made *out, uint32_t cap)
{
    uint32_t count = 0;
    rank_parts(m);
    for (uint32_t i = 0; i < ATTEMPTS_MAX && count < cap && making_is_busy(m); i++) {
        int r = step(m, &out[count]);
        if (r < 0)
            return r;
        count += (uint32_t)r;
    }
    return (int)count;
}

uint64_t making_total(const struct making *m)
{
    return atomic_load_explicit(&m->drawn, memory_order_relaxed);
}

void making_learnt(struct making *m, enum variant_kind kind, enum verdict verdict)
{
    yield_note_verdict(&m->yields[kind], verdict);
}

void making_yields(const struct making *m, struct source_yield out[VARIANT_KIND_COUNT])
{
    static const char *const kinds[VARIANT_KIND_COUNT] = {
#define X(constant, word) [VARIANT_##constant] = word,
        VARIANT_KINDS(X)
#undef X
    };
    for (unsigned kind = 0; kind < VARIANT_KIND_COUNT; kind++)
        out[kind] = yield_told(&m->yields[kind], kinds[kind]);
}
