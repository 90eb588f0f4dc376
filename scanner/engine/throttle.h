// SPDX-License-Identifier: BSD-2-Clause
/* The rate that one resolver (or one zone) bears, learnt from what comes back. Pure: the
 * caller brings the time.
 *
 * Trouble is silence, REFUSED or SERVFAIL. Every path has some, which no slowness mends;
 * a limit makes trouble that vanishes when one asks slower. So:
 *
 *     RISING ----- trouble above the baseline -----> CHECKING
 *       ^  ^                                          |    |
 *       |  +-- slower was no better: the baseline ----+    | slower was better: a limit
 *       |                                                  v
 *       +------- a while later, from just under it ---- HOLDING ---- trouble: CHECKING
 *       |                                                 ^
 *       +------- trouble where it was expected -----------+
 *
 *   RISING    starts slow and doubles each second as long as it is used, its queries are answered
 *             and trouble stays at the baseline. Above a limit once found, by a quarter.
 *   CHECKING  slower, at what was really answered, until what became of enough queries sent
 *             since says which of the two it is (a sequential test, Wald 1945).
 *   HOLDING   just under the limit, with small steps up to it, and down where there is more
 *             trouble than usual; well below it trouble is the path's. The limit is looked for
 *             anew after a quarter of a minute, and after twice as long each time it was still
 *             there.
 *
 * The baseline is what is lost where no limit is near; what is lost anywhere is no less.
 *
 * Whether trouble is above the baseline is decided query by query: a sum of log likelihood
 * ratios (CUSUM, Page 1954) of a share of trouble a quarter nearer to everything against the
 * baseline. It takes four lost queries in a row where loss is rare, and more where it is not.
 *
 * Queries are spaced by the rate; no more than BURST's worth leave at once, a tenth of
 * what the shallow token buckets in use (0.2 s) forgive. */
#ifndef ENGINE_THROTTLE_H
#define ENGINE_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

enum throttle_state { THROTTLE_RISING, THROTTLE_CHECKING, THROTTLE_HOLDING };

struct throttle {
    mono_ns next;     /* when the next query would leave if none left early */
    mono_ns since;    /* what was sent before says nothing about this rate */
    mono_ns epoch;    /* start of the present span of counting */
    mono_ns probe_at; /* HOLDING: when the limit is looked for anew */
    mono_ns interval; /* between queries, from rate_qps */
    float rate_qps;
    float ceiling_qps; /* the limit found; 0: none */
    float found_qps;   /* where it was met last */
    float before_qps;  /* CHECKING: the rate at which trouble began */
    float before_share;
    float check_bad, check_good; /* CHECKING: what an outcome says */
    float checked_share;         /* of trouble at the rate before this check's */
    float baseline;              /* share of trouble that is the path's own */
    float older_baseline[2];     /* a span ago, and two */
    float trouble_weight;        /* what one trouble adds to the score, by the baseline */
    float score;
    float rtt_s;                     /* smoothed; 0: no answer yet */
    float trouble_s;                 /* how long after sending trouble shows */
    float last_good_s;               /* length of the span before */
    uint32_t last_good;              /* answers in it */
    uint32_t sent, good, bad;        /* in this span */
    uint32_t run_count, run_trouble; /* since the score last left 0 */
    uint8_t state;                   /* enum throttle_state */
    uint8_t checks;                  /* CHECKING: slower for the so-manieth time */
    uint8_t probe_doublings;
    bool is_sure; /* HOLDING: trouble was met just above the rate */
    bool is_wary; /* RISING: took a step back, as too little had come */
};

/* Nothing is known: no limit until the first outcome, so the caller bounds what is out. */
void throttle_init(struct throttle *throttle, mono_ns now);
/* One that has answered at QPS until now. */
void throttle_init_at(struct throttle *throttle, float qps, mono_ns now);
/* When the next query may go, at the earliest. */
static inline mono_ns throttle_due(const struct throttle *throttle);
/* One goes. */
void throttle_take(struct throttle *throttle, mono_ns now);
/* What became of a query ELAPSED after it was sent. True when the rate has changed. */
bool throttle_note(struct throttle *throttle, bool is_trouble, mono_ns elapsed, mono_ns now);
/* Two answers, noted before or in a moment, were a limiter's work: a short one that was
 * truncated all the same, ELAPSED after it was asked for, and the same by TCP. Both count as one
 * trouble. True when the rate has changed. */
bool throttle_note_limited(struct throttle *throttle, mono_ns elapsed, mono_ns now);
/* Trouble noted before was an answer that came late. */
void throttle_take_back(struct throttle *throttle);
/* What came of late was no limit of its own but the path's trouble: takes back a back-off of
 * the last seconds, and forgets what is under way. */
void throttle_absolve(struct throttle *throttle, mono_ns now);

#define THROTTLE_BURST (20 * NS_PER_MS)

static inline mono_ns throttle_due(const struct throttle *throttle)
{
    return throttle->next - THROTTLE_BURST;
}

#endif
