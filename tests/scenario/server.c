// SPDX-License-Identifier: BSD-2-Clause
/* The scripted servers: for each query the first rule that fits decides; without one
 * the zone is answered from. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tests/fake/clock.h"
#include "tests/scenario/scenario.h"

struct stage {
    struct scenario *scenario;
    struct trace *trace;
    struct rng_fast rng;
    uint64_t zone_turn;
    mono_ns *ends; /* when each outstanding query is answered */
    size_t end_count, end_cap;
};

static struct stage stage;

static struct server *server_at(const struct wire_address *address)
{
    for (size_t i = 0; i < stage.scenario->server_count; i++)
        if (wire_address_equal(&stage.scenario->servers[i].address, address))
            return &stage.scenario->servers[i];
    return NULL;
}

static bool is_allowed(enum tristate wanted, bool is)
{
    return wanted == EITHER || (wanted == YES) == is;
}

/* Counts the query for the rule when its pattern fits; whether the rule applies. */
static bool rule_applies(struct rule *rule, const struct name *name, uint16_t type,
                         const struct net_query *query, bool with_edns)
{
    mono_ns at = query->at - FAKE_CLOCK_START;
    if (!pattern_has(&rule->pattern, name, type) || !is_allowed(rule->by_tcp, query->by_tcp) ||
        !is_allowed(rule->with_edns, with_edns) ||
        !is_allowed(rule->is_recursive, query->data[2] & 1) || at < rule->from ||
        (rule->before && at >= rule->before))
        return false;
    uint64_t k = ++rule->matched;
    return (!rule->first || k <= rule->first) && (!rule->beyond || k > rule->beyond) &&
           (!rule->nth || k == rule->nth) && (!rule->every || k % rule->every == 0) &&
           (!rule->share || rng_fast_below(&stage.rng, 100) < rule->share);
}

static void note(const struct net_query *query, const struct server *server,
                 const struct name *name, uint16_t type, bool with_edns)
{
    struct trace *t = stage.trace;
    if (t->count == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 1024;
        t->items = realloc(t->items, t->cap * sizeof *t->items);
        if (!t->items)
            abort();
    }
    t->items[t->count++] = (struct sighting){
        .at = query->at,
        .server = server ? (uint32_t)(server - stage.scenario->servers) : SERVER_UNKNOWN,
        .type = type,
        .id = (uint16_t)(query->data[0] << 8 | query->data[1]),
        .by_tcp = query->by_tcp,
        .with_edns = with_edns,
        .name = *name,
    };
}

/* Keeps count of how many queries wait for an answer that is under way. */
static void note_outstanding(const struct net_query *query, mono_ns after)
{
    size_t kept = 0;
    for (size_t i = 0; i < stage.end_count; i++)
        if (stage.ends[i] > query->at)
            stage.ends[kept++] = stage.ends[i];
    stage.end_count = kept;
    if (stage.end_count == stage.end_cap) {
        stage.end_cap = stage.end_cap ? stage.end_cap * 2 : 256;
        stage.ends = realloc(stage.ends, stage.end_cap * sizeof *stage.ends);
        if (!stage.ends)
            abort();
    }
    stage.ends[stage.end_count++] = query->at + after;
    if (stage.end_count > stage.trace->outstanding_max)
        stage.trace->outstanding_max = stage.end_count;
}

static void send_message(const struct action *action, const struct net_query *query, mono_ns after,
                         const uint8_t *data, size_t len)
{
    if (query->by_tcp) {
        static uint8_t framed[2 + 65535];
        framed[0] = (uint8_t)(len >> 8);
        framed[1] = (uint8_t)len;
        memcpy(framed + 2, data, len);
        /* Cutting a message short on TCP leaves the length as promised. */
        net_stream(query, after, framed, len + 2, action->piece, action->gap);
        return;
    }
    struct wire_address from = query->to;
    if (action->forgery == FORGE_SOURCE && from.family == 0)
        from.sa.v4.sin_addr.s_addr ^= htonl(1);
    else if (action->forgery == FORGE_SOURCE)
        from.sa.v6.sin6_addr.s6_addr[15] ^= 1;
    else if (action->forgery == FORGE_PORT && from.family == 0)
        from.sa.v4.sin_port = htons((uint16_t)(ntohs(from.sa.v4.sin_port) + 1));
    else if (action->forgery == FORGE_PORT)
        from.sa.v6.sin6_port = htons((uint16_t)(ntohs(from.sa.v6.sin6_port) + 1));
    net_reply(query, after, &from, data, len);
}

