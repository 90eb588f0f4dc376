// SPDX-License-Identifier: BSD-2-Clause
/* The load curve: over one axis of offered load three fields, response time, loss, and what was
 * answered. Loads that met the objective are filled marks, those that missed it hollow ones;
 * those in which the generator was the limit are not drawn. */
#include <math.h>
#include <string.h>

#include "out/bench_html.h"

#define TIME_TOP    30
#define TIME_BOTTOM 338
#define LOSS_TOP    384
#define LOSS_BOTTOM 504
#define GOOD_TOP    550
#define GOOD_BOTTOM 690
#define HEIGHT      736
#define LOSS_LEAST  1e-4 /* the lowest line of the loss: none at all, or next to none */
#define LIMIT_ROOM  0.1  /* decades above a limit, for its label */
#define MARK_RADIUS 3.5

struct chart {
    const struct bench_report *report;
    const struct bench_target *target;
    struct bench_curve curve; /* without what is not drawn */
    struct axis rate, time, loss, good;
    bool has_lost;
};

static void take_times(struct chart *chart, const struct bench_point *point)
{
    const mono_ns times[] = {point->p50, point->p99};
    for (size_t i = 0; i < 2; i++) {
        if (times[i] == HIST_BEYOND) {
            chart->has_lost = true;
            continue;
        }
        double log = log10(times[i] > 1 ? (double)times[i] : 1);
        chart->time.low = fmin(chart->time.low, log);
        chart->time.high = fmax(chart->time.high, log);
    }
}

static void take_limit(struct axis *axis, double limit)
{
    if (!(limit > 0))
        return;
    axis->low = fmin(axis->low, log10(limit));
    axis->high = fmax(axis->high, log10(limit) + LIMIT_ROOM);
}

/* False: fewer than two loads to draw. */
static bool take_points(struct chart *chart)
{
    size_t kept = 0;
    const double infinity = (double)INFINITY;
    chart->time = (struct axis){.low = infinity, .high = -infinity, .from = TIME_BOTTOM};
    bench_curve_of(&chart->curve, chart->target);
    for (size_t i = 0; i < chart->curve.count; i++)
        if (!bench_is_invalid(chart->curve.points[i]))
            chart->curve.points[kept++] = chart->curve.points[i];
    chart->curve.count = kept;
    if (kept < 2)
        return false;
    for (size_t i = 0; i < kept; i++)
        take_times(chart, chart->curve.points[i]);
    if (!(chart->time.low <= chart->time.high)) /* all lost */
        chart->time.low = chart->time.high = log10((double)NS_PER_MS);
    take_limit(&chart->time, (double)chart->report->limits.p50);
    take_limit(&chart->time, (double)chart->report->limits.p99);
    axis_round_log(&chart->time, 1);
    chart->time.to = chart->has_lost ? TIME_TOP + LOST_HEIGHT : TIME_TOP;
    double first = chart->curve.points[0]->rate, last = chart->curve.points[kept - 1]->rate;
    chart->rate = (struct axis){log10(first), log10(last), CHART_LEFT + 8, CHART_RIGHT - 8};
    chart->loss = (struct axis){log10(LOSS_LEAST), 0, LOSS_BOTTOM, LOSS_TOP};
    chart->good = (struct axis){chart->rate.low, chart->rate.high, GOOD_BOTTOM, GOOD_TOP};
    axis_round_log(&chart->good, 0.5);
    return true;
}

static double time_at(const struct chart *chart, mono_ns time)
{
    return time == HIST_BEYOND ? TIME_TOP + LANE_HEIGHT / 2.0
                               : axis_at_log(&chart->time, (double)time);
}

enum series { SERIES_P50, SERIES_P99, SERIES_LOSS, SERIES_GOOD, SERIES_COUNT };
static const char *const series_classes[SERIES_COUNT] = {"a", "b", "c", "a"};

static double series_at(const struct chart *chart, enum series series,
                        const struct bench_point *point)
{
    switch (series) {
    case SERIES_P50:
        return time_at(chart, point->p50);
    case SERIES_P99:
        return time_at(chart, point->p99);
    case SERIES_LOSS:
        return axis_at_log(&chart->loss, point->loss);
    default:
        return axis_at_log(&chart->good, point->answered);
    }
}

/* What a mark says when it is pointed at. */
static void put_tip(struct text *out, const struct chart *chart, const struct bench_point *point)
{
    text_puts(out, "<title>");
    put_rate(out, point->rate);
    text_puts(out, " q/s offered: p50 ");
    put_html_response(out, point->p50, chart->report->timeout);
    text_puts(out, ", p99 ");
    put_html_response(out, point->p99, chart->report->timeout);
    text_puts(out, ", loss ");
    struct text share = {0};
    put_share(&share, point->loss);
    text_putc(&share, '\0');
    put_html(out, share.failed ? "" : share.data);
    text_deinit(&share);
    text_puts(out, "</title>");
}

