// SPDX-License-Identifier: BSD-2-Clause
/* The workload of names: hits, which are whole messages that lie ready, and misses, which are
 * a message that lies ready and the digits of a label. */
#ifndef SOURCE_WORKLOAD_NAMES_H
#define SOURCE_WORKLOAD_NAMES_H

#include "base/rng.h"
#include "source/workload.h"

struct workload_names; /* opaque; read-only once made */

/* A worker's place. */
struct names_stream {
    struct rng_fast rng;
    uint64_t miss; /* number of its next miss */
    uint8_t worker;
};

/* As workload_create. REFUSED counts words that make no name. */
MUST_CHECK int workload_names_create(struct workload_names **out,
                                     const struct workload_params *params, uint64_t *refused,
                                     struct text *why);
void workload_names_destroy(struct workload_names *names); /* NULL is fine */

void names_stream_init(struct names_stream *stream, uint64_t seed, unsigned worker);
void workload_names_next(const struct workload_names *names, struct names_stream *stream,
                         struct workload_query *out);

uint32_t workload_names_count(const struct workload_names *names); /* hits; 0: none are asked */
void workload_names_hit(const struct workload_names *names, uint32_t rank,
                        struct workload_query *out);
void workload_names_describe(const struct workload_names *names, struct text *out);

#endif
