// SPDX-License-Identifier: BSD-2-Clause
/* --html: one page with everything in it. No script, nothing fetched: its own policy forbids both.
 * All strings go through put_html.
 *
 * What is to be known first is on top: what is wrong, the ranking, then a section a target with
 * the answer, three drawings and their figures. Beyond DRAWN_MAX targets the rest have only tables,
 * so that the page stays one that a browser opens. */
#include "out/bench_html.h"

#include <math.h>
#include <string.h>

#include "out/put.h"

#define DRAWN_MAX 16

static void put_title(struct text *out, const struct bench_report *report)
{
    text_puts(out, "dnstrawl bench: ");
    if (report->target_count == 1)
        put_html(out, or_empty(report->targets[0].name));
    else
        put_counted(out, report->target_count, "target", "targets");
}

static void put_head(struct text *out, const struct bench_report *report)
{
    text_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    put_title(out, report);
    text_puts(out, "</title>\n<style>");
    text_puts(out, bench_html_style);
    text_puts(out, "</style></head>\n<body>\n<header><h1>");
    put_title(out, report);
    text_puts(out, "</h1><p class=\"sub\">");
    put_time(out, report->started_ms);
    text_puts(out, ", ");
    put_duration(out, report->seconds);
    if (*or_empty(report->slo)) {
        struct text words = {0};
        text_puts(out, "; objective: ");
        put_objective(&words, report->slo);
        text_putc(&words, '\0');
        put_html(out, words.failed ? "" : words.data);
        text_deinit(&words);
    }
    text_puts(out, "</p></header>\n<main>\n");
}

static void put_note(struct text *out, const char *class, const char *label, const char *words)
{
    if (!words || !*words)
        return;
    text_printf(out, "<p class=\"note%s\">%s", class, label);
    put_html(out, words);
    text_puts(out, "</p>\n");
}

static void put_notes(struct text *out, const struct bench_report *report)
{
    if (report->exit_code == BENCH_EXIT_INVALID)
        put_note(out, " alarm", "", "INVALID: the generator was the limit (exit 6).");
    else if (report->exit_code > BENCH_EXIT_SIGNAL_FIRST)
        put_note(out, " alarm", "", "The run was interrupted: what is here is not all of it.");
    else if (report->is_part)
        put_note(out, " alarm", "",
                 "What is here is not all: a limit ended the run, or a target was left out.");
    put_note(out, report->exit_code == BENCH_EXIT_ALARM ? " alarm" : " plain",
             "Baseline: ", report->baseline);
    for (size_t i = 0; i < report->warning_count; i++)
        put_note(out, "", "Warning: ", report->warnings[i]);
}

static void put_answer(struct text *out, const struct bench_report *report,
                       const struct bench_target *target)
{
    text_puts(out, "<p class=\"answer\">");
    if (!target->is_valid) {
        text_puts(out, "<span class=\"bad\">INVALID</span> <small>the generator was the limit, so "
                       "this says nothing of the target");
    } else if (target->met_so_far > 0) {
        put_rate(out, target->met_so_far);
        text_puts(out, " q/s <small>met the objective when the search was cut short");
    } else if (!bench_is_fixed(target) && !(target->rate.is_known && target->rate.value > 0)) {
        text_puts(out, "<span class=\"bad\">no rate</span> <small>");
        text_puts(out, target->is_cut_short ? "had met the objective when the search was cut short"
                                            : "met the objective");
    } else {
        double width = target->rate.high - target->rate.low;
        put_rate_near(out, target->rate.value, width);
        text_puts(out, " q/s <small>");
        if (width > 0) {
            text_putc(out, '(');
            put_rate_near(out, target->rate.low, width);
            text_puts(out, "&ndash;");
            put_rate_near(out, target->rate.high, width);
            text_puts(out, ") ");
        }
        if (bench_is_fixed(target)) {
            text_puts(out, "answered well of ");
            put_offered(out, report, target);
            text_puts(out, *or_empty(target->verdict) ? ": " : "");
            put_html(out, or_empty(target->verdict));
        } else if (*or_empty(report->slo)) {
            text_puts(out, "within the objective");
        }
    }
    text_puts(out, "</small></p>\n");
}

static void put_term(struct text *out, const char *term, const char *words)
{
    if (!words || !*words)
        return;
    text_printf(out, "<dt>%s</dt><dd>", term);
    put_html(out, words);
    text_puts(out, "</dd>\n");
}

static void put_rate_term(struct text *out, const char *term, double rate, const char *words)
{
    if (!(rate > 0))
        return;
    text_printf(out, "<dt>%s</dt><dd>", term);
    put_rate_near(out, rate, rate / 10);
    text_printf(out, " q/s%s</dd>\n", words);
}

static void put_beyond(struct text *out, const struct bench_target *target)
{
    if (!(target->beyond_rate > 0))
        return;
    text_puts(out, "<dt>beyond</dt><dd>");
    put_rate(out, target->goodput_beyond);
    text_puts(out, " q/s answered well of ");
    put_rate(out, target->beyond_rate);
    text_puts(out, " offered</dd>\n");
}

static void put_terms(struct text *out, const struct bench_target *target)
{
    text_puts(out, "<dl>\n");
    put_term(out, "generator", target->generator);
    put_term(out, "stopped", target->stopped);
    if (bench_is_fixed(target) && target->is_valid) /* else the generator has said it */
        put_term(out, "missed", target->missed);
    put_term(out, "limiter", target->limiter);
    put_rate_term(out, "knee", target->knee,
                  ": from there on the response time grows faster than the load");
    put_rate_term(out, "most answered well", target->peak_goodput, ", at any load");
    put_beyond(out, target);
    text_puts(out, "</dl>\n");
}

static void put_target(struct text *out, const struct bench_report *report, size_t index)
{
    const struct bench_target *target = &report->targets[index];
    text_printf(out, "<section class=\"target\" id=\"t%zu\"><h2>", index);
    put_html(out, or_empty(target->name));
    text_puts(out, "</h2>\n");
    put_answer(out, report, target);
    put_terms(out, target);
    if (index < DRAWN_MAX) {
        text_puts(out, "<div class=\"charts\">\n");
        bool is_stack = bench_html_curve(out, report, index); /* beside a drawing twice as high */
        text_puts(out, is_stack ? "<div class=\"stack\">\n" : "");
        bench_html_percentiles(out, report, index);
        bench_html_heat(out, report, index);
        text_puts(out, is_stack ? "</div></div>\n" : "</div>\n");
    }
    bench_html_times(out, report, index);
    bench_html_loads(out, report, index);
    bench_html_stretches(out, report, index);
    if (target->result)
        bench_html_counts(out, target->result);
    text_puts(out, "</section>\n");
}

void bench_html(struct text *out, const struct bench_report *report)
{
    put_head(out, report);
    put_notes(out, report);
    bench_html_ranking(out, report);
    for (size_t i = 0; i < report->target_count; i++)
        put_target(out, report, i);
    if (report->path_rate > 0) {
        text_puts(out, "<section><h2>Calibration</h2><p>Path and generator carry ");
        put_rate_near(out, report->path_rate, report->path_rate / 10);
        text_puts(out, " q/s; the highest load offered was ");
        put_share(out, fmin(bench_rate_most(report) / report->path_rate, 100));
        text_puts(out, " of it.</p></section>\n");
    }
    bench_html_manifest(out, report);
    text_puts(out, "</main>\n<footer>Times are from the monotonic clock. A lost query is one "
                   "without an answer within the timeout.</footer>\n</body></html>\n");
}
