// SPDX-License-Identifier: BSD-2-Clause
/* What a well-behaved client does not do, counted. */
#ifndef LAB_WATCH_H
#define LAB_WATCH_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct watch_counts {
    uint64_t malformed;   /* no query, or bytes left over */
    uint64_t not_in;      /* another class than IN */
    uint64_t outside;     /* a name in no zone of the lab */
    uint64_t above_apex;  /* of those: beside or above a zone */
    uint64_t id_in_use;   /* same address, port and id as a query whose reply is still to come */
    uint64_t over_expect; /* received while the last second held more than --expect-cap */
    uint64_t edns;        /* no violation: queries with OPT */
};

struct watch {
    struct watch_counts counts;
    uint64_t ports[65536 / 64]; /* source ports seen */
    struct watch_flight *flights;
};

MUST_CHECK int watch_init(struct watch *watch);
void watch_deinit(struct watch *watch);

static inline void watch_port(struct watch *watch, uint16_t port)
{
    watch->ports[port / 64] |= 1ULL << (port % 64);
}

unsigned watch_port_count(const struct watch *watch);
/* A query from ADDRESS_HASH, PORT with ID, whose reply leaves at DUE. Counts it
 * when one before it is not answered yet. */
void watch_flight(struct watch *watch, uint64_t address_hash, uint16_t port, uint16_t id,
                  mono_ns now, mono_ns due);

#endif
