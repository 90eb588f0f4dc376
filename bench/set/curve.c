// SPDX-License-Identifier: BSD-2-Clause
#include "bench/set/curve.h"

#include <stdio.h>

#include "bench/set/contender.h"
#include "bench/set/figures.h"

/* The least of 1, 3, 10, 30, ... that is above COUNT. */
static uint64_t round_above(uint64_t count)
{
    uint64_t power = 1;
    while (3 * power <= count)
        power *= 10;
    return power > count ? power : 3 * power;
}

static uint64_t next_sample(uint64_t count)
{
    uint64_t step = count + count / 100, mark = round_above(count);
    return step < mark ? step : mark;
}

static uint64_t put_range(void *set, uint64_t from, uint64_t to)
{
    uint64_t fresh = 0;
    struct hash128 keys[BATCH_MAX];
    while (from < to) {
        size_t some = 0;
        while (some < BATCH_MAX && from < to)
            keys[some++] = key_of(from++);
        fresh += contender_dnstrawl.put(set, keys, some);
    }
    return fresh;
}

int curve_run(uint64_t count)
{
    double before = resident_octets();
    void *set = contender_dnstrawl.create(count);
    if (!set) {
        fprintf(stderr, "set-bench: no memory\n");
        return 1;
    }
    uint64_t names = 0;
    for (uint64_t next = CURVE_FIRST; next <= count; next = next_sample(next)) {
        names += put_range(set, names, next);
        if (names != next) {
            fprintf(stderr, "set-bench: %llu names became %llu\n", (unsigned long long)next,
                    (unsigned long long)names);
            return 1;
        }
        printf("%llu\t%.2f\t%.2f\n", (unsigned long long)names,
               (double)contender_dnstrawl.octets(set) / (double)names,
               (resident_octets() - before) / (double)names);
    }
    contender_dnstrawl.destroy(set);
    return 0;
}
