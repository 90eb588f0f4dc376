// SPDX-License-Identifier: BSD-2-Clause
/* Life and waits.
 *
 *  1. A turn (uv_prepare, before the loop waits): each connection's waits are looked at, then
 *     the handler acts. A timer sees to it that there are turns.
 *  2. The waits: `wait` to connect and between two octets; CONN_DRIP_RATE over CONN_DRIP_TIME; and
 *     CONN_PATIENCE for the whole, longer by what came at CONN_STEADY_RATE. So no peer holds a
 * connection for long but by sending much.
 *  3. What a handler did, disk included, is added to all waits. */
#include "engine/conn.h"

#include <stdlib.h>
#include <string.h>

#include "engine/conn_state.h"

#define TICK_MS       50
#define UDP_SENDS_MAX 3

void conn_end(struct conn *c, enum conn_end end, const char *why)
{
    if (c->state == CONN_FREE || c->state == CONN_ENDING)
        return;
    c->state = CONN_ENDING;
    c->report.end = end;
    c->report.why = why;
    c->report.ended = clock_mono_ns();
    conn_io_close(c);
}

void conn_free(struct conn *c)
{
    struct conns *conns = c->conns;
    struct conn_report report = c->report;
    void *owner = c->owner;
    free(c->in);
    tls_session_destroy(c->tls);
    memset(c->query, 0, sizeof c->query);
    c->in = NULL;
    c->tls = NULL;
    c->state = CONN_FREE;
    conns->count--;
    if (conns->handlers)
        conns->handlers->ended(conns->handlers->ctx, owner, &report);
}

/* --- what comes --- */

/* Time that was ours is nobody's silence. */
static void shift_waits(struct conns *conns, mono_ns by)
{
    if (by < TICK_MS * NS_PER_MS)
        return;
    for (unsigned i = 0; i < CONNS_MAX; i++) {
        conns->items[i].heard += by;
        conns->items[i].window += by;
        conns->items[i].report.began += by;
    }
}

static bool hand_over(struct conn *c, const uint8_t *data, size_t len)
{
    const struct conns_handlers *handlers = c->conns->handlers;
    if (handlers->message(handlers->ctx, c->owner, data, len))
        return true;
    conn_end(c, CONN_LEFT, NULL);
    return false;
}

void conn_take(struct conn *c, size_t len)
{
    mono_ns begun = clock_mono_ns();
    size_t at = 0;
    c->heard = begun;
    c->report.octets += len;
    c->in_len += len;
    while (c->in_len - at >= 2) {
        size_t message_len = (size_t)c->in[at] << 8 | c->in[at + 1];
        if (c->in_len - at - 2 < message_len)
            break;
        if (!hand_over(c, c->in + at + 2, message_len))
            return;
        at += 2 + message_len;
    }
    c->in_len -= at;
    memmove(c->in, c->in + at, c->in_len);
    shift_waits(c->conns, clock_mono_ns() - begun);
}

void conn_take_datagram(struct conn *c, const uint8_t *data, size_t len)
{
    if (len < 2 || memcmp(data, c->query + 2, 2) != 0)
        return; /* of another id: not for us */
    c->report.octets += len;
    if (hand_over(c, data, len))
        c->heard = clock_mono_ns();
}

void conn_is_up(struct conn *c)
{
    c->state = CONN_UP;
    c->report.was_up = true;
    c->heard = c->window = clock_mono_ns();
    c->sends++;
    conn_io_ask(c);
}

/* --- waits --- */

static const char *silence_of(const struct conn *c)
{
    switch (c->state) {
    case CONN_OPENING:
        return "no connection";
    case CONN_SHAKING:
        return "no TLS handshake";
    default:
        return c->report.octets ? "silence midway" : "no answer";
    }
}

/* Octets of the datagrams are few, and their number is bounded. */
static bool is_drip(struct conn *c, mono_ns now)
{
    if (c->transport == CONN_UDP || now - c->window < c->drip_time)
        return false;
    uint64_t least = CONN_DRIP_RATE * (uint64_t)(c->drip_time / NS_PER_S);
    bool is_slow = c->report.octets - c->window_from < least;
    c->window = now;
    c->window_from = c->report.octets;
    return is_slow;
}

static bool is_over(const struct conn *c, mono_ns now)
{
    mono_ns bought = (mono_ns)(c->report.octets / CONN_STEADY_RATE) * NS_PER_S;
    return now - c->report.began > CONN_PATIENCE + bought;
}

