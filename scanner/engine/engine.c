// SPDX-License-Identifier: BSD-2-Clause
/* The turn is told in engine.h. Its first two steps are in receive.c; the functions below
 * keep the order of the others. */
#include "engine/casing.h"

#include <stdlib.h>

#define BOUNCES_MAX      64 /* per socket and turn */
#define UNREAD_TURNS_MAX 16 /* in a row without looking at deadlines */
#define HOUSEKEEPING     (NS_PER_S / 2)
#define BUSY_RETRY       (200 * NS_PER_US) /* the kernel had no room to send */

static bool is_live(void *ctx, uint32_t ref, uint32_t stamp)
{
    const struct engine *e = ctx;
    const struct slot *slot = slots_at(e->slots, ref);
    return state_is_open(slot) && slot->sent_us == stamp;
}

/* --- step 3: what will not come --- */

static void lose(struct engine *e, slot_ref ref, enum engine_loss loss)
{
    const struct slot *slot = slots_at(e->slots, ref);
    struct engine_try try = state_describe(e, ref);
    if (slot->generation == e->places[slot->query].generation)
        e->handlers->lost(e->handlers->ctx, slot->query, loss, &try);
}

/* The network says that this try went nowhere. */
static void fail(struct engine *e, slot_ref ref, enum engine_loss loss)
{
    const struct slot *slot = slots_at(e->slots, ref);
    bool was_open = slot->state == SLOT_SENT;
    uint32_t resolver = slot->resolver;
    mono_ns elapsed = state_elapsed(e, ref);
    if (was_open) /* a LATE one has been told already */
        lose(e, ref, loss);
    state_close(e, ref, SLOT_RESTING);
    if (was_open && loss == ENGINE_TCP_FAILED)
        pool_note_tcp(e->pool, resolver, false);
    if (loss == ENGINE_UNREACHABLE) {
        counter_add(&e->counters->unreachable, 1);
        pool_note(e->pool, resolver, POOL_UNREACHABLE, elapsed, e->now);
    }
}

static void take_bounces(struct engine *e, unsigned socket)
{
    struct wire_bounce bounce;
    for (int i = 0; i < BOUNCES_MAX && wire_next_bounce(e->wire, socket, &bounce); i++) {
        slot_ref ref = (slot_ref)socket << 16 | bounce.id;
        const struct slot *slot = slots_at(e->slots, ref);
        if (state_is_open(slot) &&
            wire_address_equal(&bounce.to, &pool_at(e->pool, slot->resolver)->address))
            fail(e, ref, ENGINE_UNREACHABLE);
    }
}

static void on_tcp_closed(void *ctx, uint32_t resolver)
{
    struct engine *e = ctx;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < e->tcp_out_count; i++) {
        struct tcp_out out = e->tcp_out[i];
        if (!is_live(e, out.ref, out.stamp))
            continue;
        if (slots_at(e->slots, out.ref)->resolver == resolver)
            fail(e, out.ref, ENGINE_TCP_FAILED);
        else
            e->tcp_out[kept++] = out;
    }
    e->tcp_out_count = kept;
}

static void expire(struct engine *e)
{
    struct deadline due;
    while (deadlines_pop(e->deadlines, e->now, &due)) {
        const struct slot *slot = slots_at(e->slots, due.ref);
        if (slot->state == SLOT_LATE) {
            slots_move(e->slots, due.ref, SLOT_RESTING);
            continue;
        }
        lose(e, due.ref, ENGINE_TIMED_OUT);
        counter_add(&e->counters->timeouts, 1);
        if (slot->flags & SLOT_BY_TCP)
            pool_note_tcp(e->pool, slot->resolver, false);
        pool_note(e->pool, slot->resolver, POOL_SILENT, state_elapsed(e, due.ref), e->now);
        state_close(e, due.ref, SLOT_LATE);
        if (deadlines_add(e->deadlines, e->now, e->timeout, due.ref, due.stamp) != 0)
            e->error = ERR_NOMEM;
    }
}

/* --- step 4: sending --- */

uint32_t engine_room(const struct engine *e, unsigned family)
{
    return (uint32_t)(WIRE_BATCH - e->staged[family].count);
}

uint32_t engine_in_flight(const struct engine *e)
{
    return e->in_flight;
}

/* Any port of the family whose table has room; SLOT_NONE when none has. */
static slot_ref take_udp_slot(struct engine *e, unsigned family)
{
    struct staged *staged = &e->staged[family];
    slot_ref ref = slots_take(e->slots, staged->socket);
    if (ref != SLOT_NONE || staged->count > 0)
        return ref; /* what is staged leaves by one port */
    for (unsigned s = e->family_first[family]; s < e->family_first[family + 1]; s++) {
        ref = slots_take(e->slots, s);
        if (ref != SLOT_NONE) {
            staged->socket = s;
            break;
        }
    }
    return ref;
}

