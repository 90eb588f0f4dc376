// SPDX-License-Identifier: BSD-2-Clause
/* Whose DNSKEY set is believed: for a zone that was seen to be signed several resolvers are
 * asked for its keys, and for the chain of trust that leads to them (scan/chain.h).
 *
 *   one of --trusted, or one of the zone's own servers    believed, and no chain is asked for
 *   a chain of signatures leads from an anchor to a set   that one, whoever gives another
 *   three or more resolvers gave a set                    what more than half of them gave
 *   fewer                                                 believed when all gave the same
 *
 * The last two wait for the chain, though not for ever: what their keys would have proven in
 * the meantime could not be taken back. So spans come from one set alone, and what is believed
 * stays so. Independent ones: each of another operator. One worker's; the zone's record is shared,
 * and whoever moves it to ASKING asks. */
#ifndef SCAN_KEYS_H
#define SCAN_KEYS_H

#include "base/clock.h"
#include "dns/name.h"
#include "scan/chain.h"

#define KEYS_INQUIRIES_MAX 16 /* zones asked about at a time */
#define KEYS_ASKED_MAX     8  /* resolvers, for one zone */
#define KEYS_TRIES_MAX     3  /* queries to one of them */

struct worker;
struct decision;
struct keys;

struct keys_answer {
    uint32_t resolver; /* TASK_NONE: any of the zone's own servers */
    uint32_t operator_index;
    bool is_open;      /* still out */
    struct keys *keys; /* owned; NULL: none, or no answer */
    bool is_answer;
};

struct keys_inquiry {
    bool is_used;
    uint32_t zone;
    struct name apex;
    mono_ns since;
    struct chain chain;
    uint32_t count; /* of answers[] */
    struct keys_answer answers[KEYS_ASKED_MAX];
};

struct inquiries {
    struct keys_inquiry items[KEYS_INQUIRIES_MAX];
    uint32_t count, open; /* in use; questions out, those about chains included */
    uint32_t rounds;      /* of asking about a link */
    uint32_t helper;      /* the resolver + 1 whose answer moved a link last; 0: none has */
};

/* The worker asks nothing more: zones whose keys it was to find are done without. */
void inquiries_end(struct worker *worker);

/* Zone NUMBER's keys will be asked for, at APEX. False: no room now. */
bool keys_ask(struct worker *worker, uint32_t number, const struct name *apex);
/* Makes tasks of what is to be asked now, and decides. */
void keys_go_on(struct worker *worker, mono_ns *wake);
/* Others may still pass their vetting, and are worth waiting for. */
bool keys_may_grow(struct worker *worker, const struct keys_inquiry *inquiry);
/* A reply about keys, or (DECISION NULL) none. */
void keys_settle(struct worker *worker, uint32_t index, const struct decision *decision);

#endif
