// SPDX-License-Identifier: BSD-2-Clause
/* What one reply shows of how its server denies: which records of a chain it has, and how
 * they lie to the name that was asked for. For verdict/denial_class.c; reads in place, and
 * keeps no more than the records that count. */
#ifndef VERDICT_DENIAL_SEEN_H
#define VERDICT_DENIAL_SEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/dnssec.h"
#include "dns/name.h"
#include "dns/reply.h"
#include "verdict/denial_interval.h"

#define DENIAL_SEEN_RECORDS_MAX 8 /* an honest reply has three (RFC 5155 section 7.2) */

struct denial_seen {
    enum denial_form form;
    struct denial_interval interval; /* with the forms that have a record */
    uint8_t rcode;
    bool is_authoritative;
    bool has_zone_soa;   /* the zone's SOA in the answer section */
    bool has_data;       /* records in the answer section but a chain's and signatures */
    bool has_zone_dname; /* likewise a DNAME of the zone itself */
    bool has_serial;
    uint32_t serial;
    bool is_signed;           /* there are signatures of the zone */
    bool has_record;          /* NSEC or NSEC3 of whatever name */
    bool has_unsigned_record; /* NSEC or NSEC3 without a signature of the zone */
    bool has_two_params;      /* NSEC3 of different chains */
    unsigned nsec3_seen, opt_out_seen;
};

/* Reads the reply to a question for NAME, which is in ZONE. A damaged message: what came
 * before the damage. */
void denial_seen_read(struct denial_seen *out, const struct reply *reply, const uint8_t *name,
                      const uint8_t *zone);
/* Signed records, and none about the name: a server that sorts odd names wrongly gives such ones
 * near them, and a chain's everywhere else. */
bool denial_seen_is_beside(const struct denial_seen *seen);

#endif
