// SPDX-License-Identifier: BSD-2-Clause
/* What a walk tells of itself: plan, progress, a block of lines per zone, stats. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/process.h"
#include "out/chain.h"
#include "out/put.h"
#include "scan/stats_file.h"
#include "scan/tally.h"
#include "scan/walk_state.h"

/* --- before --- */

static void put_ceiling(struct text *out, const char *what, uint64_t given, const char *usual)
{
    if (given == RATE_DEFAULT)
        text_printf(out, "%s %s", what, usual);
    else if (given == 0)
        text_printf(out, "%s none", what);
    else
        text_printf(out, "%s %llu q/s", what, (unsigned long long)given);
}

void walk_report_plan(struct walk_tour *tour)
{
    const struct scan_params *params = tour->params;
    struct text text = {0};
    display_init(&tour->display, params, clock_mono_ns());
    put_counted(&text, params->pattern_count, "zone", "zones");
    text_puts(&text, ", servers ");
    if (params->servers.count > 0)
        text_printf(&text, "given: %zu", params->servers.count);
    else
        text_printf(&text, "found through %s",
                    params->resolvers.count ? params->resolvers.items[0] : "/etc/resolv.conf");
    put_ceiling(&text, "; ceilings: all", params->rate_qps, "10,000 q/s");
    put_ceiling(&text, ", a server", params->resolver_rate_qps, "200 q/s (loopback none)");
    text_putc(&text, '\0');
    if (!text.failed)
        log_note("walk: %s; seed %llu", text.data, (unsigned long long)params->seed);
    text_deinit(&text);
    if (params->config_read)
        log_note("  configuration: %s", params->config_read);
}

/* --- while it runs --- */

static struct progress progress_of(struct walk *walk, double seconds)
{
    struct walk_tour *tour = walk->tour;
    const struct counters *counters = asker_counters(walk->asker);
    uint64_t queries = counter_get(&counters->queries);
    uint64_t answers = counter_get(&counters->answers);
    uint64_t timeouts = counter_get(&counters->timeouts);
    uint64_t answered = answers - tour->shown_answers;
    uint64_t ended = answered + timeouts - tour->shown_timeouts;
    struct progress progress = {
        .sent_qps = (double)(queries - tour->shown_queries) / seconds,
        .answered_share = ended ? (double)answered / (double)ended : -1,
        .resolvers = walk->walked_count,
    };
    for (size_t i = 0; i < walk->walked_count; i++)
        progress.benched += walk->walked[i].is_out;
    tour->shown_queries = queries;
    tour->shown_answers = answers;
    tour->shown_timeouts = timeouts;
    walk->kind->progress(walk->state, &progress);
    return progress;
}

void walk_report_progress(struct walk *walk)
{
    struct display *display = &walk->tour->display;
    double seconds = display_due(display, walk->now);
    if (seconds == 0)
        return;
    struct progress progress = progress_of(walk, seconds);
    display_progress(display, &progress);
}

/* --- a zone's end --- */

static void note_lines(const struct text *lines)
{
    const char *at = lines->data;
    size_t left = lines->failed ? 0 : lines->len;
    while (left > 0) {
        const char *end = memchr(at, '\n', left);
        size_t len = end ? (size_t)(end - at) : left;
        log_note("  %.*s", (int)len, at);
        len += end != NULL;
        at += len;
        left -= len;
    }
}

void walk_report_stats(const struct walk *walk, const struct walk_result *result,
                       enum scan_exit code)
{
    struct text *out = &walk->tour->zones;
    text_puts(out, out->len ? ",{\"zone\":" : "{\"zone\":");
    put_json_name(out, walk->zone.wire);
    text_puts(out, ",\"chain\":");
    put_json_string(out, walk->kind ? walk->kind->chain : NULL);
    text_printf(out, ",\"complete\":%s,\"exit\":%d,\"servers\":[",
                code == SCAN_EXIT_COMPLETE ? "true" : "false", (int)code);
    for (size_t i = 0; i < walk->walked_count; i++) {
        const struct walk_server *server = &walk->walked[i];
        text_puts(out, i ? ",{\"server\":" : "{\"server\":");
        put_json_string(out, server->text);
        if (server->has_serial)
            text_printf(out, ",\"serial\":%u", (unsigned)server->serial);
        text_printf(out, ",\"asked\":%llu,\"answered\":%llu,\"usable\":%s}",
                    (unsigned long long)server->asked, (unsigned long long)server->answered,
                    server->is_out ? "false" : "true");
    }
    text_puts(out, "],\"keys_from\":");
    put_json_string(out, walk->keys_from);
    text_printf(out, ",\"serial_changes\":%llu", (unsigned long long)walk->serial_changes);
    if (result && result->stats.len > 0 && !result->stats.failed) {
        text_putc(out, ',');
        text_put(out, result->stats.data, result->stats.len);
    }
    text_putc(out, '}');
}