static void put_series(struct text *out, const struct chart *chart, enum series series)
{
    const char *class = series_classes[series];
    text_printf(out, "<path class=\"line %s\" d=\"", class);
    for (size_t i = 0; i < chart->curve.count; i++)
        text_printf(out, "%c%.1f %.1f", i ? 'L' : 'M',
                    axis_at_log(&chart->rate, chart->curve.points[i]->rate),
                    series_at(chart, series, chart->curve.points[i]));
    text_puts(out, "\"/>");
    for (size_t i = 0; i < chart->curve.count; i++) {
        const struct bench_point *point = chart->curve.points[i];
        bool is_hollow = strcmp(or_empty(point->verdict), "missed") == 0;
        double x = axis_at_log(&chart->rate, point->rate), y = series_at(chart, series, point);
        if (series == SERIES_P99) /* square: told apart without colour */
            text_printf(
                out, "<rect class=\"mark %s%s\" x=\"%.1f\" y=\"%.1f\" width=\"%g\" height=\"%g\">",
                class, is_hollow ? " hollow" : "", x - MARK_RADIUS, y - MARK_RADIUS,
                2 * MARK_RADIUS, 2 * MARK_RADIUS);
        else
            text_printf(out, "<circle class=\"mark %s%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%g\">", class,
                        is_hollow ? " hollow" : "", x, y, MARK_RADIUS);
        put_tip(out, chart, point);
        text_puts(out, series == SERIES_P99 ? "</rect>" : "</circle>");
    }
}

/* The rate that was found, through all fields, with its interval. */
static void put_found(struct text *out, const struct chart *chart)
{
    const struct bench_interval *rate = &chart->target->rate;
    if (!rate->is_known || !(rate->value > 0))
        return;
    double x = axis_at_log(&chart->rate, rate->value);
    double low = axis_at_log(&chart->rate, rate->low), high = axis_at_log(&chart->rate, rate->high);
    if (high > low && rate->low > 0)
        text_printf(out,
                    "<rect class=\"interval\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                    low, TIME_TOP, high - low, GOOD_BOTTOM - TIME_TOP);
    text_printf(out, "<path class=\"found\" d=\"M%.1f %dV%d\"/>", x, TIME_TOP, GOOD_BOTTOM);
    struct text words = {0};
    text_puts(&words, "found: ");
    put_rate_near(&words, rate->value, rate->high - rate->low);
    text_puts(&words, " q/s");
    text_putc(&words, '\0');
    bool is_right = x > (CHART_LEFT + CHART_RIGHT) / 2.0;
    text_puts(out, "<g class=\"field\">");
    put_label(out, is_right ? x - 6 : x + 6, GOOD_BOTTOM - 8, is_right ? "end" : "start",
              words.failed ? "" : words.data);
    text_puts(out, "</g>");
    text_deinit(&words);
}

static void put_limit(struct text *out, double y, const char *words)
{
    text_printf(out, "<path class=\"limit\" d=\"M%d %.1fH%d\"/>", CHART_LEFT, y, CHART_RIGHT);
    text_puts(out, "<g class=\"limit-label\">");
    put_label(out, CHART_LEFT + 6, y - 5, "start", words);
    text_puts(out, "</g>");
}

static void put_limits(struct text *out, const struct chart *chart)
{
    const struct bench_limits *limits = &chart->report->limits;
    if (limits->p99 > 0)
        put_limit(out, axis_at_log(&chart->time, (double)limits->p99), "objective: p99");
    if (limits->p50 > 0)
        put_limit(out, axis_at_log(&chart->time, (double)limits->p50), "objective: p50");
    if (limits->loss > 0)
        put_limit(out, axis_at_log(&chart->loss, limits->loss), "objective");
}

static void put_fields(struct text *out, const struct chart *chart)
{
    static const struct {
        int top, bottom;
        const char *title;
    } fields[] = {{TIME_TOP, TIME_BOTTOM, "response time"},
                  {LOSS_TOP, LOSS_BOTTOM, "lost"},
                  {GOOD_TOP, GOOD_BOTTOM, "answered a second"}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        put_grid_level(out, &chart->rate, fields[i].top, fields[i].bottom, i == 2);
        text_puts(out, "<g class=\"field\">");
        put_label(out, CHART_LEFT, fields[i].top - 8, "start", fields[i].title);
        text_puts(out, "</g>");
    }
    put_grid_upright(out, &chart->time, SCALE_TIME);
    put_grid_upright(out, &chart->loss, SCALE_SHARE);
    put_grid_upright(out, &chart->good, SCALE_RATE);
    if (chart->has_lost)
        put_lost_lane(out, TIME_TOP, chart->report->timeout);
    put_label(out, (CHART_LEFT + CHART_RIGHT) / 2.0, HEIGHT - 8, "middle",
              "queries a second, offered");
}

static void put_legend(struct text *out)
{
    text_printf(out,
                "<circle class=\"mark a\" cx=\"%d\" cy=\"16\" r=\"4\"/>"
                "<rect class=\"mark b\" x=\"%d\" y=\"12\" width=\"8\" height=\"8\"/>",
                CHART_RIGHT - 124, CHART_RIGHT - 66);
    put_label(out, CHART_RIGHT - 114, 21, "start", "p50");
    put_label(out, CHART_RIGHT - 52, 21, "start", "p99");
}

bool bench_html_curve(struct text *out, const struct bench_report *report, size_t target)
{
    struct chart chart = {.report = report, .target = &report->targets[target]};
    if (!take_points(&chart))
        return false;
    put_chart_begin(out, target, "curve", "Load curve",
                    "Response time, loss and answers over the offered load; the table of loads "
                    "has the same figures.",
                    HEIGHT);
    put_fields(out, &chart);
    put_found(out, &chart);
    put_limits(out, &chart);
    put_legend(out);
    for (int series = 0; series < SERIES_COUNT; series++)
        put_series(out, &chart, (enum series)series);
    put_chart_end(out,
                  "Each mark is a load; hollow: it missed the objective. The upright line is "
                  "the rate that was found, with its interval. A loss of 0.01 % or less is on the "
                  "lowest line.");
    return true;
}
