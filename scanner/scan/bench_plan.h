// SPDX-License-Identifier: BSD-2-Clause
/* What a benchmark decides before and between its loads, as pure functions. */
#ifndef SCAN_BENCH_PLAN_H
#define SCAN_BENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/rng.h"
#include "scan/params.h"

#define BENCH_FREE_RATE     100            /* q/s toward another machine without --own */
#define BENCH_RATE_EXPECTED 300e3          /* q/s that a search without a ceiling makes ready for */
#define BENCH_ANSWER_WITHIN (5 * NS_PER_S) /* who has not answered anything by then is left out */
#define BENCH_ROUNDS        6              /* of comparing at a common rate; even */
#define BENCH_ROUNDS_MAX    12

/* What is not given: a fixed load, and a trial of the search. */
#define BENCH_FIXED_LENGTH (10 * NS_PER_S)
#define BENCH_FIXED_WARMUP NS_PER_S
#define BENCH_TRIAL_LENGTH (2 * NS_PER_S)
#define BENCH_TRIAL_WARMUP (NS_PER_S / 2)
#define BENCH_SOAK_TRIALS  3 /* how many trials' length it has */

/* RATE as asked for: of the fixed load, or the search's ceiling; 0: no ceiling. */
bool bench_needs_own(double rate, bool is_loopback, bool is_own);

/* How fast names are asked once each to warm a cache; MOST: the rate or the ceiling given, 0: none.
 * A low one is not kept to: a second of load would wait for minutes. */
double bench_warm_rate(double most, bool is_loopback, bool is_own);

/* How long an answer is waited for where a target is asked whether it answers at all, and warmed;
 * TIMEOUT: of the loads. */
mono_ns bench_light_timeout(mono_ns timeout);

/* How many threads make the load. A target on this machine needs half of its cores. */
unsigned bench_choose_workers(unsigned cores, bool is_any_loopback, double rate);

/* The first rate of a search, and the lowest. */
double bench_start_rate(double ceiling);
double bench_floor_rate(double ceiling);

/* A trial's length where none is given: enough queries for a loss of 0.1 % to be one. */
mono_ns bench_trial_length(double rate);

/* LENGTH, or what a load of RATE needs for a few queries: with none due it would say nothing. */
mono_ns bench_fill_length(mono_ns length, double rate);

/* Width of a column of the series of LENGTH; INTERVAL 0: not given. */
mono_ns bench_column(mono_ns interval, mono_ns length);

/* Blocks of one fixed load of LENGTH for each of several targets; even. */
unsigned bench_fixed_rounds(mono_ns length);

/* COUNT indexes in random order. */
void bench_shuffle(uint32_t *order, size_t count, struct rng_fast *rng);
/* ROUNDS x COUNT of them: random orders, each followed by its reverse (ABBA), so that a machine
 * that gets slower does so for all alike. */
void bench_order_blocks(uint32_t *order, size_t count, unsigned rounds, struct rng_fast *rng);

/* What a run came to. */
struct bench_ending {
    int signal;           /* the first that came, or 0 */
    bool is_closed;       /* stdout's reader went away */
    bool is_failed;       /* an error of ours */
    bool is_unanswered;   /* no target answers */
    bool is_invalid;      /* the generator was the limit */
    bool is_worse;        /* than the baseline */
    bool is_missed;       /* a target met the objective at no rate, or not at the given one */
    bool is_cut, is_less; /* the time was up; a target was left out */
    bool is_empty;        /* no query was due */
};

/* As options and --stats have them. */
const char *bench_arrival_word(enum load_arrival arrival);
const char *bench_proto_word(enum load_proto proto);

enum scan_exit bench_choose_exit(const struct bench_ending *ending);

#endif
