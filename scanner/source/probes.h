// SPDX-License-Identifier: BSD-2-Clause
/* Hashes that fall into gaps of a chain, kept until they are asked for, and which of them may
 * be asked for at once.
 *
 *   probes_offer --> READY --> probes_next --> ASKED --> probes_done
 *                     ^  |                       |
 *                     |  +--- WAITING for one ---+ (when that is done)
 *                     +----------------------------
 *
 * Two hashes in one span bring it twice. So one that is close to another which was asked for and
 * lies in the same gap waits for the other's answer: mostly it is covered then. Close means so
 * close that no name may be in between: PROBES_SPACING mean spans. At first, few
 * questions are in flight, then as many as the zone is large, at the end one a gap.
 *
 * None is dropped that still lies in a gap: the estimates of census.h rest on every hash that
 * was drawn having been tried. One thread. */
#ifndef SOURCE_PROBES_H
#define SOURCE_PROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "source/gaps.h"

/* No name is in so many mean spans once in 150 times. */
#define PROBES_SPACING 5.0
/* One in so many names is kept in stock: those that wait are not tried yet, and to be few. */
#define PROBES_STOCK   64.0

struct probes; /* opaque */

struct probe {
    uint8_t hash[NSEC3_HASH_LEN];
    uint64_t label; /* the caller's: what was hashed */
};

/* For at most CAP of them; GAPS outlives it. ERR_NOMEM. */
MUST_CHECK int probes_create(struct probes **out, const struct gaps *gaps, uint32_t cap);
void probes_destroy(struct probes *probes); /* NULL is fine */

/* Names there are supposed to be, from which follows what is close. */
void probes_expect(struct probes *probes, double names);
/* 1: taken; 0: its hash is in no gap, of no use; ERR_FULL. */
MUST_CHECK int probes_offer(struct probes *probes, const struct probe *probe);
/* One to ask for now, until probes_done; false: none. */
bool probes_next(struct probes *probes, uint32_t *number);
const struct probe *probes_get(const struct probes *probes, uint32_t number);
/* NUMBER was answered, the spans are added; or it is given up. */
void probes_done(struct probes *probes, uint32_t number);

/* Those taken and not asked for, waiting ones included. */
uint32_t probes_ready(const struct probes *probes);
/* So many more are wanted. */
uint32_t probes_room(const struct probes *probes);

#endif
