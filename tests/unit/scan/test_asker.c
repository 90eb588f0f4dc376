// SPDX-License-Identifier: BSD-2-Clause
/* scan/asker.c on the simulated network: servers that answer, truncate, refuse, keep silent,
 * and what the owner of a question is told. */
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

static void send_reply(const struct net_query *query, const uint8_t *reply, size_t len)
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
static void on_query(void *ctx, const struct net_query *query)
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

static enum net_connect on_connect(void *ctx, const struct wire_address *to, mono_ns *after)
{
    struct bench *b = ctx;
    (void)to;
    *after = RTT;
    return b->connect;
}

static enum wire_send_result on_send(void *ctx, const struct wire_address *to)
{
    struct bench *b = ctx;
    (void)to;
    return b->has_no_path ? WIRE_UNREACHABLE : WIRE_SENT;
}

/* --- the near side --- */

static void on_done(void *ctx, const struct asker_answer *answer)
{
    struct bench *b = ctx;
    assert_true(b->told_count < SEEN_MAX);
    b->told_at[b->told_count] = clock_mono_ns();
    b->rcodes[b->told_count] = answer->reply ? answer->reply->rcode : 0xff;
    b->told[b->told_count++] = *answer;
}

static mono_ns on_act(void *ctx, mono_ns now)
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

static struct wire_address address_of(uint16_t port)
{
    struct wire_address a = {.family = 0, .len = sizeof a.sa.v4};
    a.sa.v4.sin_family = AF_INET;
    a.sa.v4.sin_port = htons(port);
    a.sa.v4.sin_addr.s_addr = htonl(0xc0000201);
    return a;
}

static uint32_t add_server(uint16_t port)
{
    struct wire_address address = address_of(port);
    uint32_t server = 99;
    assert_int_equal(asker_add_server(bench.asker, &address, &server), 0);
    return server;
}

static const uint8_t name_wire[] = "\3WWW\7example";

static void set_up(const struct asker_params *given)
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

static void ask(uint32_t count)
{
    static const struct asker_handlers handlers = {.ctx = &bench, .done = on_done, .act = on_act};
    bench.to_ask = count;
    assert_int_equal(asker_run(bench.asker, &handlers), 0);
    assert_int_equal(asker_open(bench.asker), 0);
}

static void tear_down(void)
{
    asker_destroy(bench.asker);
    assert_int_equal(net_connections(), 0);
}

/* --- one question --- */

static void a_question_is_answered(void **state)
{
    (void)state;
    set_up(NULL);
    bench.question.tag = 77;
    ask(1);
    assert_int_equal(bench.told_count, 1);
    const struct asker_answer *answer = &bench.told[0];
    assert_int_equal(answer->outcome, ASKER_ANSWERED);
    assert_int_equal(bench.rcodes[0], RCODE_NOERROR);
    assert_int_equal(answer->server, bench.server);
    assert_int_equal(answer->rtt_us, RTT / NS_PER_US);
    assert_int_equal(answer->tries, 1);
    assert_false(answer->by_tcp);
    assert_ptr_equal(answer->owner, &bench);
    assert_int_equal(answer->tag, 77);
    assert_int_equal(bench.seen_count, 1);
    assert_true(bench.seen[0].has_edns);
    assert_int_equal(bench.seen[0].flags[0], 0); /* RD is clear */
    assert_int_equal(counter_get(&asker_counters(bench.asker)->queries), 1);
    assert_int_equal(counter_get(&asker_counters(bench.asker)->retries), 0);
    tear_down();
}

static void serve_nothing(struct bench *b, const struct net_query *query, uint8_t *reply,
                          size_t len)
{
    (void)b;
    (void)query;
    (void)reply;
    (void)len;
}

static void serve_from_third(struct bench *b, const struct net_query *query, uint8_t *reply,
                             size_t len)
{
    if (b->seen_count >= 3)
        send_reply(query, reply, len);
}

