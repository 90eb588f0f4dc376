// SPDX-License-Identifier: BSD-2-Clause
#include "source/census.h"

#include <math.h>

#include "source/arc.h"

/* The shortest of N spans has 1 / N^2 of the circle: half of all chains are found out by then. */
#define LN_2 0.69314718055994530942

static double share(uint64_t length)
{
    return (double)length / (double)ARC_WHOLE;
}

struct census census_take(const struct gaps_sums *sums)
{
    struct census census = {.found = sums->spans, .gaps = sums->gaps};
    census.is_closed = gaps_is_closed(sums);
    if (sums->spans == 0)
        return (struct census){.open = 1, .missing = 1, .hashes_a_find = 1};
    if (sums->covered > 0)
        census.opt_out = (double)sums->opt_out / (double)sums->covered;
    census.exist = sums->spans;
    if (census.is_closed)
        return census;
    /* No gap is so short that it could not be hit, nor a span that it could not have been. */
    double open = share(ARC_WHOLE - sums->covered);
    census.open = fmin(fmax(open, share(1)), 1 - share(1 << 11));
    census.missing = sqrt(census.open);
    census.exist = sums->spans / (1 - census.missing);
    census.deviation = census.exist * sqrt(census.missing / (2 * sums->spans));
    census.hashes_a_find = 1 / census.open;
    return census;
}

double census_hashes_left(const struct census *census, double drawn, double missing)
{
    if (census->is_closed || census->missing <= missing)
        return 0;
    double needed = census->exist * census->exist / LN_2 - drawn;
    if (missing > 0)
        needed = census->exist * (1 / missing - 1 / census->missing);
    return fmax(needed, census->hashes_a_find);
}

double census_from_sample(uint32_t count, double length, double *deviation)
{
    *deviation = 0;
    if (count == 0 || length <= 0)
        return 0;
    double exist = fmax((2.0 * count - 1) / (length / (double)ARC_WHOLE), 1);
    *deviation = exist / sqrt(2.0 * count);
    return exist;
}

enum census_end census_judge(const struct census *census, const struct census_limits *limits,
                             uint64_t drawn)
{
    if (census->is_closed)
        return CENSUS_CLOSED;
    if (census->found > 0 && census->missing <= limits->missing)
        return CENSUS_ENOUGH;
    if (limits->hashes_max > 0 && drawn >= limits->hashes_max)
        return CENSUS_HASHES;
    if (limits->find_hashes_max > 0 && census->hashes_a_find > limits->find_hashes_max)
        return CENSUS_TOO_DEAR;
    return CENSUS_GOES_ON;
}
