// SPDX-License-Identifier: BSD-2-Clause
/* Wildcards that are made up, and the hosts beside them.
 *
 * 1. The kind follows from the number, by turns through kinds[]: the first few are as
 *    different from each other as can be, so that a zone with few has some of each.
 * 2. So does the place: one to three labels below the apex, the parent by turns a host
 *    of its own and an empty non-terminal; every fourth lies below a host that stands
 *    beside the wildcard before it. Eleven kinds and four places meet in all ways.
 * 3. Beside each stand two hosts of their own, and in turn a twin, which has the
 *    wildcard's data and nothing else, or a sharer, which has something besides.
 *
 * Embedding wildcards point below one name of the zone, `edge`, which has a wildcard with a
 * large pool, or out of the zones. Where a zone was made before, the first wildcard's pool
 * takes an address of one of its wildcards. */
#include <string.h>

#include "bench/lab/zonemaker.h"
#include "dns/code.h"

#define PLACES     4
#define SHARER_TTL 3600 /* longer than the wildcard's, or a cache could have made it */

struct span {
    uint8_t min, max;
};

static int add_alias(struct maker *m, const struct name *wildcard);
static int add_embedding(struct maker *m, const struct name *wildcard);
static int add_embedding_out(struct maker *m, const struct name *wildcard);

static const struct kind {
    struct span v4, v6; /* how many addresses */
    struct span shown;  /* of them in an answer; 0: all, rotated */
    bool is_geo;
    int (*add_other)(struct maker *m, const struct name *wildcard); /* instead of addresses */
} kinds[] = {
    {.v4 = {1, 6}},
    {.v4 = {20, 50}, .shown = {4, 8}}, /* a load balancer's */
    {.add_other = add_embedding},
    {.v4 = {2, 10}, .v6 = {1, 4}, .shown = {1, 1}},
    {.v6 = {1, 6}},
    {.v4 = {8, 24}, .is_geo = true},
    {.add_other = add_alias},
    {.add_other = maker_add_txt},
    {.v4 = {20, 50}}, /* more than fits without EDNS */
    {.add_other = add_embedding_out},
    {.v4 = {20, 50}, .shown = {1, 1}},
};

static const struct kind edge_kind = {.v4 = {20, 50}, .v6 = {2, 6}, .shown = {4, 8}};

static unsigned draw(struct maker *m, struct span span)
{
    return span.min + rng_fast_below(&m->rng, span.max - span.min + 1u);
}

static int add_pool(struct maker *m, const struct name *wildcard, const struct kind *kind)
{
    struct zone_node *node;
    int err = zones_add_node(m->zones, wildcard, &node);
    if (err)
        return err;
    node->is_geo = kind->is_geo;
    node->shown_max = (uint8_t)draw(m, kind->shown);
    err = maker_add_addresses(m, wildcard, draw(m, kind->v4));
    for (unsigned i = draw(m, kind->v6); !err && i > 0; i--)
        err = maker_add_aaaa(m, wildcard);
    return !err && kind->add_other ? kind->add_other(m, wildcard) : err;
}

static int add_alias(struct maker *m, const struct name *wildcard)
{
    return maker_add(m, wildcard, TYPE_CNAME, m->last.wire, m->last.len);
}

static int embed(struct maker *m, const struct name *wildcard, const struct name *suffix)
{
    struct zone_node *node;
    int err = zones_add_node(m->zones, wildcard, &node);
    return err ? err : zones_add_embedding(m->zones, node, ZONE_TTL, suffix);
}

static int add_embedding(struct maker *m, const struct name *wildcard)
{
    struct name edge, pool;
    int err = 0;
    if (!m->edge.len) {
        err = maker_fresh(m, m->apex, 0, &edge);
        if (!err)
            err = maker_child(&pool, "*", &edge);
        if (!err)
            err = add_pool(m, &pool, &edge_kind);
        if (!err)
            m->edge = edge;
    }
    return err ? err : embed(m, wildcard, &m->edge);
}

