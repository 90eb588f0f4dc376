// SPDX-License-Identifier: BSD-2-Clause
/* The knee of a load curve: 1. logarithms, each but the first and last the median of three, so
 * that a bad moment is no knee; 2. as far as the curve has risen by nine tenths; 3. a line below
 * and one above each possible split; 4. the best of them, if it is a knee at all. */
#include "verdict/compare.h"

#include <math.h>
#include <stdbool.h>

#define BELOW_LEAST 3    /* points of the first line */
#define ABOVE_LEAST 2    /* of the second */
#define RISEN       0.9  /* of the whole rise: what follows is a full queue */
#define RISE_LEAST  0.3  /* in logarithms; less is noise */
#define STEEPER     1.0  /* by how much the second line is, at least */
#define BETTER      0.25 /* of one line's squares are left, at most */

/* Points of a curve in logarithms. */
struct curve {
    double x[COMPARE_VALUES_MAX], y[COMPARE_VALUES_MAX];
    size_t count;
};

struct line {
    double slope, offset, squares; /* what it leaves */
    bool is_known;                 /* not all at one place */
};

static double median_of_three(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

static void take_curve(struct curve *out, const double *x, const double *y, size_t count)
{
    out->count = count < COMPARE_VALUES_MAX ? count : COMPARE_VALUES_MAX;
    for (size_t i = 0; i < out->count; i++) {
        bool is_end = i == 0 || i + 1 == out->count;
        out->x[i] = log(x[i]);
        out->y[i] = log(is_end ? y[i] : median_of_three(y[i - 1], y[i], y[i + 1]));
    }
}

/* Leaves off what lies past the rise; false: there is none. */
static bool cut_curve(struct curve *curve)
{
    double least = HUGE_VAL, most = -HUGE_VAL;
    size_t i = 0;
    for (size_t j = 0; j < curve->count; j++) {
        least = fmin(least, curve->y[j]);
        most = fmax(most, curve->y[j]);
    }
    if (!(most - least >= RISE_LEAST))
        return false;
    while (curve->y[i] < least + RISEN * (most - least))
        i++;
    curve->count = i + 1;
    return true;
}

/* Least squares through the points FROM to below TO. */
static struct line fit(const struct curve *curve, size_t from, size_t to)
{
    double n = (double)(to - from), x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    for (size_t i = from; i < to; i++) {
        x += curve->x[i] / n;
        y += curve->y[i] / n;
    }
    for (size_t i = from; i < to; i++) {
        xx += (curve->x[i] - x) * (curve->x[i] - x);
        xy += (curve->x[i] - x) * (curve->y[i] - y);
        yy += (curve->y[i] - y) * (curve->y[i] - y);
    }
    struct line line = {.is_known = xx > 1e-12};
    if (!line.is_known)
        return line;
    line.slope = xy / xx;
    line.offset = y - line.slope * x;
    line.squares = fmax(yy - line.slope * xy, 0);
    return line;
}

/* Where the lines meet, but not outside of the two points they part at. */
static double meeting(const struct line *below, const struct line *above, double low, double high)
{
    double x = (below->offset - above->offset) / (above->slope - below->slope);
    return exp(fmin(fmax(x, low), high));
}

static bool is_knee(const struct line *below, const struct line *above)
{
    return below->is_known && above->is_known && above->slope > 1 &&
           above->slope - below->slope >= STEEPER;
}

double compare_knee(const double *x, const double *y, size_t count)
{
    struct curve curve;
    double knee = 0;
    take_curve(&curve, x, y, count);
    if (!cut_curve(&curve))
        return 0;
    struct line whole = fit(&curve, 0, curve.count);
    double least = BETTER * whole.squares;
    for (size_t i = BELOW_LEAST; i + ABOVE_LEAST <= curve.count; i++) {
        struct line below = fit(&curve, 0, i), above = fit(&curve, i, curve.count);
        double squares = below.squares + above.squares;
        if (!is_knee(&below, &above) || squares > least)
            continue;
        least = squares;
        knee = meeting(&below, &above, curve.x[i - 1], curve.x[i]);
    }
    return knee;
}
