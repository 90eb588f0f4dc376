// SPDX-License-Identifier: BSD-2-Clause
#include "engine/load_flight.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct flight_entry) == 32, "two to a cache line");

/* Of an odd number modulo 2^16: each step of Newton doubles the bits that are right, 3 at first. */
static uint16_t inverse_of(uint16_t key)
{
    uint32_t inverse = key;
    for (unsigned bits = 3; bits < FLIGHT_BITS; bits *= 2)
        inverse = inverse * (2 - key * inverse);
    return (uint16_t)inverse;
}

int flight_init(struct flight *flight, unsigned bits, struct rng *rng)
{
    assert(bits <= FLIGHT_BITS);
    size_t size = sizeof(struct flight_entry) << bits;
    *flight = (struct flight){.mask = (1u << bits) - 1};
    flight->entries = aligned_alloc(64, size < 64 ? 64 : size);
    if (!flight->entries)
        return ERR_NOMEM;
    memset(flight->entries, 0, size);
    for (unsigned i = 0; i < FLIGHT_ROUNDS; i++) {
        flight->keys[i] = (uint16_t)(rng_u32(rng) | 1);
        flight->inverses[i] = inverse_of(flight->keys[i]);
    }
    flight->head = flight->tail = flight->base = rng_u32(rng);
    return 0;
}

void flight_deinit(struct flight *flight)
{
    free(flight->entries);
    flight->entries = NULL;
}

void flight_begin(struct flight *flight)
{
    assert(flight->open == 0);
    flight->base = flight->tail = flight->head;
}

struct flight_entry *flight_expire(struct flight *flight, mono_ns before)
{
    while (flight->tail != flight->head) {
        struct flight_entry *entry = &flight->entries[flight->tail & flight->mask];
        bool is_waiting = entry->state == FLIGHT_WAITING;
        if (is_waiting && entry->sent > before)
            return NULL;
        flight->tail++;
        if (!is_waiting)
            continue;
        flight_close(flight, entry, FLIGHT_LOST);
        return entry;
    }
    return NULL;
}

struct flight_entry *flight_abandon(struct flight *flight)
{
    return flight_expire(flight, INT64_MAX);
}
