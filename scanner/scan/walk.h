// SPDX-License-Identifier: BSD-2-Clause
/* A walk: what one zone's denials of existence tell of its names, from its own servers.
 *
 *   find servers -> classify each -> keys -> the kind of walking their denials allow -> told
 *
 * walk.c runs it: servers, classes, keys, limits, signals, outputs, summary, stats. How a
 * chain is walked is a `struct walk_kind`: NSEC (scan/walk_nsec.c) gives names, NSEC3
 * (scan/walk_nsec3.c) hashes. One thread; everything here is of that thread.
 *
 *   start --> [act, done]* --> finish --> destroy
 *
 * `act` asks, by walk_ask or asker_ask; `done` is told what became of it, while collecting:
 * it may note and judge, not ask. `act` is called until the kind says walk_end, or the walk
 * is stopped (a signal, a limit, nobody left to ask): then no more is asked, what is in flight
 * is waited for, and `finish` is called either way. */
#ifndef SCAN_WALK_H
#define SCAN_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "base/text.h"
#include "dns/dnssec.h"
#include "dns/signature.h"
#include "model/hit.h"
#include "out/report.h"
#include "scan/asker.h"
#include "scan/params.h"
#include "scan/servers.h"

#define WALK_APEX_RECORDS (SIGNATURE_KEYS_MAX + 8)

struct denial_record;
struct walk;
struct walk_tour;
struct writer;

/* Why a walk asks no more, before its end. */
enum walk_stop {
    WALK_GOES_ON,
    WALK_ENDED,      /* the kind said so: there is nothing left to ask */
    WALK_SIGNAL,     /* Ctrl-C, TERM */
    WALK_TIME,       /* --max-time */
    WALK_QUERIES,    /* --max-queries */
    WALK_BUDGET,     /* a bound of the kind's own, told by walk_give_up */
    WALK_UNANSWERED, /* no server answers any more */
    WALK_WRITE,      /* an output failed, told; or its reader went away */
    WALK_REFUSED,    /* the kind will not begin, as what was asked for is wrong: told */
    WALK_FATAL,      /* walk->error */
};

/* One of the zone's servers that can be walked: its denials are of the walk's kind. */
struct walk_server {
    uint32_t number;  /* the asker's */
    const char *text; /* "192.0.2.1:53" */
    uint32_t serial;  /* of the last SOA seen from it */
    bool has_serial;
    bool is_out;       /* has failed too often in a row: not to be asked any more */
    uint32_t failures; /* in a row, of different questions */
    uint32_t in_flight;
    uint64_t asked, answered;
};

/* A chain's record that was taken. What it points to is borrowed. */
struct walk_find {
    const uint8_t *name;              /* of a name found; wire, any case */
    const struct type_bitmap *types;  /* NULL: not known */
    const struct hit_record *records; /* what proves it, for the output: NSEC, its RRSIG */
    uint16_t record_count;
    bool is_ent;         /* an empty non-terminal: told as nodata */
    bool is_verified;    /* by a signature of the zone's keys */
    bool is_conflicting; /* another record of the chain contradicts it */
    const char *server;  /* who gave it, or NULL */
    uint32_t rtt_us;
    uint8_t tries;
};

/* What a kind tells of its end. */
struct walk_result {
    bool is_complete;
    uint64_t hashes;      /* found, where names are not what a query finds */
    struct text headline; /* "20,000 names, circle closed", "about 20,130 exist, ..." */
    struct text summary;  /* further lines, each ended by a newline; may be empty */
    struct text stats;    /* members of the zone's object in --stats: `"intervals":3,...` */
};

struct walk_kind {
    const char *chain; /* "NSEC", "NSEC3": in messages */
    /* ERR_NOMEM and the like end the walk, told by walk.c. */
    MUST_CHECK int (*start)(struct walk *walk, void **state);
    /* Once a turn; when again at the latest. */
    mono_ns (*act)(void *state, mono_ns now);
    void (*done)(void *state, const struct asker_answer *answer);
    /* For the progress line: fill in what is known (done, total, hits). */
    void (*progress)(const void *state, struct progress *out);
    /* Nothing is in flight. May ask again by walk_more. */
    MUST_CHECK int (*finish)(void *state, struct walk_result *out);
    void (*destroy)(void *state);
};

