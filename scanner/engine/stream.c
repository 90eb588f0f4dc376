// SPDX-License-Identifier: BSD-2-Clause
#include "engine/stream.h"

#include <stdlib.h>
#include <string.h>

#define WAITING_MAX  16384 /* octets of queries waiting for the connection to open */
#define BUFFER_START 2048
#define SURPLUS_MAX  64 /* forged or doubled; a flood of them would hold up the loop */

struct connection {
    bool in_use, is_open;
    bool is_leaving; /* to be closed; its end has not been told yet */
    uint32_t resolver;
    uint32_t unanswered; /* queries whose answer has not come */
    uint32_t surplus;    /* messages that came when none was awaited */
    mono_ns used;        /* last send; until it is open, when that was begun */
    uint8_t *waiting;    /* framed queries, while connecting; WAITING_MAX octets */
    size_t waiting_len;
    uint8_t *buffer; /* an incomplete message with its length octets */
    size_t buffer_len, buffer_cap;
};

struct streams {
    struct wire *wire;
    struct streams_handlers handlers;
    struct connection connections[WIRE_STREAMS_MAX];
};

int streams_create(struct streams **out, struct wire *wire, const struct streams_handlers *handlers)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return ERR_NOMEM;
    (*out)->wire = wire;
    (*out)->handlers = *handlers;
    return 0;
}

static void forget(struct connection *c)
{
    free(c->waiting);
    free(c->buffer);
    *c = (struct connection){0};
}

void streams_destroy(struct streams *streams)
{
    if (!streams)
        return;
    for (size_t i = 0; i < WIRE_STREAMS_MAX; i++)
        forget(&streams->connections[i]);
    free(streams);
}

static void leave(struct streams *streams, uint32_t number)
{
    streams->connections[number].is_leaving = true;
    wire_disconnect(streams->wire, number);
}

/* Of the connections on which nothing is awaited, the one unused for longest goes, so that
 * more resolvers than connections take turns. */
static void make_room(struct streams *streams)
{
    uint32_t oldest = WIRE_STREAMS_MAX;
    for (uint32_t i = 0; i < WIRE_STREAMS_MAX; i++) {
        const struct connection *c = &streams->connections[i];
        bool may_go = c->is_open && !c->is_leaving && c->unanswered == 0;
        if (may_go && (oldest == WIRE_STREAMS_MAX || c->used < streams->connections[oldest].used))
            oldest = i;
    }
    if (oldest != WIRE_STREAMS_MAX)
        leave(streams, oldest);
}

static int connect_to(struct streams *streams, uint32_t resolver,
                      const struct wire_address *address, mono_ns now, uint32_t *number)
{
    uint8_t *waiting = malloc(WAITING_MAX);
    if (!waiting)
        return ERR_NOMEM;
    int result = wire_connect(streams->wire, address);
    if (result < 0) {
        free(waiting);
        if (result == ERR_FULL)
            make_room(streams); /* for a later try: its end is told by the loop */
        return result;
    }
    *number = (uint32_t)result;
    streams->connections[*number] =
        (struct connection){.in_use = true, .resolver = resolver, .waiting = waiting, .used = now};
    return 0;
}

int streams_send(struct streams *streams, uint32_t resolver, const struct wire_address *address,
                 const uint8_t *data, size_t len, mono_ns now)
{
    uint32_t number = 0;
    while (number < WIRE_STREAMS_MAX && !(streams->connections[number].in_use &&
                                          streams->connections[number].resolver == resolver))
        number++;
    if (number == WIRE_STREAMS_MAX) {
        int error = connect_to(streams, resolver, address, now, &number);
        if (error != 0)
            return error;
    }
    struct connection *c = &streams->connections[number];
    if (c->is_leaving || (!c->is_open && WAITING_MAX - c->waiting_len < len + 2))
        return ERR_FULL;
    uint8_t framed[2 + DNS_QUERY_MAX] = {(uint8_t)(len >> 8), (uint8_t)len};
    memcpy(framed + 2, data, len);
    if (c->is_open) {
        wire_write(streams->wire, number, framed, len + 2);
        c->used = now;
    } else {
        memcpy(c->waiting + c->waiting_len, framed, len + 2);
        c->waiting_len += len + 2;
    }
    c->unanswered++;
    return 0;
}

static int append(struct connection *c, const uint8_t *data, size_t len)
{
    if (c->buffer_cap - c->buffer_len < len) {
        size_t cap = c->buffer_cap ? c->buffer_cap : BUFFER_START;
        while (cap < c->buffer_len + len)
            cap *= 2; /* ends below twice a message: callers append one at a time */
        uint8_t *buffer = realloc(c->buffer, cap);
        if (!buffer)
            return ERR_NOMEM;
        c->buffer = buffer;
        c->buffer_cap = cap;
    }
    memcpy(c->buffer + c->buffer_len, data, len);
    c->buffer_len += len;
    return 0;
}

/* Takes what the message under construction still lacks out of DATA. ERR_NOMEM; ERR_FULL:
 * far more came than was asked for. */
static int take_data(struct streams *streams, struct connection *c, const uint8_t *data, size_t len)
{
    while (len) {
        size_t wanted = 2;
        if (c->buffer_len >= 2)
            wanted = 2 + ((size_t)c->buffer[0] << 8 | c->buffer[1]);
        size_t take = wanted - c->buffer_len < len ? wanted - c->buffer_len : len;
        if (append(c, data, take) != 0)
            return ERR_NOMEM;
        data += take;
        len -= take;
        if (c->buffer_len < 2)
            continue;
        wanted = 2 + ((size_t)c->buffer[0] << 8 | c->buffer[1]);
        if (c->buffer_len < wanted)
            continue;
        c->buffer_len = 0;
        if (c->unanswered > 0)
            c->unanswered--;
        else if (++c->surplus > SURPLUS_MAX)
            return ERR_FULL;
        streams->handlers.message(streams->handlers.ctx, c->resolver, c->buffer + 2, wanted - 2);
    }
    return 0;
}

void streams_event(struct streams *streams, uint32_t connection, enum wire_stream_event event,
                   const uint8_t *data, size_t len)
{
    struct connection *c = &streams->connections[connection];
    switch (event) {
    case WIRE_STREAM_OPEN:
        c->is_open = true;
        wire_write(streams->wire, connection, c->waiting, c->waiting_len);
        free(c->waiting);
        c->waiting = NULL;
        break;
    case WIRE_STREAM_DATA:
        if (take_data(streams, c, data, len) != 0)
            leave(streams, connection);
        break;
    case WIRE_STREAM_CLOSED: {
        uint32_t resolver = c->resolver;
        bool was_in_use = c->in_use;
        forget(c);
        if (was_in_use)
            streams->handlers.closed(streams->handlers.ctx, resolver);
        break;
    }
    }
}

void streams_sweep(struct streams *streams, mono_ns now, mono_ns idle)
{
    for (uint32_t i = 0; i < WIRE_STREAMS_MAX; i++) {
        const struct connection *c = &streams->connections[i];
        if (c->in_use && !c->is_leaving && now - c->used > idle)
            leave(streams, i);
    }
}
