// SPDX-License-Identifier: BSD-2-Clause
/* Positive checks: names confirmed to exist are asked of each resolver, whether it denies
 * them. How many each is worth is verdict/trust.c's matter; here is which name, and what
 * the answer teaches. A name that is denied often may have gone meanwhile: one that
 * vouched for it is asked again, and until it confirms it the name convicts nobody. If it denies
 * it too the name is dropped. One worker's. */
#ifndef SCAN_CHECKS_H
#define SCAN_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "dns/query.h"
#include "scan/task.h"

#define CHECKS_NAMES_MAX 512 /* confirmed names kept, the newest ones; 150 KB */
#define CHECKS_TRIES_MAX 3

struct worker;
struct task;
struct decision;

#define KNOWN_PENDING_MAX 8

enum known_proof { PROOF_NONE, PROOF_TESTING, PROOF_ASKING, PROOF_DONE };

struct known_name {
    struct question question;
    uint32_t zone;
    uint32_t serial;                          /* tells it from what stood in its place before */
    uint32_t data_hash;                       /* of its first datum, as ledgers keep it */
    uint32_t confirmers[TASK_CONFIRMERS_MAX]; /* resolvers that vouched for it */
    uint8_t confirmer_count;
    bool is_alias;  /* its data are reached by a CNAME or DNAME */
    bool is_listed; /* known from the zone's NS: who first gives data vouches for it */

    /* What follows is proof.c's. */
    uint8_t proof;        /* enum known_proof */
    uint8_t witness_turn; /* of confirmers[] */
    uint8_t pending_count;
    bool was_full;                       /* there were more than pending[] has room for */
    uint32_t pending[KNOWN_PENDING_MAX]; /* resolvers that denied it, not charged yet */
    uint32_t witness;                    /* TESTING, ASKING: who; else TASK_NONE */
    mono_ns since;                       /* TESTING: tests from then on count; DONE: when */
};

struct checks {
    struct known_name *names; /* owned; `count` in use */
    uint32_t count, next;     /* next: to be overwritten once all are in use */
    uint32_t distinct;        /* names ever taken, up to UINT32_MAX */
    uint32_t out;             /* checks under way */
    mono_ns next_look;
};

MUST_CHECK int checks_open(struct checks *checks);
void checks_close(struct checks *checks);

/* The name of task INDEX is found, and confirmed. Whoever was asked after the first that
 * gave data has passed a check by it; the first was heard because of what it said. */
void checks_learn(struct worker *worker, uint32_t index);
/* Takes up a name that the zone's NS name; its serial, 0: there is no memory for it. */
uint32_t checks_list(struct worker *worker, const struct name *name, uint32_t zone);
/* The name with SERIAL, if it is still known. */
const struct known_name *checks_known(const struct checks *checks, uint32_t serial);
/* Asks RESOLVER for a confirmed name. False: no task is free. */
bool checks_ask(struct worker *worker, uint32_t resolver, const struct known_name *known);
/* The same as part of the sample (scan/sample.h), whoever vouches for the name. */
bool checks_ask_sampled(struct worker *worker, uint32_t resolver, const struct known_name *known);
/* Those that never passed a check may be asked for all known names once more. */
void checks_ask_anew(struct worker *worker);
/* Makes tasks of the checks that are wanted now. */
void checks_go_on(struct worker *worker, mono_ns *wake);
/* True: what checks could still tell is not worth waiting for. */
bool checks_are_done(struct worker *worker);
/* TASK is a check of one that has fallen silent: there is nothing to wait for. */
bool checks_is_pointless(const struct worker *worker, const struct task *task);
/* A reply about a check, or (DECISION NULL) none. */
void checks_settle(struct worker *worker, uint32_t index, const struct decision *decision);

#endif
