// SPDX-License-Identifier: BSD-2-Clause
/* Queries that wait, and the ids of those that do not any more. */
#include <stdlib.h>

#include "engine/load_ids.h"
#include "engine/load_queue.h"
#include "tests/unit/engine/help.h"

static void put(struct load_queue *queue, mono_ns now, const char *text)
{
    assert_int_equal(load_queue_put(queue, now, (const uint8_t *)text, (uint16_t)strlen(text)), 0);
}

/* Takes the first, which has to be TEXT; NULL: there is to be none. */
static void expect(struct load_queue *queue, mono_ns before, const char *text)
{
    const uint8_t *data;
    uint16_t len;
    assert_int_equal(load_queue_first(queue, before, &data, &len), text != NULL);
    if (!text)
        return;
    assert_int_equal(len, strlen(text));
    assert_memory_equal(data, text, len);
    load_queue_pop(queue);
}

static void first_come_first_served(void **state)
{
    (void)state;
    struct load_queue queue = {0};
    assert_true(load_queue_is_empty(&queue));
    expect(&queue, 0, NULL);
    put(&queue, 5, "one");
    put(&queue, 6, "three");
    assert_false(load_queue_is_empty(&queue));
    expect(&queue, 0, "one");
    put(&queue, 7, "");
    expect(&queue, 0, "three");
    expect(&queue, 0, "");
    expect(&queue, 0, NULL);
    assert_true(load_queue_is_empty(&queue));
    load_queue_deinit(&queue);
}

static void what_waited_too_long_is_dropped(void **state)
{
    (void)state;
    struct load_queue queue = {0};
    put(&queue, 5, "a");
    put(&queue, 6, "b");
    put(&queue, 7, "c");
    expect(&queue, 4, "a");
    assert_int_equal(load_queue_since(&queue), 6);
    expect(&queue, 6, "c"); /* b waited since 6 */
    expect(&queue, 6, NULL);
    put(&queue, 8, "d");
    expect(&queue, 8, NULL);
    assert_true(load_queue_is_empty(&queue));
    load_queue_deinit(&queue);
}

/* Against a count kept here; at lengths that make it move and grow. */
static void order_is_kept_while_it_grows(void **state)
{
    (void)state;
    struct load_queue queue = {0};
    struct rng rng = fixed_rng(1);
    uint8_t data[300];
    const uint8_t *first;
    uint16_t len;
    unsigned put_count = 0, taken = 0;
    while (taken < 20000) {
        bool puts = put_count < 20000 && (put_count == taken || rng_below(&rng, 100) < 51);
        if (puts) {
            memset(data, (int)(put_count & 0xff), sizeof data);
            assert_int_equal(
                load_queue_put(&queue, 1, data, (uint16_t)(1 + put_count * 7 % sizeof data)), 0);
            put_count++;
            continue;
        }
        assert_true(load_queue_first(&queue, 0, &first, &len));
        assert_int_equal(len, 1 + taken * 7 % sizeof data);
        assert_int_equal(first[0], taken & 0xff);
        assert_int_equal(first[len - 1], taken & 0xff);
        load_queue_pop(&queue);
        taken++;
    }
    assert_true(load_queue_is_empty(&queue));
    load_queue_deinit(&queue);
}

static void it_is_bounded(void **state)
{
    (void)state;
    static const uint8_t data[320];
    struct load_queue queue = {0};
    size_t count = 0;
    int error;
    while ((error = load_queue_put(&queue, 1, data, sizeof data)) == 0)
        count++;
    assert_int_equal(error, ERR_FULL);
    assert_true(count >= 16384); /* all that have ids on a lane */
    assert_true(queue.len <= LOAD_QUEUE_MAX);
    assert_true(queue.cap <= 2 * LOAD_QUEUE_MAX);
    load_queue_pop(&queue);
    assert_int_equal(load_queue_put(&queue, 1, data, sizeof data), 0);
    assert_int_equal(load_queue_put(&queue, 1, data, sizeof data), ERR_FULL);
    load_queue_deinit(&queue);
    assert_null(queue.data);
}

static void ids_are_a_set(void **state)
{
    (void)state;
    static struct load_ids ids;
    uint16_t id = 0;
    assert_false(load_ids_take(&ids, &id));
    load_ids_put(&ids, 65535);
    load_ids_put(&ids, 64);
    load_ids_put(&ids, 63);
    load_ids_put(&ids, 64);
    assert_int_equal(ids.count, 3);
    assert_false(load_ids_drop(&ids, 0));
    assert_true(load_ids_drop(&ids, 64));
    assert_false(load_ids_drop(&ids, 64));
    assert_int_equal(ids.count, 2);
    assert_true(load_ids_take(&ids, &id));
    assert_int_equal(id, 63);
    assert_true(load_ids_take(&ids, &id));
    assert_int_equal(id, 65535);
    load_ids_put(&ids, 0); /* before where it looked last */
    assert_true(load_ids_take(&ids, &id));
    assert_int_equal(id, 0);
    assert_false(load_ids_take(&ids, &id));
    assert_int_equal(ids.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_come_first_served),
        cmocka_unit_test(what_waited_too_long_is_dropped),
        cmocka_unit_test(order_is_kept_while_it_grows),
        cmocka_unit_test(it_is_bounded),
        cmocka_unit_test(ids_are_a_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
