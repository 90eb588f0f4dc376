// SPDX-License-Identifier: BSD-2-Clause
/* From what was seen of a resolver to one word and the reason for it. Pure.
 *
 * The facts are counted by the survey (scan/survey.h), which knows by comparison which
 * names exist and which do not; here only thresholds are applied. */
#ifndef VERDICT_APPRAISAL_H
#define VERDICT_APPRAISAL_H

#include <stdbool.h>
#include <stdint.h>

#include "model/resolver.h"

#define APPRAISAL_REASON_MAX 240 /* all clauses together stay below */

/* Something that was tried, or could not be. */
enum appraisal_trait { TRAIT_UNTRIED, TRAIT_NO, TRAIT_YES };

/* What it does with queries above its limit. */
enum appraisal_excess { EXCESS_DROPPED, EXCESS_REFUSED, EXCESS_SERVFAILED };

struct appraisal_facts {
    bool is_vetted;     /* the checks came to their end */
    bool is_rated;      /* and so did the search for its rate */
    uint32_t tries;     /* queries by UDP below any limit */
    uint32_t silent;    /* of them without a reply */
    uint32_t servfails; /* of them with SERVFAIL where others know an answer */
    uint32_t replies;   /* of any kind */
    bool is_unreachable;
    uint32_t median_rtt_us;
    uint32_t zones, zones_refused;    /* asked for, and answered REFUSED, NOTIMP or FORMERR only */
    uint32_t random_names, rewritten; /* names that do not exist; data given for so many */
    uint32_t undenied;                /* of them it said NOERROR, without data, where most deny */
    uint32_t disputed;            /* random names it gives data for and others deny, undecided */
    bool is_intercepted;          /* everybody gave the same for names that do not exist */
    uint32_t known_names, hidden; /* names that exist; denied twice */
    uint32_t compared_names, foreign;  /* names all others agree on; other data for so many */
    uint32_t forged, duplicates;       /* packets that answer nothing asked; replies sent twice */
    uint32_t truncated;                /* replies by UDP that were, of `replies` */
    enum appraisal_trait edns, dnssec; /* OPT comes back; signatures come with DO */
    enum appraisal_trait tcp, keeps_case;
    double qps;     /* sustained; 0: not known */
    bool has_limit; /* more than qps was too much */
    enum appraisal_excess excess;
    const char *shares_with; /* first address of the same back end; NULL: none known */
    uint32_t sharers;        /* addresses of that back end, this one too */
};

struct appraisal {
    enum resolver_class class;
    double loss; /* share of tries; 0 without any */
    char reason[APPRAISAL_REASON_MAX];
};

/* Honest enough to be worth a search for its rate. */
bool appraisal_is_usable(const struct appraisal_facts *facts);
void appraise(const struct appraisal_facts *facts, struct appraisal *out);

#endif
