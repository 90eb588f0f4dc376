// SPDX-License-Identifier: BSD-2-Clause
#include "bench/lab/curve.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define NORMAL_P99 2.3263478740408408 /* standard normal quantile of 0.99 */

static bool parse_time(const char *text, size_t len, double *out)
{
    char copy[UNITS_TEXT_MAX];
    mono_ns ns;
    if (!len || len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (units_parse_duration(copy, NS_PER_MS, &ns) || ns < 0 || ns > CURVE_MAX_NS)
        return false;
    *out = (double)ns;
    return true;
}

/* "PERCENT:TIME" of LEN octets. */
static bool parse_point(struct curve *curve, const char *text, size_t len)
{
    const char *colon = memchr(text, ':', len);
    char *end;
    double ns, percent = colon ? strtod(text, &end) : 0;
    if (!colon || end != colon || end == text || curve->count == CURVE_POINTS_MAX ||
        !(percent >= 0 && percent <= 100) ||
        !parse_time(colon + 1, len - (size_t)(colon + 1 - text), &ns))
        return false;
    if (curve->count && (percent / 100 <= curve->points[curve->count - 1].share ||
                         ns < curve->points[curve->count - 1].ns))
        return false;
    curve->points[curve->count].share = percent / 100;
    curve->points[curve->count++].ns = ns;
    return true;
}

static bool parse_points(struct curve *curve, const char *text)
{
    curve->kind = CURVE_POINTS;
    for (;;) {
        size_t len = strcspn(text, ",");
        if (!parse_point(curve, text, len))
            return false;
        if (!text[len])
            break;
        text += len + 1;
    }
    return curve->count > 1 && curve->points[0].share == 0 &&
           curve->points[curve->count - 1].share == 1;
}

static bool parse_median_and_p99(struct curve *curve, const char *text, const char *comma)
{
    double median, p99;
    curve->kind = CURVE_LOGNORMAL;
    if (!parse_time(text, (size_t)(comma - text), &median) ||
        !parse_time(comma + 1, strlen(comma + 1), &p99) || median <= 0 || p99 < median)
        return false;
    curve->mu = log(median);
    curve->sigma = (log(p99) - curve->mu) / NORMAL_P99;
    return true;
}

int curve_parse(struct curve *out, const char *text)
{
    struct curve curve = {.kind = CURVE_FIXED, .count = 1};
    const char *comma = strchr(text, ',');
    bool good;
    if (strchr(text, ':')) {
        curve.count = 0;
        good = parse_points(&curve, text);
    } else if (comma) {
        good = parse_median_and_p99(&curve, text, comma);
    } else {
        good = parse_time(text, strlen(text), &curve.points[0].ns);
    }
    if (good)
        *out = curve;
    return good ? 0 : ERR_SYNTAX;
}

/* The standard normal distribution's quantile: Abramowitz and Stegun 26.2.23 (good to
 * 4.5e-4) as a start, then Newton's steps against erfc(3), which double the right digits. */
static double normal_quantile(double unit)
{
    double tail = unit < 0.5 ? unit : 1 - unit;
    if (tail < 0x1p-60)
        tail = 0x1p-60;
    double t = sqrt(-2 * log(tail));
    double x = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                       (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    for (int i = 0; i < 2; i++) {
        double density = exp(-0.5 * x * x) * 0.3989422804014327;
        x += (0.5 * erfc(x * M_SQRT1_2) - tail) / density;
    }
    return unit < 0.5 ? -x : x;
}

static double between_points(const struct curve *curve, double unit)
{
    size_t i = 1;
    while (i + 1 < curve->count && curve->points[i].share <= unit)
        i++;
    double low = curve->points[i - 1].share, high = curve->points[i].share;
    double from = curve->points[i - 1].ns, to = curve->points[i].ns;
    return from + (to - from) * (unit - low) / (high - low);
}

double curve_at(const struct curve *curve, double unit)
{
    double ns = 0;
    switch (curve->kind) {
    case CURVE_NONE:
        break;
    case CURVE_FIXED:
        ns = curve->points[0].ns;
        break;
    case CURVE_LOGNORMAL:
        ns = exp(curve->mu + curve->sigma * normal_quantile(unit));
        break;
    case CURVE_POINTS:
        ns = between_points(curve, unit);
        break;
    }
    return ns < (double)CURVE_MAX_NS ? ns : (double)CURVE_MAX_NS;
}
