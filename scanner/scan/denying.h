// SPDX-License-Identifier: BSD-2-Clause
/* Proofs at work (verdict/denial.h says what they prove): which zones are signed, with what
 * keys, what their denials have told; candidates that are proven absent are not asked.
 *
 *   UNKNOWN --a reply is signed--> ASKING --keys are believed--> ON
 *      |                             |                           |
 *      |                             '--no keys, or no agreement-+--spans that prove one name
 *      '--many replies are not signed-------------> OFF <--------'   each, or Opt-Out alone
 *
 * DO is sent but for OFF (--dnssec on: always). While ON the spans of every verified denial are
 * learnt, and a candidate is looked up before it is asked; of those that lie in one gap
 * between known spans one is asked at a time (scan/park.h has the others), for its answer
 * tells of them too. What is ON stays so to the run's end; a span counts as long as its TTL, its
 * signature's and the zone's for denials let it (RFC 8198 section 5.4, RFC 9077).
 *
 * One record a zone, shared by all workers; made when first needed. */
#ifndef SCAN_DENYING_H
#define SCAN_DENYING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "dns/signature.h"
#include "model/key_belief.h"
#include "verdict/denial.h"

#define DENYING_PAGES      257 /* zones: ZONES_SUPPOSED_MAX, and as many given as fit */
#define DENYING_PAGE       256
#define DENYING_BYTES_MAX  (INT64_C(256) << 20) /* of spans, of all zones: some two million */
#define DENYING_VERIFY_MAX 8 /* signatures of a reply; an honest one needs three */

struct run;
struct worker;
struct decision;
struct task;

enum denying_state { DENYING_UNKNOWN, DENYING_ASKING, DENYING_ON, DENYING_OFF };

struct denying_zone {
    _Atomic uint8_t state; /* enum denying_state */
    struct name apex;      /* the signer; written by who moves it to ASKING, before ON */
    _Atomic uint32_t unsigned_count, signed_count; /* replies seen while UNKNOWN */
    _Atomic uint32_t plain, minimal, open, shut;   /* spans: by size; with and without Opt-Out */
    _Atomic uint32_t truncated, fitting;           /* denials by UDP while ON */
    struct keys *keys;                             /* owned; there before ON, const then */
    struct denials *denials;                       /* owned; likewise */
};

struct denying {
    _Atomic(struct denying_zone *) pages[DENYING_PAGES]; /* owned, DENYING_PAGE each */
    _Atomic int64_t budget;
    _Atomic uint32_t now_s;                     /* of the run, for spans' TTLs */
    _Atomic uint32_t changes;                   /* spans learnt, gaps given back, zones moved */
    _Atomic uint64_t spans, zones;              /* learnt; that were ON */
    _Atomic uint64_t beliefs[KEY_BELIEF_COUNT]; /* zones that were ON, by why */
};

void denying_open(struct denying *denying);
void denying_close(struct denying *denying); /* one that was zeroed is fine */

/* The record of zone NUMBER; NULL: none is kept of it (--dnssec off, the zone of all others,
 * no memory). */
struct denying_zone *denying_zone(struct run *run, uint32_t number);
static inline enum denying_state denying_state(const struct denying_zone *zone)
{
    return (enum denying_state)atomic_load_explicit(&zone->state, memory_order_acquire);
}

/* Questions about names of zone NUMBER are to be asked with DO. */
bool denying_wants_proofs(struct run *run, uint32_t number);
/* Zone NUMBER's keys are believed, because of BELIEF: it is ON with KEYS, taken over. */
void denying_begin(struct worker *worker, uint32_t number, struct keys *keys,
                   enum key_belief belief);
/* Zone NUMBER gets no more DO. WHY: for -v. */
void denying_end(struct worker *worker, uint32_t number, const char *why);

/* Time goes on: NOW is the run's. */
void denying_tick(struct run *run, mono_ns now);
/* A reply came: learns from it, and notes in DECISION what is proven. */
void denying_take(struct worker *worker, struct decision *decision);

#define DENYING_REASON "a signed denial proves it"

enum denying_fate {
    DENYING_ASK,      /* nothing is proven, and nobody asks about the same gap */
    DENYING_WAIT,     /* somebody does, or the zone's keys are being asked for */
    DENYING_ABSENT,   /* proven: no such name */
    DENYING_EMPTY,    /* proven: there, without data of the types asked for */
    DENYING_WILDCARD, /* proven: a wildcard's */
};
/* What becomes of a candidate of zone NUMBER. ASK: VIEW->gap is taken, unless it is NULL. */
enum denying_fate denying_look(struct run *run, uint32_t number, const uint8_t *name,
                               struct denial_view *view);
/* What is proven of NAME, and nothing taken. */
void denying_view(struct run *run, uint32_t number, const uint8_t *name, struct denial_view *view);
/* GAP, taken by denying_look and maybe NULL, is not needed. */
void denying_give_gap(struct run *run, struct span_node *gap);
/* A candidate that was asked is done with, or in trouble: others may ask. */
void denying_release(struct run *run, struct task *task, enum span_yield yield);
/* A denial came by UDP, or did not fit into it. */
void denying_note_size(struct run *run, uint32_t number, bool is_truncated);
/* They do not fit: to ask for one by UDP first is a query for nothing. */
bool denying_prefers_tcp(struct run *run, uint32_t number);
/* No wildcard below PARENT, of zone NUMBER. */
bool denying_denies_wildcard(struct run *run, uint32_t number, const uint8_t *parent);

#endif
