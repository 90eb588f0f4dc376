// SPDX-License-Identifier: BSD-2-Clause
/* A vetting's insides, shared by vet.c (asking, and what becomes of whom) and vet_judge.c
 * (what the votes come to). Nobody else includes this. */
#ifndef SCAN_VET_STATE_H
#define SCAN_VET_STATE_H

#include "scan/vet.h"
#include "scan/worker.h"
#include "verdict/trust.h"
#include "verdict/vote.h"

#define VET_NAMES       3 /* two random ones of the zone, one elsewhere */
#define VET_ELSEWHERE   2
#define VET_JUDGE_EVERY (5 * NS_PER_MS)
#define VET_JUDGE_EACH  (10 * NS_PER_US) /* longer by so much for each resolver */

enum vet_step {
    VET_NOT_BEGUN,
    VET_APEX,
    VET_RANDOM,
    VET_WAITING,
    VET_ASKED_ELSEWHERE,
    VET_ADMITTED,
    VET_OUT
};

struct vet_one {
    uint8_t step; /* enum vet_step */
    uint8_t failures, convictions;
    bool denies_zone;
    bool was_elsewhere; /* asked there, with or without an answer */
    bool is_given_up;   /* not counted as hopeful */
    bool was_alike;     /* its last test at need was */
    bool has_listed;    /* the zone's servers: noted, once for all its vettings */
    bool has_vote[VET_NAMES];
    mono_ns again_at; /* VET_OUT */
    mono_ns since;    /* VET_WAITING */
    uint32_t ttl;     /* of its data for the first name */
    bool by_cname;    /* the same */
    struct vote votes[VET_NAMES];
};

struct vet {
    struct name zone, names[VET_NAMES];
    bool has_zone, is_given, is_done; /* done: nothing under way and nothing to begin */
    uint32_t count;
    struct vet_one *ones; /* owned, by resolver */
    uint32_t *order;      /* owned: in which they are begun */
    uint32_t next;        /* of order[] */
    uint32_t under_way;   /* VET_APEX, VET_RANDOM, VET_ASKED_ELSEWHERE */
    uint32_t waiting;     /* in that step */
    uint32_t suspects;    /* VET_WAITING, VET_ASKED_ELSEWHERE */
    uint32_t admitted;
    uint32_t open; /* questions out, of all */
    uint32_t apex_known, apex_denied;
    bool has_news;
    bool is_wild;   /* random names of the zone exist: they tell nothing */
    bool is_denied; /* most deny them: they do not exist */
    bool is_told;   /* that they exist, to those who look for wildcards */
    mono_ns began, next_judging, next_again;
    struct vote *votes; /* owned: room for one of each */
    uint16_t *hopeful;  /* owned, by operator: resolvers not given up */
    uint32_t hopeful_count;
};

static inline bool vet_said(const struct vet_one *one, unsigned name, enum vote_kind kind)
{
    return one->has_vote[name] && one->votes[name].kind == kind;
}

static inline bool vet_gave_data(const struct vet_one *one, unsigned name)
{
    return vet_said(one, name, VOTE_DATA);
}

/* --- vet.c --- */

void vet_admit(struct worker *worker, uint32_t resolver);
/* For good, and what it said with it. */
void vet_reject(struct worker *worker, uint32_t resolver, enum trust_reason reason);
/* Of vetting's random names: they are there or not by the first type that is asked alone. */
uint16_t vet_random_type(const struct worker *worker);
/* Asks it for the name elsewhere; admits it where that is out of scope. */
void vet_ask_elsewhere(struct worker *worker, uint32_t resolver);

/* --- vet_judge.c --- */

void vet_judge(struct worker *worker);

#endif
