// SPDX-License-Identifier: BSD-2-Clause
/* Whether an NSEC record in a reply is believed to be a link of the zone's chain (RFC 4034 section
 * 4, RFC 4035 section 5.4, RFC 6840 section 4). Who signed it is judged elsewhere
 * (scan/denial_proof.h). Pure. */
#ifndef VERDICT_NSEC_LINK_H
#define VERDICT_NSEC_LINK_H

#include <stdbool.h>

#include "dns/dnssec.h"
#include "dns/name.h"

/* X(constant, in words, for messages: "an NSEC record that ...") */
#define LINK_REFUSALS(X)                                                                           \
    X(NONE, "is fine")                                                                             \
    X(OUTSIDE, "leads out of the zone")                                                            \
    X(BACKWARDS, "leads backwards")                       /* next <= owner, and not the apex */    \
    X(NO_OWN_TYPES, "does not list NSEC and RRSIG")       /* which an owner of one always has */   \
    X(FALSE_APEX, "has the types of another zone's apex") /* SOA elsewhere, or no SOA at ours */   \
    X(MADE_UP,                                                                                     \
      "is of a name that does not exist") /* RFC 9824, RFC 4470: nothing but RRSIG NSEC */         \
    X(UNRELATED, "is not about the name asked for")

enum link_refusal {
#define X(constant, words) LINK_##constant,
    LINK_REFUSALS(X)
#undef X
        LINK_REFUSAL_COUNT
};

static const char *const link_refusal_words[LINK_REFUSAL_COUNT] = {
#define X(constant, words) [LINK_##constant] = words,
    LINK_REFUSALS(X)
#undef X
};

struct nsec_link {
    const uint8_t *zone, *owner, *next;
    struct type_bitmap types;
};

/* Why LINK, in a reply to a question for PROBE, is not believed. About PROBE is what matches or
 * covers it, or the wildcard of an ancestor of it, or is the delegation or DNAME above it. */
enum link_refusal link_judge(const struct nsec_link *link, const uint8_t *probe);

/* NAME matches LINK or lies inside. */
bool link_speaks_of(const struct nsec_link *link, const uint8_t *name);
/* Nothing below the owner is the zone's own: a delegation, or a DNAME. */
bool link_ends_zone(const struct type_bitmap *types);
/* The next name is the first that can be, below the owner or beside it: links made up for each
 * question are such, and hardly any of a zone that was signed as it is. */
bool link_is_minimal(const struct nsec_link *link);

/* Empty non-terminals between owner and next: ancestors of next that have no records
 * (RFC 4592 section 2.2.2). The count; the N-th, from the zone down. */
unsigned link_ent_count(const struct nsec_link *link);
const uint8_t *link_ent(const struct nsec_link *link, unsigned n);

#endif
