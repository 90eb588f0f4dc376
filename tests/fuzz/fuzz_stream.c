// SPDX-License-Identifier: BSD-2-Clause
/* DNS over TCP: any order of sends, openings, data and closings over a wire that only keeps
 * book.
 *
 * An input is a list of steps, two octets each: what, and to which of four resolvers or
 * how many octets; data follow their step. For each connection the octets are framed
 * again here, the slow way: the messages told must be the same, whatever pieces they came
 * in. Every connection ends once; none is written to before it is open or after it was
 * closed. */
#include <stdlib.h>
#include <string.h>

#include "engine/stream.h"

#define RESOLVERS    100 /* more than there are connections */
#define RECEIVED_MAX 65536
#define SENDS_MAX    4096

enum step { STEP_SEND, STEP_OPEN, STEP_DATA, STEP_CLOSE, STEP_SWEEP, STEP_COUNT };
enum side { SIDE_FREE, SIDE_CONNECTING, SIDE_UP, SIDE_CLOSING };

static struct connection {
    enum side side;
    uint32_t resolver;
    size_t received_len, taken; /* octets received, and of them told as messages */
    uint8_t received[RECEIVED_MAX];
} connections[WIRE_STREAMS_MAX];

static unsigned opened, ended, disconnects;
static uint32_t connecting_for; /* the resolver of the send in hand */
static struct connection *receiving;

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* --- the wire --- */

int wire_connect(struct wire *wire, const struct wire_address *to)
{
    (void)wire;
    (void)to;
    for (int i = 0; i < WIRE_STREAMS_MAX; i++) {
        struct connection *c = &connections[i];
        if (c->side != SIDE_FREE)
            continue;
        c->side = SIDE_CONNECTING;
        c->resolver = connecting_for;
        c->received_len = c->taken = 0;
        opened++;
        return i;
    }
    return ERR_FULL;
}

void wire_write(struct wire *wire, uint32_t connection, const uint8_t *data, size_t len)
{
    (void)wire;
    check(connections[connection].side == SIDE_UP);
    for (size_t at = 0; at < len;) { /* whole messages, framed */
        check(len - at >= 2);
        size_t message_len = (size_t)data[at] << 8 | data[at + 1];
        check(message_len > 0 && message_len <= len - at - 2);
        at += 2 + message_len;
    }
}

void wire_disconnect(struct wire *wire, uint32_t connection)
{
    (void)wire;
    check(connections[connection].side != SIDE_FREE);
    connections[connection].side = SIDE_CLOSING;
    disconnects++;
}

/* --- what the engine is told --- */

static void on_message(void *ctx, uint32_t resolver, const uint8_t *data, size_t len)
{
    struct connection *c = receiving;
    (void)ctx;
    check(c && c->resolver == resolver);
    check(c->received_len - c->taken >= len + 2);
    const uint8_t *expected = c->received + c->taken;
    check(((size_t)expected[0] << 8 | expected[1]) == len);
    check(len == 0 || memcmp(expected + 2, data, len) == 0);
    c->taken += len + 2;
}

static void on_closed(void *ctx, uint32_t resolver)
{
    (void)ctx;
    check(receiving && receiving->resolver == resolver);
    ended++;
}

/* --- steps --- */

static void send_one(struct streams *streams, uint8_t resolver, mono_ns now)
{
    static const struct wire_address address;
    uint8_t query[DNS_QUERY_MAX] = {0};
    connecting_for = resolver % RESOLVERS;
    size_t len = 12 + (size_t)resolver % (DNS_QUERY_MAX - 12);
    int error = streams_send(streams, connecting_for, &address, query, len, now);
    check(error == 0 || error == ERR_FULL);
}

/* DATA of LEN octets comes by C; returns whether a whole message was left untold. */
static void receive(struct streams *streams, uint32_t number, const uint8_t *data, size_t len)
{
    struct connection *c = &connections[number];
    if (c->received_len + len > RECEIVED_MAX)
        return;
    if (len)
        memcpy(c->received + c->received_len, data, len);
    c->received_len += len;
    uint8_t *copy = malloc(len ? len : 1); /* of exactly its length */
    if (!copy)
        abort();
    if (len)
        memcpy(copy, data, len);
    receiving = c;
    streams_event(streams, number, WIRE_STREAM_DATA, copy, len);
    receiving = NULL;
    free(copy);
    size_t left = c->received_len - c->taken;
    const uint8_t *rest = c->received + c->taken;
    bool is_whole = left >= 2 && left >= 2 + ((size_t)rest[0] << 8 | rest[1]);
    check(!is_whole || c->side == SIDE_CLOSING); /* given up: a flood */
}

static void end(struct streams *streams, uint32_t number)
{
    unsigned before = ended;
    receiving = &connections[number];
    connections[number].side = SIDE_FREE;
    streams_event(streams, number, WIRE_STREAM_CLOSED, NULL, 0);
    receiving = NULL;
    check(ended == before + 1);
}

static void step(struct streams *streams, enum step what, uint8_t value, mono_ns now)
{
    struct connection *c = &connections[value % WIRE_STREAMS_MAX];
    switch (what) {
    case STEP_SEND:
        send_one(streams, value, now);
        break;
    case STEP_OPEN:
        if (c->side == SIDE_CONNECTING) {
            c->side = SIDE_UP;
            streams_event(streams, value % WIRE_STREAMS_MAX, WIRE_STREAM_OPEN, NULL, 0);
        }
        break;
    case STEP_CLOSE:
        if (c->side != SIDE_FREE)
            end(streams, value % WIRE_STREAMS_MAX);
        break;
    default:
        streams_sweep(streams, now, STREAM_IDLE);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct streams_handlers handlers = {.message = on_message, .closed = on_closed};
    struct streams *streams;
    mono_ns now = NS_PER_S;
    for (size_t i = 0; i < WIRE_STREAMS_MAX; i++)
        connections[i].side = SIDE_FREE;
    opened = ended = disconnects = 0;
    check(streams_create(&streams, NULL, &handlers) == 0);
    for (size_t at = 0, steps = 0; at + 2 <= size && steps < SENDS_MAX; steps++) {
        enum step what = data[at] % STEP_COUNT;
        uint32_t number = data[at] / STEP_COUNT; /* of data: which connection */
        uint8_t value = data[at + 1];
        at += 2;
        now += value * NS_PER_MS;
        if (what != STEP_DATA) {
            step(streams, what, value, now);
            continue;
        }
        size_t len = value < size - at ? value : size - at;
        if (connections[number].side == SIDE_UP)
            receive(streams, number, data + at, len);
        at += len;
    }
    for (uint32_t i = 0; i < WIRE_STREAMS_MAX; i++)
        if (connections[i].side != SIDE_FREE)
            end(streams, i);
    check(opened == ended && disconnects <= opened);
    streams_destroy(streams);
    return 0;
}
