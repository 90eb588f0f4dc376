// SPDX-License-Identifier: BSD-2-Clause
/* Heads and tails: hashing the same labels below many names, or many labels below one.
 *
 * A name is a head, its first labels, and a tail, the rest. Heads of the same length lie beside
 * each other as words of a message already (struct nsec3_heads); a tail, with salt and padding, is
 * a message whose head is zero (struct nsec3_tail). One XOR makes a message of both, so that a
 * candidate costs little more than its SHA-1. Of the hash only the fifth word comes out: whoever
 * looks for known hashes knows by it which few are worth hashing whole.
 *
 *   nsec3_heads_init -> nsec3_heads_add* [-> nsec3_heads_prepare] -> nsec3_heads_fifths* -> deinit
 */
#ifndef DNS_NSEC3_HEADS_H
#define DNS_NSEC3_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/nsec3_many.h"

#define NSEC3_HEAD_MAX 64 /* octets, all in the first block */

struct nsec3_heads {
    unsigned len; /* of each, length octets included */
    size_t count;
    size_t cap;         /* a multiple of SHA1_LANES_MAX */
    unsigned row_count; /* words that a head reaches into */
    uint32_t *words;    /* [row_count][cap], aligned, owned; zero beyond COUNT */
    /* Of a search (struct sha1_search), once prepared; owned. */
    const struct sha1_kernel *kernel;
    uint32_t *delta;
    bool is_first_word;
};

/* LEN 1..NSEC3_HEAD_MAX; CAP is rounded up. ERR_NOMEM. */
MUST_CHECK int nsec3_heads_init(struct nsec3_heads *heads, unsigned len, size_t cap);
void nsec3_heads_deinit(struct nsec3_heads *heads);
/* HEAD: len octets, lower case. There must be room. */
void nsec3_heads_add(struct nsec3_heads *heads, const uint8_t *head);
void nsec3_heads_get(const struct nsec3_heads *heads, size_t index, uint8_t *head);
/* Makes one-block messages without iterations still cheaper with KERNEL, for heads that meet many
 * tails; takes five times the memory. ERR_NOMEM. */
MUST_CHECK int nsec3_heads_prepare(struct nsec3_heads *heads, const struct sha1_kernel *kernel);

struct nsec3_tail {
    unsigned block_count;
    uint32_t words[NSEC3_NAME_BLOCKS_MAX][SHA1_BLOCK_WORDS];
};

/* NAME, any letter case, behind a head of HEAD_LEN octets. ERR_RANGE: longer than a name. */
MUST_CHECK int nsec3_tail_init(struct nsec3_tail *tail, unsigned head_len, const uint8_t *name,
                               const struct nsec3_params *params);
/* Octet AT of the head, which is 0 or was set to WAS, becomes IS: for what all heads share. */
static inline void nsec3_tail_set(struct nsec3_tail *tail, size_t at, uint8_t was, uint8_t is)
{
    tail->words[0][at / 4] ^= (uint32_t)(was ^ is) << (24 - 8 * (at % 4));
}

/* OUT[cap], aligned: the fifth word of H(head + tail) for each head. */
void nsec3_heads_fifths(const struct nsec3_many *many, const struct nsec3_heads *heads,
                        const struct nsec3_tail *tail, uint32_t *out);
/* Likewise the first word, which is where on the circle of hashes they lie. */
void nsec3_heads_firsts(const struct nsec3_many *many, const struct nsec3_heads *heads,
                        const struct nsec3_tail *tail, uint32_t *out);
/* These words of a whole hash. */
static inline uint32_t nsec3_fifth(const uint8_t hash[NSEC3_HASH_LEN])
{
    return (uint32_t)hash[16] << 24 | (uint32_t)hash[17] << 16 | (uint32_t)hash[18] << 8 | hash[19];
}
static inline uint32_t nsec3_first(const uint8_t hash[NSEC3_HASH_LEN])
{
    return (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
}

#endif
