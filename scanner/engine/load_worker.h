// SPDX-License-Identifier: BSD-2-Clause
/* A worker of a load: one thread's sockets, schedule, batch in hand, and what came of it.
 *
 * Private to the generator: load.c runs workers, load_worker.c has the turn, load_send.c what
 * leaves, load_receive.c what comes. */
#ifndef ENGINE_LOAD_WORKER_H
#define ENGINE_LOAD_WORKER_H

#include <pthread.h>

#include "engine/load_bins.h"
#include "engine/load_cut.h"
#include "engine/load_flight.h"
#include "engine/load_path.h"
#include "engine/load_schedule.h"

#define LOAD_LATE_MAX NS_PER_MS /* later than that the schedule is set back */

struct load_job; /* load.c */

/* A path and what is in flight on its lanes. */
struct load_line {
    struct load_path *path;
    const struct load_path_ops *ops; /* of path */
    struct flight *flights;          /* a lane's each, whatever the target: a trial has one */
    unsigned flight_count, flight_cap;
    unsigned lane_count; /* in this trial */
};

enum { LINE_ASKED, LINE_FOLLOWS }; /* what was asked for; by TCP after TC */

struct load_worker {
    const struct load_params *load;
    unsigned index;
    struct load_path_setup setups[2];
    struct load_line lines[2];
    unsigned line_count;
    struct load_bins *bins; /* trains alone */
    struct rng rng;
    uint64_t seed; /* of question hashes */
    pthread_t thread;
    struct load_job *job; /* who hands out work */

    const struct load_trial *trial;
    const volatile bool *stop;
    struct load_cut cut;
    struct load_spent *spent; /* all workers' */
    mono_ns cut_next;         /* look at it */
    mono_ns cut_end;          /* when what is in flight is given up; 0: the trial is not cut */
    mono_ns heard;            /* when anything came, or all was sent */
    struct schedule schedule;
    struct load_result result;
    mono_ns now, origin; /* of the turn; the schedule's zero */
    mono_ns expected;    /* when the turn should have begun */
    mono_ns expire_next;
    mono_ns wall_spare;       /* beyond twice its length a trial may take that long */
    mono_ns begun, cpu_begun; /* of the thread, when it was given the trial */
    mono_ns wall_end;         /* the trial is cut off there, what is not due by then left out */
    double column_end, column_width;
    uint16_t column;
    unsigned open; /* waiting for answers, on all lanes; to be followed too */
    unsigned sent_in_turn;
    bool is_sending, is_dry, is_ready;

    /* The batch in hand: [0, batch_sent) have left, those up to batch_bound have a query, those
     * up to batch_due are due. */
    unsigned batch_sent, batch_bound, batch_due;
    struct flight_entry batch[LOAD_BATCH];
    struct load_item items[LOAD_BATCH];
    struct load_query queries[LOAD_BATCH];
    struct load_query ahead; /* replay: the next one, whose time is known by it */

    /* Truncated, to be asked again. */
    unsigned follow_count;
    struct flight_entry follow[LOAD_BATCH];
    struct load_item follow_items[LOAD_BATCH];
    uint8_t follow_data[LOAD_BATCH][LOAD_MESSAGE_MAX];

    struct load_message messages[LOAD_BATCH];
    struct pollfd watched[2 * LOAD_WATCHED_MAX];
};

/* --- load_worker.c --- */

/* ERR_NOMEM, ERR_IO; *WHY: what failed. Whatever comes of it, load_worker_deinit. */
MUST_CHECK int load_worker_init(struct load_worker *w, const struct load_params *load,
                                unsigned index, const char **why);
void load_worker_deinit(struct load_worker *w);
/* From here on the worker's thread. Everything that takes time, before the start. ERR_NOMEM,
 * ERR_IO. */
MUST_CHECK int load_worker_begin(struct load_worker *w, const struct load_trial *trial,
                                 const volatile bool *stop);
/* The trial, from START on. */
void load_worker_run(struct load_worker *w, mono_ns start);

/* --- load_send.c --- */

void load_send_begin(struct load_worker *w);
/* What is due becomes part of the batch, gets queries and leaves, as far as it may. */
void load_send_turn(struct load_worker *w);
/* When it has to be called again. */
mono_ns load_send_next(const struct load_worker *w);
/* Offers what waits to be followed. */
void load_send_follow(struct load_worker *w);
/* Nothing leaves any more: what is in hand is due and unsent. */
void load_send_end(struct load_worker *w);

/* --- load_receive.c --- */

void load_receive_turn(struct load_worker *w);
void load_receive_lost(struct load_worker *w, const struct flight_entry *entry,
                       bool is_unreachable);
/* All that is still waited for. */
void load_receive_abandon(struct load_worker *w);

/* --- here for both --- */

static inline struct load_column *load_column_of(struct load_worker *w,
                                                 const struct flight_entry *entry)
{
    return w->result.columns ? &w->result.columns[entry->column] : NULL;
}

#endif
