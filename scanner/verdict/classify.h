// SPDX-License-Identifier: BSD-2-Clause
/* What one reply says about one question. Pure.
 *
 * A reply's records are used only where owner, class and CNAME chain fit the
 * question (RFC 1034 section 3.6.2, RFC 6672 for DNAME): the walk starts at the
 * question's name and follows CNAMEs inside the answer section, at most
 * CLASSIFY_CHAIN_MAX of them; records of any other owner are left alone. */
#ifndef VERDICT_CLASSIFY_H
#define VERDICT_CLASSIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "dns/reply.h"

#define CLASSIFY_CHAIN_MAX                                                                         \
    16 /* longer chains and loops end the walk; the name exists all the same */
#define CLASSIFY_RECORDS_MAX 200 /* used records kept of one reply; the rest is left out */

enum answer_kind {
    ANSWER_DATA,     /* records of the type asked, or a CNAME/DNAME that applies */
    ANSWER_NODATA,   /* NOERROR, nothing that applies */
    ANSWER_NXDOMAIN, /* NXDOMAIN and no CNAME for the name itself */
    ANSWER_SERVFAIL,
    ANSWER_REFUSED,
    ANSWER_FORMERR,
    ANSWER_NOTIMP,
    ANSWER_TRUNCATED, /* TC: nothing in it is used */
    ANSWER_STRANGE,   /* any other rcode; or a referral, from a server that does not recurse */
    ANSWER_DAMAGED,   /* records end early or do not parse: as if it had not come */
};

struct answer {
    enum answer_kind kind;
    uint8_t rcode;
    bool is_dangling; /* DATA by a CNAME whose chain ends in NXDOMAIN */
    bool has_type;    /* DATA: at least one record of the type asked (not only a CNAME) */
    uint16_t record_count;
    struct reply_record
        records[CLASSIFY_RECORDS_MAX]; /* chain first, then data, order of the chain */
};

/* REPLY has passed the engine's checks: it answers QUESTION. A header-only error
 * reply (no question section) is fine. */
void classify(const struct reply *reply, const struct question *question, struct answer *out);

/* Leaves out IPv6 addresses that a DNS64 made of IPv4 ones, under the prefix that nobody's data
 * have (64:ff9b::/96, RFC 6052 section 3.1). An answer of nothing else is NODATA. */
void classify_drop_translated(const struct reply *reply, struct answer *answer);

#endif
