// SPDX-License-Identifier: BSD-2-Clause
/* Whether a measurement says something about the target, or about the generator. Pure. */
#ifndef VERDICT_GENERATOR_H
#define VERDICT_GENERATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "model/load.h"

#define GENERATOR_SLIP_MAX 0.01            /* of the time; more: it could not keep the schedule */
#define GENERATOR_DROP_MAX 0.0001          /* of the answers lost on our own sockets */
#define GENERATOR_LAG_MAX  (2 * NS_PER_MS) /* 99th percentile of the lag */

/* What the machine lost on the way while a load ran (deltas of /proc's counters). */
struct generator_path {
    uint64_t rcvbuf_errors, in_errors, csum_errors, sndbuf_errors; /* UDP, all sockets */
    uint64_t softnet_drops;
    double steal;    /* share of the machine's time taken by the hypervisor */
    double core_use; /* of the busiest worker's core, 0..1 */
};

enum generator_fault {
    GENERATOR_FINE,
    GENERATOR_SLIPPED, /* the schedule was not kept */
    GENERATOR_LAGGED,
    GENERATOR_DROPPED, /* answers came and were lost on our sockets */
    GENERATOR_UNSENT,  /* the kernel or the ids ran out */
};

enum generator_fault generator_judge(const struct load_result *result,
                                     const struct generator_path *path);
/* "kept its schedule: p99.9 lag 40 us, 0 socket drops, 61 % of a core", or what was wrong. */
void generator_explain(enum generator_fault fault, const struct load_result *result,
                       const struct generator_path *path, struct text *out);

#endif
