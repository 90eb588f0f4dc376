// SPDX-License-Identifier: BSD-2-Clause
/* A hostile server: what it holds, which lies it tells, and the tables of lies.
 *
 *   denial     what it says of names and types that are not there (nsec.c, nsec3.c)
 *   transfer   what comes back for an AXFR or IXFR over TCP (transfer.c)
 *   manners    what it does with every query or reply (manner.c)
 *
 * Each lie is a row with a name, for the command line, and a sentence. */
#ifndef HOSTILE_HOSTILE_H
#define HOSTILE_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "dns/dnssec.h"
#include "tests/hostile/message.h"
#include "tests/hostile/model.h"
#include "tests/hostile/sign.h"

#define TYPES_MAX 24 /* in a bitmap made here */

struct types {
    uint16_t items[TYPES_MAX];
    size_t count;
};

/* An NSEC record. */
struct span {
    struct name owner, next;
    struct types types;
};

/* An NSEC3 record. */
struct span3 {
    uint8_t owner[NSEC3_HASH_LEN], next[NSEC3_HASH_LEN];
    struct types types;
};

enum denial_traits {
    DENIAL_UNSIGNED = 1 << 0,   /* the zone is not signed */
    DENIAL_COMPACT = 1 << 1,    /* NOERROR and one record for whatever is not there */
    DENIAL_LEAVES_OUT = 1 << 2, /* of each bitmap, the type that was asked */
    FAULT_NO_RRSIG = 1 << 3,    /* at the proofs */
    FAULT_BOGUS = 1 << 4,       /* their signatures do not hold */
    FAULT_EXPIRED = 1 << 5,     /* nor do these, any more */
    FAULT_SIGNER = 1 << 6,      /* signed in the name of a child */
    FAULT_EXPANDED = 1 << 7,    /* proofs made from a wildcard */
    FAULT_MANY_SIGS = 1 << 8,   /* signatures of every set that do not hold, before the one */
    FAULT_MANY_SPANS = 1 << 9,  /* as many proofs as fit */
    FAULT_BITMAP = 1 << 10,     /* malformed */
    FAULT_LOOP = 1 << 11,       /* the next name is a pointer at itself */
    FAULT_PARAMS = 1 << 12,     /* NSEC3 parameters that change from reply to reply */
};

struct hostile;

struct denial {
    const char *name, *what;
    unsigned traits;
    /* The record that speaks of NAME; or of HASH, which IS_MATCH when it is that of a name
     * that is there. One of the two. */
    void (*span)(const struct hostile *h, const uint8_t *name, struct span *out);
    void (*span3)(const struct hostile *h, const uint8_t *hash, bool is_match, struct span3 *out);
    /* Of NSEC3 rdata, where it is to be other than it should; 0: as it should be. */
    uint16_t iterations;
    uint8_t algorithm, flags, hash_len, salt_len;
};

enum stream_next {
    STREAM_SEND,  /* what is in the reply; go on at once */
    STREAM_PAUSE, /* the same, and go on after a while */
    STREAM_WAIT,  /* nothing now; ask again after a while */
    STREAM_DONE,  /* the same as SEND, and that was all */
    STREAM_CLOSE, /* send nothing more, close */
    STREAM_RESET, /* send nothing more, reset */
};

/* One transfer under way. */
struct stream {
    struct query query;
    uint64_t step; /* messages so far */
    size_t at;     /* next record */
};

struct transfer {
    const char *name, *what;
    enum stream_next (*step)(struct hostile *h, struct stream *stream, struct reply *reply);
};

/* The honest NSEC3 chain, in order of hashes. */
struct link3 {
    uint8_t hash[NSEC3_HASH_LEN];
    const struct host *host;
};

struct hostile {
    struct model model;
    struct nsec3_params params; /* that the chain was hashed with */
    struct link3 *chain;        /* as many as hosts; NULL: not an NSEC3 zone */
    struct signer *signer;
    const struct denial *lie;    /* told from reply AFTER on; honest before */
    const struct denial *denial; /* of the reply that is made */
    uint64_t after;
    const struct transfer *transfer;
    unsigned manners; /* bits of manner.h */
    uint32_t serial;
    uint64_t asked; /* replies so far */
    int64_t now_s, limit_second;
    unsigned limit_count; /* in that second */
    mono_ns pause;        /* of STREAM_PAUSE and STREAM_WAIT */
};

/* NULL: no such. The tables end with a row without name. */
const struct denial *denial_find(const char *name);
extern const struct denial denials_nsec[], denials_nsec3[];
const struct transfer *transfer_find(const char *name);
extern const struct transfer transfers[];

/* Before each reply: the chain, when its parameters are new. */
MUST_CHECK int chain3_update(struct hostile *h);

/* --- records.c: sets of records, signed --- */

size_t types_write(const struct types *types, uint8_t *out, size_t cap);
struct types types_of(const struct hostile *h, const struct host *host);
size_t soa_write(uint32_t serial, uint8_t out[512]);
/* The set, and its RRSIG where QUERY wants one. LABELS as the signature tells them. */
void put_set(struct hostile *h, const struct query *q, struct reply *reply, enum section section,
             const uint8_t *owner, uint16_t type, const struct sign_rdata *items, size_t count,
             unsigned labels);
void put_soa(struct hostile *h, const struct query *q, struct reply *reply, enum section section);
/* The records of TYPE that HOST has, owned by OWNER; false: none. */
bool put_host(struct hostile *h, const struct query *q, struct reply *reply,
              const struct host *host, const uint8_t *owner, uint16_t type);
void put_cut(struct hostile *h, struct reply *reply, const struct host *cut);

/* --- deny.c: the proofs a reply needs --- */

enum deny_what {
    DENY_NAME,   /* NXDOMAIN */
    DENY_TYPE,   /* NODATA */
    DENY_CLOSER, /* no closer match than the wildcard that answered */
    DENY_STAR,   /* nor has that wildcard the type */
    DENY_DS,     /* a referral to a child that is not signed */
};
void deny(struct hostile *h, const struct query *q, struct reply *reply, enum deny_what what,
          const uint8_t *name);
/* The NSEC of NAME itself, as an answer; false: there is none there. */
bool answer_span(struct hostile *h, const struct query *q, struct reply *reply);

/* --- answer.c --- */

/* Returns the length of the reply in DATA; 0: silence. */
size_t answer(struct hostile *h, const struct query *q, uint8_t *data, size_t cap);

/* The record of a transfer that stands at *AT or next, the first and the last a SOA, and *AT
 * behind it. False: that was the last. */
bool put_transferred(const struct hostile *h, struct reply *reply, size_t *at, uint32_t serial);

#endif
