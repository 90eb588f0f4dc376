// SPDX-License-Identifier: BSD-2-Clause
/* Names as strings that memcmp puts in canonical order (RFC 4034 section 6.1), relative to a
 * zone.
 *
 * Labels from the right, without the zone's, letters folded; octet 0 is 00 01, and after
 * each label comes 00 00, which so sorts before anything that can follow in a label. The zone
 * itself is the empty string. Pure. */
#ifndef SOURCE_CIRCLE_KEY_H
#define SOURCE_CIRCLE_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns/name.h"

#define CIRCLE_KEY_MAX 510 /* every octet of a name doubled at the most */

struct circle_key {
    uint16_t len;
    uint8_t data[CIRCLE_KEY_MAX];
};

/* NAME must be in or below ZONE. */
void circle_key_from_name(struct circle_key *out, const uint8_t *name, const uint8_t *zone);
/* False: no name, or one that is too long. */
bool circle_key_to_name(const uint8_t *data, size_t len, const uint8_t *zone, struct name *out);
int circle_key_compare(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

#endif