static void silence_is_asked_again(void **state)
{
    (void)state;
    set_up(NULL);
    bench.serve = serve_from_third;
    ask(1);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].outcome, ASKER_ANSWERED);
    assert_int_equal(bench.told[0].tries, 3);
    assert_int_equal(bench.seen_count, 3);
    assert_int_equal(counter_get(&asker_counters(bench.asker)->retries), 2);
    mono_ns first_wait = bench.seen[1].at - bench.seen[0].at;
    assert_in_range(first_wait, NS_PER_S, NS_PER_S + 500 * NS_PER_MS); /* RFC 6298: 1 s */
    assert_true(bench.seen[2].at - bench.seen[1].at > first_wait);
    tear_down();
}

static void all_tries_in_vain_are_silence(void **state)
{
    (void)state;
    for (unsigned own = 0; own < 2; own++) {
        set_up(NULL);
        bench.question.tries_max = own ? 2 : 0;
        bench.serve = serve_nothing;
        ask(1);
        assert_int_equal(bench.told_count, 1);
        assert_int_equal(bench.told[0].outcome, ASKER_SILENT);
        assert_null(bench.told[0].reply);
        assert_int_equal(bench.seen_count, own ? 2 : 4);
        tear_down();
    }
}

/* The first try's reply comes when the second is out. */
static void serve_first_late(struct bench *b, const struct net_query *query, uint8_t *reply,
                             size_t len)
{
    if (b->seen_count == 1)
        net_reply(query, 1600 * NS_PER_MS, NULL, reply, len);
}

static void a_late_reply_counts(void **state)
{
    (void)state;
    set_up(NULL);
    bench.serve = serve_first_late;
    ask(1);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].outcome, ASKER_ANSWERED);
    assert_int_equal(bench.told[0].rtt_us, 1600000);
    assert_int_equal(bench.seen_count, 2);
    tear_down();
}

/* --- TCP --- */

static void serve_truncated(struct bench *b, const struct net_query *query, uint8_t *reply,
                            size_t len)
{
    (void)b;
    if (!query->by_tcp)
        reply[2] |= 2;
    send_reply(query, reply, len);
}

static void a_truncated_reply_is_had_by_tcp(void **state)
{
    (void)state;
    set_up(NULL);
    bench.serve = serve_truncated;
    ask(1);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].outcome, ASKER_ANSWERED);
    assert_true(bench.told[0].by_tcp);
    assert_int_equal(bench.seen_count, 2);
    assert_int_equal(bench.tcp_count, 1);
    tear_down();
}

/* No limiter: that would let the first through. */
static void one_that_truncates_all_is_asked_by_tcp(void **state)
{
    (void)state;
    set_up(&(struct asker_params){.in_flight_max = 4});
    bench.serve = serve_truncated;
    ask(400);
    assert_int_equal(bench.told_count, 400);
    assert_int_equal(bench.told[399].outcome, ASKER_ANSWERED);
    assert_int_equal(bench.tcp_count, 400);
    assert_in_range(bench.seen_count - bench.tcp_count, 8, 8 + 4);
    assert_true(bench.seen[bench.seen_count - 1].at - bench.start < 10 * NS_PER_S);
    tear_down();
}

static void tcp_from_the_first_try(void **state)
{
    (void)state;
    set_up(NULL);
    bench.question.by_tcp = true;
    ask(100);
    assert_int_equal(bench.told_count, 100);
    assert_int_equal(bench.seen_count, 100);
    assert_int_equal(bench.tcp_count, 100);
    assert_int_equal(bench.told[99].outcome, ASKER_ANSWERED);
    tear_down();
}

static void without_tcp_a_truncated_reply_is_of_no_use(void **state)
{
    (void)state;
    for (int fate = NET_REJECTED; fate <= NET_UNANSWERED; fate++) {
        set_up(NULL);
        bench.serve = serve_truncated;
        bench.connect = (enum net_connect)fate;
        ask(1);
        assert_int_equal(bench.told_count, 1);
        assert_int_equal(bench.told[0].outcome, ASKER_NO_TCP);
        assert_int_equal(bench.seen_count, 1);
        assert_int_equal(counter_get(&asker_counters(bench.asker)->tcp), 3);
        tear_down();
    }
}

/* Each connection carries one answer. */
static void serve_and_close(struct bench *b, const struct net_query *query, uint8_t *reply,
                            size_t len)
{
    (void)b;
    send_reply(query, reply, len);
    if (query->by_tcp)
        net_close(query, RTT + NS_PER_MS);
}

