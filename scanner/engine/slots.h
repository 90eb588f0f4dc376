// SPDX-License-Identifier: BSD-2-Clause
/* Slots: the in-flight table. A slot is one try of one query, sent or remembered.
 *
 * Each UDP port (and TCP as a whole) has a table of 65,536 slots; the message id is
 * the index, so finding costs one load and every id is as good as any. A slot's life:
 *
 *     RESTING --take--> SENT --deadline--> LATE --end of the longest wait--> RESTING
 *        ^                |                  |
 *        |                +----- reply ------+----> ANSWERED
 *        +--------------------- take ------------------'
 *
 * LATE: given up by the retry policy, but a reply is still welcome. ANSWERED: rests
 * like RESTING, but remembers whom it asked, so that a second reply is told from a
 * stray one. slots_move is the only function that changes a state; a table says
 * which moves are legal.
 *
 * Ids in rest form a queue; an id is drawn at random from the older half of it.
 * So ids are unpredictable, also to a server that sees some of them, and one that
 * was used rests for at least a quarter of the id space before it comes again
 * (tables are never filled beyond half).
 *
 * 16 octets a slot, 1 MiB + 128 KiB a table, one worker's, no locks. No deadlines here
 * (deadlines.h), no policy. */
#ifndef ENGINE_SLOTS_H
#define ENGINE_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"

#define SLOTS_PER_TABLE 65536u
#define SLOTS_BUSY_MAX  32768u /* half: the other half rests */
#define SLOT_NONE       UINT32_MAX

enum slot_state {
    SLOT_RESTING,  /* not in use, nothing remembered */
    SLOT_SENT,     /* waiting for its reply */
    SLOT_LATE,     /* its deadline passed; a reply still counts */
    SLOT_ANSWERED, /* not in use; resolver still remembered */
    SLOT_STATE_COUNT
};

struct slot {
    uint32_t query;      /* index of the engine's query */
    uint32_t generation; /* of that query when sent; differs: the query moved on */
    uint32_t sent_us;    /* engine time; wraps after 71 minutes */
    unsigned resolver : 24;
    unsigned state : 4; /* enum slot_state; written by slots_move */
    unsigned flags : 4; /* of the engine's */
};

/* A slot's name: table << 16 | message id. */
typedef uint32_t slot_ref;

struct slots; /* opaque */

MUST_CHECK int slots_create(struct slots **out, unsigned table_count, struct rng *rng);
void slots_destroy(struct slots *slots);

/* A rested slot of TABLE in state SENT, its other fields unset; SLOT_NONE when half the
 * table is busy (an ordinary condition). */
slot_ref slots_take(struct slots *slots, unsigned table);
struct slot *slots_at(struct slots *slots, slot_ref ref);
void slots_prefetch(const struct slots *slots, slot_ref ref);
void slots_move(struct slots *slots, slot_ref ref, enum slot_state to);

/* SENT and LATE slots of a table. */
uint32_t slots_busy(const struct slots *slots, unsigned table);

#endif
