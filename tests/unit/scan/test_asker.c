// SPDX-License-Identifier: BSD-2-Clause
/* scan/asker*.c on the simulated network: one question, what is refused or fails, room. */
#include "tests/unit/scan/asker_world.h"

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
        cmocka_unit_test(there_is_room_for_so_many),
        cmocka_unit_test(servers_are_added_in_the_run),
        cmocka_unit_test(there_is_room_for_so_many_servers),
        cmocka_unit_test(a_run_after_a_run_starts_afresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
