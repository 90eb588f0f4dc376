// SPDX-License-Identifier: BSD-2-Clause
/* What is in flight on one lane of a load: a ring in order of sending.
 *
 *   NEVER --put--> WAITING --close--> ANSWERED or LOST --(a round later)--> put again
 *
 * The ring is only ever written at its head and cleared from its tail, so what is active lies
 * together in memory, and since all wait equally long the oldest one is the next to expire: no
 * timers, no lists. A message id is a keyed permutation of the place in the ring: nobody outside
 * can tell the next one, and an id comes again only after all others, until when a second or a
 * late answer is still known for what it is.
 *
 * A query that is never answered keeps its place for the whole timeout, so a lane carries at most
 * its size per timeout: rates above that take more lanes. One thread. */
#ifndef ENGINE_LOAD_FLIGHT_H
#define ENGINE_LOAD_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"

#define FLIGHT_BITS   16 /* of an id */
#define FLIGHT_ROUNDS 3

enum flight_state {
    FLIGHT_NEVER,    /* the place was not used yet */
    FLIGHT_WAITING,  /* sent; an answer is to come */
    FLIGHT_ANSWERED, /* a second one is a duplicate */
    FLIGHT_LOST,     /* nothing came in time; what comes now is late */
};

enum flight_flag {
    FLIGHT_COUNTED = 1 << 0, /* not of the warm-up */
    FLIGHT_RD = 1 << 1,      /* how it was asked, to ask again by TCP: */
    FLIGHT_CD = 1 << 2,
    FLIGHT_EDNS = 1 << 3,
    FLIGHT_DO = 1 << 4,
};

/* Half a cache line; written once, read once. */
struct flight_entry {
    mono_ns intended, sent;
    uint64_t question; /* seeded hash of it */
    uint16_t question_len;
    uint16_t column; /* of the heat map */
    uint8_t class;   /* enum load_class */
    uint8_t flags;
    uint8_t state;
    uint8_t unused;
};

struct flight {
    struct flight_entry *entries; /* 1 << bits of them */
    uint64_t head, tail, base;    /* next, oldest that may wait, first of the trial; never wrap */
    uint32_t mask;
    uint32_t open;                                         /* waiting */
    uint16_t keys[FLIGHT_ROUNDS], inverses[FLIGHT_ROUNDS]; /* odd; of multiplication */
};

/* Room for 1 << BITS, at most 16; all of its memory is touched here and not while measuring.
 * ERR_NOMEM. */
MUST_CHECK int flight_init(struct flight *flight, unsigned bits, struct rng *rng);
void flight_deinit(struct flight *flight);
/* What was put so far is of an earlier trial. Nothing is in flight. */
void flight_begin(struct flight *flight);
/* The next one that has waited since BEFORE, LOST now; NULL: none. */
struct flight_entry *flight_expire(struct flight *flight, mono_ns before);
/* Whatever waits is LOST, one by one. */
struct flight_entry *flight_abandon(struct flight *flight);

/* --- hot, hence here --- */

static inline uint32_t flight_room(const struct flight *flight)
{
    return flight->mask + 1 - (uint32_t)(flight->head - flight->tail);
}

/* Multiplying by an odd number moves what is low in the place up, the shift moves it down again;
 * both can be undone. */
static inline uint16_t flight_permute(const struct flight *flight, uint16_t place)
{
    uint32_t id = place;
    for (unsigned i = 0; i < FLIGHT_ROUNDS; i++) {
        id = id * flight->keys[i] & 0xffff;
        id ^= id >> 8;
    }
    return (uint16_t)id;
}

static inline uint16_t flight_unpermute(const struct flight *flight, uint16_t id)
{
    uint32_t place = id;
    for (unsigned i = FLIGHT_ROUNDS; i-- > 0;) {
        place ^= place >> 8;
        place = place * flight->inverses[i] & 0xffff;
    }
    return (uint16_t)place;
}

/* The id of the AHEAD-th query to be put from now. */
static inline uint16_t flight_id(const struct flight *flight, uint32_t ahead)
{
    return flight_permute(flight, (uint16_t)(flight->head + ahead));
}

/* The next place, for the caller to fill. There is room. */
static inline struct flight_entry *flight_put(struct flight *flight)
{
    flight->open++;
    return &flight->entries[flight->head++ & flight->mask];
}

/* How many places before the head the id stands; its place is the ring's if that is <= mask. */
static inline uint32_t flight_back(const struct flight *flight, uint16_t id)
{
    return (uint16_t)(flight->head - 1 - flight_unpermute(flight, id));
}

/* What was put so many places BACK. NULL: nothing was, or too long ago to tell. */
static inline struct flight_entry *flight_at(const struct flight *flight, uint32_t back)
{
    if (back > flight->mask)
        return NULL;
    struct flight_entry *entry = &flight->entries[(flight->head - 1 - back) & flight->mask];
    return entry->state == FLIGHT_NEVER ? NULL : entry;
}

/* Not of an earlier one. */
static inline bool flight_is_of_trial(const struct flight *flight, uint32_t back)
{
    return flight->head - 1 - back >= flight->base;
}

/* Waiting in this trial by that id; NULL: nothing is. */
static inline struct flight_entry *flight_waiting(const struct flight *flight, uint16_t id)
{
    uint32_t back = flight_back(flight, id);
    struct flight_entry *entry = flight_at(flight, back);
    if (!entry || entry->state != FLIGHT_WAITING || !flight_is_of_trial(flight, back))
        return NULL;
    return entry;
}

static inline void flight_prefetch(const struct flight *flight, uint16_t id)
{
    uint32_t back = flight_back(flight, id);
    __builtin_prefetch(&flight->entries[(flight->head - 1 - back) & flight->mask], 1);
}

static inline void flight_close(struct flight *flight, struct flight_entry *entry,
                                enum flight_state state)
{
    flight->open--;
    entry->state = (uint8_t)state;
}

#endif
