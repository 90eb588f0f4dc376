// SPDX-License-Identifier: BSD-2-Clause
/* Zones made up from a seed.
 *
 * 1. The apex gets addresses, MX, TXT and a second name server.
 * 2. Wildcards, so that hosts do not take their labels: levels one to three below
 *    the apex in turn; the parent is a host or an empty non-terminal; pools of one
 *    to ten addresses, answered all (rotated) or one at random; every sixth is a
 *    CNAME. Below each: two hosts of their own and, below every second, a twin that
 *    shares the wildcard's data.
 * 3. Hosts, each of a kind drawn by the shares in kinds[].
 *
 * Labels are words of the list, the likeliest ones preferred, or made up
 * (labels.h). Addresses are from ranges nobody routes: 198.18.0.0/15 (RFC 2544),
 * 2001:db8::/32 (RFC 3849), a tenth 10.0.0.0/8. */
#include "bench/lab/zonegen.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/rng.h"
#include "bench/lab/labels.h"
#include "dns/code.h"

#define POOL_MAX      10 /* addresses of a wildcard */
#define MULTI_MAX     6  /* addresses of a host */
#define CHAIN_MAX     4  /* CNAMEs in a row */
#define BELOW_MAX     4  /* hosts of a subdomain */
#define WORD_TRIES    64 /* then a label is made up */
#define CNAME_EVERY   6  /* wildcards */
#define PRIVATE_SHARE 0.1

struct maker {
    struct zones *zones;
    const struct zonegen_params *params;
    const struct name *apex;
    struct rng_fast rng;
    struct labels labels;
    uint64_t label_next; /* index of the next made-up label */
    struct name last;    /* the newest host with an address: target of CNAMEs */
};

static int add_to(struct maker *m, const struct name *name, uint16_t type, const void *data,
                  size_t len)
{
    struct zone_node *node;
    int err = zones_add_node(m->zones, name, &node);
    return err ? err : zones_add_record(m->zones, node, type, ZONE_TTL, data, len);
}

static int add_a(struct maker *m, const struct name *name)
{
    uint32_t r = (uint32_t)rng_fast_u64(&m->rng);
    uint8_t a[4] = {198, (uint8_t)(18 + (r & 1)), (uint8_t)(r >> 8), (uint8_t)(r >> 16)};
    if (rng_fast_unit(&m->rng) < PRIVATE_SHARE) {
        a[0] = 10;
        a[1] = (uint8_t)(r >> 24);
    }
    return add_to(m, name, TYPE_A, a, sizeof a);
}

static int add_aaaa(struct maker *m, const struct name *name)
{
    uint64_t r = rng_fast_u64(&m->rng);
    uint8_t a[16] = {0x20, 0x01, 0x0d, 0xb8};
    memcpy(a + 8, &r, sizeof r);
    return add_to(m, name, TYPE_AAAA, a, sizeof a);
}

static int add_addresses(struct maker *m, const struct name *name, unsigned count)
{
    int err = 0;
    for (unsigned i = 0; !err && i < count; i++)
        err = add_a(m, name);
    return err;
}

static int add_txt(struct maker *m, const struct name *name)
{
    uint8_t text[32];
    int len = snprintf((char *)text + 1, sizeof text - 1, "v=lab; id=%08x",
                       (unsigned)rng_fast_u64(&m->rng));
    text[0] = (uint8_t)len;
    return add_to(m, name, TYPE_TXT, text, (size_t)len + 1);
}

static int add_mx(struct maker *m, const struct name *name)
{
    uint8_t rdata[2 + NAME_WIRE_MAX] = {0, 10};
    memcpy(rdata + 2, m->last.wire, m->last.len);
    return add_to(m, name, TYPE_MX, rdata, 2u + m->last.len);
}

/* LABEL below PARENT. */
static int child(struct name *out, const char *label, const struct name *parent)
{
    struct name first;
    int err = name_from_text(&first, label, strlen(label));
    return err ? err : name_join(out, &first, parent);
}

/* A name below PARENT that does not exist yet. */
static int fresh(struct maker *m, const struct name *parent, double common, struct name *out)
{
    size_t words = m->params->words ? words_count(m->params->words) : 0;
    if (words && rng_fast_unit(&m->rng) < common) {
        for (unsigned i = 0; i < WORD_TRIES; i++) {
            /* The square of a uniform number leans to the list's top. */
            double at = rng_fast_unit(&m->rng);
            const char *word = words_at(m->params->words, (size_t)(at * at * (double)words));
            if (!child(out, word, parent) && !zones_find(m->zones, out->wire))
                return 0;
        }
    }
    for (;;) {
        char label[LABELS_TEXT_MAX];
        labels_text(&m->labels, m->label_next++, label);
        int err = child(out, label, parent);
        if (err || !zones_find(m->zones, out->wire))
            return err;
    }
}

static int make_plain(struct maker *m, const struct name *name)
{
    m->last = *name;
    return add_a(m, name);
}

static int make_multi(struct maker *m, const struct name *name)
{
    return add_addresses(m, name, 2 + rng_fast_below(&m->rng, MULTI_MAX - 1));
}

static int make_dual(struct maker *m, const struct name *name)
{
    int err = add_addresses(m, name, 1 + rng_fast_below(&m->rng, 2));
    return err ? err : add_aaaa(m, name);
}

