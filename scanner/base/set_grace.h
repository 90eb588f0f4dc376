// SPDX-License-Identifier: BSD-2-Clause
/* When a segment that was replaced may be freed: once every thread that could still be
 * reading it has left the set.
 *
 * A thread enters before it reads a segment's address and leaves when it has done with
 * it. It counts itself in at one of GRACE_STRIPES counters, chosen by the thread, so
 * that threads rarely share a cache line. A segment is retired after its address has
 * been replaced: who enters later cannot get it. So when each counter has been seen at
 * zero once since then, at whatever different times, nobody has it any more.
 *
 * Nobody ever waits for that. Whoever leaves while something is retired has a look,
 * unless another thread is having one, and what cannot be freed yet is left to the next.
 *
 * This is the counting kind of read-side section of McKenney's read-copy-update work,
 * with one counter per stripe; all orders that matter are sequentially consistent:
 * "count in, then read the address" against "replace the address, then read the count". */
#ifndef BASE_SET_GRACE_H
#define BASE_SET_GRACE_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/set_store.h"

#define GRACE_STRIPES 64 /* bits of `seen`; more threads than these share */

/* Lies in memory of the retired block that its readers do not look at. */
struct retired {
    struct retired *next;
    struct set_block block;
};

struct grace {
    struct {
        alignas(64) atomic_uint inside;
    } stripes[GRACE_STRIPES];
    alignas(64) _Atomic(struct retired *) retired; /* not looked at yet; a stack */
    atomic_bool is_busy;                           /* somebody has a look; owns the rest */
    struct retired *waiting;                       /* to be freed when all stripes are seen */
    struct set_store *store;                       /* to which; set before use */
    uint64_t seen;                                 /* stripes seen at zero since then */
    atomic_size_t retired_bytes;                   /* of both lists */
};

/* All zeros but the store is the initial state. Nobody may be inside. */
void grace_deinit(struct grace *grace);

void grace_enter(struct grace *grace);
void grace_leave(struct grace *grace);

/* BLOCK, from set_alloc, which no thread that enters from now on can reach. NOTE is memory
 * inside it. Called inside. */
void grace_retire(struct grace *grace, struct retired *note, const struct set_block *block);

#endif