static void a_server_that_closes_after_each_answer_is_asked_one_by_one(void **state)
{
    (void)state;
    set_up(NULL);
    bench.question.by_tcp = true;
    bench.serve = serve_and_close;
    ask(200);
    uint32_t answered = 0;
    for (uint32_t i = 0; i < bench.told_count; i++)
        answered += bench.told[i].outcome == ASKER_ANSWERED;
    assert_int_equal(answered, 200);
    tear_down();
}

/* --- refusals and failures --- */

static uint8_t rcode_served;
static uint32_t served_until; /* so many queries get it, the others an answer */

static void serve_rcode(struct bench *b, const struct net_query *query, uint8_t *reply, size_t len)
{
    if (b->seen_count <= served_until)
        reply[3] |= rcode_served;
    send_reply(query, reply, len);
}

static void expect_end(uint8_t rcode, uint32_t until, enum asker_outcome outcome, uint32_t queries)
{
    set_up(NULL);
    rcode_served = rcode;
    served_until = until;
    bench.serve = serve_rcode;
    ask(1);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].outcome, outcome);
    assert_int_equal(bench.seen_count, queries);
    if (outcome != ASKER_ANSWERED)
        assert_int_equal(bench.rcodes[0], rcode);
    tear_down();
}

static void what_is_refused_is_told(void **state)
{
    (void)state;
    expect_end(RCODE_REFUSED, 9, ASKER_REFUSED, 1);
    expect_end(RCODE_NOTIMP, 9, ASKER_REFUSED, 1);
    expect_end(RCODE_NXDOMAIN, 9, ASKER_ANSWERED, 1);
}

static void servfail_is_asked_again_a_bit_later(void **state)
{
    (void)state;
    expect_end(RCODE_SERVFAIL, 9, ASKER_SERVFAIL, 4);
    expect_end(RCODE_SERVFAIL, 1, ASKER_ANSWERED, 2);
    assert_int_equal(bench.seen[1].at - bench.seen[0].at, RTT + 200 * NS_PER_MS);
}

static void formerr_is_asked_again_without_edns(void **state)
{
    (void)state;
    expect_end(RCODE_FORMERR, 1, ASKER_ANSWERED, 2);
    assert_true(bench.seen[0].has_edns);
    assert_false(bench.seen[1].has_edns);
    expect_end(RCODE_FORMERR, 9, ASKER_FORMERR, 2);
}

static void formerr_is_told_where_do_is_asked_for(void **state)
{
    (void)state;
    set_up(NULL);
    bench.question.flags |= QUERY_DO;
    rcode_served = RCODE_FORMERR;
    served_until = 1;
    bench.serve = serve_rcode;
    ask(2);
    assert_int_equal(bench.told_count, 2);
    assert_int_equal(bench.told[0].outcome, ASKER_FORMERR);
    assert_int_equal(bench.told[1].outcome, ASKER_ANSWERED);
    assert_true(bench.seen[1].has_edns);
    tear_down();
}

static void serve_refusal_second(struct bench *b, const struct net_query *query, uint8_t *reply,
                                 size_t len)
{
    if (b->seen_count == 2)
        reply[3] |= RCODE_REFUSED;
    send_reply(query, reply, len);
}

static void one_that_has_answered_may_refuse_once(void **state)
{
    (void)state;
    set_up(NULL);
    bench.serve = serve_refusal_second;
    ask(1);
    ask(1);
    assert_int_equal(bench.told_count, 2);
    assert_int_equal(bench.told[1].outcome, ASKER_ANSWERED);
    assert_int_equal(bench.told[1].tries, 2);
    tear_down();
}

static void serve_bounce(struct bench *b, const struct net_query *query, uint8_t *reply, size_t len)
{
    (void)b;
    (void)reply;
    (void)len;
    net_bounce(query, RTT);
}

static void an_icmp_error_is_believed_when_it_comes_twice(void **state)
{
    (void)state;
    set_up(NULL);
    bench.serve = serve_bounce;
    ask(1);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].outcome, ASKER_UNREACHABLE);
    assert_int_equal(bench.seen_count, 2);
    tear_down();
}

static void no_route_is_unreachable(void **state)
{
    (void)state;
    set_up(NULL);
    bench.has_no_path = true;
    ask(1);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].outcome, ASKER_UNREACHABLE);
    assert_int_equal(bench.seen_count, 0);
    tear_down();
}

