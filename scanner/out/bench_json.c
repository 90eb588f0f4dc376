// SPDX-License-Identifier: BSD-2-Clause
/* --stats of a benchmark: one JSON object, every key always there.
 *
 * It is a `stats_sum` of the DNS-OARC dns-metrics schema over all targets, with that schema's
 * header members besides, and so is each element of `targets`, told apart by `subid`: `since` and
 * `until` (ns since 1970), `queries`, `responses`, `timeouts`, `discarded` (due and never sent),
 * `unexpected`, `response_rcodes`, `response_latency` (ns; avg, min, max and stddev of what was
 * answered; buckets are lowest value, highest value, count) and `conn_info`. `sent` and `received`
 * say the first two again, as a later draft of the schema has them.
 *
 * Of our own: percentiles with the lost queries in them (null: lost), service time, schedule lag,
 * kinds of queries, the loads of the search, intervals of 95 % (null: not known; a lost query has
 * taken the timeout there), verdicts, the manifest, and the keys that every --stats has. Shares
 * are 0..1, rates q/s, times ns where the key says so or the schema does. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "out/bench_put.h"
#include "out/members.h"
#include "out/put.h"

#define SCHEMA_VERSION 20240530 /* the one that kxdpgun 3.5 writes */
#define NS_OF_MS(ms)   ((ms) > 0 && (ms) < INT64_MAX / NS_PER_MS ? (uint64_t)((ms)*NS_PER_MS) : 0)

static void put_time_or_null(struct text *out, const char *key, mono_ns value)
{
    if (value == HIST_BEYOND)
        put_string_member(out, key, NULL);
    else
        put_member(out, key, value > 0 ? (uint64_t)value : 0);
}

static uint64_t whole(double value)
{
    return value > 0 && value < 1e18 ? (uint64_t)(value + 0.5) : 0;
}

static void put_buckets(struct text *out, const struct hist *hist)
{
    const char *comma = "";
    text_puts(out, ",\"buckets\":[");
    for (size_t i = 0; i < HIST_CELLS; i++) {
        mono_ns low, high;
        if (hist->cells[i] == 0)
            continue;
        hist_cell_bounds(i, &low, &high);
        text_printf(out, "%s[%lld,%lld,%llu]", comma, (long long)low, (long long)high,
                    (unsigned long long)hist->cells[i]);
        comma = ",";
    }
    text_putc(out, ']');
}

/* `"KEY":{...}` behind COMMA. */
static void put_times(struct text *out, const char *comma, const char *key, const struct hist *hist,
                      bool has_buckets)
{
    text_printf(out, "%s\"%s\":{\"avg\":%llu", comma, key,
                (unsigned long long)whole(hist_mean(hist)));
    put_member(out, "min", (uint64_t)hist_least(hist));
    put_member(out, "max", (uint64_t)hist_most(hist));
    put_member(out, "stddev", whole(hist_deviation(hist)));
    put_member(out, "count", hist_count(hist));
    put_member(out, "lost", hist->beyond);
    for (size_t i = 0; i < BENCH_QUANTILES; i++)
        if (bench_quantiles[i].share <= 1)
            put_time_or_null(out, bench_quantiles[i].key,
                             bench_quantile(hist, &bench_quantiles[i]));
    if (has_buckets)
        put_buckets(out, hist);
    text_putc(out, '}');
}

static void put_conn_info(struct text *out, const struct load_result *result, const char *proto)
{
    bool is_tls = strcmp(proto, "dot") == 0 || strcmp(proto, "doh") == 0;
    bool is_tcp = strcmp(proto, "tcp") == 0;
    uint64_t errors = result->unreachable + result->socket_drops;
    text_printf(out, ",\"conn_info\":{\"type\":\"%s\"",
                is_tls   ? "tls_conn"
                : is_tcp ? "tcp"
                         : "udp");
    if (!is_tls && !is_tcp) {
        put_member(out, "packets_sent", result->sent);
        put_member(out, "packets_received", result->answered + result->late);
    } else {
        put_member(out, "handshakes", result->connections);
    }
    put_member(out, "socket_errors", errors);
    text_putc(out, '}');
}

/* The schema's members of what was sent and received. */
static void put_sums(struct text *out, const struct bench_report *report,
                     const struct load_result *result, const char *proto)
{
    uint64_t unexpected = result->late;
    struct hist all;
    for (int i = 0; i < REJECT_COUNT; i++)
        unexpected += result->rejects[i];
    put_member(out, "since", NS_OF_MS(report->started_ms));
    put_member(out, "until", NS_OF_MS(report->ended_ms));
    put_member(out, "queries", result->sent);
    put_member(out, "responses", result->answered);
    text_printf(out, ",\"sent\":{\"queries\":%llu}", (unsigned long long)result->sent);
    text_printf(out, ",\"received\":{\"responses\":%llu}", (unsigned long long)result->answered);
    put_member(out, "timeouts", result->lost);
    put_member(out, "discarded", result->unsent);
    put_member(out, "unexpected", unexpected);
    put_rcodes_member(out, "response_rcodes", result->rcodes);
    load_result_response(result, &all);
    put_times(out, ",", "response_latency", &all, true);
    put_conn_info(out, result, proto);
}

