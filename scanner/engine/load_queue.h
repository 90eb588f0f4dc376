// SPDX-License-Identifier: BSD-2-Clause
/* Queries that wait for a connection to take them, first come first served, and each no longer
 * than it may: whoever asked has given up by then. Zeroed is empty. */
#ifndef ENGINE_LOAD_QUEUE_H
#define ENGINE_LOAD_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

/* All queries that have an id on a lane (LOAD_STREAM_BITS), at their longest, and what tells
 * their length and time. */
#define LOAD_QUEUE_MAX (6u * 1024 * 1024)

struct load_queue {
    uint8_t *data;
    size_t at, len, cap; /* what waits is [at, at + len) */
};

void load_queue_deinit(struct load_queue *queue);
/* A copy. ERR_FULL, ERR_NOMEM. */
MUST_CHECK int load_queue_put(struct load_queue *queue, mono_ns now, const uint8_t *data,
                              uint16_t len);
/* The first one that was put after BEFORE; older ones are dropped. *DATA until the next put;
 * false: none. */
bool load_queue_first(struct load_queue *queue, mono_ns before, const uint8_t **data,
                      uint16_t *len);
/* When the first one, which there is, was put. */
mono_ns load_queue_since(const struct load_queue *queue);
/* Drops the first one. */
void load_queue_pop(struct load_queue *queue);

static inline bool load_queue_is_empty(const struct load_queue *queue)
{
    return queue->len == 0;
}

#endif
