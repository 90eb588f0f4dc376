// SPDX-License-Identifier: BSD-2-Clause
/* What goes through a connection:
 *
 *   queue -> frames or HTTP/2 -> [TLS] -> out -> socket
 *   socket -> [TLS] -> frames or HTTP/2 -> messages
 *
 * A read is followed by a write: TLS and HTTP/2 have something to say to what came. Both end the
 * connection where it is broken; callers look at its state afterwards. */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

#include "engine/load_stream.h"

/* --- out --- */

/* The next query that waits and that this connection may take; false: none. */
static bool first_waiting(struct load_stream *s, struct stream_conn *conn, const uint8_t **data,
                          uint16_t *len)
{
    uint64_t most = s->setup->load->connection_queries;
    if (conn->is_retired || conn->state != STREAM_UP)
        return false;
    if (most > 0 && conn->asked_count >= most && !s->setup->follows) {
        stream_retire(s, conn);
        return false;
    }
    return load_queue_first(&s->lanes[conn->lane].queue, s->now - s->timeout, data, len);
}

/* The first one that waits is on its way. */
static void note_asked(struct load_stream *s, struct stream_conn *conn, const uint8_t *data)
{
    if (conn->asked.count == 0)
        conn->heard = s->now;
    load_ids_put(&conn->asked, (uint16_t)(data[0] << 8 | data[1]));
    conn->asked_count++;
    load_queue_pop(&s->lanes[conn->lane].queue);
}

/* Queries behind their lengths, as many as fit. */
static size_t take_frames(struct load_stream *s, struct stream_conn *conn, uint8_t *out, size_t cap)
{
    const uint8_t *data;
    uint16_t len;
    size_t filled = 0;
    while (first_waiting(s, conn, &data, &len) && cap - filled >= 2u + len) {
        out[filled] = (uint8_t)(len >> 8);
        out[filled + 1] = (uint8_t)len;
        memcpy(out + filled + 2, data, len);
        filled += 2u + len;
        note_asked(s, conn, data);
    }
    return filled;
}

static ssize_t take_http(struct load_stream *s, struct stream_conn *conn, uint8_t *out, size_t cap)
{
    const uint8_t *data;
    uint16_t len;
    if (h2_is_leaving(conn->h2))
        stream_retire(s, conn);
    while (h2_has_room(conn->h2) && first_waiting(s, conn, &data, &len)) {
        if (h2_ask(conn->h2, load_queue_since(&s->lanes[conn->lane].queue), data, len) != 0)
            return ERR_NOMEM;
        note_asked(s, conn, data);
    }
    return h2_take(conn->h2, out, cap);
}

static ssize_t take_plain(struct load_stream *s, struct stream_conn *conn, uint8_t *out, size_t cap)
{
    return conn->h2 ? take_http(s, conn, out, cap) : (ssize_t)take_frames(s, conn, out, cap);
}

/* What TLS still has to say goes before what is said next. */
static ssize_t take_cipher(struct load_stream *s, struct stream_conn *conn)
{
    if (tls_session_untaken(conn->tls) == 0) {
        ssize_t len = take_plain(s, conn, s->octets, sizeof s->octets);
        if (len <= 0)
            return len;
        if (tls_session_write(conn->tls, s->octets, (size_t)len) != 0)
            return ERR_NOMEM;
    }
    return (ssize_t)tls_session_take(conn->tls, conn->out, sizeof conn->out);
}

struct epoll_event stream_event(const struct stream_conn *conn, bool wants_room)
{
    return (struct epoll_event){.events = EPOLLIN | (wants_room ? EPOLLOUT : 0u),
                                .data.u64 = (uint64_t)conn->serial << 32 | conn->place};
}

static void set_wants_room(struct load_stream *s, struct stream_conn *conn, bool wants)
{
    struct epoll_event event = stream_event(conn, wants);
    if (conn->wants_room == wants)
        return;
    conn->wants_room = wants;
    (void)epoll_ctl(s->poll_fd, EPOLL_CTL_MOD, conn->fd, &event);
}

/* False: there is nothing, or the connection has ended. */
static bool refill(struct load_stream *s, struct stream_conn *conn)
{
    ssize_t len =
        conn->tls ? take_cipher(s, conn) : take_plain(s, conn, conn->out, sizeof conn->out);
    conn->out_at = 0;
    conn->out_len = len > 0 ? (size_t)len : 0;
    if (len < 0)
        stream_end(s, conn, "no memory");
    return len > 0;
}

