// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/sharing.h"

#include <assert.h>

#define ONE_LIMIT_MAX 1.5 /* served more than this: two limits at least */

static uint16_t bit(unsigned member)
{
    return (uint16_t)(1u << member);
}

static unsigned count_of(uint16_t set)
{
    return (unsigned)__builtin_popcount(set);
}

static unsigned first_of(uint16_t set)
{
    return (unsigned)__builtin_ctz(set);
}

static uint16_t without(uint16_t set, uint16_t taken)
{
    return (uint16_t)(set & (uint16_t)~taken);
}

void sharing_init(struct sharing *s, unsigned count)
{
    assert(count > 0 && count <= SHARING_MEMBERS_MAX);
    *s = (struct sharing){.count = count, .left = (uint16_t)((1u << count) - 1), .is_all = true};
    for (unsigned i = 0; i < count; i++)
        s->back_end[i] = (uint8_t)i;
}

uint16_t sharing_next(struct sharing *s)
{
    if (s->running != 0)
        return s->running;
    if (s->rounds == SHARING_ROUNDS_MAX)
        return 0;
    if (!s->is_all && s->depth == 0)
        s->is_all = true;
    if (s->is_all) {
        if (count_of(s->left) < 2)
            return 0;
        s->running = s->left;
    } else {
        s->running = (uint16_t)(bit(s->pivot) | s->stack[--s->depth]);
    }
    s->rounds++;
    return s->running;
}

/* The first half of SET's members. */
static uint16_t half_of(uint16_t set)
{
    uint16_t half = 0;
    for (unsigned i = count_of(set) / 2; i > 0; i--)
        half = (uint16_t)(half | bit(first_of(without(set, half))));
    return half;
}

static void note_all(struct sharing *s, uint16_t troubled, double served)
{
    s->left = troubled;
    if (count_of(troubled) < 2)
        return;
    if (served < ONE_LIMIT_MAX) {
        unsigned first = first_of(troubled);
        for (; troubled != 0; troubled = without(troubled, bit(first_of(troubled))))
            s->back_end[first_of(troubled)] = (uint8_t)first;
        s->left = 0;
        return;
    }
    s->is_all = false;
    s->pivot = first_of(troubled);
    s->left = without(troubled, bit(s->pivot));
    s->stack[s->depth++] = s->left;
}

static void note_pivot(struct sharing *s, uint16_t others, bool is_troubled)
{
    if (!is_troubled)
        return;
    if (count_of(others) == 1) {
        s->back_end[first_of(others)] = (uint8_t)s->pivot;
        s->left = without(s->left, others);
        return;
    }
    uint16_t half = half_of(others);
    s->stack[s->depth++] = without(others, half);
    s->stack[s->depth++] = half;
}

void sharing_note(struct sharing *s, uint16_t troubled, double served)
{
    uint16_t asked = s->running;
    s->running = 0;
    troubled &= asked;
    if (s->is_all)
        note_all(s, troubled, served);
    else
        note_pivot(s, without(asked, bit(s->pivot)), (troubled & bit(s->pivot)) != 0);
}
