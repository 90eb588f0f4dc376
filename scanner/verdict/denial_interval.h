// SPDX-License-Identifier: BSD-2-Clause
/* Intervals of names or of hashes, as a denial shows them, compared. Pure. */
#ifndef VERDICT_DENIAL_INTERVAL_H
#define VERDICT_DENIAL_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/dnssec.h"
#include "dns/name.h"

/* How the reply denies the name. */
enum denial_form {
    DENIAL_FORM_NONE,       /* no signed record of a chain is about the name */
    DENIAL_FORM_NSEC,       /* one covers it */
    DENIAL_FORM_NSEC_OWN,   /* one is the very name's */
    DENIAL_FORM_NSEC3,      /* one covers its hash */
    DENIAL_FORM_NSEC3_OWN,  /* one is its hash's */
    DENIAL_FORM_BOTH,       /* NSEC and NSEC3 */
    DENIAL_FORM_UNREADABLE, /* NSEC3 that is to be ignored, and nothing else */
};
/* As in "one reply has ...". */
const char *denial_form_text(enum denial_form form);

/* Of an own record's types. */
enum denial_types {
    DENIAL_TYPES_MARKED, /* NXNAME, or what stood for it before it had a number */
    DENIAL_TYPES_BARE,   /* none but those that a name has for being in the chain */
    DENIAL_TYPES_BROAD,  /* others */
};

/* The record that counts. */
struct denial_interval {
    struct name owner, next;                          /* NSEC, lower case */
    uint8_t from[NSEC3_HASH_LEN], to[NSEC3_HASH_LEN]; /* NSEC3 */
    struct nsec3_params params;                       /* NSEC3 */
    enum denial_types types;
};

/* Whether HASH stands strictly between FROM and TO on the circle of hashes; all but FROM where they
 * are equal, the zone being of one name. */
bool denial_hash_is_between(const uint8_t *hash, const uint8_t *from, const uint8_t *to);
/* Of hashes: so short that no chain has such. */
bool denial_interval_is_tiny(const struct denial_interval *interval);
/* From a name or hash to itself: there is no other. */
bool denial_interval_is_alone(const struct denial_interval *interval, enum denial_form form);
/* Both of FORM, DENIAL_FORM_NSEC or DENIAL_FORM_NSEC3. */
bool denial_interval_same(const struct denial_interval *a, const struct denial_interval *b,
                          enum denial_form form);
/* They begin or end at the same name or hash. */
bool denial_interval_shares_end(const struct denial_interval *a, const struct denial_interval *b,
                                enum denial_form form);
/* Neither the same nor apart: no chain of ZONE has both. */
bool denial_interval_contradicts(const struct denial_interval *a, const struct denial_interval *b,
                                 enum denial_form form, const uint8_t *zone);

#endif