extern const struct walk_kind walk_nsec, walk_nsec3;

struct walk {
    const struct scan_params *params;
    struct name zone;
    char zone_text[NAME_TEXT_MAX];
    struct asker *asker;
    struct servers servers;
    struct walk_server walked[SERVERS_MAX]; /* of the kind, one serial where possible */
    size_t walked_count;
    struct keys *keys;     /* the zone's; NULL: could not be had, nothing can be verified */
    const char *keys_from; /* the server that gave them */
    struct walk_apex {
        struct hit_record records[WALK_APEX_RECORDS]; /* SOA, keys and their signatures */
        uint16_t count;
        uint8_t *bytes; /* what these point to; owned */
        size_t used, cap;
    } apex;
    int64_t now_s;     /* wall clock at the start, for signatures */
    struct rng rng;    /* for probes, of the run's seed */
    struct rng secret; /* what servers must not guess */

    /* walk.c's */
    struct walk_tour *tour;
    const struct walk_kind *kind;
    void *state;
    struct writer *writer;
    struct walk_phase {
        void *state;
        mono_ns (*act)(void *state, mono_ns now);
        void (*done)(void *state, const struct asker_answer *answer);
    } phase;         /* who asks just now */
    mono_ns stopped; /* when it was */
    enum walk_stop stop;
    int error;               /* with WALK_FATAL */
    const char *stop_reason; /* with WALK_BUDGET */
    uint64_t names, ents, bogus, unverified, refused_records;
    uint64_t serial_changes;
    mono_ns now;
};

/* --- for the kinds --- */

/* A server to ask next: of those left, the one with the least in flight, none of the servers
 * in bits of EXCEPT (by index in `walked`). NULL: none. */
struct walk_server *walk_choose_server(struct walk *walk, uint64_t except);
/* What a kind asks, with DO and without RD. OWNER and TAG come back in done. */
struct walk_question {
    struct walk_server *server;
    const uint8_t *name;
    uint16_t type;
    unsigned tries_max; /* 0: as usual */
    void *owner;
    uint64_t tag;
};
/* As asker_ask. */
MUST_CHECK int walk_ask(struct walk *walk, const struct walk_question *question);
/* First thing in `done`: the server that was asked, its accounts brought up to date. */
struct walk_server *walk_note(struct walk *walk, const struct asker_answer *answer);
/* SERIAL was seen in a SOA from SERVER. */
void walk_note_serial(struct walk *walk, struct walk_server *server, uint32_t serial);
/* Records left out for want of a signature of the zone; those with a false one are walk->bogus. */
struct walk_refused {
    uint64_t not_signed, by_others, expanded;
};
/* Whether RECORD is signed as the zone's should be, as far as that could be checked; counted. */
bool walk_believes(struct walk *walk, const struct denial_record *record,
                   struct walk_refused *refused);
/* Whether more may be asked this turn: there is room and the walk goes on. */
bool walk_has_room(const struct walk *walk);

/* Writes a name, once the caller knows it is new. */
MUST_CHECK int walk_tell(struct walk *walk, const struct walk_find *find);

/* Nothing is left to ask. */
void walk_end(struct walk *walk);
/* A bound was reached; REASON is static: "20,000,000 names" */
void walk_give_up(struct walk *walk, const char *reason);
/* Memory ran out, or the like: the walk ends with it. */
void walk_fail(struct walk *walk, int error);
/* From finish: asks again with other functions, until ACT says walk_end or the walk is
 * stopped. */
MUST_CHECK int walk_more(struct walk *walk, void *state, mono_ns (*act)(void *, mono_ns),
                         void (*done)(void *, const struct asker_answer *));

/* --- for cmd/ --- */

/* Walks the zones of PARAMS one after the other. */
enum scan_exit walk_run(const struct scan_params *params);

#endif
