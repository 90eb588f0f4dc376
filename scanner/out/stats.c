// SPDX-License-Identifier: BSD-2-Clause
/* --stats: one JSON object. Its keys and their order are a contract; every key is always
 * there, with 0, null or false for what this version does not measure. */
#include <fcntl.h>
#include <math.h>

#include "out/line_file.h"
#include "out/members.h"
#include "out/put.h"
#include "out/report.h"

static void put_zones(struct text *out, const struct report *report)
{
    text_puts(out, ",\"zones\":{");
    for (size_t i = 0; i < report->zone_count; i++) {
        if (i)
            text_putc(out, ',');
        put_json_string(out, report->zones[i].name);
        for (int v = 0; v < VERDICT_COUNT; v++)
            text_printf(out, "%s\"%s\":%llu", v ? "," : ":{", verdict_words[v],
                        (unsigned long long)report->zones[i].verdicts[v]);
        text_putc(out, '}');
    }
    text_putc(out, '}');
}

/* By kind of name made from what was found; empty without --depth and --permute. */
static void put_follow_up(struct text *out, const struct report *report)
{
    text_puts(out, ",\"follow_up\":{");
    for (size_t i = 0; i < report->yield_count; i++) {
        const struct report_yield *yield = &report->yields[i];
        text_printf(out, "%s\"%s\":{\"made\":%llu", i ? "," : "", yield->kind,
                    (unsigned long long)yield->made);
        put_member(out, "asked", yield->asked);
        put_member(out, "found", yield->found);
        text_putc(out, '}');
    }
    text_putc(out, '}');
}

/* What signed denials were good for. */
static void put_proofs(struct text *out, const struct report *report)
{
    text_printf(out, ",\"dnssec\":{\"zones\":%llu", (unsigned long long)report->signed_zones);
    put_member(out, "spans", report->spans);
    put_member(out, "proven", report->proven);
    text_puts(out, ",\"keys\":{");
    for (int i = 0; i < KEY_BELIEF_COUNT; i++)
        text_printf(out, "%s\"%s\":%llu", i ? "," : "", key_belief_words[i],
                    (unsigned long long)report->key_beliefs[i]);
    text_puts(out, "}}");
}

/* candidates to retracted. */
static void put_balance(struct text *out, const struct report *report)
{
    text_printf(out, "{\"candidates\":%llu", (unsigned long long)report->candidates);
    for (int v = 0; v < VERDICT_COUNT; v++)
        put_member(out, verdict_words[v], report->verdicts[v]);
    if (report->is_remaining_known)
        put_member(out, "remaining", report->remaining);
    else
        put_string_member(out, "remaining", NULL);
    put_member(out, "names", report->names);
    put_member(out, "retracted", report->retracted);
}

/* queries to canaries. */
static void put_traffic(struct text *out, const struct report *report)
{
    put_member(out, "queries", report->queries);
    put_member(out, "answers", report->answers);
    put_member(out, "timeouts", report->timeouts);
    put_rejects_member(out, "rejected_replies", report->rejects);
    put_member(out, "late_replies", report->late_replies);
    put_rcodes_member(out, "rcodes", report->rcodes);
    put_member(out, "socket_drops", report->socket_drops);
    put_member(out, "tcp", report->tcp);
    put_member(out, "retries", report->retries);
    put_member(out, "requeued_after_conviction", report->requeued);
    put_member(out, "canaries", report->canaries);
}

static void put_recall(struct text *out, const struct recall_estimate *recall)
{
    text_puts(out, ",\"estimated_recall\":{\"value\":");
    put_json_number(out, recall->is_known ? recall->value : (double)NAN, 6);
    put_number_member(out, "low", recall->is_known ? recall->low : (double)NAN, 6);
    put_number_member(out, "high", recall->is_known ? recall->high : (double)NAN, 6);
    put_string_member(out, "method", recall->is_known ? recall->method : NULL);
    text_putc(out, '}');
}

/* seconds to max_rss_bytes. Names per second are candidates decided, not names found. */
static void put_cost(struct text *out, const struct report *report)
{
    double seconds = report->seconds;
    put_number_member(out, "seconds", seconds, 3);
    put_number_member(out, "names_per_second",
                      seconds > 0 ? (double)report->candidates / seconds : 0, 1);
    put_number_member(out, "queries_per_second",
                      seconds > 0 ? (double)report->queries / seconds : 0, 1);
    put_number_member(out, "cpu_seconds", report->cpu_seconds, 3);
    put_member(out, "max_rss_bytes", report->max_rss_bytes);
}

void report_stats(struct text *out, const struct report *report)
{
    put_balance(out, report);
    put_traffic(out, report);
    text_printf(out, ",\"resolvers\":{\"given\":%llu,\"usable\":%llu,\"benched\":%llu}",
                (unsigned long long)report->resolvers_given,
                (unsigned long long)report->resolvers_usable,
                (unsigned long long)report->resolvers_benched);
    put_zones(out, report);
    put_recall(out, &report->recall);
    put_cost(out, report);
    put_stats_end(out, &report->end);
    put_follow_up(out, report);
    put_proofs(out, report);
    text_puts(out, report->extra ? report->extra : "");
    text_puts(out, "}\n");
}

int report_write(const char *path, const struct text *text)
{
    struct line_file file = {.fd = -1};
    if (text->failed)
        return ERR_NOMEM;
    int error = path ? line_file_open(&file, AT_FDCWD, path, LINE_FILE_TRUNCATE)
                     : line_file_open_stdout(&file);
    if (error != 0)
        return error;
    text_put(&file.pending, text->data, text->len);
    return line_file_close(&file);
}
