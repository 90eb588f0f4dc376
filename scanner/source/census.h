// SPDX-License-Identifier: BSD-2-Clause
/* How many names a chain has, judged by what was found of it; and when to stop looking. Pure.
 *
 * Hashes spread evenly, so a chain of N spans has lengths like random cuts of the circle.
 * Once H hashes were drawn, and every span that one of them fell into is known:
 *
 *   a span is missing with probability p = N / (N + H), and longer ones seldomer, so that
 *   the share of the circle that is open is u = p^2. Hence, from what is seen alone:
 *   share missing p = sqrt(u), names N = found / (1 - p), with a relative standard deviation of
 *   sqrt(p / (2 N (1 - p))).
 *
 * So when 99 % of the circle are covered, a tenth of the names is still missing.
 *
 * Before that, from the spans around K random hashes: N = (2 K - 1) / sum of their lengths,
 * deviation sqrt(1 / (2 K)): longer spans are hit oftener, which the 2 takes into account. */
#ifndef SOURCE_CENSUS_H
#define SOURCE_CENSUS_H

#include <stdbool.h>
#include <stdint.h>

#include "source/gaps.h"

struct census {
    uint32_t found;       /* spans */
    uint32_t gaps;        /* names of whom only the hash is known */
    bool is_closed;       /* all is known */
    double open;          /* share of the circle */
    double missing;       /* share of the names */
    double exist;         /* names in all; 0: nothing is known */
    double deviation;     /* of `exist`, in names */
    double opt_out;       /* share of what is covered, where names may be left out of the chain */
    double hashes_a_find; /* to be drawn for the next one, on average */
};

struct census census_take(const struct gaps_sums *sums);

/* Hashes still to be drawn, after DRAWN, until the share MISSING is left; with 0 until all is
 * found, which takes that many in half of all cases. */
double census_hashes_left(const struct census *census, double drawn, double missing);

#define CENSUS_SAMPLE 32 /* probes for the first estimate: 12 % */

/* The estimate from COUNT spans around random hashes, whose lengths add up to LENGTH (arc.h). */
double census_from_sample(uint32_t count, double length, double *deviation);

struct census_limits {
    double missing;         /* share that may be left; 0: none */
    uint64_t hashes_max;    /* 0: any number */
    double find_hashes_max; /* not more for one find; 0: any number */
};

enum census_end {
    CENSUS_GOES_ON,
    CENSUS_CLOSED,  /* every next hash is an owner */
    CENSUS_ENOUGH,  /* no more is missing than may be */
    CENSUS_HASHES,  /* so many were drawn */
    CENSUS_TOO_DEAR /* the next find would cost too much */
};
enum census_end census_judge(const struct census *census, const struct census_limits *limits,
                             uint64_t drawn);

#endif
