// SPDX-License-Identifier: BSD-2-Clause
/* One run of one set of names: set-bench CONTENDER THREADS COUNT [REPEAT]
 *
 * 1. THREADS threads put COUNT names, each its own part, in batches of 64. With REPEAT
 * (percent) so many names of each batch are ones the thread's neighbour puts too.
 * 2. They look up as many names that are there, one by one, in another order. 3. And as many
 * that are not. 4. A line of figures, separated by tabs:
 *
 *   contender threads count  put_ns put_cpu_ns  find_ns  miss_ns  rss_octets_a_name
 *
 * Nanoseconds are of wall time for a name over all threads together; put_cpu_ns is CPU time of the
 * whole process, helpers of the table's own included. Memory is what the process's
 * resident set grew by from before the table to the end of 1, when growth is over. A
 * wrong count of new or found names is exit 1. A name is an integer; every
 * contender gets the same 128-bit hashes of them. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench/set/contender.h"

#define THREADS_MAX 64
#define SETTLE_MS   300                 /* for growth that a table does in the background */
#define STRIDE      0x9e3779b97f4a7c15u /* odd: i * STRIDE visits a power of two once */

enum phase { PUT, FIND, MISS };

struct race {
    const struct contender *contender;
    void *set;
    uint64_t count;
    unsigned thread_count;
    enum phase phase;
    pthread_barrier_t start;
};

struct runner {
    struct race *race;
    unsigned number;
    size_t hits;
    pthread_t thread;
};

static const struct contender *const contenders[] = {
    &contender_dnstrawl,
    &contender_lfht,
    &contender_lfht_sized,
    &contender_locked,
};

static struct hash128 key_of(uint64_t name)
{
    return hash128(&name, sizeof name, 20261126);
}

/* The numbers of a thread's part, in order when they are put, hopping when looked up. */
static uint64_t name_at(const struct race *race, const struct runner *runner, uint64_t i,
                        uint64_t part)
{
    uint64_t first = part * runner->number;
    if (race->phase == PUT)
        return first + i;
    return first + (uint64_t)((unsigned __int128)(i * STRIDE) * part >> 64) +
           (race->phase == MISS ? race->count : 0);
}

static void *run(void *arg)
{
    struct runner *runner = arg;
    struct race *race = runner->race;
    const struct contender *contender = race->contender;
    uint64_t part = race->count / race->thread_count;
    struct hash128 keys[BATCH_MAX];
    contender->enter(race->set);
    pthread_barrier_wait(&race->start);
    for (uint64_t at = 0; at < part; at += BATCH_MAX) {
        size_t some = part - at < BATCH_MAX ? (size_t)(part - at) : BATCH_MAX;
        for (size_t i = 0; i < some; i++)
            keys[i] = key_of(name_at(race, runner, at + i, part));
        runner->hits += race->phase == PUT ? contender->put(race->set, keys, some)
                                           : contender->find(race->set, keys, some);
    }
    contender->leave(race->set);
    return NULL;
}

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double resident_octets(void)
{
    unsigned long total, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%lu %lu", &total, &resident) != 2)
        exit(1);
    fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

/* Wall seconds; exits when the names do not add up. */
static double run_phase(struct race *race, enum phase phase)
{
    struct runner runners[THREADS_MAX] = {0};
    size_t hits = 0;
    race->phase = phase;
    pthread_barrier_init(&race->start, NULL, race->thread_count + 1);
    for (unsigned i = 0; i < race->thread_count; i++) {
        runners[i] = (struct runner){.race = race, .number = i};
        if (pthread_create(&runners[i].thread, NULL, run, &runners[i]) != 0)
            exit(1);
    }
    pthread_barrier_wait(&race->start);
    double before = seconds_of(CLOCK_MONOTONIC);
    for (unsigned i = 0; i < race->thread_count; i++) {
        pthread_join(runners[i].thread, NULL);
        hits += runners[i].hits;
    }
    double took = seconds_of(CLOCK_MONOTONIC) - before;
    pthread_barrier_destroy(&race->start);
    uint64_t expected = phase == MISS ? 0 : race->count / race->thread_count * race->thread_count;
    if (hits != expected) {
        fprintf(stderr, "set-bench: %s: %zu names in phase %d, should be %llu\n",
                race->contender->name, hits, phase, (unsigned long long)expected);
        exit(1);
    }
    return took;
}

static void sleep_ms(long ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

static int race_run(const struct contender *contender, unsigned thread_count, uint64_t count)
{
    struct race race = {.contender = contender, .count = count, .thread_count = thread_count};
    double resident = resident_octets();
    race.set = contender->create(count);
    if (!race.set) {
        fprintf(stderr, "set-bench: %s: no memory\n", contender->name);
        return 1;
    }
    double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    double put = run_phase(&race, PUT);
    sleep_ms(SETTLE_MS);
    cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    resident = resident_octets() - resident;
    double find = run_phase(&race, FIND);
    double miss = run_phase(&race, MISS);
    double names = (double)count;
    printf("%s\t%u\t%llu\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\n", contender->name, thread_count,
           (unsigned long long)count, put * 1e9 / names, cpu * 1e9 / names, find * 1e9 / names,
           miss * 1e9 / names, resident / names);
    contender->destroy(race.set);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned thread_count = argc == 4 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    uint64_t count = argc == 4 ? strtoull(argv[3], NULL, 10) : 0;
    for (size_t i = 0; i < sizeof contenders / sizeof *contenders; i++) {
        if (count && thread_count && thread_count <= THREADS_MAX &&
            !strcmp(argv[1], contenders[i]->name))
            return race_run(contenders[i], thread_count, count);
    }
    fprintf(stderr, "usage: set-bench dnstrawl|lfht|lfht-sized|locked THREADS COUNT\n");
    return 2;
}
