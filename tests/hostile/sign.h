// SPDX-License-Identifier: BSD-2-Clause
/* One ECDSA P-256 key, made at the start, that signs whatever it is given (RFC 4034, RFC 6605). */
#ifndef HOSTILE_SIGN_H
#define HOSTILE_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "dns/name.h"

#define SIGN_KEY_LEN   68 /* DNSKEY rdata: flags, protocol, algorithm, the point */
#define SIGN_RRSIG_MAX (18 + NAME_WIRE_MAX + 64)
#define SIGN_ITEMS_MAX 64

struct signer; /* opaque */

struct sign_rdata {
    const uint8_t *data; /* in canonical form */
    size_t len;
};

/* A set of records of one owner and type to be signed. Items in canonical order. */
struct sign_set {
    const uint8_t *owner, *signer;
    uint16_t type;
    uint32_t ttl;
    unsigned labels; /* as the RRSIG tells them: fewer than OWNER's for what a wildcard made */
    int64_t inception, expiration;
    const struct sign_rdata *items;
    size_t count;
};

MUST_CHECK int signer_create(struct signer **out);
void signer_destroy(struct signer *signer);
const uint8_t *signer_key(const struct signer *signer); /* SIGN_KEY_LEN octets */
/* Returns the length of the RRSIG's rdata in OUT. */
size_t signer_sign(struct signer *signer, const struct sign_set *set, uint8_t out[SIGN_RRSIG_MAX]);
/* `ZONE. IN DNSKEY ...`, as trust anchors are written. */
void signer_print(const struct signer *signer, const uint8_t *zone, FILE *out);

#endif
