// SPDX-License-Identifier: BSD-2-Clause
#include "scan/bench_plan.h"

#include <signal.h>

#define WARM_RATE_HERE   5000.0 /* on loopback */
#define WARM_RATE_OWN    500.0  /* a cold cache asks others for each name */
#define WARM_RATE_LEAST  50.0
#define LIGHT_LEAST      (2 * NS_PER_S) /* a cold cache takes its time */
#define START_RATE       1000.0
#define FLOOR_RATE       10.0
#define WORKERS_MAX      16     /* unless more are asked for: beyond, no single target keeps up */
#define RATE_OF_A_WORKER 100e3  /* q/s that one thread has ample time for */
#define QUERIES_LEAST    10.0   /* of a trial or a block: one in 20,000 is empty by chance */
#define QUERIES_ENOUGH   2000.0 /* of a trial: two of them lost are 0.1 % */
#define COLUMN_DEFAULT   (100 * NS_PER_MS)
#define LENGTHS_MAX      5 /* so many times longer, at most, when queries are few */

bool bench_needs_own(double rate, bool is_loopback, bool is_own)
{
    return !is_loopback && !is_own && (rate == 0 || rate > BENCH_FREE_RATE);
}

double bench_warm_rate(double most, bool is_loopback, bool is_own)
{
    double rate = is_loopback ? WARM_RATE_HERE : is_own ? WARM_RATE_OWN : BENCH_FREE_RATE;
    if (most > 0 && most < WARM_RATE_LEAST)
        most = WARM_RATE_LEAST;
    return most > 0 && most < rate ? most : rate;
}

mono_ns bench_light_timeout(mono_ns timeout)
{
    mono_ns least = timeout > LIGHT_LEAST ? timeout : LIGHT_LEAST;
    return least < BENCH_ANSWER_WITHIN ? least : BENCH_ANSWER_WITHIN;
}

unsigned bench_choose_workers(unsigned cores, bool is_any_loopback, double rate)
{
    unsigned most = is_any_loopback || cores > 2 ? cores / 2 : cores;
    if (most > WORKERS_MAX)
        most = WORKERS_MAX;
    double wanted = rate > 0 ? rate / RATE_OF_A_WORKER + 1 : most;
    return most < 1 ? 1 : wanted < most ? (unsigned)wanted : most;
}

double bench_start_rate(double ceiling)
{
    double low = ceiling / 8;
    return ceiling > 0 && low < START_RATE ? (low < 1 ? 1 : low) : START_RATE;
}

double bench_floor_rate(double ceiling)
{
    double start = bench_start_rate(ceiling);
    return start < FLOOR_RATE ? start : FLOOR_RATE;
}

mono_ns bench_trial_length(double rate)
{
    double seconds = QUERIES_ENOUGH / rate;
    mono_ns most = LENGTHS_MAX * BENCH_TRIAL_LENGTH;
    if (seconds * 1e9 >= (double)most)
        return most;
    mono_ns length = (mono_ns)(seconds * 1e9);
    return length > BENCH_TRIAL_LENGTH ? length : BENCH_TRIAL_LENGTH;
}

mono_ns bench_fill_length(mono_ns length, double rate)
{
    mono_ns least = (mono_ns)(QUERIES_LEAST / rate * 1e9);
    return length < least ? least : length;
}

mono_ns bench_column(mono_ns interval, mono_ns length)
{
    mono_ns wanted = interval ? interval : COLUMN_DEFAULT;
    mono_ns least = (length + LOAD_HEAT_COLUMNS - 1) / LOAD_HEAT_COLUMNS;
    return wanted < least ? least : wanted;
}

unsigned bench_fixed_rounds(mono_ns length)
{
    mono_ns seconds = length / NS_PER_S;
    if (seconds >= BENCH_ROUNDS_MAX)
        return BENCH_ROUNDS_MAX;
    return seconds < 4 ? 4 : (unsigned)seconds & ~1u;
}

void bench_shuffle(uint32_t *order, size_t count, struct rng_fast *rng)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = rng_fast_below(rng, (uint32_t)(i + 1));
        order[i] = order[j];
        order[j] = (uint32_t)i;
    }
}

void bench_order_blocks(uint32_t *order, size_t count, unsigned rounds, struct rng_fast *rng)
{
    for (unsigned round = 0; round < rounds; round++) {
        uint32_t *row = order + round * count;
        if (round % 2 == 0) {
            bench_shuffle(row, count, rng);
            continue;
        }
        for (size_t i = 0; i < count; i++)
            row[i] = row[-1 - (ptrdiff_t)i];
    }
}

const char *bench_arrival_word(enum load_arrival arrival)
{
    static const char *const words[] = {[LOAD_POISSON] = "poisson",
                                        [LOAD_CONSTANT] = "constant",
                                        [LOAD_STEPS] = "steps",
                                        [LOAD_REPLAY] = "replay"};
    return words[arrival];
}

const char *bench_proto_word(enum load_proto proto)
{
    static const char *const words[] = {
        [LOAD_UDP] = "udp", [LOAD_TCP] = "tcp", [LOAD_DOT] = "dot", [LOAD_DOH] = "doh"};
    return words[proto];
}

enum scan_exit bench_choose_exit(const struct bench_ending *ending)
{
    if (ending->signal)
        return ending->signal == SIGINT ? SCAN_EXIT_SIGINT : SCAN_EXIT_SIGTERM;
    if (ending->is_closed)
        return SCAN_EXIT_CLOSED;
    if (ending->is_failed)
        return SCAN_EXIT_FATAL;
    if (ending->is_unanswered)
        return SCAN_EXIT_NO_RESOLVER;
    if (ending->is_invalid)
        return SCAN_EXIT_INVALID;
    if (ending->is_worse)
        return SCAN_EXIT_ALARM;
    bool is_part = ending->is_cut || ending->is_less || ending->is_empty;
    return ending->is_missed || is_part ? SCAN_EXIT_INCOMPLETE : SCAN_EXIT_COMPLETE;
}
