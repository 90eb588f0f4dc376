// SPDX-License-Identifier: BSD-2-Clause
/* How connections come and go. */
#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/load_stream.h"

/* --- failures --- */

static mono_ns rest_after(unsigned failures)
{
    mono_ns rest = STREAM_REST_LEAST;
    for (unsigned i = 1; i < failures && rest < STREAM_REST_MOST; i++)
        rest *= 2;
    return rest < STREAM_REST_MOST ? rest : STREAM_REST_MOST;
}

void stream_give_up(struct load_stream *s, struct stream_lane *lane, uint16_t id)
{
    uint32_t before = lane->gone.count;
    load_ids_put(&lane->gone, id);
    s->gone_count += lane->gone.count - before;
}

static void give_up_queue(struct load_stream *s, struct stream_lane *lane)
{
    const uint8_t *data;
    uint16_t len;
    while (load_queue_first(&lane->queue, 0, &data, &len)) {
        stream_give_up(s, lane, (uint16_t)(data[0] << 8 | data[1]));
        load_queue_pop(&lane->queue);
    }
}

static void note_failure(struct load_stream *s, struct stream_lane *lane, const char *why)
{
    s->why = why;
    lane->failures++;
    lane->rest_until = s->now + rest_after(lane->failures);
    if (s->useful_count == 0) {
        s->failures += s->now >= s->rest_until; /* many at once are one */
        s->rest_until = s->now + rest_after(s->failures);
    }
    give_up_queue(s, lane);
}

void stream_answered(struct load_stream *s, struct stream_conn *conn)
{
    conn->heard = s->now;
    conn->barren = 0;
    if (conn->is_useful)
        return;
    conn->is_useful = true;
    s->useful_count++;
    s->trying_count--;
    s->lanes[conn->lane].failures = s->failures = 0;
}

enum stream_hope stream_hope(const struct load_stream *s, const struct stream_lane *lane)
{
    if (lane->conn || s->now < lane->local_until)
        return STREAM_WAITS;
    bool is_half_open = s->failures > 0 && s->useful_count == 0;
    if (s->now < lane->rest_until ||
        (is_half_open && (s->now < s->rest_until || s->trying_count > 0)))
        return STREAM_RESTS;
    return STREAM_GOES;
}

/* --- begin --- */

static int open_socket(const struct load_stream *s)
{
    const struct wire_address *bind_to = &s->setup->load->bind[s->target.family];
    struct wire_address from = *bind_to;
    int yes = 1, domain = s->target.family == 0 ? AF_INET : AF_INET6;
    int fd = socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (s->target.family == 0)
        from.sa.v4.sin_port = 0;
    else
        from.sa.v6.sin6_port = 0;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (from.len == 0 || bind(fd, &from.sa.any, from.len) == 0)
        return fd;
    int cause = errno;
    close(fd);
    errno = cause;
    return -1;
}

/* This machine's want of ports, descriptors or memory says nothing about the target. */
static bool is_local(int error)
{
    return error == EADDRNOTAVAIL || error == EADDRINUSE || error == EMFILE || error == ENFILE ||
           error == ENOBUFS || error == ENOMEM || error == EAGAIN;
}

static const char *connect_word(int error)
{
    switch (error) {
    case ECONNREFUSED:
        return "connection refused";
    case ENETUNREACH:
    case EHOSTUNREACH:
        return "no route";
    case ETIMEDOUT:
        return "no connection";
    default:
        return "network error";
    }
}

static void fail_to_open(struct load_stream *s, struct stream_lane *lane, int error)
{
    if (is_local(error)) {
        s->busy++;
        lane->local_until = s->now + STREAM_REST_LEAST;
    } else {
        note_failure(s, lane, connect_word(error));
    }
}

static struct stream_conn *new_conn(struct load_stream *s, uint32_t lane)
{
    uint32_t place = 0;
    while (place < STREAM_CONNS_MAX && s->conns[place])
        place++;
    struct stream_conn *conn = place < STREAM_CONNS_MAX ? calloc(1, sizeof *conn) : NULL;
    if (!conn)
        return NULL;
    conn->place = place;
    conn->lane = lane;
    conn->serial = ++s->serial;
    conn->fd = -1;
    conn->since = conn->heard = s->now;
    if (s->proto != LOAD_TCP &&
        tls_session_create(&conn->tls, s->setup->load->tls, *s->host.name ? s->host.name : NULL,
                           s->host.address) != 0) {
        free(conn);
        return NULL;
    }
    s->conns[place] = conn;
    s->place_count = place < s->place_count ? s->place_count : place + 1;
    return conn;
}

