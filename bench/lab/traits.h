// SPDX-License-Identifier: BSD-2-Clause
/* What is wrong with a resolver, in the words of a fleet file.
 *
 *   group (ranges, as written) --traits_draw--> traits of one resolver
 *   traits + sighting          --impair_judge--> what becomes of a query (impair.h)
 *                              --lies_choose---> what is not so in its reply (lies.h)
 *
 * One table (traits.c) holds every word: the kind of its value and when a range is
 * drawn from. Drawing is pure: seed and resolver decide, nothing else. */
#ifndef LAB_TRAITS_H
#define LAB_TRAITS_H

#include <stdint.h>

#include "base/err.h"

enum trait {
    /* impairments, asked in this order (impair.c) */
    TRAIT_DEAD,        /* silent, closed */
    TRAIT_LOSS,        /* share of round trips lost */
    TRAIT_NOEDNS,      /* FORMERR to a query with OPT */
    TRAIT_REFUSE_ZONE, /* share of zones refused */
    TRAIT_ONLY_ZONES,  /* refuses what lies in no zone of the lab */
    TRAIT_SERVFAIL,    /* share of queries answered SERVFAIL */
    TRAIT_TC_ONLY,     /* truncates everything over UDP */
    TRAIT_RTT,         /* the resolver's own round-trip time */
    TRAIT_JITTER,      /* added to it, anew for each query */
    TRAIT_SLOW,        /* as jitter, under a name of its own in reports */
    /* lies (lies.c, forge.c) */
    TRAIT_REWRITE,     /* an address instead of NXDOMAIN: which */
    TRAIT_HIDE,        /* share of the names it says do not exist */
    TRAIT_WRONG,       /* share of the names it gives wrong addresses for */
    TRAIT_FORGE,       /* what comes beside the right reply */
    TRAIT_FORGE_SHARE, /* share of the queries it comes with; 0: not given, all */
    TRAIT_LATE,        /* added to the right reply beside a forged one */
    TRAIT_TURNS,       /* queries received before the lies begin */
    /* not a query's fate but the resolver's own build (fleet.c) */
    TRAIT_CAP,     /* queries a second before `over` */
    TRAIT_OVER,    /* what happens above the cap */
    TRAIT_SLIP,    /* but one in so many of those is truncated; 0: none */
    TRAIT_BACKEND, /* addresses that are one resolver; 0: each is its own */
    TRAIT_COUNT
};

enum { DEAD_NO, DEAD_SILENT, DEAD_CLOSED };
enum { NOEDNS_NO, NOEDNS_QUESTION, NOEDNS_BARE };
enum { OVER_DROP, OVER_REFUSED, OVER_SERVFAIL };
enum { FORGE_NO, FORGE_ID, FORGE_QUESTION, FORGE_SOURCE, FORGE_ECHO, FORGE_DUPLICATE };

struct range {
    double low, high; /* shares 0..1; durations in ns; rates in queries a second; numbers */
};

struct traits {
    struct range value[TRAIT_COUNT]; /* low == high unless drawn for each query */
};

/* Reads one `word` or `word=value` into VALUES. ERR_MISSING: no such word;
 * ERR_SYNTAX, ERR_RANGE: no such value; EXPECTED then tells what one looks like. */
MUST_CHECK int traits_parse(struct range values[TRAIT_COUNT], const char *word, const char *value,
                            const char **expected);
const char *traits_word(enum trait trait);
const char *traits_help(enum trait trait); /* one line: what the value is and does */
const char *traits_choice(enum trait trait, double value); /* the word for a choice drawn */

void traits_draw(struct traits *out, const struct range ranges[TRAIT_COUNT], uint64_t seed,
                 uint32_t resolver);

#endif
