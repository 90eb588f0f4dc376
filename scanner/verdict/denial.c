// SPDX-License-Identifier: BSD-2-Clause
/* One chain of NSEC, keyed by names (verdict/denial_key.h), and a few of NSEC3, keyed by hashes.
 * Proofs are never put together from two chains. */
#include "verdict/denial.h"

#include <stdlib.h>
#include <string.h>

#include "dns/code.h"
#include "verdict/denial_key.h"

#define TYPES_MAX 16 /* bits of struct span's types */

struct chain {
    struct nsec3_params params;
    uint8_t apex[NSEC3_HASH_LEN], star[NSEC3_HASH_LEN]; /* of the zone and its wildcard */
    struct spans *spans;                                /* owned */
};

struct denials {
    struct name zone;
    unsigned zone_labels;
    uint16_t types[TYPES_MAX];
    size_t type_count;
    uint64_t seed;
    _Atomic int64_t *budget;
    const _Atomic uint32_t *now_s;
    struct spans *nsec;                                /* owned */
    _Atomic(struct chain *) chains[DENIAL_CHAINS_MAX]; /* owned; filled from the first on */
};

static const struct name star_label = {.len = 3, .wire = {1, '*', 0}};

static void copy_name(struct name *out, const uint8_t *wire)
{
    out->len = (uint8_t)name_len(wire);
    memcpy(out->wire, wire, out->len);
}

int denials_create(struct denials **out, const struct denial_params *params)
{
    *out = NULL;
    struct denials *denials = calloc(1, sizeof *denials);
    if (!denials)
        return ERR_NOMEM;
    copy_name(&denials->zone, params->zone);
    denials->zone_labels = name_label_count(params->zone);
    for (size_t i = 0; i < params->type_count && i < TYPES_MAX; i++)
        denials->types[denials->type_count++] = params->types[i];
    denials->seed = params->seed;
    denials->budget = params->budget;
    denials->now_s = params->now_s;
    int error = spans_create(&denials->nsec, params->seed, params->budget, params->now_s);
    if (error != 0) {
        free(denials);
        return error;
    }
    *out = denials;
    return 0;
}

static void destroy_chain(struct chain *chain)
{
    if (!chain)
        return;
    spans_destroy(chain->spans);
    free(chain);
}

static struct chain *chain_at(const struct denials *denials, unsigned index)
{
    return atomic_load_explicit(&denials->chains[index], memory_order_acquire);
}

void denials_destroy(struct denials *denials)
{
    if (!denials)
        return;
    spans_destroy(denials->nsec);
    for (unsigned i = 0; i < DENIAL_CHAINS_MAX; i++)
        destroy_chain(chain_at(denials, i));
    free(denials);
}

/* --- adding --- */

/* What the types at the owner say. False: no owner in this zone can have them. */
static bool describe(const struct denials *denials, const struct type_bitmap *types, bool is_apex,
                     struct span *out)
{
    bool has_soa = bitmap_has(types, TYPE_SOA);
    bool is_cut = bitmap_has(types, TYPE_NS) && !has_soa;
    out->flags = is_cut ? SPAN_CUT : 0;
    if (bitmap_has(types, TYPE_DNAME))
        out->flags |= SPAN_DNAME;
    if (bitmap_has(types, TYPE_CNAME))
        out->flags |= SPAN_CNAME;
    out->types = 0;
    for (size_t i = 0; i < denials->type_count; i++) {
        if (is_cut || (out->flags & SPAN_CNAME) || bitmap_has(types, denials->types[i]))
            out->types |= (uint16_t)(1u << i);
    }
    return has_soa == is_apex;
}

/* The span of a record, with keys in OWNER and NEXT. */
static int span_of_nsec(const struct denials *denials, const uint8_t *owner,
                        const struct nsec_view *nsec, struct denial_key *key,
                        struct denial_key *next, struct span *out)
{
    const uint8_t *zone = denials->zone.wire;
    if (!name_is_under(owner, zone) || !name_is_under(nsec->next, zone))
        return ERR_RANGE;
    if (!describe(denials, &nsec->types, name_equal(owner, zone), out))
        return ERR_RANGE;
    denial_key_of(key, owner, denials->zone_labels);
    denial_key_of(next, nsec->next, denials->zone_labels);
    out->key = key->octets;
    out->key_len = key->len;
    out->next = next->octets;
    out->next_len = next->len;
    size_t common = key->len < next->len ? key->len : next->len;
    int order = common ? memcmp(key->octets, next->octets, common) : 0;
    bool is_forward = order < 0 || (order == 0 && key->len < next->len);
    return next->len == 0 || is_forward ? 0 : ERR_RANGE;
}

