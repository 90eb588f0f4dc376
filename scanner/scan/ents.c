// SPDX-License-Identifier: BSD-2-Clause
#include "scan/ents.h"

#include <stdlib.h>

#include "scan/worker.h"

struct ent_waiting {
    struct hit_node *node;
    mono_ns until;
};

static void tell(struct worker *w, struct hit_node *node)
{
    if (cutter_has_below(w, node->hit.host))
        node->hit.flags |= HIT_ENT;
    writer_put(w->run->writer, node);
}

static void tell_oldest(struct worker *w)
{
    struct ents *ents = &w->ents;
    struct hit_node *node = ents->waiting[ents->first].node;
    ents->first = (ents->first + 1) % ENTS_MAX;
    ents->count--;
    tell(w, node);
}

void ents_put(struct worker *w, struct hit_node *node)
{
    struct ents *ents = &w->ents;
    bool is_nodata = node->hit.verdict == VERDICT_NODATA,
         is_back = node->hit.stage == HIT_RETRACTED;
    if (is_nodata && is_back)
        ents_end(w); /* perhaps it waits itself */
    if (!is_nodata || is_back) {
        writer_put(w->run->writer, node);
        return;
    }
    if (!ents->waiting)
        ents->waiting = calloc(ENTS_MAX, sizeof *ents->waiting);
    if (!ents->waiting || cutter_has_below(w, node->hit.host)) {
        tell(w, node);
        return;
    }
    if (ents->count == ENTS_MAX)
        tell_oldest(w);
    ents->waiting[(ents->first + ents->count++) % ENTS_MAX] =
        (struct ent_waiting){.node = node, .until = w->now + ENTS_WAIT};
}

void ents_go_on(struct worker *w, mono_ns *wake)
{
    struct ents *ents = &w->ents;
    while (ents->count > 0 && ents->waiting[ents->first].until <= w->now)
        tell_oldest(w);
    if (ents->count > 0 && ents->waiting[ents->first].until < *wake)
        *wake = ents->waiting[ents->first].until;
}

void ents_end(struct worker *w)
{
    while (w->ents.count > 0)
        tell_oldest(w);
}

void ents_close(struct ents *ents)
{
    for (; ents->count > 0; ents->count--) {
        hit_destroy(ents->waiting[ents->first].node);
        ents->first = (ents->first + 1) % ENTS_MAX;
    }
    free(ents->waiting);
    ents->waiting = NULL;
}