static void a_family_without_sockets_is_unreachable(void **state)
{
    (void)state;
    set_up(&(struct asker_params){.bind_address = "192.0.2.9"});
    struct wire_address v6 = {.family = 1, .len = sizeof v6.sa.v6};
    v6.sa.v6.sin6_family = AF_INET6;
    v6.sa.v6.sin6_port = htons(53);
    assert_int_equal(asker_add_server(bench.asker, &v6, &bench.question.server), 0);
    assert_int_equal(bench.question.server, 1);
    ask(1);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].outcome, ASKER_UNREACHABLE);
    assert_int_equal(bench.seen_count, 0);
    tear_down();
}

/* A record is announced that is not there. */
static void serve_damaged(struct bench *b, const struct net_query *query, uint8_t *reply,
                          size_t len)
{
    if (b->seen_count == 1)
        reply[9] = 1;
    send_reply(query, reply, len);
}

static void a_damaged_reply_is_as_if_it_had_not_come(void **state)
{
    (void)state;
    set_up(NULL);
    bench.serve = serve_damaged;
    ask(1);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].outcome, ASKER_ANSWERED);
    assert_int_equal(bench.told[0].tries, 2);
    assert_int_equal(counter_get(&asker_counters(bench.asker)->rejects[REJECT_SHORT]), 1);
    tear_down();
}

static void serve_in_lower_case(struct bench *b, const struct net_query *query, uint8_t *reply,
                                size_t len)
{
    (void)b;
    name_lower(reply + DNS_HEADER_LEN);
    send_reply(query, reply, len);
}

static void a_server_that_does_not_keep_case_is_understood(void **state)
{
    (void)state;
    set_up(NULL);
    bench.serve = serve_in_lower_case;
    ask(2);
    assert_int_equal(bench.told_count, 2);
    assert_int_equal(bench.told[1].outcome, ASKER_ANSWERED);
    tear_down();
}

/* --- many questions --- */

/* The most queries that came within any second. */
static uint32_t most_a_second(uint16_t port)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < bench.seen_count; i++) {
        uint32_t count = 0;
        for (uint32_t j = i; j < bench.seen_count && bench.seen[j].at < bench.seen[i].at + NS_PER_S;
             j++)
            count += bench.seen[j].port == port;
        most = count > most ? count : most;
    }
    return most;
}

static void a_servers_ceiling_holds_and_is_reached(void **state)
{
    (void)state;
    set_up(&(struct asker_params){.server_qps = 200});
    ask(800);
    assert_int_equal(bench.told_count, 800);
    assert_in_range(most_a_second(53), 180, 202);
    mono_ns span = bench.seen[799].at - bench.seen[0].at;
    assert_in_range(span, 3900 * NS_PER_MS, 4600 * NS_PER_MS);
    tear_down();
}

static void ask_another_server_in_turn(struct bench *b)
{
    static uint32_t servers[3];
    if (b->seen_count == 0 && b->told_count == 0)
        for (uint16_t i = 0; i < 3; i++)
            servers[i] = add_server((uint16_t)(53 + i));
    b->question.server = servers[b->question.tag % 3];
}

static void the_ceiling_of_all_holds(void **state)
{
    (void)state;
    set_up(&(struct asker_params){.rate_qps = 300, .server_qps = 200});
    bench.step = ask_another_server_in_turn;
    bench.at_once = 1;
    ask(900);
    assert_int_equal(bench.told_count, 900);
    uint32_t together = 0;
    for (uint32_t i = 0; i < bench.seen_count; i++)
        together += bench.seen[i].at < bench.start + NS_PER_S;
    assert_in_range(together, 270, 303);
    assert_true(most_a_second(54) <= 202);
    tear_down();
}

static void without_a_ceiling_a_server_is_asked_briskly(void **state)
{
    (void)state;
    set_up(NULL);
    ask(4000);
    assert_int_equal(bench.told_count, 4000);
    assert_true(bench.seen[3999].at - bench.start < 4 * NS_PER_S);
    tear_down();
}

/* A limiter of 50 a second in the manner of NSD's and BIND's: replies over it are truncated,
 * and of SLIP only one is sent. */
static uint32_t slip;

