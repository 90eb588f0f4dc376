// SPDX-License-Identifier: BSD-2-Clause
/* The page's tables: all that the drawings show, in figures, and the rest. */
#include <math.h>
#include <string.h>

#include "dns/code.h"
#include "out/bench_html.h"
#include "out/put.h"

#define LOADS_MAX     24 /* rows */
#define STRETCHES_MAX 12

/* HEADS: of the columns, apart by `|`; the first and those that begin with `<` are words, the
 * others are figures. */
static void put_table_begin(struct text *out, const char *caption, const char *heads)
{
    text_puts(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    put_html(out, caption);
    text_puts(out, "\"><table><caption>");
    put_html(out, caption);
    text_puts(out, "</caption><thead><tr>");
    while (*heads) {
        bool is_words = *heads == '<';
        heads += is_words;
        size_t len = strcspn(heads, "|");
        text_puts(out, is_words ? "<th scope=\"col\" class=\"words\">" : "<th scope=\"col\">");
        text_put(out, heads, len);
        text_puts(out, "</th>");
        heads += len + (heads[len] == '|');
    }
    text_puts(out, "</tr></thead><tbody>\n");
}

static void put_table_end(struct text *out)
{
    text_puts(out, "</tbody></table></div>\n");
}

static void put_row_head(struct text *out, const char *words)
{
    text_puts(out, "<tr><th scope=\"row\">");
    put_html(out, words);
    text_puts(out, "</th>");
}

/* Cells by what they hold. */
static void put_rate_cell(struct text *out, double rate)
{
    text_puts(out, "<td>");
    put_rate(out, rate);
    text_puts(out, "</td>");
}

static void put_count_cell(struct text *out, uint64_t count)
{
    text_puts(out, "<td>");
    put_count(out, count);
    text_puts(out, "</td>");
}

static void put_time_cell(struct text *out, mono_ns value, mono_ns timeout)
{
    text_puts(out, value == HIST_BEYOND ? "<td class=\"bad\">" : "<td>");
    put_html_response(out, value, timeout);
    text_puts(out, "</td>");
}

static void put_share_html(struct text *out, double share)
{
    struct text words = {0};
    put_share(&words, share);
    text_putc(&words, '\0');
    put_html(out, words.failed ? "" : words.data);
    text_deinit(&words);
}

static void put_share_cell(struct text *out, double share)
{
    text_puts(out, "<td>");
    put_share_html(out, share);
    text_puts(out, "</td>");
}

void bench_html_loads(struct text *out, const struct bench_report *report, size_t target)
{
    struct bench_curve curve;
    bench_curve_of(&curve, &report->targets[target]);
    bench_curve_thin(&curve, LOADS_MAX);
    if (curve.count == 0)
        return;
    put_table_begin(out, "Loads",
                    "offered, q/s|answered, q/s|p50|p90|p99|p99.9|lost|SERVFAIL|refused|<verdict");
    for (size_t i = 0; i < curve.count; i++) {
        const struct bench_point *point = curve.points[i];
        text_puts(out, "<tr><th scope=\"row\">");
        put_rate(out, point->rate);
        text_puts(out, "</th>");
        put_rate_cell(out, point->answered);
        put_time_cell(out, point->p50, report->timeout);
        put_time_cell(out, point->p90, report->timeout);
        put_time_cell(out, point->p99, report->timeout);
        put_time_cell(out, point->p999, report->timeout);
        put_share_cell(out, point->loss);
        put_share_cell(out, point->servfail);
        put_share_cell(out, point->refused);
        text_puts(out, "<td class=\"words\">");
        put_html(out, or_empty(point->verdict));
        if (*or_empty(point->why)) {
            text_puts(out, ": ");
            put_html(out, point->why);
        }
        text_puts(out, "</td></tr>\n");
    }
    put_table_end(out);
}

static void put_times(struct text *out, const char *label, const struct hist *hist, uint64_t all,
                      mono_ns timeout)
{
    uint64_t count = hist_count(hist);
    if (count == 0)
        return;
    put_row_head(out, label);
    put_share_cell(out, (double)count / (double)all);
    for (size_t i = 0; i < BENCH_QUANTILES; i++)
        put_time_cell(out, bench_quantile(hist, &bench_quantiles[i]), timeout);
    text_puts(out, "</tr>\n");
}

void bench_html_times(struct text *out, const struct bench_report *report, size_t target)
{
    static const char *const labels[LOAD_CLASSES] = {
        [LOAD_HIT] = "response: cache hits",
        [LOAD_MISS] = "response: cache misses",
        [LOAD_NXDOMAIN] = "response: NXDOMAIN",
        [LOAD_OTHER] = "response: others",
    };
    const struct load_result *result = report->targets[target].result;
    struct hist all;
    if (!result)
        return;
    load_result_response(result, &all);
    uint64_t count = hist_count(&all);
    if (count == 0)
        return;
    put_table_begin(out, "Times", "|of the queries|p50|p90|p99|p99.9|p99.99|max");
    put_times(out, "response", &all, count, report->timeout);
    for (int class = 0; class < LOAD_CLASSES; class ++)
        if (hist_count(&result->response[class]) < count)
            put_times(out, labels[class], &result->response[class], count, report->timeout);
    put_times(out, "service", &result->service, count, report->timeout);
    put_times(out, "schedule lag", &result->lag, count, report->timeout);
    put_table_end(out);
}

/* Where the row begins that SHARE of the answers of a stretch are in or below; the rows are an
 * eighth of a decade from 10 us. */
static double row_of_share(const uint64_t *rows, uint64_t answered, double share)
{
    uint64_t seen = 0;
    for (uint32_t row = 0; row < LOAD_HEAT_ROWS; row++) {
        seen += rows[row];
        if ((double)seen >= share * (double)answered)
            return pow(10, 4 + (row + 0.5) / 8);
    }
    return 0;
}

static void put_stretch(struct text *out, const struct bench_target *target, uint32_t from,
                        uint32_t to)
{
    uint64_t due = 0, answered = 0, lost = 0, rows[LOAD_HEAT_ROWS] = {0};
    double column_s = (double)target->column / (double)NS_PER_S;
    for (uint32_t i = from; i < to; i++) {
        const struct load_column *column = &target->result->columns[i];
        due += column->due;
        answered += column->answered;
        lost += column->lost;
        for (uint32_t row = 0; row < LOAD_HEAT_ROWS; row++)
            rows[row] += column->rows[row];
    }
    text_printf(out, "<tr><th scope=\"row\">%g&ndash;%g s</th>", from * column_s, to * column_s);
    put_count_cell(out, due);
    put_count_cell(out, answered);
    put_count_cell(out, lost);
    for (int i = 0; i < 3; i++) {
        static const double shares[] = {0.5, 0.99, 1};
        text_puts(out, answered ? "<td>&asymp; " : "<td>&ndash;");
        if (answered)
            put_html_latency(out, row_of_share(rows, answered, shares[i]));
        text_puts(out, "</td>");
    }
    text_puts(out, "</tr>\n");
}

void bench_html_stretches(struct text *out, const struct bench_report *report, size_t target)
{
    const struct bench_target *t = &report->targets[target];
    uint32_t count = bench_columns(t->result);
    if (count == 0)
        return;
    uint32_t step = (count + STRETCHES_MAX - 1) / STRETCHES_MAX;
    put_table_begin(
        out, "Over time",
        "stretch|due|answered|lost|p50 of the answers|p99 of the answers|slowest answer");
    for (uint32_t from = 0; from < count; from += step)
        put_stretch(out, t, from, from + step < count ? from + step : count);
    put_table_end(out);
}

static void put_part(struct text *out, const char *label, uint64_t count, uint64_t all)
{
    if (count == 0)
        return;
    put_row_head(out, label);
    put_count_cell(out, count);
    put_share_cell(out, all > 0 ? (double)count / (double)all : 0);
    text_puts(out, "</tr>\n");
}

void bench_html_counts(struct text *out, const struct load_result *result)
{
    put_table_begin(out, "Queries and answers", "|number|share of those due");
    put_row_head(out, "due");
    put_count_cell(out, result->due);
    text_puts(out, "<td></td></tr>\n");
    put_part(out, "answered", result->answered, result->due);
    for (unsigned i = 0; i < COUNTER_RCODES; i++)
        put_part(out, code_rcode_to_text(i), result->rcodes[i], result->due);
    put_part(out, "truncated", result->truncated, result->due);
    put_part(out, "asked again by TCP", result->followed, result->due);
    put_part(out, "lost", result->lost, result->due);
    put_part(out, "lost by an error from the network", result->unreachable, result->due);
    put_part(out, "never sent", result->unsent, result->due);
    put_part(out, "rejected: late, after the timeout", result->late, result->due);
    for (int i = 0; i < REJECT_COUNT; i++) {
        struct text label = {0};
        text_puts(&label, "rejected: ");
        put_plain_word(&label, reject_words[i]);
        text_putc(&label, '\0');
        put_part(out, label.failed ? "rejected" : label.data, result->rejects[i], result->due);
        text_deinit(&label);
    }
    put_part(out, "answers lost on our own sockets", result->socket_drops, result->due);
    put_table_end(out);
}

static void put_signed(struct text *out, double value, bool is_time)
{
    if (is_time) {
        text_puts(out, value >= 0 ? "+" : "&minus;");
        put_html_latency(out, fabs(value));
    } else {
        text_puts(out, value >= 0 ? "+" : "&minus;");
        put_rate(out, fabs(value));
    }
}

static void put_difference_cell(struct text *out, const struct bench_interval *difference,
                                bool is_time)
{
    if (!difference->is_known) {
        text_puts(out, "<td>&ndash;</td>");
        return;
    }
    text_puts(out, bench_is_clear(difference) ? "<td><strong>" : "<td>");
    put_signed(out, difference->value, is_time);
    text_puts(out, bench_is_clear(difference) ? "</strong>" : "");
    text_puts(out, "<br><small>");
    put_signed(out, difference->low, is_time);
    text_puts(out, " to ");
    put_signed(out, difference->high, is_time);
    text_puts(out, bench_is_clear(difference) ? "" : ", may be chance");
    text_puts(out, "</small></td>");
}

static void put_place(struct text *out, const struct bench_report *report, size_t target)
{
    const struct bench_target *t = &report->targets[target];
    text_printf(out, "<tr><th scope=\"row\">%u. <a href=\"#t%zu\">", t->rank, target);
    put_html(out, or_empty(t->name));
    text_puts(out, "</a></th><td>");
    if (!t->is_valid)
        text_puts(out, "<span class=\"bad\">INVALID</span>");
    else if (t->rate.is_known)
        put_rate_interval(out, &t->rate);
    else
        text_puts(out, t->is_cut_short ? "cut short" : "none met the objective");
    text_puts(out, "</td>");
    put_difference_cell(out, &t->versus_rate, false);
    put_difference_cell(out, &t->versus_p50, true);
    put_difference_cell(out, &t->versus_p99, true);
    text_puts(out, "<td>");
    if (t->versus_loss.is_known)
        text_printf(out, "%+.2f points", fmax(-100, fmin(100, t->versus_loss.value * 100)));
    else
        text_puts(out, "&ndash;");
    text_puts(out, "</td></tr>\n");
}

void bench_html_ranking(struct text *out, const struct bench_report *report)
{
    bool is_ranked = false;
    for (size_t i = 0; i < report->target_count; i++)
        is_ranked = is_ranked || report->targets[i].rank > 0;
    if (report->target_count < 2 || !is_ranked)
        return;
    text_puts(out,
              "<section id=\"ranking\"><h2>Ranking</h2><p>Differences are to the first, of "
              "loads offered in random order, with 95&nbsp;% intervals; those in bold are clear "
              "of chance.</p>\n");
    put_table_begin(out, "Targets by rank", "target|rate|difference|p50|p99|loss");
    for (unsigned rank = 1; rank <= report->target_count; rank++)
        for (size_t i = 0; i < report->target_count; i++)
            if (report->targets[i].rank == rank)
                put_place(out, report, i);
    put_table_end(out);
    text_puts(out, "</section>\n");
}

static void put_fact(struct text *out, const char *key, const char *value)
{
    if (!value || !*value)
        return;
    put_row_head(out, key);
    text_puts(out, "<td class=\"words\">");
    put_html(out, value);
    text_puts(out, "</td></tr>\n");
}

void bench_html_manifest(struct text *out, const struct bench_report *report)
{
    struct text words = {0};
    text_puts(out, "<section id=\"manifest\"><h2>Made with</h2>\n");
    put_table_begin(out, "What this run was", "what|<value");
    put_fact(out, "command", report->command_line);
    put_fact(out, "version", report->version);
    put_fact(out, "objective", report->slo);
    put_fact(out, "workload", report->workload);
    put_fact(out, "arrival", report->arrival);
    put_fact(out, "way", report->way);
    text_printf(&words, "%llu", (unsigned long long)report->seed);
    text_putc(&words, '\0');
    put_fact(out, "seed", words.failed ? "" : words.data);
    text_clear(&words);
    text_printf(&words, "%u, %.1f s of CPU in %.1f s", report->workers,
                fmax(0, fmin(report->cpu_seconds, 1e12)), fmax(0, fmin(report->seconds, 1e12)));
    text_putc(&words, '\0');
    put_fact(out, "workers", words.failed ? "" : words.data);
    for (size_t i = 0; i < report->fact_count; i++)
        put_fact(out, or_empty(report->facts[i].key), report->facts[i].value);
    text_deinit(&words);
    put_table_end(out);
    text_puts(out, "</section>\n");
}
