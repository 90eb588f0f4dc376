// SPDX-License-Identifier: BSD-2-Clause
/* engine/load_flight.c: ids, the ring's ends, expiry. */
#include "tests/unit/engine/help.h"

#include "engine/load_flight.h"

#define ALL 65536

static struct rng rng;

static struct flight flight_of(unsigned bits, uint8_t key)
{
    struct flight flight;
    rng = fixed_rng(key);
    assert_int_equal(flight_init(&flight, bits, &rng), 0);
    return flight;
}

static uint16_t put(struct flight *flight, mono_ns sent)
{
    uint16_t id = flight_id(flight, 0);
    *flight_put(flight) = (struct flight_entry){.sent = sent, .state = FLIGHT_WAITING};
    return id;
}

static void ids_are_a_permutation(void **state)
{
    (void)state;
    for (uint8_t key = 0; key < 20; key++) {
        static uint8_t seen[ALL];
        struct flight flight = flight_of(4, key);
        memset(seen, 0, sizeof seen);
        for (unsigned i = 0; i < ALL; i++) {
            uint16_t id = flight_permute(&flight, (uint16_t)i);
            assert_int_equal(seen[id]++, 0);
            assert_int_equal(flight_unpermute(&flight, id), i);
        }
        flight_deinit(&flight);
    }
}

/* One id does not tell the next: no difference between neighbours is common. */
static void ids_do_not_count(void **state)
{
    static unsigned seen[ALL];
    struct flight flight = flight_of(4, 1);
    unsigned most = 0;
    (void)state;
    memset(seen, 0, sizeof seen);
    for (unsigned i = 0; i + 1 < ALL; i++) {
        unsigned apart = (uint16_t)(flight_permute(&flight, (uint16_t)(i + 1)) -
                                    flight_permute(&flight, (uint16_t)i));
        most = ++seen[apart] > most ? seen[apart] : most;
    }
    assert_in_range(most, 1, ALL / 50);
    flight_deinit(&flight);
}

static void keys_make_orders_differ(void **state)
{
    struct flight a = flight_of(4, 1), b = flight_of(4, 2);
    unsigned same = 0;
    (void)state;
    for (unsigned i = 0; i < ALL; i++)
        same += flight_permute(&a, (uint16_t)i) == flight_permute(&b, (uint16_t)i);
    assert_in_range(same, 0, 1000);
    flight_deinit(&a);
    flight_deinit(&b);
}

static void an_id_comes_again_after_all_others(void **state)
{
    static uint8_t seen[ALL];
    struct flight flight = flight_of(16, 3);
    (void)state;
    memset(seen, 0, sizeof seen);
    uint16_t first = flight_id(&flight, 0);
    for (unsigned i = 0; i < ALL; i++) {
        uint16_t id = put(&flight, 0);
        assert_int_equal(seen[id]++, 0);
        flight_close(&flight, flight_at(&flight, flight_back(&flight, id)), FLIGHT_ANSWERED);
        assert_null(flight_expire(&flight, 1));
    }
    assert_int_equal(flight_id(&flight, 0), first);
    flight_deinit(&flight);
}

static void ids_ahead_are_those_that_come(void **state)
{
    struct flight flight = flight_of(4, 4);
    uint16_t ahead[8];
    (void)state;
    for (uint32_t i = 0; i < 8; i++)
        ahead[i] = flight_id(&flight, i);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(put(&flight, 0), ahead[i]);
    flight_deinit(&flight);
}

static void room_ends_with_the_ring(void **state)
{
    struct flight flight = flight_of(4, 5);
    (void)state;
    assert_int_equal(flight_room(&flight), 16);
    for (unsigned i = 0; i < 15; i++)
        put(&flight, i);
    assert_int_equal(flight_room(&flight), 1);
    put(&flight, 15);
    assert_int_equal(flight_room(&flight), 0);
    assert_int_equal(flight.open, 16);
    assert_non_null(flight_expire(&flight, 0));
    assert_int_equal(flight_room(&flight), 1);
    assert_int_equal(flight.open, 15);
    flight_deinit(&flight);
}

