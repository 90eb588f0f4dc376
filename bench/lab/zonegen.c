// SPDX-License-Identifier: BSD-2-Clause
/* Zones made up from a seed.
 *
 * 1. The apex gets addresses, MX, TXT and a second name server.
 * 2. Wildcards (zonewild.c), so that hosts do not take their labels, and, below none of
 *    them, a host with the address of one, of another zone if there is one.
 * 3. Hosts, each of a kind drawn by the shares in kinds[].
 *
 * Labels are words of the list, the likeliest ones preferred, or made up
 * (labels.h). Addresses are from ranges nobody routes: 198.18.0.0/15 (RFC 2544),
 * 2001:db8::/32 (RFC 3849), a tenth 10.0.0.0/8. */
#include "bench/lab/zonegen.h"

#include <string.h>

#include "base/hash.h"
#include "bench/lab/zonemaker.h"
#include "dns/code.h"

#define MULTI_MAX 6 /* addresses of a host */
#define POOL_MIN  4 /* of one that shows some of them at a time */
#define POOL_MAX  12
#define CHAIN_MAX 4 /* CNAMEs in a row */
#define BELOW_MAX 4 /* hosts of a subdomain */

static int make_plain(struct maker *m, const struct name *name)
{
    m->last = *name;
    return maker_add_a(m, name);
}

static int make_multi(struct maker *m, const struct name *name)
{
    return maker_add_addresses(m, name, 2 + rng_fast_below(&m->rng, MULTI_MAX - 1));
}

static int make_dual(struct maker *m, const struct name *name)
{
    int err = maker_add_addresses(m, name, 1 + rng_fast_below(&m->rng, 2));
    return err ? err : maker_add_aaaa(m, name);
}

static int make_cname(struct maker *m, const struct name *name)
{
    struct name at = *name, next;
    unsigned length = 1 + rng_fast_below(&m->rng, 3) / 2 * rng_fast_below(&m->rng, CHAIN_MAX);
    int err = 0;
    for (; !err && length > 1; length--) {
        err = maker_fresh(m, m->apex, 0, &next);
        if (!err)
            err = maker_add(m, &at, TYPE_CNAME, next.wire, next.len);
        at = next;
    }
    return err ? err : maker_add(m, &at, TYPE_CNAME, m->last.wire, m->last.len);
}

static int make_dangling(struct maker *m, const struct name *name)
{
    struct name target;
    int err = maker_child(&target, "gone", m->apex);
    if (!err)
        err = maker_fresh(m, &target, 0, &target);
    return err ? err : maker_add(m, name, TYPE_CNAME, target.wire, target.len);
}

static int make_external(struct maker *m, const struct name *name)
{
    struct name target;
    int err = maker_outside(m, &target);
    return err ? err : maker_add(m, name, TYPE_CNAME, target.wire, target.len);
}

/* A pool of which an answer holds some, or those of the asker's region. */
static int make_pool(struct maker *m, const struct name *name, unsigned shown_max, bool is_geo)
{
    struct zone_node *node;
    int err = zones_add_node(m->zones, name, &node);
    if (err)
        return err;
    node->shown_max = (uint8_t)shown_max;
    node->is_geo = is_geo;
    return maker_add_addresses(m, name,
                               POOL_MIN + rng_fast_below(&m->rng, POOL_MAX - POOL_MIN + 1));
}

static int make_robin(struct maker *m, const struct name *name)
{
    return make_pool(m, name, 1 + rng_fast_below(&m->rng, POOL_MIN - 1), false);
}

static int make_geo(struct maker *m, const struct name *name)
{
    return make_pool(m, name, 0, true);
}

static int make_nodata(struct maker *m, const struct name *name)
{
    return rng_fast_below(&m->rng, 2) ? maker_add_txt(m, name) : maker_add_mx(m, name);
}

static int make_below(struct maker *m, const struct name *name)
{
    struct name below;
    int err = maker_fresh(m, name, m->params->common_share, &below);
    return err ? err : maker_add_a(m, &below);
}

