// SPDX-License-Identifier: BSD-2-Clause
/* The spans as they are now are the tree's; what else is to be known of an item stands in a
 * second array under the same number. Gaps are not kept: each is the space between a span's
 * end and the next one's beginning, and only their number is. */
#include "source/gaps.h"

#include <stdlib.h>
#include <string.h>

#include "source/hashtree.h"
#include "source/openmap.h"
#include "source/typestore.h"

/* Spans looked at to tell whether a part of the map is covered. One in which there are more is
 * left open: that costs lookups in the tree and nothing else. */
#define STEPS_A_PART 8

enum { FLAG_OPT_OUT = 1 << 0, FLAG_STALE = 1 << 1 };

struct rest {
    uint8_t next[NSEC3_HASH_LEN];
    uint32_t types; /* of the typestore */
    uint8_t flags;
};

struct gaps {
    struct hashtree tree;
    struct rest *rests;
    uint32_t rest_cap;
    struct typestore types;
    struct gaps_sums sums;
    struct openmap *map;
};

int gaps_create(struct gaps **out, uint64_t seed)
{
    *out = NULL;
    struct gaps *gaps = calloc(1, sizeof *gaps);
    if (!gaps)
        return ERR_NOMEM;
    hashtree_init(&gaps->tree, seed);
    typestore_init(&gaps->types);
    gaps->map = calloc(1, sizeof *gaps->map);
    if (!gaps->map) {
        gaps_destroy(gaps);
        return ERR_NOMEM;
    }
    openmap_mark(gaps->map, 0, OPENMAP_PARTS, true);
    *out = gaps;
    return 0;
}

void gaps_destroy(struct gaps *gaps)
{
    if (!gaps)
        return;
    hashtree_deinit(&gaps->tree);
    typestore_deinit(&gaps->types);
    free(gaps->rests);
    free(gaps->map);
    free(gaps);
}

static const uint8_t *owner_of(const struct gaps *gaps, uint32_t item)
{
    return hashtree_hash(&gaps->tree, item);
}

static const uint8_t *next_of(const struct gaps *gaps, uint32_t item)
{
    return gaps->rests[item].next;
}

static bool is_inside(const struct gaps *gaps, uint32_t item, const uint8_t *hash)
{
    return arc_has(owner_of(gaps, item), next_of(gaps, item), hash);
}

/* --- the map --- */

/* The parts that lie between those in which an arc begins and ends. */
static uint32_t parts_inside(const uint8_t *from, const uint8_t *to)
{
    uint32_t first = openmap_part(from), last = openmap_part(to);
    if (first == last)
        return arc_length(from, to) > ARC_WHOLE / 2 ? OPENMAP_PARTS - 1 : 0;
    return ((last - first) & (OPENMAP_PARTS - 1)) - 1;
}

static bool is_part_covered(const struct gaps *gaps, uint32_t part)
{
    uint8_t at[NSEC3_HASH_LEN] = {0};
    uint64_t first = __builtin_bswap64((uint64_t)part << (64 - OPENMAP_BITS));
    memcpy(at, &first, sizeof first);
    for (int i = 0; i < STEPS_A_PART; i++) {
        uint32_t item = hashtree_at_or_before(&gaps->tree, at);
        if (item == HASHTREE_NONE || !is_inside(gaps, item, at))
            return false;
        const uint8_t *next = next_of(gaps, item);
        if (openmap_part(next) != part || arc_compare(next, at) <= 0)
            return true; /* the span goes on past the part's end */
        memcpy(at, next, sizeof at);
    }
    return false;
}

static void map_part(struct gaps *gaps, uint32_t part)
{
    openmap_mark(gaps->map, part, 1, !is_part_covered(gaps, part));
}

/* ITEM has come, or has gone. */
static void map_span(struct gaps *gaps, uint32_t item, bool has_gone)
{
    const uint8_t *owner = owner_of(gaps, item), *next = next_of(gaps, item);
    uint32_t first = openmap_part(owner);
    openmap_mark(gaps->map, (first + 1) % OPENMAP_PARTS, parts_inside(owner, next), has_gone);
    map_part(gaps, first);
    map_part(gaps, openmap_part(next));
}

/* --- spans come and go --- */

