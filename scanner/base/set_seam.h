// SPDX-License-Identifier: BSD-2-Clause
/* What tests may take hold of in the set. A test that defines set_alloc, set_free
 * and set_store_deinit owns every allocation, can refuse the nth and can look at what is
 * freed. Besides tests only set*.c include this. */
#ifndef BASE_SET_SEAM_H
#define BASE_SET_SEAM_H

#include <stddef.h>

#define SET_ALIGNMENT 256 /* a segment's address has its low 8 bits free (set.c) */

struct set;
struct set_store;
struct set_block;

/* BYTES of zeros at a multiple of SET_ALIGNMENT, for a segment of the size with that
 * number (set_store.h), or NULL. STORE is NULL for the set itself. */
void *set_alloc(struct set_store *store, unsigned size, size_t bytes);
/* A block of set_alloc's. */
void set_free(struct set_store *store, const struct set_block *block);

/* From now on each segment is replaced, by one of its size, at every so many names in it,
 * full or not. Before threads share the set. */
void set_force_growth(struct set *set, unsigned names);

#endif
