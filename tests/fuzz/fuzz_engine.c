// SPDX-License-Identifier: BSD-2-Clause
/* The engine among hostile servers: datagrams and TCP streams made from the honest reply by
 * what the input says, on the simulated network.
 *
 * For every query that leaves, one octet of the input tells how many messages come back,
 * and four for each of them what is done to it: where from, how late, which octet is
 * changed and to what. What the reply handler is shown must answer a try that is open:
 * right id, right source, the question octet for octet as sent (or all in lower case: the
 * resolver may be one that does not keep case) or a header-only error. Each try
 * ends at most once, all have ended at the end, and every datagram is counted once. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "engine/engine.h"
#include "tests/fake/clock.h"
#include "tests/fake/net.h"
#include "verdict/classify.h"

#define QUERIES   8
#define RESOLVERS 3
#define TRIES_MAX 4
#define SENT_MAX  (QUERIES * TRIES_MAX)
#define TRUE_MAX  (SENT_MAX * 4)
#define STEP_TIME (20 * NS_PER_MS) /* of lateness */
#define TIMEOUT   (2 * NS_PER_S)
#define END       (20 * NS_PER_S) /* past the last try's last message */

static struct bench {
    struct wire *wire;
    struct pool *pool;
    struct engine *engine;
    struct counters counters;
    struct rng rng;
    mono_ns start;
    const uint8_t *input;
    size_t input_len;

    struct try_sent {
        uint32_t resolver, query;
        uint16_t id;
        uint8_t question[DNS_QUESTION_MAX];
    } sent[SENT_MAX];
    unsigned sent_count;
    uint64_t true_hashes[TRUE_MAX]; /* of messages that come from whom was asked */
    unsigned true_count, datagrams;
    bool has_tcp;

    unsigned tries[QUERIES], told[QUERIES];
    bool wants_try[QUERIES], is_over[QUERIES], by_tcp[QUERIES];
} b;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static uint8_t next(void)
{
    if (b.input_len == 0)
        return 0;
    b.input_len--;
    return *b.input++;
}

/* --- servers --- */

static uint32_t resolver_of(const struct wire_address *address)
{
    return ntohl(address->sa.v4.sin_addr.s_addr) & 0xff;
}

static struct wire_address address_of(uint32_t number)
{
    struct wire_address a = {.family = 0, .len = sizeof a.sa.v4};
    a.sa.v4.sin_family = AF_INET;
    a.sa.v4.sin_port = htons(53);
    a.sa.v4.sin_addr.s_addr = htonl(0xc0000200u + number); /* 192.0.2.0 */
    return a;
}

/* The honest reply: the query with QR set, no OPT, and an address. */
static size_t honest(uint8_t out[1024], const struct net_query *query)
{
    static const uint8_t address[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 9};
    size_t len = query->len - (query->data[11] ? DNS_OPT_LEN : 0);
    memcpy(out, query->data, len);
    out[2] |= 0x80;
    out[7] = 1;
    out[11] = 0;
    memcpy(out + len, address, sizeof address);
    return len + sizeof address;
}

static void answer(const struct net_query *query)
{
    uint8_t message[2 + 1024], *data = message + 2;
    size_t len = honest(data, query);
    uint8_t how = next(), where = next(), value = next();
    mono_ns after = next() * STEP_TIME;
    struct wire_address from = query->to;
    if (how & 1)
        data[where % len] ^= value;
    if (how & 2)
        len = value % (len + 1);
    if (how & 4)
        from = address_of((resolver_of(&from) + where) % RESOLVERS);
    if (how & 8)
        from.sa.v4.sin_port ^= htons(value);
    if (query->by_tcp) {
        message[0] = (uint8_t)(len >> 8);
        message[1] = (uint8_t)(how & 16 ? len + value : len);
        net_stream(query, after, message, len + 2, how & 32 ? 1 + where : 0, STEP_TIME);
        if (how & 64)
            net_close(query, after + STEP_TIME);
        from = query->to;
    } else {
        net_reply(query, after, &from, data, len);
        b.datagrams++;
    }
    if (wire_address_equal(&from, &query->to) && b.true_count < TRUE_MAX)
        b.true_hashes[b.true_count++] = hash64(data, len, resolver_of(&from));
}

static void on_query(void *ctx, const struct net_query *query)
{
    (void)ctx;
    check(query->len > 14 && query->data[13] >= 'A' && b.sent_count < SENT_MAX);
    struct try_sent *sent = &b.sent[b.sent_count++];
    *sent = (struct try_sent){
        .resolver = resolver_of(&query->to),
        .query = (query->data[13] | 0x20u) - 'a',
        .id = (uint16_t)(query->data[0] << 8 | query->data[1]),
    };
    memcpy(sent->question, query->data + DNS_HEADER_LEN, query->len - DNS_HEADER_LEN - DNS_OPT_LEN);
    b.has_tcp |= query->by_tcp;
    uint8_t count = next();
    for (unsigned i = 0; i < (count & 3u); i++)
        answer(query);
    if (count & 4 && !query->by_tcp)
        net_bounce(query, STEP_TIME);
    if (count & 8 && query->by_tcp)
        net_close(query, 3 * STEP_TIME);
}

/* --- what the engine tells --- */

