// SPDX-License-Identifier: BSD-2-Clause
/* Where set.c gets its tables. Weak in set.c: a test that defines it owns every
 * allocation and can refuse the nth. Nobody else includes this. */
#ifndef BASE_SET_ALLOC_H
#define BASE_SET_ALLOC_H

#include <stddef.h>

/* As calloc; freed with free(). */
void *set_alloc(size_t count, size_t size);

#endif
