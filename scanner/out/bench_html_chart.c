// SPDX-License-Identifier: BSD-2-Clause
/* Axes, labels and frames of the page's drawings. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "out/bench_html.h"

#define STEPS_MAX 400 /* of a grid; ranges are those of doubles, whatever the figures are */

void put_html(struct text *out, const char *string)
{
    struct text plain = {0};
    text_put_escaped(&plain, string, strlen(string));
    for (size_t i = 0; i < plain.len; i++) {
        switch (plain.data[i]) {
        case '&':
            text_puts(out, "&amp;");
            break;
        case '<':
            text_puts(out, "&lt;");
            break;
        case '>':
            text_puts(out, "&gt;");
            break;
        case '"':
            text_puts(out, "&quot;");
            break;
        case '\'':
            text_puts(out, "&#39;");
            break;
        default:
            text_putc(out, plain.data[i]);
        }
    }
    out->failed = out->failed || plain.failed;
    text_deinit(&plain);
}

/* WORDS with the u of microseconds as it is written; clears them. */
static void put_micro(struct text *out, struct text *words)
{
    for (size_t i = 0; i < words->len; i++) {
        if (words->data[i] == 'u')
            text_puts(out, "&micro;");
        else if (words->data[i] == '>')
            text_puts(out, "&gt;");
        else
            text_putc(out, words->data[i]);
    }
    out->failed = out->failed || words->failed;
    text_deinit(words);
}

void put_html_latency(struct text *out, double ns)
{
    struct text words = {0};
    put_latency(&words, ns);
    put_micro(out, &words);
}

void put_html_response(struct text *out, mono_ns value, mono_ns timeout)
{
    struct text words = {0};
    put_response(&words, value, timeout);
    put_micro(out, &words);
}

double axis_at(const struct axis *axis, double value)
{
    double share = (value - axis->low) / (axis->high - axis->low);
    if (!(share > 0)) /* NaN too */
        share = 0;
    return axis->from + fmin(share, 1) * (axis->to - axis->from);
}

double axis_at_log(const struct axis *axis, double value)
{
    return axis_at(axis, value > 0 ? log10(value) : -(double)INFINITY);
}

/* The step of 1, 2, 5 at or below (above) VALUE, a logarithm. */
static double step_near(double value, bool is_above)
{
    static const double steps[] = {0, 0.30103, 0.69897, 1};
    double whole = floor(value + 1e-9), best = is_above ? whole + 1 : whole;
    for (int i = 0; i < 4; i++) {
        double step = whole + steps[i];
        if (is_above ? step >= value - 1e-6 && step < best : step <= value + 1e-6 && step > best)
            best = step;
    }
    return best;
}

void axis_round_log(struct axis *axis, double span)
{
    double missing = span - (axis->high - axis->low);
    if (missing > 0) {
        axis->low -= missing / 2;
        axis->high += missing / 2;
    }
    axis->low = step_near(axis->low, false);
    axis->high = step_near(axis->high, true);
}

void put_label(struct text *out, double x, double y, const char *anchor, const char *words)
{
    text_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    put_html(out, words);
    text_puts(out, "</text>");
}

/* VALUE, a 1, 2 or 5 with noughts, as short as it goes. */
static void put_tick(struct text *out, double value, enum scale scale)
{
    static const struct {
        double one;
        const char *unit;
    } units[][4] = {
        [SCALE_RATE] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}},
        [SCALE_TIME] = {{1e9, " s"}, {1e6, " ms"}, {1e3, " &micro;s"}, {1, " ns"}},
        [SCALE_SHARE] = {{0.01, " %"}, {0.01, " %"}, {0.01, " %"}, {0.01, " %"}},
    };
    size_t unit = 0;
    while (unit < 3 && value < units[scale][unit].one * 0.999)
        unit++;
    text_printf(out, "%.4g%s", value / units[scale][unit].one, units[scale][unit].unit);
}

/* Each step of an axis: its value and whether it has a label, which the steps of 2 and 5 have where
 * the axis has less than DECADES. False at the end. */
static bool next_step(const struct axis *axis, double decades, int *step, double *value,
                      bool *is_labelled)
{
    static const double firsts[] = {1, 2, 5};
    int decade = (int)floor(fmax(fmin(axis->low, 300), -300) + 1e-9);
    for (; *step < STEPS_MAX; ++*step) {
        int whole = decade + *step / 3;
        double log = whole + log10(firsts[*step % 3]);
        if (log > axis->high + 1e-6)
            return false;
        if (log < axis->low - 1e-6)
            continue;
        *value = pow(10, log);
        *is_labelled = *step % 3 == 0 || axis->high - axis->low < decades;
        ++*step;
        return true;
    }
    return false;
}

void put_grid_upright(struct text *out, const struct axis *axis, enum scale scale)
{
    double value;
    bool is_labelled;
    for (int step = 0; next_step(axis, 1.6, &step, &value, &is_labelled);) {
        double y = axis_at_log(axis, value);
        text_printf(out, "<path class=\"%s\" d=\"M%d %.1fH%d\"/>", is_labelled ? "grid" : "faint",
                    CHART_LEFT, y, CHART_RIGHT);
        if (!is_labelled)
            continue;
        text_printf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", CHART_LEFT - 6, y + 4);
        put_tick(out, value, scale);
        text_puts(out, "</text>");
    }
}

void put_grid_level(struct text *out, const struct axis *axis, double top, double bottom,
                    bool is_labelled)
{
    double value;
    bool is_main;
    for (int step = 0; next_step(axis, 2.6, &step, &value, &is_main);) {
        double x = axis_at_log(axis, value);
        text_printf(out, "<path class=\"%s\" d=\"M%.1f %.1fV%.1f\"/>", is_main ? "grid" : "faint",
                    x, top, bottom);
        if (!is_labelled || !is_main)
            continue;
        text_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x, bottom + 18);
        put_tick(out, value, SCALE_RATE);
        text_puts(out, "</text>");
    }
}

void put_chart_begin(struct text *out, size_t target, const char *key, const char *title,
                     const char *description, int height)
{
    text_printf(out,
                "<figure class=\"%s\"><svg viewBox=\"0 0 %d %d\" role=\"img\" "
                "aria-labelledby=\"%s-%zu-title %s-%zu-desc\"><title id=\"%s-%zu-title\">",
                key, CHART_WIDTH, height, key, target, key, target, key, target);
    put_html(out, title);
    text_printf(out, "</title><desc id=\"%s-%zu-desc\">", key, target);
    put_html(out, description);
    text_puts(out, "</desc>");
}

void put_chart_end(struct text *out, const char *caption)
{
    text_puts(out, "</svg><figcaption>");
    put_html(out, caption);
    text_puts(out, "</figcaption></figure>\n");
}

void put_lost_lane(struct text *out, double top, mono_ns timeout)
{
    text_printf(out, "<rect class=\"lane\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%d\"/>",
                CHART_LEFT, top, CHART_RIGHT - CHART_LEFT, LANE_HEIGHT);
    text_printf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", CHART_LEFT - 6, top + 15);
    put_html_response(out, HIST_BEYOND, timeout);
    text_puts(out, "</text>");
}
