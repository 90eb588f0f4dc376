// SPDX-License-Identifier: BSD-2-Clause
/* What the makers of zones share (zonegen.c, zonewild.c): one zone being made up, and the
 * small steps it consists of. The order of the steps is the order of the draws, so the
 * same seed makes the same zone. Each returns 0 or an error of zone.h. */
#ifndef LAB_ZONEMAKER_H
#define LAB_ZONEMAKER_H

#include "base/rng.h"
#include "bench/lab/labels.h"
#include "bench/lab/zonegen.h"

struct maker {
    struct zones *zones;
    const struct zonegen_params *params;
    const struct name *apex;
    struct rng_fast rng;
    struct labels labels;
    uint64_t label_next;            /* index of the next made-up label */
    struct name last;               /* the newest host with an address: target of CNAMEs */
    struct name beside;             /* the newest host beside a wildcard */
    struct name edge;               /* where embedding wildcards point; len 0: not made yet */
    const struct zone_node *lender; /* a wildcard with an A record that others take, or NULL */
};

MUST_CHECK int maker_add(struct maker *m, const struct name *name, uint16_t type, const void *data,
                         size_t len);
/* Random ones. */
MUST_CHECK int maker_add_a(struct maker *m, const struct name *name);
MUST_CHECK int maker_add_aaaa(struct maker *m, const struct name *name);
MUST_CHECK int maker_add_addresses(struct maker *m, const struct name *name, unsigned count);
MUST_CHECK int maker_add_txt(struct maker *m, const struct name *name);
MUST_CHECK int maker_add_mx(struct maker *m, const struct name *name);
/* The lender's first address. */
MUST_CHECK int maker_borrow(struct maker *m, const struct name *name);

/* LABEL below PARENT. */
MUST_CHECK int maker_child(struct name *out, const char *label, const struct name *parent);
/* A name below PARENT that does not exist yet; COMMON: the share of words. */
MUST_CHECK int maker_fresh(struct maker *m, const struct name *parent, double common,
                           struct name *out);
/* A name that leaves the zones. */
MUST_CHECK int maker_outside(struct maker *m, struct name *out);

/* zonewild.c: wildcard number INDEX of the zone, of a kind and at a place that follow from
 * it, with the hosts beside it; the same at PARENT. */
MUST_CHECK int maker_add_wildcard(struct maker *m, unsigned index);
MUST_CHECK int maker_add_wildcard_at(struct maker *m, const struct name *parent, unsigned index);

#endif
