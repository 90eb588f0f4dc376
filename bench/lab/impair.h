// SPDX-License-Identifier: BSD-2-Clause
/* What is wrong with a resolver, and what that does to one query.
 *
 * One table (impair.c) holds every impairment: its word in a fleet file, the kind
 * of its value, when a range is drawn from, and what it does. A new one is an enum
 * constant, a row and a function.
 *
 *   group (ranges, as written) --traits_draw--> traits of one resolver
 *   traits + sighting          --impair_judge--> outcome
 *
 * Both steps are pure: the outcome depends on (seed, resolver, name, type, k-th
 * sighting of that name and type by that resolver) and the query's own form (EDNS,
 * TCP), never on time or order. Rate caps are the exception and live in bucket.h. */
#ifndef LAB_IMPAIR_H
#define LAB_IMPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

enum trait {
    TRAIT_DEAD,        /* silent, closed */
    TRAIT_LOSS,        /* share of round trips lost */
    TRAIT_NOEDNS,      /* FORMERR to a query with OPT */
    TRAIT_REFUSE_ZONE, /* share of zones refused */
    TRAIT_SERVFAIL,    /* share of queries answered SERVFAIL */
    TRAIT_TC_ONLY,     /* truncates everything over UDP */
    TRAIT_RTT,         /* the resolver's own round-trip time */
    TRAIT_JITTER,      /* added to it, anew for each query */
    TRAIT_SLOW,        /* as jitter, under a name of its own in reports */
    TRAIT_CAP,         /* queries a second before `over` */
    TRAIT_OVER,        /* what happens above the cap */
    TRAIT_COUNT
};

enum { DEAD_NO, DEAD_SILENT, DEAD_CLOSED };
enum { NOEDNS_NO, NOEDNS_QUESTION, NOEDNS_BARE };
enum { OVER_DROP, OVER_REFUSED, OVER_SERVFAIL };

struct range {
    double low, high; /* shares 0..1; durations in ns; rates in queries a second */
};

struct traits {
    struct range value[TRAIT_COUNT]; /* low == high unless drawn for each query */
};

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

struct sighting {
    uint64_t seed;
    uint64_t name_hash; /* of the name in lower case */
    uint64_t zone_hash; /* of the zone's apex; 0: outside */
    uint32_t resolver;
    uint32_t kth; /* from 0 */
    uint16_t type;
    bool has_edns;
    bool is_tcp;
};

struct outcome {
    enum action action;
    int cause; /* the trait, or -1 */
    mono_ns delay;
    uint64_t variant; /* for choices inside the answer (rotation) */
};

/* Reads one `word` or `word=value` into VALUES. ERR_MISSING: no such word;
 * ERR_SYNTAX, ERR_RANGE: no such value; EXPECTED then tells what one looks like. */
MUST_CHECK int impair_parse(struct range values[TRAIT_COUNT], const char *word, const char *value,
                            const char **expected);
const char *impair_word(enum trait trait);
const char *impair_help(enum trait trait); /* one line: what the value is and does */

void traits_draw(struct traits *out, const struct range ranges[TRAIT_COUNT], uint64_t seed,
                 uint32_t resolver);
struct outcome impair_judge(const struct traits *traits, const struct sighting *sighting);

#endif
