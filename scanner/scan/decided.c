// SPDX-License-Identifier: BSD-2-Clause
#include "scan/decided.h"

#include "scan/signals.h"
#include "scan/tell.h"

#define WRITE_EVERY 4096 /* names gathered for the writer; some 2 MB */
#define NO_MORE     1    /* a second signal ends the walk */

struct walk {
    struct run *run;
    uint32_t gathered;
};

static int write_gathered(struct walk *walk)
{
    walk->gathered = 0;
    return writer_write(walk->run->writer, 0);
}

static bool is_ent(struct run *run, const struct ledger_entry *entry)
{
    return entry->verdict == VERDICT_NODATA &&
           facts_have(&run->cut.facts, FACT_ABOVE, entry->name.wire);
}

static int tell_standing(void *ctx, const struct ledger_entry *entry)
{
    struct walk *walk = ctx;
    struct run *run = walk->run;
    if (!tell_is_early((enum verdict)entry->verdict) || !run->params->show[entry->verdict])
        return 0;
    if (signals_count() > 1)
        return NO_MORE;
    int first = tell_is_first_late(run, &entry->name);
    if (first <= 0)
        return first;
    const struct hit hit = {
        .zone = entry->zone == ZONES_OTHER ? NULL : zones_at(run->zones, entry->zone)->text,
        .verdict = (enum verdict)entry->verdict,
        .resolver =
            entry->resolver < run->fleet.count ? run->fleet.items[entry->resolver].text : NULL,
        .reason = entry->verdict == VERDICT_PRUNED ? CUTTER_REASON : NULL,
        .flags = is_ent(run, entry) ? HIT_ENT : 0,
        .source = (enum hit_source)entry->source,
        .stage = HIT_LATE,
    };
    struct hit_node *node = hit_create(&hit, entry->name.wire, NULL);
    if (!node)
        return ERR_NOMEM;
    writer_put(run->writer, node);
    return ++walk->gathered < WRITE_EVERY ? 0 : write_gathered(walk);
}

int decided_tell(struct run *run, struct worker *const *workers)
{
    int error = 0;
    struct walk walk = {.run = run};
    const bool *show = run->params->show;
    bool is_shown = show[VERDICT_NODATA] || show[VERDICT_NXDOMAIN] || show[VERDICT_PRUNED];
    for (uint32_t i = 0; error == 0 && i < run->worker_count; i++) {
        if (run->tells_late && is_shown && workers[i]->ledger)
            error = ledger_walk(workers[i]->ledger, tell_standing, &walk);
    }
    return error == NO_MORE ? 0 : error;
}
