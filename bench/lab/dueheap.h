// SPDX-License-Identifier: BSD-2-Clause
/* Numbers by time: a binary heap of fixed room, the earliest first. Ties in any order.
 *
 * The wheel of pending.h is good to a millisecond and keeps the order within one; here a
 * reply's time is known to the nanosecond and is part of what is measured. */
#ifndef LAB_DUEHEAP_H
#define LAB_DUEHEAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct dueheap_item {
    int64_t due;
    uint32_t number;
};

struct dueheap {
    struct dueheap_item *items; /* items[0] is the earliest */
    size_t count, cap;
};

MUST_CHECK int dueheap_init(struct dueheap *heap, size_t cap);
void dueheap_deinit(struct dueheap *heap);
/* The caller sees to it that count < cap. */
void dueheap_put(struct dueheap *heap, int64_t due, uint32_t number);
/* The earliest; the heap is not empty. */
struct dueheap_item dueheap_take(struct dueheap *heap);

#endif