static void perform(const struct action *action, const struct net_query *query, mono_ns latency,
                    bool is_authoritative)
{
    static uint8_t message[65535];
    mono_ns after = action->after >= 0 ? action->after : latency;
    switch (action->kind) {
    case ACT_DROP:
        return;
    case ACT_BOUNCE:
        net_bounce(query, after);
        return;
    case ACT_CLOSE:
        if (query->by_tcp)
            net_close(query, after);
        return;
    default:
        break;
    }
    size_t len = message_build(message, action, query, &stage.scenario->zone, stage.zone_turn,
                               is_authoritative);
    if (action->forgery == FORGE_NOTHING)
        note_outstanding(query, after);
    send_message(action, query, after, message, len);
}

/* Response rate limiting: whether this one is over the limit, and is to come by TCP. */
static bool is_over_limit(struct server *server, const struct net_query *query)
{
    if (!server || !server->limit || query->by_tcp)
        return false;
    mono_ns second = (query->at - FAKE_CLOCK_START) / NS_PER_S;
    server->in_second = second == server->second ? server->in_second + 1 : 1;
    server->second = second;
    return server->in_second > server->limit;
}

/* A limiter that shuts out whoever went too fast, for a while. */
static bool is_boxed(struct server *server, const struct net_query *query, bool is_over)
{
    if (!server || !server->box)
        return false;
    if (is_over && query->at >= server->boxed_until)
        server->boxed_until = query->at + server->box;
    return query->at < server->boxed_until;
}

static void on_query(void *ctx, const struct net_query *query)
{
    static const struct action honest = {
        .kind = ACT_ANSWER, .after = -1, .extended = -1, .ttl = -1};
    static const struct action truncated = {
        .kind = ACT_REPLY, .tc = true, .after = -1, .extended = -1, .ttl = -1};
    struct server *server = server_at(&query->to);
    struct name name;
    uint16_t type;
    bool with_edns;
    (void)ctx;
    if (!message_question(query->data, query->len, &name, &type, &with_edns)) {
        fprintf(stderr, "a query without one question left\n");
        exit(98);
    }
    note(query, server, &name, type, with_edns);
    stage.zone_turn = rng_fast_u64(&stage.rng) % 5040; /* every small pool turns evenly */
    mono_ns latency = server ? server->latency : LATENCY;
    bool is_over = is_over_limit(server, query);
    if (is_boxed(server, query, is_over))
        return;
    if (is_over) {
        perform(&truncated, query, latency, server->is_authoritative);
        return;
    }
    for (size_t i = 0; server && i < server->rule_count; i++) {
        struct rule *rule = &server->rules[i];
        if (!rule_applies(rule, &name, type, query, with_edns))
            continue;
        for (size_t j = 0; j < rule->action_count; j++)
            perform(&rule->actions[j], query, latency, server->is_authoritative);
        return;
    }
    perform(&honest, query, latency, server && server->is_authoritative);
}

static enum net_connect on_connect(void *ctx, const struct wire_address *to, mono_ns *after)
{
    const struct server *server = server_at(to);
    (void)ctx;
    *after = server ? server->latency : LATENCY;
    return server ? server->tcp : NET_ACCEPTED;
}

static enum wire_send_result on_send(void *ctx, const struct wire_address *to)
{
    struct server *server = server_at(to);
    (void)ctx;
    if (server && server->busy_sends > 0) {
        server->busy_sends--;
        return WIRE_BUSY;
    }
    return server && server->fails_sends ? WIRE_UNREACHABLE : WIRE_SENT;
}

static bool on_route(void *ctx, const struct wire_address *to)
{
    const struct server *server = server_at(to);
    (void)ctx;
    return !server || !server->has_no_route;
}

static void on_turn(void *ctx, mono_ns now)
{
    (void)ctx;
    for (size_t i = 0; i < stage.scenario->step_count; i++) {
        struct step *step = &stage.scenario->steps[i];
        if (step->at < 0 || now < FAKE_CLOCK_START + step->at)
            continue;
        step->at = -1; /* done */
        net_add_drops(step->drops);
        if (step->signal)
            raise(step->signal);
    }
}

void servers_install(struct scenario *scenario, struct trace *trace, uint64_t key)
{
    stage = (struct stage){.scenario = scenario, .trace = trace};
    rng_fast_init(&stage.rng, key);
    const struct net_server server = {.query = on_query,
                                      .connect = on_connect,
                                      .send = on_send,
                                      .has_route = on_route,
                                      .turn = on_turn};
    net_install(&server);
}
