// SPDX-License-Identifier: BSD-2-Clause
/* NSEC3 hashes of many names at a time (RFC 5155 section 5), by the widest SHA-1 that this
 * processor has (dns/sha1_kernel.h).
 *
 *   struct nsec3_many many;
 *   nsec3_many_init(&many, &params, NULL);
 *   nsec3_many_hash(&many, names, count, hashes);
 *
 * What was set up is const: any number of threads may use one. Fastest with NSEC3_MANY_FULL names
 * or a multiple, and with names of about the same length. Pure. */
#ifndef DNS_NSEC3_MANY_H
#define DNS_NSEC3_MANY_H

#include <stddef.h>
#include <stdint.h>

#include "dns/dnssec.h"
#include "dns/sha1_kernel.h"

#define NSEC3_MANY_FULL SHA1_LANES_MAX

/* Blocks that a hash and a salt, or a name and a salt, make at most with their padding. */
#define NSEC3_ROUND_BLOCKS_MAX 5
#define NSEC3_NAME_BLOCKS_MAX  9

struct nsec3_many {
    const struct sha1_kernel *kernel;
    struct nsec3_params params;
    /* What every iteration hashes, but for the first five words, the hash so far. */
    unsigned round_block_count;
    uint32_t round_words[NSEC3_ROUND_BLOCKS_MAX][SHA1_BLOCK_WORDS];
};

/* KERNEL NULL: the best there is. Asking the processor takes a microsecond or two: set up once
 * for each chain of a zone, not for each call. */
void nsec3_many_init(struct nsec3_many *many, const struct nsec3_params *params,
                     const struct sha1_kernel *kernel);

/* OUT[i] = H(NAMES[i]), names in any letter case, any COUNT. */
void nsec3_many_hash(const struct nsec3_many *many, const uint8_t *const *names, size_t count,
                     uint8_t (*out)[NSEC3_HASH_LEN]);

/* Below, for dns/nsec3_heads.c. */

/* TEXT, which has room for it, made whole blocks (FIPS 180-4 section 5.1.1): their number. */
unsigned nsec3_pad(uint8_t *text, size_t len);
void nsec3_words(uint32_t words[SHA1_BLOCK_WORDS], const uint8_t *block);
/* STATE[5][lanes], aligned: the initial value; the iterations. */
void nsec3_many_start(const struct nsec3_many *many, uint32_t *state);
void nsec3_many_iterate(const struct nsec3_many *many, uint32_t *state);

#endif
