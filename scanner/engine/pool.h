// SPDX-License-Identifier: BSD-2-Clause
/* The resolvers of one worker: who may be asked now, how long to wait for each, and
 * who is benched.
 *
 * Resolvers stand under operators. An operator is what a ceiling applies to and what
 * counts as independent: several addresses of one operator share both. A plain list
 * gives each resolver an operator of its own. When an operator may be asked is decided
 * in operators.h; here it is a resolver's health.
 *
 *     ACTIVE --10 or more failures in a row---> BENCHED --bench time over--> PROBATION
 *       ^                                          ^                            |
 *       +-------------- any usable reply ----------+------- another failure ----+
 *
 * Besides, one may stand OUTSIDE: not admitted yet, or expelled by whoever judges what it
 * says. Nobody is sent there by pool_pick; a query pinned to it is sent all the same.
 *
 * When every resolver is benched they are all asked again: a run must come to its
 * end, with whatever answers there are. One worker's, no locks; time is handed in. */
#ifndef ENGINE_POOL_H
#define ENGINE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/wire.h"

#define POOL_NONE          UINT32_MAX
#define POOL_RESOLVERS_MAX (1u << 24) /* a slot holds 24 bits of it */

enum pool_state { POOL_ACTIVE, POOL_BENCHED, POOL_PROBATION, POOL_OUTSIDE };
enum pool_bench_reason { POOL_BENCH_DEAD, POOL_BENCH_REFUSING };

/* What became of a try, as far as the resolver is concerned. */
enum pool_outcome {
    POOL_ANSWERED,    /* NOERROR, NXDOMAIN: of use */
    POOL_LATE,        /* the same, after its silence was noted */
    POOL_SERVFAILED,  /* a reply, perhaps the zone's fault */
    POOL_REFUSED,     /* REFUSED, NOTIMP, FORMERR, strange */
    POOL_SILENT,      /* deadline passed */
    POOL_UNREACHABLE, /* the network said so */
};

struct pool_resolver {
    struct wire_address address;
    uint32_t operator_index;
    uint32_t list_index; /* in the run's list; for output */
    bool without_edns;   /* FORMERR taught us; written by the retry policy's caller */
    bool has_kept_case;  /* sent back a question in mixed case as it was; casing.c */
    uint8_t case_misses; /* times it did not; casing.c */
    enum pool_state state;
    enum pool_bench_reason bench_reason;
    uint8_t bench_count; /* times benched in a row; the bench time doubles */
    uint16_t silent_run; /* failures in a row, by kind */
    uint16_t refused_run;
    uint8_t servfail_share; /* of its replies, smoothed, 0..255 */
    bool has_answered;      /* at least one reply of use, ever */
    uint16_t whole_max;     /* octets of the longest reply that came whole by UDP */
    uint8_t tcp_failures;   /* in a row; written by pool_note_tcp */
    bool is_on_trial;       /* PROBATION, and its one query is still to go out */
    mono_ns bench_until;
    mono_ns last_answer;  /* when the newest reply came; 0: none yet */
    mono_ns srtt, rttvar; /* RFC 6298; srtt 0: no sample yet */
};

struct pool; /* opaque */

struct pool_entry {
    struct wire_address address;
    uint32_t list_index;
    uint32_t operator_key; /* equal keys: one operator */
    double qps;            /* this operator's ceiling for this worker; 0: none */
    double start_qps;      /* what its learnt rate begins at; 0: slow */
    bool is_outside;       /* to be admitted first */
};

/* WINDOW_MAX: most queries out to one operator at a time. */
MUST_CHECK int pool_create(struct pool **out, const struct pool_entry *entries, size_t count,
                           uint32_t window_max, struct rng *rng, mono_ns now);
void pool_destroy(struct pool *pool);

size_t pool_count(const struct pool *pool);
size_t pool_admitted_count(const struct pool *pool);
struct pool_resolver *pool_at(struct pool *pool, uint32_t index);
/* Lets one in that stands outside, or puts one there. */
void pool_admit(struct pool *pool, uint32_t resolver, mono_ns now);
void pool_expel(struct pool *pool, uint32_t resolver);
/* Any resolver of an operator. */
uint32_t pool_first_of(const struct pool *pool, uint32_t op);
/* Operators with a resolver that is not benched; at least 1 while there is any. */
uint32_t pool_usable_operators(const struct pool *pool);

