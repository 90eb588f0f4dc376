// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/handle.c: from a query to packets and counts, without a socket. */
#include "tests/unit/lab/help.h"

#include <arpa/inet.h>

#include "bench/lab/handle.h"

static const char zone_text[] = "$ORIGIN lab.example.\n"
                                "www A 192.0.2.1\nmail A 192.0.2.2\nalias CNAME www\n"
                                "*.dev A 192.0.2.9\n";

struct bench {
    struct lab lab;
    struct lab_options options;
    struct handle_room room;
    struct handle_reply reply;
    mono_ns now;
};

static struct bench *bench_of(const char *outside, size_t count, const char *const *lines,
                              size_t line_count)
{
    struct bench *b = calloc(1, sizeof *b);
    struct fleet_params params = {.seed = 3,
                                  .first = 0x7f010001,
                                  .port = 5300,
                                  .v4_count = count,
                                  .lines = lines,
                                  .line_count = line_count};
    char why[FLEET_ERROR_MAX];
    assert_non_null(b);
    b->options = (struct lab_options){.seed = 3, .outside = outside};
    b->lab.options = &b->options;
    b->lab.zones = zones_of(zone_text);
    b->now = NS_PER_S;
    if (fleet_create(&b->lab.fleet, &params, why))
        fail_msg("%s", why);
    for (size_t i = 0; i < count; i++)
        b->lab.fleet->resolvers[i].udp = 100; /* as if open; never used */
    assert_int_equal(sightings_init(&b->lab.sightings, 4096), 0);
    assert_int_equal(watch_init(&b->lab.watch), 0);
    return b;
}

static void bench_free(struct bench *b)
{
    fleet_destroy(b->lab.fleet);
    sightings_deinit(&b->lab.sightings);
    watch_deinit(&b->lab.watch);
    zones_destroy(b->lab.zones);
    free(b);
}

static const struct handle_reply *ask(struct bench *b, uint32_t resolver, const char *name,
                                      uint16_t type, bool is_tcp)
{
    static const union client client = {.v4 = {.sin_family = AF_INET, .sin_port = 0x1234}};
    uint8_t data[QUERY_MAX];
    struct handle_query q = {.resolver = resolver,
                             .data = data,
                             .len = query_build(data, name, type, 1232),
                             .client = is_tcp ? NULL : &client,
                             .is_tcp = is_tcp,
                             .now = b->now};
    handle_query(&b->lab, &q, &b->room, &b->reply);
    return &b->reply;
}

static unsigned rcode_of(const struct handle_packet *packet)
{
    assert_true(packet->len >= 12);
    return packet->data[3] & 15u;
}

/* The A record at the end of a reply with OPT. */
static uint32_t address_of(const struct handle_packet *packet)
{
    uint32_t address;
    assert_true(packet->len > 12 + 11 + 4);
    assert_int_equal(packet->data[7] > 0, true);
    memcpy(&address, packet->data + packet->len - 11 - 4, 4);
    return ntohl(address);
}

#define TRUE_ADDRESS 0xc0000201u /* 192.0.2.1 */

static void forged_packets_come_first_and_the_right_one_in_time(void **state)
{
    static const char *const lines[] = {"rest forge=id rtt=30ms late=500ms"};
    struct bench *b = bench_of("refused", 2, lines, 1);
    const struct handle_reply *r = ask(b, 0, "www.lab.example", TYPE_A, false);
    (void)state;
    assert_int_equal(r->count, 2);
    assert_int_equal(r->packets[0].delay, 0);
    assert_int_equal(address_of(&r->packets[0]) >> 8, 0xcb0071);
    assert_int_equal(r->packets[1].delay, 530 * NS_PER_MS);
    assert_int_equal(address_of(&r->packets[1]), TRUE_ADDRESS);
    assert_int_equal(r->packets[0].resolver, 0);
    assert_int_equal(r->packets[1].resolver, 0);
    r = ask(b, 0, "www.lab.example", TYPE_A, true);
    assert_int_equal(r->count, 1);
    assert_int_equal(r->packets[0].delay, 30 * NS_PER_MS);
    assert_int_equal(address_of(&r->packets[0]), TRUE_ADDRESS);
    assert_int_equal(b->lab.fleet->resolvers[0].counts.forged, 1);
    assert_int_equal(b->lab.fleet->resolvers[0].counts.answered, 2);
    bench_free(b);
}