static void serve_limited(struct bench *b, const struct net_query *query, uint8_t *reply,
                          size_t len)
{
    static mono_ns second;
    static uint32_t in_second, over;
    if (b->seen_count == 1) {
        second = query->at;
        in_second = over = 0;
    }
    for (; query->at >= second + NS_PER_S; second += NS_PER_S)
        in_second = 0;
    if (!query->by_tcp && ++in_second > 50) {
        if (over++ % slip)
            return;
        reply[2] |= 2;
    }
    send_reply(query, reply, len);
}

/* Queries by UDP a second, in the second half. */
static double late_rate(void)
{
    mono_ns last = bench.seen[bench.seen_count - 1].at, half = (bench.start + last) / 2;
    uint32_t count = 0;
    for (uint32_t i = 0; i < bench.seen_count; i++)
        count += bench.seen[i].at >= half && !bench.seen[i].by_tcp;
    return (double)count / ((double)(last - half) / 1e9);
}

static void a_limiter_is_heeded_and_everything_answered(void **state)
{
    (void)state;
    for (slip = 1; slip <= 2; slip++) {
        set_up(&(struct asker_params){.server_qps = 400, .in_flight_max = 64, .tries_max = 8});
        bench.serve = serve_limited;
        ask(1000);
        uint32_t answered = 0;
        for (uint32_t i = 0; i < bench.told_count; i++)
            answered += bench.told[i].outcome == ASKER_ANSWERED;
        assert_int_equal(answered, 1000);
        assert_true(late_rate() > 30 && late_rate() < 80); /* not the ceiling's 400 */
        tear_down();
    }
}

/* A server that truncates what is longer than CUT_ABOVE. After SHORT_FIRST replies every
 * LONG_EACH-th has PADDING octets more, a record of the root's. */
static struct cutting {
    size_t cut_above, padding;
    uint32_t long_each, short_first;
} cutting;

static size_t pad(uint8_t *reply, size_t len, size_t padding)
{
    uint8_t record[11] = {0, 0, TYPE_TXT, 0, 1};
    size_t rdlen = padding - sizeof record;
    record[9] = (uint8_t)(rdlen >> 8);
    record[10] = (uint8_t)rdlen;
    memcpy(reply + len, record, sizeof record);
    memset(reply + len + sizeof record, 0, rdlen);
    reply[7] = 1;
    return len + padding;
}

static void serve_cutting(struct bench *b, const struct net_query *query, uint8_t *reply,
                          size_t len)
{
    static uint32_t turn;
    if (b->seen_count == 1)
        turn = 0;
    /* By TCP comes what was just truncated, or would be. */
    bool is_long = query->by_tcp || (turn >= cutting.short_first && turn % cutting.long_each == 0);
    turn += !query->by_tcp;
    if (is_long && !query->by_tcp && len + cutting.padding > cutting.cut_above)
        reply[2] |= 2;
    else if (is_long)
        len = pad(reply, len, cutting.padding);
    send_reply(query, reply, len);
}

static uint32_t answered_count(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < bench.told_count; i++)
        count += bench.told[i].outcome == ASKER_ANSWERED;
    return count;
}

/* Short ones came whole first: the apex is asked about before the rest. */
static void one_whose_answers_are_all_long_is_asked_by_tcp(void **state)
{
    (void)state;
    cutting =
        (struct cutting){.cut_above = 1232, .padding = 1250, .long_each = 1, .short_first = 5};
    set_up(&(struct asker_params){.server_qps = 400, .in_flight_max = 64});
    bench.serve = serve_cutting;
    ask(3000);
    assert_int_equal(answered_count(), 3000);
    assert_int_equal(bench.tcp_count, 3000 - 5);
    assert_in_range(bench.seen_count - bench.tcp_count, 5 + 8, 5 + 8 + 64 + 3);
    assert_true(bench.told_at[2999] - bench.start < 9 * NS_PER_S); /* by the ceiling 7.5 s */
    tear_down();
}

