// SPDX-License-Identifier: BSD-2-Clause
/* Where a set's segments live: small ones in the heap, the others in slabs, one for each
 * size.
 *
 * Every segment of a size asks for it about when the others do, and no size is asked for
 * again once they have passed it (set.c). So a size gets one mapping with room for all its
 * segments, handed out in order of asking, and goes back to the kernel as a whole when the
 * last of them has left it:
 *
 *   the first asks -> mapped -> blocks taken ... blocks returned -> all 256 segments have
 *   moved on, nothing is out -> unmapped
 *
 * One mapping in place of 256 saves system calls that stop the other threads, lets large
 * segments lie on huge pages, and leaves no holes in a heap. Memory is the kernel's zeros,
 * each block populated when it is taken. A copy that lost its race goes to the next who
 * asks. What does not fit all the same, or when a slab cannot be had, is a mapping of its
 * own.
 *
 * Nobody takes a block of a slab that is being unmapped: who could still want one is
 * replacing a segment that has since moved on from this size, and is inside; the block that
 * segment had comes back through the grace period (set_grace.h), so not before that one has
 * left the set. */
#ifndef BASE_SET_STORE_H
#define BASE_SET_STORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_SLAB_FROM 8192 /* octets of a block; smaller ones come from the heap */
#define STORE_SIZES     256
#define STORE_SHARED    256 /* segments that pass through one size */

struct set_store {
    struct {
        _Atomic(uint8_t *) base;  /* NULL: not mapped, or no more */
        atomic_size_t whole;      /* octets mapped at base */
        atomic_uint taken;        /* blocks, and refusals */
        atomic_uint returned;     /* blocks of the slab */
        _Atomic(uint8_t *) spare; /* one of those taken, free again but not zeros */
        atomic_uint left;         /* segments that moved on */
    } slabs[STORE_SIZES];
    atomic_size_t idle_bytes; /* of blocks returned whose slab is still mapped */
};

struct set_block {
    void *memory; /* zeros, aligned to SET_ALIGNMENT */
    size_t bytes;
    unsigned size; /* its number, below STORE_SIZES; always with the same bytes */
    bool has_left; /* the segment that had it moved on to another size */
    bool is_spare; /* no segment ever had it */
};

/* All zeros is the initial state. Unmaps what blocks lie in; blocks that got mappings of
 * their own must have been given back. */
void set_store_deinit(struct set_store *store);

#endif
