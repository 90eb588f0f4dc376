// SPDX-License-Identifier: BSD-2-Clause
/* engine/casing.c: which letter case a resolver is asked in, and which it may answer in. */
#include "tests/unit/engine/help.h"

#include <ctype.h>
#include <stdlib.h>

#include "engine/casing.h"

static const uint8_t name_wire[] = "\6abcdef\6ghijkl\7example";

/* An engine of one resolver and one question; nothing is sent. */
static struct bench {
    struct rng rng;
    struct engine engine;
    struct place place;
} b;

enum echo { AS_SENT, LOWER, UPPER };

static int set_up(void **state)
{
    const struct pool_entry entry = {.address = address_v4("192.0.2.1", 53)};
    (void)state;
    memset(&b, 0, sizeof b);
    b.rng = fixed_rng(3);
    b.engine.places = &b.place;
    b.engine.case_secret = 42;
    question_init(&b.place.question, name_wire, sizeof name_wire, 1);
    assert_int_equal(slots_create(&b.engine.slots, 1, &b.rng), 0);
    assert_int_equal(pool_create(&b.engine.pool, &entry, 1, 10, &b.rng, 1), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slots_destroy(b.engine.slots);
    pool_destroy(b.engine.pool);
    return 0;
}

static struct pool_resolver *resolver(void)
{
    return pool_at(b.engine.pool, 0);
}

/* As engine_send does. */
static slot_ref send_one(void)
{
    slot_ref ref = slots_take(b.engine.slots, 0);
    struct slot *slot = slots_at(b.engine.slots, ref);
    slot->query = slot->generation = slot->sent_us = 0;
    slot->resolver = 0;
    slot->flags = casing_is_mixed(resolver()) ? SLOT_MIXED : 0u;
    return ref;
}

static size_t write_query(slot_ref ref, uint8_t out[DNS_QUERY_MAX])
{
    return query_write_mixed(out, (uint16_t)ref, &b.place.question, 0, casing_bits(&b.engine, ref));
}

/* Whether the reply to REF's try counts when it echoes the question so. */
static bool accepts(slot_ref ref, enum echo echo)
{
    uint8_t data[DNS_QUERY_MAX];
    struct reply reply;
    size_t len = write_query(ref, data);
    for (size_t i = 12; echo != AS_SENT && i < len - 4; i++)
        data[i] = (uint8_t)(echo == LOWER ? tolower(data[i]) : toupper(data[i]));
    assert_true(reply_init(&reply, data, len));
    return casing_has_question(&b.engine, ref, &reply);
}

static unsigned told(void)
{
    unsigned count = 0;
    for (uint32_t index; engine_next_caseless(&b.engine, &index); count++)
        assert_int_equal(index, 0);
    return count;
}

static bool is_lower(const uint8_t *octets, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (isupper(octets[i]))
            return false;
    return true;
}

static void each_try_is_in_a_case_of_its_own(void **state)
{
    (void)state;
    uint8_t first[DNS_QUERY_MAX], again[DNS_QUERY_MAX];
    slot_ref ref = send_one();
    size_t len = write_query(ref, first);
    write_query(ref, again);
    assert_memory_equal(first, again, len);
    assert_false(is_lower(first + 12, len - 16));

    slots_at(b.engine.slots, ref)->sent_us++;
    write_query(ref, again);
    assert_memory_not_equal(first + 12, again + 12, len - 16);
    slots_at(b.engine.slots, ref)->sent_us--;
    slots_at(b.engine.slots, ref)->generation++;
    write_query(ref, again);
    assert_memory_not_equal(first + 12, again + 12, len - 16);
    write_query(send_one(), again);
    assert_memory_not_equal(first + 12, again + 12, len - 16);
    b.engine.case_secret++;
    slots_at(b.engine.slots, ref)->generation--;
    write_query(ref, again);
    assert_memory_not_equal(first + 12, again + 12, len - 16);
}

static void a_reply_as_sent_counts(void **state)
{
    (void)state;
    slot_ref ref = send_one();
    assert_false(resolver()->has_kept_case);
    assert_true(accepts(ref, AS_SENT));
    assert_true(resolver()->has_kept_case);
    assert_true(casing_is_mixed(resolver()));
    assert_int_equal(told(), 0);
}

static void one_that_lowers_is_asked_in_lower_case(void **state)
{
    (void)state;
    uint8_t query[DNS_QUERY_MAX];
    slot_ref first = send_one(), second = send_one();
    assert_true(accepts(first, LOWER));
    assert_int_equal(told(), 1);
    assert_false(casing_is_mixed(resolver()));
    assert_true(accepts(second, LOWER)); /* was under way in mixed case */
    assert_int_equal(told(), 0);
    slot_ref third = send_one();
    size_t len = write_query(third, query);
    assert_true(is_lower(query + 12, len - 16));
    assert_true(accepts(third, AS_SENT));
    assert_false(accepts(third, UPPER));
}

static void any_other_case_never_counts(void **state)
{
    (void)state;
    slot_ref ref = send_one();
    assert_false(accepts(ref, UPPER));
    assert_int_equal(told(), 1);
    assert_false(casing_is_mixed(resolver()));
    assert_false(accepts(ref, UPPER));
    assert_true(accepts(ref, AS_SENT));
}

/* A forgery turned it off, and then the true reply comes. */
static void the_true_reply_turns_it_on_again(void **state)
{
    (void)state;
    slot_ref ref = send_one();
    assert_false(accepts(ref, UPPER));
    assert_true(accepts(ref, AS_SENT));
    assert_true(casing_is_mixed(resolver()));
}

static void one_that_has_kept_case_is_held_to_it(void **state)
{
    (void)state;
    assert_true(accepts(send_one(), AS_SENT));
    slot_ref ref = send_one();
    assert_false(accepts(ref, LOWER));
    assert_false(accepts(ref, LOWER));
    assert_int_equal(told(), 0);
    assert_true(casing_is_mixed(resolver()));
    assert_true(accepts(ref, LOWER)); /* the third: it has servers of both kinds */
    assert_int_equal(told(), 1);
    assert_false(casing_is_mixed(resolver()));
    assert_true(accepts(ref, LOWER));
    assert_true(accepts(ref, AS_SENT));
    assert_false(casing_is_mixed(resolver())); /* and that stays */
    assert_int_equal(resolver()->case_misses, 3);
    assert_int_equal(told(), 0);
}

static void other_questions_tell_nothing_about_case(void **state)
{
    (void)state;
    uint8_t data[DNS_QUERY_MAX];
    struct reply reply;
    slot_ref ref = send_one();
    size_t len = write_query(ref, data);
    data[13] = 'x';
    assert_true(reply_init(&reply, data, len));
    assert_false(casing_has_question(&b.engine, ref, &reply));
    assert_int_equal(resolver()->case_misses, 0);
    assert_false(casing_has_other_class(&b.engine, ref, &reply));
    write_query(ref, data);
    data[len - 1] = 3;
    assert_false(casing_has_question(&b.engine, ref, &reply));
    assert_true(casing_has_other_class(&b.engine, ref, &reply));
    assert_int_equal(resolver()->case_misses, 0);
}

/* Of names without a letter nothing is learnt. */
static void a_name_without_letters_proves_nothing(void **state)
{
    (void)state;
    question_init(&b.place.question,
                  (const uint8_t *)"\3"
                                   "123\2_1",
                  8, 1);
    assert_true(accepts(send_one(), AS_SENT));
    assert_false(resolver()->has_kept_case);
    assert_int_equal(resolver()->case_misses, 0);
}

static void more_than_can_be_told_are_left_out(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CASELESS_MAX + 1; i++) {
        resolver()->case_misses = 0;
        assert_true(accepts(send_one(), LOWER));
    }
    assert_int_equal(told(), CASELESS_MAX);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_try_is_in_a_case_of_its_own),        TEST(a_reply_as_sent_counts),
        TEST(one_that_lowers_is_asked_in_lower_case),  TEST(any_other_case_never_counts),
        TEST(the_true_reply_turns_it_on_again),        TEST(one_that_has_kept_case_is_held_to_it),
        TEST(other_questions_tell_nothing_about_case), TEST(a_name_without_letters_proves_nothing),
        TEST(more_than_can_be_told_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