int denials_add_nsec(struct denials *denials, const uint8_t *owner, const struct nsec_view *nsec,
                     uint32_t until_s)
{
    struct denial_key key, next;
    struct span span;
    int error = span_of_nsec(denials, owner, nsec, &key, &next, &span);
    span.until_s = until_s;
    return error != 0 ? error : spans_put(denials->nsec, &span);
}

static bool is_same_end(const struct span *known, const struct span *span)
{
    return known && known->next_len == span->next_len &&
           memcmp(known->next, span->next, span->next_len) == 0;
}

bool denials_have_nsec(struct denials *denials, const uint8_t *owner, const struct nsec_view *nsec)
{
    struct denial_key key, next;
    struct span span;
    if (span_of_nsec(denials, owner, nsec, &key, &next, &span) != 0)
        return false;
    return is_same_end(spans_find(denials->nsec, span.key, span.key_len), &span);
}

static int create_chain(const struct denials *denials, const struct nsec3_params *params,
                        struct chain **out)
{
    struct name star;
    struct chain *chain = calloc(1, sizeof *chain);
    *out = NULL;
    if (!chain)
        return ERR_NOMEM;
    chain->params = *params;
    nsec3_hash(params, denials->zone.wire, chain->apex);
    if (name_join(&star, &star_label, &denials->zone) == 0)
        nsec3_hash(params, star.wire, chain->star);
    int error = spans_create(&chain->spans, denials->seed, denials->budget, denials->now_s);
    if (error != 0)
        destroy_chain(chain);
    else
        *out = chain;
    return error;
}

static struct chain *find_chain(const struct denials *denials, const struct nsec3_params *params)
{
    for (unsigned i = 0; i < DENIAL_CHAINS_MAX; i++) {
        struct chain *chain = chain_at(denials, i);
        if (!chain || nsec3_params_equal(&chain->params, params))
            return chain;
    }
    return NULL;
}

/* The chain with PARAMS, made when there is none. */
static int need_chain(struct denials *denials, const struct nsec3_params *params,
                      struct chain **out)
{
    *out = find_chain(denials, params);
    if (*out)
        return 0;
    struct chain *made;
    int error = create_chain(denials, params, &made);
    for (unsigned i = 0; i < DENIAL_CHAINS_MAX && error == 0; i++) {
        struct chain *there = NULL;
        if (atomic_compare_exchange_strong_explicit(&denials->chains[i], &there, made,
                                                    memory_order_acq_rel, memory_order_acquire)) {
            *out = made;
            return 0;
        }
        if (nsec3_params_equal(&there->params, params)) {
            destroy_chain(made);
            *out = there;
            return 0;
        }
    }
    destroy_chain(made);
    return error != 0 ? error : ERR_FULL;
}

static bool span_of_nsec3(const struct denials *denials, const struct chain *chain,
                          const uint8_t *hash, const struct nsec3_view *nsec3, struct span *out)
{
    bool is_apex = memcmp(hash, chain->apex, NSEC3_HASH_LEN) == 0;
    if (!describe(denials, &nsec3->types, is_apex, out))
        return false;
    out->flags |= nsec3->is_opt_out ? SPAN_OPT_OUT : 0;
    out->key = hash;
    out->next = nsec3->next;
    out->key_len = out->next_len = NSEC3_HASH_LEN;
    return true;
}

int denials_add_nsec3(struct denials *denials, const uint8_t hash[NSEC3_HASH_LEN],
                      const struct nsec3_view *nsec3, uint32_t until_s)
{
    struct chain *chain;
    struct span span = {.until_s = until_s};
    if (nsec3->params.iterations > DENIAL_ITERATIONS_MAX)
        return ERR_RANGE;
    int error = need_chain(denials, &nsec3->params, &chain);
    if (error != 0)
        return error;
    return span_of_nsec3(denials, chain, hash, nsec3, &span) ? spans_put(chain->spans, &span)
                                                             : ERR_RANGE;
}