static const char *verdict_word(enum scan_exit code)
{
    return code == SCAN_EXIT_COMPLETE ? "complete" : "incomplete";
}

void walk_report_zone(struct walk *walk, const struct walk_result *result, enum scan_exit code)
{
    const struct counters *counters = asker_counters(walk->asker);
    uint64_t queries = counter_get(&counters->queries);
    log_paint("");
    if (result->headline.len > 0)
        log_note("%s: %s: %.*s", walk->zone_text, verdict_word(code), (int)result->headline.len,
                 result->headline.data);
    else
        log_note("%s: not walked", walk->zone_text);
    note_lines(&result->summary);
    if (walk->serial_changes > 0)
        log_note("  the zone changed %llu times during the walk",
                 (unsigned long long)walk->serial_changes);
    if (walk->unverified > 0)
        log_note("  unverified: signatures could not be checked, for want of keys");
    uint64_t found = result->hashes > 0 ? result->hashes : walk->names;
    log_note("  %llu queries (%.2f a %s), %llu timeouts", (unsigned long long)queries,
             found > 0 ? (double)queries / (double)found : 0.0,
             result->hashes > 0 ? "hash" : "name",
             (unsigned long long)counter_get(&counters->timeouts));
    walk_report_stats(walk, result, code);
}

void walk_report_classes(struct walk_tour *tour, const struct classify_result *result)
{
    bool is_json = strcmp(tour->params->outputs[0].format, "ndjson") == 0;
    for (size_t i = 0; i < result->count; i++) {
        struct chain_line line = classify_line(result, i);
        (is_json ? chain_line_json : chain_line_text)(&tour->classes, &line);
    }
}

/* --- the end --- */

static void measure(struct walk_tour *tour)
{
    struct report *report = &tour->report;
    struct process_use use = process_use_now();
    report->cpu_seconds = use.cpu_seconds;
    report->max_rss_bytes = use.max_rss_bytes;
    report->seconds = (double)(clock_mono_ns() - tour->started) / 1e9;
}

static enum scan_exit write_stats(struct walk_tour *tour, enum scan_exit code)
{
    struct report *report = &tour->report;
    struct text extra = {0}, out = {0};
    text_puts(&extra, ",\"walks\":[");
    text_put(&extra, tour->zones.data, tour->zones.len);
    text_puts(&extra, "]");
    text_putc(&extra, '\0');
    report->extra = extra.failed ? NULL : extra.data;
    report_stats(&out, report);
    out.failed |= extra.failed;
    code = stats_file_write(tour->params, &out, code);
    text_deinit(&extra);
    text_deinit(&out);
    return code;
}

static enum scan_exit write_classes(struct walk_tour *tour, enum scan_exit code)
{
    const char *path = tour->params->outputs[0].path;
    int error = report_write(path, &tour->classes);
    if (error == ERR_CLOSED)
        return SCAN_EXIT_CLOSED;
    if (error == 0)
        return code;
    log_error("%s: %s", path ? path : "stdout",
              error == ERR_IO ? strerror(errno) : err_text(error));
    return SCAN_EXIT_FATAL;
}

static void summarize(const struct walk_tour *tour, enum scan_exit code)
{
    const struct scan_params *params = tour->params;
    const struct report *report = &tour->report;
    const char *path = params->outputs[0].path;
    char zone[NAME_TEXT_MAX];
    struct text text = {0};
    if (params->pattern_count == 1)
        (void)name_to_text(params->patterns[0].zone.wire, zone);
    else
        snprintf(zone, sizeof zone, "%zu zones", params->pattern_count);
    report_ending(&text, "walk", zone, report->seconds, (int)code, "server");
    text_puts(&text, "\n  ");
    put_counted(&text, report->names, "name", "names");
    text_printf(&text, " to %s", params->split_dir ? params->split_dir : path ? path : "stdout");
    text_puts(&text, ", ");
    put_counted(&text, report->queries, "query", "queries");
    if (params->pattern_count > 1)
        text_printf(&text, ", %zu of %zu zones complete", tour->complete_count,
                    params->pattern_count);
    text_putc(&text, '\0');
    char *rest = text.failed ? NULL : strchr(text.data, '\n');
    if (rest) {
        *rest = '\0';
        log_note("%s", text.data);
        log_note("%s", rest + 1);
    }
    text_deinit(&text);
}

enum scan_exit walk_report_tour(struct walk_tour *tour, enum scan_exit code)
{
    const struct scan_params *params = tour->params;
    struct report *report = &tour->report;
    measure(tour);
    log_paint("");
    if (params->only_classifies)
        code = write_classes(tour, code);
    if (code != SCAN_EXIT_CLOSED && !params->only_classifies)
        summarize(tour, code);
    report->end = stats_file_end(params, report->end.started_ms, code);
    if (params->stats_path)
        code = write_stats(tour, code);
    text_deinit(&tour->zones);
    text_deinit(&tour->classes);
    return code;
}
