// SPDX-License-Identifier: BSD-2-Clause
/* engine/wire.h over a network that is a list of events in virtual time.
 *
 * 1. What leaves is shown to the installed server at once, without delay or copy.
 * 2. What the server announces becomes an event of the wire it concerns, in order of
 *    time and then of announcement.
 * 3. wire_run: deliver what is due, call the turn, sleep on the fake clock until the
 *    turn's wish or the next event. A turn that wishes for no pause takes 1 us. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fake/clock.h"
#include "tests/fake/net.h"

#define TURN_TIME   NS_PER_US
#define SOCKETS_MAX 64

enum event_kind { EVENT_DATAGRAM, EVENT_BOUNCE, EVENT_OPEN, EVENT_DATA, EVENT_CLOSED };

struct event {
    struct event *next;
    mono_ns at;
    uint64_t order; /* of announcement, among those of one time */
    enum event_kind kind;
    uint32_t port, serial;
    struct wire_address from;
    size_t len;
    uint8_t data[];
};

struct queue {
    struct event *first, *last;
};

/* The earliest is the first; each is no later than the two of twice its place. */
struct schedule {
    struct event **items;
    size_t count, cap;
    uint64_t announced;
};

struct socket_state {
    unsigned family;
    struct queue datagrams, bounces;
};

enum stream_state { STREAM_FREE, STREAM_CONNECTING, STREAM_UP, STREAM_CLOSING };

struct stream_side {
    enum stream_state state;
    uint32_t serial;
    struct wire_address to;
    mono_ns busy_until; /* the server writes one message after the other */
    uint8_t *buffer;    /* octets written that are no whole message yet */
    size_t len;
};

struct wire {
    unsigned participant;
    bool is_stopped, has_left;
    unsigned socket_count;
    struct socket_state sockets[SOCKETS_MAX];
    struct wire_batch batches[WIRE_FAMILIES];
    struct stream_side streams[WIRE_STREAMS_MAX];
    struct schedule events;
    struct queue given; /* what wire_receive lent out */
    const struct wire_handlers *handlers;
};

static struct net_server installed;
static uint64_t drops;
static unsigned connections;

void net_install(const struct net_server *server)
{
    installed = *server;
    drops = 0;
}

void net_add_drops(uint64_t count)
{
    drops += count;
}

unsigned net_connections(void)
{
    return connections;
}

bool wire_has_route(const struct wire_address *to)
{
    return !installed.has_route || installed.has_route(installed.ctx, to);
}

/* --- events --- */

static void append(struct queue *queue, struct event *event)
{
    event->next = NULL;
    if (queue->last)
        queue->last->next = event;
    else
        queue->first = event;
    queue->last = event;
}

static struct event *take(struct queue *queue)
{
    struct event *event = queue->first;
    if (event) {
        queue->first = event->next;
        if (!queue->first)
            queue->last = NULL;
    }
    return event;
}

static void drain(struct queue *queue)
{
    for (struct event *event; (event = take(queue));)
        free(event);
}

static bool is_before(const struct event *a, const struct event *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void schedule_put(struct schedule *schedule, struct event *event)
{
    if (schedule->count == schedule->cap) {
        schedule->cap = schedule->cap ? schedule->cap * 2 : 256;
        schedule->items = realloc(schedule->items, schedule->cap * sizeof(struct event *));
        assert(schedule->items);
    }
    event->order = schedule->announced++;
    size_t place = schedule->count++;
    for (; place > 0 && is_before(event, schedule->items[(place - 1) / 2]); place = (place - 1) / 2)
        schedule->items[place] = schedule->items[(place - 1) / 2];
    schedule->items[place] = event;
}

/* The next one due at NOW, or NULL. */
static struct event *schedule_take(struct schedule *schedule, mono_ns now)
{
    if (schedule->count == 0 || schedule->items[0]->at > now)
        return NULL;
    struct event *due = schedule->items[0], *moved = schedule->items[--schedule->count];
    size_t place = 0, child;
    while ((child = 2 * place + 1) < schedule->count) {
        if (child + 1 < schedule->count &&
            is_before(schedule->items[child + 1], schedule->items[child]))
            child++;
        if (!is_before(schedule->items[child], moved))
            break;
        schedule->items[place] = schedule->items[child];
        place = child;
    }
    schedule->items[place] = moved;
    return due;
}

static void schedule_deinit(struct schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++)
        free(schedule->items[i]);
    free(schedule->items);
}

static void announce(struct wire *wire, enum event_kind kind, mono_ns at, uint32_t port,
                     uint32_t serial, const struct wire_address *from, const uint8_t *data,
                     size_t len)
{
    struct event *event = malloc(sizeof *event + len);
    assert(event);
    *event = (struct event){.at = at, .kind = kind, .port = port, .serial = serial, .len = len};
    if (from)
        event->from = *from;
    if (len)
        memcpy(event->data, data, len);
    schedule_put(&wire->events, event);
}