/* One whose longest message by UDP is shorter than what we offer is no limiter. */
static void what_is_truncated_for_its_length_is_no_trouble(void **state)
{
    (void)state;
    cutting = (struct cutting){.cut_above = 512, .padding = 700, .long_each = 2};
    set_up(&(struct asker_params){.server_qps = 400, .in_flight_max = 64});
    bench.serve = serve_cutting;
    ask(2000);
    assert_int_equal(answered_count(), 2000);
    assert_in_range(bench.tcp_count, 900, 1100);
    assert_true(bench.told_at[1999] - bench.start < 9 * NS_PER_S); /* 3,000 queries: 7.5 s */
    tear_down();
}

/* Others have used up a limiter's share of the first seconds. */
static void serve_limited_later(struct bench *b, const struct net_query *query, uint8_t *reply,
                                size_t len)
{
    if (query->at >= b->start + 3 * NS_PER_S)
        serve_limited(b, query, reply, len);
    else
        serve_truncated(b, query, reply, len);
}

static void a_limiter_that_was_used_up_is_heeded_in_the_end(void **state)
{
    (void)state;
    slip = 1;
    set_up(&(struct asker_params){.server_qps = 400, .in_flight_max = 64, .tries_max = 8});
    bench.serve = serve_limited_later;
    ask(4000);
    assert_int_equal(answered_count(), 4000);
    assert_true(late_rate() > 30 && late_rate() < 80);
    tear_down();
}

/* Truncates all; then its TCP is gone, and all comes whole. */
static void serve_until_tcp_is_gone(struct bench *b, const struct net_query *query, uint8_t *reply,
                                    size_t len)
{
    if (b->seen_count <= 500)
        serve_truncated(b, query, reply, len);
    else if (query->by_tcp) {
        b->connect = NET_REJECTED;
        net_close(query, RTT);
    } else
        send_reply(query, reply, len);
}

static void when_tcp_fails_udp_is_tried_again(void **state)
{
    (void)state;
    set_up(&(struct asker_params){.server_qps = 400, .in_flight_max = 64});
    bench.serve = serve_until_tcp_is_gone;
    ask(2000);
    assert_int_equal(bench.told_count, 2000);
    assert_true(answered_count() >= 2000 - 64); /* what was on its way by TCP */
    uint32_t by_udp = 0;
    for (uint32_t i = 0; i < 2000; i++)
        by_udp += bench.told[i].outcome == ASKER_ANSWERED && !bench.told[i].by_tcp;
    assert_in_range(by_udp, 1350, 1600);
    tear_down();
}

static void no_more_queries_than_allowed(void **state)
{
    (void)state;
    set_up(&(struct asker_params){.queries_max = 10});
    ask(30);
    assert_int_equal(bench.seen_count, 10);
    assert_int_equal(bench.told_count, 30);
    assert_true(asker_is_spent(bench.asker));
    for (uint32_t i = 0; i < 30; i++) {
        bool was_asked = bench.told[i].tag < 10;
        assert_int_equal(bench.told[i].outcome, was_asked ? ASKER_ANSWERED : ASKER_SILENT);
    }
    tear_down();
}

static void a_server_that_is_slow_holds_up_no_other(void **state)
{
    (void)state;
    set_up(&(struct asker_params){.server_qps = 20});
    bench.step = ask_another_server_in_turn;
    bench.at_once = 1;
    ask(60);
    assert_int_equal(bench.told_count, 60);
    assert_true(bench.told_at[59] - bench.start < 1500 * NS_PER_MS); /* one alone: 3 s */
    tear_down();
}

/* --- room, servers, runs --- */

static void fill(struct bench *b)
{
    if (b->to_ask == 0)
        return;
    assert_int_equal(asker_room(b->asker), 8);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(asker_ask(b->asker, &b->question), 0);
    assert_int_equal(asker_room(b->asker), 0);
    assert_int_equal(asker_ask(b->asker, &b->question), ERR_FULL);
    assert_int_equal(asker_open(b->asker), 8);
    b->to_ask = 0;
}

static void there_is_room_for_so_many(void **state)
{
    (void)state;
    set_up(&(struct asker_params){.in_flight_max = 8});
    bench.step = fill;
    ask(1);
    assert_int_equal(bench.told_count, 8);
    tear_down();
}

static void add_server_in_the_run(struct bench *b)
{
    if (b->told_count == 1)
        b->question.server = add_server(5353);
}