void stream_pump(struct load_stream *s, struct stream_conn *conn)
{
    if (conn->state != STREAM_UP && conn->state != STREAM_SHAKING)
        return;
    while (conn->out_at < conn->out_len || refill(s, conn)) {
        ssize_t sent =
            send(conn->fd, conn->out + conn->out_at, conn->out_len - conn->out_at, MSG_NOSIGNAL);
        if (sent >= 0) {
            conn->out_at += (size_t)sent;
        } else if (errno == EAGAIN || errno == ENOBUFS) {
            set_wants_room(s, conn, true);
            return;
        } else if (errno != EINTR) {
            stream_end(s, conn, "connection reset");
            return;
        }
    }
    if (conn->state != STREAM_ENDED)
        set_wants_room(s, conn, false);
}

/* --- in --- */

/* What came before is told first, where something may have. */
static void end_behind(struct load_stream *s, struct stream_conn *conn, const char *why)
{
    if (conn->state == STREAM_UP)
        conn->closing = why;
    else
        stream_end(s, conn, why);
}

/* DoT is up when TLS is; HTTP/2 begins then, and only where it was agreed on. */
static void look_at_handshake(struct load_stream *s, struct stream_conn *conn)
{
    if (conn->state != STREAM_SHAKING || conn->h2 || !tls_session_is_up(conn->tls))
        return;
    if (s->proto != LOAD_DOH)
        stream_is_up(s, conn);
    else if (!tls_session_has_alpn(conn->tls))
        stream_end(s, conn, "no HTTP/2");
    else if (h2_create(&conn->h2, s->host.authority, s->setup->load->doh_path) != 0)
        stream_end(s, conn, "no memory");
}

static void feed_http(struct load_stream *s, struct stream_conn *conn, size_t len)
{
    if (h2_feed(conn->h2, s->octets, len) != 0)
        end_behind(s, conn, "no HTTP/2");
    else if (conn->state == STREAM_SHAKING && h2_is_ready(conn->h2))
        stream_is_up(s, conn);
}

/* One piece of what TLS makes of what was fed to it; false: there is no more. */
static bool read_piece(struct load_stream *s, struct stream_conn *conn)
{
    bool is_http = s->proto == LOAD_DOH;
    uint8_t *room = is_http ? s->octets : load_frames_room(&conn->in, STREAM_OCTETS);
    if (!room) {
        stream_end(s, conn, "no memory");
        return false;
    }
    ssize_t len = tls_session_read(conn->tls, room, STREAM_OCTETS);
    look_at_handshake(s, conn);
    if (conn->state == STREAM_ENDED)
        return false;
    if (len == TLS_CLOSED)
        end_behind(s, conn, "connection closed");
    else if (len == TLS_FAILED)
        end_behind(s, conn, tls_session_why(conn->tls));
    else if (len > 0 && is_http)
        feed_http(s, conn, (size_t)len);
    else if (len > 0)
        load_frames_add(&conn->in, (size_t)len);
    return len > 0;
}

/* All of it, the handshake included. */
static void read_tls(struct load_stream *s, struct stream_conn *conn)
{
    while (conn->state != STREAM_ENDED && !conn->closing && read_piece(s, conn))
        continue;
}

/* What came is acknowledged now; the kernel forgets that it was told so. Where a server leaves
 * Nagle's algorithm on, an answer waits until the one before it is acknowledged, and our kernel
 * takes up to 40 ms for that unless there is something to send: once two queries were under way
 * together, each answer would come with the next query, and that be taken for the server's time. */
