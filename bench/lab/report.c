// SPDX-License-Identifier: BSD-2-Clause
/* Reports. The JSON object's keys stay; new ones may come. */
#include "bench/lab/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "bench/lab/diag.h"
#include "bench/lab/outfile.h"
#include "dns/name.h"

#define COUNT_FIELDS(X)                                                                            \
    X(queries)                                                                                     \
    X(answered)                                                                                    \
    X(lost)                                                                                        \
    X(ignored)                                                                                     \
    X(capped)                                                                                      \
    X(servfail)                                                                                    \
    X(refused)                                                                                     \
    X(formerr)                                                                                     \
    X(truncated)                                                                                   \
    X(overload)                                                                                    \
    X(tcp)                                                                                         \
    X(rewritten)                                                                                   \
    X(hidden)                                                                                      \
    X(wrong)                                                                                       \
    X(forged)                                                                                      \
    X(turned)

static void counts_add(struct resolver_counts *into, const struct resolver_counts *from)
{
#define X(field) into->field += from->field;
    COUNT_FIELDS(X)
#undef X
}

/* Sums over the resolvers of GROUP, or of all for -1. */
struct sums {
    struct resolver_counts counts;
    uint32_t resolvers, asked;
    uint32_t backends;            /* that begin among them */
    uint32_t peak_1s, peak_100ms; /* the highest of any one resolver */
};

static struct sums sum_of(const struct fleet *fleet, int group)
{
    struct sums sums = {0};
    for (size_t i = 0; i < fleet->count; i++) {
        const struct resolver *resolver = &fleet->resolvers[i];
        if (group >= 0 && resolver->group != group)
            continue;
        counts_add(&sums.counts, &resolver->counts);
        sums.resolvers++;
        sums.backends += resolver->backend == i;
        sums.asked += resolver->counts.queries > 0;
        if (resolver->meter.peak_1s > sums.peak_1s)
            sums.peak_1s = resolver->meter.peak_1s;
        if (resolver->meter.peak_100ms > sums.peak_100ms)
            sums.peak_100ms = resolver->meter.peak_100ms;
    }
    return sums;
}

/* A run counts when the lab itself lost nothing. */
static bool is_valid(const struct lab *lab)
{
    if (lab->tally && lab->tally->clock_steps)
        return false;
    return !lab->socket_drops && !lab->send_errors && !sum_of(lab->fleet, -1).counts.overload;
}

