// SPDX-License-Identifier: BSD-2-Clause
/* The lanes, and the table's calls.
 *
 *  send      into the lane's queue, then as far as its connection takes it
 *  turn      who waited too long; new connections
 *  receive   of each socket that epoll names: what waits to be written, one read, all messages
 *            in it; the next call goes on where a full batch ended
 *  trouble   ids that were given up, one by one */
#include "engine/load_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MOST  (50 * NS_PER_MS)
#define LOOK_LEAST NS_PER_MS
#define WAIT_MS    10 /* while a trial's connections are opened, between two looks */
#define PORT_HTTPS 443
#define PORT_TLS   853

static struct load_stream *stream_of(struct load_path *path)
{
    return (struct load_stream *)path;
}

/* --- open and close --- */

static int open_path(struct load_path **out, const struct load_path_setup *setup, const char **why)
{
    const struct load_params *load = setup->load;
    unsigned count = load->connections ? load->connections : 1;
    struct load_stream *s = calloc(1, sizeof *s);
    *out = NULL;
    *why = NULL;
    if (!s)
        return ERR_NOMEM;
    s->path.ops = &load_stream_ops;
    s->setup = setup;
    s->proto = setup->follows ? LOAD_TCP : load->proto;
    s->timeout = load->timeout;
    s->lane_count = count < LOAD_LANES_MAX ? count : LOAD_LANES_MAX;
    s->lanes = calloc(s->lane_count, sizeof *s->lanes);
    s->poll_fd = s->lanes ? epoll_create1(EPOLL_CLOEXEC) : -1;
    if (s->poll_fd >= 0) {
        *out = &s->path;
        return 0;
    }
    int error = s->lanes ? ERR_IO : ERR_NOMEM;
    *why = "epoll";
    free(s->lanes);
    free(s);
    return error;
}

/* Whatever is open, queued or to be told. */
static void drop_all(struct load_stream *s)
{
    for (unsigned i = 0; i < s->place_count; i++)
        if (s->conns[i])
            stream_end(s, s->conns[i], NULL);
    stream_free_ended(s);
    for (unsigned i = 0; i < s->lane_count; i++) {
        load_queue_deinit(&s->lanes[i].queue);
        memset(&s->lanes[i], 0, sizeof s->lanes[i]);
    }
    s->gone_count = s->failures = 0;
    s->rest_until = 0;
    s->event_at = s->event_count = 0;
}

static void close_path(struct load_path *path)
{
    struct load_stream *s = stream_of(path);
    drop_all(s);
    close(s->poll_fd);
    free(s->lanes);
    free(s);
}

/* --- events --- */

static void poll_events(struct load_stream *s, int wait_ms)
{
    int count = epoll_wait(s->poll_fd, s->events, STREAM_EVENTS, wait_ms);
    s->event_at = 0;
    s->event_count = count > 0 ? count : 0;
    s->is_event_read = false;
}

static void take_event(struct load_stream *s, struct stream_conn *conn, uint32_t events)
{
    if (conn->state == STREAM_OPENING)
        stream_connected(s, conn);
    else if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        stream_read(s, conn);
    stream_pump(s, conn);
    if (conn->h2 && !conn->closing && h2_is_over(conn->h2))
        conn->closing = "HTTP/2 ended";
}

/* NULL: it ended since. */
static struct stream_conn *conn_of(struct load_stream *s, const struct epoll_event *event)
{
    struct stream_conn *conn = s->conns[(uint32_t)event->data.u64];
    bool is_same = conn && conn->serial == event->data.u64 >> 32;
    return is_same && conn->state != STREAM_ENDED ? conn : NULL;
}

/* --- a trial --- */

/* Until all that was begun is up or has failed, as far as there is TIME. What is up is not looked
 * at: nothing was asked yet. */
static void wait_for_opening(struct load_stream *s, mono_ns end)
{
    unsigned pending;
    do {
        poll_events(s, WAIT_MS);
        s->now = clock_mono_ns();
        for (int i = 0; i < s->event_count; i++) {
            struct stream_conn *conn = conn_of(s, &s->events[i]);
            if (conn && conn->state != STREAM_UP)
                take_event(s, conn, s->events[i].events);
        }
        pending = 0;
        for (unsigned i = 0; i < s->lane_count; i++)
            pending += s->lanes[i].conn && s->lanes[i].conn->state != STREAM_UP;
    } while (pending > 0 && s->now < end);
    s->event_at = s->event_count = 0;
}

/* One first: if that fails the others are not tried. */
static void open_lanes(struct load_stream *s)
{
    mono_ns most = s->timeout < STREAM_OPENING_MOST ? s->timeout : STREAM_OPENING_MOST;
    stream_dial(s, 0);
    wait_for_opening(s, s->now + most);
    if (!s->lanes[0].conn || s->lanes[0].conn->state != STREAM_UP || s->lane_count == 1)
        return;
    for (uint32_t i = 1; i < s->lane_count; i++)
        stream_dial(s, i);
    wait_for_opening(s, s->now + most);
}

static int begin(struct load_path *path, const struct load_trial *trial)
{
    struct load_stream *s = stream_of(path);
    const struct load_params *load = s->setup->load;
    drop_all(s);
    s->target = load->targets[trial->target];
    load_host_of(load->target_names ? load->target_names[trial->target] : NULL, &s->target,
                 s->proto == LOAD_DOH ? PORT_HTTPS : PORT_TLS, &s->host);
    s->connections = s->busy = 0;
    s->why = NULL;
    s->lane_next = s->gone_lane = 0;
    s->now = s->look_next = clock_mono_ns();
    if (!s->setup->follows)
        open_lanes(s);
    return (int)s->lane_count;
}