/* A resolver that may be asked at NOW, chosen at random; operators for which SHOULD_AVOID
 * says true are avoided as long as others can be had quickly. POOL_NONE: none is due;
 * pool_due tells when. */
uint32_t pool_pick(struct pool *pool, mono_ns now,
                   bool (*should_avoid)(const void *ctx, uint32_t op), const void *ctx);
/* The same for what is urgent, a retry or a run's last names: of several drawn the one that
 * is likely to answer first. */
uint32_t pool_pick_quick(struct pool *pool, mono_ns now,
                         bool (*should_avoid)(const void *ctx, uint32_t op), const void *ctx);
/* Puts those on probation whose bench time is over, as a pick does. */
void pool_refresh(struct pool *pool, mono_ns now);
/* May this very resolver be asked now? */
bool pool_is_due(struct pool *pool, uint32_t resolver, mono_ns now);
mono_ns pool_due(struct pool *pool, mono_ns now);
/* When this very resolver may be asked, as far as time decides it. */
mono_ns pool_due_of(const struct pool *pool, uint32_t resolver);
/* A query goes to it: its operator's next one is due an interval later. */
void pool_take(struct pool *pool, uint32_t resolver, mono_ns now);
/* A query it was taken for ended, however: once for each take. */
void pool_release(struct pool *pool, uint32_t resolver, mono_ns now);

/* What came of a try, ELAPSED after it was sent. */
void pool_note(struct pool *pool, uint32_t resolver, enum pool_outcome outcome, mono_ns elapsed,
               mono_ns now);
/* A reply of LEN octets came by UDP, and was not truncated. */
void pool_note_whole(struct pool *pool, uint32_t resolver, size_t len);
/* One of LEN octets was truncated, though we took up to MOST, and had by TCP: the resolver sends as
 * much when it wants to, so it was to make us ask slower (response rate limiting). Else it was
 * for its length. */
bool pool_was_limited(const struct pool *pool, uint32_t resolver, size_t len, size_t most);
/* That is trouble; ELAPSED after it was asked for. */
void pool_note_limited(struct pool *pool, uint32_t resolver, mono_ns elapsed, mono_ns now);
/* The next outcome noted says nothing of the resolver: the zone asked about is in trouble. */
void pool_excuse(struct pool *pool);
/* The share of trouble that is usual with a resolver, whatever it is asked. */
float pool_usual_trouble(const struct pool *pool, uint32_t resolver);
/* What the kernel dropped on our sockets so far. */
void pool_note_drops(struct pool *pool, uint64_t drops, mono_ns now);
/* When the path bears a new query (a retry does not wait for it); 0: now. */
mono_ns pool_path_due(const struct pool *pool);
/* Queries a second it bears at present; 0: as many as there are. */
double pool_path_limit_qps(const struct pool *pool);
/* Whether it answered a query by TCP. */
void pool_note_tcp(struct pool *pool, uint32_t resolver, bool has_answered);
/* It did not, many times: truncated replies of its are of no use. */
bool pool_is_without_tcp(const struct pool *pool, uint32_t resolver);
/* How long to wait for it on the TRY-th try (from 1) of a query: RFC 6298's timeout,
 * half as long again per earlier try, which went elsewhere; late answers count too. */
mono_ns pool_rto(const struct pool *pool, uint32_t resolver, unsigned try);
/* A resolver in good standing: SERVFAIL is the exception with it. */
bool pool_is_good_standing(const struct pool *pool, uint32_t resolver);

/* A change worth telling: a resolver was benched, or is back. */
struct pool_event {
    uint32_t resolver;
    bool is_back;
    enum pool_bench_reason reason;
    mono_ns bench_time; /* for how long */
};

/* The oldest event not yet taken; false: none. Only the last few are kept. */
bool pool_next_event(struct pool *pool, struct pool_event *out);

struct pool_figures {
    uint64_t usable;                         /* gave at least one reply of use */
    uint64_t benched_dead, benched_refusing; /* on the bench now */
};
struct pool_figures pool_figures(const struct pool *pool);

#endif