/* Members of our own of what came of a load. */
static void put_result(struct text *out, const struct load_result *result)
{
    put_times(out, ",", "service_latency", &result->service, false);
    put_times(out, ",", "schedule_lag", &result->lag, false);
    text_puts(out, ",\"classes\":{");
    for (int class = 0; class < LOAD_CLASSES; class ++)
        put_times(out, class ? "," : "", bench_class_words[class], &result->response[class], false);
    text_putc(out, '}');
    put_member(out, "due", result->due);
    put_number_member(out, "loss", result->due ? (double)result->lost / (double)result->due : 0, 8);
    put_member(out, "unreachable", result->unreachable);
    put_member(out, "truncated", result->truncated);
    put_member(out, "followed", result->followed);
    put_member(out, "late_replies", result->late);
    put_rejects_member(out, "rejected_replies", result->rejects);
    put_member(out, "octets_sent", result->octets_out);
    put_member(out, "octets_received", result->octets_in);
    put_member(out, "connections", result->connections);
    text_printf(out, ",\"self\":{\"workers\":%u", result->workers);
    put_number_member(out, "seconds", load_result_seconds(result), 6);
    put_time_or_null(out, "slipped_ns", result->slipped);
    put_member(out, "stalls", result->stalls);
    put_time_or_null(out, "stall_longest_ns", result->stall_longest);
    put_member(out, "socket_drops", result->socket_drops);
    put_member(out, "send_busy", result->send_busy);
    put_member(out, "no_room", result->no_room);
    put_time_or_null(out, "cpu_ns", result->cpu);
    text_putc(out, '}');
}

/* `"KEY":{...}` behind COMMA. */
static void put_interval(struct text *out, const char *comma, const char *key,
                         const struct bench_interval *interval, int decimals)
{
    text_printf(out, "%s\"%s\":", comma, key);
    if (!interval->is_known) {
        text_puts(out, "null");
        return;
    }
    text_puts(out, "{\"value\":");
    put_json_number(out, interval->value, decimals);
    put_number_member(out, "low", interval->low, decimals);
    put_number_member(out, "high", interval->high, decimals);
    text_putc(out, '}');
}

static void put_point(struct text *out, const struct bench_point *point)
{
    text_printf(out, "{\"since\":%llu", (unsigned long long)NS_OF_MS(point->started_ms));
    put_number_member(out, "seconds", point->seconds, 6);
    put_number_member(out, "offered", point->rate, 3);
    put_number_member(out, "achieved", point->achieved, 3);
    put_number_member(out, "answered", point->answered, 3);
    put_number_member(out, "loss", point->loss, 8);
    put_number_member(out, "servfail", point->servfail, 8);
    put_number_member(out, "refused", point->refused, 8);
    put_number_member(out, "truncated", point->truncated, 8);
    put_time_or_null(out, "p50_ns", point->p50);
    put_time_or_null(out, "p90_ns", point->p90);
    put_time_or_null(out, "p99_ns", point->p99);
    put_time_or_null(out, "p999_ns", point->p999);
    put_time_or_null(out, "p9999_ns", point->p9999);
    put_time_or_null(out, "lag_p999_ns", point->lag_p999);
    put_number_member(out, "slipped", point->slipped, 8);
    put_string_member(out, "phase", point->phase);
    put_string_member(out, "verdict", point->verdict);
    put_string_member(out, "why", point->why);
    text_putc(out, '}');
}

/* Of each column of time how many queries were due, answered and lost. */
static void put_timeline(struct text *out, const struct bench_target *target)
{
    uint32_t count = bench_columns(target->result);
    const struct load_column *columns = target->result ? target->result->columns : NULL;
    text_printf(out, ",\"timeline\":{\"column_ns\":%lld", (long long)(count ? target->column : 0));
    for (int series = 0; series < 3; series++) {
        static const char *const keys[] = {"due", "answered", "lost"};
        text_printf(out, ",\"%s\":[", keys[series]);
        for (uint32_t i = 0; columns && i < count; i++) {
            const uint32_t values[] = {columns[i].due, columns[i].answered, columns[i].lost};
            text_printf(out, "%s%u", i ? "," : "", (unsigned)values[series]);
        }
        text_putc(out, ']');
    }
    text_putc(out, '}');
}

static void put_runid(struct text *out, const struct bench_report *report)
{
    text_printf(out, "{\"runid\":\"%lld-%llu\"", (long long)report->started_ms,
                (unsigned long long)report->seed);
    put_string_member(out, "type", "stats_sum");
}