static void servers_are_added_in_the_run(void **state)
{
    (void)state;
    set_up(NULL);
    assert_int_equal(add_server(53), bench.server); /* the same for the same address */
    bench.step = add_server_in_the_run;
    ask(1);
    ask(1);
    assert_int_equal(bench.told_count, 2);
    assert_int_equal(bench.told[1].server, bench.question.server);
    assert_int_equal(bench.seen[1].port, 5353);
    tear_down();
}

static void there_is_room_for_so_many_servers(void **state)
{
    (void)state;
    set_up(NULL);
    uint32_t server;
    for (uint16_t i = 1; i < 1024; i++)
        assert_int_equal(add_server((uint16_t)(1000 + i)), i);
    struct wire_address more = address_of(4000);
    assert_int_equal(asker_add_server(bench.asker, &more, &server), ERR_FULL);
    more = address_of(1001);
    assert_int_equal(asker_add_server(bench.asker, &more, &server), 0);
    assert_int_equal(server, 1);
    assert_true(wire_address_equal(asker_server_address(bench.asker, 1), &more));
    bench.question.server = 1023;
    ask(1);
    assert_int_equal(bench.seen[0].port, 1000 + 1023);
    tear_down();
}

static void stop_early(struct bench *b)
{
    if (b->seen_count > 0)
        asker_stop(b->asker);
}

/* The answer to the first run's question comes in the second, where nobody asked for it. */
static void a_run_after_a_run_starts_afresh(void **state)
{
    (void)state;
    set_up(NULL);
    bench.step = stop_early;
    ask(1);
    assert_int_equal(bench.told_count, 0);
    assert_int_equal(bench.seen_count, 1);
    bench.step = NULL;
    bench.question.tag = 500;
    ask(3);
    assert_int_equal(bench.told_count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_in_range(bench.told[i].tag, 500, 502);
    assert_int_equal(counter_get(&asker_counters(bench.asker)->late_replies), 1);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_answered),
        cmocka_unit_test(silence_is_asked_again),
        cmocka_unit_test(all_tries_in_vain_are_silence),
        cmocka_unit_test(a_late_reply_counts),
        cmocka_unit_test(a_truncated_reply_is_had_by_tcp),
        cmocka_unit_test(one_that_truncates_all_is_asked_by_tcp),
        cmocka_unit_test(tcp_from_the_first_try),
        cmocka_unit_test(without_tcp_a_truncated_reply_is_of_no_use),
        cmocka_unit_test(a_server_that_closes_after_each_answer_is_asked_one_by_one),
        cmocka_unit_test(what_is_refused_is_told),
        cmocka_unit_test(servfail_is_asked_again_a_bit_later),
        cmocka_unit_test(formerr_is_asked_again_without_edns),
        cmocka_unit_test(formerr_is_told_where_do_is_asked_for),
        cmocka_unit_test(one_that_has_answered_may_refuse_once),
        cmocka_unit_test(an_icmp_error_is_believed_when_it_comes_twice),
        cmocka_unit_test(no_route_is_unreachable),
        cmocka_unit_test(a_family_without_sockets_is_unreachable),
        cmocka_unit_test(a_damaged_reply_is_as_if_it_had_not_come),
        cmocka_unit_test(a_server_that_does_not_keep_case_is_understood),
        cmocka_unit_test(a_servers_ceiling_holds_and_is_reached),
        cmocka_unit_test(the_ceiling_of_all_holds),
        cmocka_unit_test(without_a_ceiling_a_server_is_asked_briskly),
        cmocka_unit_test(a_limiter_is_heeded_and_everything_answered),
        cmocka_unit_test(one_whose_answers_are_all_long_is_asked_by_tcp),
        cmocka_unit_test(what_is_truncated_for_its_length_is_no_trouble),
        cmocka_unit_test(a_limiter_that_was_used_up_is_heeded_in_the_end),
        cmocka_unit_test(when_tcp_fails_udp_is_tried_again),
        cmocka_unit_test(no_more_queries_than_allowed),
        cmocka_unit_test(a_server_that_is_slow_holds_up_no_other),
        cmocka_unit_test(there_is_room_for_so_many),
        cmocka_unit_test(servers_are_added_in_the_run),
        cmocka_unit_test(there_is_room_for_so_many_servers),
        cmocka_unit_test(a_run_after_a_run_starts_afresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
