// SPDX-License-Identifier: BSD-2-Clause
/* Domain names in wire form (RFC 1035 section 3.1): length-prefixed labels,
 * uncompressed, ended by the root's zero octet.
 *
 * A `const uint8_t *` called a name in this program always points to a valid
 * one: whoever reads names off the network or out of text makes sure first
 * (name_from_text, reply_read_name). Names we build are lower case. Pure: no
 * allocation, no locale. */
#ifndef DNS_NAME_H
#define DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define NAME_WIRE_MAX  255 /* octets, root included (RFC 1035 section 2.3.4) */
#define NAME_LABEL_MAX 63
#define NAME_TEXT_MAX  1020 /* every octet escaped as \DDD, with the final zero */

struct name {
    uint8_t len; /* octets used in wire, 1..255 */
    uint8_t wire[NAME_WIRE_MAX];
};

/* Text to wire, lower-cased; one trailing dot is fine; "." is the root. Accepts
 * letters, digits, '-', '_', '*' bare, anything else as \DDD or \X (RFC 1035
 * section 5.1). ERR_SYNTAX for what is not a name (empty label, label over 63,
 * bare odd byte, bad escape, empty text), ERR_RANGE over 255 octets. */
MUST_CHECK int name_from_text(struct name *out, const char *text, size_t len);

/* OUT = labels of PREFIX (without its root) + SUFFIX. ERR_RANGE over 255. */
MUST_CHECK int name_join(struct name *out, const struct name *prefix, const struct name *suffix);

/* Wire to text: lower case, no trailing dot ("." for the root), odd bytes and
 * dots inside labels as \DDD. Returns the length written, without the zero. */
size_t name_to_text(const uint8_t *name, char out[NAME_TEXT_MAX]);
/* As above with letters in the case they have, as zone files keep them. */
size_t name_to_text_as_is(const uint8_t *name, char out[NAME_TEXT_MAX]);

/* Octets of the uncompressed name that begins DATA; 0: no valid one does. */
size_t name_whole_len(const uint8_t *data, size_t len);
size_t name_len(const uint8_t *name);            /* octets with the root */
unsigned name_label_count(const uint8_t *name);  /* without the root */
const uint8_t *name_parent(const uint8_t *name); /* the root is its own parent */
/* The ancestor-or-self that has COUNT labels; COUNT <= name_label_count. */
const uint8_t *name_suffix(const uint8_t *name, unsigned count);

/* Comparisons fold ASCII case (RFC 4343). */
bool name_equal(const uint8_t *a, const uint8_t *b);
bool name_is_under(const uint8_t *name, const uint8_t *ancestor); /* below or equal */

void name_lower(uint8_t *name); /* in place */

#endif