static void look_at_waits(struct conn *c, mono_ns now)
{
    if (c->state == CONN_FREE || c->state == CONN_ENDING)
        return;
    mono_ns silent = now - c->heard;
    if (silent > c->wait)
        conn_end(c, CONN_SILENT, silence_of(c));
    else if (c->state == CONN_UP && is_drip(c, now))
        conn_end(c, CONN_SLOW, "no more than a drip");
    else if (is_over(c, now))
        conn_end(c, CONN_SLOW, "slow, and no end");
    else if (c->transport == CONN_UDP && c->state == CONN_UP && c->sends < UDP_SENDS_MAX &&
             silent > (mono_ns)c->sends * (c->wait / UDP_SENDS_MAX)) {
        c->sends++;
        conn_io_ask(c);
    }
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct conns *conns = prepare->data;
    mono_ns now = clock_mono_ns();
    for (unsigned i = 0; i < CONNS_MAX; i++)
        look_at_waits(&conns->items[i], now);
    if (!conns->is_stopped)
        conns->handlers->act(conns->handlers->ctx, now);
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer; /* waking up is all it is for */
}

/* --- the whole --- */

int conns_create(struct conns **out, const struct conns_params *params)
{
    struct conns *conns = calloc(1, sizeof *conns);
    *out = conns;
    if (!conns)
        return ERR_NOMEM;
    conns->params = *params;
    conns->tick.data = conns->prepare.data = conns;
    bool good = uv_loop_init(&conns->loop) == 0;
    conns->is_loop_open = good;
    if (good && uv_timer_init(&conns->loop, &conns->tick) == 0 &&
        uv_prepare_init(&conns->loop, &conns->prepare) == 0 &&
        uv_timer_start(&conns->tick, on_tick, TICK_MS, TICK_MS) == 0 &&
        uv_prepare_start(&conns->prepare, on_prepare) == 0)
        return 0;
    conns_destroy(conns);
    *out = NULL;
    return ERR_IO;
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void conns_destroy(struct conns *conns)
{
    if (!conns)
        return;
    conns->handlers = NULL; /* nobody is told */
    conns_leave_all(conns);
    if (conns->is_loop_open) {
        uv_walk(&conns->loop, close_handle, NULL);
        while (uv_run(&conns->loop, UV_RUN_DEFAULT) != 0)
            continue;
        (void)uv_loop_close(&conns->loop);
    }
    free(conns);
}

int conns_open(struct conns *conns, const struct conn_question *question)
{
    struct conn *c = conns->items;
    while (c < conns->items + CONNS_MAX && c->state != CONN_FREE)
        c++;
    if (c == conns->items + CONNS_MAX || question->len > CONN_QUERY_MAX)
        return ERR_FULL;
    mono_ns now = clock_mono_ns();
    *c = (struct conn){.conns = conns,
                       .owner = question->owner,
                       .transport = question->transport,
                       .report = {.began = now},
                       .wait = question->wait,
                       .drip_time = question->drip_time ? question->drip_time : CONN_DRIP_TIME,
                       .heard = now,
                       .query_len = question->len + 2};
    c->query[0] = (uint8_t)(question->len >> 8);
    c->query[1] = (uint8_t)question->len;
    memcpy(c->query + 2, question->data, question->len);
    c->in = malloc(CONN_IN_CAP);
    int error = c->in ? 0 : ERR_NOMEM;
    if (!error && c->transport == CONN_TLS)
        error = tls_session_create(&c->tls, conns->params.tls, question->tls_host,
                                   question->tls_address);
    if (!error)
        error = conn_io_begin(c, &question->to);
    if (error) {
        tls_session_destroy(c->tls);
        free(c->in);
        *c = (struct conn){0};
        return error;
    }
    conns->count++;
    return 0;
}

unsigned conns_count(const struct conns *conns)
{
    return conns->count;
}

void conns_leave_all(struct conns *conns)
{
    for (unsigned i = 0; i < CONNS_MAX; i++)
        conn_end(&conns->items[i], CONN_LEFT, NULL);
}

void conns_run(struct conns *conns, const struct conns_handlers *handlers)
{
    conns->handlers = handlers;
    conns->is_stopped = false;
    (void)uv_run(&conns->loop, UV_RUN_DEFAULT);
}

void conns_stop(struct conns *conns)
{
    conns->is_stopped = true;
    uv_stop(&conns->loop);
}
