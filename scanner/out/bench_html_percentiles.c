// SPDX-License-Identifier: BSD-2-Clause
/* Response time, service time and schedule lag by percentile. The axis of percentiles is
 * logarithmic in what lies above them, so that the slowest 1 % have as much room as the rest:
 * its values are nines, 1 for p90, 2 for p99. */
#include <math.h>

#include "out/bench_html.h"

#define TOP       30
#define BOTTOM    312
#define HEIGHT    356
#define STEPS     160
#define NINES_MIN 2
#define NINES_MAX 6

struct chart {
    struct axis nines, time;
    bool has_lost;
};

struct series {
    const char *class, *label;
    const struct hist *hist;
};

/* What NINES lies at; false: so few were there that no percentile is as high. */
static bool time_of(const struct hist *hist, uint64_t count, double nines, mono_ns *out)
{
    double above = pow(10, -nines);
    if (above * (double)count < 1)
        return false;
    *out = hist_percentile(hist, 1 - above);
    return true;
}

static void put_series(struct text *out, const struct chart *chart, const struct series *series)
{
    uint64_t count = hist_count(series->hist);
    mono_ns time;
    if (count == 0)
        return;
    text_printf(out, "<path class=\"line %s\" d=\"", series->class);
    for (int i = 0; i <= STEPS; i++) {
        double nines = chart->nines.high * i / STEPS;
        if (!time_of(series->hist, count, nines, &time))
            break;
        double y =
            time == HIST_BEYOND ? TOP + LANE_HEIGHT / 2.0 : axis_at_log(&chart->time, (double)time);
        text_printf(out, "%c%.1f %.1f", i ? 'L' : 'M', axis_at(&chart->nines, nines), y);
    }
    text_puts(out, "\"/>");
}

static void put_grid(struct text *out, const struct chart *chart)
{
    static const struct {
        double nines;
        const char *label;
    } ticks[] = {{0, "least"}, {0.30103, "p50"}, {1, "p90"},     {2, "p99"},
                 {3, "p99.9"}, {4, "p99.99"},    {5, "p99.999"}, {6, "p99.9999"}};
    put_grid_upright(out, &chart->time, SCALE_TIME);
    for (size_t i = 0; i < sizeof ticks / sizeof ticks[0]; i++) {
        if (ticks[i].nines > chart->nines.high + 1e-6)
            break;
        double x = axis_at(&chart->nines, ticks[i].nines);
        text_printf(out, "<path class=\"grid\" d=\"M%.1f %dV%d\"/>", x, TOP, BOTTOM);
        if (i != 0) /* p50 needs the room */
            put_label(out, x, BOTTOM + 18,
                      ticks[i].nines >= chart->nines.high - 0.2 ? "end" : "middle", ticks[i].label);
    }
}

static void take_range(struct chart *chart, const struct series *series, size_t count)
{
    uint64_t most = 0;
    double low = (double)INFINITY, high = (double)NS_PER_US;
    for (size_t i = 0; i < count; i++) {
        uint64_t all = hist_count(series[i].hist);
        most = all > most ? all : most;
        if (all == 0)
            continue;
        low = fmin(low, (double)hist_percentile(series[i].hist, 0));
        high = fmax(high, (double)hist_most(series[i].hist));
        chart->has_lost = chart->has_lost || series[i].hist->beyond > 0;
    }
    low = low < (double)HIST_MAX ? fmax(low, (double)NS_PER_US) : high;
    double nines = fmin(fmax(floor(log10((double)most)), NINES_MIN), NINES_MAX);
    chart->nines = (struct axis){0, nines, CHART_LEFT, CHART_RIGHT};
    chart->time =
        (struct axis){log10(low), log10(high), BOTTOM, chart->has_lost ? TOP + LOST_HEIGHT : TOP};
    axis_round_log(&chart->time, 1);
}

static void put_legend(struct text *out, const struct series *series, size_t count)
{
    double x = CHART_LEFT;
    for (size_t i = 0; i < count; i++) {
        text_printf(out, "<path class=\"line %s\" d=\"M%.1f 16h26\"/>", series[i].class, x);
        put_label(out, x + 32, 21, "start", series[i].label);
        x += 152;
    }
}

void bench_html_percentiles(struct text *out, const struct bench_report *report, size_t target)
{
    const struct load_result *result = report->targets[target].result;
    struct chart chart = {0};
    struct hist all;
    if (!result)
        return;
    load_result_response(result, &all);
    const struct series series[] = {{"a", "response", &all},
                                    {"b dashed", "service", &result->service},
                                    {"c dotted", "schedule lag", &result->lag}};
    const size_t count = sizeof series / sizeof series[0];
    if (hist_count(&all) == 0)
        return;
    take_range(&chart, series, count);
    put_chart_begin(out, target, "percentiles", "Times by percentile",
                    "Response time, service time and schedule lag by percentile; the table of "
                    "times has the same figures.",
                    HEIGHT);
    put_grid(out, &chart);
    if (chart.has_lost)
        put_lost_lane(out, TOP, report->timeout);
    put_legend(out, series, count);
    for (size_t i = 0; i < count; i++)
        put_series(out, &chart, &series[i]);
    put_label(out, (CHART_LEFT + CHART_RIGHT) / 2.0, HEIGHT - 6, "middle",
              "share of the queries that were as quick");
    put_chart_end(out, "Response counts from when a query was due, service from when it was sent; "
                       "the lag between is the generator's own. Lost queries are part of it.");
}
