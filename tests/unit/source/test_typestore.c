// SPDX-License-Identifier: BSD-2-Clause
/* source/typestore.c: what is kept comes back, equal ones take no room, and there is a bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "source/typestore.h"

static uint32_t put(struct typestore *store, const uint8_t *data, size_t len)
{
    uint32_t key;
    const struct type_bitmap types = {.data = data, .len = len};
    assert_int_equal(typestore_put(store, &types, &key), 0);
    return key;
}

static void assert_is(const struct typestore *store, uint32_t key, const uint8_t *data, size_t len)
{
    struct type_bitmap types;
    assert_true(typestore_get(store, key, &types));
    assert_int_equal(types.len, len);
    if (len > 0)
        assert_memory_equal(types.data, data, len);
}

static void bitmaps_come_back_and_equal_ones_are_one(void **state)
{
    static const uint8_t a[] = {0, 1, 0x40}, b[] = {0, 1, 0x20};
    struct typestore store;
    (void)state;
    typestore_init(&store);
    uint32_t first = put(&store, a, sizeof a), second = put(&store, b, sizeof b);
    uint32_t empty = put(&store, NULL, 0), used = store.len;
    assert_int_not_equal(first, second);
    assert_int_equal(put(&store, a, sizeof a), first);
    assert_int_equal(put(&store, NULL, 0), empty);
    assert_int_equal(store.len, used);
    assert_is(&store, first, a, sizeof a);
    assert_is(&store, second, b, sizeof b);
    assert_is(&store, empty, NULL, 0);
    assert_int_equal(put(&store, a, 2), used); /* the beginning of another is another */
    typestore_deinit(&store);
}

static void long_bitmaps_and_those_past_the_bound_are_not_kept(void **state)
{
    uint8_t data[TYPESTORE_LEN_MAX + 1] = {0};
    struct typestore store;
    struct type_bitmap types;
    (void)state;
    typestore_init(&store);
    assert_int_equal(put(&store, data, TYPESTORE_LEN_MAX + 1), TYPESTORE_NONE);
    assert_false(typestore_get(&store, TYPESTORE_NONE, &types));
    uint32_t key = put(&store, data, TYPESTORE_LEN_MAX), last = 0;
    assert_is(&store, key, data, TYPESTORE_LEN_MAX);
    uint32_t fitting = TYPESTORE_BYTES_MAX / (TYPESTORE_LEN_MAX + 1);
    for (uint32_t i = 1; i < fitting; i++) {
        memcpy(data, &i, sizeof i);
        last = put(&store, data, TYPESTORE_LEN_MAX);
        assert_int_not_equal(last, TYPESTORE_NONE);
    }
    assert_is(&store, last, data, TYPESTORE_LEN_MAX);
    memcpy(data, &fitting, sizeof fitting);
    assert_int_equal(put(&store, data, TYPESTORE_LEN_MAX), TYPESTORE_NONE);
    assert_int_equal(store.len, TYPESTORE_BYTES_MAX);
    typestore_deinit(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bitmaps_come_back_and_equal_ones_are_one),
        cmocka_unit_test(long_bitmaps_and_those_past_the_bound_are_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
