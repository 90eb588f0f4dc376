// SPDX-License-Identifier: BSD-2-Clause
/* Counters of one worker: written by it alone, summed by whoever reads.
 *
 * Relaxed atomics with a single writer compile to plain loads and stores. */
#ifndef MODEL_COUNTERS_H
#define MODEL_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "model/verdict.h"

/* Why a datagram was refused, in the order of the checks. */
#define REJECTS(X)                                                                                 \
    X(SHORT, "short")                   /* shorter than a header, or its records end early */      \
    X(NOT_RESPONSE, "not_response")     /* QR clear: an echo of the query, say */                  \
    X(OPCODE, "opcode")                 /* not QUERY */                                            \
    X(UNKNOWN_ID, "unknown_id")         /* nothing in flight by that id on that port */            \
    X(WRONG_SOURCE, "wrong_source")     /* not the address and port that was asked */              \
    X(WRONG_QUESTION, "wrong_question") /* not byte for byte our question */                       \
    X(WRONG_CLASS, "wrong_class")       /* our question but for the class */                       \
    X(DUPLICATE, "duplicate")           /* a second reply to one query */

enum reject {
#define X(constant, word) REJECT_##constant,
    REJECTS(X)
#undef X
        REJECT_COUNT
};

static const char *const reject_words[REJECT_COUNT] = {
#define X(constant, word) [REJECT_##constant] = word,
    REJECTS(X)
#undef X
};

typedef _Atomic uint64_t counter;

static inline void counter_add(counter *c, uint64_t n)
{
    atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
                          memory_order_relaxed);
}

static inline void counter_set(counter *c, uint64_t value)
{
    atomic_store_explicit(c, value, memory_order_relaxed);
}

static inline uint64_t counter_get(const counter *c)
{
    return atomic_load_explicit(c, memory_order_relaxed);
}

#define COUNTER_RCODES 16

struct counters {
    counter candidates;              /* taken from the source */
    counter verdicts[VERDICT_COUNT]; /* sum equals candidates when all is done */
    counter names;                   /* unique names written */
    counter queries;                 /* sent, probes and retries included */
    counter answers;                 /* replies that passed every check */
    counter timeouts;
    counter rejects[REJECT_COUNT];
    counter late_replies; /* after the candidate was decided */
    counter rcodes[COUNTER_RCODES];
    counter socket_drops;
    counter tcp;
    counter retries;
    counter canaries;  /* positive checks sent for nothing else */
    counter proven;    /* candidates that a signed denial decided, not asked for */
    counter requeued;  /* verdicts taken back with a resolver's conviction */
    counter retracted; /* of them told, and then not so */
    counter unreachable;
    counter found_ipv6_only, found_dangling, found_private;
    /* Gauges: as it is, not as it adds up. Expelled: failed vetting, or convicted. */
    counter resolvers_usable, resolvers_benched, resolvers_expelled;
};

/* Adds what another's say, gauges too; whoever writes TO writes nothing else there now. */
static inline void counters_add(struct counters *to, const struct counters *from)
{
    counter *sums = (counter *)to;
    const counter *parts = (const counter *)from;
    for (unsigned i = 0; i < sizeof *to / sizeof *sums; i++)
        counter_add(&sums[i], counter_get(&parts[i]));
}

#endif