static void put_target(struct text *out, const struct bench_report *report,
                       const struct bench_target *target, const struct load_result *nothing)
{
    const struct load_result *result = target->result ? target->result : nothing;
    put_runid(out, report);
    put_string_member(out, "subid", or_empty(target->name));
    put_sums(out, report, result, or_empty(target->proto));
    put_string_member(out, "name", or_empty(target->name));
    put_string_member(out, "address", target->address);
    put_string_member(out, "proto", target->proto);
    put_bool_member(out, "valid", target->is_valid);
    put_string_member(out, "verdict", or_empty(target->verdict));
    put_interval(out, ",", "rate", &target->rate, 3);
    text_puts(out, ",\"intervals\":{");
    put_interval(out, "", "p50_ns", &target->p50, 0);
    put_interval(out, ",", "p99_ns", &target->p99, 0);
    put_interval(out, ",", "loss", &target->loss, 8);
    text_putc(out, '}');
    put_number_member(out, "knee", target->knee, 3);
    put_number_member(out, "peak_goodput", target->peak_goodput, 3);
    put_number_member(out, "beyond_rate", target->beyond_rate, 3);
    put_number_member(out, "goodput_beyond", target->goodput_beyond, 3);
    put_string_member(out, "stopped", or_empty(target->stopped));
    put_string_member(out, "limiter", or_empty(target->limiter));
    put_string_member(out, "generator", or_empty(target->generator));
    put_member(out, "rank", target->rank);
    text_puts(out, ",\"versus_first\":{");
    put_interval(out, "", "rate", &target->versus_rate, 3);
    put_interval(out, ",", "p50_ns", &target->versus_p50, 0);
    put_interval(out, ",", "p99_ns", &target->versus_p99, 0);
    put_interval(out, ",", "loss", &target->versus_loss, 8);
    text_putc(out, '}');
    put_result(out, result);
    text_puts(out, ",\"points\":[");
    for (size_t i = 0; i < target->point_count; i++) {
        text_puts(out, i ? "," : "");
        put_point(out, &target->points[i]);
    }
    text_putc(out, ']');
    put_timeline(out, target);
    text_putc(out, '}');
}

static bool ran_to_its_end(const struct bench_report *report)
{
    int code = report->exit_code;
    return !report->is_part &&
           (code == BENCH_EXIT_COMPLETE || code == BENCH_EXIT_ALARM || code == BENCH_EXIT_INVALID);
}

static void put_head(struct text *out, const struct bench_report *report)
{
    put_member(out, "schema_version", SCHEMA_VERSION);
    put_string_member(out, "generator", "dnstrawl");
    put_string_member(out, "generator_version", or_empty(report->version));
    text_puts(out, ",\"generator_params\":[");
    put_json_string(out, or_empty(report->command_line));
    text_puts(out, "]");
    put_member(out, "time_units_per_sec", NS_PER_S);
    put_number_member(out, "timeout", (double)report->timeout / (double)NS_PER_S, 3);
}

/* What this run was, and what every --stats has. */
static void put_run(struct text *out, const struct bench_report *report)
{
    put_string_member(out, "mode", report->mode);
    put_number_member(out, "rate_asked", report->rate_asked, 3);
    put_string_member(out, "objective", report->slo);
    put_string_member(out, "workload", report->workload);
    put_string_member(out, "arrival", report->arrival);
    put_string_member(out, "way", report->way);
    put_member(out, "workers", report->workers);
    put_number_member(out, "path_rate", report->path_rate, 3);
    put_string_member(out, "baseline", or_empty(report->baseline));
    text_puts(out, ",\"warnings\":[");
    for (size_t i = 0; i < report->warning_count; i++) {
        text_puts(out, i ? "," : "");
        put_json_string(out, or_empty(report->warnings[i]));
    }
    text_puts(out, "],\"manifest\":[");
    for (size_t i = 0; i < report->fact_count; i++) {
        text_puts(out, i ? ",{\"key\":" : "{\"key\":");
        put_json_string(out, or_empty(report->facts[i].key));
        put_string_member(out, "value", or_empty(report->facts[i].value));
        text_putc(out, '}');
    }
    text_putc(out, ']');
    put_number_member(out, "seconds", report->seconds, 3);
    put_number_member(out, "cpu_seconds", report->cpu_seconds, 3);
    put_member(out, "max_rss_bytes", report->max_rss_bytes);
    text_printf(out, ",\"exit\":%d", report->exit_code);
    put_bool_member(out, "complete", ran_to_its_end(report));
    put_bool_member(out, "own", report->is_own);
    put_string_member(out, "command", report->command_line);
    put_time_member(out, "started", report->started_ms);
    put_time_member(out, "ended", report->ended_ms);
    put_member(out, "seed", report->seed);
    put_string_member(out, "version", report->version);
}

void bench_json(struct text *out, const struct bench_report *report)
{
    struct load_result *sum = calloc(2, sizeof *sum); /* of all targets, and an empty one */
    if (!sum) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < report->target_count; i++)
        if (report->targets[i].result)
            load_result_merge(sum, report->targets[i].result);
    put_runid(out, report);
    put_head(out, report);
    put_sums(out, report, sum, report->target_count ? or_empty(report->targets[0].proto) : "udp");
    put_run(out, report);
    text_puts(out, ",\"targets\":[");
    for (size_t i = 0; i < report->target_count; i++) {
        text_puts(out, i ? "," : "");
        put_target(out, report, &report->targets[i], &sum[1]);
    }
    text_puts(out, "]}\n");
    free(sum);
}
