// SPDX-License-Identifier: BSD-2-Clause
/* source/circle_order.c against a sorted array: keys in order, numbers that stay, memory that
 * ends where it is told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "source/circle_order.h"

#define KEYS      6000 /* a dozen chunks and more */
#define BYTES_MAX (64u << 20)

struct entry {
    struct circle_key key;
    uint32_t number;
};

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return circle_key_compare(x->key.data, x->key.len, y->key.data, y->key.len);
}

static struct circle_key random_key(struct rng_fast *rng, unsigned len_max)
{
    struct circle_key key = {.len = (uint16_t)(1 + rng_fast_below(rng, len_max))};
    for (unsigned i = 0; i < key.len; i++)
        key.data[i] = (uint8_t)rng_fast_below(rng, len_max > 8 ? 256 : 4);
    return key;
}

/* False: it was there, under the number it got. */
static bool put(struct order *order, struct entry *entry)
{
    struct order_place place = order_find(order, &entry->key);
    if (place.is_found) {
        entry->number = order_at(order, place);
        return false;
    }
    assert_int_equal(order_put(order, place, &entry->key, &entry->number), 0);
    return true;
}

static void assert_same(const struct order *order, const struct entry *entries, size_t count)
{
    struct order_place place = {0};
    assert_int_equal(order->count, count + 1);
    assert_int_equal(order_at(order, place), 0); /* the empty key */
    uint32_t before = 0;
    for (size_t i = 0; i < count; i++) {
        place = order_next(order, place);
        assert_int_equal(order_at(order, place), entries[i].number);
        assert_int_equal(order_before(order, place), before);
        struct order_place found = order_find(order, &entries[i].key);
        assert_true(found.is_found);
        assert_int_equal(order_at(order, found), entries[i].number);
        const struct order_item *item = order_item(order, entries[i].number);
        assert_int_equal(item->key_len, entries[i].key.len);
        assert_memory_equal(item->key, entries[i].key.data, item->key_len);
        assert_int_equal(order_compare(order, entries[i].number, &entries[i].key), 0);
        before = entries[i].number;
    }
    assert_int_equal(order_at(order, order_next(order, place)), ORDER_NONE);
}

enum manner { AT_RANDOM, RISING, FALLING };

static void fill_and_compare(enum manner manner, unsigned len_max)
{
    struct entry *entries = calloc(KEYS, sizeof *entries);
    struct order order;
    struct rng_fast rng;
    size_t count = 0;
    assert_non_null(entries);
    rng_fast_init(&rng, 11);
    for (size_t i = 0; i < KEYS; i++)
        entries[i].key = random_key(&rng, len_max);
    if (manner != AT_RANDOM)
        qsort(entries, KEYS, sizeof *entries, by_key);
    assert_int_equal(order_init(&order, BYTES_MAX), 0);
    for (size_t i = 0; i < KEYS; i++) {
        struct entry entry = entries[manner == FALLING ? KEYS - 1 - i : i];
        if (put(&order, &entry))
            entries[manner == FALLING ? KEYS - ++count : count++] = entry;
    }
    struct entry *kept = manner == FALLING ? entries + KEYS - count : entries;
    qsort(kept, count, sizeof *kept, by_key);
    assert_same(&order, kept, count);
    assert_true(order.bytes <= BYTES_MAX);
    order_deinit(&order);
    free(entries);
}

static void keys_stand_in_order_however_they_come(void **state)
{
    (void)state;
    fill_and_compare(AT_RANDOM, 40);
    fill_and_compare(AT_RANDOM, 7); /* few, and many of them again */
    fill_and_compare(RISING, 40);
    fill_and_compare(FALLING, 40);
    fill_and_compare(AT_RANDOM, CIRCLE_KEY_MAX); /* in several blocks */
}

static void a_key_that_is_not_there_has_its_place(void **state)
{
    struct order order;
    struct entry b = {.key = {.len = 1, .data = "b"}}, d = {.key = {.len = 1, .data = "d"}};
    (void)state;
    assert_int_equal(order_init(&order, BYTES_MAX), 0);
    assert_true(put(&order, &d));
    assert_true(put(&order, &b));
    static const struct {
        const char *text;
        int next; /* 0: b, 1: d, 2: none */
    } cases[] = {{"a", 0}, {"az", 0}, {"ba", 1}, {"c", 1}, {"d\1", 2}, {"e", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const uint32_t numbers[] = {b.number, d.number, ORDER_NONE};
        const uint32_t before[] = {0, b.number, d.number};
        struct circle_key key = {.len = (uint16_t)strlen(cases[i].text)};
        memcpy(key.data, cases[i].text, key.len);
        struct order_place place = order_find(&order, &key);
        assert_false(place.is_found);
        assert_int_equal(order_at(&order, place), numbers[cases[i].next]);
        assert_int_equal(order_before(&order, place), before[cases[i].next]);
    }
    order_deinit(&order);
}

/* Puts keys of up to LEN_MAX in until there is no room; what is there stays as it was. */
static void fill_up(size_t bytes_max, unsigned len_max)
{
    static struct entry entries[KEYS];
    struct order order;
    struct rng_fast rng;
    size_t count = 0;
    int error = 0;
    rng_fast_init(&rng, 12);
    assert_int_equal(order_init(&order, bytes_max), 0);
    while (error == 0) {
        assert_true(count < KEYS);
        entries[count].key = random_key(&rng, len_max);
        struct order_place place = order_find(&order, &entries[count].key);
        if (place.is_found)
            continue;
        error = order_put(&order, place, &entries[count].key, &entries[count].number);
        count += error == 0;
    }
    assert_int_equal(error, ERR_FULL);
    assert_true(order.bytes <= order.bytes_max);
    qsort(entries, count, sizeof *entries, by_key);
    assert_same(&order, entries, count);
    order_deinit(&order);
}

static void memory_ends_where_it_is_told_to(void **state)
{
    struct order order;
    (void)state;
    assert_int_equal(order_init(&order, 1000), ERR_FULL);
    fill_up((2u << 20) + 20000, CIRCLE_KEY_MAX); /* no third block */
    fill_up((1u << 20) + 6000, 8);               /* nor a third chunk */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_stand_in_order_however_they_come),
        cmocka_unit_test(a_key_that_is_not_there_has_its_place),
        cmocka_unit_test(memory_ends_where_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
