// SPDX-License-Identifier: BSD-2-Clause
#include "base/set_grace.h"

#include <stdbool.h>

#include "base/set_seam.h"

/* A thread's own variable has an address of its own. */
static unsigned stripe_of_this_thread(void)
{
    static _Thread_local const char mark = 0;
    uint64_t mixed = (uint64_t)(uintptr_t)&mark * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)(mixed >> 58); /* GRACE_STRIPES of them */
}
_Static_assert(GRACE_STRIPES == 64, "six bits");

void grace_enter(struct grace *grace)
{
    atomic_fetch_add(&grace->stripes[stripe_of_this_thread()].inside, 1);
}

static void free_list(struct grace *grace, struct retired *first)
{
    while (first) {
        struct retired note = *first; /* it lies in what is freed */
        atomic_fetch_sub(&grace->retired_bytes, note.block.bytes);
        set_free(grace->store, &note.block);
        first = note.next;
    }
}

static bool all_were_outside(struct grace *grace)
{
    for (unsigned i = 0; i < GRACE_STRIPES; i++) {
        if (atomic_load(&grace->stripes[i].inside) == 0)
            grace->seen |= UINT64_C(1) << i;
    }
    return grace->seen == UINT64_MAX;
}

/* Holding is_busy. Twice, since what was retired while the last lot waited is next. */
static void look(struct grace *grace)
{
    for (int turn = 0; turn < 2; turn++) {
        if (!grace->waiting) {
            grace->waiting = atomic_exchange(&grace->retired, NULL);
            grace->seen = 0;
        }
        if (!grace->waiting || !all_were_outside(grace))
            return;
        free_list(grace, grace->waiting);
        grace->waiting = NULL;
    }
}

void grace_leave(struct grace *grace)
{
    atomic_fetch_sub(&grace->stripes[stripe_of_this_thread()].inside, 1);
    if (atomic_load_explicit(&grace->retired_bytes, memory_order_relaxed) == 0)
        return;
    if (atomic_exchange(&grace->is_busy, true))
        return;
    look(grace);
    atomic_store(&grace->is_busy, false);
}

void grace_retire(struct grace *grace, struct retired *note, const struct set_block *block)
{
    *note = (struct retired){.block = *block};
    atomic_fetch_add(&grace->retired_bytes, block->bytes);
    note->next = atomic_load(&grace->retired);
    while (!atomic_compare_exchange_weak(&grace->retired, &note->next, note))
        ;
}

void grace_deinit(struct grace *grace)
{
    free_list(grace, grace->waiting);
    free_list(grace, atomic_load(&grace->retired));
    grace->waiting = NULL;
}
