// SPDX-License-Identifier: BSD-2-Clause
/* The record sets of a reply with the signatures over them, read out for verification.
 *
 * Bounded against KeyTrap (CVE-2023-50387) and the like: so many sets, so many of them
 * denials, so many signatures, so many octets; what is beyond is left out, and a set that is not
 * whole is not there. Pure. */
#ifndef VERDICT_SIGNED_SETS_H
#define VERDICT_SIGNED_SETS_H

#include "dns/reply.h"
#include "dns/signature.h"

#define SIGNED_SETS_MAX    24    /* of a reply: denials, a chain of CNAMEs, what is at its end */
#define SIGNED_DENIALS_MAX 8     /* NSEC and NSEC3 among them; a proof needs three */
#define SIGNED_RRSIGS_MAX  8     /* looked at, of all sets together */
#define SIGNED_OCTETS_MAX  32768 /* of rdata */

struct signed_set {
    struct name owner; /* in lower case */
    uint16_t type;
    uint8_t section;       /* 1 answer, 2 authority */
    bool is_whole;         /* all of its records are here */
    uint16_t first, count; /* of items[] */
    uint32_t ttl;          /* the least of its records and signatures */
    uint8_t rrsig_count;
    struct rdata_view rrsigs[SIGNED_RRSIGS_MAX];
};

struct signed_sets {
    uint16_t count, item_count, denial_count, rrsig_count;
    size_t octet_count;
    struct signed_set sets[SIGNED_SETS_MAX];
    struct rdata_view items[SIGNED_SETS_MAX * 8];
    uint8_t octets[SIGNED_OCTETS_MAX];
};

/* False: damaged. What is in OUT points into OUT. */
bool signed_sets_read(struct signed_sets *out, const struct reply *reply);

#endif
