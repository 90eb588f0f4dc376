// SPDX-License-Identifier: BSD-2-Clause
/* The last octets of a label are the heads' own (dns/nsec3_heads.h), the others are the same for a
 * set of heads. Each thread: 1. takes the next set's number, 2. puts its octets into its tail,
 * 3. has the first words of all hashes, 4. hashes those whole that the map lets through, and
 * queues them; it sleeps while the queue is full. The queue has room for a set of each thread
 * beyond the mark at which they sleep, so that none is dropped. */
#include "scan/hasher.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "dns/nsec3_heads.h"

#define DIGIT_BITS     5 /* of a label's octet */
/* Octets of the heads' own: sets of 1,024, some 20 us of work; of 32 where iterations are many. */
#define HEAD_DIGITS    2
#define ITERATIONS_FEW 64
#define QUEUE_FULL     1024 /* sleep from here on */
#define NICENESS       5    /* whoever asks comes first */

struct drawer {
    struct hasher *hasher;
    pthread_t thread;
    struct nsec3_tail tail;
    uint8_t shared[HASHER_LABEL_LEN]; /* octets that the tail has */
    uint32_t *firsts;                 /* a word a head */
    struct probe *useful;
};

struct hasher {
    struct nsec3_many many;
    struct nsec3_heads heads;
    const struct gaps *gaps;
    struct name zone;
    unsigned label_len, head_digits;
    uint64_t set_count, start; /* sets there are; the first one's number */
    struct drawer *drawers;
    unsigned drawer_count, thread_count; /* those made, those running */

    pthread_mutex_t lock; /* of the queue */
    pthread_cond_t room;
    struct probe *queue;
    uint32_t queue_cap, first, count;

    atomic_bool is_stopping;
    _Atomic uint64_t next;    /* set to draw, counted from 0 */
    _Atomic uint64_t drawn;   /* sets hashed and queued */
    _Atomic uint64_t busy_ns; /* of all threads */
};

/* --- labels --- */

unsigned hasher_label_len(const struct name *zone)
{
    unsigned left = NAME_WIRE_MAX - zone->len;
    if (left < 2)
        return 0;
    return left - 1 < HASHER_LABEL_LEN ? left - 1 : HASHER_LABEL_LEN;
}

/* Digit AT of LEN, the first one being 0. */
static uint8_t digit_of(uint64_t label, unsigned len, unsigned at)
{
    unsigned digit = label >> (DIGIT_BITS * (len - 1 - at)) & ((1 << DIGIT_BITS) - 1);
    return (uint8_t)(digit < 10 ? '0' + digit : 'a' + digit - 10);
}

void hasher_name(struct name *out, const struct name *zone, uint64_t label)
{
    unsigned len = hasher_label_len(zone);
    out->len = (uint8_t)(1 + len + zone->len);
    out->wire[0] = (uint8_t)len;
    for (unsigned i = 0; i < len; i++)
        out->wire[1 + i] = digit_of(label, len, i);
    memcpy(out->wire + 1 + len, zone->wire, zone->len);
}

/* --- drawing --- */

static void queue_all(struct hasher *hasher, const struct probe *useful, uint32_t count)
{
    pthread_mutex_lock(&hasher->lock);
    for (uint32_t i = 0; i < count; i++)
        hasher->queue[(hasher->first + hasher->count++) % hasher->queue_cap] = useful[i];
    pthread_mutex_unlock(&hasher->lock);
}

static bool wait_for_room(struct hasher *hasher)
{
    pthread_mutex_lock(&hasher->lock);
    while (hasher->count >= QUEUE_FULL && !atomic_load(&hasher->is_stopping))
        pthread_cond_wait(&hasher->room, &hasher->lock);
    pthread_mutex_unlock(&hasher->lock);
    return !atomic_load(&hasher->is_stopping);
}

