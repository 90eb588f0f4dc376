// SPDX-License-Identifier: BSD-2-Clause
/* An HTTP/2 server over memory for tests: nghttp2's other side. It answers each POST as its
 * `manner` says, and keeps what it was asked. */
#ifndef TEST_H2_SERVER_H
#define TEST_H2_SERVER_H

#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/engine/help.h"

enum h2_manner {
    H2_ECHO,       /* 200, the query with QR set */
    H2_SILENT,     /* nothing */
    H2_NOT_FOUND,  /* 404 and a text */
    H2_OTHER_TYPE, /* 200, text/html */
    H2_OTHER_ID,   /* 200, another id than that of the query */
    H2_TOO_LONG,   /* 200, 70,000 octets */
    H2_RESETS,     /* RST_STREAM */
    H2_LEAVES,     /* GOAWAY that names no stream, and REFUSED_STREAM */
};

#define H2_SERVER_STREAMS 512

struct h2_asked {
    int32_t stream;
    uint8_t body[512];
    size_t len, sent;
    char method[8], path[64], authority[64], type[64];
};

struct h2_server {
    nghttp2_session *session;
    enum h2_manner manner;
    struct h2_asked asked[H2_SERVER_STREAMS];
    unsigned count, open, open_most;
};

static inline struct h2_asked *h2_asked_of(struct h2_server *server, int32_t stream)
{
    for (unsigned i = server->count; i-- > 0;)
        if (server->asked[i].stream == stream)
            return &server->asked[i];
    assert_true(server->count < H2_SERVER_STREAMS);
    server->asked[server->count].stream = stream;
    return &server->asked[server->count++];
}

static inline int h2_server_header(nghttp2_session *session, const nghttp2_frame *frame,
                                   const uint8_t *name, size_t name_len, const uint8_t *value,
                                   size_t value_len, uint8_t flags, void *ctx)
{
    struct h2_asked *asked = h2_asked_of(ctx, frame->hd.stream_id);
    const struct {
        const char *name;
        char *out;
        size_t cap;
    } kept[] = {{":method", asked->method, sizeof asked->method},
                {":path", asked->path, sizeof asked->path},
                {":authority", asked->authority, sizeof asked->authority},
                {"content-type", asked->type, sizeof asked->type}};
    (void)session;
    (void)flags;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strlen(kept[i].name) == name_len && memcmp(kept[i].name, name, name_len) == 0)
            (void)snprintf(kept[i].out, kept[i].cap, "%.*s", (int)value_len, (const char *)value);
    return 0;
}

static inline int h2_server_data(nghttp2_session *session, uint8_t flags, int32_t stream,
                                 const uint8_t *data, size_t len, void *ctx)
{
    struct h2_asked *asked = h2_asked_of(ctx, stream);
    (void)session;
    (void)flags;
    assert_true(len <= sizeof asked->body - asked->len);
    memcpy(asked->body + asked->len, data, len);
    asked->len += len;
    return 0;
}

static inline ssize_t h2_server_body(nghttp2_session *session, int32_t stream, uint8_t *out,
                                     size_t cap, uint32_t *flags, nghttp2_data_source *source,
                                     void *ctx)
{
    struct h2_server *server = ctx;
    struct h2_asked *asked = source->ptr;
    size_t whole = server->manner == H2_TOO_LONG ? 70000 : asked->len;
    size_t len = whole - asked->sent < cap ? whole - asked->sent : cap;
    (void)session;
    (void)stream;
    for (size_t i = 0; i < len; i++, asked->sent++)
        out[i] = asked->sent < asked->len ? asked->body[asked->sent] : 0;
    if (asked->sent == whole)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)len;
}

static inline void h2_server_answer(struct h2_server *server, struct h2_asked *asked)
{
    bool is_found = server->manner != H2_NOT_FOUND;
    const char *type = server->manner == H2_OTHER_TYPE ? "text/html" : "application/dns-message";
    nghttp2_nv headers[] = {{(uint8_t *)":status", (uint8_t *)(is_found ? "200" : "404"), 7, 3, 0},
                            {(uint8_t *)"content-type", (uint8_t *)type, 12, strlen(type), 0}};
    nghttp2_data_provider body = {.source = {.ptr = asked}, .read_callback = h2_server_body};
    if (asked->len > 2)
        asked->body[2] |= 0x80;
    if (server->manner == H2_OTHER_ID)
        asked->body[1] = 7;
    assert_int_equal(nghttp2_submit_response(server->session, asked->stream, headers, 2, &body), 0);
}

static inline int h2_server_frame(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
    struct h2_server *server = ctx;
    if (frame->hd.type == NGHTTP2_HEADERS && ++server->open > server->open_most)
        server->open_most = server->open;
    if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM) || frame->hd.stream_id == 0)
        return 0;
    switch (server->manner) {
    case H2_SILENT:
        return 0;
    case H2_RESETS:
        return nghttp2_submit_rst_stream(session, 0, frame->hd.stream_id, NGHTTP2_INTERNAL_ERROR);
    case H2_LEAVES:
        return nghttp2_submit_goaway(session, 0, 0, NGHTTP2_NO_ERROR, NULL, 0);
    default:
        h2_server_answer(server, h2_asked_of(server, frame->hd.stream_id));
        return 0;
    }
}

static inline int h2_server_close(nghttp2_session *session, int32_t stream, uint32_t error,
                                  void *ctx)
{
    (void)session;
    (void)stream;
    (void)error;
    ((struct h2_server *)ctx)->open--;
    return 0;
}

/* STREAMS_MAX: that it allows at once. */
static inline void h2_server_init(struct h2_server *server, enum h2_manner manner,
                                  uint32_t streams_max)
{
    nghttp2_session_callbacks *callbacks;
    nghttp2_settings_entry settings = {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, streams_max};
    memset(server, 0, sizeof *server);
    server->manner = manner;
    assert_int_equal(nghttp2_session_callbacks_new(&callbacks), 0);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, h2_server_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, h2_server_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, h2_server_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, h2_server_close);
    assert_int_equal(nghttp2_session_server_new(&server->session, callbacks, server), 0);
    nghttp2_session_callbacks_del(callbacks);
    assert_int_equal(nghttp2_submit_settings(server->session, 0, &settings, 1), 0);
}

static inline void h2_server_deinit(struct h2_server *server)
{
    nghttp2_session_del(server->session);
}

#endif
