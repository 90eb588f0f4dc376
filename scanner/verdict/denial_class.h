// SPDX-License-Identifier: BSD-2-Clause
/* What a server's denials are made of: a chain that shows what the zone holds, or proofs made up
 * on the spot around each name asked for, which show nothing. Pure: the caller asks.
 *
 *   next: ASK --> answer --> next: SEARCH --> next ... DONE
 *
 * The test is interval stability. A random name is asked for, then another that lies strictly
 * inside the interval that denied the first (NSEC: in canonical order; NSEC3: by its hash). A
 * chain gives the same interval; a liar's moves with the name, whatever function it makes its
 * intervals by; nor does a chain deny the names that it is made of. A third name elsewhere
 * tells servers that are not of one mind.
 *
 *     SOA, first name, second inside the interval, the interval's end, third elsewhere
 *     SOA, first name, second, query for NXNAME, query with CO      (compact denial)
 *
 * Wildcards: a positive answer that proves that there is no closer match serves as well as a
 * denial. Where there is none, names below the wildcard's own (`random.*.zone`) are denied.
 *
 * A DNAME at the apex answers for every name below it, where nothing can be (RFC 6672 section 2.4).
 * The apex is then asked for a type that it does not have: its record, alone, is the chain.
 *
 * A server that does not answer for the SOA is asked once more without EDNS: it may be there, and
 * drop what has an OPT record, or something before it does.
 *
 * Whether signatures hold is for the caller to see; that there are some, of the zone and
 * not of a wildcard, is seen here. */
#ifndef VERDICT_DENIAL_CLASS_H
#define VERDICT_DENIAL_CLASS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "dns/dnssec.h"
#include "dns/name.h"
#include "dns/reply.h"
#include "model/chain.h"
#include "verdict/denial_names.h"
#include "verdict/denial_seen.h"

#define DENIAL_CLASS_QUERIES_MAX 8
#define DENIAL_CLASS_REASON_MAX  200

/* What became of a question. */
enum denial_class_answer {
    DENIAL_CLASS_REPLY,
    DENIAL_CLASS_REFUSED,
    DENIAL_CLASS_SERVFAIL,
    DENIAL_CLASS_FORMERR,
    DENIAL_CLASS_SILENT,
    DENIAL_CLASS_UNREACHABLE,
    DENIAL_CLASS_NO_TCP,
};

struct denial_class_question {
    struct name name;
    uint16_t type;
    bool is_compact_ok; /* with the CO flag (RFC 9824 section 5.1) */
    bool is_plain;      /* without EDNS, so without DO */
};

struct denial_class_verdict {
    enum chain_kind kind;
    bool has_serial;
    uint32_t serial; /* of the SOA seen last */
    bool has_params; /* of NSEC3, whatever its kind */
    struct nsec3_params params;
    unsigned nsec3_seen, opt_out_seen; /* records of the chain, and those with the flag */
    bool has_wildcard;                 /* random names get answers */
    bool refuses_nxname;               /* as RFC 9824 section 3.5 wants */
    bool honours_co;
    unsigned queries;
    char reason[DENIAL_CLASS_REASON_MAX]; /* one sentence, without full stop */
};

enum denial_class_step { DENIAL_CLASS_ASK, DENIAL_CLASS_SEARCH, DENIAL_CLASS_DONE };

/* Ours: what comes next, and what the first name's reply showed. */
struct denial_class {
    struct name zone, base; /* names are made below BASE: the zone, or `*.zone` */
    struct rng_fast rng;
    unsigned step; /* enum step in denial_class.c */
    unsigned restarts;
    struct denial_class_question question;
    struct name first_name;
    struct denial_seen first;
    bool is_zone_signed;           /* its SOA is */
    bool was_barren;               /* a denial came without proof, and another name is tried */
    bool was_beside;               /* with records, that is, none of them about the name */
    enum denial_names_choice room; /* what the first one's interval, of names, has room for */
    struct denial_names_search search;
    bool has_found; /* by hashing, */
    struct name found;
    struct denial_class_verdict verdict;
};

void denial_class_init(struct denial_class *class, const uint8_t *zone, uint64_t seed);
/* ASK: QUESTION is to be asked and its answer told, before the next call. SEARCH: call again,
 * nothing is to be asked yet; each call takes some ten milliseconds at most. DONE: for good. */
enum denial_class_step denial_class_next(struct denial_class *class,
                                         struct denial_class_question *question);
/* The next call to denial_class_next is going to hash. */
bool denial_class_is_searching(const struct denial_class *class);
/* CLASS is searching, and OTHER has found a name for the same interval: it is taken. */
bool denial_class_adopt(struct denial_class *class, const struct denial_class *other);
/* REPLY with DENIAL_CLASS_REPLY alone; read in place. */
void denial_class_note(struct denial_class *class, enum denial_class_answer answer,
                       const struct reply *reply);
/* As far as it has come: CHAIN_UNKNOWN before it is DONE. */
const struct denial_class_verdict *denial_class_verdict(const struct denial_class *class);

#endif
