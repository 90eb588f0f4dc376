// SPDX-License-Identifier: BSD-2-Clause
/* Every slot stands for 1/COUNT of all draws. A rank whose share is smaller leaves the rest of its
 * slot to one whose share is larger; what that one has left is looked at again. Each step settles
 * a slot, so there are COUNT steps. */
#include "source/workload_zipf.h"

#include <math.h>
#include <stdlib.h>

/* The shares in units of a slot, so that they are 1 on average. */
static void weigh(double *shares, uint32_t count, double exponent)
{
    double sum = 0;
    for (uint32_t i = count; i-- > 0;) { /* the smallest first: the sum loses least */
        shares[i] = pow((double)i + 1, -exponent);
        sum += shares[i];
    }
    for (uint32_t i = 0; i < count; i++)
        shares[i] *= count / sum;
}

static struct zipf_slot slot_of(double share, uint32_t rank, uint32_t other)
{
    if (share >= 1)
        return (struct zipf_slot){.own = UINT32_MAX, .other = rank};
    return (struct zipf_slot){.own = (uint32_t)ldexp(share, 32), .other = other};
}

/* WAITING holds the ranks not settled: the small ones from the front, the large from the back. */
static void settle(struct zipf_slot *slots, double *shares, uint32_t *waiting, uint32_t count)
{
    uint32_t small_count = 0, large_at = count;
    for (uint32_t i = 0; i < count; i++) {
        if (shares[i] < 1)
            waiting[small_count++] = i;
        else
            waiting[--large_at] = i;
    }
    while (small_count > 0 && large_at < count) {
        uint32_t small = waiting[--small_count], large = waiting[large_at];
        slots[small] = slot_of(shares[small], small, large);
        shares[large] -= 1 - shares[small];
        if (shares[large] < 1) {
            large_at++;
            waiting[small_count++] = large;
        }
    }
    /* What is left over has a share of 1 but for rounding. */
    while (small_count > 0) {
        uint32_t rank = waiting[--small_count];
        slots[rank] = slot_of(1, rank, rank);
    }
    for (; large_at < count; large_at++)
        slots[waiting[large_at]] = slot_of(1, waiting[large_at], waiting[large_at]);
}

int zipf_build(struct zipf_slot *slots, uint32_t count, double exponent)
{
    double *shares = malloc(count * sizeof *shares);
    uint32_t *waiting = malloc(count * sizeof *waiting);
    int error = shares && waiting ? 0 : ERR_NOMEM;
    if (!error) {
        weigh(shares, count, exponent);
        settle(slots, shares, waiting, count);
    }
    free(shares);
    free(waiting);
    return error;
}
