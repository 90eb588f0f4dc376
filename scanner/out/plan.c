// SPDX-License-Identifier: BSD-2-Clause
/* What is about to be done, told before the first packet:
 *
 *   brute example.com: 190,421 candidates, 1 zone, types A,AAAA
 *     resolvers: 500 (built-in list), 2 of them trusted, 12 left out (no route)
 *     ceilings: 10,000 queries/s over all, 500/s per resolver, 5,000/s per zone
 *     expected: at least 190,421 queries, 38 s or more
 *     repeats: left out (--dedupe); remembering the names takes about 8 MB
 *     then: words below what is found (--depth 2), names made from what exists
 *       (--permute); remembering names takes about 24 MB a million
 *     seed 42, 2 threads, at most 16,384 in flight
 *     configuration: none read
 *
 * The expectation is a lower bound and says so: one query per candidate, at the lowest of
 * the ceilings. What exists and what is lost comes on top and is not known before. */
#include <inttypes.h>
#include <string.h>

#include "base/set.h"
#include "out/put.h"
#include "out/report.h"

static void put_text(struct text *out, const char *string)
{
    text_put_escaped(out, string, strlen(string));
}

static void put_what(struct text *out, const struct plan *plan)
{
    put_text(out, plan->command);
    text_putc(out, ' ');
    put_text(out, plan->subject);
    text_puts(out, ": ");
    if (plan->is_total_known)
        put_counted(out, plan->candidates, "candidate", "candidates");
    else
        text_puts(out, "candidates not counted beforehand");
    if (plan->zones > 0) {
        text_puts(out, ", ");
        put_counted(out, plan->zones, "zone", "zones");
    }
    if (plan->types)
        text_printf(out, ", type%s %s", strchr(plan->types, ',') ? "s" : "", plan->types);
    if (plan->shard_count > 1)
        text_printf(out, ", shard %" PRIu32 "/%" PRIu32, plan->shard_index + 1, plan->shard_count);
    text_putc(out, '\n');
}

static void put_left_out(struct text *out, uint64_t count, const char *why)
{
    if (count == 0)
        return;
    text_puts(out, ", ");
    put_count(out, count);
    text_printf(out, " left out (%s)", why);
}

static void put_resolvers(struct text *out, const struct plan *plan)
{
    if (plan->is_direct && plan->resolvers == 0) {
        text_puts(out, "  servers: found out when it runs\n");
        return;
    }
    text_puts(out, plan->is_direct ? "  servers: " : "  resolvers: ");
    put_count(out, plan->resolvers);
    if (plan->resolvers_from) {
        text_puts(out, " (");
        put_text(out, plan->resolvers_from);
        text_putc(out, ')');
    }
    if (plan->resolvers_trusted > 0) {
        text_puts(out, ", ");
        put_count(out, plan->resolvers_trusted);
        text_puts(out, " of them trusted");
    }
    if (plan->believes_all && !plan->is_direct)
        text_puts(out, ", all believed (--no-trust)");
    put_left_out(out, plan->resolvers_unreachable, "no route");
    put_left_out(out, plan->resolvers_unwanted, "-4, -6 or --bind");
    text_putc(out, '\n');
}

static void put_ceilings(struct text *out, const struct plan *plan)
{
    const struct {
        uint64_t qps;
        const char *unit;
    } ceilings[] = {
        {plan->rate_qps, " queries/s over all"},
        {plan->resolver_rate_qps, plan->is_direct ? "/s per server" : "/s per resolver"},
        {plan->zone_rate_qps, "/s per zone"},
    };
    const char *separator = "";
    text_puts(out, "  ceilings: ");
    for (size_t i = 0; i < sizeof ceilings / sizeof ceilings[0]; i++) {
        if (ceilings[i].qps == 0)
            continue;
        text_puts(out, separator);
        put_count(out, ceilings[i].qps);
        text_puts(out, ceilings[i].unit);
        separator = ", ";
    }
    text_puts(out, *separator ? "\n" : "none\n");
}

