// SPDX-License-Identifier: BSD-2-Clause
/* What is known of one NSEC3 chain: its spans, and the gaps between them (RFC 5155).
 *
 * A span says that OWNER is the hash of a name, NEXT the following one, and that there is none
 * in between. Spans that follow each other close the circle; between those that do not is a
 * gap: from a NEXT whose own span is not known, to the next known OWNER. A hash that falls
 * into a gap, asked for, brings the span around it; one that falls into a span brings nothing.
 * A chain is of one set of parameters: who meets another begins another chain.
 *
 *         span      gap       span    span                 gap
 *     |==========|.........|========|======|..............................|
 *   owner      next      owner    owner   next (known to exist, its span is not)
 *
 * A signed zone can change while it is walked, so what comes last is believed: a span takes
 * the place of those that it contradicts, which are kept as stale (their owners did exist),
 * and what they covered besides is open again. One that contradicts many is
 * refused: a zone does not change so much at once, and a single bad reply could undo all.
 *
 * Lookups of hashes that lie in spans take a few nanoseconds (openmap.h), others the depth of a
 * tree (hashtree.h). Memory: 60 octets a span, and each distinct list of types once; 512 KB. One
 * thread, but for gaps_may_be_open. */
#ifndef SOURCE_GAPS_H
#define SOURCE_GAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/dnssec.h"

#define GAPS_MAX           ((uint32_t)1 << 24) /* spans of a chain: 1 GB */
#define GAPS_CONTRADICTION 16                  /* spans that one span may contradict */

struct gaps; /* opaque */

struct gaps_span {
    uint8_t owner[NSEC3_HASH_LEN], next[NSEC3_HASH_LEN];
    struct type_bitmap types; /* borrowed; of a span got: until the next gaps_add */
    bool has_types;
    bool is_opt_out;
    bool is_stale; /* contradicted since; set by gaps_get alone */
};

enum gaps_news {
    GAPS_KNOWN,   /* nothing new, but for the types perhaps */
    GAPS_NEW,     /* covers what was open */
    GAPS_CHANGED, /* contradicts some, which are stale now */
    GAPS_REFUSED, /* contradicts too many */
};

enum gaps_place {
    GAPS_OPEN,    /* in a gap */
    GAPS_COVERED, /* in a span: no name has this hash */
    GAPS_OWNER,   /* of a span */
    GAPS_START,   /* of a gap: a name has it, its span is not known */
};

/* SEED: for the order in memory. ERR_NOMEM. */
MUST_CHECK int gaps_create(struct gaps **out, uint64_t seed);
void gaps_destroy(struct gaps *gaps); /* NULL is fine */

/* An enum gaps_news; ERR_FULL: there are GAPS_MAX; ERR_NOMEM. */
MUST_CHECK int gaps_add(struct gaps *gaps, const struct gaps_span *span);

/* Any thread. FIRST: the first 32 bits of a hash. False: it lies in a span, or did a moment ago. */
bool gaps_may_be_open(const struct gaps *gaps, uint32_t first);
enum gaps_place gaps_find(const struct gaps *gaps, const uint8_t hash[NSEC3_HASH_LEN]);
/* The gap that HASH lies in; at first it is the circle from HASH to HASH. */
void gaps_around(const struct gaps *gaps, const uint8_t hash[NSEC3_HASH_LEN],
                 uint8_t start[NSEC3_HASH_LEN], uint8_t end[NSEC3_HASH_LEN]);
/* The length of the span that HASH lies in (arc.h). False: in none. */
bool gaps_span_length(const struct gaps *gaps, const uint8_t hash[NSEC3_HASH_LEN],
                      uint64_t *length);

struct gaps_sums {
    uint32_t spans;          /* of the circle as it is now */
    uint32_t gaps;           /* 0, and spans > 0: the circle is closed */
    uint32_t stale;          /* contradicted */
    uint64_t covered;        /* arc.h's units */
    uint64_t opt_out;        /* of covered */
    uint64_t contradictions; /* spans that contradicted, refused ones included */
};
struct gaps_sums gaps_sums(const struct gaps *gaps);
static inline bool gaps_is_closed(const struct gaps_sums *sums)
{
    return sums->spans > 0 && sums->gaps == 0;
}

/* In the order they came, stale ones too. */
uint32_t gaps_count(const struct gaps *gaps);
void gaps_get(const struct gaps *gaps, uint32_t index, struct gaps_span *out);

#endif
