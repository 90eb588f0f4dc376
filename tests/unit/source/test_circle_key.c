// SPDX-License-Identifier: BSD-2-Clause
/* source/circle_key.c: keys sort as names do. */
#include "tests/unit/source/circle_names.h"

static void keys_sort_as_names(void **state)
{
    struct rng_fast rng;
    struct name zone = name_of("z.example");
    (void)state;
    rng_fast_init(&rng, 1);
    for (unsigned i = 0; i < 20000; i++) {
        struct name a, b, back;
        struct circle_key x, y;
        random_name(&rng, &zone, 4, &a);
        random_name(&rng, &zone, 4, &b);
        circle_key_from_name(&x, a.wire, zone.wire);
        circle_key_from_name(&y, b.wire, zone.wire);
        int got = circle_key_compare(x.data, x.len, y.data, y.len);
        assert_int_equal((got > 0) - (got < 0), plain_compare(a.wire, b.wire));
        assert_true(circle_key_to_name(x.data, x.len, zone.wire, &back));
        assert_true(name_equal(back.wire, a.wire));
        assert_int_equal(back.len, name_len(back.wire));
        assert_int_equal(back.len, a.len);
    }
}

static void keys_hold_the_longest_names(void **state)
{
    struct name root = name_of("."), name, back;
    struct circle_key key;
    (void)state;
    for (unsigned label_len = 1; label_len <= NAME_LABEL_MAX; label_len++) {
        name = root;
        while (name.len + label_len + 1 <= NAME_WIRE_MAX) {
            memmove(name.wire + label_len + 1, name.wire, name.len);
            name.wire[0] = (uint8_t)label_len;
            memset(name.wire + 1, 0, label_len);
            name.len = (uint8_t)(name.len + label_len + 1);
        }
        circle_key_from_name(&key, name.wire, root.wire);
        assert_true(key.len <= CIRCLE_KEY_MAX);
        assert_true(circle_key_to_name(key.data, key.len, root.wire, &back));
        assert_int_equal(back.len, name.len);
        assert_memory_equal(back.wire, name.wire, name.len);
    }
}

static void what_is_no_key_is_no_name(void **state)
{
    static const struct {
        const char *data;
        size_t len;
    } bad[] = {
        {"a", 1},          /* no end of the label */
        {"a\0", 2},        /* half of one */
        {"\0\0", 2},       /* an empty label */
        {"a\0\2b\0\0", 6}, /* no such escape */
        {"a\0\0\0\0", 5},
    };
    struct name zone = name_of("z"), name;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(
            circle_key_to_name((const uint8_t *)bad[i].data, bad[i].len, zone.wire, &name));
    uint8_t key[CIRCLE_KEY_MAX];
    memset(key, 'a', sizeof key);
    key[64] = key[65] = 0;
    assert_false(circle_key_to_name(key, 66, zone.wire, &name)); /* 64 octets */
    key[63] = 0, key[64] = 0;
    assert_true(circle_key_to_name(key, 65, zone.wire, &name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_sort_as_names),
        cmocka_unit_test(keys_hold_the_longest_names),
        cmocka_unit_test(what_is_no_key_is_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