static void put_counts(struct text *t, const struct resolver_counts *counts)
{
    const char *between = "";
#define X(field)                                                                                   \
    text_printf(t, "%s\"" #field "\":%llu", between, (unsigned long long)counts->field);           \
    between = ",";
    COUNT_FIELDS(X)
#undef X
}

static void put_sums(struct text *t, const struct sums *sums)
{
    text_printf(t,
                "\"resolvers\":%u,\"backends\":%u,\"asked\":%u,\"peak_1s\":%u,\"peak_100ms\":%u,",
                sums->resolvers, sums->backends, sums->asked, sums->peak_1s, sums->peak_100ms);
    put_counts(t, &sums->counts);
}

static void put_violations(struct text *t, const struct lab *lab)
{
    const struct watch_counts *w = &lab->watch.counts;
    text_printf(t,
                "\"violations\":{\"malformed\":%llu,\"not_in\":%llu,\"outside\":%llu,"
                "\"above_apex\":%llu,\"id_in_use\":%llu,\"over_expected_cap\":%llu}",
                (unsigned long long)w->malformed, (unsigned long long)w->not_in,
                (unsigned long long)w->outside, (unsigned long long)w->above_apex,
                (unsigned long long)w->id_in_use, (unsigned long long)w->over_expect);
}

static void put_steps(struct text *t, const struct series *series, enum series_kind kind)
{
    for (uint32_t i = 0; i < series->used; i++)
        text_printf(t, i ? ",%u" : "%u", series->counts[kind][i]);
}

static void put_series(struct text *t, const struct lab *lab)
{
    const struct series *series = &lab->series;
    double started = (double)lab->started_wall_ms * 1e-3;
    if (series->step_ns)
        started += (double)(series->started - lab->started) * 1e-9;
    text_printf(t, ",\n\"series\":{\"started_unix\":%.3f,\"step_s\":%.1f,\"queries\":[", started,
                (double)(series->step_ns ? series->step_ns : SERIES_STEP_NS) * 1e-9);
    put_steps(t, series, SERIES_QUERIES);
    text_puts(t, "],\"capped\":[");
    put_steps(t, series, SERIES_CAPPED);
    text_puts(t, "]}");
}

static void put_run(struct text *t, const struct lab *lab)
{
    double seconds = (double)(lab->ended - lab->started) * 1e-9;
    text_printf(t, "{\"v\":1,\"version\":\"%s\",\"mode\":\"%s\",\"seed\":%llu,\"seconds\":%.3f,",
                DNSTRAWL_VERSION,
                lab->options->is_timed ? "timed"
                : lab->options->fast   ? "fast"
                                       : "fleet",
                (unsigned long long)lab->options->seed, seconds);
    text_printf(t,
                "\"user_seconds\":%.3f,\"system_seconds\":%.3f,\"valid\":%s,"
                "\"socket_drops\":%llu,\"send_errors\":%llu,",
                (double)lab->user_ns * 1e-9, (double)lab->system_ns * 1e-9,
                is_valid(lab) ? "true" : "false", (unsigned long long)lab->socket_drops,
                (unsigned long long)lab->send_errors);
    text_printf(t, "\"zones\":%zu,\"names\":%zu,\"source_ports\":%u,\"edns_queries\":%llu,",
                zones_apex_count(lab->zones), zones_node_count(lab->zones),
                watch_port_count(&lab->watch), (unsigned long long)lab->watch.counts.edns);
    text_printf(t,
                "\"tcp_accepted\":%llu,\"tcp_turned_away\":%llu,\"sightings_forgotten\":%llu,"
                "\"peak_1s\":%u,\"peak_100ms\":%u,",
                (unsigned long long)lab->tcp_accepted, (unsigned long long)lab->tcp_turned_away,
                (unsigned long long)lab->sightings.forgotten, lab->meter.peak_1s,
                lab->meter.peak_100ms);
}

static void put_resolver(struct text *t, const struct lab *lab, const struct resolver *resolver)
{
    char address[FLEET_ADDRESS_MAX];
    const struct range *traits = resolver->traits.value;
    fleet_address_text(resolver, address);
    text_printf(t, "{\"address\":\"%s\",", address);
    fleet_address_text(&lab->fleet->resolvers[resolver->backend], address);
    text_printf(t, "\"backend\":\"%s\",\"group\":", address);
    const char *label = lab->fleet->groups[resolver->group].label;
    text_put_json(t, label, strlen(label));
    text_printf(t, ",\"dead\":%d,\"loss\":%.4f,\"rtt_ms\":%.1f,\"cap_qps\":%.0f,",
                fleet_dead(resolver), traits[TRAIT_LOSS].low, traits[TRAIT_RTT].low * 1e-6,
                traits[TRAIT_CAP].low);
    text_printf(t, "\"rewrite\":%.0f,\"hide\":%.4f,\"wrong\":%.4f,\"forge\":\"%s\",\"turns\":%.0f,",
                traits[TRAIT_REWRITE].low, traits[TRAIT_HIDE].low, traits[TRAIT_WRONG].low,
                traits_choice(TRAIT_FORGE, traits[TRAIT_FORGE].low), traits[TRAIT_TURNS].low);
    text_printf(t, "\"peak_1s\":%u,\"peak_100ms\":%u,", resolver->meter.peak_1s,
                resolver->meter.peak_100ms);
    put_counts(t, &resolver->counts);
    text_putc(t, '}');
}

static void put_all(struct text *t, const struct lab *lab)
{
    const struct fleet *fleet = lab->fleet;
    struct sums sums = sum_of(fleet, -1);
    put_run(t, lab);
    if (lab->tally)
        tally_put(t, lab->tally);
    text_puts(t, "\"totals\":{");
    put_sums(t, &sums);
    text_puts(t, "},");
    put_violations(t, lab);
    put_series(t, lab);
    text_puts(t, ",\"groups\":[");
    for (size_t i = 0; i < fleet->group_count; i++) {
        sums = sum_of(fleet, (int)i);
        text_puts(t, i ? ",{\"group\":" : "{\"group\":");
        text_put_json(t, fleet->groups[i].label, strlen(fleet->groups[i].label));
        text_putc(t, ',');
        put_sums(t, &sums);
        text_putc(t, '}');
    }
    text_puts(t, "],\"per_resolver\":[");
    for (size_t i = 0; i < fleet->count; i++) {
        text_puts(t, i ? ",\n" : "\n");
        put_resolver(t, lab, &fleet->resolvers[i]);
    }
    text_puts(t, "\n]}\n");
}

int report_write(const struct lab *lab, const char *path)
{
    struct text text = {0};
    struct outfile out;
    int err = outfile_open(&out, path);
    if (err)
        return err;
    put_all(&text, lab);
    if (text.failed)
        diag("%s: out of memory", path);
    else
        fwrite(text.data, 1, text.len, out.file);
    err = text.failed ? ERR_NOMEM : 0;
    text_deinit(&text);
    int close_err = outfile_close(&out);
    return err ? err : close_err;
}

static void print_sums(const char *label, const struct sums *sums)
{
    const struct resolver_counts *c = &sums->counts;
    char queries[UNITS_TEXT_MAX], answered[UNITS_TEXT_MAX];
    fprintf(stderr, "  %-30.30s %4u %11s %11s %7llu %7llu %7llu %7llu %7llu %7llu %7llu %6u\n",
            label, sums->resolvers, units_format_count(c->queries, queries),
            units_format_count(c->answered, answered), (unsigned long long)(c->lost + c->ignored),
            (unsigned long long)c->capped, (unsigned long long)c->servfail,
            (unsigned long long)(c->refused + c->formerr), (unsigned long long)c->truncated,
            (unsigned long long)(c->rewritten + c->hidden + c->wrong),
            (unsigned long long)c->forged, sums->peak_1s);
}

/* Where there is something to tell. */
static void print_lies(const struct sums *sums)
{
    const struct resolver_counts *c = &sums->counts;
    if (sums->backends != sums->resolvers)
        diag("%u resolvers are %u back ends", sums->resolvers, sums->backends);
    if (c->rewritten || c->hidden || c->wrong || c->forged)
        diag("lies: %llu NXDOMAIN rewritten, %llu names hidden, %llu given wrong addresses, "
             "%llu packets forged",
             (unsigned long long)c->rewritten, (unsigned long long)c->hidden,
             (unsigned long long)c->wrong, (unsigned long long)c->forged);
    if (c->turned)
        diag("%llu queries came to resolvers that had turned", (unsigned long long)c->turned);
}

void report_print(const struct lab *lab)
{
    const struct fleet *fleet = lab->fleet;
    const struct watch_counts *w = &lab->watch.counts;
    struct sums sums = sum_of(fleet, -1);
    fprintf(stderr, "  %-30s %4s %11s %11s %7s %7s %7s %7s %7s %7s %7s %6s\n", "group", "n",
            "queries", "answered", "silent", "capped", "servf", "refused", "trunc", "lies",
            "forged", "peak/s");
    for (size_t i = 0; i < fleet->group_count && fleet->group_count > 1; i++) {
        struct sums of_group = sum_of(fleet, (int)i);
        print_sums(fleet->groups[i].label, &of_group);
    }
    print_sums("all", &sums);
    print_lies(&sums);
    diag("peak %u queries/s over all, %u source ports, %llu over TCP", lab->meter.peak_1s,
         watch_port_count(&lab->watch), (unsigned long long)sums.counts.tcp);
    diag(
        "violations: %llu malformed, %llu outside the zones (%llu above an apex), %llu ids in use, "
        "%llu above the expected cap, %llu of another class",
        (unsigned long long)w->malformed, (unsigned long long)w->outside,
        (unsigned long long)w->above_apex, (unsigned long long)w->id_in_use,
        (unsigned long long)w->over_expect, (unsigned long long)w->not_in);
    if (!is_valid(lab))
        diag("NOT VALID: the lab itself lost packets (%llu queries, %llu replies, %llu for want of "
             "room); take fewer resolvers or a lower rate",
             (unsigned long long)lab->socket_drops, (unsigned long long)lab->send_errors,
             (unsigned long long)sums.counts.overload);
}
