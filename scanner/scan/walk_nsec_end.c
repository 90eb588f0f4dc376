// SPDX-License-Identifier: BSD-2-Clause
/* What an NSEC walk tells when it is over: whether the circle is closed, where it is not, and what
 * was refused. Names that others point to, and whose own record could not be had, are told
 * here: without types. */
#include <inttypes.h>

#include "out/put.h"
#include "scan/walk_nsec_state.h"
#include "verdict/nsec_link.h"

#define OPEN_SHOWN 3

static int tell_bare(void *ctx, circle_node node)
{
    struct nsec_state *s = ctx;
    struct name name;
    if (circle_has_record(s->circle, node) || node == CIRCLE_APEX)
        return 0;
    circle_name(s->circle, node, &name);
    const struct walk_find find = {.name = name.wire,
                                   .is_conflicting = circle_is_conflicting(s->circle, node)};
    return walk_tell(s->walk, &find);
}

struct open_list {
    struct nsec_state *s;
    struct text *out;
    size_t count;
};

static int show_open(void *ctx, circle_node node)
{
    struct open_list *list = ctx;
    struct name name, next;
    if (circle_is_node_closed(list->s->circle, node) || ++list->count > OPEN_SHOWN)
        return 0;
    circle_name(list->s->circle, node, &name);
    circle_name(list->s->circle, circle_after(list->s->circle, node), &next);
    text_puts(list->out, "open: from ");
    put_name(list->out, name.wire);
    text_puts(list->out, " to ");
    put_name(list->out, next.wire);
    text_putc(list->out, '\n');
    return 0;
}

static void put_headline(const struct nsec_state *s, struct text *out)
{
    struct circle_counts counts = circle_counts(s->circle);
    put_counted(out, counts.names - (counts.records == 0), "name", "names");
    if (counts.holes == 0) {
        text_puts(out, ", circle closed");
    } else {
        text_puts(out, ", ");
        put_counted(out, counts.holes, "hole left open", "holes left open");
    }
}

/* COUNT and what it is, as a line of its own; nothing for none. */
static void put_line(struct text *out, uint64_t count, const char *one, const char *many)
{
    if (count == 0)
        return;
    put_counted(out, count, one, many);
    text_putc(out, '\n');
}

static uint64_t count_refused(const struct nsec_state *s)
{
    uint64_t count = 0;
    for (unsigned i = LINK_NONE + 1; i < LINK_REFUSAL_COUNT; i++)
        count += s->refusals[i];
    return count;
}

static void put_summary(struct nsec_state *s, struct text *out)
{
    struct walk *walk = s->walk;
    struct open_list list = {.s = s, .out = out};
    if (!circle_is_closed(s->circle))
        (void)!circle_each(s->circle, show_open, &list);
    put_line(out, walk->ents, "empty non-terminal between them",
             "empty non-terminals between them");
    if (list.count > OPEN_SHOWN)
        text_printf(out, "open: %zu more\n", list.count - OPEN_SHOWN);
    put_line(out, circle_counts(s->circle).conflicts, "name on which records contradict each other",
             "names on which records contradict each other");
    put_line(out, walk->bogus, "record refused: its signature is false or out of time",
             "records refused: their signatures are false or out of time");
    put_line(out, s->refused.not_signed, "record refused: not signed",
             "records refused: not signed");
    put_line(out, s->refused.expanded, "record refused: made from a wildcard's",
             "records refused: made from a wildcard's");
    put_line(out, count_refused(s), "record refused: no link of the chain (-v tells which)",
             "records refused: no links of the chain (-v tells which)");
}

static void put_stats(const struct nsec_state *s, struct text *out)
{
    struct circle_counts counts = circle_counts(s->circle);
    text_printf(out,
                "\"names\":%zu,\"records\":%zu,\"ents\":%" PRIu64 ",\"holes\":%zu,\"closed\":%s,"
                "\"conflicts\":%zu,\"bogus\":%" PRIu64 ",\"unverified\":%" PRIu64
                ",\"refused\":%" PRIu64 ",\"splits\":%" PRIu64 ",\"splits_lost\":%" PRIu64
                ",\"signed_delegations\":%" PRIu64 ",\"signatures_checked\":%" PRIu64
                ",\"circle_bytes\":%zu",
                counts.names, counts.records, s->walk->ents, counts.holes,
                counts.holes == 0 ? "true" : "false", counts.conflicts, s->walk->bogus,
                s->walk->unverified, count_refused(s), s->splits, s->lost_splits, s->signed_cuts,
                s->checker.checked, counts.bytes);
}

int nsec_finish(void *state, struct walk_result *out)
{
    struct nsec_state *s = state;
    int error = circle_is_closed(s->circle) ? 0 : circle_each(s->circle, tell_bare, s);
    /* Of one version all records agree; what another said is explained by the change. */
    bool is_agreed = circle_counts(s->circle).conflicts == 0 || s->walk->serial_changes > 0;
    out->is_complete = circle_is_closed(s->circle) && is_agreed;
    put_headline(s, &out->headline);
    put_summary(s, &out->summary);
    put_stats(s, &out->stats);
    return error;
}