static void a_duplicate_is_the_right_reply_again(void **state)
{
    static const char *const lines[] = {"rest forge=duplicate rtt=10ms late=5ms"};
    struct bench *b = bench_of("refused", 1, lines, 1);
    const struct handle_reply *r = ask(b, 0, "www.lab.example", TYPE_A, false);
    (void)state;
    assert_int_equal(r->count, 2);
    assert_int_equal(r->packets[0].delay, 10 * NS_PER_MS);
    assert_int_equal(r->packets[1].delay, 15 * NS_PER_MS);
    assert_int_equal(r->packets[0].len, r->packets[1].len);
    assert_memory_equal(r->packets[0].data, r->packets[1].data, r->packets[0].len);
    assert_int_equal(address_of(&r->packets[1]), TRUE_ADDRESS);
    bench_free(b);
}

static void another_source_needs_another_resolver(void **state)
{
    static const char *const lines[] = {"rest forge=source"};
    struct bench *b = bench_of("refused", 3, lines, 1);
    const struct handle_reply *r = ask(b, 2, "www.lab.example", TYPE_A, false);
    (void)state;
    assert_int_equal(r->count, 2);
    assert_int_equal(r->packets[0].resolver, 0);
    assert_int_equal(r->packets[1].resolver, 2);
    bench_free(b);
    b = bench_of("refused", 1, lines, 1);
    r = ask(b, 0, "www.lab.example", TYPE_A, false);
    assert_int_equal(r->count, 1);
    assert_int_equal(address_of(&r->packets[0]), TRUE_ADDRESS);
    assert_int_equal(b->lab.fleet->resolvers[0].counts.forged, 0);
    bench_free(b);
}

static void what_is_lost_has_no_forgery_beside_it(void **state)
{
    static const char *const lines[] = {"rest forge=echo loss=100%"};
    struct bench *b = bench_of("refused", 1, lines, 1);
    (void)state;
    assert_int_equal(ask(b, 0, "www.lab.example", TYPE_A, false)->count, 0);
    assert_int_equal(b->lab.fleet->resolvers[0].counts.forged, 0);
    assert_int_equal(b->lab.fleet->resolvers[0].counts.lost, 1);
    bench_free(b);
}

static void it_turns_after_so_many_queries_and_stays_so(void **state)
{
    static const char *const lines[] = {"rest turns=10 hide rewrite=4"};
    struct bench *b = bench_of("refused", 1, lines, 1);
    const struct resolver_counts *c = &b->lab.fleet->resolvers[0].counts;
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        const struct handle_reply *r = ask(b, 0, "www.lab.example", TYPE_A, i % 2);
        assert_int_equal(address_of(&r->packets[0]), TRUE_ADDRESS);
    }
    assert_int_equal(c->turned, 0);
    for (unsigned i = 0; i < 10; i++) {
        const struct handle_reply *r = ask(b, 0, "www.lab.example", TYPE_A, i % 2);
        assert_int_equal(address_of(&r->packets[0]), 0xcb007104u);
        assert_int_equal(c->turned, i + 1);
        assert_int_equal(c->rewritten, i + 1);
    }
    bench_free(b);
}

static void addresses_of_one_back_end_lie_and_turn_together(void **state)
{
    static const char *const lines[] = {"rest backend=3 turns=6 hide=50% rtt=5ms-80ms"};
    struct bench *b = bench_of("refused", 9, lines, 1);
    const struct resolver *r = b->lab.fleet->resolvers;
    unsigned differs = 0;
    (void)state;
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(rcode_of(ask(b, i % 3, "www.lab.example", TYPE_A, false)->packets), 0);
    for (unsigned n = 0; n < 40; n++) {
        char name[64];
        unsigned rcodes[9];
        snprintf(name, sizeof name, "%s.lab.example", n % 2 ? "mail" : "www");
        for (uint32_t i = 0; i < 9; i++)
            rcodes[i] = rcode_of(ask(b, i, name, TYPE_A, false)->packets);
        for (uint32_t i = 0; i < 9 && n >= 6; i++) {
            assert_int_equal(rcodes[i], rcodes[i - i % 3]);
            differs += rcodes[i] != rcodes[0];
        }
    }
    for (uint32_t i = 0; i < 9; i++) {
        assert_int_equal(r[i].backend, i - i % 3);
        assert_memory_equal(&r[i].traits, &r[i - i % 3].traits, sizeof r[i].traits);
    }
    assert_true(differs > 0);
    assert_int_equal(r[0].counts.turned, 40); /* the six before were all its own */
    assert_true(r[0].traits.value[TRAIT_RTT].low != r[3].traits.value[TRAIT_RTT].low);
    bench_free(b);
}