static void acknowledge(const struct stream_conn *conn)
{
    int yes = 1;
    (void)setsockopt(conn->fd, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
}

/* False: nothing came, or the connection has ended. */
static bool read_socket(struct load_stream *s, struct stream_conn *conn, uint8_t *out, ssize_t *len)
{
    do
        *len = recv(conn->fd, out, STREAM_OCTETS, 0);
    while (*len < 0 && errno == EINTR);
    s->now = clock_mono_ns();
    if (*len > 0) {
        conn->barren += (size_t)*len;
        acknowledge(conn);
    }
    if (*len == 0)
        stream_end(s, conn, "connection closed");
    else if (*len < 0 && errno != EAGAIN)
        stream_end(s, conn, "connection reset");
    else if (conn->barren > STREAM_BARREN_MAX)
        stream_end(s, conn, "octets without answers");
    return conn->state != STREAM_ENDED && *len > 0;
}

static void fill_plain(struct load_stream *s, struct stream_conn *conn)
{
    ssize_t len;
    uint8_t *room = load_frames_room(&conn->in, STREAM_OCTETS);
    if (!room)
        stream_end(s, conn, "no memory");
    else if (read_socket(s, conn, room, &len))
        load_frames_add(&conn->in, (size_t)len);
}

static void fill_tls(struct load_stream *s, struct stream_conn *conn)
{
    ssize_t len;
    if (!read_socket(s, conn, s->octets, &len))
        return;
    if (tls_session_feed(conn->tls, s->octets, (size_t)len) != 0) {
        stream_end(s, conn, "no memory");
        return;
    }
    read_tls(s, conn);
    if (tls_session_untaken(conn->tls) > STREAM_UNTAKEN_MAX)
        stream_end(s, conn, "it does not read");
}

void stream_read(struct load_stream *s, struct stream_conn *conn)
{
    if (conn->tls)
        fill_tls(s, conn);
    else
        fill_plain(s, conn);
}

void stream_connected(struct load_stream *s, struct stream_conn *conn)
{
    int cause = 0;
    socklen_t len = sizeof cause;
    if (getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &cause, &len) != 0 || cause != 0) {
        stream_end(s, conn, cause == ECONNREFUSED ? "connection refused" : "no connection");
        return;
    }
    if (conn->tls) {
        conn->state = STREAM_SHAKING;
        read_tls(s, conn); /* there is nothing to read: it says hello */
    } else {
        stream_is_up(s, conn);
    }
}

/* --- messages --- */

/* An answer to what was asked here, or something else; the worker tells. */
static void count_message(struct load_stream *s, struct stream_conn *conn, const uint8_t *data,
                          uint32_t len)
{
    if (len >= 2 && load_ids_drop(&conn->asked, (uint16_t)(data[0] << 8 | data[1])))
        stream_answered(s, conn);
    else
        conn->surplus++;
}

static bool next_frame(struct load_stream *s, struct stream_conn *conn, struct load_message *out)
{
    if (!load_frames_next(&conn->in, &out->data, &out->len))
        return false;
    count_message(s, conn, out->data, out->len);
    return true;
}

/* Not answered, but asked again where it was refused before it was looked at; no longer than if it
 * had waited. */
static void drop_asked(struct load_stream *s, struct stream_conn *conn,
                       const struct h2_answer *answer)
{
    struct stream_lane *lane = &s->lanes[conn->lane];
    load_ids_drop(&conn->asked, answer->id);
    if (answer->end != H2_REFUSED ||
        load_queue_put(&lane->queue, answer->since, answer->data, (uint16_t)answer->len) != 0)
        stream_give_up(s, lane, answer->id);
}

static void note_status(struct load_stream *s, unsigned status)
{
    s->why = "a request was broken off";
    if (status == 0)
        return;
    (void)snprintf(s->status_text, sizeof s->status_text, "HTTP status %u%s", status,
                   status == 200 ? ", no DNS" : "");
    s->why = s->status_text;
}

static bool next_http(struct load_stream *s, struct stream_conn *conn, struct load_message *out)
{
    struct h2_answer answer;
    while (h2_next(conn->h2, &answer)) {
        if (answer.end != H2_ANSWERED) {
            if (answer.end == H2_FAILED)
                note_status(s, answer.status);
            drop_asked(s, conn, &answer);
            continue;
        }
        load_ids_drop(&conn->asked, answer.id);
        stream_answered(s, conn);
        out->data = answer.data;
        out->len = (uint32_t)answer.len;
        return true;
    }
    return false;
}

bool stream_next(struct load_stream *s, struct stream_conn *conn, struct load_message *out)
{
    if (conn->state != STREAM_UP)
        return false;
    out->lane = conn->lane;
    out->at = s->now;
    if (conn->h2)
        return next_http(s, conn, out);
    if (conn->surplus > STREAM_SURPLUS_MAX) {
        stream_end(s, conn, "more answers than queries");
        return false;
    }
    return next_frame(s, conn, out);
}
