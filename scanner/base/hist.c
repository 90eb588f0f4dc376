// SPDX-License-Identifier: BSD-2-Clause
/* The cells are numbered so that one formula serves all octaves: with SHIFT the octave's
 * number less one (0 for the first two, which are as fine as values are), VALUE lies in cell
 * SHIFT * HIST_STEPS + (VALUE >> SHIFT). */
#include "base/hist.h"

#include <math.h>

_Static_assert(HIST_MAX == ((INT64_C(1) << (HIST_BITS + HIST_OCTAVES - 1)) - 1), "whole octaves");

size_t hist_cell(mono_ns value)
{
    uint64_t v = value < 0 ? 0 : value > HIST_MAX ? (uint64_t)HIST_MAX : (uint64_t)value;
    unsigned shift = 63 - HIST_BITS - (unsigned)__builtin_clzll(v | HIST_STEPS);
    return ((size_t)shift << HIST_BITS) + (size_t)(v >> shift);
}

void hist_cell_bounds(size_t cell, mono_ns *low, mono_ns *high)
{
    size_t octave = cell >> HIST_BITS;
    unsigned shift = octave > 0 ? (unsigned)octave - 1 : 0;
    mono_ns step = (mono_ns)(cell - ((size_t)shift << HIST_BITS));
    *low = step << shift;
    *high = *low + ((mono_ns)1 << shift) - 1;
}

static double middle(size_t cell)
{
    mono_ns low, high;
    hist_cell_bounds(cell, &low, &high);
    return ((double)low + (double)high) / 2;
}

void hist_add(struct hist *hist, mono_ns value)
{
    if (value > HIST_MAX)
        hist->beyond++;
    else
        hist->cells[hist_cell(value)]++;
}

void hist_add_lost(struct hist *hist, uint64_t count)
{
    hist->beyond += count;
}

void hist_merge(struct hist *into, const struct hist *from)
{
    for (size_t i = 0; i < HIST_CELLS; i++)
        into->cells[i] += from->cells[i];
    into->beyond += from->beyond;
}

static uint64_t count_in_cells(const struct hist *hist)
{
    uint64_t count = 0;
    for (size_t i = 0; i < HIST_CELLS; i++)
        count += hist->cells[i];
    return count;
}

uint64_t hist_count(const struct hist *hist)
{
    return count_in_cells(hist) + hist->beyond;
}

/* The smallest rank that is SHARE of COUNT; a product that is a whole number but for its last
 * bits is that number. */
static uint64_t rank_of(double share, uint64_t count)
{
    double rank = ceil(share * (double)count * (1 - 1e-12));
    if (rank < 1)
        return 1;
    return rank < (double)count ? (uint64_t)rank : count;
}

mono_ns hist_percentile(const struct hist *hist, double share)
{
    uint64_t count = hist_count(hist), seen = 0;
    if (count == 0)
        return 0;
    uint64_t rank = rank_of(share, count);
    for (size_t i = 0; i < HIST_CELLS; i++) {
        seen += hist->cells[i];
        if (seen >= rank)
            return (mono_ns)middle(i);
    }
    return HIST_BEYOND;
}

double hist_mean(const struct hist *hist)
{
    double sum = 0;
    uint64_t count = count_in_cells(hist);
    for (size_t i = 0; i < HIST_CELLS; i++)
        sum += (double)hist->cells[i] * middle(i);
    return count > 0 ? sum / (double)count : 0;
}

double hist_deviation(const struct hist *hist)
{
    double squares = 0, mean = hist_mean(hist);
    uint64_t count = count_in_cells(hist);
    for (size_t i = 0; i < HIST_CELLS; i++) {
        double away = middle(i) - mean;
        squares += (double)hist->cells[i] * away * away;
    }
    return count > 0 ? sqrt(squares / (double)count) : 0;
}

mono_ns hist_least(const struct hist *hist)
{
    mono_ns low, high;
    for (size_t i = 0; i < HIST_CELLS; i++) {
        if (hist->cells[i] == 0)
            continue;
        hist_cell_bounds(i, &low, &high);
        return low;
    }
    return 0;
}

mono_ns hist_most(const struct hist *hist)
{
    mono_ns low, high;
    for (size_t i = HIST_CELLS; i-- > 0;) {
        if (hist->cells[i] == 0)
            continue;
        hist_cell_bounds(i, &low, &high);
        return high;
    }
    return 0;
}
