// SPDX-License-Identifier: BSD-2-Clause
/* The zones of a run, by number: what verdicts are counted by and queries paced by.
 *
 * Zones given on the command line are added before the run. For bare names a zone is
 * supposed: the registrable domain by the public suffix list (ICANN part), which is
 * the zone's apex or above it. Supposed zones are bounded; names beyond share
 * the zone ZONES_OTHER. Shared by the workers; records never move. */
#ifndef SCAN_ZONES_H
#define SCAN_ZONES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"

#define ZONES_SUPPOSED_MAX 65536 /* about 20 MB of names and counters at most */
#define ZONES_OTHER        0u    /* names whose zone is not told apart */

struct zone {
    struct name name;
    uint8_t label_count;
    char text[]; /* for output; "(other)" for ZONES_OTHER */
};

struct zones; /* opaque */

MUST_CHECK int zones_create(struct zones **out, size_t given_count);
void zones_destroy(struct zones *zones);
/* A given zone's number; the same for equal names. ERR_NOMEM. */
MUST_CHECK int zones_add(struct zones *zones, const struct name *name, uint32_t *out);
/* The zone NAME is supposed to be in. LAST (the zone of the name before, or
 * ZONES_OTHER) is tried first, without a lock. */
uint32_t zones_suppose(struct zones *zones, const struct name *name, uint32_t last);
/* The longest zone added that NAME lies in, or ZONES_OTHER; supposes nothing. */
uint32_t zones_find(struct zones *zones, const struct name *name);
const struct zone *zones_at(const struct zones *zones, uint32_t index);
size_t zones_count(struct zones *zones);

#endif
