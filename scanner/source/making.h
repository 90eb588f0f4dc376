// SPDX-License-Identifier: BSD-2-Clause
/* Names made from names that exist: --permute.
 *
 * Names to be varied stand in a ring. Each turn the first gives a few variants of every
 * kind and goes to the end, so that a kind is judged by all names and not by the first.
 *
 * How much is made. A kind may ask for MAKING_CREDIT names, and for MAKING_CREDIT_A_FIND
 * more for each that was found through it: a kind that finds less than one in 500 stops by
 * itself, and goes on when an answer still on its way turns out well. All kinds together
 * end at MAKING_MAX.
 *
 * making_learnt and the figures are for any thread; all else wants the caller's lock. */
#ifndef SOURCE_MAKING_H
#define SOURCE_MAKING_H

#include "base/set.h"
#include "source/finds.h"
#include "source/source.h"
#include "source/variants.h"

#define MAKING_CREDIT        1000
#define MAKING_CREDIT_A_FIND 500
#define MAKING_MAX           5000000 /* 120 MB in the set of what was asked */

struct making; /* opaque */

struct making_params {
    const struct finds *finds; /* borrowed */
    struct set *seen;          /* candidates so far; what is made goes there too; borrowed */
    struct set *given;         /* names that are never made; borrowed */
};

struct made {
    struct name name;
    uint32_t find; /* it was made from */
    uint8_t kind;  /* enum variant_kind */
};

MUST_CHECK int making_create(struct making **out, const struct making_params *params);
void making_destroy(struct making *making); /* NULL is fine */

/* FIND was added as number INDEX. FIRST: to be varied before all others. */
MUST_CHECK int making_add(struct making *making, const struct find *find, uint32_t index,
                          bool first);
/* Up to CAP names that nobody has asked for: their number; 0 may be for want of patience,
 * see making_is_busy; or ERR_NOMEM. */
MUST_CHECK int making_draw(struct making *making, struct made *out, uint32_t cap);
/* More can be made, as things are. */
bool making_is_busy(const struct making *making);
bool making_is_full(const struct making *making);   /* MAKING_MAX is reached */
uint64_t making_total(const struct making *making); /* names drawn */

/* What became of a name of KIND. */
void making_learnt(struct making *making, enum variant_kind kind, enum verdict verdict);
void making_yields(const struct making *making, struct source_yield out[VARIANT_KIND_COUNT]);

#endif
