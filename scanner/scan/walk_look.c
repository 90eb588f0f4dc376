// SPDX-License-Identifier: BSD-2-Clause
/* What of a zone can be walked.
 *
 * 1. Each server's denials are classified (scan/classify.h). Those that lie are told, with the
 *    reason, and left alone.
 * 2. NSEC goes before NSEC3: its names need no cracking. Of the servers that have it those are
 *    walked that agree on the serial: the most, else the newest (RFC 1982).
 * 3. The zone's keys, from the first of them that gives any. Nobody vouches for them here: a
 *    walk tells whose they are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "out/chain.h"
#include "scan/classify.h"
#include "scan/signals.h"
#include "scan/walk_state.h"

/* --- classes --- */

static const struct {
    enum chain_kind chain;
    const struct walk_kind *kind;
} walkable[] = {
    {CHAIN_NSEC, &walk_nsec},
    {CHAIN_NSEC3, &walk_nsec3},
};

static size_t count_kind(const struct classify_result *result, enum chain_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < result->count; i++)
        count += result->items[i].verdict.kind == kind;
    return count;
}

/* The servers of one mind about the zone's version, as many as there are. */
static uint32_t choose_serial(const struct classify_result *result, enum chain_kind kind)
{
    uint32_t best = 0;
    size_t most = 0;
    for (size_t i = 0; i < result->count; i++) {
        const struct denial_class_verdict *one = &result->items[i].verdict;
        size_t count = 0;
        if (one->kind != kind || !one->has_serial)
            continue;
        for (size_t j = 0; j < result->count; j++) {
            const struct denial_class_verdict *other = &result->items[j].verdict;
            count += other->kind == kind && other->has_serial && other->serial == one->serial;
        }
        bool is_newer = (int32_t)(one->serial - best) > 0;
        if (count > most || (count == most && is_newer)) {
            most = count;
            best = one->serial;
        }
    }
    return best;
}

static void tell_class(const struct walk *walk, const struct classify_item *item, const char *what)
{
    const struct denial_class_verdict *verdict = &item->verdict;
    log_note("%s: %s is not walked: %s%s%s", walk->zone_text, item->server->text,
             what ? what : chain_kinds[verdict->kind].word, verdict->reason[0] && !what ? ", " : "",
             what ? "" : verdict->reason);
}

static void choose_servers(struct walk *walk, const struct classify_result *result,
                           enum chain_kind kind)
{
    uint32_t serial = choose_serial(result, kind);
    for (size_t i = 0; i < result->count; i++) {
        const struct classify_item *item = &result->items[i];
        const struct denial_class_verdict *verdict = &item->verdict;
        if (verdict->kind != kind) {
            tell_class(walk, item, NULL);
            continue;
        }
        if (verdict->has_serial && verdict->serial != serial) {
            tell_class(walk, item, "it has another serial than most, or an older one");
            continue;
        }
        walk->walked[walk->walked_count++] =
            (struct walk_server){.number = item->number,
                                 .text = item->server->text,
                                 .serial = verdict->serial,
                                 .has_serial = verdict->has_serial};
    }
}

static size_t count_answering(const struct classify_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->count; i++) {
        enum chain_kind kind = result->items[i].verdict.kind;
        count += kind != CHAIN_SILENT && kind != CHAIN_UNREACHABLE && kind != CHAIN_REFUSED &&
                 kind != CHAIN_LAME && kind != CHAIN_FAILING && kind != CHAIN_UNKNOWN;
    }
    return count;
}

/* Nothing to walk: because of what they are, or because nobody answers. */
static enum scan_exit tell_none(const struct walk *walk, const struct classify_result *result)
{
    for (size_t i = 0; i < result->count; i++)
        tell_class(walk, &result->items[i], NULL);
    if (signals_count() > 0)
        return walk_exit_by_signal();
    if (result->is_cut_short)
        return SCAN_EXIT_INCOMPLETE;
    if (count_answering(result) == 0) {
        log_error("%s: no server of the zone answers for it", walk->zone_text);
        return SCAN_EXIT_NO_RESOLVER;
    }
    log_error("%s: there is no chain to walk", walk->zone_text);
    return SCAN_EXIT_INCOMPLETE;
}

static enum scan_exit choose_kind(struct walk *walk, const struct classify_result *result)
{
    for (size_t i = 0; i < sizeof walkable / sizeof *walkable; i++) {
        if (count_kind(result, walkable[i].chain) == 0)
            continue;
        walk->kind = walkable[i].kind;
        choose_servers(walk, result, walkable[i].chain);
        return SCAN_EXIT_COMPLETE;
    }
    return tell_none(walk, result);
}

/* --- all of it --- */

static void tell_plan(const struct walk *walk)
{
    log_note("%s: %s, %zu of %zu servers", walk->zone_text, walk->kind->chain, walk->walked_count,
             walk->servers.count);
    if (walk->keys)
        log_note("  keys as %s gives them; nobody vouches for these here", walk->keys_from);
    else
        log_note("  unverified: no server gives keys of the zone that can be used");
}

static enum scan_exit report_classes(const struct walk *walk, const struct classify_result *result)
{
    walk_report_classes(walk->tour, result);
    if (count_answering(result) == 0)
        return tell_none(walk, result);
    return result->is_cut_short ? SCAN_EXIT_INCOMPLETE : SCAN_EXIT_COMPLETE;
}

static enum scan_exit fail(const struct walk *walk, int error)
{
    log_error("%s: %s", walk->zone_text, error == ERR_IO ? strerror(errno) : err_text(error));
    return SCAN_EXIT_FATAL;
}

enum scan_exit walk_look(struct walk *walk)
{
    struct classify_result *result = malloc(sizeof *result);
    mono_ns limit = walk->params->time_max;
    const struct classify_params params = {.asker = walk->asker,
                                           .zone = walk->zone.wire,
                                           .servers = &walk->servers,
                                           .seed = rng_u64(&walk->rng),
                                           .deadline = limit ? walk->tour->started + limit : 0};
    int error = result ? classify_run(result, &params) : ERR_NOMEM;
    enum scan_exit code = SCAN_EXIT_COMPLETE;
    if (error == 0 && walk->params->only_classifies)
        code = report_classes(walk, result);
    else if (error == 0)
        code = choose_kind(walk, result);
    if (error == 0 && walk->kind)
        error = walk_find_apex(walk);
    free(result);
    if (error != 0)
        return fail(walk, error);
    if (walk->kind)
        tell_plan(walk);
    return code;
}
