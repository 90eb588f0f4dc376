// SPDX-License-Identifier: BSD-2-Clause
#include "bench/lab/dueheap.h"

#include <assert.h>
#include <stdlib.h>

int dueheap_init(struct dueheap *heap, size_t cap)
{
    *heap = (struct dueheap){.items = malloc(cap * sizeof *heap->items), .cap = cap};
    return heap->items ? 0 : ERR_NOMEM;
}

void dueheap_deinit(struct dueheap *heap)
{
    free(heap->items);
    *heap = (struct dueheap){0};
}

void dueheap_put(struct dueheap *heap, int64_t due, uint32_t number)
{
    assert(heap->count < heap->cap);
    size_t at = heap->count++;
    while (at && heap->items[(at - 1) / 2].due > due) {
        heap->items[at] = heap->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->items[at] = (struct dueheap_item){due, number};
}

struct dueheap_item dueheap_take(struct dueheap *heap)
{
    assert(heap->count);
    struct dueheap_item first = heap->items[0], last = heap->items[--heap->count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= heap->count)
            break;
        if (child + 1 < heap->count && heap->items[child + 1].due < heap->items[child].due)
            child++;
        if (heap->items[child].due >= last.due)
            break;
        heap->items[at] = heap->items[child];
        at = child;
    }
    if (heap->count)
        heap->items[at] = last;
    return first;
}
