// SPDX-License-Identifier: BSD-2-Clause
/* The limit's interval: search.h tells the model. The likelihood of all points is taken at each
 * place of a grid over the logarithm of the limit, for each slope and share of bad moments, and
 * what is left of the posterior between its 2.5 and 97.5 % is the interval. */
#include "verdict/search.h"

#include <math.h>

#define GRID_STEP  0.004 /* of the limit */
#define GRID_REACH 0.5   /* in log rate, below and above the bracket */
#define GRID_MAX   1024
#define LUCK       0.01
#define TAIL       0.025
#define TINY       1e-300 /* a chance that is no more than this is none */

static const double widths[] = {0.002, 0.01, 0.04};
static const double bad_moments[] = {0.01, 0.05, 0.2};
#define WIDTHS  (sizeof widths / sizeof *widths)
#define MOMENTS (sizeof bad_moments / sizeof *bad_moments)

/* What one point says goes into the chances for each share of bad moments. */
static void add_point(const struct search_point *point, double limit, double width,
                      double chances[MOMENTS])
{
    double slope = 1 / (1 + exp((log(point->rate) - limit) / width));
    for (size_t i = 0; i < MOMENTS; i++) {
        double met = LUCK + (1 - LUCK - bad_moments[i]) * slope;
        chances[i] = fmax(chances[i] * (point->outcome == SEARCH_MET ? met : 1 - met), TINY);
    }
}

/* Logarithm of the chance of all that was seen, were LIMIT the logarithm of the limit, over all
 * slopes and shares of bad moments. */
static double likelihood(const struct search *search, double limit)
{
    double logs[WIDTHS * MOMENTS], most = -HUGE_VAL, sum = 0;
    for (size_t i = 0; i < WIDTHS; i++) {
        double chances[MOMENTS];
        for (size_t j = 0; j < MOMENTS; j++)
            chances[j] = 1;
        for (size_t j = 0; j < search->point_count; j++)
            if (search->points[j].outcome != SEARCH_INVALID)
                add_point(&search->points[j], limit, widths[i], chances);
        for (size_t j = 0; j < MOMENTS; j++)
            logs[i * MOMENTS + j] = log(chances[j]);
    }
    for (size_t i = 0; i < WIDTHS * MOMENTS; i++)
        most = fmax(most, logs[i]);
    for (size_t i = 0; i < WIDTHS * MOMENTS; i++)
        sum += exp(logs[i] - most);
    return most + log(sum);
}

/* Turns logarithms into shares of their sum. */
static void normalize(double *weights, size_t count)
{
    double most = -HUGE_VAL, sum = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, weights[i]);
    for (size_t i = 0; i < count; i++)
        sum += weights[i] = exp(weights[i] - most);
    for (size_t i = 0; i < count; i++)
        weights[i] /= sum;
}

bool search_interval(const struct search *search, double *low, double *high)
{
    double weights[GRID_MAX];
    *low = *high = search->held;
    if (!(search->held > 0) || !(search->bad > 0) || search->is_bad_the_generator)
        return false;
    double from = log(fmin(search->held, search->good)) - GRID_REACH;
    double span = log(search->bad) + GRID_REACH - from;
    size_t count = (size_t)fmin(ceil(span / GRID_STEP), GRID_MAX);
    double step = span / (double)count, below = 0, above = 0;
    for (size_t i = 0; i < count; i++)
        weights[i] = likelihood(search, from + ((double)i + 0.5) * step);
    normalize(weights, count);
    size_t first = 0, last = count - 1;
    while (first < last && below + weights[first] < TAIL)
        below += weights[first++];
    while (last > first && above + weights[last] < TAIL)
        above += weights[last--];
    *low = fmin(exp(from + (double)first * step), fmin(search->held, search->good));
    *high = fmax(exp(from + (double)(last + 1) * step), search->bad);
    return true;
}
