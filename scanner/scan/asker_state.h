// SPDX-License-Identifier: BSD-2-Clause
/* An asker's insides, shared by asker.c (life, the turn, sending) and asker_tries.c (what
 * becomes of a try). Nobody else includes this.
 *
 * A question is an errand, whose number is the engine's place for it. Each stands in exactly
 * one queue, that of its state, and errand_move moves it:
 *
 *   FREE --asker_ask--> WAITING --sent--> OUT --told--> DONE --next turn--> FREE
 *                          ^                |
 *                          +--- LATER <-----+ another try; after SERVFAIL and the like a bit later
 *
 * Waiting ones stand by server and by protocol: one that may not be asked holds up none of
 * the others. */
#ifndef SCAN_ASKER_STATE_H
#define SCAN_ASKER_STATE_H

#include "engine/engine.h"
#include "engine/pace.h"
#include "scan/asker.h"

#define ASKER_NONE UINT32_MAX

enum errand_state { ERRAND_FREE, ERRAND_WAITING, ERRAND_LATER, ERRAND_OUT, ERRAND_DONE };

struct errand_queue {
    uint32_t first, last;
};

struct asker_errand {
    enum errand_state state;
    uint32_t previous, next; /* in its queue */
    uint32_t server;
    unsigned flags;
    uint16_t tries_max, tries, tcp_tries; /* TRIES: by UDP */
    uint8_t refusals, bounces;
    bool by_tcp;
    bool was_truncated, was_lost; /* why it goes by TCP */
    mono_ns sent;                 /* the latest try by UDP */
    mono_ns again;                /* LATER: until then */
    void *owner;
    uint64_t tag;
};

struct asker_server {
    struct errand_queue waiting[2]; /* by UDP, by TCP */
    uint32_t tcp_out, tcp_window;   /* queries by TCP; most of them at a time */
    uint32_t tcp_run;               /* answers by TCP since one failed */
    uint32_t cut_run;               /* replies too long for UDP since one came whole by it */
    mono_ns udp_sent;               /* the latest query by UDP */
    bool without_edns;              /* FORMERR taught us */
};

struct asker {
    struct asker_params params;
    struct rng rng;
    struct wire *wire;
    struct pool *pool;
    struct engine *engine;
    struct counters counters;
    struct pace pace;
    const struct asker_handlers *handlers;
    struct asker_server *servers;
    struct asker_errand *errands;
    uint32_t server_count, errand_count, open_count;
    uint32_t turn; /* server to begin with */
    struct errand_queue free, later, out, done;
    unsigned families; /* bit 1 << family: there are sockets */
    bool is_stopped;
    int error; /* sticky within a run; ends it */
};

/* Takes the errand out of its queue, and puts it into that of TO. */
void errand_move(struct asker *asker, uint32_t number, enum errand_state to);
/* The same to WAITING, for a try by TCP or by UDP. */
void errand_try_again(struct asker *asker, uint32_t number, bool by_tcp);

/* --- asker_tries.c --- */

/* Tells the errand's owner; REPLY may be NULL, TRY when nothing came. */
void errand_end(struct asker *asker, uint32_t number, enum asker_outcome outcome,
                const struct reply *reply, const struct engine_try *try);
/* Whether its server truncates everything, or all that is asked of it. */
bool errand_is_better_by_tcp(const struct asker *asker, const struct asker_errand *errand,
                             mono_ns now);
/* A try by TCP failed: no connection, or no answer. */
void errand_note_tcp_failure(struct asker *asker, uint32_t number);
/* The engine's handlers; CTX is the asker. */
bool asker_on_reply(void *ctx, uint32_t query, const struct reply *reply,
                    const struct engine_try *try);
void asker_on_lost(void *ctx, uint32_t query, enum engine_loss loss, const struct engine_try *try);

#endif
