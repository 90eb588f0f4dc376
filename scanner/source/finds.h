// SPDX-License-Identifier: BSD-2-Clause
/* Names that exist, by number, in the order they were learnt; each once. What follow.c
 * goes below of, and makes further names from.
 *
 * finds_add, finds_count and finds_get want the caller's lock; what concerns children and
 * wildcards may be told and asked by any thread at any time. A name is closed when what lies below
 * it is made up: a wildcard was seen there, or nearly everything asked below it exists. Closed
 * stays closed.
 *
 * Memory: the name and 38 octets for each, 20 to 30 more in the set that knows them. */
#ifndef SOURCE_FINDS_H
#define SOURCE_FINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/name.h"

/* More than any zone whose names were ever guessed; 150 MB. Fits a candidate's tag. */
#define FINDS_MAX (1u << 21)

enum find_flag {
    FIND_INNER = 1 << 0, /* something lies below it, or may well: it has no data of its own */
    FIND_GIVEN = 1 << 1, /* by --from: nothing was asked about it */
};

struct find {
    struct name name;
    uint8_t zone_labels; /* of its zone; 0: unknown */
    uint8_t depth;       /* descents it took to find it */
    uint8_t flags;
};

/* It exists without data; anything else; undecided. */
enum find_child { CHILD_IS_EMPTY, CHILD_IS_OTHER, CHILD_UNKNOWN };

struct finds; /* opaque */

MUST_CHECK int finds_create(struct finds **out); /* ERR_NOMEM; ERR_IO: no random bytes */
void finds_destroy(struct finds *finds);         /* NULL is fine */

/* 1: added; 0: there already, or there are FINDS_MAX; ERR_NOMEM. A name that was given is
 * another than the same name found. */
MUST_CHECK int finds_add(struct finds *finds, const struct find *find);
uint32_t finds_count(const struct finds *finds);
void finds_get(const struct finds *finds, uint32_t index, struct find *out);

/* A child of INDEX was decided, and so many were. */
void finds_note_child(struct finds *finds, uint32_t index, enum find_child child);
uint32_t finds_decided_children(const struct finds *finds, uint32_t index);
void finds_close(struct finds *finds, uint32_t index);
bool finds_is_closed(const struct finds *finds, uint32_t index);

/* A wildcard is right below NAME, known or not yet known to exist. ERR_NOMEM. */
MUST_CHECK int finds_note_wildcard(struct finds *finds, const uint8_t *name);
bool finds_has_wildcard(const struct finds *finds, const struct name *name);

#endif
