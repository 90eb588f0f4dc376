// SPDX-License-Identifier: BSD-2-Clause
/* A set of names that takes part in the race (main.c). */
#ifndef BENCH_SET_CONTENDER_H
#define BENCH_SET_CONTENDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

struct contender {
    const char *name;
    void *(*create)(size_t expected_count); /* NULL: failed */
    void (*destroy)(void *set);
    /* What a thread does before its first and after its last call. */
    void (*enter)(void *set);
    void (*leave)(void *set);
    /* How many of COUNT keys, BATCH_MAX at most, were new. */
    size_t (*put)(void *set, const struct hash128 *keys, size_t count);
    /* How many of them are there; asked one by one. */
    size_t (*find)(void *set, const struct hash128 *keys, size_t count);
    /* Octets it takes by its own account; NULL: it keeps none. */
    size_t (*octets)(void *set);
};

#define BATCH_MAX 64

extern const struct contender contender_dnstrawl;
extern const struct contender contender_lfht; /* liburcu; lfht.c tells the four apart */
extern const struct contender contender_lfht_told;
extern const struct contender contender_lfht_sized;
extern const struct contender contender_lfht_chains;
extern const struct contender contender_locked;

#endif
