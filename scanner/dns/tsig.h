// SPDX-License-Identifier: BSD-2-Clause
/* TSIG (RFC 8945): a query signed, and the stream of messages that answers it checked.
 *
 *   tsig_create -> tsig_sign -> tsig_check* -> tsig_is_settled
 *
 * Of a stream the first message and the last must be signed, and of those between no 100 in a
 * row may be unsigned (section 5.3.1): what came unsigned is known to be the key owner's only
 * once a signed one follows. Secrets are wiped when given back. */
#ifndef DNS_TSIG_H
#define DNS_TSIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "dns/tsig_key.h"

#define TSIG_RECORD_MAX 640 /* what signing adds to a message at most */
#define TSIG_FUDGE_S    300 /* clocks may differ so much (RFC 8945 section 10) */

enum tsig_result {
    TSIG_GOOD,    /* signed, and so is whatever came since the last good one */
    TSIG_LATER,   /* not signed, and need not be */
    TSIG_MISSING, /* not signed, and has to be */
    TSIG_WRONG,   /* signed, but not by the key; or not well formed */
    TSIG_BADKEY,  /* the server's words for what is wrong with our query */
    TSIG_BADSIG,
    TSIG_BADTIME,
    TSIG_BADTRUNC,
    TSIG_STALE, /* signed by the key, at a time that is not now */
};

struct tsig; /* opaque; one stream's */

/* Copies KEY. ERR_NOMEM, ERR_NOTSUP (the library lacks the algorithm). */
MUST_CHECK int tsig_create(struct tsig **out, const struct tsig_key *key);
void tsig_destroy(struct tsig *tsig); /* NULL is fine */

/* Appends a TSIG record to the query MESSAGE of *LEN octets, which has room for TSIG_RECORD_MAX
 * more. ERR_FULL, ERR_NOMEM. */
MUST_CHECK int tsig_sign(struct tsig *tsig, uint8_t *message, size_t *len, size_t cap,
                         int64_t now_s);
/* The next message of the stream. One with an error code need not be signed. */
enum tsig_result tsig_check(struct tsig *tsig, const uint8_t *message, size_t len, int64_t now_s);
/* The last message was a good one: nothing waits to be vouched for. */
bool tsig_is_settled(const struct tsig *tsig);

#endif
