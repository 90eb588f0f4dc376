// SPDX-License-Identifier: BSD-2-Clause
/* What a reply holds of a zone's chain of denials: NSEC or NSEC3 records with their
 * signatures, checked; the SOA's serial; and why there may be none (a referral, a DNAME).
 *
 * Reading is bounded: DENIAL_PROOF_RECORDS records of the chain, DENIAL_PROOF_SIGNATURES
 * signatures tried for each (CVE-2023-50387), the rest left out. A checker remembers the
 * signatures that it found good of late: most replies repeat some. */
#ifndef SCAN_DENIAL_PROOF_H
#define SCAN_DENIAL_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/dnssec.h"
#include "dns/reply.h"
#include "dns/signature.h"

#define DENIAL_PROOF_RECORDS    8 /* an honest reply has three at most (RFC 5155 section 7.2) */
#define DENIAL_PROOF_SIGNATURES 4
#define DENIAL_PROOF_BYTES      16384
#define DENIAL_CHECKER_SLOTS    256

enum denial_signed {
    DENIAL_SIGNED_NOT,       /* no signature that could be read */
    DENIAL_SIGNED_BY_OTHERS, /* the signer is another zone: a child on the same server */
    DENIAL_SIGNED_BOGUS,     /* by the zone's name, but false, out of time, or with no key of it */
    DENIAL_SIGNED_EXPANDED,  /* of a wildcard, from which this was made (RFC 4034 3.1.3) */
    DENIAL_SIGNED_UNCHECKED, /* by the zone's name, but there are no keys to check it with */
    DENIAL_SIGNED_GOOD,      /* verified with the zone's keys */
};

struct denial_record {
    struct name owner; /* lower case */
    uint32_t ttl;
    const uint8_t *rdata; /* as it came, as RRSIG's; inside the proof */
    const uint8_t *rrsig; /* the signature that counts; NULL: none */
    uint16_t rdata_len, rrsig_len;
    uint32_t rrsig_ttl;
    uint8_t section; /* 1 answer, 2 authority */
    enum denial_signed signature;
};

struct denial_proof {
    uint8_t rcode;
    bool is_damaged; /* the message's records end early; what came before is here */
    bool has_serial;
    uint32_t serial;    /* of the zone's SOA */
    bool has_data;      /* records in the answer section other than of the type read */
    bool has_cut;       /* a referral: NS in the authority section, of a name below the zone */
    bool is_cut_signed; /* with DS: no denial comes with it (RFC 4035 section 3.1.4) */
    bool has_dname;
    struct name cut, dname; /* lower case; DNAME: in the answer section, in the zone */
    struct denial_record records[DENIAL_PROOF_RECORDS];
    size_t count;
    size_t left_out; /* records over the bound, malformed or not of the zone */
    uint8_t bytes[DENIAL_PROOF_BYTES];
    size_t used;
};

struct denial_checker {
    const uint8_t *zone;
    const struct keys *keys; /* NULL: nothing can be verified */
    int64_t now_s;           /* of the epoch, for the signatures' times */
    uint64_t seed;           /* unknown to servers */
    uint64_t checked;        /* signatures that were computed */
    uint64_t good[DENIAL_CHECKER_SLOTS];
};

/* Reads the records of TYPE (NSEC or NSEC3) that lie in the zone out of REPLY. */
void denial_proof_read(struct denial_proof *out, const struct reply *reply, uint16_t type,
                       struct denial_checker *checker);

#endif