/* Some of those below an empty non-terminal lie two labels deeper. */
static int make_ent(struct maker *m, const struct name *name)
{
    struct name between;
    if (rng_fast_below(&m->rng, 4))
        return make_below(m, name);
    int err = maker_fresh(m, name, m->params->common_share, &between);
    return err ? err : make_below(m, &between);
}

static int make_subdomain(struct maker *m, const struct name *name)
{
    unsigned count = 1 + rng_fast_below(&m->rng, BELOW_MAX);
    int err = maker_add_a(m, name);
    for (unsigned i = 0; !err && i < count; i++)
        err = make_below(m, name);
    return err;
}

/* Shares of the hosts; no count of any real zone, but nothing is rare enough to be
 * missing in 500. */
static const struct kind {
    double share;
    int (*make)(struct maker *m, const struct name *name);
} kinds[] = {
    {0.52, make_plain},    {0.06, make_multi},     {0.12, make_dual},      {0.10, make_cname},
    {0.02, make_dangling}, {0.03, make_external},  {0.04, maker_add_aaaa}, {0.03, make_nodata},
    {0.02, make_ent},      {0.02, make_subdomain}, {0.02, make_robin},     {0.02, make_geo},
};

static int make_host(struct maker *m)
{
    struct name name;
    double draw = rng_fast_unit(&m->rng);
    size_t kind = 0;
    int err = maker_fresh(m, m->apex, m->params->common_share, &name);
    while (kind + 1 < sizeof kinds / sizeof *kinds && draw >= kinds[kind].share)
        draw -= kinds[kind++].share;
    return err ? err : kinds[kind].make(m, &name);
}

static int make_apex(struct maker *m)
{
    struct name server;
    int err = maker_child(&server, "ns1", m->apex);
    if (!err)
        err = make_plain(m, &server);
    if (!err)
        err = maker_child(&server, "ns2", m->apex);
    if (!err)
        err = make_plain(m, &server);
    if (!err)
        err = maker_add(m, m->apex, TYPE_NS, server.wire, server.len);
    if (!err)
        err = maker_add_a(m, m->apex);
    if (!err)
        err = maker_add_mx(m, m->apex);
    return err ? err : maker_add_txt(m, m->apex);
}

/* A wildcard of another zone that has an A record. */
static const struct zone_node *find_lender(const struct zones *zones)
{
    for (size_t i = zones_node_count(zones); i-- > 0;) {
        const struct zone_node *node = zones_node(zones, i);
        if (zone_node_is_wildcard(node) && zone_record_find(node, TYPE_A))
            return node;
    }
    return NULL;
}

static int make_wildcards(struct maker *m)
{
    struct name name;
    int err = 0;
    if (m->params->wildcard_count)
        m->lender = find_lender(m->zones);
    for (unsigned i = 0; !err && i < m->params->wildcard_count; i++)
        err = maker_add_wildcard(m, i);
    if (err || !m->lender)
        return err;
    err = maker_fresh(m, m->apex, m->params->common_share, &name);
    return err ? err : maker_borrow(m, &name);
}

int zonegen_add(struct zones *zones, const struct name *apex, const struct zonegen_params *params)
{
    struct maker m = {.zones = zones, .params = params, .apex = apex};
    uint64_t seed = hash64(apex->wire, apex->len, params->seed);
    struct zone_node *node;
    rng_fast_init(&m.rng, seed);
    labels_init(&m.labels, seed);
    int err = zones_add_apex(zones, apex, &node);
    if (!err)
        err = make_apex(&m);
    if (!err)
        err = make_wildcards(&m);
    for (uint64_t i = 0; !err && i < params->host_count; i++)
        err = make_host(&m);
    if (!err && params->has_apex_wildcard)
        err = maker_add_wildcard_at(&m, apex, params->apex_wildcard_kind);
    return err;
}