static bool on_reply(void *ctx, uint32_t query, const struct reply *reply,
                     const struct engine_try *try)
{
    static struct answer judged;
    const struct question *question = engine_question(b.engine, query);
    unsigned i = 0;
    (void)ctx;
    check(reply->qr && reply->opcode == 0 && query < QUERIES);
    while (i < b.sent_count && !(b.sent[i].id == reply->id && b.sent[i].query == query &&
                                 b.sent[i].resolver == try->resolver))
        i++;
    check(i < b.sent_count);
    if (reply->question_count > 0)
        check(reply->len >= (size_t)DNS_HEADER_LEN + question->len &&
              (memcmp(reply->data + DNS_HEADER_LEN, b.sent[i].question, question->len) == 0 ||
               memcmp(reply->data + DNS_HEADER_LEN, question->wire, question->len) == 0));
    else
        check(reply->rcode != RCODE_NOERROR && reply->rcode != RCODE_NXDOMAIN);
    if (!b.has_tcp) {
        uint64_t hash = hash64(reply->data, reply->len, try->resolver);
        for (i = 0; i < b.true_count && b.true_hashes[i] != hash; i++)
            ;
        check(i < b.true_count);
    }
    classify(reply, question, &judged);
    if (judged.kind == ANSWER_DAMAGED)
        return false;
    check(++b.told[query] <= 2 * b.tries[query]);   /* lost, and then late */
    b.is_over[query] |= judged.kind == ANSWER_DATA; /* until `act`: more may come this turn */
    b.wants_try[query] = !b.is_over[query];
    b.by_tcp[query] = judged.kind == ANSWER_TRUNCATED;
    return true;
}

static void on_lost(void *ctx, uint32_t query, enum engine_loss loss, const struct engine_try *try)
{
    (void)ctx;
    (void)loss;
    check(query < QUERIES && try->resolver < RESOLVERS);
    check(++b.told[query] <= 2 * b.tries[query]);
    b.wants_try[query] = true;
}

static mono_ns on_act(void *ctx, mono_ns now)
{
    (void)ctx;
    for (uint32_t q = 0; q < QUERIES; q++) {
        if (b.is_over[q]) {
            engine_query_renew(b.engine, q);
            b.is_over[q] = b.wants_try[q] = false;
            b.tries[q] = TRIES_MAX;
            question_init(engine_question(b.engine, q), (const uint8_t[]){1, 'z', 0}, 3, TYPE_A);
        }
        if (!b.wants_try[q] || b.tries[q] == TRIES_MAX)
            continue;
        const struct engine_send send = {.resolver = (q + b.tries[q]) % RESOLVERS,
                                         .wait = TIMEOUT / 2,
                                         .flags = QUERY_EDNS,
                                         .by_tcp = b.by_tcp[q]};
        b.wants_try[q] = false;
        b.tries[q]++;
        int error = engine_send(b.engine, q, &send);
        check(error == 0 || error == ERR_FULL);
    }
    if (now - b.start >= END)
        engine_stop(b.engine);
    return b.start + END;
}

static void set_up(const uint8_t *data, size_t size)
{
    static const uint8_t key[32] = {7};
    struct pool_entry entries[RESOLVERS];
    memset(&b, 0, sizeof b);
    b.input = data;
    b.input_len = size;
    rng_init_key(&b.rng, key);
    fake_clock_set(FAKE_CLOCK_START);
    b.start = clock_mono_ns();
    const struct net_server server = {.query = on_query};
    net_install(&server);
    for (uint32_t i = 0; i < RESOLVERS; i++)
        entries[i] = (struct pool_entry){.address = address_of(i), .operator_key = i};
    const struct wire_params wire = {.socket_count = {1, 0}, .rng = &b.rng};
    check(wire_open(&b.wire, &wire) == 0);
    check(pool_create(&b.pool, entries, RESOLVERS, QUERIES, &b.rng, b.start) == 0);
    const struct engine_params params = {.wire = b.wire,
                                         .pool = b.pool,
                                         .rng = &b.rng,
                                         .counters = &b.counters,
                                         .query_count = QUERIES,
                                         .timeout = TIMEOUT};
    check(engine_create(&b.engine, &params) == 0);
    uint8_t tcp = next();
    for (uint32_t q = 0; q < QUERIES; q++) {
        const uint8_t name[] = {1, (uint8_t)('a' + q), 4, 't', 'e', 's', 't', 0};
        question_init(engine_question(b.engine, q), name, sizeof name, TYPE_A);
        b.wants_try[q] = true;
        b.by_tcp[q] = tcp >> q & 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct engine_handlers handlers = {.reply = on_reply, .lost = on_lost, .act = on_act};
    set_up(data, size);
    check(engine_run(b.engine, &handlers) == 0);
    check(engine_in_flight(b.engine) == 0);
    check(counter_get(&b.counters.queries) >= b.sent_count);
    uint64_t counted = counter_get(&b.counters.answers) + counter_get(&b.counters.late_replies);
    for (int i = 0; i < REJECT_COUNT; i++)
        counted += counter_get(&b.counters.rejects[i]);
    check(b.has_tcp ? counted >= b.datagrams : counted == b.datagrams);
    engine_destroy(b.engine);
    pool_destroy(b.pool);
    wire_close(b.wire);
    check(net_connections() == 0);
    return 0;
}
