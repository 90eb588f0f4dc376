// SPDX-License-Identifier: BSD-2-Clause
/* A load curve in a terminal: the median and the 99th percentile over the offered rate, both
 * axes logarithmic, with the loss as a row of bars below and a mark at the rate that was found.
 *
 * It is drawn on a grid of dots, of which a character shows one, or, as braille, two by four.
 * Where the 99th percentile is lost, the top row is kept for that. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "out/bench_text.h"
#include "out/put.h"

#define PLOT_COLUMNS 64 /* characters, behind the scale's */
#define PLOT_ROWS    8
#define SCALE_WIDTH  10
#define DOTS_ACROSS  2 /* of a braille character */
#define DOTS_DOWN    4
#define DOT_P50      1
#define DOT_P99      2

struct plot {
    const struct bench_point *points[BENCH_CURVE_MAX];
    size_t count;
    unsigned across, down;               /* dots of a character */
    double x_low, x_high, y_low, y_high; /* logarithms */
    bool has_lost, has_times;            /* some were, some were not */
    unsigned char dots[PLOT_ROWS * DOTS_DOWN][PLOT_COLUMNS * DOTS_ACROSS];
};

static void end_line(struct text *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->len--;
    text_putc(out, '\n');
}

static double log_time(mono_ns time)
{
    return log10(time > 1 ? (double)time : 1);
}

static unsigned dot_x(const struct plot *plot, double rate)
{
    double share = (log10(rate) - plot->x_low) / (plot->x_high - plot->x_low);
    return (unsigned)lround(fmin(fmax(share, 0), 1) * (PLOT_COLUMNS * plot->across - 1));
}

static unsigned dot_y(const struct plot *plot, mono_ns time)
{
    unsigned top = plot->has_lost ? plot->down : 0, bottom = PLOT_ROWS * plot->down - 1;
    if (time == HIST_BEYOND)
        return 0;
    double share = (log_time(time) - plot->y_low) / (plot->y_high - plot->y_low);
    return bottom - (unsigned)lround(fmin(fmax(share, 0), 1) * (bottom - top));
}

static void draw_line(struct plot *plot, const struct bench_point *from,
                      const struct bench_point *to, unsigned char dot)
{
    int x0 = (int)dot_x(plot, from->rate), x1 = (int)dot_x(plot, to->rate);
    int y0 = (int)dot_y(plot, dot == DOT_P50 ? from->p50 : from->p99);
    int y1 = (int)dot_y(plot, dot == DOT_P50 ? to->p50 : to->p99);
    int steps = (int)fmax(fmax(abs(x1 - x0), abs(y1 - y0)), 1);
    for (int i = 0; i <= steps; i++)
        plot->dots[y0 + (y1 - y0) * i / steps][x0 + (x1 - x0) * i / steps] |= dot;
}

static void take_points(struct plot *plot, const struct bench_target *target)
{
    struct bench_curve curve;
    bench_curve_of(&curve, target);
    plot->y_low = (double)INFINITY;
    plot->y_high = -(double)INFINITY;
    for (size_t i = 0; i < curve.count; i++) {
        const struct bench_point *point = curve.points[i];
        if (bench_is_invalid(point))
            continue;
        plot->points[plot->count++] = point;
        plot->has_lost = plot->has_lost || point->p99 == HIST_BEYOND;
        const mono_ns times[] = {point->p50, point->p99};
        for (size_t t = 0; t < 2; t++) {
            if (times[t] == HIST_BEYOND)
                continue;
            plot->y_low = fmin(plot->y_low, log_time(times[t]));
            plot->y_high = fmax(plot->y_high, log_time(times[t]));
        }
    }
    plot->has_times = plot->y_low <= plot->y_high;
    if (!plot->has_times)
        plot->y_low = plot->y_high = log_time(NS_PER_MS);
    if (plot->y_high - plot->y_low < 0.5) { /* noise is not to look like a cliff */
        double middle = (plot->y_low + plot->y_high) / 2;
        plot->y_low = middle - 0.25;
        plot->y_high = middle + 0.25;
    }
}