static void end(struct load_path *path, struct load_result *result)
{
    struct load_stream *s = stream_of(path);
    result->connections += s->connections;
    result->send_busy += s->busy;
    drop_all(s);
}

/* --- out --- */

/* How bad a choice the lane is for what comes next. */
static unsigned rank(const struct load_stream *s, const struct stream_lane *lane)
{
    bool is_up = lane->conn && lane->conn->state == STREAM_UP;
    if (is_up && load_queue_is_empty(&lane->queue))
        return 0;
    switch (stream_hope(s, lane)) {
    case STREAM_GOES:
        return 0;
    case STREAM_WAITS:
        return is_up ? 1 : 2;
    case STREAM_RESTS:
        break;
    }
    return 3;
}

static uint32_t choose_lane(struct load_path *path)
{
    struct load_stream *s = stream_of(path);
    uint32_t best = s->lane_next;
    unsigned best_rank = rank(s, &s->lanes[best]);
    for (unsigned i = 1; i < s->lane_count && best_rank > 0; i++) {
        uint32_t number = (s->lane_next + i) % s->lane_count;
        unsigned other = rank(s, &s->lanes[number]);
        if (other < best_rank) {
            best = number;
            best_rank = other;
        }
    }
    s->lane_next = (best + 1) % s->lane_count;
    return best;
}

static unsigned send_items(struct load_path *path, uint32_t number, const struct load_item *items,
                           unsigned count)
{
    struct load_stream *s = stream_of(path);
    struct stream_lane *lane = &s->lanes[number];
    unsigned taken = 0;
    if (stream_hope(s, lane) == STREAM_GOES)
        stream_dial(s, number);
    bool is_lost = stream_hope(s, lane) == STREAM_RESTS;
    for (; taken < count; taken++) {
        const struct load_item *item = &items[taken];
        if (is_lost)
            stream_give_up(s, lane, (uint16_t)(item->data[0] << 8 | item->data[1]));
        else if (load_queue_put(&lane->queue, s->now, item->data, item->len) != 0)
            break;
    }
    if (lane->conn && !lane->conn->wants_room)
        stream_pump(s, lane->conn);
    return taken;
}

static bool next_trouble(struct load_path *path, struct load_trouble *out)
{
    struct load_stream *s = stream_of(path);
    if (s->gone_count == 0)
        return false;
    while (s->lanes[s->gone_lane].gone.count == 0)
        s->gone_lane = (s->gone_lane + 1) % s->lane_count;
    *out = (struct load_trouble){.lane = s->gone_lane};
    s->gone_count--;
    return load_ids_take(&s->lanes[s->gone_lane].gone, &out->id);
}

static mono_ns turn(struct load_path *path, mono_ns now)
{
    struct load_stream *s = stream_of(path);
    mono_ns step = s->timeout / 16;
    s->now = now;
    if (now < s->look_next)
        return s->look_next;
    step = step > LOOK_MOST ? LOOK_MOST : step < LOOK_LEAST ? LOOK_LEAST : step;
    s->look_next = now + step;
    stream_look(s);
    return s->look_next;
}

/* --- in --- */

/* As many as there is room for, from event after event; where it ends the next call goes on. */
static unsigned take_messages(struct load_stream *s, struct load_message *out)
{
    unsigned count = 0;
    while (s->event_at < s->event_count) {
        const struct epoll_event *event = &s->events[s->event_at];
        struct stream_conn *conn = conn_of(s, event);
        if (conn && !s->is_event_read) {
            s->is_event_read = true;
            take_event(s, conn, event->events);
        }
        while (conn && count < LOAD_BATCH && stream_next(s, conn, &out[count]))
            count++;
        if (count == LOAD_BATCH)
            return count;
        if (conn && (conn->closing || (conn->is_retired && conn->asked.count == 0)))
            stream_end(s, conn, conn->closing);
        s->event_at++;
        s->is_event_read = false;
    }
    return count;
}

static void release(struct load_stream *s)
{
    stream_free_ended(s);
    for (unsigned i = 0; s->proto == LOAD_DOH && i < s->place_count; i++)
        if (s->conns[i] && s->conns[i]->h2)
            h2_release(s->conns[i]->h2);
}

static unsigned receive(struct load_path *path, unsigned wanted, struct load_message *out)
{
    struct load_stream *s = stream_of(path);
    (void)wanted;
    release(s);
    if (s->event_at == s->event_count)
        poll_events(s, 0);
    return take_messages(s, out);
}

static unsigned watch(struct load_path *path, struct pollfd *out)
{
    *out = (struct pollfd){.fd = stream_of(path)->poll_fd, .events = POLLIN};
    return 1;
}

static const char *way(const struct load_path *path)
{
    static const char *const words[] = {
        [LOAD_UDP] = "tcp", [LOAD_TCP] = "tcp", [LOAD_DOT] = "dot", [LOAD_DOH] = "doh"};
    return words[((const struct load_stream *)path)->proto];
}

static const char *last_failure(const struct load_path *path)
{
    return ((const struct load_stream *)path)->why;
}

const struct load_path_ops load_stream_ops = {
    .lane_bits = LOAD_STREAM_BITS,
    .open = open_path,
    .close = close_path,
    .begin = begin,
    .end = end,
    .lane = choose_lane,
    .send = send_items,
    .receive = receive,
    .trouble = next_trouble,
    .turn = turn,
    .watch = watch,
    .way = way,
    .why = last_failure,
};
