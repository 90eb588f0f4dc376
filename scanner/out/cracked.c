// SPDX-License-Identifier: BSD-2-Clause
#include "out/cracked.h"

#include <stdio.h>

#include "base/units.h"
#include "out/members.h"
#include "out/put.h"
#include "out/report.h"

#define LINE_COLUMNS  80
#define STAGE_COLUMNS 24

static void put_label(struct text *out, const uint8_t *hash)
{
    char label[NSEC3_LABEL_LEN];
    base32hex_from_hash(hash, label);
    text_put(out, label, sizeof label);
}

void cracked_line_text(struct text *out, const struct cracked_line *line)
{
    put_label(out, line->hash);
    text_putc(out, '\t');
    put_name(out, line->name);
    text_putc(out, '\n');
}

static void put_salt(struct text *out, const struct nsec3_params *params)
{
    for (unsigned i = 0; i < params->salt_len; i++)
        text_printf(out, "%02x", params->salt[i]);
    if (params->salt_len == 0)
        text_putc(out, '-');
}

static void put_types(struct text *out, const struct cracked_line *line)
{
    const char *comma = "";
    uint16_t type;
    text_putc(out, '[');
    for (uint32_t from = 0; bitmap_next(&line->types, from, &type); from = type + 1u) {
        text_printf(out, "%s\"", comma);
        put_type(out, type);
        text_putc(out, '"');
        comma = ",";
    }
    text_putc(out, ']');
}

void cracked_line_json(struct text *out, const struct cracked_line *line)
{
    text_puts(out, "{\"v\":1,\"host\":");
    put_json_name(out, line->name);
    text_puts(out, ",\"zone\":");
    put_json_name(out, line->zone);
    text_puts(out, ",\"hash\":\"");
    put_label(out, line->hash);
    text_printf(out, "\",\"iterations\":%u,\"salt\":\"", (unsigned)line->params->iterations);
    put_salt(out, line->params);
    text_printf(out, "\",\"opt_out\":%s,\"types\":", line->is_opt_out ? "true" : "false");
    if (line->has_types)
        put_types(out, line);
    else
        text_puts(out, "null");
    text_printf(out, ",\"source\":\"%s\",\"timestamp\":\"", line->source);
    put_time(out, line->time_ms);
    text_puts(out, "\"}\n");
}

/* Seconds left; negative: not known. */
static double time_left(const struct cracked_progress *p)
{
    if (p->total <= p->done || !(p->hashes_per_second >= 1))
        return -1;
    return (double)(p->total - p->done) / p->hashes_per_second;
}

void cracked_progress_line(struct text *out, const struct cracked_progress *p)
{
    char done[UNITS_TEXT_MAX], total[UNITS_TEXT_MAX], rate[UNITS_TEXT_MAX], cracked[UNITS_TEXT_MAX],
        targets[UNITS_TEXT_MAX], eta[UNITS_TEXT_MAX];
    size_t before = out->len;
    if (p->total > 0)
        text_printf(out, "%3u%% ",
                    p->done >= p->total ? 100
                                        : (unsigned)((unsigned __int128)p->done * 100 / p->total));
    text_printf(out, "%.*s %s", STAGE_COLUMNS, p->stage, units_format_short(p->done, done));
    if (p->total > 0)
        text_printf(out, "/%s", units_format_short(p->total, total));
    text_printf(out, " %s/s cracked %s/%s",
                units_format_short((uint64_t)(p->hashes_per_second + 0.5), rate),
                units_format_short(p->cracked, cracked), units_format_short(p->targets, targets));
    if (time_left(p) >= 0)
        text_printf(out, " eta %s", units_format_eta(seconds_to_ns(time_left(p)), eta));
    if (out->len - before > LINE_COLUMNS)
        out->len = before + LINE_COLUMNS;
}

void cracked_progress_json(struct text *out, const struct cracked_progress *p)
{
    text_puts(out, "{\"stage\":");
    put_json_string(out, p->stage);
    text_printf(out, ",\"done\":%llu,\"total\":", (unsigned long long)p->done);
    if (p->total > 0)
        text_printf(out, "%llu", (unsigned long long)p->total);
    else
        text_puts(out, "null");
    text_puts(out, ",\"hashes_per_second\":");
    put_json_number(out, p->hashes_per_second, 0);
    text_printf(out,
                ",\"cracked\":%llu,\"targets\":%llu,\"eta_s\":", (unsigned long long)p->cracked,
                (unsigned long long)p->targets);
    if (time_left(p) >= 0)
        put_json_number(out, time_left(p), 1);
    else
        text_puts(out, "null");
    text_puts(out, "}\n");
}

static void put_by_source(struct text *out, const struct cracked_stats *stats)
{
    const char *comma = ": ";
    for (size_t i = 0; i < stats->source_count; i++) {
        if (stats->by_source[i] == 0)
            continue;
        text_printf(out, "%s%s ", comma, stats->sources[i]);
        put_count(out, stats->by_source[i]);
        comma = ", ";
    }
}

void cracked_summary(struct text *out, const struct cracked_stats *stats)
{
    char rate[UNITS_TEXT_MAX];
    double per_second = stats->seconds > 0 ? (double)stats->hashes / stats->seconds : 0;
    report_ending(out, "crack", stats->subject, stats->seconds, stats->exit_code, "hash");
    text_puts(out, "\n  ");
    put_count(out, stats->cracked);
    text_puts(out, " of ");
    put_counted(out, stats->targets, "hash", "hashes");
    if (stats->targets > 0)
        text_printf(out, " (%.1f %%)", 100.0 * (double)stats->cracked / (double)stats->targets);
    text_printf(out, " to %s", stats->output_path);
    put_by_source(out, stats);
    text_puts(out, "\n  ");
    put_counted(out, stats->hashes, "name", "names");
    text_printf(out, " tried, %s/s by %s on ", units_format_short((uint64_t)per_second, rate),
                stats->kernel);
    put_counted(out, stats->threads, "thread", "threads");
    if (stats->chains > 1) {
        text_puts(out, "\n  ");
        put_count(out, stats->chains);
        text_puts(out, " different pairs of zone and parameters");
    }
    text_putc(out, '\n');
}

void cracked_stats(struct text *out, const struct cracked_stats *stats)
{
    text_printf(out, "{\"targets\":%llu", (unsigned long long)stats->targets);
    put_member(out, "cracked", stats->cracked);
    text_puts(out, ",\"by\":{");
    for (size_t i = 0; i < stats->source_count; i++)
        text_printf(out, "%s\"%s\":%llu", i ? "," : "", stats->sources[i],
                    (unsigned long long)stats->by_source[i]);
    text_putc(out, '}');
    put_member(out, "chains", stats->chains);
    put_member(out, "bad_lines", stats->bad_lines);
    put_member(out, "hashes", stats->hashes);
    put_number_member(out, "hashes_per_second",
                      stats->seconds > 0 ? (double)stats->hashes / stats->seconds : 0, 0);
    put_string_member(out, "kernel", stats->kernel);
    put_member(out, "threads", stats->threads);
    put_number_member(out, "seconds", stats->seconds, 3);
    put_number_member(out, "cpu_seconds", stats->cpu_seconds, 3);
    put_member(out, "max_rss_bytes", stats->max_rss_bytes);
    text_printf(out, ",\"exit\":%d", stats->exit_code);
    put_bool_member(out, "complete", stats->is_complete);
    put_string_member(out, "command", stats->command_line);
    put_time_member(out, "started", stats->started_ms);
    put_time_member(out, "ended", stats->ended_ms);
    put_string_member(out, "version", stats->version);
    text_puts(out, "}\n");
}