static void free_conn(struct load_stream *s, struct stream_conn *conn)
{
    s->conns[conn->place] = NULL;
    tls_session_destroy(conn->tls);
    h2_destroy(conn->h2);
    load_frames_deinit(&conn->in);
    free(conn);
}

void stream_dial(struct load_stream *s, uint32_t number)
{
    struct stream_lane *lane = &s->lanes[number];
    struct stream_conn *conn = new_conn(s, number);
    int error = conn ? 0 : ENOMEM;
    if (conn && (conn->fd = open_socket(s)) < 0)
        error = errno;
    if (!error && connect(conn->fd, &s->target.sa.any, s->target.len) != 0 && errno != EINPROGRESS)
        error = errno;
    if (!error) {
        struct epoll_event event = stream_event(conn, true);
        error = epoll_ctl(s->poll_fd, EPOLL_CTL_ADD, conn->fd, &event) != 0 ? errno : 0;
    }
    if (error) {
        if (conn && conn->fd >= 0)
            close(conn->fd);
        if (conn)
            free_conn(s, conn);
        fail_to_open(s, lane, error);
        return;
    }
    conn->wants_room = true;
    lane->conn = conn;
    s->trying_count++;
    s->look_next = s->now;
}

void stream_is_up(struct load_stream *s, struct stream_conn *conn)
{
    conn->state = STREAM_UP;
    conn->heard = s->now;
    s->connections++;
}

/* --- end --- */

void stream_retire(struct load_stream *s, struct stream_conn *conn)
{
    if (conn->is_retired || s->retired_count == STREAM_RETIRED_MAX)
        return;
    conn->is_retired = true;
    conn->since = s->now;
    s->retired_count++;
    s->lanes[conn->lane].conn = NULL;
    s->look_next = s->now; /* the next one is opened, if there is anything to ask */
}

static void leave_lane(struct load_stream *s, struct stream_conn *conn)
{
    if (conn->is_retired)
        s->retired_count--;
    else
        s->lanes[conn->lane].conn = NULL;
    if (conn->is_useful)
        s->useful_count--;
    else
        s->trying_count--;
}

void stream_end(struct load_stream *s, struct stream_conn *conn, const char *why)
{
    struct stream_lane *lane = &s->lanes[conn->lane];
    uint16_t id;
    if (conn->state == STREAM_ENDED)
        return;
    leave_lane(s, conn);
    while (load_ids_take(&conn->asked, &id))
        stream_give_up(s, lane, id);
    bool was_tried = conn->state != STREAM_UP || conn->asked_count > 0;
    if (why && was_tried && !conn->is_useful)
        note_failure(s, lane, why);
    else if (why)
        s->why = why;
    close(conn->fd); /* epoll forgets it */
    conn->state = STREAM_ENDED;
    conn->next = s->ended;
    s->ended = conn;
    s->look_next = s->now;
}

void stream_free_ended(struct load_stream *s)
{
    while (s->ended) {
        struct stream_conn *conn = s->ended;
        s->ended = conn->next;
        free_conn(s, conn);
    }
}

static bool left_without_a_word(const struct stream_conn *conn)
{
    return conn->h2 && !conn->is_useful && h2_is_leaving(conn->h2);
}

static void look_at(struct load_stream *s, struct stream_conn *conn)
{
    switch (conn->state) {
    case STREAM_OPENING:
    case STREAM_SHAKING:
        if (s->now - conn->since > s->timeout)
            stream_end(s, conn,
                       conn->state == STREAM_OPENING ? "no connection"
                       : conn->h2                    ? "no HTTP/2"
                                                     : "no TLS handshake");
        return;
    case STREAM_UP:
        if (conn->is_retired && (conn->asked.count == 0 || s->now - conn->since > s->timeout))
            stream_end(s, conn, left_without_a_word(conn) ? "HTTP/2 ended" : NULL);
        else if (conn->asked.count > 0 && s->now - conn->heard > STREAM_SILENCE * s->timeout)
            stream_end(s, conn, "no answer");
        return;
    case STREAM_ENDED:
        return;
    }
}

void stream_look(struct load_stream *s)
{
    for (unsigned i = 0; i < s->place_count; i++)
        if (s->conns[i])
            look_at(s, s->conns[i]);
    for (uint32_t i = 0; i < s->lane_count; i++) {
        struct stream_lane *lane = &s->lanes[i];
        if (!load_queue_is_empty(&lane->queue) && stream_hope(s, lane) == STREAM_GOES)
            stream_dial(s, i);
    }
}