/* The lowest of the ceilings, queries/s; 0 when nothing bounds the rate. */
static double rate_max(const struct plan *plan)
{
    const double bounds[] = {
        (double)plan->rate_qps,
        (double)plan->resolvers * (double)plan->resolver_rate_qps,
        (double)plan->zones * (double)plan->zone_rate_qps,
    };
    double lowest = 0;
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
        if (bounds[i] > 0 && (lowest <= 0 || bounds[i] < lowest))
            lowest = bounds[i];
    return lowest;
}

static void put_limits(struct text *out, const struct plan *plan)
{
    if (plan->time_max > 0) {
        text_puts(out, "; ends after ");
        put_duration(out, (double)plan->time_max / (double)NS_PER_S);
    }
    if (plan->queries_max > 0) {
        text_puts(out, "; ends after ");
        put_counted(out, plan->queries_max, "query", "queries");
    }
}

static void put_expectation(struct text *out, const struct plan *plan)
{
    double rate = rate_max(plan);
    text_puts(out, "  expected: ");
    if (!plan->is_total_known) {
        text_puts(out, plan->dedupes ? "as many queries as the input has different names, or more"
                                     : "as many queries as the input has names, or more");
    } else if (plan->dedupes) {
        text_puts(out, "at least a query for each of up to ");
        put_counted(out, plan->candidates, "name", "names");
    } else {
        text_puts(out, "at least ");
        put_counted(out, plan->candidates, "query", "queries");
        if (rate > 0) {
            text_puts(out, ", ");
            put_duration(out, (double)plan->candidates / rate);
            text_puts(out, " or more");
        }
    }
    put_limits(out, plan);
    text_putc(out, '\n');
}

/* Nobody has counted the repeats: as if there were none. */
static void put_dedupe(struct text *out, const struct plan *plan)
{
    if (!plan->dedupes)
        return;
    text_puts(out, "  repeats: left out (--dedupe); remembering the names takes ");
    if (plan->is_total_known) {
        uint64_t bytes = plan->candidates * SET_BYTES_PER_NAME + SET_BYTES_MIN;
        text_puts(out, "about ");
        put_count(out, (bytes + 999999) / 1000000);
        text_puts(out, " MB if all differ\n");
    } else {
        text_printf(out, "about %d MB a million\n", SET_BYTES_PER_NAME);
    }
}

/* Names that are made from what is found come on top, and nobody knows how many. */
static void put_follow_up(struct text *out, const struct plan *plan)
{
    if (plan->depth == 0 && !plan->permutes)
        return;
    text_puts(out, "  then: ");
    if (plan->depth > 0)
        text_printf(out, "words below what is found (--depth %u)", plan->depth);
    if (plan->depth > 0 && plan->permutes)
        text_puts(out, ", ");
    if (plan->permutes)
        text_puts(out, "names made from what exists (--permute)");
    text_printf(out, "; remembering names takes about %d MB a million\n", SET_BYTES_PER_NAME);
}

static void put_setting(struct text *out, const struct plan *plan)
{
    text_printf(out, "  seed %" PRIu64 ", ", plan->seed);
    put_counted(out, plan->threads, "thread", "threads");
    if (plan->in_flight_max > 0) {
        text_puts(out, ", at most ");
        put_count(out, plan->in_flight_max);
        text_puts(out, " in flight");
    }
    text_puts(out, "\n  configuration: ");
    if (plan->config_path)
        put_text(out, plan->config_path);
    else
        text_puts(out, "none read");
    text_putc(out, '\n');
}

void report_plan(struct text *out, const struct plan *plan)
{
    put_what(out, plan);
    put_resolvers(out, plan);
    put_ceilings(out, plan);
    put_expectation(out, plan);
    put_dedupe(out, plan);
    put_follow_up(out, plan);
    put_setting(out, plan);
}