/* Between ITEM, which is HASHTREE_NONE when there is nothing, and the one after it. */
static uint32_t gap_count_after(const struct gaps *gaps, uint32_t item)
{
    if (item == HASHTREE_NONE)
        return 0;
    uint32_t after = hashtree_after(&gaps->tree, owner_of(gaps, item));
    return arc_compare(next_of(gaps, item), owner_of(gaps, after)) != 0;
}

static uint64_t length_of(const struct gaps *gaps, uint32_t item)
{
    return arc_length(owner_of(gaps, item), next_of(gaps, item));
}

static void drop(struct gaps *gaps, uint32_t item)
{
    struct rest *rest = &gaps->rests[item];
    struct gaps_sums *sums = &gaps->sums;
    uint32_t gap_count = gap_count_after(gaps, item);
    hashtree_take(&gaps->tree, item);
    uint32_t before = hashtree_at_or_before(&gaps->tree, owner_of(gaps, item));
    if (before != HASHTREE_NONE)
        gap_count += arc_compare(next_of(gaps, before), owner_of(gaps, item)) != 0;
    sums->gaps += gap_count_after(gaps, before) - gap_count;
    sums->spans--;
    sums->stale++;
    sums->covered -= length_of(gaps, item);
    if (rest->flags & FLAG_OPT_OUT)
        sums->opt_out -= length_of(gaps, item);
    rest->flags |= FLAG_STALE;
    map_span(gaps, item, true);
}

static int make_room(struct gaps *gaps)
{
    if (gaps->tree.count == GAPS_MAX)
        return ERR_FULL;
    if (gaps->tree.count < gaps->rest_cap)
        return 0;
    uint32_t cap = gaps->rest_cap ? gaps->rest_cap + gaps->rest_cap / 2 : 256;
    struct rest *grown = reallocarray(gaps->rests, cap, sizeof *grown);
    if (!grown)
        return ERR_NOMEM;
    gaps->rests = grown;
    gaps->rest_cap = cap;
    return 0;
}

static int keep_types(struct gaps *gaps, const struct gaps_span *span, uint32_t *key)
{
    *key = TYPESTORE_NONE;
    return span->has_types ? typestore_put(&gaps->types, &span->types, key) : 0;
}

/* All that it contradicts is gone. */
static int insert(struct gaps *gaps, const struct gaps_span *span)
{
    struct gaps_sums *sums = &gaps->sums;
    uint32_t types, item;
    int r = make_room(gaps);
    if (r == 0)
        r = keep_types(gaps, span, &types);
    if (r != 0)
        return r;
    uint32_t before = hashtree_at_or_before(&gaps->tree, span->owner);
    uint32_t gap_count = gap_count_after(gaps, before);
    r = hashtree_put(&gaps->tree, span->owner, &item);
    if (r != 0)
        return r;
    struct rest *rest = &gaps->rests[item];
    *rest = (struct rest){.types = types, .flags = span->is_opt_out ? FLAG_OPT_OUT : 0};
    memcpy(rest->next, span->next, sizeof rest->next);
    sums->spans++;
    sums->gaps += gap_count_after(gaps, before) + gap_count_after(gaps, item) - gap_count;
    sums->covered += length_of(gaps, item);
    if (span->is_opt_out)
        sums->opt_out += length_of(gaps, item);
    map_span(gaps, item, false);
    return 0;
}

/* --- contradictions --- */

struct contradicted {
    uint32_t items[GAPS_CONTRADICTION + 1];
    uint32_t count;
};

/* Those that begin inside SPAN, and the one in which it begins. */
static void contradict(const struct gaps *gaps, const struct gaps_span *span,
                       struct contradicted *out)
{
    out->count = 0;
    uint32_t before = hashtree_at_or_before(&gaps->tree, span->owner);
    if (before == HASHTREE_NONE)
        return;
    uint32_t item = hashtree_after(&gaps->tree, span->owner);
    while (out->count <= GAPS_CONTRADICTION && arc_compare(owner_of(gaps, item), span->owner) &&
           arc_has(span->owner, span->next, owner_of(gaps, item))) {
        if (out->count > 0 && item == out->items[0])
            return; /* once round */
        out->items[out->count++] = item;
        item = hashtree_after(&gaps->tree, owner_of(gaps, item));
    }
    if (out->count <= GAPS_CONTRADICTION && is_inside(gaps, before, span->owner))
        out->items[out->count++] = before;
}

