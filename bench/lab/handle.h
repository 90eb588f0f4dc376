// SPDX-License-Identifier: BSD-2-Clause
/* What a simulated resolver does with one query: the meeting point of fleet,
 * impairments and answers. Touches no socket. */
#ifndef LAB_HANDLE_H
#define LAB_HANDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/lab/lab.h"
#include "bench/lab/pending.h"

struct handle_query {
    uint32_t resolver;
    const uint8_t *data;
    size_t len;
    const union client *client;
    bool is_tcp;
    bool is_cut; /* longer than the buffer it was read into */
    mono_ns now;
};

struct handle_reply {
    size_t len; /* 0: nothing is said */
    mono_ns delay;
};

/* OUT has room for ANSWER_TCP_MAX. Counts what it does. */
void handle_query(struct lab *lab, const struct handle_query *query, uint8_t *out,
                  struct handle_reply *reply);

#endif
