// SPDX-License-Identifier: BSD-2-Clause
/* DNS over HTTP/2 (RFC 8484, POST) as a filter between octets, like tls.h: queries are asked,
 * what is to leave is taken out, what came is fed in, answers come out; no sockets, no clock.
 *
 *   h2_ask ... h2_take -> wire -> h2_feed -> h2_next ... h2_release
 *
 * Over HTTP every query has id 0 (RFC 8484, section 4.1); answers get back the id it came with.
 * Memory is bounded by H2_STREAMS_MAX answers of 64 KiB, whatever the peer sends. One thread. */
#ifndef ENGINE_H2_H
#define ENGINE_H2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"

struct h2; /* opaque: one connection */

#define H2_STREAMS_MAX 256 /* asked and not answered, or not released; peers allow some 100 */
#define H2_QUERY_MAX   512

/* AUTHORITY and PATH are borrowed. ERR_NOMEM. */
MUST_CHECK int h2_create(struct h2 **out, const char *authority, const char *path);
void h2_destroy(struct h2 *h2); /* NULL is fine */

/* The peer has told how much it takes at once; until then too much may be asked, and refused. */
bool h2_is_ready(const struct h2 *h2);
/* The peer and we have room for one more. */
bool h2_has_room(const struct h2 *h2);
/* No further query will be taken by this connection: it said GOAWAY, or its numbers ran out. */
bool h2_is_leaving(const struct h2 *h2);
/* When there is room. The query is copied, SINCE comes back with what becomes of it. ERR_RANGE:
 * longer than H2_QUERY_MAX, or shorter than an id; ERR_NOMEM. */
MUST_CHECK int h2_ask(struct h2 *h2, mono_ns since, const uint8_t *data, size_t len);
/* Octets to be sent; 0: none. ERR_NOMEM. */
ssize_t h2_take(struct h2 *h2, uint8_t *out, size_t cap);
/* Octets off the wire. ERR_FORMAT: this is no HTTP/2; ERR_NOMEM. */
MUST_CHECK int h2_feed(struct h2 *h2, const uint8_t *data, size_t len);
/* Nothing that came from now on would matter: it left, or broke a rule and was told so. What ended
 * before is still to be had. */
bool h2_is_over(const struct h2 *h2);

enum h2_end {
    H2_ANSWERED,
    H2_FAILED,  /* a status other than 200, another type, or it was broken off */
    H2_REFUSED, /* not looked at by a peer that is leaving: may be asked elsewhere */
};

struct h2_answer {
    enum h2_end end;
    uint16_t id; /* as it was asked, and so is SINCE */
    mono_ns since;
    unsigned status;     /* 0: there was none */
    const uint8_t *data; /* the message; of H2_REFUSED the query */
    size_t len;
};

/* What became of a query, in the order they ended; false: no more. Until h2_release. */
bool h2_next(struct h2 *h2, struct h2_answer *out);
void h2_release(struct h2 *h2);

/* The version of nghttp2 that is loaded; static. */
const char *h2_version(void);

#endif
