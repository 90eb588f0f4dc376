// SPDX-License-Identifier: BSD-2-Clause
/* libuv's part of a connection: TCP, with or without TLS inside, and UDP. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "engine/conn_state.h"

/* libuv takes a reset that comes together with data for the end of the stream. */
static bool was_reset(const struct conn *c)
{
    uv_os_fd_t fd;
    int cause = 0;
    socklen_t len = sizeof cause;
    return uv_fileno(&c->handle.any, &fd) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_ERROR, &cause, &len) == 0 && cause == ECONNRESET;
}

/* What an error of libuv's says about the peer. */
static void end_by(struct conn *c, int status)
{
    switch (status) {
    case UV_EOF:
        conn_end(c, was_reset(c) ? CONN_RESET : CONN_CLOSED, NULL);
        return;
    case UV_ECONNRESET:
    case UV_EPIPE:
        conn_end(c, CONN_RESET, NULL);
        return;
    case UV_ETIMEDOUT:
        conn_end(c, CONN_SILENT, "no connection");
        return;
    case UV_ECONNREFUSED:
        conn_end(c, CONN_UNREACHABLE, "connection refused");
        return;
    case UV_ENOMEM:
        conn_end(c, CONN_FAILED, NULL);
        return;
    default:
        conn_end(c, c->state == CONN_OPENING ? CONN_UNREACHABLE : CONN_RESET, "network error");
    }
}

/* --- sending --- */

struct sending {
    union {
        uv_write_t tcp;
        uv_udp_send_t udp;
    } request; /* data: this */
    struct conn *c;
    uint8_t octets[];
};

static void on_sent(struct sending *sending, int status)
{
    struct conn *c = sending->c;
    free(sending);
    if (status < 0 && status != UV_ECANCELED)
        end_by(c, status);
}

static void on_written(uv_write_t *request, int status)
{
    on_sent(request->data, status);
}

static void on_datagram_sent(uv_udp_send_t *request, int status)
{
    on_sent(request->data, status);
}

/* Copies and sends. */
static void send_octets(struct conn *c, const uint8_t *data, size_t len)
{
    struct sending *sending = malloc(sizeof *sending + len);
    if (!sending) {
        conn_end(c, CONN_FAILED, NULL);
        return;
    }
    sending->c = c;
    memcpy(sending->octets, data, len);
    uv_buf_t buffer = uv_buf_init((char *)sending->octets, (unsigned)len);
    int error;
    if (c->transport == CONN_UDP) {
        sending->request.udp.data = sending;
        error =
            uv_udp_send(&sending->request.udp, &c->handle.udp, &buffer, 1, NULL, on_datagram_sent);
    } else {
        sending->request.tcp.data = sending;
        error = uv_write(&sending->request.tcp, &c->handle.stream, &buffer, 1, on_written);
    }
    if (error) {
        free(sending);
        end_by(c, error);
    }
}

/* What TLS has to say: its handshake, or what was written to it. */
static void send_cipher(struct conn *c)
{
    uint8_t cipher[4096];
    size_t len;
    while (c->state != CONN_ENDING && (len = tls_session_take(c->tls, cipher, sizeof cipher)) > 0)
        send_octets(c, cipher, len);
}

void conn_io_ask(struct conn *c)
{
    if (c->transport == CONN_UDP)
        send_octets(c, c->query + 2, c->query_len - 2);
    else if (c->transport == CONN_TCP)
        send_octets(c, c->query, c->query_len);
    else if (tls_session_write(c->tls, c->query, c->query_len) == 0)
        send_cipher(c);
    else
        conn_end(c, CONN_FAILED, NULL);
}

/* --- receiving --- */

static void on_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    struct conn *c = handle->data;
    (void)wanted;
    if (c->transport == CONN_TLS)
        *buffer = uv_buf_init((char *)c->conns->cipher, CONN_CIPHER_CAP);
    else
        *buffer = uv_buf_init((char *)c->in + c->in_len, (unsigned)(CONN_IN_CAP - c->in_len));
}

