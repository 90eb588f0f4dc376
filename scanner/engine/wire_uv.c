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
 * At high rates the sockets leave libuv's epoll set and are waited for by ppoll, together
 * with the loop's own descriptor. A socket in an epoll set wakes it for every datagram that
 * leaves, inside our own sendmmsg, which nobody needs while each round sends and receives a
 * batch (what that costs: bench/README.md).
 *
 * A socket with an ICMP error pending makes libuv stop watching it and call back with
 * UV_EBADF; the turn empties the error queue, and the watch is started again. */
#include "engine/wire.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#include "engine/wire_udp.h"

#define SPIN_BELOW       (40 * NS_PER_US) /* a shorter sleep costs more than it saves */
#define FAST_ABOVE       50000            /* datagrams/s received, from which ppoll takes over */
#define FAST_BELOW       20000            /* and below which libuv has the sockets again */
#define FAST_ROUNDS      64 /* turns in a row before libuv has its round: TCP, timers */
#define FAST_WAIT        NS_PER_MS
#define LOOK_EVERY       (10 * NS_PER_MS)
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
    bool is_loop_open, is_stopped;
    bool is_fast;                       /* the sockets are waited for by ppoll */
    struct pollfd *poll_set;            /* the sockets, and last the loop's descriptor */
    uint64_t received, received_before; /* datagrams: in all, and at the last look */
    mono_ns last_look;
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

/* --- high rates --- */

static void set_fast(struct wire *wire, bool is_fast)
{
    wire->is_fast = is_fast;
    for (unsigned i = 0; i < udp_socket_count(wire->udp); i++) {
        struct watch *watch = &wire->watches[i];
        if (is_fast)
            (void)uv_poll_stop(&watch->poll);
        else
            (void)uv_poll_start(&watch->poll, UV_READABLE, on_poll);
    }
}

static void choose_mode(struct wire *wire, mono_ns now)
{
    mono_ns elapsed = now - wire->last_look;
    if (elapsed < LOOK_EVERY)
        return;
    double rate = (double)(wire->received - wire->received_before) * 1e9 / (double)elapsed;
    wire->received_before = wire->received;
    wire->last_look = now;
    if (rate > FAST_ABOVE && !wire->is_fast)
        set_fast(wire, true);
    else if (rate < FAST_BELOW && wire->is_fast)
        set_fast(wire, false);
}

/* Waits for a socket, for NEXT, or for something libuv has to do: then false. */
static bool wait_fast(struct wire *wire, mono_ns next)
{
    unsigned count = udp_socket_count(wire->udp);
    mono_ns wait = next - clock_mono_ns();
    wait = wait < 0 ? 0 : wait < FAST_WAIT ? wait : FAST_WAIT;
    const struct timespec timeout = {.tv_nsec = wait};
    if (ppoll(wire->poll_set, count + 1, &timeout, NULL) <= 0)
        return true;
    for (unsigned i = 0; i < count; i++) {
        short events = wire->poll_set[i].revents;
        wire->watches[i].is_readable |= events != 0;
        wire->watches[i].has_error |= (events & POLLERR) != 0;
    }
    return wire->poll_set[count].revents == 0;
}

static mono_ns take_turn(struct wire *wire)
{
    return wire->handlers->turn(wire->handlers->ctx, clock_mono_ns());
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct wire *wire = prepare->data;
    mono_ns next = take_turn(wire);
    for (int i = 0; i < FAST_ROUNDS && wire->is_fast && !wire->is_stopped; i++) {
        if (!wait_fast(wire, next))
            break;
        next = take_turn(wire);
    }
    if (wire->is_stopped)
        return;
    mono_ns now = clock_mono_ns();
    choose_mode(wire, now);
    if (wire->is_fast || next <= now + SPIN_BELOW) {
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
    unsigned count = udp_socket_count(wire->udp);
    for (unsigned i = 0; i < count; i++) {
        if (start_watch(wire, i) != 0)
            return ERR_IO;
        wire->poll_set[i] = (struct pollfd){.fd = udp_descriptor(wire->udp, i), .events = POLLIN};
    }
    wire->poll_set[count] = (struct pollfd){.fd = uv_backend_fd(&wire->loop), .events = POLLIN};
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
        unsigned count = udp_socket_count(wire->udp);
        wire->watches = calloc(count + 1, sizeof *wire->watches);
        wire->poll_set = calloc(count + 1, sizeof *wire->poll_set);
        error = wire->watches && wire->poll_set ? open_loop(wire) : ERR_NOMEM;
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
    free(wire->poll_set);
    free(wire);
}

int wire_run(struct wire *wire, const struct wire_handlers *handlers)
{
    wire->handlers = handlers;
    wire->is_stopped = false;
    (void)uv_prepare_start(&wire->prepare, on_prepare); /* a run before has stopped it */
    (void)uv_run(&wire->loop, UV_RUN_DEFAULT);
    return 0;
}

void wire_stop(struct wire *wire)
{
    wire->is_stopped = true;
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
    wire->received += count;
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
