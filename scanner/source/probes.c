// SPDX-License-Identifier: BSD-2-Clause
/* Those asked for stand in an array ordered by hash: they are as many as questions in
 * flight, and moving some hundred numbers is quicker than any tree. */
#include "source/probes.h"

#include <stdlib.h>
#include <string.h>

#include "source/arc.h"

#define NONE UINT32_MAX

struct place {
    struct probe probe;
    uint32_t next;    /* in whatever list it is in */
    uint32_t waiting; /* of those that wait for it, the last one that came */
};

struct probes {
    const struct gaps *gaps;
    struct place *places;
    uint32_t cap, free;
    uint32_t ready_first, ready_last, ready_count; /* waiting ones are counted */
    uint32_t *asked;                               /* ordered by hash */
    uint32_t asked_count;
    uint64_t close; /* lengths below are close */
    uint32_t stock; /* not more are ready */
};

int probes_create(struct probes **out, const struct gaps *gaps, uint32_t cap)
{
    *out = NULL;
    struct probes *probes = calloc(1, sizeof *probes);
    if (!probes)
        return ERR_NOMEM;
    *probes = (struct probes){.gaps = gaps, .cap = cap, .free = NONE};
    probes->ready_first = probes->ready_last = NONE;
    probes->places = calloc(cap, sizeof *probes->places);
    probes->asked = calloc(cap, sizeof *probes->asked);
    if (!probes->places || !probes->asked) {
        probes_destroy(probes);
        return ERR_NOMEM;
    }
    for (uint32_t i = cap; i-- > 0;) {
        probes->places[i].next = probes->free;
        probes->free = i;
    }
    probes_expect(probes, 1);
    *out = probes;
    return 0;
}

void probes_destroy(struct probes *probes)
{
    if (!probes)
        return;
    free(probes->places);
    free(probes->asked);
    free(probes);
}

void probes_expect(struct probes *probes, double names)
{
    double close = PROBES_SPACING / names * (double)ARC_WHOLE;
    probes->close = names <= PROBES_SPACING ? ARC_WHOLE + 1 : (uint64_t)close;
    double stock = names / PROBES_STOCK;
    probes->stock = stock < 1 ? 1 : stock > probes->cap ? probes->cap : (uint32_t)stock;
}

/* --- lists --- */

static void push_ready(struct probes *probes, uint32_t number, bool at_front)
{
    struct place *place = &probes->places[number];
    place->next = at_front ? probes->ready_first : NONE;
    if (probes->ready_first == NONE)
        probes->ready_first = probes->ready_last = number;
    else if (at_front)
        probes->ready_first = number;
    else {
        probes->places[probes->ready_last].next = number;
        probes->ready_last = number;
    }
}

static uint32_t pop_ready(struct probes *probes)
{
    uint32_t number = probes->ready_first;
    if (number == NONE)
        return NONE;
    probes->ready_first = probes->places[number].next;
    if (probes->ready_first == NONE)
        probes->ready_last = NONE;
    return number;
}

static void release(struct probes *probes, uint32_t number)
{
    probes->places[number].next = probes->free;
    probes->free = number;
}

/* --- what is close --- */

/* How many of those asked for are before HASH. */
static uint32_t asked_before(const struct probes *probes, const uint8_t *hash)
{
    uint32_t low = 0, high = probes->asked_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (arc_compare(probes->places[probes->asked[middle]].probe.hash, hash) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* One that was asked for in the same gap, close to HASH; NONE. */
static uint32_t find_close(const struct probes *probes, const uint8_t *hash)
{
    uint32_t count = probes->asked_count;
    if (count == 0)
        return NONE;
    uint8_t start[NSEC3_HASH_LEN], end[NSEC3_HASH_LEN];
    gaps_around(probes->gaps, hash, start, end);
    uint32_t at = asked_before(probes, hash);
    uint32_t before = probes->asked[(at + count - 1) % count], after = probes->asked[at % count];
    const uint8_t *hash_before = probes->places[before].probe.hash;
    const uint8_t *hash_after = probes->places[after].probe.hash;
    if (arc_has(start, hash, hash_before) && arc_length(hash_before, hash) < probes->close)
        return before;
    if (arc_has(hash, end, hash_after) && arc_length(hash, hash_after) < probes->close)
        return after;
    return NONE;
}

/* --- the three moves --- */

int probes_offer(struct probes *probes, const struct probe *probe)
{
    if (gaps_find(probes->gaps, probe->hash) != GAPS_OPEN)
        return 0;
    uint32_t number = probes->free;
    if (number == NONE)
        return ERR_FULL;
    probes->free = probes->places[number].next;
    probes->places[number] = (struct place){.probe = *probe, .waiting = NONE};
    push_ready(probes, number, false);
    probes->ready_count++;
    return 1;
}

static void note_asked(struct probes *probes, uint32_t number)
{
    uint32_t at = asked_before(probes, probes->places[number].probe.hash);
    memmove(probes->asked + at + 1, probes->asked + at,
            (probes->asked_count - at) * sizeof *probes->asked);
    probes->asked[at] = number;
    probes->asked_count++;
}

bool probes_next(struct probes *probes, uint32_t *number)
{
    while ((*number = pop_ready(probes)) != NONE) {
        struct place *place = &probes->places[*number];
        if (gaps_find(probes->gaps, place->probe.hash) != GAPS_OPEN) {
            probes->ready_count--;
            release(probes, *number);
            continue;
        }
        uint32_t close = find_close(probes, place->probe.hash);
        if (close == NONE) {
            probes->ready_count--;
            note_asked(probes, *number);
            return true;
        }
        place->next = probes->places[close].waiting;
        probes->places[close].waiting = *number;
    }
    return false;
}

void probes_done(struct probes *probes, uint32_t number)
{
    struct place *place = &probes->places[number];
    uint32_t at = asked_before(probes, place->probe.hash);
    probes->asked_count--;
    memmove(probes->asked + at, probes->asked + at + 1,
            (probes->asked_count - at) * sizeof *probes->asked);
    for (uint32_t waiting = place->waiting, next; waiting != NONE; waiting = next) {
        next = probes->places[waiting].next;
        push_ready(probes, waiting, true);
    }
    release(probes, number);
}

const struct probe *probes_get(const struct probes *probes, uint32_t number)
{
    return &probes->places[number].probe;
}

uint32_t probes_ready(const struct probes *probes)
{
    return probes->ready_count;
}

uint32_t probes_room(const struct probes *probes)
{
    uint32_t left = probes->cap - probes->ready_count - probes->asked_count;
    uint32_t room = probes->stock > probes->ready_count ? probes->stock - probes->ready_count : 0;
    return left < room ? left : room;
}
