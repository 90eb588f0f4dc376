// SPDX-License-Identifier: BSD-2-Clause
/* A distribution of times, as text and as its quantile function. Pure.
 *
 *   5ms                             always that
 *   5ms,50ms                        log-normal with this median and this 99th percentile
 *   0:1ms,50:2ms,99:30ms,100:80ms   these percentiles, straight lines between them */
#ifndef LAB_CURVE_H
#define LAB_CURVE_H

#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

#define CURVE_POINTS_MAX 16
#define CURVE_MAX_NS     (10 * NS_PER_S) /* nobody waits for more */

enum curve_kind { CURVE_NONE, CURVE_FIXED, CURVE_LOGNORMAL, CURVE_POINTS };

struct curve {
    enum curve_kind kind;
    double mu, sigma; /* of the logarithm, in ns */
    size_t count;
    struct {
        double share, ns;
    } points[CURVE_POINTS_MAX]; /* FIXED: the first one's ns */
};

/* ERR_SYNTAX; *OUT is then as it was. */
MUST_CHECK int curve_parse(struct curve *out, const char *text);
/* The time that a share of UNIT (0 <= UNIT < 1) lie at or below, at most CURVE_MAX_NS; 0 for
 * CURVE_NONE. */
double curve_at(const struct curve *curve, double unit);

#endif
