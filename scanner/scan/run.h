// SPDX-License-Identifier: BSD-2-Clause
/* One run's parts, put together by scan.c and shared by its workers. Const for them
 * but for the atomics and for what guards itself (source, zones, set, writer). */
#ifndef SCAN_RUN_H
#define SCAN_RUN_H

#include <stdatomic.h>

#include "base/set.h"
#include "model/counters.h"
#include "scan/chain.h"
#include "scan/cutter.h"
#include "scan/denying.h"
#include "scan/fleet.h"
#include "scan/listed.h"
#include "scan/params.h"
#include "scan/returns.h"
#include "scan/scope.h"
#include "scan/writer.h"
#include "scan/zones.h"
#include "source/source.h"

/* Data that some resolver made up: added to by any worker, read by all, never taken out. */
#define FORGED_MAX 1024
struct forged {
    _Atomic uint32_t count;
    _Atomic uint64_t hashes[FORGED_MAX]; /* of (kind, rdata) as in struct wildcard_data; 0: none */
};

enum run_stop {
    RUN_ON,    /* go on */
    RUN_DRAIN, /* send nothing more, wait for what is in flight */
    RUN_NOW,   /* end at once; what is open stays undecided */
};

struct run {
    const struct scan_params *params;
    struct fleet fleet;
    struct direct *direct;   /* NULL without --direct */
    struct counters lookups; /* of the queries that found the servers */
    struct source *source;
    struct zones *zones;
    uint32_t *pattern_zones;              /* brute: zone numbers by pattern */
    struct words_pattern *words_patterns; /* brute: borrowed by the source */
    struct scope *scope;
    struct set *names; /* that were written */
    struct set *seen;  /* candidates, for --dedupe, --depth, --permute; else NULL */
    struct writer *writer;
    struct returns returns; /* verdicts taken back */
    struct cut_common cut;
    struct denying denying;
    struct chains chains;
    bool tells_early; /* some output can take back what it wrote */
    bool tells_late;  /* some cannot */
    struct forged forged;
    struct listed_there listed_there;

    /* Ceilings in force over all workers, 0: none. */
    uint64_t rate_qps, resolver_rate_qps, zone_rate_qps;
    uint32_t in_flight_max;
    uint32_t worker_count;

    _Atomic int stop;                /* enum run_stop; only ever raised */
    _Atomic int64_t queries_left;    /* of --max-queries; INT64_MAX: no limit */
    _Atomic uint32_t workers_on;     /* threads still at work */
    _Atomic uint32_t hopeless_count; /* workers without a resolver to be believed */
    _Atomic bool is_query_limit_hit;
    const struct name *denied_server; /* likewise: in the zone's NS, denied by all; or NULL */
    bool is_withdrawn;                /* likewise: nor are names they had been found by */
    const char *doubt_reason; /* why resolvers are not believed, or NULL; static; likewise */
    _Atomic int error;        /* the first worker's error */
};

#define RUN_OPERATORS_A_SHARE 8 /* with fewer operators per worker, workers share them all */

/* Each worker has resolvers of its own; else all workers share all, and their rates. */
static inline bool run_is_partitioned(const struct run *run)
{
    return !run->direct && run->fleet.operator_count >= RUN_OPERATORS_A_SHARE * run->worker_count;
}

/* The ceiling of a resolver's operator over all workers, 0: none. */
static inline uint64_t run_resolver_qps(const struct run *run, const struct fleet_resolver *r)
{
    bool is_stated =
        r->stated_qps && (run->resolver_rate_qps == 0 || r->stated_qps < run->resolver_rate_qps);
    return is_stated ? r->stated_qps : run->resolver_rate_qps;
}

/* Of a zone's own server, whom the run may ask at its ceiling at once. */
#define RUN_SERVER_START 1000 /* q/s, where there is none */
static inline double run_server_start_qps(const struct run *run)
{
    uint64_t qps = run->resolver_rate_qps ? run->resolver_rate_qps : RUN_SERVER_START;
    return run->direct ? (double)qps / run->worker_count : 0;
}

static inline enum run_stop run_stop_of(const struct run *run)
{
    return (enum run_stop)atomic_load_explicit(&run->stop, memory_order_relaxed);
}

/* No worker has a resolver left that may be believed. */
static inline bool run_is_hopeless(const struct run *run)
{
    return run->worker_count > 0 && atomic_load(&run->hopeless_count) == run->worker_count;
}

/* Raises the stop state, never lowers it. */
static inline void run_raise_stop(struct run *run, enum run_stop to)
{
    int was = atomic_load_explicit(&run->stop, memory_order_relaxed);
    while (was < (int)to && !atomic_compare_exchange_weak(&run->stop, &was, (int)to))
        continue;
}

#endif
