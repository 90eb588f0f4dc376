// SPDX-License-Identifier: BSD-2-Clause
/* What conn.c (life and waits) and conn_io.c (libuv) share. */
#ifndef ENGINE_CONN_STATE_H
#define ENGINE_CONN_STATE_H

#include <uv.h>

#include "engine/conn.h"

/* Two whole messages with their length octets: behind any beginning of a message there is room
 * for a whole one. */
#define CONN_IN_CAP     (2u * (2 + 65535))
#define CONN_CIPHER_CAP 16384

enum conn_state { CONN_FREE, CONN_OPENING, CONN_SHAKING, CONN_UP, CONN_ENDING };

struct conn {
    union {
        uv_handle_t any;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_udp_t udp;
    } handle; /* data: the conn */
    uv_connect_t connect;
    struct conns *conns;
    void *owner;
    enum conn_state state;
    enum conn_transport transport;
    struct conn_report report;
    struct tls_session *tls;

    mono_ns wait, drip_time;
    mono_ns heard;        /* the last octet; before there was one, when it was begun */
    mono_ns window;       /* a drip is looked for from here */
    uint64_t window_from; /* octets by then */
    unsigned sends;       /* UDP: of the question */

    size_t query_len;
    uint8_t query[2 + CONN_QUERY_MAX]; /* with its length octets */
    size_t in_len;
    uint8_t *in; /* CONN_IN_CAP: the beginning of a message */
};

struct conns {
    uv_loop_t loop;
    uv_timer_t tick;
    uv_prepare_t prepare;
    bool is_loop_open, is_stopped;
    struct conns_params params;
    const struct conns_handlers *handlers;
    unsigned count;
    struct conn items[CONNS_MAX];
    uint8_t cipher[CONN_CIPHER_CAP]; /* one read at a time */
};

/* --- conn.c --- */

/* Ends it; `ended` follows from the loop. The first cause stands. */
void conn_end(struct conn *c, enum conn_end end, const char *why);
/* LEN octets were added behind IN_LEN. */
void conn_take(struct conn *c, size_t len);
void conn_take_datagram(struct conn *c, const uint8_t *data, size_t len);
/* The connection is there; the question may go. */
void conn_is_up(struct conn *c);
/* The handle is closed. */
void conn_free(struct conn *c);

/* --- conn_io.c --- */

/* 0, or an error at once; else conn_is_up or conn_end follow. */
MUST_CHECK int conn_io_begin(struct conn *c, const struct wire_address *to);
/* Sends the question. */
void conn_io_ask(struct conn *c);
void conn_io_close(struct conn *c);

#endif
