// SPDX-License-Identifier: BSD-2-Clause
/* What is known of names that have, or would have, other names below them; for all workers
 * of a run. Facts are only ever added, so that a lock-free set holds them: a kind and a
 * name each. A change of mind is a fact of its own: LIFTED, DENIES.
 *
 * Bounded: FACTS_MAX of them (some 24 octets each), of which FACTS_CUTS_MAX cuts. Once
 * the set is full nothing more is cut, since what speaks against it could not be noted. */
#ifndef VERDICT_CUT_FACTS_H
#define VERDICT_CUT_FACTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/set.h"

#define FACTS_MAX      (1u << 21)
#define FACTS_CUTS_MAX (1u << 16)

enum fact {
    FACT_ABOVE,   /* some name below it is known to exist */
    FACT_EXISTS,  /* it was asked for, and is there */
    FACT_ASKED,   /* somebody asks for it, or has */
    FACT_CUT,     /* independent resolvers said NXDOMAIN: nothing below it (RFC 8020) */
    FACT_LIFTED,  /* a cut no more: one of those resolvers lies */
    FACT_DENIES,  /* a zone: says NXDOMAIN for names that have names below */
    FACT_ANSWERS, /* a zone: does not, where it was seen */
};

struct facts {
    struct set *set;   /* owned */
    struct set *names; /* that were found, by set_key of the wire name; borrowed, or NULL */
    _Atomic uint32_t count, cut_count;
    _Atomic uint32_t changes; /* cuts that stopped counting, and zones in which they do */
};

MUST_CHECK int facts_init(struct facts *facts, struct set *names); /* ERR_NOMEM, ERR_IO */
void facts_deinit(struct facts *facts);                            /* one that was zeroed is fine */

bool facts_have(struct facts *facts, enum fact fact, const uint8_t *name);
/* SET_NEW for exactly one caller, SET_OLD, ERR_NOMEM, or ERR_FULL. */
MUST_CHECK int facts_put(struct facts *facts, enum fact fact, const uint8_t *name);
/* NAME was found itself. */
bool facts_have_found(struct facts *facts, const uint8_t *name);
bool facts_are_full(const struct facts *facts);

static inline bool facts_have_cuts(const struct facts *facts)
{
    return atomic_load_explicit(&facts->cut_count, memory_order_relaxed) > 0;
}

#endif
