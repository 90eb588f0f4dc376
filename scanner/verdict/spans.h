// SPDX-License-Identifier: BSD-2-Clause
/* Spans: from an owner to the next one in some order of keys, nothing being between. An
 * insert-only ordered set for all threads of a run.
 *
 *   key ... next    key ... next          key ... next
 *        span   gap      span     gap          span     ->  and round to the first again
 *
 * Keys are octets, compared as memcmp does, a shorter one before those it begins. A skip
 * list: a lookup takes loads only, an insertion one swap a level; nothing is moved or freed
 * before the end, so no reader ever waits, nor is waited for. A key that comes with another
 * end than before keeps the nearer one: it proves less.
 *
 * A span holds until a time (RFC 8198 section 5.4): past it, it is as if it was not there, until
 * it is put again. Time is a counter of seconds that the caller moves on.
 *
 * What no span covers is a gap, and belongs to the span before it. One at a time can take a
 * gap, so that two do not find out the same thing. */
#ifndef VERDICT_SPANS_H
#define VERDICT_SPANS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SPANS_KEY_MAX 512 /* octets; a name of 255 octets, each escaped, has fewer */

/* What is known of the owner. */
enum span_flags {
    SPAN_OPT_OUT = 1 << 0, /* insecure delegations may be inside (RFC 5155 section 6) */
    SPAN_CUT = 1 << 1,     /* NS and no SOA: what is below belongs to another zone */
    SPAN_DNAME = 1 << 2,
    SPAN_CNAME = 1 << 3,
};

/* Const once it is in the set. */
struct span {
    uint8_t flags;  /* enum span_flags */
    uint16_t types; /* a bit for each type that the run asks for */
    uint16_t key_len, next_len;
    uint32_t until_s; /* the last second in which it holds */
    const uint8_t *key, *next;
};

struct spans;     /* opaque */
struct span_node; /* opaque: a place in the set */

/* SEED: keys are chosen by others, and must not choose the shape of the list. BUDGET: octets
 * that may still be taken, shared with others. NOW_S: the present second. Both borrowed.
 * ERR_NOMEM. */
MUST_CHECK int spans_create(struct spans **out, uint64_t seed, _Atomic int64_t *budget,
                            const _Atomic uint32_t *now_s);
void spans_destroy(struct spans *spans);

enum { SPANS_KNOWN, SPANS_NEW };
/* ERR_NOMEM; ERR_FULL: the budget is used up. SPAN is copied. */
MUST_CHECK int spans_put(struct spans *spans, const struct span *span);
uint32_t spans_count(const struct spans *spans);

/* The last place at or before KEY: never NULL, but it may be the head, which has no span. */
struct span_node *spans_before(struct spans *spans, const uint8_t *key, size_t len);
/* NULL: the head's, or it holds no more. */
const struct span *spans_at(const struct spans *spans, const struct span_node *node);
/* The span with exactly this key, or NULL. */
const struct span *spans_find(struct spans *spans, const uint8_t *key, size_t len);
/* The span that goes round past the greatest key to the first, or NULL. */
const struct span *spans_wrap(const struct spans *spans);
/* The span that KEY lies in, its ends left out; NULL: none does. */
const struct span *spans_cover(struct spans *spans, const uint8_t *key, size_t len);

/* The gap after NODE: false when it is taken. Of one that gave nothing SPANS_BARREN times in a row
 * (what lies in it is another zone's, say) nothing is to be hoped for: it is never taken. */
#define SPANS_BARREN 3
enum span_yield { SPAN_UNTOLD, SPAN_TOLD, SPAN_TOLD_NOTHING };
bool spans_take_gap(struct span_node *node);
void spans_give_gap(struct span_node *node, enum span_yield yield);

#endif