static void what_is_sent_is_found_by_its_id(void **state)
{
    struct flight flight = flight_of(4, 6);
    uint16_t ids[16];
    (void)state;
    assert_null(flight_waiting(&flight, flight_id(&flight, 0)));
    for (unsigned i = 0; i < 16; i++)
        ids[i] = put(&flight, 100 + i);
    for (unsigned i = 0; i < 16; i++)
        assert_int_equal(flight_waiting(&flight, ids[i])->sent, 100 + i);
    for (uint32_t id = 0, found = 0; id < ALL; id++) {
        found += flight_waiting(&flight, (uint16_t)id) != NULL;
        assert_true(id + 1 < ALL || found == 16);
    }
    flight_deinit(&flight);
}

/* A ring smaller than the ids: what has been overwritten is not another's. */
static void what_was_overwritten_is_unknown(void **state)
{
    struct flight flight = flight_of(4, 7);
    (void)state;
    uint16_t id = put(&flight, 1);
    flight_close(&flight, flight_waiting(&flight, id), FLIGHT_ANSWERED);
    assert_null(flight_expire(&flight, 0));
    for (unsigned i = 0; i < 15; i++)
        put(&flight, 2);
    assert_int_equal(flight_at(&flight, flight_back(&flight, id))->state, FLIGHT_ANSWERED);
    put(&flight, 2);
    assert_null(flight_at(&flight, flight_back(&flight, id)));
    flight_deinit(&flight);
}

static void expiry_follows_the_order_of_sending(void **state)
{
    struct flight flight = flight_of(4, 8);
    (void)state;
    put(&flight, 10);
    uint16_t second = put(&flight, 20);
    put(&flight, 30);
    flight_close(&flight, flight_waiting(&flight, second), FLIGHT_ANSWERED);
    assert_null(flight_expire(&flight, 9));
    struct flight_entry *entry = flight_expire(&flight, 29);
    assert_int_equal(entry->sent, 10);
    assert_int_equal(entry->state, FLIGHT_LOST);
    assert_null(flight_expire(&flight, 29));
    assert_int_equal(flight_expire(&flight, 30)->sent, 30);
    assert_int_equal(flight.open, 0);
    assert_null(flight_expire(&flight, 1000));
    flight_deinit(&flight);
}

static void abandoned_is_lost_at_once(void **state)
{
    struct flight flight = flight_of(4, 9);
    unsigned count = 0;
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        put(&flight, INT64_MAX - 10 + i);
    while (flight_abandon(&flight))
        count++;
    assert_int_equal(count, 5);
    assert_int_equal(flight.open, 0);
    flight_deinit(&flight);
}

static void a_trial_knows_its_own(void **state)
{
    struct flight flight = flight_of(4, 10);
    (void)state;
    uint16_t old = put(&flight, 1);
    assert_non_null(flight_abandon(&flight));
    flight_begin(&flight);
    uint16_t new = put(&flight, 2);
    assert_true(flight_is_of_trial(&flight, flight_back(&flight, new)));
    assert_false(flight_is_of_trial(&flight, flight_back(&flight, old)));
    assert_non_null(flight_at(&flight, flight_back(&flight, old)));
    assert_null(flight_waiting(&flight, old));
    flight_deinit(&flight);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_a_permutation),
        cmocka_unit_test(ids_do_not_count),
        cmocka_unit_test(keys_make_orders_differ),
        cmocka_unit_test(an_id_comes_again_after_all_others),
        cmocka_unit_test(ids_ahead_are_those_that_come),
        cmocka_unit_test(room_ends_with_the_ring),
        cmocka_unit_test(what_is_sent_is_found_by_its_id),
        cmocka_unit_test(what_was_overwritten_is_unknown),
        cmocka_unit_test(expiry_follows_the_order_of_sending),
        cmocka_unit_test(abandoned_is_lost_at_once),
        cmocka_unit_test(a_trial_knows_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
