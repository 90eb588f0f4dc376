// SPDX-License-Identifier: BSD-2-Clause
/* From a reply to the chains. A record is refused in small steps, each with its counter: no
 * signature of the zone (denial_proof.h), no hash for an owner, parameters that are not to be used
 * (RFC 5155 section 8.2), too much contradicted (gaps.h). What is new goes to the hash file. */
#include <string.h>

#include "base/log.h"
#include "dns/code.h"
#include "scan/walk_nsec3_state.h"
#include "source/arc.h"

int nsec3_find_chain(struct nsec3_state *s, const struct nsec3_params *params)
{
    for (uint32_t i = 0; i < s->chain_count; i++)
        if (nsec3_params_equal(&s->chains[i].params, params))
            return (int)i;
    if (s->chain_count == NSEC3_CHAINS_MAX)
        return ERR_FULL;
    struct nsec3_chain *chain = &s->chains[s->chain_count];
    int r = gaps_create(&chain->gaps, rng_u64(&s->walk->rng));
    if (r != 0)
        return r;
    chain->params = *params;
    return (int)s->chain_count++;
}

int nsec3_take_held(void *ctx, const struct hash_record *record)
{
    struct nsec3_state *s = ctx;
    if (!record->has_next)
        return 0;
    int chain = nsec3_find_chain(s, &record->params);
    if (chain < 0)
        return chain == ERR_FULL ? 0 : chain;
    struct gaps_span span = {
        .types = record->types, .has_types = record->has_types, .is_opt_out = record->is_opt_out};
    memcpy(span.owner, record->hash, sizeof span.owner);
    memcpy(span.next, record->next, sizeof span.next);
    int r = gaps_add(s->chains[chain].gaps, &span);
    return r < 0 ? r : 0;
}

/* --- the hash file --- */

/* Our own format has spans. The others have hashes: those that were not known before, among them
 * next ones, whose own span may come later. */
static int put_hash(struct nsec3_state *s, const struct nsec3_chain *chain,
                    const struct gaps_span *span, bool is_owner_known, bool is_next_known)
{
    struct hash_record record = {.params = chain->params,
                                 .has_next = true,
                                 .is_opt_out = span->is_opt_out,
                                 .types = span->types,
                                 .has_types = span->has_types};
    memcpy(record.hash, span->owner, sizeof record.hash);
    memcpy(record.next, span->next, sizeof record.next);
    if (hash_output_format(s->output) == HASH_NATIVE)
        return hash_output_put(s->output, &record);
    int r = is_owner_known ? 0 : hash_output_put(s->output, &record);
    if (r != 0 || is_next_known)
        return r;
    memcpy(record.hash, span->next, sizeof record.hash);
    return hash_output_put(s->output, &record);
}

static bool is_known(const struct gaps *gaps, const uint8_t *hash)
{
    enum gaps_place place = gaps_find(gaps, hash);
    return place == GAPS_OWNER || place == GAPS_START;
}

static int add_span(struct nsec3_state *s, const struct nsec3_chain *chain,
                    const struct gaps_span *span)
{
    bool is_owner_known = is_known(chain->gaps, span->owner);
    bool is_next_known = is_known(chain->gaps, span->next) ||
                         memcmp(span->owner, span->next, sizeof span->owner) == 0;
    int news = gaps_add(chain->gaps, span);
    if (news == ERR_FULL) {
        s->is_full = true;
        return 0;
    }
    if (news == GAPS_NEW || news == GAPS_CHANGED)
        return put_hash(s, chain, span, is_owner_known, is_next_known);
    return news < 0 ? news : 0;
}

/* --- records --- */

/* No two names are so close; and a hash whose name does not exist is in no chain (RFC 9824). */
static bool is_made_up(const struct gaps_span *span)
{
    bool is_minimal = arc_length(span->owner, span->next) == 0;
    return is_minimal || bitmap_has(&span->types, TYPE_NXNAME);
}

/* 1: of the current chain; 0: of another, or to be ignored. */
static int take_record(struct nsec3_state *s, const struct denial_record *record)
{
    struct gaps_span span = {.has_types = true};
    struct nsec3_view view;
    if (!walk_believes(s->walk, record, &s->refused))
        return 0;
    if (nsec3_read(&view, record->rdata, record->rdata_len) != 0 ||
        !nsec3_owner_hash(record->owner.wire, s->walk->zone.wire, span.owner)) {
        s->malformed++;
        return 0;
    }
    memcpy(span.next, view.next, sizeof span.next);
    span.types = view.types;
    span.is_opt_out = view.is_opt_out;
    if (is_made_up(&span)) {
        s->minimal++;
        return 0;
    }
    int index = nsec3_find_chain(s, &view.params);
    if (index < 0)
        return index == ERR_FULL ? 0 : index;
    if (s->current == NSEC3_NONE)
        s->current = (uint32_t)index;
    if ((uint32_t)index != s->current) {
        s->strange = view.params;
        s->is_strange = true;
    }
    int r = add_span(s, &s->chains[index], &span);
    return r < 0 ? r : (uint32_t)index == s->current;
}

int nsec3_take(struct nsec3_state *s)
{
    int count = 0;
    for (size_t i = 0; i < s->proof.count; i++) {
        int r = take_record(s, &s->proof.records[i]);
        if (r < 0)
            return r;
        count += r;
    }
    return count;
}
