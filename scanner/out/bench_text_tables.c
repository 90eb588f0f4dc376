// SPDX-License-Identifier: BSD-2-Clause
/* The tables of bench's text, in fixed columns: a cell is as wide as the longest figure that
 * out/bench_put.h makes. */
#include <math.h>
#include <string.h>

#include "dns/code.h"
#include "out/bench_text.h"
#include "out/put.h"
#include "out/wrap.h"

#define POINTS_MAX  14 /* lines of the table of loads */
#define CELL        10
#define LABEL_WIDTH 19

/* CELL, or what is wider, with a blank before it. Clears it. */
static void put_cell(struct text *out, struct text *cell)
{
    int len = cell->len > 1000 ? 1000 : (int)cell->len;
    text_printf(out, "%*.*s", len < CELL ? CELL : len + 1, len, cell->data ? cell->data : "");
    out->failed = out->failed || cell->failed;
    text_clear(cell);
}

static void put_verdict(struct text *out, const char *verdict)
{
    static const char *const known[] = {"met", "missed", "invalid"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(verdict, known[i]) == 0)
            text_printf(out, "  %s", known[i]);
    text_putc(out, '\n');
}

void bench_text_points(struct text *out, const struct bench_target *target, mono_ns timeout)
{
    struct bench_curve curve;
    struct text cell = {0};
    bench_curve_of(&curve, target);
    bench_curve_thin(&curve, POINTS_MAX);
    if (curve.count < 2)
        return;
    text_printf(out, "\n  %*s%*s%*s%*s%*s%*s\n", CELL, "offered/s", CELL + 1, "answered/s", CELL,
                "p50", CELL, "p99", CELL, "p99.9", CELL, "loss");
    for (size_t i = 0; i < curve.count; i++) {
        const struct bench_point *point = curve.points[i];
        text_puts(out, "  ");
        put_rate(&cell, point->rate);
        put_cell(out, &cell);
        put_rate(&cell, point->answered);
        text_putc(out, ' ');
        put_cell(out, &cell);
        put_response(&cell, point->p50, timeout);
        put_cell(out, &cell);
        put_response(&cell, point->p99, timeout);
        put_cell(out, &cell);
        put_response(&cell, point->p999, timeout);
        put_cell(out, &cell);
        put_share(&cell, point->loss);
        put_cell(out, &cell);
        put_verdict(out, or_empty(point->verdict));
    }
    text_deinit(&cell);
}

/* LABEL, and of HIST the median to the longest. */
static void put_times(struct text *out, const char *label, const struct hist *hist, mono_ns timeout)
{
    struct text cell = {0};
    text_printf(out, "  %-*s", LABEL_WIDTH - 2, label);
    for (size_t i = 0; i < BENCH_QUANTILES; i++) {
        put_response(&cell, bench_quantile(hist, &bench_quantiles[i]), timeout);
        put_cell(out, &cell);
    }
    text_putc(out, '\n');
    text_deinit(&cell);
}

static void put_class(struct text *out, const struct load_result *result, enum load_class class,
                      uint64_t all, mono_ns timeout)
{
    const struct hist *hist = &result->response[class];
    uint64_t count = hist_count(hist);
    struct text label = {0};
    if (count == 0 || count == all)
        return; /* what all of them are is in the row above */
    text_printf(&label, "  %s ", bench_class_words[class]);
    put_share(&label, (double)count / (double)all);
    text_putc(&label, '\0');
    put_times(out, label.failed ? "" : label.data, hist, timeout);
    text_deinit(&label);
}

void bench_text_times(struct text *out, const struct load_result *result, mono_ns timeout)
{
    struct hist all;
    load_result_response(result, &all);
    uint64_t count = hist_count(&all);
    if (count == 0)
        return;
    text_printf(out, "\n  %-*s", LABEL_WIDTH - 2, "times");
    for (size_t i = 0; i < BENCH_QUANTILES; i++)
        text_printf(out, "%*s", CELL, bench_quantiles[i].label);
    text_putc(out, '\n');
    put_times(out, "response", &all, timeout);
    for (int class = 0; class < LOAD_CLASSES; class ++)
        put_class(out, result, (enum load_class) class, count, timeout);
    put_times(out, "service", &result->service, timeout);
    put_times(out, "schedule lag", &result->lag, timeout);
}

/* "433 lost (0.03 %)" */
static void put_part(struct text *out, const char *sign, uint64_t count, const char *what,
                     uint64_t all)
{
    text_puts(out, sign);
    put_count(out, count);
    text_printf(out, " %s (", what);
    put_share(out, all > 0 ? (double)count / (double)all : 0);
    text_putc(out, ')');
}

static void put_balance(struct text *out, const struct load_result *result)
{
    struct text line = {0};
    put_count(&line, result->due);
    text_puts(&line, " due");
    put_part(&line, " = ", result->answered, "answered", result->due);
    put_part(&line, " + ", result->lost, "lost", result->due);
    if (result->unsent > 0)
        put_part(&line, " + ", result->unsent, "never sent", result->due);
    if (result->unreachable > 0) {
        text_puts(&line, "; of those lost ");
        put_count(&line, result->unreachable);
        text_puts(&line, " by an error from the network");
    }
    put_field_text(out, "queries", &line);
    text_deinit(&line);
}

static void put_answers(struct text *out, const struct load_result *result)
{
    struct text line = {0};
    const char *separator = "";
    for (unsigned i = 0; i < COUNTER_RCODES; i++) {
        if (result->rcodes[i] == 0)
            continue;
        put_part(&line, separator, result->rcodes[i], code_rcode_to_text(i), result->answered);
        separator = ", ";
    }
    if (result->truncated > 0)
        put_part(&line, separator, result->truncated, "truncated", result->answered);
    if (result->followed > 0)
        put_part(&line, "; ", result->followed, "asked again by TCP", result->answered);
    put_field_text(out, "answers", &line);
    text_deinit(&line);
}

/* What came and did not count. */
static void put_rejects(struct text *out, const struct load_result *result)
{
    struct text line = {0};
    const char *separator = "";
    if (result->late > 0) {
        put_count(&line, result->late);
        text_puts(&line, " late, after the timeout");
        separator = ", ";
    }
    for (int i = 0; i < REJECT_COUNT; i++) {
        if (result->rejects[i] == 0)
            continue;
        text_puts(&line, separator);
        put_count(&line, result->rejects[i]);
        text_putc(&line, ' ');
        put_plain_word(&line, reject_words[i]);
        separator = ", ";
    }
    put_field_text(out, "rejected", &line);
    text_deinit(&line);
}

void bench_text_counts(struct text *out, const struct load_result *result)
{
    struct text line = {0};
    put_balance(out, result);
    put_answers(out, result);
    put_rejects(out, result);
    if (result->connections > 0) {
        put_count(&line, result->connections);
        text_puts(&line, " opened");
        put_field_text(out, "connected", &line);
    }
    if (result->stalls > 0) {
        put_counted(&line, result->stalls, "stall", "stalls");
        text_puts(&line, " of the generator over 1 ms, the longest ");
        put_latency(&line, (double)result->stall_longest);
        text_puts(&line, "; the schedule waited, so they are in no response time");
        put_field_text(out, "stalls", &line);
    }
    text_deinit(&line);
}
