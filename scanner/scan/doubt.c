// SPDX-License-Identifier: BSD-2-Clause
#include "scan/doubt.h"

#include "base/log.h"
#include "scan/conclude.h"
#include "scan/hope.h"

#define LIED "most resolvers lied, and the others contradict each other"
#define DISCORDANT                                                                                 \
    "resolvers give different data for most names, and nothing shows that any of them is right"
#define RELEASES_MAX 8 /* a fleet may waver; then what is withheld stays so to the end */

static const char *doubt_reason(const struct worker *w)
{
    return w->trust->is_discordant && !trust_is_hostile(w->trust) ? DISCORDANT : LIED;
}

uint32_t doubt_chain(const struct run *run)
{
    return cutter_chain(run) + 1;
}

bool doubt_withholds(struct worker *w, uint32_t index)
{
    const struct task *task = tasks_at(w->tasks, index);
    bool is_certain =
        task->confirmed == OPINION_BY_SIGNATURE || task->confirmed == OPINION_BY_TRUSTED;
    if (!w->trust || is_certain)
        return false;
    enum trust_doubt doubt = trust_doubt(w->trust);
    if (doubt == TRUST_NO_DOUBT || (doubt == TRUST_UNTESTED && w->is_past_waiting))
        return false;
    if (task->confirmed == OPINION_BY_QUORUM) /* good enough to test others with */
        checks_learn(w, index);
    if (!w->has_withheld && log_is_on(LOG_WHY))
        log_why("names found are withheld: %s", doubt == TRUST_UNTESTED
                                                    ? "too little is known of those who gave them"
                                                    : doubt_reason(w));
    w->has_withheld = true;
    hope_put_under(w, index, doubt_chain(w->run));
    return true;
}

bool doubt_releases(struct worker *w, bool is_end)
{
    if (!w->has_withheld || w->release_count == RELEASES_MAX)
        return false;
    enum trust_doubt doubt = trust_doubt(w->trust);
    if (doubt == TRUST_DOUBT || (doubt == TRUST_UNTESTED && !is_end))
        return false;
    w->is_past_waiting |= is_end;
    w->has_withheld = false;
    w->release_count++;
    hope_revive_chain(w, doubt_chain(w->run), "resolvers lied");
    return true;
}

void doubt_keep(struct worker *w, const struct ledger_entry *entry)
{
    struct ledger_entry kept = *entry;
    kept.resolver = doubt_chain(w->run) + 1;
    int error = ledger_append(w->ledger, &kept);
    if (error != 0)
        w->error = error;
}

static int take_back_found(void *ctx, const struct ledger_entry *entry)
{
    struct worker *w = ctx;
    if (entry->verdict == VERDICT_FOUND)
        conclude_withdraw(w, entry, w->run->doubt_reason);
    return w->error;
}

void doubt_hand_over(struct worker *w)
{
    if (w->has_withheld)
        hope_revive_chain(w, doubt_chain(w->run), "resolvers lied");
    w->has_withheld = false;
}

int doubt_end(struct worker *w)
{
    if (w->is_hopeless && !run_is_hopeless(w->run)) /* others have its names */
        return w->error;
    bool is_believed = w->trust->admitted > 0 && trust_doubt(w->trust) != TRUST_DOUBT;
    if (w->has_withheld)
        hope_revive_chain(w, doubt_chain(w->run), doubt_reason(w));
    if (w->has_withheld || trust_doubt(w->trust) == TRUST_DOUBT)
        w->run->doubt_reason = doubt_reason(w);
    if (!w->run->denied_server)
        w->run->denied_server = listed_denied(w);
    if (is_believed || !(trust_is_hostile(w->trust) || w->trust->is_discordant))
        return w->error;
    w->run->doubt_reason = doubt_reason(w);
    w->run->is_withdrawn = true;
    return w->error != 0 ? w->error : ledger_walk(w->ledger, take_back_found, w);
}
