// SPDX-License-Identifier: BSD-2-Clause
/* What to do after a try that brought no answer about the name, by cause. Pure.
 *
 *   timeout      -> another resolver, later deadline
 *   unreachable  -> another resolver, at once the first time, then after a pause
 *   REFUSED      -> another resolver; the pair resolver x zone is remembered by the caller
 *   SERVFAIL     -> another resolver after a pause; the zone's own state once
 *                   RETRY_SERVFAIL_AGREE independent resolvers in good standing
 *                   say so, or when every try is used up, all usable operators
 *                   said so and nothing else about the name was ever heard
 *   TC           -> the same resolver by TCP
 *   FORMERR      -> the same resolver without EDNS; without it: another resolver
 *   NOTIMP, lame, other -> another resolver
 *
 * No candidate is dropped: the end is `unresolved` with the last cause as its
 * reason, after tries_max tries. TCP after TC and no EDNS after FORMERR carry a
 * try on: they may go at most two sends past tries_max. */
#ifndef VERDICT_RETRY_H
#define VERDICT_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define RETRY_SERVFAIL_AGREE 3
#define RETRY_SEEN_MAX       8 /* resolvers remembered per candidate, the newest ones */

enum retry_cause {
    RETRY_TIMEOUT,
    RETRY_UNREACHABLE,
    RETRY_REFUSED,
    RETRY_SERVFAIL,
    RETRY_TRUNCATED,
    RETRY_FORMERR,
    RETRY_NOTIMP,
    RETRY_STRANGE,
    RETRY_TCP_FAILED,
    RETRY_LAME, /* a server that should serve the zone, and does not */
    RETRY_CAUSE_COUNT
};

/* One candidate's attempts for its present question. Zero it to start. */
struct retry_state {
    uint8_t tries;                     /* sent so far */
    uint8_t causes[RETRY_CAUSE_COUNT]; /* saturating */
    uint8_t seen_count;                /* entries of seen[] in use */
    uint8_t servfail_count;        /* independent resolvers in good standing that said SERVFAIL */
    uint32_t seen[RETRY_SEEN_MAX]; /* operators (or resolvers) tried, a ring, newest last */
    uint32_t servfail_by[RETRY_SERVFAIL_AGREE];
};

/* What is known of the resolver that failed. */
struct retry_resolver {
    uint32_t operator_index; /* same operator = not independent */
    bool is_good_standing;   /* its SERVFAIL share is not itself the trouble */
    bool sent_with_edns;
    bool sent_by_tcp;
    uint32_t usable_count; /* operators usable now; agreement never asks for more than there are */
};

enum retry_action {
    RETRY_ELSEWHERE, /* another resolver, by UDP */
    RETRY_SAME_BY_TCP,
    RETRY_SAME_WITHOUT_EDNS,
    RETRY_END_SERVFAIL,
    RETRY_END_UNRESOLVED,
};

struct retry_decision {
    enum retry_action action;
    mono_ns delay;      /* wait this long before the next try */
    const char *reason; /* static text, for ends and -v */
};

struct retry_decision retry_decide(struct retry_state *state, enum retry_cause cause,
                                   const struct retry_resolver *resolver, uint32_t tries_max);

/* "timeout", "refused", ...; static storage. */
const char *retry_cause_text(enum retry_cause cause);

/* True when this operator is among the ones tried; the pick avoids it. */
bool retry_has_seen(const struct retry_state *state, uint32_t operator_index);
void retry_note_sent(struct retry_state *state, uint32_t operator_index);

#endif
