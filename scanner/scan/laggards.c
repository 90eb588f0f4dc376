// SPDX-License-Identifier: BSD-2-Clause
#include "scan/laggards.h"

#include "scan/convict.h"
#include "scan/worker.h"

#define PATIENCE   NS_PER_S
#define DEARER     2 /* to ask its names again costs at most so many times what its checks would */
#define PART       100 /* or, with those before, one name in so many that were denied */
#define LEFT_LEAST 8   /* operators that stay */

static bool is_all_else_done(const struct worker *w)
{
    uint32_t busy = tasks_count(w->tasks) - tasks_free_count(w->tasks);
    return w->is_source_done && w->park.count == 0 && !returns_has(&w->run->returns) &&
           busy == vet_open_count(w->vet) + w->checks.out + w->inquiries.open;
}

/* Checks that it still wants; 0 as well for one that is suspect. */
static unsigned checks_left(const struct worker *w, uint32_t resolver)
{
    const struct trust_record *r = trust_at(w->trust, resolver);
    unsigned wanted = trust_checks_wanted(w->trust, resolver, w->checks.distinct, 1);
    return r->denials > 0 || r->passes >= wanted ? 0 : wanted - r->passes;
}

void laggards_go_on(struct worker *w)
{
    struct laggards *laggards = &w->laggards;
    if (!is_all_else_done(w) || checks_are_done(w)) {
        laggards->since = 0;
        return;
    }
    if (laggards->since == 0)
        laggards->since = w->now;
    if (w->now - laggards->since < PATIENCE)
        return;
    for (uint32_t i = 0; i < w->trust->count && vet_hopeful_count(w->vet) > LEFT_LEAST; i++) {
        uint64_t names = trust_at(w->trust, i)->negatives, left = checks_left(w, i);
        bool is_cheap =
            names <= left * DEARER || (laggards->names + names) * PART <= w->trust->negatives;
        if (left == 0 || !is_cheap)
            continue;
        laggards->names += names;
        convict_dismiss(w, i, TRUST_SLOW);
    }
    laggards->since = 0;
}
