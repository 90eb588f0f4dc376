// SPDX-License-Identifier: BSD-2-Clause
/* What random labels under one parent gave for one type: a set of data, and how
 * sure it is that the set is all there is. Internal to the wildcard files; pure,
 * allocates only to grow. Life: zeroed, noted and asked, wildcard_pool_deinit. */
#ifndef VERDICT_WILDCARD_POOL_H
#define VERDICT_WILDCARD_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "verdict/wildcard.h"

#define WILDCARD_OUT_MAX  4   /* probes of one pool in flight: enough overlap, little wasted */
#define WILDCARD_POOL_MAX 256 /* data kept of one pool; ordinary ones stay far below */

struct pool_strangers;

struct wildcard_pool {
    uint64_t *hashes;                 /* heap, owned, `count` in use of `cap` */
    struct pool_strangers *strangers; /* heap, owned, mostly NULL */
    double chance_missed;  /* that a datum as frequent as the others was never shown; 1 at first */
    uint64_t covered_data; /* data of judged names found in the set, once it is exhausted */
    uint16_t count, cap;
    uint8_t asked;     /* probes handed out, lost ones too */
    uint8_t out;       /* of them in flight */
    uint8_t answered;  /* of them answered */
    uint8_t quiet;     /* answers in a row without a new datum */
    uint8_t shown_min; /* fewest data in one answer that had any */
    uint8_t lost_run;  /* losses in a row, those in flight together counted once */
    bool has_nxdomain; /* some answer was */
    bool has_nodata;
    bool is_lost;      /* given up: unknown what more there is */
    bool is_saturated; /* full, or out of memory: the set is a part */
    bool wants_sure;   /* a name was not covered: grow to the higher certainty */
};

void wildcard_pool_deinit(struct wildcard_pool *pool);

bool wildcard_pool_has(const struct wildcard_pool *pool, uint64_t hash);

/* The end of one probe in flight. DATA only for _DATA. */
void wildcard_pool_note(struct wildcard_pool *pool, enum wildcard_probe_result result,
                        const struct wildcard_data *data);

/* Probes to hand out now. IS_SETTLED: every type of the parent had its first
 * answer and it is not clean; before that one answer is all that is wanted. */
unsigned wildcard_pool_wanted(const struct wildcard_pool *pool, bool is_settled);

/* Data that are not in the set are not this wildcard's. */
bool wildcard_pool_rules_out(const struct wildcard_pool *pool);

/* A judged name's data, for pools that probes could not exhaust: see the .c. */
void wildcard_pool_learn(struct wildcard_pool *pool, const struct wildcard_data *data);

#endif
