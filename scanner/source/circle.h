// SPDX-License-Identifier: BSD-2-Clause
/* What is known of a zone's chain of NSEC records: the names on the circle in canonical order,
 * and between which neighbours there is nothing (RFC 4034 sections 4.1.1 and 6.1).
 *
 *     apex ===== a ===== b ..... d ===== (apex)      `=`: closed, `.`: a hole, after b
 *
 * Every name is a node. A node is closed when it is proven that no name lies between it and the
 * next node; one that is not is the left end of a hole. An interval (owner, next) that was
 * believed puts both in and closes the owner. When no hole is left the circle is closed, and
 * every name of the zone that has authoritative data is in it.
 *
 * Intervals may contradict each other (servers with different serials, or lies): a name lies
 * strictly inside an interval. Both sides are then opened again, once; what is contradicted
 * still after that is closed and marked. So contradictions cost a question each, and end.
 *
 * Memory: some 35 octets a name beside its own; names in blocks, nothing is ever freed but
 * all. Numbers of nodes stay valid. One thread. */
#ifndef SOURCE_CIRCLE_H
#define SOURCE_CIRCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"
#include "source/circle_key.h"

struct circle; /* opaque */

typedef uint32_t circle_node;
#define CIRCLE_APEX 0u
#define CIRCLE_NONE UINT32_MAX

/* Names inside one interval that it may contradict; an interval over more is refused. */
#define CIRCLE_CONTRADICTIONS_MAX 4096

struct circle_taken {
    circle_node owner, next; /* next: CIRCLE_APEX at the end */
    bool is_known;           /* the very interval was there before */
    bool is_first;           /* no interval of this owner was there before */
    bool is_conflicting;     /* contradicted, after both sides were asked again */
    uint32_t reopened;       /* nodes to be asked again */
};

/* ZONE is copied. BYTES_MAX bounds what names and table take. ERR_NOMEM. */
MUST_CHECK int circle_create(struct circle **out, const uint8_t *zone, size_t bytes_max);
void circle_destroy(struct circle *circle);

/* NAME (in the zone) exists; what comes after it is not known. ERR_FULL: over BYTES_MAX. */
MUST_CHECK int circle_add(struct circle *circle, const uint8_t *name, circle_node *out);
/* Nothing lies between OWNER and NEXT (the zone's apex: the end). The caller has judged it:
 * both in the zone, and NEXT after OWNER or the apex. SOURCE is the caller's, for where
 * and when it was said. ERR_RANGE: contradicts too many names, not taken; ERR_FULL, ERR_NOMEM. */
MUST_CHECK int circle_take(struct circle *circle, const uint8_t *owner, const uint8_t *next,
                           uint8_t source, struct circle_taken *out);

/* Opens every closed node whose interval's source IS_STALE; how many. */
size_t circle_reopen(struct circle *circle, bool (*is_stale)(void *ctx, uint8_t source), void *ctx);

/* The last node at or before NAME. */
circle_node circle_before(const struct circle *circle, const uint8_t *name);
/* The node after NODE; CIRCLE_APEX when it is the last. */
circle_node circle_after(const struct circle *circle, circle_node node);

void circle_name(const struct circle *circle, circle_node node, struct name *out);
void circle_get_key(const struct circle *circle, circle_node node, struct circle_key *out);
bool circle_is_node_closed(const struct circle *circle, circle_node node);
bool circle_has_record(const struct circle *circle, circle_node node); /* an interval of its own */
bool circle_is_conflicting(const struct circle *circle, circle_node node);

/* Holes as work. A hole that was taken is given to nobody else until it is given back; one that
 * is given up stays open and is not given out again. CIRCLE_NONE: there is none just now. */
circle_node circle_next_hole(struct circle *circle);
/* The same for a certain node: false when it is closed, taken or given up. */
bool circle_take_hole(struct circle *circle, circle_node node);
void circle_give_hole(struct circle *circle, circle_node node);
void circle_give_up_hole(struct circle *circle, circle_node node);

bool circle_is_closed(const struct circle *circle);

struct circle_counts {
    size_t names;   /* the apex included */
    size_t records; /* of them, with a record of their own */
    size_t holes;   /* given up ones included */
    size_t given_up;
    size_t conflicts; /* nodes marked so */
    size_t bytes;
};
struct circle_counts circle_counts(const struct circle *circle);
/* In order, from the apex. An EACH that returns an error ends it. */
MUST_CHECK int circle_each(const struct circle *circle, int (*each)(void *ctx, circle_node node),
                           void *ctx);

#endif
