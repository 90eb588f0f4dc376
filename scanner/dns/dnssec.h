// SPDX-License-Identifier: BSD-2-Clause
/* DNSSEC records read in place (RFC 4034, RFC 5155): views over rdata, nothing copied.
 *
 * Rdata is as rdata_expand makes it, or straight out of a message: none of these types may
 * have compressed names in it, and one that has is refused. Every function that reads
 * says ERR_TRUNC for anything malformed. What a view points to is borrowed. Pure. */
#ifndef DNS_DNSSEC_H
#define DNS_DNSSEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"

/* Types present at an owner (RFC 4034 section 4.1.2): windows, checked. */
struct type_bitmap {
    const uint8_t *data;
    size_t len;
};
bool bitmap_has(const struct type_bitmap *bitmap, uint16_t type);
/* The smallest type in it that is >= FROM; false: none. To go through all: FROM = last + 1
 * (65535 being the last there is). */
bool bitmap_next(const struct type_bitmap *bitmap, uint32_t from, uint16_t *type);
unsigned bitmap_count(const struct type_bitmap *bitmap);

struct nsec_view {
    const uint8_t *next; /* a valid name, in the case it was signed with (RFC 6840 5.1) */
    struct type_bitmap types;
};
MUST_CHECK int nsec_read(struct nsec_view *out, const uint8_t *rdata, size_t len);

#define NSEC3_HASH_LEN       20 /* SHA-1, the one algorithm there is (RFC 5155 section 11) */
#define NSEC3_SALT_MAX       255
#define NSEC3_ITERATIONS_MAX 2500 /* more is refused: RFC 5155 section 10.3's greatest */
#define NSEC3_LABEL_LEN      32   /* of a hash in base32hex */

struct nsec3_params {
    uint8_t algorithm;   /* 1 */
    uint16_t iterations; /* additional ones */
    uint8_t salt_len;
    uint8_t salt[NSEC3_SALT_MAX];
};
bool nsec3_params_equal(const struct nsec3_params *a, const struct nsec3_params *b);

struct nsec3_view {
    struct nsec3_params params;
    bool is_opt_out;
    const uint8_t *next; /* NSEC3_HASH_LEN octets */
    struct type_bitmap types;
};
/* ERR_RANGE: well formed, but to be ignored: algorithm, flags (RFC 5155 section 8.2), hash
 * length or iterations that are not ours. */
MUST_CHECK int nsec3_read(struct nsec3_view *out, const uint8_t *rdata, size_t len);

struct rrsig_view {
    uint16_t type; /* covered */
    uint8_t algorithm, labels;
    uint32_t original_ttl, expiration, inception; /* serial arithmetic (RFC 4034 3.1.5) */
    uint16_t key_tag;
    const uint8_t *signer; /* a valid name */
    const uint8_t *signature;
    size_t signature_len;
};
MUST_CHECK int rrsig_read(struct rrsig_view *out, const uint8_t *rdata, size_t len);
/* NOW in seconds of the epoch lies within the signature's time. */
bool rrsig_is_timely(const struct rrsig_view *sig, int64_t now_s);
/* What the labels field says of an OWNER that was not made from a wildcard: a leading `*` does
 * not count (RFC 4034 3.1.3). */
unsigned rrsig_labels_of(const uint8_t *owner);
/* OWNER has more labels than were signed: it was made from a wildcard. */
bool rrsig_is_expanded(const struct rrsig_view *sig, const uint8_t *owner);

struct dnskey_view {
    uint16_t flags;
    uint8_t protocol, algorithm;
    uint16_t tag;
    const uint8_t *key;
    size_t key_len;
};
MUST_CHECK int dnskey_read(struct dnskey_view *out, const uint8_t *rdata, size_t len);

/* Base32 with extended hex alphabet, no padding (RFC 4648 section 7), as NSEC3 owners are
 * written; lower case out, any case in.
 * base32hex_to_hash is false for a letter that is none. */
void base32hex_from_hash(const uint8_t hash[NSEC3_HASH_LEN], char out[NSEC3_LABEL_LEN]);
bool base32hex_to_hash(const char text[NSEC3_LABEL_LEN], uint8_t out[NSEC3_HASH_LEN]);
/* The hash that the first label of OWNER (right below ZONE) spells; false: it is none. */
bool nsec3_owner_hash(const uint8_t *owner, const uint8_t *zone, uint8_t out[NSEC3_HASH_LEN]);

/* H(name) of RFC 5155 section 5: NAME in any case. One name at a time and portable; many at a
 * time: dns/nsec3_many.h. */
void nsec3_hash(const struct nsec3_params *params, const uint8_t *name,
                uint8_t out[NSEC3_HASH_LEN]);

#endif