static int add_embedding_out(struct maker *m, const struct name *wildcard)
{
    struct name suffix;
    int err = maker_outside(m, &suffix);
    return err ? err : embed(m, wildcard, &suffix);
}

/* Gives NAME what the wildcard gives by its record FROM. */
static int copy_record(struct maker *m, const struct name *name, const struct zone_node *wildcard,
                       const struct zone_record *from, uint32_t ttl)
{
    struct zone_node *node;
    struct name room;
    const uint8_t *rdata = from->rdata;
    size_t len = from->rdata_len;
    if (from->embeds) {
        rdata = zone_cname_target(wildcard, from, name->wire, &room);
        len = rdata ? room.len : 0;
    }
    int err = rdata ? zones_add_node(m->zones, name, &node) : ERR_RANGE;
    return err ? err : zones_add_record(m->zones, node, from->type, ttl, rdata, len);
}

/* A host with the wildcard's first record and, as TURN says, an address of its own of the
 * other family, another TTL, or further types. An alias can only have the TTL. */
static int add_sharer(struct maker *m, const struct name *name, const struct zone_node *wildcard,
                      unsigned turn)
{
    const struct zone_record *first = wildcard->records;
    bool has_ttl = turn == 1 || first->type == TYPE_CNAME;
    int err = copy_record(m, name, wildcard, first, has_ttl ? SHARER_TTL : ZONE_TTL);
    if (err || has_ttl)
        return err;
    if (turn == 0)
        return first->type == TYPE_A ? maker_add_aaaa(m, name) : maker_add_a(m, name);
    err = maker_add_txt(m, name);
    return err ? err : maker_add_mx(m, name);
}

static int add_beside(struct maker *m, const struct name *parent, const struct zone_node *wildcard,
                      unsigned index)
{
    struct name name;
    int err = 0;
    for (unsigned i = 0; !err && i < 2; i++) {
        err = maker_fresh(m, parent, m->params->common_share, &m->beside);
        if (!err)
            err = maker_add_a(m, &m->beside);
    }
    const struct zone_record *first = wildcard->records;
    if (err || first->type == TYPE_TXT) /* no address to share */
        return err;
    err = maker_fresh(m, parent, m->params->common_share, &name);
    if (err)
        return err;
    return index % 2 ? add_sharer(m, &name, wildcard, index / 2 % 3)
                     : copy_record(m, &name, wildcard, first, first->ttl);
}

int maker_add_wildcard_at(struct maker *m, const struct name *parent, unsigned index)
{
    struct name name;
    int err = maker_child(&name, "*", parent);
    if (!err)
        err = add_pool(m, &name, &kinds[index % (sizeof kinds / sizeof *kinds)]);
    const struct zone_node *node = err ? NULL : zones_find(m->zones, name.wire);
    if (!node)
        return err;
    if (!m->lender && zone_record_find(node, TYPE_A))
        m->lender = node;
    return add_beside(m, parent, node, index);
}

/* INDEX as in the plan above. */
static int make_parent(struct maker *m, unsigned index, struct name *out)
{
    bool is_host = (index + index / PLACES) % 2 == 0;
    unsigned place = index % PLACES;
    int err = 0;
    *out = *m->apex;
    if (place == PLACES - 1) { /* it was made for the wildcard before */
        *out = m->beside;
        return 0;
    }
    for (unsigned level = 0; !err && level <= place; level++) {
        struct name above = *out;
        err = maker_fresh(m, &above, m->params->common_share, out);
    }
    return !err && is_host ? maker_add_a(m, out) : err;
}

int maker_add_wildcard(struct maker *m, unsigned index)
{
    struct name parent, wildcard;
    bool is_lent = index == 0 && m->lender;
    int err = make_parent(m, index, &parent);
    if (!err)
        err = maker_add_wildcard_at(m, &parent, index);
    if (err || !is_lent)
        return err;
    err = maker_child(&wildcard, "*", &parent);
    return err ? err : maker_borrow(m, &wildcard);
}
