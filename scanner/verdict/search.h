// SPDX-License-Identifier: BSD-2-Clause
/* The search for the highest rate that meets an objective: which trial next, and when it is
 * enough. Pure: it is told whether each trial met it.
 *
 *   RAMP  times SEARCH_GROWTH until missed, or the ceiling, or the generator's limit
 *   BISECT in log space until the bracket is SEARCH_GRAIN wide; a verdict needs two of three
 *   SOAK  longer, at SEARCH_SOAK_SHARE of the best; missed: a step back, and again
 *   BEYOND at 1.25 and 1.5 of it: what is left of the goodput above
 *   DONE */
#ifndef VERDICT_SEARCH_H
#define VERDICT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define SEARCH_GROWTH     1.5
#define SEARCH_GRAIN      0.02
#define SEARCH_SOAK_SHARE 0.98
#define SEARCH_POINTS_MAX 256

enum search_phase { SEARCH_RAMP, SEARCH_BISECT, SEARCH_SOAK, SEARCH_BEYOND, SEARCH_DONE };

/* Why it stopped where it did. */
enum search_end {
    SEARCH_FOUND,     /* a rate met it and 2 % more did not */
    SEARCH_CEILING,   /* --max-rate met it */
    SEARCH_GENERATOR, /* beyond, the generator was the limit */
    SEARCH_NONE,      /* the lowest rate missed it */
};

struct search_params {
    double start;   /* first rate */
    double floor;   /* no lower one is tried */
    double ceiling; /* 0: none */
    mono_ns length; /* of a trial */
    mono_ns soak;   /* of the soak */
    bool goes_beyond;
};

struct search_trial {
    enum search_phase phase;
    double rate;
    mono_ns length;
};

enum search_outcome { SEARCH_MET, SEARCH_MISSED, SEARCH_INVALID /* the generator's limit */ };

struct search_point {
    double rate;
    enum search_outcome outcome;
    enum search_phase phase;
};

struct search {
    struct search_params params;
    enum search_phase phase;
    enum search_end end;
    double good, bad;              /* the bracket; 0: not known yet */
    double at;                     /* the rate being tried */
    unsigned met, missed, invalid; /* of the rate being tried */
    unsigned soaks, step;
    struct search_point points[SEARCH_POINTS_MAX];
    size_t point_count;
};

void search_init(struct search *search, const struct search_params *params);
/* False: done. */
bool search_next(struct search *search, struct search_trial *out);
void search_learn(struct search *search, enum search_outcome outcome);
/* The highest rate that met the objective and held in the soak; 0: none. */
double search_rate(const struct search *search);
/* The interval that the verdicts leave for the true limit (95 %): a logistic curve in log rate
 * through all points, resampled; at least the bracket. */
void search_interval(const struct search *search, uint64_t seed, double *low, double *high);
const char *search_end_text(enum search_end end); /* a clause */

#endif