bool denials_have_nsec3(struct denials *denials, const uint8_t hash[NSEC3_HASH_LEN],
                        const struct nsec3_view *nsec3)
{
    const struct chain *chain = find_chain(denials, &nsec3->params);
    struct span span;
    if (!chain || !span_of_nsec3(denials, chain, hash, nsec3, &span))
        return false;
    const struct span *known = spans_find(chain->spans, hash, NSEC3_HASH_LEN);
    return is_same_end(known, &span) && known->flags == span.flags && known->types == span.types;
}

/* --- looking --- */

static bool is_key(const struct span *span, const uint8_t *key, size_t len)
{
    return span && span->key_len == len && memcmp(span->key, key, len) == 0;
}

/* A begins with all of B, and goes on. */
static bool is_below(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    return a_len > b_len && memcmp(a, b, b_len) == 0;
}

static void tell_owner(const struct span *span, struct denial_view *out)
{
    out->finding = span->types == 0 ? DENIAL_EMPTY : DENIAL_EXISTS;
    out->types = span->types;
    out->knows_types = (span->flags & (SPAN_CNAME | SPAN_CUT)) == 0;
}

/* A name that lies in a span of NSEC, and what the span says of it. */
enum place { PLACE_OPEN, PLACE_OWNER, PLACE_HIDDEN, PLACE_EMPTY, PLACE_COVERED };

static enum place place_of(struct spans *spans, const uint8_t *key, size_t len,
                           struct span_node **node, const struct span **out)
{
    *node = spans_before(spans, key, len);
    const struct span *span = spans_at(spans, *node);
    *out = span;
    if (is_key(span, key, len))
        return PLACE_OWNER;
    *out = span = spans_cover(spans, key, len);
    if (!span)
        return PLACE_OPEN;
    if ((span->flags & (SPAN_CUT | SPAN_DNAME)) && is_below(key, len, span->key, span->key_len))
        return PLACE_HIDDEN;
    return is_below(span->next, span->next_len, key, len) ? PLACE_EMPTY : PLACE_COVERED;
}

/* The wildcard below the first LABELS of KEY, or KEY itself when it is that. */
static size_t wildcard_of(const struct denial_key *key, unsigned labels,
                          uint8_t out[SPANS_KEY_MAX + 3])
{
    size_t len = labels ? key->ends[labels - 1] : 0;
    memcpy(out, key->octets, len);
    memcpy(out + len, "*\0", 3);
    return len + 3;
}

static void look_nsec(struct denials *denials, const uint8_t *name, struct denial_view *out)
{
    struct denial_key key;
    const struct span *span, *at_star;
    uint8_t star[SPANS_KEY_MAX + 3];
    denial_key_of(&key, name, denials->zone_labels);
    switch (place_of(denials->nsec, key.octets, key.len, &out->gap, &span)) {
    case PLACE_OPEN:
        return;
    case PLACE_OWNER:
        tell_owner(span, out);
        return;
    case PLACE_EMPTY:
        out->finding = DENIAL_EMPTY;
        return;
    case PLACE_HIDDEN:
        out->gap = NULL;
        return;
    case PLACE_COVERED:
        break;
    }
    unsigned encloser = denial_key_common(&key, span->key, span->key_len);
    unsigned other = denial_key_common(&key, span->next, span->next_len);
    encloser = other > encloser ? other : encloser;
    size_t len = wildcard_of(&key, encloser, star);
    switch (place_of(denials->nsec, star, len, &out->gap, &at_star)) {
    case PLACE_OWNER:
        out->finding = DENIAL_WILDCARD;
        out->types = at_star->types;
        out->encloser = (uint8_t)(denials->zone_labels + encloser);
        return;
    case PLACE_COVERED:
        out->finding = DENIAL_ABSENT;
        return;
    case PLACE_OPEN:
        return;
    default: /* a wildcard that is empty, or hidden: nothing is proven */
        out->gap = NULL;
    }
}

/* NAME's wildcard. False: it is too long to be one. */
static bool hash_of_wildcard(const struct denials *denials, const struct chain *chain,
                             const uint8_t *name, uint8_t out[NSEC3_HASH_LEN])
{
    struct name parent, star;
    if (name_label_count(name) == denials->zone_labels) {
        memcpy(out, chain->star, NSEC3_HASH_LEN);
        return true;
    }
    copy_name(&parent, name);
    if (name_join(&star, &star_label, &parent) != 0)
        return false;
    nsec3_hash(&chain->params, star.wire, out);
    return true;
}

