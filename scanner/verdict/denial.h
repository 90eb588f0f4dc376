// SPDX-License-Identifier: BSD-2-Clause
/* What the signed denials of one zone prove of names that were never asked for (RFC 8198):
 * spans of NSEC (RFC 4034) and NSEC3 (RFC 5155) records whose signatures were verified.
 *
 *   denials_add_* --> spans --denials_look(name)--> ABSENT, EMPTY, EXISTS, WILDCARD or UNKNOWN
 *
 * ABSENT needs all of these, and from one chain:
 *   1. the next closer name (one label below the closest encloser) lies in a span without
 *      Opt-Out;
 *   2. the closest encloser exists: its hash is an owner (NSEC3), or it follows from the ends
 *      of the span (NSEC);
 *   3. it is no delegation and has no DNAME: what is below those belongs elsewhere;
 *   4. its wildcard lies in a span, too.
 * When the wildcard exists the finding is WILDCARD. A span of NSEC that ends below the name
 * makes the name an empty non-terminal: EMPTY. An owner EXISTS, and its types are known.
 *
 * All threads of a run look and add at once, without locks; nothing is freed before
 * denials_destroy, but what its TTL is over for proves nothing. That the records are signed, timely
 * and not made from a wildcard is for the caller to know (scan/denying.c). */
#ifndef VERDICT_DENIAL_H
#define VERDICT_DENIAL_H

#include "dns/dnssec.h"
#include "verdict/spans.h"

#define DENIAL_CHAINS_MAX     4   /* of NSEC3 parameters; a zone has two while it changes them */
#define DENIAL_ITERATIONS_MAX 150 /* more than validators accept (RFC 9276 section 3.2) */

struct denials; /* opaque */

struct denial_params {
    const uint8_t *zone;   /* the apex; copied */
    const uint16_t *types; /* that are asked for, at most 16; borrowed */
    size_t type_count;
    uint64_t seed;
    _Atomic int64_t *budget;       /* octets left for spans; borrowed */
    const _Atomic uint32_t *now_s; /* the present second; borrowed */
};

enum denial_finding {
    DENIAL_UNKNOWN,
    DENIAL_ABSENT,   /* no such name */
    DENIAL_EMPTY,    /* there is the name, without data of any type asked for */
    DENIAL_EXISTS,   /* with data of some: see types */
    DENIAL_WILDCARD, /* it is there by synthesis alone */
};

struct denial_view {
    enum denial_finding finding;
    uint16_t types;        /* EXISTS, WILDCARD: a bit for each type asked for that there may be */
    bool knows_types;      /* and does have: it is no alias and no delegation */
    uint8_t encloser;      /* WILDCARD: labels of the name whose wildcard it is */
    struct span_node *gap; /* UNKNOWN: the gap it lies in; NULL: none was found */
};

/* ERR_NOMEM. */
MUST_CHECK int denials_create(struct denials **out, const struct denial_params *params);
void denials_destroy(struct denials *denials);

/* UNTIL_S: the last second in which it proves anything. SPANS_NEW, SPANS_KNOWN, ERR_NOMEM;
 * ERR_FULL: the budget or the chains are; ERR_RANGE: not of this zone, or a span that cannot be. */
MUST_CHECK int denials_add_nsec(struct denials *denials, const uint8_t *owner,
                                const struct nsec_view *nsec, uint32_t until_s);
MUST_CHECK int denials_add_nsec3(struct denials *denials, const uint8_t hash[NSEC3_HASH_LEN],
                                 const struct nsec3_view *nsec3, uint32_t until_s);
/* The same span is there: it need not be verified again. */
bool denials_have_nsec(struct denials *denials, const uint8_t *owner, const struct nsec_view *nsec);
bool denials_have_nsec3(struct denials *denials, const uint8_t hash[NSEC3_HASH_LEN],
                        const struct nsec3_view *nsec3);

/* NAME below the zone, in lower case. */
void denials_look(struct denials *denials, const uint8_t *name, struct denial_view *out);
/* PARENT exists, and there is no wildcard below it. */
bool denials_deny_wildcard(struct denials *denials, const uint8_t *parent);

#endif
