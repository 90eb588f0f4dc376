// SPDX-License-Identifier: BSD-2-Clause
/* Names as keys of spans: octets that memcmp puts in canonical order (RFC 4034 section 6.1).
 *
 * Labels from the zone's side to the left, folded to lower case, each ended by 00 00, with
 * an octet 00 inside written 00 01. The zone's apex is the empty key, and a name's key begins
 * with the keys of all its ancestors. Pure. */
#ifndef VERDICT_DENIAL_KEY_H
#define VERDICT_DENIAL_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "verdict/spans.h"

struct denial_key {
    uint16_t len;
    uint8_t label_count;
    uint16_t ends[128]; /* of each label, from the zone's side */
    uint8_t octets[SPANS_KEY_MAX];
};

/* NAME is in or below the zone, which has ZONE_LABELS. */
void denial_key_of(struct denial_key *out, const uint8_t *name, unsigned zone_labels);
/* Labels that KEY and the other have in common, from the zone's side. */
unsigned denial_key_common(const struct denial_key *key, const uint8_t *other, size_t len);

#endif
