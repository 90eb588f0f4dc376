// SPDX-License-Identifier: BSD-2-Clause
/* The insides of an NSEC3 walk, shared by walk_nsec3.c (turns), walk_nsec3_ask.c (questions),
 * walk_nsec3_take.c (what replies hold), walk_nsec3_end.c (what is told) and walk_nsec3_crack.c
 * (names for hashes). Nobody else includes this.
 *
 * A first question, for any name, tells the chain's parameters. From then on threads hash
 * labels (hasher.h), those that fall into gaps are kept (source/probes.h) and asked for:
 *
 *   hashed --> stocked --> ASKED --answer--> its spans are taken, the gap is closed or smaller
 *                            |  silence: the same label of another server, then given up: the
 *                            |           next label that falls into the gap is another
 *                            +- data: such a name exists, and its own span is asked for
 *
 * Where a DNAME at the apex answers for every label, the first question is for the apex itself: it
 * is the zone's only name (RFC 6672 section 2.4).
 *
 * When the parameters change while it walks, a new chain is begun; the old one's hashes are kept.
 */
#ifndef SCAN_WALK_NSEC3_STATE_H
#define SCAN_WALK_NSEC3_STATE_H

#include "scan/denial_proof.h"
#include "scan/hash_output.h"
#include "scan/hasher.h"
#include "scan/walk.h"
#include "source/census.h"
#include "source/gaps.h"
#include "source/probes.h"

#define NSEC3_CHAINS_MAX    4    /* sets of parameters; a zone has one, two while it changes */
#define NSEC3_ASKS_MAX      2048 /* in flight, or to be asked again */
#define NSEC3_STOCK_MAX     4096
#define NSEC3_FIRST_MAX     8   /* first questions without a record of a chain */
#define NSEC3_SERVERS_TRIED 3   /* for one label */
#define NSEC3_BARREN_MAX    64  /* replies in a row without a record for what was asked */
#define NSEC3_STRANGE_MAX   3   /* replies in a row with other parameters only */
#define NSEC3_NARROW_SPANS  8   /* after so many a chain of more than */
#define NSEC3_NARROW_NAMES  1e9 /* so many names is made up as it is asked for */
#define NSEC3_MINIMAL_MAX   16  /* spans without length: made up for each question */
#define NSEC3_EXISTING_MAX  16  /* labels made up that are names, and most that were asked for */
#define NSEC3_MADE_UP       "its spans are made as they are asked for (RFC 7129, RFC 9824)"
/* A chain is as long as it is: once so many spans are known the estimate is off by a tenth, and
 * half as much again when twice as many are known means that it grows by being asked. */
#define NSEC3_GROWTH_SPANS  128
#define NSEC3_GROWTH        1.5
#define NSEC3_FIND_SECONDS  30 /* of hashing for one find: not worth more, if not asked for */

struct nsec3_chain {
    struct nsec3_params params;
    struct gaps *gaps;
};

/* A label asked for. */
struct nsec3_ask {
    uint32_t chain; /* by index; probe is its */
    uint32_t probe; /* of the stock; NSEC3_NONE: a first question, or a stock that is gone */
    uint32_t next;  /* to be asked again, or free */
    uint64_t label;
    uint8_t hash[NSEC3_HASH_LEN]; /* not of a first question */
    uint16_t type;
    bool is_apex; /* the zone itself, instead of a label */
    uint8_t servers_tried;
    uint64_t except; /* servers that did not answer, by index */
};

#define NSEC3_NONE UINT32_MAX

struct nsec3_state {
    struct walk *walk;
    struct denial_checker checker;
    struct denial_proof proof; /* of the reply being read */
    struct hash_output *output;

    struct nsec3_chain chains[NSEC3_CHAINS_MAX];
    uint32_t chain_count;
    uint32_t current; /* index; NSEC3_NONE: its parameters are not known yet */
    struct nsec3_params strange;
    uint32_t strange_count, barren_count; /* in a row */
    struct probes *probes;                /* of the current chain, like the hasher */
    struct hasher *hasher;
    uint64_t drawn_before; /* by hashers that are gone */
    struct census_limits limits;
    enum census_end end;

    struct nsec3_ask asks[NSEC3_ASKS_MAX];
    uint32_t free, again; /* lists */
    uint32_t ask_count, first_count;

    uint8_t sample[CENSUS_SAMPLE][NSEC3_HASH_LEN]; /* the first ones drawn */
    uint32_t sample_count;
    bool is_sample_told, is_full, is_strange; /* strange: in the reply being read */
    bool is_below_dname;                      /* whatever is asked for but the apex */
    double seconds_left;                      /* as of the last turn; < 0: not known */
    uint32_t grown_from; /* spans when `grown_exist` was the estimate; 0: too few yet */
    double grown_exist;
    mono_ns flushed_at, told_at, walked_since, walked_for;

    /* told at the end */
    uint64_t drawn;    /* labels hashed */
    uint64_t finds;    /* questions that brought a span */
    uint64_t barren;   /* replies without a record for what was asked */
    uint64_t silent;   /* labels given up */
    uint64_t existing; /* labels that are names */
    uint64_t minimal;
    struct walk_refused refused;
    uint64_t malformed;
    uint64_t hashes, cracked, confirmed, gone; /* of the hashes in the file, by crack */
    uint32_t asked_guesses;                    /* in flight */
    bool has_cracked;
    int error;
};

static inline struct gaps *nsec3_gaps(const struct nsec3_state *s)
{
    return s->current == NSEC3_NONE ? NULL : s->chains[s->current].gaps;
}
/* Of the current chain. */
struct census nsec3_census(const struct nsec3_state *s);

/* --- walk_nsec3_ask.c --- */

void nsec3_asks_init(struct nsec3_state *s);
/* Each asks what there is room for. */
void nsec3_ask_first(struct nsec3_state *s);
void nsec3_ask_again(struct nsec3_state *s);
void nsec3_ask_new(struct nsec3_state *s);
/* What became of a question: it is to be asked once more; it is done with. */
void nsec3_ask_later(struct nsec3_state *s, uint32_t number);
void nsec3_release(struct nsec3_state *s, uint32_t number);

/* --- walk_nsec3_take.c --- */

/* The chain of PARAMS, made if there is none: its index. ERR_FULL: there are NSEC3_CHAINS_MAX;
 * ERR_NOMEM. */
MUST_CHECK int nsec3_find_chain(struct nsec3_state *s, const struct nsec3_params *params);
/* A record of the hash file. */
MUST_CHECK int nsec3_take_held(void *ctx, const struct hash_record *record);
/* What the reply, read into `proof`, holds. How many records of the chain it had that can be
 * believed; ERR_* ends the walk. */
MUST_CHECK int nsec3_take(struct nsec3_state *s);

/* --- walk_nsec3_end.c --- */

void nsec3_tell_sample(struct nsec3_state *s);
void nsec3_tell_progress(struct nsec3_state *s, mono_ns now);
void nsec3_put_end(const struct nsec3_state *s, struct walk_result *out);

/* --- walk_nsec3_crack.c --- */

/* Names for the hashes, unless they are not wanted. Nothing is in flight. */
MUST_CHECK int nsec3_crack(struct nsec3_state *s);

#endif
