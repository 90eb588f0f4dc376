// SPDX-License-Identifier: BSD-2-Clause
/* What a benchmark tells on stdout, for a reader who has no manual at hand: what was asked, the
 * ranking of several targets, then a block a target, whose first line is the answer, and at the
 * end what all of it was made with. No line is wider than 80 columns.
 *
 * With more than BLOCKS_FULL targets the blocks of the others are without curve and tables: they
 * are in --stats and --html. */
#include "out/bench_text.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "out/put.h"
#include "out/wrap.h"

#define BLOCKS_FULL 8
#define BOLD        "\033[1m"
#define RED         "\033[1;31m"
#define PLAIN       "\033[0m"

unsigned bench_look_of(const char *lc_all, const char *lc_ctype, const char *lang)
{
    const char *const names[] = {lc_all, lc_ctype, lang};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i] && *names[i])
            return strcasestr(names[i], "utf-8") || strcasestr(names[i], "utf8") ? BENCH_UTF8 : 0;
    return 0;
}

/* A paragraph that stands out; its lines below the first are set in. */
static void put_headline(struct text *out, struct text *words, const char *escape, unsigned look)
{
    text_putc(words, '\0');
    if (words->failed) {
        out->failed = true;
        return;
    }
    if (look & BENCH_COLOR)
        text_puts(out, escape);
    put_wrapped(out, 0, 4, words->data);
    if (look & BENCH_COLOR) {
        out->len -= out->len > 0; /* the newline stays plain */
        text_puts(out, PLAIN "\n");
    }
}

static void put_how_it_ended(struct text *out, const struct bench_report *report, unsigned look)
{
    struct text line = {0};
    const char *escape = BOLD;
    text_puts(&line, "bench ");
    if (report->target_count == 1)
        text_puts(&line, or_empty(report->targets[0].name));
    else
        put_counted(&line, report->target_count, "target", "targets");
    text_puts(&line, ", ");
    put_duration(&line, report->seconds);
    if (report->exit_code == BENCH_EXIT_COMPLETE)
        text_puts(&line, ", complete");
    else if (report->exit_code == BENCH_EXIT_INVALID)
        text_puts(&line, ", INVALID: the generator was the limit");
    else if (report->exit_code == BENCH_EXIT_ALARM)
        text_puts(&line, ", worse than the baseline");
    else if (report->exit_code > BENCH_EXIT_SIGNAL_FIRST)
        text_puts(&line, ", interrupted");
    else
        text_puts(&line, ", incomplete");
    if (report->exit_code != BENCH_EXIT_COMPLETE) {
        text_printf(&line, " (exit %d)", report->exit_code);
        escape = RED;
    }
    put_headline(out, &line, escape, look);
    text_deinit(&line);
}

static void put_what_was_asked(struct text *out, const struct bench_report *report)
{
    struct text line = {0};
    const char *separator = "";
    const char *const parts[] = {report->workload, report->way, report->arrival};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!parts[i] || !*parts[i])
            continue;
        text_printf(&line, "%s%s%s", separator, parts[i], i == 2 ? " arrivals" : "");
        separator = "; ";
    }
    put_field_text(out, "load", &line);
    put_objective(&line, or_empty(report->slo));
    put_field_text(out, "objective", &line);
    text_deinit(&line);
}

/* "+1,200 (+900 to +1,500) q/s", each figure by PUT. */
static void put_difference(struct text *out, const struct bench_interval *difference,
                           void (*put)(struct text *out, double value), const char *unit)
{
    put(out, difference->value);
    text_puts(out, " (");
    put(out, difference->low);
    text_puts(out, " to ");
    put(out, difference->high);
    text_printf(out, ")%s%s", unit, bench_is_clear(difference) ? "" : ", which may be chance");
}

static void put_signed_rate(struct text *out, double rate)
{
    text_putc(out, rate < 0 ? '-' : '+');
    put_rate(out, fabs(rate));
}

static void put_signed_latency(struct text *out, double ns)
{
    if (ns >= 0)
        text_putc(out, '+');
    put_latency(out, ns);
}

static void put_signed_share(struct text *out, double share)
{
    text_printf(out, "%+.2f", fmax(-100, fmin(100, share * 100)));
}