/* All that TLS makes of what was fed to it. */
static void read_tls(struct conn *c)
{
    for (;;) {
        ssize_t count = tls_session_read(c->tls, c->in + c->in_len, CONN_IN_CAP - c->in_len);
        send_cipher(c);
        if (c->state == CONN_SHAKING && tls_session_is_up(c->tls)) {
            c->report.has_alpn = tls_session_has_alpn(c->tls);
            conn_is_up(c);
        }
        if (count > 0 && c->state == CONN_UP)
            conn_take(c, (size_t)count);
        else if (count == TLS_CLOSED)
            conn_end(c, CONN_CLOSED, NULL);
        else if (count == TLS_FAILED)
            conn_end(c, CONN_NO_TLS, tls_session_why(c->tls));
        if (count <= 0 || c->state != CONN_UP)
            return;
    }
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct conn *c = stream->data;
    if (count < 0)
        end_by(c, (int)count);
    else if (count > 0 && c->transport == CONN_TCP)
        conn_take(c, (size_t)count);
    else if (count > 0 && tls_session_feed(c->tls, (uint8_t *)buffer->base, (size_t)count) == 0)
        read_tls(c);
    else if (count > 0)
        conn_end(c, CONN_FAILED, NULL);
}

static void on_datagram(uv_udp_t *udp, ssize_t count, const uv_buf_t *buffer,
                        const struct sockaddr *from, unsigned flags)
{
    struct conn *c = udp->data;
    if (count < 0)
        end_by(c, (int)count);
    else if (from && !(flags & UV_UDP_PARTIAL))
        conn_take_datagram(c, (uint8_t *)buffer->base, (size_t)count);
}

/* --- beginning and end --- */

static void on_connected(uv_connect_t *request, int status)
{
    struct conn *c = request->data;
    if (status == 0)
        status = uv_read_start(&c->handle.stream, on_buffer, on_read);
    if (status == UV_ECANCELED)
        return; /* it is being closed */
    if (status != 0) {
        end_by(c, status);
        return;
    }
    (void)uv_tcp_nodelay(&c->handle.tcp, 1);
    if (c->transport == CONN_TCP) {
        conn_is_up(c);
        return;
    }
    c->state = CONN_SHAKING;
    read_tls(c); /* there is nothing to read: it says hello */
}

static int begin_tcp(struct conn *c, const struct wire_address *from, const struct wire_address *to)
{
    c->connect.data = c;
    int error = from->len ? uv_tcp_bind(&c->handle.tcp, &from->sa.any, 0) : 0;
    return error ? error : uv_tcp_connect(&c->connect, &c->handle.tcp, &to->sa.any, on_connected);
}

static int begin_udp(struct conn *c, const struct wire_address *from, const struct wire_address *to)
{
    int error = from->len ? uv_udp_bind(&c->handle.udp, &from->sa.any, 0) : 0;
    if (!error)
        error = uv_udp_connect(&c->handle.udp, &to->sa.any);
    if (!error)
        error = uv_udp_recv_start(&c->handle.udp, on_buffer, on_datagram);
    if (!error)
        conn_is_up(c);
    return error;
}

int conn_io_begin(struct conn *c, const struct wire_address *to)
{
    struct conns *conns = c->conns;
    bool is_udp = c->transport == CONN_UDP;
    struct wire_address from = conns->params.bind[to->family];
    if (to->family == 0)
        from.sa.v4.sin_port = 0;
    else
        from.sa.v6.sin6_port = 0;
    int error = is_udp ? uv_udp_init(&conns->loop, &c->handle.udp)
                       : uv_tcp_init(&conns->loop, &c->handle.tcp);
    if (error)
        return ERR_NOMEM;
    c->handle.any.data = c;
    c->state = CONN_OPENING;
    error = is_udp ? begin_udp(c, &from, to) : begin_tcp(c, &from, to);
    if (error)
        end_by(c, error); /* told like what goes wrong later */
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    conn_free(handle->data);
}

void conn_io_close(struct conn *c)
{
    if (!uv_is_closing(&c->handle.any))
        uv_close(&c->handle.any, on_closed);
}