static void fill_slot(struct engine *e, slot_ref ref, uint32_t query, uint32_t resolver,
                      unsigned flags)
{
    struct slot *slot = slots_at(e->slots, ref);
    slot->query = query;
    slot->generation = e->places[query].generation;
    slot->sent_us = state_us(e, e->now);
    slot->resolver = resolver & (POOL_RESOLVERS_MAX - 1);
    slot->flags = flags & 0xf;
}

static void stage(struct engine *e, slot_ref ref, uint32_t query, const struct wire_address *to,
                  unsigned flags)
{
    struct staged *staged = &e->staged[to->family];
    struct wire_batch *batch = wire_batch(e->wire, to->family);
    size_t i = staged->count++;
    batch->len[i] = (uint16_t)query_write_mixed(
        batch->data[i], (uint16_t)ref, &e->places[query].question, flags, casing_bits(e, ref));
    batch->to[i] = to;
    staged->refs[i] = ref;
}

static int send_by_tcp(struct engine *e, slot_ref ref, uint32_t query, uint32_t resolver,
                       const struct wire_address *to, unsigned flags)
{
    if (e->tcp_out_count == TCP_OUT_MAX)
        on_tcp_closed(e, POOL_NONE); /* nobody's: only sweeps out what is settled */
    if (e->tcp_out_count == TCP_OUT_MAX)
        return ERR_FULL;
    uint8_t message[DNS_QUERY_MAX];
    size_t len = query_write_mixed(message, (uint16_t)ref, &e->places[query].question, flags,
                                   casing_bits(e, ref));
    int error = streams_send(e->streams, resolver, to, message, len, e->now);
    if (error != 0)
        return error;
    e->tcp_out[e->tcp_out_count++] = (struct tcp_out){ref, slots_at(e->slots, ref)->sent_us};
    counter_add(&e->counters->tcp, 1);
    return 0;
}

int engine_send(struct engine *e, uint32_t query, const struct engine_send *send)
{
    struct pool_resolver *resolver = pool_at(e->pool, send->resolver);
    const struct wire_address *to = &resolver->address;
    if (!send->by_tcp && engine_room(e, to->family) == 0)
        return ERR_FULL;
    slot_ref ref = send->by_tcp ? slots_take(e->slots, e->tcp_table) : take_udp_slot(e, to->family);
    if (ref == SLOT_NONE)
        return ERR_FULL;
    unsigned flags = resolver->without_edns ? send->flags & ~(unsigned)QUERY_EDNS_ALL : send->flags;
    unsigned slot_flags = (flags & QUERY_EDNS ? SLOT_WITH_EDNS : 0u) |
                          (send->by_tcp ? SLOT_BY_TCP : 0u) |
                          (casing_is_mixed(resolver) ? SLOT_MIXED : 0u);
    fill_slot(e, ref, query, send->resolver, slot_flags);
    int error = 0;
    if (send->by_tcp)
        error = send_by_tcp(e, ref, query, send->resolver, to, flags);
    else
        stage(e, ref, query, to, flags);
    if (error != 0) {
        slots_move(e->slots, ref, SLOT_RESTING);
        return error;
    }
    e->in_flight++;
    e->places[query].newest = ref;
    counter_add(&e->counters->queries, 1);
    pool_take(e->pool, send->resolver, e->now);
    mono_ns wait = send->wait < e->timeout ? send->wait : e->timeout;
    int error_late =
        deadlines_add(e->deadlines, e->now, wait, ref, slots_at(e->slots, ref)->sent_us);
    if (error_late != 0)
        e->error = error_late;
    return error_late;
}

/* Sends what is staged; true when some of it has to wait. */
static bool flush(struct engine *e, unsigned family)
{
    struct staged *staged = &e->staged[family];
    while (staged->first < staged->count) {
        enum wire_send_result result =
            wire_send(e->wire, staged->socket, &staged->first, staged->count);
        if (result == WIRE_BUSY)
            return true;
        if (result != WIRE_UNREACHABLE)
            continue;
        slot_ref ref = staged->refs[staged->first++];
        if (state_is_open(
                slots_at(e->slots, ref))) /* not when it waited longer than its deadline */
            fail(e, ref, ENGINE_UNREACHABLE);
    }
    staged->first = staged->count = 0;
    unsigned ports = e->family_first[family + 1] - e->family_first[family];
    if (ports)
        staged->socket = e->family_first[family] + rng_below(e->rng, ports);
    return false;
}

/* --- the turn --- */

