// SPDX-License-Identifier: BSD-2-Clause
/* One asker.
 *
 * 1. Compose: sockets, a pool with room for servers that stand outside until they are added,
 *    the engine.
 * 2. A turn: errands that were told are given back; those whose wait is over wait for their
 *    server again; the owner asks; then what may be sent is sent, server by server.
 * 3. Sending: never faster than the ceilings. The rate learnt of a server begins at its
 *    ceiling, for its own servers are asked by whoever may, and falls with trouble. */
#include "scan/asker_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "scan/fleet.h"

#define SERVERS_CAP       1024 /* each costs some 500 octets, used or not */
#define IN_FLIGHT_DEFAULT 1024
#define PORTS             4
#define START_QPS         1000             /* of a server without ceiling */
#define ROOM_WAIT         (50 * NS_PER_US) /* a batch is full: it leaves at the end of the turn */
#define TCP_ROOM_WAIT     (20 * NS_PER_MS) /* no connection was free */
#define TCP_WINDOW_START  4

/* --- queues --- */

static struct errand_queue *queue_of(struct asker *a, const struct asker_errand *errand)
{
    switch (errand->state) {
    case ERRAND_FREE:
        return &a->free;
    case ERRAND_WAITING:
        return &a->servers[errand->server].waiting[errand->by_tcp];
    case ERRAND_LATER:
        return &a->later;
    case ERRAND_OUT:
        return &a->out;
    default:
        return &a->done;
    }
}

static uint32_t *link_to(struct asker *a, uint32_t number, uint32_t *end)
{
    return number == ASKER_NONE ? end : &a->errands[number].next;
}

static void leave(struct asker *a, uint32_t number)
{
    struct asker_errand *errand = &a->errands[number];
    struct errand_queue *queue = queue_of(a, errand);
    *link_to(a, errand->previous, &queue->first) = errand->next;
    if (errand->next == ASKER_NONE)
        queue->last = errand->previous;
    else
        a->errands[errand->next].previous = errand->previous;
    if (errand->state == ERRAND_OUT && errand->by_tcp)
        a->servers[errand->server].tcp_out--;
}

/* Last in the queue; first, when it waits for another try. */
static void enter(struct asker *a, uint32_t number, enum errand_state to)
{
    struct asker_errand *errand = &a->errands[number];
    errand->state = to;
    struct errand_queue *queue = queue_of(a, errand);
    bool is_first = to == ERRAND_WAITING && errand->tries + errand->tcp_tries > 0;
    errand->previous = is_first ? ASKER_NONE : queue->last;
    errand->next = is_first ? queue->first : ASKER_NONE;
    *link_to(a, errand->previous, &queue->first) = number;
    if (errand->next == ASKER_NONE)
        queue->last = number;
    else
        a->errands[errand->next].previous = number;
    if (to == ERRAND_OUT && errand->by_tcp)
        a->servers[errand->server].tcp_out++;
}

void errand_move(struct asker *a, uint32_t number, enum errand_state to)
{
    leave(a, number);
    enter(a, number, to);
    a->open_count -= to == ERRAND_DONE;
}

void errand_try_again(struct asker *a, uint32_t number, bool by_tcp)
{
    leave(a, number);
    a->errands[number].by_tcp = by_tcp;
    enter(a, number, ERRAND_WAITING);
}

/* --- composing --- */

static int open_wire(struct asker *a)
{
    struct wire_params params = {.socket_count = {PORTS, PORTS}, .rng = &a->rng};
    const char *bind = a->params.bind_address;
    a->families = 3;
    if (bind) {
        struct wire_address local;
        int error = fleet_parse_address(&local, bind, strlen(bind), 1);
        if (error != 0)
            return error;
        params.socket_count[!local.family] = 0;
        params.bind[local.family] = local;
        a->families = 1u << local.family;
    }
    int error = wire_open(&a->wire, &params);
    for (unsigned only = 0; !bind && error == ERR_IO && only < WIRE_FAMILIES; only++) {
        params.socket_count[only] = PORTS; /* a machine that has one of them alone */
        params.socket_count[!only] = 0;
        a->families = 1u << only;
        error = wire_open(&a->wire, &params);
    }
    return error;
}

static int create_pool(struct asker *a)
{
    struct pool_entry *entries = calloc(SERVERS_CAP, sizeof *entries);
    if (!entries)
        return ERR_NOMEM;
    double ceiling = a->params.server_qps;
    for (uint32_t i = 0; i < SERVERS_CAP; i++)
        entries[i] = (struct pool_entry){.list_index = i,
                                         .operator_key = i,
                                         .qps = ceiling,
                                         .start_qps = ceiling > 0 ? ceiling : START_QPS,
                                         .is_outside = true};
    int error =
        pool_create(&a->pool, entries, SERVERS_CAP, a->errand_count, &a->rng, wire_now(a->wire));
    free(entries);
    return error;
}

