// SPDX-License-Identifier: BSD-2-Clause
/* TLS as a filter between octets: what came off the wire is fed in, what is to leave is taken
 * out; no sockets, no clock.
 *
 *   session --read--> handshake goes on ... is_up --read--> plain octets
 *        \--take--> what has to be sent, after every call of the others
 *
 * Without a CA file and a host name any certificate will do: that is encrypted and not
 * authenticated (RFC 7858 section 4.1). With either the certificate must be valid, and be of the
 * host or, where no host is known, of the address. One thread. */
#ifndef ENGINE_TLS_H
#define ENGINE_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct tls_context; /* opaque: what sessions have in common */
struct tls_session; /* opaque */

enum tls_use {
    TLS_TRANSFERS, /* RFC 9103: TLS 1.3, ALPN `dot` */
    TLS_DOT,       /* RFC 7858: TLS 1.2 or 1.3, ALPN `dot` */
    TLS_DOH,       /* RFC 8484: TLS 1.2 or 1.3, ALPN `h2` */
};

/* CA_FILE NULL: the system's, when VERIFIES. ERR_NOMEM; ERR_IO: no certificate can be had from it,
 * and *WHY says why (static). */
MUST_CHECK int tls_context_create(struct tls_context **out, enum tls_use use, bool verifies,
                                  const char *ca_file, const char **why);
void tls_context_destroy(struct tls_context *context); /* NULL is fine */

/* HOST NULL: ADDRESS (text, without port) is what the certificate has to name. ERR_NOMEM. */
MUST_CHECK int tls_session_create(struct tls_session **out, struct tls_context *context,
                                  const char *host, const char *address);
void tls_session_destroy(struct tls_session *session); /* NULL is fine */

enum tls_result {
    TLS_MORE = 0,    /* needs more from the wire */
    TLS_CLOSED = -1, /* the peer said that it is done */
    TLS_FAILED = -2, /* tls_session_why */
};

/* Octets off the wire. ERR_NOMEM. */
MUST_CHECK int tls_session_feed(struct tls_session *session, const uint8_t *data, size_t len);
/* Goes on with the handshake, then gives plain octets: how many, or an enum tls_result. */
ssize_t tls_session_read(struct tls_session *session, uint8_t *out, size_t cap);
/* The handshake is done, certificate and all. */
bool tls_session_is_up(const struct tls_session *session);
/* The peer agreed to the use's ALPN. */
bool tls_session_has_alpn(const struct tls_session *session);
/* Once it is up. ERR_NOMEM. */
MUST_CHECK int tls_session_write(struct tls_session *session, const uint8_t *data, size_t len);
/* Octets to be sent; 0: none. */
size_t tls_session_take(struct tls_session *session, uint8_t *out, size_t cap);
size_t tls_session_untaken(const struct tls_session *session);  /* octets */
const char *tls_session_why(const struct tls_session *session); /* static */

/* The version of OpenSSL that is loaded; static. */
const char *tls_version(void);

#endif
