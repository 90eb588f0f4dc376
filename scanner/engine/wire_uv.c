// SPDX-License-Identifier: BSD-2-Clause
/* The kernel's wire: one libuv loop that watches our UDP descriptors and carries TCP.
 *
 * 1. uv_poll callbacks only note which socket is readable; nothing is read there.
 * 2. The prepare callback, once per round before the loop waits, runs the handlers'
 *    turn, which reads, decides and sends in that order.
 * 3. The turn says when it wants to be called again. Soon: an idle handle keeps the
 *    loop from waiting. Later: a timerfd wakes it (libuv's own timers are too coarse
 *    to pace by: whole milliseconds).
 *
 * A socket with an ICMP error pending makes libuv stop watching it and call back with
 * UV_EBADF; the turn empties the error queue, and the watch is started again. */
#include "engine/wire.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#include "engine/wire_udp.h"

#define SPIN_BELOW       (40 * NS_PER_US) /* a shorter sleep costs more than it saves */
#define STREAM_READ_SIZE 16384
#define STREAM_QUEUE_MAX 65536 /* octets waiting to be written on one connection */

enum stream_state { STREAM_FREE, STREAM_CONNECTING, STREAM_UP, STREAM_CLOSING };

struct stream {
    uv_tcp_t tcp; /* data: the stream */
    uv_connect_t connect;
    struct wire *wire;
    enum stream_state state;
};

struct watch {
    uv_poll_t poll;
    struct wire *wire;
    bool is_readable, has_error;
};

struct wire {
    uv_loop_t loop;
    uv_prepare_t prepare;
    uv_idle_t spin;
    uv_poll_t wakeup;
    int timer_fd;
    mono_ns armed; /* when timer_fd will fire; WIRE_NEVER: not armed */
    bool is_loop_open;
    struct wire_address bind[WIRE_FAMILIES]; /* source of connections; len 0: any */
    struct udp *udp;
    struct watch *watches;
    const struct wire_handlers *handlers;
    struct stream streams[WIRE_STREAMS_MAX];
    char stream_buffer[STREAM_READ_SIZE]; /* one read at a time: the loop is one thread */
};

mono_ns wire_now(const struct wire *wire)
{
    (void)wire;
    return clock_mono_ns();
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)events;
    struct watch *watch = poll->data;
    watch->is_readable = true;
    if (status < 0) { /* stopped by libuv for a pending error; see the top */
        watch->has_error = true;
        (void)uv_poll_start(poll, UV_READABLE, on_poll);
    }
}

static void on_wakeup(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct wire *wire = poll->data;
    uint64_t expirations;
    if (read(wire->timer_fd, &expirations, sizeof expirations) > 0)
        wire->armed = WIRE_NEVER;
}

static void on_spin(uv_idle_t *idle)
{
    (void)idle;
}

/* A timer that fires too early costs a wake-up, one set anew each round a system call. */
static void arm(struct wire *wire, mono_ns at)
{
    if (at >= wire->armed)
        return;
    struct itimerspec spec = {0};
    if (at != WIRE_NEVER) {
        spec.it_value.tv_sec = at / NS_PER_S;
        spec.it_value.tv_nsec = at % NS_PER_S;
    }
    if (timerfd_settime(wire->timer_fd, TFD_TIMER_ABSTIME, &spec, NULL) == 0)
        wire->armed = at;
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct wire *wire = prepare->data;
    mono_ns now = clock_mono_ns();
    mono_ns next = wire->handlers->turn(wire->handlers->ctx, now);
    if (next <= now + SPIN_BELOW) {
        (void)uv_idle_start(&wire->spin, on_spin);
        return;
    }
    (void)uv_idle_stop(&wire->spin);
    arm(wire, next);
}

/* --- opening and closing --- */

static int start_watch(struct wire *wire, unsigned socket)
{
    struct watch *watch = &wire->watches[socket];
    watch->wire = wire;
    watch->poll.data = watch;
    if (uv_poll_init(&wire->loop, &watch->poll, udp_descriptor(wire->udp, socket)) != 0)
        return ERR_IO;
    return uv_poll_start(&watch->poll, UV_READABLE, on_poll) == 0 ? 0 : ERR_IO;
}