/* The closest encloser exists, and the name below it that leads to the one asked for does not. */
static void look_wildcard(const struct denials *denials, const struct chain *chain,
                          const uint8_t *encloser, struct denial_view *out)
{
    uint8_t hash[NSEC3_HASH_LEN];
    out->gap = NULL;
    if (!hash_of_wildcard(denials, chain, encloser, hash))
        return;
    const struct span *star = spans_find(chain->spans, hash, sizeof hash);
    if (star) {
        out->finding = DENIAL_WILDCARD;
        out->types = star->types;
        out->encloser = (uint8_t)name_label_count(encloser);
        return;
    }
    const struct span *span = spans_cover(chain->spans, hash, sizeof hash);
    if (!span)
        out->gap = spans_before(chain->spans, hash, sizeof hash);
    else if (!(span->flags & SPAN_OPT_OUT))
        out->finding = DENIAL_ABSENT;
}

/* From the name up to its closest encloser, the first that is an owner. */
static void look_nsec3(const struct denials *denials, const struct chain *chain,
                       const uint8_t *name, struct denial_view *out)
{
    uint8_t hash[NSEC3_HASH_LEN], closer[NSEC3_HASH_LEN]; /* of the next closer name */
    unsigned labels = name_label_count(name), encloser = labels;
    nsec3_hash(&chain->params, name, hash);
    const struct span *at = spans_find(chain->spans, hash, sizeof hash);
    if (at) {
        tell_owner(at, out);
        return;
    }
    while (!at && encloser > denials->zone_labels) {
        memcpy(closer, hash, sizeof closer);
        if (--encloser > denials->zone_labels)
            nsec3_hash(&chain->params, name_suffix(name, encloser), hash);
        else
            memcpy(hash, chain->apex, sizeof hash);
        at = spans_find(chain->spans, hash, sizeof hash);
    }
    out->gap = NULL;
    if (at && (at->flags & (SPAN_CUT | SPAN_DNAME)))
        return;
    const struct span *span = spans_cover(chain->spans, closer, sizeof closer);
    if (!span)
        out->gap = spans_before(chain->spans, closer, sizeof closer);
    else if (at && !(span->flags & SPAN_OPT_OUT))
        look_wildcard(denials, chain, name_suffix(name, encloser), out);
}

void denials_look(struct denials *denials, const uint8_t *name, struct denial_view *out)
{
    *out = (struct denial_view){0};
    if (spans_count(denials->nsec) > 0)
        look_nsec(denials, name, out);
    for (unsigned i = 0; i < DENIAL_CHAINS_MAX && out->finding == DENIAL_UNKNOWN; i++) {
        const struct chain *chain = chain_at(denials, i);
        if (!chain)
            break;
        look_nsec3(denials, chain, name, out);
    }
    if (out->finding != DENIAL_UNKNOWN)
        out->gap = NULL;
}

static bool nsec_denies_wildcard(struct denials *denials, const uint8_t *parent)
{
    struct denial_key key;
    struct span_node *node;
    const struct span *span;
    uint8_t star[SPANS_KEY_MAX + 3];
    denial_key_of(&key, parent, denials->zone_labels);
    size_t len = wildcard_of(&key, key.label_count, star);
    if (place_of(denials->nsec, star, len, &node, &span) != PLACE_COVERED)
        return false;
    return denial_key_common(&key, span->key, span->key_len) == key.label_count ||
           denial_key_common(&key, span->next, span->next_len) == key.label_count;
}

bool denials_deny_wildcard(struct denials *denials, const uint8_t *parent)
{
    if (!name_is_under(parent, denials->zone.wire))
        return false;
    if (nsec_denies_wildcard(denials, parent))
        return true;
    for (unsigned i = 0; i < DENIAL_CHAINS_MAX; i++) {
        const struct chain *chain = chain_at(denials, i);
        struct denial_view view = {0};
        uint8_t hash[NSEC3_HASH_LEN];
        if (!chain)
            return false;
        nsec3_hash(&chain->params, parent, hash);
        const struct span *at = spans_find(chain->spans, hash, sizeof hash);
        if (!at || (at->flags & (SPAN_CUT | SPAN_DNAME)))
            continue;
        look_wildcard(denials, chain, parent, &view);
        if (view.finding == DENIAL_ABSENT)
            return true;
    }
    return false;
}
