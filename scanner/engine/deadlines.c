// SPDX-License-Identifier: BSD-2-Clause
/* Each class is a ring of entries in order of falling due. Before a full ring doubles
 * it is swept: stale entries go, live ones close up. Only a ring that is still more
 * than half live afterwards grows, so sweeping costs a constant per entry. */
#include "engine/deadlines.h"

#include <stdlib.h>

#define RING_START 1024 /* entries; a power of two, as every size after it */

struct ring {
    struct deadline *entries;
    uint32_t cap, head, count;
    mono_ns wait;
};

struct deadlines {
    deadline_is_live *is_live;
    void *ctx;
    struct ring rings[DEADLINE_CLASSES]; /* [0] is the longest */
};

static struct deadline *ring_at(struct ring *ring, uint32_t i)
{
    return &ring->entries[(ring->head + i) & (ring->cap - 1)];
}

int deadlines_create(struct deadlines **out, mono_ns longest, deadline_is_live *is_live, void *ctx)
{
    *out = NULL;
    struct deadlines *d = calloc(1, sizeof *d);
    if (!d)
        return ERR_NOMEM;
    d->is_live = is_live;
    d->ctx = ctx;
    for (int i = 0; i < DEADLINE_CLASSES; i++) {
        d->rings[i].wait = (longest >> i / 2) / 4 * (i % 2 ? 3 : 4);
        d->rings[i].cap = RING_START;
        d->rings[i].entries = calloc(RING_START, sizeof(struct deadline));
        if (!d->rings[i].entries) {
            deadlines_destroy(d);
            return ERR_NOMEM;
        }
    }
    *out = d;
    return 0;
}

void deadlines_destroy(struct deadlines *d)
{
    if (!d)
        return;
    for (int i = 0; i < DEADLINE_CLASSES; i++)
        free(d->rings[i].entries);
    free(d);
}

static void sweep(struct deadlines *d, struct ring *ring)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < ring->count; i++) {
        struct deadline entry = *ring_at(ring, i);
        if (d->is_live(d->ctx, entry.ref, entry.stamp))
            *ring_at(ring, kept++) = entry;
    }
    ring->count = kept;
}

static int grow(struct ring *ring)
{
    struct deadline *entries = calloc((size_t)ring->cap * 2, sizeof *entries);
    if (!entries)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < ring->count; i++)
        entries[i] = *ring_at(ring, i);
    free(ring->entries);
    ring->entries = entries;
    ring->head = 0;
    ring->cap *= 2;
    return 0;
}

int deadlines_add(struct deadlines *d, mono_ns now, mono_ns wanted, uint32_t ref, uint32_t stamp)
{
    int class = DEADLINE_CLASSES - 1;
    while (class > 0 && d->rings[class].wait < wanted)
        class --;
    struct ring *ring = &d->rings[class];
    if (ring->count == ring->cap) {
        sweep(d, ring);
        if (ring->count > ring->cap / 2 && grow(ring) != 0)
            return ERR_NOMEM;
    }
    *ring_at(ring, ring->count++) = (struct deadline){now + ring->wait, ref, stamp};
    return 0;
}

/* Drops stale entries off the head; the first live one, or NULL. */
static struct deadline *first_live(struct deadlines *d, struct ring *ring)
{
    while (ring->count) {
        struct deadline *first = ring_at(ring, 0);
        if (d->is_live(d->ctx, first->ref, first->stamp))
            return first;
        ring->head++;
        ring->count--;
    }
    return NULL;
}

bool deadlines_pop(struct deadlines *d, mono_ns now, struct deadline *out)
{
    for (int i = 0; i < DEADLINE_CLASSES; i++) {
        struct ring *ring = &d->rings[i];
        if (!ring->count || ring_at(ring, 0)->at > now)
            continue;
        struct deadline *first = first_live(d, ring);
        if (first && first->at <= now) {
            *out = *first;
            ring->head++;
            ring->count--;
            return true;
        }
    }
    return false;
}

mono_ns deadlines_next(struct deadlines *d)
{
    mono_ns next = INT64_MAX;
    for (int i = 0; i < DEADLINE_CLASSES; i++) {
        struct deadline *first = first_live(d, &d->rings[i]);
        if (first && first->at < next)
            next = first->at;
    }
    return next;
}
