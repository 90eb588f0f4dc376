// SPDX-License-Identifier: BSD-2-Clause
/* Ids rest in a ring, oldest at the head. Drawing swaps a random one out of the older
 * half to the head; giving appends at the tail.
 *
 * Tables are larger than the cache, and a random slot is a miss (what that
 * costs: bench/README.md). So ids are drawn DRAWN_AHEAD takes before they
 * are needed and their slots prefetched. */
#include "engine/slots.h"

#include <assert.h>
#include <stdlib.h>

_Static_assert(sizeof(struct slot) == 16, "four slots a cache line");

#define DRAWN_AHEAD 16

struct table {
    struct slot slots[SLOTS_PER_TABLE];
    uint16_t ring[SLOTS_PER_TABLE];
    uint32_t head, tail;         /* free-running; tail - head ids rest */
    uint16_t drawn[DRAWN_AHEAD]; /* a ring too, its oldest at drawn_next */
    uint32_t drawn_next;
    uint32_t aim; /* place in the ring of the next to be drawn; fetched ahead too */
};

struct slots {
    struct rng *rng;
    unsigned table_count;
    struct table *tables[];
};

static const bool legal[SLOT_STATE_COUNT][SLOT_STATE_COUNT] = {
    [SLOT_RESTING] = {[SLOT_SENT] = true},
    [SLOT_ANSWERED] = {[SLOT_SENT] = true},
    [SLOT_SENT] = {[SLOT_LATE] = true, [SLOT_ANSWERED] = true, [SLOT_RESTING] = true},
    [SLOT_LATE] = {[SLOT_ANSWERED] = true, [SLOT_RESTING] = true},
};

static bool is_busy(unsigned state)
{
    return state == SLOT_SENT || state == SLOT_LATE;
}

/* Where in the ring the next id comes from: anywhere in the older half. */
static void aim(struct slots *slots, struct table *t)
{
    uint32_t half = (t->tail - t->head) / 2;
    t->aim = t->head + (uint32_t)((uint64_t)rng_u32(slots->rng) * half >> 32);
    __builtin_prefetch(&t->ring[t->aim % SLOTS_PER_TABLE], 1);
}

int slots_create(struct slots **out, unsigned table_count, struct rng *rng)
{
    *out = NULL;
    struct slots *slots = calloc(1, sizeof *slots + table_count * sizeof *slots->tables);
    if (!slots)
        return ERR_NOMEM;
    slots->rng = rng;
    for (; slots->table_count < table_count; slots->table_count++) {
        struct table *table = calloc(1, sizeof *table);
        if (!table) {
            slots_destroy(slots);
            return ERR_NOMEM;
        }
        table->tail = SLOTS_PER_TABLE;
        for (uint32_t i = 0; i < SLOTS_PER_TABLE; i++) { /* Fisher-Yates, inside out */
            uint32_t j = rng_below(rng, i + 1);
            table->ring[i] = table->ring[j];
            table->ring[j] = (uint16_t)i;
        }
        for (uint32_t i = 0; i < DRAWN_AHEAD; i++)
            table->drawn[i] = table->ring[table->head++];
        aim(slots, table);
        slots->tables[slots->table_count] = table;
    }
    *out = slots;
    return 0;
}

void slots_destroy(struct slots *slots)
{
    if (!slots)
        return;
    for (unsigned i = 0; i < slots->table_count; i++)
        free(slots->tables[i]);
    free(slots);
}

uint32_t slots_busy(const struct slots *slots, unsigned table)
{
    const struct table *t = slots->tables[table];
    return SLOTS_PER_TABLE - DRAWN_AHEAD - (t->tail - t->head);
}

/* The id aimed at, taken out of the ring. */
static uint16_t draw(struct slots *slots, struct table *t)
{
    uint16_t *oldest = &t->ring[t->head % SLOTS_PER_TABLE];
    uint16_t *drawn = &t->ring[t->aim % SLOTS_PER_TABLE];
    uint16_t id = *drawn;
    *drawn = *oldest;
    t->head++;
    aim(slots, t);
    return id;
}

slot_ref slots_take(struct slots *slots, unsigned table)
{
    struct table *t = slots->tables[table];
    if (slots_busy(slots, table) >= SLOTS_BUSY_MAX)
        return SLOT_NONE;
    uint16_t *next = &t->drawn[t->drawn_next++ % DRAWN_AHEAD];
    uint16_t id = *next;
    *next = draw(slots, t);
    slots_prefetch(slots, (slot_ref)table << 16 | *next);
    slot_ref ref = (slot_ref)table << 16 | id;
    slots_move(slots, ref, SLOT_SENT);
    return ref;
}

struct slot *slots_at(struct slots *slots, slot_ref ref)
{
    return &slots->tables[ref >> 16]->slots[ref & 0xffff];
}

void slots_prefetch(const struct slots *slots, slot_ref ref)
{
    __builtin_prefetch(&slots->tables[ref >> 16]->slots[ref & 0xffff], 1);
}

void slots_move(struct slots *slots, slot_ref ref, enum slot_state to)
{
    struct slot *slot = slots_at(slots, ref);
    assert(legal[slot->state][to]);
    if (is_busy(slot->state) && !is_busy(to)) {
        struct table *t = slots->tables[ref >> 16];
        t->ring[t->tail++ % SLOTS_PER_TABLE] = (uint16_t)ref;
    }
    slot->state = to & 0xf;
}