static void put_cell(struct text *out, const struct plot *plot, unsigned row, unsigned column)
{
    static const unsigned char bits[DOTS_DOWN][DOTS_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    unsigned code = 0;
    if (plot->across == 1) {
        unsigned char dot = plot->dots[row][column];
        text_putc(out, dot & DOT_P99 ? '*' : dot & DOT_P50 ? 'o' : ' ');
        return;
    }
    for (unsigned y = 0; y < DOTS_DOWN; y++)
        for (unsigned x = 0; x < DOTS_ACROSS; x++)
            if (plot->dots[row * DOTS_DOWN + y][column * DOTS_ACROSS + x])
                code |= bits[y][x];
    if (code == 0)
        text_putc(out, ' ');
    else /* U+2800 and up */
        text_printf(out, "\xe2%c%c", (char)(0xa0 | code >> 6), (char)(0x80 | (code & 0x3f)));
}

static void put_scale(struct text *out, const struct plot *plot, unsigned row, mono_ns timeout)
{
    struct text label = {0};
    unsigned top = plot->has_lost ? 1 : 0;
    if (row < top)
        put_response(&label, HIST_BEYOND, timeout);
    else if (row == top && plot->has_times)
        put_latency(&label, pow(10, plot->y_high));
    else if (row == PLOT_ROWS - 1 && plot->has_times)
        put_latency(&label, pow(10, plot->y_low));
    text_printf(out, "%*.*s", SCALE_WIDTH, (int)label.len, label.data ? label.data : "");
    text_deinit(&label);
}

static double loss_at(const struct plot *plot, double rate)
{
    const struct bench_point *before = plot->points[0];
    for (size_t i = 0; i < plot->count; before = plot->points[i++]) {
        const struct bench_point *point = plot->points[i];
        if (rate > point->rate)
            continue;
        if (point->rate <= before->rate)
            return point->loss;
        double share = (rate - before->rate) / (point->rate - before->rate);
        return before->loss + (point->loss - before->loss) * share;
    }
    return before->loss;
}

static void put_loss(struct text *out, const struct plot *plot, bool is_utf8)
{
    static const double levels[] = {0, 0.0005, 0.002, 0.01, 0.03, 0.1, 0.25, 0.5};
    text_printf(out, "%*s ", SCALE_WIDTH, "loss");
    for (unsigned column = 0; column < PLOT_COLUMNS; column++) {
        double share = column / (double)(PLOT_COLUMNS - 1);
        double rate = pow(10, plot->x_low + share * (plot->x_high - plot->x_low));
        double loss = loss_at(plot, rate);
        int level = -1;
        while (level + 1 < (int)(sizeof levels / sizeof levels[0]) && loss > levels[level + 1])
            level++;
        if (level < 0)
            text_putc(out, ' ');
        else if (is_utf8) /* U+2581 to U+2588 */
            text_printf(out, "\xe2\x96%c", (char)(0x81 + level));
        else
            text_putc(out, ".:-=+*#@"[level]);
    }
    end_line(out);
}

/* Under the axis: the lowest rate, the highest, and the one that was found. */
static void put_rates(struct text *out, const struct plot *plot, const struct bench_target *target)
{
    char line[PLOT_COLUMNS + 1], text[UNITS_TEXT_MAX];
    memset(line, ' ', PLOT_COLUMNS);
    line[PLOT_COLUMNS] = '\0';
    const double rates[] = {plot->points[0]->rate, plot->points[plot->count - 1]->rate,
                            target->rate.is_known ? target->rate.value : 0};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        if (!(rates[i] >= 1 && rates[i] < 1e15))
            continue;
        size_t len = strlen(units_format_short((uint64_t)(rates[i] + 0.5), text));
        size_t at = dot_x(plot, rates[i]) / plot->across;
        at = at < len / 2 ? 0 : at - len / 2;
        at = at + len > PLOT_COLUMNS ? PLOT_COLUMNS - len : at;
        size_t from = at > 0 ? at - 1 : 0, to = at + len < PLOT_COLUMNS ? at + len + 1 : at + len;
        if (strspn(line + from, " ") < to - from)
            continue; /* no room */
        memcpy(line + at, text, len);
    }
    text_printf(out, "%*s %s q/s\n", SCALE_WIDTH, "offered", line);
}

static void put_axis(struct text *out, const struct plot *plot, const struct bench_target *target,
                     bool is_utf8)
{
    unsigned mark = PLOT_COLUMNS;
    if (target->rate.is_known && target->rate.value > 0)
        mark = dot_x(plot, target->rate.value) / plot->across;
    text_printf(out, "%*s%s", SCALE_WIDTH, "", is_utf8 ? "\xe2\x94\x94" : "+");
    for (unsigned column = 0; column < PLOT_COLUMNS; column++)
        text_puts(out, column == mark ? "^" : is_utf8 ? "\xe2\x94\x80" : "-");
    text_putc(out, '\n');
}

void bench_text_plot(struct text *out, const struct bench_target *target, mono_ns timeout,
                     bool is_utf8)
{
    struct plot plot = {.across = is_utf8 ? DOTS_ACROSS : 1, .down = is_utf8 ? DOTS_DOWN : 1};
    take_points(&plot, target);
    if (plot.count < 2)
        return;
    plot.x_low = log10(plot.points[0]->rate);
    plot.x_high = log10(plot.points[plot.count - 1]->rate);
    for (size_t i = 1; i < plot.count; i++) {
        draw_line(&plot, plot.points[i - 1], plot.points[i], DOT_P50);
        draw_line(&plot, plot.points[i - 1], plot.points[i], DOT_P99);
    }
    text_printf(out, "\n%*s response time, %s\n", SCALE_WIDTH, "",
                is_utf8 ? "the upper line p99, the lower line p50" : "* p99, o p50");
    for (unsigned row = 0; row < PLOT_ROWS; row++) {
        put_scale(out, &plot, row, timeout);
        text_puts(out, is_utf8 ? "\xe2\x94\x82" : "|");
        for (unsigned column = 0; column < PLOT_COLUMNS; column++)
            put_cell(out, &plot, row, column);
        end_line(out);
    }
    put_axis(out, &plot, target, is_utf8);
    put_rates(out, &plot, target);
    put_loss(out, &plot, is_utf8);
}
