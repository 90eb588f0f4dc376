// SPDX-License-Identifier: BSD-2-Clause
/* The shared set of names: insert-only, exactly one winner per name.
 *
 * Keys are 128-bit XXH3 of the canonical wire name under a per-run secret (64
 * bits would silently lose names at 10^9). Every worker may call set_put at any
 * time; for equal keys exactly one call in the life of the set returns
 * SET_NEW. The set grows while in use and never forgets.
 *
 * Today: one mutex around an open-addressing table, 16 bytes a slot, at most
 * 70 % full. The interface is final; the lock-free table replaces set.c alone. */
#ifndef BASE_SET_H
#define BASE_SET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct set; /* opaque, shared by threads */

enum set_result {
    SET_NEW = 1, /* the caller is the one winner for this key */
    SET_OLD = 0, /* somebody was first */
};

/* EXPECTED_COUNT pre-sizes (0: small); growth is automatic. */
MUST_CHECK int set_create(struct set **out, size_t expected_count);
void set_destroy(struct set *set); /* NULL is fine; nobody may still use it */

/* Hash of canonical bytes under this set's secret. */
struct hash128 set_key(const struct set *set, const void *bytes, size_t len);

/* SET_NEW, SET_OLD or ERR_NOMEM. */
MUST_CHECK int set_put(struct set *set, struct hash128 key);
/* For each of COUNT keys the result of set_put in results[]; misses overlap. */
MUST_CHECK int set_put_batch(struct set *set, const struct hash128 *keys, int8_t *results,
                             size_t count);
/* 1 when present, else 0. */
int set_find(struct set *set, struct hash128 key);

size_t set_count(const struct set *set);
size_t set_memory_bytes(const struct set *set);

#endif
