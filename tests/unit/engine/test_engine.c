// SPDX-License-Identifier: BSD-2-Clause
/* engine/engine.c on the simulated network: what the life of a try by UDP looks like from outside.
 * The reply checks one by one are told as scenarios (tests/scenario/forged_*). */
#include "tests/unit/engine/engine_world.h"

static void a_try_is_sent_and_its_reply_told(void **state)
{
    (void)state;
    set_up(1);
    run(send_once);
    assert_int_equal(bench.seen_count, 1);
    assert_int_equal(bench.told_count, 1);
    assert_true(bench.told[0].is_reply && bench.told[0].try.is_newest);
    assert_true(bench.told[0].try.with_edns);
    assert_false(bench.told[0].try.by_tcp);
    assert_int_equal(bench.told[0].try.rtt_us, 20000);
    assert_int_equal(engine_in_flight(bench.engine), 0);
    assert_int_equal(counter_get(&bench.counters.queries), 1);
    assert_int_equal(counter_get(&bench.counters.answers), 1);
    assert_int_equal(counter_get(&bench.counters.timeouts), 0);
    tear_down();
}

static void silence_is_told_once_at_its_deadline(void **state)
{
    (void)state;
    set_up(1);
    bench.serve = serve_nothing;
    run(send_once);
    assert_int_equal(bench.told_count, 1);
    assert_false(bench.told[0].is_reply);
    assert_int_equal(bench.told[0].loss, ENGINE_TIMED_OUT);
    assert_int_equal(bench.told[0].at - bench.start, NS_PER_S); /* a half of the longest */
    assert_int_equal(counter_get(&bench.counters.timeouts), 1);
    assert_int_equal(engine_in_flight(bench.engine), 0);
    tear_down();
}

static void a_damaged_reply_leaves_the_try_waiting(void **state)
{
    (void)state;
    set_up(1);
    bench.accepts = false;
    run(send_once);
    assert_int_equal(bench.told_count, 2);
    assert_true(bench.told[0].is_reply);
    assert_int_equal(bench.told[1].loss, ENGINE_TIMED_OUT);
    assert_int_equal(counter_get(&bench.counters.answers), 0);
    assert_int_equal(counter_get(&bench.counters.rejects[REJECT_SHORT]), 1);
    tear_down();
}

/* The first try's reply comes LATENESS after its deadline of 1 s, while a second is out. */
static mono_ns lateness;

static void serve_first_late(struct bench *b, const struct net_query *query,
                             const uint8_t reply[512], size_t len)
{
    if (b->seen_count == 1)
        net_reply(query, NS_PER_S + lateness, NULL, reply, len);
}

static void send_again_when_lost(struct bench *b, mono_ns now)
{
    send_once(b, now);
    if (b->told_count == 1 && b->seen_count == 1)
        assert_int_equal(send_query(b, 0, TIMEOUT, false), 0);
}

static void a_late_reply_counts_for_the_longest_wait(void **state)
{
    (void)state;
    for (int is_too_late = 0; is_too_late < 2; is_too_late++) {
        set_up(1);
        lateness = TIMEOUT + (is_too_late ? NS_PER_MS : -NS_PER_MS);
        bench.serve = serve_first_late;
        run(send_again_when_lost);
        assert_int_equal(counter_get(&bench.counters.answers), !is_too_late);
        assert_int_equal(counter_get(&bench.counters.rejects[REJECT_UNKNOWN_ID]), is_too_late);
        if (!is_too_late) {
            assert_true(bench.told[1].is_reply);
            assert_false(bench.told[1].try.is_newest);
            assert_int_equal(bench.told[1].try.rtt_us, (NS_PER_S + lateness) / NS_PER_US);
        }
        tear_down();
    }
}

static void renew_before_the_reply(struct bench *b, mono_ns now)
{
    send_once(b, now);
    if (b->turn == 1)
        engine_query_renew(b->engine, 0);
}

static void replies_to_a_settled_question_are_only_counted(void **state)
{
    (void)state;
    set_up(1);
    run(renew_before_the_reply);
    assert_int_equal(bench.told_count, 0);
    assert_int_equal(counter_get(&bench.counters.late_replies), 1);
    assert_int_equal(counter_get(&bench.counters.answers), 0);
    assert_int_equal(engine_in_flight(bench.engine), 0);
    tear_down();
}

static void send_all_there_is_room_for(struct bench *b, mono_ns now)
{
    uint32_t count = 0;
    (void)now;
    if (b->turn != 1)
        return;
    while (send_query(b, count, NS_PER_S, false) == 0)
        count++;
    assert_int_equal(count, WIRE_BATCH);
    assert_int_equal(engine_room(b->engine, 0), 0);
    assert_int_equal(engine_in_flight(b->engine), WIRE_BATCH);
}

