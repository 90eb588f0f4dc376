// SPDX-License-Identifier: BSD-2-Clause
/* Overloaded, or limited on purpose? Pure.
 *
 * Overload shows in the response times before it shows in loss, and grows with the rate. A limiter
 * cuts at a rate, while what is answered is as quick as ever; response rate limiting lets every
 * n-th through truncated (RRL's slip), others REFUSE from a rate on, or count by source address.
 *
 * A load is cut when 0.5 % more of it than of the best is lost, truncated, REFUSED or SERVFAIL.
 * What counts is the highest rates, as long as all of them are cut; a bad moment at a lower rate
 * does not. Of these, the ones cut by 5 % or more tell the kind. */
#ifndef VERDICT_LIMITER_H
#define VERDICT_LIMITER_H

#include <stddef.h>

#include "base/text.h"
#include "model/load.h"

enum limiter_kind {
    LIMITER_NONE,     /* nothing was lost to speak of at the highest rate */
    LIMITER_OVERLOAD, /* slower and slower, then lost */
    LIMITER_SLIP,     /* RRL: dropped, and every n-th truncated */
    LIMITER_DROP,     /* dropped above a rate, the rest as quick as before */
    LIMITER_REFUSED,  /* REFUSED above a rate */
    LIMITER_SERVFAIL, /* SERVFAIL above a rate */
    LIMITER_UNCLEAR,
};

struct limiter_point {                         /* one load, as offered and as answered */
    double rate;                               /* due per second */
    double answered;                           /* NOERROR and NXDOMAIN, not truncated, per second */
    double truncated, refused, servfail, lost; /* shares of due */
    double p50;                                /* ns from sent on, of what was answered; 0: none */
};

struct limiter {
    enum limiter_kind kind;
    double rate; /* from which on it cuts, q/s */
    double slip; /* LIMITER_SLIP: one in so many */
};

void limiter_point_of(struct limiter_point *out, const struct load_result *result);
/* Points by rising rate. */
void limiter_judge(struct limiter *out, const struct limiter_point *points, size_t count);
/* "rate limited from about 1,000 q/s: RRL, one of 2 truncated"; of none nothing. */
void limiter_explain(const struct limiter *limiter, struct text *out);

#endif