static void put_versus(struct text *out, const struct bench_target *target)
{
    const struct {
        const char *label, *unit;
        const struct bench_interval *difference;
        void (*put)(struct text *out, double value);
    } rows[] = {{"rate", " q/s", &target->versus_rate, put_signed_rate},
                {"p50", "", &target->versus_p50, put_signed_latency},
                {"p99", "", &target->versus_p99, put_signed_latency},
                {"loss", " points", &target->versus_loss, put_signed_share}};
    struct text line = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!rows[i].difference->is_known)
            continue;
        text_printf(&line, "%s ", rows[i].label);
        put_difference(&line, rows[i].difference, rows[i].put, rows[i].unit);
        put_field_text(out, "", &line);
    }
    text_deinit(&line);
}

static void put_place(struct text *out, const struct bench_target *target, mono_ns timeout)
{
    struct text line = {0};
    text_printf(&line, "%3u  %s  ", target->rank, or_empty(target->name));
    if (!target->is_valid)
        text_puts(&line, "INVALID: the generator was the limit");
    else if (target->rate.is_known) {
        put_rate_interval(&line, &target->rate);
    } else
        text_puts(&line, target->is_cut_short ? "cut short" : "no rate met the objective");
    if (target->result && target->is_valid) {
        struct hist all;
        load_result_response(target->result, &all);
        text_puts(&line, ", p50 ");
        put_response(&line, hist_percentile(&all, 0.5), timeout);
        text_puts(&line, ", p99 ");
        put_response(&line, hist_percentile(&all, 0.99), timeout);
    }
    text_putc(&line, '\0');
    if (!line.failed)
        put_wrapped(out, 0, 5, line.data);
    out->failed = out->failed || line.failed;
    text_deinit(&line);
}

static const struct bench_target *target_of_rank(const struct bench_report *report, size_t rank)
{
    for (size_t i = 0; i < report->target_count; i++)
        if (report->targets[i].rank == rank)
            return &report->targets[i];
    return NULL;
}

/* Ranks may be shared or left out: places by rank, targets of one rank in their order. */
static void put_ranking(struct text *out, const struct bench_report *report)
{
    if (report->target_count < 2 || !target_of_rank(report, 1))
        return;
    text_puts(out, "\nranking; differences are to the first, of blocks in random order, and their\n"
                   "95 % intervals\n");
    for (size_t rank = 1; rank <= report->target_count; rank++) {
        for (size_t i = 0; i < report->target_count; i++) {
            if (report->targets[i].rank != rank)
                continue;
            put_place(out, &report->targets[i], report->timeout);
            put_versus(out, &report->targets[i]);
        }
    }
}

static void put_answer(struct text *line, const struct bench_report *report,
                       const struct bench_target *target)
{
    text_printf(line, "%s  ", or_empty(target->name));
    if (!target->is_valid) {
        text_puts(line, "INVALID: the generator was the limit, so this says nothing of the target");
    } else if (bench_is_fixed(target)) {
        put_rate_interval(line, &target->rate);
        text_puts(line, " answered well of ");
        put_offered(line, report, target);
        if (*or_empty(target->verdict) && *or_empty(report->slo)) {
            text_printf(line, ": %s ", target->verdict);
            put_objective(line, report->slo);
        }
    } else if (target->rate.is_known && target->rate.value > 0) {
        put_rate_interval(line, &target->rate);
        text_puts(line, *or_empty(report->slo) ? " within " : "");
        put_objective(line, or_empty(report->slo));
    } else if (target->met_so_far > 0) {
        text_puts(line, "cut short: ");
        put_rate(line, target->met_so_far);
        text_puts(line, " q/s met ");
        put_objective(line, *or_empty(report->slo) ? report->slo : "the objective");
        text_puts(line, ", more was not tried to the end");
    } else {
        text_puts(line, target->is_cut_short ? "cut short: no rate had met " : "no rate met ");
        put_objective(line, *or_empty(report->slo) ? report->slo : "the objective");
    }
}

