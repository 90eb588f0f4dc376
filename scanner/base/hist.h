// SPDX-License-Identifier: BSD-2-Clause
/* Counts by value, log-linear: one row of HIST_STEPS equal cells for each power of two.
 *
 * A cell is at most 1/HIST_STEPS of its value wide (0.8 %), from 1 ns to HIST_MAX (68 s); what is
 * longer, and what never came, lies beyond all of them, so that a lost query is part of the
 * distribution and a percentile past the losses has no value. Adding two histograms adds the
 * counts: one per thread, merged at the end. Zeroed is empty. One thread's. */
#ifndef BASE_HIST_H
#define BASE_HIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define HIST_BITS    7
#define HIST_STEPS   (1u << HIST_BITS)
#define HIST_OCTAVES 30 /* the first one covers 0 .. HIST_STEPS-1 ns singly */
#define HIST_CELLS   (HIST_OCTAVES * HIST_STEPS)
#define HIST_MAX     (((mono_ns)HIST_STEPS << (HIST_OCTAVES - 1)) - 1)
#define HIST_BEYOND  INT64_MAX /* the value of a percentile that lies beyond the last cell */

struct hist {
    uint64_t cells[HIST_CELLS];
    uint64_t beyond; /* longer than HIST_MAX, or lost */
};

/* VALUE in ns; below 0 counts as 0. */
void hist_add(struct hist *hist, mono_ns value);
void hist_add_lost(struct hist *hist, uint64_t count);
void hist_merge(struct hist *into, const struct hist *from);
uint64_t hist_count(const struct hist *hist); /* losses included */
/* The value that SHARE (0..1) of all lie at or below, the middle of its cell; HIST_BEYOND: it is
 * lost; 0 when empty. */
mono_ns hist_percentile(const struct hist *hist, double share);
/* Of those that are not beyond; 0: none. */
double hist_mean(const struct hist *hist);
double hist_deviation(const struct hist *hist); /* standard deviation, ns */
mono_ns hist_least(const struct hist *hist);
mono_ns hist_most(const struct hist *hist);

/* The cells one by one: *INDEX from 0; false at the end. [*LOW, *HIGH] in ns, both inclusive. */
size_t hist_cell(mono_ns value);
void hist_cell_bounds(size_t cell, mono_ns *low, mono_ns *high);

#endif
