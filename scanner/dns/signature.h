// SPDX-License-Identifier: BSD-2-Clause
/* Whether a signature holds (RFC 4034 section 3.1.8.1, RFC 4035 section 5.3), by way of
 * OpenSSL. Cold: some 100 us a signature. RSASHA1, RSASHA256, RSASHA512, ECDSA on P-256 and
 * P-384, Ed25519 and Ed448 can be checked (algorithms 5, 7, 8, 10, 13 to 16).
 *
 * A set of keys is made of the DNSKEY records of a zone; that they belong to it is for the
 * caller to know (keys_match_ds, or who gave them). Bounded against KeyTrap (CVE-2023-50387):
 * no key tag is tried with more than SIGNATURE_KEYS_A_TAG_MAX keys. */
#ifndef DNS_SIGNATURE_H
#define DNS_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"

#define SIGNATURE_KEYS_MAX       32 /* of a zone; more are left out */
#define SIGNATURE_KEYS_A_TAG_MAX 2
#define SIGNATURE_RRS_MAX        64 /* of a set to verify */

struct rdata_view {
    const uint8_t *data; /* as rdata_expand (dns/rdata.h) makes it, which is canonical form */
    size_t len;
};

/* Records of one owner, type and class IN. */
struct rrset_view {
    const uint8_t *owner;
    uint16_t type;
    const struct rdata_view *items;
    size_t count;
};

struct keys; /* opaque: DNSKEY records of one zone */

/* ERR_NOMEM; ERR_SYNTAX when none of the records is a zone key that can be used: malformed,
 * revoked (RFC 5011) and of no algorithm above. */
MUST_CHECK int keys_create(struct keys **out, const uint8_t *zone, const struct rdata_view *dnskeys,
                           size_t count);
void keys_destroy(struct keys *keys);
MUST_CHECK int keys_copy(struct keys **out, const struct keys *keys);
/* Keys and signatures of that number can be checked. */
bool signature_has_algorithm(uint8_t number);
/* The same records, in whatever order. */
uint64_t keys_fingerprint(const struct keys *keys);
/* One of the keys hashes to the DS rdata (RFC 4034 section 5.1.4). */
bool keys_match_ds(const struct keys *keys, const uint8_t *ds, size_t len);

enum signature_state {
    SIGNATURE_GOOD,
    SIGNATURE_BOGUS,  /* a key with that tag says no */
    SIGNATURE_NO_KEY, /* no key with that tag, or an algorithm that cannot be checked */
    SIGNATURE_UNFIT,  /* not of this set: signer, type, labels, time, or malformed */
};

/* RRSIG is rdata. Signer must be the keys' zone and OWNER in it. A set that was made from a
 * wildcard can verify: rrsig_is_expanded (dns/dnssec.h) tells. */
enum signature_state signature_check(const struct rrset_view *set, const uint8_t *rrsig, size_t len,
                                     const struct keys *keys, int64_t now_s);

#endif
