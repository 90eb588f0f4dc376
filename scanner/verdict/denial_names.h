// SPDX-License-Identifier: BSD-2-Clause
/* Names to put a server's denials to the test with: made up, and made up to lie inside an
 * interval. For verdict/denial_class.c. */
#ifndef VERDICT_DENIAL_NAMES_H
#define VERDICT_DENIAL_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "dns/name.h"
#include "verdict/denial_interval.h"

/* OUT = LABEL, LEN octets, below BASE; there is room. */
void denial_names_below(struct name *out, const uint8_t *label, unsigned len,
                        const struct name *base);
/* A host name below BASE that nobody has. False: BASE leaves no room for one. */
bool denial_names_random(struct name *out, const struct name *base, struct rng_fast *rng);

enum denial_names_choice {
    DENIAL_NAMES_HOST, /* as unlike FIRST as can be */
    DENIAL_NAMES_NEAR, /* no host name fits; the nearest name there is, with odd octets */
    DENIAL_NAMES_NONE, /* nothing but FIRST fits */
};

/* A name strictly inside INTERVAL (of names) of ZONE, that is not FIRST, which denial_names_random
 * made. */
enum denial_names_choice denial_names_inside(struct name *out, const struct name *first,
                                             const struct denial_interval *interval,
                                             const uint8_t *zone, struct rng_fast *rng);

/* Looks for a name whose hash lies strictly inside INTERVAL (of hashes): FIRST with other
 * letters. */
struct denial_names_search {
    uint64_t blocks_left; /* SHA-1 blocks that it may cost yet */
    uint64_t number;      /* of the next name to hash */
};
void denial_names_search_init(struct denial_names_search *search);
/* A slice of it, of some ten milliseconds. True: OUT is one. */
bool denial_names_search(struct denial_names_search *search, struct name *out,
                         const struct name *first, const struct denial_interval *interval);
/* Nothing was found for all that it may cost. */
bool denial_names_search_is_over(const struct denial_names_search *search,
                                 const struct denial_interval *interval);

#endif