static int create_errands(struct asker *a)
{
    a->errands = calloc(a->errand_count, sizeof *a->errands);
    a->servers = calloc(SERVERS_CAP, sizeof *a->servers);
    if (!a->errands || !a->servers)
        return ERR_NOMEM;
    const struct errand_queue empty = {ASKER_NONE, ASKER_NONE};
    a->free = a->later = a->out = a->done = empty;
    for (uint32_t i = 0; i < SERVERS_CAP; i++)
        a->servers[i] =
            (struct asker_server){.waiting = {empty, empty}, .tcp_window = TCP_WINDOW_START};
    for (uint32_t i = 0; i < a->errand_count; i++)
        enter(a, i, ERRAND_FREE);
    return 0;
}

int asker_create(struct asker **out, const struct asker_params *params)
{
    *out = NULL;
    struct asker *a = calloc(1, sizeof *a);
    if (!a)
        return ERR_NOMEM;
    a->params = *params;
    a->errand_count = params->in_flight_max ? params->in_flight_max : IN_FLIGHT_DEFAULT;
    int error = rng_init(&a->rng);
    if (error == 0)
        error = open_wire(a);
    if (error == 0)
        error = create_pool(a);
    if (error == 0)
        error = create_errands(a);
    if (error == 0) {
        const struct engine_params engine = {.wire = a->wire,
                                             .pool = a->pool,
                                             .rng = &a->rng,
                                             .counters = &a->counters,
                                             .query_count = a->errand_count,
                                             .timeout = params->timeout};
        pace_init(&a->pace, params->rate_qps, wire_now(a->wire));
        error = engine_create(&a->engine, &engine);
    }
    if (error != 0) {
        asker_destroy(a);
        return error;
    }
    *out = a;
    return 0;
}

void asker_destroy(struct asker *a)
{
    if (!a)
        return;
    engine_destroy(a->engine);
    pool_destroy(a->pool);
    wire_close(a->wire);
    free(a->errands);
    free(a->servers);
    free(a);
}

/* --- servers and questions --- */

int asker_add_server(struct asker *a, const struct wire_address *address, uint32_t *server)
{
    for (*server = 0; *server < a->server_count; ++*server) {
        if (wire_address_equal(asker_server_address(a, *server), address))
            return 0;
    }
    if (a->server_count == SERVERS_CAP)
        return ERR_FULL;
    *server = a->server_count++;
    pool_at(a->pool, *server)->address = *address;
    pool_admit(a->pool, *server, wire_now(a->wire));
    return 0;
}

const struct wire_address *asker_server_address(const struct asker *a, uint32_t server)
{
    return &pool_at(a->pool, server)->address;
}

int asker_ask(struct asker *a, const struct asker_question *question)
{
    assert(question->server < a->server_count);
    uint32_t number = a->free.first;
    if (number == ASKER_NONE)
        return ERR_FULL;
    struct name name;
    name.len = (uint8_t)name_len(question->name);
    memcpy(name.wire, question->name, name.len);
    name_lower(name.wire);
    question_init(engine_question(a->engine, number), name.wire, name.len, question->type);
    unsigned tries_max = question->tries_max ? question->tries_max : a->params.tries_max;
    leave(a, number);
    a->errands[number] = (struct asker_errand){
        .server = question->server,
        .flags = question->flags,
        .tries_max = (uint16_t)(tries_max > 0 ? tries_max : 1),
        .by_tcp = question->by_tcp,
        .owner = question->owner,
        .tag = question->tag,
    };
    enter(a, number, ERRAND_WAITING);
    a->open_count++;
    return 0;
}

uint32_t asker_open(const struct asker *a)
{
    return a->open_count;
}

uint32_t asker_room(const struct asker *a)
{
    return a->errand_count - a->open_count; /* in `act` there are none that were told */
}

bool asker_is_spent(const struct asker *a)
{
    return a->params.queries_max && counter_get(&a->counters.queries) >= a->params.queries_max;
}

/* --- sending --- */

/* When the errand may be sent; WIRE_NEVER: once something ends. */
static mono_ns due_of(struct asker *a, const struct asker_errand *errand, mono_ns now)
{
    const struct asker_server *server = &a->servers[errand->server];
    if (errand->by_tcp && server->tcp_out >= server->tcp_window)
        return WIRE_NEVER;
    mono_ns due = pool_due_of(a->pool, errand->server);
    if (due > now)
        return due;
    if (!pool_is_due(a->pool, errand->server, now))
        return WIRE_NEVER;
    if (pace_allowed(&a->pace, now, 1) == 0)
        return pace_due(&a->pace);
    mono_ns path_due = pool_path_due(a->pool);
    bool is_new = errand->tries + errand->tcp_tries == 0;
    return is_new && path_due > now ? path_due : now;
}

