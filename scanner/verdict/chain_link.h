// SPDX-License-Identifier: BSD-2-Clause
/* One link of a chain of trust (RFC 4035 section 5): a name, and whether it is a zone whose keys
 * are known to be its own.
 *
 *   WANTS_DS --its parent signs DS--> WANTS_KEYS --a set signed by a key that DS name--> HOLDS
 *      |---its parent signs that there is no zone here--> NO_CUT
 *      '---its parent signs that there are no DS--> ENDS
 *
 * A name with trust anchors begins at WANTS_KEYS. What does not verify moves nothing, whatever it
 * says: somebody else is to be asked then. Pure, one caller at a time; HOLDS, NO_CUT and ENDS are
 * for good. */
#ifndef VERDICT_CHAIN_LINK_H
#define VERDICT_CHAIN_LINK_H

#include "dns/anchors.h"
#include "verdict/signed_sets.h"

#define CHAIN_VERIFY_MAX 6 /* signatures of a reply; one is honest, two while keys are changed */

enum link_state {
    LINK_WANTS_DS,   /* its DS are to be asked for */
    LINK_WANTS_KEYS, /* it has DS; its DNSKEY are to be asked for */
    LINK_HOLDS,      /* a zone, whose keys these are */
    LINK_NO_CUT,     /* a name within its parent's zone */
    LINK_ENDS,       /* nothing at or below it can be vouched for */
};

struct chain_link {
    struct name name;
    enum link_state state;
    unsigned ds_count;
    struct ds ds[ANCHORS_A_ZONE];
    struct keys *keys; /* owned; there when it HOLDS */
};

void chain_link_init(struct chain_link *link, const uint8_t *name, const struct anchors *anchors);
void chain_link_deinit(struct chain_link *link);
/* The type to ask for; 0: nothing. */
uint16_t chain_link_question(const struct chain_link *link);

/* A reply to that question. PARENT: the closest link above that HOLDS; NULL: LINK has anchors.
 * 1: the state moved; 0: nothing that verifies, of use; ERR_NOMEM. */
MUST_CHECK int chain_link_take(struct chain_link *link, const struct chain_link *parent,
                               const struct signed_sets *sets, int64_t now_s);
/* Nobody answers in a way that verifies: ENDS. */
void chain_link_end(struct chain_link *link);

#endif
