// SPDX-License-Identifier: BSD-2-Clause
#include "scan/park.h"

#include <stdlib.h>
#include <string.h>

#include "scan/conclude.h"
#include "scan/hope.h"

void park_close(struct park *park)
{
    free(park->items);
    park->items = NULL;
}

void park_put(struct worker *w, const struct candidate *candidate, uint32_t zone)
{
    struct park *park = &w->park;
    if (!park->items)
        park->items = calloc(PARK_MAX, sizeof *park->items);
    if (!park->items) {
        w->error = ERR_NOMEM;
        const struct unasked end = {.verdict = VERDICT_UNRESOLVED, .stage = HIT_FINAL};
        settle_unasked(w, candidate, zone, &end);
        return;
    }
    park->items[park->count++] = (struct parked){.candidate = *candidate, .zone = zone};
}

const struct parked *park_look(struct worker *w)
{
    struct park *park = &w->park;
    uint32_t changes = atomic_load_explicit(&w->run->denying.changes, memory_order_acquire);
    if (changes != park->changes) {
        park->changes = changes;
        park->left = park->count;
    }
    if (park->left == 0 || park->count == 0)
        return NULL;
    park->left--;
    park->cursor = park->cursor + 1 < park->count ? park->cursor + 1 : 0;
    return &park->items[park->cursor];
}

void park_drop(struct worker *w)
{
    struct park *park = &w->park;
    park->items[park->cursor] = park->items[--park->count];
    /* The one that was last stands here now: it is looked at next. */
    park->cursor = park->cursor > 0 ? park->cursor - 1 : park->count ? park->count - 1 : 0;
    park->left = park->left < park->count ? park->left : park->count;
}

void park_abandon(struct worker *w, const char *reason)
{
    const struct unasked end = {
        .verdict = VERDICT_UNRESOLVED, .stage = HIT_FINAL, .reason = reason};
    for (; w->park.count > 0; w->park.count--) {
        const struct parked *parked = &w->park.items[w->park.count - 1];
        settle_unasked(w, &parked->candidate, parked->zone, &end);
    }
}

void park_hand_over(struct worker *w)
{
    for (; w->park.count > 0; w->park.count--) {
        const struct parked *parked = &w->park.items[w->park.count - 1];
        hope_put_back(w, &parked->candidate, parked->zone);
    }
}
