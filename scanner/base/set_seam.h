// SPDX-License-Identifier: BSD-2-Clause
/* What tests may take hold of in the set. A test that defines set_alloc and set_free
 * owns every allocation, can refuse the nth and can look at what is freed. Besides tests
 * only set*.c include this. */
#ifndef BASE_SET_SEAM_H
#define BASE_SET_SEAM_H

#include <stddef.h>

#define SET_ALIGNMENT 256 /* a segment's address has its low 8 bits free (set.c) */

struct set;

/* BYTES of zeros at a multiple of SET_ALIGNMENT, or NULL. */
void *set_alloc(size_t bytes);
/* MEMORY of BYTES from set_alloc. */
void set_free(void *memory, size_t bytes);

/* From now on each segment is replaced, by one of its size, at every so many names in it,
 * full or not. Before threads share the set. */
void set_force_growth(struct set *set, unsigned names);

#endif
