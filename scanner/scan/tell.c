// SPDX-License-Identifier: BSD-2-Clause
#include "scan/tell.h"

#include <string.h>

#include "dns/code.h"

/* What a name in the set of names was told as. A result has no mark: its key is the name's. */
enum mark { MARK_EARLY = 1, MARK_LATE };

static struct hash128 key_of(const struct run *run, const uint8_t *name, enum mark mark)
{
    uint8_t marked[NAME_WIRE_MAX + 1];
    size_t len = name_len(name);
    memcpy(marked, name, len);
    marked[len] = (uint8_t)mark;
    return set_key(run->names, marked, len + 1);
}

int tell_is_first_late(struct run *run, const struct name *name)
{
    if (set_find(run->names, set_key(run->names, name->wire, name->len)))
        return 0; /* in another of the input's places it was found */
    int result = set_put(run->names, key_of(run, name->wire, MARK_LATE));
    return result < 0 ? result : result == SET_NEW;
}

static bool is_first(struct worker *w, const struct hit *hit, const uint8_t *name)
{
    struct set *names = w->run->names;
    int result = set_put(names, hit->stage == HIT_EARLY ? key_of(w->run, name, MARK_EARLY)
                                                        : set_key(names, name, name_len(name)));
    if (result < 0)
        w->error = result;
    return result == SET_NEW;
}

static bool was_told_early(struct worker *w, const uint8_t *name)
{
    int result = set_put(w->run->names, key_of(w->run, name, MARK_EARLY));
    if (result < 0)
        w->error = result;
    return result == SET_OLD;
}

static void count_found(struct worker *w, const struct hit *hit)
{
    bool has_v4 = false, has_v6 = false;
    for (uint8_t i = 0; i < hit->type_count; i++) {
        has_v4 |= hit->types[i] == TYPE_A;
        has_v6 |= hit->types[i] == TYPE_AAAA;
    }
    counter_add(&w->counters.names, 1);
    counter_add(&w->counters.found_ipv6_only, has_v6 && !has_v4);
    counter_add(&w->counters.found_dangling, (hit->flags & HIT_DANGLING) != 0);
    counter_add(&w->counters.found_private, (hit->flags & HIT_PRIVATE) != 0);
}

static void put(struct worker *w, const struct hit *hit, const uint8_t *name,
                const struct part *parts, bool is_counted)
{
    if (hit->stage != HIT_FINAL &&
        !(hit->stage == HIT_LATE ? w->run->tells_late : w->run->tells_early))
        return;
    struct hit_node *node = hit_create(hit, name, parts);
    if (!node) {
        w->error = ERR_NOMEM;
        return;
    }
    if (is_counted)
        count_found(w, &node->hit);
    ents_put(w, node);
}

static void retract(struct worker *w, const struct hit *hit, const uint8_t *name,
                    enum verdict before, const char *why)
{
    const struct hit retraction = {
        .zone = hit->zone, .verdict = before, .reason = why, .stage = HIT_RETRACTED};
    if (w->run->tells_early || !tell_is_early(before))
        counter_add(&w->counters.retracted, 1);
    put(w, &retraction, name, NULL, false);
}

void tell(struct worker *w, const struct hit *hit, const uint8_t *name, const struct part *parts,
          enum verdict before, const char *why)
{
    const struct scan_params *params = w->run->params;
    enum verdict verdict = hit->verdict;
    bool is_found = verdict == VERDICT_FOUND;
    bool is_unresolved = verdict == VERDICT_UNRESOLVED;
    bool was_told = before < VERDICT_COUNT && params->show[before];
    struct hit told = *hit;
    if (was_told && before == verdict && !is_found) {
        told.stage = HIT_LATE; /* who was told early knows it */
        if (hit->stage == HIT_FINAL && tell_is_early(verdict))
            put(w, &told, name, parts, false);
        return;
    }
    if (was_told)
        retract(w, hit, name, before, why);
    bool is_new = true;
    if (is_found || params->show[verdict])
        is_new = is_first(w, hit, name);
    else if (!(is_unresolved && params->unresolved_path))
        return;
    if (!is_new && !was_told)
        return;
    if (is_new && hit->stage == HIT_FINAL && tell_is_early(verdict) && was_told_early(w, name))
        told.stage = HIT_LATE; /* the name was in the input before, and not proven then */
    if (!is_new && !is_unresolved)
        told.stage = HIT_EARLY; /* the others had the name, and cannot take it back */
    put(w, &told, name, parts, is_found && is_new);
}