static int send_one(struct asker *a, uint32_t number, mono_ns now)
{
    struct asker_errand *errand = &a->errands[number];
    unsigned flags = errand->flags;
    if (a->servers[errand->server].without_edns && !(flags & QUERY_DO))
        flags &= ~(unsigned)QUERY_EDNS_ALL;
    unsigned try = errand->tries + 1u;
    const struct engine_send send = {
        .resolver = errand->server,
        .wait = errand->by_tcp ? a->params.timeout : pool_rto(a->pool, errand->server, try),
        .flags = flags,
        .by_tcp = errand->by_tcp};
    int error = engine_send(a->engine, number, &send);
    if (error == ERR_FULL || error == ERR_NOMEM)
        return error;
    if (errand->tries + errand->tcp_tries > 0)
        counter_add(&a->counters.retries, 1);
    if (errand->by_tcp)
        errand->tcp_tries++;
    else
        errand->tries++;
    if (error != 0) { /* the connection could not even be begun */
        errand_note_tcp_failure(a, number);
        return 0;
    }
    pace_take(&a->pace);
    if (!errand->by_tcp)
        errand->sent = a->servers[errand->server].udp_sent = now;
    errand_move(a, number, ERRAND_OUT);
    return 0;
}

/* Sends what may be sent of a queue; when there is more to do. */
static mono_ns send_queue(struct asker *a, const struct errand_queue *queue, mono_ns now)
{
    while (queue->first != ASKER_NONE) {
        uint32_t number = queue->first;
        const struct asker_errand *errand = &a->errands[number];
        unsigned family = asker_server_address(a, errand->server)->family;
        if (!(a->families & 1u << family) || asker_is_spent(a)) {
            bool is_reachable = a->families & 1u << family;
            errand_end(a, number, is_reachable ? ASKER_SILENT : ASKER_UNREACHABLE, NULL, NULL);
            continue;
        }
        if (!errand->by_tcp && errand_is_better_by_tcp(a, errand, now)) {
            errand_try_again(a, number, true);
            continue;
        }
        mono_ns due = due_of(a, errand, now);
        if (due > now)
            return due;
        int error = send_one(a, number, now);
        if (error == ERR_FULL)
            return now + (errand->by_tcp ? TCP_ROOM_WAIT : ROOM_WAIT);
        if (error != 0) {
            a->error = error;
            return now;
        }
    }
    return WIRE_NEVER;
}

static mono_ns send_waiting(struct asker *a, mono_ns now)
{
    mono_ns next = WIRE_NEVER;
    for (uint32_t n = 0; n < a->server_count; n++) {
        struct asker_server *server = &a->servers[(a->turn + n) % a->server_count];
        for (int by_tcp = 0; by_tcp < 2; by_tcp++) {
            mono_ns due = send_queue(a, &server->waiting[by_tcp], now);
            next = due < next ? due : next;
        }
    }
    a->turn = a->server_count ? (a->turn + 1) % a->server_count : 0;
    return next;
}

/* --- the turn --- */

static void give_back_done(struct asker *a)
{
    while (a->done.first != ASKER_NONE) {
        uint32_t number = a->done.first;
        engine_query_renew(a->engine, number);
        errand_move(a, number, ERRAND_FREE);
    }
}

/* All wait equally long, so the first is the next. When it is due, if it is not yet. */
static mono_ns end_waits(struct asker *a, mono_ns now)
{
    while (a->later.first != ASKER_NONE) {
        uint32_t number = a->later.first;
        if (a->errands[number].again > now)
            return a->errands[number].again;
        errand_try_again(a, number, a->errands[number].by_tcp);
    }
    return WIRE_NEVER;
}

static mono_ns act(void *ctx, mono_ns now)
{
    struct asker *a = ctx;
    give_back_done(a);
    mono_ns next = end_waits(a, now);
    mono_ns wish = a->handlers->act(a->handlers->ctx, now);
    if (a->is_stopped)
        return now;
    mono_ns due = send_waiting(a, now);
    if (a->error != 0)
        asker_stop(a);
    if (a->done.first != ASKER_NONE)
        return now; /* told while sending: the owner may want to ask */
    next = wish < next ? wish : next;
    return due < next ? due : next;
}

/* What is open has lost its owner. */
static void forget_open(struct asker *a)
{
    for (uint32_t i = 0; i < a->errand_count; i++) {
        if (a->errands[i].state != ERRAND_FREE && a->errands[i].state != ERRAND_DONE)
            errand_move(a, i, ERRAND_DONE);
    }
    give_back_done(a);
}

int asker_run(struct asker *a, const struct asker_handlers *handlers)
{
    const struct engine_handlers engine = {
        .ctx = a, .reply = asker_on_reply, .lost = asker_on_lost, .act = act};
    a->handlers = handlers;
    a->is_stopped = false;
    a->error = 0;
    int error = engine_run(a->engine, &engine);
    forget_open(a);
    return error != 0 ? error : a->error;
}

void asker_stop(struct asker *a)
{
    a->is_stopped = true;
    engine_stop(a->engine);
}

const struct counters *asker_counters(const struct asker *a)
{
    return &a->counters;
}
