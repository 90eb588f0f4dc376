// SPDX-License-Identifier: BSD-2-Clause
/* A resolver of known speed, as a queue: what becomes of a query that arrives at a time.
 *
 *   arrival --lost?--> queue (bounded) --one server--> way back (latency) --> reply leaves
 *
 * Pure: time comes with the query, chance from the seed and the order of arrivals. The
 * server works queries off one after another, each for 1/capacity (or an exponential time
 * with that mean), and not at all while it stalls: what arrives then waits. Without a
 * capacity it takes no time, and stalls all the same. The latency is drawn for each query and
 * holds up no other. Stalls: the first begins half a period after the first arrival. */
#ifndef LAB_SERVICE_H
#define LAB_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/rng.h"
#include "bench/lab/curve.h"

#define SERVICE_QUEUE_DEFAULT 65536
#define SERVICE_QUEUE_MAX     1000000
#define SERVICE_STALL_MAX     (10 * NS_PER_S)

struct service_params {
    struct curve latency;
    uint64_t capacity_qps; /* 0: without limit */
    bool is_exponential;
    uint64_t queue_max; /* waiting and being served */
    mono_ns stall, stall_every;
    double loss; /* share, before they reach the queue */
};

enum service_fate { SERVICE_ANSWER, SERVICE_LOST, SERVICE_FULL };

struct service {
    const struct service_params *params;
    struct rng_fast rng;
    bool has_begun;
    int64_t began;  /* first arrival */
    double free_at; /* working time at which the server is done with all it has */
    int64_t *done;  /* when those in the queue are done: a ring, oldest at HEAD */
    size_t head, count;
};

/* PARAMS are borrowed. ERR_NOMEM. */
MUST_CHECK int service_init(struct service *service, const struct service_params *params,
                            uint64_t seed);
void service_deinit(struct service *service);
/* A query at ARRIVAL (ns on any clock, mostly rising); *DUE: when its reply leaves. */
enum service_fate service_arrive(struct service *service, int64_t arrival, int64_t *due);

#endif
