// SPDX-License-Identifier: BSD-2-Clause
/* Questions to certain servers: for whatever asks by plan instead of by list (walks,
 * classification, finding a zone's servers and keys).
 *
 * One thread, one loop, the engine's sockets and checks. A question goes to the server it is
 * for, again after silence, by TCP when truncated, without EDNS after FORMERR (unless DO is
 * asked), never faster than the ceilings. Its owner is told once what became of it.
 *
 *   asker_ask --> [sent, again, by TCP, ...] --> done(answer or why not)
 *
 * As everywhere: `done` is called while collecting and may only note (what REPLY points to is
 * gone afterwards: copy what is needed); new questions are asked from `act`. */
#ifndef SCAN_ASKER_H
#define SCAN_ASKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "dns/reply.h"
#include "engine/wire.h"
#include "model/counters.h"

struct asker; /* opaque */

enum asker_outcome {
    ASKER_ANSWERED, /* a reply of any rcode but those below */
    ASKER_REFUSED,  /* REFUSED or NOTIMP; by one that has answered others: twice */
    ASKER_SERVFAIL, /* after all tries */
    ASKER_FORMERR,
    ASKER_SILENT,      /* no try was answered */
    ASKER_UNREACHABLE, /* the network said so */
    ASKER_NO_TCP,      /* truncated, and the server cannot be had by TCP */
};

struct asker_question {
    uint32_t server;     /* asker_add_server's */
    const uint8_t *name; /* copied */
    uint16_t type;
    unsigned flags;     /* enum query_flags */
    unsigned tries_max; /* 0: the asker's */
    bool by_tcp;        /* from the first try */
    void *owner;        /* handed to done */
    uint64_t tag;       /* likewise */
};

struct asker_answer {
    enum asker_outcome outcome;
    const struct reply *reply; /* NULL where there is none; borrowed until done returns. All its
                                  records can be read, but of one with TC */
    uint32_t server;
    uint32_t rtt_us;
    bool by_tcp;
    unsigned tries;
    void *owner;
    uint64_t tag;
};

struct asker_handlers {
    void *ctx;
    void (*done)(void *ctx, const struct asker_answer *answer);
    /* Once a turn: asks; returns when to be called again at the latest. */
    mono_ns (*act)(void *ctx, mono_ns now);
};

struct asker_params {
    const char *bind_address; /* NULL: any */
    uint32_t in_flight_max;   /* 0: 1,024 */
    mono_ns timeout;          /* longest wait for one answer */
    unsigned tries_max;
    double rate_qps;      /* of all, 0: none */
    double server_qps;    /* of one server, 0: none */
    uint64_t queries_max; /* 0: none; asker_is_spent tells */
};

/* ERR_NOMEM, ERR_IO. */
MUST_CHECK int asker_create(struct asker **out, const struct asker_params *params);
void asker_destroy(struct asker *asker);
/* The number of a server, the same for the same address. ERR_FULL, ERR_NOMEM. May be called
 * before the run and from `act`. */
MUST_CHECK int asker_add_server(struct asker *asker, const struct wire_address *address,
                                uint32_t *server);
const struct wire_address *asker_server_address(const struct asker *asker, uint32_t server);

/* Only from `act`. ERR_FULL: no place just now; ERR_NOMEM. A question that has to wait for a
 * ceiling keeps its place. */
MUST_CHECK int asker_ask(struct asker *asker, const struct asker_question *question);
/* Questions that may be asked now. */
uint32_t asker_room(const struct asker *asker);
/* Asked and not done. */
uint32_t asker_open(const struct asker *asker);
/* --max-queries is used up: what is asked now is told to be silent. */
bool asker_is_spent(const struct asker *asker);

/* Turns until asker_stop. What is open then is forgotten: nobody is told. May be run again
 * afterwards with other handlers; what was learnt of the servers stays. */
MUST_CHECK int asker_run(struct asker *asker, const struct asker_handlers *handlers);
void asker_stop(struct asker *asker);
const struct counters *asker_counters(const struct asker *asker);

#endif
