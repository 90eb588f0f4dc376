// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/cut_facts.h"

#include <string.h>

#include "dns/name.h"

int facts_init(struct facts *facts, struct set *names)
{
    facts->names = names;
    atomic_init(&facts->count, 0);
    atomic_init(&facts->cut_count, 0);
    atomic_init(&facts->changes, 0);
    return set_create(&facts->set);
}

void facts_deinit(struct facts *facts)
{
    set_destroy(facts->set);
    facts->set = NULL;
}

static struct hash128 key_of(const struct facts *facts, enum fact fact, const uint8_t *name)
{
    uint8_t bytes[1 + NAME_WIRE_MAX];
    size_t len = name_len(name);
    bytes[0] = (uint8_t)fact;
    memcpy(bytes + 1, name, len);
    return set_key(facts->set, bytes, 1 + len);
}

bool facts_have(struct facts *facts, enum fact fact, const uint8_t *name)
{
    return set_find(facts->set, key_of(facts, fact, name));
}

bool facts_have_found(struct facts *facts, const uint8_t *name)
{
    return facts->names && set_find(facts->names, set_key(facts->names, name, name_len(name)));
}

bool facts_are_full(const struct facts *facts)
{
    return atomic_load_explicit(&facts->count, memory_order_relaxed) >= FACTS_MAX;
}

int facts_put(struct facts *facts, enum fact fact, const uint8_t *name)
{
    bool is_cut = fact == FACT_CUT;
    if (facts_are_full(facts) || (is_cut && facts->cut_count >= FACTS_CUTS_MAX))
        return facts_have(facts, fact, name) ? SET_OLD : ERR_FULL;
    int result = set_put(facts->set, key_of(facts, fact, name));
    if (result != SET_NEW)
        return result;
    atomic_fetch_add_explicit(&facts->count, 1, memory_order_relaxed);
    if (is_cut)
        atomic_fetch_add(&facts->cut_count, 1);
    if (fact == FACT_LIFTED || fact == FACT_DENIES)
        atomic_fetch_add(&facts->changes, 1);
    return SET_NEW;
}
