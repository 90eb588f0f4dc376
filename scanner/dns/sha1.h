// SPDX-License-Identifier: BSD-2-Clause
/* SHA-1 (FIPS 180-4), portable: what NSEC3 is made of (RFC 5155 section 11). For hashing names
 * one at a time; it is no signature's digest here. */
#ifndef DNS_SHA1_H
#define DNS_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_LEN       20
#define SHA1_BLOCK_LEN 64
#define SHA1_WORDS     5

extern const uint32_t sha1_start[SHA1_WORDS];

/* One block into STATE. */
void sha1_block(uint32_t state[SHA1_WORDS], const uint8_t block[SHA1_BLOCK_LEN]);
void sha1(const void *data, size_t len, uint8_t out[SHA1_LEN]); /* OUT may be DATA's */

#endif
