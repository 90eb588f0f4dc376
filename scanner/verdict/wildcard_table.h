// SPDX-License-Identifier: BSD-2-Clause
/* The table of parents, shared by the wildcard files and nobody else.
 *
 *   UNKNOWN --first probe out--> PROBING --each type answered or lost, and the vote
 *                                   |      is not open--+
 *                                   |                   |
 *        random labels are denied: CLEAN      they exist: WILDCARD
 *        no answer at all: LOST
 *
 * Nothing leaves the three end states, but a WILDCARD all of whose data turn out to be
 * made up is PROBING again; a WILDCARD's pools go on growing by the rules of
 * wildcard_pool.c. wildcard.c probes and counts votes, wildcard_judge.c reads. */
#ifndef VERDICT_WILDCARD_TABLE_H
#define VERDICT_WILDCARD_TABLE_H

#include "verdict/wildcard.h"
#include "verdict/wildcard_pool.h"

#define VOTES_MAX      8   /* of different operators about one parent */
#define DISTRUSTED_MAX 256 /* data known to be made up; more are left to the vote */

#define LIARS_MAX 64 /* waiting to be told; more are forgotten, they will lie again */
#define NONE      UINT32_MAX

enum parent_state {
    PARENT_UNKNOWN,  /* nothing asked yet */
    PARENT_PROBING,  /* first answers outstanding */
    PARENT_CLEAN,    /* no wildcard here */
    PARENT_WILDCARD, /* random labels exist */
    PARENT_LOST,     /* could not be found out */
};

/* A datum that a convicted resolver made up. It may be the wildcard's all the same: one who
 * answers with addresses of the zone itself must not undo the zone's wildcard. */
struct distrusted {
    uint64_t hash;
    uint32_t parent;           /* random labels below which got it last */
    struct pool_givers givers; /* of it there, since */
    bool is_cleared;           /* they were enough */
};

struct vote {
    uint32_t op;
    uint32_t resolver;
    bool exists;   /* what it said of a random label */
    uint64_t hash; /* of the first datum; 0: none */
};

struct parent {
    uint32_t id;
    uint32_t next_wanting; /* in the list of those that want probes */
    uint32_t distinct;     /* data over all pools */
    uint32_t full;         /* see wildcards_note_full */
    uint32_t operators;    /* that the latest reply's sender was one of */
    enum parent_state state;
    bool is_wanting;  /* on that list */
    bool is_signed;   /* signatures say that it has one */
    bool wants_votes; /* every type had its first answer, but they disagree */
    uint8_t vote_count;
    uint8_t answers; /* while PROBING, of whomever */
    struct vote votes[VOTES_MAX];
    uint8_t name_len;
    uint8_t *name;                /* canonical; lies behind the pools */
    struct wildcard_pool pools[]; /* one for each of the table's types */
};

struct wildcards {
    struct rng *rng; /* borrowed */
    uint16_t *types; /* owned */
    size_t type_count;
    struct parent **parents; /* owned, by id; the parents never move */
    uint32_t *slots;         /* owned, open addressing by name: id + 1, 0 free */
    size_t slot_count;       /* a power of two, at most half of it in use */
    uint32_t parent_count;
    uint32_t first_wanting, last_wanting;
    unsigned out; /* probes in flight */
    unsigned liar_count;
    struct wildcard_liar liars[LIARS_MAX]; /* not yet told */
    unsigned distrusted_count;
    struct distrusted distrusted[DISTRUSTED_MAX];
    uint64_t hash_seed;
};

/* The parent NAME (canonical), new if need be; a new one wants probes. ERR_NOMEM. */
MUST_CHECK int wildcards_take_parent(struct wildcards *w, const uint8_t *name, struct parent **out);
struct parent *wildcards_find_parent(const struct wildcards *w, const uint8_t *name);
struct wildcard_pool *wildcards_find_pool(const struct wildcards *w, struct parent *p,
                                          uint16_t type);
/* Puts P where its probes are taken from, if it wants any. */
void wildcards_enlist(struct wildcards *w, struct parent *p);
/* Who gave the datum HASH below P, for any type; NULL: nobody. */
const struct pool_givers *wildcards_find_givers(const struct wildcards *w, const struct parent *p,
                                                uint64_t hash);

#endif
