// SPDX-License-Identifier: BSD-2-Clause
/* One run of one set of names: set-bench CONTENDER THREADS COUNT [REPEATED]
 * or its memory while it grows: set-bench memory COUNT (curve.h)
 *
 * 1. THREADS threads put COUNT names, each its own part of them, in batches of 64. Of
 *    REPEATED percent of a part's places all threads put the same name at about the same
 *    time; one of them must be told that it is new.
 * 2. They look up what they have put, one name by one, in another order, each once.
 * 3. And as many names that are not there.
 * 4. A line of figures, separated by tabs:
 *
 *      contender threads count repeated put_ns put_cpu_ns find_ns miss_ns resident own
 *
 * Nanoseconds are for a name of COUNT, over all threads together: wall time from the first
 * thread's start to the last one's end, but put_cpu_ns: CPU time of the whole process,
 * helpers of the table's own included, until growth is over. Octets are for a name that
 * is there: what the resident set grew by from before the table to the end of growth, and
 * the table's own account, `-` when it keeps none.
 *
 * A wrong count of new or found names is exit 1. A name is an integer; every contender
 * gets the same 128-bit hashes of them, made while the clock runs. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/set/contender.h"
#include "bench/set/curve.h"
#include "bench/set/figures.h"

#define THREADS_MAX 64
#define COUNT_MAX   (UINT64_C(1) << 36) /* far more than fits */

enum phase { PUT, FIND, MISS };

struct race {
    const struct contender *contender;
    void *set;
    uint64_t count, part; /* names; of one thread */
    uint64_t step;        /* from one name looked up to the next, in a part */
    unsigned thread_count, repeated;
    enum phase phase;
    pthread_barrier_t start;
};

struct runner {
    struct race *race;
    unsigned number;
    size_t hits;
    double began, ended;
    pthread_t thread;
};

static const struct contender *const contenders[] = {
    &contender_dnstrawl,   &contender_lfht,        &contender_lfht_told,
    &contender_lfht_sized, &contender_lfht_chains, &contender_locked,
};

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Without a common divisor the steps come to each place of the part once; near the golden
 * section neighbours in time are far apart. */
static uint64_t step_through(uint64_t part)
{
    uint64_t step = (uint64_t)((double)part * 0.618034);
    while (common_divisor(part, step) != 1)
        step++;
    return step;
}

/* The name at a PLACE of the thread's part; the first of each hundred places are shared. */
static uint64_t name_at(const struct race *race, unsigned number, uint64_t place)
{
    uint64_t first = place % 100 < race->repeated ? 0 : race->part * number;
    return first + place + (race->phase == MISS ? race->count : 0);
}

/* How many of COUNT puts are of new names. */
static uint64_t fresh_count(const struct race *race)
{
    uint64_t rest = race->part % 100;
    uint64_t shared =
        race->part / 100 * race->repeated + (rest < race->repeated ? rest : race->repeated);
    return race->count - shared * (race->thread_count - 1);
}

static void run_part(struct runner *runner)
{
    const struct race *race = runner->race;
    const struct contender *contender = race->contender;
    uint64_t step = race->phase == PUT ? 1 : race->step, place = 0;
    struct hash128 keys[BATCH_MAX];
    for (uint64_t at = 0; at < race->part; at += BATCH_MAX) {
        size_t some = race->part - at < BATCH_MAX ? (size_t)(race->part - at) : BATCH_MAX;
        for (size_t i = 0; i < some; i++) {
            keys[i] = key_of(name_at(race, runner->number, place));
            place += step;
            place -= place >= race->part ? race->part : 0;
        }
        runner->hits += race->phase == PUT ? contender->put(race->set, keys, some)
                                           : contender->find(race->set, keys, some);
    }
}

static void *run(void *arg)
{
    struct runner *runner = arg;
    struct race *race = runner->race;
    pthread_barrier_wait(&race->start);
    race->contender->enter(race->set);
    runner->began = seconds_of(CLOCK_MONOTONIC);
    run_part(runner);
    runner->ended = seconds_of(CLOCK_MONOTONIC);
    race->contender->leave(race->set);
    return NULL;
}

