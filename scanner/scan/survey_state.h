// SPDX-License-Identifier: BSD-2-Clause
/* A survey's insides, shared by its files and nobody else: survey.c puts it together and
 * moves it from stage to stage, survey_vet.c asks the checks, survey_judge.c compares,
 * survey_load.c sends at a rate, for survey_rate.c's ramps and survey_share.c's parties,
 * survey_tell.c writes.
 *
 * A subject is one resolver; an errand is one try of one question at it, and its number is
 * the engine's place. Errands of a subject end in any order; nothing is sent from the
 * engine's handlers. */
#ifndef SCAN_SURVEY_STATE_H
#define SCAN_SURVEY_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "engine/pace.h"
#include "out/resolver.h"
#include "scan/display.h"
#include "scan/fleet.h"
#include "scan/params.h"
#include "scan/survey_checks.h"
#include "verdict/appraisal.h"
#include "verdict/classify.h"
#include "verdict/ramp.h"
#include "verdict/sharing.h"
#include "verdict/vote.h"

#define SURVEY_NONE    UINT32_MAX
#define SURVEY_RTT_CAP 64 /* samples kept of a subject, the newest */

enum survey_stage {
    SURVEY_VET,   /* checks are asked */
    SURVEY_RATE,  /* rates are looked for */
    SURVEY_TURNS, /* once more for those with a limit, in turns */
    SURVEY_SHARE, /* shared limits are */
    SURVEY_AGAIN, /* checks are asked once more: some turn bad when they were asked a lot */
    SURVEY_OVER,
};

/* What one subject said to one check. */
struct record {
    struct vote vote; /* of the newest answer; voter and realm unused until judged */
    bool has_vote;
    bool is_settled; /* no further try */
    bool by_tcp;     /* a truncated reply came: the next tries go by TCP */
    bool is_in_flight;
    bool is_yes; /* traits: it does */
    bool is_no;  /* traits: it does not */
    uint8_t tries, denials, refusals, servfails;
};

/* Queries at a rate, for a while, and what comes of them. */
struct load {
    bool is_on;        /* sending, or waiting for what was sent */
    bool is_spoilt;    /* the machine was late or lost replies: says nothing */
    double qps, early; /* EARLY: part of an interval by which the next query leaves sooner */
    mono_ns started, length, sending_ended;
    uint32_t sent, open, serial;
    uint32_t failures[3]; /* by enum appraisal_excess */
    struct ramp_half halves[2];
    uint64_t drops_before;
};

struct subject {
    uint32_t list_index;
    bool is_alive; /* a reply of any kind came */
    bool is_vetted;
    bool is_rated;          /* its ramp came to its end, or there is to be none */
    bool is_convicted;      /* by vote_repeats: out of the count */
    uint8_t open;           /* vetting errands in flight */
    uint8_t spoilt;         /* steps done again */
    mono_ns next_due;       /* vetting: not before */
    struct record *records; /* one a check; NULL until it is alive */
    uint32_t home;          /* check that loads ask for */
    uint32_t rtt_us[SURVEY_RTT_CAP], rtt_count;
    bool has_edns_reply, is_without_edns;
    uint32_t plain_replies; /* to queries with EDNS, without OPT */
    uint32_t back_end;      /* subject that stands for it; itself: none shared */
    uint32_t turn;          /* in which it is rated once more; 0: in none */
    uint32_t load_servfails;
    struct ramp ramp;
    struct load load;
    struct appraisal_facts facts;
};

struct errand {
    uint32_t subject;
    uint16_t check;
    bool is_in_use, is_load, by_tcp, has_ended;
    uint8_t half;
    uint32_t serial; /* of the load */
};

/* Addresses with like limits, being asked together. */
struct party {
    struct sharing sharing;
    uint32_t members[SHARING_MEMBERS_MAX];
    uint8_t spoilt; /* rounds that said nothing */
    bool is_running, is_over;
};

