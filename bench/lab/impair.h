// SPDX-License-Identifier: BSD-2-Clause
/* What a resolver's traits do to one query: lost, refused, late.
 *
 * Pure: the outcome depends on (seed, resolver, name, type, k-th sighting of that
 * name and type by that resolver) and the query's own form (EDNS, TCP), never on time
 * or order. Rate caps are the exception and live in bucket.h. */
#ifndef LAB_IMPAIR_H
#define LAB_IMPAIR_H

#include "base/clock.h"
#include "bench/lab/sighting.h"
#include "bench/lab/traits.h"

enum action {
    ACTION_ANSWER,
    ACTION_SILENCE,
    ACTION_SERVFAIL,
    ACTION_REFUSED,
    ACTION_FORMERR,
    ACTION_FORMERR_BARE, /* header only, as old servers do */
    ACTION_TRUNCATE,
    ACTION_COUNT
};

struct outcome {
    enum action action;
    int cause; /* the trait, or -1 */
    mono_ns delay;
    uint64_t variant; /* for choices inside the answer (rotation) */
};

struct outcome impair_judge(const struct traits *traits, const struct sighting *sighting);

#endif
