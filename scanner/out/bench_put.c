// SPDX-License-Identifier: BSD-2-Clause
/* Figures with their units, and load curves in order, for all of bench's reports. Whatever a
 * figure is, what comes out is short and printable: the callers lay out columns. */
#include "out/bench_put.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "out/put.h"

#define RATE_MAX    1e15 /* q/s; nothing above is a rate */
#define RATE_LONG   1e7  /* told in millions from here on */
#define SECONDS_MAX 99999.0

const struct bench_quantile bench_quantiles[BENCH_QUANTILES] = {
    {"p50", "p50", 0.5},      {"p90", "p90", 0.9},         {"p99", "p99", 0.99},
    {"p99.9", "p999", 0.999}, {"p99.99", "p9999", 0.9999}, {"max", "max", 2},
};

const char *const bench_class_words[LOAD_CLASSES] = {
    [LOAD_HIT] = "hit",
    [LOAD_MISS] = "miss",
    [LOAD_NXDOMAIN] = "nxdomain",
    [LOAD_OTHER] = "other",
};

void put_latency(struct text *out, double ns)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    const size_t last = sizeof units / sizeof units[0] - 1;
    size_t unit = 0;
    if (!isfinite(ns)) {
        text_puts(out, "-");
        return;
    }
    /* 999.5 would be told as 1000. */
    while (unit < last && fabs(ns) >= 999.5 * units[unit].ns)
        unit++;
    double value = fmax(fmin(ns / units[unit].ns, SECONDS_MAX), -SECONDS_MAX);
    int decimals = unit == 0 || fabs(value) >= 99.95 ? 0 : fabs(value) >= 9.995 ? 1 : 2;
    text_printf(out, "%.*f %s", decimals, value, units[unit].name);
}

void put_response(struct text *out, mono_ns value, mono_ns timeout)
{
    char text[UNITS_TEXT_MAX];
    if (value != HIST_BEYOND)
        put_latency(out, (double)value);
    else if (timeout <= 0)
        text_puts(out, "lost");
    else if (timeout % NS_PER_S == 0 && timeout < 60 * NS_PER_S)
        text_printf(out, "> %lld s", (long long)(timeout / NS_PER_S));
    else
        text_printf(out, "> %s", units_format_duration(timeout, text));
}

static double rate_within(double rate)
{
    return rate > 0 ? fmin(rate, RATE_MAX) : 0; /* NaN: 0 */
}

void put_rate(struct text *out, double rate)
{
    char text[UNITS_TEXT_MAX];
    rate = rate_within(rate);
    if (rate > 0 && rate < 9.95)
        text_printf(out, "%.1f", rate);
    else if (rate >= RATE_LONG)
        text_puts(out, units_format_short((uint64_t)rate, text));
    else
        put_count(out, (uint64_t)(rate + 0.5));
}

void put_offered(struct text *out, const struct bench_report *report,
                 const struct bench_target *target)
{
    const struct bench_point *first = &target->points[0];
    bool is_steps = strcmp(or_empty(report->arrival), "steps") == 0;
    put_rate(out, is_steps ? first->achieved : first->rate);
    text_puts(out, " offered");
    if (is_steps) {
        text_puts(out, " in steps up to ");
        put_rate(out, first->rate);
    }
}

void put_rate_near(struct text *out, double rate, double width)
{
    double grain = 1;
    while (grain * 50 <= rate_within(width))
        grain *= 10;
    put_rate(out, grain > 1 ? round(rate_within(rate) / grain) * grain : rate);
}

void put_rate_interval(struct text *out, const struct bench_interval *rate)
{
    double width = rate->high - rate->low;
    put_rate_near(out, rate->value, width);
    text_puts(out, " q/s");
    if (!(width > 0))
        return;
    text_puts(out, " (");
    put_rate_near(out, rate->low, width);
    text_putc(out, '-');
    put_rate_near(out, rate->high, width);
    text_putc(out, ')');
}

/* What is not all is not told as 100 %, nor what is not nothing as 0 %. */
void put_share(struct text *out, double share)
{
    double percent = fmin(share * 100, 1e6);
    if (!isfinite(share))
        text_puts(out, "-");
    else if (percent > 0 && percent < 0.005)
        text_puts(out, "< 0.01 %");
    else if (percent >= 99.95 && percent < 100)
        text_printf(out, "%.2f %%", floor(percent * 100) / 100);
    else
        text_printf(out, "%.*f %%",
                    percent <= 0 || percent >= 100 ? 0
                    : percent < 9.995              ? 2
                                                   : 1,
                    fmax(0, percent));
}

