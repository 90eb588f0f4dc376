// SPDX-License-Identifier: BSD-2-Clause
/* The insides of an NSEC walk, shared by walk_nsec.c (lanes, turns), walk_nsec_probe.c (which
 * question a lane asks), walk_nsec_take.c (what replies hold) and walk_nsec_end.c (what is told
 * at the end). Nobody else includes this.
 *
 * A lane is one asker with one question in flight. It has a hole of the circle, asks for the name
 * at its left end, closes it, and goes on with the name after it, until it meets what is
 * closed or another lane's.
 *
 *   IDLE --hole, or a middle--> READY --asked--> OUT --answer--> READY (next name, or another
 *     ^                                                          |     question for the same)
 *     +------------------ nothing more there --------------------+
 *
 * A lane without a hole splits the span of another: it asks for a name in the middle, and
 * goes on from the interval that comes back. Nothing is lost by that, as long as its answer
 * was not to be had soon anyway: then a query was. The number of such losses is bounded by the
 * number of records. */
#ifndef SCAN_WALK_NSEC_STATE_H
#define SCAN_WALK_NSEC_STATE_H

#include "scan/denial_proof.h"
#include "scan/walk.h"
#include "source/circle.h"
#include "source/span.h"

#define NSEC_LANES_MAX     1024
#define NSEC_LANES_DEFAULT 256
#define NSEC_SOURCES_MAX   255
#define NSEC_NAMES_MAX     10000000 /* more are taken to be made up as they are asked for */
#define NSEC_BYTES_MAX     (2ull << 30)
#define NSEC_MINIMAL_MAX   64   /* links that are the smallest possible, half of all: lies */
#define NSEC_SERVERS_TRIED 3    /* for one hole */
#define NSEC_CONFLICTS_MAX 1024 /* and half of all records more: nothing can be made of it */

/* Questions that make a server tell the interval at a name. */
enum probe_kind {
    PROBE_MATCH,  /* NSEC of the name itself: comes in the answer section */
    PROBE_CHILD,  /* the first name below it: denied, unless the name ends the zone */
    PROBE_SKIP,   /* the first name after all below it: past a delegation or a DNAME */
    PROBE_OWN,    /* CNAME of the name itself: denied with its record, unless it is an alias */
    PROBE_BESIDE, /* as PROBE_SKIP, in letters, for servers that drop others: may leave a hole */
    PROBE_BELOW,
    PROBE_KINDS,
    PROBE_MIDDLE = PROBE_KINDS, /* a name in the middle of a span */
};

enum lane_state { LANE_IDLE, LANE_READY, LANE_OUT };

struct lane {
    enum lane_state state;
    enum probe_kind kind;
    struct name probe;
    circle_node left;           /* its hole; CIRCLE_NONE while it asks for a middle */
    struct walk_server *server; /* to which it keeps */
    uint64_t except;            /* servers that could not close this hole, by index */
    uint8_t tried;              /* kinds asked for this hole of this server, as bits */
    uint8_t servers_tried;
    bool is_cut;       /* the hole begins at a delegation or DNAME */
    bool has_question; /* PROBE is to be asked */

    /* for splitting */
    struct circle_key from, to; /* what is before it */
    bool has_to;                /* else: to the end */
    struct circle_key began;    /* where it was some steps ago */
    struct circle_key later;    /* and STEPS_WINDOW after that */
    uint32_t steps;             /* since it began */
    double density;             /* names by weight; what it was given, until it knows better */
    double expected;            /* names before it */
    bool is_expected_known;
    bool is_shared;         /* another was sent to a middle of it, and has not come back */
    struct lane *from_whom; /* while it asks for a middle: whose that is */
};

enum nsec_stage {
    NSEC_WALKING,
    NSEC_CHECKING, /* nothing is left to ask: has the zone changed meanwhile? */
    NSEC_OVER,
};

struct nsec_source {
    const struct walk_server *server;
    uint32_t serial;
    bool has_serial;
};

struct nsec_state {
    struct walk *walk;
    struct circle *circle;
    struct denial_checker checker;
    struct span_scale scale, plain; /* plain: as it was at the start */
    struct lane *lanes;
    uint32_t lane_count, busy_count; /* busy: not idle */
    struct nsec_source sources[NSEC_SOURCES_MAX];
    size_t source_count;
    double closed_weight; /* of all intervals */
    uint64_t hits[PROBE_KINDS], misses[PROBE_KINDS];
    uint64_t splits, lost_splits, minimal, conflicts, reopened;
    uint64_t signed_cuts, cut_records; /* referrals to signed children; records of such */
    uint64_t refusals[16];             /* by enum link_refusal */
    struct walk_refused refused;
    bool is_told_bogus;
    enum nsec_stage stage;
    uint32_t checks_out; /* questions for serials */
    unsigned passes;
    uint64_t looked_at; /* records when it was looked how many names are expected */
    unsigned crowds;    /* how often in a row it was more than any zone has */
    int error;
};

/* --- walk_nsec_probe.c --- */

/* The next question for LANE's hole: false when there is none left to this server. */
bool probe_choose(struct nsec_state *s, struct lane *lane);
/* How often to ask at most; 0: as usual. */
unsigned probe_tries(const struct nsec_state *s, const struct lane *lane);

/* --- walk_nsec_split.c --- */

/* LANE gets half of what the lane with the most before it has. False: nobody has enough. */
bool split_for(struct nsec_state *s, struct lane *lane);
/* The lane begins at its hole; begins there with the span that it was given; goes on there. */
void span_begin(struct nsec_state *s, struct lane *lane);
void span_resume(struct nsec_state *s, struct lane *lane);
void span_step(struct nsec_state *s, struct lane *lane);

/* Half of the lanes, or more, expect more names each than any zone has in all. */
bool split_sees_no_end(struct nsec_state *s);

/* --- walk_nsec_take.c --- */

struct nsec_taken {
    uint32_t first;  /* records that were not had before */
    bool is_covered; /* one of them, old or new, speaks of the name asked for */
    bool has_cut;    /* no record, but a delegation or DNAME at or above the name */
    circle_node cut;
    bool is_from_child; /* records were there, signed by another zone */
};

/* Puts what a reply to LANE's question holds into the circle. ERR_* ends the walk. */
MUST_CHECK int nsec_take(struct nsec_state *s, const struct lane *lane,
                         const struct asker_answer *answer, struct walk_server *server,
                         struct nsec_taken *out);

/* --- walk_nsec_end.c --- */

MUST_CHECK int nsec_finish(void *state, struct walk_result *out);

#endif
