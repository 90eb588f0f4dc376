// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/process.h"
#include "base/units.h"
#include "out/report.h"
#include "scan/stats_file.h"
#include "scan/transfer_state.h"

/* --- before --- */

/* "example.com", or "3 zones". */
static const char *subject(const struct transfer_run *run, char out[NAME_TEXT_MAX])
{
    if (run->zones == 1)
        (void)name_to_text(run->params->patterns[0].zone.wire, out);
    else
        snprintf(out, NAME_TEXT_MAX, "%zu zones", run->zones);
    return out;
}

void transfer_tell_plan(const struct transfer_run *run)
{
    const struct scan_params *params = run->params;
    char records[UNITS_TEXT_MAX], octets[UNITS_TEXT_MAX], wait[UNITS_TEXT_MAX],
        zones[NAME_TEXT_MAX];
    char what[64] = "AXFR, and IXFR where that is refused,";
    if (params->has_ixfr)
        snprintf(what, sizeof what, "IXFR from serial %u", params->ixfr_serial);
    log_note("axfr %s: %s by %s", subject(run, zones), what, params->tls ? "TLS" : "TCP");
    log_note("  from %s; each at most %s records and %s octets, waiting %s at most",
             params->servers.count ? "the servers given" : "every server of the zone",
             units_format_count(params->records_max, records),
             units_format_count(params->octets_max, octets),
             units_format_duration(params->transfer_wait, wait));
    if (params->has_tsig)
        log_note("  signed with a key (%s)", params->tsig.algorithm->text);
    if (params->tls && !params->tls_ca && !params->tls_host)
        log_note("  certificates are not checked: who answers is not known (--tls-ca, --tls-host)");
    if (params->config_read)
        log_note("  configuration: %s", params->config_read);
}

/* --- while it runs --- */

static uint64_t count_over(const struct zone_transfer *zone)
{
    uint64_t over = 0;
    for (size_t i = 0; i < zone->servers.count; i++)
        over += zone->targets[i].stage == STAGE_OVER && !zone->targets[i].is_open;
    return over;
}

/* Of the transfers in hand. */
static void count_flow(const struct zone_transfer *zone, uint64_t *records, uint64_t *octets)
{
    *records = *octets = 0;
    for (size_t i = 0; i < zone->servers.count; i++) {
        const struct target *x = &zone->targets[i];
        *records += x->is_open ? x->transfer.records : 0;
        *octets += x->is_open ? x->transfer.octets : 0;
    }
}

static void put_line(const struct transfer_run *run, struct text *out)
{
    char short_records[UNITS_TEXT_MAX], short_octets[UNITS_TEXT_MAX];
    uint64_t records, octets;
    count_flow(run->zone, &records, &octets);
    text_printf(out, "zone %zu/%zu, server %llu/%zu, %s records, %s octets", run->zones_done + 1,
                run->zones, (unsigned long long)count_over(run->zone), run->zone->servers.count,
                units_format_short(records, short_records),
                units_format_short(octets, short_octets));
}

static void put_json(const struct transfer_run *run, struct text *out)
{
    uint64_t records, octets;
    count_flow(run->zone, &records, &octets);
    const struct progress progress = {.is_total_known = true,
                                      .done = run->zones_done,
                                      .total = run->zones,
                                      .hits = run->records + records,
                                      .resolvers = run->zone->servers.count,
                                      .answered_share = -1};
    progress_json(out, &progress);
}

void transfer_tell_progress(struct transfer_run *run, mono_ns now)
{
    if (display_due(&run->display, now) == 0)
        return;
    struct text text = {0};
    (run->display.is_json ? put_json : put_line)(run, &text);
    display_text(&run->display, &text);
}

/* --- a zone's end --- */

static struct transfer_server server_of(const struct target *x)
{
    return (struct transfer_server){.zone = x->zone->text,
                                    .address = x->server->text,
                                    .host = x->host,
                                    .attempts = x->attempts,
                                    .attempt_count = x->attempt_count,
                                    .best = target_best(x)};
}

void transfer_tell_server(const struct transfer_run *run, const struct target *x)
{
    const struct transfer_server server = server_of(x);
    struct text text = {0};
    (void)run;
    transfer_server_line(&text, &server);
    text_putc(&text, '\0');
    if (!text.failed)
        log_note("%s", text.data);
    text_deinit(&text);
}