void put_objective(struct text *out, const char *slo)
{
    for (; *slo; slo++) {
        text_putc(out, *slo);
        if (*slo == ',' && slo[1] != ' ')
            text_putc(out, ' ');
    }
}

void put_plain_word(struct text *out, const char *word)
{
    for (; *word; word++)
        text_putc(out, *word == '_' ? ' ' : *word);
}

mono_ns bench_quantile(const struct hist *hist, const struct bench_quantile *quantile)
{
    if (quantile->share <= 1)
        return hist_percentile(hist, quantile->share);
    return hist->beyond > 0 ? HIST_BEYOND : hist_most(hist);
}

uint32_t bench_columns(const struct load_result *result)
{
    uint32_t count = result && result->columns ? result->column_count : 0;
    while (count > 0 && result->columns[count - 1].due == 0)
        count--;
    return count;
}

bool bench_is_invalid(const struct bench_point *point)
{
    return strcmp(or_empty(point->verdict), "invalid") == 0;
}

bool bench_is_fixed(const struct bench_target *target)
{
    return target->point_count > 0 && strcmp(or_empty(target->points[0].phase), "fixed") == 0;
}

double bench_rate_most(const struct bench_report *report)
{
    double most = 0;
    for (size_t t = 0; t < report->target_count; t++)
        for (size_t i = 0; i < report->targets[t].point_count; i++)
            most = fmax(most, report->targets[t].points[i].rate);
    return most;
}

bool bench_is_clear(const struct bench_interval *difference)
{
    return difference->is_known && (difference->low > 0 || difference->high < 0);
}

/* By rate, then those that say something of the target, then by p99. */
static int compare_points(const void *a, const void *b)
{
    const struct bench_point *left = *(const struct bench_point *const *)a;
    const struct bench_point *right = *(const struct bench_point *const *)b;
    if (left->rate != right->rate)
        return left->rate < right->rate ? -1 : 1;
    if (bench_is_invalid(left) != bench_is_invalid(right))
        return bench_is_invalid(left) ? 1 : -1;
    return (left->p99 > right->p99) - (left->p99 < right->p99);
}

static bool is_same_rate(const struct bench_point *a, const struct bench_point *b)
{
    return a->rate == b->rate && bench_is_invalid(a) == bench_is_invalid(b);
}

void bench_curve_of(struct bench_curve *out, const struct bench_target *target)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < target->point_count && count < BENCH_CURVE_MAX; i++)
        if (target->points[i].rate > 0 && isfinite(target->points[i].rate))
            out->points[count++] = &target->points[i];
    qsort(out->points, count, sizeof *out->points, compare_points);
    for (size_t from = 0, end; from < count; from = end) {
        for (end = from + 1; end < count && is_same_rate(out->points[from], out->points[end]);)
            end++;
        out->points[kept++] = out->points[from + (end - from - 1) / 2];
    }
    out->count = kept;
}

/* How far it is from the point before to the point behind, as a ratio; those that stay: more. */
static double span_at(const struct bench_curve *curve, size_t i, const struct bench_point *met,
                      const struct bench_point *missed)
{
    const struct bench_point *point = curve->points[i];
    if (i == 0 || i + 1 == curve->count || point == met || point == missed)
        return (double)INFINITY;
    return curve->points[i + 1]->rate / curve->points[i - 1]->rate;
}

void bench_curve_thin(struct bench_curve *curve, size_t max)
{
    const struct bench_point *met = NULL, *missed = NULL;
    for (size_t i = 0; i < curve->count; i++) {
        const char *verdict = or_empty(curve->points[i]->verdict);
        if (strcmp(verdict, "met") == 0)
            met = curve->points[i];
        else if (strcmp(verdict, "missed") == 0 && !missed)
            missed = curve->points[i];
    }
    while (curve->count > max) {
        size_t least = 1;
        for (size_t i = 1; i + 1 < curve->count; i++)
            if (span_at(curve, i, met, missed) < span_at(curve, least, met, missed))
                least = i;
        memmove(&curve->points[least], &curve->points[least + 1],
                (curve->count - least - 1) * sizeof *curve->points);
        curve->count--;
    }
}
