// SPDX-License-Identifier: BSD-2-Clause
/* What stays of the reply (or silence) that decided a candidate: fixed size,
 * copied, handed back to the source, which may learn from it (source/follow.h). */
#ifndef MODEL_EVIDENCE_H
#define MODEL_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

struct evidence {
    uint32_t resolver; /* index in the run's list */
    uint32_t rtt_us;
    uint8_t rcode;
    uint8_t tries;           /* queries sent for the candidate */
    bool has_reply;          /* false: nothing usable ever came; rcode and rtt mean nothing */
    bool is_doubtful;        /* found: a wildcard could not be ruled out */
    uint8_t zone_labels;     /* of the zone the name lies in; 0: unknown */
    uint8_t wildcard_labels; /* wildcard: of the name right below which it is; 0: unknown */
    uint32_t tag;            /* the candidate's (source/source.h) */
};

#endif
