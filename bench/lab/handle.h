// SPDX-License-Identifier: BSD-2-Clause
/* What a simulated resolver does with one query: the meeting point of fleet,
 * impairments and answers. Touches no socket. */
#ifndef LAB_HANDLE_H
#define LAB_HANDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/lab/answer.h"
#include "bench/lab/forge.h"
#include "bench/lab/lab.h"
#include "bench/lab/pending.h"

#define HANDLE_PACKETS_MAX 2 /* the reply, and what comes beside it */

struct handle_query {
    uint32_t resolver;
    const uint8_t *data;
    size_t len;
    const union client *client;
    bool is_tcp;
    bool is_cut; /* longer than the buffer it was read into */
    mono_ns now;
};

struct handle_packet {
    uint8_t *data; /* in the room given */
    size_t len;
    mono_ns delay;
    uint32_t resolver; /* whose address it leaves from */
};

struct handle_reply {
    struct handle_packet packets[HANDLE_PACKETS_MAX]; /* to be sent in this order */
    unsigned count;                                   /* 0: nothing is said; TCP: at most 1 */
};

struct handle_room {
    uint8_t reply[ANSWER_TCP_MAX];
    uint8_t forged[FORGE_MAX];
};

/* Counts what it does. */
void handle_query(struct lab *lab, const struct handle_query *query, struct handle_room *room,
                  struct handle_reply *reply);

#endif
