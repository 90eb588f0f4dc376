// SPDX-License-Identifier: BSD-2-Clause
#include "scan/refusals.h"

#include "base/hash.h"

#define AVOID_AFTER    2 /* one REFUSED may be a passing rate limit */
#define AVOID_TIME     (1 * NS_PER_S)
#define AVOID_DOUBLING 6 /* at most 64 s */

static uint32_t place_of(uint32_t operator_index, uint32_t zone)
{
    uint32_t key[2] = {operator_index, zone};
    return (uint32_t)hash64(key, sizeof key, 0) & (REFUSALS_CAP - 1);
}

static bool is_pair(const struct refusal *r, uint32_t operator_index, uint32_t zone)
{
    return r->in_a_row != 0 && r->operator_index == operator_index && r->zone == zone;
}

void refusals_note(struct refusals *refusals, uint32_t operator_index, uint32_t zone, mono_ns now)
{
    struct refusal *r = &refusals->pairs[place_of(operator_index, zone)];
    if (!is_pair(r, operator_index, zone)) {
        refusals->count += r->in_a_row == 0;
        *r = (struct refusal){.operator_index = operator_index, .zone = zone};
    }
    r->in_a_row++;
    if (r->in_a_row < AVOID_AFTER)
        return;
    uint32_t doubling = r->in_a_row - AVOID_AFTER;
    r->until = now + (AVOID_TIME << (doubling < AVOID_DOUBLING ? doubling : AVOID_DOUBLING));
}

void refusals_clear(struct refusals *refusals, uint32_t operator_index, uint32_t zone)
{
    refusals->answered[operator_index & (REFUSALS_CAP - 1)] = zone;
    if (refusals->count == 0)
        return;
    struct refusal *r = &refusals->pairs[place_of(operator_index, zone)];
    if (is_pair(r, operator_index, zone)) {
        r->in_a_row = 0;
        refusals->count--;
    }
}

bool refusals_are_of_zone(const struct refusals *refusals, uint32_t operator_index, uint32_t zone)
{
    const struct refusal *r = &refusals->pairs[place_of(operator_index, zone)];
    return is_pair(r, operator_index, zone) && r->in_a_row >= AVOID_AFTER &&
           refusals->answered[operator_index & (REFUSALS_CAP - 1)] != zone;
}

bool refusals_avoid(const struct refusals *refusals, uint32_t operator_index, uint32_t zone,
                    mono_ns now)
{
    if (refusals->count == 0)
        return false;
    const struct refusal *r = &refusals->pairs[place_of(operator_index, zone)];
    return is_pair(r, operator_index, zone) && now < r->until;
}
