// SPDX-License-Identifier: BSD-2-Clause
/* The log-linear histogram. Values below 32 have a bucket each; from there every
 * octave has 32 equal ones. Relaxed atomics cost a plain store here and let another
 * thread merge while the writer goes on. */
#include "base/hist.h"

#include <stddef.h>

#define SUB_COUNT (1u << HIST_SUB_BITS)

static size_t bucket_of(uint32_t value)
{
    if (value < SUB_COUNT)
        return value;
    unsigned shift = 31u - (unsigned)__builtin_clz(value) - HIST_SUB_BITS;
    return ((size_t)(shift + 1) << HIST_SUB_BITS) + (value >> shift) % SUB_COUNT;
}

/* The largest value that falls into BUCKET. */
static uint32_t bucket_last(size_t bucket)
{
    if (bucket < SUB_COUNT)
        return (uint32_t)bucket;
    unsigned shift = (unsigned)(bucket >> HIST_SUB_BITS) - 1;
    uint64_t first = (uint64_t)(SUB_COUNT + bucket % SUB_COUNT) << shift;
    return (uint32_t)(first + (1ull << shift) - 1);
}

static uint64_t load(const uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void add(uint64_t *counter, uint64_t amount) /* one writer: no locked instruction */
{
    __atomic_store_n(counter, load(counter) + amount, __ATOMIC_RELAXED);
}

void hist_add(struct hist *hist, uint32_t value_us)
{
    add(&hist->buckets[bucket_of(value_us)], 1);
    add(&hist->count, 1);
}

void hist_merge(struct hist *into, const struct hist *from)
{
    /* Summed anew, so that count and buckets agree even while FROM is written. */
    for (size_t i = 0; i < HIST_BUCKETS; i++) {
        uint64_t amount = load(&from->buckets[i]);
        add(&into->buckets[i], amount);
        add(&into->count, amount);
    }
}

uint32_t hist_percentile_us(const struct hist *hist, double share)
{
    if (hist->count == 0)
        return 0;
    if (!(share > 0))
        share = 0;
    if (share > 1)
        share = 1;
    double wanted = share * (double)hist->count;
    uint64_t seen = 0;
    size_t last = 0;
    for (size_t i = 0; i < HIST_BUCKETS; i++) {
        if (hist->buckets[i] == 0)
            continue;
        seen += hist->buckets[i];
        last = i;
        if ((double)seen >= wanted)
            break;
    }
    return bucket_last(last);
}
