// SPDX-License-Identifier: BSD-2-Clause
/* What --wildcards FILE tells: every wildcard met, with its evidence and the data that
 * random labels below it got. One worker notes, whoever ends the run puts them together.
 *
 *   *.dev.example.com TAB probe TAB A 192.0.2.1 TAB A 192.0.2.2
 *
 * A line a wildcard, in the order of their names: the wildcard, what it was told by (probe,
 * cname, rrsig), and its data, each `TYPE rdata`. An alias that repeats what is asked has
 * {} in its place. No data: random labels exist and have none of the types probed. */
#ifndef SCAN_ROOTS_H
#define SCAN_ROOTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "scan/hits.h"

#define ROOTS_DATA_MAX 512 /* kept of one wildcard, each once; more are left out */

struct roots; /* opaque */

MUST_CHECK int roots_create(struct roots **out);
void roots_destroy(struct roots *roots);
/* PART is what ASKED, a random name below PARENT, got. ERR_NOMEM. */
MUST_CHECK int roots_note(struct roots *roots, uint32_t parent, const uint8_t *asked,
                          const struct part *part);

/* One worker's: its notes, and what its parents turned out to be. */
struct roots_view {
    const struct roots *roots;
    const struct wildcards *wildcards;
};
/* The lines of all together: what several workers found of one wildcard is one line. */
void roots_put(struct text *out, const struct roots_view *views, size_t count);

#endif
