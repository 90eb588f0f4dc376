// SPDX-License-Identifier: BSD-2-Clause
/* Threads that hash made-up labels until some fall into gaps of a chain.
 *
 * Labels are a counter's values, eight octets of 0-9 and a-v, from a random one on, so that
 * neither two runs nor caches meet. What may be of use (gaps_may_be_open) is queued for the thread
 * that asks; when enough is queued the threads sleep. Hashing therefore takes no more time than is
 * needed, never from the one who asks, and is niced below it.
 *
 *   hasher_create -> hasher_take* -> hasher_destroy (waits for the threads: milliseconds)
 *
 * But for the threads inside, one thread; GAPS outlives it. */
#ifndef SCAN_HASHER_H
#define SCAN_HASHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/dnssec.h"
#include "dns/name.h"
#include "source/gaps.h"
#include "source/probes.h"

#define HASHER_LABEL_LEN 8 /* 10^12 labels: hours of hashing */

struct hasher; /* opaque */

struct hasher_params {
    struct nsec3_params nsec3;
    const struct name *zone; /* copied */
    const struct gaps *gaps;
    uint64_t start; /* random */
    unsigned thread_count;
};

/* Octets of the labels that fit in front of ZONE, HASHER_LABEL_LEN at most; 0: none do. */
unsigned hasher_label_len(const struct name *zone);
/* The name of a label, below ZONE. */
void hasher_name(struct name *out, const struct name *zone, uint64_t label);

/* The zone has room for a label. ERR_NOMEM; ERR_IO: no thread could be had, errno. */
MUST_CHECK int hasher_create(struct hasher **out, const struct hasher_params *params);
void hasher_destroy(struct hasher *hasher); /* NULL is fine */

/* The oldest one queued; false: none just now. */
bool hasher_take(struct hasher *hasher, struct probe *out);
/* Labels hashed so far, those that were of no use included. */
uint64_t hasher_drawn(const struct hasher *hasher);
/* Labels a second when all threads are at it; 0: not known yet. */
double hasher_speed(const struct hasher *hasher);
/* All labels there are have been hashed and taken. */
bool hasher_is_exhausted(struct hasher *hasher);

#endif