struct survey {
    const struct scan_params *params;
    struct fleet fleet;
    struct checks checks;
    struct rng rng;
    struct wire *wire;
    struct pool *pool;
    struct engine *engine;
    struct counters counters;
    struct subject *subjects; /* by the pool's number */
    uint32_t count;
    uint32_t *by_address; /* open addressing: subject + 1 */
    size_t by_address_cap;
    struct errand *errands;
    uint32_t *free_errands, free_count, errand_count;
    uint32_t *ended, ended_count; /* to be given back in the drain */
    struct party *parties;
    size_t party_count;

    double rate_qps;     /* ceiling of all queries; 0: none */
    double resolver_qps; /* of one resolver; 0: none */
    double load_budget;  /* q/s of all loads together */
    double load_granted;
    struct pace pace;
    enum survey_stage stage;
    uint32_t turn;      /* subject to begin with */
    uint32_t rate_turn; /* of those that are rated once more */
    mono_ns now, next_look, started;
    int64_t started_ms;
    struct resolver_sink *sink;
    struct display display;
    uint64_t shown_queries, shown_answers, shown_timeouts;
    double shown_qps;
    uint64_t classes[RESOLVER_CLASS_COUNT], usable_count;
    bool is_stopping; /* nothing is sent any more */
    bool is_time_over;
    bool is_intercepted;
    int signal;
    int error; /* sticky; ends the run */
};

/* --- survey.c --- */

enum survey_sending { SURVEY_SENT, SURVEY_LATER, SURVEY_NO_ROOM };

/* One query to SUBJECT by way of an errand; WAIT until it counts as lost. */
enum survey_sending survey_send(struct survey *s, const struct errand *errand, mono_ns wait,
                                unsigned flags);
/* "9.9.9.9:53" */
static inline const char *survey_text(const struct survey *s, const struct subject *subject)
{
    return s->fleet.items[subject->list_index].text;
}
uint32_t survey_median_rtt_us(const struct subject *subject);
uint64_t survey_address_hash(const struct wire_address *address);

/* --- survey_vet.c --- */

/* Everything is to be asked again of those that are of use. */
void vet_again(struct survey *s);
/* Asks what is due; false: no room this turn. */
bool vet_step(struct survey *s, uint32_t subject);
/* What became of a try of a check. ANSWER NULL: nothing came. */
void vet_note(struct survey *s, const struct errand *errand, const struct reply *reply,
              const struct answer *answer, const struct engine_try *try);
void vet_note_refusal(struct survey *s, const struct engine_refusal *refusal);

/* --- survey_judge.c --- */

/* Compares what was said and fills in every subject's facts. ERR_NOMEM. */
MUST_CHECK int judge_all(struct survey *s);

/* --- survey_load.c --- */

/* Whether QPS more stay within what all may have together; the first always may. */
bool load_fits(const struct survey *s, double qps);
/* Starts sending QPS to SUBJECT for LENGTH. */
void load_start(struct survey *s, uint32_t subject, double qps, mono_ns length);
/* Sends what is due; false: no room this turn. */
bool load_send(struct survey *s, uint32_t subject);
void load_note(struct survey *s, const struct errand *errand, const struct answer *answer);
/* Takes what is over off; true once. */
bool load_end(struct survey *s, uint32_t subject);
/* How long the second half was, in seconds. */
double load_late_seconds(const struct load *load);

/* --- survey_rate.c --- */

void rate_begin(struct survey *s);
/* ERR_NOMEM */
MUST_CHECK int rate_begin_turns(struct survey *s);
/* False: that was the last. */
bool rate_next_turn(struct survey *s);
/* The subject's next step, when it is due; false: no room this turn. */
bool rate_step(struct survey *s, uint32_t subject);

/* --- survey_share.c --- */

/* ERR_NOMEM */
MUST_CHECK int share_begin(struct survey *s);
/* False: no room this turn. */
bool share_step(struct survey *s);
bool share_is_over(const struct survey *s);

/* --- survey_tell.c --- */

void tell_plan(const struct survey *s);
void tell_progress(struct survey *s);
/* Opens the output before anything is asked. ERR_*, told. */
MUST_CHECK int tell_open(struct survey *s);
/* Lines and summary; the exit code. */
enum scan_exit tell_all(struct survey *s);
/* --stats, however the run ended: CODE, or FATAL when it cannot be written. */
enum scan_exit tell_stats(const struct survey *s, enum scan_exit code);

#endif
