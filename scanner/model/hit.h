// SPDX-License-Identifier: BSD-2-Clause
/* A decided name with everything output may want to tell of it.
 *
 * A hit is one heap block made by scan/hits.c; what it points to lies inside it
 * or outlives the run (zone, resolver texts). out/ borrows it. */
#ifndef MODEL_HIT_H
#define MODEL_HIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/verdict.h"

#define HIT_TYPES_MAX      16 /* distinct -t types in a run */
#define HIT_CONFIRMERS_MAX 4  /* in confirmed_by */

enum hit_flags {
    HIT_DANGLING = 1 << 0,          /* the CNAME chain's last name does not exist */
    HIT_PRIVATE = 1 << 1,           /* an address is private */
    HIT_ENT = 1 << 2,               /* empty non-terminal */
    HIT_VARIES = 1 << 3,            /* answers differ between resolvers */
    HIT_WILDCARD_POSSIBLE = 1 << 4, /* a wildcard could not be ruled out */
    HIT_CONFLICT = 1 << 5,          /* records of the zone's chain contradict each other here */
};

enum hit_source { HIT_FROM_WORDS, HIT_FROM_NAMES, HIT_FROM_PERMUTE, HIT_FROM_AXFR, HIT_FROM_WALK };

/* By what a name found is known to be there. */
enum hit_confirmed {
    HIT_CONFIRMED_NOT,       /* of no name that is found */
    HIT_CONFIRMED_SINGLE,    /* one resolver's word, there being no second one */
    HIT_CONFIRMED_QUORUM,    /* independent resolvers gave data that overlap */
    HIT_CONFIRMED_TRUSTED,   /* one of --trusted gave data */
    HIT_CONFIRMED_SIGNATURE, /* a signature was verified */
};

static const char *const hit_confirmed_words[] = {
    [HIT_CONFIRMED_NOT] = NULL,
    [HIT_CONFIRMED_SINGLE] = "single",
    [HIT_CONFIRMED_QUORUM] = "quorum",
    [HIT_CONFIRMED_TRUSTED] = "trusted",
    [HIT_CONFIRMED_SIGNATURE] = "signature",
};

/* Which outputs a hit is for. Formats differ in whether they can take back what they wrote:
 * those that can get a verdict at once, the others when nothing can change it any more. */
enum hit_stage {
    HIT_FINAL,     /* all */
    HIT_EARLY,     /* those that can take it back: it may have to be */
    HIT_LATE,      /* the others: it stood to the end */
    HIT_RETRACTED, /* those that can: `verdict` was told and is not so; `reason` says why */
};

struct hit_record {
    const uint8_t *owner; /* wire name, lower case */
    const uint8_t *rdata; /* expanded (dns/rdata.h) */
    uint32_t ttl;
    uint16_t type;
    uint16_t rdata_len;
};

struct hit {
    const uint8_t *host; /* wire name, lower case */
    const char *zone;    /* text, or NULL where no zone is known */
    enum verdict verdict;
    const char *reason; /* why unresolved/servfail/wildcard; static text or NULL */
    uint8_t rcode;      /* of the deciding reply; meaningless when !has_reply */
    bool has_reply;
    uint8_t flags;      /* enum hit_flags */
    uint8_t tries;      /* queries sent for this candidate */
    uint8_t type_count; /* types asked and answered with data */
    uint16_t types[HIT_TYPES_MAX];
    const uint16_t *all_types; /* all there are at the name, where that is known; else NULL */
    uint16_t all_type_count;
    const char *resolver; /* "9.9.9.9:53" or NULL */
    uint32_t rtt_us;
    enum hit_confirmed confirmed;
    uint8_t confirmed_by_count;
    const char *confirmed_by[HIT_CONFIRMERS_MAX]; /* resolvers besides `resolver` */
    enum hit_stage stage;
    const uint8_t *wildcard_root;  /* wire name of the wildcard's parent, or NULL */
    const char *wildcard_evidence; /* static text: "probe" */
    uint32_t wildcard_pool;        /* distinct data seen for it */
    enum hit_source source;
    int64_t time_ms; /* wall clock of the deciding reply */
    uint16_t record_count;
    struct hit_record *records; /* chain first, then data; no two equal */
};

#endif
