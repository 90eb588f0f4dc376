// SPDX-License-Identifier: BSD-2-Clause
#include "verdict/generator.h"

#include <math.h>

#include "base/units.h"

#define STEAL_LEAST 0.0005 /* a usual share is at least that: below, it is chance */
#define STEAL_TOLD  0.005

static double share_of(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static double slipped_share(const struct load_result *result)
{
    return share_of((double)result->slipped, (double)result->active + (double)result->slipped);
}

static double dropped_share(const struct load_result *result)
{
    double drops = (double)result->socket_drops;
    return share_of(drops, (double)result->answered + drops);
}

static uint64_t lost_on_the_way(const struct generator_path *path)
{
    return path->softnet_drops + path->csum_errors;
}

static double unsent_share(const struct load_result *result)
{
    return share_of((double)result->unsent, (double)result->due);
}

double generator_stolen(const struct generator_path *path)
{
    double usual = fmax(path->steal_usual, STEAL_LEAST);
    double cpus = path->cpus > 0 ? (double)path->cpus : 1;
    return fmin(fmax(path->steal - 2 * usual, 0) * cpus, 1);
}

enum generator_fault generator_judge(const struct load_result *result,
                                     const struct generator_path *path)
{
    double on_the_way = share_of((double)lost_on_the_way(path), (double)result->due);
    if (result->due == 0 || unsent_share(result) > GENERATOR_UNSENT_MAX)
        return GENERATOR_UNSENT;
    if (slipped_share(result) > GENERATOR_SLIP_MAX)
        return GENERATOR_SLIPPED;
    if (dropped_share(result) > GENERATOR_DROP_MAX || on_the_way > GENERATOR_DROP_MAX)
        return GENERATOR_DROPPED;
    if (hist_percentile(&result->lag, 0.99) > GENERATOR_LAG_MAX)
        return GENERATOR_LAGGED;
    return generator_stolen(path) > GENERATOR_STOLEN_MAX ? GENERATOR_STOLEN : GENERATOR_FINE;
}

/* --- in words --- */

static void put_share(struct text *out, double share)
{
    char buffer[UNITS_TEXT_MAX];
    text_puts(out, units_format_share(round(share * 1e5) / 1e5, buffer));
}

static void put_count(struct text *out, uint64_t count, const char *what)
{
    char buffer[UNITS_TEXT_MAX];
    text_printf(out, "%s %s", units_format_count(count, buffer), what);
}

static void put_lag(struct text *out, const char *name, const struct load_result *result,
                    double share)
{
    char buffer[UNITS_TEXT_MAX];
    mono_ns lag = hist_percentile(&result->lag, share);
    text_printf(out, "%s lag %s", name, units_format_latency(lag, buffer));
}

static void explain_unsent(const struct load_result *result, struct text *out)
{
    if (result->due == 0) {
        text_puts(out, "sent nothing");
        return;
    }
    text_puts(out, "could not send ");
    put_count(out, result->unsent, "queries (");
    put_share(out, unsent_share(result));
    text_puts(out, "), ");
    put_count(out, result->no_room, "times no id was free");
    text_puts(out, ", ");
    put_count(out, result->send_busy, "times the kernel took no more");
}

static void explain_slipped(const struct load_result *result, struct text *out)
{
    char longest[UNITS_TEXT_MAX];
    text_puts(out, "could not keep its schedule: set back for ");
    put_share(out, slipped_share(result));
    text_puts(out, " of the time, ");
    put_count(out, result->stalls, "stalls");
    if (result->stalls > 0)
        text_printf(out, ", the longest %s", units_format_latency(result->stall_longest, longest));
}

static void explain_dropped(const struct load_result *result, const struct generator_path *path,
                            struct text *out)
{
    text_puts(out, "lost ");
    put_count(out, result->socket_drops, "answers on its own sockets (");
    put_share(out, dropped_share(result));
    text_puts(out, ")");
    if (lost_on_the_way(path) > 0) {
        text_puts(out, ", ");
        put_count(out, lost_on_the_way(path), "packets on the way");
    }
}

static void explain_fine(const struct load_result *result, struct text *out)
{
    text_puts(out, "kept its schedule: ");
    put_lag(out, "p99.9", result, 0.999);
    text_puts(out, ", ");
    put_count(out, result->socket_drops, "socket drops");
}

void generator_explain(enum generator_fault fault, const struct load_result *result,
                       const struct generator_path *path, struct text *out)
{
    switch (fault) {
    case GENERATOR_UNSENT:
        explain_unsent(result, out);
        break;
    case GENERATOR_SLIPPED:
        explain_slipped(result, out);
        break;
    case GENERATOR_DROPPED:
        explain_dropped(result, path, out);
        break;
    case GENERATOR_LAGGED:
        text_puts(out, "sent late: ");
        put_lag(out, "p99", result, 0.99);
        break;
    case GENERATOR_STOLEN:
    case GENERATOR_FINE:
        explain_fine(result, out);
        break;
    }
    text_printf(out, ", %.0f %% of a core", 100 * path->core_use);
    if (path->steal >= STEAL_TOLD || fault == GENERATOR_STOLEN) {
        text_puts(out, ", ");
        put_share(out, path->steal);
        text_puts(out, " of the machine taken by the hypervisor");
    }
}