void net_reply(const struct net_query *query, mono_ns after, const struct wire_address *from,
               const uint8_t *data, size_t len)
{
    announce(query->wire, EVENT_DATAGRAM, query->at + after, query->port, 0,
             from ? from : &query->to, data, len);
}

void net_bounce(const struct net_query *query, mono_ns after)
{
    announce(query->wire, EVENT_BOUNCE, query->at + after, query->port, 0, &query->to, query->data,
             2);
}

void net_stream(const struct net_query *query, mono_ns after, const uint8_t *data, size_t len,
                size_t piece, mono_ns gap)
{
    if (piece == 0)
        piece = len;
    struct stream_side *stream = &query->wire->streams[query->port];
    mono_ns at = query->at + after;
    if (at < stream->busy_until)
        at = stream->busy_until;
    for (size_t done = 0; done < len; done += piece, at += gap)
        announce(query->wire, EVENT_DATA, at, query->port, query->serial, NULL, data + done,
                 len - done < piece ? len - done : piece);
    stream->busy_until = at;
}

void net_close(const struct net_query *query, mono_ns after)
{
    announce(query->wire, EVENT_CLOSED, query->at + after, query->port, query->serial, NULL, NULL,
             0);
}

static void tell_stream(struct wire *wire, const struct event *event)
{
    static const enum wire_stream_event kinds[] = {
        [EVENT_OPEN] = WIRE_STREAM_OPEN,
        [EVENT_DATA] = WIRE_STREAM_DATA,
        [EVENT_CLOSED] = WIRE_STREAM_CLOSED,
    };
    struct stream_side *stream = &wire->streams[event->port];
    if (stream->state == STREAM_FREE || stream->serial != event->serial ||
        (stream->state == STREAM_CLOSING && event->kind != EVENT_CLOSED))
        return; /* of a connection that is gone */
    if (event->kind == EVENT_OPEN)
        stream->state = STREAM_UP;
    wire->handlers->stream(wire->handlers->ctx, event->port, kinds[event->kind], event->data,
                           event->len);
    if (event->kind == EVENT_CLOSED) {
        free(stream->buffer);
        *stream = (struct stream_side){.serial = stream->serial + 1};
        connections--;
    }
}

static void deliver(struct wire *wire, mono_ns now)
{
    for (struct event *event; (event = schedule_take(&wire->events, now));) {
        if (event->kind == EVENT_DATAGRAM) {
            append(&wire->sockets[event->port].datagrams, event);
        } else if (event->kind == EVENT_BOUNCE) {
            append(&wire->sockets[event->port].bounces, event);
        } else {
            tell_stream(wire, event);
            free(event);
        }
    }
}

/* --- the loop --- */

int wire_open(struct wire **out, const struct wire_params *params)
{
    struct wire *wire = *out = calloc(1, sizeof *wire);
    assert(wire);
    for (unsigned f = 0; f < WIRE_FAMILIES; f++)
        for (unsigned i = 0; i < params->socket_count[f]; i++) {
            assert(wire->socket_count < SOCKETS_MAX);
            wire->sockets[wire->socket_count++].family = f;
        }
    wire->participant = fake_clock_join();
    return 0;
}

static void leave(struct wire *wire)
{
    if (!wire->has_left)
        fake_clock_leave(wire->participant);
    wire->has_left = true;
}

void wire_close(struct wire *wire)
{
    if (!wire)
        return;
    leave(wire);
    schedule_deinit(&wire->events);
    drain(&wire->given);
    for (unsigned i = 0; i < wire->socket_count; i++) {
        drain(&wire->sockets[i].datagrams);
        drain(&wire->sockets[i].bounces);
    }
    for (unsigned i = 0; i < WIRE_STREAMS_MAX; i++) {
        connections -= wire->streams[i].state != STREAM_FREE;
        free(wire->streams[i].buffer);
    }
    free(wire);
}

mono_ns wire_now(const struct wire *wire)
{
    (void)wire;
    return clock_mono_ns();
}

int wire_run(struct wire *wire, const struct wire_handlers *handlers)
{
    wire->handlers = handlers;
    wire->is_stopped = false;
    if (wire->has_left)
        wire->participant = fake_clock_join();
    wire->has_left = false;
    bool is_main = fake_clock_leave_main();
    mono_ns wake = clock_mono_ns();
    while (!wire->is_stopped) {
        fake_clock_sleep(wire->participant, wake);
        mono_ns now = clock_mono_ns();
        if (installed.turn)
            installed.turn(installed.ctx, now);
        deliver(wire, now);
        wake = handlers->turn(handlers->ctx, now);
        if (wire->events.count > 0 && wire->events.items[0]->at < wake)
            wake = wire->events.items[0]->at;
        if (wake < now + TURN_TIME)
            wake = now + TURN_TIME;
    }
    leave(wire);
    if (is_main)
        fake_clock_join_main();
    return 0;
}

void wire_stop(struct wire *wire)
{
    wire->is_stopped = true;
}

/* --- UDP --- */

