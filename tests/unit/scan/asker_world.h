// SPDX-License-Identifier: BSD-2-Clause
/* An asker on the simulated network: servers that serve as they are told, questions that note
 * what became of them. */
#ifndef TESTS_UNIT_SCAN_ASKER_WORLD_H
#define TESTS_UNIT_SCAN_ASKER_WORLD_H

#include "tests/unit/scan/help.h"

#include <arpa/inet.h>

#include "dns/code.h"
#include "scan/asker.h"
#include "tests/fake/clock.h"
#include "tests/fake/net.h"
#include "tests/fake/random.h"

#define SEEN_MAX 8192
#define RTT      (20 * NS_PER_MS)
#define TIMEOUT  (3 * NS_PER_S)
#define ACTS_MAX (120 * NS_PER_S)

struct seen {
    mono_ns at;
    uint16_t port; /* of the server */
    bool by_tcp, has_edns;
    uint8_t flags[2]; /* of the header */
};

/* An asker, what it was to ask, what it was told, what its servers saw. */
static struct bench {
    struct asker *asker;
    mono_ns start;
    uint32_t to_ask;  /* questions left to ask */
    uint32_t at_once; /* of them in one turn; 0: as many as have room */
    uint32_t server;
    struct asker_question question; /* but for the tag, which counts up */
    void (*step)(struct bench *b);  /* the test's part of `act` */
    bool stops_when_idle;

    struct asker_answer told[SEEN_MAX];
    mono_ns told_at[SEEN_MAX];
    uint8_t rcodes[SEEN_MAX];
    uint32_t told_count;
    struct seen seen[SEEN_MAX];
    uint32_t seen_count, tcp_count;

    /* What servers do; NULL: answer. */
    void (*serve)(struct bench *b, const struct net_query *query, uint8_t *reply, size_t len);
    enum net_connect connect;
    bool has_no_path; /* sending fails */
} bench;

/* --- the far side --- */

static inline void send_reply(const struct net_query *query, const uint8_t *reply, size_t len)
{
    if (!query->by_tcp) {
        net_reply(query, RTT, NULL, reply, len);
        return;
    }
    uint8_t framed[2 + 2048] = {(uint8_t)(len >> 8), (uint8_t)len};
    memcpy(framed + 2, reply, len);
    net_stream(query, RTT, framed, len + 2, 0, 0);
}

/* The honest reply is the query with QR set and no OPT: NOERROR without data. */
static inline void on_query(void *ctx, const struct net_query *query)
{
    struct bench *b = ctx;
    uint8_t reply[2048];
    assert_true(b->seen_count < SEEN_MAX && query->len <= sizeof reply);
    b->seen[b->seen_count++] = (struct seen){
        .at = query->at,
        .port = ntohs(query->to.family ? query->to.sa.v6.sin6_port : query->to.sa.v4.sin_port),
        .by_tcp = query->by_tcp,
        .has_edns = query->data[11] != 0,
        .flags = {query->data[2], query->data[3]},
    };
    b->tcp_count += query->by_tcp;
    memcpy(reply, query->data, query->len);
    reply[2] |= 0x80;
    reply[11] = 0;
    size_t len = query->len - (query->data[11] ? DNS_OPT_LEN : 0);
    if (b->serve)
        b->serve(b, query, reply, len);
    else
        send_reply(query, reply, len);
}

static inline enum net_connect on_connect(void *ctx, const struct wire_address *to, mono_ns *after)
{
    struct bench *b = ctx;
    (void)to;
    *after = RTT;
    return b->connect;
}

static inline enum wire_send_result on_send(void *ctx, const struct wire_address *to)
{
    struct bench *b = ctx;
    (void)to;
    return b->has_no_path ? WIRE_UNREACHABLE : WIRE_SENT;
}

/* --- the near side --- */

static inline void on_done(void *ctx, const struct asker_answer *answer)
{
    struct bench *b = ctx;
    assert_true(b->told_count < SEEN_MAX);
    b->told_at[b->told_count] = clock_mono_ns();
    b->rcodes[b->told_count] = answer->reply ? answer->reply->rcode : 0xff;
    b->told[b->told_count++] = *answer;
}

static inline mono_ns on_act(void *ctx, mono_ns now)
{
    struct bench *b = ctx;
    uint32_t asked = 0;
    if (b->step)
        b->step(b);
    while (b->to_ask && asker_room(b->asker) && (b->at_once == 0 || asked < b->at_once)) {
        assert_int_equal(asker_ask(b->asker, &b->question), 0);
        b->question.tag++;
        b->to_ask--;
        asked++;
    }
    if (b->to_ask == 0 && asker_open(b->asker) == 0)
        asker_stop(b->asker);
    assert_true(now - b->start < ACTS_MAX); /* a question is never told */
    return b->to_ask || b->step ? now + NS_PER_MS : b->start + ACTS_MAX;
}

static inline struct wire_address address_of(uint16_t port)
{
    struct wire_address a = {.family = 0, .len = sizeof a.sa.v4};
    a.sa.v4.sin_family = AF_INET;
    a.sa.v4.sin_port = htons(port);
    a.sa.v4.sin_addr.s_addr = htonl(0xc0000201);
    return a;
}

static inline uint32_t add_server(uint16_t port)
{
    struct wire_address address = address_of(port);
    uint32_t server = 99;
    assert_int_equal(asker_add_server(bench.asker, &address, &server), 0);
    return server;
}

static const uint8_t name_wire[] = "\3WWW\7example";

static inline void set_up(const struct asker_params *given)
{
    struct asker_params params = given ? *given : (struct asker_params){0};
    const struct net_server server = {
        .ctx = &bench, .query = on_query, .connect = on_connect, .send = on_send};
    if (params.timeout == 0)
        params.timeout = TIMEOUT;
    if (params.tries_max == 0)
        params.tries_max = 4;
    memset(&bench, 0, sizeof bench);
    net_install(&server);
    fake_random_key(7);
    fake_clock_set(FAKE_CLOCK_START);
    bench.start = clock_mono_ns();
    assert_int_equal(asker_create(&bench.asker, &params), 0);
    bench.server = add_server(53);
    bench.question = (struct asker_question){.server = bench.server,
                                             .name = name_wire,
                                             .type = TYPE_A,
                                             .flags = QUERY_EDNS | QUERY_NO_RD,
                                             .owner = &bench};
}

static inline void ask(uint32_t count)
{
    static const struct asker_handlers handlers = {.ctx = &bench, .done = on_done, .act = on_act};
    bench.to_ask = count;
    assert_int_equal(asker_run(bench.asker, &handlers), 0);
    assert_int_equal(asker_open(bench.asker), 0);
}

static inline void tear_down(void)
{
    asker_destroy(bench.asker);
    assert_int_equal(net_connections(), 0);
}

static inline void serve_nothing(struct bench *b, const struct net_query *query, uint8_t *reply,
                                 size_t len)
{
    (void)b;
    (void)query;
    (void)reply;
    (void)len;
}

static inline void serve_from_third(struct bench *b, const struct net_query *query, uint8_t *reply,
                                    size_t len)
{
    if (b->seen_count >= 3)
        send_reply(query, reply, len);
}

static inline void serve_truncated(struct bench *b, const struct net_query *query, uint8_t *reply,
                                   size_t len)
{
    (void)b;
    if (!query->by_tcp)
        reply[2] |= 2;
    send_reply(query, reply, len);
}

#endif
