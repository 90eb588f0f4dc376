// SPDX-License-Identifier: BSD-2-Clause
/* TCP connections to the resolvers: length-prefixed queries, any number on one
 * connection, answered as they become due (RFC 7766).
 *
 * Bounds: TCP_CONNECTIONS_MAX at once (more are closed as they come), queries of
 * TCP_QUERY_MAX, TCP_OUT_MAX of unread replies, TCP_IDLE without a query. */
#ifndef LAB_TCP_H
#define LAB_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

#define TCP_CONNECTIONS_MAX 1024
#define TCP_QUERY_MAX       1024
#define TCP_OUT_MAX         (256u << 10)
#define TCP_IDLE            (10 * NS_PER_S)

struct tcp; /* opaque */

/* A query that came over CONNECTION in its life GENERATION. Returns whether there
 * is or will be a tcp_reply to it. */
typedef bool tcp_query_fn(void *ctx, uint32_t resolver, uint32_t connection, uint32_t generation,
                          const uint8_t *data, size_t len);

/* Connections are watched by EPOLL with `tag | index` as their data. */
MUST_CHECK int tcp_create(struct tcp **out, int epoll, uint64_t tag, tcp_query_fn *query,
                          void *ctx);
void tcp_destroy(struct tcp *tcp);
void tcp_accept(struct tcp *tcp, int listener, uint32_t resolver, mono_ns now);
void tcp_event(struct tcp *tcp, uint32_t connection, uint32_t events, mono_ns now);
/* Nothing happens when that life of the connection is over. */
void tcp_reply(struct tcp *tcp, uint32_t connection, uint32_t generation, const uint8_t *data,
               size_t len);
void tcp_sweep(struct tcp *tcp, mono_ns now); /* closes the idle */
uint64_t tcp_accepted(const struct tcp *tcp);
uint64_t tcp_turned_away(const struct tcp *tcp);

#endif