static uint64_t expected_hits(const struct race *race)
{
    switch (race->phase) {
    case PUT:
        return fresh_count(race);
    case FIND:
        return race->count;
    case MISS:
        return 0;
    }
    return 0;
}

/* Wall seconds; exits when the names do not add up. The threads tell the time themselves:
 * with as many of them as CPUs this one would see them start late. */
static double run_phase(struct race *race, enum phase phase)
{
    struct runner runners[THREADS_MAX] = {0};
    size_t hits = 0;
    double began = 0, ended = 0;
    race->phase = phase;
    pthread_barrier_init(&race->start, NULL, race->thread_count);
    for (unsigned i = 0; i < race->thread_count; i++) {
        runners[i] = (struct runner){.race = race, .number = i};
        if (pthread_create(&runners[i].thread, NULL, run, &runners[i]) != 0)
            exit(1);
    }
    for (unsigned i = 0; i < race->thread_count; i++) {
        pthread_join(runners[i].thread, NULL);
        hits += runners[i].hits;
        began = i == 0 || runners[i].began < began ? runners[i].began : began;
        ended = runners[i].ended > ended ? runners[i].ended : ended;
    }
    pthread_barrier_destroy(&race->start);
    if (hits != expected_hits(race)) {
        fprintf(stderr, "set-bench: %s: %zu names in phase %d, should be %llu\n",
                race->contender->name, hits, phase, (unsigned long long)expected_hits(race));
        exit(1);
    }
    return ended - began;
}

static int race_run(struct race *race)
{
    const struct contender *contender = race->contender;
    double resident = resident_octets();
    double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    race->set = contender->create(race->count);
    if (!race->set) {
        fprintf(stderr, "set-bench: %s: no memory\n", contender->name);
        return 1;
    }
    double put = run_phase(race, PUT);
    settle();
    cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    resident = resident_octets() - resident;
    char own[32] = "-";
    double names = (double)race->count, fresh = (double)fresh_count(race);
    if (contender->octets)
        snprintf(own, sizeof own, "%.2f", (double)contender->octets(race->set) / fresh);
    double find = run_phase(race, FIND);
    double miss = run_phase(race, MISS);
    printf("%s\t%u\t%llu\t%u\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t%s\n", contender->name,
           race->thread_count, (unsigned long long)race->count, race->repeated, put * 1e9 / names,
           cpu * 1e9 / names, find * 1e9 / names, miss * 1e9 / names, resident / fresh, own);
    contender->destroy(race->set);
    return 0;
}

/* A number from MIN to MAX that is all of TEXT. */
static bool parse(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    char *end;
    *out = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && *out >= min && *out <= max;
}

static int usage(void)
{
    fprintf(stderr, "usage: set-bench CONTENDER THREADS COUNT [REPEATED]\n"
                    "       set-bench memory COUNT\n"
                    "CONTENDER is one of");
    for (size_t i = 0; i < sizeof contenders / sizeof *contenders; i++)
        fprintf(stderr, " %s", contenders[i]->name);
    fprintf(stderr, "; REPEATED is a percentage.\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct race race = {0};
    uint64_t threads, count, repeated = 0;
    if (argc == 3 && !strcmp(argv[1], "memory") && parse(argv[2], CURVE_FIRST, COUNT_MAX, &count))
        return curve_run(count);
    if (argc < 4 || argc > 5 || !parse(argv[2], 1, THREADS_MAX, &threads) ||
        !parse(argv[3], 4 * threads, COUNT_MAX, &count) ||
        (argc == 5 && !parse(argv[4], 0, 100, &repeated)))
        return usage();
    for (size_t i = 0; i < sizeof contenders / sizeof *contenders; i++) {
        if (!strcmp(argv[1], contenders[i]->name))
            race.contender = contenders[i];
    }
    if (!race.contender)
        return usage();
    race.thread_count = (unsigned)threads;
    race.repeated = (unsigned)repeated;
    race.part = count / threads;
    race.count = race.part * threads;
    race.step = step_through(race.part);
    return race_run(&race);
}