static void one_back_end_has_one_cap_and_one_memory(void **state)
{
    static const char *const lines[] = {"rest backend=4 cap=22 over=refused servfail=50%"};
    struct bench *b = bench_of("refused", 8, lines, 1);
    unsigned capped = 0;
    (void)state;
    for (uint32_t i = 0; i < 4; i++) { /* four tokens, whoever is asked */
        ask(b, i, "www.lab.example", TYPE_A, false);
        assert_int_equal(b->lab.fleet->resolvers[i].counts.capped, 0);
    }
    for (uint32_t i = 0; i < 4; i++) {
        ask(b, i, "www.lab.example", TYPE_A, false);
        capped += (unsigned)b->lab.fleet->resolvers[i].counts.capped;
    }
    assert_int_equal(capped, 4);
    ask(b, 4, "www.lab.example", TYPE_A, false); /* the other back end has its own */
    assert_int_equal(b->lab.fleet->resolvers[4].counts.capped, 0);
    /* The k-th sighting is that of all its addresses: asked in turn they give the same
     * as one asked again and again. */
    static const char *const free_lines[] = {"rest backend=4 servfail=50%"};
    struct bench *turns = bench_of("refused", 4, free_lines, 1),
                 *one = bench_of("refused", 4, free_lines, 1);
    unsigned failed = 0;
    for (uint32_t i = 0; i < 40; i++) {
        unsigned rcode = rcode_of(ask(turns, i % 4, "www.lab.example", TYPE_A, false)->packets);
        assert_int_equal(rcode, rcode_of(ask(one, 0, "www.lab.example", TYPE_A, false)->packets));
        failed += rcode > 0;
    }
    assert_in_range(failed, 8, 32);
    bench_free(b);
    bench_free(turns);
    bench_free(one);
}

static void only_zones_refuses_where_others_answer(void **state)
{
    static const char *const lines[] = {"count=1 only-zones", "count=1 rewrite=1", "rest"};
    struct bench *b = bench_of("nxdomain", 3, lines, 3);
    (void)state;
    for (uint32_t i = 0; i < 3; i++) {
        static const unsigned expected[] = {RCODE_REFUSED, RCODE_NOERROR, RCODE_NXDOMAIN};
        const struct resolver *r = &b->lab.fleet->resolvers[i];
        const struct handle_packet *p = ask(b, i, "some.where.test", TYPE_A, false)->packets;
        assert_int_equal(rcode_of(p), expected[r->group]);
        assert_int_equal(r->counts.refused, r->group == 0);
        assert_int_equal(r->counts.rewritten, r->group == 1);
        assert_int_equal(address_of(ask(b, i, "www.lab.example", TYPE_A, false)->packets),
                         TRUE_ADDRESS);
    }
    bench_free(b);
}

static uint64_t fates_of(const struct resolver_counts *c)
{
    return c->answered + c->lost + c->ignored + c->capped + c->servfail + c->refused + c->formerr +
           c->truncated;
}