void transfer_note_zone(struct transfer_run *run, const struct zone_transfer *zone, const char *why)
{
    const struct keep_content *held = keep_held(zone->keep);
    const struct target *a, *b;
    bool is_different = zone_differs(zone, &a, &b);
    if (is_different)
        log_note("%s: its servers differ: serial %u at %s, %u at %s", zone->text,
                 target_best(a)->serial, a->server->text, target_best(b)->serial, b->server->text);
    const struct transfer_zone told = {
        .zone = zone->text,
        .is_complete = zone_is_complete(zone),
        .is_consistent = !is_different,
        .outcome = held->fd >= 0 ? held->outcome : TRANSFER_OPEN,
        .from = held->fd >= 0 ? held->origin.server : NULL,
        .serial = held->serial,
        .records = held->records,
        .names = held->names,
        .servers = zone->servers.count,
        .why = zone->servers.count ? NULL : why,
    };
    if (!run->params->stats_path)
        return;
    if (run->zones_json.len)
        text_puts(&run->zones_json, ",");
    transfer_zone_json(&run->zones_json, &told);
    for (size_t i = 0; i < zone->servers.count; i++) {
        const struct transfer_server server = server_of(&zone->targets[i]);
        if (run->servers_json.len)
            text_puts(&run->servers_json, ",");
        transfer_server_json(&run->servers_json, &server);
    }
}

/* --- the end --- */

static void tell_servers(const struct transfer_run *run)
{
    char count[UNITS_TEXT_MAX];
    struct text text = {0};
    for (int i = TRANSFER_WHOLE; i < TRANSFER_OUTCOMES; i++) {
        if (run->outcomes[i])
            text_printf(&text, "%s%llu %s", text.len ? " + " : "",
                        (unsigned long long)run->outcomes[i], transfer_words[i]);
    }
    text_putc(&text, '\0');
    if (!text.failed && run->servers)
        log_note("  %s server%s = %s", units_format_count(run->servers, count),
                 run->servers == 1 ? "" : "s", text.data);
    text_deinit(&text);
}

static void summarize(const struct transfer_run *run, enum scan_exit code, double seconds)
{
    char zones[NAME_TEXT_MAX], count[UNITS_TEXT_MAX];
    const char *path = run->params->outputs[0].path;
    struct text ending = {0};
    report_ending(&ending, "axfr", subject(run, zones), seconds, (int)code, "server");
    log_note("%.*s", (int)ending.len, ending.len ? ending.data : "");
    text_deinit(&ending);
    if (run->zones > 1)
        log_note("  %zu of %zu zones", run->zones_whole, run->zones);
    tell_servers(run);
    log_note("  %s record%s to %s", units_format_count(run->records, count),
             run->records == 1 ? "" : "s", path ? path : "stdout");
    if (code == SCAN_EXIT_NO_RESOLVER)
        log_error("no server could be used");
}

static enum scan_exit write_stats(const struct transfer_run *run, enum scan_exit code,
                                  double seconds)
{
    struct process_use use = process_use_now();
    struct transfer_stats stats = {
        .zones = run->zones,
        .zones_whole = run->zones_whole,
        .records = run->records,
        .names = run->names,
        .servers = run->servers,
        .queries = run->queries,
        .octets = run->octets,
        .zones_json = &run->zones_json,
        .servers_json = &run->servers_json,
        .seconds = seconds,
        .cpu_seconds = use.cpu_seconds,
        .max_rss_bytes = use.max_rss_bytes,
        .end = stats_file_end(run->params, run->started_ms, code),
    };
    memcpy(stats.outcomes, run->outcomes, sizeof stats.outcomes);
    struct text text = {0};
    transfer_stats(&text, &stats);
    code = stats_file_write(run->params, &text, code);
    text_deinit(&text);
    return code;
}

enum scan_exit transfer_tell_end(struct transfer_run *run, enum scan_exit code)
{
    double seconds = (double)(clock_mono_ns() - run->started) / 1e9;
    if (code != SCAN_EXIT_CLOSED)
        summarize(run, code, seconds);
    return run->params->stats_path ? write_stats(run, code, seconds) : code;
}
