// SPDX-License-Identifier: BSD-2-Clause
#include "scan/convict.h"

#include "base/log.h"
#include "scan/hope.h"
#include "scan/returns.h"
#include "scan/vet.h"

static bool is_known(const struct forged *forged, uint64_t hash)
{
    uint32_t count = atomic_load_explicit(&forged->count, memory_order_acquire);
    count = count < FORGED_MAX ? count : FORGED_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (atomic_load_explicit(&forged->hashes[i], memory_order_relaxed) == hash)
            return true;
    }
    return false;
}

/* Two workers may add the same one: that costs a place. */
void convict_note_forged(struct worker *w, const uint64_t *hashes, size_t count)
{
    struct forged *forged = &w->run->forged;
    for (size_t i = 0; i < count; i++) {
        if (is_known(forged, hashes[i]))
            continue;
        uint32_t at = atomic_fetch_add_explicit(&forged->count, 1, memory_order_acq_rel);
        if (at >= FORGED_MAX) {
            atomic_store(&forged->count, FORGED_MAX);
            return;
        }
        atomic_store_explicit(&forged->hashes[at], hashes[i], memory_order_release);
    }
}

bool convict_is_forged(const struct run *run, const struct wildcard_data *data)
{
    if (data->count == 0 || atomic_load_explicit(&run->forged.count, memory_order_relaxed) == 0)
        return false;
    for (unsigned i = 0; i < data->count; i++) {
        if (!is_known(&run->forged, data->hashes[i]))
            return false;
    }
    return true;
}

bool convict_is_forged_short(const struct run *run, uint32_t hash)
{
    uint32_t count = atomic_load_explicit(&run->forged.count, memory_order_acquire);
    for (uint32_t i = 0; i < count && i < FORGED_MAX; i++) {
        if ((uint32_t)atomic_load_explicit(&run->forged.hashes[i], memory_order_relaxed) == hash)
            return true;
    }
    return false;
}

/* It is no more believed. */
static void expel(struct worker *w, uint32_t resolver, const char *what, const char *why)
{
    pool_expel(w->pool, resolver);
    vet_drop(w, resolver);
    cutter_drop(w, resolver);
    ents_end(w); /* told before it may be taken back */
    counter_set(&w->counters.resolvers_expelled, w->trust->outcasts);
    if (log_is_on(LOG_WHY))
        log_why("%s %s: %s", worker_resolver_text(w, resolver), what, why);
    struct ledger_chain chain;
    int error = ledger_take_back(w->ledger, pool_at(w->pool, resolver)->list_index, &chain);
    if (error == 0)
        error = returns_push(&w->run->returns, &chain, why);
    if (error != 0)
        w->error = error;
}

void convict(struct worker *w, uint32_t resolver, enum trust_reason reason)
{
    if (!trust_convict(w->trust, resolver, reason))
        return;
    expel(w, resolver, "convicted", trust_reason_text(reason));
    hope_revive(w);
}

void convict_dismiss(struct worker *w, uint32_t resolver, enum trust_reason reason)
{
    trust_fail(w->trust, resolver, reason);
    trust_forget_negatives(w->trust, resolver);
    expel(w, resolver, "left out", trust_reason_text(reason));
}