static void housekeeping(struct engine *e)
{
    e->next_housekeeping = e->now + HOUSEKEEPING;
    uint64_t drops = wire_drops(e->wire);
    counter_set(&e->counters->socket_drops, drops);
    pool_note_drops(e->pool, drops, e->now);
    struct pool_figures figures = pool_figures(e->pool);
    counter_set(&e->counters->resolvers_usable, figures.usable);
    counter_set(&e->counters->resolvers_benched, figures.benched_dead + figures.benched_refusing);
    /* A connection is of use as long as an answer may come. */
    streams_sweep(e->streams, e->now, e->timeout > STREAM_IDLE ? e->timeout : STREAM_IDLE);
}

static mono_ns turn(void *ctx, mono_ns now)
{
    struct engine *e = ctx;
    bool has_more = false, is_busy = false;
    e->now = now;
    for (unsigned s = 0; s < e->tcp_table; s++) {
        if (!wire_is_readable(e->wire, s))
            continue;
        take_bounces(e, s);
        has_more |= state_receive(e, s);
    }
    /* What is still to be read may be the answers to what seems overdue. */
    e->unread_turns = has_more && e->unread_turns < UNREAD_TURNS_MAX ? e->unread_turns + 1 : 0;
    if (e->unread_turns == 0)
        expire(e);
    if (now >= e->next_housekeeping)
        housekeeping(e);
    uint64_t lost_before = counter_get(&e->counters->unreachable);
    mono_ns next = e->handlers->act(e->handlers->ctx, now);
    for (unsigned f = 0; f < WIRE_FAMILIES; f++)
        is_busy |= flush(e, f);
    has_more |= counter_get(&e->counters->unreachable) != lost_before; /* told after act */
    if (e->error != 0)
        wire_stop(e->wire);
    if (has_more)
        return now;
    mono_ns deadline = deadlines_next(e->deadlines);
    next = deadline < next ? deadline : next;
    next = e->next_housekeeping < next ? e->next_housekeeping : next;
    return is_busy && now + BUSY_RETRY < next ? now + BUSY_RETRY : next;
}

static void on_stream(void *ctx, uint32_t connection, enum wire_stream_event event,
                      const uint8_t *data, size_t len)
{
    struct engine *e = ctx;
    streams_event(e->streams, connection, event, data, len);
}

int engine_run(struct engine *e, const struct engine_handlers *handlers)
{
    e->handlers = handlers;
    const struct wire_handlers wire_handlers = {.ctx = e, .turn = turn, .stream = on_stream};
    int error = wire_run(e->wire, &wire_handlers);
    counter_set(&e->counters->socket_drops, wire_drops(e->wire));
    return e->error != 0 ? e->error : error;
}

void engine_stop(struct engine *e)
{
    wire_stop(e->wire);
}

/* --- places --- */

struct question *engine_question(struct engine *e, uint32_t query)
{
    return &e->places[query].question;
}

void engine_query_renew(struct engine *e, uint32_t query)
{
    e->places[query].generation++;
    e->places[query].newest = SLOT_NONE;
}

int engine_create(struct engine **out, const struct engine_params *params)
{
    *out = NULL;
    struct engine *e = calloc(1, sizeof *e);
    if (!e)
        return ERR_NOMEM;
    e->wire = params->wire;
    e->pool = params->pool;
    e->rng = params->rng;
    e->counters = params->counters;
    e->timeout = params->timeout;
    e->case_secret = rng_u64(params->rng);
    e->now = e->epoch = wire_now(params->wire);
    e->tcp_table = wire_socket_count(params->wire);
    for (unsigned s = 0; s < e->tcp_table; s++)
        e->family_first[1] += wire_socket_family(params->wire, s) == 0;
    e->family_first[2] = e->tcp_table;
    for (unsigned f = 0; f < WIRE_FAMILIES; f++)
        e->staged[f].socket = e->family_first[f];
    const struct streams_handlers handlers = {
        .ctx = e, .message = state_receive_stream, .closed = on_tcp_closed};
    e->places = calloc(params->query_count, sizeof *e->places);
    if (!e->places || slots_create(&e->slots, e->tcp_table + 1, params->rng) != 0 ||
        deadlines_create(&e->deadlines, params->timeout, is_live, e) != 0 ||
        streams_create(&e->streams, params->wire, &handlers) != 0) {
        engine_destroy(e);
        return ERR_NOMEM;
    }
    *out = e;
    return 0;
}

void engine_destroy(struct engine *e)
{
    if (!e)
        return;
    streams_destroy(e->streams);
    deadlines_destroy(e->deadlines);
    slots_destroy(e->slots);
    free(e->places);
    free(e);
}
