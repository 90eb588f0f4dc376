// SPDX-License-Identifier: BSD-2-Clause
/* What random labels under one parent gave for one type: a set of data, and how
 * sure it is that the set is all there is. Internal to the wildcard files; pure,
 * allocates only to grow. Life: zeroed, wildcard_pool_begin_anew, noted and asked,
 * wildcard_pool_deinit. */
#ifndef VERDICT_WILDCARD_POOL_H
#define VERDICT_WILDCARD_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "verdict/wildcard.h"

#define WILDCARD_OUT_MAX    4   /* probes of one pool in flight: enough overlap, little wasted */
#define WILDCARD_POOL_MAX   256 /* data kept of one pool; ordinary ones stay far below */
#define WILDCARD_GIVERS_MAX 3   /* so many do not make up the same datum for random labels */

struct pool_strangers;

/* The operators that gave a datum, each once. The last one is only counted. */
struct pool_givers {
    uint32_t ops[WILDCARD_GIVERS_MAX - 1];
    uint8_t count; /* _GIVERS_MAX: or more */
};

struct pool_datum {
    uint64_t hash;
    struct pool_givers givers;
    uint8_t probes; /* whose replies had it */
};

struct wildcard_pool {
    struct pool_datum *data;          /* heap, owned, `count` in use of `cap` */
    struct pool_strangers *strangers; /* heap, owned, mostly NULL */
    double chance_missed;  /* that a datum as frequent as the others was never shown; 1 at first */
    uint64_t covered_data; /* data of judged names found in the set, once it is exhausted */
    uint32_t ttl_min, ttl_max; /* over the probes' replies with data */
    uint16_t count, cap;
    uint8_t asked;     /* probes handed out, lost ones too */
    uint8_t out;       /* of them in flight */
    uint8_t answered;  /* of them answered */
    uint8_t with_data; /* of them answered with data */
    uint8_t quiet;     /* answers with data in a row without a new one */
    uint8_t shown_min; /* fewest data in one answer that had any */
    uint8_t shown_max; /* most */
    uint8_t lost_run;  /* losses in a row, those in flight together counted once */
    bool embeds;       /* some answer was a CNAME with what was asked in its target */
    bool is_lost;      /* given up: unknown what more there is */
    bool is_saturated; /* full, or out of memory: the set is a part */
    bool wants_sure;   /* a name was not covered: grow to the higher certainty */
};

/* As if nothing was ever answered; what was asked counts. */
void wildcard_pool_begin_anew(struct wildcard_pool *pool);
void wildcard_pool_deinit(struct wildcard_pool *pool);

bool wildcard_pool_has(const struct wildcard_pool *pool, uint64_t hash);
/* NULL when HASH is not there; borrowed, until the pool changes. */
const struct pool_datum *wildcard_pool_find(const struct wildcard_pool *pool, uint64_t hash);
/* OP gave it; one that is not told apart is another each time. */
void pool_givers_put(struct pool_givers *givers, uint32_t op);

/* False when HASH was not there. */
bool wildcard_pool_remove(struct wildcard_pool *pool, uint64_t hash);

/* The end of one probe in flight, by OP. DATA only for _DATA. */
void wildcard_pool_note(struct wildcard_pool *pool, enum wildcard_probe_result result,
                        const struct wildcard_data *data, uint32_t op);

/* Probes to hand out now. IS_SETTLED: every type of the parent had its first
 * answer and it is not clean; before that one answer is all that is wanted. */
unsigned wildcard_pool_wanted(const struct wildcard_pool *pool, bool is_settled);

/* At most the chance that the wildcard's next reply holds a datum not in the set. */
double wildcard_pool_unseen(const struct wildcard_pool *pool);

/* A name that got SIGHTINGS replies, each with data not in the set, is not this
 * wildcard's. */
bool wildcard_pool_rules_out(const struct wildcard_pool *pool, unsigned sightings);

/* DATA are the wildcard's, as a name tells that is. */
void wildcard_pool_adopt(struct wildcard_pool *pool, const struct wildcard_data *data);

/* A judged name's data, for pools that probes could not exhaust: see the .c. */
void wildcard_pool_learn(struct wildcard_pool *pool, const struct wildcard_data *data);

#endif
