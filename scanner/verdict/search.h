// SPDX-License-Identifier: BSD-2-Clause
/* The search for the highest rate that meets an objective: which trial next, and when it is
 * enough. Pure: it is told whether each trial met it.
 *
 *   RAMP   times SEARCH_GROWTH until missed, or the ceiling, or the generator's limit, a quarter
 *          of a trial each; where the first rate is missed, the floor
 *   BISECT in log space until the bracket is SEARCH_GRAIN wide; then both its ends once more
 *   SOAK   longer, at SEARCH_SOAK_SHARE of the rate that missed, which the best is at least;
 *          missed three times: 2 % down, and again, then more
 *   BEYOND at 1.25 and 1.5 of what held: what is left of the goodput above; where that is met, back
 *          to the ramp from there
 *   DONE
 *
 * Misses have causes other than the rate: a moment in which the machine was busy elsewhere. So a
 * rate is missed when two trials say so, three to end the ramp; and the second of them is not cut
 * off as soon as it is lost (may_be_cut), or both would fall into the same moment. Met is a rate by
 * one trial where none before missed it, else by two. Since a bad moment may last as long as they
 * all, the upper end of the closed bracket is asked anew: met now, it is the lower end, and the
 * search goes on above. How often, and how many trials the bisection has, is bounded: a machine
 * whose speed changes all the time gets its soak, and a wide interval, too.
 * A trial that says nothing about the target is repeated; three of them at a rate, six
 * before any rate was met, are the generator's limit. */
#ifndef VERDICT_SEARCH_H
#define VERDICT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define SEARCH_GROWTH        1.5
#define SEARCH_GRAIN         0.02
#define SEARCH_GRAIN_INVALID 0.06 /* where the generator is the limit: nothing is claimed then */
#define SEARCH_SOAK_SHARE    0.98
#define SEARCH_RATE_MAX      1e9 /* where no ceiling is given */
#define SEARCH_POINTS_MAX    256

enum search_phase { SEARCH_RAMP, SEARCH_BISECT, SEARCH_SOAK, SEARCH_BEYOND, SEARCH_DONE };

/* Why it stopped where it did. */
enum search_end {
    SEARCH_FOUND,     /* a rate met it and higher ones did not */
    SEARCH_CEILING,   /* --max-rate met it */
    SEARCH_GENERATOR, /* beyond, the generator was the limit */
    SEARCH_NONE,      /* the lowest rate missed it, or none held in the soak */
};

struct search_params {
    double start;   /* first rate */
    double floor;   /* no lower one is tried */
    double ceiling; /* no higher one; 0: none */
    mono_ns length; /* of a trial */
    mono_ns soak;   /* of the soak */
    bool goes_beyond;
};

struct search_trial {
    enum search_phase phase;
    double rate;
    mono_ns length;
    bool may_be_cut; /* as soon as it is certain that it will miss */
};

enum search_outcome { SEARCH_MET, SEARCH_MISSED, SEARCH_INVALID /* the generator's limit */ };

struct search_point {
    double rate;
    enum search_outcome outcome;
    enum search_phase phase;
};

/* Which of the bracket is being asked. */
enum search_aim { SEARCH_MIDDLE, SEARCH_GOOD_END, SEARCH_BAD_END };

struct search {
    struct search_params params;
    enum search_phase phase;
    enum search_end end;
    double good, bad;       /* the bracket; 0: not known yet */
    bool is_good_confirmed; /* it was met again after the bracket had closed, or by two of three */
    bool is_bad_confirmed;  /* it was missed again after the bracket had closed */
    bool is_bad_the_generator; /* it is the generator that cannot do it */
    double at;                 /* the rate being tried */
    enum search_aim aim;
    unsigned met, missed, invalid; /* of the rate being tried */
    unsigned reopened, bisections, soaks, step, revivals;
    double held; /* in the soak; 0: none yet */
    struct search_point points[SEARCH_POINTS_MAX];
    size_t point_count;
};

void search_init(struct search *search, const struct search_params *params);
/* The trial to do now; the same until its outcome is learnt. False: done. */
bool search_next(const struct search *search, struct search_trial *out);
void search_learn(struct search *search, enum search_outcome outcome);
/* The highest rate that met the objective and held in the soak; 0: none. */
double search_rate(const struct search *search);
/* The interval that the verdicts leave for the true limit (95 %), the bracket and the rate found
 * included. False: there is none, since nothing above was missed; both are then the rate.
 *
 * Bayes' rule over a grid: a trial at rate r is met with chance e + (1 - l - e) / (1 +
 * (r/c)^(1/w)). The limit c is anywhere about the bracket, the width w of the slope from 0.2 to 4
 * %, the share l of bad moments from 1 to 20 %, of lucky ones e 1 %; all alike beforehand (as in
 * QUEST, Watson and Pelli 1983). What was invalid has no say. */
bool search_interval(const struct search *search, double *low, double *high);
const char *search_end_text(enum search_end end); /* a clause */

#endif
