// SPDX-License-Identifier: BSD-2-Clause
/* A task: one candidate's way (or one wildcard probe's) from the source to its verdict.
 *
 *     FREE --take--> READY --sent--> SENT --------+--> FREE     verdict reached
 *                      ^ ^            |  ^        |
 *                      | |   retry,   |  '--------'    next type: question renewed
 *                      | '-- pause ---+--> DELAYED
 *                      |              |       |
 *                      +--------------|-------'        pause over
 *                      |              '--> HELD        has data, waits for what is
 *                      |                    |          learnt of a wildcard
 *                      '-- asked again -----+
 *                                           '--> FREE
 *
 * A table in task.c says which moves are legal; tasks_move is the only function that
 * makes them and keeps the ready queue and the free list. A task's number is also the
 * engine's place for its question. One worker's. */
#ifndef SCAN_TASK_H
#define SCAN_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/verdict.h"
#include "scan/hits.h"
#include "verdict/opinion.h"
#include "verdict/retry.h"
#include "verdict/spans.h"

#define TASK_NONE           UINT32_MAX
#define TASK_CONFIRMERS_MAX 4

enum task_state {
    TASK_FREE,    /* not in use */
    TASK_READY,   /* its question wants to be sent, now */
    TASK_DELAYED, /* as READY, but not before a certain time */
    TASK_SENT,    /* a try is out */
    TASK_HELD,    /* nothing to send; waits for a wildcard parent's probes */
    TASK_STATE_COUNT
};

/* Probes ask for random names below a parent, vets and checks ask one certain resolver, cuts
 * ask two whether a name exists at all, keys ask one for a zone's, chains for what
 * vouches for these. */
enum task_kind {
    TASK_CANDIDATE,
    TASK_PROBE,
    TASK_VET,
    TASK_CHECK,
    TASK_CUT,
    TASK_KEYS,
    TASK_CHAIN
};

struct task {
    uint8_t state;         /* enum task_state; written by tasks_move */
    uint8_t kind;          /* enum task_kind */
    uint8_t type_index;    /* of the run's types; candidates */
    uint8_t action;        /* enum retry_action for the next try: elsewhere, TCP, no EDNS */
    uint8_t tries;         /* queries sent for the candidate, all types */
    bool exists;           /* some reply said NOERROR */
    uint8_t rcode;         /* of the newest deciding reply */
    uint8_t from;          /* enum hit_source */
    bool is_queued;        /* in the ready queue */
    bool is_pinned;        /* every try goes to `resolver`: vets, checks, keys */
    bool is_without_do;    /* its denials are to be plain ones */
    uint8_t step;          /* vets: which name; cuts: denials so far; keys: which answer;
                              checks: 1 for one of the sample */
    uint32_t wish;         /* resolver that the next try had best go to, or TASK_NONE */
    bool is_weighed_later; /* DELAYED, then nothing is sent: see BELIEF_WAIT */
    bool is_repeat;        /* its first data were another name's too, of late */
    bool varies;           /* its data differ from resolver to resolver */
    uint8_t confirmed;     /* enum opinion_confirmed: of the first type believed to exist */
    uint8_t appeals;       /* of those convicted that were asked about the present question */
    uint8_t asks;          /* further questions, to tell it from a wildcard's */
    uint8_t vote_count;    /* opinions on the present question */
    uint8_t vote_kinds[OPINIONS_MAX];     /* enum opinion_kind */
    uint32_t votes[OPINIONS_MAX];         /* the resolvers that gave them */
    uint8_t proven, unproven, void_votes; /* bit per opinion: signatures bear it out; ought to,
                                             and do not; speak against it */
    uint8_t confirmer_count;
    uint32_t confirmers[TASK_CONFIRMERS_MAX]; /* resolvers that vouch for the name */
    mono_ns claimed_at;                       /* the newest data of the present question came */
    uint8_t denier_count;
    uint32_t deniers[OPINIONS_MAX]; /* resolvers that denied what was believed in the end */
    uint32_t claimant;              /* that first gave data for it, or TASK_NONE */
    uint32_t word;                  /* resolver on whose word alone it is decided, or TASK_NONE */
    uint32_t known;          /* checks: which confirmed name; cuts: which wanted one; keys, chains:
                                inquiry */
    uint8_t return_count;    /* times its verdict was taken back */
    uint8_t prior;           /* enum verdict: what was taken back; VERDICT_COUNT: nothing */
    const char *prior_why;   /* static */
    uint32_t next, previous; /* in the ready queue; next also in the free and held lists */
    uint32_t delay_position; /* in the heap of delayed ones */
    uint32_t generation;     /* counts questions; tells decisions about an earlier one */
    uint32_t zone;           /* number in the run's zones */
    uint32_t tag;            /* the candidate's, for the source that made it; chains: round */
    uint32_t resolver;       /* of the newest deciding reply, or the one to ask again */
    uint32_t rtt_us;
    uint32_t probe_parent;    /* probes: whose */
    mono_ns same_until;       /* how long it waits for room at one resolver, or for a second
                                 opinion; 0: it does not */
    struct span_node *gap;    /* between spans, that it was let into; or NULL */
    uint32_t looked_up;       /* struct denying's changes when its proofs were looked up */
    mono_ns zone_turn;        /* when the zone's pace lets it go; 0: has no turn */
    const char *reason;       /* why undecided; static */
    struct part *parts;       /* data so far; owned */
    struct retry_state retry; /* of the present question */
};

struct tasks; /* opaque */

MUST_CHECK int tasks_create(struct tasks **out, uint32_t count);
void tasks_destroy(struct tasks *tasks); /* and the parts of those in use */

/* A FREE task, zeroed but for its generation, in state READY but in no queue: the caller
 * sends it at once or queues it. TASK_NONE when all are in use. */
uint32_t tasks_take(struct tasks *tasks);
struct task *tasks_at(struct tasks *tasks, uint32_t index);
uint32_t tasks_free_count(const struct tasks *tasks);
uint32_t tasks_count(const struct tasks *tasks);

/* Changes the state and takes the task out of the queue or heap it was in; to FREE
 * gives it back. */
void tasks_move(struct tasks *tasks, uint32_t index, enum task_state to);

/* The queue of READY tasks. */
void tasks_push_ready(struct tasks *tasks, uint32_t index);
void tasks_push_ready_front(struct tasks *tasks, uint32_t index);
/* At the front what wants one certain resolver, at the end all else: new names would take
 * every turn of a resolver under its ceiling, and what was begun there would never end. */
void tasks_push_ready_again(struct tasks *tasks, uint32_t index);
uint32_t tasks_pop_ready(struct tasks *tasks); /* TASK_NONE: empty */

/* DELAYED tasks by time. Room for every task is made at creation. */
void tasks_push_delayed(struct tasks *tasks, uint32_t index, mono_ns until);
/* One whose time has come; TASK_NONE: none yet. */
uint32_t tasks_pop_delayed(struct tasks *tasks, mono_ns now);
mono_ns tasks_next_delayed(const struct tasks *tasks); /* INT64_MAX: none */
uint32_t tasks_delayed_count(const struct tasks *tasks);

#endif