/* The sum of bench/lab/README.md, under everything at once. */
static void every_query_has_one_fate_and_at_most_one_lie(void **state)
{
    static const char *const lines[] = {
        "default loss=10% cap=50-5000 over=any noedns=any servfail=10% refuse-zone=20%",
        "count=10 dead=silent",
        "count=10 tc-only noedns=no hide=50% forge=any forge-share=50%",
        "count=40 rewrite=1-3 hide=20%-100% wrong=50% noedns=no",
        "count=20 backend=5 rewrite=1 turns=5-50 noedns=no",
        "rest forge=any wrong noedns=no"};
    static const char *const names[] = {"www.lab.example", "alias.lab.example", "nix.lab.example",
                                        "x.dev.lab.example", "else.test"};
    struct bench *b = bench_of("nxdomain", 100, lines, sizeof lines / sizeof *lines);
    struct resolver_counts all = {0};
    (void)state;
    for (unsigned n = 0; n < 20000; n++) {
        b->now += NS_PER_MS;
        const struct handle_reply *r =
            ask(b, n % 100, names[n / 100 % 5], n % 3 ? TYPE_A : TYPE_AAAA, n % 7 == 0);
        assert_true(r->count <= (n % 7 ? HANDLE_PACKETS_MAX : 1));
    }
    for (size_t i = 0; i < 100; i++) {
        const struct resolver_counts *c = &b->lab.fleet->resolvers[i].counts;
        assert_int_equal(c->queries, 200);
        assert_int_equal(fates_of(c), c->queries);
        assert_true(c->rewritten + c->hidden + c->wrong <= c->answered);
        assert_true(c->turned <= c->queries && c->forged <= c->queries - c->tcp);
        all.rewritten += c->rewritten;
        all.hidden += c->hidden;
        all.wrong += c->wrong;
        all.forged += c->forged;
        all.turned += c->turned;
    }
    assert_true(all.rewritten && all.hidden && all.wrong && all.forged && all.turned);
    bench_free(b);
}

static void apexes_and_names_of_wildcards_are_not_hidden(void **state)
{
    static const char *const lines[] = {"rest hide wrong"};
    struct bench *b = bench_of("refused", 1, lines, 1);
    (void)state;
    assert_int_equal(rcode_of(ask(b, 0, "lab.example", TYPE_SOA, false)->packets), 0);
    assert_int_equal(rcode_of(ask(b, 0, "x.dev.lab.example", TYPE_A, false)->packets), 0);
    assert_int_equal(b->lab.fleet->resolvers[0].counts.hidden, 0);
    assert_int_equal(rcode_of(ask(b, 0, "dev.lab.example", TYPE_A, false)->packets), 3);
    assert_int_equal(b->lab.fleet->resolvers[0].counts.hidden, 1);
    bench_free(b);
}

/* Of what is above the cap every third is truncated; TCP is no way round it, and a back end counts
 * for all its addresses. */
static void above_the_cap_one_in_so_many_slips_through(void **state)
{
    static const char *const lines[] = {"rest backend=2 cap=1 slip=3"};
    struct bench *b = bench_of("refused", 2, lines, 1);
    unsigned truncated = 0, silent = 0;
    (void)state;
    assert_int_equal(ask(b, 0, "www.lab.example", TYPE_A, false)->count, 1); /* the one token */
    for (uint32_t i = 1; i <= 12; i++) {
        const struct handle_reply *reply = ask(b, i % 2, "www.lab.example", TYPE_A, false);
        silent += !reply->count;
        if (!reply->count)
            continue;
        assert_int_equal(i % 3, 0);
        assert_int_equal(reply->packets[0].data[2] & 2, 2); /* TC */
        truncated++;
    }
    assert_int_equal(truncated, 4);
    assert_int_equal(silent, 8);
    for (int i = 0; i < 6; i++)
        assert_int_equal(ask(b, 0, "www.lab.example", TYPE_A, true)->count, 0);
    assert_int_equal(
        b->lab.fleet->resolvers[0].counts.capped + b->lab.fleet->resolvers[1].counts.capped, 18);
    assert_int_equal(b->lab.fleet->resolvers[0].counts.truncated, 0);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forged_packets_come_first_and_the_right_one_in_time),
        cmocka_unit_test(a_duplicate_is_the_right_reply_again),
        cmocka_unit_test(another_source_needs_another_resolver),
        cmocka_unit_test(what_is_lost_has_no_forgery_beside_it),
        cmocka_unit_test(it_turns_after_so_many_queries_and_stays_so),
        cmocka_unit_test(addresses_of_one_back_end_lie_and_turn_together),
        cmocka_unit_test(one_back_end_has_one_cap_and_one_memory),
        cmocka_unit_test(above_the_cap_one_in_so_many_slips_through),
        cmocka_unit_test(only_zones_refuses_where_others_answer),
        cmocka_unit_test(apexes_and_names_of_wildcards_are_not_hidden),
        cmocka_unit_test(every_query_has_one_fate_and_at_most_one_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