static void a_turn_sends_one_batch(void **state)
{
    (void)state;
    set_up(1);
    run(send_all_there_is_room_for);
    assert_int_equal(bench.seen_count, WIRE_BATCH);
    assert_int_equal(bench.told_count, WIRE_BATCH);
    for (uint32_t i = 1; i < WIRE_BATCH; i++) /* one batch, one port */
        assert_int_equal(bench.seen[i].port, bench.seen[0].port);
    tear_down();
}

static void a_busy_kernel_delays_and_doubles_nothing(void **state)
{
    (void)state;
    set_up(1);
    bench.busy = 5;
    run(send_all_there_is_room_for);
    assert_int_equal(bench.seen_count, WIRE_BATCH);
    assert_int_equal(bench.told_count, WIRE_BATCH);
    assert_true(bench.seen[0].at > bench.start);
    tear_down();
}

static void send_many_times(struct bench *b, mono_ns now)
{
    (void)now;
    for (int i = 0; i < 32 && b->seen_count < 4000; i++)
        (void)send_query(b, (uint32_t)i, NS_PER_MS, false);
}

/* Tries of the same few questions: each with an id of its own among those of its port
 * that are still remembered, over all ports. */
static void every_try_has_an_id_of_its_own(void **state)
{
    unsigned by_port[4] = {0};
    (void)state;
    set_up(1);
    bench.serve = serve_nothing;
    bench.end = 100 * NS_PER_MS;
    bench.every = NS_PER_MS;
    run(send_many_times);
    assert_in_range(bench.seen_count, 500, SEEN_MAX);
    for (uint32_t i = 0; i < bench.seen_count; i++) {
        by_port[bench.seen[i].port]++;
        for (uint32_t j = 0; j < i; j++)
            assert_false(bench.ids[i] == bench.ids[j] && bench.seen[i].port == bench.seen[j].port);
    }
    for (int i = 0; i < 4; i++)
        assert_true(by_port[i] > bench.seen_count / 10);
    tear_down();
}

static void serve_bounce(struct bench *b, const struct net_query *query, const uint8_t reply[512],
                         size_t len)
{
    (void)reply;
    (void)len;
    (void)b;
    net_bounce(query, 5 * NS_PER_MS);
    net_bounce(query, 6 * NS_PER_MS); /* a second one means nothing any more */
}

static void an_icmp_error_ends_its_try_at_once(void **state)
{
    (void)state;
    set_up(1);
    bench.serve = serve_bounce;
    run(send_once);
    assert_int_equal(bench.told_count, 1);
    assert_int_equal(bench.told[0].loss, ENGINE_UNREACHABLE);
    assert_int_equal(bench.told[0].at - bench.start, 5 * NS_PER_MS);
    assert_int_equal(counter_get(&bench.counters.unreachable), 1);
    assert_int_equal(counter_get(&bench.counters.timeouts), 0);
    tear_down();
}

/* An error about another datagram: the right id, but to somebody else. */
static void serve_foreign_bounce(struct bench *b, const struct net_query *query,
                                 const uint8_t reply[512], size_t len)
{
    struct net_query other = *query;
    (void)b;
    other.to = address_v4("192.0.2.9", 53);
    net_bounce(&other, 5 * NS_PER_MS);
    net_reply(query, 20 * NS_PER_MS, NULL, reply, len);
}

static void an_icmp_error_about_another_address_is_ignored(void **state)
{
    (void)state;
    set_up(1);
    bench.serve = serve_foreign_bounce;
    run(send_once);
    assert_int_equal(bench.told_count, 1);
    assert_true(bench.told[0].is_reply);
    assert_int_equal(counter_get(&bench.counters.unreachable), 0);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_try_is_sent_and_its_reply_told),
        cmocka_unit_test(silence_is_told_once_at_its_deadline),
        cmocka_unit_test(a_damaged_reply_leaves_the_try_waiting),
        cmocka_unit_test(a_late_reply_counts_for_the_longest_wait),
        cmocka_unit_test(replies_to_a_settled_question_are_only_counted),
        cmocka_unit_test(a_turn_sends_one_batch),
        cmocka_unit_test(a_busy_kernel_delays_and_doubles_nothing),
        cmocka_unit_test(every_try_has_an_id_of_its_own),
        cmocka_unit_test(an_icmp_error_ends_its_try_at_once),
        cmocka_unit_test(an_icmp_error_about_another_address_is_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
