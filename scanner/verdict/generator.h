// SPDX-License-Identifier: BSD-2-Clause
/* Whether a measurement says something about the target, or about the generator. Pure. */
#ifndef VERDICT_GENERATOR_H
#define VERDICT_GENERATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "model/load.h"

#define GENERATOR_SLIP_MAX   0.01            /* of the time; more: it could not keep the schedule */
#define GENERATOR_DROP_MAX   0.0001          /* of the answers lost on our own sockets */
#define GENERATOR_UNSENT_MAX 0.0001          /* of the queries */
#define GENERATOR_LAG_MAX    (2 * NS_PER_MS) /* 99th percentile of the lag */
#define GENERATOR_STOLEN_MAX 0.001           /* generator_stolen() */

/* What the machine lost on the way while a load ran (deltas of /proc's counters). */
struct generator_path {
    /* UDP, all sockets: a target on this machine has its part in them, so they judge nothing. */
    uint64_t rcvbuf_errors, in_errors, sndbuf_errors;
    uint64_t csum_errors, softnet_drops; /* packets lost between sockets */
    double steal;                        /* share of the machine's time taken by the hypervisor */
    double steal_usual;                  /* the same as it mostly is here */
    unsigned cpus;                       /* of the machine; 0: 1 */
    double core_use;                     /* of a worker's core while it sent, in the mean, 0..1 */
};

/* The first that holds, in this order. */
enum generator_fault {
    GENERATOR_FINE,
    GENERATOR_UNSENT,  /* the kernel or the ids ran out */
    GENERATOR_SLIPPED, /* the schedule was not kept */
    GENERATOR_DROPPED, /* answers came and were lost on our sockets, or packets on the way */
    GENERATOR_LAGGED,  /* queries left late */
    GENERATOR_STOLEN, /* the hypervisor gave the time to others: what was missed may be due to that,
                         but what was met was met all the same */
};

enum generator_fault generator_judge(const struct load_result *result,
                                     const struct generator_path *path);
/* For how much of the time one core may have stood still because the hypervisor took it, beyond
 * twice what is usual: no larger share of loss can be laid to that. 0..1. */
double generator_stolen(const struct generator_path *path);
/* "kept its schedule: p99.9 lag 40 us, 0 socket drops, 61 % of a core", or what was wrong. */
void generator_explain(enum generator_fault fault, const struct load_result *result,
                       const struct generator_path *path, struct text *out);

#endif
