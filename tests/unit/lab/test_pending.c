// SPDX-License-Identifier: BSD-2-Clause
/* bench/lab/pending.c, sightings.c, watch.c: the lab's bounded memories. */
#include "tests/unit/lab/help.h"

#include "base/hash.h"
#include "bench/lab/pending.h"
#include "bench/lab/sightings.h"
#include "bench/lab/watch.h"

static void put(struct pending *pending, mono_ns due, uint32_t mark, size_t len)
{
    static uint8_t data[4096];
    struct pending_reply *reply = NULL;
    memset(data, (int)mark, len);
    assert_int_equal(pending_put(pending, due, data, len, &reply), 0);
    reply->resolver = mark;
}

static void replies_come_when_due_and_never_before(void **state)
{
    struct pending *pending = NULL;
    mono_ns start = 1000 * NS_PER_S + 123456;
    (void)state;
    assert_int_equal(pending_create(&pending, start), 0);
    put(pending, start + 5 * NS_PER_MS, 1, 10);
    assert_null(pending_take(pending, start + 4 * NS_PER_MS));
    assert_null(pending_take(pending, start + 5 * NS_PER_MS - 1));
    struct pending_reply *reply = pending_take(pending, start + 6 * NS_PER_MS);
    assert_non_null(reply);
    assert_int_equal(reply->resolver, 1);
    assert_int_equal(reply->len, 10);
    pending_give(pending, reply);
    assert_null(pending_take(pending, start + PENDING_DELAY_MAX));
    pending_destroy(pending);
}

static void order_is_by_time_then_by_arrival(void **state)
{
    struct pending *pending = NULL;
    static const uint32_t expected[] = {3, 1, 2, 4};
    (void)state;
    assert_int_equal(pending_create(&pending, 0), 0);
    put(pending, 20 * NS_PER_MS, 1, 300); /* larger than an entry: on the heap */
    put(pending, 20 * NS_PER_MS, 2, PENDING_SMALL);
    put(pending, 10 * NS_PER_MS, 3, PENDING_SMALL + 1);
    put(pending, PENDING_DELAY_MAX, 4, 1);
    for (size_t i = 0; i < 4; i++) {
        struct pending_reply *reply = pending_take(pending, 16 * NS_PER_S);
        assert_non_null(reply);
        assert_int_equal(reply->resolver, expected[i]);
        assert_int_equal(reply->data[reply->len - 1], expected[i]);
        pending_give(pending, reply);
    }
    assert_null(pending_take(pending, 16 * NS_PER_S));
    put(pending, 17 * NS_PER_S, 9, 1000); /* left behind: destroy frees it */
    pending_destroy(pending);
}

static void the_wait_ends_at_the_next_reply_or_the_limit(void **state)
{
    struct pending *pending = NULL;
    (void)state;
    assert_int_equal(pending_create(&pending, 0), 0);
    assert_int_equal(pending_wait(pending, 0, NS_PER_S), NS_PER_S);
    put(pending, 30 * NS_PER_MS, 1, 1);
    assert_int_equal(pending_wait(pending, 0, NS_PER_S), 30 * NS_PER_MS);
    assert_int_equal(pending_wait(pending, 0, 20 * NS_PER_MS), 20 * NS_PER_MS);
    assert_int_equal(pending_wait(pending, 40 * NS_PER_MS, NS_PER_S), 0);
    pending_destroy(pending);
}

static void what_does_not_fit_is_refused(void **state)
{
    struct pending *pending = NULL;
    struct pending_reply *reply = NULL;
    (void)state;
    assert_int_equal(pending_create(&pending, 0), 0);
    for (unsigned i = 0; i < PENDING_MAX; i++)
        assert_int_equal(pending_put(pending, NS_PER_S, "x", 1, &reply), 0);
    assert_int_equal(pending_put(pending, NS_PER_S, "x", 1, &reply), ERR_FULL);
    assert_null(reply);
    reply = pending_take(pending, 2 * NS_PER_S);
    assert_non_null(reply);
    pending_give(pending, reply);
    assert_int_equal(pending_put(pending, 3 * NS_PER_S, "x", 1, &reply), 0);
    pending_destroy(pending);
}

static void sightings_count_from_zero_each_key_apart(void **state)
{
    struct sightings sightings;
    (void)state;
    assert_int_equal(sightings_init(&sightings, 1024), 0);
    for (uint32_t k = 0; k < 5; k++) {
        for (uint64_t key = 0; key < 100; key++)
            assert_int_equal(sightings_count(&sightings, hash64(&key, sizeof key, 1)), k);
    }
    assert_int_equal(sightings.forgotten, 0);
    sightings_deinit(&sightings);
}

static void a_full_table_forgets_and_says_so(void **state)
{
    struct sightings sightings;
    (void)state;
    assert_int_equal(sightings_init(&sightings, 64), 0);
    uint64_t often = 1;
    for (unsigned i = 0; i < 10; i++)
        sightings_count(&sightings, hash64(&often, sizeof often, 1));
    for (uint64_t key = 100; key < 1100; key++)
        assert_int_equal(sightings_count(&sightings, hash64(&key, sizeof key, 1)), 0);
    assert_in_range(sightings.forgotten, 1000 - 64, 1000);
    assert_int_equal(sightings_count(&sightings, hash64(&often, sizeof often, 1)), 10);
    sightings_deinit(&sightings);
}

static void a_count_stays_at_its_end(void **state)
{
    struct sightings sightings;
    uint64_t key = 0x123456789abcdef0;
    (void)state;
    assert_int_equal(sightings_init(&sightings, 64), 0);
    for (uint32_t i = 0; i < 65535; i++)
        assert_int_equal(sightings_count(&sightings, key), i);
    assert_int_equal(sightings_count(&sightings, key), 65534);
    assert_int_equal(sightings_count(&sightings, key), 65534);
    sightings_deinit(&sightings);
}

static void an_id_used_again_before_its_reply_is_counted(void **state)
{
    struct watch watch;
    (void)state;
    assert_int_equal(watch_init(&watch), 0);
    watch_flight(&watch, 7, 1000, 42, 100, 200);
    watch_flight(&watch, 7, 1000, 43, 110, 210); /* another id */
    watch_flight(&watch, 7, 1001, 42, 110, 210); /* another port */
    watch_flight(&watch, 8, 1000, 42, 110, 210); /* another client */
    assert_int_equal(watch.counts.id_in_use, 0);
    watch_flight(&watch, 7, 1000, 42, 199, 300);
    assert_int_equal(watch.counts.id_in_use, 1);
    watch_flight(&watch, 7, 1000, 42, 300, 400); /* answered by now */
    assert_int_equal(watch.counts.id_in_use, 1);
    watch_port(&watch, 0);
    watch_port(&watch, 63);
    watch_port(&watch, 64);
    watch_port(&watch, 65535);
    watch_port(&watch, 64);
    assert_int_equal(watch_port_count(&watch), 4);
    watch_deinit(&watch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replies_come_when_due_and_never_before),
        cmocka_unit_test(order_is_by_time_then_by_arrival),
        cmocka_unit_test(the_wait_ends_at_the_next_reply_or_the_limit),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(sightings_count_from_zero_each_key_apart),
        cmocka_unit_test(a_full_table_forgets_and_says_so),
        cmocka_unit_test(a_count_stays_at_its_end),
        cmocka_unit_test(an_id_used_again_before_its_reply_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
