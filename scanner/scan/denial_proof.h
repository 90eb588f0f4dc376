// SPDX-License-Identifier: BSD-2-Clause
/* What a reply holds of a zone's chain of denials: NSEC or NSEC3 records with their
 * signatures, checked; the SOA's serial; and why there may be none (a referral, a DNAME).
 *
 * Reading is bounded: DENIAL_PROOF_RECORDS records of the chain, DENIAL_PROOF_SIGNATURES
 * signatures tried for each (CVE-2023-50387); the rest is left out. A record whose signature
 * was seen to be good is not checked again for as long as the cache of the last ones holds. */
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
#define DENIAL_PROOF_BYTES      8192

enum denial_signed {
    DENIAL_SIGNED_GOOD,      /* verified with the zone's keys */
    DENIAL_SIGNED_UNCHECKED, /* a signature of the zone, which nobody can check (no keys) */
    DENIAL_SIGNED_BOGUS,     /* signed by the zone's name, and false; or out of time */
    DENIAL_SIGNED_EXPANDED,  /* made from a wildcard (RFC 4034 section 3.1.3) */
    DENIAL_SIGNED_BY_OTHERS, /* the signer is another zone: a child on the same server */
    DENIAL_SIGNED_NOT,       /* no signature */
};

struct denial_record {
    struct name owner; /* lower case */
    uint32_t ttl;
    const uint8_t *rdata; /* as it came; inside the proof */
    uint16_t rdata_len;
    const uint8_t *rrsig; /* the signature that counts; NULL: none */
    uint16_t rrsig_len;
    uint32_t rrsig_ttl;
    uint8_t section; /* 1 answer, 2 authority */
    enum denial_signed signature;
};

struct denial_proof {
    uint8_t rcode;
    bool has_serial;
    uint32_t serial;      /* of the zone's SOA */
    bool has_foreign_soa; /* a SOA of a name below the zone: a child answered */
    bool has_data;        /* records in the answer section but the chain's own */
    bool has_cut, is_signed_cut;
    struct name cut; /* owner of NS in the authority section, below the zone, no SOA */
    bool has_dname;
    struct name dname; /* owner of a DNAME in the answer section, in the zone */
    struct denial_record records[DENIAL_PROOF_RECORDS];
    size_t count;
    size_t left_out;
    uint8_t bytes[DENIAL_PROOF_BYTES];
    size_t used;
};

/* Reads the records of TYPE (NSEC or NSEC3) in or below ZONE out of REPLY. KEYS may be NULL.
 * ERR_TRUNC: the message is damaged, OUT holds what came before. */
MUST_CHECK int denial_proof_read(struct denial_proof *out, const struct reply *reply,
                                 const uint8_t *zone, uint16_t type, const struct keys *keys,
                                 int64_t now_s);

#endif
