// SPDX-License-Identifier: BSD-2-Clause
/* Vetting: what a resolver is asked before its answers count.
 *
 *     NOT_BEGUN --> APEX --> RANDOM --+--denied, or no data--> ADMITTED
 *                    |         |      '--data--> WAITING --others deny---> convicted
 *                    |         |                    |
 *                    '---------+--no answer--> OUT  '--others agree, or nobody else
 *                                              |         --> ELSEWHERE --> ADMITTED or
 *                                  (again later)                            convicted
 *
 * APEX asks for the zone's SOA, the one name known to exist; RANDOM for a random name
 * below it, and a second one of those that gave data; ELSEWHERE for a random name of another realm,
 * only of those that gave data, or none: whoever gives the same there rewrites, or denies nothing.
 * One without data is admitted meanwhile, and out when most denied. All resolvers are asked for
 * the same names, so that zones and their servers see each name a few times only. The run starts on
 * the first that pass, and no more are vetted than it can use. One worker's. */
#ifndef SCAN_VET_H
#define SCAN_VET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "dns/name.h"
#include "verdict/vote.h"

struct worker;
struct decision;
struct vet; /* opaque */

#define VET_TRIES_MAX 4 /* queries for one name */

MUST_CHECK int vet_create(struct vet **out, struct worker *worker);
void vet_destroy(struct vet *vet);

bool vet_has_zone(const struct vet *vet);
/* A zone of which names will be asked: the first one told is vetted with. IS_GIVEN: its apex
 * is known to exist. */
void vet_tell_zone(struct worker *worker, const struct name *zone, bool is_given);
/* Makes tasks of what is to be asked now, and judges what was answered. *WAKE is made
 * earlier when something is due later. */
void vet_go_on(struct worker *worker, mono_ns *wake);
/* A reply about a vet's question, or (DECISION NULL) no reply within the tries; REASON:
 * enum trust_reason. */
void vet_settle(struct worker *worker, uint32_t index, const struct decision *decision, int reason);

/* Asks an admitted one for another random name: if it does not deny that, it is convicted, else
 * it has credit for a while. LIKE: it is to look like this one. True: the question is out. */
bool vet_test_again(struct worker *worker, uint32_t resolver, const uint8_t *like);
/* An admitted one was convicted. */
void vet_drop(struct worker *worker, uint32_t resolver);

/* Nobody denies a random name, and all give the same data, wherever it lies. */
bool vet_is_intercepted(const struct vet *vet);

/* Questions out. A run does not wait for them: nothing is left that they would be good for. */
uint32_t vet_open_count(const struct vet *vet);

/* Resolvers that gave data for what should not exist, and are not judged yet. */
uint32_t vet_suspect_count(const struct vet *vet);

/* Operators that may still have a say: admitted, or to be vetted yet. */
uint32_t vet_hopeful_count(const struct vet *vet);

#endif