static int open_loop(struct wire *wire)
{
    if (uv_loop_init(&wire->loop) != 0)
        return ERR_IO;
    wire->is_loop_open = true;
    wire->prepare.data = wire;
    wire->wakeup.data = wire;
    if (uv_prepare_init(&wire->loop, &wire->prepare) != 0 ||
        uv_prepare_start(&wire->prepare, on_prepare) != 0 ||
        uv_idle_init(&wire->loop, &wire->spin) != 0 ||
        uv_poll_init(&wire->loop, &wire->wakeup, wire->timer_fd) != 0 ||
        uv_poll_start(&wire->wakeup, UV_READABLE, on_wakeup) != 0)
        return ERR_IO;
    for (unsigned i = 0; i < udp_socket_count(wire->udp); i++) {
        if (start_watch(wire, i) != 0)
            return ERR_IO;
    }
    return 0;
}

static void keep_bind(struct wire *wire, const struct wire_params *params)
{
    for (unsigned f = 0; f < WIRE_FAMILIES; f++) {
        wire->bind[f] = params->bind[f];
        if (f == 0)
            wire->bind[f].sa.v4.sin_port = 0;
        else
            wire->bind[f].sa.v6.sin6_port = 0;
    }
}

int wire_open(struct wire **out, const struct wire_params *params)
{
    *out = NULL;
    struct wire *wire = calloc(1, sizeof *wire);
    if (!wire)
        return ERR_NOMEM;
    wire->armed = WIRE_NEVER;
    keep_bind(wire, params);
    wire->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    int error = wire->timer_fd < 0 ? ERR_IO : udp_open(&wire->udp, params);
    if (error == 0) {
        wire->watches = calloc(udp_socket_count(wire->udp) + 1, sizeof *wire->watches);
        error = wire->watches ? open_loop(wire) : ERR_NOMEM;
    }
    if (error != 0) {
        int saved = errno;
        wire_close(wire);
        errno = saved;
        return error;
    }
    *out = wire;
    return 0;
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void wire_close(struct wire *wire)
{
    if (!wire)
        return;
    if (wire->is_loop_open) {
        uv_walk(&wire->loop, close_handle, NULL);
        while (uv_run(&wire->loop, UV_RUN_DEFAULT) != 0)
            continue;
        int busy = uv_loop_close(&wire->loop);
        assert(busy == 0);
        (void)busy;
    }
    if (wire->timer_fd >= 0)
        close(wire->timer_fd);
    udp_close(wire->udp);
    free(wire->watches);
    free(wire);
}

int wire_run(struct wire *wire, const struct wire_handlers *handlers)
{
    wire->handlers = handlers;
    (void)uv_run(&wire->loop, UV_RUN_DEFAULT);
    return 0;
}

void wire_stop(struct wire *wire)
{
    (void)uv_prepare_stop(&wire->prepare);
    (void)uv_idle_stop(&wire->spin);
    uv_stop(&wire->loop);
}

/* --- UDP --- */

unsigned wire_socket_count(const struct wire *wire)
{
    return udp_socket_count(wire->udp);
}

unsigned wire_socket_family(const struct wire *wire, unsigned socket)
{
    return udp_socket_family(wire->udp, socket);
}

struct wire_batch *wire_batch(struct wire *wire, unsigned family)
{
    return udp_batch(wire->udp, family);
}

enum wire_send_result wire_send(struct wire *wire, unsigned socket, size_t *first, size_t count)
{
    return udp_send(wire->udp, socket, first, count);
}

bool wire_is_readable(const struct wire *wire, unsigned socket)
{
    return wire->watches[socket].is_readable;
}

size_t wire_receive(struct wire *wire, unsigned socket, struct wire_datagram out[WIRE_BATCH])
{
    size_t count = udp_receive(wire->udp, socket, out);
    wire->watches[socket].is_readable = count == WIRE_BATCH;
    return count;
}

bool wire_next_bounce(struct wire *wire, unsigned socket, struct wire_bounce *out)
{
    struct watch *watch = &wire->watches[socket];
    if (watch->has_error)
        watch->has_error = udp_next_bounce(wire->udp, socket, out);
    return watch->has_error;
}

uint64_t wire_drops(struct wire *wire)
{
    return udp_drops(wire->udp);
}

/* --- TCP --- */

static uint32_t stream_number(const struct stream *stream)
{
    return (uint32_t)(stream - stream->wire->streams);
}

static void tell_stream(struct stream *stream, enum wire_stream_event event, const char *data,
                        size_t len)
{
    const struct wire_handlers *handlers = stream->wire->handlers;
    handlers->stream(handlers->ctx, stream_number(stream), event, (const uint8_t *)data, len);
}

static void on_stream_closed(uv_handle_t *handle)
{
    struct stream *stream = handle->data;
    tell_stream(stream, WIRE_STREAM_CLOSED, NULL, 0);
    stream->state = STREAM_FREE;
}

static void close_stream(struct stream *stream)
{
    if (stream->state == STREAM_CLOSING || stream->state == STREAM_FREE ||
        uv_is_closing((uv_handle_t *)&stream->tcp)) /* the whole loop is closing */
        return;
    stream->state = STREAM_CLOSING;
    uv_close((uv_handle_t *)&stream->tcp, on_stream_closed);
}

static void on_stream_buffer(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    (void)wanted;
    struct stream *stream = handle->data;
    *buffer = uv_buf_init(stream->wire->stream_buffer, STREAM_READ_SIZE);
}

static void on_stream_read(uv_stream_t *handle, ssize_t count, const uv_buf_t *buffer)
{
    struct stream *stream = handle->data;
    if (count > 0)
        tell_stream(stream, WIRE_STREAM_DATA, buffer->base, (size_t)count);
    else if (count < 0)
        close_stream(stream);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct stream *stream = request->data;
    if (status != 0 ||
        uv_read_start((uv_stream_t *)&stream->tcp, on_stream_buffer, on_stream_read) != 0) {
        close_stream(stream);
        return;
    }
    stream->state = STREAM_UP;
    (void)uv_tcp_nodelay(&stream->tcp, 1);
    tell_stream(stream, WIRE_STREAM_OPEN, NULL, 0);
}

int wire_connect(struct wire *wire, const struct wire_address *to)
{
    for (uint32_t i = 0; i < WIRE_STREAMS_MAX; i++) {
        struct stream *stream = &wire->streams[i];
        if (stream->state != STREAM_FREE)
            continue;
        if (uv_tcp_init(&wire->loop, &stream->tcp) != 0)
            return ERR_IO;
        stream->wire = wire;
        stream->tcp.data = stream->connect.data = stream;
        stream->state = STREAM_CONNECTING;
        /* A connect that fails at once is told like one that fails later. */
        const struct wire_address *from = &wire->bind[to->family];
        if ((from->len && uv_tcp_bind(&stream->tcp, &from->sa.any, 0) != 0) ||
            uv_tcp_connect(&stream->connect, &stream->tcp, &to->sa.any, on_connected) != 0)
            close_stream(stream);
        return (int)i;
    }
    return ERR_FULL;
}

static void on_written(uv_write_t *request, int status)
{
    struct stream *stream = request->handle->data;
    free(request);
    if (status != 0)
        close_stream(stream);
}

void wire_write(struct wire *wire, uint32_t connection, const uint8_t *data, size_t len)
{
    struct stream *stream = &wire->streams[connection];
    if (stream->state != STREAM_UP)
        return;
    struct {
        uv_write_t request;
        char data[];
    } *copy = malloc(sizeof *copy + len);
    if (!copy || stream->tcp.write_queue_size > STREAM_QUEUE_MAX) {
        free(copy);
        close_stream(stream);
        return;
    }
    memcpy(copy->data, data, len);
    uv_buf_t buffer = uv_buf_init(copy->data, (unsigned)len);
    if (uv_write(&copy->request, (uv_stream_t *)&stream->tcp, &buffer, 1, on_written) != 0) {
        free(copy);
        close_stream(stream);
    }
}

void wire_disconnect(struct wire *wire, uint32_t connection)
{
    close_stream(&wire->streams[connection]);
}