unsigned wire_socket_count(const struct wire *wire)
{
    return wire->socket_count;
}

unsigned wire_socket_family(const struct wire *wire, unsigned socket)
{
    return wire->sockets[socket].family;
}

struct wire_batch *wire_batch(struct wire *wire, unsigned family)
{
    return &wire->batches[family];
}

enum wire_send_result wire_send(struct wire *wire, unsigned socket, size_t *first, size_t count)
{
    const struct wire_batch *batch = &wire->batches[wire->sockets[socket].family];
    for (; *first < count; ++*first) {
        const struct wire_address *to = batch->to[*first];
        assert(to->family == wire->sockets[socket].family);
        enum wire_send_result result =
            installed.send ? installed.send(installed.ctx, to) : WIRE_SENT;
        if (result != WIRE_SENT)
            return result;
        const struct net_query query = {.wire = wire,
                                        .to = *to,
                                        .at = clock_mono_ns(),
                                        .data = batch->data[*first],
                                        .len = batch->len[*first],
                                        .port = socket};
        installed.query(installed.ctx, &query);
    }
    return WIRE_SENT;
}

bool wire_is_readable(const struct wire *wire, unsigned socket)
{
    return wire->sockets[socket].datagrams.first || wire->sockets[socket].bounces.first;
}

size_t wire_receive(struct wire *wire, unsigned socket, struct wire_datagram out[WIRE_BATCH])
{
    size_t count = 0;
    drain(&wire->given);
    for (; count < WIRE_BATCH && wire->sockets[socket].datagrams.first; count++) {
        struct event *event = take(&wire->sockets[socket].datagrams);
        append(&wire->given, event);
        bool is_cut = event->len > WIRE_DATAGRAM_CAP;
        out[count] = (struct wire_datagram){
            .data = event->data,
            .from = &event->from,
            .len = (uint16_t)(is_cut ? WIRE_DATAGRAM_CAP : event->len),
            .is_cut = is_cut,
        };
    }
    return count;
}

bool wire_next_bounce(struct wire *wire, unsigned socket, struct wire_bounce *out)
{
    struct event *event = take(&wire->sockets[socket].bounces);
    if (!event)
        return false;
    *out = (struct wire_bounce){.to = event->from,
                                .id = (uint16_t)(event->data[0] << 8 | event->data[1])};
    free(event);
    return true;
}

uint64_t wire_drops(struct wire *wire)
{
    (void)wire;
    return drops;
}

/* --- TCP --- */

int wire_connect(struct wire *wire, const struct wire_address *to)
{
    uint32_t number = 0;
    while (number < WIRE_STREAMS_MAX && wire->streams[number].state != STREAM_FREE)
        number++;
    if (number == WIRE_STREAMS_MAX)
        return ERR_FULL;
    struct stream_side *stream = &wire->streams[number];
    mono_ns after = 0;
    enum net_connect fate =
        installed.connect ? installed.connect(installed.ctx, to, &after) : NET_ACCEPTED;
    stream->state = STREAM_CONNECTING;
    stream->to = *to;
    connections++;
    if (fate != NET_UNANSWERED)
        announce(wire, fate == NET_ACCEPTED ? EVENT_OPEN : EVENT_CLOSED, clock_mono_ns() + after,
                 number, stream->serial, NULL, NULL, 0);
    return (int)number;
}

/* Shows the server each whole message. */
static void read_messages(struct wire *wire, uint32_t connection)
{
    struct stream_side *stream = &wire->streams[connection];
    size_t done = 0;
    while (stream->len - done >= 2) {
        size_t len = (size_t)stream->buffer[done] << 8 | stream->buffer[done + 1];
        if (stream->len - done < 2 + len)
            break;
        const struct net_query query = {.wire = wire,
                                        .to = stream->to,
                                        .at = clock_mono_ns(),
                                        .data = stream->buffer + done + 2,
                                        .len = len,
                                        .port = connection,
                                        .serial = stream->serial,
                                        .by_tcp = true};
        installed.query(installed.ctx, &query);
        done += 2 + len;
    }
    stream->len -= done;
    if (stream->len)
        memmove(stream->buffer, stream->buffer + done, stream->len);
}

void wire_write(struct wire *wire, uint32_t connection, const uint8_t *data, size_t len)
{
    struct stream_side *stream = &wire->streams[connection];
    if (stream->state != STREAM_UP)
        return;
    uint8_t *grown = realloc(stream->buffer, stream->len + len + 1);
    assert(grown);
    stream->buffer = grown;
    memcpy(stream->buffer + stream->len, data, len);
    stream->len += len;
    read_messages(wire, connection);
}

void wire_disconnect(struct wire *wire, uint32_t connection)
{
    struct stream_side *stream = &wire->streams[connection];
    if (stream->state == STREAM_FREE || stream->state == STREAM_CLOSING)
        return;
    stream->state = STREAM_CLOSING;
    announce(wire, EVENT_CLOSED, clock_mono_ns(), connection, stream->serial, NULL, NULL, 0);
}