static int update_known(struct gaps *gaps, uint32_t item, const struct gaps_span *span)
{
    struct rest *rest = &gaps->rests[item];
    uint32_t types;
    int r = keep_types(gaps, span, &types);
    if (r != 0)
        return r;
    if (types != TYPESTORE_NONE)
        rest->types = types;
    if (span->is_opt_out != ((rest->flags & FLAG_OPT_OUT) != 0)) {
        gaps->sums.opt_out += (span->is_opt_out ? 1 : UINT64_MAX) * length_of(gaps, item);
        rest->flags ^= FLAG_OPT_OUT;
    }
    return GAPS_KNOWN;
}

int gaps_add(struct gaps *gaps, const struct gaps_span *span)
{
    uint32_t at = hashtree_at_or_before(&gaps->tree, span->owner);
    if (at != HASHTREE_NONE && arc_compare(owner_of(gaps, at), span->owner) == 0 &&
        arc_compare(next_of(gaps, at), span->next) == 0)
        return update_known(gaps, at, span);
    struct contradicted contradicted;
    contradict(gaps, span, &contradicted);
    gaps->sums.contradictions += contradicted.count > 0;
    if (contradicted.count > GAPS_CONTRADICTION)
        return GAPS_REFUSED;
    for (uint32_t i = 0; i < contradicted.count; i++)
        drop(gaps, contradicted.items[i]);
    int r = insert(gaps, span);
    if (r != 0)
        return r;
    return contradicted.count > 0 ? GAPS_CHANGED : GAPS_NEW;
}

/* --- questions --- */

bool gaps_may_be_open(const struct gaps *gaps, uint32_t first)
{
    return openmap_is_open(gaps->map, openmap_part_of(first));
}

enum gaps_place gaps_find(const struct gaps *gaps, const uint8_t hash[NSEC3_HASH_LEN])
{
    uint32_t item = hashtree_at_or_before(&gaps->tree, hash);
    if (item == HASHTREE_NONE)
        return GAPS_OPEN;
    if (arc_compare(owner_of(gaps, item), hash) == 0)
        return GAPS_OWNER;
    if (is_inside(gaps, item, hash))
        return GAPS_COVERED;
    return arc_compare(next_of(gaps, item), hash) == 0 ? GAPS_START : GAPS_OPEN;
}

void gaps_around(const struct gaps *gaps, const uint8_t hash[NSEC3_HASH_LEN],
                 uint8_t start[NSEC3_HASH_LEN], uint8_t end[NSEC3_HASH_LEN])
{
    uint32_t before = hashtree_at_or_before(&gaps->tree, hash);
    if (before == HASHTREE_NONE) {
        memcpy(start, hash, NSEC3_HASH_LEN);
        memcpy(end, hash, NSEC3_HASH_LEN);
        return;
    }
    uint32_t after = hashtree_after(&gaps->tree, hash);
    memcpy(start, next_of(gaps, before), NSEC3_HASH_LEN);
    memcpy(end, owner_of(gaps, after), NSEC3_HASH_LEN);
}

bool gaps_span_length(const struct gaps *gaps, const uint8_t hash[NSEC3_HASH_LEN], uint64_t *length)
{
    uint32_t item = hashtree_at_or_before(&gaps->tree, hash);
    if (item == HASHTREE_NONE || !is_inside(gaps, item, hash))
        return false;
    *length = length_of(gaps, item);
    return true;
}

struct gaps_sums gaps_sums(const struct gaps *gaps)
{
    return gaps->sums;
}

uint32_t gaps_count(const struct gaps *gaps)
{
    return gaps->tree.count;
}

void gaps_get(const struct gaps *gaps, uint32_t index, struct gaps_span *out)
{
    const struct rest *rest = &gaps->rests[index];
    *out = (struct gaps_span){.is_opt_out = rest->flags & FLAG_OPT_OUT,
                              .is_stale = rest->flags & FLAG_STALE};
    memcpy(out->owner, owner_of(gaps, index), sizeof out->owner);
    memcpy(out->next, rest->next, sizeof out->next);
    out->has_types = typestore_get(&gaps->types, rest->types, &out->types);
}
