// SPDX-License-Identifier: BSD-2-Clause
/* Trust anchors: of which zones the keys are known beforehand, in the form of DS records (RFC 4034
 * section 5). The root's are built in, as IANA publishes them (RFC 9718); others come from lines
 * of a zone file, DS or DNSKEY, and are added to these. A DNSKEY is kept as its DS. Pure. */
#ifndef DNS_ANCHORS_H
#define DNS_ANCHORS_H

#include "dns/name.h"

#define DS_RDATA_MAX     52   /* the largest digest there is: SHA-384 */
#define ANCHORS_MAX      1024 /* given; more are no list made by hand */
#define ANCHORS_A_ZONE   8    /* built-in ones included; a rollover needs two */
#define ANCHOR_RDATA_MAX 1200 /* of a DNSKEY: RSA with 8,192 bits */

struct ds {
    uint8_t len;
    uint8_t rdata[DS_RDATA_MAX];
};

/* Octets of a digest of type NUMBER; 0: it cannot be checked. */
size_t ds_digest_len(uint8_t number);

struct anchors; /* opaque; those that were given. NULL is fine where one is const: none were */

MUST_CHECK int anchors_create(struct anchors **out);
void anchors_destroy(struct anchors *anchors);

/* Adds a record: `OWNER [TTL] [IN] DS|DNSKEY DATA`, all on one line; what follows a `;` is comment,
 * and a line of nothing else adds nothing. ERR_SYNTAX, *WHY (static) says what is wrong;
 * ERR_FULL: there are too many; ERR_NOMEM. */
MUST_CHECK int anchors_add(struct anchors *anchors, const char *text, size_t len, const char **why);

/* The labels of the closest name at or above NAME that has anchors; the root has. */
unsigned anchors_closest(const struct anchors *anchors, const uint8_t *name);
/* The anchors of NAME itself; their number. */
unsigned anchors_of(const struct anchors *anchors, const uint8_t *name,
                    struct ds out[ANCHORS_A_ZONE]);

#endif
