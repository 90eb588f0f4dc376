// SPDX-License-Identifier: BSD-2-Clause
/* scan/asker*.c on the simulated network: what is had by TCP. */
#include "tests/unit/scan/asker_world.h"

/* --- TCP --- */

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

/* A path that lets the first reply through by UDP, and then none: they have signatures. */
static void serve_short_ones(struct bench *b, const struct net_query *query, uint8_t *reply,
                             size_t len)
{
    if (query->by_tcp || b->seen_count == 1)
        send_reply(query, reply, len);
}

static void long_replies_that_the_path_drops_are_had_by_tcp(void **state)
{
    (void)state;
    set_up(&(struct asker_params){.in_flight_max = 4, .tries_max = 2});
    bench.serve = serve_short_ones;
    bench.question.flags |= QUERY_DO;
    ask(100);
    assert_int_equal(bench.told_count, 100);
    for (uint32_t i = 0; i < bench.told_count; i++)
        assert_int_equal(bench.told[i].outcome, ASKER_ANSWERED);
    assert_in_range(bench.seen_count - bench.tcp_count, 2 * 8, 2 * (8 + 4 + 8)); /* then at once */
    tear_down();
}

static void one_that_has_fallen_silent_costs_one_try_by_tcp(void **state)
{
    (void)state;
    for (int is_signed = 0; is_signed <= 1; is_signed++) {
        set_up(&(struct asker_params){.in_flight_max = 1, .tries_max = 2});
        bench.serve = serve_short_ones;
        bench.connect = NET_UNANSWERED;
        bench.question.flags |= is_signed ? QUERY_DO : 0;
        ask(2);
        assert_int_equal(bench.told[1].outcome, ASKER_SILENT);
        assert_int_equal(counter_get(&asker_counters(bench.asker)->tcp), is_signed);
        tear_down();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_truncated_reply_is_had_by_tcp),
        cmocka_unit_test(one_that_truncates_all_is_asked_by_tcp),
        cmocka_unit_test(tcp_from_the_first_try),
        cmocka_unit_test(without_tcp_a_truncated_reply_is_of_no_use),
        cmocka_unit_test(long_replies_that_the_path_drops_are_had_by_tcp),
        cmocka_unit_test(one_that_has_fallen_silent_costs_one_try_by_tcp),
        cmocka_unit_test(a_server_that_closes_after_each_answer_is_asked_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
