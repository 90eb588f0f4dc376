// SPDX-License-Identifier: BSD-2-Clause
/* Which query a message answers, if any: refused in small separate steps, cheapest first, before it
 * is believed. That it came from the target is the lane's doing, which is connected.
 *
 * The question is compared by a hash with a seed of its own for each run, so that nobody can make
 * two that are alike. All records are walked over: a message that ends early is no answer. */
#ifndef ENGINE_LOAD_MATCH_H
#define ENGINE_LOAD_MATCH_H

#include "base/hash.h"
#include "engine/load_flight.h"
#include "model/counters.h"

enum load_match {
    LOAD_ANSWERS, /* its query waits for it */
    LOAD_LATE,    /* its query was given up, or is of an earlier trial */
    LOAD_REFUSED,
};

struct load_matched {
    struct flight_entry *entry; /* LOAD_ANSWERS */
    enum reject why;            /* LOAD_REFUSED */
    uint8_t rcode;              /* the header's */
    bool is_truncated;
};

/* BEFORE: what was sent then or earlier has waited for too long when DATA came. Changes nothing. */
enum load_match load_match(const struct flight *flight, uint64_t seed, mono_ns before,
                           const uint8_t *data, uint32_t len, struct load_matched *out);

static inline uint64_t load_question_hash(const uint8_t *question, uint32_t len, uint64_t seed)
{
    return hash64(question, len, seed);
}

#endif
