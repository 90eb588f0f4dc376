// SPDX-License-Identifier: BSD-2-Clause
/* scan/asker*.c on the simulated network: many questions, ceilings and limiters. */
#include "tests/unit/scan/asker_world.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
