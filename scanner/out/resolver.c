// SPDX-License-Identifier: BSD-2-Clause
#include "out/resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "dns/code.h"
#include "out/line_file.h"
#include "out/put.h"

/* --- lines --- */

void resolver_line_text(struct text *out, const struct resolver_line *line)
{
    text_printf(out, "%s\t%s\t", line->address, resolver_classes[line->class].word);
    if (line->qps > 0)
        text_printf(out, "%.0f\t", line->qps);
    else
        text_puts(out, "-\t");
    if (line->has_loss)
        text_printf(out, "%.3f\t", line->loss);
    else
        text_puts(out, "-\t");
    if (line->has_rtt)
        text_printf(out, "%.1f\t", line->rtt_ms);
    else
        text_puts(out, "-\t");
    text_puts(out, line->reason[0] ? line->reason : "-");
    if (line->back_end)
        text_printf(out, "\t%s", line->back_end);
    text_putc(out, '\n');
}

static void put_number(struct text *out, const char *key, bool is_known, double value, int decimals)
{
    text_printf(out, ",\"%s\":", key);
    if (is_known)
        put_json_number(out, value, decimals);
    else
        text_puts(out, "null");
}

static void put_count_member(struct text *out, const char *key, uint64_t value)
{
    text_printf(out, ",\"%s\":%llu", key, (unsigned long long)value);
}

static void put_tri(struct text *out, const char *key, enum resolver_tri value)
{
    static const char *const words[] = {"null", "false", "true"};
    text_printf(out, ",\"%s\":%s", key, words[value]);
}

static void put_bool(struct text *out, const char *key, bool value)
{
    text_printf(out, ",\"%s\":%s", key, value ? "true" : "false");
}

void resolver_line_json(struct text *out, const struct resolver_line *line)
{
    text_puts(out, "{\"v\":1,\"resolver\":");
    put_json_string(out, line->address);
    text_printf(out, ",\"class\":\"%s\"", resolver_classes[line->class].word);
    put_bool(out, "used", resolver_classes[line->class].is_used);
    put_number(out, "qps", line->qps > 0, line->qps, 0);
    put_bool(out, "limited", line->has_limit);
    put_number(out, "loss", line->has_loss, line->loss, 4);
    put_number(out, "rtt_ms", line->has_rtt, line->rtt_ms, 1);
    text_puts(out, ",\"reason\":");
    put_json_string(out, line->reason);
    text_puts(out, ",\"back_end\":");
    put_json_string(out, line->back_end);
    put_count_member(out, "queries", line->queries);
    put_count_member(out, "replies", line->replies);
    put_count_member(out, "servfails", line->servfails);
    put_tri(out, "edns", line->edns);
    put_tri(out, "dnssec", line->dnssec);
    put_tri(out, "tcp", line->tcp);
    put_tri(out, "keeps_case", line->keeps_case);
    put_bool(out, "truncates", line->truncates);
    put_count_member(out, "random_names", line->random_names);
    put_count_member(out, "rewritten", line->rewritten);
    put_count_member(out, "known_names", line->known_names);
    put_count_member(out, "hidden", line->hidden);
    put_count_member(out, "compared_names", line->compared_names);
    put_count_member(out, "foreign", line->foreign);
    put_count_member(out, "forged", line->forged);
    text_puts(out, "}\n");
}

/* --- the sink --- */

struct resolver_sink {
    struct line_file file;
    bool is_json;
};

int resolver_sink_open(struct resolver_sink **out, bool is_json, const char *path)
{
    *out = NULL;
    struct resolver_sink *sink = calloc(1, sizeof *sink);
    if (!sink)
        return ERR_NOMEM;
    sink->is_json = is_json;
    int error = path ? line_file_open(&sink->file, AT_FDCWD, path, LINE_FILE_TRUNCATE)
                     : line_file_open_stdout(&sink->file);
    if (error != 0) {
        int cause = errno;
        free(sink);
        errno = cause;
        return error;
    }
    *out = sink;
    return 0;
}

int resolver_sink_line(struct resolver_sink *sink, const struct resolver_line *line)
{
    size_t kept = sink->file.pending.len;
    (sink->is_json ? resolver_line_json : resolver_line_text)(&sink->file.pending, line);
    return line_file_added(&sink->file, kept);
}

int resolver_sink_close(struct resolver_sink *sink)
{
    if (!sink)
        return 0;
    int error = line_file_close(&sink->file);
    int cause = errno;
    free(sink);
    errno = cause;
    return error;
}

/* --- stats --- */

static void put_traffic(struct text *out, const struct counters *counters)
{
    put_count_member(out, "queries", counter_get(&counters->queries));
    put_count_member(out, "answers", counter_get(&counters->answers));
    put_count_member(out, "timeouts", counter_get(&counters->timeouts));
    text_puts(out, ",\"rejected_replies\":{");
    for (int i = 0; i < REJECT_COUNT; i++)
        text_printf(out, "%s\"%s\":%llu", i ? "," : "", reject_words[i],
                    (unsigned long long)counter_get(&counters->rejects[i]));
    text_putc(out, '}');
    put_count_member(out, "late_replies", counter_get(&counters->late_replies));
    const char *comma = "";
    text_puts(out, ",\"rcodes\":{");
    for (unsigned i = 0; i < COUNTER_RCODES; i++) {
        uint64_t count = counter_get(&counters->rcodes[i]);
        if (count == 0 && i > RCODE_REFUSED)
            continue;
        text_printf(out, "%s\"%s\":%llu", comma, code_rcode_to_text(i), (unsigned long long)count);
        comma = ",";
    }
    text_putc(out, '}');
    put_count_member(out, "socket_drops", counter_get(&counters->socket_drops));
    put_count_member(out, "tcp", counter_get(&counters->tcp));
}

void resolver_stats(struct text *out, const struct resolver_stats *stats)
{
    text_printf(out, "{\"resolvers\":{\"given\":%llu,\"usable\":%llu}",
                (unsigned long long)stats->given, (unsigned long long)stats->usable);
    for (int i = 0; i < RESOLVER_CLASS_COUNT; i++)
        text_printf(out, "%s\"%s\":%llu", i ? "," : ",\"classes\":{", resolver_classes[i].word,
                    (unsigned long long)stats->classes[i]);
    text_putc(out, '}');
    put_count_member(out, "back_ends", stats->back_ends);
    put_traffic(out, stats->counters);
    put_number(out, "seconds", true, stats->seconds, 3);
    text_printf(out, ",\"exit\":%d", stats->exit_code);
    put_bool(out, "complete", stats->is_complete);
    put_bool(out, "own", stats->is_own);
    text_puts(out, ",\"command\":");
    put_json_string(out, stats->command_line);
    text_puts(out, ",\"started\":\"");
    put_time(out, stats->started_ms);
    text_puts(out, "\",\"ended\":\"");
    put_time(out, stats->ended_ms);
    text_puts(out, "\"");
    put_count_member(out, "seed", stats->seed);
    text_puts(out, ",\"version\":");
    put_json_string(out, stats->version);
    text_puts(out, "}\n");
}

int resolver_stats_write(const char *path, const struct resolver_stats *stats)
{
    struct line_file file = {.fd = -1};
    int error = line_file_open(&file, AT_FDCWD, path, LINE_FILE_TRUNCATE);
    if (error != 0)
        return error;
    resolver_stats(&file.pending, stats);
    return line_file_close(&file);
}
