// SPDX-License-Identifier: BSD-2-Clause
/* Zones given as text: a subset of the master file format (RFC 1035 section 5).
 *
 * A line is `owner [TTL] [IN] TYPE rdata`, every line with its owner, no
 * parentheses. Names are relative to the origin unless they end in a dot; `@` is
 * the origin. `;` (and `#` at a line's start) begins a comment. Types: A, AAAA,
 * CNAME, NS, PTR, MX, TXT, SOA. Directives: `$ORIGIN name` (begins a zone when the
 * name lies in none), `$TTL n`, and, for the names that follow, `$POOL`: how much of
 * several data of a type an answer holds.
 *
 *   $POOL all     all of them, beginning at one or another
 *   $POOL one     one of them
 *   $POOL some N  N of them
 *   $POOL geo     those of the resolver's region; `geo N`: N of those
 *
 * `$REGIONS N` says for the names that follow how many regions there are (default 4).
 *
 * A wildcard's CNAME may embed what is asked: with `*.w CNAME {}.edge` the name a.b.w
 * is an alias of a.b.edge. */
#ifndef LAB_ZONEFILE_H
#define LAB_ZONEFILE_H

#include "base/err.h"
#include "bench/lab/zone.h"

#define ZONEFILE_ERROR_MAX 512

/* ORIGIN may be NULL. On failure ERROR_TEXT says `file:line: what`. */
MUST_CHECK int zonefile_read(struct zones *zones, const char *path, const struct name *origin,
                             char error_text[ZONEFILE_ERROR_MAX]);

#endif
