// SPDX-License-Identifier: BSD-2-Clause
/* Canonical order of names and its arithmetic (RFC 4034 section 6.1, RFC 4471).
 *
 * Names are compared label by label from the right, each as unsigned octets with A-Z
 * folded to a-z, a missing octet or label before any other. So a name stands right before
 * all names below it, and these lie together.
 *
 *   canon_next    the first name after NAME that could exist: a child `\000`, else see below
 *   canon_skip    the first name after NAME and all that lies below it
 *
 * Both skip what no name in lower case can be (A-Z), keep to 63 octets a label and 255 a
 * name, and end at the zone: past its last possible name there is none. Names built here
 * are in lower case. Pure. */
#ifndef DNS_CANON_H
#define DNS_CANON_H

#include <stdbool.h>

#include "dns/name.h"

/* <0, 0, >0 as A stands before, at or after B. */
int canon_compare(const uint8_t *a, const uint8_t *b);

/* Whether NAME stands strictly between OWNER and NEXT, NEXT == ZONE being the zone's end (RFC
 * 4034 section 4.1.1). OWNER == NEXT == ZONE (a zone of one name): all but OWNER. A NEXT that
 * is neither after OWNER nor ZONE has nothing before it. All of them in ZONE. */
bool canon_is_between(const uint8_t *name, const uint8_t *owner, const uint8_t *next,
                      const uint8_t *zone);

/* The first possible name after NAME in ZONE; false: there is none. OUT may be NAME's. */
bool canon_next(struct name *out, const uint8_t *name, const uint8_t *zone);
/* The first possible name after NAME that is not below it; false: there is none. */
bool canon_skip(struct name *out, const uint8_t *name, const uint8_t *zone);

#endif