/* The whole hashes of COUNT labels. */
static void hash_whole(const struct hasher *hasher, struct probe *useful, uint32_t count)
{
    struct name names[NSEC3_MANY_FULL];
    const uint8_t *list[NSEC3_MANY_FULL];
    uint8_t hashes[NSEC3_MANY_FULL][NSEC3_HASH_LEN];
    for (uint32_t done = 0, now; done < count; done += now) {
        now = count - done < NSEC3_MANY_FULL ? count - done : NSEC3_MANY_FULL;
        for (uint32_t i = 0; i < now; i++) {
            hasher_name(&names[i], &hasher->zone, useful[done + i].label);
            list[i] = names[i].wire;
        }
        nsec3_many_hash(&hasher->many, list, now, hashes);
        for (uint32_t i = 0; i < now; i++)
            memcpy(useful[done + i].hash, hashes[i], sizeof hashes[i]);
    }
}

/* All heads with what set SET shares. */
static void draw(struct drawer *drawer, uint64_t set)
{
    struct hasher *hasher = drawer->hasher;
    unsigned shared_len = hasher->label_len - hasher->head_digits;
    uint64_t number = (hasher->start + set) & (hasher->set_count - 1);
    uint32_t count = 0;
    for (unsigned i = 0; i < shared_len; i++) {
        uint8_t is = digit_of(number, shared_len, i);
        nsec3_tail_set(&drawer->tail, 1 + i, drawer->shared[i], is);
        drawer->shared[i] = is;
    }
    nsec3_heads_firsts(&hasher->many, &hasher->heads, &drawer->tail, drawer->firsts);
    for (uint32_t i = 0; i < hasher->heads.count; i++)
        if (gaps_may_be_open(hasher->gaps, drawer->firsts[i]))
            drawer->useful[count++].label = number << (DIGIT_BITS * hasher->head_digits) | i;
    if (count == 0)
        return;
    hash_whole(hasher, drawer->useful, count);
    queue_all(hasher, drawer->useful, count);
}

/* What this thread has used of a processor, so that waiting for one is not counted. */
static uint64_t busy_so_far(void)
{
    struct timespec time;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0)
        return 0;
    return (uint64_t)time.tv_sec * NS_PER_S + (uint64_t)time.tv_nsec;
}

static void *run_drawer(void *arg)
{
    struct drawer *drawer = arg;
    struct hasher *hasher = drawer->hasher;
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS); /* the thread's alone, on Linux */
    uint64_t began = busy_so_far();
    while (wait_for_room(hasher)) {
        uint64_t set = atomic_fetch_add(&hasher->next, 1);
        if (set >= hasher->set_count)
            break;
        draw(drawer, set);
        uint64_t busy = busy_so_far();
        atomic_fetch_add(&hasher->busy_ns, busy - began);
        atomic_fetch_add(&hasher->drawn, 1);
        began = busy;
    }
    return NULL;
}

/* --- life --- */

static int init_heads(struct hasher *hasher)
{
    uint8_t head[1 + HASHER_LABEL_LEN] = {(uint8_t)hasher->label_len};
    unsigned shared_len = hasher->label_len - hasher->head_digits;
    uint64_t count = (uint64_t)1 << (DIGIT_BITS * hasher->head_digits);
    int r = nsec3_heads_init(&hasher->heads, 1 + hasher->label_len, count);
    for (uint64_t i = 0; r == 0 && i < count; i++) {
        for (unsigned k = 0; k < hasher->head_digits; k++)
            head[1 + shared_len + k] = digit_of(i, hasher->head_digits, k);
        nsec3_heads_add(&hasher->heads, head);
    }
    return r;
}

static int init_drawer(struct drawer *drawer, struct hasher *hasher)
{
    drawer->hasher = hasher;
    drawer->firsts = aligned_alloc(SHA1_ALIGN, hasher->heads.cap * sizeof *drawer->firsts);
    drawer->useful = calloc(hasher->heads.count, sizeof *drawer->useful);
    if (!drawer->firsts || !drawer->useful)
        return ERR_NOMEM;
    return nsec3_tail_init(&drawer->tail, hasher->heads.len, hasher->zone.wire,
                           &hasher->many.params);
}

/* ERR_IO where not even one could be started. */
static int start_drawers(struct hasher *hasher)
{
    int error = 0;
    while (error == 0 && hasher->thread_count < hasher->drawer_count) {
        struct drawer *drawer = &hasher->drawers[hasher->thread_count];
        error = pthread_create(&drawer->thread, NULL, run_drawer, drawer);
        hasher->thread_count += error == 0;
    }
    errno = error;
    return hasher->thread_count > 0 ? 0 : ERR_IO;
}

