// SPDX-License-Identifier: BSD-2-Clause
#include "tests/fake/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PARTICIPANTS_MAX 64
#define WALL_START_MS    1766725200000 /* some day; runs repeat to the millisecond */

enum presence { ABSENT, AWAKE, ASLEEP };

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t woken[PARTICIPANTS_MAX];   /* each waits for its own turn alone */
    enum presence presence[PARTICIPANTS_MAX]; /* [0] is the main thread */
    mono_ns until[PARTICIPANTS_MAX];
    unsigned used; /* places that anybody has had, the main thread's included */
    mono_ns limit;
} clocks = {.mutex = PTHREAD_MUTEX_INITIALIZER,
            .woken = {[0 ... PARTICIPANTS_MAX - 1] = PTHREAD_COND_INITIALIZER},
            .used = 1,
            .limit = INT64_MAX};

static _Atomic mono_ns now_ns = FAKE_CLOCK_START;

mono_ns clock_mono_ns(void)
{
    return atomic_load(&now_ns);
}

int64_t clock_wall_ms(void)
{
    return WALL_START_MS + (atomic_load(&now_ns) - FAKE_CLOCK_START) / NS_PER_MS;
}

void fake_clock_set(mono_ns now)
{
    atomic_store(&now_ns, now);
}

void fake_clock_limit(mono_ns at)
{
    clocks.limit = at;
}

/* Wakes the earliest, when nobody is awake. Under the mutex. */
static void pass_on(void)
{
    unsigned earliest = PARTICIPANTS_MAX;
    for (unsigned i = 0; i < clocks.used; i++) {
        if (clocks.presence[i] == AWAKE)
            return;
        if (clocks.presence[i] == ASLEEP &&
            (earliest == PARTICIPANTS_MAX || clocks.until[i] < clocks.until[earliest]))
            earliest = i;
    }
    if (earliest == PARTICIPANTS_MAX)
        return;
    if (clocks.until[earliest] > atomic_load(&now_ns))
        atomic_store(&now_ns, clocks.until[earliest]);
    if (atomic_load(&now_ns) > clocks.limit) {
        fprintf(stderr, "the run does not end: %lld virtual seconds have passed\n",
                (long long)((clocks.limit - FAKE_CLOCK_START) / NS_PER_S));
        exit(99);
    }
    clocks.presence[earliest] = AWAKE;
    pthread_cond_signal(&clocks.woken[earliest]);
}

static pthread_t main_thread;

void fake_clock_join_main(void)
{
    main_thread = pthread_self();
    clocks.presence[0] = AWAKE;
}

bool fake_clock_leave_main(void)
{
    pthread_mutex_lock(&clocks.mutex);
    bool takes_part = clocks.presence[0] == AWAKE && pthread_equal(main_thread, pthread_self());
    if (takes_part)
        clocks.presence[0] = ABSENT;
    pthread_mutex_unlock(&clocks.mutex);
    return takes_part;
}

unsigned fake_clock_join(void)
{
    unsigned who = 1;
    pthread_mutex_lock(&clocks.mutex);
    while (clocks.presence[who] != ABSENT)
        who++;
    if (who >= clocks.used)
        clocks.used = who + 1;
    clocks.presence[who] = AWAKE;
    pthread_mutex_unlock(&clocks.mutex);
    return who;
}

void fake_clock_leave(unsigned who)
{
    pthread_mutex_lock(&clocks.mutex);
    clocks.presence[who] = ABSENT;
    pass_on();
    pthread_mutex_unlock(&clocks.mutex);
}

void fake_clock_sleep(unsigned who, mono_ns until)
{
    pthread_mutex_lock(&clocks.mutex);
    clocks.presence[who] = ASLEEP;
    clocks.until[who] = until;
    pass_on();
    while (clocks.presence[who] == ASLEEP)
        pthread_cond_wait(&clocks.woken[who], &clocks.mutex);
    pthread_mutex_unlock(&clocks.mutex);
}

static bool is_alone(void)
{
    bool alone = true;
    pthread_mutex_lock(&clocks.mutex);
    for (unsigned i = 1; i < clocks.used; i++)
        alone &= clocks.presence[i] == ABSENT;
    pthread_mutex_unlock(&clocks.mutex);
    return alone;
}

/* The linker's names for the call that is wrapped and the one that wraps it. */
int __real_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                                  const struct timespec *deadline);
int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                                  const struct timespec *deadline);

int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                                  const struct timespec *deadline)
{
    if (is_alone()) { /* whoever is to wake us runs on real time */
        struct timespec soon;
        clock_gettime(CLOCK_MONOTONIC, &soon);
        soon.tv_nsec += NS_PER_MS;
        soon.tv_sec += soon.tv_nsec / NS_PER_S;
        soon.tv_nsec %= NS_PER_S;
        return __real_pthread_cond_timedwait(cond, mutex, &soon);
    }
    pthread_mutex_unlock(mutex);
    fake_clock_sleep(0, (mono_ns)deadline->tv_sec * NS_PER_S + deadline->tv_nsec);
    pthread_mutex_lock(mutex);
    return ETIMEDOUT;
}
