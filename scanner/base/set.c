// SPDX-License-Identifier: BSD-2-Clause
/* The shared set of names, first version: one mutex around open addressing.
 *
 * Slots are 16 bytes, the key itself; all zero is empty, and the one key in 2^128
 * that is all zero is stored as another (low 1). Linear probing from the key's low
 * bits, which are as random as XXH3 makes them and cannot be aimed at without
 * the secret. The table doubles when it would pass 70 %; on failure to
 * grow the set is as it was, and what is in it is still found.
 *
 * The batch call prefetches all first slots before it takes the lock: with a
 * table larger than the caches each put waits for memory once, and these waits
 * overlap. The prefetch reads the table's place without the lock and may miss
 * a growth: then it only fetches in vain, since a prefetch never faults. */
#include "base/set.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/set_alloc.h"

#define SLOTS_MIN    1024 /* 16 KiB: a small scan never grows */
#define LOAD_PERCENT 70

struct set {
    uint64_t secret;
    pthread_mutex_t lock;
    /* below: changed under the lock; table and mask also read by prefetches */
    struct hash128 *table;
    size_t mask; /* slots - 1; a power of two */
    size_t count;
};

__attribute__((weak)) void *set_alloc(size_t count, size_t size)
{
    return calloc(count, size);
}

static size_t count_max(size_t slots)
{
    return slots / 100 * LOAD_PERCENT + slots % 100 * LOAD_PERCENT / 100;
}

static int read_secret(uint64_t *out)
{
    ssize_t got;
    do
        got = getrandom(out, sizeof *out, 0); /* so few bytes come whole */
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *out ? 0 : ERR_IO;
}

int set_create(struct set **out, size_t expected_count)
{
    int error = ERR_NOMEM;
    size_t slots = SLOTS_MIN;
    *out = NULL;
    while (count_max(slots) < expected_count) {
        if (slots > SIZE_MAX / sizeof(struct hash128) / 4)
            return ERR_NOMEM;
        slots *= 2;
    }
    struct set *set = set_alloc(1, sizeof *set);
    if (!set)
        goto done;
    set->table = set_alloc(slots, sizeof *set->table);
    if (!set->table)
        goto done;
    set->mask = slots - 1;
    error = read_secret(&set->secret);
    if (error)
        goto done;
    if (pthread_mutex_init(&set->lock, NULL) != 0) {
        error = ERR_NOMEM;
        goto done;
    }
    *out = set;
    return 0;
done:
    if (set)
        free(set->table);
    free(set);
    return error;
}

void set_destroy(struct set *set)
{
    if (!set)
        return;
    pthread_mutex_destroy(&set->lock);
    free(set->table);
    free(set);
}

struct hash128 set_key(const struct set *set, const void *bytes, size_t len)
{
    return hash128(bytes, len, set->secret);
}

static struct hash128 stored_form(struct hash128 key)
{
    if ((key.high | key.low) == 0)
        key.low = 1;
    return key;
}

static bool is_empty(const struct hash128 *slot)
{
    return (slot->high | slot->low) == 0;
}

/* The slot that holds KEY, or the empty one where it belongs. */
static struct hash128 *slot_for(struct hash128 *table, size_t mask, struct hash128 key)
{
    size_t i = key.low & mask;
    while (!is_empty(&table[i]) && (table[i].low != key.low || table[i].high != key.high))
        i = (i + 1) & mask;
    return &table[i];
}

static int grow(struct set *set)
{
    size_t slots = (set->mask + 1) * 2;
    struct hash128 *table = NULL;
    if (slots <= SIZE_MAX / sizeof *table)
        table = set_alloc(slots, sizeof *table);
    if (!table)
        return ERR_NOMEM;
    for (size_t i = 0; i <= set->mask; i++)
        if (!is_empty(&set->table[i]))
            *slot_for(table, slots - 1, set->table[i]) = set->table[i];
    struct hash128 *old = set->table;
    __atomic_store_n(&set->table, table, __ATOMIC_RELAXED);
    __atomic_store_n(&set->mask, slots - 1, __ATOMIC_RELAXED);
    free(old);
    return 0;
}

static int put_locked(struct set *set, struct hash128 key)
{
    key = stored_form(key);
    struct hash128 *slot = slot_for(set->table, set->mask, key);
    if (!is_empty(slot))
        return SET_OLD;
    if (set->count + 1 > count_max(set->mask + 1)) {
        int error = grow(set);
        if (error)
            return error;
        slot = slot_for(set->table, set->mask, key);
    }
    *slot = key;
    set->count++;
    return SET_NEW;
}

int set_put(struct set *set, struct hash128 key)
{
    pthread_mutex_lock(&set->lock);
    int result = put_locked(set, key);
    pthread_mutex_unlock(&set->lock);
    return result;
}

int set_put_batch(struct set *set, const struct hash128 *keys, int8_t *results, size_t count)
{
    const struct hash128 *table = __atomic_load_n(&set->table, __ATOMIC_RELAXED);
    size_t mask = __atomic_load_n(&set->mask, __ATOMIC_RELAXED);
    int error = 0;
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(&table[keys[i].low & mask], 1);
    pthread_mutex_lock(&set->lock);
    for (size_t i = 0; i < count; i++) {
        int result = put_locked(set, keys[i]);
        results[i] = (int8_t)result;
        if (result < 0)
            error = result;
    }
    pthread_mutex_unlock(&set->lock);
    return error;
}

int set_find(struct set *set, struct hash128 key)
{
    key = stored_form(key);
    pthread_mutex_lock(&set->lock);
    bool found = !is_empty(slot_for(set->table, set->mask, key));
    pthread_mutex_unlock(&set->lock);
    return found;
}

size_t set_count(const struct set *set)
{
    struct set *own = (struct set *)set; /* const to callers: only the lock changes */
    pthread_mutex_lock(&own->lock);
    size_t count = own->count;
    pthread_mutex_unlock(&own->lock);
    return count;
}

size_t set_memory_bytes(const struct set *set)
{
    struct set *own = (struct set *)set;
    pthread_mutex_lock(&own->lock);
    size_t bytes = sizeof *own + (own->mask + 1) * sizeof *own->table;
    pthread_mutex_unlock(&own->lock);
    return bytes;
}
