// SPDX-License-Identifier: BSD-2-Clause
/* A mutexed table of the same kind: open addressing over the same 16-octet keys, at most
 * 7/8 full, half as large again when it grows, first slots prefetched before the lock is
 * taken, one lock a batch (a find takes it for itself, as set_find would). One table
 * instead of segments: with the lock held nothing is gained by growing in parts. */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "bench/set/contender.h"

#define SLOTS_MIN 1024

struct table {
    pthread_mutex_t lock;
    struct hash128 *slots;
    size_t slot_count, count;
};

static void *create(size_t expected_count)
{
    (void)expected_count;
    struct table *t = calloc(1, sizeof *t);
    if (!t || pthread_mutex_init(&t->lock, NULL) != 0)
        abort();
    t->slot_count = SLOTS_MIN;
    t->slots = calloc(SLOTS_MIN, sizeof *t->slots);
    return t->slots ? t : NULL;
}

static void destroy(void *table)
{
    struct table *t = table;
    pthread_mutex_destroy(&t->lock);
    free(t->slots);
    free(t);
}

static void nothing(void *table)
{
    (void)table;
}

static size_t home(size_t slot_count, struct hash128 key)
{
    return (size_t)((unsigned __int128)key.high * slot_count >> 64);
}

/* The slot that holds KEY, or the free one where it belongs. */
static struct hash128 *slot_of(struct hash128 *slots, size_t slot_count, struct hash128 key)
{
    size_t at = home(slot_count, key);
    while ((slots[at].high | slots[at].low) != 0 &&
           (slots[at].high != key.high || slots[at].low != key.low))
        at = at + 1 == slot_count ? 0 : at + 1;
    return &slots[at];
}

static void grow(struct table *t)
{
    size_t slot_count = t->slot_count / 2 * 3;
    struct hash128 *slots = calloc(slot_count, sizeof *slots);
    if (!slots)
        abort();
    for (size_t i = 0; i < t->slot_count; i++) {
        if ((t->slots[i].high | t->slots[i].low) != 0)
            *slot_of(slots, slot_count, t->slots[i]) = t->slots[i];
    }
    struct hash128 *old = t->slots;
    __atomic_store_n(&t->slots, slots, __ATOMIC_RELAXED); /* read by prefetch() */
    __atomic_store_n(&t->slot_count, slot_count, __ATOMIC_RELAXED);
    free(old);
}

/* Without the lock; may meet a growth, and then fetches in vain. */
static void prefetch(struct table *t, const struct hash128 *keys, size_t count)
{
    const struct hash128 *slots = __atomic_load_n(&t->slots, __ATOMIC_RELAXED);
    size_t slot_count = __atomic_load_n(&t->slot_count, __ATOMIC_RELAXED);
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(&slots[home(slot_count, keys[i])], 1);
}

static size_t put(void *table, const struct hash128 *keys, size_t count)
{
    struct table *t = table;
    size_t fresh = 0;
    prefetch(t, keys, count);
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < count; i++) {
        struct hash128 *slot = slot_of(t->slots, t->slot_count, keys[i]);
        if ((slot->high | slot->low) != 0)
            continue;
        *slot = keys[i];
        fresh++;
        if (++t->count > t->slot_count / 8 * 7)
            grow(t);
    }
    pthread_mutex_unlock(&t->lock);
    return fresh;
}

static size_t find(void *table, const struct hash128 *keys, size_t count)
{
    struct table *t = table;
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        pthread_mutex_lock(&t->lock);
        const struct hash128 *slot = slot_of(t->slots, t->slot_count, keys[i]);
        found += (slot->high | slot->low) != 0;
        pthread_mutex_unlock(&t->lock);
    }
    return found;
}

static size_t octets(void *table)
{
    const struct table *t = table;
    return sizeof *t + t->slot_count * sizeof *t->slots;
}

const struct contender contender_locked = {
    .name = "locked",
    .create = create,
    .destroy = destroy,
    .enter = nothing,
    .leave = nothing,
    .put = put,
    .find = find,
    .octets = octets,
};
