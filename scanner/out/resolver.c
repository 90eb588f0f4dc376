// SPDX-License-Identifier: BSD-2-Clause
#include "out/resolver.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>

#include "out/line_file.h"
#include "out/members.h"
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

static void put_known(struct text *out, const char *key, bool is_known, double value, int decimals)
{
    put_number_member(out, key, is_known ? value : (double)NAN, decimals);
}

static void put_tri(struct text *out, const char *key, enum resolver_tri value)
{
    static const char *const words[] = {"null", "false", "true"};
    text_printf(out, ",\"%s\":%s", key, words[value]);
}

void resolver_line_json(struct text *out, const struct resolver_line *line)
{
    text_puts(out, "{\"v\":1,\"resolver\":");
    put_json_string(out, line->address);
    text_printf(out, ",\"class\":\"%s\"", resolver_classes[line->class].word);
    put_bool_member(out, "used", resolver_classes[line->class].is_used);
    put_known(out, "qps", line->qps > 0, line->qps, 0);
    put_bool_member(out, "limited", line->has_limit);
    put_known(out, "loss", line->has_loss, line->loss, 4);
    put_known(out, "rtt_ms", line->has_rtt, line->rtt_ms, 1);
    put_string_member(out, "reason", line->reason);
    put_string_member(out, "back_end", line->back_end);
    put_member(out, "queries", line->queries);
    put_member(out, "replies", line->replies);
    put_member(out, "servfails", line->servfails);
    put_tri(out, "edns", line->edns);
    put_tri(out, "dnssec", line->dnssec);
    put_tri(out, "tcp", line->tcp);
    put_tri(out, "keeps_case", line->keeps_case);
    put_bool_member(out, "truncates", line->truncates);
    put_member(out, "random_names", line->random_names);
    put_member(out, "rewritten", line->rewritten);
    put_member(out, "known_names", line->known_names);
    put_member(out, "hidden", line->hidden);
    put_member(out, "compared_names", line->compared_names);
    put_member(out, "foreign", line->foreign);
    put_member(out, "forged", line->forged);
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
    uint64_t rejects[REJECT_COUNT], rcodes[COUNTER_RCODES];
    for (int i = 0; i < REJECT_COUNT; i++)
        rejects[i] = counter_get(&counters->rejects[i]);
    for (unsigned i = 0; i < COUNTER_RCODES; i++)
        rcodes[i] = counter_get(&counters->rcodes[i]);
    put_member(out, "queries", counter_get(&counters->queries));
    put_member(out, "answers", counter_get(&counters->answers));
    put_member(out, "timeouts", counter_get(&counters->timeouts));
    put_rejects_member(out, "rejected_replies", rejects);
    put_member(out, "late_replies", counter_get(&counters->late_replies));
    put_rcodes_member(out, "rcodes", rcodes);
    put_member(out, "socket_drops", counter_get(&counters->socket_drops));
    put_member(out, "tcp", counter_get(&counters->tcp));
}

void resolver_stats(struct text *out, const struct resolver_stats *stats)
{
    text_printf(out, "{\"resolvers\":{\"given\":%llu,\"usable\":%llu}",
                (unsigned long long)stats->given, (unsigned long long)stats->usable);
    for (int i = 0; i < RESOLVER_CLASS_COUNT; i++)
        text_printf(out, "%s\"%s\":%llu", i ? "," : ",\"classes\":{", resolver_classes[i].word,
                    (unsigned long long)stats->classes[i]);
    text_putc(out, '}');
    put_member(out, "back_ends", stats->back_ends);
    put_traffic(out, stats->counters);
    put_number_member(out, "seconds", stats->seconds, 3);
    put_stats_end(out, &stats->end);
    text_puts(out, "}\n");
}
