// SPDX-License-Identifier: BSD-2-Clause
/* The parts of bench's HTML page, and what its drawings are made of. Private to bench_html*.c.
 *
 * A drawing is an inline SVG, CHART_WIDTH units wide, coloured by the page's style sheet alone,
 * with a title and a description for those who cannot see it. */
#ifndef OUT_BENCH_HTML_H
#define OUT_BENCH_HTML_H

#include "out/bench_put.h"

#define CHART_WIDTH 560
#define CHART_LEFT  74 /* where the field begins, behind the scale */
#define CHART_RIGHT (CHART_WIDTH - 14)
#define LOST_HEIGHT 30 /* of the room above a field of times, for what was lost */
#define LANE_HEIGHT 20 /* of the lane in it */

extern const char bench_html_style[];

/* Printable ASCII with HTML's own characters as entities; for content and quoted values. */
void put_html(struct text *out, const char *string);
/* put_latency and put_response with a micro sign. */
void put_html_latency(struct text *out, double ns);
void put_html_response(struct text *out, mono_ns value, mono_ns timeout);

/* A scale: LOW..HIGH, logarithms to base 10 or plain values, to the places FROM..TO. */
struct axis {
    double low, high, from, to;
};
/* Where VALUE is, kept within the axis; of one of values, and of one of logarithms. */
double axis_at(const struct axis *axis, double value);
double axis_at_log(const struct axis *axis, double value);
/* Widens a logarithmic axis to whole 1-2-5 steps, and to at least SPAN decades. */
void axis_round_log(struct axis *axis, double span);

enum scale { SCALE_RATE, SCALE_TIME, SCALE_SHARE };
/* Lines and labels of a logarithmic axis of values of that kind: an upright one (labels on its
 * left), or a level one whose lines go from TOP to BOTTOM (labels below, unless TOP to BOTTOM is
 * not the lowest field: IS_LABELLED). */
void put_grid_upright(struct text *out, const struct axis *axis, enum scale scale);
void put_grid_level(struct text *out, const struct axis *axis, double top, double bottom,
                    bool is_labelled);

/* An element `text` with WORDS. ANCHOR: "start", "middle", "end". */
void put_label(struct text *out, double x, double y, const char *anchor, const char *words);
/* Begins a figure: KEY names it within the page, together with the number of the target. */
void put_chart_begin(struct text *out, size_t target, const char *key, const char *title,
                     const char *description, int height);
void put_chart_end(struct text *out, const char *caption);
/* The lane of the lost above a field that begins at TOP + LOST_HEIGHT. */
void put_lost_lane(struct text *out, double top, mono_ns timeout);

/* The drawings; each puts nothing, and the first says so, when there is nothing to draw. */
bool bench_html_curve(struct text *out, const struct bench_report *report, size_t target);
void bench_html_percentiles(struct text *out, const struct bench_report *report, size_t target);
void bench_html_heat(struct text *out, const struct bench_report *report, size_t target);

/* What the drawings show, and the rest, as tables. */
void bench_html_loads(struct text *out, const struct bench_report *report, size_t target);
void bench_html_times(struct text *out, const struct bench_report *report, size_t target);
void bench_html_stretches(struct text *out, const struct bench_report *report, size_t target);
void bench_html_counts(struct text *out, const struct load_result *result);
void bench_html_ranking(struct text *out, const struct bench_report *report);
void bench_html_manifest(struct text *out, const struct bench_report *report);

#endif