static int make_cname(struct maker *m, const struct name *name)
{
    struct name at = *name, next;
    unsigned length = 1 + rng_fast_below(&m->rng, 3) / 2 * rng_fast_below(&m->rng, CHAIN_MAX);
    int err = 0;
    for (; !err && length > 1; length--) {
        err = fresh(m, m->apex, 0, &next);
        if (!err)
            err = add_to(m, &at, TYPE_CNAME, next.wire, next.len);
        at = next;
    }
    return err ? err : add_to(m, &at, TYPE_CNAME, m->last.wire, m->last.len);
}

static int make_dangling(struct maker *m, const struct name *name)
{
    struct name target;
    int err = child(&target, "gone", m->apex);
    if (!err)
        err = fresh(m, &target, 0, &target);
    return err ? err : add_to(m, name, TYPE_CNAME, target.wire, target.len);
}

static int make_external(struct maker *m, const struct name *name)
{
    char label[LABELS_TEXT_MAX];
    struct name host, target;
    labels_text(&m->labels, m->label_next++, label);
    int err = name_from_text(&host, "cdn.elsewhere.test", 18);
    if (!err)
        err = child(&target, label, &host);
    return err ? err : add_to(m, name, TYPE_CNAME, target.wire, target.len);
}

static int make_nodata(struct maker *m, const struct name *name)
{
    return rng_fast_below(&m->rng, 2) ? add_txt(m, name) : add_mx(m, name);
}

static int make_below(struct maker *m, const struct name *name)
{
    struct name below;
    int err = fresh(m, name, m->params->common_share, &below);
    return err ? err : add_a(m, &below);
}

/* Some of those below an empty non-terminal lie two labels deeper. */
static int make_ent(struct maker *m, const struct name *name)
{
    struct name between;
    if (rng_fast_below(&m->rng, 4))
        return make_below(m, name);
    int err = fresh(m, name, m->params->common_share, &between);
    return err ? err : make_below(m, &between);
}

static int make_subdomain(struct maker *m, const struct name *name)
{
    unsigned count = 1 + rng_fast_below(&m->rng, BELOW_MAX);
    int err = add_a(m, name);
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
    {0.56, make_plain},    {0.06, make_multi},     {0.12, make_dual}, {0.10, make_cname},
    {0.02, make_dangling}, {0.03, make_external},  {0.04, add_aaaa},  {0.03, make_nodata},
    {0.02, make_ent},      {0.02, make_subdomain},
};

static int make_host(struct maker *m)
{
    struct name name;
    double draw = rng_fast_unit(&m->rng);
    size_t kind = 0;
    int err = fresh(m, m->apex, m->params->common_share, &name);
    while (kind + 1 < sizeof kinds / sizeof *kinds && draw >= kinds[kind].share)
        draw -= kinds[kind++].share;
    return err ? err : kinds[kind].make(m, &name);
}

static int make_pool(struct maker *m, const struct name *wildcard, unsigned index)
{
    struct zone_node *node;
    int err = zones_add_node(m->zones, wildcard, &node);
    if (err)
        return err;
    node->shown_max = index % 2;
    if (index % CNAME_EVERY == CNAME_EVERY - 1)
        return add_to(m, wildcard, TYPE_CNAME, m->last.wire, m->last.len);
    err = add_addresses(m, wildcard, 1 + rng_fast_below(&m->rng, POOL_MAX));
    for (unsigned i = 0; !err && index % 4 == 1 && i < 3; i++)
        err = add_aaaa(m, wildcard);
    return err;
}

/* Hosts beside a wildcard: two of their own, perhaps a twin. */
static int make_neighbours(struct maker *m, const struct name *parent, const struct name *wildcard,
                           bool has_twin)
{
    struct name name;
    int err = 0;
    for (unsigned i = 0; !err && i < 2; i++) {
        err = fresh(m, parent, m->params->common_share, &name);
        if (!err)
            err = add_a(m, &name);
    }
    const struct zone_node *node = zones_find(m->zones, wildcard->wire);
    if (err || !has_twin || !node)
        return err;
    err = fresh(m, parent, m->params->common_share, &name);
    return err ? err
               : add_to(m, &name, node->records->type, node->records->rdata,
                        node->records->rdata_len);
}

static int make_wildcard_at(struct maker *m, const struct name *parent, unsigned index)
{
    struct name wildcard;
    int err = child(&wildcard, "*", parent);
    if (!err)
        err = make_pool(m, &wildcard, index);
    return err ? err : make_neighbours(m, parent, &wildcard, index % 2 == 0);
}

static int make_wildcard(struct maker *m, unsigned index)
{
    struct name parent = *m->apex;
    int err = 0;
    for (unsigned level = 0; !err && level < 1 + index % 3; level++) {
        struct name above = parent;
        err = fresh(m, &above, m->params->common_share, &parent);
    }
    if (!err && index % 2)
        err = add_a(m, &parent);
    return err ? err : make_wildcard_at(m, &parent, index);
}

static int make_apex(struct maker *m)
{
    struct name server;
    int err = child(&server, "ns1", m->apex);
    if (!err)
        err = make_plain(m, &server);
    if (!err)
        err = child(&server, "ns2", m->apex);
    if (!err)
        err = make_plain(m, &server);
    if (!err)
        err = add_to(m, m->apex, TYPE_NS, server.wire, server.len);
    if (!err)
        err = add_a(m, m->apex);
    if (!err)
        err = add_mx(m, m->apex);
    return err ? err : add_txt(m, m->apex);
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
    for (unsigned i = 0; !err && i < params->wildcard_count; i++)
        err = make_wildcard(&m, i);
    for (uint64_t i = 0; !err && i < params->host_count; i++)
        err = make_host(&m);
    if (!err && params->has_apex_wildcard)
        err = make_wildcard_at(&m, apex, 0);
    return err;
}
