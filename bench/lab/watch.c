// SPDX-License-Identifier: BSD-2-Clause
/* Queries in flight by address, port and id, in a bounded table: a direct-mapped
 * slot forgets what it held, so the count of reused ids is a lower bound. */
#include "bench/lab/watch.h"

#include <stdlib.h>

#include "base/hash.h"

#define FLIGHT_SLOTS (1u << 18) /* many times what a client has in flight */

struct watch_flight {
    uint64_t key;
    mono_ns due;
};

int watch_init(struct watch *watch)
{
    *watch = (struct watch){0};
    watch->flights = calloc(FLIGHT_SLOTS, sizeof *watch->flights);
    return watch->flights ? 0 : ERR_NOMEM;
}

void watch_deinit(struct watch *watch)
{
    free(watch->flights);
    watch->flights = NULL;
}

unsigned watch_port_count(const struct watch *watch)
{
    unsigned count = 0;
    for (size_t i = 0; i < sizeof watch->ports / sizeof *watch->ports; i++)
        count += (unsigned)__builtin_popcountll(watch->ports[i]);
    return count;
}

void watch_flight(struct watch *watch, uint64_t address_hash, uint16_t port, uint16_t id,
                  mono_ns now, mono_ns due)
{
    uint32_t pair = (uint32_t)port << 16 | id;
    uint64_t key = hash64(&pair, sizeof pair, address_hash);
    struct watch_flight *slot = &watch->flights[key % FLIGHT_SLOTS];
    if (slot->key == key && slot->due > now)
        watch->counts.id_in_use++;
    *slot = (struct watch_flight){.key = key, .due = due};
}
