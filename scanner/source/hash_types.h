// SPDX-License-Identifier: BSD-2-Clause
/* Types present at a hashed owner as text, to and from type bitmaps (RFC 4034 section
 * 4.1.2). */
#ifndef SOURCE_HASH_TYPES_H
#define SOURCE_HASH_TYPES_H

#include "base/text.h"
#include "dns/dnssec.h"

#define HASH_TYPES_BYTES_MAX (256 * 34) /* of a bitmap: every window full */
#define HASH_TYPES_MAX       2048       /* as many as a line has room for */

/* Types in any order, each once or oftener, made a bitmap. */
struct hash_types {
    uint16_t types[HASH_TYPES_MAX];
    size_t count;
    uint8_t bitmap[HASH_TYPES_BYTES_MAX];
};

/* "A,RRSIG", at most LEN_MAX octets; false, and nothing appended, where that is too few or
 * the bitmap is empty. */
bool hash_types_put(struct text *out, const struct type_bitmap *bitmap, size_t len_max);

/* Adds TEXT, a mnemonic or TYPEn. ERR_SYNTAX, ERR_FULL. */
MUST_CHECK int hash_types_add(struct hash_types *types, const char *text, size_t len);
/* What was added; borrowed from TYPES. */
struct type_bitmap hash_types_bitmap(struct hash_types *types);

#endif
