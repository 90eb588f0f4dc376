// SPDX-License-Identifier: BSD-2-Clause
/* scan/park.c: all that wait are looked at once after each change, none is lost, and those that are
 * done with are looked at no more. How they end is told as scenarios. */
#include "tests/unit/scan/help.h"

#include "base/rng.h"
#include "scan/worker.h"

#define MANY 300

static struct bench {
    struct run run;
    struct worker w;
    unsigned looked[MANY]; /* in the present round, by number */
    bool is_gone[MANY];
} b;

static int set_up(void **state)
{
    (void)state;
    memset(&b, 0, sizeof b);
    b.w.run = &b.run;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(b.w.error, 0);
    park_close(&b.w.park);
    return 0;
}

static void put(uint32_t number)
{
    const struct candidate candidate = {.tag = number};
    park_put(&b.w, &candidate, number);
}

static void change(void)
{
    atomic_fetch_add(&b.run.denying.changes, 1);
    memset(b.looked, 0, sizeof b.looked);
}

/* The number of the next one; MANY: there is none. */
static uint32_t look(void)
{
    const struct parked *parked = park_look(&b.w);
    if (!parked)
        return MANY;
    assert_int_equal(parked->candidate.tag, parked->zone);
    assert_true(parked->zone < MANY);
    assert_false(b.is_gone[parked->zone]);
    b.looked[parked->zone]++;
    return parked->zone;
}

static void drop(uint32_t number)
{
    park_drop(&b.w);
    b.is_gone[number] = true;
}

static void each_is_looked_at_once_after_a_change(void **state)
{
    (void)state;
    assert_int_equal(look(), MANY); /* nobody waits */
    for (uint32_t i = 0; i < 10; i++)
        put(i);
    for (unsigned round = 0; round < 3; round++) {
        assert_int_equal(look(), MANY); /* nothing has changed */
        change();
        for (unsigned i = 0; i < 10; i++)
            assert_int_not_equal(look(), MANY);
        assert_int_equal(look(), MANY);
        for (unsigned i = 0; i < 10; i++)
            assert_int_equal(b.looked[i], 1);
    }
}

/* A change in the middle: all are looked at again, from where it was. */
static void a_change_in_between_begins_a_new_round(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 10; i++)
        put(i);
    change();
    uint32_t last = 0;
    for (unsigned i = 0; i < 4; i++)
        last = look();
    change();
    assert_int_equal(look(), last + 1);
    for (unsigned i = 1; i < 10; i++)
        assert_int_not_equal(look(), MANY);
    assert_int_equal(look(), MANY);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(b.looked[i], 1);
}

static void what_is_dropped_is_gone_and_the_others_are_not(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 6; i++)
        put(i);
    change();
    for (unsigned left = 6; left > 0; left--) { /* each as soon as it is looked at */
        uint32_t number = look();
        assert_int_not_equal(number, MANY);
        drop(number);
        assert_int_equal(b.w.park.count, left - 1);
    }
    assert_int_equal(look(), MANY);
    put(7);
    change();
    assert_int_equal(look(), 7);
    drop(7);
    assert_int_equal(b.w.park.count, 0);
    change();
    assert_int_equal(look(), MANY);
}

/* The last one takes the place of one that goes, and has its turn all the same. */
static void who_moves_up_is_looked_at_too(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 6; i++)
        put(i);
    change();
    drop(look());
    for (unsigned i = 0; i < 5; i++)
        assert_int_not_equal(look(), MANY);
    assert_int_equal(look(), MANY);
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(b.looked[i], 1);
}

/* Whatever comes, goes and changes: a round without drops sees all of them. */
static void nobody_is_forgotten(void **state)
{
    struct rng_fast rng;
    uint32_t next = 0;
    (void)state;
    rng_fast_init(&rng, 5);
    for (unsigned i = 0; i < 20000; i++) {
        unsigned dice = rng_fast_below(&rng, 10);
        if (dice == 0) {
            change();
        } else if (dice < 3 && next < MANY) {
            put(next++);
        } else {
            uint32_t number = look();
            if (number != MANY && dice == 9)
                drop(number);
        }
    }
    change();
    unsigned count = 0;
    for (uint32_t n = look(); n != MANY; n = look())
        assert_true(++count <= MANY);
    assert_int_equal(count, b.w.park.count);
    for (uint32_t i = 0; i < next; i++)
        assert_int_equal(b.looked[i], b.is_gone[i] ? 0 : 1);
}

static void there_is_room_for_so_many(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < PARK_MAX; i++) {
        assert_false(park_is_full(&b.w.park));
        put(i);
    }
    assert_true(park_is_full(&b.w.park));
    change();
    assert_non_null(park_look(&b.w));
    park_drop(&b.w);
    assert_false(park_is_full(&b.w.park));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_is_looked_at_once_after_a_change),
        TEST(a_change_in_between_begins_a_new_round),
        TEST(what_is_dropped_is_gone_and_the_others_are_not),
        TEST(who_moves_up_is_looked_at_too),
        TEST(nobody_is_forgotten),
        TEST(there_is_room_for_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
