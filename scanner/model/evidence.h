// SPDX-License-Identifier: BSD-2-Clause
/* What stays of the reply (or silence) that decided a candidate: fixed size,
 * copied, handed back to the source so that a walk can learn from it. */
#ifndef MODEL_EVIDENCE_H
#define MODEL_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

struct evidence {
    uint32_t resolver; /* index in the run's list */
    uint32_t rtt_us;
    uint8_t rcode;
    uint8_t tries;  /* queries sent for the candidate */
    bool has_reply; /* false: nothing usable ever came; rcode and rtt mean nothing */
};

#endif