static int init(struct hasher *hasher, const struct hasher_params *params)
{
    nsec3_many_init(&hasher->many, &params->nsec3, NULL);
    hasher->gaps = params->gaps;
    hasher->zone = *params->zone;
    hasher->label_len = hasher_label_len(params->zone);
    hasher->head_digits = params->nsec3.iterations > ITERATIONS_FEW ? 1 : HEAD_DIGITS;
    if (hasher->head_digits > hasher->label_len)
        hasher->head_digits = hasher->label_len;
    hasher->set_count = (uint64_t)1 << (DIGIT_BITS * (hasher->label_len - hasher->head_digits));
    hasher->start = params->start;
    int r = init_heads(hasher);
    if (r != 0)
        return r;
    hasher->drawer_count = params->thread_count ? params->thread_count : 1;
    hasher->queue_cap = QUEUE_FULL + hasher->drawer_count * (uint32_t)hasher->heads.count;
    hasher->queue = calloc(hasher->queue_cap, sizeof *hasher->queue);
    hasher->drawers = calloc(hasher->drawer_count, sizeof *hasher->drawers);
    r = hasher->queue && hasher->drawers ? 0 : ERR_NOMEM;
    for (unsigned i = 0; r == 0 && i < hasher->drawer_count; i++)
        r = init_drawer(&hasher->drawers[i], hasher);
    return r == 0 ? start_drawers(hasher) : r;
}

int hasher_create(struct hasher **out, const struct hasher_params *params)
{
    *out = NULL;
    struct hasher *hasher = calloc(1, sizeof *hasher);
    if (!hasher)
        return ERR_NOMEM;
    pthread_mutex_init(&hasher->lock, NULL);
    pthread_cond_init(&hasher->room, NULL);
    int r = init(hasher, params);
    if (r != 0) {
        int cause = errno;
        hasher_destroy(hasher);
        errno = cause;
        return r;
    }
    *out = hasher;
    return 0;
}

void hasher_destroy(struct hasher *hasher)
{
    if (!hasher)
        return;
    pthread_mutex_lock(&hasher->lock);
    atomic_store(&hasher->is_stopping, true);
    pthread_cond_broadcast(&hasher->room);
    pthread_mutex_unlock(&hasher->lock);
    for (unsigned i = 0; i < hasher->thread_count; i++)
        pthread_join(hasher->drawers[i].thread, NULL);
    for (unsigned i = 0; hasher->drawers && i < hasher->drawer_count; i++) {
        free(hasher->drawers[i].firsts);
        free(hasher->drawers[i].useful);
    }
    pthread_cond_destroy(&hasher->room);
    pthread_mutex_destroy(&hasher->lock);
    nsec3_heads_deinit(&hasher->heads);
    free(hasher->drawers);
    free(hasher->queue);
    free(hasher);
}

/* --- for the one who asks --- */

bool hasher_take(struct hasher *hasher, struct probe *out)
{
    pthread_mutex_lock(&hasher->lock);
    bool is_there = hasher->count > 0;
    if (is_there) {
        *out = hasher->queue[hasher->first];
        hasher->first = (hasher->first + 1) % hasher->queue_cap;
        if (--hasher->count == QUEUE_FULL / 2)
            pthread_cond_broadcast(&hasher->room);
    }
    pthread_mutex_unlock(&hasher->lock);
    return is_there;
}

uint64_t hasher_drawn(const struct hasher *hasher)
{
    return atomic_load(&hasher->drawn) * hasher->heads.count;
}

double hasher_speed(const struct hasher *hasher)
{
    uint64_t busy_ns = atomic_load(&hasher->busy_ns);
    if (busy_ns == 0)
        return 0;
    return (double)hasher_drawn(hasher) * hasher->thread_count *
           ((double)NS_PER_S / (double)busy_ns);
}

bool hasher_is_exhausted(struct hasher *hasher)
{
    pthread_mutex_lock(&hasher->lock);
    bool is_empty = hasher->count == 0;
    pthread_mutex_unlock(&hasher->lock);
    return is_empty && atomic_load(&hasher->drawn) == hasher->set_count;
}
