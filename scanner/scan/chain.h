// SPDX-License-Identifier: BSD-2-Clause
/* The chain of trust down to a zone's keys (verdict/chain_link.h says what a link is): asked of
 * the resolvers, from the closest trust anchor on, one link after the other.
 *
 * Links are shared by all workers and kept to the run's end, so that the root and `com` are asked
 * about once. A link that is wanted is taken by one inquiry, which asks resolvers of different
 * operators in turn until one answers with what verifies; the others wait for it. It only
 * adds belief: a chain that does not lead to the zone says nothing about its keys. */
#ifndef SCAN_CHAIN_H
#define SCAN_CHAIN_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "dns/name.h"

#define CHAIN_LINKS_MAX  8192 /* of a run: some 20 MB; what lies beyond has no chain */
#define CHAIN_SLOTS      16384
#define CHAIN_LABELS_MAX 34 /* below an anchor: a zone of IPv6 addresses */
#define CHAIN_ASKED_MAX  16 /* resolvers, about one link */
#define CHAIN_TRIES_MAX  2  /* queries to one of them */

struct worker;
struct decision;
struct keys;
struct anchors;
struct keys_inquiry;
struct chain_entry;

/* A run's. */
struct chains {
    pthread_mutex_t mutex; /* guards all below, and what is in the links until they are final */
    struct chain_entry **slots; /* owned, by hash; NULL without --dnssec */
    uint32_t count;
    const struct anchors *anchors; /* besides the built-in ones; or NULL */
};

MUST_CHECK int chains_open(struct chains *chains, const struct anchors *anchors);
void chains_close(struct chains *chains); /* one that was zeroed is fine */

/* An inquiry's. */
struct chain {
    bool is_over;              /* nothing comes of it, or nothing is wanted */
    struct chain_entry *entry; /* the link it has taken; or NULL */
    const struct chain_entry *parent;
    uint32_t round; /* tells answers about an earlier link */
    mono_ns asked_at;
    uint32_t count, open;            /* of asked[]; questions out */
    uint32_t asked[CHAIN_ASKED_MAX]; /* operators */
};

enum chained {
    CHAINED_NOT_YET,
    CHAINED_NOT, /* there is no chain to the zone, or none can be had */
    CHAINED,     /* *KEYS are the zone's; borrowed to the run's end */
};

/* Goes on as far as it can now. */
enum chained chain_go_on(struct worker *worker, struct keys_inquiry *inquiry, mono_ns *wake,
                         const struct keys **keys);
/* A reply about a link, or (DECISION NULL) none. */
void chain_settle(struct worker *worker, uint32_t index, const struct decision *decision);
/* The inquiry is over. IS_LATE: the link took too long; others need not wait as long again. */
void chain_leave(struct worker *worker, struct chain *chain, bool is_late);

#endif
