// SPDX-License-Identifier: BSD-2-Clause
/* The load generator: offers queries to targets at a rate, whatever comes back.
 *
 *   load_create -> load_run (one trial after another) -> load_destroy
 *
 * Workers (threads) share nothing while a trial runs: each has its own sockets, ids, share of the
 * rate and result; load_run merges them. A worker's turn: read the clock; take what is due from
 * the arrival process; let the workload write it into a batch; send; receive; match each answer by
 * socket, id and a hash of the question; count. Where the schedule cannot be kept by more than a
 * millisecond it is set back and counted as slipped, so that a stall of the generator is neither
 * followed by a flood nor charged to the target.
 *
 * This is not the engine (engine.h), which asks a question until it is answered: here a query is
 * asked once, and when it leaves depends on nothing that comes back. */
#ifndef ENGINE_LOAD_H
#define ENGINE_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "engine/wire.h"
#include "model/load.h"

struct load; /* opaque */

#define LOAD_MESSAGE_MAX 320 /* octets of a query */
#define LOAD_TARGETS_MAX 64
#define LOAD_WORKERS_MAX 64

/* A query as the workload wrote it. The id is the generator's to set. */
struct load_query {
    uint8_t data[LOAD_MESSAGE_MAX];
    uint16_t len;
    uint16_t question_len; /* octets after the header */
    uint8_t class;         /* enum load_class: LOAD_HIT, LOAD_MISS or LOAD_OTHER */
    mono_ns at;            /* LOAD_REPLAY: since the first query of the workload's round */
};

/* Where queries come from; WORKER from 0. Called by that worker's thread alone. False: there are
 * no more (a file that is not to be repeated). */
struct load_source {
    void *ctx;
    bool (*next)(void *ctx, unsigned worker, uint32_t target, struct load_query *out);
};

enum load_io { LOAD_IO_UDP, LOAD_IO_GSO };

struct load_params {
    const struct wire_address *targets; /* borrowed */
    uint32_t target_count;
    const char *const *target_names; /* as given: TLS host names, DoH authority; borrowed */
    enum load_proto proto;
    enum load_io io;             /* UDP */
    bool follows_tc;             /* UDP: TC is asked again by TCP, and counts until that answers */
    unsigned workers;            /* 1 .. LOAD_WORKERS_MAX */
    unsigned connections;        /* streams: a target and worker; 0: 1 */
    uint64_t connection_queries; /* streams: a connection is closed after that many; 0: never */
    const char *doh_path;        /* "/dns-query" */
    struct wire_address bind[WIRE_FAMILIES];
    mono_ns timeout;
    double rate_max; /* to be expected, q/s of a target: decides the number of ports */
    bool pins;       /* workers to cores of their own, from the last one down */
    struct load_source source;
    struct tls_context *tls; /* LOAD_DOT, LOAD_DOH */
};

/* ERR_NOMEM, ERR_IO (errno); WHY gets what failed. */
MUST_CHECK int load_create(struct load **out, const struct load_params *params, const char **why);
void load_destroy(struct load *load); /* NULL is fine */

/* Runs TRIAL on all workers, waits up to the timeout for what is in flight, and adds what came of
 * it to *RESULT (load_result_init by the caller). Ends early when *STOP becomes true. ERR_NOMEM,
 * ERR_IO. May be called from one thread at a time. */
MUST_CHECK int load_run(struct load *load, const struct load_trial *trial,
                        const volatile bool *stop, struct load_result *result);

/* How messages really leave: "sendmmsg", "gso", "gso, then sendmmsg", "tcp", ... */
const char *load_way(const struct load *load);
/* Between trials: what was wrong with the last connection that failed in the last one, TLS's words
 * for a certificate say; NULL: none did, or there are no connections. Until the
 * next one. */
const char *load_why(const struct load *load);

#endif