static void put_beyond(struct text *out, const struct bench_target *target)
{
    struct text line = {0};
    if (target->knee > 0) {
        text_puts(&line, "at about ");
        put_rate_near(&line, target->knee, target->knee / 10);
        text_puts(&line, " q/s: from there on the response time grows faster than the load");
        put_field_text(out, "knee", &line);
    }
    if (target->beyond_rate > 0) {
        text_puts(&line, "of ");
        put_rate(&line, target->beyond_rate);
        text_puts(&line, " q/s offered ");
        put_rate(&line, target->goodput_beyond);
        text_puts(&line, " were answered well");
        if (target->peak_goodput > 0) {
            text_puts(&line, "; the most at any load was ");
            put_rate(&line, target->peak_goodput);
        }
        put_field_text(out, "beyond", &line);
    }
    text_deinit(&line);
}

static void put_target(struct text *out, const struct bench_report *report,
                       const struct bench_target *target, bool is_full, unsigned look)
{
    struct text line = {0};
    text_putc(out, '\n');
    put_answer(&line, report, target);
    put_headline(out, &line, target->is_valid ? BOLD : RED, look);
    text_clear(&line);
    if (!target->is_valid && target->rate.is_known) {
        put_rate_interval(&line, &target->rate);
        text_puts(&line, bench_is_fixed(target) ? " answered well" : "");
        text_puts(&line, "; what the target can do is not known");
        put_field_text(out, "seen", &line);
    }
    text_deinit(&line);
    put_field(out, "generator", target->generator);
    if (bench_is_fixed(target) && target->is_valid) /* else the generator has said it */
        put_field(out, "missed", target->missed);
    put_field(out, "stopped", target->stopped);
    put_beyond(out, target);
    put_field(out, "limiter", target->limiter);
    if (target->result)
        bench_text_counts(out, target->result);
    if (!is_full)
        return;
    bench_text_plot(out, target, report->timeout, look & BENCH_UTF8);
    bench_text_points(out, target, report->timeout);
    if (target->result)
        bench_text_times(out, target->result, report->timeout);
}

/* What the words above mean, once. */
static void put_reading(struct text *out, const struct bench_report *report)
{
    bool has_times = false;
    for (size_t i = 0; i < report->target_count; i++)
        has_times = has_times || report->targets[i].result;
    if (!has_times)
        return;
    text_puts(out, "\n");
    put_field(out, "reading",
              "response is the time from when a query was due to its answer, service from when it "
              "was sent; schedule lag, between the two, is the generator's own. Lost queries are "
              "part of all percentiles. Answered well is with NOERROR or NXDOMAIN.");
}

static void put_made_with(struct text *out, const struct bench_report *report)
{
    struct text line = {0};
    if (report->path_rate > 0) {
        text_puts(&line, "path and generator carry ");
        put_rate_near(&line, report->path_rate, report->path_rate / 10);
        text_puts(&line, " q/s; the highest load offered was ");
        put_share(&line, bench_rate_most(report) / report->path_rate);
        text_puts(&line, " of it");
        put_field_text(out, "calibrated", &line);
    }
    put_field(out, "baseline", report->baseline);
    text_printf(&line, "dnstrawl %s", or_empty(report->version));
    text_puts(&line, ", ");
    put_counted(&line, report->workers, "worker", "workers");
    text_printf(&line, ", %.1f s of CPU, seed %llu", fmax(0, fmin(report->cpu_seconds, 1e12)),
                (unsigned long long)report->seed);
    for (size_t i = 0; i < report->fact_count; i++)
        text_printf(&line, "; %s %s", or_empty(report->facts[i].key),
                    or_empty(report->facts[i].value));
    put_field_text(out, "made with", &line);
    text_deinit(&line);
    for (size_t i = 0; i < report->warning_count; i++)
        put_field(out, "warning", report->warnings[i]);
}

void bench_text(struct text *out, const struct bench_report *report, unsigned look)
{
    put_how_it_ended(out, report, look);
    put_what_was_asked(out, report);
    put_ranking(out, report);
    for (size_t i = 0; i < report->target_count; i++)
        put_target(out, report, &report->targets[i], i < BLOCKS_FULL, look);
    put_reading(out, report);
    put_made_with(out, report);
}
